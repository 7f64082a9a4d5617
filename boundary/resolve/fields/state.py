"""What is known while one answer is followed: variables, results and parameters that hold parts of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from boundary.facts import Apply, Assign, Evaluate, Look, Member, Ref, Return
from boundary.facts.parts import parts
from boundary.model import FieldUse, Location
from boundary.resolve.code.program import LAMBDA, CodeFile
from boundary.resolve.fields.waves import NONE, Here, Wave, Waves


class Unit(NamedTuple):
    """A function with all that stands inside of it, or what a module does when it is loaded."""

    path: str
    scope: str


Statement = Assign | Return | Evaluate | Look


class State:
    """Grows until nothing new is found; what changes puts the code that sees it back to work."""

    def __init__(self) -> None:
        self.uses: dict[FieldUse, None] = {}
        self.work: deque[Unit] = deque()
        self.seeds: dict[tuple[str, int, int], Waves] = {}
        self.outs: dict[tuple[str, int, int, int], Waves] = {}
        self.bound: dict[tuple[str, str, str], Waves] = {}
        self.results: dict[tuple[str, str], Waves] = {}
        self.waiting: dict[tuple[str, str], set[Unit]] = defaultdict(set)

    @property
    def size(self) -> int:
        """Grows with everything that is found."""
        held = (*self.bound.values(), *self.results.values(), *self.seeds.values(), *self.outs.values())
        return len(self.uses) + sum(map(len, held))

    def concerned(self, path: str) -> set[object]:
        """The names and places in a file that hold or give parts so far, and functions that were given some."""
        found: set[object] = {name for where, _, name in self.bound if where == path}
        found |= {(line, column) for where, line, column in self.seeds if where == path}
        found |= {(line, column) for where, line, column, _ in self.outs if where == path}
        return found | {name.rpartition(".")[2] for where, name in self.results if where == path}

    def read(self, path: str, place: Location) -> None:
        """A field is read at a place."""
        self.uses.setdefault(FieldUse(path, place), None)

    def escape(self, waves: Iterable[Wave], place: Location) -> None:
        """Parts go where they are not followed. What was read into a class is bounded by its fields."""
        for wave in waves:
            if wave.shape is None:
                self.uses.setdefault(FieldUse(wave.text, place, whole=True), None)

    def bind(self, file: CodeFile, scope: str, name: str, waves: Waves) -> None:
        """A variable, or an attribute of the objects of a class, holds parts."""
        key = (file.path, scope, name)
        before = self.bound.get(key, NONE)
        if waves <= before:
            return
        self.bound[key] = before | waves
        units = _within(file, scope) if scope in file.classes or scope in file.holders else (unit(file, scope),)
        for one in units:
            self.again(one)

    def variable(self, here: Here, name: str) -> Waves:
        """What a name holds at a place, in its scope or around it."""
        scope = here.scope
        while True:
            found = self.bound.get((here.file.path, scope, name))
            if found or not scope:
                return found or NONE
            scope = scope.rpartition(".")[0]

    def result(self, path: str, function: str, waves: Waves) -> bool:
        """A function gives back parts; whether that is new."""
        before = self.results.get((path, function), NONE)
        if waves <= before:
            return False
        self.results[path, function] = before | waves
        for one in self.waiting[path, function]:
            self.again(one)
        return True

    def seed(self, path: str, line: int, column: int, waves: Waves, where: Unit) -> None:
        """A call gives parts."""
        key = (path, line, column)
        if not waves <= self.seeds.get(key, NONE):
            self.seeds[key] = self.seeds.get(key, NONE) | waves
            self.again(where)

    def again(self, one: Unit) -> None:
        """Look at a unit (once more)."""
        if one not in self.work:
            self.work.append(one)


def unit(file: CodeFile, scope: str) -> Unit:
    """The outermost function that a scope is in, whose variables functions inside see."""
    outer = scope
    while scope:
        if scope in file.functions or LAMBDA in scope.rpartition(".")[2]:
            outer = scope
        scope = scope.rpartition(".")[0]
    if outer not in file.functions:
        return Unit(file.path, "")
    return Unit(file.path, "" if outer.startswith(LAMBDA) else outer)


def _within(file: CodeFile, cls: str) -> Iterator[Unit]:
    for name, fact in file.functions.items():
        if fact.scope == cls:
            yield Unit(file.path, name)


class Statements:
    """The statements of a unit with their scopes, in the order of their lines; found by the names in them and by the
    places of their calls, so that what an answer does not concern costs nothing."""

    def __init__(self, file: CodeFile, one: Unit) -> None:
        self._all = _statements(file, one)
        self._with: dict[object, list[int]] = defaultdict(list)
        for index, (_, fact) in enumerate(self._all):
            for key in set(_keys(fact)):
                self._with[key].append(index)

    def about(self, keys: Iterable[object]) -> list[tuple[str, Statement]]:
        """The statements that have one of the keys in them."""
        return [self._all[index] for index in sorted({index for key in keys for index in self._with.get(key, ())})]


def _statements(file: CodeFile, one: Unit) -> list[tuple[str, Statement]]:
    found: list[tuple[str, Statement]] = []
    for groups in (file.assigns, file.returns, file.evaluates, file.looks):
        for scope, facts in groups.items():
            inside = scope == one.scope or (scope.startswith(f"{one.scope}.") if one.scope else LAMBDA in scope[:7])
            if inside:
                found += [(scope, fact) for fact in facts]
    return sorted(found, key=lambda each: each[1].line)


def _keys(fact: Statement) -> Iterator[object]:
    for part in parts((fact.value, fact.target) if isinstance(fact, Assign) else fact.value):
        if isinstance(part, Ref):
            yield part.name
        elif isinstance(part, Apply):
            yield part.line or fact.line, part.column or 1
        elif isinstance(part, Member) and isinstance(part.of, Ref):
            yield part.name
