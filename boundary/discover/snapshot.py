"""Snapshots: the files of a workspace as they stand in the working tree, in a commit, or in memory, behind one face."""

from __future__ import annotations

import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from boundary.discover.marks import UNREADABLE, Marks
from boundary.git import LINK, SUBMODULE, Repository, text_of
from boundary.model import Revision

MOST_EARLIER = 50
"""Changes of one file that are looked at."""

MOST = 1000
"""Commits of a history that are looked at, from the newest: asked is who works together now, not who once did."""


class Entry(msgspec.Struct, frozen=True, order=True):
    """A file of a snapshot. ``mark`` tells what kind of file the path is (see ``Marks``), ``link`` where a symbolic
    link points to, as stored; ``size`` is in bytes; ``blob`` git's id of the content, where it is known."""

    path: str
    mark: str = ""
    link: str | None = None
    size: int = 0
    blob: str | None = None


class Snapshot(ABC):
    """Files at one moment; paths use ``/``. Symbolic links are listed and never followed.

    A context manager: leaving it closes what it holds open.
    """

    @abstractmethod
    def entries(self) -> Sequence[Entry]:
        """All files, by path."""

    @abstractmethod
    def read(self, path: str) -> bytes:
        """The bytes of an entry; OSError when it cannot be read."""

    def history(self) -> Sequence[Revision]:
        """The last commits before this moment, where they are known."""
        return ()

    def earlier(self, path: str) -> Iterator[bytes]:  # noqa: ARG002 - most have no past
        """What a file held before this moment, as far as that is known, the newest first."""
        return iter(())

    def released(self, path: str, names: Sequence[str]) -> Snapshot | None:  # noqa: ARG002 - likewise
        """The repository that a file is in as it was released under the first of some names that it knows; its paths
        are those of this snapshot. Close it."""
        return None

    def close(self) -> None:  # noqa: B027 - most hold nothing
        """Let go of processes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Memory(Snapshot):
    """Files given as texts or bytes, by path, with the commits and releases before: for examples of rules and tests."""

    def __init__(
        self,
        files: Mapping[str, str | bytes],
        told: Sequence[Revision] = (),
        releases: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._files = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
        self._told = told
        self._releases = releases or {}

    def entries(self) -> Sequence[Entry]:
        """All files, by path."""
        marks = Marks(self._files)
        return [Entry(path, marks.of(path), size=len(data)) for path, data in sorted(self._files.items())]

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._files[path]

    def history(self) -> Sequence[Revision]:
        """The commits that were told."""
        return self._told

    def earlier(self, path: str) -> Iterator[bytes]:
        """What the file held in each release, the last one first."""
        return (files[path].encode() for _, files in sorted(self._releases.items(), reverse=True) if path in files)

    def released(self, path: str, names: Sequence[str]) -> Snapshot | None:  # noqa: ARG002 - all files are one repository
        """The files of a release."""
        return next((Memory(self._releases[name]) for name in names if name in self._releases), None)


class WorkingTree(Snapshot):
    """Files of a folder, as they are on disk. ``listed`` names them as the file system does; ``apart`` are folders that
    were not entered, each with the mark that says why; ``repository`` is the one that manages it."""

    def __init__(
        self,
        folder: Path,
        listed: Iterable[str],
        apart: Mapping[str, str] | None = None,
        repository: Repository | None = None,
    ) -> None:
        self._folder = folder
        self._repository = repository
        self._apart = apart or {}
        self._names = {text_of(os.fsencode(name)): name for name in listed}
        self._real: dict[str, bool] = {"": True}

    def entries(self) -> Sequence[Entry]:
        """Regular files and symbolic links that are there, and the folders ``apart``, by path."""
        marks = Marks(self._names)
        found = [Entry(text_of(os.fsencode(path)), mark) for path, mark in self._apart.items()]
        for path in self._names:
            entry = self._entry(path, marks.of(path))
            if entry and self._is_real(path.rpartition("/")[0]):
                found.append(entry)
        return sorted(found)

    def read(self, path: str) -> bytes:
        """The bytes of a file, as they are now; a link that has taken its place is not followed."""
        opened = os.open(self._folder / self._names[path], os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(opened, "rb") as file:
            return file.read()

    def history(self) -> Sequence[Revision]:
        """The last commits that lead here."""
        known = self._repository is not None and self._repository.has_commits
        return self._repository.history("HEAD", MOST) if self._repository and known else ()

    def earlier(self, path: str) -> Iterator[bytes]:
        """What a file held in the commits that lead here."""
        if self._repository is not None:
            with closing(self._repository.blobs()) as blobs:
                yield from (blobs.read(blob) for blob in self._repository.earlier(path, MOST_EARLIER))

    def released(self, path: str, names: Sequence[str]) -> Snapshot | None:  # noqa: ARG002 - one repository
        """The commit of the first tag that there is."""
        commit = self._repository.tagged(names) if self._repository is not None else None
        return Commit(self._repository, commit) if self._repository and commit else None

    def _entry(self, path: str, mark: str) -> Entry | None:
        file = self._folder / self._names[path]
        try:
            status = file.lstat()
            if stat.S_ISLNK(status.st_mode):
                return Entry(path, mark, text_of(os.fsencode(file.readlink())))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return Entry(path, UNREADABLE)
        return Entry(path, mark, None, status.st_size) if stat.S_ISREG(status.st_mode) else None

    def _is_real(self, folder: str) -> bool:
        """Whether no folder on the way is a symbolic link: git may still list files behind one that is new."""
        known, at = self._real.get(folder), ""
        for name in () if known is not None else folder.split("/"):
            at = f"{at}/{name}" if at else name
            if at not in self._real:
                self._real[at] = known is not False and not (self._folder / at).is_symlink()
            known = self._real[at]
        return known is not False


class Commit(Snapshot):
    """Files of a commit, straight from the object store. ``submodules`` maps the paths of submodules to commits."""

    def __init__(self, repository: Repository, revision: str) -> None:
        self._blobs = repository.blobs()
        self._repository = repository
        self._commit = repository.commit(revision)
        tree = list(repository.tree(self._commit))
        self.submodules = {one.path: one.blob for one in tree if one.mode == SUBMODULE}
        self._files = {one.path: one for one in tree if one.mode != SUBMODULE}

    def entries(self) -> Sequence[Entry]:
        """All files and symbolic links, by path."""
        marks = Marks(self._files)
        return [
            Entry(
                path,
                marks.of(path),
                text_of(self._blobs.read(one.blob)) if one.mode == LINK else None,
                0 if one.mode == LINK else one.size,
                one.blob,
            )
            for path, one in sorted(self._files.items())
        ]

    def read(self, path: str) -> bytes:
        """The bytes of a file, as stored: without the filters of ``.gitattributes``."""
        return self._blobs.read(self._files[path].blob)

    def history(self) -> Sequence[Revision]:
        """The last commits that lead to this one."""
        return self._repository.history(self._commit, MOST)

    def close(self) -> None:
        """End the git process."""
        self._blobs.close()


class Joined(Snapshot):
    """Several snapshots as one, each below a folder; of two that have the same file, the deeper one counts.

    ``told`` knows a past beside theirs."""

    def __init__(self, parts: Mapping[str, Snapshot], told: Snapshot | None = None) -> None:
        self._told = told
        self._parts = dict(sorted(parts.items(), key=lambda part: (len(part[0]), part[0])))

    @cached_property
    def _files(self) -> dict[str, tuple[Entry, Snapshot]]:
        return {
            f"{folder}/{entry.path}" if folder else entry.path: (entry, part)
            for folder, part in self._parts.items()
            for entry in part.entries()
        }

    def entries(self) -> Sequence[Entry]:
        """All files of all parts, by path."""
        return [msgspec.structs.replace(entry, path=path) for path, (entry, _) in sorted(self._files.items())]

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        entry, part = self._files[path]
        return part.read(entry.path)

    def history(self) -> Sequence[Revision]:
        """The last commits of all parts."""
        found = [*self._told.history()] if self._told else []
        for folder, part in self._parts.items():
            for one in part.history():
                paths = tuple(f"{folder}/{path}" if folder else path for path in one.paths)
                found.append(msgspec.structs.replace(one, paths=paths))
        return found

    def earlier(self, path: str) -> Iterator[bytes]:
        """What a file held before, in its part."""
        folder, part = self._part(path)
        yield from self._told.earlier(path) if self._told else ()
        yield from part.earlier(path.removeprefix(f"{folder}/") if folder else path) if part else ()

    def released(self, path: str, names: Sequence[str]) -> Snapshot | None:
        """The part that a file is in, as it was released."""
        folder, part = self._part(path)
        found = self._told.released(path, names) if self._told else None
        if found is None and part is not None:
            inner = part.released(path, names)
            found = Joined({folder: inner}) if inner else None
        return found

    def _part(self, path: str) -> tuple[str, Snapshot | None]:
        around = [folder for folder in self._parts if not folder or path == folder or path.startswith(f"{folder}/")]
        return (around[-1], self._parts[around[-1]]) if around else ("", None)

    def close(self) -> None:
        """Close all parts."""
        for part in self._parts.values():
            part.close()
