"""The graph's queries: parties, paths, cycles, reach; and that networkx sees the same graph."""

from __future__ import annotations

import networkx
from hypothesis import given
from hypothesis import strategies as st

from boundary.graph import Graph
from boundary.levels import LEVELS, fold
from boundary.model import Edge, Evidence, Location, Node

NAMES = "abcdef"
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20)


def graph(*pairs: tuple[str, str], certain: bool = True) -> Graph:
    nodes = [Node(name, "service", name) for name in NAMES]
    place = (Evidence(Location("app.py"), "calls"),)
    return Graph(nodes, [Edge(a, b, "http", place, certain=certain) for a, b in pairs])


def test_parties_come_from_the_team_then_the_keeper_then_the_whole() -> None:
    nodes = [
        Node("service:a", "service", "a", owner="red"),
        Node("service:b", "service", "b"),
        Node("store:a-db", "store", "a-db", keeper="service:a"),
        Node("store:b-db", "store", "b-db", keeper="service:b"),
        Node("table:a-db/x", "table", "x", parent="store:a-db"),
        Node("store:c-db", "store", "c-db"),
    ]
    found = Graph(nodes, [])
    parties = {node.id: found.party(node) for node in found.nodes.values()}
    assert parties == {
        "service:a": "red",
        "service:b": "service:b",
        "store:a-db": "red",
        "store:b-db": "service:b",
        "store:c-db": None,
        "table:a-db/x": "red",
    }


def test_the_shortest_path_and_none() -> None:
    found = graph(("a", "b"), ("b", "c"), ("a", "d"), ("d", "e"), ("e", "c"))
    assert [edge.target for edge in found.path(["a"], ["c"])] == ["b", "c"]
    assert found.path(["c"], ["a"]) == []
    assert found.path(["a"], ["a"]) == []


def test_what_could_be_reached_is_no_dependency() -> None:
    place = (Evidence(Location("compose.yaml"), "publishes a port"),)
    nodes = [Node("network", "external", "network"), Node("a", "service", "a"), Node("db", "store", "db", keeper="a")]
    found = Graph(nodes, [Edge("network", "db", "reaches", place), Edge("a", "db", "connects", place)])
    assert found.path(["network"], ["db"]) == []
    assert found.reach(["network"], against=True) == {"network"}
    assert found.reach(["db"], against=True) == {"a", "db"}
    kinds = {level: [edge.kind for edge in fold(found, level).edges] for level in LEVELS}
    assert kinds == {"team": [], "service": [], **{key: ["connects", "reaches"] for key in LEVELS[2:]}}
    assert [node.id for node in fold(found, "service").nodes.values()] == ["a"]


def test_a_cycle_needs_certain_edges_and_two_services() -> None:
    ring = (("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("d", "d"), ("e", "f"))
    assert [[edge.source for edge in found] for found in graph(*ring).cycles()] == [["a", "b"]]
    assert graph(*ring, certain=False).cycles() == []


@given(PAIRS)
def test_a_cycle_is_one_and_none_is_shorter(pairs: list[tuple[str, str]]) -> None:
    found = graph(*pairs)
    network = networkx.DiGraph([(one, other) for one, other in pairs if one != other])
    groups = [sorted(part) for part in networkx.strongly_connected_components(network) if len(part) > 1]
    rings = [[edge.source for edge in ring] for ring in found.cycles()]
    for group, ring, edges in zip(sorted(groups), rings, found.cycles(), strict=True):
        every = networkx.simple_cycles(network.subgraph(group))
        least = min(
            ([*one[at:], *one[:at]] for one in every for at in [one.index(min(one))]), key=lambda r: (len(r), r)
        )
        assert ring == least
        assert [edge.target for edge in edges] == [*ring[1:], ring[0]]


def test_thousands_of_services_in_one_ring_or_in_many_take_no_time() -> None:
    names = [f"s{number:04}" for number in range(4000)]
    nodes = [Node(name, "service", name) for name in names]
    place = (Evidence(Location("app.py"), "calls"),)
    ring = [Edge(name, names[at - 1], "http", place) for at, name in enumerate(names)]
    skips = [Edge(name, names[at - 2], "http", place) for at, name in enumerate(names)]
    assert [len(found) for found in Graph(nodes, ring).cycles()] == [4000]
    assert [len(found) for found in Graph(nodes, [*ring, *skips]).cycles()] == [2000]


@given(PAIRS, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_networkx_agrees(pairs: list[tuple[str, str]], one: str, other: str) -> None:
    found = graph(*pairs)
    assert found.reach([one]) == {one, *networkx.descendants(found.network, one)}
    assert found.reach([one], along=False, against=True) == {one, *networkx.ancestors(found.network, one)}
    near = networkx.single_source_shortest_path_length(found.network, one, cutoff=2)
    assert found.reach([one], 2) == set(near)
    path = found.path([one], [other])
    assert bool(path) == (one != other and networkx.has_path(found.network, one, other))
    if path:
        assert len(path) == networkx.shortest_path_length(found.network, one, other)


@given(PAIRS)
def test_the_order_of_edges_is_of_no_matter(pairs: list[tuple[str, str]]) -> None:
    assert graph(*pairs).edges == graph(*reversed(pairs)).edges
