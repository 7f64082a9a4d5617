"""The dependencies in a script of Gradle: what each configuration is given, in the usual notations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._gradle_text import STRING

_TEXT = re.compile(STRING)
_CONFIGURATION = re.compile(
    r"\b((?:[a-z]\w*)?(?:[iI]mplementation|[aA]pi|[cC]ompile(?:Only)?|[rR]untime(?:Only)?|[aA]nnotationProcessor)"
    r"|kapt\w*|ksp\w*|developmentOnly)\b(?=[\"']?[\s(,])"
)
_PROJECT = re.compile(r"""project\s*\(\s*(?:path\s*[:=]\s*)?["'](:?[^"'\n]*)["']""")
_ACCESSOR = re.compile(r"(?<![\w.$])([a-zA-Z]\w*)((?:\.\w+)+)(\s*\()?")
"""A project, or an entry of a catalogue; what is called at the end is a method of it."""
_FOUND = re.compile(r"""\bfind(?:Library|(Bundle))\s*\(\s*["']([^"'\n]+)["']""")
_COORDINATES = re.compile(r"""["']([\w.-]+):([\w.-]+)(?::([^"'@:\s]*))?[^"'\n]*["']""")
_NAMED = re.compile(
    r"""group\s*[:=]\s*["']([^"'\n]+)["']\s*,\s*name\s*[:=]\s*["']([^"'\n]+)["'](?:\s*,\s*version\s*[:=]\s*["']?([^"',)\s]+))?"""
)

Need = tuple[int, str, tuple[str, str, str, str]]


def dependencies(text: str) -> Iterator[Need]:
    """(line, configuration, what) of everything that a configuration is given, over the lines that commas continue."""
    line, counted = 1, 0
    starts = list(_CONFIGURATION.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, limit in zip(starts, ends, strict=False):
        statement = text[match.end() : _end(text, match.end(), limit)]
        for at, what in sorted(_given(statement)):
            line += text.count("\n", counted, match.end() + at)
            counted = match.end() + at
            yield line, match[1], what


def _end(text: str, at: int, limit: int) -> int:
    """Where a statement ends: at the first line that neither ends with a comma nor opens a parenthesis."""
    while True:
        end = text.find("\n", at, limit)
        if end < 0 or text[at:end].rstrip()[-1:] not in (",", "("):
            return limit if end < 0 else end
        at = end + 1


def _given(statement: str) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    for found in _PROJECT.finditer(statement):
        yield found.start(), ("project", found[1] if found[1].startswith(":") else f":{found[1]}", "", "")
    for found in _ACCESSOR.finditer(_TEXT.sub(lambda text: " " * len(text[0]), statement)):
        steps = found[2].split(".")[1 : -1 if found[3] else None]
        if found[1] == "projects":
            yield found.start(), ("project", "".join(f":{step}" for step in steps), "", "")
        elif steps:
            yield found.start(), ("alias", ".".join((found[1], *steps)), "", "")
    for found in _FOUND.finditer(statement):
        yield found.start(), ("alias", f"libs.{'bundles.' if found[1] else ''}{found[2]}", "", "")
    for found in (*_COORDINATES.finditer(statement), *_NAMED.finditer(statement)):
        yield found.start(), ("", found[1], found[2], found[3] or "")
