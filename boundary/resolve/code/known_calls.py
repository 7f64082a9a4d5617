"""Calls that the table of known calls has a row for: what they do, and what they give back."""

from __future__ import annotations

from abc import ABC
from dataclasses import replace

from boundary.facts import Member
from boundary.model import Value
from boundary.resolve.code import members, texts
from boundary.resolve.code.expressions import Expressions
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.rows import Row, language_of
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    Effect,
    FunctionOf,
    Instance,
    Made,
    Nothing,
    Site,
    Thing,
    value_of,
)


class KnownCalls(Expressions, ABC):
    """Uses the rows; ``recorded`` takes in the effects."""

    def emit(self, row: Row, arguments: Arguments, receiver: Thing | None, site: Site) -> None:
        """Take in what a call does to the outside."""
        if self.recorded is not None and row.effect:
            values = row.read(arguments, receiver)
            self.recorded.append(Effect(row.effect, site, values, receiver, (), self.subject, row.name))

    def row_of(self, receiver: Thing, name: str, site: Site) -> Row | None:
        """The row of a method: of what the receiver is, of an outside class that it derives from, of anything."""
        kinds = [receiver.type] if isinstance(receiver, Made) else []
        if isinstance(receiver, Instance | ClassOf):
            for base in members.outside_bases(self, receiver.of if isinstance(receiver, Instance) else receiver):
                made = self.row(site.path, base)
                kinds += [base, *([made.returns] if made and made.returns else [])]
        known = (self.row(site.path, f"{kind}.{name}") for kind in kinds)
        row = next((row for row in known if row), None)
        if row is None and not language_of(site.path).types.intersection(kinds):
            return self.row(site.path, f"?.{name}")
        return row

    def known(self, row: Row, arguments: Arguments, receiver: Thing | None, site: Site, depth: int = 0) -> Thing:
        """A call that the table has a row for."""
        arguments = self._prepared(row, arguments, depth)
        if isinstance(receiver, Instance | ClassOf):
            asked = [spec for _, spec in row.arguments if spec.startswith(".") and len(spec) > 1]
            own = ((spec, members.of_object(self, receiver, spec[1:], depth)) for spec in asked)
            told = tuple((spec, thing) for spec, thing in own if not isinstance(thing, Nothing))
            arguments = replace(arguments, named=(*arguments.named, *told))
        self.emit(row, arguments, receiver, site)
        if row.effect in ("env", "config", "option"):
            return texts.hole(row, arguments, receiver, lambda key: self._config(key, site.path))
        if row.effect == "call":
            given = (self._made(row, arguments, receiver, site),) if row.returns else ()
            function = dict(row.read(arguments, receiver)).get("function") or NOTHING
            return self.apply(function, Arguments(given), site, depth)
        if row.effect in ("path", "join", "folder"):
            return texts.path(arguments, row.effect)
        if row.effect == "format":
            return texts.filled(value_of(arguments.get(0)), Arguments(arguments.positional[1:], arguments.named))
        if row.effect == "template":
            return texts.filled(value_of(dict(row.read(arguments, receiver)).get("template")), arguments)
        if row.effect == "url":
            return texts.address(dict(row.read(arguments, receiver)))
        if row.same:
            return row.argument(row.same, arguments, receiver) or NOTHING
        return self._made(row, arguments, receiver, site) if row.returns else NOTHING

    @staticmethod
    def _made(row: Row, arguments: Arguments, receiver: Thing | None, site: Site) -> Made:
        """What a row gives back, with what it keeps of the arguments and of the receiver."""
        kept = receiver.fields if isinstance(receiver, Made) else ()
        fields: dict[str, Thing] = dict(kept)
        for name, thing in row.read(arguments, receiver):
            if name == "function":
                continue
            inherited = thing.fields if name == "of" and isinstance(thing, Made) else ((name, thing),)
            fields.update(inherited)
        return Made(row.returns, tuple(fields.items()), site)

    def _prepared(self, row: Row, arguments: Arguments, depth: int) -> Arguments:
        """Arguments with what functions among them set on their own parameter, where the row asks for it:
        ``AddHttpClient(o => o.BaseAddress = url)`` has ``0@BaseAddress``."""
        asked = [word for _, spec in row.arguments if "@" in spec for word in spec.split("|") if "@" in word]
        told: list[tuple[str, Thing]] = []
        for word in asked:
            position, _, name = word.partition("@")
            function = arguments.get(int(position)) if position.isdigit() else None
            if isinstance(function, FunctionOf):
                thing = self._set_on_parameter(function, name, depth)
                told += [(word, thing)] if not isinstance(thing, Nothing) else []
        return replace(arguments, named=(*arguments.named, *told)) if told else arguments

    def _set_on_parameter(self, function: FunctionOf, name: str, depth: int) -> Thing:
        file = self.program.files[function.path]
        parameters = file.functions[function.name].parameters
        frame = self.frame_of(function, None, depth + 1)
        for assign in file.given.get((function.name, parameters[0].name), ()) if parameters else ():
            if isinstance(assign.target, Member) and assign.target.name == name and assign.value is not None:
                return self.quiet(assign.value, replace(frame, line=assign.line))
        return NOTHING

    def _config(self, key: str, path: str) -> Thing | None:
        """A setting of the same program: what a settings module, class or dictionary assigns to the key."""
        for file, assign in self.program.settings_of(path, key):
            thing = self.assigned(assign, Frame(file, assign.scope, line=assign.line))
            if isinstance(thing, Value) and thing.parts:
                return thing
        return None
