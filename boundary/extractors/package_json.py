"""``package.json``: packages of npm, Yarn and pnpm (https://docs.npmjs.com/cli/configuring-npm/package-json)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath

from boundary.extract import UnreadableSource
from boundary.extractors import shell
from boundary.extractors._manifests import GIT, Scope
from boundary.facts import Dependency, Fact, Package, PathAlias
from boundary.reading.shell import commands
from boundary.reading.yaml import Node, YamlError, document
from boundary.source import Source

FORMAT = "package_json"

_TABLES: dict[str, Scope] = {
    "dependencies": "runtime",
    "devDependencies": "dev",
    "optionalDependencies": "optional",
    "peerDependencies": "optional",
}
_PATH = re.compile(r"(?:file:(?://(?=[./~]))?|link:|portal:|(?=\.{1,2}/)|(?=[~/]))(.*)")
_DEEPEST = 4
"""Conditions in conditions."""
_FOR_DEVELOPERS = re.compile(
    r"(?:^|[:._-])(?:dev|develop|test|tests|e2e|local|lint|format|watch|debug|mock|demo|example|storybook)(?:$|[:._-])"
)
"""Names of scripts that run on the machine of a developer alone."""

_SHORT = re.compile(r"[\w.-]+/[\w.-]+(?:#.*)?")


def matches(path: str) -> bool:
    """A file called ``package.json``."""
    return PurePosixPath(path).name == "package.json"


def extract(source: Source) -> Iterator[Fact]:
    """The package, then its dependencies, then the names that it has for paths of its own
    (https://nodejs.org/api/packages.html#subpath-imports), then the commands of its scripts. It runs when it can be
    started; a workspace's root starts its members."""
    try:
        root = document(source.text)
    except YamlError as error:
        raise UnreadableSource(error.what, str(error), error.line, error.column) from None
    name, workspaces = root.get("name"), root.get("workspaces")
    members = workspaces.strings or workspaces.get("packages").strings
    tables = [(table, scope) for table, scope in _TABLES.items() if root.get(table).pairs]
    if name or members or tables:
        starts = bool(root.get("scripts", "start")) and not members
        runs, version = True if starts else None, root.get("version").string
        yield Package("npm", name.string, version, runs, members=members, line=max(name.line, 1))
    for table, scope in tables:
        for key, value in root.get(table).pairs:
            yield _dependency(key, value.string, scope)
    for key, value in root.get("imports").pairs:
        targets = tuple(normpath(target) for target in _targets(value, 0) if target.startswith("."))
        if targets:
            yield PathAlias(key.text, targets, line=key.line, column=key.column)
    for key, value in root.get("scripts").pairs:
        if not _FOR_DEVELOPERS.search(key.text):
            yield from shell.facts(commands(value.string, value.line))


def _targets(value: Node, depth: int) -> Iterator[str]:
    """The targets of a name, whatever the condition."""
    if value.string:
        yield value.string
    for inner in (*value.items, *(one for _, one in value.pairs)) if depth < _DEEPEST else ():
        yield from _targets(inner, depth + 1)


def _dependency(key: Node, written: str, scope: Scope) -> Dependency:
    name, line = key.text, key.line
    if path := _PATH.fullmatch(written):
        return Dependency("npm", name, "", "path", path[1], scope, line=line)
    if written.startswith("workspace:"):
        within = written.removeprefix("workspace:")
        if "/" in within:
            return Dependency("npm", name, "", "workspace", within, scope, line=line)
        return Dependency("npm", name, within, "workspace", "", scope, line=line)
    if written.startswith("npm:"):
        other, _, spec = written.removeprefix("npm:").rpartition("@")
        return Dependency("npm", other or spec, spec if other else "", scope=scope, line=line)
    if GIT.match(written) or _SHORT.fullmatch(written):
        return Dependency("npm", name, "", "git", written, scope, line=line)
    if "://" in written:
        return Dependency("npm", name, target=written, scope=scope, line=line)
    return Dependency("npm", name, written, scope=scope, line=line)
