"""Findings of rules over graphs made by hand: their wording, grading and places."""

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
