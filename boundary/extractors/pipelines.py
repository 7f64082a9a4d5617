"""Pipelines of GitLab, Bitbucket, CircleCI, Azure DevOps, Cloud Build and CodeBuild: the commands of their steps.

As for GitHub's workflows, a job is a function whose name is the scope of its steps; variables of the file and of the
job become assignments. Formats: https://docs.gitlab.com/ci/yaml/ ,
https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/ ,
https://circleci.com/docs/configuration-reference/ ,
https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/ ,
https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from boundary.extractors import _pipeline_tasks as tasks
from boundary.extractors import shell
from boundary.extractors._documents import documents
from boundary.extractors._matrices import varied
from boundary.facts import Assign, Fact, Function, Ref, Text
from boundary.reading.shell import Command, commands
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "pipeline"

_PLACE = re.compile(
    r"(?:^|/)(?:(?:[\w.-]*\.)?gitlab-ci(?:\.[\w.-]+)?\.ya?ml|\.gitlab/ci/[\w./-]+\.ya?ml|bitbucket-pipelines\.ya?ml"
    r"|\.circleci/config\.ya?ml|(?:\.?azure-pipelines|azure-pipeline)[\w.-]*\.ya?ml|\.azure-pipelines/[\w./-]+\.ya?ml"
    r"|buildspec[\w.-]*\.ya?ml|\.woodpecker\.ya?ml|\.drone\.ya?ml|\.travis\.ya?ml)$"
)
_STEPS = frozenset(
    (
        "script",
        "before_script",
        "after_script",
        "run",
        "bash",
        "commands",
        "command",
        "install",
        "after_success",
        "inlineScript",
        "inline",
        "pwsh",
        "powershell",
    )
)
"""Keys whose texts, or whose lists of texts, are commands."""

_ANYWHERE = re.compile(r"(?:^|/)\.?(?:pipelines?|azdo|azure-?devops|azure|ado|devops|ci|build)/[\w./-]*\.ya?ml$")
"""Folders in which pipelines of Azure DevOps stand, which has no place of its own for them."""

_OF_AZURE = frozenset(
    ("trigger", "pr", "pool", "stages", "jobs", "steps", "extends", "schedules", "parameters", "variables")
)
"""Keys of the root of such a pipeline or of a template for one; see its schema, "pipeline"."""

_VARIABLES = frozenset(("variables", "env", "environment"))
_EXPRESSION = re.compile(r"\$\(\w+(?:\.\w+)+\)|\$\{\{[^{}\n]*\}\}|\$\[\[[^\[\]\n]*\]\]|<<[^<>\n]*>>")
_FILLED = "$?"
"""What stands for an expression while the shell is read: a parameter whose value no text tells."""

_DEEPEST = 12


def matches(path: str) -> bool:
    """Each tool has a name or a folder for its pipelines."""
    return _PLACE.search(path) is not None or _ANYWHERE.search(path) is not None


def extract(source: Source) -> Iterator[Fact]:
    """The facts of a pipeline; raises UnreadableSource when it is no YAML."""
    lines = source.text.split("\n")
    named = _PLACE.search(source.path) is not None
    for document in documents(source, certain=named):
        if not named and not _is_of_azure(document):
            continue
        shared = list(_variables(document))
        yield from _steps(document, "", frozenset(name for name, _ in shared), lines)
        yield from _assigned(shared, "")
        for key, job in document.pairs:
            yield from _job(key, job, shared, lines, 0)


def _is_of_azure(document: Node) -> bool:
    """Whether a file in a folder for anything is a pipeline of Azure DevOps, or a template for one."""
    keys = {key.text for key, _ in document.pairs}
    return bool(keys & {"steps", "jobs", "stages", "extends"}) and keys - {"name", "resources"} <= _OF_AZURE


def _job(key: Node, job: Node, around: list[tuple[str, Node]], lines: list[str], depth: int) -> Iterator[Fact]:
    """The steps of a job, and of jobs below it (``jobs``, ``pipelines``, ``stages``, ``phases``)."""
    if depth > _DEEPEST or key.text in _VARIABLES or key.text in _STEPS:
        return
    own = [*around, *_variables(job)]
    names = frozenset(name for name, _ in own)
    found = list(_steps(job, key.text, names, lines))
    if found:
        yield Function(key.text, line=key.line)
        yield from _assigned(own, key.text)
        yield from found
    for inner, value in job.pairs:
        yield from _job(inner, value, own, lines, depth + 1)
    for item in job.items:
        yield from _job(key, item, around, lines, depth + 1)


def _steps(node: Node, scope: str, names: frozenset[str], lines: list[str]) -> Iterator[Fact]:
    for key, value in node.pairs:
        if key.text not in _STEPS:
            continue
        texts = [value, *value.items, value.get("command"), *(one for item in value.items for one in item.items)]
        for text in texts:
            if text.kind == "scalar" and text.string:
                yield from shell.facts(_read(text, lines), scope, None, names, varied(node.get("parallel", "matrix")))
    for where, command in tasks.commands(node):
        yield from shell.facts(commands(_EXPRESSION.sub(_FILLED, command), where.line), scope, None, names)


def _read(node: Node, lines: list[str]) -> list[Command]:
    """The commands of a step. A block begins on the line below its indicator; only a literal one keeps its lines."""
    indicator = lines[node.line - 1][node.column - 1 :][:1] if node.line <= len(lines) else ""
    found = commands(_EXPRESSION.sub(_FILLED, node.text), node.line + (indicator in ("|", ">")))
    for command in found if indicator != "|" else ():
        command.line = node.line + (indicator == ">")
    return found


def _variables(node: Node) -> Iterator[tuple[str, Node]]:
    for key in _VARIABLES:
        for name, value in (*node.get(key).pairs, *node.get(key, "variables").pairs):
            given = value.get("value") if value.kind == "mapping" else value
            if given.kind == "scalar":
                yield name.text, given


def _assigned(found: Iterable[tuple[str, Node]], scope: str) -> Iterator[Assign]:
    for name, value in found:
        if not _EXPRESSION.search(value.text):
            yield Assign(scope, Ref(name), Text(value.text, value.line), line=value.line)
