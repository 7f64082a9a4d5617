"""Rows of styled text: plain and alike everywhere for files and pipes, wrapped and coloured by rich for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from boundary.reporters._safe import printable

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold cyan",
    "mark": "bold red",
    "good": "bold green",
    "head": "bold",
    "place": "cyan",
    "faint": "dim",
    "": "",
}
"""What the styles of a row look like, in rich's words."""


class Row(msgspec.Struct, frozen=True):
    """One line of output: pieces of ``(style, text)``, made printable when they are written.

    ``indent`` and ``hang`` are the columns before the first line and, where a terminal is too narrow, before the
    following ones. A row that does not ``wrap`` is cut off there instead.
    """

    pieces: tuple[tuple[str, str], ...] = ()
    indent: int = 0
    hang: int = 0
    wrap: bool = True


def row(*pieces: str | tuple[str, str], indent: int = 0, hang: int | None = None, wrap: bool = True) -> Row:
    """A row of plain texts and ``(style, text)`` pieces."""
    styled = tuple(("", piece) if isinstance(piece, str) else piece for piece in pieces)
    return Row(styled, indent, indent + 2 if hang is None else hang, wrap)


def write(rows: Iterable[Row], *, colour: bool = False, width: int = 0) -> str:
    """The rows as one text that ends in a line end."""
    return _rich(rows, width) if colour else "".join(_plain(line) + "\n" for line in rows)


def _plain(line: Row) -> str:
    return (" " * line.indent + "".join(printable(text) for _, text in line.pieces)).rstrip()


def _rich(rows: Iterable[Row], width: int) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    # Rich needs some width: where nothing may be wrapped it gets one that no line has.
    console = Console(
        file=out, width=width or 1 << 20, force_terminal=True, color_system="standard", legacy_windows=False
    )
    for line in rows:
        text = Text.assemble(*((printable(piece), STYLES[style]) for style, piece in line.pieces))
        text.rstrip()
        if not line.wrap:
            text.truncate(max(console.width - line.indent, 1))
            console.print(Text(" " * line.indent) + text, soft_wrap=True)
            continue
        indent = line.indent
        for part in text.wrap(console, max(console.width - line.hang, 20)) or [text]:
            part.rstrip()
            console.print(Text(" " * indent) + part, soft_wrap=True)
            indent = line.hang
    return out.getvalue()
