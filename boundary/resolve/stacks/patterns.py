"""Patterns of event buses: which events a rule lets pass, after their source and what they are about.

An event is called ``source/detail-type``. What a pattern leaves out, or says by more than a text (a prefix, what it
must not be), stands for all that fits.
See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html .
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from boundary.resolve.stacks.things import Null, Table, Thing, items, text

_ANY = "*"


def names(pattern: Thing) -> Iterator[str]:
    """What the events are called that a pattern lets pass, with ``*`` for what it leaves open; nothing for one that
    says neither a source nor what events are about."""
    if not isinstance(pattern, Table):
        return
    kinds = list(_words(pattern.get("detail-type")))
    for source in _words(pattern.get("source")):
        yield from (f"{source}/{kind}" for kind in kinds if {source, kind} != {_ANY})


def _words(thing: Thing) -> Iterator[str]:
    """The texts that a field may have, as globs."""
    if isinstance(thing, Null):
        yield _ANY
    for one in items(thing):
        yield _glob(one) if isinstance(one, Table) else text(one) or _ANY


def _glob(test: Table) -> str:
    for word, form in (("prefix", "{}*"), ("suffix", "*{}"), ("wildcard", "{}"), ("equals-ignore-case", "{}")):
        if found := text(test.get(word)):
            return form.replace("{}", found)
    return _ANY


def chosen(name: str, published: dict[str, None]) -> list[str]:
    """The events of a name as ``names`` has it: of those that are published the ones that fit, else what is known."""
    if _ANY not in name:
        return [name]
    found = [one for one in published if fnmatchcase(one, name.replace("[", "[[]").replace("?", "[?]"))]
    return found or [known for known in ["/".join(part for part in name.split("/") if _ANY not in part)] if known]
