"""The named checks, over graphs made by hand."""

from __future__ import annotations

import pytest
from ruling import DATABASE, FRONT, NODES, ORDERS, at, document, found, rule, service

from boundary.checks.document import checks, read
from boundary.graph import Graph
from boundary.model import Coverage, Edge, Location, Node, Problem, Unresolved


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
