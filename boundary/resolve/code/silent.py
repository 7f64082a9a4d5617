"""Statements that do nothing to the outside, whoever calls them with whatever.

A walk evaluates statements only for what they do; what a name holds is evaluated when somebody asks for it. In Go it
can be told from how a statement is written that it does nothing: all that it calls is known by name, and no row of the
table and no function of the workspace by such a name does anything either. A method of something unknown may be a
remote call, which is exported and takes a context first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from boundary.facts import Apply, Either, Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown
from boundary.facts.parts import parts
from boundary.resolve.code.frames import Statement, statements
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.rows import Row

_ARITY = re.compile(r"/\d+$")

_CALLS = re.compile(r"\(\)|[@>]")
"""What a row says of functions among the arguments that it is about."""

_TEXTS = frozenset(("format", "join", "path", "folder", "template", "url"))
"""Effects that only make texts."""

_NUMBERS = (f"{kind}{bits}" for kind in ("int", "uint", "float") for bits in ("", "8", "16", "32", "64"))
_BUILTIN = frozenset(("string", "bool", "byte", "rune", "error", *_NUMBERS))

_LOUD = "<loud>"
"""The name of what may do anything."""
_ANYTHING = frozenset((_LOUD,))


class Silence:
    """The statements of each scope that may do something."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._variables: dict[str, frozenset[str]] = {}
        self._told: dict[tuple[str, str], list[frozenset[str]]] = {}
        self._statements: dict[tuple[str, str], list[Statement]] = {}

    def loud(self, file: CodeFile, scope: str) -> list[Statement]:
        """The statements of a scope, without those that do nothing, in the order of their lines."""
        key = file.path, scope
        if key not in self._statements:
            found = statements(file, scope)
            if file.language.literals:
                loud = self._loud
                told = self._told.pop(key, None) or [self._needs(file, one) for one in found]
                found = [one for one, needs in zip(found, told, strict=True) if not needs.isdisjoint(loud)]
            self._statements[key] = found
        return self._statements[key]

    def is_silent(self, path: str, function: str) -> bool:
        """Whether a function of a file does nothing."""
        file = self._program.files[path]
        return file.language.literals and not self.loud(file, function)

    @cached_property
    def _files(self) -> list[CodeFile]:
        return [file for _, file in sorted(self._program.files.items()) if file.language.literals]

    @cached_property
    def _functions(self) -> frozenset[str]:
        return frozenset(fact.name for file in self._files for fact in file.functions.values())

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Types whose values cannot be called."""
        classes = [(name, fact.kind) for file in self._files for name, fact in file.classes.items()]
        others = {name for name, kind in classes if kind not in ("record", "interface")}
        return frozenset({name for name, _ in classes} - others) | _BUILTIN

    @cached_property
    def _holders(self) -> frozenset[str]:
        """Names of variables, fields and parameters that may hold functions."""
        found: set[str] = set()
        for file in self._files:
            for (_, name), assigns in file.names.items():
                if name not in found and any(self._may_hold(one.annotation, one.value) for one in assigns):
                    found.add(name)
            for fact in file.functions.values():
                found.update(one.name for one in fact.parameters if self._may_hold(one.annotation, None))
        return frozenset(found)

    def _may_hold(self, annotation: Expr | None, value: Expr | None) -> bool:
        if annotation is None:
            return not isinstance(value, Text | Join | Record | Listing)
        return not (isinstance(annotation, Item) or (isinstance(annotation, Ref) and annotation.name in self._plain))

    @cached_property
    def _rows(self) -> dict[str, Row]:
        """The rows of what does something."""
        return {name: row for file in self._files[:1] for name, row in file.language.rows.items() if _does(row)}

    @cached_property
    def _methods(self) -> frozenset[str]:
        """The names of methods of what rows give back, or of anything, that do something."""
        types = {row.returns for file in self._files[:1] for row in file.language.rows.values()} | {"?"}
        told = (_ARITY.sub("", name).rpartition(".") for name in self._rows)
        return frozenset(last for of, _, last in told if of in types or "." in of.rpartition("/")[2])

    @cached_property
    def _members(self) -> frozenset[str]:
        """The names of members that do something without a call."""
        return frozenset(name.rpartition("@")[2] for name in self._rows if "@" in name)

    @cached_property
    def _loud(self) -> frozenset[str]:
        """The names of functions that may do something themselves, or call one that may."""
        callers: dict[str, set[str]] = defaultdict(set)
        for file in self._files:
            for scope in {*file.assigns, *file.returns, *file.evaluates} & file.functions.keys():
                told = [self._needs(file, one) for one in statements(file, scope)]
                self._told[file.path, scope] = told
                for name in frozenset().union(*told):
                    callers[name].add(file.functions[scope].name)
        found = {_LOUD}
        waiting = [_LOUD]
        while waiting:
            further = callers.get(waiting.pop(), set()) - found
            found |= further
            waiting += further
        return frozenset(found)

    def _needs(self, file: CodeFile, statement: Statement) -> frozenset[str]:
        """The names of the functions of the workspace that a statement may call, and of what may do anything."""
        target = statement.target
        named = target.name if isinstance(target, Ref | Member) else ""
        if statement.subject or named in file.language.members or file.language.row(f"setting:{named}"):
            return _ANYTHING
        found: set[str] = set()
        for part in parts(statement.expr):
            match part:
                case Apply():
                    found.update(self._called(file, part))
                case Ref(name) | Member(_, name) if name in self._functions:
                    found.add(name)
                case Item(_, Unknown()):
                    pass
                case Item(_, Text(key)) if key.isdigit():
                    pass
                case Either() | Item():
                    return _ANYTHING
                case Member(_, name) if name in self._members:
                    return _ANYTHING
            if _LOUD in found:
                return _ANYTHING
        return frozenset(found)

    def _called(self, file: CodeFile, call: Apply) -> Iterator[str]:
        """Whom a call may mean: names of functions, and what may do anything."""
        callee = call.callee
        if not isinstance(callee, Ref | Member):
            yield _LOUD
            return
        name, full = callee.name, callee.name
        if isinstance(callee, Member):
            package = self._package(file, callee.of)
            full = f"{package or '?'}.{name}"
            if not package and (name in self._methods or _may_be_remote(call, name)):
                yield _LOUD
        if name in self._functions:
            yield name
        row = file.language.row(full)
        if name in self._holders or (row is not None and _does(row)):
            yield _LOUD

    def _package(self, file: CodeFile, of: Expr) -> str:
        """The package that a name means wherever it stands in a file, "" for what may be anything else."""
        if file.path not in self._variables:
            self._variables[file.path] = _variables(file)
        if not isinstance(of, Ref) or of.name in self._variables[file.path]:
            return ""
        if ("", of.name) in file.imports:
            return self._program.target(file.path, file.imports["", of.name]).dotted
        outside = self._program.naming(file.path).outside(file, of.name)
        return outside if outside != of.name else ""


def _does(row: Row) -> bool:
    """Whether a call by a row does something, or calls a function that it is given."""
    return bool((row.effect and row.effect not in _TEXTS) or row.gives or row.within) or any(
        _CALLS.search(spec) for _, spec in row.arguments
    )


def _variables(file: CodeFile) -> frozenset[str]:
    """Names of variables and parameters."""
    names = {name for scope, name in file.names if scope not in file.classes}
    return frozenset(names.union(one.name for fact in file.functions.values() for one in fact.parameters))


def _may_be_remote(call: Apply, name: str) -> bool:
    first = call.args[0] if call.args else None
    return name[:1].isupper() and first is not None and not isinstance(first, Text | Join | Record)
