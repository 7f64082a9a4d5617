"""The tables of known calls: one a language, one row a function of a library, as data.

``boundary/resolve/known/calls/<language>.toml`` also says in its ``[language]`` what the language is like:

``endings``
    of the files that it is written in (several languages may share one table, as Java and Kotlin do).
``fields``
    ``literals`` where objects are made by whoever needs them, with their fields written out, and not by a constructor.
``names``
    how a name finds its definition, a module of ``boundary.resolve.code.naming``.
``receiver``
    ``implicit`` where a bare name may be a member of the object.
``types``
    ``bare`` where the rows leave out the namespaces of types, which are then left out of names too.
``constructors``
    ``makers`` where a constructor's parameters hold what those who make such objects by hand give.
``implied``
    packages that files import as a whole without saying so.

A row's key is the dotted name of the call. Braces make several of it: ``"requests.{get,post}"``. A method's name starts
with the type that another row returns (``http.get``), or with ``?`` for a receiver that is not known. Its fields:

``effect``
    what the call does to the outside; the interpreters in ``boundary.resolve`` each know some kinds.
``returns``
    the type of what it gives back (``http``, ``sql``, ``router`` …), on which the methods' rows are looked up.
``same``
    an argument that is given back as it is (``str(x)``).
``leaves``
    an argument that is left in the variable which the call is given by reference, ``()`` what the call gives back.
everything else
    an argument by name: ``"0|url"`` is the first positional one or the one called url, ``"1|0"`` the second one, or the
    first where there is only one; of several words the first that is given counts. ``"=GET"`` is the text itself;
    ``"{}"`` the part of the name that the braces matched; ``".dsn"`` a field of the receiver (of an object whose class
    derives from the library's, its own), ``"."`` the receiver itself, ``"0.url"`` an entry of an object literal or a
    field of what the first argument made, ``"-1"`` the last of several arguments, ``"*"`` all positional arguments
    (``"2*"``: those from the third on), ``"$"`` those by name that begin with a dollar sign, ``"$$"`` all by name,
    ``"<0>"`` the first type argument, ``"$HOST"`` a variable of the environment; ``"0>type"`` what the function that is
    the first argument gives back for a thing of the type, ``"1()"`` what the second one gives back for none;
    ``"data?POST"`` a text where an argument is given; ``"^0"`` the class of the first parameter of the method that an
    annotation stands before (``"^0<0>"``: its first type argument); ``"~:: 0"`` what is before the two colons in the
    first argument; ``"&a.{}.b 0"`` the setting whose key has the first argument in it, which is the default. A row with
    ``when`` counts where that argument is true. Arguments of rows that return something stay with it as fields.
``needs``
    is an argument without which the call does nothing that matters: ``app.get("port")`` is no route.
``gives``
    is the parameter of a function among the arguments that is given what the call gives back: ``connect(url, (error,
    client) => …)`` has ``1``. With the effect ``nested`` that is the receiver with a ``path`` behind its URL, while the
    call itself gives back the receiver: ``route().path("/berths", nested => …)``.
``within``
    says of a call that a function among its arguments is a part of what it gives back (Kotlin's lambdas with receiver):
    a bare name in there may be a member of it, and rows with the effect ``set`` give it fields. See ``receivers``.

A number behind a slash is the number of positional arguments for which the row counts: ``"jedis.Jedis/1"``.

A key that has a name in angle brackets stands for many calls, those of generated code: ``"*.<service>Grpc.newStub"``.
The name matches letters and digits and is an argument of the row by itself; ``*`` matches anything, ``*.`` at the
beginning also nothing. A row without such names comes first.

``base:`` and a type's name is a row of the classes that derive from it, with its type arguments; the class is the
effect's subject. ``"base:*.<service>ImplBase" = { effect = "rpc-server" }``. ``made:`` and a type's name is a row of
making an object of such a class.

``text:`` before a method's name is a row of a method that texts have within a lambda whose receiver is of the type:
``"spring-dsl.text:nest"`` for ``router { "/berths".nest { … } }``; the text is the first argument.

``extension:`` and a function's full name is a row of calls on anything of a function that is imported by that name
(Kotlin): ``"extension:org.jetbrains.exposed.sql.insert"`` for ``Berths.insert { … }``.

``setting:`` and a name is a row of the setting that a framework reads by it; ``setting:.name`` of a member of anything,
``setting:type.name`` of a member of a thing of the type.

Rows of what stands before a class, method or field (decorators, annotations, attributes) are like any other; what their
effect is about stands in ``Effect.subject``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

from boundary.model import Hole, Value
from boundary.resolve.code.things import Arguments, FunctionOf, Made, Pairs, Several, Thing

SENT = "<sent>"
"""The argument that holds the name of the method that is called, where it is not known what it is."""


class Row(NamedTuple):
    """One known call; see the module."""

    name: str
    matched: str
    effect: str
    returns: str
    same: str
    arguments: tuple[tuple[str, str], ...]
    leaves: str = ""
    needs: str = ""
    gives: str = ""
    within: str = ""

    def read(self, arguments: Arguments, receiver: Thing | None) -> tuple[tuple[str, Thing], ...]:
        """The row's arguments as this call gives them; those that it does not give are left out."""
        found = ((name, self.argument(spec, arguments, receiver)) for name, spec in self.arguments)
        return tuple((name, thing) for name, thing in found if thing is not None)

    def happens(self, arguments: Arguments, receiver: Thing | None) -> bool:
        """Whether what the row needs is given."""
        return not self.needs or self.argument(self.needs, arguments, receiver) is not None

    @property
    def asks(self) -> bool:
        """Whether the row says anything of what the call is made on."""
        return any(spec.startswith(".") for _, spec in self.arguments) or self.same.startswith(".")

    @property
    def constants(self) -> tuple[tuple[str, Thing], ...]:
        """What the row's name alone tells, without any call."""
        fixed = ((name, spec) for name, spec in self.arguments if spec.startswith("=") or spec == "{}")
        return tuple((name, Value.of(self.matched if spec == "{}" else spec[1:])) for name, spec in fixed)

    @property
    def results(self) -> set[str]:
        """Where functions stand among the arguments whose results the row asks for."""
        words = (word for _, spec in self.arguments if "()" in spec for word in spec.split("|"))
        return {word.partition("()")[0] for word in words if "()" in word}

    def gives_all(self, name: str, arguments: Arguments) -> bool:
        """Whether a call that does not give an argument surely has none: not where that may stand in an object of which
        not all entries are known, in arguments that are spread, or in a function that fills the request."""
        spec = dict(self.arguments).get(name)
        everything = (*(("", thing) for thing in arguments.positional), *arguments.named)
        if spec is None or any(isinstance(thing, FunctionOf) for _, thing in everything):
            return False
        if any(key in ("", "<block>") for key, _ in arguments.named):
            return False
        holders = (word.partition(".")[0] for word in spec.split("|") if "." in word[1:])
        given = (arguments.get(int(first) if first.isdigit() else None, first) for first in holders)
        return all(_is_known(thing) for thing in given if thing is not None)

    def argument(self, spec: str, arguments: Arguments, receiver: Thing | None) -> Thing | None:
        """One argument by its specification."""
        if spec == "{}":
            return arguments.get(None, SENT) or Value((self.matched,))
        if spec.startswith("="):
            return Value.of(spec[1:])
        if spec == ".":
            return receiver
        if "|." in spec and spec.startswith("."):
            each = (self.argument(word, arguments, receiver) for word in spec.split("|"))
            return next((thing for thing in each if thing is not None), None)
        if spec == "$":
            named = ((Value.of(name[1:]), thing) for name, thing in arguments.named if name.startswith("$"))
            return Pairs(tuple(named))
        if spec.endswith("*"):
            return Several(arguments.positional[int(spec[:-1] or 0) :])
        if spec.startswith("."):
            return receiver.field(spec[1:]) if isinstance(receiver, Made) else arguments.get(None, spec)
        if spec.startswith("~"):
            mark, _, rest = spec[1:].partition(" ")
            return _before(mark, self.argument(rest, arguments, receiver))
        if spec.startswith("&"):
            key, _, rest = spec[1:].partition(" ")
            return _setting(key, self.argument(rest, arguments, receiver))
        words = spec.split("|")
        told = arguments.get(None, *(word for word in words if not word.isalnum()))
        if told is not None:
            return told
        return next((thing for word in words if (thing := _given(word, arguments)) is not None), None)


