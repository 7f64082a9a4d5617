"""Charts that are installed by resources of a cluster, a kustomization, a command, or a list of releases.

References: https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml ,
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-List/ ,
https://fluxcd.io/flux/components/helm/helmreleases/ , https://helm.sh/docs/helm/helm_upgrade/ .
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from boundary.facts import Installation
from boundary.reading.typed import scalar
from boundary.reading.yaml import Node

_PLACE = re.compile(r"\{\{-?\s*\.?([\w.-]+)\s*-?\}\}")
_MOST = 500
"""Elements of a list that one template is filled in with."""

_VALUED = frozenset({
    "-f", "--values", "--set", "--set-string", "--set-json", "--set-file", "--set-literal", "-n", "--namespace",
    "--version", "--repo", "--timeout", "--kube-context", "--kubeconfig", "--description", "--history-max", "-l",
    "--labels", "--post-renderer", "--post-renderer-args", "--username", "--password", "--ca-file", "--cert-file",
    "--key-file", "--keyring", "-o", "--output", "--kube-apiserver", "--kube-token", "--kube-as-user",
})  # fmt: skip

_Fill = Callable[[str], str]


def installations(document: Node, kind: str, group: str) -> Iterator[Installation]:
    """What a resource of a cluster installs; nothing for another resource."""
    if group == "argoproj.io" and kind == "Application":
        yield from _application(document, str)
    elif group == "argoproj.io" and kind == "ApplicationSet":
        for element in _elements(document):
            yield from _application(document.get("spec", "template"), _filler(element))
    elif group == "helm.toolkit.fluxcd.io" and kind == "HelmRelease":
        yield from _flux(document)


def _elements(document: Node) -> Iterator[dict[str, str]]:
    """What the template of a set is filled in with, as far as the set itself lists it."""
    for generator in document.get("spec", "generators").items:
        for element in generator.get("list", "elements").items[:_MOST]:
            found = {key.text: value.string for key, value in element.pairs}
            found |= {f"values.{key.text}": value.string for key, value in element.get("values").pairs}
            yield found


def _filler(element: Mapping[str, str]) -> _Fill:
    return lambda text: _PLACE.sub(lambda place: element.get(place[1], place[0]), text)


def _application(document: Node, fill: _Fill) -> Iterator[Installation]:
    spec = document.get("spec")
    sources = [spec.get("source"), *spec.get("sources").items]
    addresses = {one.get("ref").string: fill(one.get("repoURL").string) for one in sources if one.get("ref")}
    for source in sources:
        chart = fill(source.get("chart").string or source.get("path").string)
        if not chart:
            continue
        helm = source.get("helm")
        settings = [
            (fill(one.get("name").string), fill(one.get("value").string)) for one in helm.get("parameters").items
        ]
        yield Installation(
            fill(helm.get("releaseName").string or document.get("metadata", "name").string),
            chart,
            fill(spec.get("destination", "namespace").string),
            "" if source.get("chart") else fill(source.get("repoURL").string),
            tuple(_referred(fill(one), addresses) for one in helm.get("valueFiles").strings),
            (*_written(helm.get("values"), fill), *_written(helm.get("valuesObject"), fill)),
            tuple(settings),
            fill(source.get("targetRevision").string) if source.get("chart") else "",
            line=chart_line(source),
        )


def chart_line(source: Node) -> int:
    """The line that names the chart."""
    return next((value.line for key, value in source.pairs if key.text in ("chart", "path", "chartPath")), source.line)


def _referred(written: str, addresses: Mapping[str, str]) -> str:
    """A file of values, with the address of the repository in front where it lies in another one than the chart."""
    name, _, path = written.removeprefix("$").partition("/")
    return f"{addresses[name]}//{path}" if written.startswith("$") and name in addresses else written


def _flux(document: Node) -> Iterator[Installation]:
    spec = document.get("spec")
    chart = spec.get("chart", "spec")
    if chart.get("chart"):
        yield Installation(
            spec.get("releaseName").string or document.get("metadata", "name").string,
            chart.get("chart").string,
            spec.get("targetNamespace").string or document.get("metadata", "namespace").string,
            files=chart.get("valuesFiles").strings,
            values=tuple(_written(spec.get("values"), str)),
            version=chart.get("version").string,
            line=chart_line(chart),
        )


def _written(values: Node, fill: _Fill) -> Iterator[tuple[int, str]]:
    """Values that stand in place: a text in itself, or as JSON whose lines are those of the file."""
    if values.kind == "scalar" and values.string:
        yield values.line + ("\n" in values.text), fill(values.text)  # A block begins below its indicator.
    elif values.pairs:
        parts: list[str] = []
        _json(values, parts, values.line)
        yield values.line, fill("".join(parts))


def _json(node: Node, parts: list[str], line: int) -> int:
    """Write a node in its lines, the last of which is given."""
    parts.append("\n" * max(node.line - line, 0))
    line = max(node.line, line)
    if node.kind == "mapping":
        parts.append("{")
        for key, value in node.pairs:
            parts.append("\n" * max(key.line - line, 0) + json.dumps(key.text, ensure_ascii=False) + ": ")
            line = _json(value, parts, max(key.line, line))
            parts.append(", ")
        parts.append("}")
    elif node.kind == "sequence":
        parts.append("[")
        for item in node.items:
            line = _json(item, parts, line)
            parts.append(", ")
        parts.append("]")
    else:
        parts.append(json.dumps(scalar(node), ensure_ascii=False))
    return line


def listed(release: Node) -> Iterator[Installation]:
    """A release in a list of Helmfile's or Skaffold's."""
    name = release.get("name").string
    chart = release.get("chart").string or release.get("chartPath").string or release.get("remoteChart").string
    if not name or not chart or release.get("installed").text == "false":
        return
    given = release.get("values").items
    settings = [(one.get("name").string, one.get("value").string) for one in release.get("set").items]
    settings += [(key.text, value.string) for key, value in release.get("setValues").pairs]
    yield Installation(
        name,
        chart,
        release.get("namespace").string,
        files=tuple(one.text for one in (*given, *release.get("valuesFiles").items) if one.kind == "scalar"),
        values=tuple(text for one in (*given, release.get("overrides")) if one.pairs for text in _written(one, str)),
        settings=tuple(settings),
        version=release.get("version").string,
        line=release.get("name").line,
    )


def inflated(kustomization: Node) -> Iterator[Installation]:
    """What a kustomization makes of charts.

    See https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#_helmchartinflationgenerator_ .
    """
    home = kustomization.get("helmGlobals", "chartHome").string or "charts"
    for chart in kustomization.get("helmCharts").items:
        name, repository = chart.get("name").string, chart.get("repo").string
        files = (*chart.get("valuesFile").strings, *chart.get("additionalValuesFiles").strings)
        if name:
            yield Installation(
                chart.get("releaseName").string or name,
                name if repository else posixpath.join(home, name),
                chart.get("namespace").string or kustomization.get("namespace").string,
                files=files,
                values=tuple(_written(chart.get("valuesInline"), str)),
                version=chart.get("version").string,
                line=chart.line,
            )


def command(words: Sequence[str], entered: str | None, line: int) -> Iterator[Installation]:
    """What ``helm install`` and ``helm upgrade`` install, by the words behind ``helm``, in which what is not known
    stands in braces, and the folder that was entered for it."""
    if words[:1] not in (["install"], ["upgrade"]) or entered is None:
        return
    options: dict[str, list[str]] = {}
    plain: list[str] = []
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if not word.startswith("-"):
            plain.append(word)
        elif equals:
            options.setdefault(flag, []).append(value)
        elif flag in _VALUED and rest:
            options.setdefault(flag, []).append(rest.pop(0))
    if len(plain) != 2 or "{" in plain[0] + plain[1]:
        return
    files = [one for flag in ("-f", "--values") for given in options.get(flag, ()) for one in given.split(",")]
    said = [one for flag in ("--set", "--set-string") for given in options.get(flag, ()) for one in _pairs(given)]
    space = next(iter((*options.get("-n", ()), *options.get("--namespace", ()))), "")
    chart = posixpath.join(entered, plain[1]) if plain[1].startswith(".") else plain[1]
    paths = tuple(posixpath.join(entered, one) for one in files)
    version = next(iter(options.get("--version", ())), "")
    yield Installation(plain[0], chart, space, files=paths, settings=tuple(said), version=version, line=line)


def _pairs(given: str) -> Iterator[tuple[str, str]]:
    for one in re.split(r"(?<!\\),", given):
        name, equals, value = one.partition("=")
        if equals:
            yield name.strip(), value.replace("\\,", ",")
