"""Figures about the graph: degrees, rings, chains, groups, outliers, pathways."""

from __future__ import annotations

from itertools import pairwise

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruling import at, service

from boundary.graph import Graph
from boundary.measure.coupling import (
    Chains,
    Degrees,
    bound,
    calls,
    degrees,
    dependencies,
    evidence_edges,
    outliers,
    rings,
)
from boundary.measure.pathways import declared, pathways
from boundary.model import Edge, Node

PAIRS = st.lists(st.tuples(*[st.sampled_from("abcdefg")] * 2).filter(lambda pair: pair[0] != pair[1]), max_size=25)


def edge(source: str, target: str, kind: str = "http", **more: object) -> Edge:
    return Edge(source, target, kind, (at("app.py", 1),), **more)  # type: ignore[arg-type]


SHOP, ORDERS, STOCK = service("shop", "web"), service("orders", "sales"), service("stock", "sales")
STORE = Node("store:stock-db", "store", "stock-db", keeper=STOCK.id)
TABLE = Node("table:stock-db/items", "table", "items", parent=STORE.id)
GATEWAY = Node("gateway:front", "gateway", "front", role="gateway")
EDGES = [
    edge(SHOP.id, ORDERS.id),
    edge(ORDERS.id, TABLE.id, "reads"),
    edge(STOCK.id, STORE.id, "connects"),
    edge(GATEWAY.id, SHOP.id, "routes"),
    edge(SHOP.id, STOCK.id, certain=False),
    edge(SHOP.id, STOCK.id, "depends"),
]
GRAPH = Graph([SHOP, ORDERS, STOCK, STORE, TABLE, GATEWAY], EDGES)


def test_what_belongs_to_a_service_counts_as_the_service() -> None:
    assert list(dependencies(GRAPH)) == [(ORDERS.id, STOCK.id), (SHOP.id, ORDERS.id)]
    assert list(calls(GRAPH)) == [(SHOP.id, ORDERS.id)]
    found = degrees(GRAPH, dependencies(GRAPH))
    assert found == {SHOP.id: Degrees(0, 1), ORDERS.id: Degrees(1, 1), STOCK.id: Degrees(1, 0)}
    assert [one.instability for one in (found[SHOP.id], found[ORDERS.id], Degrees(0, 0))] == [1.0, 0.5, 0.0]


def test_pathways_run_between_known_teams() -> None:
    assert {teams: [one.kind for one in edges] for teams, edges in pathways(GRAPH).items()} == {
        ("web", "sales"): ["http"]
    }
    nobody = service("nobody")
    assert pathways(Graph([SHOP, nobody], [edge(SHOP.id, nobody.id)])) == {}


@pytest.mark.parametrize(
    ("node", "kind", "result"),
    [
        (service("a"), "http", False),
        (service("a", traits=frozenset({"contract"})), "http", True),
        (service("a", traits=frozenset({"contract"})), "links", False),
        (Node("channel:a", "channel", "a", traits=frozenset({"published"})), "subscribes", True),
        (Node("channel:a", "channel", "a"), "subscribes", False),
    ],
)
def test_what_goes_through_an_interface_that_is_written_down(node: Node, kind: str, result: bool) -> None:
    assert declared(Graph([SHOP, node], []), edge(SHOP.id, node.id, kind)) is result


@given(PAIRS)
def test_rings_and_groups_are_those_of_networkx(pairs: list[tuple[str, str]]) -> None:
    network = networkx.DiGraph(pairs)
    assert sorted(map(set, rings(pairs)), key=min) == sorted(
        (part for part in networkx.strongly_connected_components(network) if len(part) > 1), key=min
    )
    assert sorted(map(set, bound(pairs)), key=min) == sorted(networkx.weakly_connected_components(network), key=min)


@given(PAIRS)
def test_a_longest_chain_is_a_way_and_none_is_longer(pairs: list[tuple[str, str]]) -> None:
    chains = Chains(pairs)
    way = chains.longest("a")
    assert chains.steps("a") == len(way) - 1
    assert way[0] == "a"
    assert set(pairwise(way)) <= set(pairs)
    network = networkx.DiGraph(pairs)
    if not rings(pairs) and "a" in network:
        below = network.subgraph({"a", *networkx.descendants(network, "a")})
        assert len(way) - 1 == networkx.dag_longest_path_length(below, weight="none", default_weight=1)


def test_evidence_of_a_way() -> None:
    pairs = dependencies(GRAPH)
    assert [one.kind for one in evidence_edges(pairs, [SHOP.id, ORDERS.id, STOCK.id])] == ["http", "reads"]


@pytest.mark.parametrize(
    ("values", "high"),
    [
        ({}, []),
        ({"a": 3.0}, []),
        (dict.fromkeys("abcdefgh", 1.0), []),
        ({**dict.fromkeys("abcdefg", 1.0), "h": 9.0}, ["h"]),
        ({**{name: float(number) for number, name in enumerate("abcdefg")}, "h": 40.0}, ["h"]),
        ({name: float(number) for number, name in enumerate("abcdefgh")}, []),
        ({**dict.fromkeys("abcdefg", 9.0), "h": 1.0}, []),
    ],
)
def test_what_is_unusually_high(values: dict[str, float], high: list[str]) -> None:
    assert list(outliers(values, 3.5)) == high
