"""Git repositories, read through plain ``git`` with everything switched off that runs programs or uses the network.

A repository that is analysed may be hostile, and its ``.git/config`` too: no hooks, no file system monitor, no filters,
no pager, no external diff, no lazy fetching of missing objects. Blobs come as stored, from one long-lived
``git cat-file --batch``.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import IO

import msgspec

from boundary import errors
from boundary.model import Revision

_OFF = (
    *("-c", "core.quotePath=false"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.pager=cat"),
    *("-c", "core.alternateRefsCommand="),
    *("-c", "protocol.allow=never"),
    "--no-pager",
)
_KEPT = re.compile(r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|EXEC_PATH|CEILING_DIRECTORIES)")
"""What a user may tell git by the environment; the rest (GIT_DIR of a hook, GIT_TRACE …) would mislead us."""

_RAW = re.compile(rb"^:\d+ \d+ [0-9a-f]+ ([0-9a-f]*[1-9a-f][0-9a-f]*) [A-Z]", re.MULTILINE)
"""A file in the output of ``git log --raw``, with the blob that it got; one that was taken out got none."""

_ID = re.compile(r"[0-9a-f]{7,40}")

LINK = "120000"
SUBMODULE = "160000"


class Object(msgspec.Struct, frozen=True):
    """An entry of a commit's tree: ``path`` relative to the folder asked for, ``mode`` as git prints it."""

    path: str
    mode: str
    blob: str
    size: int


class Unsafe(Exception):
    """Git refuses the repository, because another user owns its folder."""


