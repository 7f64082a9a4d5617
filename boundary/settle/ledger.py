"""Writes exceptions where they belong, and takes spent ones out, without touching anything else of a file.

A treaty belongs beside the service that is bypassed (``boundary-exceptions.toml`` at its root), so that its owners
approve it; where that has no folder here, in the configuration. As a comment it stands above the line that it is about.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from boundary.checks.parties import home
from boundary.config import EXCEPTIONS
from boundary.extract import extract, extractors
from boundary.graph import Graph
from boundary.model import Finding
from boundary.reading.toml import TomlError, lines, values
from boundary.settle.waivers import COMMENT, Waiver, code_before
from boundary.source import Source

if TYPE_CHECKING:
    from tomlkit.items import Table

Read = Callable[[str], bytes | None]
"""The bytes of a file of the workspace, None where there is none."""


class Terms(msgspec.Struct, frozen=True):
    """What new exceptions say: why, of which type, and until when."""

    reason: str
    type: str = "accepted"
    until: date | None = None


class Edit(msgspec.Struct, frozen=True):
    """A file as it shall be. ``count`` is how many exceptions are written or taken out."""

    path: str
    data: bytes
    count: int


# --- where --------------------------------------------------------------------------------------------------


def place(graph: Graph, finding: Finding, configuration: str) -> str:
    """The file for the treaty about a finding; ``configuration`` is the path of the configuration."""
    node = graph.nodes.get(finding.target)
    service = graph.nodes.get(home(graph, node) or "") if node else None
    if service is None or service.root is None or service.id == finding.source:
        return configuration
    return posixpath.join(service.root, EXCEPTIONS)


# --- TOML ---------------------------------------------------------------------------------------------------


def added(path: str, data: bytes | None, findings: Sequence[Finding], terms: Terms) -> Edit:
    """A file with an exception for each rule and pair of ends of the findings, at its end."""
    import tomlkit

    text = (data or b"").decode("utf-8-sig")
    wanted = sorted({(finding.code, finding.from_name, finding.to_name) for finding in findings})
    tables = [_table(code, source, target, terms) for code, source, target in wanted]
    document = tomlkit.parse(text)
    listed = _within(document, _prefix(path)).get("exceptions")
    if isinstance(listed, tomlkit.items.Array):
        for table in tables:
            inline = tomlkit.inline_table()
            inline.update(table)
            listed.append(inline)
        return Edit(path, tomlkit.dumps(document).encode(), len(wanted))
    head = f"[[{'.'.join((*_prefix(path), 'exceptions'))}]]\n"
    end = "\r\n" if "\r\n" in text else "\n"
    blocks = [text.rstrip()] if text.strip() else []
    blocks += [(head + table.as_string().rstrip()).replace("\n", end) for table in tables]
    return Edit(path, ((end * 2).join(blocks) + end).encode(), len(wanted))


def _table(code: str, source: str, target: str, terms: Terms) -> Table:
    import tomlkit

    table = tomlkit.table()
    ends = {key: name for key, name in (("from", source), ("to", target)) if name}
    table.update({"rule": code, **ends, "type": terms.type, "reason": terms.reason})
    if terms.until:
        table.add("until", terms.until)
    return table


def without(path: str, data: bytes, waivers: Iterable[Waiver]) -> Edit:
    """A file without some of its exceptions, told by their lines, and without the comments right above them.

    Lines are cut out of the text, for a comment between two tables is about the one below it, which no editor of TOML
    knows. Where that does not give what is wanted (tables within a list), nothing is changed.
    """
    text = data.decode("utf-8-sig")
    end = "\r\n" if "\r\n" in text else "\n"
    rows = text.split(end)
    places = lines(text.replace("\r\n", "\n"))
    heads = sorted({line for line in places.values() if _HEAD.match(rows[line - 1])})
    old = _exceptions(path, text)
    wanted = {waiver.location.line for waiver in waivers} & set(heads)
    gone = [index for index in range(len(old)) if places.get((*_prefix(path), "exceptions", index)) in wanted]
    for line in sorted(wanted, reverse=True):
        _cut(rows, line, next((head for head in heads if head > line), len(rows) + 1))
    changed = end.join(rows)
    alike = _exceptions(path, changed) == [one for index, one in enumerate(old) if index not in gone]
    return Edit(path, changed.encode() if alike else data, len(gone) if alike else 0)


def narrowed(path: str, data: bytes, waivers: Iterable[tuple[Waiver, int]]) -> Edit:
    """A file with some of its exceptions, told by their lines, made for so many edges."""
    import tomlkit

    text = data.decode("utf-8-sig")
    places = lines(text.replace("\r\n", "\n"))
    wanted = {waiver.location.line: edges for waiver, edges in waivers}
    document = tomlkit.parse(text)
    count = 0
    for index, table in enumerate(_within(document, _prefix(path)).get("exceptions", [])):
        edges = wanted.get(places.get((*_prefix(path), "exceptions", index), 0))
        if edges:
            table["edges"] = edges
            count += 1
    return Edit(path, tomlkit.dumps(document).encode(), count)


def _cut(rows: list[str], line: int, following: int) -> None:
    """Take a table out of the rows; its head is on ``line``, that of the next one on ``following``."""
    first, last = line, following - 1
    while last > line and _EMPTY.fullmatch(rows[last - 1]):
        last -= 1
    while first > 1 and rows[first - 2].lstrip().startswith("#"):
        first -= 1
    while last < len(rows) and not rows[last].strip() and (first == 1 or not rows[first - 2].strip()):
        last += 1
    del rows[first - 1 : last]


_HEAD = re.compile(r"\s*\[")
_EMPTY = re.compile(r"\s*(#.*)?")


def _exceptions(path: str, text: str) -> list[Any]:
    """The exceptions of a document; None of them where it is not TOML."""
    try:
        found = _within(values(text.replace("\r\n", "\n")), _prefix(path)).get("exceptions", [])
    except TomlError:
        return []
    return found if isinstance(found, list) else []


def _within(document: Any, prefix: Sequence[str]) -> Any:
    for key in prefix:
        document = document.get(key, {})
    return document


def _prefix(path: str) -> tuple[str, ...]:
    return ("tool", "boundary") if posixpath.basename(path) == "pyproject.toml" else ()


# --- comments -----------------------------------------------------------------------------------------------

_OPENERS = {
    "#": ".py .rb .sh .bash .yaml .yml .toml .tf .hcl .tfvars .tofu .nomad .conf .cfg .properties .env .graphql .gql",
    "//": ".java .kt .kts .js .jsx .mjs .cjs .ts .tsx .mts .cts .go .cs .php .rs .c .cc .cpp .cxx .h .hpp .proto"
    " .thrift .gradle .groovy .scala .swift .prisma",
    "--": ".sql .ddl .lua",
    ";": ".ini",
    "<!--": ".xml .csproj .props .config .html .vue",
}
_MARKS = {ending: mark for mark, endings in _OPENERS.items() for ending in endings.split()}
_NAMED = re.compile(r"(?:.*\.)?(?:Dockerfile|Containerfile|Makefile|Procfile|CODEOWNERS|Caddyfile)(?:\..*)?")


def commented(path: str, data: bytes, findings: Sequence[Finding], terms: Terms) -> Edit | None:
    """A source with a comment above each line that a finding points at; None where that cannot be done safely.

    Safe is what changes nothing that is read of the file but its lines: a comment within a text of several lines would
    become a part of it.
    """
    mark = _mark(path)
    if mark is None:
        return None
    end = "\r\n" if b"\r\n" in data else "\n"
    rows = data.decode("utf-8", "surrogateescape").split(end)
    by_line: dict[int, set[str]] = {}
    for finding in findings:
        by_line.setdefault(finding.location.line, set()).add(finding.code)
    for line, codes in sorted(by_line.items(), reverse=True):
        row = rows[line - 1] if line <= len(rows) else ""
        indent = row[: len(row) - len(row.lstrip())]
        rows.insert(line - 1, indent + _comment(mark, codes, terms))
    changed = end.join(rows).encode("utf-8", "surrogateescape")
    return Edit(path, changed, len(by_line)) if _read_alike(path, data, changed) else None


def uncommented(path: str, data: bytes, waivers: Iterable[Waiver]) -> Edit:
    """A source without some comments: the lines where they stand alone, else the ends of lines."""
    end = "\r\n" if b"\r\n" in data else "\n"
    rows: list[str | None] = list(data.decode("utf-8", "surrogateescape").split(end))
    count = 0
    for line in sorted({waiver.location.line for waiver in waivers}):
        row = rows[line - 1] if line <= len(rows) else None
        match = COMMENT.match(row) if row else None
        if match and "*/" not in match["reason"].rstrip().removesuffix("*/"):
            rows[line - 1] = match["before"].rstrip() if code_before(match) else None
            count += 1
    changed = end.join(row for row in rows if row is not None).encode("utf-8", "surrogateescape")
    return Edit(path, changed, count) if _read_alike(path, data, changed) else Edit(path, data, 0)


def _mark(path: str) -> str | None:
    name = posixpath.basename(path)
    if _NAMED.fullmatch(name):
        return "#"
    return _MARKS.get(posixpath.splitext(name)[1].lower(), "#" if name.startswith(".env") else None)


def _comment(mark: str, codes: Iterable[str], terms: Terms) -> str:
    options = f" until={terms.until.isoformat()}" if terms.until else ""
    options += f" type={terms.type}" if terms.type != "accepted" else ""
    text = f"{mark} boundary: ignore[{', '.join(sorted(codes))}]{options} {terms.reason}"
    return f"{text} -->" if mark == "<!--" else text


_PLACES = ("line", "column", "end_line")


def _read_alike(path: str, one: bytes, other: bytes) -> bool:
    """Whether two contents of a file say the same, wherever in it."""
    return bool(_said(path, one) == _said(path, other))


def _said(path: str, data: bytes) -> Any:
    return _without_places(msgspec.to_builtins(extract(Source(path, data), extractors()).facts))


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items() if key not in _PLACES}
    return [_without_places(inner) for inner in value] if isinstance(value, list | tuple) else value
