"""Manifests that Terraform applies: resources of its provider for Kubernetes, and texts of YAML.

What a module makes stands where the module is called, since that says what for. See
https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/manifest and
https://registry.terraform.io/providers/alekc/kubectl/latest/docs/resources/kubectl_manifest .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from boundary.extractors import kubernetes
from boundary.facts import AnyFact, Apply, Deployment, Expr, Ref
from boundary.reading.yaml import Node
from boundary.resolve.stacks import yamltexts
from boundary.resolve.stacks.apispelling import api, manifest
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.things import Encoded, Null, Resource, Rows, Table, Thing, items, text

_WHOLE = {"kubernetes_manifest": "manifest", "kubectl_manifest": "yaml_body", "k8s_manifest": "content"}
"""Resources that are manifests as they are applied, by the attribute that is it."""

_FILLED = frozenset(("value", "args", "command", "image", "url"))
"""What is a text to be filled rather than a name, of which only what is known tells."""

_DEEPEST = 60


def is_applied(kind: str) -> bool:
    """Whether resources of a type are manifests."""
    return kind in _WHOLE or api(kind) is not None


def applied(resources: Iterable[Resource]) -> dict[str, list[AnyFact]]:
    """The facts of all manifests that stacks apply, by the files in which they are asked for."""
    found: dict[str, list[AnyFact]] = defaultdict(list)
    for one in resources:
        if one.declared and is_applied(one.type):
            home = one.calls[0][0] if one.calls else one.location.path
            made = kubernetes.read(home, (_Writer(one, home).node(table) for table in _manifests(one)))
            found[home] += (fact for fact in made if not isinstance(fact, Deployment))  # type: ignore[misc]
    return found


def _manifests(one: Resource) -> Iterator[Table]:
    if one.type not in _WHOLE:
        made = manifest(one)
        yield from (made,) if made is not None else ()
        return
    key = _WHOLE[one.type]
    written = [expr for _, expr in one.body.get(key, ())]
    if any(_is_file(expr) for expr in written):
        return  # It is read where it stands.
    stands = one.line(key) if not any(isinstance(expr, Apply) for expr in written) else 0
    for thing in items(one.get(key)):
        whole = thing.of if isinstance(thing, Encoded) else thing
        found = (whole,) if isinstance(whole, Table) else yamltexts.documents(whole, stands)
        yield from (each for each in found if isinstance(each, Table))


def _is_file(expr: Expr) -> bool:
    """``file(…)``, and what it is decoded by."""
    if not isinstance(expr, Apply) or not isinstance(expr.callee, Ref) or not expr.args:
        return False
    return expr.callee.name == "file" or (expr.callee.name == "yamldecode" and _is_file(expr.args[0]))


class _Writer:
    """Writes what a resource says as nodes, each at its line in the file ``home``."""

    def __init__(self, resource: Resource, home: str) -> None:
        self._resource = resource
        self._home = home

    def node(self, thing: Thing, line: int = 0, key: str = "", depth: int = 0) -> Node:
        """A thing as a node; names stand where they are given to the module that a resource is in."""
        line = line or self._line("", 0)
        if isinstance(thing, Rows) and depth < _DEEPEST:
            inner = (self.node(one, self._line(_name(one), _first(one) or line), key, depth + 1) for one in thing.items)
            return Node(line, 1, "sequence", items=tuple(inner))
        if isinstance(thing, Table) and depth < _DEEPEST:
            return Node(line, 1, "mapping", pairs=tuple(self._pairs(thing, line, key, depth)))
        return Node(line, 1, "scalar", text=_said(thing, key), quoted=not isinstance(thing, Null))

    def _pairs(self, table: Table, line: int, key: str, depth: int) -> Iterator[tuple[Node, Node]]:
        for name, inner in table.entries.items():
            at = self._line(name, table.lines.get(name) or line)
            kept = key if key in ("data", "stringData") else name
            yield Node(at, 1, "scalar", text=name), self.node(inner, at, kept, depth + 1)

    def _line(self, key: str, line: int) -> int:
        """Where a key is given to a module, else the line itself where that is one of the same file."""
        if self._resource.calls:
            return self._resource.said(key).line
        return line or self._resource.location.line


def _name(thing: Thing) -> str:
    return text(thing.get("name")) or "" if isinstance(thing, Table) else ""


def _first(thing: Thing) -> int:
    return min((line for line in thing.lines.values() if line), default=0) if isinstance(thing, Table) else 0


def _said(thing: Thing, key: str) -> str:
    """A text in which a variable stands for what is not known; of a name what is known."""
    parts = as_text(thing).parts
    if key in _FILLED or key in ("data", "stringData"):
        return "".join(part if isinstance(part, str) else f"${{{_word(part.name)}}}" for part in parts)
    known = "".join(part for part in parts if isinstance(part, str))
    return known if len(parts) == 1 and parts[0] == known else known.strip("-_. ")


def _word(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_") or "unknown"
