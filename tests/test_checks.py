"""Rules over graphs made by hand: selectors, the wording and grading of findings."""

from __future__ import annotations

import pytest
from ruling import (
    DATABASE,
    FRONT,
    NODES,
    ORDERS,
    READS,
    REPORTING,
    TABLE,
    at,
    document,
    found,
    read_edge,
    rule,
    service,
)

from boundary.checks.document import read
from boundary.graph import Graph
from boundary.model import Edge, Location, Node, Operation

# --- selecting ----------------------------------------------------------------------------------------------


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


# --- findings -----------------------------------------------------------------------------------------------


def test_a_finding_shows_both_ends_and_both_owners() -> None:
    own = rule("{edge: reads}", "same-owner: lower")
    own = read(
        "own.md",
        document(
            FRONT.replace(
                "{from} reads {to}", "{from} ({from.owner}) reads {to} of {to.parent}, {to.owner}'s {to.kind}"
            )
        ),
    )
    [finding] = found(Graph(NODES, [read_edge()]), own)
    assert finding.message == "reporting (insight) reads orders of orders-db, ordering's table"
    assert (finding.source, finding.target, finding.from_name, finding.to_name) == (
        REPORTING.id, TABLE.id, "reporting", "orders",
    )  # fmt: skip
    assert (finding.team_from, finding.team_to) == ("insight", "ordering")
    assert (str(finding.location), str(finding.counterpart)) == ("reporting/jobs.py:7", "orders/schema.sql:3")
    assert (finding.code, finding.rule, finding.clause, finding.severity) == (
        "OWN001",
        "own-rule",
        "data-store",
        "error",
    )
    assert finding.fix == "Do it better."


def test_an_owner_that_only_repeats_the_name_is_left_out() -> None:
    own = read(
        "own.md", document(FRONT.replace("{from} reads {to}", "{from} ({from.owner}) reads {to} ({to.owner}) {other}"))
    )
    nodes = [service("orders"), service("reporting"), TABLE, DATABASE]
    [finding] = found(Graph(nodes, [read_edge()]), own)
    assert finding.message.rstrip() == "reporting reads orders"
    assert (finding.team_from, finding.team_to) == (None, None)


def test_one_finding_a_pair_with_all_evidence_and_the_most_telling_place() -> None:
    edges = [
        read_edge(line=30),
        read_edge(evidence=(at("compose.yaml", 2),), grade="configured"),
        read_edge(evidence=(at("a.py", 1),), certain=False),
        read_edge(line=7),
    ]
    [finding] = found(Graph(NODES, edges), READS)
    assert str(finding.location) == "reporting/jobs.py:7"
    assert finding.severity == "error"
    assert [str(link.location) for link in finding.evidence] == [
        "reporting/jobs.py:7", "reporting/jobs.py:30", "compose.yaml:2", "a.py:1",
    ]  # fmt: skip


def test_one_finding_a_place() -> None:
    edges = [
        read_edge(line=7, detail="GET /a"),
        read_edge(line=9, detail="GET /a"),
        read_edge(line=9, detail="GET /b c"),
    ]
    result = found(Graph(NODES, edges), rule("{edge: reads}", "per: place"))
    assert [finding.location.line for finding in result] == [7, 9, 9]
    assert len({finding.fingerprint for finding in result}) == 3
    assert result[0].fingerprint + "-2" in {result[1].fingerprint, result[2].fingerprint}


def test_one_finding_a_target_points_at_the_target() -> None:
    edges = [
        Edge(source, "service:orders", "http", (at(f"{source[8:]}.py", 1),))
        for source in ("service:billing", "service:reporting")
    ]
    own = rule("{edge: http, to: {owner: other}}", "per: target")
    [finding] = found(Graph(NODES, edges), own)
    assert (str(finding.location), str(finding.counterpart)) == ("compose.yaml:1", "reporting.py:1")
    assert (finding.source, finding.consumers, finding.severity) == (REPORTING.id, ("billing", "reporting"), "error")
    [fewer] = found(Graph(NODES, edges[:1]), own)
    assert fewer.fingerprint == finding.fingerprint
    assert fewer.severity == "info"
    nowhere = [node if node is not ORDERS else Node("service:orders", "service", "orders") for node in NODES]
    assert str(found(Graph(nowhere, edges), own)[0].location) in ("billing.py:1", "reporting.py:1")


