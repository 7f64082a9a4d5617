"""Fields of manifests that a kustomization fills with what another one has: ``replacements``, and ``vars`` before them.

See https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/ and …/vars/ .
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import structs

from boundary.reading.yaml import MISSING, Node

_STEP = re.compile(r"\[[^\[\]]*\]|(?:\\.|[^.\[\]\\])+")
_CHOICE = re.compile(r"\[(?:([\w.-]+)=)?(.*)\]")
_MOST = 200
"""Entries of a kustomization, and paths of each target, that are looked at."""

_TARGETS = 2_000
"""Targets of all entries of a kustomization together."""

_DEEPEST = 40
_LONGEST = 10_000
"""Characters of a text that something is put into: one that is put into itself doubles each time."""

_LONGEST_NAME = 253
"""Characters of what a variable stands for: names, addresses, numbers."""


def replaced(nodes: Sequence[Node], entries: Sequence[Node]) -> list[Node]:
    """The manifests with each replacement done in its turn."""
    found, left = list(nodes), _TARGETS
    for entry in entries[:_MOST]:
        source = entry.get("source")
        told = next((one for one in found if _chosen(one, source)), MISSING)
        text = _part(_at(told, _steps(source.get("fieldPath").string or "metadata.name")).text, source.get("options"))
        targets = entry.get("targets").items[:left] if text else ()
        left -= len(targets)
        for target in targets:
            found = [_put(one, target, text) if _meant(one, target) else one for one in found]
    return found


def filled(nodes: Sequence[Node], variables: Sequence[Node]) -> list[Node]:
    """The manifests with ``$(NAME)`` filled in wherever a variable of that name is declared."""
    known: dict[str, str] = {}
    for one in variables[:_MOST]:
        of = next((node for node in nodes if _chosen(node, one.get("objref"))), MISSING)
        text = _at(of, _steps(one.get("fieldref", "fieldpath").string or "metadata.name")).text
        if one.get("name").string and 0 < len(text) <= _LONGEST_NAME:
            known[f"$({one.get('name').string})"] = text
    return [_with(node, known) for node in nodes] if known else list(nodes)


def _with(node: Node, known: Mapping[str, str]) -> Node:
    if node.kind == "scalar":
        if "$(" not in node.text or len(node.text) > _LONGEST:
            return node
        return structs.replace(node, text=re.sub(r"\$\([\w.-]+\)", lambda name: known.get(name[0], name[0]), node.text))
    items = tuple(_with(item, known) for item in node.items)
    return structs.replace(node, items=items, pairs=tuple((key, _with(value, known)) for key, value in node.pairs))


def _meant(node: Node, target: Node) -> bool:
    return _chosen(node, target.get("select")) and not any(_chosen(node, one) for one in target.get("reject").items)


def _chosen(node: Node, said: Node) -> bool:
    """Whether a manifest is one that a selector means."""
    pairs = ((said.get(key).string, node.get(*path).string) for key, path in (
        ("kind", ("kind",)), ("name", ("metadata", "name")), ("namespace", ("metadata", "namespace"))))  # fmt: skip
    given = [(wanted, has) for wanted, has in pairs if wanted]
    return bool(given) and all(wanted == has for wanted, has in given)


def _steps(path: str) -> list[str]:
    return [step.replace("\\.", ".") for step in _STEP.findall(path)][:_DEEPEST]


def _fits(step: str, at: int, item: Node) -> bool:
    """Whether an item of a list is one that a step means: by its number, a field of it, or all."""
    choice = _CHOICE.fullmatch(step)
    if choice is None:
        return step == "*" or step == str(at)
    return item.get(choice[1]).text == choice[2] if choice[1] else item.text == choice[2]


def _at(node: Node, steps: Sequence[str]) -> Node:
    """What lies at a path, ``MISSING`` for nothing."""
    for step in steps:
        if node.kind == "sequence":
            node = next((item for at, item in enumerate(node.items) if _fits(step, at, item)), MISSING)
        else:
            node = node.get(step)
    return node


def _part(text: str, options: Node) -> str:
    """A text, or the piece of it that is asked for."""
    pieces = text.split(options.get("delimiter").text) if options.get("delimiter").text else []
    index = options.get("index").number or 0
    return text if not pieces else pieces[index] if 0 <= index < len(pieces) else ""


def _put(node: Node, target: Node, text: str) -> Node:
    options = target.get("options")
    creates = options.get("create").flag

    def change(old: Node) -> Node:
        delimiter, index = options.get("delimiter").text, options.get("index").number or 0
        pieces = old.text.split(delimiter) if delimiter else []
        if pieces and 0 <= index < len(pieces):
            pieces[index] = text
        whole = delimiter.join(pieces) if pieces else text
        return structs.replace(old, kind="scalar", text=whole, quoted=True) if len(whole) <= _LONGEST else old

    for path in target.get("fieldPaths").strings[:_MOST] or ("metadata.name",):
        node = _changed(node, _steps(path), change, creates)
    return node


def _changed(node: Node, steps: Sequence[str], change: Callable[[Node], Node], creates: bool) -> Node:
    """A node with what lies at a path changed; what is not there is made where that is asked for."""
    if not steps:
        return change(node) if node.kind == "scalar" or creates else node
    step, rest = steps[0], steps[1:]
    if node.kind == "sequence":
        items = (_changed(item, rest, change, creates) if _fits(step, at, item) else item
                 for at, item in enumerate(node.items))  # fmt: skip
        return structs.replace(node, items=tuple(items))
    if node.kind == "mapping" and not any(key.text == step for key, _ in node.pairs):
        if not creates or _CHOICE.fullmatch(step):
            return node
        place = structs.replace(MISSING, kind="scalar", text=step, line=node.line, column=node.column)
        made = structs.replace(place, kind="scalar" if not rest else "mapping", text="")
        return structs.replace(node, pairs=(*node.pairs, (place, _changed(made, rest, change, creates))))
    pairs = tuple((key, _changed(value, rest, change, creates) if key.text == step else value)
                  for key, value in node.pairs)  # fmt: skip
    return structs.replace(node, pairs=pairs)
