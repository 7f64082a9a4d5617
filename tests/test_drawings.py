"""The graph as it is drawn: levels, what is near, and what stands in fixtures/graphs/<case>/ for each format.

A case holds ``graph.json`` and ``expected.<level>.<format>``, which a person has read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import networkx
import pytest

from boundary.errors import UserError
from boundary.graph import Graph
from boundary.levels import LEVELS, fold, image, near
from boundary.model import Edge, Evidence, Location, Node
from boundary.reporters import graph_reporter

CASES = Path(__file__).parents[1] / "fixtures" / "graphs"
EXPECTED = sorted(CASES.glob("*/expected.*"))


class Stored(msgspec.Struct):
    nodes: list[Node]
    edges: list[Edge]


def graph(name: str = "shop") -> Graph:
    stored = msgspec.json.decode((CASES / name / "graph.json").read_bytes(), type=Stored)
    return Graph(stored.nodes, stored.edges)


def shape(drawn: Graph) -> set[str]:
    return {f"{edge.source} {edge.kind} {edge.target}" for edge in drawn.edges}


@pytest.mark.parametrize("file", EXPECTED, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_a_drawing_looks_as_expected(file: Path) -> None:
    _, level, format_ = file.name.split(".")
    assert graph_reporter(format_).render(fold(graph(file.parent.name), level)) == file.read_text()  # type: ignore[arg-type]


def test_every_format_has_an_expected_drawing() -> None:
    assert {file.name.rpartition(".")[2] for file in EXPECTED} == {"json", "dot", "mermaid", "svg", "text"}


@pytest.mark.parametrize("level", LEVELS)
def test_networkx_reads_the_json_back(level: str) -> None:
    drawn = fold(graph(), level)  # type: ignore[arg-type]
    document = json.loads(graph_reporter("json").render(drawn))
    read = networkx.node_link_graph(document, edges="edges")
    assert read.is_directed()
    assert read.is_multigraph()
    assert set(read.nodes) == set(drawn.nodes)
    assert read.number_of_edges() == len(drawn.edges)


def test_an_unknown_format() -> None:
    with pytest.raises(UserError, match="there is no output format dott"):
        graph_reporter("dott")


# --- levels -------------------------------------------------------------------------------------------------


def test_tables_fold_into_their_store_and_edges_keep_their_kind() -> None:
    drawn = fold(graph(), "store")
    assert drawn.nodes["store:orders-db"].parts == ("orders", "reports")
    reads = [edge for edge in drawn.out("service:reporting", "reads") if edge.target == "store:orders-db"]
    assert {edge.certain: [str(link.location) for link in edge.evidence] for edge in reads} == {
        True: ["reporting/jobs.py:8", "compose.yaml:11", "reporting/jobs.py:20"],
        False: ["reporting/a.py:4"],
    }
    assert "table:lost" in drawn.nodes
    assert not list(drawn.out("store:orders-db"))


def test_stores_fold_into_services_and_services_into_teams() -> None:
    services = shape(fold(graph(), "service"))
    assert "service:reporting reads service:ordering" in services
    assert "service:reporting references service:ordering" in services
    assert "service:ordering connects store:shared-cache" in services
    teams = fold(graph(), "team")
    assert shape(teams) == {
        "service:mail-out http team:sales",
        "service:mail-out subscribes team:sales",
        "team:sales connects store:shared-cache",
        "team:sales http external:api.pay.example",
        "team:insight connects store:shared-cache",
        "team:insight connects team:sales",
        "team:insight reads team:sales",
        "team:insight reads table:lost",
        "team:insight references team:sales",
    }
    assert teams.nodes["team:insight"].parts == ("reporting",)


def test_operations_unfold() -> None:
    drawn = fold(graph(), "operation")
    assert {node.name for node in drawn.of_kind("operation")} == {"GET /orders/{id}", "POST /orders"}
    calls = [(edge.target, edge.operations) for edge in drawn.out("service:mail-out", "http")]
    assert calls == [
        ("operation:ordering GET /orders/{id}", ("GET /orders/{id}",)),
        ("service:ordering", ("DELETE /orders/{id}",)),
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_a_folded_graph_has_no_loose_ends(level: str) -> None:
    drawn = fold(graph(), level)  # type: ignore[arg-type]
    assert all(edge.source in drawn.nodes and edge.target in drawn.nodes for edge in drawn.edges)
    assert all(edge.evidence for edge in drawn.edges)


def test_a_circle_of_keepers_ends() -> None:
    one = Node("store:a", "store", "a", keeper="store:b")
    other = Node("store:b", "store", "b", keeper="store:a")
    assert image(Graph([one, other], []), "store:a", "service") in ("store:a", "store:b")


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (1, {"store:shared-cache", "service:ordering", "service:reporting"}),
        (
            2,
            {
                "store:shared-cache", "service:ordering", "service:reporting", "store:orders-db", "table:lost",
                "channel:order-placed", "external:api.pay.example", "service:mail-out",
            },
        ),
    ],
)  # fmt: skip
def test_what_is_near_is_near_either_way(depth: int, expected: set[str]) -> None:
    part = near(fold(graph(), "store"), ["store:shared-cache"], depth)
    assert set(part.nodes) == expected
    assert all(edge.source in expected and edge.target in expected for edge in part.edges)


# --- what a hostile repository writes -----------------------------------------------------------------------

ATTACKS = [
    '"]; click a "javascript:alert(1)"',
    "%%{init: {'securityLevel': 'loose'}}%%",
    "```\n<script>alert(1)</script>",
    '\\"; evil [label="x"]; "',
    "\\N\\G\\l",
    "end\nsubgraph x",
    "\x1b[2J\x1b]0;owned\x07",
    "1. list",
    "- list",
    "\u202eterces\ud800",
    "a\nb -> c",
    "",
]


def hostile(text: str) -> Graph:
    evidence = (Evidence(Location(text, 1), text),)
    nodes = [
        Node(f"service:{text}", "service", text, owner=f"team {text}"),
        Node(f"store:{text}", "store", text, keeper=f"service:{text}", parts=(text,)),
    ]
    return Graph(nodes, [Edge(f"service:{text}", f"store:{text}", "reads", evidence, operations=(text,))])


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("format_", ["json", "dot", "mermaid", "svg", "text"])
def test_nothing_is_injected(format_: str, text: str) -> None:
    output = graph_reporter(format_).render(hostile(text))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", output)
    benign = graph_reporter(format_).render(hostile("benign"))
    assert output.count("\n") == benign.count("\n")
    if format_ == "json":
        assert json.loads(output)["nodes"][0]["name"] == text
    if format_ == "mermaid":
        assert set(re.sub(r"[\w\s]", "", output)) <= set('["]()|#;.->,/:@=')
        assert output.count('"') == benign.count('"')
        assert '""' not in output
    if format_ == "dot":
        outside = re.sub(r'"(\\.|[^"\\])*"', '""', output)
        assert outside == re.sub(r'"(\\.|[^"\\])*"', '""', benign)
        assert not re.search(r"(?<!\\)(\\\\)*\\[NGEHTLnlr]", output)


def test_names_that_look_alike_stay_apart_in_mermaid() -> None:
    names = ["a-b", "a_b", "a.b", "a b", "A-b", "a--b", "-a-b", "a-b-"]
    drawn = graph_reporter("mermaid").render(Graph([Node(f"service:{name}", "service", name) for name in names], []))
    assert len({line.split("[")[0] for line in drawn.splitlines()[1:]}) == len(names)


def test_an_empty_graph() -> None:
    assert graph_reporter("text").render(Graph([], [])) == "the graph is empty\n"
    assert graph_reporter("mermaid").render(Graph([], [])) == "flowchart LR\n"


def test_packages_that_services_share_are_drawn_with_the_tables_only() -> None:
    service = Node("service:orders", "service", "orders")
    package = Node("package:model", "package", "model")
    link = Edge(service.id, package.id, "links", (Evidence(Location("pom.xml", 3), "depends on model"),))
    whole = Graph([service, package], [link])
    assert [node.id for node in fold(whole, "store").nodes.values()] == ["service:orders"]
    assert not fold(whole, "store").edges
    assert "package:model" in fold(whole, "table").nodes
