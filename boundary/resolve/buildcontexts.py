"""What a Dockerfile takes out of its build context: which files of the workspace, or whatever an argument names."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

from boundary.facts import Package
from boundary.resolve.files import Files, folder, inside, is_code

_CHOSEN = re.compile(r"(?:^|/)\$(?:\w+|\{\w+\})(?:/|$)")
"""A whole step of a path that nobody fills in."""


def brought(files: Files, copied: Iterable[str], base: str) -> list[str]:
    """The files of the workspace that are copied from a context."""
    found: list[str] = []
    for source in copied:
        path = inside(base, source)
        if path is not None and there(files, path):
            found += files.below(path)
        elif path is not None:
            found += fnmatch.filter(files.folders.get(folder(path), ()), path)
    return found


def chooses(files: Files, home: str, base: str, source: str) -> bool:
    """Whether an argument that nobody gives names the folder to copy, one of several beside each other, or for a
    Dockerfile whose folder (``home``) stands apart from all code."""
    hole = _CHOSEN.search(source)
    around = inside(base, source[: hole.start()] or ".") if hole else None
    if around is None:
        return False
    inner = {path[len(around) :].lstrip("/").partition("/")[0] for path in map(folder, files.below(around))}
    return len(inner - {""}) > 1 or not holds(files, home)


def there(files: Files, path: str | None) -> bool:
    """Whether a path is a file or folder of the workspace."""
    return path is not None and (path in files.folders or path in files.by_path)


def holds(files: Files, where: str) -> bool:
    """Whether code or a build manifest lies in a folder."""
    return any(is_code(path) or files.of(path, Package) for path in files.below(where))
