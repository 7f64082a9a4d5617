"""Evaluates expressions of stacks, lazily and within bounds; what cannot be told stays open.

The forms are those of ``boundary.facts.infra``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text, TextFile, Unknown
from boundary.model import Value
from boundary.resolve.stacks import functions
from boundary.resolve.stacks.attributes import attribute, spelled
from boundary.resolve.stacks.things import (
    NULL,
    Encoded,
    Handle,
    Null,
    Resource,
    Rope,
    Rows,
    Space,
    Table,
    Thing,
    below,
    items,
    text,
    unknown,
)

DEEPEST = 110
"""Expressions in expressions, references followed; the recursion limit allows some more."""

STEPS = 3_000_000
"""Expressions that are evaluated for a workspace; a stack of 5,000 resources needs a tenth."""

_MOST = 500
"""Elements of a ``for`` that are gone through."""

Names = Mapping[str, Thing]


@dataclass
class Evaluator:
    """``call`` finds what functions mean that a language has besides Terraform's, ``texts`` files by their paths."""

    steps: int = STEPS
    call: Callable[[str, Sequence[Thing]], Thing | None] = functions.call
    texts: Mapping[str, TextFile] = field(default_factory=dict)
    _depth: int = 0

    def evaluate(self, expr: Expr, names: Names) -> Thing:
        """What an expression is where these names are known."""
        self.steps -= 1
        if self._depth >= DEEPEST or self.steps < 0:
            return unknown(kind="unknown")
        self._depth += 1
        try:
            return self._evaluated(expr, names)
        finally:
            self._depth -= 1

    def _evaluated(self, expr: Expr, names: Names) -> Thing:
        match expr:
            case Text(text=written):
                return Value.of(written)
            case Ref(name=name):
                return NULL if name == "null" else names.get(name, unknown(name))
            case Join():
                return put_together([self.evaluate(part, names) for part in expr.parts])
            case Member():
                return member(self.evaluate(expr.of, names), expr.name)
            case Item():
                return self._item(expr, names)
            case Apply():
                return self._applied(expr, names)
            case Record():
                return self._record(expr, names)
            case Listing():
                return Rows(tuple(self.evaluate(item, names) for item in expr.items))
        return unknown(kind="unknown")

    # --- names and parts -------------------------------------------------------------------------------------

    def _item(self, expr: Item, names: Names) -> Thing:
        of = self.evaluate(expr.of, names)
        if isinstance(expr.key, Unknown):
            return of
        key = text(self.evaluate(expr.key, names))
        if isinstance(of, Rows):
            if key is None or not key.isdigit():
                return of.items[0] if len(of.items) == 1 else unknown(kind="unknown")
            return of.items[int(key)] if int(key) < len(of.items) else unknown(kind="unknown")
        if isinstance(of, Handle):
            return of
        if isinstance(of, Space) and key is None:
            return of.get(str(as_text(self.evaluate(expr.key, names))))
        if isinstance(of, Table) and key == "0" and key not in of.entries:
            return of  # the only block of its name
        return member(of, key) if key is not None else unknown(kind="unknown")

    def _record(self, expr: Record, names: Names) -> Thing:
        found: dict[str, Thing] = {}
        lines: dict[str, int] = {}
        whole = True
        for key, value in expr.entries:
            name = text(self.evaluate(key, names))
            if name is None:
                whole = False
                continue
            thing = self.evaluate(value, names)
            if name in found and isinstance(value, Record | Apply):
                found[name] = Rows((*items(found[name]), *items(thing)))  # Blocks of one name.
            else:
                found[name] = thing
            lines.setdefault(name, key.line if isinstance(key, Text) else 0)
        return Table(found, lines, whole)

    # --- calls -----------------------------------------------------------------------------------------------

    def _applied(self, expr: Apply, names: Names) -> Thing:
        name = expr.callee.name if isinstance(expr.callee, Ref) else ""
        special = _SPECIAL.get(name)
        if special:
            return special(self, expr, names)
        args: list[Thing] = []
        for arg in expr.args:
            if isinstance(arg, Apply) and arg.callee == Ref("rest"):
                args += items(self.evaluate(arg.args[0], names))
            else:
                args.append(self.evaluate(arg, names))
        operator = _OPERATORS.get(name) if 0 < len(args) <= 2 else None
        found = operator(args) if operator else self.call(name, [_plain(arg) for arg in args])
        return unknown(kind="unknown") if found is None else found

    def _if(self, expr: Apply, names: Names) -> Thing:
        """A condition that is not known lets count what is there: the first branch that is not nothing."""
        told = text(self.evaluate(expr.args[0], names))
        if told in ("true", "false"):
            return self.evaluate(expr.args[1 if told == "true" else 2], names)
        both = [self.evaluate(one, names) for one in expr.args[1:3]]
        return next((one for one in both if not _nothing(one)), both[0])

    def _for(self, expr: Apply, names: Names) -> Thing:
        given = dict(expr.keywords)
        key_name, element = _named(given.get("key")), _named(given.get("element"))
        collection, key, value, condition = expr.args
        made: list[tuple[Thing, Thing]] = []
        for at, one in self._elements(self.evaluate(collection, names)):
            inside = {**names, element: one, **({key_name: at} if key_name else {})}
            if condition != Text("true") and text(self.evaluate(condition, inside)) == "false":
                continue
            made.append(
                (NULL if isinstance(key, Unknown) else self.evaluate(key, inside), self.evaluate(value, inside))
            )
        if isinstance(key, Unknown):
            return Rows(tuple(one for _, one in made))
        return Table({name: one for at, one in made if (name := text(at)) is not None}, {}, False)

    def _dynamic(self, expr: Apply, names: Names) -> Thing:
        given = dict(expr.keywords)
        called = _named(given.get("element"))
        collection, _, content, _ = expr.args
        found = []
        for key, one in self._elements(self.evaluate(collection, names)):
            found.append(self.evaluate(content, {**names, called: Table({"key": key, "value": one})}))
        return Rows(tuple(found))

    def _file(self, expr: Apply, names: Names) -> Thing:
        found = self._text(expr, names)
        return unknown(kind="unknown") if found is None else Value.of(found.text)

    def _template(self, expr: Apply, names: Names) -> Thing:
        """A file with what it is given put into it; it sees no other names."""
        found = self._text(expr, names)
        given = self.evaluate(expr.args[1], names) if len(expr.args) > 1 else NULL
        if found is None:
            return unknown(kind="unknown")
        return self.evaluate(found.template, given.entries if isinstance(given, Table) else {})

    def _text(self, expr: Apply, names: Names) -> TextFile | None:
        """The file that the first argument means: a path of the workspace, or one that starts where the module lies."""
        path = text(self.evaluate(expr.args[0], names)) if expr.args else None
        homes = names.get("path")
        near = [str(as_text(homes.get(key))) for key in ("module", "root")] if isinstance(homes, Table) else []
        places = (posixpath.normpath(posixpath.join(home, path)) for home in ("", *near)) if path else ()
        return next((self.texts[one] for one in places if one in self.texts), None)

    def _elements(self, thing: Thing) -> Iterator[tuple[Thing, Thing]]:
        """Keys and elements; what is not known counts as one element that is not known."""
        if isinstance(thing, Table):
            yield from ((Value.of(key), one) for key, one in list(thing.entries.items())[:_MOST])
        elif isinstance(thing, Rows):
            yield from ((Value.of(str(at)), one) for at, one in enumerate(thing.items[:_MOST]))
        elif not isinstance(thing, Null):
            yield unknown(), thing


