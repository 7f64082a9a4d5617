"""``samconfig.toml`` and ``samconfig.yaml``: what ``sam deploy`` gives to the parameters of the template beside.

Parameters come as one text, as a list of texts or as a table; those of all commands (``global``) count where those of
``deploy`` say nothing. Specification:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from boundary.extractors._documents import documents, tables
from boundary.facts import Record, Text
from boundary.facts.infra import Block
from boundary.reading import toml
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "samconfig"

_NAME = re.compile(r"samconfig(?:[.-][\w-]+)?\.(?:toml|ya?ml)")
_COMMANDS = ("global", "deploy")
_TEMPLATE = ("template_file", "template")
_LONG = re.compile(
    r"ParameterKey=(?P<key>\w+),\s*ParameterValue=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|'(?P<single>[^']*)'|(?P<bare>\S*))"
)
_SHORT = re.compile(r"(?P<key>\w+)=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|'(?P<single>[^']*)'|(?P<bare>\S*))")


class _Given(NamedTuple):
    """A parameter, what it is given, and the line."""

    name: str
    value: str
    line: int


def matches(path: str) -> bool:
    """The names that ``sam`` looks for, and ``samconfig-prod.toml`` for ``--config-file``."""
    return _NAME.fullmatch(PurePosixPath(path).name) is not None


def extract(source: Source) -> Iterator[Block]:
    """One block for each environment that gives parameters."""
    read = _of_toml if source.path.endswith(".toml") else _of_yaml
    for environment, template, given in read(source):
        last = {one.name: one for one in given}.values()
        if last:
            body = Record(tuple((Text(one.name, one.line), Text(one.value, one.line)) for one in last))
            yield Block("cloudformation", "given", environment, template, body, line=min(one.line for one in last))


_Environments = Iterator[tuple[str, str, list[_Given]]]


def _of_toml(source: Source) -> _Environments:
    document, lines = tables(source)
    for environment, commands in document.items():
        template, given = "", list[_Given]()
        for command in _COMMANDS:
            said = _below(commands, command, "parameters")
            path: toml.Path = (environment, command, "parameters", "parameter_overrides")
            given += _parameters(_below(said, "parameter_overrides"), path, lines)
            template = next((one for key in _TEMPLATE if isinstance(one := _below(said, key), str)), template)
        yield environment, template, given


def _below(of: Any, *keys: str) -> Any:
    for key in keys:
        of = of.get(key) if isinstance(of, dict) else None
    return of


def _parameters(said: Any, path: toml.Path, lines: dict[toml.Path, int]) -> Iterator[_Given]:
    here = lines.get(path, 1)
    if isinstance(said, str):
        yield from _split(said, here)
    elif isinstance(said, list):
        for at, one in enumerate(said):
            yield from _split(one, lines.get((*path, at), here)) if isinstance(one, str) else ()
    elif isinstance(said, dict):
        for key, one in said.items():
            if isinstance(one, str | int | float):
                yield _Given(key, str(one), lines.get((*path, key), here))


def _split(said: str, line: int) -> Iterator[_Given]:
    """The parameters of a text, in either of the two forms that the command takes."""
    for found in (_LONG if "ParameterKey=" in said else _SHORT).finditer(said):
        quoted = found["quoted"]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found["single"] or found["bare"] or ""
        yield _Given(found["key"], value, line)


def _of_yaml(source: Source) -> _Environments:
    for document in documents(source, certain=True)[:1]:
        for environment, commands in document.pairs:
            template, given = "", list[_Given]()
            for command in _COMMANDS:
                said = commands.get(command, "parameters")
                given += _listed(said.get("parameter_overrides"))
                template = next((one for key in _TEMPLATE if (one := said.get(key).string)), template)
            yield environment.text, template, given


def _listed(said: Node) -> Iterator[_Given]:
    for one in said.items or (said,):
        if one.kind == "scalar":
            yield from _split(one.text, one.line)
        for key, value in one.pairs:
            if value.kind == "scalar":
                yield _Given(key.text, value.text, key.line)
