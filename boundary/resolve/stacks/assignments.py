"""What roles of Azure and Google permit: which service may do what with a store, channel or secret of a stack.

A role is assigned to an identity for a scope: a resource, what it is in, or all that a project or group of resources
has. What is assigned under a condition tells nothing, as in ``grants``; what roles open, and what assigns them, are
rows of ``known/assignments.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import msgspec

from boundary.model import Evidence, Location
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks import denials
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.grants import Grant
from boundary.resolve.stacks.identities import Identities
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Table, Thing, below, document, items, text

ACT = "google-identity:act"
"""To act as an identity: to take on its role."""

_WORDS = frozenset({"get", "set", "all"})
"""Permissions of a policy for secrets that open them; to list or delete them does not."""

_WHOLE = re.compile(r"(.*\.)?azurerm_subscription\..*|/subscriptions/[^/]+/?")
_GROUP = "azurerm_resource_group"
_DEEPEST = 4
"""Steps from a resource to what it is in."""


class _Row(msgspec.Struct, frozen=True):
    of: tuple[str, ...] = ()
    kind: str = ""
    role: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    does: str = ""
    lists: tuple[str, ...] = ()


class _Table(msgspec.Struct, frozen=True):
    rows: dict[str, _Row]
    roles: dict[str, tuple[str, ...]]
    within: dict[str, tuple[str, ...]]


@cache
def _known() -> _Table:
    written = tomllib.loads((files("boundary.resolve") / "known" / "assignments.toml").read_text("utf-8"))
    roles = {name: tuple(words.split()) for name, words in written.pop("roles").items()}
    within = {name: tuple(types.split()) for name, types in written.pop("within").items()}
    rows = {name: msgspec.convert(one, _Row) for names, one in written.items() for name in names.split()}
    return _Table(rows, roles, within)


@dataclass(frozen=True)
class Assignment:
    """Who acts as ``identity`` may do ``actions`` with a resource; ``wide``: with all that a project or group has."""

    identity: Resource
    holders: dict[str, Location]
    resource: Resource
    actions: tuple[str, ...]
    evidence: Evidence
    wide: bool = False

    def given(self, place: Location) -> tuple[Evidence, ...]:
        """The evidence that one of the holders may do that."""
        return (self.evidence, Evidence(place, f"acts as {self.identity.label}"))


class Assignments:
    """All assignments of roles that open data, and the identities that they are for."""

    def __init__(self, land: Landscape, stacks: Stacks) -> None:
        self._stacks = stacks
        self.identities = Identities(land, stacks)
        self._targets: dict[str, list[Resource]] = defaultdict(list)
        for one in stacks.resources:
            if one.declared and one.row and one.row.roles:
                self._targets[one.row.roles].append(one)

    @cached_property
    def found(self) -> list[Assignment]:
        """The assignments whose both ends are known."""
        return [found for one in self._stacks.resources if one.declared for found in self._of(one)]

    @cached_property
    def grants(self) -> list[Grant]:
        """What each service may do by what it acts as."""
        denied = denials.denied(self._stacks, self.identities)
        return [
            Grant(service, one.resource, one.actions, one.given(place), one.wide)
            for one in self.found
            if not any(deny.covers(one.identity, one.resource) for deny in denied)
            for service, place in one.holders.items()
        ]

    def _of(self, one: Resource) -> Iterator[Assignment]:
        row = _known().rows.get(one.type)
        if row is not None and isinstance(one.get("condition"), Null):
            for role, members, line in _given(one, row):
                yield from self._assigned(one, row, role, members, line)
        elif one.type == "azurerm_key_vault":
            for policy in items(one.get("access_policy")):
                said = _known().rows["azurerm_key_vault_access_policy"]
                opens = _opens(said, policy, "")
                yield from self._each(one, opens, items(below(policy, "object_id")), [(one, False)], _line(policy))
        elif one.type == "azurerm_mssql_server":
            for admin in items(one.get("azuread_administrator")):
                who = items(below(admin, "object_id"))
                yield from self._each(one, ("azure-sql:administer",), who, [(one, False)], _line(admin))

    def _assigned(
        self, one: Resource, row: _Row, role: str, members: tuple[Thing, ...], line: int
    ) -> Iterator[Assignment]:
        body = Table({name: one.get(name) for name in one.body})
        opens = _opens(row, body, role)
        if opens:
            scopes = list(self._scopes(one, row, {word.partition(":")[0] for word in opens}))
            yield from self._each(one, opens, members, scopes, line)

    def _each(
        self, one: Resource, opens: tuple[str, ...], members: tuple[Thing, ...], scopes: list[tuple[Resource, bool]],
        line: int,
    ) -> Iterator[Assignment]:  # fmt: skip
        for member in members if opens else ():
            identity = self.identities.meant(member)
            for resource, wide in scopes if identity is not None else ():
                assert identity is not None
                word = resource.row.roles if resource.row else ""
                actions = tuple(each for each in opens if each.partition(":")[0] in ("*", word))
                if actions:
                    holders = self.identities.holders.get(identity.uid, {})
                    what = f"{one.label} lets {identity.label} {', '.join(actions)} {resource.name}"
                    place = Location(one.location.path, line or one.location.line)
                    yield Assignment(identity, holders, resource, actions, Evidence(place, what), wide)

    def _scopes(self, one: Resource, row: _Row, words: set[str]) -> Iterator[tuple[Resource, bool]]:
        """The resources that an assignment is for, and whether it names none of them."""
        things = [thing for path in row.of for thing in items(one.get(*path.split(".")))]
        everything = not row.of or any(_WHOLE.fullmatch(str(as_text(thing))) for thing in things)
        named = [] if everything else [found for thing in things if (found := self._named(thing, row.kind))]
        for word in sorted(self._targets) if "*" in words else sorted(words):
            for target in self._targets.get(word, ()):
                if everything:
                    if _provider(target) == _provider(one) and not _apart(target, one):
                        yield target, True
                elif scope := next((each for each in named if self._covers(each, target)), None):
                    yield target, scope.type == _GROUP

    def _named(self, thing: Thing, kind: str) -> Resource | None:
        if kind == "google_service_account":
            return self.identities.meant(thing)
        return self._stacks.meant(as_text(thing)) or self._only((kind,), str(as_text(thing)))

    def _only(self, types: tuple[str, ...], path: str) -> Resource | None:
        """The one resource of some types that the last part of a path names."""
        fitting = [one for kind in types for one in self._by_name[kind, path.rpartition("/")[2]]]
        return fitting[0] if len(fitting) == 1 else None

    def _covers(self, scope: Resource, target: Resource) -> bool:
        """Whether the target is what a scope is, is in it, or has it as a part. Who has a vault has its secrets, which
        are not told one by one."""
        if target.row is not None and target.row.kind == "secret":
            return scope is target or (scope.type == _GROUP and scope in self._around(target))
        return scope in self._around(target) or target in self._around(scope)

    def _around(self, one: Resource) -> list[Resource]:
        """A resource, and what it is in."""
        if one.uid not in self._whole:
            found, front = [one], [one]
            for _ in range(_DEEPEST):
                front = [outer for each in front for outer in self._outer(each) if outer not in found]
                found += front
            self._whole[one.uid] = found
        return self._whole[one.uid]

    @cached_property
    def _whole(self) -> dict[str, list[Resource]]:
        return {}

    def _outer(self, one: Resource) -> Iterator[Resource]:
        for attribute, types in _known().within.items():
            for thing in items(one.get(attribute)) if attribute in one.body else ():
                value = as_text(thing)
                found = self._stacks.meant(value) or self._only(types, str(value))
                if found is not None and found.type in types:
                    yield found

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[Resource]]:
        found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for one in self._stacks.resources:
            if one.row and one.declared:
                found[one.type, one.name].append(one)
        return found


def _given(one: Resource, row: _Row) -> Iterator[tuple[str, tuple[Thing, ...], int]]:
    """The roles that a resource assigns, with whom to and the line: one, or those of a whole policy."""
    policy = document(one.get("policy_data"))
    for binding in items(below(policy, "binding")):
        if isinstance(below(binding, "condition"), Null):
            yield _name(below(binding, "role")), items(below(binding, "members")), one.line("policy_data")
    role = next((said for name in row.role if (said := _name(one.get(name)))), "")
    members = tuple(each for name in row.to for each in items(one.get(name)))
    if one.type != "google_sql_user" or one.text("type") == "CLOUD_IAM_SERVICE_ACCOUNT":
        yield role, members, one.line(row.of[0]) if row.of else one.line("role")


def _opens(row: _Row, body: Thing, role: str) -> tuple[str, ...]:
    """The data that a role opens, or a row without one; permissions are lists of which some open any."""
    if not row.does:
        return _known().roles.get(role, ())
    said = {(text(each) or "").lower() for name in row.lists for each in items(below(body, name))}
    return (row.does,) if not row.lists or said & _WORDS else ()


def _name(thing: Thing) -> str:
    """A role by its name; one by its id by the last part of that, unless it is one of Google's."""
    written = str(as_text(thing)) if not isinstance(thing, Null) else ""
    return written if written.startswith("roles/") else written.rpartition("/")[2]


def _provider(one: Resource) -> str:
    return one.type.partition("_")[0]


def _apart(one: Resource, other: Resource) -> bool:
    """Whether two resources are known to be in different projects."""
    first, second = text(one.get("project")), text(other.get("project"))
    return bool(first and second and first != second)


def _line(thing: Thing) -> int:
    return min((line for line in thing.lines.values() if line), default=0) if isinstance(thing, Table) else 0
