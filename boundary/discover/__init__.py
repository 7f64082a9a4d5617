"""Which repositories, which files of each, at which revision: the workspace.

A workspace is the folders that the user names, the git repositories below them, and those that the configuration adds.
Its root is the folder that has them all; every path that the product shows is relative to it. Nothing outside these
folders is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from shutil import which

import msgspec

from boundary import errors
from boundary.config import Config, load
from boundary.discover.links import is_there, with_links
from boundary.discover.marks import ANALYSED, UNREADABLE
from boundary.discover.snapshot import Commit, Entry, Joined, Memory, Snapshot, WorkingTree
from boundary.discover.walk import is_packed, repositories_below, walk
from boundary.git import Repository, Unsafe, text_of

__all__ = [
    "ANALYSED",
    "UNREADABLE",
    "Entry",
    "Joined",
    "Memory",
    "Part",
    "Snapshot",
    "Workspace",
    "discover",
    "is_there",
    "with_links",
]


class Part(msgspec.Struct, frozen=True):
    """A folder of the workspace that is read as a whole: ``path`` is relative to the workspace root ("" for the root
    itself); ``repository`` is None where git does not manage it, or refuses to (``unsafe``)."""

    path: str
    folder: Path
    repository: Repository | None
    unsafe: bool = False


class Workspace(msgspec.Struct, frozen=True):
    """What is analysed together. ``home`` is the folder of the configuration, relative to the root; ``notes`` are
    sentences about how it is read that its user should know."""

    root: Path
    parts: tuple[Part, ...]
    config: Config
    home: str = ""
    notes: tuple[str, ...] = ()

    @property
    def repositories(self) -> int:
        """How many repositories there are; folders without git count as one when there is no other."""
        return sum(part.repository is not None for part in self.parts) or 1

    @property
    def folders(self) -> list[str]:
        """The folders of the repositories, where there are several; a single one may hold what were several once."""
        found = [part.path for part in self.parts if part.repository is not None]
        return found if len(found) > 1 else []

    def snapshot(self) -> Snapshot:
        """The working trees as they are now, and the newest commits of bare repositories."""
        return Joined({part.path: self._now(part) for part in self.parts})

    def at(self, revision: str, head: str = "") -> Snapshot:
        """The workspace where ``head`` (the current commits when it is "") and another revision parted.

        What happened on the other side since then is no part of a change. Otherwise like ``exactly``.
        """
        return self._snapshot(revision, head or "HEAD")

    def exactly(self, revision: str) -> Snapshot:
        """The workspace at another revision; UserError where no repository has it.

        A submodule is taken at the commit that the repository around it names, so that it may lack the revision. Parts
        that git does not manage have no other revision and are taken as they are, and so are repositories that lack it
        beside one that has it: what is reviewed is a change of that one.
        """
        return self._snapshot(revision, None)

    def _snapshot(self, revision: str, head: str | None) -> Snapshot:
        names = [part.folder.name for part in self.parts]
        if which("git") is None:
            raise errors.git_missing()
        for part in self.parts:
            if part.unsafe:
                raise errors.unsafe_repository(str(part.folder))
        if all(part.repository is None for part in self.parts):
            raise errors.not_a_repository(", ".join(names))
        missing = self.lacking(revision)
        submodules: dict[Path, str] = {}
        snapshots: dict[str, Snapshot] = {}
        for part in sorted(self.parts, key=lambda part: part.folder):
            pinned = submodules.get(part.folder)
            absent = part in missing and pinned is None
            snapshot = snapshots[part.path] = self._now(part) if absent else self._then(part, pinned, revision, head)
            if isinstance(snapshot, Commit):
                submodules |= {part.folder / path: commit for path, commit in snapshot.submodules.items()}
        return Joined(snapshots)

    def lacking(self, revision: str) -> list[Part]:
        """The repositories that lack a revision; UserError when none has it."""
        managed = [part for part in self.parts if part.repository and not _is_submodule(part.folder)]
        missing: dict[str, errors.UserError] = {}
        for part in managed:
            try:
                part.repository.commit(revision) if part.repository else None
            except errors.UserError as error:
                missing[part.path] = error
        if managed and len(missing) == len(managed):
            raise next(iter(missing.values()))
        return [part for part in managed if part.path in missing]

    def _now(self, part: Part) -> Snapshot:
        leave = {other.folder.relative_to(part.folder).as_posix() for other in self.parts if _is_in(other, part)}
        if part.repository is None:
            listing = walk(part.folder, frozenset(leave), packed=is_packed(part.folder))
            return WorkingTree(part.folder, listing.files, listing.apart)
        if part.repository.bare:
            return Commit(part.repository, "HEAD")
        inner = tuple(f"{path}/" for path in leave)
        files = (path for path in part.repository.files() if not path.startswith(inner))
        return WorkingTree(part.folder, files, repository=part.repository)

    def _then(self, part: Part, pinned: str | None, revision: str, head: str | None) -> Snapshot:
        if part.repository is None:
            return self._now(part)
        if pinned is not None:
            return Commit(part.repository, part.repository.pinned(pinned))
        if _is_submodule(part.folder):
            return Memory({})
        commit = part.repository.commit(revision)
        return Commit(part.repository, part.repository.parted(commit, head, revision) if head else commit)


def discover(paths: Sequence[str | Path]) -> Workspace:
    """The workspace of some folders; of the current one when none is given.

    Raises UserError for what is not a readable folder and for a configuration that does not fit.
    """
    given = [_folder(path) for path in paths] or [Path.cwd()]
    home = Path(os.path.commonpath(given))
    config = load(home)
    added = [folder for index in range(len(config.repositories)) for folder in _added(home, config, index)]
    root = Path(os.path.commonpath([home, *added]))
    tops = {one for one in (*given, *added) if not any(other in one.parents for other in (*given, *added))}
    parts = {part.folder: part for top in sorted(tops) for part in _parts(root, top)}
    for folder in added:
        parts.setdefault(folder, _part(root, folder))
    shift = "" if home == root else home.relative_to(root).as_posix()
    kept = [part for part in parts.values() if not _is_empty(part)]
    kept.sort(key=lambda part: part.path)
    return Workspace(root, tuple(kept), config.below(shift), shift, tuple(_notes(parts.values())))


def _folder(path: str | Path, where: str | None = None, shown: str = "") -> Path:
    """The folder of a path; UserError where there is none, which calls it as the user did."""
    name = shown or str(path)
    try:
        folder = Path(path).resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise errors.no_such_path(name, where) from None
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before Python 3.13
        raise errors.no_access(name, str(error)) from None
    if not folder.is_dir():
        raise errors.not_a_folder(name, where)
    if not os.access(folder, os.R_OK | os.X_OK):
        raise errors.no_access(name, "permission denied")
    return folder


def _added(home: Path, config: Config, index: int) -> list[Path]:
    """The folders that one of the configured ``repositories`` names."""
    written, where = config.repositories[index], config.where(f"workspace.repositories.{index}")
    if Path(written).is_absolute():
        raise errors.absolute_repository(written, where)
    if not set(written) & set("*?["):
        return [_folder(home / written, where, written)]
    found = [one.resolve() for one in sorted(home.glob(written)) if one.is_dir()]
    if not found:
        raise errors.no_such_path(written, where)
    return found


def _parts(root: Path, top: Path) -> list[Part]:
    first = _part(root, top)
    return [first, *(_part(root, top / path) for path in repositories_below(top, managed=first.repository is not None))]


def _part(root: Path, folder: Path) -> Part:
    relative = folder.relative_to(root)
    try:
        repository, unsafe = Repository.at(folder), False
    except Unsafe:
        repository, unsafe = None, True
    if repository is not None and repository.bare and relative.suffix == ".git":
        plain = relative.with_suffix("")
        relative = relative if (root / plain).exists() else plain
    path = text_of(os.fsencode(relative.as_posix()))
    return Part("" if path == "." else path, folder, repository, unsafe)


def _is_in(part: Part, other: Part) -> bool:
    return other.folder in part.folder.parents


def _is_empty(part: Part) -> bool:
    return part.repository is not None and part.repository.bare and not part.repository.has_commits


def _is_submodule(folder: Path) -> bool:
    """Whether the folder is the working tree of a submodule: a file ``.git`` that points into another's ``modules``.

    That of a further working tree of a repository points into its ``worktrees``.
    """
    marker = folder / ".git"
    if not marker.is_file():
        return False
    place = PurePath(os.fsdecode(marker.read_bytes()).strip())
    return "modules" in place.parts and place.parent.name != "worktrees"


def _notes(parts: Iterable[Part]) -> Iterator[str]:
    for part in sorted(parts, key=lambda part: part.path):
        if part.unsafe:
            yield f"{errors.unsafe_repository(part.path or '.').message}; its files are read without git."
        elif _is_empty(part):
            yield f"{part.path or '.'} is a repository without commits."
