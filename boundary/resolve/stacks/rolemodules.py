"""Modules of public registries that make a role: what it may do, and which pods stand for it.

They are rows of ``known/rolemodules.toml``. What such a module is given is not written as a policy is: statements are
tables, policies stand in lists or maps, and service accounts in the module that makes the role for them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.statements import Statement
from boundary.resolve.stacks.things import Null, Resource, Rows, Table, Thing, below, document, items, text

_SUBJECT = "system:serviceaccount:"


class Row(msgspec.Struct, frozen=True):
    """A row of ``known/rolemodules.toml``; see there."""

    names: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@cache
def _rows() -> dict[str, Row]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "rolemodules.toml").read_text("utf-8"))
    return {name: msgspec.convert(row, Row) for names, row in written.items() for name in names.split()}


def row(kind: str) -> Row | None:
    """What a module is given for its role; None for one that makes none."""
    return _rows().get(kind)


def called(module: Resource) -> str | None:
    """The name of the role, None where it is not known."""
    told = row(module.type)
    return next((name for one in (told.names if told else ()) if (name := module.text(one))), None)


def stated(module: Resource, told: Row) -> Iterator[Statement]:
    """The statements that a module is given as tables."""
    for one in _given(module, told.statements):
        actions = [*items(below(one, "actions")), *items(below(one, "not_actions"))]
        resources = [*items(below(one, "resources")), *items(below(one, "not_resources"))]
        bound = [below(one, key) for key in ("condition", "conditions")]
        yield Statement(
            text(below(one, "effect")) != "Deny",
            tuple(said for each in actions if (said := text(each))),
            tuple(as_text(each) for each in resources),
            not isinstance(below(one, "not_actions"), Null),
            not isinstance(below(one, "not_resources"), Null),
            any(not isinstance(each, Null) for each in bound),
            line=min((line for line in one.lines.values() if line), default=0) if isinstance(one, Table) else 0,
        )


def documents(module: Resource, told: Row) -> list[Thing]:
    """The policy documents that a module is given."""
    return [each for name in told.documents for each in items(module.get(name))]


def policies(module: Resource, told: Row) -> list[Thing]:
    """The policies, by ARN, that a module attaches to its role."""
    return _given(module, told.policies)


def accounts(module: Resource, told: Row) -> Iterator[tuple[str, str]]:
    """The service accounts, with their namespaces, that stand for the role."""
    for path in told.accounts:
        key, _, inner = path.partition(".")
        for one in _given(module, (key,)):
            for each in items(below(one, inner)) if inner else (one,):
                if isinstance(each, Table):
                    yield text(each.get("namespace")) or "", text(each.get("service_account")) or ""
                else:
                    space, _, name = (text(each) or "").removeprefix(_SUBJECT).partition(":")
                    yield space, name


def _given(module: Resource, names: Sequence[str]) -> list[Thing]:
    """What stands in attributes: the members of lists, the values of maps of tables or texts."""
    found: list[Thing] = []
    for thing in (one for name in names for one in items(document(module.get(name)))):
        one = document(thing)
        whole = isinstance(one, Table) and not {"actions", "not_actions", "namespace"} & one.entries.keys()
        found += one.entries.values() if isinstance(one, Table) and whole else (one,)
    return [each for one in found for each in (one.items if isinstance(one, Rows) else (one,))]