def _is_known(thing: Thing) -> bool:
    """Whether all entries of an object are known."""
    return isinstance(thing, Pairs) and all(isinstance(key, Value) for key, _ in thing.entries)


def _given(word: str, arguments: Arguments) -> Thing | None:
    """The argument that one word of a specification names."""
    if word == "$$":
        named = tuple((Value.of(name), thing) for name, thing in arguments.named if name and name[0] != "<")
        return Pairs(named) if named else None
    if word[:1] == "$" and len(word) > 1:
        return Value((Hole("env", word[1:]),))
    if word[:1] == "=":
        return Value.of(word[1:])
    if "?" in word:
        asked, _, text = word.partition("?")
        return Value.of(text) if _given(asked, arguments) is not None else None
    head, called, rest = word.rpartition("()")
    told = arguments.get(None, head + called if called else word)
    if told is not None or called:
        path = rest.split(".")[1:]
    else:
        first, *path = word.split(".")
        last = first == "-1" and len(arguments.positional) > 1
        position = len(arguments.positional) - 1 if last else int(first) if first.isdigit() else None
        told = arguments.get(position, first)
    for key in path:
        told = _inner(told, key)
    return told


def _inner(thing: Thing | None, key: str) -> Thing | None:
    """An entry of an object, a field of what a call made, an item of a list."""
    match thing:
        case Pairs():
            return thing.get(key)
        case Made():
            return thing.field(key)
        case Several(items) if key.isdigit():
            return items[int(key)] if int(key) < len(items) else None
    return None


