"""The version catalogues of Gradle's builds: which library a script means by ``libs.orders.core``.

A catalogue is what the nearest settings make, from entries of their own, from files and from what another project of
the workspace publishes; without a word, ``gradle/libs.versions.toml`` is the one that is called ``libs``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from boundary.facts import BuildAlias
from boundary.resolve.files import ancestors, folder, inside

Entry = tuple[str, BuildAlias]
"""An entry of a catalogue, with the file that it stands in."""

_DEFAULT = re.compile(r"(?:(?P<root>.+)/)?gradle/(?P<name>\w+)\.versions\.toml")
_DEPTH = 4
"""Catalogues that are made of others, one of another; real ones have two."""


class Aliases:
    """The catalogues, by the folder of the build and the name."""

    def __init__(self, said: Mapping[str, Sequence[BuildAlias]]) -> None:
        self._said = said
        self._published: dict[str, list[str]] = defaultdict(list)
        for path in said:
            self._published[folder(path).rpartition("/")[2]].append(path)
        self._found: dict[tuple[str, str], dict[tuple[str, str], Entry]] = defaultdict(dict)
        for path, aliases in said.items():
            if default := _DEFAULT.fullmatch(path):
                self._add((default["root"] or "", default["name"]), path, aliases)
        for path, aliases in said.items():
            names = {one.catalogue for one in aliases} - {""}
            for name in sorted(names):
                self._add((folder(path), name), path, [one for one in aliases if one.catalogue == name])

    def _add(self, key: tuple[str, str], path: str, aliases: Sequence[BuildAlias]) -> None:
        for file, one in self._entries(path, aliases, _DEPTH):
            self._found[key][one.kind, _written(one.alias)] = (file, one)

    def _entries(self, path: str, aliases: Sequence[BuildAlias], depth: int) -> Iterator[Entry]:
        for one in aliases:
            if one.kind != "source":
                yield path, one
                continue
            for origin in self._sources(path, one.names[0]) if depth else ():
                yield from self._entries(origin, self._said[origin], depth - 1)

    def _sources(self, path: str, target: str) -> list[str]:
        """The files that a catalogue is taken from: by their path, or as what somebody of the workspace publishes."""
        if ":" in target:
            return self._published.get(target.split(":")[1], [])
        found = inside(folder(path), target)
        return [found] if found in self._said and found is not None else []

    def libraries(self, accessor: str, path: str) -> list[Entry] | None:
        """The entries of the libraries that a script means, each of a bundle; None when there is no such catalogue."""
        name, *steps = accessor.split(".")
        catalogue = self._catalogue(name, path)
        if catalogue is None:
            return None
        if steps[0] != "bundles":
            return _entry(catalogue, "library", ".".join(steps))
        bundles = _entry(catalogue, "bundle", ".".join(steps[1:]))
        return [one for _, bundle in bundles for alias in bundle.names for one in _entry(catalogue, "library", alias)]

    def plugin(self, accessor: str, path: str) -> str | None:
        """The id of the plug-in that a script means by ``libs.plugins.jib``."""
        name, _, alias = accessor.partition(".plugins.")
        catalogue = self._catalogue(name, path) if alias else None
        found = _entry(catalogue, "plugin", alias) if catalogue else []
        return found[0][1].names[0] if found else None

    def _catalogue(self, name: str, path: str) -> dict[tuple[str, str], Entry] | None:
        places = (folder(path), *ancestors(folder(path)))
        return next((self._found[place, name] for place in places if (place, name) in self._found), None)


def _entry(catalogue: Mapping[tuple[str, str], Entry], kind: str, alias: str) -> list[Entry]:
    found = catalogue.get((kind, _written(alias)))
    return [found] if found else []


def _written(alias: str) -> str:
    """An alias as scripts write it."""
    return re.sub(r"[-_.]", ".", alias)
