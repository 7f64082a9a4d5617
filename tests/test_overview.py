"""The architect's report: its figures over small graphs, its pages, and that no name of a repository becomes markup."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import Page
from ruling import at, service

from boundary.cli import main
from boundary.graph import Graph
from boundary.measure.cuts import cuts
from boundary.measure.figures import figures, rows, team_rows
from boundary.model import Edge, Finding, Location, Node, Operation, Report, Work
from boundary.reporters.graphs.svg import draw
from boundary.reporters.overview import Overview, html, markdown

SHOP = Path(__file__).parents[1] / "fixtures" / "orgs" / "bookshop" / "repos"


def edge(source: str, target: str, kind: str = "http", **more: object) -> Edge:
    return Edge(f"service:{source}", target, kind, (at(f"{source}.py", 1),), **more)  # type: ignore[arg-type]


OP = (Operation("GET", "/x", Location("b.yaml")), Operation("GET", "/y", Location("b.py"), "code"))
NODES = [
    service("a", "red"),
    service("b", "blue", operations=OP, traits=frozenset({"contract"})),
    service("c", "blue"),
    service("d"),
    Node("store:db", "store", "db", keeper="service:c"),
    Node("store:own", "store", "own", keeper="service:a"),
    Node("store:nobodys", "store", "nobodys"),
]
EDGES = [
    edge("a", "service:b", operations=("GET /x",)),
    edge("b", "service:c"),
    edge("c", "service:b"),
    edge("a", "store:db", "reads"),
    edge("c", "store:db", "connects"),
    edge("b", "store:own", "grants", grade="permitted"),
    edge("d", "service:b", certain=False),
]
WORKS = [Work("ann", ("service:a",)), Work("ann", ("service:a", "service:b"))]
GRAPH = Graph(NODES, EDGES, history=WORKS)


def test_the_figures_of_a_small_workspace() -> None:
    assert {one.name: one.value for one in figures(GRAPH)} == {
        "Interface-only ratio": "33% (1 of 3)",
        "Contract coverage": "100% (1 of 1)",
        "Data sovereignty": "33% (1 of 3)",
        "Consumer knowledge": "50% (1 of 2)",
        "Permission slack": "100% (1 of 1)",
        "Service coupling factor": "0.33",
        "Interdependent pairs (SIY)": "1",
        "Propagation cost": "0.50",
        "Core size": "0.50",
        "Cyclic density": "0.50",
        "Stable dependencies broken": "0% (0 of 4)",
        "Longest chain of calls": "1",
        "Its availability at most": "99.80%",
        "Pathways between teams": "100% (1 of 1)",
        "Independent deployability": "50% (1 of 2)",
        "References resolved": "-",
        "Edges certain": "86% (6 of 7)",
        "Files not understood": "0 of 0",
    }


def test_the_figures_of_nothing() -> None:
    assert {one.value for one in figures(Graph([], []))} == {"-", "0", "0 of 0"}
    assert rows(Graph([], [])) == team_rows(Graph([], [])) == []
    assert rows(Graph([service("a")], []))[0].blast == 0


def test_the_figures_of_services_and_teams() -> None:
    told = {
        row.identity: (row.inward, row.outward, row.callers, row.called, row.blast, row.teams) for row in rows(GRAPH)
    }
    assert told["service:b"] == (2, 1, 2, 1, 2, 2)
    assert told["service:a"] == (0, 2, 0, 1, 0, 0)
    assert team_rows(GRAPH) == [("blue", 2, 1, 2, 0.0), ("red", 1, 1, 2, 1.0)]
    assert team_rows(Graph([service("a", "red")], [])) == [("red", 1, 0, 0, None)]


def finding(source: str, target: str, line: int = 1, **more: object) -> Finding:
    given = {"code": "DAT001", "rule": "r", "clause": "data-store", "severity": "error", "message": f"{source} reads"}
    return Finding(location=Location("a.py", line), source=source, target=target, **(given | more))  # type: ignore[arg-type]


def test_the_cut_that_frees_most_comes_first() -> None:
    found = [
        finding("service:b", "service:a", 2),
        finding("service:b", "service:a", 3),
        finding("service:a", "store:db"),
        finding("service:a", "store:db", severity="warning"),
        finding("service:a", "store:db", severity="info"),
        finding("service:a", "store:db", status="known"),
        finding("service:a", "store:own"),
        finding("service:a", "gone"),
        finding("service:a", "service:c", clause="config"),
    ]
    told = [
        (cut.source, cut.target, cut.errors, cut.warnings, cut.places, cut.group, cut.left)
        for cut in cuts(GRAPH, found)
    ]
    assert told == [("service:a", "service:c", 1, 1, 1, 3, 2), ("service:b", "service:a", 2, 0, 2, 3, 3)]


def overview(graph: Graph, *found: Finding) -> Overview:
    return Overview.of("shop", graph, Report(findings=found, coverage=graph.coverage))


@pytest.mark.parametrize(("number", "level"), [(20, "store"), (60, "service"), (90, "team")])
def test_a_large_graph_is_drawn_coarser(number: int, level: str) -> None:
    nodes = [service(f"s{n}", "red") for n in range(number)]
    nodes += [Node(f"store:{n}", "store", f"d{n}", keeper=f"service:s{n}") for n in range(number)]
    edges = [edge(f"s{n}", f"store:{n}", "reads") for n in range(number)]
    assert overview(Graph(nodes, edges)).level == level


def test_findings_stand_with_their_owners() -> None:
    told = overview(GRAPH, finding("service:a", "store:db", team_from="red"), finding("", "", severity="info"))
    assert told.by_owner() == (["data-store"], [("red", ["1 error"]), ("nobody", ["1 info"])])
    assert told.marked == {("service:a", "store:db")}


@pytest.mark.parametrize("page", [html, markdown])
def test_a_clean_workspace_has_a_report_too(page: object) -> None:
    text = page.render(overview(Graph([service("a")], [])))  # type: ignore[attr-defined]
    assert "Nothing was found" in text
    assert "Nothing between two owners" in text


@pytest.mark.parametrize(("page", "most"), [(html, 300), (markdown, 100)])
def test_very_many_findings_are_counted(page: object, most: int) -> None:
    many = [finding("service:a", "store:db", line) for line in range(most + 7)]
    assert "and 7 more" in page.render(overview(GRAPH, *many))  # type: ignore[attr-defined]


def test_the_page_of_an_organisation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(SHOP), "--output", str(tmp_path / "report.html")]) == 0
    assert capsys.readouterr().out == ""
    text = (tmp_path / "report.html").read_text("utf-8")
    page = Page(text)
    assert page.open == []
    assert page.tags.isdisjoint({"script", "iframe", "link", "img", "a"})
    assert "reporting (operations) reads table orders, which checkout owns" in text
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text
    assert not re.search(r"(src|href)=\"http", text)


def test_the_document_of_an_organisation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(SHOP), "--format", "markdown"]) == 0
    text = capsys.readouterr().out
    assert "```mermaid\nflowchart LR\n" in text
    assert text.index("## What to cut next") < text.index("## Figures") < text.index("## Clause data-store")
    tables = [block for block in text.split("\n\n") if block.startswith("| ")]
    assert all(len({line.count(" | ") for line in table.splitlines()}) == 1 for table in tables)


HOSTILE = "<script>alert(1)</script>\"'>&\x1b[31m`|](javascript:x)"


def test_names_of_a_hostile_repository_stay_text() -> None:
    nodes = [service(HOSTILE, HOSTILE), service("b", "b"), Node("store:x", "store", HOSTILE, keeper="service:b")]
    graph = Graph(nodes, [Edge(nodes[0].id, "store:x", "reads", (at(HOSTILE, 1, HOSTILE),))])
    told = overview(graph, finding(nodes[0].id, "store:x", message=HOSTILE, fix=HOSTILE, team_from=HOSTILE,
                                   evidence=(at(HOSTILE, 1, HOSTILE),)))  # fmt: skip
    page = Page(html.render(told))
    assert page.open == []
    assert page.tags.isdisjoint({"script", "a"})
    for text in (html.render(told), markdown.render(told)):
        assert "\x1b" not in text
        assert "<script>" not in text
    ElementTree.fromstring(draw(told.drawing, told.marked))


PAIRS = st.lists(st.tuples(*[st.sampled_from("abcdefgh")] * 2), max_size=25)


@given(PAIRS)
def test_no_two_boxes_of_a_drawing_touch(pairs: list[tuple[str, str]]) -> None:
    graph = Graph([service(name) for name in "abcdefgh"], [edge(one, f"service:{two}") for one, two in pairs])
    picture = draw(graph, [("service:a", "service:b")])
    assert picture == draw(graph, [("service:a", "service:b")])
    root = ElementTree.fromstring(picture)
    kind = "{http://www.w3.org/2000/svg}"
    boxes = [[float(rect.get(key, 0)) for key in ("x", "y", "width", "height")] for rect in root.iter(f"{kind}rect")]
    assert len(boxes) == 8
    for number, (x, y, width, height) in enumerate(boxes):
        assert x >= 0 and x + width <= float(root.get("width", 0))
        assert y >= 0 and y + height <= float(root.get("height", 0))
        for x2, y2, width2, height2 in boxes[:number]:
            assert x + width < x2 or x2 + width2 < x or y + height < y2 or y2 + height2 < y
    assert len(list(root.iter(f"{kind}path"))) == len({*pairs}) + 2


def test_an_empty_graph_is_a_drawing() -> None:
    ElementTree.fromstring(draw(Graph([], [])))
