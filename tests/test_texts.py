"""Texts that are only partly known: what methods, templates, paths and builders make of them."""

from __future__ import annotations

import pytest

from boundary.model import Hole, Value
from boundary.resolve.code import merging, texts
from boundary.resolve.code.things import NOTHING, Arguments, Known, Made, Pairs, Several, Thing

HOST = Value((Hole("env", "HOST"),))
SECTION = Value((Hole("config", "search"),))
GIVEN = Value((Hole("parameter", "url"),))
OPEN = Value((Hole("unknown", ""),))


def text(word: str) -> Value:
    return Value.of(word)


def several(*words: str) -> Several:
    return Several(tuple(text(word) for word in words))


@pytest.mark.parametrize(
    ("value", "name", "given", "expected"),
    [
        (text("/"), "join", (several("a", "b"),), text("a/b")),
        (text("/"), "join", (Several(),), Value()),
        (text("a,b"), "split", (text(","),), several("a", "b")),
        (text("a b"), "split", (), several("a", "b")),
        (HOST, "split", (text(":"),), Several((HOST,))),
        (text("http://a"), "JoinPath", (text("b"), text("/c")), text("http://a/b/c")),
        (text("a"), "concat", (text("b"),), text("ab")),
        (text("a"), "plus", (), Value.of("a", OPEN)),
        (text("a"), "orElse", (text("b"),), text("a")),
        (HOST, "orElse", (text("b"),), Value((Hole("env", "HOST", text("b")),))),
        (text(" a "), "strip", (), text("a")),
        (text("/a/"), "lstrip", (text("/"),), text("a/")),
        (Value.of("/", HOST, "/"), "rstrip", (text("/"),), Value.of("/", HOST)),
        (HOST, "strip", (), HOST),
        (text("A"), "lower", (), text("A")),
        (text("http://{}/b"), "format", (text("a"),), text("http://a/b")),
        (text("a"), "unheard", (text("b"),), NOTHING),
        (text("http://a"), "host", (), text("http://a")),
    ],
)
def test_methods(value: Value, name: str, given: tuple[Thing, ...], expected: Thing) -> None:
    assert texts.method(value, name, Arguments(given)) == expected


@pytest.mark.parametrize(
    ("template", "given", "expected"),
    [
        (text("{}/{}"), Arguments((text("a"), text("b"))), text("a/b")),
        (text("{1}-{0}"), Arguments((text("a"), text("b"))), text("b-a")),
        (text("{host}:%d"), Arguments((text("1"),), (("host", text("a")),)), text("a:1")),
        (text("%(host)s"), Arguments((Pairs(((text("host"), text("a")),)),)), text("a")),
        (text("{} {}"), Arguments((text("a"),)), Value.of("a ", OPEN)),
        (Value.of(HOST, "/{}"), Arguments((text("a"),)), Value.of(HOST, "/a")),
    ],
)
def test_templates(template: Value, given: Arguments, expected: Value) -> None:
    assert texts.filled(template, given) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], NOTHING),
        ([NOTHING, text("a")], text("a")),
        ([GIVEN, text("a")], text("a")),
        ([HOST, text("a")], Value((Hole("env", "HOST", text("a")),))),
        ([HOST, Known("a.b")], HOST),
    ],
)
def test_alternatives(options: list[Thing], expected: Thing) -> None:
    assert texts.either(options) == expected


@pytest.mark.parametrize(
    ("items", "index", "expected"),
    [
        (("a", "b"), text("1"), text("b")),
        (("a", "b"), text("-1"), text("b")),
        (("a", "b"), text("5"), text("a")),
        (("a", "b"), NOTHING, text("a")),
        ((), text("0"), NOTHING),
    ],
)
def test_elements(items: tuple[str, ...], index: Thing, expected: Thing) -> None:
    assert texts.picked(several(*items).items, index) == expected


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        (text("http://stock:80/v1/"), text("/items"), text("http://stock:80/items")),
        (text("http://stock:80/v1"), text("items"), text("http://stock:80/items")),
        (text("http://stock:80/v1/"), text("items"), text("http://stock:80/v1/items")),
        (text("http://stock:80"), text("items"), text("http://stock:80/items")),
        (text("http://stock/v1"), text("https://till/x"), text("https://till/x")),
        (text("http://stock/v1"), text(""), text("http://stock/v1")),
        (HOST, text("/items"), Value.of(HOST, "/items")),
        (Value.of(HOST, "/v1"), text("/items"), Value.of(HOST, "/items")),
        (
            Value.of("http://", HOST, ":80/v1/"),
            Value.of("items/", OPEN),
            Value.of("http://", HOST, ":80/v1/items/", OPEN),
        ),
        (Value.of("http://stock/v1/", OPEN), text("items"), text("http://stock/items")),
        (Value(), text("items"), text("/items")),
    ],
)
def test_references(base: Value, reference: Value, expected: Value) -> None:
    assert texts.referenced(base, reference) == expected


