"""From sources to facts: finds the extractors that match a path, runs them, and never loses a file.

The contract of an extractor module (here, or behind the entry point group ``boundary.extractors``):

``FORMAT``
    its name, as shown in counts.
``matches(path) -> bool``
    whether a file of this path may be of the format; by the path alone, so that it can be asked before reading.
``extract(source) -> Iterable[Fact]``
    a pure function of path and bytes: opens nothing, keeps nothing, knows no other file. It yields nothing when the
    content turns out to be of another format, and raises ``UnreadableSource`` when the file is of its format and cannot
    be read. A file that several extractors match is read by all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from boundary.facts import AnyFact, Fact, FileFacts, Unreadable
from boundary.plugins import load
from boundary.source import NotText, Source

LARGEST = 16 * 1024 * 1024
"""Bytes; the largest real source measured is 1.3 MB, so what is above is data."""


class UnreadableSource(Exception):
    """A file of the extractor's format that it cannot read: what (see ``facts.Unreadable``), why, and where."""

    def __init__(self, what: str, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.fact = Unreadable(what, reason, line=max(line, 1), column=max(column, 1))


class Extractor(Protocol):
    """What a module of ``boundary.extractors`` offers."""

    FORMAT: str

    def matches(self, path: str) -> bool:
        """Whether a file of this path may be of the format."""
        ...

    def extract(self, source: Source) -> Iterable[Fact]:
        """The facts of one file."""
        ...


def extractors() -> list[Extractor]:
    """All extractors, by name."""
    return load("boundary.extractors")


def extract(source: Source, among: list[Extractor]) -> FileFacts:
    """Run every extractor that matches the source; what fails becomes an ``Unreadable`` fact."""
    facts: list[AnyFact] = []
    formats: list[str] = []
    for extractor in among:
        if not extractor.matches(source.path):
            continue
        found = list(_run(extractor, source))
        if found:
            formats.append(extractor.FORMAT)
            facts += [fact for fact in found if fact not in facts] if isinstance(found[0], Unreadable) else found
    return FileFacts(source.path, tuple(facts), tuple(formats))


def unread(path: str, what: str, reason: str, among: list[Extractor]) -> FileFacts:
    """The facts of a file whose content was not taken: why."""
    formats = tuple(extractor.FORMAT for extractor in among if extractor.matches(path))
    return FileFacts(path, (Unreadable(what, reason),), formats)


def too_large(size: int) -> str | None:
    """Why a file of so many bytes is not read; None when it is."""
    if size <= LARGEST:
        return None
    return f"{size / 1024 / 1024:.0f} MB is more than the {LARGEST // 1024 // 1024} MB that are read of one file"


def _run(extractor: Extractor, source: Source) -> list[AnyFact]:
    if reason := too_large(len(source.data)):
        return [Unreadable("size", reason)]
    try:
        return list(extractor.extract(source))  # type: ignore[arg-type]
    except UnreadableSource as error:
        return [error.fact]
    except NotText as error:
        return [Unreadable("encoding", str(error))]
    except (RecursionError, MemoryError):
        return [Unreadable("depth", "nested too deeply to be read")]
    except Exception as error:
        # One file must not end the run, and must not vanish either: what is missing is said where it is missing.
        what = (
            f"the reader of {extractor.FORMAT} failed, which is a defect in boundary: {type(error).__name__}: {error}"
        )
        return [Unreadable("defect", what)]
