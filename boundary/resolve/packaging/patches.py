"""Manifests changed by patches: merged as the cluster would (strategic merge), or by RFC 6902.

See https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md .
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from boundary.reading.yaml import MISSING, Node

_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "ports": ("containerPort", "port"),
    "volumeClaimTemplates": ("name",),
}
_DEEPEST = 100

Pairs = tuple[tuple[Node, Node], ...]


def merged(base: Node, patch: Node, field: str = "", depth: int = 0) -> Node:
    """A node with a patch laid over it."""
    if base.kind == "mapping" and patch.kind == "mapping" and depth < _DEEPEST:
        if patch.get("$patch").text == "replace":
            return structs.replace(patch, pairs=tuple(pair for pair in patch.pairs if pair[0].text != "$patch"))
        return structs.replace(base, pairs=_mapping(base, patch, depth))
    if base.kind == "sequence" and patch.kind == "sequence" and field in _KEYS:
        return structs.replace(base, items=_sequence(base, patch, _KEYS[field], depth))
    return patch


def _mapping(base: Node, patch: Node, depth: int) -> Pairs:
    changed = {key.text: (key, value) for key, value in patch.pairs if key.text != "$patch"}
    found = []
    for key, value in base.pairs:
        if key.text not in changed:
            found.append((key, value))
            continue
        other = changed.pop(key.text)[1]
        if not other.null and other.get("$patch").text != "delete":
            found.append((key, merged(value, other, key.text, depth + 1)))
    return (*found, *(pair for pair in changed.values() if not pair[1].null))


def _sequence(base: Node, patch: Node, keys: tuple[str, ...], depth: int) -> tuple[Node, ...]:
    found = list(base.items)
    for item in patch.items:
        identity = _identity(item, keys)
        at = next((at for at, one in enumerate(found) if identity and _identity(one, keys) == identity), None)
        if item.get("$patch").text == "delete":
            found = [one for number, one in enumerate(found) if number != at]
        elif at is None:
            found.append(item)
        else:
            put = merged(found[at], item, depth=depth + 1)
            # An entry that only has texts is the patch's; a container with one variable more is still the manifest's.
            plain = all(value.kind == "scalar" for _, value in item.pairs)
            found[at] = structs.replace(put, line=item.line, column=item.column) if plain else put
    return tuple(found)


def _identity(item: Node, keys: tuple[str, ...]) -> str:
    return next((value.text for key in keys if (value := item.get(key))), "")


def changed(base: Node, operations: Node) -> Node:
    """A node after the operations of a JSON patch; those that do not fit are passed over."""
    for operation in operations.items:
        name, path = operation.get("op").text, operation.get("path").text
        steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]][:_DEEPEST]
        if not steps or name not in ("add", "replace", "remove"):
            continue
        value = operation.get("value")
        last = steps[-1]
        base = _at(base, steps[:-1], lambda node, n=name, k=last, v=value: _one(node, n, k, v))  # type: ignore[misc]
    return base


def _at(node: Node, steps: list[str], change: Callable[[Node], Node]) -> Node:
    """A node with what lies at a path changed."""
    if not steps:
        return change(node)
    step, rest = steps[0], steps[1:]
    if node.kind == "mapping":
        pairs = tuple((key, _at(value, rest, change) if key.text == step else value) for key, value in node.pairs)
        return structs.replace(node, pairs=pairs)
    if node.kind == "sequence" and step.isdecimal():
        wanted = int(step[:6])
        return structs.replace(
            node, items=tuple(_at(item, rest, change) if at == wanted else item for at, item in enumerate(node.items))
        )
    return node


def _one(node: Node, name: str, key: str, value: Node) -> Node:
    if node.kind == "mapping":
        kept = tuple(pair for pair in node.pairs if pair[0].text != key)
        place = structs.replace(MISSING, kind="scalar", text=key, line=value.line, column=value.column)
        return structs.replace(node, pairs=kept if name == "remove" else (*kept, (place, value)))
    if node.kind == "sequence":
        items = list(node.items)
        at = len(items) if key == "-" else int(key[:6]) if key.isdecimal() else -1
        if name == "add" and 0 <= at <= len(items):
            items.insert(at, value)
        elif name == "replace" and 0 <= at < len(items):
            items[at] = value
        elif name == "remove" and 0 <= at < len(items):
            del items[at]
        return structs.replace(node, items=tuple(items))
    return node
