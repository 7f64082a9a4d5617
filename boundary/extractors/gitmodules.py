"""``.gitmodules``: other repositories that are laid into this one.

Syntax: https://git-scm.com/docs/git-config#_syntax ; keys: https://git-scm.com/docs/gitmodules .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.facts import Submodule
from boundary.source import Source

FORMAT = "gitmodules"

_SECTION = re.compile(r'\s*\[\s*submodule\s+"((?:[^"\\]|\\.)*)"\s*\]', re.IGNORECASE)
_ENTRY = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*(.*)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def matches(path: str) -> bool:
    """A file called ``.gitmodules``."""
    return PurePosixPath(path).name == ".gitmodules"


def extract(source: Source) -> Iterator[Submodule]:
    """One fact for each submodule that has a path; its line is the section's."""
    section: re.Match[str] | None = None
    start = 0
    entries: dict[str, str] = {}
    for number, line in enumerate((*source.text.split("\n"), "[end]"), 1):
        entry = _ENTRY.match(line)
        if line.lstrip().startswith("["):
            if section and entries.get("path"):
                yield Submodule(_unescaped(section.group(1)), entries["path"], entries.get("url", ""), line=start)
            section, start, entries = _SECTION.match(line), number, {}
        elif entry:
            entries[entry.group(1).lower()] = _value(entry.group(2))


def _value(text: str) -> str:
    quoted = _QUOTED.match(text)
    if quoted:
        return _unescaped(quoted.group(1))
    return re.sub(r"\s*[#;].*", "", text).strip()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
