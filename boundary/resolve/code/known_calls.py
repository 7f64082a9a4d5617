"""Calls that the table of known calls has a row for: what they do, and what they give back."""

from __future__ import annotations

import re
from abc import ABC
from dataclasses import replace

from boundary.facts import Expr, Item, Listing, Member
from boundary.model import Hole, Value
from boundary.resolve.code import (
    autoloaded,
    callbacks,
    handed,
    inherited,
    members,
    merging,
    receivers,
    schemas,
    texts,
    tokens,
)
from boundary.resolve.code.expressions import Expressions
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.rows import Row
from boundary.resolve.code.tagged import CONFIGURED
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    Effect,
    FunctionOf,
    Instance,
    Known,
    Made,
    Nothing,
    Pairs,
    Several,
    Site,
    Thing,
    value_of,
)

_ASKED = re.compile(r"\d+[@>]|\^")
TEXTS = {
    "url": texts.address, "whole": texts.whole, "either": texts.one_of, "query": texts.asked, "form": texts.form,
    "arn": texts.arn,
}  # fmt: skip


class KnownCalls(Expressions, ABC):
    """Uses the rows; ``recorded`` takes in the effects."""

    def emit(
        self,
        row: Row,
        arguments: Arguments,
        receiver: Thing | None,
        site: Site,
        more: tuple[tuple[str, Thing], ...] = (),
    ) -> None:
        """Take in what a call does to the outside; ``more`` is what a function within it tells."""
        if self.recorded is not None and row.effect and row.happens(arguments, receiver):
            values = row.read(arguments, receiver)
            if any(name == "when" for name, _ in row.arguments):
                wanted = next((thing for name, thing in values if name == "when"), None)
                if value_of(wanted).text != "true":
                    return
            told = dict((*values, *more))
            body = told.pop("body", None if row.gives_all("body", arguments) else NOTHING)
            kept = tuple(told.items())
            self.recorded.append(Effect(row.effect, site, kept, receiver, (), self.subject, row.name, body))

    def row_of(self, receiver: Thing, name: str, site: Site) -> Row | None:
        """The row of a method: of what the receiver is, of an outside class that it derives from, of anything."""
        kinds = [receiver.type] if isinstance(receiver, Made) else []
        if isinstance(receiver, Instance | ClassOf):
            for base in members.outside_bases(self, receiver.of if isinstance(receiver, Instance) else receiver):
                made = self.row(site.path, base)
                above = [] if made and made.effect == inherited.CONSTRUCT else [base]
                kinds += [*above, *([made.returns] if made and made.returns else [])]
        known = (self.row(site.path, f"{kind}.{name}") for kind in kinds)
        row = next((row for row in known if row), None)
        if row is None and not self.language(site.path).types.intersection(kinds):
            return self.row(site.path, f"?.{name}")
        return row

    def option(self, cls: ClassOf, name: str, depth: int) -> Thing:
        """What functions that are given for the objects of a class set a member to."""
        setters = self.bindings.setters.get(cls, ())
        return self.first(self._set_on_parameter(function, name, depth) for function in setters)

    def announced(self, name: str, arguments: Arguments, receiver: Thing, site: Site) -> None:
        """Take in a subscription by the class of an event, whoever wrote the bus that it is made on."""
        row = self.row(site.path, f"?.{name}")
        if row and row.effect == "subscribe" and arguments.get(None, "<0>") is not None:
            self.emit(row, arguments, receiver, site)

    def extended(self, receiver: Thing, name: str, frame: Frame) -> FunctionOf | None:
        """The extension method of the workspace that a call on a thing means, unless the thing has its own method."""
        found = self.program.extension(frame.file.path, name)
        if found is None or (isinstance(receiver, Instance | ClassOf) and members.find_method(self, receiver, name)):
            return None
        return FunctionOf(*found)

    def known(self, row: Row, arguments: Arguments, receiver: Thing | None, site: Site, depth: int = 0) -> Thing:
        """A call that the table has a row for."""
        row = self.row(site.path, f"{row.name}/{len(arguments.positional)}") or row
        arguments = self._prepared(row, arguments, site, depth)
        if inherited.CONSTRUCT in (row.effect[:9], row.returns[:9]):
            receiver = None if receiver is None else inherited.construct(self, receiver)
            given = tuple((name, inherited.construct(self, thing)) for name, thing in arguments.named)
            arguments = Arguments(tuple(inherited.construct(self, one) for one in arguments.positional), given)
        if isinstance(receiver, Instance | ClassOf):
            asked = [spec for _, spec in row.arguments if spec.startswith(".") and len(spec) > 1]
            own = ((spec, members.of_object(self, receiver, spec[1:], depth)) for spec in asked)
            told = tuple((spec, thing) for spec, thing in own if not isinstance(thing, Nothing))
            arguments = replace(arguments, named=(*arguments.named, *told))
        if row.within and row.effect == "http":
            request = receivers.filled(self, self._made(row, arguments, receiver, site), arguments, site, depth)
            self.emit(row, arguments, receiver, site, request.fields)
            return request
        self.emit(row, arguments, receiver, site)
        if row.effect == "filled":
            return self._bound(row, arguments, receiver)
        if row.effect in ("env", "config", "option"):
            return texts.hole(row, arguments, receiver, lambda key: self._config(key, site.path))
        if row.effect == "held" or (row.effect, row.returns) == ("kept", "held"):
            return texts.held(dict(row.read(arguments, receiver)), receiver)
        if row.effect == "schema-setting":
            declared = dict(row.read(arguments, receiver))
            return schemas.setting(declared.get("schema"), value_of(declared.get("key")).text or "")
        if row.effect == "resolved":
            token = dict(row.read(arguments, receiver)).get("token") or NOTHING
            return tokens.instance(self, token, Frame(self.program.files[site.path], line=site.line))
        if row.effect == "registered":
            key = value_of(dict(row.read(arguments, receiver)).get("key")).text or ""
            return handed.registered(self, self.program.files[site.path], key) or NOTHING
        if row.effect == "entry":
            read = dict(row.read(arguments, receiver))
            key = value_of(read.get("key")).text or ""
            found = self.member(read.get("of", NOTHING), key, Frame(self.program.files[site.path]))
            named = isinstance(found, Nothing) and "variable" in read
            return Value((Hole("env", value_of(read["variable"]).text or key),)) if named else found
        if row.effect == "parsed":
            return self._parsed(row, arguments, receiver, site, depth)
        if row.effect == "call":
            return self._handed(row, arguments, receiver, site, depth)
        text = self._text(row, arguments, receiver, site)
        if text is not None:
            return text
        if row.same:
            same = self._same(row, row.argument(row.same, arguments, receiver) or NOTHING, site)
            callbacks.handed_on(self, row, arguments, same, site, depth)
            return same
        made = self._made(row, arguments, receiver, site) if row.returns else NOTHING
        callbacks.handed_on(self, row, arguments, made, site, depth)
        return receivers.filled(self, made, arguments, site, depth) if row.within and isinstance(made, Made) else made

    def _same(self, row: Row, thing: Thing, site: Site) -> Thing:
        """What a call gives that gives what it is told; for a type one of it: ``GetRequiredService<IClock>()``."""
        kind = self.row(site.path, thing.name) if isinstance(thing, Known) and row.same == "<0>" else None
        return Made(kind.returns, kind.constants) if kind and kind.returns else thing

    def _handed(self, row: Row, arguments: Arguments, receiver: Thing | None, site: Site, depth: int) -> Thing:
        """What a function gives back that a call hands to the library, or loads from a folder, to be called."""
        read = dict(row.read(arguments, receiver))
        passed = read.get("passed") or (self._made(row, arguments, receiver, site) if row.returns else None)
        given = (passed,) if passed is not None else ()
        function = read.get("function") or NOTHING
        loader = self.row(site.path, function.name) if isinstance(function, Known) else None
        if loader and loader.returns == "autoload":
            autoloaded.load(self, read.get("options"), receiver, site, depth)
        return self.apply(function, Arguments(given), site, depth)

    @staticmethod
    def _text(row: Row, arguments: Arguments, receiver: Thing | None, site: Site) -> Thing | None:
        """What a call makes of texts; None for one that makes something else."""
        if row.effect == "here":
            here = Value.of(f"//{site.path}")
            return texts.folder(here) if row.arguments else here
        if row.effect == "reference":
            read = dict(row.read(arguments, receiver))
            url = texts.joined(read.get("url", NOTHING))
            return texts.referenced(texts.joined(read["base"]), url) if "base" in read else url
        if row.effect == "join":
            read = dict(row.read(arguments, receiver))
            pair = tuple(read[name] for name in ("base", "url") if name in read)
            return texts.path(Arguments(pair or arguments.positional), row.effect)
        if row.effect in ("path", "folder"):
            return texts.path(arguments, row.effect)
        if row.effect == "concat":
            return Value.of(*(texts.joined(one) for one in arguments.positional))
        if row.effect == "format":
            return texts.filled(value_of(arguments.get(0)), Arguments(arguments.positional[1:], arguments.named))
        if row.effect == "template":
            return texts.filled(value_of(dict(row.read(arguments, receiver)).get("template")), arguments)
        if row.effect in TEXTS:
            return TEXTS[row.effect](dict(row.read(arguments, receiver)))
        if row.effect == "merged":
            return merging.merged(arguments)
        if row.effect in ("listing", "pairs"):
            return texts.collected(arguments, row.effect)
        return None

    def _parsed(self, row: Row, arguments: Arguments, receiver: Thing | None, site: Site, depth: int) -> Thing:
        """What a schema makes of what it is given: the thing itself, or what its own function makes of that."""
        read = dict(row.read(arguments, receiver))
        of, function = read.get("of", NOTHING), read.get("mapped")
        if isinstance(function, FunctionOf):
            of = self.apply(function, Arguments((of,)), site, depth)
        return Made(row.returns, (("of", of),), site) if row.returns else of

    @staticmethod
    def _bound(row: Row, arguments: Arguments, receiver: Thing | None) -> Thing:
        """An object of a class with the section of the configuration that it is filled from."""
        read = dict(row.read(arguments, receiver))
        cls, section = read.get("class"), read.get("section")
        holes = section.holes if isinstance(section, Value) and len(section.holes) == len(section.parts) == 1 else ()
        if not isinstance(cls, ClassOf) or not (holes or isinstance(section, Made)):
            return NOTHING if isinstance(cls, ClassOf) else section or NOTHING
        return Instance(cls, Arguments((), ((CONFIGURED, Value.of(holes[0].name if holes else "")),)))

    @staticmethod
    def _made(row: Row, arguments: Arguments, receiver: Thing | None, site: Site) -> Made:
        """What a row gives back, with what it keeps of the arguments and of the receiver."""
        kept = receiver.fields if isinstance(receiver, Made) else ()
        fields: dict[str, Thing] = dict(kept)
        for name, thing in row.read(arguments, receiver):
            if name == "function" or (row.effect.startswith("construct") and not isinstance(thing, Value | Made)):
                continue  # What a construct is given in detail stays with the effect alone.
            inherited = thing.fields if name == "of" and isinstance(thing, Made) else ((name, thing),)
            fields.update(inherited)
        if row.effect == "append":
            fields["url"] = texts.appended(fields)
        elif row.effect == "append-query":
            fields["url"] = texts.asked(fields)
            fields.pop("key", None)
        return Made(row.returns, tuple(fields.items()), site)

    def _prepared(self, row: Row, arguments: Arguments, site: Site, depth: int) -> Arguments:
        """Arguments with what functions among them set on their own parameter, or give back, where the row asks for it:
        ``AddHttpClient(o => o.BaseAddress = url)`` has ``0@BaseAddress``."""
        asked = [word for _, spec in row.arguments for word in spec.split("|") if _ASKED.match(word)]
        told: list[tuple[str, Thing]] = []
        for word in row.results:
            function = row.argument(word, arguments, None) or self._of_class(row, word, arguments)
            if isinstance(function, FunctionOf):
                given = self._beside(row, word, arguments, site)
                told.append((f"{word}()", self.apply(function, given, Site(function.path, 1), depth)))
        for word in asked:
            thing = (
                self._parameter_type(word, site) if word.startswith("^") else self._told(word, arguments, site, depth)
            )
            told += [(word, thing)] if not isinstance(thing, Nothing) else []
        return replace(arguments, named=(*arguments.named, *told)) if told else arguments

    def _beside(self, row: Row, word: str, arguments: Arguments, site: Site) -> Arguments:
        """What a container gives a factory, for the tokens in ``inject`` beside it."""
        head = word.rpartition(".")[0]
        asked = row.argument(f"{head}.inject", arguments, None) if head else None
        function = row.argument(word, arguments, None)
        if not isinstance(function, FunctionOf) or not isinstance(asked, Several):
            return Arguments()
        return tokens.injected(self, function, asked, Frame(self.program.files[site.path], line=site.line))

    def _of_class(self, row: Row, word: str, arguments: Arguments) -> FunctionOf | None:
        """The method that a framework asks an object of a given class for: ``useClass: OptionsOfMongoose``."""
        head, _, name = word.rpartition(".")
        owner = row.argument(head, arguments, None) if head else None
        return members.find_method(self, Instance(owner), name) if isinstance(owner, ClassOf) else None

    def _told(self, word: str, arguments: Arguments, site: Site, depth: int) -> Thing:
        """What a function among the arguments sets on its parameter (``0@Name``) or gives back (``0>type``)."""
        position, sign, name = re.split(r"([@>])", word, maxsplit=1)
        function = arguments.get(int(position))
        if not isinstance(function, FunctionOf):
            return NOTHING
        if sign == "@":
            return self._set_on_parameter(function, name, depth)
        made = self.apply(function, Arguments((Made(name),)), site, depth + 1)
        return texts.whole(dict(made.fields)) if isinstance(made, Made) else made

    def _parameter_type(self, word: str, site: Site) -> Thing:
        """The class of a parameter of the method that the annotation stands before."""
        found = re.fullmatch(r"\^(\d+)(?:<(\d+)>)?", word)
        file = self.program.files[site.path]
        fact = file.functions.get(self.subject)
        if fact is None or found is None or int(found[1]) >= len(fact.parameters):
            return NOTHING
        kind = fact.parameters[int(found[1])].annotation
        if found[2] and isinstance(kind, Item) and isinstance(kind.key, Listing):
            kind = kind.key.items[int(found[2])] if int(found[2]) < len(kind.key.items) else None
        return self.quiet(kind, Frame(file, fact.scope)) if kind is not None else NOTHING

    def _set_on_parameter(self, function: FunctionOf, name: str, depth: int) -> Thing:
        file = self.program.files[function.path]
        frame = self.frame_of(function, None, depth + 1)
        for parameter in file.functions[function.name].parameters:
            for assign in file.given.get((function.name, parameter.name), ()):
                if isinstance(assign.target, Member) and assign.target.name == name and assign.value is not None:
                    return self.quiet(assign.value, frame.at(assign.line))
        return NOTHING

    def _config(self, key: str, path: str) -> Thing | None:
        """A setting of the same program: what a settings module, class or dictionary assigns to the key."""
        for file, assign in self.program.settings_of(path, key):
            thing = self.assigned(assign, Frame(file, assign.scope, line=assign.line))
            if isinstance(thing, Value) and thing.parts:
                return thing
        return None

    def _given(self, name: str, arg: Expr, frame: Frame) -> Thing:
        """An argument by name; a type argument that wraps another type is an object of that one."""
        return self.annotated(arg, frame) if name[:1] == "<" and isinstance(arg, Item) else self.evaluate(arg, frame)

    def _spread(self, arg: Expr, frame: Frame) -> list[Thing]:
        """``*names``: the items of a list, the keys of a dictionary."""
        whole = self.evaluate(arg.of, frame) if isinstance(arg, Item) else NOTHING
        if isinstance(whole, Pairs):
            return [key for key, _ in whole.entries]
        return list(whole.items) if isinstance(whole, Several) else [whole]

    def _made_for(self, arguments: Arguments, site: Site, depth: int) -> None:
        """Clients that an object is made for: a pool of stubs (``Pool<OrdersClient>``) makes them."""
        for name, thing in arguments.named:
            row = self.row(site.path, thing.name) if name.startswith("<") and isinstance(thing, Known) else None
            if row and row.effect == "rpc-client":
                self.known(row, Arguments(), None, site, depth)
