"""Expressions of HCL as facts have them. The forms of calls are told by ``boundary.facts.infra``.

Specification: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md ; node types are tree-sitter-hcl's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from boundary.extractors._parsing import parsed
from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown

if TYPE_CHECKING:
    from tree_sitter import Language, Node

DEEPEST = 120
"""Expressions in expressions; real ones have some twenty."""

ELEMENT = "<element>"
"""What the element of a ``[*]`` is called."""

_EDGES = frozenset(
    ("quoted_template_start", "heredoc_start", "heredoc_identifier", "template_if_intro", "template_if_end")
)

_ESCAPE = re.compile(r'\\(["\\nrt]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\$\$\{|%%\{')
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class TooDeep(Exception):
    """Expressions nested beyond ``DEEPEST``, at a line."""

    def __init__(self, line: int) -> None:
        super().__init__("nested too deeply to be read")
        self.line = line


class Expressions:
    """Reads the expressions of one file."""

    def __init__(self, data: bytes, first: int = 1) -> None:
        self._data = data
        self._first = first
        self._depth = 0
        self._margin = 0

    def line(self, node: Node) -> int:
        """The line where a node starts."""
        return int(node.start_point[0]) + self._first

    def text(self, node: Node) -> str:
        """The source text of a node."""
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def string(self, node: Node) -> str:
        """The text in a quoted literal, a label or key; an identifier as it stands."""
        parts = [self.text(one) for one in node.named_children if one.type == "template_literal"]
        return unescaped("".join(parts)) if node.type == "string_lit" else self.text(node)

    def read(self, node: Node) -> Expr:
        """An expression; what is nested too deeply raises TooDeep."""
        if self._depth >= DEEPEST:
            raise TooDeep(self.line(node))
        reader = _READERS.get(node.type)
        self._depth += 1
        try:
            return reader(self, node) if reader else Unknown()
        finally:
            self._depth -= 1

    # --- paths -----------------------------------------------------------------------------------------------

    def _chain(self, node: Node) -> Expr:
        """``a.b[0].c``: the children of an expression are its beginning and steps from there."""
        return self._steps([one for one in node.named_children if one.type != "comment"])

    def _steps(self, nodes: list[Node]) -> Expr:
        if not nodes:
            return Unknown()
        found = self.read(nodes[0])
        for step in nodes[1:]:
            found = self._step(found, step)
        return found

    def _step(self, of: Expr, step: Node) -> Expr:
        inner = step.named_children
        if step.type == "get_attr" and inner:
            return Member(of, self.text(inner[-1]))
        if step.type == "index" and inner:
            if inner[0].type == "legacy_index":
                return Item(of, Text(self.text(inner[0]).lstrip("."), self.line(step)))
            keys = [one for one in inner[0].named_children if one.type == "expression"]
            return Item(of, self.read(keys[0]) if keys else Unknown())
        if step.type == "splat" and inner:
            element: Expr = Ref(ELEMENT)
            for one in inner[0].named_children:
                element = self._step(element, one)
            return _for(of, Unknown(), element, Text("true"), "", ELEMENT)
        return Unknown()

    def _name(self, node: Node) -> Expr:
        return Ref(self.text(node))

    # --- texts -----------------------------------------------------------------------------------------------

    def _literal(self, node: Node) -> Expr:
        inner = node.named_children[0] if node.named_children else node
        if inner.type == "null_lit":
            return Ref("null")
        return Text(self.string(inner), self.line(node))

    def _template(self, node: Node) -> Expr:
        inner = node.named_children[0] if node.named_children else node
        if inner.type == "heredoc_template":
            parts = self._heredoc(inner)
        else:
            parts = self._parts(inner, quoted=inner.type == "quoted_template")
        if all(isinstance(part, Text) for part in parts):
            return Text("".join(part.text for part in parts if isinstance(part, Text)), self.line(node))
        return parts[0] if len(parts) == 1 else Join(tuple(parts))

    def _heredoc(self, node: Node) -> list[Expr]:
        """A text of several lines, less what all of them are indented by where ``<<-`` begins it."""
        edges = [one for one in node.named_children if one.type == "heredoc_identifier"]
        margin = self._margin
        self._margin = 0
        if len(edges) > 1 and self.text(node.named_children[0]) == "<<-":
            lines = self._data[edges[0].end_byte : edges[-1].start_byte].splitlines()
            self._margin = min((len(one) - len(one.lstrip(b" \t")) for one in lines if one.strip()), default=0)
        parts = self._parts(node, quoted=False)
        self._margin = margin
        if parts and isinstance(parts[0], Text):
            parts[0] = Text(re.sub(r"^\r?\n", "", parts[0].text), parts[0].line)
        return parts

    def _parts(self, node: Node, quoted: bool) -> list[Expr]:
        """Literals and interpolations in their order; blanks beside an interpolation are in no node of the tree."""
        found: list[Expr] = []
        at = node.start_byte
        for one in node.named_children:
            if one.type in _EDGES:
                at = one.end_byte
                continue
            start, at = at, one.end_byte
            if one.type == "template_literal":
                found.append(self._words(start, one.end_byte, quoted, one))
                continue
            if start < one.start_byte:
                found.append(self._words(start, one.start_byte, quoted, one))
            if one.type == "template_interpolation":
                inner = [child for child in one.named_children if child.type == "expression"]
                found.append(self.read(inner[0]) if inner else Text(""))
            elif one.type == "template_directive":
                found.append(self._directive(one, quoted))
        return found

    def _words(self, start: int, end: int, quoted: bool, node: Node) -> Text:
        written = self._data[start:end].decode("utf-8", "replace")
        if self._margin:
            written = re.sub(rf"(?<=\n)[ \t]{{1,{self._margin}}}", "", written)
        return Text(unescaped(written) if quoted else _dollars(written), self.line(node))

    def _directive(self, node: Node, quoted: bool) -> Expr:
        """``%{ if }``, whose text is there or not, and ``%{ for }``, whose text is not followed."""
        inner = node.named_children[0] if node.named_children else node
        intro = inner.named_children[0] if inner.named_children else inner
        conditions = [one for one in intro.named_children if one.type == "expression"]
        if inner.type != "template_if" or not conditions:
            return Unknown()
        split = next((at for at, one in enumerate(inner.children) if one.type == "template_else_intro"), None)
        if split is not None:
            return Unknown()
        then = self._parts(inner, quoted)
        return Apply(Ref("if"), (self.read(conditions[0]), Join(tuple(then)), Text("")))

    # --- collections -----------------------------------------------------------------------------------------

    def _collection(self, node: Node) -> Expr:
        inner = node.named_children[0] if node.named_children else node
        if inner.type == "tuple":
            return Listing(tuple(self.read(one) for one in inner.named_children if one.type == "expression"))
        entries = []
        for one in inner.named_children:
            pair = [child for child in one.named_children if child.type == "expression"]
            if one.type == "object_elem" and len(pair) == 2:
                entries.append((self._key(pair[0]), self.read(pair[1])))
        return Record(tuple(entries))

    def _key(self, node: Node) -> Expr:
        """A bare word is a text in the key's place."""
        inner = node.named_children
        if len(inner) == 1 and inner[0].type == "variable_expr":
            return Text(self.text(inner[0]), self.line(node))
        return self.read(node)

    def _loop(self, node: Node) -> Expr:
        inner = node.named_children[0]
        intro = next(one for one in inner.named_children if one.type == "for_intro")
        names = [self.text(one) for one in intro.named_children if one.type == "identifier"]
        collection = next((one for one in intro.named_children if one.type == "expression"), None)
        results = [self.read(one) for one in inner.named_children if one.type == "expression"]
        conditions = [one for one in inner.named_children if one.type == "for_cond"]
        among = [one for one in (conditions[0].named_children if conditions else ()) if one.type == "expression"]
        condition = self.read(among[0]) if among else Text("true")
        if collection is None or not names or not results:
            return Unknown()
        key = results[0] if inner.type == "for_object_expr" and len(results) > 1 else Unknown()
        if any(one.type == "ellipsis" for one in inner.named_children):
            return Unknown()
        first = names[0] if len(names) > 1 else ""
        return _for(self.read(collection), key, results[-1], condition, first, names[-1])

    # --- calls -----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Expr:
        name = next((self.text(one) for one in node.named_children if one.type == "identifier"), "")
        given = next((one for one in node.named_children if one.type == "function_arguments"), None)
        inner = given.named_children if given else []
        args = [self.read(one) for one in inner if one.type == "expression"]
        if args and inner[-1].type == "ellipsis":
            args[-1] = Apply(Ref("rest"), (args[-1],))
        return Apply(Ref(name), tuple(args), line=self.line(node))

    def _conditional(self, node: Node) -> Expr:
        parts = [self.read(one) for one in node.named_children if one.type == "expression"]
        return Apply(Ref("if"), tuple(parts)) if len(parts) == 3 else Unknown()

    def _operation(self, node: Node) -> Expr:
        """Operands stand beside the sign as they are, each a beginning with its steps."""
        inner = node.named_children[0] if node.named_children else node
        sides: list[list[Node]] = [[]]
        sign = ""
        for one in inner.children:
            if not one.is_named and self.text(one) not in ("(", ")"):
                sign = self.text(one)
                sides.append([])
            elif one.is_named and one.type != "comment":
                sides[-1].append(one)
        return Apply(Ref(sign), tuple(self._steps(side) for side in sides if side))


