"""GitHub Actions workflows: the commands of their ``run`` steps, as facts like those of a shell script.

A job is a function without parameters, whose name is the scope of its steps; ``env`` of the workflow, the job and the
step become assignments, and ``working-directory`` the folder. Steps of a matrix are told for each of its runs; other
expressions (``${{ … }}``) stay unknown. Folders into which other repositories are checked out are those. Format:
"Workflow syntax for GitHub Actions".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from boundary.extract import UnreadableSource
from boundary.extractors import shell
from boundary.extractors._checkouts import checkouts, moved, placed, versions
from boundary.extractors._matrices import Run, filled, runs, varies
from boundary.facts import Assign, Expr, Fact, Function, Join, Ref, Text, Unknown
from boundary.reading.shell import Command, commands

if TYPE_CHECKING:
    from boundary.reading.yaml import Node
    from boundary.source import Source

FORMAT = "github-workflow"

_PLACE = re.compile(r"(^|/)\.github/workflows/[^/]+\.ya?ml$")
_EXPRESSION = re.compile(r"\$\{\{(?:(?!\$\{\{|\}\})[^\n])*+\}\}")
_LONGEST, _MOST = 300, 50
"""Characters of a variable that is put into commands, and places where it is."""
_OF_STEP = re.compile(r"\$\{\{\s*steps\.")
_PUSHES = re.compile(r"docker/build-push-action@")
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
            yield Function(name.text, line=name.line)
            yield from versions(job)
            yield from _job(workflow, job, name.text, lines)


def _job(workflow: Node, job: Node, scope: str, lines: list[str]) -> Iterator[Fact]:
    around = [*workflow.get("env").pairs, *job.get("env").pairs]
    yield from _environment(around, scope)
    folder = job.get("defaults", "run", "working-directory") or workflow.get("defaults", "run", "working-directory")
    matrix, others = runs(job.get("strategy", "matrix")), checkouts(job)
    for step in job.get("steps").items:
        own = step.get("env").pairs
        yield from _environment(own, scope)
        if step.get("run") and not step.get("shell").string.startswith(_OTHER_LANGUAGES):
            place = step.get("working-directory") or folder
            names = frozenset(name.text for name, _ in (*around, *own))
            written = _with_variables(step.get("run").text, [*around, *own])
            told: dict[tuple[str, str], None] = {}
            for run in matrix:
                texts = filled(written, run), placed(filled(place.text, run), others)
                if texts not in told:
                    told[texts] = None
                    found = [moved(one, others) for one in _commands(step.get("run"), texts[0], lines)]
                    yield from shell.facts(found, scope, _text(place, texts[1]) if place else None, names)

        for run in matrix if _PUSHES.match(step.get("uses").text) else ():
            yield from shell.facts(_pushed(step.get("with"), run), scope, None, frozenset())


def _with_variables(text: str, pairs: list[tuple[Node, Node]]) -> str:
    """The commands of a step with what those variables hold that differ from run to run."""
    for name, value in pairs:
        if varies(value.text) and len(value.text) < _LONGEST and name.text in text:
            plain, meant = re.escape(name.text), value.text.replace("\\", r"\\")
            text = re.sub(rf"\$(?:{plain}\b|\{{{plain}\}})", meant, text, count=_MOST)
    return text


def _pushed(given: Node, run: Run) -> list[Command]:
    """What an action that builds an image pushes, as the command that would do so. A version that a step of the run
    finds out may be another one in each run."""
    tags = (
        re.split(r"[\n,]", filled(given.get("tags").text, run)) if given.get("push").string not in ("", "false") else ()
    )
    named = [_EXPRESSION.sub(_FILLED, tag.strip()) for tag in tags if ":" in tag and not _OF_STEP.search(tag)]
    return [one for tag in named for one in commands(f'docker push "{tag}"', given.get("tags").line)]


def _environment(pairs: Iterable[tuple[Node, Node]], scope: str) -> Iterator[Assign]:
    for name, value in pairs:
        yield Assign(scope, Ref(name.text), _text(value, value.text), line=name.line)


def _commands(run: Node, text: str, lines: list[str]) -> list[Command]:
    """The commands of a step, by its text in one run.

    A block begins on the line below its indicator; only a literal one keeps its lines.
    """
    indicator = lines[run.line - 1][run.column - 1 :][:1]
    first = run.line + (indicator in ("|", ">"))
    found = commands(_EXPRESSION.sub(_FILLED, text), first)
    for command in found if indicator != "|" else ():
        command.line = first
    return found


def _text(node: Node, text: str) -> Expr:
    """A text with what an expression leaves open in it."""
    around = _EXPRESSION.split(text)
    if len(around) == 1 or not any(around):
        return Text(text, node.line) if len(around) == 1 else Unknown()
    parts: list[Expr] = [Text(around[0], node.line)] if around[0] else []
    for piece in around[1:]:
        parts += [Unknown(), Text(piece, node.line)] if piece else [Unknown()]
    return Join(tuple(parts))
