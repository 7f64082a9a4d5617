"""Whom a change of a contract hits: by what the calls of an operation read and send."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from boundary.checks.functions.contract_break import breaches
from boundary.checks.hits import hits, provider
from boundary.contracts.model import Change, Place, Reach
from boundary.graph import Evolution, Graph
from boundary.model import Edge, Evidence, FieldUse, Location, Node, Operation, Unresolved

HERE = Location("orders/app.py", 7)
STOCK = Node(
    "service:stock", "service", "stock", root="stock", location=Location("stock/Dockerfile"),
    operations=(Operation("POST", "/orders", Location("stock/openapi.yaml", 9)),),
)  # fmt: skip
ORDERS = Node("service:orders", "service", "orders", owner="ordering", root="orders")
CHANNEL = Node("channel:stock.moved", "channel", "stock.moved")


def use(path: str, side: Any = "response", **more: Any) -> FieldUse:
    return FieldUse(path, Location("orders/app.py", 9), side, **more)


def call(*fields: FieldUse, kind: Any = "http", target: str = STOCK.id, **more: Any) -> Edge:
    given = {"operations": ("POST /orders",), "detail": "POST /orders", "fields": fields, **more}
    return Edge(ORDERS.id, target, kind, (Evidence(HERE, "a call"),), **given)


def change(at: str, direction: Any = "response", operation: str = "POST /orders", **more: Any) -> Change:
    given = {"id": "x", "level": "error", "message": "it changed", "new": Place("stock/openapi.yaml", 3), **more}
    given.setdefault("reaches", (Reach(operation, direction, at),))
    return Change(operation=operation, direction=direction, **given)


def hit(edge: Edge, one: Change) -> list[tuple[int, bool]]:
    graph = Graph([STOCK, ORDERS, CHANNEL], [edge])
    return [(found.location.line, found.certain) for found in hits(graph, STOCK, one)]


@pytest.mark.parametrize(
    ("fields", "at", "expected"),
    [
        ((use("$.items.sku"),), "$.items[].sku", [(9, True)]),
        ((use("$.Items.UnitPrice"),), "$.items[0].unit_price", [(9, True)]),
        ((use("$.tax.rate"),), "$.tax", [(9, True)]),
        ((use("$.tax"),), "$.tax.rate", []),
        ((use("$.tax", whole=True),), "$.tax.rate", [(9, False)]),
        ((use("$", whole=True),), "$.tax", [(9, False)]),
        ((use("$.total"),), "$.tax", []),
        ((use("$.total", "request"),), "$.total", []),
        ((use("$.total", certain=False),), "$.total", [(9, False)]),
        ((), "$.total", []),
        ((use("$.total", whole=True), use("$.total")), "$.total", [(9, True)]),
    ],
)
def test_who_reads_a_field_of_an_answer(fields: tuple[FieldUse, ...], at: str, expected: list[object]) -> None:
    assert hit(call(*fields), change(at)) == expected


def test_what_was_not_followed_may_break() -> None:
    assert hit(call(fields=None), change("$.total")) == [(7, False)]


def test_a_warning_is_never_certain() -> None:
    assert hit(call(use("$.total")), change("$.total", level="warning")) == [(9, False)]


@pytest.mark.parametrize(
    ("fields", "more", "expected"),
    [
        ((use("$.sku", "request"),), {"keyword": "property", "move": "added"}, [(7, True)]),
        ((use("$.note", "request"),), {"keyword": "required", "move": "added"}, []),
        ((use("$", "request", whole=True),), {"keyword": "required", "move": "added"}, [(7, False)]),
        ((use("$.note", "request"),), {"keyword": "type", "move": "changed"}, [(9, True)]),
        ((use("$.note", "request"),), {"keyword": "maxLength", "move": "lowered"}, [(9, False)]),
        (
            (use("$.note", "request", value="a"),),
            {"keyword": "enum", "move": "value-removed", "subject": "a"},
            [(9, True)],
        ),
        ((use("$.note", "request", value="b"),), {"keyword": "enum", "move": "value-removed", "subject": "a"}, []),
        ((use("$.note", "request"),), {"keyword": "enum", "move": "value-removed", "subject": "a"}, [(9, False)]),
        ((), {"keyword": "enum", "move": "value-removed", "subject": "a"}, []),
    ],
)
def test_who_sends_what_is_refused(fields: tuple[FieldUse, ...], more: dict[str, str], expected: list[object]) -> None:
    assert hit(call(*fields), change("$.note", "request", **more)) == expected


@pytest.mark.parametrize(
    ("fields", "more", "expected"),
    [
        ((), {}, [(7, True)]),
        (None, {}, [(7, True)]),
        ((), {"subject": "limit", "move": "added"}, [(7, True)]),
        (None, {"subject": "limit", "move": "added"}, [(7, False)]),
        ((use("query:limit", "request"),), {"subject": "limit", "move": "added"}, []),
    ],
)
def test_what_is_no_matter_of_a_body(fields: Any, more: dict[str, str], expected: list[object]) -> None:
    assert hit(call(fields=fields), change("", "request", **more)) == expected


@pytest.mark.parametrize(
    ("edge", "operation"),
    [
        (call(), "POST /orders"),
        (call(operations=("GET /orders/{id}",), detail="GET /orders/{order}"), "GET /orders/{number}"),
        (
            call(operations=("GET /orders/9",), detail="GET /orders/9", traits=frozenset({"dangling"})),
            "GET /orders/{id}",
        ),
        (call(kind="grpc", operations=("Stock.Find",), detail=""), "RPC /shop.v1.Stock/Find"),
        (call(kind="subscribes", target=CHANNEL.id, operations=()), "SEND stock.moved"),
        (call(kind="subscribes", target=CHANNEL.id, operations=()), "stock.moved"),
        (call(kind="publishes", target=CHANNEL.id, operations=()), "RECEIVE stock.moved"),
    ],
)
def test_which_calls_mean_an_operation(edge: Edge, operation: str) -> None:
    assert hit(edge, change("", operation=operation)) == [(7, True)]
    assert hit(edge, change("", operation="GET /other/{id}/thing")) == []
    assert hit(edge, change("", operation="RPC /shop.v1.Other/Find")) == []


def test_messages_are_read_whatever_the_direction() -> None:
    edge = call(use("$.sku"), kind="subscribes", target=CHANNEL.id, operations=())
    assert hit(edge, change("$.sku", "request", "SEND stock.moved")) == [(9, True)]


def test_the_place_is_taken_from_the_description_where_nothing_is_reached() -> None:
    one = Change(id="x", level="error", operation="POST /orders", where="201 application/json $.sku")
    assert hit(call(use("$.sku")), one) == [(9, True)]
    assert hit(call(), Change(id="x", level="error", operation="POST /orders", where="")) == [(7, True)]


def test_whose_contract_a_document_is() -> None:
    graph = Graph([STOCK, ORDERS], [])
    assert provider(graph, "stock/openapi.yaml") == STOCK
    assert provider(graph, "orders/events/asyncapi.yaml") == ORDERS
    assert provider(graph, "shared/asyncapi.yaml") is None


def told(graph: Graph, before: Graph, *changes: Change, code: str = "BRK003", routes: bool = False) -> list[str]:
    since = graph.since(Evolution(before, changes))
    return [breach.detail for breach in breaches(since, code, routes=routes)]


def test_the_message_says_who_breaks_and_how_completely_that_is_known() -> None:
    other = Node("service:bills", "service", "bills")
    edges = [call(use("$.total")), by_other(call(use("$.tax")), other), by_other(call(fields=None), other)]
    lost = Unresolved("service:bills", "http", "?", HERE, "the URL is not known")
    graph = Graph([STOCK, ORDERS, other], edges, [lost])
    one = change("$.total", rule="BRK003")
    assert told(graph, graph, one) == [
        "POST /orders: it changed; this breaks orders (ordering), and perhaps bills,"
        " there may be more among the calls that lead nowhere known: 1"
    ]
    quiet = Graph([STOCK, ORDERS], [call(use("$.tax"))])
    assert told(quiet, quiet, one) == [
        "POST /orders: it changed; no consumer is seen here that it breaks, 1 that uses it does not depend on this"
    ]
    assert told(quiet, quiet, change("$.total", rule="BRK001")) == []
    assert list(breaches(quiet, "BRK003", routes=True)) == []


def by_other(edge: Edge, node: Node) -> Edge:
    return replace(edge, source=node.id)


def test_an_optional_field_that_goes_is_told_to_who_reads_it() -> None:
    graph = Graph([STOCK, ORDERS], [call(use("$.total"))])
    gone = change("$.total", level="info", keyword="property", move="removed")
    assert len(told(graph, graph, gone)) == 1
    assert told(graph, graph, change("$.tax", level="info", keyword="property", move="removed")) == []
    assert told(graph, graph, change("$.total", "request", level="info", keyword="property", move="removed")) == []


def test_a_contract_of_nobody_is_told_without_consumers() -> None:
    graph = Graph([ORDERS], [])
    one = Change(id="x", level="error", message="it changed", old=Place("shared/api.yaml", 0), rule="BRK003")
    assert told(graph, graph, one) == ["it changed; no consumer is seen here that it breaks"]
    bare = Change(id="x", level="error", message="it changed", rule="BRK003")
    assert told(graph, graph, bare) == ["it changed; no consumer is seen here that it breaks"]


def test_a_route_of_code_that_somebody_still_calls() -> None:
    def coded(*paths: str) -> Node:
        operations = tuple(Operation("GET", path, Location("stock/app.py", 3), "code") for path in paths)
        return replace(STOCK, operations=operations)

    gone = frozenset({"dangling"})
    edge = call(operations=("GET /items/7",), detail="GET /items/7", traits=gone, fields=None)
    old, new = Graph([coded("/items/{sku}", "/shelves"), ORDERS], []), Graph([coded("/halls"), ORDERS], [edge])
    assert told(new, old, code="BRK001", routes=True) == [
        "GET /items/{sku} is served no longer; this breaks orders (ordering)"
    ]
    assert told(Graph([coded("/items/{id}", "/shelves"), ORDERS], [edge]), old, code="BRK001", routes=True) == []
    assert told(Graph([ORDERS], []), old, code="BRK001", routes=True) == []
    assert told(new, Graph([STOCK], []), code="BRK001", routes=True) == []


def test_a_procedure_is_called_as_the_language_writes_it() -> None:
    asks = call(kind="grpc", operations=("Rates.getQuote",), detail="RPC Rates.getQuote")
    assert hit(asks, change("", "", "RPC /inn.v1.Rates/GetQuote")) == [(7, True)]
    assert hit(asks, change("", "", "RPC /inn.v1.Rates/GetQuotes")) == []
    gone = call(kind="grpc", operations=("Rates.GetQuoteAsync",), detail="", traits=frozenset({"dangling"}))
    assert hit(gone, change("", "", "RPC /inn.v1.Rates/GetQuote")) == [(7, True)]
    assert hit(replace(gone, traits=frozenset()), change("", "", "RPC /inn.v1.Rates/GetQuote")) == []


@pytest.mark.parametrize(("fields", "expected"), [((use("$.total"),), "error"), ((use("$.tax"),), "warning")])
def test_what_goes_with_a_warning_is_an_error_where_somebody_reads_it(
    fields: tuple[FieldUse, ...], expected: str
) -> None:
    gone = change("$.total", level="warning", keyword="property", move="removed", rule="BRK005")
    graph = Graph([STOCK, ORDERS], [call(*fields)])
    told = list(breaches(graph.since(Evolution(graph, (gone,))), "BRK005", routes=False))
    assert [one.severity for one in told] == [expected]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("stock/schemas/stock.moved-value.avsc", True),
        ("stock/stock.moved.schema.json", True),
        ("stock/stock.gone.avsc", False),
        ("stock/README", False),
    ],
)
def test_a_schema_is_for_the_topic_that_it_is_called_after_and_its_service_publishes(path: str, told: bool) -> None:
    gone = change("", operation="", where="$.total", reaches=(), rule="EVT004", new=Place(path, 1))
    edges = [
        Edge(STOCK.id, CHANNEL.id, "publishes", (Evidence(HERE, "sends"),)),
        Edge(ORDERS.id, CHANNEL.id, "subscribes", (Evidence(HERE, "hears"),), fields=(use("$.total"),)),
    ]
    graph = Graph([STOCK, ORDERS, CHANNEL], edges)
    found = list(breaches(graph.since(Evolution(graph, (gone,))), "EVT004", routes=False))
    assert [one.consumers for one in found] == [("orders",) if told else ()]
