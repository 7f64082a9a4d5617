"""What holds of every comparison: a contract is compatible with itself however it is laid out, what is compatible step by
step is compatible at once, and no input makes it hang or fail with anything but a ContractError."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_contract_kinds import CASES, FENCE
from timing import within

from boundary.contracts.avro.resolution import Resolution
from boundary.contracts.avro.schema import Names
from boundary.contracts.documents import Documents
from boundary.contracts.files import Files
from boundary.contracts.graphql.declared import Ref
from boundary.contracts.graphql.schema import replaces
from boundary.contracts.model import Change
from boundary.contracts.protobuf.linking import SCALARS
from boundary.contracts.protobuf.wire import HARMS, scalars, worst
from boundary.errors import ContractError

OWN = ("asyncapi", "avro", "graphql", "jsonschema", "protobuf", "thrift")


def changes(kind: str, old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Change, ...]:
    sides = [
        Files(label, texts, lambda path, texts=texts: texts[path].encode() if path in texts else None)
        for label, texts in (("old", old), ("new", new))
    ]
    found: tuple[Change, ...] = import_module(f"boundary.contracts.{kind}").compare(*sides).changes
    return found


def files(case: Path, name: str) -> dict[str, str]:
    text = case.read_text(encoding="utf-8")
    return {path[len(name) + 1 :]: body for _, path, body in FENCE.findall(text) if path.startswith(f"{name}/")}


CONTRACTS = [
    (kind, case, name)
    for kind in OWN
    for case in sorted((CASES / kind).glob("*.md"))
    for name in ("old", "new")
    if not case.stem.startswith("not-")
]


@pytest.mark.parametrize("kind", OWN)
def test_every_contract_is_compatible_with_itself(kind: str) -> None:
    for of, case, name in CONTRACTS:
        if of == kind:
            texts = files(case, name)
            assert changes(kind, texts, texts) == (), f"{case.stem}/{name}"


# --- protobuf -----------------------------------------------------------------------------------------------

FIELDS = st.dictionaries(
    st.integers(1, 5),
    st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from([*sorted(SCALARS), "Kind", "Other"])),
    max_size=4,
)


def proto(fields: Mapping[int, tuple[str, str]], *, reverse: bool = False) -> dict[str, str]:
    lines = [f"  {kind} {name}{number} = {number};" for number, (name, kind) in fields.items()]
    parts = [
        "message Thing {\n" + "\n".join(reversed(lines) if reverse else lines) + "\n}",
        "message Other { string id = 1; }",
        "enum Kind { KIND_NONE = 0; }",
    ]
    return {"a.proto": 'syntax = "proto3";\n' + "\n".join(reversed(parts) if reverse else parts)}


def broken(old: dict[str, str], new: dict[str, str]) -> bool:
    return any(change.level != "info" for change in changes("protobuf", old, new))


@given(FIELDS)
@settings(max_examples=40, deadline=None)
def test_order_means_nothing(fields: dict[int, tuple[str, str]]) -> None:
    assert changes("protobuf", proto(fields), proto(fields, reverse=True)) == ()


@given(FIELDS, FIELDS, FIELDS)
@settings(max_examples=60, deadline=None)
def test_what_is_kept_step_by_step_is_kept(one: dict[int, tuple[str, str]], two: dict[int, tuple[str, str]], three: dict[int, tuple[str, str]]) -> None:  # fmt: skip
    two, three = {**one, **two}, {**one, **two, **three}
    if not broken(proto(one), proto(two)) and not broken(proto(two), proto(three)):
        assert not broken(proto(one), proto(three))


def test_types_that_replace_each_other_do_so_over_a_third() -> None:
    for one, two, three in itertools.product(sorted(SCALARS), repeat=3):
        over = worst(scalars(one, two), scalars(two, three))
        assert HARMS.index(scalars(one, three)) <= HARMS.index(over) or over == "source", (one, two, three)


# --- graphql ------------------------------------------------------------------------------------------------


def test_types_of_graphql_replace_each_other_in_order() -> None:
    wraps = ["".join(parts) for size in range(5) for parts in itertools.product("![", repeat=size)]
    refs = [Ref("Int", wrap) for wrap in wraps if "!!" not in wrap]
    assert all(replaces(one, one) for one in refs)
    for one, two in itertools.permutations(refs, 2):
        assert not (replaces(one, two) and replaces(two, one)), (one, two)
    for one, two, three in itertools.permutations(refs, 3):
        if replaces(one, two) and replaces(two, three):
            assert replaces(one, three), (one, two, three)


# --- avro ---------------------------------------------------------------------------------------------------

PRIMITIVES = st.sampled_from(["int", "long", "float", "double", "bytes", "string", "boolean", "null"])


def quoted(name: str) -> str:
    return f'"{name}"'


SCHEMAS = st.recursive(
    PRIMITIVES.map(quoted),
    lambda inner: st.one_of(
        inner.map(lambda items: f'{{"type": "array", "items": {items}}}'),
        inner.map(lambda values: f'{{"type": "map", "values": {values}}}'),
        st.lists(PRIMITIVES, max_size=3, unique=True).map(lambda many: f"[{', '.join(map(quoted, many))}]"),
        st.tuples(inner, inner).map(
            lambda two: (
                f'{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": {two[0]}}},'
                f' {{"name": "b", "type": {two[1]}, "default": 1}}]}}'
            )
        ),
    ),
    max_leaves=5,
)


def reads(reader: str, writer: str) -> bool:
    roots = [Documents({"a": text.encode()}.get).open("a") for text in (reader, writer)]
    names = [Names(), Names()]
    for name, root in zip(names, roots, strict=True):
        name.collect(root)
    resolution = Resolution(names[0], names[1])
    schemas = [name.schema(root, "") for name, root in zip(names, roots, strict=True)]
    told = {failure.kind for failure in resolution.failures(schemas[0], schemas[1])}
    return told <= {"field-defaulted", "field-ignored"}


@given(SCHEMAS)
@settings(max_examples=60, deadline=None)
def test_a_schema_reads_what_it_writes(schema: str) -> None:
    assert reads(schema, schema)


@given(SCHEMAS, PRIMITIVES)
@settings(max_examples=60, deadline=None)
def test_a_union_reads_what_each_of_its_branches_reads(schema: str, other: str) -> None:
    if schema[0] != "[":
        assert reads(f'["{other}", {schema}]', schema)


# --- what is broken, large or deep --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OWN)
def test_broken_files_are_refused_or_compared(kind: str) -> None:
    chance = random.Random(7)
    for _, case, name in [one for one in CONTRACTS if one[0] == kind]:
        texts = files(case, name)
        for _ in range(6):
            path = chance.choice(sorted(texts))
            lines = texts[path].splitlines(keepends=True)
            at = chance.randrange(len(lines))
            cut = (
                lines[:at] + lines[at + 1 :]
                if chance.random() < 0.5
                else [*lines[:at], lines[at][: len(lines[at]) // 2]]
            )
            try:
                changes(kind, texts, {**texts, path: "".join(cut)})
            except ContractError as error:
                assert error.where is not None


@pytest.mark.timed
@pytest.mark.parametrize(
    ("kind", "path", "text"),
    [
        ("protobuf", "a.proto", "message A {" * 5000),
        ("protobuf", "a.proto", "option (a) = " + "{ a: " * 5000),
        ("protobuf", "a.proto", "enum E { A = 0x; }"),
        ("protobuf", "a.proto", "message A { int32 a = 08; }"),
        ("protobuf", "a.proto", "message A { int32 a = 1"),
        ("protobuf", "a.proto", "message A { reserved 1 to ; }"),
        ("protobuf", "a.proto", "what is this"),
        ("protobuf", "a.proto", "import 3;"),
        ("protobuf", "a.proto", 'message "A" {}'),
        ("graphql", "a.graphql", "type A { a(" * 5000),
        ("graphql", "a.graphql", "type A { a: Int = " + "[" * 5000),
        ("graphql", "a.graphql", "what is this"),
        ("thrift", "a.thrift", "struct A { 1: " + "list<" * 5000),
        ("thrift", "a.thrift", "what is this"),
        ("avro", "a.avsc", '{"type": "array"' + ', "items": {"type": "array"' * 5000),
        ("asyncapi", "a.json", "{" * 5000),
    ],
)
def test_what_is_no_contract_is_refused(kind: str, path: str, text: str) -> None:
    with within(5), pytest.raises(ContractError):
        changes(kind, {path: text}, {path: text})


@pytest.mark.timed
def test_deep_and_wide_types_take_little_time() -> None:
    with within(5):
        deep = f"type Query {{ a: {'[' * 3000}Int{']' * 3000} }}"
        assert changes("graphql", {"a.graphql": deep}, {"a.graphql": deep}) == ()
        many = "\n".join(f"message M{at} {{ M{(at * 7) % 400} a = 1; M{(at * 3) % 400} b = 2; }}" for at in range(400))
        calls = "\n".join(f"rpc R{at}(M{at}) returns (M{at + 1});" for at in range(60))
        old = f'syntax = "proto3";\n{many}\nservice S {{ {calls} }}'
        assert changes("protobuf", {"a.proto": old}, {"a.proto": old}) == ()
        found = changes("protobuf", {"a.proto": old}, {"a.proto": old.replace("b = 2", "b = 3")})
        assert max(len(change.reaches) for change in found) > 10
        ring = '{"type": "record", "name": "R", "fields": [{"name": "next", "type": ["null", "R", {"type": "array", "items": "R"}]}]}'
        assert changes("avro", {"a.avsc": ring}, {"a.avsc": ring}) == ()
