"""Files of a folder without git's help, and the repositories below a folder.

What ``.gitignore`` excludes is left out where a version control stands beside it. A folder without any is what was
packed or copied: every file there was committed, also one that a pattern meant for something else happens to name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from boundary.discover.marks import UNREADABLE, folder_mark
from boundary.reading.globs import Ignore

DEPTH = 3
"""How deep below a folder repositories are looked for."""

_ADMINISTRATION = frozenset({".git", ".hg", ".svn", ".jj", "CVS"})
_LARGEST_IGNORE = 1024 * 1024

Rules = tuple[tuple[str, Ignore], ...]
"""The ``.gitignore`` files that count in a folder, the nearest first, each with its folder (with a final slash)."""


class Listing:
    """What a walk found: ``files``, as the file system names them, and folders that stand ``apart``, not entered, each
    with the mark that says why."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.apart: dict[str, str] = {}


def walk(top: Path, leave: frozenset[str] = frozenset(), *, packed: bool = False) -> Listing:
    """All files below a folder that no ``.gitignore`` there excludes; ``packed``: all of them. Folders in ``leave`` are
    not entered, installed packages neither. Symbolic links are not followed."""
    found = Listing()
    waiting: list[tuple[str, Rules]] = [("", ())]
    while waiting:
        folder, rules = waiting.pop()
        try:
            with os.scandir(top / folder) as listing:
                inside = sorted(listing, key=lambda one: one.name)
        except OSError:
            found.apart[folder or "."] = UNREADABLE
            continue
        rules = () if packed else _rules(top, folder, inside) + rules
        for one in inside:
            path = f"{folder}/{one.name}" if folder else one.name
            is_folder = one.is_dir(follow_symlinks=False)
            if path in leave or one.name in _ADMINISTRATION or _ignored(path, is_folder, rules):
                continue
            if not is_folder:
                found.files.append(path)
            elif folder_mark(one.name) == "installed":
                found.apart[path] = "installed"
            else:
                waiting.append((path, rules))
    return found


def _rules(top: Path, folder: str, inside: list[os.DirEntry[str]]) -> Rules:
    for one in inside:
        if one.name == ".gitignore" and one.is_file(follow_symlinks=False):
            try:
                data = (top / folder / one.name).read_bytes()[:_LARGEST_IGNORE]
            except OSError:
                return ()
            return ((f"{folder}/" if folder else "", Ignore(data.decode("utf-8", "replace"))),)
    return ()


def _ignored(path: str, is_folder: bool, rules: Rules) -> bool:
    for base, ignore in rules:
        verdict = ignore.verdict(path[len(base) :], folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def is_packed(top: Path) -> bool:
    """Whether no version control manages the folder, itself or from above: it came out of an archive, or was copied."""
    return not any((folder / name).exists() for folder in (top, *top.parents) for name in _ADMINISTRATION)


def repositories_below(top: Path, *, managed: bool) -> Iterator[str]:
    """Folders up to DEPTH below ``top`` that are git repositories, working or bare, by path.

    Not looked into: hidden folders, installed and vendored packages, and, when ``top`` is itself ``managed`` by git,
    its tests and examples, whose repositories are material for tests.
    """
    passed = {"installed", "vendored"} | ({"test", "example"} if managed else set())
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for name in _folders(top / folder):
            path = f"{folder}/{name}" if folder else name
            if name.startswith(".") or folder_mark(name) in passed:
                continue
            if is_repository(top / path):
                yield path
            if path.count("/") < DEPTH - 1 and not _is_bare(top / path):
                waiting.append(path)


def _folders(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as listing:
            return sorted(one.name for one in listing if one.is_dir(follow_symlinks=False))
    except OSError:
        return []


def is_repository(folder: Path) -> bool:
    """Whether the folder itself is the top of a git repository."""
    return (folder / ".git").exists() or _is_bare(folder)


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
