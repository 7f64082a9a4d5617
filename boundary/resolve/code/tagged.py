"""Fields that take their values from outside by their tags or names: structs bound to the environment or a file.

The loader's row tells which (``returns`` is ``environment`` or ``config``); rows ``tag:…`` with the effect
``tag-field`` tell what a tag means: the name of a variable (``env``) or key (``config``), the beginning of the names of
what is below (``prefix``), a ``default``. Without a loader in sight, a tag that names a variable is believed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from boundary.facts import Apply, Assign
from boundary.model import Hole, Value
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import NOTHING, Arguments, Instance, Made, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

CONFIGURED = "<config>"
"""The name under which an object keeps the part of the configuration that its fields are bound to."""

ENVIRONMENT = "<environment>"
"""The same for what the names of its variables begin with."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def bound(before: Thing, left: Thing) -> Thing:
    """What a loader leaves in a variable: an object whose fields are bound, or the configuration itself."""
    if not isinstance(left, Made) or left.type not in ("environment", "config"):
        return NOTHING if isinstance(left, Made) else left
    if not isinstance(before, Instance):
        return left
    prefix = left.field("prefix")
    name = ENVIRONMENT if left.type == "environment" else CONFIGURED
    return Instance(before.of, Arguments((), ((name, prefix if isinstance(prefix, Value) else Value.of("")),)))


def field(ev: Interpreter, of: Thing, name: str, assign: Assign, frame: Frame) -> Thing:
    """What a field of such an object holds; nothing for a field that no tag and no loader speaks of."""
    given = of.arguments if isinstance(of, Instance) else None
    variables = given.get(None, ENVIRONMENT) if given else None
    keys = given.get(None, CONFIGURED) if given else None
    if not assign.decorators and variables is None:
        return NOTHING
    told = _told(ev, assign, frame)
    kind = "config" if keys is not None and variables is None else "env"
    written = told.get(kind)
    below = ev.annotated(assign.annotation, frame)
    if kind == "config":
        key = ".".join(part for part in (_text(keys), written or name) if part)
        if isinstance(below, Instance):
            return Instance(below.of, Arguments((), ((CONFIGURED, Value.of(key)),)))
        return Value((Hole("config", key, _default(told)),))
    if isinstance(below, Instance) and variables is not None:
        start = told.get("prefix", "" if "base" in told else f"{_upper(written or name)}_")
        return Instance(below.of, Arguments((), ((ENVIRONMENT, Value.of(_start(variables) + start)),)))
    if not written and variables is None:
        return NOTHING
    variable = _start(variables).upper() + (written or _upper(name))
    return Value((Hole("env", variable, _default(told)),))


def _told(ev: Interpreter, assign: Assign, frame: Frame) -> dict[str, str]:
    """What the tags say, by what it is."""
    told: dict[str, str] = {}
    for decorator in assign.decorators:
        if not isinstance(decorator, Apply):
            continue
        row = ev.row(frame.file.path, getattr(decorator.callee, "name", ""))
        if row is None or row.effect != "tag-field":
            continue
        given = Arguments(
            tuple(ev.quiet(arg, frame) for arg in decorator.args),
            tuple((key, ev.quiet(arg, frame)) for key, arg in decorator.keywords),
        )
        for key, thing in row.read(given, None):
            if isinstance(thing, Value) and thing.text:
                told.setdefault(key, thing.text)
    return told


def _default(told: dict[str, str]) -> Value | None:
    return Value.of(told["default"]) if "default" in told else None


def _start(prefix: Thing | None) -> str:
    text = _text(prefix)
    return f"{text}_" if text and not text.endswith("_") else text


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""


def _upper(name: str) -> str:
    return "_".join(_WORD.split(name)).upper()
