"""Keys of caches: by which beginnings the services that share one keep their keys apart.

A key that begins with ``cart:`` is in the keyspace ``cart``; one that begins with what nobody knows may be anywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict

import msgspec

from boundary.model import Value
from boundary.resolve import messages
from boundary.resolve.context import Context

CACHES = frozenset({"redis", "valkey", "memcached", "keydb", "dragonfly"})
ANYWHERE = "*"

_PREFIX = re.compile(r"([A-Za-z][\w-]*)[:./|]")


def mark(context: Context) -> None:
    """Give connections to caches that several services have the trait ``keys:PREFIX`` for each keyspace in use, or
    ``messages`` where a service is seen to send or take messages by it and keeps no keys."""
    users: dict[str, set[str]] = defaultdict(set)
    for edge in context.found.edges:
        node = context.found.nodes.get(edge.target)
        if edge.kind == "connects" and node is not None and node.technology in CACHES:
            users[edge.target].add(edge.source)
    shared = {node for node, services in users.items() if len(services) > 1}
    used = _used(context) if shared else {}
    sent = _messages(context) if shared else set()
    for position, edge in enumerate(context.found.edges):
        prefixes = used.get((edge.source, edge.target), set())
        if edge.kind == "connects" and edge.target in shared and prefixes:
            traits = edge.traits | {f"keys:{prefix}" for prefix in prefixes}
            context.found.edges[position] = msgspec.structs.replace(edge, traits=traits)
        elif edge.kind == "connects" and edge.target in shared and (edge.source, edge.target) in sent:
            context.found.edges[position] = msgspec.structs.replace(edge, traits=edge.traits | {"messages"})


def _used(context: Context) -> dict[tuple[str, str], set[str]]:
    """Service and cache → the keyspaces that its code names."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for effect in context.effects.get("key", ()):
        key = effect.get("key")
        start = key.parts[0] if isinstance(key, Value) and key.parts else None
        prefix = _PREFIX.match(start) if isinstance(start, str) else None
        for service in context.actors(effect):
            node, _ = messages.broker_of(context, effect, service, "redis")
            if node:
                found[service.id, node].add(prefix[1].casefold() if prefix else ANYWHERE)
    return found


def _messages(context: Context) -> set[tuple[str, str]]:
    """Service and cache, where the code publishes or subscribes by it."""
    found: set[tuple[str, str]] = set()
    for effect in (*context.effects.get("publish", ()), *context.effects.get("subscribe", ())):
        if messages.engine_of(effect) == "redis":
            for service in context.actors(effect):
                found.add((service.id, messages.broker_of(context, effect, service, "redis")[0]))
    return found
