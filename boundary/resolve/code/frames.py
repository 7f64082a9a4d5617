"""Frames: where an expression stands while it is evaluated, and the statements of a scope."""

from __future__ import annotations

from dataclasses import dataclass

from boundary.facts import Apply, Expr, Function
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


def statements(file: CodeFile, scope: str) -> list[tuple[int, Expr, Expr | None]]:
    """What stands in a scope: line, expression, and the target when it is assigned; in the order of the lines."""
    found: list[tuple[int, Expr, Expr | None]] = []
    found += [(a.line, a.value, a.target) for a in file.assigns.get(scope, ()) if a.value is not None]
    found += [(r.line, r.value, None) for r in file.returns.get(scope, ())]
    found += [(e.line, e.value, None) for e in file.evaluates.get(scope, ())]
    for fact in file.within.get(scope, ()):
        found += [(fact.line, decorator, None) for decorator in fact.decorators]
        parameters = fact.parameters if isinstance(fact, Function) else ()
        found += [(fact.line, p.default, None) for p in parameters if isinstance(p.default, Apply)]
    return sorted(found, key=lambda statement: statement[0])