_SPECIAL: dict[str, Callable[[Evaluator, Apply, Names], Thing]] = {
    "if": Evaluator._if,
    "for": Evaluator._for,
    "dynamic": Evaluator._dynamic,
    "file": Evaluator._file,
    "templatefile": Evaluator._template,
}


def put_together(parts: Sequence[Thing]) -> Thing:
    """Parts of a text as one; documents in it are kept as such."""
    if len(parts) == 1 and isinstance(parts[0], Encoded | Rope):
        return parts[0]
    ropes: list[Value | Encoded] = []
    for part in parts:
        if isinstance(part, Rope):
            ropes += part.parts
        elif isinstance(part, Encoded):
            ropes.append(part)
        else:
            ropes.append(as_text(part))
    if all(isinstance(part, Value) for part in ropes):
        return Value.of(*(part for part in ropes if isinstance(part, Value)))
    return Rope(tuple(ropes))


def as_text(thing: Thing) -> Value:
    """A thing in a text: a resource is what refers to it by itself."""
    if isinstance(thing, Value):
        return thing
    if isinstance(thing, Handle):
        return spelled(thing.resource)
    return Value() if isinstance(thing, Null) else unknown(kind="unknown")


def member(of: Thing, name: str) -> Thing:
    """What a name is in something. Of several, and of an open one, it is that of each."""
    if isinstance(of, Handle):
        return attribute(of.resource, name)
    if isinstance(of, Space):
        return of.get(name)
    if isinstance(of, Table):
        if name in of.entries:
            return of.entries[name]
        return NULL if of.whole else unknown(name)
    if isinstance(of, Rows):
        if len(of.items) == 1:
            return member(of.items[0], name)
        return Rows(tuple(member(one, name) for one in of.items[:_MOST]))
    if isinstance(of, Value) and len(of.holes) == 1 and len(of.parts) == 1:
        return unknown(f"{of.holes[0].name}.{name}".strip("."), of.holes[0].kind)
    found = below(of, name)
    return unknown(name) if isinstance(found, Null) else found


