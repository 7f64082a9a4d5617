"""Kustomizations put together: what an overlay makes of the manifests below it.

The manifests themselves are read where they stand. What a kustomization that no other one takes in changes of them is
one more way in which they are deployed: its workloads are told of the kustomization, at the line that brings the
manifest, and what is said about them where it is written, in the manifest or the patch. Prefixes of names are left out:
they tell deployments apart, not services. The namespace is told beside the manifests that all kustomizations put into
the same one.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from msgspec import structs

from boundary.extractors import kubernetes
from boundary.facts import AnyFact, Deployment, Packaging, Setting, Situated
from boundary.model import Value
from boundary.reading import yaml
from boundary.reading.secrets import keep
from boundary.reading.yaml import MISSING, Node
from boundary.resolve.files import ancestors, folder, inside
from boundary.resolve.packaging.affixes import Found
from boundary.resolve.packaging.lines import Lines
from boundary.resolve.packaging.patches import changed, merged
from boundary.resolve.packaging.replacements import filled, replaced

DEEPEST = 20
"""Kustomizations that take each other in."""

MOST = 50_000
"""Manifests that all kustomizations of a workspace may bring together."""

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_WORKLOADS = frozenset(("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod", "Rollout"))
_TOLD = _WORKLOADS | {"ConfigMap"}
_FRONTS = frozenset(("Service", "NetworkPolicy"))
_REFERENCES = frozenset(("configMapRef", "secretRef", "configMapKeyRef", "secretKeyRef"))
_GENERATORS = (("configmap", "configMapGenerator"), ("secret", "secretGenerator"))


@dataclass(frozen=True, slots=True)
class _Resource:
    """A manifest as it is now, and as it was written."""

    node: Node
    written: Node
    path: str
    line: int = 1
    """Of the entry that brings it."""

    @property
    def kind(self) -> str:
        return self.node.get("kind").text

    @property
    def name(self) -> str:
        return self.node.get("metadata", "name").text


@dataclass(slots=True)
class _Map:
    """A generated ConfigMap or Secret, its settings by their keys: ``own`` when no other kustomization says anything of
    it, ``again`` when several do."""

    settings: dict[str, Setting]
    again: bool = False
    own: bool = False

    def add(self, settings: Iterable[Setting]) -> None:
        """Lay settings over those that are there."""
        self.settings |= {one.key: one for one in settings}


def built(texts: Mapping[str, Packaging], settings: Mapping[str, Sequence[Setting]]) -> Found:
    """What kustomizations add to the facts of their files; ``settings`` are the files of variables, by path."""
    return _Builder(texts, settings).built()


class _Builder:
    def __init__(self, texts: Mapping[str, Packaging], settings: Mapping[str, Sequence[Setting]]) -> None:
        self._texts = texts
        self._settings = settings
        self._overlays = {path: _first(fact.text) for path, fact in texts.items() if fact.kind == "overlay"}
        self._left = MOST
        self._lines = Lines()

    def built(self) -> Found:
        """Generated settings of every kustomization; changed workloads of those that are taken in by none."""
        found: Found = {}
        taken = {target for path, node in self._overlays.items() for target in self._taken(path, node)}
        for path, node in sorted(self._overlays.items()):
            made: list[AnyFact] = list(self._generated(path, node))
            if path not in taken and _is_component(node):
                made += self._offered(path, taken)
            elif path not in taken:
                maps = self._maps(path, 0)
                made = [one for each in maps.values() if each.again or each.own for one in each.settings.values()]
                built = self._build(path, [], 0)
                made += self._changed(built, {name for name, each in maps.items() if each.again})
                self._standing(built, found)
            if made:
                found.setdefault(path, []).extend(made)
        for place, space in self._situated(taken):
            found.setdefault(place, []).append(Situated(space))
        return found

    def _changed(self, resources: Sequence[_Resource], maps: Set[str] = frozenset()) -> Iterator[AnyFact]:
        """The facts of resources that are no longer what is written in their files, and of workloads that take
        variables from ``maps``, or from a changed one."""
        others = {id(one) for one in resources if one.kind in _TOLD and _told(one.node) != _told(one.written)}
        taken = {*maps, *(one.name for one in resources if id(one) in others and one.kind == "ConfigMap")}
        for resource in resources:
            refers = taken and resource.kind in _WORKLOADS and not taken.isdisjoint(_sources(resource.node))
            if id(resource) in others or refers:
                for fact in kubernetes.read("", [resource.node]):
                    if not isinstance(fact, Deployment):
                        yield self._lines.told(fact, resource.line)

    def _standing(self, resources: Sequence[_Resource], found: Found) -> None:
        """What is in front of workloads, changed by a patch: told beside the workloads that are told where they stand,
        which may be in no namespace, since every kustomization puts them into another."""
        for one in resources:
            if one.kind in _FRONTS and _told(one.node) != _told(one.written):
                facts = (fact for fact in kubernetes.read("", [one.node]) if not isinstance(fact, Deployment))
                found.setdefault(one.path, []).extend(self._lines.told(fact, one.line) for fact in facts)

    def _offered(self, path: str, taken: set[str]) -> Iterator[AnyFact]:
        """What a component changes that is only offered: put onto the nearest kustomization above it."""
        above = (posixpath.join(at, name) for at in ancestors(folder(path)) for name in _NAMES)
        root = next((one for one in above if one in self._overlays and one not in taken and one != path), None)
        if root is not None and not _is_component(self._overlays[root]):
            given = self._build(root, [], 0)
            as_before = {id(one) for one in given}
            built = (one for one in self._build(path, given, 0) if id(one) not in as_before)
            yield from self._changed([replace(one, line=self._overlays[path].line) for one in built])

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

    def _build(self, path: str, below: list[_Resource], depth: int) -> list[_Resource]:
        """The resources of a kustomization; a component's are those that it is given, and its own."""
        node = self._overlays[path]
        found = list(below)
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            return found
        for key in ("resources", "bases"):
            for entry in node.get(key).items:
                found += self._brought(path, entry, depth)
        for entry in node.get("components").items:
            component = self._overlay(inside(folder(path), entry.text))
            if component and component != path:
                given = {id(one.written) for one in found}
                built = self._build(component, found, depth + 1)
                found = [one if id(one.written) in given else replace(one, line=entry.line) for one in built]
        for patch, target in self._patches(path, node):
            found = [self._patched(one, patch, target) for one in found]
        nodes = replaced([one.node for one in found], self._replacements(path, node))
        nodes = filled(nodes, node.get("vars").items)
        found = [replace(one, node=made) for one, made in zip(found, nodes, strict=True)]
        return [_pictured(one, node.get("images")) for one in found]

    def _replacements(self, path: str, node: Node) -> list[Node]:
        """Those that stand in a kustomization, and in files that it names."""
        found: list[Node] = []
        for entry in node.get("replacements").items:
            fact = self._texts.get(inside(folder(path), entry.get("path").string) or "") if entry.get("path") else None
            found += _documents(fact.text, any_kind=True) if fact else [entry]
        return [inner for one in found for inner in (one.items or (one,))]

    def _brought(self, path: str, entry: Node, depth: int) -> Iterator[_Resource]:
        """What one entry of ``resources`` brings."""
        where = inside(folder(path), entry.text)
        overlay = self._overlay(where)
        if overlay and overlay != path:
            inner = self._build(overlay, [], depth + 1)
        else:
            fact = self._texts.get(where or "")
            told = _documents(fact.text) if fact and fact.kind == "manifest" else []
            inner = [_Resource(self._lines.of(where or "", one), one, where or "") for one in told]
        for one in inner:
            self._left -= 1
            if self._left >= 0:
                yield replace(one, line=entry.line)

    # --- patches --------------------------------------------------------------------------------------------

    def _patches(self, path: str, node: Node) -> Iterator[tuple[Node, Node]]:
        """Each patch with its target (``MISSING``: what it names itself)."""
        for entry in (*node.get("patches").items, *node.get("patchesJson6902").items):
            for patch in self._written(path, entry.get("patch"), entry.get("path")):
                yield patch, entry.get("target")
        for entry in node.get("patchesStrategicMerge").items:
            within = "\n" in entry.text
            for patch in self._written(path, entry if within else MISSING, MISSING if within else entry):
                yield patch, MISSING

    def _written(self, path: str, text: Node, file: Node) -> Iterator[Node]:
        """The patches of a text that stands in a kustomization, or of a file that it names."""
        if text:
            # The text of a block begins below the mark of the block.
            above = text.line - (0 if "\n" in text.text else 1)
            for patch in _documents(text.text, any_kind=True):
                yield self._lines.of(path, patch, above)
            return
        where = inside(folder(path), file.string) if file.string else None
        fact = self._texts.get(where or "")
        for patch in _documents(fact.text, any_kind=True) if fact else ():
            yield self._lines.of(where or "", patch)

    def _patched(self, resource: _Resource, patch: Node, target: Node) -> _Resource:
        if target.kind == "missing":
            target = Node(0, 0, "mapping", pairs=tuple((k, v) for k, v in patch.pairs if k.text == "kind"))
            named = patch.get("metadata", "name").text
        else:
            named = target.get("name").string
        if not _fits(target.get("kind").string, resource.kind) or not _fits(named, resource.name):
            return resource
        node = changed(resource.node, patch) if patch.kind == "sequence" else merged(resource.node, patch)
        return replace(resource, node=node)

    # --- generators -----------------------------------------------------------------------------------------

    def _maps(self, path: str, depth: int) -> dict[str, _Map]:
        """The generated ConfigMaps and Secrets of a kustomization by their names, with what those that it takes in say
        of them."""
        found: dict[str, _Map] = {}
        self._left -= 1
        for inner in self._taken(path, self._overlays[path]) if depth < DEEPEST and self._left > 0 else ():
            for name, one in self._maps(inner, depth + 1).items() if inner != path else ():
                if name in found:
                    found[name].add(one.settings.values())
                else:
                    found[name] = _Map(dict(one.settings), one.again)
        replaced = {
            entry.get("name").string
            for _, generator in _GENERATORS
            for entry in self._overlays[path].get(generator).items
            if entry.get("behavior").text == "replace"
        }
        for name in replaced & found.keys():
            found[name].settings.clear()
        for setting in self._generated(path, self._overlays[path]):
            one = found.setdefault(setting.group, _Map({}, own=True))
            one.again = one.again or not one.own
            one.add([setting if setting.file else structs.replace(setting, file=path)])
        return found

    def _generated(self, path: str, node: Node) -> Iterator[Setting]:
        """The settings of generated ConfigMaps, and those of Secrets as far as they are addresses."""
        for scope, generator in _GENERATORS:
            for entry in node.get(generator).items:
                name = entry.get("name").string
                for literal in entry.get("literals").items:
                    key, _, text = literal.text.partition("=")
                    yield Setting(scope, key, _kept(scope, key, text.strip("\"'")), name, line=literal.line)
                for file in (*entry.get("envs").items, *([entry.get("env")] if entry.get("env") else [])):
                    yield from self._of_file(scope, name, inside(folder(path), file.text) or "")

    def _of_file(self, scope: str, name: str, path: str) -> Iterator[Setting]:
        for one in self._settings.get(path, ()):
            value = _kept(scope, one.key, str(one.value)) if scope == "secret" else one.value
            yield Setting(scope, one.key, value, name, line=one.line, column=one.column, file=path)


def _kept(scope: str, key: str, text: str) -> Value:
    return keep(key, text) if scope == "secret" else kubernetes.entry(text)


def _fits(pattern: str, name: str) -> bool:
    """Whether a target names something; a name may be a regular expression, of which ``.*`` is used."""
    return not pattern or pattern == name or re.fullmatch(re.escape(pattern).replace(r"\.\*", ".*"), name) is not None


def _told(node: Node) -> object:
    """What a resource says of itself, less its name, labels and the versions of its images."""
    return _without_tags(node.get("spec").plain()), node.get("data").plain()


def _sources(node: Node) -> Iterator[str]:
    """The names of the ConfigMaps and Secrets that a workload takes variables from."""
    for key, value in node.pairs:
        if key.text in _REFERENCES:
            yield value.get("name").text
        else:
            yield from _sources(value)
    for item in node.items:
        yield from _sources(item)


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

    return replace(resource, node=replaced(resource.node))


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


def _is_component(node: Node) -> bool:
    """Whether a kustomization is one that others take in at their choice."""
    return node.get("kind").text == "Component"


def _first(text: str) -> Node:
    return next(iter(_documents(text, any_kind=True)), MISSING)
