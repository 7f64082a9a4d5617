"""Which charts are installed as what, with which values: by Argo CD, Flux, Helmfile, Skaffold, Terraform, commands.

A chart that is installed once in every environment is one release: that of production tells, else the one that names no
environment. A chart that is installed under several names is what each of these services is made with, so that a
service stands where its own values do, in a file of its own as a rule, and not in everybody's template.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boundary.facts import FileFacts, Installation, Packaging, Unreadable
from boundary.reading.gotemplate import TemplateError
from boundary.resolve.files import ancestors, folder, inside
from boundary.resolve.packaging.affixes import Found
from boundary.resolve.packaging.charts import Chart, mapping, overlaid
from boundary.resolve.packaging.declared import declared
from boundary.resolve.packaging.given import Given, given
from boundary.resolve.packaging.places import Places
from boundary.resolve.packaging.registry import Registry
from boundary.resolve.stacks.things import Resource

SURROUNDINGS = re.compile(
    r"dev|develop|development|prod|production|live|stag(?:e|ing)|test|testing|qa|uat|local|ci|minikube|kind|example|sample"
    r"|default|override|custom|secrets?|[a-z]{2}-[a-z]+-\d",
    re.IGNORECASE,
)
"""Words that tell environments apart, and no services."""

_LIKELY = (frozenset(("prod", "production", "live")), frozenset(("staging", "stage", "stg")))
_REGISTERED = re.compile(r"(?:\w[\w.-]*/|oci://[\w./-]+/)?[\w-]+")
"""Matches a chart that lies in a registry of charts: it has a name there, and no path."""

_DEFAULTS = ("/values.yaml", "/values.yml")


@dataclass(frozen=True, slots=True)
class Install:
    """A release: ``name`` as it is called, ``plain`` without what tells the environment. ``chart`` is the folder of a
    chart of the workspace, or the name of one that lies elsewhere. ``home`` is the file in which its workloads stand,
    ``files`` are those of its values."""

    name: str
    plain: str
    namespace: str
    chart: str
    local: bool
    values: dict[str, Any]
    home: str
    line: int
    files: tuple[str, ...]


def installs(
    files: Sequence[FileFacts],
    texts: Mapping[str, Packaging],
    charts: Mapping[str, Chart],
    places: Places,
    problems: Found,
    stacks: Sequence[Resource] = (),
) -> dict[str, list[Install]]:
    """The releases of each chart, by its folder or by its name elsewhere, in the order of their names; those of
    ``stacks`` too. What cannot be
    put together is told among the ``problems`` of its file."""
    known = {path: fact.text for path, fact in texts.items() if fact.kind == "values"}
    reader = _Reader(known, charts, places)
    told = ((file.path, fact) for file in files if not file.mark for fact in file.facts)
    said = [(path, given(path, fact, places)) for path, fact in told if isinstance(fact, Installation)]
    found: dict[tuple[str, str], list[tuple[tuple[int, int, str], Install]]] = defaultdict(list)
    for path, one in (*said, *declared(stacks, places)):
        try:
            made = reader.read(path, one)
        except TemplateError as error:
            problems.setdefault(path, []).append(Unreadable(error.what, f"values of a chart: {error}", line=one.line))
            continue
        if made is not None:
            found[made.chart, made.plain].append((_rank(path, made), made))
    releases: dict[str, list[Install]] = defaultdict(list)
    for (chart, _), several in sorted(found.items()):
        releases[chart].append(min(several, key=lambda one: one[0])[1])
    return releases


def _rank(path: str, install: Install) -> tuple[int, int, str]:
    """How likely a release is the one that counts: by its environment, then what is not called a variant of another."""
    words = set(re.split(r"[/._-]+", f"{path}/{install.name}/{'/'.join(install.files)}".lower()))
    marked = next((at * 2 for at, kind in enumerate(_LIKELY) if words & kind), None)
    plain = not any(SURROUNDINGS.fullmatch(word) for word in words)
    return (marked if marked is not None else 1 if plain else 3), len(path), path


def plain(name: str) -> str:
    """A release's name without the words for environments at its ends."""
    words = name.split("-")
    while len(words) > 1 and SURROUNDINGS.fullmatch(words[-1]):
        words.pop()
    while len(words) > 1 and SURROUNDINGS.fullmatch(words[0]):
        words.pop(0)
    return "-".join(words)


class _Reader:
    def __init__(self, texts: Mapping[str, str], charts: Mapping[str, Chart], places: Places) -> None:
        self._texts = texts
        self._charts = list(charts)
        self._registry = Registry(charts.values())
        self._places = places

    def read(self, path: str, said: Given) -> Install | None:
        """A release with its values; None for a chart whose folder the workspace does not have."""
        chart = self._chart(path, said)
        if chart is None and (said.repository or not _REGISTERED.fullmatch(said.chart)):
            return None
        files = [one for written in said.files if (one := self._file(path, chart, said, written))]
        values: dict[str, Any] = {}
        for one in files:
            values = overlaid(values, mapping(self._texts[one], one, self._places))
        for layer in said.layers:
            values = overlaid(values, layer)
        own = [one for one in files if chart is None or folder(one) != chart or not one.endswith(_DEFAULTS)]
        where = chart if chart is not None else posixpath.basename(said.chart)
        name = said.name or posixpath.basename(where)
        home, line = (own[-1], 1) if own else (path, said.line)
        return Install(name, plain(name), said.namespace, where, chart is not None, values, home, line, tuple(files))

    def _chart(self, path: str, said: Given) -> str | None:
        """The folder of the chart: seen from the file that installs it, from a folder above, or from a repository's
        root, where the last word of an address calls the repository; else by its name and version in a registry."""
        if not said.chart or "{{" in said.chart:
            return None
        found = None if "://" in said.chart else _known(self._charts, path, said.chart, said.repository)
        if found is None and not said.repository and _REGISTERED.fullmatch(said.chart):
            published = self._registry.find(posixpath.basename(said.chart), said.version)
            found = published.folder if published is not None else None
        return found

    def _file(self, path: str, chart: str | None, said: Given, written: str) -> str | None:
        address, apart, below = written.rpartition("//")
        if apart and "://" in address:
            return _known(tuple(self._texts), path, below, address)
        if chart is not None and (one := inside(chart, written)) in self._texts:
            return one
        return _known(tuple(self._texts), path, written, said.repository)


def _known(among: Sequence[str], path: str, written: str, repository: str) -> str | None:
    """The one path that is meant: nearest to the file that says so, or in the repository of an address."""
    called = re.sub(r"\.git$", "", repository.rstrip("/")).rpartition("/")[2]
    if called:
        whole = posixpath.normpath(f"{called}/{written}")
        found = [one for one in among if one == whole or one.endswith(f"/{whole}")]
        if len(found) == 1:
            return found[0]
    for above in ancestors(path):
        if (one := inside(above, written)) in among:
            return one
    return None
