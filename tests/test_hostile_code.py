"""Code of the languages read by grammars, meant to harm or merely odd: an answer, in time, and nobody else's loss."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_hostile import check, lay

from boundary.extract import extract, extractors
from boundary.source import Source

JAVA = {
    "a prefix of settings that is a constant of the same class": """
        import org.springframework.boot.context.properties.ConfigurationProperties;
        @ConfigurationProperties(Shop.PREFIX)
        class Shop { static final String PREFIX = "shop"; String url; Shop() { use(url); } }
    """,
}


@pytest.mark.parametrize("code", JAVA.values(), ids=JAVA)
def test_definitions_by_each_other_end_no_following(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = check(lay(tmp_path, {"a/Dockerfile": "FROM eclipse-temurin\n", "a/src/Shop.java": code}), capsys)
    assert status == 0
    assert "followed" not in said


def test_what_is_too_deep_is_not_followed_at_its_own_place_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = "".join(f"A{i} = A{i + 1} + 'x'\n" for i in range(2_000)) + "A2000 = 'x'\n"
    plain = "import requests\ndef get(url):\n requests.get(url)\nget('http://other.example/x')\n"
    files = {"a/Dockerfile": "FROM python\nCMD python z.py\n", "a/a.py": deep, "a/z.py": plain}
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
