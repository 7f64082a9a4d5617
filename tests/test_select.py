"""Selectors of rules over graphs made by hand: which edges and nodes they choose."""

from __future__ import annotations

import pytest
from ruling import DATABASE, NODES, REPORTING, at, found, read_edge, rule

from boundary.graph import Graph
from boundary.model import Edge, Location, Node


@pytest.mark.parametrize(
    ("select", "chosen"),
    [
        ("{edge: reads}", True),
        ("{edge: [writes, reads]}", True),
        ("{edge: writes}", False),
        ("{edge: reads, grade: coded}", True),
        ("{edge: reads, grade: [configured, permitted]}", False),
        ("{edge: reads, traits: [raw, orm]}", True),
        ("{edge: reads, traits: orm}", False),
        ("{edge: reads, not-traits: raw}", False),
        ("{edge: reads, certain: true}", True),
        ("{edge: reads, certain: false}", False),
        ("{edge: reads, from: {kind: service, role: [application, job]}}", True),
        ("{edge: reads, from: {role: gateway}}", False),
        ("{edge: reads, from: {not-role: application}}", False),
        ("{edge: reads, from: {name: REPORTING}}", True),
        ("{edge: reads, from: {name: orders}}", False),
        ("{edge: reads, to: {technology: postgres}}", True),
        ("{edge: reads, to: {not-technology: [mysql, postgres]}}", False),
        ("{edge: reads, to: {traits: published}}", True),
        ("{edge: reads, to: {not-traits: published}}", False),
        ("{edge: reads, to: {owner: other}}", True),
        ("{edge: reads, to: {owner: same}}", False),
        ("{edge: reads, from: {owner: known}, to: {owner: other}}", True),
        ("{edge: reads, to: {owner: none}}", False),
        ("{edge: reads, without: writes}", True),
        ("{edge: reads, without: [alters]}", False),
    ],
)
def test_predicates_on_an_edge(select: str, chosen: bool) -> None:
    table = Node(
        "table:t", "table", "t", keeper="service:orders", technology="postgres", traits=frozenset({"published"})
    )
    edges = [
        Edge("service:reporting", "table:t", "reads", (at("a.py", 1),), traits=frozenset({"raw"})),
        Edge("service:reporting", "table:t", "alters", (at("a.py", 2),)),
    ]
    assert bool(found(Graph([*NODES, table], edges), rule(select))) == chosen


@pytest.mark.parametrize(
    ("source", "owner", "chosen"),
    [
        ("service:orders", "same", True),
        ("service:orders", "other", False),
        ("service:billing", "same", False),
        ("service:billing", "other", True),
        ("service:reporting", "other", True),
    ],
)
def test_whose_the_other_end_is(source: str, owner: str, chosen: bool) -> None:
    graph = Graph(NODES, [read_edge(source)])
    assert bool(found(graph, rule(f"{{edge: reads, to: {{owner: {owner}}}}}"))) == chosen


def test_nobodys_table_is_neither_mine_nor_another_ones() -> None:
    graph = Graph(
        [REPORTING, Node("table:t", "table", "t")], [Edge("service:reporting", "table:t", "reads", (at("a.py", 1),))]
    )
    assert not found(graph, rule("{edge: reads, to: {owner: other}}"), rule("{edge: reads, to: {owner: same}}"))
    assert found(graph, rule("{edge: reads, to: {owner: none}}"))


def test_a_connection_is_not_told_beside_the_statements_behind_it() -> None:
    connects = Edge("service:reporting", DATABASE.id, "connects", (at("compose.yaml", 9),), "configured")
    own = rule("{edge: connects, to: {owner: other}, without: [reads]}")
    assert found(Graph(NODES, [connects]), own)
    assert not found(Graph(NODES, [connects, read_edge()]), own)
    kept = Node("table:t", "table", "t", keeper="service:reporting", parent=DATABASE.id)
    mine = Edge("service:reporting", "table:t", "reads", (at("a.py", 1),))
    assert found(Graph([*NODES, kept], [connects, mine]), own)
    dangling = Edge("service:reporting", "table:gone", "reads", (at("a.py", 1),))
    assert found(Graph(NODES, [connects, dangling]), own)


def test_an_edge_to_a_node_that_is_not_there_is_nothing() -> None:
    assert not found(Graph([REPORTING], [read_edge()]), rule("{edge: reads}"))


def test_nodes_without_owner_and_without_use() -> None:
    lone = Node("store:lone", "store", "lone", location=Location("compose.yaml", 4))
    used = Node("store:used", "store", "used")
    part = Node("table:t", "table", "t", parent="store:used")
    emulator = Node("store:fake", "store", "fake", traits=frozenset({"emulator"}))
    edges = [Edge("service:orders", "table:t", "reads", (at("a.py", 1),))]
    own = rule("{node: store, owner: none, not-traits: emulator, without: [reads, connects]}")
    result = found(Graph([*NODES, lone, used, part, emulator], edges), own)
    assert [(f.source, str(f.location)) for f in result] == [("store:lone", "compose.yaml:4")]