def test_the_counterpart_of_a_call_is_the_operation() -> None:
    place = Location("orders/openapi.yaml", 12)
    offers = service(
        "orders", "ordering", operations=(Operation("GET", "/o", Location("x", 1)), Operation("GET", "/p", place))
    )
    edge = Edge("service:reporting", "service:orders", "http", (at("a.py", 1),), operations=("GET /p",))
    own = read(
        "own.md",
        document(
            FRONT.replace("reads {to}", "calls {operation}").replace(
                "edge: reads, to: {kind: table, owner: other}", "edge: http"
            )
        ),
    )
    [finding] = found(Graph([offers, REPORTING], [edge]), own)
    assert finding.counterpart == place
    assert finding.message == "reporting calls GET /p"


@pytest.mark.parametrize(("offered", "place"), [(("GET /o", "GET /p/{id}"), "openapi.yaml:2"), ((), "compose.yaml:1")])
def test_the_counterpart_of_a_dangling_call_is_the_nearest_operation(offered: tuple[str, ...], place: str) -> None:
    operations = [Operation(*name.split(), Location("openapi.yaml", line)) for line, name in enumerate(offered, 1)]
    offers = service("orders", "ordering", operations=tuple(operations))
    evidence = (at("a.py", 1),)
    edge = Edge(REPORTING.id, offers.id, "http", evidence, operations=("GET /p/7/q",), traits=frozenset({"dangling"}))
    [finding] = found(Graph([offers, REPORTING], [edge]), rule("{edge: http}", "per: place"))
    assert str(finding.counterpart) == place
    told = [link.what for link in finding.evidence[1:]]
    assert told == (["GET /p/{id} is the nearest operation that orders offers"] if offered else [])


@pytest.mark.parametrize(
    ("edge", "more", "severity", "begins"),
    [
        (read_edge(), [], "error", "reporting"),
        (read_edge(certain=False), [], "info", "possibly: reporting"),
        (read_edge("service:billing"), [], "info", "billing"),
        (read_edge("service:billing"), ["same-owner: keep"], "error", "billing"),
        (read_edge(), ["unknown-owner: warning"], "error", "reporting"),
        (read_edge("service:lone"), ["unknown-owner: warning"], "warning", "lone"),
        (read_edge("service:lone"), ["no-owner: warning"], "error", "lone"),
        (read_edge("service:lone"), [], "error", "lone"),
    ],
)
def test_what_is_known_decides_the_severity(edge: Edge, more: list[str], severity: str, begins: str) -> None:
    graph = Graph([*NODES, service("lone")], [edge])
    [finding] = found(graph, rule("{edge: reads, to: {owner: other}}", *more))
    assert finding.severity == severity
    assert finding.message.startswith(begins)


def test_an_end_that_is_nobodys_can_be_milder() -> None:
    joins = Edge(REPORTING.id, "external:host", "joins", (at("compose.yaml", 3),))
    graph = Graph([*NODES, Node("external:host", "external", "host")], [joins])
    own = read(
        "own.md",
        document(
            FRONT.replace("edge: reads, to: {kind: table, owner: other}", "edge: joins").replace(
                "reads {to}", "joins {to} ({to.owner})"
            )
            + "\nno-owner: warning"
        ),
    )
    [finding] = found(graph, own)
    assert (finding.severity, finding.message) == ("warning", "reporting joins host")


def test_findings_are_ordered_by_place() -> None:
    edges = [read_edge("service:billing", evidence=(at("z.py", 1),)), read_edge(line=3)]
    assert [finding.location.path for finding in found(Graph(NODES, edges), READS)] == ["reporting/jobs.py", "z.py"]


def test_a_breach_without_place_is_still_told() -> None:
    [finding] = found(Graph([Node("store:s", "store", "s")], []), rule("{node: store}"))
    assert str(finding.location) == ".:1"
