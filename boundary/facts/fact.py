"""What every fact has, and the facts about reading itself."""

from __future__ import annotations

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="fact"):
    """An observation at a line of one file: of ``file``, where it was put together from that and is told of another."""

    line: int = 1
    column: int = 1
    end_line: int = 0
    file: str = ""


class Unreadable(Fact, frozen=True):
    """The file, or a part of it, could not be understood; ``what`` is one of syntax, encoding, size, depth,
    escape, access."""

    what: str
    reason: str


class InvalidContract(Fact, frozen=True):
    """A contract document that its own specification rejects, at a JSON pointer."""

    pointer: str
    reason: str


class SymbolicLink(Fact, frozen=True):
    """The path is a symbolic link; ``target`` as stored, relative to the link's folder."""

    target: str


class CopyOf(Fact, frozen=True):
    """The normalised text of this source file (comments and blank lines out), as a digest; equal digests are copies."""

    digest: str
    size: int
