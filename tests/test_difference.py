"""What a change does to the architecture: what counts as a change, and what no format lets through."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace
from ruling import DATABASE, NODES, ORDERS, REPORTING, TABLE, at, read_edge
from test_reporters import ATTACKS

from boundary.graph import Graph
from boundary.model import Edge, Finding, Location, Operation
from boundary.reporters import View, difference_reporter
from boundary.settle.difference import Difference, Offer, Part, Treaty, Way, offers, parts, treaties, ways
from boundary.settle.waivers import Waiver

CALL = Edge(REPORTING.id, ORDERS.id, "http", (at("reporting/a.py", 3),), operations=("GET /orders",))
MORE = replace(CALL, operations=("GET /orders", "GET /sums"), evidence=(at("reporting/b.py", 9),))
HERE = Location("a.py", 1)


def test_an_edge_that_is_there_on_both_sides_counts_by_its_new_operations() -> None:
    [gained] = ways(Graph(NODES, [CALL]), Graph(NODES, [CALL, MORE]))
    assert (gained.change, gained.operations, str(gained.location)) == ("gained", ("GET /sums",), "reporting/b.py:9")
    [lost] = ways(Graph(NODES, [MORE]), Graph(NODES, [CALL]))
    assert (lost.change, lost.operations) == ("lost", ("GET /sums",))
    assert ways(Graph(NODES, [CALL]), Graph(NODES, [replace(CALL, evidence=(at("reporting/moved.py", 80),))])) == ()


def test_an_edge_of_a_node_to_itself_is_none() -> None:
    assert ways(Graph(NODES, ()), Graph(NODES, [replace(CALL, target=REPORTING.id)])) == ()


def test_owners_are_teams_else_services() -> None:
    nodes = [replace(node, owner=None) for node in NODES]
    [edge] = ways(Graph(nodes, ()), Graph(nodes, [read_edge()]))
    assert (edge.from_owner, edge.to_owner, edge.to_name) == ("reporting", "orders", "orders of orders-db")


def test_services_and_stores_come_and_go() -> None:
    services, stores = parts(Graph((REPORTING,), ()), Graph((ORDERS, DATABASE, TABLE), ()))
    assert [(one.change, one.name) for one in services] == [("gained", "orders"), ("lost", "reporting")]
    assert [(one.change, one.kind, one.owner) for one in stores] == [
        ("gained", "store", "ordering"),
        ("gained", "table", "ordering"),
    ]


def test_operations_come_and_go() -> None:
    old = replace(ORDERS, operations=(Operation("GET", "/a", HERE), Operation("GET", "/b", HERE)))
    new = replace(
        ORDERS, operations=(Operation("GET", "/b", Location("b.py", 4)), Operation("RPC", "/x.Orders/Get", HERE))
    )
    found = offers(Graph((old,), ()), Graph((new,), ()))
    assert [(one.change, one.operation) for one in found] == [("gained", "Orders.Get"), ("lost", "GET /a")]


def test_an_exception_that_only_moved_is_no_change() -> None:
    made = Waiver(location=HERE, rules=("DAT001",), reason="x", source="a")
    comment = Waiver(location=HERE, rules=("DAT001",), reason="x", about=2)
    moved = [replace(one, location=Location("a.py", 80)) for one in (made, comment)]
    assert treaties([made, comment], moved) == ()
    assert [one.change for one in treaties([made], [replace(made, reason="y"), comment])] == [
        "gained",
        "gained",
        "lost",
    ]


# --- formats ------------------------------------------------------------------------------------------------


def hostile(text: str, count: int = 1) -> Difference:
    finding = Finding(
        code="DAT001",
        rule=text,
        clause="data-store",
        severity="error",
        message=text,
        location=Location(text),
        status="new",
    )
    return Difference(
        base=text,
        head=text,
        services=(Part("gained", "service", f"service:{text}", text, text, HERE),),
        stores=(Part("lost", "channel", f"channel:{text}", text, text, None),),
        edges=tuple(
            Way(
                "gained",
                f"service:{number}{text}",
                f"external:{text}",
                "http",
                (text,),
                text,
                text,
                text,
                text,
                False,
                HERE,
            )
            for number in range(count)
        ),
        operations=(Offer("lost", text, text, HERE),),
        exceptions=(Treaty("gained", (text,), text, text, text, "2030-01-01", HERE),),
        findings=(finding, replace(finding, status="fixed")),
        notes=(text,),
    )


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_nothing_is_injected(format_: str, text: str) -> None:
    output = difference_reporter(format_).render(hostile(text), View())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", output)
    benign = difference_reporter(format_).render(hostile("text"), View())
    assert output.count("\n") == benign.count("\n")
    if format_ == "json":
        assert json.loads(output)["edges"][0]["from_name"] == text
    if format_ == "markdown":
        outside = re.sub(r"(?m)(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", re.sub(r"(?s)```mermaid.*?\n```", "", output))
        assert not re.search(
            r"<(?!/?(?:details|summary)>|details open>|!-- boundary diff -->)|\]\(|https?://|@(?!\u200b)\w", outside
        )


def test_a_comment_shows_so_much_and_counts_the_rest() -> None:
    text = difference_reporter("markdown").render(hostile("text", 120), View())
    assert "- … and 20 more" in text
    assert "```mermaid" not in text
    assert "-->|gained: http|" in difference_reporter("markdown").render(hostile("text"), View())


@pytest.mark.parametrize(
    ("format_", "said"),
    [
        ("text", "main to the working tree: nothing changes in the architecture\n"),
        ("markdown", "\n\nNothing: the same services, stores, edges and findings.\n"),
    ],
)
def test_no_change_is_an_answer(format_: str, said: str) -> None:
    output = difference_reporter(format_).render(Difference(base="main"), View())
    assert output.endswith(said)
    assert not Difference(base="main")


def test_what_only_comes_or_goes_is_counted() -> None:
    only = replace(hostile("text"), findings=())
    assert "text to text: services +1 -0, stores +0 -1, edges +1 -0, operations +0 -1, exceptions +1 -0\n" in (
        difference_reporter("text").render(only, View())
    )
    bare = replace(hostile("text"), exceptions=(Treaty("lost", ("DAT001",), "", "", "why", "", HERE),))
    assert "  - DAT001: why  a.py:1\n" in difference_reporter("text").render(bare, View())
