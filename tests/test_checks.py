"""Rules over graphs made by hand: selectors, named checks, the wording and grading of findings."""

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

from boundary.checks.document import checks, read
from boundary.graph import Graph
from boundary.model import Coverage, Edge, Location, Node, Operation, Problem, Unresolved

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


# --- named checks -------------------------------------------------------------------------------------------


def mount(name: str, *traits: str, line: int = 1, certain: bool = True) -> Edge:
    evidence = (at(f"{name}.yaml", line),)
    return Edge(f"service:{name}", "volume:v", "mounts", evidence, "configured", certain, traits=frozenset(traits))


VOLUME = Node("volume:v", "volume", "v")
SHARED = rule("{edge: mounts}", "check: shared", "parameters: {writer: needed}")


@pytest.mark.parametrize(
    ("edges", "result"),
    [
        ([mount("orders", "writable")], []),
        ([mount("orders"), mount("reporting")], []),
        ([mount("orders", "writable"), mount("reporting")], [("reporting.yaml", "orders.yaml", "error")]),
        ([mount("orders"), mount("reporting", "writable")], [("orders.yaml", "reporting.yaml", "error")]),
        ([mount("orders", "writable"), mount("billing")], [("billing.yaml", "orders.yaml", "info")]),
        ([mount("orders", "writable"), mount("reporting", certain=False)], [("reporting.yaml", "orders.yaml", "info")]),
        (
            [mount("orders", "writable"), mount("reporting"), mount("billing", "writable")],
            [("orders.yaml", "billing.yaml", "info"), ("reporting.yaml", "billing.yaml", "error")],
        ),
    ],
)
def test_what_is_shared(edges: list[Edge], result: list[tuple[str, str, str]]) -> None:
    told = [
        (finding.location.path, finding.counterpart.path if finding.counterpart else "", finding.severity)
        for finding in found(Graph([*NODES, VOLUME], edges), SHARED)
    ]
    assert told == result


@pytest.mark.parametrize(
    ("keeper", "parent", "edges", "result"),
    [
        ("service:orders", None, [mount("reporting", "writable")], [("service:reporting", "error")]),
        ("service:orders", None, [mount("reporting")], []),
        ("service:reporting", None, [mount("reporting", "writable")], []),
        (None, DATABASE.id, [mount("reporting", "store-files")], [("service:reporting", "error")]),
        (None, DATABASE.id, [mount("billing", "store-files")], [("service:billing", "info")]),
        (None, None, [mount("reporting", "writable")], []),
    ],
)
def test_files_that_are_somebodys_without_a_mount(
    keeper: str | None, parent: str | None, edges: list[Edge], result: list[tuple[str, str]]
) -> None:
    files = Node("volume:v", "volume", "v", keeper=keeper, parent=parent)
    assert [(one.source, one.severity) for one in found(Graph([*NODES, files], edges), SHARED)] == result


def test_the_host_of_a_shared_store_keeps_most_of_it() -> None:
    store = Node("store:s", "store", "s")
    tables = [Node(f"table:{n}", "table", n, keeper="service:reporting", parent="store:s") for n in "ab"]
    edges = [Edge(f"service:{n}", "store:s", "connects", (at(f"{n}.yaml", 1),)) for n in ("orders", "reporting")]
    own = read(
        "own.md",
        document(
            FRONT.rpartition("\n")[0].replace("reads", "and {other} ({other.owner}) share")
            + "\nselect: {edge: connects}\ncheck: shared"
        ),
    )
    [finding] = found(Graph([*NODES, store, *tables], edges), own)
    assert finding.message == "orders and reporting (insight) share s"
    assert [link.location.path for link in finding.evidence] == ["orders.yaml", "reporting.yaml"]


def call(source: str, target: str) -> Edge:
    return Edge(f"service:{source}", f"service:{target}", "http", (at(f"{source}.py", 1),))


