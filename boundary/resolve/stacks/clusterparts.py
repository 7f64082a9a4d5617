"""Parts of a cluster that Terraform makes: what Services call workloads, and what variables are taken from.

See https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs ; attributes are those of the API in its
spelling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from boundary.resolve.stacks.things import Null, Resource, Table, Thing, below, items, text

_SERVICES = ("kubernetes_service", "kubernetes_service_v1")
_MAPS = {
    "config_map": ("kubernetes_config_map", "kubernetes_config_map_v1"),
    "secret": ("kubernetes_secret", "kubernetes_secret_v1"),
}


def called(resources: Iterable[Resource]) -> dict[str, list[str]]:
    """The names that Services give to workloads, by the uid of these."""
    every = [one for one in resources if one.type.startswith("kubernetes_") and one.declared]
    labelled = [(one, _labels(one.get("spec", "template", "metadata", "labels"))) for one in every]
    found: dict[str, list[str]] = defaultdict(list)
    for service in every:
        selected = _labels(service.get("spec", "selector")) if service.type in _SERVICES else set()
        name = service.text("metadata", "name")
        for one, labels in labelled if selected and name else ():
            if selected <= labels and _space(one) == _space(service):
                found[one.uid] += [name or "", f"{name}.{_space(service)}"]
    return found


def _labels(thing: Thing) -> set[tuple[str, str]]:
    pairs = thing.entries.items() if isinstance(thing, Table) else ()
    return {(key, text(value) or "") for key, value in pairs}


def _space(one: Resource) -> str:
    return one.text("metadata", "namespace") or "default"


class Maps:
    """The maps and secrets of clusters, by kind and name."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._data: dict[tuple[str, str], Resource] = {}
        for one in resources:
            for kind, types in _MAPS.items():
                if one.type in types and one.declared:
                    self._data[kind, one.text("metadata", "name") or one.uid] = one

    def all(self, container: Thing) -> Iterator[tuple[str, Thing, Resource]]:
        """The variables that a container takes as a whole from maps: name, value and the map."""
        for source in items(below(container, "env_from")):
            prefix = text(below(source, "prefix")) or ""
            for kind in _MAPS:
                held = self._data.get((kind, text(below(source, f"{kind}_ref", "name")) or ""))
                if held is not None and isinstance(data := held.get("data"), Table):
                    yield from ((prefix + key, value, held) for key, value in data.entries.items())

    def one(self, entry: Thing) -> tuple[Thing, Resource] | None:
        """What a single variable takes from a map, and the map."""
        for kind in _MAPS:
            named = below(entry, "value_from", f"{kind}_key_ref")
            held = self._data.get((kind, text(below(named, "name")) or ""))
            found = held.get("data", text(below(named, "key")) or "") if held is not None else None
            if found is not None and held is not None and not isinstance(found, Null):
                return found, held
        return None
