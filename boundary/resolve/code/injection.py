"""Objects that a framework hands to who asks for their type: what methods with ``@Bean`` or ``@Produces`` make.

A field or parameter of a type is given what the one provider of that type makes, among several the one that its name or
qualifier names, else the primary one. Source: Spring Framework reference, "Fine-tuning Annotation-based Autowiring".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr, Member, Ref, Text
from boundary.model import Value
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import NOTHING, Arguments, ClassOf, FunctionOf, Instance, Known, Made, Site, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

_QUALIFIERS = frozenset({"Qualifier", "Named", "Autowired", "Resource"})


@dataclass(frozen=True, slots=True)
class Provider:
    """A method that makes objects of a type, under a name."""

    name: str
    function: FunctionOf
    primary: bool


Providers = dict[object, list[Provider]]


def providers(ev: Interpreter) -> Providers:
    """The providers of the program by what they make."""
    found: Providers = defaultdict(list)
    for path, file in sorted(ev.program.files.items()):
        if not file.language.implicit:
            continue
        for name, fact in file.functions.items():
            frame = Frame(file, fact.scope)
            bean = next((each for each in fact.decorators if ev.made_by(each, frame) == "bean"), None)
            if bean is None or fact.returns is None:
                continue
            key = _key(ev, ev.quiet(fact.returns, frame), path)
            if key is not None:
                called = _text(bean) or fact.name
                primary = any(last(each) == "Primary" for each in fact.decorators)
                found[key].append(Provider(called, members.function_of(ev, file, name), primary))
    return found


def provided(ev: Interpreter, asked: Thing, name: str, decorators: tuple[Expr, ...], frame: Frame) -> Thing:
    """What is handed to a field or parameter of a name; NOTHING where nobody provides its type, or several do."""
    found = ev.providers().get(_key(ev, asked, frame.file.path), ())
    near = [one for one in found if ev.program.related(frame.file.path, one.function.path)]
    if not near:
        return NOTHING
    wanted = next((text for each in decorators if last(each) in _QUALIFIERS and (text := _text(each))), name)
    fitting = [one for one in near if one.name == wanted] or [one for one in near if one.primary] or near
    key = ("provided", fitting[0].function)
    if len(fitting) > 1 or key in ev.active:
        return NOTHING
    ev.active.add(key)
    try:
        fact = ev.program.files[fitting[0].function.path].functions[fitting[0].function.name]
        return ev.apply(fitting[0].function, Arguments(), Site(fitting[0].function.path, fact.line), frame.depth + 1)
    finally:
        ev.active.discard(key)


def last(expr: Expr) -> str:
    """The last name of an annotation."""
    head = expr.callee if isinstance(expr, Apply) else expr
    return head.name if isinstance(head, Ref | Member) else ""


def _text(expr: Expr) -> str:
    given = (*expr.args, *(value for _, value in expr.keywords)) if isinstance(expr, Apply) else ()
    return next((one.text for one in given if isinstance(one, Text)), "")


def _of(ev: Interpreter, known: Known, path: str) -> Thing:
    row = ev.row(path, known.name)
    return Made(row.returns, row.constants) if row and row.returns else known


def _key(ev: Interpreter, thing: Thing, path: str) -> object | None:
    """What two mentions of a type have in common."""
    match thing:
        case Instance(of=cls):
            return cls
        case ClassOf():
            return thing
        case Known():
            made = _of(ev, thing, path)
            return _of_made(made) if isinstance(made, Made) else thing.name
        case Made():
            return _of_made(thing)
    return None


def _of_made(made: Made) -> object:
    """A client by its type, and a generated one by the service that it is for."""
    service = made.field("service")
    return (made.type, service.text) if isinstance(service, Value) else made.type