_READERS: dict[str, Callable[[Expressions, Node], Expr]] = {
    "expression": Expressions._chain,
    "variable_expr": Expressions._name,
    "literal_value": Expressions._literal,
    "template_expr": Expressions._template,
    "collection_value": Expressions._collection,
    "for_expr": Expressions._loop,
    "function_call": Expressions._call,
    "conditional": Expressions._conditional,
    "operation": Expressions._operation,
}


def template(written: str, line: int, grammar: Language) -> Expr:
    """A text of a JSON configuration, in which ``${…}`` is an expression as in a quoted one."""
    if "${" not in written and "%{" not in written:
        return Text(written, line)
    quoted = written.replace("\\", "\\\\").replace("\n", "\\n")
    outside = "".join(part if at % 2 else part.replace('"', '\\"') for at, part in enumerate(_cut(quoted)))
    data = f'x = "{outside}"'.encode()
    nodes = [parsed(grammar, data)]
    while nodes:
        node = nodes.pop()
        if node.type == "expression":
            return Expressions(data, line).read(node)
        nodes += reversed(node.named_children)
    return Unknown()


def unescaped(written: str) -> str:
    """A literal without its escapes; see the specification, Template Literals."""

    def one(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][1:]
        if match[1][0] in "uU":
            number = int(match[1][1:], 16)
            return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
        return _PLAIN[match[1]]

    return _ESCAPE.sub(one, written)


def _cut(text: str) -> list[str]:
    """Literal and interpolated pieces in turn, told by their braces."""
    found, start, at = [], 0, 0
    while (opening := text.find("${", at)) >= 0:
        depth, end = 0, opening + 1
        while end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if not depth:
                break
        found += [text[start:opening], text[opening:end]]
        start = at = end
    return [*found, text[start:]]


def _dollars(written: str) -> str:
    return written.replace("$${", "${").replace("%%{", "%{")


def _for(collection: Expr, key: Expr, element: Expr, condition: Expr, name: str, each: str) -> Expr:
    names: tuple[tuple[str, Expr], ...] = (("key", Text(name)), ("element", Text(each)))
    return Apply(Ref("for"), (collection, key, element, condition), names)
