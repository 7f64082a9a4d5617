"""Declarations and statements of Go as facts; see ``_tree`` for how each is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from boundary.extractors import _tree
from boundary.extractors._go_declarations import Declarations, type_of
from boundary.extractors._texts import UNKNOWN, is_small
from boundary.facts import (
    Apply,
    Expr,
    Item,
    Listing,
    Member,
    Ref,
    Text,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_ASIDE = frozenset({"error", "bool"})
"""Types of results that only say whether there is another."""

_UNMEANT = frozenset({"_", "err", "ok", "error", "found", "exists"})
"""Names that are usual for such results."""

_ZERO = frozenset({"nil", '""', "``", "0", "false"})

_EMBED = "//go:embed "


class Statements(Declarations):
    """Reads values, statements and what functions give back."""

    def _variables(self, node: Node) -> None:
        names = [name for name in node.children_by_field_name("name") if name.type == "identifier"]
        kind, value = node.child_by_field_name("type"), node.child_by_field_name("value")
        told = self.type(kind)
        note = None if told == UNKNOWN else told
        if value is not None:
            self._give([Ref(self.text(name)) for name in names], value, node, note)
            return
        embedded = self._embedded(node)
        for name in names if note is not None or embedded is not None else ():
            self.assign(Ref(self.text(name)), embedded, name, note)

    def _embedded(self, node: Node) -> Expr | None:
        """The files that a comment before the variable puts into it."""
        above: Node | None = node
        while above is not None and above.prev_named_sibling is None:
            above = above.parent
        above = above.prev_named_sibling if above is not None else None
        text = self.text(above) if above is not None and above.type == "comment" else ""
        if not text.startswith(_EMBED):
            return None
        words = [word.strip('"`') for word in text.removeprefix(_EMBED).split()]
        return Apply(Ref("go:embed"), tuple(Text(word) for word in words[:20]), line=self.line(node))

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            self.block(node.named_children)
            return
        targets = [self.taken(one) for one in _listed(left)]
        operator = self.text(node.child_by_field_name("operator"))
        if operator not in ("", "=", ":="):
            self.evaluate(right)
            return
        self._give(targets, right, node, None)

    def _give(self, targets: list[Expr], right: Node, node: Node, note: Expr | None) -> None:
        """Assign values to targets; several results of one call are told apart by their position."""
        values = _listed(right)
        if len(values) == len(targets):
            for target, value in zip(targets, values, strict=True):
                self._assign(target, self.taken(value), node, note)
        elif len(values) == 1:
            result = self.taken(values[0])
            meant = [at for at, one in enumerate(targets) if not _is_aside(one)]
            for at in meant:
                alone = meant == [0] or not isinstance(result, Apply)
                self._assign(targets[at], result if alone else Item(result, Text(str(at))), node, note)
            if not meant and isinstance(result, Apply):
                self.evaluated(result, node)

    def _assign(self, target: Expr, value: Expr, node: Node, note: Expr | None) -> None:
        if isinstance(target, Ref | Member | Item) and not _is_aside(target, only=("_",)):
            self.assign(target, value, node, note)
        elif isinstance(value, Apply):
            self.evaluated(value, node)

    def _range(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is None:
            return
        whole = self.taken(right)
        targets = [self.taken(one) for one in _listed(left)] if left is not None else []
        if targets and isinstance(targets[-1], Ref) and targets[-1].name != "_":
            self.assign(targets[-1], Item(whole, UNKNOWN), node)
        elif isinstance(whole, Apply):
            self.evaluated(whole, node)

    def _return(self, node: Node) -> None:
        values = _listed(node.named_children[0]) if node.named_children else []
        kinds = [self.text(type_of(one)) for one in self.results for _ in (one.children_by_field_name("name") or [one])]
        if not values:
            names = [one for result in self.results for one in result.children_by_field_name("name")]
            if names and len(kinds) == len(names):
                self._returned([Ref(self.text(name)) for name in names], kinds, node)
            return
        failed = len(values) > 1 and kinds[-1:] and kinds[-1] in _ASIDE and self.text(values[-1]) not in ("nil", "true")
        if failed and _is_zero(self.text(values[0])):
            self.block(values)
            return
        self._returned([self.taken(one) for one in values], kinds, node)

    def _returned(self, values: list[Expr], kinds: list[str], node: Node) -> None:
        """One result, or several that mean something."""
        if len(values) == len(kinds):
            main = [at for at, kind in enumerate(kinds) if kind not in _ASIDE]
            for at, value in enumerate(values):
                if main and at not in main and isinstance(value, Apply):
                    self.evaluated(value, node)
            if main and main[-1] == len(main) - 1:
                values = values[: len(main)]
        self.returned(values[0] if len(values) == 1 else Listing(tuple(values)), node)

    def _statement(self, node: Node) -> None:
        """A call for what it does; ``x.SetHost(v)`` also gives x a member, ``x.SetDefault("key", v)`` sets a key of
        its configuration, ``x.BindEnv("key", "NAME")`` to a variable."""
        for one in node.named_children:
            before = self.calls
            value = self.expr(one)
            if self.calls > before:
                self.evaluated(value, one)
                self._set(value, one)
            self.calls = before

    def _set(self, call: Expr, node: Node) -> None:
        if not isinstance(call, Apply) or not isinstance(call.callee, Member) or not is_small(call.callee.of):
            return
        of, name = call.callee.of, call.callee.name
        if len(call.args) == 1 and name.startswith("Set") and name[3:4].isupper() and is_small(call.args[0]):
            self.assign(Member(of, name[3:]), call.args[0], node)
        elif len(call.args) == 2 and name in ("SetDefault", "BindEnv") and isinstance(call.args[0], Text):
            value = call.args[1] if is_small(call.args[1]) else UNKNOWN
            variable = Apply(Ref("go:env"), (value,), line=self.line(node))
            self.assign(Item(Member(of, "config"), call.args[0]), variable if name == "BindEnv" else value, node)

    statements: ClassVar[_tree.Statements] = {
        **Declarations.statements,
        "const_spec": _variables,
        "var_spec": _variables,
        "short_var_declaration": _assignment,
        "assignment_statement": _assignment,
        "receive_statement": _assignment,
        "range_clause": _range,
        "return_statement": _return,
        "expression_statement": _statement,
    }


def _listed(node: Node) -> list[Node]:
    if node.type != "expression_list":
        return [node]
    return [one for one in node.named_children if one.type != "comment"]


def _is_zero(text: str) -> bool:
    """Whether a result is given back only because something must be."""
    return text in _ZERO or text.endswith("{}")


def _is_aside(target: Expr, only: tuple[str, ...] = ()) -> bool:
    return isinstance(target, Ref) and target.name in (only or _UNMEANT)
