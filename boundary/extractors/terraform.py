"""Terraform and OpenTofu: the blocks of ``.tf``, ``.tofu``, ``.tf.json`` and ``.tfvars`` with their expressions.

Blocks that say nothing of what runs or who may reach it (``check``, ``moved``, ``import`` …) are left out, and of a
``lifecycle`` too. Specifications: https://developer.hashicorp.com/terraform/language/syntax/configuration and
https://developer.hashicorp.com/terraform/language/syntax/json .
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

from boundary.extract import UnreadableSource
from boundary.extractors._documents import documents
from boundary.extractors._hcl import Expressions, TooDeep, template
from boundary.extractors._parsing import parsed
from boundary.facts import Apply, Expr, Fact, Listing, Record, Ref, Text, Unknown, Unreadable
from boundary.facts.infra import Block
from boundary.reading import yaml

if TYPE_CHECKING:
    from tree_sitter import Language, Node

    from boundary.source import Source

FORMAT = "terraform"

_Kind = Literal["resource", "data", "module", "variable", "output", "provider"]

_LABELS: dict[str, int] = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}
_SILENT = frozenset({"lifecycle", "timeouts", "provisioner", "connection", "validation"})
_BROKEN = 10
"""Per cent of a file that may be misunderstood."""


def matches(path: str) -> bool:
    """Configuration and variable files of Terraform and OpenTofu."""
    return path.endswith((".tf", ".tofu", ".tfvars", ".tf.json", ".tfvars.json"))


def extract(source: Source) -> Iterator[Fact]:
    """The blocks of a file, in their order."""
    if source.path.endswith(".json"):
        yield from _json(source)
        return
    data = source.text.encode("utf-8", "replace")
    root = parsed(grammar(), data)
    reader = Blocks(data)
    for body in (one for one in root.named_children if one.type == "body"):
        yield from reader.top(body, assignments=source.path.endswith(".tfvars"))
    yield from reader.deep
    yield from _errors(root, len(data))


@cache
def grammar() -> Language:
    """The grammar of HCL, which other formats are written in as well."""
    import tree_sitter_hcl
    from tree_sitter import Language

    return Language(tree_sitter_hcl.language())


class Blocks:
    """The blocks of one file; ``deep`` says what could not be read of them."""

    def __init__(self, data: bytes) -> None:
        self._read = Expressions(data)
        self.deep: list[Unreadable] = []

    def top(self, body: Node, assignments: bool) -> Iterator[Fact]:
        """What stands at the top of a file."""
        for node in body.named_children:
            if node.type == "attribute" and assignments:
                key, value = self._attribute(node)
                yield _valued("assignment", key.text, value, key.line)
            elif node.type == "block":
                yield from self._block(node)

    def _block(self, node: Node) -> Iterator[Fact]:
        keyword, labels, body = self._parts(node)
        line = self._read.line(node)
        end = int(node.end_point[0]) + 1
        if keyword == "locals" and body is not None:
            for key, value in self.entries(body, 0):
                yield _valued("local", key.text if isinstance(key, Text) else "", value, _line(key, line))
        elif keyword == "terraform" and body is not None:
            yield Block("terraform", "stack", "", "", Record(tuple(self.entries(body, 0))), line=line, end_line=end)
        elif _LABELS.get(keyword) == len(labels) and body is not None:
            kind: _Kind = keyword  # type: ignore[assignment]
            first = labels[0] if len(labels) == 2 else ""
            whole = Record(tuple(self.entries(body, 0)))
            yield Block("terraform", kind, first, labels[-1], whole, line=line, end_line=end)

    def _parts(self, node: Node) -> tuple[str, list[str], Node | None]:
        words = [one for one in node.named_children if one.type in ("identifier", "string_lit")]
        body = next((one for one in node.named_children if one.type == "body"), None)
        names = [self._read.string(one) for one in words]
        empty = node.named_children[0] if body is None and node.named_children else body
        return (names[0] if names else ""), names[1:], empty

    def entries(self, body: Node, depth: int) -> list[tuple[Expr, Expr]]:
        """The attributes and blocks of a body; what is in a block with a label stands below the label."""
        found: list[tuple[Expr, Expr]] = []
        for node in body.named_children:
            if node.type == "attribute":
                found.append(self._attribute(node))
            elif node.type == "block" and depth < 20:
                found += self._inner(node, depth)
        return found

    def _inner(self, node: Node, depth: int) -> Iterator[tuple[Expr, Expr]]:
        keyword, labels, body = self._parts(node)
        if keyword in _SILENT or body is None:
            return
        line = self._read.line(node)
        entries = Record(tuple(self.entries(body, depth + 1)))
        if keyword == "dynamic" and labels:
            yield Text(labels[0], line), _dynamic(labels[0], entries)
        elif labels:
            yield Text(keyword, line), Record(((Text(labels[0], line), entries),))
        else:
            yield Text(keyword, line), entries

    def _attribute(self, node: Node) -> tuple[Text, Expr]:
        name = next((one for one in node.named_children if one.type == "identifier"), None)
        value = next((one for one in node.named_children if one.type == "expression"), None)
        key = Text(self._read.text(name) if name is not None else "", self._read.line(node))
        try:
            return key, self._read.read(value) if value is not None else Unknown()
        except TooDeep as error:
            self.deep.append(Unreadable("depth", str(error), line=error.line))
            return key, Unknown()


def _dynamic(name: str, given: Record) -> Expr:
    """``dynamic "x" { for_each = …  content { … } }`` is a block for each element, which is called after it."""
    said = {key.text: value for key, value in given.entries if isinstance(key, Text)}
    iterator = said.get("iterator")
    called = iterator.name if isinstance(iterator, Ref) else name
    content = said.get("content", Record(()))
    each = (said.get("for_each", Ref("null")), Apply(Ref("")), content, Text("true"))
    return Apply(Ref("dynamic"), each, (("element", Text(called)),))


def _valued(kind: Literal["local", "assignment"], name: str, value: Expr, line: int) -> Block:
    return Block("terraform", kind, "", name, Record(((Text("value", line), value),)), line=line)


def _line(key: Expr, other: int) -> int:
    return key.line if isinstance(key, Text) else other


def _errors(root: Node, size: int) -> Iterator[Fact]:
    """That much of the file is not understood."""
    if not root.has_error:
        return
    waiting, wrong, first = [root], 0, 0
    while waiting:
        node = waiting.pop()
        if node.is_error:
            wrong += node.end_byte - node.start_byte
            line = int(node.start_point[0]) + 1
            first = min(first or line, line)
        elif node.has_error:
            waiting += node.children
    if wrong * 100 > _BROKEN * size:
        yield Unreadable(
            "syntax", "not understood as HCL from here on; what else stands in the file is read", line=first
        )


# --- JSON ---------------------------------------------------------------------------------------------------


def _json(source: Source) -> Iterator[Fact]:
    for document in documents(source, certain=True):
        if source.path.endswith(".tfvars.json"):
            for key, value in document.pairs:
                yield _valued("assignment", key.text, _expression(value), key.line)
            return
        try:
            yield from _blocks(document)
        except TooDeep as error:
            raise UnreadableSource("depth", str(error), error.line) from None


def _blocks(document: yaml.Node) -> Iterator[Fact]:
    for key, value in document.pairs:
        for inner in value.items or (value,):
            if key.text == "locals":
                for name, one in inner.pairs:
                    yield _valued("local", name.text, _expression(one), name.line)
            elif key.text == "terraform":
                yield Block("terraform", "stack", "", "", _expression(inner), line=key.line)
            elif key.text in _LABELS:
                yield from _labelled(key.text, inner)  # type: ignore[arg-type]


def _labelled(kind: _Kind, node: yaml.Node) -> Iterator[Fact]:
    for first, inner in node.pairs:
        if _LABELS[kind] == 1:
            yield Block("terraform", kind, "", first.text, _expression(inner), line=first.line)
            continue
        for name, one in inner.pairs:
            for body in one.items or (one,):
                yield Block("terraform", kind, first.text, name.text, _expression(body), line=name.line)


def _expression(node: yaml.Node) -> Expr:
    if node.kind == "mapping":
        return Record(tuple((Text(key.text, key.line), _expression(value)) for key, value in node.pairs))
    if node.kind == "sequence":
        return Listing(tuple(_expression(item) for item in node.items))
    return Ref("null") if node.null or not node.line else template(node.text, node.line, grammar())
