"""The body of a rule document: title, why, examples that run, fix; a small part of Markdown, read line by line.

Within ``## Bad`` and ``## Good`` a ``###`` heading starts another example, and every fenced block is a file of it
(```` ```python file=orders/app.py ````). The files of ``## Workspace``, where there is one, belong to every example;
for rules of the clause ``contract`` they alone are the base revision, which the example changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from boundary.checks.frontmatter import Fault
from boundary.checks.rule import HISTORY, RELEASES, Example, ExampleFile, Expectation
from boundary.errors import suggestion

SECTIONS = ("Workspace", "Bad", "Good", "Fix")

_FENCE = re.compile(r"(?P<ticks>`{3,}|~{3,})(?P<info>[^`]*)$")
_FILE = re.compile(r"(?:^|\s)file=(?P<path>\S+)\s*$")
_MARK = re.compile(
    r"(?P<before>.*?)(?:#|//|--|;|/\*|<!--|\{#)\s*finds:\s*(?P<codes>[A-Z]+\d+(?: info)?(?:,\s*[A-Z]+\d+(?: info)?)*)"
)


class Prose(msgspec.Struct, frozen=True):
    """What the body says. ``why`` and ``fix`` are Markdown."""

    title: str
    why: str
    fix: str
    bad: tuple[Example, ...]
    good: tuple[Example, ...]


class _Line(msgspec.Struct, frozen=True):
    number: int
    text: str
    fenced: bool
    info: str | None = None  # of an opening fence


def read(body: str, first: int, code: str, fault: Fault) -> Prose:
    """Read the body that starts on line ``first`` of the document of the rule ``code``."""
    title, sections = _sections(list(_lines(body, first)), fault)
    common = [file for example in _examples(sections["Workspace"], fault) for file in example.files]
    bad = [_complete(example, common, fault) for example in _examples(sections["Bad"], fault)]
    good = [_complete(example, common, fault) for example in _examples(sections["Good"], fault)]
    for name, found in (("Bad", bad), ("Good", good)):
        if not found:
            fault(first, f"there is no example under ## {name}")
    for example in bad:
        if code and code not in {expected.code for expected in example.expected}:
            fault(example.line, f"a bad example says where {code} is found: a comment, finds: {code}")
    for example in good:
        if example.expected:
            fault(example.line, "nothing is found in a good example: no finds: here")
    why, fix = _text(sections["why"]), _text(sections["Fix"])
    for name, text in (("title: # …", title), ("text under the title", why), ("text under ## Fix", fix)):
        if not text:
            fault(first, f"there is no {name}")
    return Prose(title, why, fix, tuple(bad), tuple(good))


def _lines(text: str, first: int) -> Iterator[_Line]:
    fence = ""
    for number, line in enumerate(text.split("\n"), first):
        match = _FENCE.match(line)
        if fence:
            if match and match["ticks"].startswith(fence) and not match["info"].strip():
                fence = ""
            yield _Line(number, line, fenced=True)
        elif match:
            fence = match["ticks"]
            yield _Line(number, line, fenced=True, info=match["info"].strip())
        else:
            yield _Line(number, line, fenced=False)


def _sections(lines: list[_Line], fault: Fault) -> tuple[str, dict[str, list[_Line]]]:
    title = ""
    sections: dict[str, list[_Line]] = {name: [] for name in ("why", *SECTIONS)}
    current = "why"
    for line in lines:
        heading = "" if line.fenced else line.text
        if heading.startswith("# ") and not title:
            title = heading[2:].strip()
        elif heading.startswith("## "):
            name = heading[3:].strip()
            if name in SECTIONS:
                current = name
            else:
                fault(line.number, f"unknown section {name}. {suggestion(name, SECTIONS)}")
        else:
            sections[current].append(line)
    return title, sections


def _text(lines: list[_Line]) -> str:
    return "\n".join(line.text for line in lines).strip()


def _examples(lines: list[_Line], fault: Fault) -> list[Example]:
    found: list[Example] = []
    files: list[ExampleFile] = []
    caption, start = "", 0
    for number, line in enumerate(lines):
        if not line.fenced and line.text.startswith("### "):
            if files:
                found.append(Example(caption, tuple(files), line=start))
            caption, files = line.text[4:].strip(), []
        elif line.info is not None:
            start = start if files else line.number
            files += _file(line, lines[number + 1 :], files, fault)
    return [*found, Example(caption, tuple(files), line=start)] if files else found


def _file(opening: _Line, rest: list[_Line], before: list[ExampleFile], fault: Fault) -> list[ExampleFile]:
    match = _FILE.search(opening.info or "")
    path = match["path"] if match else ""
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or str(pure) != path:
        fault(opening.number, "a block of an example names its file, relative to the workspace: file=orders/app.py")
        return []
    if path in {file.path for file in before}:
        fault(opening.number, f"{path} is there twice in one example; a ### heading starts another one")
    inside: list[str] = []
    for line in rest:
        if not line.fenced or line.info is not None:
            break
        inside.append(line.text)
    return [ExampleFile(path, "\n".join(inside[:-1]) + "\n", opening.number + 1)]


def _complete(example: Example, common: list[ExampleFile], fault: Fault) -> Example:
    own = {file.path for file in example.files}
    files = (*(file for file in common if file.path not in own), *example.files)
    expected = sorted(expectation for file in files for expectation in _expected(file, fault))
    before = tuple(file for file in common if not file.path.startswith((HISTORY, RELEASES)))
    return msgspec.structs.replace(example, files=files, before=before, expected=tuple(expected))


def _expected(file: ExampleFile, fault: Fault) -> Iterator[Expectation]:
    lines = file.text.split("\n")
    nested = file.path.endswith(".md")
    for line in _lines(file.text, 1) if nested else (_Line(n, text, fenced=False) for n, text in enumerate(lines, 1)):
        match = _MARK.match(line.text)
        if match and not line.fenced:
            # Alone on its line it stands above the line that it is about: not every format has comments at the end.
            number = line.number + (not match["before"].strip())
            if number >= len(lines):
                fault(file.line + line.number - 1, "there is no line below this comment that it could be about")
            for code in match["codes"].split(","):
                name, _, mildly = code.strip().partition(" ")
                yield Expectation(file.path, number, name, bool(mildly))
