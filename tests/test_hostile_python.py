"""Python sources that are meant to harm, or that no interpreter at hand can read: a clear fact, never a traceback."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundary.extract import extract
from boundary.extractors import python
from boundary.facts import Apply, Assign, Either, FileFacts, Join, Ref, Unreadable
from boundary.source import Source

VERSION = f"read as Python {sys.version_info.major}.{sys.version_info.minor}"

HEADS = ("f(", "f(k=", "[", "{1: ", "a[", "(a or ", "(c + f(", "(lambda: ", "[c for c in ", '"{}".format(', '"%s" % (')


def read(content: str | bytes) -> FileFacts:
    data = content.encode() if isinstance(content, str) else content
    return extract(Source("module.py", data), [python])


def refused(content: str | bytes) -> Unreadable:
    facts = read(content).facts
    assert len(facts) == 1
    assert isinstance(facts[0], Unreadable)
    return facts[0]


@pytest.mark.parametrize(
    ("content", "what", "reason"),
    [
        ("(" * 100_000 + ")" * 100_000, "depth", "too many nested parentheses"),
        ("-" * 1_000_000 + "1", "depth", "nested too deeply"),
        ("lambda: " * 900 + "1", "depth", "nested too deeply"),
        ("a" + ".b()" * 700, "depth", "nested too deeply"),
        ("a" + ".b" * 200 + "(a" + ".b" * 200 + ")", "depth", "nested too deeply"),
        ("".join(" " * depth + "if a:\n" for depth in range(120)), "depth", "too many levels of indentation"),
        ('x = f"' + "{a}" * 400_000 + '"', "depth", "f-strings with too many placeholders"),
        ('x = f"{a:' + ("{b}" + "y" * 150) * 9_000 + '}"', "depth", "f-strings with too many placeholders"),
        ("a = 1\n" * 300_000, "size", "1.8 MB is more than the 1.5 MB"),
        ("\0" * 100_000, "encoding", "binary content"),
        ("a = 1\n" * 2_000 + "\0", "syntax", "null byte"),
        ("x = 1" + "0" * 5_000, "syntax", "limit"),
        ("def broken(:\n", "syntax", VERSION),
        ("print 'hello'\n", "syntax", f"looks like Python 2; it is {VERSION}"),
        ("type = = 1\n", "syntax", VERSION),
        (b"name = '\xe4'\n", "encoding", "line 1 is not UTF-8"),
        (b"# coding: klingon\nname = '\xe4'\n", "encoding", "line 2 is not UTF-8"),
        (b"# coding: cp99999\nname = '\xe4'\n", "encoding", "not cp99999, which the file says"),
        (b"#!/usr/bin/python\n# vim: fileencoding=shift-jis\nname = '\xff\xff'\n", "encoding", "not shift-jis"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 50 else "",
)
def test_what_cannot_be_read_says_why(content: str | bytes, what: str, reason: str) -> None:
    fact = refused(content)
    assert fact.what == what
    assert reason in fact.reason


@pytest.mark.parametrize(("content", "line", "column"), [("a = 1\nb = (2 3\n", 2, 5), ("a\n" * 9_000 + "\0", 9_001, 1)])
def test_an_error_has_its_place(content: str, line: int, column: int) -> None:
    fact = refused(content)
    assert (fact.line, fact.column) == (line, column)


@pytest.mark.parametrize("error", [ValueError("odd"), MemoryError(), RecursionError()], ids=repr)
def test_a_parser_that_gives_up_is_no_traceback(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: str) -> ast.Module:
        raise error

    monkeypatch.setattr(ast, "parse", fails)
    assert refused("a = 1").what == ("syntax" if isinstance(error, ValueError) else "depth")


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        ("type Rows[T] = list[T] | None\nfirst = Rows\n", "Assign Assign"),
        ("def first[T](rows: 'Rows[T]') -> T: return rows[0]\n", "Function Return"),
        ("Rows: TypeAlias = list[str] | None\n", "Assign"),
        ("class Rows[T](Base): pass\n", "Class"),
        ("name = t'{first} {last}'\n", "Assign"),
    ],
)
def test_newer_syntax_is_read_by_every_version(content: str, facts: str) -> None:
    found = read(content).facts
    assert " ".join(type(fact).__name__ for fact in found) == facts
    assert all(not isinstance(fact, Assign) or isinstance(fact.value, Either | Join | Ref) for fact in found)


@pytest.mark.parametrize(
    "content",
    [
        "x = " + "-" * 900 + "f()",
        "x = a" + " + f()" * 2_500,
        "x = a" + " - f()" * 2_500,
        "x = a" + " % (f(),)" * 2_500,
        "x = " + "a if b() else " * 900 + "c",
        "if a:\n pass\n" + "elif f():\n pass\n" * 900,
        "x: " + "A | " * 900 + "B",
        "x: '" + "a." * 100_000 + "b'",
        "x = " + "[" * 190 + "]" * 190,
        "x = " + '"{0}{0}{0}".format(' * 60 + '"a long enough literal to be seen"' + ")" * 60,
        "x = " + '"%(a)s%(a)s%(a)s" % {"a": ' * 60 + "b" + "}" * 60,
        'x = "' + "{0}" * 20_000 + '".format(f(' + "1," * 20_000 + "))",
        'x = "{0' + ".a" * 100_000 + '}".format(b)',
        'x = "{' + "9" * 10_000 + '} {} {777777777}".format(*b)',
        "a = " * 800 + "f(" + "1," * 20_000 + ")",
        "(" + "a, " * 20_000 + ") = f(" + "1," * 20_000 + ")",
        "(" + "(a := " * 90 + "f(" + "1," * 20_000 + ")" + ")" * 91,
        "def f():\n x = " + "(yield " * 90 + "[" + "1," * 20_000 + "]" + ")" * 90,
        "class " + "a" * 200_000 + ":\n" + " b = 1\n" * 20_000,
        'x = ["é", ' + "é(), " * 50_000 + "]",
        'x = "\\ud800"; y = f"\\udfff{a}"; z = "\\ud800 %s" % a',
        "x = 0x" + "f" * 100_000,
        "match x:\n case " + "[" * 150 + "a" + "]" * 150 + ":\n  pass",
        "\f" * 10_000 + 'a = "\\d"',
    ],
    ids=lambda content: content[:24],
)
def test_what_is_odd_is_read_and_stays_small(content: str) -> None:
    found = read(content)
    assert not [fact for fact in found.facts if isinstance(fact, Unreadable)]
    stored = msgspec.json.encode(found)
    assert len(stored) < 300 * len(content) + 10_000
    assert msgspec.json.decode(stored, type=FileFacts) == found


@given(
    st.lists(st.sampled_from(HEADS), max_size=120), st.integers(0, 100), st.sampled_from(["z", "1", "'t'", "f'{g()}'"])
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_nesting_is_read_whole_or_refused(heads: list[str], links: int, leaf: str) -> None:
    closing = {"(": ")", "[": "]", "{": "}"}
    ends = [
        "".join(closing[c] for c in reversed(head) if c in closing and not head.startswith('"{}')) for head in heads
    ]
    ends = [",)" if head.startswith('"%') else end or ")" for head, end in zip(heads, ends, strict=True)]
    found = read("q = " + "".join(heads) + leaf + ".b()" * links + "".join(reversed(ends)))
    assert isinstance(found.facts[0], Unreadable) or isinstance(found.facts[-1], Assign)
    assert msgspec.json.decode(msgspec.json.encode(found), type=FileFacts) == found


@given(st.text(st.sampled_from("ab01 .,:;=+-*/%@()[]{}'\"\\#\n\tfrué\x00\x0c"), max_size=60))
@settings(max_examples=400, deadline=None)
def test_noise_never_breaks_the_reader(noise: str) -> None:
    found = read(noise)
    assert all(fact.line >= 1 and fact.column >= 1 for fact in found.facts)
    assert msgspec.json.decode(msgspec.json.encode(found), type=FileFacts) == found


@pytest.mark.parametrize(
    "module", ["argparse", "asyncio.base_events", "dataclasses", "http.client", "logging", "typing"]
)
def test_no_call_of_a_real_module_is_lost(module: str) -> None:
    spec = importlib.util.find_spec(module)
    assert spec and spec.origin
    source = Source("module.py", Path(spec.origin).read_bytes())
    places: dict[str, set[int]] = defaultdict(set)
    for call in calls_in(extract(source, [python]).facts):
        places[getattr(call.callee, "name", "")].add(call.line)
    missing = [
        (name, node.lineno)
        for node, name in calls_of(ast.parse(source.text))
        if not any(node.lineno <= line <= (node.end_lineno or 0) for line in places[name])
    ]
    assert not missing


def calls_of(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """The calls of a module by name, but for those that put texts together and those on a receiver itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if name not in ("format", "join", "cls", "self"):
                yield node, name


def calls_in(facts: Any) -> Iterator[Apply]:
    """All calls anywhere in facts."""
    stack = [facts]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack += item
        elif isinstance(item, msgspec.Struct):
            if isinstance(item, Apply):
                yield item
            stack += [getattr(item, name) for name in item.__struct_fields__]