class Repository:
    """The git repository that ``folder`` is, or lies in; everything is asked about the part below the folder.

    A ``bare`` one has no working tree; a ``shallow`` one holds only the end of its history.
    """

    def __init__(self, folder: Path, *, bare: bool, shallow: bool) -> None:
        self.folder = folder
        self.bare = bare
        self.shallow = shallow

    @classmethod
    def at(cls, folder: Path) -> Repository | None:
        """The repository of a folder; None when there is none, when it ignores the folder, or when git is missing.

        Raises Unsafe when git refuses to look.
        """
        asked = ("--is-bare-repository", "--is-inside-work-tree", "--is-shallow-repository", "--show-cdup")
        try:
            answer = _run(folder, "rev-parse", *asked)
        except FileNotFoundError:
            return None
        if answer.returncode:
            if b"dubious ownership" in answer.stderr:
                raise Unsafe
            return None
        bare, inside, shallow, up = answer.stdout.split(b"\n")[:4]
        if bare == b"true":
            return cls(folder, bare=True, shallow=shallow == b"true")
        if inside != b"true" or (up and _run(folder.parent, "check-ignore", "-q", f"./{folder.name}").returncode == 0):
            return None
        return cls(folder, bare=False, shallow=shallow == b"true")

    def files(self) -> list[str]:
        """Paths in the working tree that are tracked, or untracked and not ignored; sorted, as the file system has
        them. Some may be gone, or folders (submodules, repositories laid inside)."""
        listed = self._ask("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return sorted({os.fsdecode(path) for path in listed.split(b"\0") if path})

    def commit(self, revision: str) -> str:
        """The commit id of a revision; UserError when the repository has none of that name.

        A branch that only the origin has is taken from there: CI systems check out one branch and fetch the others.
        """
        for name in (revision, f"refs/remotes/origin/{revision}"):
            if found := self._id(name):
                return found
        raise errors.bad_revision(revision, self.folder.name, self._names(), shallow=self.shallow)

    def pinned(self, commit: str) -> str:
        """The commit at which the repository around this one has it as a submodule; UserError when it is not there."""
        if found := self._id(commit):
            return found
        raise errors.submodule_behind(self.folder.name, commit)

    def parted(self, commit: str, head: str, revision: str) -> str:
        """Where two commits parted: their best common ancestor, ``commit`` itself when they have none.

        UserError when the clone is too shallow to know. ``revision`` is how the user calls the commit.
        """
        tip = self._id(head)
        if tip is None:  # nothing is committed yet
            return commit
        answer = _run(self.folder, "merge-base", commit, tip)
        if answer.returncode == 0:
            return answer.stdout.decode().split()[0]
        if self.shallow:
            raise errors.too_shallow(revision, self.folder.name)
        return commit

    def _id(self, revision: str) -> str | None:
        wanted = revision.replace("\0", "") + "^{commit}"
        answer = _run(self.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
        return None if answer.returncode else answer.stdout.decode().strip()

    @property
    def has_commits(self) -> bool:
        """Whether there is anything at HEAD."""
        return _run(self.folder, "rev-parse", "--verify", "--quiet", "HEAD").returncode == 0

    def tree(self, commit: str) -> Iterator[Object]:
        """Everything below the folder in a commit; submodules are listed with their commit and size 0, not entered.

        What the object store lacks has size 0 too, and is told when it is read.
        """
        for line in self._ask("ls-tree", "-r", "-z", "-l", commit).split(b"\0"):
            if line:
                kept, _, path = line.partition(b"\t")
                mode, _, blob, size = kept.decode().split()
                yield Object(text_of(path), mode, blob, int(size) if size.isdigit() else 0)

    def history(self, commit: str, most: int) -> list[Revision]:
        """The last commits that lead to a commit, the newest first, at most so many; paths are below the folder.

        Merges are left out: what they bring stands in the commits that they join. None where some of the history is not
        there.
        """
        words = ("--no-merges", "--no-renames", "--no-show-signature", "--name-only", "--relative", "-z")
        form = "--format=%x01%ae%x01%s"
        answer = _run(self.folder, "log", f"--max-count={most}", *words, form, "--end-of-options", commit, "--")
        return [] if answer.returncode else list(_revisions(answer.stdout))

    def earlier(self, path: str, most: int) -> list[str]:
        """The blobs that a file of the working tree had in the commits that lead to HEAD, the newest first."""
        form = ("--format=", "--raw", "--no-abbrev", "--no-renames", "--no-show-signature")
        words = ("--literal-pathspecs", "log", f"--max-count={most}", *form)
        answer = _run(self.folder, *words, "--end-of-options", "HEAD", "--", path)
        return list(dict.fromkeys(match[1].decode() for match in _RAW.finditer(answer.stdout)))

    @cached_property
    def tags(self) -> frozenset[str]:
        """The names of all tags."""
        answer = _run(self.folder, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags")
        return frozenset(answer.stdout.decode(errors="replace").split())

    def tagged(self, names: Iterable[str]) -> str | None:
        """The commit of the first of some tags that is there; a name may be the beginning of a commit's id."""
        wanted = list(names)
        found = next((name for name in wanted if name in self.tags), None)
        if found:
            return self._id(f"refs/tags/{found}")
        return next((commit for name in wanted if _ID.fullmatch(name) and (commit := self._id(name))), None)

    def blobs(self) -> Blobs:
        """A reader of the object store; close it."""
        return Blobs(self.folder)

    def _names(self) -> list[str]:
        answer = _run(self.folder, "for-each-ref", "--count=1000", "--format=%(refname:short)")
        return answer.stdout.decode(errors="replace").split()

    def _ask(self, *words: str) -> bytes:
        answer = _run(self.folder, *words)
        if answer.returncode:
            raise _failure(self.folder, answer.stderr)
        return answer.stdout


def _revisions(said: bytes) -> Iterator[Revision]:
    """What ``git log`` said: each commit's head begins with 1, its paths follow, each ends with 0."""
    head: list[str] = []
    paths: list[str] = []
    for piece in (*said.split(b"\0"), b"\x01"):
        if piece.startswith(b"\x01"):
            if head and paths:
                yield Revision(head[0], head[1], tuple(paths))
            author, _, subject = piece[1:].partition(b"\x01")
            head, paths = [text_of(author), text_of(subject)], []
        elif path := piece.lstrip(b"\n"):
            paths.append(text_of(path))


class Blobs:
    """One ``git cat-file --batch``, started with the first blob that is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, blob: str) -> bytes:
        """The bytes of a blob, as stored."""
        into, out = self._pipes()
        try:
            into.write(f"{blob}\n".encode())
            into.flush()
        except BrokenPipeError:
            raise errors.missing_object(self.folder.name, blob) from None
        head = out.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            raise errors.missing_object(self.folder.name, blob)
        data = out.read(int(head[2]))
        out.read(1)
        return data

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(
                ("git", *_OFF, "cat-file", "--batch"),
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        assert self._process.stdin and self._process.stdout
        return self._process.stdin, self._process.stdout

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def text_of(path: bytes) -> str:
    """A path as text that every output can carry: bytes that are not UTF-8 are shown as ``\\xff``."""
    return path.decode("utf-8", "backslashreplace")


def environment(inherited: Iterable[tuple[str, str]] | None = None) -> dict[str, str]:
    """The environment of our git calls: the user's, without what points git elsewhere, and with messages in English."""
    kept = {k: v for k, v in inherited or os.environ.items() if not k.startswith("GIT_") or _KEPT.fullmatch(k)}
    return kept | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ("git", *_OFF, *words),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def _failure(folder: Path, said: bytes) -> errors.UserError:
    text = said.decode(errors="replace").strip()
    if "missing" in text or "unable to read" in text or "promisor" in text:
        return errors.missing_object(folder.name, text)
    return errors.git_failed(folder.name, text.removeprefix("fatal: "))
