"""Code of the languages read by grammars, meant to harm or merely odd: an answer, in time, and nobody else's loss."""

from __future__ import annotations

from pathlib import Path

import pytest
import tree_sitter_kotlin
from test_hostile import check, in_time, lay
from tree_sitter import Language

from boundary.extract import UnreadableSource, extract, extractors
from boundary.extractors._parsing import parsed
from boundary.source import Source

CIRCLES = {
    "a prefix of settings that is a constant of the same class": (
        "a/src/Shop.java",
        """
        import org.springframework.boot.context.properties.ConfigurationProperties;
        @ConfigurationProperties(Shop.PREFIX)
        class Shop { static final String PREFIX = "shop"; String url; Shop() { use(url); } }
        """,
    ),
    "a parameter with the name of its default, in a function of one": (
        "a/pages.py",
        """
limit = 3
def pages(limit=limit):
    def page(limit=limit):
        return requests.get(limit)
    return page(2)
        """,
    ),
}


@pytest.mark.parametrize(("path", "code"), CIRCLES.values(), ids=CIRCLES)
def test_definitions_by_each_other_end_no_following(
    path: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = check(lay(tmp_path, {"a/Dockerfile": "FROM scratch\nCMD shop\n", path: code}), capsys)
    assert status == 0
    assert "followed" not in said


def test_what_is_too_deep_is_not_followed_at_its_own_place_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = "".join(f"A{i} = A{i + 1} + 'x'\n" for i in range(2_000)) + "A2000 = 'x'\n"
    early = "import a\ndef read(url=a.A0):\n pass\n"
    plain = "import requests\ndef get(url):\n requests.get(url)\nget('http://other.example/x')\n"
    files = {"a/Dockerfile": "FROM python\nCMD python z.py\n", "a/a.py": deep, "a/_.py": early, "a/z.py": plain}
    status, said = check(lay(tmp_path, files), capsys)
    assert status == 0
    assert "what is called here is not followed: definitions lead too deep into each other" in said
    assert "no longer followed" not in said


N = 10_000
CODE = {
    "A.java": ("class A { void f() { x(", "f(", "1", ")", "); } }"),
    "a.kt": ("fun f() { x(", "f(", "1", ")", ") }"),
    "a.go": ("package a\nfunc f() { x(", "f(", "1", ")", ") }"),
    "a.cs": ("class A { void F() { x(", "f(", "1", ")", "); } }"),
    "a.rb": ("x(", "f(", "1", ")", ")"),
    "a.php": ("<?php x(", "f(", "1", ")", ");"),
    "a.cpp": ("void f() { x(", "f(", "1", ")", "); }"),
    "a.rs": ("fn f() { x(", "f(", "1", ")", "); }"),
}


def whats(path: str, content: str | bytes) -> list[str]:
    """What is said not to be readable."""
    data = content.encode() if isinstance(content, str) else content
    return [fact.what for fact in extract(Source(path, data), extractors()).facts if hasattr(fact, "what")]


@pytest.mark.parametrize("path", CODE)
def test_deep_code_is_a_fact_and_no_defect(path: str) -> None:
    head, opened, inner, closed, tail = CODE[path]
    assert "defect" not in whats(path, head + opened * N + inner + closed * N + tail)
    assert "defect" not in whats(path, head + "a" + ".b()" * N + tail)
    assert "defect" not in whats(path, head + '"a" + ' * N + "1" + tail)
    assert "defect" not in whats(path, head + '"${' * N)
    assert "defect" not in whats(path, head + opened * N)
    assert "defect" not in whats(path, b"\0" + head.encode() + b"\xff")


ENDLESS = """""String""{{}
        ""
  ]      clientlist<Order>).forEach { entry -> send(entry) }
        val host = System.getenv("HOST") ?: "localhost"
        val pick = when (id) { 1L -> "a"; else -> "b" }
        return if (id > 0) found else null
    }

    fun all() = repository.findAll()
    fun all(page: Int) = repository.page(page)
data class Line(@field:Id val sku: String, val amount: Int = 1)

interface Api { fun one(id: Long): Order? }

enum class State(val code: String) { N
//)
"""
"""Left alone, the parser of Kotlin tries alternatives for ever from the third line on."""


def test_a_parser_that_finds_no_end_is_stopped_and_the_file_is_unread() -> None:
    with in_time(), pytest.raises(UnreadableSource, match="too many"):
        parsed(Language(tree_sitter_kotlin.language()), ENDLESS.encode())
    with in_time():
        assert "defect" not in whats("a.kt", ENDLESS)


@pytest.mark.parametrize("text", ["val g\n@", "var g\nset(", "val g\n@A(", "class A\n@A"])
def test_a_scanner_that_looks_for_an_end_finds_it_at_the_end_of_the_file(text: str) -> None:
    with in_time():
        assert "defect" not in whats("a.kt", text)


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.cpp", "r(l<>):>p{}{"), ("a.cpp", "void a::(int x) {}"), ("a.php", "<?php #[o)]class g{}")],
)
def test_half_a_declaration_is_no_defect(path: str, text: str) -> None:
    assert "defect" not in whats(path, text)
