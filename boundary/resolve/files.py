"""The facts of a workspace by path and kind, and paths as their writers mean them."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import TypeVar

from boundary.facts import (
    Assign,
    Class,
    Deployment,
    Evaluate,
    Fact,
    FileFacts,
    Function,
    ImageStage,
    Import,
    Link,
    Mount,
    OwnerRule,
    Package,
    Port,
    Return,
    SharedNamespace,
    Variable,
    VariableFile,
    VariableSource,
)
from boundary.model import Location

Kind = TypeVar("Kind", bound=Fact)

_CODE = frozenset([Assign, Class, Evaluate, Function, Import, Return])
"""Kinds that files have by the hundred: they are looked for in the one file that is asked about."""

_ABOUT = (Variable, VariableFile, VariableSource, Port, Mount, SharedNamespace, Link)

_ROOTED = re.compile(r"(^|/)\.(github/|gitlab-ci\.ya?ml$|gitmodules$)")


class Files:
    """All files of a workspace, in the order of their paths. ``repositories`` are the folders of its repositories."""

    def __init__(self, files: Iterable[FileFacts], repositories: Sequence[str] = ()) -> None:
        self.by_path = {file.path: file for file in sorted(files, key=lambda file: file.path)}
        self._paths = list(self.by_path)
        self._repositories = frozenset(repositories)
        self._said: dict[type, dict[str, list[Fact]]] = defaultdict(dict)
        for path, file in self.by_path.items():
            for fact in file.facts:
                if type(fact) not in _CODE:
                    self._said[type(fact)].setdefault(path, []).append(fact)

    def all(self, kind: type[Kind]) -> list[tuple[str, Kind]]:
        """All facts of a kind, which is none of code, with their paths."""
        return [(path, fact) for path, facts in self._said[kind].items() for fact in facts]  # type: ignore[misc]

    def paths(self, kind: type[Fact]) -> list[str]:
        """The files that state a fact of a kind, which is none of code."""
        return list(self._said[kind])

    def of(self, path: str, kind: type[Kind]) -> list[Kind]:
        """The facts of a kind that one file states."""
        file = self.by_path.get(path)
        return [fact for fact in file.facts if isinstance(fact, kind)] if file else []

    def about(self, path: str, workload: str) -> tuple[Fact, ...]:
        """What a file states of a workload, besides the workload itself."""
        return tuple(self._about.get((path, workload), ()))

    @cached_property
    def _about(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for path in {path: None for kind in _ABOUT for path in self._said[kind]}:
            for fact in self.by_path[path].facts:
                if isinstance(fact, _ABOUT):
                    found[path, fact.workload].append(fact)
        return found

    def below(self, root: str) -> list[str]:
        """All files in a folder and its folders; the file itself when the root is a file."""
        if not root or root in self.by_path:
            return [root] if root else self._paths
        start = bisect_left(self._paths, root + "/")
        return self._paths[start : bisect_left(self._paths, root + "0", start)]  # "0" comes after "/"

    @cached_property
    def folders(self) -> dict[str, tuple[str, ...]]:
        """The files directly in each folder; folders that hold only folders have none."""
        found: dict[str, list[str]] = {"": []}
        for path in self.by_path:
            found.setdefault(folder(path), []).append(path)
            for above in ancestors(path):
                found.setdefault(above, [])
        return {name: tuple(paths) for name, paths in found.items()}

    def repository(self, path: str) -> str:
        """The repository that a path lies in: the nearest one known."""
        return next((above for above in (path, *ancestors(path)) if above in self._roots), "")

    @cached_property
    def _roots(self) -> frozenset[str]:
        """What was told; else a workspace with deployment or build files at its root is one repository, and in any
        other one the folders of the first level are, and those with files that stand at a repository's root."""
        if self._repositories:
            return self._repositories
        telling = [path for kind in (Deployment, ImageStage, Package) for path in self.paths(kind)]
        bases = {rule.base for _, rule in self.all(OwnerRule)}
        bases |= {
            folder(f"/{path}".partition("/.git")[0] + "/-").strip("/") for path in self.by_path if _ROOTED.search(path)
        }
        if "" in bases or any("/" not in path for path in telling):
            return frozenset({""})
        first = {path.partition("/")[0] for path in self.by_path if "/" in path}
        return frozenset(bases | first)


def stands(path: str, fact: Fact) -> Location:
    """Where a fact stands that is told of a file."""
    return Location(fact.file or path, fact.line, fact.column)


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


@lru_cache(1 << 16)
def fold(name: str) -> str:
    """A name without case and separators, by which packagings of one thing meet."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


_ANYWHERE = frozenset(
    [
        "src",
        "app",
        "apps",
        "docker",
        "build",
        "deploy",
        "deployment",
        "code",
        "main",
        "cmd",
        "source",
        "server",
        "image",
    ]
)
_LANGUAGES = {
    "py": "python", "go": "go", "java": "java", "kt": "kotlin", "cs": "csharp", "js": "javascript", "mjs": "javascript",
    "cjs": "javascript", "jsx": "javascript", "ts": "typescript", "tsx": "typescript", "rb": "ruby", "php": "php",
    "rs": "rust", "cxx": "cpp", "hpp": "cpp", "hh": "cpp", "h": "cpp",
    "scala": "scala", "ex": "elixir", "exs": "elixir", "cpp": "cpp", "cc": "cpp", "c": "c",
    "swift": "swift", "groovy": "groovy", "fs": "fsharp", "erl": "erlang", "clj": "clojure", "dart": "dart",
}  # fmt: skip


def called(path: str) -> str:
    """What a folder is called after: its last part that says something (``cart/src`` is ``cart``)."""
    parts = [part for part in path.split("/") if part]
    return next((part for part in reversed(parts) if part.lower() not in _ANYWHERE), parts[-1] if parts else "")


def says(path: str) -> bool:
    """Whether a folder's path has a part that every other system does not have (``docker``, ``src/app``)."""
    return any(part and part.lower() not in _ANYWHERE for part in path.split("/"))


def language(path: str) -> str:
    """The programming language of a file by its name, "" for none."""
    return _LANGUAGES.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "")


def is_code(path: str) -> bool:
    """Whether a file is a program's source."""
    return bool(language(path))


def taken_in(module: str) -> str:
    """What a module is called where it is taken in as a whole, by its path or by what an import says."""
    folder, _, name = module.rpartition("/")
    stem = name.partition(".")[0]
    return f"<{folder.rpartition('/')[2] if stem == 'index' else stem}>"
