"""Helm charts rendered as they are installed, else with their own values, and with those that stand beside them for
another service.

Where nothing in the workspace installs a chart, the release is called as the chart, and lies in the default namespace.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from boundary.facts import AnyFact, FileFacts, Packaging, Unreadable, Workload
from boundary.reading.gotemplate import TemplateError
from boundary.resolve.packaging.affixes import Found, named_plainly, unmarked
from boundary.resolve.packaging.charts import Chart, charts, mapping, overlaid
from boundary.resolve.packaging.installations import SURROUNDINGS, Install, installs
from boundary.resolve.packaging.places import Places
from boundary.resolve.packaging.release import Budget, Release, elsewhere, pictured
from boundary.resolve.stacks.things import Resource

_LIVE = re.compile(r"(?:^|[._-])(?:prod|production|live)(?:[._-]|$)", re.IGNORECASE)
"""Matches the name of a file of values for production."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What charts make: the facts of every template by its path (of charts elsewhere by ``Chart.yaml``'s), and what
    files that install them add to their own."""

    templates: Found
    added: Found


def rendered(texts: Mapping[str, Packaging], files: Sequence[FileFacts], stacks: Sequence[Resource] = ()) -> Rendered:
    """The facts of every chart, as files and stacks install it, or with its own values where nothing says how it is."""
    places = Places()
    shelf = charts(texts, places)
    found: Found = {}
    added: Found = {}
    releases = installs(files, texts, shelf.charts, places, added, stacks)
    budget = Budget()
    inner = (one for where, one in shelf.charts.items() if where in shelf.taken and where in releases)
    for chart in (*shelf.alone(), *inner):
        installed = releases.get(chart.folder, [])
        try:
            for one in installed:
                home = one.home if len(installed) > 1 else ""
                values = overlaid(chart.values, one.values)
                release = Release(chart, values, one.name, places, budget, home, one.namespace)
                _add(added if home else found, release, one.plain)
            _by_itself(found, added, chart, installed, places, budget)
        except TemplateError as error:
            problem = Unreadable(error.what, f"values of a chart: {error}", line=error.line)
            found.setdefault(chart.path, []).append(problem)
        for part in (chart, *chart.parts.values()):
            for path in part.templates:
                found.setdefault(path, [])  # Templates that gave nothing have no facts: nobody deploys them so.
    for one in (one for name in sorted(releases) for one in releases[name] if not one.local):
        for fact in elsewhere(one):
            added.setdefault(one.home, []).append(fact)
    return Rendered(found, added)


def _by_itself(
    found: Found, added: Found, chart: Chart, installed: Sequence[Install], places: Places, budget: Budget
) -> None:
    """A chart with its own values, unless it is told how it is installed, also with those for production that stand
    beside it, and with those for another service."""
    images: set[str] = set()
    names: set[tuple[str, str]] = set()
    if not installed:
        release = Release(chart, chart.values, chart.name, places, budget)
        _add(found, release, chart.name)
        images, names = pictured(release.made), _names(release.made)
        for path, text in _live(chart).items():
            values = overlaid(chart.values, mapping(text, path, places))
            _add(added, _changed(Release(chart, values, chart.name, places, budget, path), release), chart.name)
    taken = {path for one in installed for path in one.files}
    for path, text in sorted(chart.variants.items()):
        word = re.sub(r"[._-]*values[._-]*|\.ya?ml$", "", posixpath.basename(path), flags=re.IGNORECASE)
        if word and path not in taken and not SURROUNDINGS.fullmatch(word):
            values = overlaid(chart.values, mapping(text, path, places))
            if not pictured(Release(chart, values, chart.name, places, budget).made) <= images:
                _add(found, Release(chart, values, word, places, budget, known_ones=names), word)


def _live(chart: Chart) -> dict[str, str]:
    """The file of values for production, where it is one."""
    told = {path: text for path, text in chart.variants.items() if _LIVE.search(posixpath.basename(path))}
    return told if len(told) == 1 else {}


def _changed(release: Release, usual: Release) -> Release:
    """A release without the workloads of which the usual one says the same."""
    known = {_placeless(fact) for facts in usual.found.values() for fact in facts}
    for path, facts in release.found.items():
        new = {_workload(fact) for fact in facts if _placeless(fact) not in known}
        release.found[path] = [fact for fact in facts if not _workload(fact) or _workload(fact) in new]
    return release


def _workload(fact: AnyFact) -> str:
    """The workload that a fact is, or is about."""
    return fact.name if isinstance(fact, Workload) else str(getattr(fact, "workload", ""))


def _placeless(fact: AnyFact) -> AnyFact:
    """A fact without where it stands."""
    bare: Any = structs.replace(fact, line=1, column=1, file="")
    if isinstance(fact, Workload):
        containers = tuple(structs.replace(one, line=1) for one in fact.containers)
        bare = structs.replace(bare, containers=containers)
    return bare  # type: ignore[no-any-return]


def _add(found: Found, release: Release, plain: str) -> None:
    made = release.found if plain == release.name else unmarked(release.found, release.name, plain)
    for path, facts in named_plainly(plain, made).items():
        told = found.setdefault(path, [])
        told += [fact for fact in facts if fact not in told]


def _names(made: list[Workload]) -> set[tuple[str, str]]:
    return {(pod.kind, pod.name) for pod in made}
