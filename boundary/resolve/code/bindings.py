"""Classes whose objects are filled from a part of the configuration, as a program says at its start.

``services.Configure<Urls>(configuration.GetSection("urls"))`` binds the members of ``Urls`` to the keys below ``urls``,
wherever an object of the class is asked for afterwards. Rows tell it by the effect ``options``: ``class`` (or
``object``) and ``section``, a setting, the name of one, or the whole configuration.

Source: https://learn.microsoft.com/dotnet/core/extensions/options .
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from boundary.facts import Apply, Member
from boundary.model import Value
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Arguments, ClassOf, FunctionOf, Instance, Made, Site, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

EFFECT = "options"
FILLED = "filled"
"""The effect of a call that gives an object filled from a section: where a class is filled from one alone, its objects
that are handed over are those."""


@dataclass
class Bindings:
    """The prefix of the keys for each class that is bound, of several the first; and functions that set members of it:
    ``Configure<Urls>(urls => urls.Stock = …)``."""

    prefixes: dict[ClassOf, str] = field(default_factory=dict)
    setters: dict[ClassOf, list[FunctionOf]] = field(default_factory=lambda: defaultdict(list))


def bindings(ev: Interpreter) -> Bindings:
    """All that the calls of a program bind."""
    found = Bindings()
    filled: dict[ClassOf, set[str]] = defaultdict(set)
    for _, file in sorted(ev.program.files.items()):
        rows = file.language.rows.items()
        names = {name.rpartition(".")[2]: row.effect for name, row in rows if row.effect in (FILLED, EFFECT)}
        for scope, line, call in file.calls if names else ():
            if isinstance(call.callee, Member) and _may_bind(call, names.get(call.callee.name, "")):
                frame = Frame(file, scope, line=line)
                receiver = ev.quiet(call.callee.of, frame)
                row = ev.row_of(receiver, call.callee.name, Site(file.path, line))
                row = row and (ev.row(file.path, f"{row.name}/{len(call.args)}") or row)
                told = dict(row.read(_arguments(ev, call, frame), receiver)) if row else {}
                if row and row.effect == EFFECT:
                    _take(found, told)
                elif row and row.effect == FILLED and (cls := _class(told.get("class"))):
                    filled[cls].add(_prefix(told.get("section")) or "")
    for cls, sections in filled.items():
        if len(sections) == 1 and (only := next(iter(sections))):
            found.prefixes.setdefault(cls, only)
    return found


def _may_bind(call: Apply, effect: str) -> bool:
    """Whether a call may be one that binds: what fills an object is told its class."""
    return effect == EFFECT or (effect == FILLED and any(name == "<0>" for name, _ in call.keywords))


def _take(found: Bindings, told: dict[str, Thing]) -> None:
    cls, section = _class(told.get("class") or told.get("object")), told.get("section")
    prefix = _prefix(section)
    if cls is not None and isinstance(section, FunctionOf):
        found.setters[cls].append(section)
    elif cls is not None and prefix is not None:
        found.prefixes.setdefault(cls, prefix)


def _arguments(ev: Interpreter, call: Apply, frame: Frame) -> Arguments:
    given = tuple(ev.quiet(arg, frame) for arg in call.args)
    return Arguments(given, tuple((name, ev.quiet(arg, frame)) for name, arg in call.keywords))


def _class(thing: Thing | None) -> ClassOf | None:
    thing = thing.of if isinstance(thing, Instance) else thing
    return thing if isinstance(thing, ClassOf) else None


def _prefix(section: Thing | None) -> str | None:
    """The key of a section, "" for all of the configuration; None for what is none of it."""
    if isinstance(section, Made):
        return "" if section.type == "configuration" else None
    if not isinstance(section, Value) or not section.parts:
        return None
    hole = section.holes[0] if len(section.holes) == len(section.parts) == 1 else None
    return section.text if section.text is not None else hole.name if hole and hole.kind == "config" else None
