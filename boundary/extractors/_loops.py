"""Commands in loops over words that stand there: each is told once for every word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from msgspec.structs import replace

from boundary.facts import Apply, Either, Expr, Item, Join, Ref, Text
from boundary.reading.shell import Command

MOST = 30
"""Times that one command is told."""

ALTOGETHER = 10_000
"""Times that the commands of one script are told in loops; those behind are told once, with their variables open."""

DEEPEST = 3
"""Loops in each other whose variables one command names."""

Choices = Mapping[str, Sequence[Text]]


def unrolled(found: Iterable[Command], choices: Choices) -> Iterator[Command]:
    """The commands, those that name the variable of a loop once for each of its values. ``choices`` are values that
    variables have around them."""
    known: dict[str, Sequence[Text]] = dict(choices)
    lists: dict[str, Sequence[Text]] = {}
    told = 0
    for command in found:
        for name, value in () if command.words else command.assignments:
            texts = _texts(value, lists)
            (known if command.loops else lists).pop(name, None)
            if texts:
                (known if command.loops else lists)[name] = texts[:MOST]
        named = sorted({name for word in command.words for name in _names(word)} & known.keys())
        if not 0 < len(named) <= DEEPEST or told >= ALTOGETHER:
            yield command
            continue
        for values in islice(product(*(known[name] for name in named)), MOST):
            told += 1
            yield _with(command, dict(zip(named, values, strict=True)))


def _texts(value: Expr, lists: Mapping[str, Sequence[Text]]) -> Sequence[Text]:
    """The plain words of a list; a variable among them stands for those of the list that it is."""
    found: list[Text] = []
    for one in value.options if isinstance(value, Either) else ():
        name = _variable(one)
        if isinstance(one, Text):
            found.append(one)
        elif name in lists:
            found += lists[name]
        else:
            return ()
    return found


def _variable(expr: Expr) -> str:
    match expr:
        case Item(Ref("$env"), Text(name)) | Ref(name):
            return name
    return ""


def _names(expr: Expr) -> Iterator[str]:
    """The variables that stand in a word."""
    match expr:
        case Join(parts) | Either(parts) | Apply(_, parts):
            for part in parts:
                yield from _names(part)
        case _ if name := _variable(expr):
            yield name


def _with(command: Command, values: Mapping[str, Text]) -> Command:
    given = command.input and _put(command.input, values)
    assignments = [(name, _put(value, values)) for name, value in command.assignments]
    return replace(command, words=[_put(word, values) for word in command.words], assignments=assignments, input=given)


def _put(expr: Expr, values: Mapping[str, Text]) -> Expr:
    match expr:
        case Join(parts):
            return Join(tuple(_put(part, values) for part in parts))
        case Either(parts):
            return Either(tuple(_put(part, values) for part in parts))
        case Apply(callee, parts, keywords):
            return Apply(callee, tuple(_put(part, values) for part in parts), keywords)
    return values.get(_variable(expr), expr)
