"""Whose a channel is, and whether it is published: what AsyncAPI documents declare, else who creates or uses it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from boundary.facts import Contract, ContractOperation, FileFacts
from boundary.model import Edge, Evidence, Location, Node
from boundary.resolve import claimed, kept, subjects
from boundary.resolve.code.things import Effect
from boundary.resolve.context import Context, at
from boundary.resolve.stacks.environments import anywhere
from boundary.resolve.stacks.servers import called

_WHOLE = ("sqs", "celery")
"""Engines whose channels are queues: a message is read once, by whoever comes first."""


_JOBS = ("redis", "celery", "sidekiq")
"""Engines whose queues hold the jobs of a team's own workers: no interface while nobody else has part in them."""

_DEPLOYED = frozenset({"sqs", "sns", "kinesis"})
"""Engines whose channels are deployed, as a rule once for each environment."""


def _unstaged(name: str) -> str:
    """A name without an environment at its end."""
    return anywhere(name).removesuffix("{}").rstrip("-_.")


class Declared(NamedTuple):
    """A channel in an AsyncAPI document: ``sends`` says whether the document's application sends there, ``bound`` are
    its names at brokers."""

    name: str
    services: tuple[str, ...]
    sends: bool
    messages: tuple[str, ...]
    bound: tuple[str, ...]
    evidence: Evidence


class Declarations:
    """The AsyncAPI documents of a workspace; ``services`` are those that have one. ``published`` are the services that
    publish, with the names of the channels."""

    def __init__(self, context: Context, published: Sequence[tuple[str, str]]) -> None:
        self.services: set[str] = set()
        self._declared: list[Declared] = []
        for file in context.files:
            if file.mark or not any(isinstance(fact, Contract) and fact.kind == "asyncapi" for fact in file.facts):
                continue
            owners = _owners(context, file, published)
            if owners != context.land.services_of(file.path):
                context.found.claimed[file.path] = owners
            self.services |= set(owners)
            for fact in file.facts:
                if isinstance(fact, ContractOperation) and fact.method in ("SEND", "RECEIVE"):
                    what = Evidence(Location(file.path, fact.line, fact.column), f"{fact.path} is declared here")
                    sends = fact.method == "SEND"
                    self._declared.append(Declared(fact.path, owners, sends, fact.messages, fact.bound, what))

    @property
    def any(self) -> bool:
        """Whether the workspace declares events at all."""
        return bool(self._declared)

    def of(self, node: Node) -> list[Declared]:
        """What declares a channel, by its address, by its name at a broker or by the name of its message. A channel
        that is called as an exchange is about all that goes there. What a bus passes on is declared by what it is
        about, and what a cloud deploys whatever the environment."""
        name, technology = node.name, node.technology
        exchange, _, key = name.partition("[")
        names = {
            name,
            exchange,
            key.removesuffix("]"),
            name.partition("/")[2] if technology == "eventbridge" else "",
        } - {""}
        plain = _unstaged(name) if technology in _DEPLOYED else ""
        return [
            each for each in self._declared
            if subjects.is_declared(each.name, name) or not names.isdisjoint((each.name, *each.messages, *each.bound))
            or (plain and plain == _unstaged(each.name))
        ]  # fmt: skip


