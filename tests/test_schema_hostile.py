"""Schemas that are meant to take for ever, or to make no sense: an answer or a clear refusal, soon."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from contracting import OPENAPI31, compared, schema, told
from timing import within

from boundary.contracts.documents import Documents
from boundary.contracts.schemas import MISSING, Comparer
from boundary.errors import ContractError

Components = dict[str, Any]


def nested(depth: int, leaf: Any, around: Callable[[Any], Any]) -> Any:
    for _ in range(depth):
        leaf = around(leaf)
    return leaf


def product(count: int, first: int) -> Any:
    """All combinations of ``count`` choices of four."""
    choices = (
        [
            {"type": "object", "properties": {f"p{at}": {"const": first + one}}, "required": [f"p{at}"]}
            for one in range(4)
        ]
        for at in range(count)
    )
    return {"allOf": [{"oneOf": choice} for choice in choices]}


def ladder(count: int, longest: int) -> Components:
    """Each component refers to the next one several times."""
    found: Components = {}
    for at in range(count):
        below = {"$ref": f"#/c/A{at + 1}"}
        found[f"A{at}"] = {"anyOf": [below, {"type": "object", "properties": {"l": below, "r": below}}]}
    return {**found, f"A{count}": {"type": "string", "maxLength": longest}}


def ring(count: int, longest: int, keyword: str) -> Components:
    """Each component refers to four others, in circles."""
    found: Components = {}
    for at in range(count):
        branches: list[Any] = [{"type": "string"}]
        for step in range(4):
            below = {"v": {"$ref": f"#/c/A{(at * 7 + step) % count}"}, "k": {"type": "string", "maxLength": longest}}
            branches.append({"type": "object", "properties": below, "required": ["v"]})
        found[f"A{at}"] = {keyword: branches}
    return found


def conditions(count: int, longest: int) -> Any:
    def one(at: int) -> Any:
        then = {"required": [f"p{(at + 1) % count}"], "properties": {f"p{at}": {"maxLength": longest}}}
        return {
            "if": {"required": [f"p{at}"]},
            "then": then,
            "else": {"properties": {f"q{at}": {"maxLength": longest}}},
        }

    return {"type": "object", "allOf": [one(at) for at in range(count)]}


TOP = {"$ref": "#/c/A0"}

LARGE: dict[str, tuple[Any, Any, Components, Components]] = {
    "allOf": (*(nested(60, leaf, lambda one: {"allOf": [one]}) for leaf in ({}, {"type": "string"})), {}, {}),
    "deeper": (*(nested(300, leaf, lambda one: {"allOf": [one]}) for leaf in ({}, {"type": "string"})), {}, {}),
    "deep": (
        *(nested(300, leaf, lambda one: {"properties": {"a": one}}) for leaf in ({}, {"type": "string"})), {}, {},
    ),
    "product": (product(12, 0), product(12, 1), {}, {}),
    "ladder": (TOP, TOP, ladder(25, 3), ladder(25, 2)),
    "ring": (TOP, TOP, ring(25, 3, "anyOf"), ring(25, 2, "anyOf")),
    "exclusive ring": (TOP, TOP, ring(25, 3, "oneOf"), ring(25, 2, "oneOf")),
    "conditions": (conditions(12, 3), conditions(12, 2), {}, {}),
}  # fmt: skip


@pytest.mark.timed
@pytest.mark.parametrize("name", LARGE)
def test_the_answer_comes_soon(name: str) -> None:
    old, new, before, after = LARGE[name]
    with within(5):
        comparer = Comparer(OPENAPI31, OPENAPI31)
        reasons = comparer.differences(schema(old, **before), schema(new, **after), "request")
        witnesses = [reason.witness for reason in reasons]
        assert reasons
    assert all(one is MISSING or json.dumps(one) is not None for one in witnesses)


def test_what_is_too_much_is_said_to_be_undecided() -> None:
    old, new, _, _ = LARGE["deeper"]
    assert told(old, new, "request") == ["$ allOf added ?"]
    assert told(product(12, 0), product(12, 1), "request")[0].endswith("?")
    many = [{"type": "object", "properties": {"a": {"const": at}}} for at in range(600)]
    assert told({"anyOf": many}, {"anyOf": many[1:]}, "request") == ["$ anyOf added ?"]


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "not", "if", "contains", "items", "propertyNames"])
def test_a_schema_may_contain_itself(keyword: str) -> None:
    self = {"$ref": "#/c/A0"}
    below = [self, {"type": "string"}] if keyword.endswith("Of") else self
    old: Any = {keyword: below, **({"then": self} if keyword == "if" else {})}
    new = {**old, "minLength": 3, "minimum": 2, "minItems": 1}
    comparer = Comparer(OPENAPI31, OPENAPI31)
    assert comparer.differences(schema(TOP, A0=old), schema(TOP, A0=old), "request") == []
    for reason in comparer.differences(schema(TOP, A0=old), schema(TOP, A0=new), "request"):
        assert reason.keyword
        assert reason.witness is not None


def test_references_in_a_circle_over_three_files() -> None:
    def side(longest: int) -> Documents:
        def file(name: str, other: str, **more: Any) -> bytes:
            return json.dumps({"s": {"properties": {name: {"$ref": f"{other}.json#/s"}, **more}}}).encode()

        texts = {"a.json": file("b", "b"), "b.json": file("c", "c"), "c.json": file("a", "a", v={"maxLength": longest})}
        return Documents(texts.get)

    old, new = (side(longest).open("a.json").child("s") for longest in (3, 2))
    reasons = Comparer().differences(old, new, "request")
    assert [(one.at, one.keyword, one.new.path) for one in reasons] == [("$.b.c.v", "maxLength", "c.json")]
    assert reasons[0].witness == {"b": {"c": {"v": "aaa"}}}


@pytest.mark.parametrize("reference", ["file:///etc/passwd", "https://x.example/s.json", "../../s.json", "#/c/Circle"])
def test_what_leads_nowhere_is_refused_with_its_place(reference: str) -> None:
    old, new = schema({}), schema({"properties": {"a": {"$ref": reference}}}, Circle={"$ref": "#/c/Circle"})
    with pytest.raises(ContractError) as caught:
        Comparer().differences(old, new, "request")
    assert caught.value.where == "a.json:1"


STRANGE = {
    "type": 5, "enum": 3, "required": True, "properties": [1], "allOf": {}, "items": 7, "minimum": "x", "pattern": 4,
    "not": 3, "if": 1, "then": 2, "discriminator": "kind", "dependentRequired": {"a": 5}, "format": 3, "oneOf": [3],
    "minContains": "x", "maxContains": [], "contains": {"type": "string"}, "multipleOf": 0, "minLength": -2,
    "patternProperties": {"(": {}}, "maxItems": None, "dependentSchemas": {"a": 3},
}  # fmt: skip


@pytest.mark.parametrize("keyword", STRANGE)
def test_a_keyword_that_makes_no_sense_says_nothing(keyword: str) -> None:
    strange = {keyword: STRANGE[keyword], **({"contains": {}} if keyword.endswith("Contains") else {})}
    usual = {"type": "array", "minItems": 1} if keyword == "contains" else {"maxLength": 3, "type": "string"}
    for old, new in ((strange, usual), (usual, strange)):
        for reason in compared(old, new, "request"):
            assert reason.decided is not None
            assert reason.witness is not None


@pytest.mark.parametrize(
    ("keyword", "kind"), [("minItems", "array"), ("minLength", "string"), ("minProperties", "object")]
)
def test_witnesses_stay_small(keyword: str, kind: str) -> None:
    (reason,) = compared({"type": kind}, {"type": kind, keyword: 10**9}, "request")
    assert len(json.dumps(reason.witness)) < 100
    (back,) = compared({"type": kind, keyword: 10**9}, {"type": kind, keyword: 10**9 + 1}, "request")
    assert back.witness is MISSING
