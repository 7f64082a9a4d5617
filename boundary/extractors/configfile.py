"""JSON and TOML files that a program reads as its own configuration: ``config.json``, ``service-config.json``,
``appsettings.Development.json``, ``config/production.json``, ``settings.toml`` …

As for YAML (``appconfig``) one ``Setting`` for each scalar, under the keys above it joined by dots. JSON and TOML are
written by many tools too, and hold data: only files that are called a configuration, or lie in a folder that is, are
taken, and none that a tool knows by its name. Comments and trailing commas are read, since the readers of .NET and of
most programs allow them. Formats: RFC 8259; https://toml.io/en/v1.0.0 .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from boundary.extract import UnreadableSource
from boundary.extractors._documents import leaves, peek, tables
from boundary.facts import Setting
from boundary.model import Value
from boundary.reading import jsonc, toml, yaml
from boundary.reading.interpolate import application
from boundary.reading.profiles import of_name, of_variables, variables
from boundary.source import Source

FORMAT = "configfile"

MOST = 2000
"""Settings of one file; a longer file holds data."""

LONGEST = 20_000
"""Characters of one setting; a longer one is a document of its own."""

_CALLED = re.compile(
    r"(?:.*[._-])?(?:config|configuration|conf|settings|appsettings|properties|options|endpoints|servers?|services?"
    r"|ocelot)"
    r"(?:[._-][\w.-]+)?\.(json|toml)$|.*(?:[Cc]onfig|[Ss]ettings)\.(json|toml)$",
    re.IGNORECASE,
)
_FOLDERS = frozenset(("config", "configs", "configuration", "conf", "settings", "etc"))
_TOOLS = re.compile(
    r"\.|(?:ts|js|deno|biome|knip|cspell|cdk|samconfig|rustfmt|clippy|netlify|wrangler|fly|book|pyproject|poetry|uv"
    r"|cargo|nx|lerna|babel|jest|tslint|typedoc|webpack|vercel|firebase|angular|renovate|release-please|commitlint"
    r"|prettier|eslint|stylelint|launchsettings|global|nodemon|ormconfig|api-extractor|tailwind|capacitor|components"
    r"|expo|vitest|cypress|playwright|lighthouse\w*|sonar\w*|codegen|language-configuration|buildconfig"
    r")(?:[._-].*|config.*)?\.(?:json|toml)$|.*(?:schema|lock|metadata|manifest|swagger|openapi|i18n|dashboard)"
    r"(?:[._-].*)?\.json$",
    re.IGNORECASE,
)
_TOOL_KEYS = frozenset(("$schema", "compilerOptions", "AWSTemplateFormatVersion", "panels"))
_CONTRACT_KEYS = frozenset(("openapi", "swagger"))


def matches(path: str) -> bool:
    """Files of configuration by their name, or by the folder that they lie in; no tool's."""
    pure = PurePosixPath(path)
    if pure.suffix.lower() not in (".json", ".toml") or _TOOLS.match(pure.name):
        return False
    hidden = any(part.startswith(".") for part in pure.parts) or "node_modules" in pure.parts
    return not hidden and (_CALLED.match(pure.name) is not None or pure.parent.name.lower() in _FOLDERS)


def extract(source: Source) -> Iterator[Setting]:
    """The settings of a file; nothing for data: a list, or more settings than any program has."""
    read = _of_toml if source.path.lower().endswith(".toml") else _of_json
    found = list(islice(read(source), MOST + 1))
    if len(found) <= MOST:
        yield from variables(found) if of_variables(source.path) else found


def _of_json(source: Source) -> Iterator[Setting]:
    try:
        document = yaml.document(jsonc.plain(peek(source)))
    except yaml.YamlError as error:
        if _CALLED.match(source.name):
            raise UnreadableSource(error.what, str(error), error.line, error.column) from None
        return
    keys = {key.text for key, _ in document.pairs}
    contract = any(document.get(key).kind == "scalar" for key in keys & _CONTRACT_KEYS)
    if document.kind != "mapping" or contract or keys & _TOOL_KEYS or {"apiVersion", "kind"} <= keys:
        return
    for key, node, value in leaves(document, lambda node: _value(node.text)):
        yield Setting("json", key, value, of_name(source.path), line=node.line, column=node.column)


def _of_toml(source: Source) -> Iterator[Setting]:
    document, lines = tables(source)
    for path, value in _scalars(document, ()):
        key = ".".join(str(part) for part in path)
        yield Setting("toml", key, _value(value), line=lines.get(path, 1))


def _scalars(value: Any, above: toml.Path) -> Iterator[tuple[toml.Path, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _scalars(inner, (*above, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _scalars(inner, (*above, number))
    else:
        yield above, str(value).lower() if isinstance(value, bool) else str(value)


def _value(text: str) -> Value:
    return application(text) if len(text) <= LONGEST else Value.of(text[:LONGEST])
