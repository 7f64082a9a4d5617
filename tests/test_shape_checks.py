"""The named checks about the shape of the whole: chains, hubs, pairs, bounds; over graphs made by hand."""

from __future__ import annotations

import pytest
from ruling import at, found, rule, service

from boundary.graph import Graph
from boundary.model import Coverage, Edge, Location, Node, Operation, Unresolved


def edge(source: str, target: str, kind: str = "http", **more: object) -> Edge:
    place = (at(f"{source}.py", 1, target),)
    return Edge(f"service:{source}", target if ":" in target else f"service:{target}", kind, place, **more)  # type: ignore[arg-type]


def team(*names: str) -> list[Node]:
    return [service(name, name) for name in names]


@pytest.mark.parametrize(
    ("pairs", "chains"),
    [
        ("ab", []),
        ("ab bc", ["a → b → c"]),
        ("ab bc ac cd", ["a → b → c → d"]),
        ("ab bc ba", []),
        ("ab bc dc db", ["a → b → c", "d → b → c"]),
    ],
)
def test_the_longest_chain_of_each_way_in(pairs: str, chains: list[str]) -> None:
    edges = [edge(source, target) for source, target in pairs.split()]
    messages = found(
        Graph(team("a", "b", "c", "d"), edges), rule("", "check: long-sync-chain", "parameters: {most: 1}")
    )
    assert [(one.from_name, one.to_name) for one in messages] == [(chain[0], chain[-1]) for chain in chains]


def test_orphans_need_a_workspace_that_is_understood() -> None:
    orphan = rule("{node: service}", "check: orphan-service", "parameters: {floor: 80}")
    nodes = [*team("a", "b", "c", "d"), Node("service:e", "service", "e")]
    edges = [edge("a", "b"), edge("c", "a", "depends"), edge("a", "c", "reaches")]
    opened = [Unresolved("service:d", "http", "x", Location("d.py"), "why")]
    assert found(Graph(nodes, edges[1:]), orphan) == []
    for coverage, result in (
        (Coverage(located=10, resolved=7), []),
        (Coverage(located=10, resolved=8), ["c"]),
    ):
        assert [one.from_name for one in found(Graph(nodes, edges, opened, coverage=coverage), orphan)] == result


@pytest.mark.parametrize(("more", "result"), [([], 1), ([edge("c", "b")], 0), ([edge("b", "c")], 0)])
def test_a_nano_service_has_one_caller_and_depends_on_nothing(more: list[Edge], result: int) -> None:
    nano = rule("{node: service}", "check: nano-service")
    small = service("b", "b", operations=(Operation("GET", "/x", Location("b.py")),))
    graph = Graph([*team("a", "c"), small], [edge("a", "b"), *more])
    assert len(found(graph, nano)) == result
    lost = [Unresolved("service:b", "http", "x", Location("b.py"), "why")]
    assert found(Graph(graph.nodes.values(), graph.edges, lost), nano) == []


MONOLITH = rule("", "check: distributed-monolith", "parameters: {share: 50, least: 3}")
DATA = Node("store:db", "store", "db")
TABLE = Node("table:db/t", "table", "t", parent="store:db")
TOPIC = Node("channel:t", "channel", "t")


@pytest.mark.parametrize(
    ("edges", "result"),
    [
        ([], []),
        ([edge("a", "b")], []),
        ([edge("a", "b"), edge("b", "a")], [("a", "b")]),
        ([edge("a", "b", "links")], [("a", "b")]),
        ([edge("a", "store:db", "connects"), edge("b", "table:db/t", "reads")], [("a", "b")]),
        ([edge("a", "store:db", "connects"), edge("b", "store:db", "connects", certain=False)], []),
        ([edge("a", "channel:t", "publishes"), edge("b", "channel:t", "subscribes")], []),
        ([edge("c", "d", "links"), edge("d", "c"), edge("c", "d")], [("c", "d")]),
    ],
)
def test_what_binds_services_to_each_other(edges: list[Edge], result: list[tuple[str, str]]) -> None:
    graph = Graph([*team("a", "b", "c", "d"), DATA, TABLE, TOPIC], edges)
    assert [(one.from_name, one.to_name) for one in found(graph, MONOLITH)] == result


@pytest.mark.parametrize("names", ["ab", "abcde"])
def test_two_services_alone_and_a_small_part_of_many_are_no_monolith(names: str) -> None:
    assert found(Graph(team(*names), [edge("a", "b", "links")]), MONOLITH) == []


HUB = rule("", "check: hub-or-god-service", "parameters: {least: 5, limit: 3.5, share: 80}")


def hub(callers: str, called: str, operations: int, others: str = "abcde") -> list[str]:
    offered = tuple(Operation("GET", f"/{number}", Location("x.yaml")) for number in range(operations))
    small = (Operation("GET", "/one", Location("y.yaml")),)
    nodes = [service("x", "x", operations=offered), *(service(name, name, operations=small) for name in others)]
    edges = [edge(name, "x") for name in callers] + [edge("x", name) for name in called]
    return [one.message for one in found(Graph(nodes, edges), HUB)]


@pytest.mark.parametrize(
    ("callers", "called", "operations", "others", "count"),
    [
        ("abcd", "", 9, "abcde", 1),
        ("abc", "", 9, "abcde", 0),
        ("abcd", "", 2, "abcde", 0),
        ("abcd", "", 9, "abc", 0),
        ("abcde", "abcde", 1, "abcde", 1),
        ("abc", "", 9, "abcdefg", 1),
        ("ab", "", 9, "abcdefg", 0),
        ("", "abcde", 9, "abcde", 0),
    ],
)
def test_what_is_a_hub(callers: str, called: str, operations: int, others: str, count: int) -> None:
    assert len(hub(callers, called, operations, others)) == count
