"""Charts that Terraform installs (``helm_release``), with values that name what the stack itself declares.

See https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boundary.extractors._hcl import template
from boundary.extractors.terraform import grammar
from boundary.facts import FileFacts, TextFile
from boundary.facts.infra import Block
from boundary.model import Location, Value
from boundary.reading.typed import scalar
from boundary.reading.yaml import Node
from boundary.resolve.files import Files
from boundary.resolve.packaging.applied import is_applied
from boundary.resolve.packaging.charts import below, mapping
from boundary.resolve.packaging.given import Given
from boundary.resolve.packaging.places import Places
from boundary.resolve.stacks.evaluator import Evaluator, as_text, member
from boundary.resolve.stacks.modules import Modules
from boundary.resolve.stacks.things import Encoded, Null, Resource, Rows, Table, Thing, items, text

_TYPE = "helm_release"
_HOLES = 0xE100
"""The first of the private-use characters that stand for what is not known while a text is read as YAML."""

_MOST_HOLES = 0xF000 - _HOLES


def deployed(files: Sequence[FileFacts], texts: Mapping[str, str]) -> list[Resource]:
    """What all stacks bring into clusters, by releases and by manifests; ``texts`` are files of values."""
    kept = [file for file in files if not file.mark]
    if not any(isinstance(fact, Block) and _brings(fact.type) for file in kept for fact in file.facts):
        return []
    held = {path: TextFile(text, template(text, 0, grammar())) for path, text in texts.items()}
    held |= {file.path: fact for file in kept for fact in file.facts if isinstance(fact, TextFile)}
    found = Modules(Files(kept), Evaluator(texts=held)).resources
    return [one for one in found if _brings(one.type) and one.declared]


def _brings(kind: str) -> bool:
    return kind == _TYPE or is_applied(kind)


def declared(resources: Sequence[Resource], places: Places) -> Iterator[tuple[str, Given]]:
    """The releases among what stacks bring, with the files that declare them."""
    for one in resources:
        if one.type == _TYPE:
            yield one.location.path, _given(one, places)


def _given(resource: Resource, places: Places) -> Given:
    chart, repository = resource.text("chart") or "", resource.text("repository") or ""
    layers = [_layer(one, resource.place("values"), places) for one in items(resource.get("values"))]
    for kind in ("set", "set_sensitive"):
        for one in items(resource.get(kind)):
            name, value = text(member(one, "name")), member(one, "value")
            if name and not isinstance(value, Null):
                layers.append(below(name, _leaf(value, resource.place(kind), places)))
    return Given(
        resource.text("name") or resource.label.partition("[")[0],
        chart.rpartition("/")[2] if repository and not chart.startswith(".") else chart,
        resource.text("namespace") or "",
        layers=tuple(layers),
        line=resource.line("name"),
        version=resource.text("version") or "",
    )


def _layer(thing: Thing, place: Location, places: Places) -> dict[str, Any]:
    """The values that a text of YAML, or an encoded document, gives."""
    if isinstance(thing, Encoded):
        found = _plain(thing.of, place, places)
        return found if isinstance(found, dict) else {}
    value = as_text(thing)
    holes = value.holes[:_MOST_HOLES]
    marks = {hole: chr(_HOLES + at) for at, hole in enumerate(holes)}
    whole = "".join(part if isinstance(part, str) else marks.get(part, "") for part in value.parts)
    shown = {ord(mark): str(Value((hole,))) for hole, mark in marks.items()}
    found = mapping(whole)
    return {key: _shown(inner, shown, place, places) for key, inner in found.items()}


def _shown(value: Any, shown: Mapping[int, str], place: Location, places: Places) -> Any:
    """Values in which what is not known is named again."""
    if isinstance(value, dict):
        return {key: _shown(inner, shown, place, places) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner, shown, place, places) for inner in value]
    return places.put(value.translate(shown) if isinstance(value, str) else value, place.path, place.line)


def _plain(thing: Thing, place: Location, places: Places) -> Any:
    if isinstance(thing, Table):
        at = {name: Location(place.path, thing.lines.get(name) or place.line) for name in thing.entries}
        return {name: _plain(inner, at[name], places) for name, inner in thing.entries.items()}
    if isinstance(thing, Rows):
        return [_plain(one, place, places) for one in thing.items]
    return None if isinstance(thing, Null) else _leaf(thing, place, places)


def _leaf(thing: Thing, place: Location, places: Places) -> Any:
    known = text(thing)
    value = str(as_text(thing)) if known is None else scalar(Node(1, 1, "scalar", "", known))
    return places.put(value, place.path, place.line)
