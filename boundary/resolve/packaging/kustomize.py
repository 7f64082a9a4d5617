"""Kustomizations put together: what an overlay makes of the manifests below it.

The manifests themselves are read where they stand. What a kustomization that no other one takes in changes of them is
one more way in which they are deployed; its facts stand in the kustomization, at the line that brings the manifest or
the change. Prefixes of names are left out: they tell deployments apart, not services. The namespace is told beside the
manifests that all kustomizations put into the same one.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from boundary.extractors import kubernetes
from boundary.facts import AnyFact, Deployment, Packaging, Setting, Situated
from boundary.reading import yaml
from boundary.reading.yaml import MISSING, Node
from boundary.resolve.files import folder, inside
from boundary.resolve.packaging.affixes import Found
from boundary.resolve.packaging.patches import changed, merged

DEEPEST = 20
"""Kustomizations that take each other in."""

MOST = 50_000
"""Manifests that all kustomizations of a workspace may bring together."""

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_WORKLOADS = frozenset(("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod", "Rollout"))


@dataclass(frozen=True, slots=True)
class _Resource:
    """A manifest as it is now, and as it was written."""

    node: Node
    written: Node

    @property
    def kind(self) -> str:
        return self.node.get("kind").text

    @property
    def name(self) -> str:
        return self.node.get("metadata", "name").text


def built(texts: Mapping[str, Packaging], settings: Mapping[str, Sequence[Setting]]) -> Found:
    """What kustomizations add to the facts of their files; ``settings`` are the files of variables, by path."""
    return _Builder(texts, settings).built()


class _Builder:
    def __init__(self, texts: Mapping[str, Packaging], settings: Mapping[str, Sequence[Setting]]) -> None:
        self._texts = texts
        self._settings = settings
        self._overlays = {path: _first(fact.text) for path, fact in texts.items() if fact.kind == "overlay"}
        self._left = MOST

    def built(self) -> Found:
        """Generated settings of every kustomization; changed workloads of those that are taken in by none."""
        found: Found = {}
        taken = {target for path, node in self._overlays.items() for target in self._taken(path, node)}
        for path, node in sorted(self._overlays.items()):
            made: list[AnyFact] = list(self._generated(path, node))
            if path not in taken and node.get("kind").text != "Component":
                for resource in self._build(path, [], 0):
                    if resource.kind in _WORKLOADS and _told(resource.node) != _told(resource.written):
                        facts = kubernetes.read("", [resource.node])
                        made += [one for one in facts if not isinstance(one, Deployment)]  # type: ignore[misc]
            if made:
                found[path] = made
        for place, space in self._situated(taken):
            found.setdefault(place, []).append(Situated(space))
        return found

    def _situated(self, taken: set[str]) -> Iterator[tuple[str, str]]:
        """The files whose contents are put into one namespace alone, with that."""
        spaces: dict[str, set[str]] = defaultdict(set)
        for path in sorted(self._overlays):
            if path not in taken:
                for place, space in self._below(path, "", 0):
                    spaces[place].add(space)
        for place, found in sorted(spaces.items()):
            if len(found) == 1 and "" not in found:
                yield place, next(iter(found))

    def _below(self, path: str, space: str, depth: int) -> Iterator[tuple[str, str]]:
        """A kustomization and the files that it takes in, with the namespace that the outermost one of them says."""
        node = self._overlays[path]
        space = space or node.get("namespace").string
        yield path, space
        self._left -= 1
        for key in ("resources", "bases", "components") if depth < DEEPEST and self._left > 0 else ():
            for entry in node.get(key).strings:
                where = inside(folder(path), entry)
                inner = self._overlay(where)
                if inner and inner != path:
                    yield from self._below(inner, space, depth + 1)
                elif where in self._texts:
                    yield where or "", space

    def _taken(self, path: str, node: Node) -> Iterator[str]:
        for key in ("resources", "bases", "components"):
            for entry in node.get(key).strings:
                target = self._overlay(inside(folder(path), entry))
                if target:
                    yield target

    def _overlay(self, where: str | None) -> str | None:
        """The kustomization in a folder."""
        if where is None:
            return None
        return next((path for name in _NAMES if (path := posixpath.join(where, name)) in self._overlays), None)

    def _build(self, path: str, below: list[_Resource], depth: int, line: int = 0) -> list[_Resource]:
        """The resources of a kustomization; a component's are those that it is given, and its own, and stand at the
        line that brings the component."""
        node = self._overlays[path]
        found = list(below)
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            return found
        for key in ("resources", "bases"):
            for entry in node.get(key).items:
                found += self._brought(path, entry, depth, line or entry.line)
        for entry in node.get("components").items:
            component = self._overlay(inside(folder(path), entry.text))
            if component and component != path:
                found = self._build(component, found, depth + 1, line or entry.line)
        for patch, target, place in self._patches(path, node):
            found = [self._patched(one, patch, target, line or place) for one in found]
        return [_pictured(one, node.get("images")) for one in found]

    def _brought(self, path: str, entry: Node, depth: int, line: int) -> Iterator[_Resource]:
        """What one entry of ``resources`` brings, which stands at a line."""
        where = inside(folder(path), entry.text)
        overlay = self._overlay(where)
        if overlay and overlay != path:
            inner = self._build(overlay, [], depth + 1)
        else:
            fact = self._texts.get(where or "")
            inner = [_Resource(one, one) for one in _documents(fact.text)] if fact and fact.kind == "manifest" else []
        for one in inner:
            self._left -= 1
            if self._left >= 0:
                yield _Resource(yaml.moved(one.node, (0, line)), one.written)

    # --- patches --------------------------------------------------------------------------------------------

    def _patches(self, path: str, node: Node) -> Iterator[tuple[Node, Node, int]]:
        """Each patch with its target (``MISSING``: what it names itself) and the line of the entry that brings it."""
        for entry in (*node.get("patches").items, *node.get("patchesJson6902").items):
            written = entry.get("patch").string or self._text(path, entry.get("path").string)
            for patch in _documents(written, any_kind=True):
                yield patch, entry.get("target"), entry.line
        for entry in node.get("patchesStrategicMerge").items:
            written = entry.text if "\n" in entry.text else self._text(path, entry.text)
            for patch in _documents(written, any_kind=True):
                yield patch, MISSING, entry.line

    def _text(self, path: str, written: str) -> str:
        fact = self._texts.get(inside(folder(path), written) or "") if written else None
        return fact.text if fact else ""

    def _patched(self, resource: _Resource, patch: Node, target: Node, line: int) -> _Resource:
        if target.kind == "missing":
            target = Node(0, 0, "mapping", pairs=tuple((k, v) for k, v in patch.pairs if k.text == "kind"))
            named = patch.get("metadata", "name").text
        else:
            named = target.get("name").string
        if not _fits(target.get("kind").string, resource.kind) or not _fits(named, resource.name):
            return resource
        here = yaml.moved(patch, (0, line))
        node = changed(resource.node, here) if patch.kind == "sequence" else merged(resource.node, here)
        return _Resource(node, resource.written)

    # --- generators -----------------------------------------------------------------------------------------

    def _generated(self, path: str, node: Node) -> Iterator[Setting]:
        """The settings of generated ConfigMaps; generated Secrets hold nothing that may be shown."""
        for entry in node.get("configMapGenerator").items:
            name = entry.get("name").string
            for literal in entry.get("literals").items:
                key, _, value = literal.text.partition("=")
                yield Setting("configmap", key, kubernetes.entry(value.strip("\"'")), name, line=literal.line)
            files = (*entry.get("envs").items, *([entry.get("env")] if entry.get("env") else []))
            for file in files:
                for setting in self._settings.get(inside(folder(path), file.text) or "", ()):
                    yield Setting("configmap", setting.key, setting.value, name, line=file.line)


def _fits(pattern: str, name: str) -> bool:
    """Whether a target names something; a name may be a regular expression, of which ``.*`` is used."""
    return not pattern or pattern == name or re.fullmatch(re.escape(pattern).replace(r"\.\*", ".*"), name) is not None


def _told(node: Node) -> object:
    """What a workload says of itself, less its name, labels and the versions of its images."""
    return _without_tags(node.get("spec").plain())


def _without_tags(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: inner.rpartition(":")[0] or inner
            if key == "image" and isinstance(inner, str)
            else _without_tags(inner)
            for key, inner in value.items()
        }
    return [_without_tags(inner) for inner in value] if isinstance(value, list) else value


def _pictured(resource: _Resource, images: Node) -> _Resource:
    """With images that are called otherwise (``newName``)."""
    renamed = {one.get("name").text: one.get("newName") for one in images.items if one.get("newName")}
    if not renamed or resource.kind not in _WORKLOADS:
        return resource

    def replaced(node: Node) -> Node:
        pairs = tuple((key, _image(value) if key.text == "image" else replaced(value)) for key, value in node.pairs)
        return structs.replace(node, items=tuple(replaced(item) for item in node.items), pairs=pairs)

    def _image(value: Node) -> Node:
        name = re.split(r"[:@]", value.text.rpartition("/")[2])[0]
        whole = value.text[: len(value.text) - len(value.text.rpartition("/")[2])] + name
        new = renamed.get(whole)
        return structs.replace(value, text=new.text, line=new.line) if new else value

    return _Resource(replaced(resource.node), resource.written)


def _documents(text: str, any_kind: bool = False) -> list[Node]:
    """The manifests of a text, those of lists too."""
    try:
        found = yaml.documents(text)
    except yaml.YamlError:
        return []
    if any_kind:
        return [node for node in found if node]
    inner = [one for node in found for one in (node.get("items").items or (node,))]
    return [node for node in inner if node.kind == "mapping"]


def _first(text: str) -> Node:
    return next(iter(_documents(text, any_kind=True)), MISSING)
