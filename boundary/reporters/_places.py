"""Places shown to people: the source there with what is meant underlined, and chains of reasons, numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from boundary.model import Evidence, Location
from boundary.reporters._rows import Row, row
from boundary.reporters._safe import columns, printable

_LINES = 4  # of a place that spans many, the first ones tell what it is
_WIDTH = 120  # columns of a source line that are shown at most; minified files have lines of a megabyte
_BEFORE = 24  # columns kept before the place where a long line is cut
_TAB = 4


def excerpt(location: Location, read: Callable[[str, int], str | None], width: int = 0) -> Iterator[Row]:
    """The rows that show a place on a terminal of ``width`` columns (0: no terminal); none where it cannot be read."""
    last = min(max(location.end_line, location.line), location.line + _LINES - 1)
    gutter = len(str(last))
    room = max(min(width - gutter - 5, _WIDTH) if width else _WIDTH, 2 * _BEFORE)
    for number in range(location.line, last + 1):
        text = read(location.path, number)
        if text is None:
            return
        first = number == location.line
        shown, start, length = _cut(text, location.column if first else 1, room)
        if first:
            yield row(("faint", " " * gutter + " |"), indent=2)
        yield row(("faint", f"{number:>{gutter}} | "), shown, indent=2, wrap=False)
        if first:
            pieces = (("faint", " " * gutter + " | "), " " * start, ("mark", "^" * length))
            yield row(*pieces, indent=2, wrap=False)


def chain(evidence: Iterable[Evidence], indent: int) -> Iterator[Row]:
    """The links of a chain of reasons, numbered from 1."""
    links = list(evidence)
    width = max((columns(printable(str(link.location))) for link in links), default=0)
    for number, link in enumerate(links, 1):
        place = str(link.location)
        head = f"{number:>{len(str(len(links)))}}. "
        gap = " " * (width - columns(printable(place)) + 2)
        yield row(head, ("place", place), gap, link.what, indent=indent, hang=indent + len(head))


def _cut(text: str, column: int, room: int) -> tuple[str, int, int]:
    """The part of a line to show, and where in it the mark starts and how many columns it has.

    Without a column of its own (the first) a place means the whole line; it never points into the indentation.
    """
    text = text.rstrip()[: column + room]
    begin = max(column - 1, len(text) - len(text.lstrip()))
    before, after = _show(text[:begin]), _show(text[begin:])
    if columns(before + after) > room and columns(before) > _BEFORE:
        before = "... " + before[-_BEFORE + 4 :]
    left = room - columns(before)
    if columns(after) > left:
        while columns(after) > left - 4:
            after = after[:-1]
        after += " ..."
    return before + after, columns(before), max(columns(after), 1)


def _show(text: str) -> str:
    return printable(text.replace("\t", " " * _TAB))
