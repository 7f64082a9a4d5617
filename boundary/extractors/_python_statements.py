"""Python statements as facts: branches and loops are flattened, every one of them counts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Literal

from boundary.extractors._python_expressions import Expressions
from boundary.extractors._python_patterns import captured
from boundary.extractors._texts import UNKNOWN
from boundary.facts import Apply, Class, Expr, Function, Import, Item, Member, Ref

Kind = Literal["function", "method", "property", "static", "class"]

_KINDS: dict[str, Kind] = {
    "staticmethod": "static",
    "abstractstaticmethod": "static",
    "classmethod": "class",
    "abstractclassmethod": "class",
    "validator": "class",
    "root_validator": "class",
    "property": "property",
    "abstractproperty": "property",
    "cached_property": "property",
    "hybrid_property": "property",
    "declared_attr": "property",
    "directive": "property",
    "cascading": "property",
}
"""What a decorator makes of a method, by its last name (``cached_property``, ``declared_attr.directive``)."""

_ON_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_ACCESSORS = frozenset({"setter", "deleter"})


class Statements(Expressions):
    """Reads statements; ``facts`` holds what it found."""

    def body(self, nodes: list[ast.stmt]) -> None:
        """All statements of a block."""
        for node in nodes:
            reader = _READERS.get(type(node))
            if reader:
                reader(self, node)

    # --- definitions ----------------------------------------------------------------------------------------

    def _import(self, node: ast.Import) -> None:
        for name in node.names:
            self._imported(name.name, "", name, 0)

    def _import_from(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            self._imported(node.module or "", name.name, name, node.level)

    def _imported(self, module: str, name: str, alias: ast.alias, level: int) -> None:
        line, column = self.places.of(alias)
        fact = Import(module, name, alias.asname or "", level, self.typing, self.scope, line=line, column=column)
        self.facts.append(fact)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        decorators = tuple([self.taken(decorator) for decorator in node.decorator_list])
        kind, accessor = self._kind(node.name, decorators)
        arguments = node.args
        receiver = (*arguments.posonlyargs, *arguments.args)[:1] if kind in ("method", "property", "class") else ()
        parameters = self.parameters(arguments, len(receiver))
        returns = self.annotation(node.returns)
        name = f"{node.name}.{accessor}" if accessor else node.name
        line, column = self.places.of(node)
        end = self.places.end(node)
        self.facts.append(
            Function(name, self.scope, parameters, decorators, returns, kind, line=line, column=column, end_line=end)
        )
        receivers = self.receivers_without(arguments)
        receivers |= {each.arg: "cls" if kind == "class" else "self" for each in receiver}
        with self.inside(name, in_class=False, receivers=receivers):
            self.body(node.body)

    def _kind(self, name: str, decorators: tuple[Expr, ...]) -> tuple[Kind, str]:
        """What a function is, and whether it sets or deletes a property (then its name is ``x.setter``)."""
        if not self.in_class:
            return "function", ""
        for decorator in decorators:
            mark = decorator.callee if isinstance(decorator, Apply) else decorator
            last = mark.name if isinstance(mark, Ref | Member) else ""
            if last in _ACCESSORS:
                return "method", last
            if last in _KINDS:
                return _KINDS[last], ""
        return ("class" if name in _ON_CLASS else "method"), ""

    def _class(self, node: ast.ClassDef) -> None:
        before = self.calls
        decorators = tuple([self.expr(decorator) for decorator in node.decorator_list])
        bases, keywords = self.arguments(node.bases), self.keywords(node.keywords)
        self.calls = before
        line, column = self.places.of(node)
        end = self.places.end(node)
        self.facts.append(
            Class(node.name, self.scope, bases, keywords, decorators, line=line, column=column, end_line=end)
        )
        with self.inside(node.name, in_class=True, receivers=self.receivers):
            self.body(node.body)

    # --- values ---------------------------------------------------------------------------------------------

    def _assign(self, node: ast.Assign) -> None:
        self.bind(node.targets, self.taken(node.value), node)

    def _annotated(self, node: ast.AnnAssign) -> None:
        """A variable with its type; ``X: TypeAlias = Y`` is what ``type X = Y`` is."""
        said = node.annotation
        named = said.attr if isinstance(said, ast.Attribute) else said.id if isinstance(said, ast.Name) else ""
        if named == "TypeAlias" and node.value is not None:
            self.bind([node.target], self.annotation(node.value) or UNKNOWN, node)
            return
        value = self.taken(node.value) if node.value else None
        self.assign(node.target, value, node, self.annotation(node.annotation))

    def _augmented(self, node: ast.AugAssign) -> None:
        """``x += y`` is ``x = x + y``."""
        whole = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
        self.assign(node.target, self.taken(whole), node)

    def _alias(self, node: Any) -> None:
        """``type X = Y``."""
        self.bind([node.name], self.annotation(node.value) or UNKNOWN, node)

    def _expression(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Yield):
            if value.value:
                self.returned(self.taken(value.value), node)
        elif isinstance(value, ast.YieldFrom):
            self.returned(Item(self.taken(value.value), UNKNOWN), node)
        else:
            self.evaluate(value)

    def _return(self, node: ast.Return) -> None:
        if node.value:
            self.returned(self.taken(node.value), node)

    # --- control --------------------------------------------------------------------------------------------

    def _if(self, node: ast.If) -> None:
        """An ``if`` with all its ``elif``, in a loop because they are nested in the tree."""
        while True:
            self.unfollowed([node.test])
            self._guarded(node)
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
                break
            node = node.orelse[0]
        self.body(node.orelse)

    def _guarded(self, node: ast.If) -> None:
        main, typing = self.main, self.typing
        self.main = main or _is_main(node.test)
        self.typing = typing or _is_typing(node.test)
        self.body(node.body)
        self.main, self.typing = main, typing

    def _while(self, node: ast.While) -> None:
        self.unfollowed([node.test])
        self.body(node.body)
        self.body(node.orelse)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.bind([node.target], Item(self.taken(node.iter), UNKNOWN), node.target)
        self.body(node.body)
        self.body(node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            if item.optional_vars:
                self.bind([item.optional_vars], self.taken(item.context_expr), item.context_expr)
            else:
                self.evaluate(item.context_expr)
        self.body(node.body)

    def _try(self, node: Any) -> None:
        self.body(node.body)
        for handler in node.handlers:
            self.unfollowed([handler.type] if handler.type else [])
            self.body(handler.body)
        self.body(node.orelse)
        self.body(node.finalbody)

    def _match(self, node: ast.Match) -> None:
        self.unfollowed([node.subject])
        subject = self.expr(node.subject) if isinstance(node.subject, ast.Name | ast.Attribute) else UNKNOWN
        for case in node.cases:
            self.facts += captured(case.pattern, subject, self.scope, self.places)
            self.unfollowed([case.guard] if case.guard else [])
            self.body(case.body)

    def _operands(self, node: ast.Raise | ast.Assert | ast.Delete) -> None:
        self.unfollowed(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))


def _is_main(test: ast.expr) -> bool:
    """``__name__ == "__main__"``."""
    match test:
        case ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]):
            return True
        case ast.Compare(ast.Constant("__main__"), [ast.Eq()], [ast.Name("__name__")]):
            return True
    return False


def _is_typing(test: ast.expr) -> bool:
    """``TYPE_CHECKING`` or ``typing.TYPE_CHECKING``."""
    match test:
        case ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
    return False


_READERS: dict[type[ast.AST], Callable[[Any, Any], None]] = {
    getattr(ast, "TypeAlias", ast.Assign): Statements._alias,  # from Python 3.12; overwritten below where there is none
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.Expr: Statements._expression,
    ast.Return: Statements._return,
    ast.If: Statements._if,
    ast.While: Statements._while,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Try: Statements._try,
    ast.TryStar: Statements._try,
    ast.Match: Statements._match,
    ast.Raise: Statements._operands,
    ast.Assert: Statements._operands,
    ast.Delete: Statements._operands,
}
