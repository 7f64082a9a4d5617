"""The files that one side of a comparison may read: those of a folder on disk, or of a folder in a commit.

A side is named as a file, a folder or ``REV:path``. Whatever a document refers to is read through the same door: paths
below its root, symbolic links never followed, sizes bounded.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from boundary import git
from boundary.errors import ContractError, no_such_contract, unsafe_repository

LARGEST = 64_000_000
"""Bytes of the largest file that is read; the largest public description has some 13 MB."""

_ENDINGS = (".yaml", ".yml", ".json", ".proto", ".graphql", ".graphqls", ".gql", ".avsc", ".thrift")
_REVISION = re.compile(r"([^:]{2,}):(.*)", re.DOTALL)  # one letter before the colon is a drive
_MOST = 20_000
_HEAD = 16_384


Reader = Callable[[str], bytes | None]


class Files:
    """Files below a root, by their paths with ``/``; ``paths`` are the ones that were asked for, sorted.

    ``label`` is how the side was named, for messages; ``reader`` gives the bytes of a path, None where there is no such
    file. A context manager: leaving it ends the git process of a revision.
    """

    def __init__(
        self, label: str, paths: Iterable[str], reader: Reader, close: Callable[[], None] = lambda: None
    ) -> None:
        self.label = label
        self.paths = tuple(sorted(paths))
        self._reader = reader
        self._close = close
        self._known: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """The bytes of a file below the root; ContractError when there is none or it is too large."""
        if path not in self._known:
            data = self._reader(path)
            if data is None:
                raise ContractError(f"{self.label} has no file {path}")
            self._known[path] = data
        return self._known[path]

    def text(self, path: str) -> str:
        """A file's text; ContractError when it is not UTF-8."""
        try:
            return self.read(path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.read(path).count(b"\n", 0, error.start) + 1
            raise ContractError("is not UTF-8 text", where=f"{path}:{line}") from None

    def head(self, path: str) -> bytes:
        """The first bytes of a file, which tell what it is."""
        return self.read(path)[:_HEAD]

    def only(self, paths: Iterable[str]) -> Files:
        """The same side with other files asked for; what they refer to is read all the same."""
        return Files(self.label, paths, self.read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()


def opened(given: str | os.PathLike[str]) -> Files:
    """The side that ``given`` names. What exists on disk is taken for itself before it is tried as a revision."""
    text = os.fspath(given)
    path = Path(text)
    if path.is_dir():
        return _on_disk(text, path, tuple(_listed(path)))
    if path.is_file():
        root = _top(path)
        return _on_disk(text, root, (path.resolve().relative_to(root.resolve()).as_posix(),))
    if match := _REVISION.fullmatch(text):
        return _in_commit(text, match[1], match[2].replace("\\", "/"))  # git has it with slashes on Windows, too
    raise no_such_contract(text)


def _top(file: Path) -> Path:
    """How far up the references of a file may lead: its repository, or its own folder where there is none."""
    folder = file.resolve().parent
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def _on_disk(label: str, root: Path, paths: tuple[str, ...]) -> Files:
    real = root.resolve()

    def read(path: str) -> bytes | None:
        file = root / path
        try:
            if not file.resolve().is_relative_to(real):
                raise ContractError(f"{path} leads out of {root}", hint="A contract reads nothing outside its folder.")
            if not file.is_file():
                return None
            if file.stat().st_size > LARGEST:
                raise _too_large(path)
            return file.read_bytes()
        except (OSError, RuntimeError) as error:
            raise ContractError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None

    return Files(label, paths, read)


def _listed(root: Path) -> list[str]:
    """Paths below a folder that may be contracts; hidden folders and symbolic links are left out."""
    found: list[str] = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith(".") and name != "node_modules")
        inner = Path(folder).relative_to(root)
        found += [
            (inner / name).as_posix()
            for name in sorted(names)
            if name.lower().endswith(_ENDINGS) and not (Path(folder) / name).is_symlink()
        ]
        if len(found) > _MOST:
            break
    return sorted(found)[:_MOST]


# --- revisions ----------------------------------------------------------------------------------------------


def _in_commit(label: str, revision: str, path: str) -> Files:
    """Files of a commit; ``path`` counts from the top of the repository that the current folder lies in, as git has it,
    or from the current folder when it begins with ``./``."""
    here = Path.cwd()
    top = _top(here / "file")
    if path.startswith(("./", "../")):
        path = posixpath.join(here.resolve().relative_to(top).as_posix(), path)
    inner = posixpath.normpath(path) if path else "."
    repository = _repository(top, label)
    tree = repository.tree(repository.commit(revision))
    listed = {one.path: one for one in tree if one.mode not in (git.LINK, git.SUBMODULE)}
    found = _below(listed, inner)
    if not found:
        raise ContractError(f"{revision} has no file or folder {path}", hint="The path counts from the top folder.")
    prefix = "" if inner in listed or inner == "." else f"{inner}/"
    blobs = repository.blobs()

    def read(one: str) -> bytes | None:
        entry = listed.get(prefix + one)
        if entry is None:
            return None
        if entry.size > LARGEST:
            raise _too_large(one)
        return blobs.read(entry.blob)

    return Files(label, (one.removeprefix(prefix) for one in found), read, blobs.close)


def _repository(folder: Path, label: str) -> git.Repository:
    try:
        found = git.Repository.at(folder)
    except git.Unsafe:
        raise unsafe_repository(str(folder)) from None
    if found is None:
        raise no_such_contract(label)
    return found


def _below(listed: dict[str, git.Object], inner: str) -> list[str]:
    if inner in listed:
        return [inner]
    prefix = "" if inner == "." else f"{inner}/"
    return sorted(path for path in listed if path.startswith(prefix) and path.lower().endswith(_ENDINGS))


def _too_large(path: str) -> ContractError:
    return ContractError(f"{path} has more than {LARGEST // 1_000_000} MB", hint="No contract is that large.")
