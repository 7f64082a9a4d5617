"""Runs the examples of a rule: each is a small workspace, laid out in a folder and analysed like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import msgspec

from boundary import rulebook
from boundary.checks.examples import differences
from boundary.checks.rule import Example, Rule
from boundary.discover import Joined, Memory, discover
from boundary.errors import UserError
from boundary.model import Finding, Location, Problem, Status
from boundary.pipeline import Survey

_AFRESH: dict[Status, Status] = {"known": "new"}
_OWN = ".rule"  # where the rule itself lies in the folder of an example, when it is not a shipped one


def faults(rule: Rule) -> Iterator[Problem]:
    """What the examples of a rule say and is not so, each at the example's line of the document."""
    for example in (*rule.bad, *rule.good):
        called = f" ({example.caption})" if example.caption else ""
        try:
            told = list(differences(example, findings(rule, example), rule.mild))
        except UserError as error:
            told = [f"the example cannot run: {error.message}"]
        for what in told:
            yield Problem("configuration", Location(rule.path, example.line), what + called)


def findings(rule: Rule, example: Example) -> tuple[Finding, ...]:
    """What is found in the workspace of an example, by the shipped rules and the rule's own document.

    Those of the clause ``contract`` are asked what changes since the files before, and what they find is new whether
    it is a change or not.
    """
    own = rule.path not in {path for path, _ in rulebook.shipped()}
    with TemporaryDirectory(prefix="boundary-") as name:
        folder = Path(name)
        for path, text in example.sources.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
        workspace = discover([folder])
        if own:
            (folder / _OWN).mkdir()
            copyfile(rule.path, folder / _OWN / "rule.md")
            config = msgspec.structs.replace(workspace.config, rule_paths=(*workspace.config.rule_paths, _OWN))
            workspace = msgspec.structs.replace(workspace, config=config)
        past = Memory({}, example.revisions, example.releases)
        with Survey(workspace, Joined({"": workspace.snapshot()}, past), jobs=1) as survey:
            if rule.clause != "contract":
                return survey.report().findings
            before = Memory({file.path: file.text for file in example.before})
            told = survey.report(base="before", before=before).findings
            return tuple(msgspec.structs.replace(one, status=_AFRESH.get(one.status, one.status)) for one in told)