def block(resource: Resource, *path: str) -> tuple[Thing, ...]:
    """All blocks, or members of a list, below these keys of a resource."""
    found: tuple[Thing, ...] = items(resource.get(path[0]))
    for key in path[1:]:
        found = tuple(inner for one in found for inner in items(member(one, key) if isinstance(one, Table) else NULL))
    return found


def _plain(thing: Thing) -> Thing:
    return spelled(thing.resource) if isinstance(thing, Handle) else thing


def _nothing(thing: Thing) -> bool:
    return isinstance(thing, Null) or (isinstance(thing, Rows) and not thing.items) or text(thing) == ""


def _named(expr: Expr | None) -> str:
    return expr.text if isinstance(expr, Text) else ""


# --- operators ----------------------------------------------------------------------------------------------


def _flag(found: bool | None) -> Thing | None:
    return None if found is None else Value.of("true" if found else "false")


def _equal(args: Sequence[Thing]) -> bool | None:
    one, two = args[0], args[-1]
    if isinstance(one, Null) or isinstance(two, Null):
        other = two if isinstance(one, Null) else one
        return isinstance(other, Null) if not (isinstance(other, Value) and other.holes) else None
    first, second = text(one), text(two)
    return None if first is None or second is None else first == second


def _not(found: bool | None) -> bool | None:
    return None if found is None else not found


def _told(thing: Thing) -> bool | None:
    return {"true": True, "false": False}.get(text(thing) or "")


def _all(args: Sequence[Thing]) -> bool | None:
    told = [_told(arg) for arg in args]
    return False if False in told else None if None in told else True


def _any(args: Sequence[Thing]) -> bool | None:
    told = [_told(arg) for arg in args]
    return True if True in told else None if None in told else False


def _compared(how: Callable[[float, float], bool]) -> Callable[[Sequence[Thing]], Thing | None]:
    def compare(args: Sequence[Thing]) -> Thing | None:
        one, two = _number(args[0]), _number(args[-1])
        return None if one is None or two is None else _flag(how(one, two))

    return compare


def _number(thing: Thing) -> float | None:
    try:
        return float(text(thing) or "x")
    except ValueError:
        return None


def _counted(how: Callable[[float, float], float]) -> Callable[[Sequence[Thing]], Thing | None]:
    def count(args: Sequence[Thing]) -> Thing | None:
        numbers = [_number(arg) for arg in args]
        if None in numbers or len(numbers) not in (1, 2):
            return None
        given = [one for one in numbers if one is not None]
        made = how(*given) if len(given) == 2 else -given[0]
        return Value.of(str(int(made)) if made == int(made) else str(made)) if abs(made) < 1e15 else None

    return count


_OPERATORS: dict[str, Callable[[Sequence[Thing]], Thing | None]] = {
    "==": lambda args: _flag(_equal(args)),
    "!=": lambda args: _flag(_not(_equal(args))),
    "!": lambda args: _flag(_not(_told(args[0]))),
    "&&": lambda args: _flag(_all(args)),
    "||": lambda args: _flag(_any(args)),
    "<": _compared(lambda one, two: one < two),
    ">": _compared(lambda one, two: one > two),
    "<=": _compared(lambda one, two: one <= two),
    ">=": _compared(lambda one, two: one >= two),
    "+": _counted(lambda one, two: one + two),
    "-": _counted(lambda one, two: one - two),
    "*": _counted(lambda one, two: one * two),
}
