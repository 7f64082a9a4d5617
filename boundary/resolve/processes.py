"""What code does beside calls and statements: loading code by path, shared memory, other programs, other machines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.model import Edge, Hole, Node, Value
from boundary.resolve.code.things import Effect, Known, Nothing, Pairs, Several, Thing
from boundary.resolve.context import Context, at, chain
from boundary.resolve.landscape import Service
from boundary.resolve.links import Load

_REMOTE_OBJECT = re.compile(r"//([A-Za-z][\w.-]*):\d+/jmxrmi|^druby(?:ssl)?://([A-Za-z][\w.-]*)")
"""Where a connection of JMX leads ("Monitoring and Management Using JMX", "Connecting to the JMX Agent"), or of Ruby's
DRb."""

LOADS = (("search-path", "search"), ("load", "file"), ("module", "module"))


def loads(context: Context) -> list[Load]:
    """Calls that load code or say where code is looked for, with their arguments evaluated."""
    found = []
    for kind, how in LOADS:
        for effect in context.effects.get(kind, ()):
            target = effect.get("path") or effect.get("module")
            if isinstance(target, Value) and target.parts:
                first = effect.call.endswith(".insert")
                found.append(Load(how, target, at(effect.place), first))  # type: ignore[arg-type]
    return found


def memory(context: Context) -> Iterator[tuple[Node, Edge]]:
    """Named segments of shared memory, and the services that map them: ``writable`` for the one that creates it, since
    whoever attaches finds there what that one has laid out."""
    for effect in context.effects.get("memory", ()):
        name = effect.get("name")
        text = name.text if isinstance(name, Value) else None
        for service in context.actors(effect) if text else ():
            node = Node(f"volume:memory:{text}", "volume", f"shared memory {text}", technology="shared-memory",
                        location=at(effect.place))  # fmt: skip
            does = "creates" if _creates(effect) else "attaches"
            traits = frozenset({"memory", "writable"} if _creates(effect) else {"memory"})
            evidence = chain(effect, f"{effect.call} {does} the segment {text}")
            yield node, Edge(service.id, node.id, "mounts", evidence, traits=traits)


def _creates(effect: Effect) -> bool:
    """Whether a call makes the segment that it names.

    Source: Python, ``multiprocessing.shared_memory`` (``create``); posix_ipc and sysv_ipc (``flags``: ``O_CREAT``,
    ``O_CREX``, ``IPC_CREAT``, ``IPC_CREX``; flags that are put together by an operator have one of them, for the only
    other one is of no use by itself).
    """
    create, flags = effect.get("create"), effect.get("flags")
    if isinstance(flags, Known):
        return "CRE" in flags.name.rpartition(".")[2]
    return isinstance(flags, Nothing) or (isinstance(create, Value) and create.text in ("True", "1"))


def words(effect: Effect) -> list[Value]:
    """The argument vector of a program that is started; one text when it is a command line. What goes before it (the
    variables of the environment, in Ruby) is no word."""
    program, tail = effect.get("program"), effect.get("tail")
    if isinstance(program, Value):
        rest = tail.items if isinstance(tail, Several) else ()
        given: Thing | None = Several((program, *rest))
        if isinstance(tail, Value):
            given = Value.of(program, " ", tail)
    else:
        given = effect.get("words")
    if isinstance(given, Several):
        return [item if isinstance(item, Value) else Value((Hole("unknown"),)) for item in given.items
                if not isinstance(item, Pairs)]  # fmt: skip
    return [given] if isinstance(given, Value) else []


def remote(context: Context) -> Iterator[tuple[Node | None, Edge]]:
    """Commands in other containers and on other machines."""
    for effect in context.effects.get("remote", ()):
        target = effect.get("container") or effect.get("host")
        for service in context.actors(effect):
            name = _machine(context, target, service) if isinstance(target, Value) else None
            if name is None and effect.get("named") is not None:
                continue
            where = name or "a container or machine that is not known"
            evidence = list(chain(effect, f"{effect.call} runs commands in {where}"))
            found = context.names.host(name, None, service) if name else None
            if found and found[0].id == service.id:
                continue
            node = None if found else Node(f"external:{name or 'docker-host'}", "external", name or "docker-host")
            if found:
                evidence.append(found[1])
            identity = found[0].id if found else node.id if node else ""
            yield node, Edge(service.id, identity, "executes", tuple(evidence), traits=frozenset({"remote"}))


def _machine(context: Context, target: Value, service: Service) -> str | None:
    """The container or machine that is named; ``service:jmx:rmi:///jndi/rmi://orders:9010/jmxrmi`` names ``orders``,
    and so does ``druby://orders:8787``."""
    filled = next((one.value.text for one in context.filler.fill(target, service.id) if one.value.text), target.text)
    address = _REMOTE_OBJECT.search(filled or "")
    return address[1] or address[2] if address else filled


def resolve(context: Context) -> None:
    """Add shared memory segments and what runs elsewhere."""
    for node, edge in memory(context):
        context.found.add(node)
        context.found.edges.append(edge)
    for target, edge in remote(context):
        if target:
            context.found.add(target)
        context.found.edges.append(edge)
