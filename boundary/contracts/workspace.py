"""The contracts of a workspace at two moments: which document is which, whatever it is called now, and what changed.

Documents are those that the extractors have recognised. A document that has moved is the one of its kind that is new
while the old one is gone, and that has its title, else its name, else the only one beside it. Files of Protocol Buffers
and others whose types are found by their names are compared all at once: a type may move from one to another. Copies
in several repositories are compared each for itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

from boundary.contracts.copies import apart
from boundary.contracts.files import Files, Reader
from boundary.contracts.model import Change, Comparison
from boundary.errors import ContractError
from boundary.facts import Contract, ContractOperation, FileFacts, Message
from boundary.model import Location, Problem

_MODULES = {"proto": "protobuf"}
"""Modules here that are not called as the kind of contract is."""

_ENDINGS = {
    ".avsc": "avro",
    ".graphql": "graphql",
    ".graphqls": "graphql",
    ".proto": "proto",
    ".schema.json": "jsonschema",
    ".thrift": "thrift",
}
"""Schemas that declare no operations, by the ends of their paths."""

_TOGETHER = frozenset({"avro", "graphql", "proto", "thrift"})
_REFERS = re.compile(rb"""\$ref["']?\s*:\s*["']?[^#"'\s]""")


class Side(NamedTuple):
    """A workspace at one moment: the facts of its files, how they are read, and which there are beside those."""

    label: str
    files: Sequence[FileFacts]
    read: Reader
    paths: Sequence[str] = ()


class _Document(NamedTuple):
    path: str
    kind: str
    title: str


def changes(before: Side, after: Side) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """What changed in all contracts, and which of them cannot be compared."""
    found: list[Change] = []
    problems: list[Problem] = []
    for kind, old, new in _pairs(before, after):
        comparer = _comparer(kind)
        if comparer is None or _is_same(before, after, old, new):
            continue
        sides = Files(before.label, old, before.read), Files(after.label, new, after.read)
        try:
            found += comparer(*sides).changes
        except ContractError as error:
            # A document that was broken and is whole now is mended, which is nothing to complain about.
            if new and not _is_whole(comparer, sides[1]):
                what = f"cannot be compared with what it was at {before.label}: {error.message}"
                problems.append(Problem("contract", Location(new[0]), what))
    return tuple(found), tuple(problems)


def _is_whole(comparer: Callable[[Files, Files], Comparison], side: Files) -> bool:
    try:
        comparer(side, side)
    except ContractError:
        return False
    return True


def _comparer(kind: str) -> Callable[[Files, Files], Comparison] | None:
    """What compares a kind of contract; None for one that nobody knows how to compare."""
    name = f"boundary.contracts.{_MODULES.get(kind, kind)}"
    if find_spec(name) is None:
        return None
    compare: Callable[[Files, Files], Comparison] = import_module(name).compare
    return compare


def _pairs(before: Side, after: Side) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The files of both sides that are one contract, with its kind."""
    old, new = _documents(before), _documents(after)
    for kind in sorted({*old, *new}):
        one, two = old.get(kind, []), new.get(kind, [])
        if kind in _TOGETHER:
            for group in apart(_names(before, one), _names(after, two)):
                yield kind, _among(one, group), _among(two, group)
            continue
        known = {each.path for each in one} & {each.path for each in two}
        gone = [each for each in one if each.path not in known]
        fresh = [each for each in two if each.path not in known]
        for path in sorted(known):
            yield kind, (path,), (path,)
        for each in gone:
            moved = _moved(each, fresh)
            if moved is not None:
                fresh.remove(moved)
            yield kind, (each.path,), (moved.path,) if moved else ()


def _among(documents: Sequence[_Document], group: frozenset[str]) -> tuple[str, ...]:
    return tuple(each.path for each in documents if each.path in group)


def _names(side: Side, documents: Sequence[_Document]) -> dict[str, frozenset[str]]:
    """What each document declares: messages, services, and the type that it is named after."""
    facts = {file.path: file.facts for file in side.files}
    found = {}
    for one in documents:
        told = facts.get(one.path, ())
        names = {fact.name for fact in told if isinstance(fact, Message)}
        names |= {fact.path for fact in told if isinstance(fact, ContractOperation) and one.kind != "graphql"}
        found[one.path] = frozenset(names | ({one.title} if one.kind == "avro" else set()))
    return found


def _moved(gone: _Document, fresh: Sequence[_Document]) -> _Document | None:
    """Where a document has gone."""

    def folder(each: _Document) -> str:
        return each.path.rpartition("/")[0]

    titled = [each for each in fresh if gone.title and each.title == gone.title]
    named = [each for each in fresh if each.path.rpartition("/")[2] == gone.path.rpartition("/")[2]]
    beside = [each for each in fresh if folder(each) == folder(gone)]
    return next((group[0] for group in (titled, named, beside) if len(group) == 1), None)


def _documents(side: Side) -> dict[str, list[_Document]]:
    """The contracts of a side by their kind; those of tests and examples promise nothing."""
    found: dict[str, list[_Document]] = defaultdict(list)
    for file in side.files:
        fact = next((fact for fact in file.facts if isinstance(fact, Contract)), None)
        if fact is not None and not file.mark:
            found[fact.kind].append(_Document(file.path, fact.kind, fact.title))
        elif not file.mark and any(isinstance(one, Message) for one in file.facts):  # messages alone, maybe in code
            found["proto"].append(_Document(file.path, "proto", ""))
    told = {document.path for documents in found.values() for document in documents}
    for path in side.paths:
        kind = next((kind for ending, kind in _ENDINGS.items() if path.lower().endswith(ending)), None)
        if kind is not None and path not in told:
            found[kind].append(_Document(path, kind, ""))
    return found


def _is_same(before: Side, after: Side, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether nothing can have changed: the same bytes, which refer to no other file."""
    if old != new:
        return False
    texts = [(before.read(path), after.read(path)) for path in old]
    alone = len(old) > 1 or not any(_REFERS.search(text or b"") for text, _ in texts)
    return alone and all(one == two for one, two in texts)
