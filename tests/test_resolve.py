"""What a small organisation resolves to. A case is a Markdown file in fixtures/resolve: files in fences, and the edges,
operations, stores and open ends that must come out, each as one line. Sections that a case leaves out are not compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boundary.config import Config
from boundary.discover.snapshot import Memory
from boundary.gather import gather
from boundary.graph import Graph
from boundary.model import Shape
from boundary.resolve import resolve

CASES = Path(__file__).parent.parent / "fixtures" / "resolve"
FENCE = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def short(identity: str) -> str:
    """An id as the cases write it: services by their bare names."""
    return identity.removeprefix("service:")


def edges(graph: Graph) -> list[str]:
    found = []
    for edge in graph.edges:
        if edge.kind == "depends":
            continue
        words = [short(edge.source), "->", short(edge.target), edge.kind, *edge.operations, *sorted(edge.traits)]
        if edge.grade != "coded":
            words.append(edge.grade)
        if not edge.certain:
            words.append("candidate")
        found.append(f"{' '.join(words)} @ {edge.location}")
    return sorted(found)


def operations(graph: Graph) -> list[str]:
    nodes = graph.of_kind("service", "gateway")
    return sorted(
        f"{node.name} {op.name} ({op.source}{' internal' if op.internal else ''})"
        for node in nodes
        for op in node.operations
    )


def stores(graph: Graph) -> list[str]:
    nodes = graph.of_kind("store", "broker", "table")
    return sorted(f"{node.id} kept by {short(node.keeper or 'nobody')}" for node in nodes)


def unresolved(graph: Graph) -> list[str]:
    return sorted(f"{short(u.source)} {u.kind} {u.value}: {u.reason} @ {u.location}" for u in graph.coverage.unresolved)


def services(graph: Graph) -> list[str]:
    """``orders (shop-orders, depot) at services/orders``, gateways and registries with their kind before."""
    nodes = graph.of_kind("service", "gateway", "registry", "config-server")
    shown = []
    for node in nodes:
        kind = "" if node.kind == "service" else f"{node.kind} "
        names = f" ({', '.join(node.names)})" if node.names else ""
        shown.append(f"{kind}{node.name}{names} at {node.root or '?'}")
    return sorted(shown)


def bodies(graph: Graph) -> list[str]:
    """``orders POST /orders takes {customer!: string}``: what types of code say; ``!`` marks what must be there."""
    told = [(node, op) for node in graph.of_kind("service") for op in node.operations]
    found = [f"{node.name} {op.name} takes {shape(op.takes)}" for node, op in told if op.takes]
    return sorted([*found, *(f"{node.name} {op.name} gives {shape(op.gives)}" for node, op in told if op.gives)])


def shape(one: Shape) -> str:
    parts = ", ".join(f"{part.name}{'!' * part.required}: {shape(part.shape)}" for part in one.fields)
    return (f"{{{parts}}}" if parts else one.type or "any") + "?" * one.nullable


def fields(graph: Graph) -> list[str]:
    """``orders reads $.total of catalog @ orders/app.py:7``, with what is sent, and how much of it is known."""
    shown = []
    for edge in graph.edges:
        ends = short(edge.source), short(edge.target)
        if edge.kind in ("http", "grpc", "subscribes") and edge.fields is None:
            shown.append(f"{ends[0]} was not followed @ {edge.location}")
        for use in edge.fields or ():
            verb = "reads" if use.side == "response" else "sends"
            value = f" {use.value!r}" if use.value is not None else ""
            rest = " and what is below" if use.whole else "" if use.certain else " perhaps"
            shown.append(f"{ends[0]} {verb} {use.path}{value}{rest} of {ends[1]} @ {use.location}")
    return sorted(set(shown))


SECTIONS = {
    "services": services,
    "edges": edges,
    "operations": operations,
    "stores": stores,
    "unresolved": unresolved,
    "fields": fields,
    "bodies": bodies,
}


@pytest.mark.parametrize("case", sorted(CASES.glob("*.md")), ids=lambda case: case.stem)
def test_case(case: Path) -> None:
    fences = FENCE.findall(case.read_text("utf-8"))
    files = {path: text for _, path, text in fences if path}
    expected = {kind: text.splitlines() for kind, path, text in fences if not path}
    assert expected, f"{case.name} expects nothing"
    graph = resolve(gather(Memory(files), 1).files, Config())
    for kind, lines in expected.items():
        assert SECTIONS[kind](graph) == sorted(lines), f"{case.name}: {kind}"
