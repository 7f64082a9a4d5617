"""The rule documents as pages: an index by clause, then each rule as it stands in its document.

Markdown is that of CommonMark (https://spec.commonmark.org/) without raw HTML, which a document of somebody else's
could bring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from boundary.reporters._html import page, table, tag, text
from boundary.reporters._safe import printable

if TYPE_CHECKING:
    from boundary.checks.rule import Rule

_TITLE = "The rules of boundary"


def markdown(rules: Sequence[Rule]) -> str:
    """All rules as one Markdown document; headings of a rule's own are one level deeper than there."""
    lines = [f"# {_TITLE}", ""]
    for clause, group in _by_clause(rules):
        lines += [f"## {clause}", "", "| code | name | severity | what is found |", "| --- | --- | --- | --- |"]
        lines += [f"| [{r.code}](#{_anchor(r)}) | {r.name} | {r.severity} | {_cell(r.title)} |" for r in group]
        lines.append("")
    for rule in rules:
        lines += [
            f"## {rule.code} {rule.name}",
            "",
            f"Clause {rule.clause}, severity {rule.severity}.{_mended(rule)}",
            "",
        ]
        lines += [*_deeper(rule.body.strip()), ""]
    return "\n".join(lines)


def html(rules: Sequence[Rule]) -> str:
    """All rules as one page of HTML."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    body = [tag("h1", text(_TITLE)), "\n"]
    for clause, group in _by_clause(rules):
        rows = [
            [
                tag("a", tag("code", text(rule.code)), href=f"#{rule.code}"),
                text(rule.name),
                tag("span", text(rule.severity), class_=rule.severity),
                text(rule.title),
            ]
            for rule in group
        ]
        body += [tag("h2", text(clause)), "\n", table(["code", "name", "severity", "what is found"], rows)]
    for rule in rules:
        head = f"{tag('code', text(rule.code))} {text(rule.name)}"
        told = f"Clause {text(rule.clause)}, severity {tag('span', text(rule.severity), class_=rule.severity)}."
        told += text(_mended(rule))
        prose = reader.render("\n".join(_plain(line) for line in _deeper(rule.body.strip())))
        body += [tag("section", f"{tag('h2', head)}\n{tag('p', told)}\n{prose}", id=rule.code), "\n"]
    return page(_TITLE, "".join(body))


def _by_clause(rules: Iterable[Rule]) -> Iterable[tuple[str, list[Rule]]]:
    ordered = sorted(rules, key=lambda rule: (rule.clause, rule.code))
    return [(clause, list(group)) for clause, group in groupby(ordered, key=lambda rule: rule.clause)]


def _mended(rule: Rule) -> str:
    """Whether `boundary fix` has a rewrite for it."""
    if not rule.rewrite:
        return ""
    return f" `boundary fix{' --unsafe-fixes' if rule.unsafe else ''}` mends it where that is certain to be right."


def _plain(line: str) -> str:
    """A line without controls; tabs stay, which code is indented by."""
    return "\t".join(map(printable, line.split("\t")))


def _anchor(rule: Rule) -> str:
    """How forges call a heading: small letters, blanks as hyphens."""
    return f"{rule.code} {rule.name}".lower().replace(" ", "-")


def _cell(words: str) -> str:
    return printable(words).replace("\\", "\\\\").replace("|", "\\|")


def _deeper(body: str) -> list[str]:
    """The lines of a document's body with its headings two levels deeper, those of code left as they are."""
    lines: list[str] = []
    fence = ""
    for line in body.split("\n"):
        mark = line[: len(line) - len(line.lstrip("`~"))]
        if len(mark) >= 3 and (not fence or (mark.startswith(fence) and line.strip() == mark)):
            fence = "" if fence else mark
        lines.append(f"##{line}" if line.startswith("#") and not fence else line)
    return lines
