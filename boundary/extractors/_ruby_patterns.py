"""Ruby's pattern matching: what a pattern takes out of a value is given to names.

``guest => { email:, address: { city: } }`` is what ``email = guest[:email]`` is; so are ``case … in`` and ``if x in``.
Grammar of the language: https://docs.ruby-lang.org/en/master/syntax/pattern_matching_rdoc.html .
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundary.extractors._ruby_expressions import RubyExpressions
from boundary.extractors._texts import UNKNOWN
from boundary.facts import Expr, Item, Member, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_NOTHING = "_"
"""What a part is given to that a pattern only looks at."""


class RubyPatterns(RubyExpressions):
    """Reads patterns of Ruby."""

    def _match(self, node: Node) -> None:
        """``value => pattern`` and ``value in pattern``."""
        value, pattern = node.child_by_field_name("value"), node.child_by_field_name("pattern")
        if value is not None and pattern is not None:
            self._taken_apart(pattern, self._matched(value))

    def _case_match(self, node: Node) -> None:
        value = node.child_by_field_name("value")
        of = self._matched(value) if value is not None else UNKNOWN
        for clause in node.named_children:
            pattern = clause.child_by_field_name("pattern")
            if pattern is not None:
                self._taken_apart(pattern, of)
                self.block([each for each in clause.named_children if each != pattern])
            elif clause != value:
                self.block([clause])

    def _matched(self, value: Node) -> Expr:
        """The value as it may stand in several facts: a call is made once, and kept under a name."""
        told = self.taken(value)
        if isinstance(told, Ref | Member | Item):
            return told
        kept = Ref(f"<matched:{self.line(value)}>")
        self.assign(kept, told, value)
        return kept

    def _taken_apart(self, pattern: Node, of: Expr) -> None:
        if pattern.type == "identifier":
            self.assign(Ref(self.text(pattern)), of, pattern)
        elif pattern.type == "as_pattern":
            self._taken_apart_as(pattern, of)
        elif pattern.type in ("array_pattern", "find_pattern"):
            for each in pattern.named_children:
                self._taken_apart(each, Item(of, UNKNOWN))
        elif pattern.type == "keyword_pattern":
            self._keyword(pattern, of)
        elif pattern.type in ("hash_pattern", "alternative_pattern", "parenthesized_pattern"):
            for each in pattern.named_children:
                self._taken_apart(each, of)

    def _taken_apart_as(self, pattern: Node, of: Expr) -> None:
        for field in ("value", "name"):
            each = pattern.child_by_field_name(field)
            if each is not None:
                self._taken_apart(each, of)

    def _keyword(self, pattern: Node, of: Expr) -> None:
        key, value = pattern.child_by_field_name("key"), pattern.child_by_field_name("value")
        name = self.text(key).strip(':"')
        part = Item(of, Text(name, self.line(pattern)))
        if value is None:
            self.assign(Ref(name), part, pattern)
            return
        before = len(self.facts)
        self._taken_apart(value, part)
        if len(self.facts) == before:
            self.assign(Ref(_NOTHING), part, pattern)
