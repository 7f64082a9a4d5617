"""One installation of a chart, rendered: what Helm would send to the cluster, as facts.

What Helm would take from the cluster or at random is not known. See
https://helm.sh/docs/chart_template_guide/builtin_objects/ .
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import partial
from operator import add
from typing import Any

import msgspec

from boundary.extractors import kubernetes
from boundary.facts import AnyFact, Container, Deployment, Fact, Situated, Unreadable, Workload
from boundary.model import Value
from boundary.reading import yaml
from boundary.reading.gotemplate import STEPS, Renderer, TemplateError, parse
from boundary.reading.gotemplate.syntax import Template
from boundary.resolve.images import known, named
from boundary.resolve.packaging.affixes import Found
from boundary.resolve.packaging.charts import DEEPEST, Chart, Part, parts
from boundary.resolve.packaging.installations import Install
from boundary.resolve.packaging.places import Made, Places

_SPACE = "default"
_BUILT_IN = re.compile(r"(?:v\d\w*|[\w.]+\.k8s\.io/v1|(?:apps|batch|autoscaling|policy)/v[12])(?:/\w+)?")
_ALONE = {"postgresql": ("", "-hl", "-primary"), "redis": ("-master", "-headless", ""), "mongodb": ("", "-headless")}
"""Names that well-known charts give to the Services of a database, behind the release and the chart."""


class Budget:
    """Steps that all releases of a workspace may take together; a large chart takes a hundred thousand."""

    def __init__(self, left: int = 8 * STEPS) -> None:
        self.left = left


class Release:
    """One installation of a chart: its facts stand in the files of their templates, or all in ``home``. ``known_ones``
    are the workloads that are told already."""

    def __init__(
        self,
        chart: Chart,
        values: dict[str, Any],
        name: str,
        places: Places,
        budget: Budget,
        home: str = "",
        namespace: str = "",
        known_ones: set[tuple[str, str]] | None = None,
    ) -> None:
        self.chart = chart
        self.values = values
        self.name = name
        self.made: list[Workload] = []
        self._places = places
        self._budget = budget
        self._home = home
        self._namespace = namespace or _SPACE
        self._told = set(known_ones or ())
        self._parsed: dict[str, Template] = {}
        self.found: Found = {}
        self._render(self.found)

    def _render(self, found: Found) -> None:
        whole = [*self._tree(Part(self.name, self.chart.name, self.chart, self.values), 0)]
        defined = {}
        for part in reversed(whole):
            for path, text in part.chart.templates.items() if part.chart else ():
                try:
                    self._parsed[path] = parse(text)
                except TemplateError as error:
                    found[path] = [Unreadable(error.what, f"a template of a chart: {error}", line=error.line)]
                    continue
                defined.update(self._parsed[path].defined)
        renderer = Renderer(defined, min(STEPS, self._budget.left))
        for part in whole:
            if part.chart is None:
                self._elsewhere(part, found)
            elif not part.chart.library:
                for path in part.chart.templates:
                    self._template(renderer, part, part.chart, path, found)
        self._budget.left = max(self._budget.left - renderer.spent, 0)

    def _tree(self, part: Part, depth: int) -> Iterator[Part]:
        yield part
        if part.chart is not None and depth < DEEPEST:
            for one in parts(part.chart, part.values):
                yield from self._tree(one, depth + 1)

    def _template(self, renderer: Renderer, part: Part, chart: Chart, path: str, found: Found) -> None:
        if path not in self._parsed or posixpath.basename(path).startswith("_") or path.endswith(".tpl"):
            found.setdefault(path, [])
            return
        try:
            rendered = renderer.render(self._parsed[path].body, self._data(part, chart, path))
        except TemplateError as error:
            found[path] = [Unreadable(error.what, f"a template of a chart: {error}", line=error.line)]
            return
        home = self._home or path
        made = Made(path, home, rendered, self._places)
        nodes = [made.paired(node) for node in _documents(rendered.text)]
        facts = (made.told(fact) for fact in kubernetes.read(path, nodes))
        told = found.setdefault(home, [])
        told.extend(self._kept(facts))
        situated = Situated(self._namespace)
        if self._namespace != _SPACE and told and situated not in told:
            told.append(situated)

    def _kept(self, facts: Iterator[Fact]) -> Iterator[AnyFact]:
        """The facts without workloads that are told already or that no image is known of."""
        left_out: set[str] = set()
        for fact in facts:
            if isinstance(fact, Workload):
                known_one = (fact.kind, fact.name) in self._told or not pictured([fact])
                (left_out.add if known_one else left_out.discard)(fact.name)
                self._told.add((fact.kind, fact.name))
                if not known_one:
                    self.made.append(fact)
            if (fact.name if isinstance(fact, Workload) else getattr(fact, "workload", None)) in left_out:
                continue
            if self._home and isinstance(fact, Deployment):
                continue
            is_here = getattr(fact, "namespace", "") == self._namespace
            yield msgspec.structs.replace(fact, namespace="") if is_here else fact  # type: ignore[misc]

    def _data(self, part: Part, chart: Chart, path: str) -> dict[str, Any]:
        meta = {key[:1].upper() + key[1:]: value for key, value in chart.meta.items()}
        version = {"Version": "v1.30.0", "GitVersion": "v1.30.0", "Major": "1", "Minor": "30"}
        return {
            "Values": part.values,
            "Chart": {**meta, "Name": part.name if part.chart is not self.chart else chart.name, "IsRoot": False},
            "Release": {
                "Name": self.name,
                "Namespace": self._namespace,
                "Service": "Helm",
                "IsInstall": True,
                "IsUpgrade": False,
                "Revision": 1,
            },
            "Capabilities": {
                "APIVersions": {"Has": _has},
                "KubeVersion": version,
                "HelmVersion": {"Version": "v3.15.0"},
            },
            "Template": {"Name": path, "BasePath": posixpath.join(chart.folder, "templates")},
            "Files": {},
            "Subcharts": {},
        }

    def _elsewhere(self, part: Part, found: Found) -> None:
        base = part.name if part.name in self.name else f"{self.name}-{part.name}"
        workload = _server(part.kind, part.name, base, part.values, self.chart.lines.get(part.kind, 1))
        if workload is not None:
            self.made.append(workload)
            found.setdefault(self._home or self.chart.path, [Deployment("helm", self.chart.name)]).append(workload)


def elsewhere(install: Install) -> Iterator[Workload]:
    """What an installed chart of a registry runs, if that is a database or a broker."""
    base = install.name if install.chart in install.name else f"{install.name}-{install.chart}"
    workload = _server(install.chart, install.name, base, install.values, install.line)
    if workload is not None:
        names = tuple(dict.fromkeys((*workload.names, install.name)))
        yield msgspec.structs.replace(workload, namespace=install.namespace, names=names)


def _server(kind: str, name: str, base: str, values: Mapping[str, Any], line: int) -> Workload | None:
    """A database or broker whose chart lies in a registry: the chart's name says what it runs."""
    image = known(kind)
    if image is None or image.kind not in ("store", "broker"):
        return None
    called = str(values.get("fullnameOverride") or base)
    names = [called + end for end in _ALONE.get(kind, ("", "-headless"))]
    container = Container(name, Value.of(kind))
    further = tuple(name for name in names if name != called)
    return Workload("kubernetes", "StatefulSet", called, containers=(container,), names=further, line=line)


def _has(version: object = "") -> bool:
    """Whether a cluster without any additions has an interface."""
    return _BUILT_IN.fullmatch(str(version)[:200]) is not None


def _documents(text: str) -> list[yaml.Node]:
    """The documents of what was rendered. One that is no YAML leaves the others as they are."""
    try:
        return [node for node in yaml.documents(text) if node.kind == "mapping"]
    except yaml.YamlError:
        pass
    found: list[yaml.Node] = []
    pieces = re.split(r"^---[^\n]*$", text, flags=re.MULTILINE)
    line = 0
    for piece in pieces:
        try:
            nodes = yaml.documents(piece)
        except yaml.YamlError:
            nodes = ()
        found += [yaml.moved(node, partial(add, line)) for node in nodes if node.kind == "mapping"]
        line += piece.count("\n")
    return found


def pictured(made: list[Workload]) -> set[str]:
    """The images that workloads run, without registries and tags."""
    return {named(str(one.image or "")) for pod in made for one in pod.containers} - {""}
