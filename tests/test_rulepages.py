"""The pages of the rules: every rule is there, every link leads somewhere, and nothing of a document becomes markup."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace
from pages import Page
from ruling import READS

from boundary.checks.catalogue import gather
from boundary.cli import main
from boundary.reporters._rulepages import html, markdown
from boundary.rulebook import shipped

RULES = gather(shipped())[0]


def test_the_page_holds_every_rule_and_all_its_examples() -> None:
    page = Page(html(RULES))
    assert page.open == []
    assert {rule.code for rule in RULES} <= page.ids
    assert {link for link in page.links if link.startswith("#")} == {f"#{rule.code}" for rule in RULES}
    assert page.tags.isdisjoint({"script", "iframe", "link", "img"})
    code = "".join(page.code)
    for rule in RULES:
        assert all(file.text.rstrip("\n") in code for file in rule.bad[0].files)


def test_the_document_holds_every_rule_and_its_headings_are_deeper() -> None:
    text = markdown(RULES)
    heads = re.findall(r"^## ([A-Z]+\d+) ", text, re.MULTILINE)
    assert heads == [rule.code for rule in RULES]
    links = re.findall(r"\]\(#([^)]+)\)", text)
    assert sorted(links) == sorted(f"{rule.code} {rule.name}".lower().replace(" ", "-") for rule in RULES)
    assert text.count("\n#### Bad\n") == len(RULES)


def test_what_somebody_writes_into_a_document_stays_text() -> None:
    body = "# <b>x</b>\n\n<script>alert(1)</script> [y](javascript:alert(1)) | \x1b\n\n````\n# kept\n```\n# too\n````\n# last"
    hostile = replace(READS, title='<i>"|', body=body)
    page = html([hostile])
    parsed = Page(page)
    assert parsed.tags.isdisjoint({"script", "b", "i"})
    assert "\x1b" not in page
    assert not any(link.startswith("javascript") for link in parsed.links)
    assert "".join(parsed.code) == "# kept\n```\n# too\n"
    assert "### last" in markdown([hostile])
    assert '<i>"\\|' in markdown([hostile])


@pytest.mark.parametrize(
    ("format_", "start"), [("markdown", "# The rules"), ("html", "<!DOCTYPE html>"), ("json", "{")]
)
def test_pages_of_some_rules(format_: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "TOP", "--format", format_]) == 0
    out = capsys.readouterr().out
    assert out.startswith(start)
    assert "service-cycle" in out
    assert "foreign-table-read" not in out
    assert format_ != "json" or {rule["code"][:3] for rule in json.loads(out)["rules"]} == {"TOP"}