def _owners(context: Context, file: FileFacts, published: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The services whose a document is: of several that it lies with or above, the one that sends what it says."""
    owners = context.land.services_of(file.path)
    among = owners or claimed.below(context, file.path)
    if len(owners) == 1 or not among:
        return owners
    sent = {one.path for one in file.facts if isinstance(one, ContractOperation) and one.method == "SEND"}
    senders = {service for service, name in published if service in among and name in sent}
    return tuple(senders) if len(senders) == 1 else owners


def keep(context: Context, declared: Declarations, creators: dict[str, dict[str, Evidence]]) -> None:
    """Give channels their keepers and say which are published; mark what is published without being declared."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in context.found.edges:
        if edge.kind in ("publishes", "subscribes"):
            users[edge.target, edge.kind].add(edge.source)
    for node in [node for node in context.found.nodes.values() if node.kind == "channel"]:
        told = declared.of(node)
        writers, readers = users[node.id, "publishes"], users[node.id, "subscribes"]
        keeper, why = _keeper(told, creators.get(node.name, {}), readers)
        if keeper is None and len(writers) == 1 and "queue" not in node.traits and node.technology not in _WHOLE:
            keeper = next(iter(writers))
        traits = node.traits | ({"published"} if told else frozenset())
        if not told and len(writers) == 1 and subjects.is_for_dead_letters(node.name):
            keeper, traits = next(iter(writers)), traits | {"queue"}
        evidence = (*node.evidence, *why)
        names = tuple(dict.fromkeys((*node.names, *(each.name for each in told if each.name != node.name))))
        changed = msgspec.structs.replace(node, names=names, keeper=keeper, traits=traits, evidence=evidence)
        context.found.nodes[node.id] = changed
    _mark(context, declared, users)


def _keeper(
    told: list[Declared], creators: dict[str, Evidence], readers: set[str]
) -> tuple[str | None, tuple[Evidence, ...]]:
    """Who declares it in a contract, else who creates it in code."""
    senders = {each.services[0]: each.evidence for each in told if each.sends and len(each.services) == 1}
    takers = {each.services[0]: each.evidence for each in told if not each.sends and len(each.services) == 1}
    for among in (senders, takers):
        if len(among) == 1:
            service, why = next(iter(among.items()))
            return service, (why,)
    # Clients of AMQP create a queue where they use it, on both sides: who reads is whose it is.
    made = {service: why for service, why in creators.items() if len(creators) == 1 or service in readers}
    if len(made) == 1:
        service, why = next(iter(made.items()))
        return service, (why,)
    return None, ()


def _mark(context: Context, declared: Declarations, users: dict[tuple[str, str], set[str]]) -> None:
    """Edges to channels that no contract declares, where contracts are what this service, or one that uses the channel,
    declares its events with. What a service alone writes and reads is its own affair, what a team sends to itself the
    team's, and so is what it could not work off."""
    if not declared.any:
        return
    inner = {place for edge in context.found.edges if (place := _inner(context, edge, users)) is not None}
    for position, edge in enumerate(context.found.edges):
        node = context.found.nodes.get(edge.target)
        if edge.kind != "publishes" or node is None or "published" in node.traits:
            continue
        if subjects.is_for_dead_letters(node.name) or (edge.source, edge.location.path, edge.location.line) in inner:
            continue
        readers = users[edge.target, "subscribes"]
        if not readers - {edge.source} and _is_own(context, node, edge.source):
            continue
        owners = {context.land.service(one).party.team or one for one in {edge.source, *readers}}
        if node.technology in _JOBS and len(owners) == 1:
            continue
        if readers - {edge.source} or (edge.source in declared.services and not readers):
            changed = msgspec.structs.replace(edge, traits=edge.traits | {"undeclared"})
            context.found.edges[position] = changed


def _inner(context: Context, edge: Edge, users: dict[tuple[str, str], set[str]]) -> tuple[str, str, int] | None:
    """The place where a message is made that its sender's team alone takes: an address of a queue there is its too."""
    readers = users[edge.target, "subscribes"] if edge.kind == "publishes" else set()
    teams = {context.land.service(one).party.team for one in {edge.source, *readers}} if readers else set()
    here = edge.source, edge.location.path, edge.location.line
    return here if len(teams) == 1 and None not in teams else None


def _is_own(context: Context, node: Node, service: str) -> bool:
    """Whether a queue is of a service's own stack: one that nobody else reads is no interface."""
    stacks = context.land.stacks if node.technology in _WHOLE else None
    declared = stacks.resources if stacks is not None else ()
    queues = [one for one in declared if one.row is not None and one.row.technology == node.technology]
    owners = {owner.id for one in queues if called(one) == node.name and (owner := kept.keeper(context, one))}
    return owners == {service}


def place(effect: Effect) -> Location:
    """Where an effect is decided."""
    return at(effect.place)
