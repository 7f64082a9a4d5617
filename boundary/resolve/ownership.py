"""Who owns what: CODEOWNERS, ``catalog-info.yaml``, labels, ``boundary.toml``.

CODEOWNERS as GitHub reads it: the last line that fits counts, and a line without owners takes ownership away.
See https://docs.github.com/articles/about-code-owners .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from boundary.config import Config, ServiceConfig
from boundary.facts import CatalogEntry, OwnerRule
from boundary.model import Evidence, Location
from boundary.reading.globs import Pattern
from boundary.resolve.files import Files, ancestors, fold, folder, within
from boundary.resolve.landscape import Party, Unit

_OWNING = ("component", "system", "api", "resource", "domain")
_NOBODY = Party(None)

_LABELS = ("team", "owner", "owned-by", "owning-team", "squad")
"""The last words of labels that name a team."""


_WORDS = frozenset({"team", "squad", "crew", "guild", "tribe", ""})
"""Words in the name of a team that say nothing but that it is one."""


_RUNNING = frozenset(
    {"database", "databases", "db", "dba", "dbas", "dbre", "datastore", "datastores", "storage", "cache"}
)
"""Teams that run servers for all others, by their names."""


class Ownership:
    """Answers who owns a path, a service or a server; ``boundary.toml`` wins, then what is declared nearest."""

    def __init__(self, files: Files, config: Config, units: Sequence[Unit] = ()) -> None:
        self._files = files
        self._common = _common(units)
        self._config = config
        self._rules: dict[str, dict[str, list[tuple[OwnerRule, Pattern]]]] = defaultdict(dict)
        for path, rule in files.all(OwnerRule):
            self._rules[rule.base].setdefault(path, []).append((rule, Pattern(rule.pattern)))

    def owner_of_path(self, path: str) -> Party:
        """The owner of a file, or of what lies in a folder."""
        for one in self._config.services:
            if one.root is not None and one.team and within(path, one.root):
                return self._said(one)
        return max(self._catalog(path), self._codeowners(path), key=lambda found: found[0])[1]

    def of_service(self, name: str, roots: Sequence[str], units: Iterable[Unit]) -> Party:
        """The owner of a service: what the configuration says, its catalog entry, its root's owner, its labels.

        A label counts before a line of CODEOWNERS that holds for its file as for all others of the repository: that
        says who reviews what nobody has, and the stores beside the service have their owners from labels too.
        """
        for one in self._config.services:
            if one.team and (one.name == name or (one.root is not None and one.root in roots)):
                return self._said(one)
        named = self._entry(name, roots)
        if named.team:
            return named
        found = next((party for root in roots if (party := self.owner_of_path(root)).team), _NOBODY)
        labelled = self.of_units(units)
        vague = all(self._by_default(root, step.location.path) for root in roots for step in labelled.evidence)
        return labelled if labelled.team and (vague or not found.team) else found

    def of_units(self, units: Iterable[Unit]) -> Party:
        """The team that a label names; the owner of the deployment file says nothing of what runs."""
        for unit in units:
            for key, value in unit.labels:
                told = key.replace("/", ".").rpartition(".")[2].lower() in _LABELS and (key, value) not in self._common
                if told and value and "{" not in value:
                    what = f"label {key} of {unit.name} is {value}"
                    return Party(self._known(team(value)), (Evidence(unit.location, what),))
        return _NOBODY

    def _known(self, name: str) -> str:
        """A team by the name that CODEOWNERS and catalogs have for it: a label may leave out that it is a team."""
        return name if name in self._teams.get(_bare(name), ()) else next(iter(self._alone(name)), name)

    def _alone(self, name: str) -> set[str]:
        found = self._teams.get(_bare(name), set())
        return found if len(found) == 1 else set()

    @cached_property
    def _teams(self) -> dict[str, set[str]]:
        """The teams that own files or entities, by their names without the words for a team."""
        found: dict[str, set[str]] = defaultdict(set)
        rules = [owner for _, one in self._files.all(OwnerRule) for owner in one.owners if "/" in owner]
        for said in (*rules, *(entry.owner or "" for _, entry in self._entries)):
            found[_bare(team(said))].add(team(said))
        return found

    def of_server(self, name: str, units: Iterable[Unit]) -> Party:
        """The owner of a server: the service that declares to own it, else a label. A team that is called after what it
        runs has none of the data in it: those are theirs who keep them there."""
        for one in self._config.services:
            if one.team and any(fold(owned.rpartition(":")[2]) == fold(name) for owned in one.owns):
                return self._said(one)
        labelled = self.of_units(units)
        return _NOBODY if _bare(labelled.team or "") in _RUNNING else labelled

    def _said(self, one: ServiceConfig) -> Party:
        place = Location(self._config.path or "boundary.toml", one.line)
        return Party(one.team, (Evidence(place, f"{one.name} belongs to {one.team}"),))

    # --- CODEOWNERS ------------------------------------------------------------------------------------------

    def _codeowners(self, path: str) -> tuple[int, Party]:
        """How specific the deciding rule is (folders that it names), and the owner."""
        for base in (path, *ancestors(path)):
            if base in self._rules:
                return self._decided(base, path)
        return -1, _NOBODY

    def _by_default(self, path: str, other: str) -> bool:
        """Whether all that tells who owns a path is a line for its whole repository, which another path lies in too."""
        base = next((one for one in (path, *ancestors(path)) if one in self._rules), None)
        default = base is not None and within(other, base) and self._decided(base, path)[0] <= _depth(base)
        return default and not self._catalog(path)[1].team

    def _decided(self, base: str, path: str) -> tuple[int, Party]:
        inner = path[len(base) :].strip("/") if base else path
        candidates = [inner] if path in self._files.by_path else [f"{inner}/-".strip("/"), inner]
        for rule, pattern in reversed(self._effective(base)[1]):
            if any(one and _fits(rule.pattern, pattern, one) for one in candidates):
                depth = _depth(base) + _depth(rule.pattern.strip("/").partition("*")[0])
                if not rule.owners:
                    return depth, _NOBODY
                place = Location(self._effective(base)[0], rule.line, rule.column)
                what = f"{rule.pattern} belongs to {', '.join(rule.owners)}"
                return depth, Party(team(_first(rule.owners)), (Evidence(place, what),))
        return -1, _NOBODY

    def _effective(self, base: str) -> tuple[str, list[tuple[OwnerRule, Pattern]]]:
        """Of several CODEOWNERS in one repository GitHub takes that in ``.github``, then the root's, then ``docs``'."""
        order = (".github", "", "docs")
        found = self._rules[base]

        def rank(path: str) -> tuple[int, str]:
            inner = folder(path)[len(base) :].strip("/")
            return (order.index(inner) if inner in order else len(order), path)

        path = min(found, key=rank)
        return path, found[path]

    # --- Backstage -------------------------------------------------------------------------------------------

    @cached_property
    def _entries(self) -> list[tuple[str, CatalogEntry]]:
        entries = self._files.all(CatalogEntry)
        return [(path, entry) for path, entry in entries if entry.owner and entry.kind.lower() in _OWNING]

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, CatalogEntry]]]:
        return _grouped((fold(entry.name), (path, entry)) for path, entry in self._entries)

    @cached_property
    def _by_folder(self) -> dict[str, list[tuple[str, CatalogEntry]]]:
        return _grouped((folder(path), (path, entry)) for path, entry in self._entries)

    def _entry(self, name: str, roots: Sequence[str]) -> Party:
        """The entity of the service's name, in its own folder or one around it, if there are several entities."""
        around = {above for root in roots for above in (root, *ancestors(root))}
        for path, entry in self._by_name.get(fold(name), ()):
            if folder(path) in around or not roots:
                return _catalogued(path, entry)
        return _NOBODY

    def _catalog(self, path: str) -> tuple[int, Party]:
        """The depth of the nearest folder with entities around a path, and their owner when it is one."""
        near = next((one for one in (path, *ancestors(path)) if one in self._by_folder), None)
        here = self._by_folder[near] if near is not None else []
        if near is None or len({team(entry.owner or "") for _, entry in here}) > 1:
            return -1, _NOBODY
        return _depth(near), _catalogued(*here[0])


