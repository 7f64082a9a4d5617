"""Objects and lists that are filled step by step: ``body["total"] = 3``, ``query.update(page=1)``, ``rows.append(x)``.

What such a statement says of an object is put down in the order of lines. Where it does not tell the key, and where the
object is handed to a function that may fill it, the entry has none: then nobody can say what the object lacks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from boundary.facts import Apply, Assign, Evaluate, Expr, Function, Item, Member, Record, Ref, Return, Text

_FILLS = frozenset({
    "update", "setdefault", "append", "set", "add", "put", "putAll", "putIfAbsent", "Add", "TryAdd", "Set", "insert",
    "merge", "store", "extend", "addAll", "merge!", "update!", "deep_merge!", "reverse_merge!",
})  # fmt: skip
_ADDS = frozenset({"append", "push", "add", "Add"})
_SAYS = frozenset({
    "log", "debug", "info", "warn", "warning", "error", "trace", "print", "println", "printf", "exception", "inspect",
})  # fmt: skip
"""Methods that only tell what they are given."""
_MERGES = frozenset({"assign", "merge", "extend", "defaults"})


QUERY = ".searchParams"
"""Behind the name of a URL: the parameters that it is given one by one."""


class Put(NamedTuple):
    """An entry that an object gets on a line; ``key`` None for one that is not known. ``item`` is what a list gets.

    ``handed``: the object is given to a method of something else, which may fill it for the lines that follow, or may
    be what sends it."""

    line: int
    key: Expr | None
    value: Expr | None
    item: Expr | None = None
    handed: bool = False

    def is_before(self, line: int) -> bool:
        """Whether the object has the entry on a line of the same scope."""
        return self.line < line or (self.line == line and not self.handed)


Puts = dict[tuple[str, str], list[Put]]
"""By scope and variable."""


class Setter(NamedTuple):
    """A method that tells a variable something on a line: ``config.setJdbcUrl(url)``."""

    line: int
    method: str
    value: Expr


Setters = dict[tuple[str, str], list[Setter]]
"""By scope and variable."""


def puts(assigns: Iterable[Assign], evaluates: Iterable[Evaluate | Return]) -> Puts:
    """What the statements of a file put into variables."""
    found: dict[tuple[str, str], list[Put]] = defaultdict(list)
    for assign in assigns:
        if isinstance(assign.target, Item) and isinstance(assign.target.of, Ref) and assign.value is not None:
            key = assign.target.key
            found[assign.scope, assign.target.of.name].append(Put(assign.line, key, assign.value))
    for fact in evaluates:
        if isinstance(fact.value, Apply):
            for name, entry, value in _of_call(fact.value):
                found[fact.scope, name].append(Put(fact.line, entry, value))
            for name in _handed(fact.value):
                found[fact.scope, name].append(Put(fact.line, None, None, handed=True))
            for name, item in _added(fact.value):
                found[fact.scope, name].append(Put(fact.line, None, None, item))
    return {name: sorted(group, key=lambda put: put.line) for name, group in found.items()}


def outward(found: Puts, names: Container[tuple[str, str]], functions: Mapping[str, Function], nameless: str) -> Puts:
    """With what functions that are called ``nameless`` put into variables of the function around them, which they do as
    often as they are called: ``pairs.forEach(([key, value]) => query.set(key, value))``. Then the key is not known."""
    for (scope, name), group in list(found.items()):
        around = scope
        while nameless in around.rpartition(".")[2] and (around, name) not in names:
            if around in functions and any(one.name == name for one in functions[around].parameters):
                break
            around = around.rpartition(".")[0]
        if around != scope and (around, name) in names:
            further = [Put(one.line, None, None) for one in group if one.item is None]
            found[around, name] = sorted([*found.get((around, name), ()), *further], key=lambda put: put.line)
    return found


def setters(evaluates: Iterable[Evaluate]) -> Setters:
    """What the statements of a file tell variables by methods that set one thing each."""
    found: Setters = defaultdict(list)
    for fact in evaluates:
        match fact.value:
            case Apply(Member(Ref(name), method), (value,)) if method[:3] == "set" and name not in ("self", "cls"):
                found[fact.scope, name].append(Setter(fact.line, method, value))
    return dict(found)


def _of_call(call: Apply) -> Iterator[tuple[str, Expr | None, Expr | None]]:
    """The variables that a call fills."""
    match call.callee:
        case Member(Member(Ref(name), "searchParams"), "set" | "append"):
            yield from ((f"{name}{QUERY}", *entry) for entry in _entries(call))
        case Member(Ref(name), method) if method in _FILLS and name not in ("self", "cls"):
            yield from ((name, *entry) for entry in _entries(call))
        case Member(_, method) if method in _MERGES and call.args and isinstance(call.args[0], Ref):
            name = call.args[0].name
            for arg in call.args[1:]:
                yield from ((name, *entry) for entry in _of_record(arg))
        case Ref() | Member(Ref("self" | "cls"), _):
            yield from ((arg.name, None, None) for arg in call.args if isinstance(arg, Ref))


def _handed(call: Apply) -> Iterator[str]:
    """The variables that a statement gives to a method of something else, whose result nobody takes."""
    match call.callee:
        case Member(of, method) if method not in _SAYS | _FILLS | _MERGES and of not in (Ref("self"), Ref("cls")):
            yield from (arg.name for arg in call.args if isinstance(arg, Ref))


def _added(call: Apply) -> Iterator[tuple[str, Expr]]:
    """What a list gets at its end."""
    match call.callee:
        case Member(Ref(name), method) if method in _ADDS and not call.keywords and name not in ("self", "cls"):
            yield from ((name, arg) for arg in call.args)
        case Member(Apply() as inner, "append") if not call.keywords:  # ``sql.append("a").append("b")``
            before = list(_added(inner))
            yield from before
            yield from ((before[0][0], arg) for arg in call.args if before)


def _entries(call: Apply) -> Iterator[tuple[Expr | None, Expr | None]]:
    named = [(name, value) for name, value in call.keywords if not name.startswith("<")]
    yield from ((Text(name) if name else None, value) for name, value in named)
    if len(call.args) == 2:
        yield call.args[0], call.args[1]
    elif len(call.args) == 1:
        yield from _of_record(call.args[0])


def _of_record(arg: Expr) -> Iterator[tuple[Expr | None, Expr | None]]:
    if isinstance(arg, Record):
        yield from arg.entries
    else:
        yield None, None
