"""``pyproject.toml``: what it builds and what it needs.

Tables: https://packaging.python.org/en/latest/specifications/pyproject-toml/ , Poetry
(https://python-poetry.org/docs/pyproject/), PDM (https://pdm-project.org/latest/reference/pep621/) and uv
(https://docs.astral.sh/uv/concepts/projects/dependencies/).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from boundary.extractors._manifests import Scope, Toml, group_scope, located, text, texts
from boundary.extractors._requirement import ECOSYSTEM, placed, requirement
from boundary.facts import Dependency, Package
from boundary.source import Source

FORMAT = "pyproject"

_PROJECT_ROOT = "file:///${PROJECT_ROOT}/"


def matches(path: str) -> bool:
    """A file called ``pyproject.toml``."""
    return PurePosixPath(path).name == "pyproject.toml"


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The package, then its dependencies; nothing for a file that only configures tools."""
    toml = Toml(source)
    project, poetry, workspace = (toml.table(*path) for path in (("project",), ("tool", "poetry"), _WORKSPACE))
    if not (project or poetry or workspace):
        return
    home = ("project",) if text(project, "name") else ("tool", "poetry") if poetry else _WORKSPACE
    yield Package(
        ECOSYSTEM,
        text(project, "name") or text(poetry, "name"),
        text(project, "version") or text(poetry, "version"),
        modules=tuple(dict.fromkeys(_modules(toml))),
        members=texts(workspace.get("members")),
        line=toml.line(*home, "name"),
    )
    yield from _standard(toml)
    yield from _poetry(toml)


_WORKSPACE = ("tool", "uv", "workspace")


def _modules(toml: Toml) -> Iterator[str]:
    """Import roots that the build tools' tables name, folders taken off."""
    packages = toml.table("tool", "poetry").get("packages")
    for entry in packages if isinstance(packages, list) else ():
        yield from filter(None, [text(entry, "include").partition("/")[0]])
    found = toml.table("tool", "setuptools")
    yield from (*texts(found.get("packages")), *texts(found.get("py-modules")))
    for path in texts(toml.table("tool", "hatch", "build", "targets", "wheel").get("packages")):
        yield path.rstrip("/").rpartition("/")[2]
    yield from filter(None, [text(toml.table("tool", "flit", "module"), "name")])


def _standard(toml: Toml) -> Iterator[Dependency]:
    """What the standard's tables, and those of PDM and uv in the same notation, need."""
    lists: list[tuple[tuple[str, ...], Scope]] = [(("project", "dependencies"), "runtime")]
    lists += [
        (("project", "optional-dependencies", group), group_scope(group))
        for group in toml.table("project", "optional-dependencies")
    ]
    lists += [(("dependency-groups", group), "dev") for group in toml.table("dependency-groups")]
    pdm = ("tool", "pdm", "dev-dependencies")
    lists += [((*pdm, group), "dev") for group in toml.table(*pdm)]
    lists += [(("tool", "uv", "dev-dependencies"), "dev"), (("build-system", "requires"), "build")]
    sources = toml.table("tool", "uv", "sources")
    for path, scope in lists:
        written = toml.table(*path[:-1]).get(path[-1])
        for index, one in enumerate(written if isinstance(written, list) else ()):
            found = _required(one, toml.line(*path, index), scope) if isinstance(one, str) else None
            if found is not None:
                yield _sourced(found, sources)


def _required(one: str, line: int, scope: Scope) -> Dependency | None:
    if one.startswith(("-e ", "--editable ")):
        return placed("", one.partition(" ")[2].strip().replace(_PROJECT_ROOT, "file:"), line, scope)
    return requirement(one.replace(_PROJECT_ROOT, "file:"), line, scope)


def _sourced(found: Dependency, sources: dict[str, Any]) -> Dependency:
    """A dependency with the source that uv's table gives it; of several, the first that is not an index."""
    given = sources.get(found.name)
    among = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, dict)]
    for table in among:
        other = located(ECOSYSTEM, found.name, {**table, "version": found.spec}, found.line, found.scope)
        if other.origin != "registry":
            return other
    return found


def _poetry(toml: Toml) -> Iterator[Dependency]:
    tables: list[tuple[tuple[str, ...], Scope]] = [(("dependencies",), "runtime"), (("dev-dependencies",), "dev")]
    tables += [
        (("group", group, "dependencies"), "runtime" if group == "main" else group_scope(group))
        for group in toml.table("tool", "poetry", "group")
    ]
    for path, scope in tables:
        for name, written in toml.table("tool", "poetry", *path).items():
            line = toml.line("tool", "poetry", *path, name)
            for one in written if isinstance(written, list) else [written]:
                table = one if isinstance(one, dict) else {"version": one}
                if name != "python":
                    yield located(ECOSYSTEM, name, table, line, scope)
