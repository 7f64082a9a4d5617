"""Laws of comparing schemas, tried on schemas of all kinds; the judge is an independent validator."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from contracting import compared, schema
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from boundary.contracts.schemas import MISSING, Comparer, Reason

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

SCALARS = (None, True, False, 0, 1, 2, 3, 5, 6, -1, 0.5, 2.5, "", "a", "ab", "abc", "b", "x")
NAMES = ("a", "b")


def value(pick: random.Random, depth: int = 3) -> Any:
    """Any value; objects have the properties that all schemas describe, and one that none does."""
    chance = pick.random()
    if depth == 0 or chance < 0.5:
        return pick.choice(SCALARS)
    if chance < 0.75:
        return [value(pick, depth - 1) for _ in range(pick.randint(0, 3))]
    return {name: value(pick, depth - 1) for name in pick.sample((*NAMES, "x1"), pick.randint(0, 3))}


def any_schema(pick: random.Random, depth: int = 2) -> Any:
    """A schema with some keywords. Objects always describe the same properties, so that nothing is added to them."""
    if pick.random() < 0.05:
        return pick.choice((True, False, {}))
    found: dict[str, Any] = {}
    if pick.random() < 0.8:
        kinds = pick.sample(
            ("null", "boolean", "integer", "number", "string", "array", "object"), pick.choice((1, 1, 2))
        )
        found["type"] = kinds[0] if len(kinds) == 1 else kinds
    for keyword, chance, options in (
        ("minimum", 0.15, (0, 1, 2, 5)), ("maximum", 0.15, (1, 3, 5)), ("exclusiveMinimum", 0.05, (0, 1, 2)),
        ("exclusiveMaximum", 0.05, (2, 5, 6)), ("multipleOf", 0.1, (1, 2, 3, 0.5)), ("minLength", 0.15, (0, 1, 2)),
        ("maxLength", 0.15, (1, 2, 3)), ("pattern", 0.1, ("^a", "b$", "^[a-z]+$")), ("minItems", 0.1, (0, 1, 2)),
        ("maxItems", 0.1, (1, 2, 3)), ("uniqueItems", 0.05, (True,)), ("minProperties", 0.05, (1, 2)),
        ("maxProperties", 0.05, (1, 2)), ("const", 0.04, SCALARS), ("enum", 0.1, ((0, "a"), ("a", "b"), (None, 1, 2.5))),
    ):  # fmt: skip
        if pick.random() < chance:
            taken = pick.choice(options)
            found[keyword] = list(taken) if isinstance(taken, tuple) else taken
    if depth:
        found |= dict(_applicators(pick, depth - 1))
    return found


def _applicators(pick: random.Random, depth: int) -> Iterator[tuple[str, Any]]:
    def below() -> Any:
        return any_schema(pick, depth)

    yield "properties", {name: below() if pick.random() < 0.5 else {} for name in NAMES}
    for keyword, chance in (("items", 0.2), ("contains", 0.05), ("not", 0.06), ("additionalProperties", 0.1)):
        if pick.random() < chance:
            yield keyword, below()
    for keyword, chance in (("allOf", 0.1), ("anyOf", 0.1), ("oneOf", 0.1), ("prefixItems", 0.07)):
        if pick.random() < chance:
            yield keyword, [below() for _ in range(pick.randint(1, 3))]
    if pick.random() < 0.2:
        yield "required", pick.sample(NAMES, pick.randint(1, 2))
    if pick.random() < 0.05:
        yield "dependentRequired", {"a": ["b"]}
    if pick.random() < 0.05:
        yield "patternProperties", {"^x": below()}
    if pick.random() < 0.05:
        yield "propertyNames", {"maxLength": 1}
    if pick.random() < 0.05:
        yield from (("if", below()), ("then", below()), ("else", below()))


def changed(pick: random.Random, old: Any, depth: int = 3) -> Any:
    """A schema in which a keyword is gone, another one or changed, somewhere."""
    if not isinstance(old, dict) or not depth:
        return any_schema(pick, 1)
    new = copy.deepcopy(old)
    if pick.random() < 0.4:
        more = any_schema(pick, 1)
        more = more if isinstance(more, dict) else {}
        keyword = pick.choice([*(key for key in new if key not in ("properties", "if")), *more] or ["type"])
        if keyword in more:
            new[keyword] = more[keyword]
        else:
            new.pop(keyword, None)
        return new
    places = [(new, key) for key in ("items", "not", "additionalProperties", "contains", "then") if key in new]
    places += [(new["properties"], name) for name in new.get("properties", ())]
    places += [(new[key], at) for key in ("allOf", "anyOf", "oneOf") for at in range(len(new.get(key, ())))]
    if places:
        holder, key = pick.choice(places)
        holder[key] = changed(pick, holder[key], depth - 1)
    return new


def valid(judge: Any, one: Any) -> bool:
    return Draft202012Validator(judge).is_valid(one)


def breaches(reasons: list[Reason]) -> list[Reason]:
    """The reasons that values show: a property that is no longer described is none."""
    return [one for one in reasons if one.detail != "optional"]


@QUICK
@given(st.integers(0, 2**40))
def test_nothing_is_missed_and_every_witness_is_true(seed: int) -> None:
    pick = random.Random(seed)
    old = any_schema(pick)
    new = changed(pick, old) if pick.random() < 0.7 else any_schema(pick)
    reasons = breaches(compared(old, new, "request"))
    for reason in reasons:
        if reason.witness is not MISSING:
            assert valid(old, reason.witness)
            assert not valid(new, reason.witness)
    if not reasons and isinstance(old, dict) and isinstance(new, dict) and "properties" in old:
        for _ in range(60):
            one = value(pick)
            assert not valid(old, one) or valid(new, one) or _undeclared(old, new) or '"oneOf"' in json.dumps(new)


def _undeclared(old: Any, new: Any) -> bool:
    """Whether the new schema describes a property below one that the old leaves open: nobody sends it."""
    return json.dumps(new).count('"properties"') > json.dumps(old).count('"properties"')


@QUICK
@given(st.integers(0, 2**40))
def test_a_request_breaks_one_way_exactly_if_the_response_does_the_other(seed: int) -> None:
    pick = random.Random(seed)
    old = any_schema(pick)
    new = changed(pick, old)
    assert bool(breaches(compared(old, new, "request"))) == bool(breaches(compared(new, old, "response")))


@QUICK
@given(st.integers(0, 2**40))
@example(43303288)  # keywords of lists beside a type that is none
def test_what_holds_twice_holds_from_end_to_end(seed: int) -> None:
    pick = random.Random(seed)
    first = any_schema(pick)
    second = changed(pick, first)
    third = changed(pick, second)
    if compared(first, second, "request") or compared(second, third, "request"):
        return
    assert [one for one in breaches(compared(first, third, "request")) if one.decided] == []


@QUICK
@given(st.integers(0, 2**40))
def test_another_way_to_write_a_schema_changes_nothing(seed: int) -> None:
    pick = random.Random(seed)
    one = any_schema(pick)
    components: dict[str, Any] = {}
    other = rewritten(pick, copy.deepcopy(one), components)
    for direction in ("request", "response"):
        assert Comparer().differences(schema(one), schema(other, **components), direction) == []  # type: ignore[arg-type]
        assert Comparer().differences(schema(other, **components), schema(one), direction) == []  # type: ignore[arg-type]


def rewritten(pick: random.Random, one: Any, components: dict[str, Any]) -> Any:
    """A schema that says the same in other words: extracted, wrapped, reordered, constants as lists and back."""
    if not isinstance(one, dict):
        return pick.choice(({}, True)) if one is True else pick.choice((False, {"not": {}}))
    for key in ("items", "additionalProperties", "not", "if", "then", "else", "contains"):
        if key in one:
            one[key] = rewritten(pick, one[key], components)
    for key in ("properties", "patternProperties"):
        if key in one:
            named = list(one[key].items())
            pick.shuffle(named)
            one[key] = {name: rewritten(pick, below, components) for name, below in named}
    for key in ("allOf", "anyOf", "oneOf", "prefixItems"):
        if key in one:
            one[key] = [rewritten(pick, below, components) for below in one[key]]
            if key != "prefixItems":
                pick.shuffle(one[key])
    if "enum" in one and "anyOf" not in one and pick.random() < 0.5:
        one["anyOf"] = [{"const": listed} for listed in one.pop("enum")]
    elif "const" in one and "enum" not in one and pick.random() < 0.5:
        one["enum"] = [one.pop("const")]
    if isinstance(one.get("type"), str) and pick.random() < 0.5:
        one["type"] = [one["type"]]
    if pick.random() < 0.3:
        one = {pick.choice(("allOf", "anyOf", "oneOf")): [one]}
    if pick.random() < 0.3:
        name = f"C{len(components)}"
        components[name], one = one, {"$ref": f"#/c/{name}"}
    entries = list(one.items())
    pick.shuffle(entries)
    return dict(entries)


@pytest.mark.parametrize("kids", [{"$ref": "#/c/N"}, {"allOf": [{"$ref": "#/c/N"}]}])
def test_a_recursion_that_is_written_out_once_more_is_the_same(kids: Any) -> None:
    tree = {"type": "object", "properties": {"v": {"type": "string"}, "kids": {"type": "array", "items": kids}}}
    for direction in ("request", "response"):
        rolled, unrolled = schema({"$ref": "#/c/N"}, N=tree), schema(tree, N=tree)
        assert Comparer().differences(rolled, unrolled, direction) == []  # type: ignore[arg-type]
        assert Comparer().differences(unrolled, rolled, direction) == []  # type: ignore[arg-type]


@settings(QUICK, max_examples=60)
@given(st.integers(0, 2**40))
def test_other_names_of_components_change_nothing(seed: int) -> None:
    pick = random.Random(seed)
    old = [any_schema(pick, 1) for _ in range(3)]
    new = [changed(pick, one) if pick.random() < 0.6 else one for one in old]
    keyword = pick.choice(("anyOf", "oneOf"))
    direction = pick.choice(("request", "response"))
    told = []
    for names in (("Cat", "Dog", "Fox"), ("P", "Q", "R")):
        union = schema({keyword: [{"$ref": f"#/c/{name}"} for name in names]}, **dict(zip(names, old, strict=True)))
        other = schema({keyword: [{"$ref": f"#/c/{name}"} for name in names]}, **dict(zip(names, new, strict=True)))
        reasons = Comparer().differences(union, other, direction)  # type: ignore[arg-type]
        told.append([(one.at, one.keyword, one.move, one.decided, one.misplaced) for one in reasons])
    assert told[0] == told[1]


@QUICK
@given(st.integers(0, 2**40))
def test_only_what_is_decided_has_a_witness(seed: int) -> None:
    pick = random.Random(seed)
    old = any_schema(pick)
    for reason in compared(old, changed(pick, old), "response"):
        assert reason.witness is MISSING or (reason.decided and not reason.misplaced)
