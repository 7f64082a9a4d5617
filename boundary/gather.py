"""The facts of all files of a snapshot, read in this process or, when there are many, in several.

The result is the same at any number of processes: files are read here, one after the other, each is understood by
itself, and facts always pass through the same serial form.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

import msgspec

from boundary.discover import ANALYSED, UNREADABLE, Entry, Snapshot, is_there, with_links
from boundary.errors import reader_died
from boundary.extract import Extractor, extract, extractors, too_large, unread
from boundary.facts import AnyFact, FileFacts, SymbolicLink, Unreadable
from boundary.source import Source

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

Progress = Callable[[str, int, int], None]
"""Told of the work as it goes on: what is done (``reading`` …), how many steps, of how many."""

MANY = 400
"""Up to so many files, starting processes takes longer than it saves."""

_BATCH_FILES = 64
_BATCH_BYTES = 1024 * 1024
_AHEAD = 4  # batches for each process that wait, so that memory stays bounded
_ASTRAY = "link out of the workspace"
_COMMENT = re.compile(rb"boundary:\s*ignore")

Item = tuple[str, str, bytes]
"""A file to understand: path, mark, content."""


class Gathered(msgspec.Struct, frozen=True):
    """The facts of the files that some extractor reads, by path; how many were left out, by reason; and the paths of
    files with a comment that accepts findings. False when no file says anything."""

    files: tuple[FileFacts, ...]
    skipped: tuple[tuple[str, int], ...]
    commented: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(file.facts for file in self.files)


def gather(snapshot: Snapshot, jobs: int | None = None, progress: Progress | None = None) -> Gathered:
    """Read a snapshot. ``jobs`` is the number of processes; None: as many as there are processors, when it pays.

    Files of tests, examples and the like are only counted, files of no known format not even that. A file that cannot
    be read or is too large, and a folder that cannot be entered, become ``Unreadable`` facts.
    """
    entries = with_links(snapshot)
    wanted = [entry for entry in entries if entry.mark in ANALYSED and entry.link is None and _matched(entry.path)]
    found = [*_links(entries), *_closed(entries)]
    reader = _Reader(snapshot, wanted)
    processes = jobs or (_processors() if len(wanted) > MANY else 1)
    for done in _understood(reader.batches(), processes):
        found += done
        if progress:
            progress("reading", reader.done, len(wanted))
    skipped = Counter(entry.mark for entry in entries if entry.mark not in ANALYSED and entry.mark != UNREADABLE)
    skipped[_ASTRAY] = _astray(entries)
    return Gathered(
        tuple(sorted([*found, *reader.failed], key=lambda file: file.path)),
        tuple(sorted((+skipped).items())),
        tuple(reader.commented),
    )


def renewed(before: Gathered, path: str, mark: str, data: bytes | None) -> Gathered:
    """What was gathered, with one file read again, or for the first time: its content is ``data`` now, None when it is
    gone."""
    files = [file for file in before.files if file.path != path]
    commented = {one for one in before.commented if one != path}
    if data is not None and mark in ANALYSED and _matched(path):
        files += _unpack(_understand([(path, mark, data)]))
        commented |= {path} if _COMMENT.search(data) else set()
    return msgspec.structs.replace(
        before, files=tuple(sorted(files, key=lambda file: file.path)), commented=tuple(sorted(commented))
    )


def _links(entries: Iterable[Entry]) -> Iterator[FileFacts]:
    for entry in entries:
        if entry.link is not None and entry.mark in ANALYSED:
            yield FileFacts(entry.path, (SymbolicLink(entry.link),), (), entry.mark)


def _astray(entries: Sequence[Entry]) -> int:
    """How many links lead to something that is not in the workspace, so that nobody reads it."""
    places = sorted(entry.path for entry in entries)
    links = ((one.path, one.link) for one in entries if one.link is not None and one.mark in ANALYSED)
    return sum(not is_there(posixpath.normpath(posixpath.join(at, "..", link)), places) for at, link in links)


def _closed(entries: Iterable[Entry]) -> Iterator[FileFacts]:
    for entry in entries:
        if entry.mark == UNREADABLE:
            yield FileFacts(entry.path, (Unreadable("access", "may not be read"),))


class _Reader:
    """Reads files one after the other, and keeps what is known beside their content."""

    def __init__(self, snapshot: Snapshot, wanted: Sequence[Entry]) -> None:
        self.snapshot = snapshot
        self.wanted = wanted
        self.done = 0
        self.failed: list[FileFacts] = []
        self.commented: list[str] = []

    def batches(self) -> Iterator[list[Item]]:
        """The files that can be read, some at a time."""
        batch: list[Item] = []
        size = 0
        for entry in self.wanted:
            data = self._read(entry)
            self.done += 1
            if data is not None:
                batch.append((entry.path, entry.mark, data))
                size += len(data)
            if len(batch) == _BATCH_FILES or size > _BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _read(self, entry: Entry) -> bytes | None:
        if reason := too_large(entry.size):
            self._fail(entry, "size", reason)
            return None
        try:
            data = self.snapshot.read(entry.path)
        except OSError as error:
            self._fail(entry, "access", (error.strerror or "may not be read").lower())
            return None
        if _COMMENT.search(data):
            self.commented.append(entry.path)
        return data

    def _fail(self, entry: Entry, what: str, reason: str) -> None:
        file = unread(entry.path, what, reason, _extractors())
        self.failed.append(msgspec.structs.replace(file, mark=entry.mark))


# --- several processes --------------------------------------------------------------------------------------


def _understood(batches: Iterator[list[Item]], processes: int) -> Iterator[list[FileFacts]]:
    """The facts of each batch, in order."""
    if processes == 1:
        for batch in batches:
            yield _unpack(_understand(batch))
        return
    waiting: deque[Future[list[bytes]]] = deque()
    try:
        with ProcessPoolExecutor(processes, mp_context=_context()) as pool:
            try:
                for batch in batches:
                    waiting.append(pool.submit(_understand, batch))
                    if len(waiting) > _AHEAD * processes:
                        yield _unpack(waiting.popleft().result())
                while waiting:
                    yield _unpack(waiting.popleft().result())
            finally:
                pool.shutdown(cancel_futures=True)  # after Ctrl-C nobody wants what still waits
    except BrokenProcessPool:
        raise reader_died() from None


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _context() -> BaseContext:
    """Fork starts thirty times faster than spawn, and is safe on Linux as long as nobody has started a thread."""
    return get_context("fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn")


@cache
def _extractors() -> list[Extractor]:
    return extractors()


@cache
def _decoder() -> msgspec.msgpack.Decoder[FileFacts]:
    return msgspec.msgpack.Decoder(FileFacts)


def _matched(path: str) -> bool:
    return any(extractor.matches(path) for extractor in _extractors())


def _understand(batch: list[Item]) -> list[bytes]:
    """Runs in any process: the facts of some files, in serial form."""
    return [
        _pack(msgspec.structs.replace(extract(Source(path, data), _extractors()), mark=mark))
        for path, mark, data in batch
    ]


def _pack(file: FileFacts) -> bytes:
    """A file's facts in serial form. One that has none (half a surrogate pair, a number of 80 digits, ten thousand
    brackets) is replaced, so that the others stay."""
    try:
        return msgspec.msgpack.encode(file)
    except (ValueError, OverflowError, RecursionError):
        facts = tuple(fact if (wrong := _unserial(fact)) is None else wrong for fact in file.facts)
        return msgspec.msgpack.encode(msgspec.structs.replace(file, facts=facts))


def _unserial(fact: AnyFact) -> Unreadable | None:
    try:
        msgspec.msgpack.encode(fact)
    except RecursionError:
        return Unreadable("depth", "nested too deeply to be read", line=fact.line, column=fact.column)
    except (ValueError, OverflowError):
        return Unreadable(
            "encoding", "holds text or a number that cannot be stored", line=fact.line, column=fact.column
        )
    return None


def _unpack(packed: list[bytes]) -> list[FileFacts]:
    return [_decoder().decode(file) for file in packed]
