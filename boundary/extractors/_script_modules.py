"""What a file of JavaScript or TypeScript takes from others and gives to them: ECMAScript modules and CommonJS.

What ``export default`` gives is the name ``default`` of the module; what CommonJS assigns to ``module.exports`` is its
name ``module.exports``, and ``exports.x`` is its name ``x``. A module that is taken in the midst of an expression has
the name ``<require:m>``. Sources: ECMA-262, "Modules"; Node.js, "Modules: CommonJS modules"; TypeScript, "Modules".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from boundary.extractors._script_expressions import Expressions
from boundary.extractors._texts import is_small
from boundary.facts import Assign, Expr, Import, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

DEFAULT = "default"
WHOLE = "module.exports"

_FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_LONGEST = 500


class Modules(Expressions, ABC):
    """Reads imports and exports."""

    @abstractmethod
    def declared(self, node: Node) -> Ref | None:
        """A declaration as a statement; the name of the function or class that it declares, if it is one."""

    @abstractmethod
    def bound(self, target: Node, value: Node) -> Expr:
        """The fact that a target is given what an expression stands for; a name for it afterwards."""

    # --- imports --------------------------------------------------------------------------------------------

    def imported(self, module: str, name: str, alias: str, node: Node, *, typing: bool = False) -> None:
        """The fact that something of a module has a name here."""
        line, column = self.place(node)
        if len(module) <= _LONGEST:
            fact = Import(module, name, alias, typing=typing, scope=self.scope, line=line, column=column)
            self.facts.append(fact)

    def required(self, node: Node) -> Ref | None:
        module = self.module_of(node)
        if module is None:
            return None
        name, outer = f"<require:{module[:_LONGEST]}>", self.scope
        self.scope = ""
        self.imported(module, "", name, node)
        self.scope = outer
        return Ref(name)

    def module_of(self, node: Node | None) -> str | None:
        """The module that an expression takes whole: ``require("m")``, ``await import("m")``."""
        while node is not None and node.type in ("await_expression", "parenthesized_expression"):
            node = node.named_children[0] if node.named_children else None
        if node is None or node.type != "call_expression":
            return None
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or given is None or self.text(function) not in ("require", "import", "require.resolve"):
            return None
        first = next((child for child in given.named_children if child.type not in self.remarks), None)
        if first is None or first.type not in ("string", "template_string"):
            return None
        text = self.expr(first)
        return text.text if isinstance(text, Text) else None

    def _import(self, node: Node) -> None:
        typing = any(child.type in ("type", "typeof") for child in node.children[1:2])
        source = node.child_by_field_name("source")
        clause = next((child for child in node.named_children if child.type.startswith("import_")), None)
        if clause is not None and clause.type == "import_require_clause":
            written = clause.child_by_field_name("source")
            if written is not None:
                self.imported(self.string(written).text, "", self.text(clause.named_children[0]), node)
            return
        if source is None:
            return
        module = self.string(source).text
        if clause is None:
            self.imported(module, "", f"<import:{module[:_LONGEST]}>", node)
        for child in clause.named_children if clause is not None else ():
            match child.type:
                case "identifier":
                    self.imported(module, DEFAULT, self.text(child), node, typing=typing)
                case "namespace_import":
                    self.imported(module, "", self.text(child.named_children[-1]), node, typing=typing)
                case "named_imports":
                    self._picked(module, child, typing=typing)

    def _picked(self, module: str, node: Node, *, typing: bool = False) -> None:
        for child in node.named_children:
            name = child.child_by_field_name("name")
            if name is not None:
                alias = child.child_by_field_name("alias")
                self.imported(module, self._word(name), self._word(alias or name), child, typing=typing)

    def _word(self, node: Node) -> str:
        return self.string(node).text if node.type == "string" else self.text(node)

    def take(self, target: Node, value: Node) -> bool:
        """``const x = require("m")``, ``const {a, b: c} = require("m")`` and ``const x = require("m").y`` as imports;
        whether it is one of them."""
        if value.type == "member_expression" and target.type == "identifier":
            module = self.module_of(value.child_by_field_name("object"))
            if module is not None:
                name = self.text(value.child_by_field_name("property"))
                self.imported(module, name, self.text(target), target)
                return True
        module = self.module_of(value) if target.type in ("identifier", "object_pattern") else None
        if module is None:
            return False
        if target.type == "identifier":
            self.imported(module, "", self.text(target), target)
            return True
        taken = [self._taken(child) for child in target.named_children if child.type not in self.remarks]
        if any(pair is None for pair in taken):
            return False
        for pair in taken:
            if pair is not None:
                self.imported(module, *pair, target)
        return True

    def _taken(self, node: Node) -> tuple[str, str] | None:
        """Name and alias of a plain entry of a pattern."""
        if node.type == "shorthand_property_identifier_pattern":
            return self.text(node), self.text(node)
        if node.type == "pair_pattern":
            key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
            if key is not None and value is not None and value.type == "identifier":
                return self.text(key), self.text(value)
        return None

    # --- exports --------------------------------------------------------------------------------------------

    def _export(self, node: Node) -> None:
        source = node.child_by_field_name("source")
        if source is not None:
            self._passed_on(node, self.string(source).text)
            return
        declaration = node.child_by_field_name("declaration")
        by_default = any(child.type == "default" for child in node.children)
        if declaration is not None:
            name = self.declared(declaration)
            if by_default and name is not None and name.name != DEFAULT:
                self._gives(DEFAULT, name, node)
            return
        value = node.child_by_field_name("value")
        if value is not None and by_default:
            self.give(DEFAULT, value)
            return
        for child in node.named_children:
            if child.type == "export_clause":
                self._listed(child)
            elif child.type not in self.remarks and child.type != "decorator":
                self.give(WHOLE, child)

    def _passed_on(self, node: Node, module: str) -> None:
        """``export … from "m"``."""
        clause = next((child for child in node.named_children if child.type == "export_clause"), None)
        whole = next((child for child in node.named_children if child.type == "namespace_export"), None)
        if clause is not None:
            self._picked(module, clause)
        elif whole is not None:
            self.imported(module, "", self.text(whole.named_children[-1]), node)
        else:
            self.imported(module, "*", "", node)

    def _listed(self, node: Node) -> None:
        for child in node.named_children:
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if name is not None and alias is not None and self._word(alias) != self.text(name):
                self._gives(self._word(alias), Ref(self.text(name)), child)

    def give(self, name: str, value: Node) -> Expr:
        """The fact that the module gives a value under a name."""
        if value.type in _FUNCTIONS:
            return self.function(value, name)
        if value.type == "class":
            return self.class_(value, name)
        if name == WHOLE and value.type == "object":
            return self._give_all(value)
        taken = self.taken(value)
        if taken != Ref(name):
            self._gives(name, taken, value)
        return Ref(name)

    def _give_all(self, node: Node) -> Expr:
        """``module.exports = {a, b: c}``: the names of the module, and the object as a whole."""
        before = self.calls
        whole = self.expr(node)
        self.calls = before
        self._gives(WHOLE, whole, node)
        for key, value in getattr(whole, "entries", ()):
            if isinstance(key, Text) and is_small(value) and value != Ref(key.text):
                self._gives(key.text, value, node)
        return Ref(WHOLE)

    def _gives(self, name: str, value: Expr, node: Node) -> None:
        line, column = self.place(node)
        self.facts.append(Assign("", Ref(name), value, line=line, column=column))


EXPORTS = {"import_statement": Modules._import, "export_statement": Modules._export}
