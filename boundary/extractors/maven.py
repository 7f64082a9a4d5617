"""Maven's ``pom.xml`` (https://maven.apache.org/pom.html).

A package is called by its artifact, as services are. A dependency is called so too when its group is of the same
organisation (the first two words of the group, three of a host of code), else by group and artifact: many strangers
have a ``common``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._manifests import Scope
from boundary.extractors._xml import Element, read
from boundary.facts import Dependency, Package
from boundary.source import Source

FORMAT = "maven"

_HOLE = re.compile(r"\$\{([\w.-]+)\}")
_STARTERS = frozenset(
    ("spring-boot-maven-plugin", "quarkus-maven-plugin", "micronaut-maven-plugin", "jib-maven-plugin")
)
_LONGEST = 200
"""Characters of a text that is filled in or filled with; nobody's version is longer."""
_SCOPES: dict[str, Scope] = {"test": "dev", "provided": "build", "system": "build"}


def matches(path: str) -> bool:
    """A file called ``pom.xml``."""
    return PurePosixPath(path).name == "pom.xml"


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The artifact, its parent as what it is built with, then its dependencies."""
    root = read(source.data)
    if root.name != "project":
        return
    known = _properties(root)
    artifact = next(root.all("artifactId"), root)
    yield Package(
        "maven",
        artifact.text if artifact is not root else "",
        _filled(root.value("version") or root.value("parent", "version"), known),
        True if _starts(root) else None,
        members=tuple(module.text for module in root.all("modules", "module") if module.text),
        line=artifact.line,
    )
    for parent in root.all("parent"):
        yield _dependency(parent, known, "build")
    for one in root.all("dependencies", "dependency"):
        scope = _SCOPES.get(one.value("scope"), "optional" if one.value("optional") == "true" else "runtime")
        yield _dependency(one, known, scope)
    yield from _outside(root, known)


def named(group: str, artifact: str, own: str) -> str:
    """How a dependency is called by an artifact of the group ``own``."""
    return artifact if organisation(group) == organisation(own) else f"{group}:{artifact}"


def organisation(name: str) -> tuple[str, ...]:
    """The words of a group or package that say whose it is; where code is hosted for others, a word more."""
    words = name.split(".")
    return tuple(words[: 3 if words[1:2] in (["github"], ["gitlab"]) else 2])


def _dependency(one: Element, known: dict[str, str], scope: Scope) -> Dependency:
    group, artifact = _filled(one.value("groupId"), known), _filled(one.value("artifactId"), known)
    name = named(group, artifact, known["project.groupId"])
    return Dependency("maven", name, _filled(one.value("version"), known), scope=scope, line=one.line)


def _outside(root: Element, known: dict[str, str]) -> Iterator[Dependency]:
    """Archives by their paths, and sources that are compiled from folders outside of the module."""
    archives = [one for each in root.all("dependencies", "dependency") for one in each.all("systemPath")]
    helpers = (
        one for one in root.all("build", "plugins", "plugin") if one.value("artifactId") == "build-helper-maven-plugin"
    )
    added = [
        source
        for helper in helpers
        for run in helper.all("executions", "execution")
        if any(goal.text == "add-source" for goal in run.all("goals", "goal"))
        for source in run.all("configuration", "sources", "source")
    ]
    for one in (*archives, *root.all("build", "sourceDirectory"), *added):
        target = re.sub(r"^\$\{(?:project\.)?basedir\}/", "", _filled(one.text, known))
        if target.startswith("../"):
            yield Dependency("maven", "", origin="path", target=target, line=one.line)


def _properties(root: Element) -> dict[str, str]:
    """What ``${…}`` may stand for in this file, one property in another filled in once."""
    own = {
        f"project.{key}": root.value(key) or root.value("parent", key) for key in ("groupId", "artifactId", "version")
    }
    own |= {one.name: one.text for table in root.all("properties") for one in table.children}
    return {key: _filled(value, own) for key, value in own.items()}


def _filled(text: str, known: dict[str, str]) -> str:
    if len(text) > _LONGEST:
        return text
    return _HOLE.sub(lambda hole: known.get(hole[1], hole[0])[:_LONGEST], text)


def _starts(root: Element) -> bool:
    """Whether something that can be started is built here and not only prepared for modules."""
    if root.value("packaging") == "pom":
        return False
    plugins = [one for one in root.all("build", "plugins", "plugin") if one.value("configuration", "skip") != "true"]
    return root.value("packaging") == "war" or any(one.value("artifactId") in _STARTERS for one in plugins)
