"""Charts with what they are made of: metadata, values, templates, and the charts that they depend on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boundary.facts import Packaging
from boundary.reading import yaml
from boundary.reading.gotemplate.collections import copied
from boundary.reading.typed import typed
from boundary.resolve.files import ancestors, folder, inside
from boundary.resolve.packaging.places import Places
from boundary.resolve.packaging.registry import Registry

DEEPEST = 8
"""Charts inside charts."""

DEEPEST_PATH = 50
"""Steps of a path to one value."""

_MOST_ITEMS = 1_000
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,4})\]")
_NAME = re.compile(r"^[ \t]*-?[ \t]*name:[ \t]*[\"']?([\w-]+)", re.MULTILINE)


@dataclass(slots=True)
class Chart:
    """A chart by the path of its ``Chart.yaml``; ``lines`` tells where that names a dependency.

    ``templates`` are its own, ``parts`` the charts in its ``charts`` folder by their names, ``variants`` further files
    of values beside it.
    """

    path: str
    meta: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Chart] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Where the chart lies."""
        return folder(self.path)

    @property
    def name(self) -> str:
        """What the chart calls itself."""
        return str(self.meta.get("name") or posixpath.basename(self.folder) or "chart")

    @property
    def library(self) -> bool:
        """Whether it only defines templates for others."""
        return self.meta.get("type") == "library"


@dataclass(frozen=True, slots=True)
class Part:
    """A chart within a release: with its name there and the values that it gets. Without a ``chart`` it is one that
    lies elsewhere."""

    name: str
    kind: str
    chart: Chart | None
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All charts by their folders, and the folders of those that are parts of others: theirs, or taken in from where
    they lie."""

    charts: dict[str, Chart]
    taken: frozenset[str]

    def alone(self) -> list[Chart]:
        """The charts that stand on their own."""
        return [chart for where, chart in self.charts.items() if where not in self.taken and not chart.library]


def charts(texts: Mapping[str, Packaging], places: Places) -> Shelf:
    """The charts of a workspace, with their values at their places."""
    found: dict[str, Chart] = {}
    for path, fact in sorted(texts.items()):
        if fact.kind == "chart" and posixpath.basename(path).startswith("Chart."):
            found[folder(path)] = Chart(path, mapping(fact.text), _lines(fact.text))
    for path, fact in sorted(texts.items()):
        home = next((found[above] for above in ancestors(path) if above in found), None)
        if home is not None:
            _add(home, path.removeprefix(home.folder + "/") if home.folder else path, path, fact, places)
    taken: set[str] = set()
    for where, chart in found.items():
        above, _, last = where.rpartition("/charts/")
        if last and "/" not in last and above in found:
            found[above].parts[chart.name] = chart
            taken.add(where)
        for one in dependencies(chart):
            local = _local(where, str(one.get("repository") or ""))
            if local in found and local != where and chart.name != found[local].name:
                chart.parts[str(one.get("name"))] = found[local]
                taken.add(local)
    registry = Registry(found.values())
    for chart in found.values():
        for one in dependencies(chart):
            name, repository = str(one.get("name")), str(one.get("repository") or "")
            part = None if repository.startswith("file:") else registry.find(name, str(one.get("version") or ""))
            if part is not None and part is not chart and name not in chart.parts:
                chart.parts[name] = part
                taken.add(part.folder)
    return Shelf(found, frozenset(taken))


def _lines(text: str) -> dict[str, int]:
    return {match[1]: text.count("\n", 0, match.start()) + 1 for match in _NAME.finditer(text)}


def _add(chart: Chart, relative: str, path: str, fact: Packaging, places: Places) -> None:
    if fact.kind == "template" and relative.startswith("templates/"):
        chart.templates[path] = fact.text
    elif fact.kind == "values" and re.fullmatch(r"values\.ya?ml", relative):
        chart.values = mapping(fact.text, path, places)
    elif fact.kind == "values" and not relative.startswith(("templates/", "charts/")):
        chart.variants[path] = fact.text
    elif fact.kind == "chart" and relative.startswith("requirements."):
        chart.meta.setdefault("dependencies", mapping(fact.text).get("dependencies"))


def _local(where: str, repository: str) -> str | None:
    return inside(where, repository.removeprefix("file://")) if repository.startswith("file://") else None


def dependencies(chart: Chart) -> list[dict[str, Any]]:
    """The dependencies that a chart declares."""
    listed = chart.meta.get("dependencies")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def parts(chart: Chart, values: dict[str, Any]) -> list[Part]:
    """The charts that a chart brings with these values, with the values that each gets."""
    declared = dependencies(chart)
    names = {str(one.get("name")) for one in declared}
    everything = [*declared, *({"name": name} for name in chart.parts if name not in names)]
    found = []
    for one in everything:
        name = str(one.get("name"))
        called = str(one.get("alias") or name)
        part = chart.parts.get(name)
        if not _enabled(one, values):
            continue
        given = overlaid(part.values if part else {}, values.get(called))
        shared = overlaid(given.get("global"), values.get("global"))
        found.append(Part(called, name, part, {**given, "global": shared}))
    return found


def _enabled(dependency: dict[str, Any], values: dict[str, Any]) -> bool:
    """By the first condition that is set, else by the tags, else yes."""
    for path in str(dependency.get("condition") or "").split(","):
        found: Any = values
        for key in path.strip().split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, bool):
            return found
    tags, set_ = dependency.get("tags"), values.get("tags")
    told = [set_[tag] for tag in tags if tag in set_] if isinstance(tags, list) and isinstance(set_, dict) else []
    return any(told) if told else True


def overlaid(below: Any, above: Any, depth: int = 0) -> dict[str, Any]:
    """Values with others laid over them; a null takes a key away."""
    found = dict(below) if isinstance(below, dict) else {}
    for key, value in above.items() if isinstance(above, dict) else ():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(found.get(key), dict) and depth < 100:
            found[key] = overlaid(found[key], value, depth + 1)
        else:
            found[key] = value
    return copied(found) if depth == 0 else found


def mapping(text: str, path: str = "", places: Places | None = None, first: int = 1) -> dict[str, Any]:
    """What a YAML text says as a dictionary; an empty one where it cannot be read. With ``places`` its keys and scalars
    stand in the file at ``path``, in which the text begins at line ``first``."""

    known: dict[int, Any] = {}  # An aliased node is one, however often it is gone through.

    def put(value: Any, node: yaml.Node) -> Any:
        if places is None:
            return value
        if id(node) not in known:
            known[id(node)] = places.put(value, path, node.line + first - 1)
        return known[id(node)]

    try:
        found = typed(yaml.document(text), put)
    except yaml.YamlError:
        return {}
    return found if isinstance(found, dict) else {}


def below(name: str, value: Any) -> dict[str, Any]:
    """A value below a dotted path, in which ``\\.`` is no step and ``[0]`` the item of a list."""
    steps = [(word.replace("\0", "."), number) for word, number in _STEP.findall(name.replace("\\.", "\0"))]
    made = value
    for word, number in reversed(steps[:DEEPEST_PATH]):
        made = [*([None] * min(int(number), _MOST_ITEMS)), made] if number else {word: made}
    return made if isinstance(made, dict) else {}