def test_a_cycle_is_told_once_with_its_way() -> None:
    own = read(
        "own.md",
        document(
            FRONT.rpartition("\n")[0].replace("{from} reads {to}", "ring: {edge.detail}") + "\ncheck: service-cycle"
        ),
    )
    edges = [call("orders", "reporting"), call("reporting", "orders")]
    [finding] = found(Graph(NODES, edges), own)
    assert finding.message == "ring: orders → reporting → orders"
    assert (str(finding.location), str(finding.counterpart), finding.severity) == (
        "orders.py:1",
        "reporting.py:1",
        "error",
    )
    assert not found(Graph(NODES, edges[:1]), own)
    [mates] = found(Graph(NODES, [call("orders", "billing"), call("billing", "orders")]), own)
    assert mates.severity == "info"


OWNERLESS = rule("{node: service, not-role: infrastructure}", "check: owner-missing")


def test_services_without_team() -> None:
    nodes = [ORDERS, service("lone"), service("mesh", role="infrastructure")]
    assert [finding.source for finding in found(Graph(nodes, []), OWNERLESS)] == ["service:lone"]
    [once] = found(Graph([service("a"), service("b")], []), OWNERLESS)
    assert (once.severity, len(once.evidence)) == ("info", 2)
    assert not found(Graph([ORDERS], []), OWNERLESS)
    assert not found(Graph([], []), OWNERLESS)


THIN = rule("", "check: evidence-too-thin", "parameters: {least: 5, floor: 50}")
OPEN = tuple(
    Unresolved("service:orders", "http", "{URL}", Location("a.py", line), "no value") for line in range(9, 2, -1)
)


def test_too_little_was_understood_of_one_service() -> None:
    coverage = Coverage(
        files=3, services=2, located=20, resolved=12, unresolved=OPEN,
        by_service=(("service:billing", 12, 11), ("service:orders", 8, 1)),
    )  # fmt: skip
    [finding] = found(Graph(NODES, [], coverage=coverage), THIN)
    assert (finding.source, str(finding.location)) == ("service:orders", "a.py:3")


@pytest.mark.parametrize(
    ("coverage", "place", "evidence"),
    [
        (Coverage(files=0), None, 0),
        (Coverage(files=3), "boundary.toml:1", 1),
        (Coverage(files=3, services=1, located=4), None, 0),
        (Coverage(files=3, services=1, located=5, resolved=2), "boundary.toml:1", 1),
        (Coverage(files=3, services=1, located=8, resolved=1, unresolved=OPEN), "a.py:3", 5),
        (Coverage(files=3, services=1, located=8, resolved=4), None, 0),
    ],
)
def test_too_little_was_understood(coverage: Coverage, place: str | None, evidence: int) -> None:
    result = found(Graph([], [], coverage=coverage), THIN)
    assert [(str(finding.location), len(finding.evidence)) for finding in result] == (
        [(place, evidence)] if place else []
    )


def test_problems_of_a_kind() -> None:
    own = read(
        "own.md",
        document(
            FRONT.rpartition("\n")[0].replace("{from} reads {to}", "no: {edge.detail}")
            + "\ncheck: problems\nparameters: {kind: contract}"
        ),
    )
    problems = [Problem("contract", Location("a.yaml", 3), "bad"), Problem("unreadable", Location("b.py", 1), "worse")]
    [finding] = found(Graph([], [], problems=problems), own)
    assert (finding.message, str(finding.location)) == ("no: bad", "a.yaml:3")


def test_checks_that_select_need_a_selector_to_say_something() -> None:
    graph = Graph([service("a"), service("b")], [mount("orders"), mount("reporting")])
    assert not found(graph, rule("", "check: shared"), rule("", "check: owner-missing"))


def test_named_checks_are_found_by_their_name() -> None:
    assert {"problems", "service-cycle", "shared", "owner-missing", "evidence-too-thin"} <= checks().keys()
