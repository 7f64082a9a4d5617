"""Fields that a schema in the code asks for: who checks an answer by it reads them, even if no code names them again.

A schema is what the rows of a library return as ``schema``, with the object of its keys as ``keys``: zod, yup, valibot.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Apply, Expr, Member, Ref
from boundary.model import Value
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Made, Pairs, Several, Thing
from boundary.resolve.fields import words
from boundary.resolve.fields.callers import Calling
from boundary.resolve.fields.waves import Here

_DEEPEST = 8


def schema(evaluator: Evaluator, call: Apply, here: Here, callers: list[Calling]) -> Made | None:
    """The schema that a call checks something by: what its method is called on, or its first argument. One that the
    function here is given is looked up at its ``callers``."""
    callee = call.callee
    if not isinstance(callee, Member) or not words.means("checks", callee.name):
        return None
    for expr in (callee.of, *call.args[:1]):
        found = evaluator.quiet(expr, here.frame) if isinstance(expr, Ref | Member | Apply) else None
        given = [_given(evaluator, expr.name, here, one) for one in callers] if isinstance(expr, Ref) else []
        for thing in (found, *given):
            if isinstance(thing, Made) and thing.type == "schema" and thing.field("keys") is not None:
                return thing
    return None


def _given(evaluator: Evaluator, name: str, here: Here, one: Calling) -> Thing | None:
    """What a caller gives as a parameter of the function here."""
    function = here.file.functions.get(here.scope)
    names = [parameter.name for parameter in function.parameters] if function else []
    argument: Expr | None = None
    if name in names and names.index(name) < len(one.call.args):
        argument = one.call.args[names.index(name)]
    if argument is None:
        return None
    return evaluator.quiet(argument, Frame(evaluator.program.files[one.path], one.scope, line=one.line))


def paths(thing: Thing | None, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The fields below a schema."""
    if isinstance(thing, Several):
        for item in thing.items:
            yield from paths(item, above)
    keys = thing.field("keys") if isinstance(thing, Made) and thing.type == "schema" else None
    if not isinstance(keys, Pairs) or len(above) > _DEEPEST:
        return
    for key, value in keys.entries:
        text = key.text if isinstance(key, Value) else None
        if text:
            yield (*above, text)
            yield from paths(value, (*above, text))
