"""GitHub Actions workflows: the commands of their ``run`` steps, as facts like those of a shell script.

The scope of a fact is the name of its job; ``env`` of the workflow, the job and the step become assignments, and
``working-directory`` the folder. Expressions (``${{ … }}``) stay unknown. Format: "Workflow syntax for GitHub Actions".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from boundary.extract import UnreadableSource
from boundary.extractors import shell
from boundary.facts import Assign, Expr, Fact, Text, Unknown
from boundary.reading.shell import commands, variable

if TYPE_CHECKING:
    from boundary.reading.yaml import Node
    from boundary.source import Source

FORMAT = "github-workflow"

_PLACE = re.compile(r"(^|/)\.github/workflows/[^/]+\.ya?ml$")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
_OTHER_LANGUAGES = ("python", "pwsh", "powershell", "cmd", "node", "perl", "ruby")
_FILLED = "$?"
"""What stands for an expression while the shell is read: a parameter whose value no text tells."""


def matches(path: str) -> bool:
    """Workflows lie in one folder."""
    return _PLACE.search(path) is not None


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a workflow; raises UnreadableSource when it is no YAML."""
    from boundary.reading.yaml import YamlError, document

    try:
        workflow = document(source.text)
    except YamlError as error:
        raise UnreadableSource(error.what, str(error), error.line, error.column) from None
    lines = source.text.split("\n")
    for name, job in workflow.get("jobs").pairs:
        if job.get("steps"):
            yield from _environment(workflow, name.text)
            yield from _environment(job, name.text)
        folder = job.get("defaults", "run", "working-directory") or workflow.get("defaults", "run", "working-directory")
        for step in job.get("steps").items:
            yield from _environment(step, name.text)
            if step.get("run") and not step.get("shell").string.startswith(_OTHER_LANGUAGES):
                yield from _commands(step, name.text, step.get("working-directory") or folder, lines)


def _environment(node: Node, scope: str) -> Iterator[Assign]:
    for name, value in node.get("env").pairs:
        yield Assign(scope, variable(name.text), _text(value), line=name.line)


def _commands(step: Node, scope: str, folder: Node, lines: list[str]) -> Iterator[Fact]:
    run = step.get("run")
    # A block begins on the line below its indicator; only a literal one keeps its lines.
    indicator = lines[run.line - 1][run.column - 1 :][:1]
    first = run.line + (indicator in ("|", ">"))
    for command in commands(_EXPRESSION.sub(_FILLED, run.text), first):
        if indicator != "|":
            command.line = first
        yield from shell.facts([command], scope, _text(folder) if folder else None)


def _text(node: Node) -> Expr:
    return Unknown() if _EXPRESSION.search(node.text) else Text(node.text, node.line)