def _before(mark: str, thing: Thing | None) -> Thing | None:
    """A text up to a mark in it; the whole one where it has none."""
    if not isinstance(thing, Value):
        return thing
    kept: list[str | Hole] = []
    for part in thing.parts:
        found = isinstance(part, str) and mark in part
        kept.append(part.partition(mark)[0] if isinstance(part, str) else part)
        if found:
            break
    return Value.of(*kept)


def _setting(key: str, name: Thing | None) -> Thing | None:
    if isinstance(name, Several):
        return Several(tuple(one for item in name.items if (one := _setting(key, item)) is not None))
    if isinstance(name, Value) and name.holes:
        return name
    text = name.text if isinstance(name, Value) else None
    return Value((Hole("config", key.replace("{}", text), Value.of(text)),)) if text else None


_LONGEST = 300
"""Characters of a name that patterns are tried on."""


class Pattern(NamedTuple):
    """A row for many names; see the module."""

    match: re.Pattern[str]
    row: Row

    def of(self, name: str) -> Row | None:
        """The row for one name, None when it does not fit."""
        found = self.match.fullmatch(name)
        if found is None:
            return None
        told = tuple((key, f"={text}") for key, text in found.groupdict().items())
        return self.row._replace(name=name, arguments=(*told, *self.row.arguments))


