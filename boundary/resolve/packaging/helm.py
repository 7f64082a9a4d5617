"""Helm charts rendered with their own values, and with those that stand beside them for another service.

What Helm would take from the cluster, from the command line or at random is not known: the release is called as the
chart, and lies in the default namespace. See https://helm.sh/docs/chart_template_guide/builtin_objects/ .
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from boundary.extractors import kubernetes
from boundary.facts import AnyFact, Container, Deployment, Fact, Packaging, Unreadable, Workload
from boundary.model import Value
from boundary.reading import yaml
from boundary.reading.gotemplate import Renderer, TemplateError, parse
from boundary.reading.gotemplate.syntax import Template
from boundary.resolve.images import known, named
from boundary.resolve.packaging.affixes import Found, named_plainly
from boundary.resolve.packaging.charts import DEEPEST, Chart, Part, charts, mapping, overlaid, parts

_SPACE = "default"
_SURROUNDINGS = re.compile(
    r"dev|develop|development|prod|production|stag(?:e|ing)|test|testing|qa|uat|local|ci|minikube|kind|example|sample"
    r"|default|override|custom|secrets?|[a-z]{2}-[a-z]+-\d",
    re.IGNORECASE,
)
_BUILT_IN = re.compile(r"(?:v\d\w*|[\w.]+\.k8s\.io/v1|(?:apps|batch|autoscaling|policy)/v[12])(?:/\w+)?")
_ALONE = {"postgresql": ("", "-hl", "-primary"), "redis": ("-master", "-headless", ""), "mongodb": ("", "-headless")}
"""Names that well-known charts give to the Services of a database, behind the release and the chart."""


def rendered(texts: Mapping[str, Packaging]) -> Found:
    """The facts of every template of every chart, by the path of the template; of charts elsewhere by Chart.yaml's."""
    found: Found = {}
    for chart in charts(texts):
        release = _Release(chart, chart.values, chart.name)
        _add(found, release)
        images = _images(release.made)
        for path, text in sorted(chart.variants.items()):
            word = re.sub(r"[._-]*values[._-]*|\.ya?ml$", "", posixpath.basename(path), flags=re.IGNORECASE)
            if word and not _SURROUNDINGS.fullmatch(word):
                other = _Release(chart, overlaid(chart.values, mapping(text)), chart.name)
                if not _images(other.made) <= images:
                    _add(found, _Release(chart, other.values, word, _names(release.made)))
        _plain(found, chart)
    return found


def _add(found: Found, release: _Release) -> None:
    for path, facts in named_plainly(release.name, release.found).items():
        told = found.setdefault(path, [])
        told += [fact for fact in facts if fact not in told]


def _plain(found: Found, chart: Chart) -> None:
    """Templates that gave nothing have no facts: nobody deploys them so."""
    for part in (chart, *chart.parts.values()):
        for path in part.templates:
            found.setdefault(path, [])


def _images(made: list[Workload]) -> set[str]:
    return {named(str(one.image or "")) for pod in made for one in pod.containers} - {""}


def _names(made: list[Workload]) -> set[tuple[str, str]]:
    return {(pod.kind, pod.name) for pod in made}


class _Release:
    """One installation of a chart. ``known`` are the workloads that are told already."""

    def __init__(
        self, chart: Chart, values: dict[str, Any], name: str, known_ones: set[tuple[str, str]] | None = None
    ) -> None:
        self.chart = chart
        self.values = values
        self.name = name
        self.made: list[Workload] = []
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
        renderer = Renderer(defined)
        for part in whole:
            if part.chart is None:
                self._elsewhere(part, found)
            elif not part.chart.library:
                for path in part.chart.templates:
                    self._template(renderer, part, part.chart, path, found)

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
            made = renderer.render(self._parsed[path].body, self._data(part, chart, path))
        except TemplateError as error:
            found[path] = [Unreadable(error.what, f"a template of a chart: {error}", line=error.line)]
            return
        nodes = [yaml.moved(node, _by(made.lines)) for node in _documents(made.text)]
        found.setdefault(path, []).extend(self._kept(kubernetes.read(path, nodes)))

    def _kept(self, facts: Iterator[Fact]) -> Iterator[AnyFact]:
        """The facts without workloads that are told already or that no image is known of."""
        left_out: set[str] = set()
        for fact in facts:
            if isinstance(fact, Workload):
                known_one = (fact.kind, fact.name) in self._told or not _images([fact])
                (left_out.add if known_one else left_out.discard)(fact.name)
                self._told.add((fact.kind, fact.name))
                if not known_one:
                    self.made.append(fact)
            if (fact.name if isinstance(fact, Workload) else getattr(fact, "workload", None)) in left_out:
                continue
            in_default = getattr(fact, "namespace", "") == _SPACE
            yield msgspec.structs.replace(fact, namespace="") if in_default else fact  # type: ignore[misc]

    def _data(self, part: Part, chart: Chart, path: str) -> dict[str, Any]:
        meta = {key[:1].upper() + key[1:]: value for key, value in chart.meta.items()}
        version = {"Version": "v1.30.0", "GitVersion": "v1.30.0", "Major": "1", "Minor": "30"}
        return {
            "Values": part.values,
            "Chart": {**meta, "Name": part.name if part.chart is not self.chart else chart.name, "IsRoot": False},
            "Release": {
                "Name": self.name,
                "Namespace": _SPACE,
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
        """A database or broker whose chart lies in a registry: the chart's name says what it runs."""
        image = known(part.kind)
        if image is None or image.kind not in ("store", "broker"):
            return
        override = part.values.get("fullnameOverride")
        base = str(override) if override else part.name if part.name in self.name else f"{self.name}-{part.name}"
        names = [base + end for end in _ALONE.get(part.kind, ("", "-headless"))]
        container = Container(part.name, Value.of(part.kind))
        further = tuple(name for name in names if name != base)
        line = self.chart.lines.get(part.kind, 1)
        workload = Workload("kubernetes", "StatefulSet", base, containers=(container,), names=further, line=line)
        self.made.append(workload)
        found.setdefault(self.chart.path, [Deployment("helm", self.chart.name)]).append(workload)


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
        shifted = _by(range(line, line + piece.count("\n") + 2))
        found += [yaml.moved(node, shifted) for node in nodes if node.kind == "mapping"]
        line += piece.count("\n")
    return found


def _by(lines: Sequence[int]) -> Callable[[int], int]:
    """The line that stands at the place of each, the last for those behind it."""
    return lambda line: lines[min(line, len(lines) - 1)]
