"""PHP's statements in the neutral form: branches are flattened, every one of them counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._php_expressions import PhpExpressions
from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Statements
from boundary.facts import Assign, Class, Either, Expr, Function, Import, Item, Listing, Member, Namespace, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_PATTERNS = ("list_literal", "array_creation_expression")
"""What takes a list or an array to pieces where it stands to the left."""
_KINDS = {"interface_declaration": "interface", "trait_declaration": "object", "enum_declaration": "enum"}


class Php(PhpExpressions):
    """Reads a PHP file."""

    # --- definitions ----------------------------------------------------------------------------------------

    def _namespace(self, node: Node) -> None:
        line, column = self.place(node)
        name = self.text(node.child_by_field_name("name")).replace("\\", ".")
        self.facts.append(Namespace(name, line=line, column=column))
        body = node.child_by_field_name("body")
        self.block(body.named_children if body is not None else ())

    def _use(self, node: Node) -> None:
        """``use A\\B;``, ``use A\\{B, C as D};``; in a class a trait, which is looked through like a base."""
        if self.in_class:
            return
        group = node.child_by_field_name("body")
        shared = next((self.text(one) for one in node.named_children if one.type == "namespace_name"), "")
        for clause in (group or node).named_children:
            if clause.type != "namespace_use_clause":
                continue
            named = next((one for one in clause.named_children if one.type in ("name", "qualified_name")), None)
            whole = "\\".join(part for part in (shared, self.text(named)) if part).strip("\\").replace("\\", ".")
            module, _, name = whole.rpartition(".")
            line, column = self.place(clause)
            alias = self.text(clause.child_by_field_name("alias"))
            self.facts.append(Import(module, name, alias, scope=self.scope, line=line, column=column))

    def _class(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name"))
        bases: list[Expr] = []
        for clause in node.named_children:
            if clause.type in ("base_clause", "class_interface_clause"):
                bases += [self._name(one) for one in clause.named_children]
        body = node.child_by_field_name("body")
        for used in body.named_children if body is not None else ():
            if used.type == "use_declaration":
                bases += [self._name(one) for one in used.named_children if one.type in ("name", "qualified_name")]
        line, column = self.place(node)
        kind = _KINDS.get(node.type, "class")
        decorators = self.attributes(node)
        end = self.end(node)
        self.facts.append(
            Class(name, self.scope, tuple(bases), (), decorators, kind, line=line, column=column, end_line=end)  # type: ignore[arg-type]
        )
        with self.inside(name, in_class=True):
            self.block(body.named_children if body is not None else ())

    def _function(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name"))
        name = "__init__" if name == "__construct" else name
        listed = node.child_by_field_name("parameters")
        parameters = self.parameters(listed)
        static = any(child.type == "static_modifier" for child in node.named_children)
        kind = "function" if not self.in_class else "class" if static else "method"
        returns = node.child_by_field_name("return_type")
        told = self.type_of(returns) if returns is not None else None
        line, column = self.place(node)
        decorators = self.attributes(node)
        end = self.end(node)
        self.facts.append(
            Function(name, self.scope, parameters, decorators, told, kind, line=line, column=column, end_line=end)  # type: ignore[arg-type]
        )
        with self.inside(name):
            self._fields(listed)
            body = node.child_by_field_name("body")
            self.block(body.named_children if body is not None else ())

    def _fields(self, listed: Node | None) -> None:
        """Parameters of a constructor that are fields at the same time."""
        for each in listed.named_children if listed is not None else ():
            if each.type == "property_promotion_parameter":
                name = self.text(each.child_by_field_name("name")).lstrip("$")
                self.assign(Member(Ref("self"), name), Ref(name), each)

    # --- values ---------------------------------------------------------------------------------------------

    def _properties(self, node: Node) -> None:
        kind = node.child_by_field_name("type")
        note = self.type_of(kind) if kind is not None else None
        for each in node.named_children:
            if each.type == "property_element":
                default = each.child_by_field_name("default_value")
                value = self.taken(default) if default is not None else None
                name = self.text(each.child_by_field_name("name")).lstrip("$")
                self.assign(Ref(name), value, each, note, self.attributes(node))

    def _constants(self, node: Node) -> None:
        for each in node.named_children:
            if each.type == "const_element" and len(each.named_children) == 2:
                name, value = each.named_children
                self.assign(Ref(self.text(name)), self.taken(value), each)

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        value = self.taken(right)
        operator = self.text(node.child_by_field_name("operator"))
        if left.type in _PATTERNS:
            self._parts(left, value, node)
            return
        target_of = self.taken(left)
        if operator == ".=":
            value = join([target_of, value])
        elif operator == "??=":
            value = Either((target_of, value))
        self.assign(target_of, value, node)

    def _parts(self, pattern: Node, value: Expr, node: Node) -> None:
        """``['name' => $name, 'price' => ['amount' => $amount]] = $item``: each variable is given its part."""
        key: Expr = UNKNOWN
        for each in pattern.children:
            if not each.is_named:
                key = key if each.type == "=>" else UNKNOWN
                continue
            after = each.next_sibling
            if after is not None and after.type == "=>":
                key = self.taken(each)
                continue
            part = Item(value, key) if key is not UNKNOWN else UNKNOWN
            if each.type in _PATTERNS:
                self._parts(each, part, node)
            else:
                self.assign(self.taken(each), part, node)

    def _expression(self, node: Node) -> None:
        """A statement that is an expression; ``define("X", v)`` is a constant, ``$x->setY(v)`` sets a member."""
        for inner in node.named_children:
            if inner.type in self.statements:
                self.statements[inner.type](self, inner)
                continue
            before = self.calls
            value = self.expr(inner)
            if self.calls > before:
                self.evaluated(value, inner)
                self.set_by_method(value, inner)
                self._defined(value, inner)
            self.calls = before

    def _defined(self, value: Expr, node: Node) -> None:
        if getattr(value, "callee", None) == Ref("define") and len(getattr(value, "args", ())) > 1:
            name, given, *_ = value.args  # type: ignore[union-attr]
            if isinstance(name, Text):
                line, column = self.place(node)
                self.facts.append(Assign("", Ref(name.text), given, line=line, column=column))

    def _return(self, node: Node) -> None:
        for value in node.named_children:
            self.returned(self.taken(value), node)

    def _foreach(self, node: Node) -> None:
        body = node.child_by_field_name("body")
        over, *targets = [one for one in node.named_children if body is None or one.start_byte != body.start_byte]
        items = Item(self.taken(over), UNKNOWN)
        for target in targets:
            last = target.named_children[-1] if target.type == "pair" else target
            if last.type in _PATTERNS:
                self._parts(last, items, target)
            else:
                self.assign(self.taken(last), items, target)
        self.block([body] if body is not None else [])

    def _include(self, node: Node) -> None:
        """``require "x.php"``: its names are seen here."""
        for inner in node.named_children:
            path = self.taken(inner)
            pieces = path.parts if hasattr(path, "parts") else (path,)
            text = "".join(piece.text for piece in pieces if isinstance(piece, Text))
            if text:
                line, column = self.place(node)
                self.facts.append(Import("./" + text.lstrip("./"), "*", scope=self.scope, line=line, column=column))

    def _static(self, node: Node) -> None:
        for each in node.named_children:
            value = each.child_by_field_name("value")
            name = self.text(each.child_by_field_name("name")).lstrip("$")
            if name:
                self.assign(Ref(name), self.taken(value) if value is not None else Listing(()), each)

    def _skip(self, node: Node) -> None:
        """Text around the code, and what is read with the class."""

    statements: ClassVar[Statements] = {
        "namespace_definition": _namespace, "namespace_use_declaration": _use, "class_declaration": _class,
        "interface_declaration": _class, "trait_declaration": _class, "enum_declaration": _class,
        "function_definition": _function, "method_declaration": _function, "property_declaration": _properties,
        "const_declaration": _constants, "assignment_expression": _assignment,
        "augmented_assignment_expression": _assignment, "expression_statement": _expression,
        "return_statement": _return, "foreach_statement": _foreach, "require_once_expression": _include,
        "require_expression": _include, "include_expression": _include, "include_once_expression": _include,
        "function_static_declaration": _static, "use_declaration": _skip, "text": _skip,
    }  # fmt: skip
