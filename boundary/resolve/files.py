"""The facts of a workspace by path and kind, and paths as their writers mean them."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

from boundary.facts import Fact, FileFacts

Kind = TypeVar("Kind", bound=Fact)


class Files:
    """All files of a workspace, in the order of their paths. ``repositories`` are the folders of its repositories."""

    def __init__(self, files: Iterable[FileFacts], repositories: Sequence[str] = ()) -> None:
        self.by_path = {file.path: file for file in sorted(files, key=lambda file: file.path)}
        self._repositories = frozenset(repositories)
        self._said: dict[type, dict[str, list[Fact]]] = defaultdict(dict)
        for path, file in self.by_path.items():
            for fact in file.facts:
                self._said[type(fact)].setdefault(path, []).append(fact)

    def all(self, kind: type[Kind]) -> list[tuple[str, Kind]]:
        """All facts of a kind with their paths."""
        return [(path, fact) for path, facts in self._said[kind].items() for fact in facts]  # type: ignore[misc]

    def of(self, path: str, kind: type[Kind]) -> list[Kind]:
        """The facts of a kind that one file states."""
        return self._said[kind].get(path, [])  # type: ignore[return-value]

    def paths(self, kind: type[Fact]) -> list[str]:
        """The files that state a fact of a kind."""
        return list(self._said[kind])

    @cached_property
    def folders(self) -> dict[str, tuple[str, ...]]:
        """The files directly in each folder; folders that hold only folders have none."""
        found: dict[str, list[str]] = {"": []}
        for path in self.by_path:
            found.setdefault(folder(path), []).append(path)
            for above in ancestors(path):
                found.setdefault(above, [])
        return {name: tuple(paths) for name, paths in found.items()}

    def about(self, path: str, workload: str) -> tuple[Fact, ...]:
        """What a file states of a workload, besides the workload itself."""
        return tuple(self._about.get((path, workload), ()))

    @cached_property
    def _about(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for path, file in self.by_path.items():
            for fact in file.facts:
                workload = getattr(fact, "workload", None)
                if workload is not None:
                    found[path, workload].append(fact)
        return found

    def below(self, root: str) -> list[str]:
        """All files in a folder and its folders; the file itself when the root is a file."""
        return [path for path in self.by_path if within(path, root)]

    def repository(self, path: str) -> str:
        """The repository that a path lies in: the nearest one known."""
        return next((above for above in (path, *ancestors(path)) if above in self._roots), "")

    @cached_property
    def _roots(self) -> frozenset[str]:
        """What was told; else a workspace with deployment or build files at its root is one repository, and in any
        other one the folders of the first level are (or those that CODEOWNERS files name as theirs)."""
        if self._repositories:
            return self._repositories
        from boundary.facts import Deployment, ImageStage, OwnerRule, Package

        telling = [path for kind in (Deployment, ImageStage, Package) for path in self.paths(kind)]
        bases = {rule.base for _, rule in self.all(OwnerRule)}
        if "" in bases or any("/" not in path for path in telling):
            return frozenset({""})
        first = {path.partition("/")[0] for path in self.by_path if "/" in path}
        return frozenset(bases | first)


def folder(path: str) -> str:
    """The folder of a path, "" for the workspace root."""
    return path.rpartition("/")[0]


def ancestors(path: str) -> list[str]:
    """The folders that a path lies in, the nearest first, the root last."""
    found = []
    while path:
        path = folder(path)
        found.append(path)
    return found


def within(path: str, root: str) -> bool:
    """Whether a path is the root or lies below it."""
    return not root or path == root or path.startswith(root + "/")


def place(base: str, written: str) -> str:
    """A path as written in a folder, relative to the workspace root; it begins with ``..`` when it leaves it, and
    absolute ones stay as they are."""
    path = posixpath.normpath(posixpath.join(base, written))
    return "" if path == "." else path


def inside(base: str, written: str) -> str | None:
    """As ``place``, None for what is outside of the workspace."""
    if "://" in written or written.startswith(("/", "~")):
        return None
    path = place(base, written)
    return None if path == ".." or path.startswith("../") else path


def fold(name: str) -> str:
    """A name without case and separators, by which packagings of one thing meet."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


_ANYWHERE = frozenset("src app apps docker build deploy deployment code main cmd source server image container".split())


def called(path: str) -> str:
    """What a folder is called after: its last part that says something (``cart/src`` is ``cart``)."""
    parts = [part for part in path.split("/") if part]
    return next((part for part in reversed(parts) if part.lower() not in _ANYWHERE), parts[-1] if parts else "")
