"""Values of CloudFormation templates as expressions: intrinsic functions in their long and their short form.

See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html . The
mappings, conditions and imports of a template are the names ``<mappings>``, ``<conditions>`` and ``<imports>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown
from boundary.reading.yaml import Node

_PLACE = re.compile(r"\$\{(!?)([^${}]+)\}")


def expression(node: Node) -> Expr:
    """A value of a template."""
    name = node.tag.removeprefix("!") if node.tag.startswith("!") else ""
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](node)
    if node.kind == "mapping":
        if len(node.pairs) == 1:
            key, value = node.pairs[0]
            function = _FUNCTIONS.get(key.text.removeprefix("Fn::")) if _is_function(key.text) else None
            if function is not None:
                return function(value)
        return Record(tuple((Text(key.text, key.line), expression(value)) for key, value in node.pairs))
    if node.kind == "sequence":
        return Listing(tuple(expression(item) for item in node.items))
    return Ref("null") if node.null or not node.line else Text(node.text, node.line)


def _is_function(key: str) -> bool:
    return key.startswith("Fn::") or key in ("Ref", "Condition")


def reference(written: str) -> Expr:
    """``Table``, or ``Table.Arn``."""
    name, _, attribute = written.strip().partition(".")
    if name == "AWS::NoValue":
        return Ref("null")
    return Member(Ref(name), attribute) if attribute else Ref(name)


def _attribute(node: Node) -> Expr:
    parts = [item.text for item in node.items] if node.items else [node.text]
    return reference(".".join(parts))


def _substituted(node: Node) -> Expr:
    given: Mapping[str, Expr] = {}
    text = node
    if node.items:
        text = node.items[0]
        if len(node.items) > 1:
            given = {key.text: expression(value) for key, value in node.items[1].pairs}
    parts: list[Expr] = []
    at = 0
    for found in _PLACE.finditer(text.text):
        parts.append(Text(text.text[at : found.start()], text.line))
        at = found.end()
        name = found[2].strip()
        parts.append(Text("${" + name + "}", text.line) if found[1] else given.get(name, reference(name)))
    parts.append(Text(text.text[at:], text.line))
    kept = tuple(part for part in parts if not isinstance(part, Text) or part.text)
    return kept[0] if len(kept) == 1 else Join(kept)


def _called(name: str) -> Callable[[Node], Expr]:
    def call(node: Node) -> Expr:
        return Apply(Ref(name), tuple(expression(item) for item in node.items or (node,)), line=node.line)

    return call


def _condition(name: str) -> Expr:
    return Member(Ref("<conditions>"), name)


def _if(node: Node) -> Expr:
    if len(node.items) != 3:
        return Unknown()
    return Apply(Ref("if"), (_condition(node.items[0].text), expression(node.items[1]), expression(node.items[2])))


def _found(node: Node) -> Expr:
    if len(node.items) < 3:
        return Unknown()
    name, first, second = (expression(item) for item in node.items[:3])
    return Item(Item(Item(Ref("<mappings>"), name), first), second)


def _selected(node: Node) -> Expr:
    return Item(expression(node.items[1]), expression(node.items[0])) if len(node.items) == 2 else Unknown()


_FUNCTIONS: dict[str, Callable[[Node], Expr]] = {
    "Ref": lambda node: reference(node.text) if "." not in node.text else Ref(node.text),
    "GetAtt": _attribute,
    "Sub": _substituted,
    "Join": _called("join"),
    "Split": _called("split"),
    "Select": _selected,
    "If": _if,
    "Equals": _called("=="),
    "Not": _called("!"),
    "And": _called("&&"),
    "Or": _called("||"),
    "Condition": lambda node: _condition(node.text),
    "FindInMap": _found,
    "ImportValue": lambda node: Item(Ref("<imports>"), _inner(node, "!ImportValue")),
    "ToJsonString": _called("jsonencode"),
    "Base64": lambda node: _inner(node, "!Base64"),
    "GetAZs": lambda _: Unknown(),
    "Cidr": lambda _: Unknown(),
    "Transform": lambda _: Unknown(),
}


def _inner(node: Node, short: str) -> Expr:
    """What a function is given, whose short form stands at the same node."""
    return _untagged(node) if node.tag == short else expression(node)


def _untagged(node: Node) -> Expr:
    """What stands behind a short form, which may be another function in its long form."""
    if node.kind == "mapping" and len(node.pairs) == 1:
        key, value = node.pairs[0]
        function = _FUNCTIONS.get(key.text.removeprefix("Fn::"))
        return function(value) if function else Unknown()
    return Text(node.text, node.line)