def _grouped(pairs: Iterable[tuple[str, tuple[str, CatalogEntry]]]) -> dict[str, list[tuple[str, CatalogEntry]]]:
    found: dict[str, list[tuple[str, CatalogEntry]]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _common(units: Sequence[Unit]) -> set[tuple[str, str]]:
    """Labels about the application that all workloads have alike, whatever service they are: they name the application.

    See https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ .
    """
    told: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        for key, value in unit.labels:
            if key.startswith("app.kubernetes.io/"):
                told[key].add(value)
                names[key].add(unit.name)
    return {(key, value) for key, values in told.items() if len(values) == 1 < len(names[key]) for value in values}


def team(owner: str) -> str:
    """The team that a reference means: ``a`` for ``@org/a`` and ``group:default/a``; users and addresses stay."""
    if owner.startswith("@"):
        return owner.rpartition("/")[2] if "/" in owner else owner
    if owner.lower().startswith(("group:", "user:")) or owner.startswith("default/"):
        return owner.rpartition(":")[2].rpartition("/")[2]
    return owner


def _bare(name: str) -> str:
    """A team's name without the words that only say that it is one: ``members`` for ``Members-Team``."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    return " ".join([word for word in words if word not in _WORDS] or words)


def _catalogued(path: str, entry: CatalogEntry) -> Party:
    place = Location(path, entry.line, entry.column)
    return Party(team(entry.owner or ""), (Evidence(place, f"{entry.kind} {entry.name} belongs to {entry.owner}"),))


def _first(owners: Sequence[str]) -> str:
    return next((owner for owner in owners if owner.startswith("@") and "/" in owner), owners[0])


def _fits(text: str, pattern: Pattern, path: str) -> bool:
    """``docs/*`` is the files directly in the folder, other than in ``.gitignore``."""
    if text.endswith("/*") and len(text) > 2:
        return pattern.fits(path)
    return pattern.covers(path)


def _depth(path: str) -> int:
    return len([part for part in path.split("/") if part])
