"""What the extractors of manifests share: the shapes of dependencies, and TOML with lines."""

from __future__ import annotations

import re
from typing import Any, Literal

from boundary.extract import UnreadableSource
from boundary.facts import Dependency
from boundary.reading.toml import Path, TomlError, lines, values
from boundary.source import Source

Scope = Literal["runtime", "dev", "build", "optional"]
Origin = Literal["registry", "path", "git", "workspace"]

GIT = re.compile(r"(?:git(?:\+|://|@)|ssh://|(?:github|gitlab|bitbucket):)|.*\.git(?:[#@?/]|$)")
"""Matches an address that a package manager clones instead of downloading."""

_DEVELOPMENT = re.compile(r"(?:^|[^a-z])(?:dev|develop|development|tests?|testing|lint|docs?|ci|typing|qa)(?:[^a-z]|$)")


class Toml:
    """A TOML file: its values, and the line of each."""

    def __init__(self, source: Source) -> None:
        text = source.text
        try:
            self.data = values(text)
        except TomlError as error:
            raise UnreadableSource(error.what, str(error), error.line, error.column) from None
        self._lines = lines(text)

    def table(self, *path: str) -> dict[str, Any]:
        """The table of these keys, an empty one when there is none."""
        found: Any = self.data
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def line(self, *path: str | int) -> int:
        """The line of a value, or of the longest part of the way to it that has one."""
        at: Path = path
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)


def texts(value: Any) -> tuple[str, ...]:
    """The texts among the elements of a list; () for anything else."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def text(table: Any, key: str) -> str:
    """The text that a table has at a key, "" for anything else."""
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, str) else ""


def group_scope(name: str) -> Scope:
    """The scope of an optional group of dependencies, by its name."""
    return "dev" if _DEVELOPMENT.search(name.lower()) else "optional"


def located(ecosystem: str, name: str, table: dict[str, Any], line: int, scope: Scope = "runtime") -> Dependency:
    """A dependency written as a table with ``version``, ``path``, ``git``, ``workspace`` … (Poetry, uv, Cargo)."""
    if table.get("optional") is True and scope == "runtime":
        scope = "optional"
    origin: Origin = "registry"
    target = ""
    if path := text(table, "path"):
        origin, target = "path", path
    elif git := text(table, "git"):
        folder = text(table, "subdirectory")
        origin, target = "git", f"{git}#subdirectory={folder}" if folder else git
    elif table.get("workspace") is True:
        origin = "workspace"
    return Dependency(ecosystem, name, text(table, "version"), origin, target, scope, line=line)
