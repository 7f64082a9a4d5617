"""Interfaces that a framework makes objects of settings for: ``@ConfigMapping(prefix = "shop") interface Settings``.

A method without a body answers with what stands at the key of its name, or with an object of the keys below. Sources:
https://quarkus.io/guides/config-mappings ; Micronaut, "Immutable Configuration" (``@ConfigurationProperties`` on an
interface, whose methods are called ``getUrl``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from boundary.facts import Function
from boundary.model import Hole, Value
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.tagged import CONFIGURED
from boundary.resolve.code.things import Arguments, ClassOf, FunctionOf, Instance, Made, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

_GETTER = re.compile(r"^(?:get|is)(?=[A-Z])")


def answer(ev: Interpreter, function: FunctionOf, frame: Frame) -> Thing:
    """What a function gives back whose body does not tell: a setting, else a thing of its type."""
    fact = frame.file.functions[function.name]
    told = _setting(ev, function, fact, frame) if isinstance(function.receiver, Instance) else None
    return ev.annotated(fact.returns, Frame(frame.file)) if told is None else told


def _setting(ev: Interpreter, function: FunctionOf, fact: Function, frame: Frame) -> Thing | None:
    cls = function.name.rpartition(".")[0]
    around = frame.file.classes.get(cls)
    if around is None or around.kind != "interface" or fact.parameters or not isinstance(function.receiver, Instance):
        return None
    inside = Frame(frame.file, cls)
    prefix = members.configured(ev, function.receiver, ClassOf(frame.file.path, cls), inside)
    if prefix is None:
        return None
    marks = [made for mark in fact.decorators if isinstance(made := ev.quiet(mark, inside), Made)]
    given = {made.type: made.field("value") for made in marks}
    named, default = given.get("setting-name"), given.get("setting-default")
    name = (named.text if isinstance(named, Value) else None) or _GETTER.sub("", fact.name)
    key = f"{prefix}.{name}".strip(".")
    declared = ev.annotated(fact.returns, inside)
    if isinstance(declared, Instance):
        return Instance(declared.of, Arguments((), ((CONFIGURED, Value.of(key)),)))
    return Value((Hole("config", key, default if isinstance(default, Value) else None),))
