"""Secrets that a service takes from where another one's are kept: a vault, the secret manager of a cloud.

Whose a secret is, its name tells, as vaults are laid out: ``shop/orders/database`` is of ``orders``. Where that one
takes it as well, it is surely so; else it is a candidate, for a name alone proves little. What names nobody, or
several, is common to all (``platform/kafka``). The edges are ``grants``, as in ``boundary.resolve.kept``.

The same is so of secrets in a cloud that no stack makes, since they are put there by hand.

Secrets of a cluster are taken by pods, as variables or files. They may as well be what a service gives to its callers
(``orders-api-key``), so that only those count whose name says that they open a store or a broker (``orders-rabbitmq``),
and that the one takes who is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from boundary.facts import Fact, KeptSecret, Mount, VariableSource
from boundary.model import Edge, Evidence, Location
from boundary.reading.engines import engine_of
from boundary.resolve import kept
from boundary.resolve.context import Context
from boundary.resolve.files import Files, stands
from boundary.resolve.landscape import Service
from boundary.resolve.stacks.vaultpolicies import opened
from boundary.resolve.whose import acts

_Uses = dict[str, dict[str, Evidence]]
"""Name of a secret → id of a service that takes it → where."""

_KINDS = ("secretsmanager", "ssm", "secretmanager", "keyvault")
"""Technologies in which stacks declare secrets."""

_STORES = frozenset({"db", "database", "datastore", "cache", "broker", "dsn"})
"""Words for what a secret may open, besides the names of engines."""


def resolve(context: Context) -> None:
    """Add the edges of all secrets that somebody takes who is not the one that they are named after."""
    for key, users in sorted((*_uses(context).items(), *context.found.undeclared.items())):
        declared = _declared(context, key)
        context.found.edges += _edges(context, key, users) if declared is None else _foreign(declared, key, users)
    for (_, name), users in sorted(_of_pods(context).items()):
        if any(engine_of(word) or word in _STORES for word in _words(name)):
            context.found.edges += [edge for edge in _edges(context, name, users) if edge.certain]


def _declared(context: Context, key: str) -> tuple[str, Evidence] | None:
    """Whose a secret is that a stack declares by its name, and where."""
    stacks = context.land.stacks
    held = next((one for kind in _KINDS if (one := stacks.named(kind, key))), None) if stacks is not None else None
    owner = kept.keeper(context, held) if held is not None and not kept.is_interface(held) else None
    if held is None or owner is None:
        return None
    return owner.id, Evidence(held.location, f"{owner.name} keeps {held.name} here")


def _foreign(declared: tuple[str, Evidence], key: str, users: dict[str, Evidence]) -> Iterator[Edge]:
    owner, why = declared
    for service, evidence in sorted(users.items()):
        if service != owner:
            yield Edge(
                service, owner, "grants", (evidence, why), "configured", traits=frozenset({"secret"}), detail=key
            )


def _uses(context: Context) -> _Uses:
    found: _Uses = defaultdict(dict)
    for file in context.files:
        for fact in file.facts if not file.mark else ():
            owners = context.land.services_of(file.path) if isinstance(fact, KeptSecret) else ()
            if isinstance(fact, KeptSecret) and len(owners) == 1:
                place = Location(file.path, fact.line, fact.column)
                found[fact.key].setdefault(owners[0], Evidence(place, f"takes the secret {fact.key}"))
    for one in opened(context.land) if found else ():
        for key in [key for key in found if one.covers(key)]:
            found[key].setdefault(one.service, one.evidence)
    return found


def _of_pods(context: Context) -> dict[tuple[str, str], dict[str, Evidence]]:
    """The namespace and name of each secret of a cluster → id of a service whose pod takes it → where."""
    files = Files(context.files)
    found: dict[tuple[str, str], dict[str, Evidence]] = defaultdict(dict)
    for service in context.land.services:
        for unit in service.units if acts(service) else ():
            path, _, pod = unit.key.rpartition(":")
            for fact in files.about(path, pod.partition("/")[2]) if unit.platform == "kubernetes" else ():
                name = _secret(fact)
                if name:
                    why = Evidence(stands(path, fact), f"{unit.name} takes the secret {name}")
                    found[unit.project, name].setdefault(service.id, why)
    return found


def _secret(fact: Fact) -> str:
    """The secret that variables or files come from, "" for none."""
    if isinstance(fact, VariableSource):
        return fact.name if fact.kind == "secret" else ""
    return fact.source if isinstance(fact, Mount) and fact.kind == "secret" else ""


def _edges(context: Context, key: str, users: dict[str, Evidence]) -> Iterator[Edge]:
    words = _words(key)
    named = [
        one for one in context.land.services if any(_is_in(_words(name), words) for name in (one.name, *one.names))
    ]
    if len(named) != 1 or _shares(named[0], users):
        return
    owner = named[0].id
    for service, evidence in sorted(users.items()):
        if service != owner:
            theirs = (users[owner],) if owner in users else ()
            yield Edge(service, owner, "grants", (evidence, *theirs), "configured", certain=bool(theirs),
                       traits=frozenset({"secret"}), detail=key)  # fmt: skip


def _shares(owner: Service, users: dict[str, Evidence]) -> bool:
    """Whether more than one other service takes a secret that its owner is not seen to take: then it is laid out for
    all, under the name of what it is for."""
    return owner.id not in users and len(users) > 1


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", text.casefold()) if word]


def _is_in(name: list[str], words: list[str]) -> bool:
    return bool(name) and any(words[at : at + len(name)] == name for at in range(len(words) - len(name) + 1))
