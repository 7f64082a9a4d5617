"""Frames: where an expression stands while it is evaluated, and the statements of a scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from boundary.facts import Apply, Expr, Function, Member, Ref
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf, Instance, Thing


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an expression stands: file, scope, what is bound, and the line up to which assignments have happened."""

    file: CodeFile
    scope: str = ""
    bound: tuple[tuple[str, Thing], ...] = ()
    receiver: Instance | ClassOf | None = None
    line: int = 0
    depth: int = 0

    def at(self, line: int) -> Frame:
        """The frame when the statement on a line runs; the general way to make one with another field is slow, and this
        is asked for each statement."""
        if line == self.line:
            return self
        return Frame(self.file, self.scope, self.bound, self.receiver, line, self.depth)

    def within(self, scope: str) -> Frame:
        """The frame as names see it that are looked up in a scope around."""
        if scope == self.scope:
            return self
        return Frame(self.file, scope, self.bound, self.receiver, self.line, self.depth)

    def outside(self) -> Frame:
        """Where the defaults of a function's parameters are evaluated: around the function, when all there has run. In
        the function itself ``def sized(limit=limit)`` would ask for what it tells."""
        return replace(self, scope=self.file.functions[self.scope].scope, line=1 << 30)


class Statement(NamedTuple):
    """What stands in a scope: an expression, the target when it is assigned, and what a decorator stands before."""

    line: int
    expr: Expr
    target: Expr | None = None
    subject: str = ""


def statements(file: CodeFile, scope: str) -> list[Statement]:
    """The statements of a scope, in the order of their lines."""
    found: list[Statement] = []
    for assign in file.assigns.get(scope, ()):
        if assign.value is not None:
            found.append(Statement(assign.line, assign.value, assign.target))
        if assign.decorators and isinstance(assign.target, Ref):
            found += _decorators(file, assign.decorators, assign.line, scope, assign.target.name)
    found += [Statement(r.line, r.value) for r in file.returns.get(scope, ())]
    found += [Statement(e.line, e.value) for e in file.evaluates.get(scope, ())]
    for fact in file.within.get(scope, ()):
        found += _decorators(file, fact.decorators, fact.line, scope, fact.name)
        parameters = fact.parameters if isinstance(fact, Function) else ()
        for p in parameters:
            found += [Statement(fact.line, p.default)] if isinstance(p.default, Apply) else []
            found += _decorators(file, p.decorators, fact.line, scope, fact.name) if file.language.implicit else []
    return sorted(found, key=lambda statement: statement.line)


def _decorators(file: CodeFile, decorators: tuple[Expr, ...], line: int, scope: str, name: str) -> Iterator[Statement]:
    """What stands before a definition. Annotations without values are as good as those with; a decorator of Python is a
    call only when it is written as one."""
    subject = f"{scope}.{name}" if scope else name
    for decorator in decorators:
        plain = isinstance(decorator, Ref | Member) and file.language.implicit
        yield Statement(line, Apply(decorator, line=line) if plain else decorator, None, subject)
