"""``composer.json``: packages of PHP (https://getcomposer.org/doc/04-schema.md).

A package that is required comes from the one of the ``repositories`` (https://getcomposer.org/doc/05-repositories.md)
that is called as it is: a folder (``path``) or a clone (``vcs``, ``git``). What ``autoload`` takes from outside of the
package's own folder is used as much as what is required.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from boundary.extract import UnreadableSource
from boundary.extractors._manifests import Origin, Scope
from boundary.facts import Dependency, Package
from boundary.reading.yaml import Node, YamlError, document
from boundary.source import Source

FORMAT = "composer"

_TABLES: dict[str, Scope] = {"require": "runtime", "require-dev": "dev"}
_CLONED = frozenset(("vcs", "git", "github", "gitlab", "bitbucket", "git-bitbucket"))
_SERVES = re.compile(
    r"laravel/(?:lumen-)?framework|symfony/framework-bundle|slim/slim|hyperf/(?:framework|http-server)|cakephp/cakephp"
    r"|yiisoft/(?:yii2|yii)|codeigniter4/framework|laminas/laminas-mvc|mezzio/mezzio|spiral/(?:framework|roadrunner)"
)
"""Frameworks whose application is what ``type: project`` stands for."""


def matches(path: str) -> bool:
    """A file called ``composer.json``."""
    return PurePosixPath(path).name == "composer.json"


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The package, then what it requires, then what it loads from elsewhere. It runs where it is the project of a
    framework, which is never installed into another one."""
    try:
        root = document(source.text)
    except YamlError as error:
        raise UnreadableSource(error.what, str(error), error.line, error.column) from None
    if root.kind != "mapping":
        return
    name, required = root.get("name"), root.get("require").pairs
    serves = any(_SERVES.fullmatch(key.text) for key, _ in required)
    runs = serves or None if root.get("type").string == "project" else False if root.get("type") else None
    modules = tuple(key.text for key, _ in root.get("autoload", "psr-4").pairs)
    yield Package("composer", name.string, root.get("version").string, runs, modules, line=max(name.line, 1))
    repositories = [_repository(one) for one in _each(root.get("repositories"))]
    for table, scope in _TABLES.items():
        for key, value in root.get(table).pairs:
            if "/" in key.text:
                yield _dependency(key, value.string, scope, repositories)
    yield from _outside(root.get("autoload"))


@dataclass(frozen=True, slots=True)
class _Repository:
    """Where packages come from, and the last word of the one that is called as the place is."""

    origin: Origin
    target: str
    called: str

    def gives(self, package: str) -> str:
        """Where a package lies, "" where this is not the place."""
        return self.target if self.called == package.rpartition("/")[2] else ""


def _each(node: Node) -> list[Node]:
    """The entries of a list, or of an object whose keys are names."""
    return [*node.items, *(value for _, value in node.pairs)]


def _repository(node: Node) -> _Repository:
    kind, url = node.get("type").string, node.get("url").string.rstrip("/")
    last = re.split("[/:]", url)[-1].removesuffix(".git")
    if kind == "path":
        return _Repository("path", url, last)
    return _Repository("git", url, last) if kind in _CLONED else _Repository("registry", url, "")


def _dependency(key: Node, wanted: str, scope: Scope, repositories: list[_Repository]) -> Dependency:
    for one in repositories:
        if place := one.gives(key.text):
            return Dependency("composer", key.text, wanted, one.origin, place, scope, line=key.line)
    return Dependency("composer", key.text, wanted, scope=scope, line=key.line)


def _outside(autoload: Node) -> Iterator[Dependency]:
    """Folders and files of others that are loaded without being required."""
    for _, table in autoload.pairs:
        for key, value in table.pairs or [(item, item) for item in table.items]:
            for written in value.strings:
                if posixpath.normpath(written).startswith("../"):
                    name = key.text.strip("\\").replace("\\", ".") if table.pairs else ""
                    yield Dependency("composer", name, "", "path", written.rstrip("/"), line=key.line)