@pytest.mark.parametrize(
    ("how", "given", "expected"),
    [
        ("path", ("a/", "b"), "a/b"),
        ("path", ("a", "/b"), "/b"),
        ("path", (), ""),
        ("join", ("http://a/", "/b"), "http://a/b"),
        ("join", ("http://a", "http://b/c"), "http://b/c"),
        ("folder", ("//a/b.py",), "//a"),
        ("folder", ("/a",), "/"),
        ("folder", ("a/b",), "a"),
        ("folder", ("a",), ".."),
        ("folder", (), ""),
    ],
)
def test_paths(how: str, given: tuple[str, ...], expected: str) -> None:
    assert str(texts.path(Arguments(several(*given).items), how)) == expected


def test_folders_above_and_settings_below() -> None:
    assert texts.attribute(text("//a/b/c.py"), "parent") == text("//a/b")
    above = texts.attribute(text("//a/b/c.py"), "parents")
    assert isinstance(above, Several)
    assert above.items[:2] == several("//a/b", "//a").items
    assert texts.folder(HOST) == Value((Hole("unknown", "folder"),))
    assert texts.attribute(SECTION, "addr") == Value((Hole("config", "search.addr"),))
    assert texts.setting(SECTION, "") is None
    assert texts.setting(HOST, "addr") is None
    assert texts.attribute(text("a"), "unheard") == NOTHING


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"url": text("http://a")}, "http://a"),
        ({"host": text("a")}, "http://a"),
        ({"host": text("a"), "port": text("80"), "scheme": text("https")}, "https://a:80"),
        ({"host": text("a"), "url": text("/b")}, "http://a/b"),
        ({"host": text("a"), "port": NOTHING, "path": NOTHING}, "http://a"),
    ],
)
def test_addresses_of_builders(parts: dict[str, Thing], expected: str) -> None:
    assert str(texts.whole(parts)) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"url": text("http://a/"), "path": text("/b")}, "http://a/b"),
        ({"url": text("http://a"), "segments": several("b", "c")}, "http://a/b/c"),
        ({"path": text("b")}, "b"),
    ],
)
def test_paths_of_builders(parts: dict[str, Thing], expected: str) -> None:
    assert str(texts.appended(parts)) == expected


@pytest.mark.parametrize(
    ("how", "given", "expected"),
    [
        ("listing", (text("a"), text("b")), several("a", "b")),
        ("listing", (several("a"),), several("a")),
        ("pairs", (text("a"), text("b"), text("c")), Pairs(((text("a"), text("b")),))),
        ("pairs", (several("a", "b"), several("c")), Pairs(((text("a"), text("b")),))),
    ],
)
def test_collections(how: str, given: tuple[Thing, ...], expected: Thing) -> None:
    assert texts.collected(Arguments(given), how) == expected


def test_parts_of_longer_texts() -> None:
    assert texts.joined(several("a")) == text("a")
    assert texts.joined(Known("a.NAME")) == Value((Hole("unknown", "NAME"),))
    assert texts.joined(Made("client")) == OPEN
    assert texts.one_of({"second": text("b")}) == text("b")


def test_what_is_spread_into_a_dictionary_comes_after_its_own_entries() -> None:
    inner = Pairs(((text("a"), text("1")),))
    found = merging.spread([(NOTHING, inner), (text("a"), text("2")), (NOTHING, NOTHING)])
    assert found.entries == ((text("a"), text("2")), (text("a"), text("1")), (NOTHING, NOTHING))