@dataclass(frozen=True)
class Language:
    """What a language is like, and the known calls of its libraries by name; see the module."""

    name: str
    names: str
    implicit: bool
    literals: bool
    rows: dict[str, Row]
    patterns: tuple[Pattern, ...] = ()
    bare: bool = False
    implied: tuple[str, ...] = ()
    makers: bool = False

    @cached_property
    def _fitting(self) -> dict[str, Row | None]:
        return {}

    def row(self, name: str) -> Row | None:
        """The row of a known call by its name."""
        exact = self.rows.get(name)
        if exact is not None or not (self.patterns or self.bare) or len(name) > _LONGEST:
            return exact
        if name not in self._fitting:
            found = next((row for each in self.patterns if (row := each.of(name))), None)
            _, dot, rest = name.partition(".") if self.bare and name[:1].isupper() else ("", "", "")
            self._fitting[name] = found or (self.row(rest) if dot and rest[:1].isupper() else None)
        return self._fitting[name]

    def knows(self, of: str, name: str) -> bool:
        """Whether something is of a library: rows have its package, or the name that is asked of it."""
        return of in self.packages or self.row(f"{of}.{name}") is not None

    @cached_property
    def tells_made(self) -> bool:
        """Whether rows say what it means that objects of classes that derive from a library's are made."""
        return any(name.startswith("made:") for name in self.rows)

    @cached_property
    def members(self) -> frozenset[str]:
        """Members of things of a type whose rows say what it means that they are set."""
        found = (name.removeprefix("setting:") for name in self.rows if name.startswith("setting:"))
        return frozenset(name.rpartition(".")[2] for name in found if name.partition(".")[0])

    @cached_property
    def provides(self) -> frozenset[str]:
        """Names of calls, and keys of object literals, that tell containers what to hand out."""
        told = (name for name, row in self.rows.items() if row.effect == "provides")
        return frozenset(name if ":" in name else name.rpartition(".")[2] for name in told)

    @cached_property
    def types(self) -> frozenset[str]:
        """Types of things that rows give back."""
        rows = (*self.rows.values(), *(pattern.row for pattern in self.patterns))
        return frozenset(row.returns for row in rows if row.returns)

    @cached_property
    def packages(self) -> frozenset[str]:
        """The dotted beginnings of all names, by which a name that is taken from anywhere finds its package."""
        return frozenset(name[: at.start()] for name in self.rows for at in re.finditer(r"\.|$", name))


def language_of(path: str, formats: Iterable[str] = ()) -> Language:
    """The language that a file is written in, by its ending, else by the one of ``formats`` that is a language; what is
    no program can still hold commands of a shell."""
    known = _languages()
    told = known.get(path.rpartition("/")[2].rpartition(".")[2].lower())
    return told or next((one for one in known.values() if one.name in formats), known["sh"])


@cache
def _languages() -> dict[str, Language]:
    """The languages by the endings of their files."""
    found: dict[str, Language] = {}
    home = files("boundary.resolve") / "known" / "calls"
    for file in sorted(home.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            groups = tomllib.loads(file.read_text("utf-8"))
            about = groups.pop("language")
            rows = [row for group in groups.values() for key, fields in group.items() for row in _rows(key, fields)]
            one = Language(
                file.name.removesuffix(".toml"),
                about["names"],
                about.get("receiver") == "implicit",
                about.get("fields") == "literals",
                {row.name: row for row in rows if "<" not in row.name},
                tuple(Pattern(_pattern(row.name), row) for row in rows if "<" in row.name),
                about.get("types") == "bare",
                tuple(about.get("implied", ())),
                about.get("constructors") == "makers",
            )
            found.update(dict.fromkeys(about["endings"], one))
    return found


_SPECIAL = ("effect", "returns", "same", "leaves", "needs", "gives", "within")


def _rows(key: str, fields: dict[str, str]) -> list[Row]:
    special = {name: fields.get(name, "") for name in _SPECIAL}
    arguments = tuple((name, spec) for name, spec in fields.items() if name not in special)
    returns = special.pop("returns")
    return [
        Row(name, matched, returns=returns.replace("{}", matched), arguments=arguments, **special)
        for name, matched in _expand(key)
    ]


def _pattern(key: str) -> re.Pattern[str]:
    """The expression of a key with names in angle brackets; a name that comes again means the same text."""
    parts, seen = [], set[str]()
    start = re.match(r"((?:base:)?)(\*\.)?", key)
    head, anything = start.groups() if start else ("", None)
    parts.append(head + (r"(?:.*\.)?" if anything else ""))
    for piece in re.findall(r"<\w+>|\*|[^<*]+", key[start.end() if start else 0 :]):
        name = piece[1:-1]
        if piece == "*":
            parts.append(".*")
        elif not piece.startswith("<"):
            parts.append(re.escape(piece))
        else:
            parts.append(rf"(?P={name})" if name in seen else rf"(?P<{name}>\w+?)")
            seen.add(name)
    return re.compile("".join(parts))


def _expand(key: str) -> list[tuple[str, str]]:
    """Names of a key with braces, with the alternative of the last braces."""
    inner = re.search(r"\{([^{}]*)\}", key)
    if not inner:
        return [(key, "")]
    names = []
    for word in inner[1].split(","):
        rest = _expand(key[: inner.start()] + word + key[inner.end() :])
        names += [(name, matched or word) for name, matched in rest]
    return names
