"""What a request holds: the fields of its body with the literals in them, and the names of its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import FieldUse, Location, Value
from boundary.resolve.code.things import Arguments, Effect, Instance, Nothing, Pairs, Several, Thing
from boundary.resolve.fields.shapes import Shapes
from boundary.resolve.values import fold

_BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_DEEPEST = 8


def sent(
    effect: Effect, shapes: Shapes, place: Location, query: frozenset[str], later: Thing | None = None
) -> tuple[FieldUse, ...]:
    """The fields and parameters that a request has; what is not known of them is said as ``whole``. ``later`` is a body
    that the request is given after it was made."""
    method = effect.get("method")
    bodiless = isinstance(method, Value) and (method.text or "").upper() in _BODILESS
    body = later or (None if bodiless and isinstance(effect.body, Nothing) else effect.body)
    found = list(_fields(body, "$", shapes, place)) if body is not None else []
    found += [_use(f"query:{name}", place) for name in sorted(query)]
    for kind, argument in (("query", "params"), ("header", "headers")):
        found += _parameters(effect.get(argument), kind, place)
    return tuple(sorted(set(found)))


def _use(path: str, place: Location, value: str | None = None, *, whole: bool = False) -> FieldUse:
    return FieldUse(path, place, "request", whole, value=value)


def _parameters(given: Thing | None, kind: str, place: Location) -> Iterator[FieldUse]:
    if given is None:
        return
    if not isinstance(given, Pairs):
        yield _use(f"{kind}:", place, whole=True)
        return
    for key, _ in given.entries:
        text = key.text if isinstance(key, Value) else None
        yield _use(f"{kind}:{text or ''}", place, whole=text is None)


def _fields(thing: Thing, path: str, shapes: Shapes, place: Location) -> Iterator[FieldUse]:
    """A part of a body, and what is in it."""
    if path.count(".") > _DEEPEST:
        yield _use(path, place, whole=True)
        return
    match thing:
        case Pairs(entries):
            for key, value in entries:
                text = key.text if isinstance(key, Value) else None
                if text is None:
                    yield _use(path, place, whole=True)
                else:
                    yield from _field(value, f"{path}.{text}", shapes, place)
        case Several(items):
            for item in items:
                yield from _fields(item, path, shapes, place)
        case Instance(of=cls, arguments=arguments) if shapes.fields(cls):
            if shapes.writing.is_open(cls, made=arguments is not None):
                yield _use(path, place, whole=True)
            places = shapes.places(cls)
            for name, declared in sorted(shapes.fields(cls).items()):
                given = _given(arguments, name, declared.name, places.get(name)) if arguments else None
                inner = given or (Instance(declared.shape) if declared.shape and declared.shape != cls else None)
                yield from _field(inner, f"{path}.{declared.name}", shapes, place)
        case _:
            yield _use(path, place, whole=True)


def _given(arguments: Arguments, name: str, written: str, place: int | None) -> Thing | None:
    """The argument that a field is made with: by its place in a record, else by its name."""
    if place is not None and place < len(arguments.positional):
        return arguments.positional[place]
    return next((thing for key, thing in arguments.named if key == written or fold(key) == name), None)


def _field(value: Thing | None, path: str, shapes: Shapes, place: Location) -> Iterator[FieldUse]:
    text = value.text if isinstance(value, Value) else None
    # What a parameter holds may be an object with any fields.
    unknown = value is not None and text is None and not isinstance(value, Pairs | Several | Instance)
    yield _use(path, place, text, whole=unknown)
    if isinstance(value, Pairs | Several | Instance):
        yield from _fields(value, path, shapes, place)
