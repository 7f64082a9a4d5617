"""The named checks about contracts by themselves: their versions, addresses, lists and last days."""

from __future__ import annotations

import pytest
from ruling import at, found, rule, service

from boundary.graph import Graph
from boundary.model import Document, Finding, Location, Node, Operation

PLACE = Location("rooms/openapi.yaml")


def document(
    kind: str = "openapi", title: str = "Rooms", version: str = "1", *servers: str, secured: bool = False
) -> Document:
    return Document(kind, title, version, PLACE, servers, secured)


def operation(path: str = "/rooms", **more: object) -> Operation:
    return Operation("GET", path, PLACE, **more)  # type: ignore[arg-type]


def told(node: Node, check: str) -> list[Finding]:
    return found(Graph([node, service("guests", "guests")], []), rule("{node: service}", f"check: {check}"))


@pytest.mark.parametrize(
    ("one", "path", "result"),
    [
        (document(version="1.0.0"), "/rooms", True),
        (document(version="v3"), "/rooms", True),
        (document(version="0.1"), "/rooms", True),
        (document(version="2024-01"), "/rooms", True),
        (document(version="0.0.0"), "/rooms", False),
        (document(version="latest"), "/rooms", False),
        (document(version=""), "/rooms", False),
        (document(version=""), "/V2/rooms", True),
        (document("openapi", "Rooms", "", "https://inn.example/v1"), "/rooms", True),
        (document("asyncapi", version="x"), "/rooms", False),
        (document("proto", "inn.rooms.v1"), "/rooms", True),
        (document("proto", "inn.rooms.v2beta1"), "/rooms", True),
        (document("proto", "inn.rooms"), "/rooms", False),
        (document("proto", ""), "/rooms", False),
        (document("graphql", ""), "/rooms", True),
    ],
)
def test_versions(one: Document, path: str, result: bool) -> None:
    node = service("rooms", "rooms", contracts=(one,), operations=(operation(path),))
    assert (told(node, "no-version") == []) is result


@pytest.mark.parametrize(
    ("one", "op", "severity"),
    [
        (document(secured=True), operation(), None),
        (document(), operation(), "info"),
        (document("asyncapi"), operation(), None),
        (document(), operation(internal=True), None),
        (document("openapi", "R", "1", "https://inn.example"), operation(), "error"),
        (document("openapi", "R", "1", "https://inn.example", secured=True), operation(), None),
        (document("openapi", "R", "1", "https://inn.example", secured=True), operation(unbounded=True), "info"),
        (document("openapi", "R", "1", "https://inn.example", "http://10.0.0.7", secured=True), operation(), "error"),
        (document("openapi", "R", "1", "http://rooms.inn.svc.cluster.local", secured=True), operation(), "info"),
        (
            document("openapi", "R", "1", "http://localhost:80", "/api", "http://{host}", "http://[", secured=True),
            operation(),
            None,
        ),
    ],
)
def test_what_could_not_be_given_to_the_world(one: Document, op: Operation, severity: str | None) -> None:
    findings = told(service("rooms", "rooms", contracts=(one,), operations=(op,)), "not-externalizable")
    assert [finding.severity for finding in findings] == ([severity] if severity else [])


def test_long_lists_of_endless_lists_are_cut() -> None:
    endless = tuple(operation(f"/{name}", unbounded=True) for name in "abcd")
    node = service("rooms", "rooms", contracts=(document(secured=True),), operations=endless)
    [finding] = told(node, "not-externalizable")
    assert [link.what for link in finding.evidence] == [
        "rooms answers with lists of any length to GET /a, GET /b, GET /c …"
    ]


def test_a_class_of_a_store_is_told_once_with_its_routes() -> None:
    entity = at("rooms/models.py", 3, "class Room is kept in a store")
    ops = (
        operation("/a", entity=entity),
        operation("/b", entity=entity),
        operation("/c", entity=entity, internal=True),
    )
    [finding] = told(service("rooms", "rooms", operations=ops), "leaked-persistence-model")
    assert (len(finding.evidence), finding.severity, finding.counterpart) == (3, "error", entity.location)
    [alone] = found(
        Graph([service("rooms", "rooms", operations=ops)], []),
        rule("{node: service}", "check: leaked-persistence-model"),
    )
    assert alone.severity == "info"


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({}, 0),
        ({"deprecated": True}, 1),
        ({"deprecated": True, "sunset": "2030-01-01"}, 0),
        ({"deprecated": True, "internal": True}, 0),
    ],
)
def test_deprecated_for_ever(more: dict[str, object], count: int) -> None:
    node = service("rooms", "rooms", operations=(operation(**more),))
    assert len(told(node, "deprecated-without-sunset")) == count
