"""Who calls a function: the calls of a program by the name that is called, and what they mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from boundary.facts import Apply, Expr, Member, Out, Ref
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf, FunctionOf, Instance, Known, Module, Site, Thing
from boundary.resolve.fields.state import Statements, Unit

_LONGEST = 12
"""Calls in one chain that are looked at."""

_MOST = 150
"""Calls of one name that are looked at; names with more say nothing."""


class Calling(NamedTuple):
    """A call and the scope that it stands in."""

    path: str
    scope: str
    line: int
    call: Apply


class Callers:
    """The calls of a program, by the last part of the name that is called. ``requests`` are those that leave it."""

    def __init__(self, evaluator: Evaluator, requests: Iterable[Site] = ()) -> None:
        self.evaluator = evaluator
        self.requests = {(site.path, site.line, site.column) for site in requests}
        self._of: dict[tuple[str, str], list[Calling]] = {}
        self._leaving: dict[str, set[tuple[int, int]]] = {}
        self._statements: dict[Unit, Statements] = {}

    @cached_property
    def _named(self) -> dict[str, list[Calling]]:
        found: dict[str, list[Calling]] = defaultdict(list)
        for path, file in sorted(self.evaluator.program.files.items()):
            for scope, line, call in file.calls:
                if isinstance(call.callee, Ref | Member):
                    found[call.callee.name].append(Calling(path, scope, call.line or line, call))
        return found

    @cached_property
    def places(self) -> dict[tuple[str, int, int], Calling]:
        """Calls by file, line and column."""
        return {(one.path, one.line, one.call.column or 1): one for group in self._named.values() for one in group}

    @cached_property
    def chains(self) -> dict[tuple[str, int, int], list[Calling]]:
        """The calls on what a call at a place gives, as far as they stand in one chain with it."""
        found: dict[tuple[str, int, int], list[Calling]] = defaultdict(list)
        for one in (one for group in self._named.values() for one in group):
            inner: Expr = one.call
            for _ in range(_LONGEST):
                inner = inner.callee.of if isinstance(inner, Apply) and isinstance(inner.callee, Member) else inner
                if not isinstance(inner, Apply):
                    break
                found[one.path, inner.line or one.line, inner.column or 1].append(one)
        return found

    def leaves(self, path: str, line: int, column: int) -> bool:
        """Whether a call leaves what it reads in a variable that it is given; it gives back only whether it could."""
        if path not in self._leaving:
            file = self.evaluator.program.files[path]
            outs = (fact.value.of for facts in file.assigns.values() for fact in facts if isinstance(fact.value, Out))
            self._leaving[path] = {(one.line, one.column or 1) for one in outs if isinstance(one, Apply)}
        return (line, column) in self._leaving[path]

    def statements(self, one: Unit) -> Statements:
        """The statements of a unit."""
        if one not in self._statements:
            self._statements[one] = Statements(self.evaluator.program.files[one.path], one)
        return self._statements[one]

    def of(self, path: str, function: str) -> list[Calling]:
        """The calls that mean a function of a file, in code that may see it."""
        key = path, function
        if key not in self._of:
            name = function.rpartition(".")[2].partition("#")[0]
            related = self.evaluator.program.related
            near = [one for one in self._named.get(name, ()) if one.path == path or related(one.path, path)]
            self._of[key] = [one for one in near[:_MOST] if self._means(one, path, function)]
        return self._of[key]

    def named(self, name: str) -> list[Calling]:
        """The calls of whatever is called so."""
        return self._named.get(name, [])[:_MOST]

    def _means(self, one: Calling, path: str, function: str) -> bool:
        file = self.evaluator.program.files[one.path]
        thing = self.callee(one.call.callee, file, one.scope, one.line)
        wanted = function.partition("#")[0]
        return isinstance(thing, FunctionOf) and (thing.path, thing.name.partition("#")[0]) == (path, wanted)

    def callee(self, expr: Expr, file: CodeFile, scope: str, line: int) -> Thing:
        """What is called: a function or class of the workspace, or what it is known by."""
        frame = Frame(file, scope, line=line)
        if not isinstance(expr, Member):
            return self.evaluator.quiet(expr, frame)
        of = self.evaluator.quiet(expr.of, frame)
        if isinstance(of, Instance | ClassOf):
            return members.find_method(self.evaluator, of, expr.name) or of
        return self.evaluator.member(of, expr.name, frame) if isinstance(of, Module | Known) else of
