"""Members that a class has by what its body says, and what a container hands to it.

``option :url, default: -> { ENV["URL"] }``, ``setting :url``, ``class_attribute :client, default: Client.new`` are rows
with the effect ``member``: ``value`` is what the member holds where nobody gives another one, ``ordered`` says that the
constructor takes it by its place, ``variable`` that it is the environment's, in capitals (Hanami's settings).
``include Deps["clients.orders"]`` (dry-auto_inject, Hanami) hands over what some file registers under that key
(``register("clients.orders", …)``), else an object of the one class in the file that is called so; who asks the
container itself (``Hanami.app["clients.orders"]``, ``target["settings"]`` in a provider) is given the same.
``Http::macro("orders", fn () => …)`` gives a class of Laravel a method. Sources: dry-rb.org, "dry-initializer",
"dry-configurable", "dry-system: Auto-registration"; Hanami, "App settings"; Laravel, "HTTP Client: Macros".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from boundary.facts import Apply, Evaluate, Expr, Item, Listing, Member, Record, Ref, Return, Text
from boundary.model import Hole, Value
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.rows import SENT
from boundary.resolve.code.things import Arguments, ClassOf, FunctionOf, Instance, Known, Site, Thing
from boundary.resolve.values import fold

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.rows import Row

_REGISTERS = {"ruby": "register", "php": "macro"}
"""What registers something under the name that is its first argument."""

_SENDERS = frozenset({"public_send", "send", "__send__"})

Registration = tuple[CodeFile, str, Apply]
"""The file and scope of a call that registers something, and the call."""


def registrations(program: Program) -> dict[str, list[Registration]]:
    """What is registered with containers and classes, by its key."""
    found: dict[str, list[Registration]] = defaultdict(list)
    for _, file in sorted(program.files.items()):
        registers = _REGISTERS.get(file.language.name)
        facts = (file.evaluates, file.returns) if registers else ()
        for fact in (each for group in facts for several in group.values() for each in several):
            call = fact.value if isinstance(fact, Evaluate | Return) else None
            if isinstance(call, Apply) and _name(call.callee) == registers and call.args:
                key = call.args[0]
                if isinstance(key, Text) and (len(call.args) > 1 or call.keywords):
                    found[key.text].append((file, fact.scope, call))
    return found


def member(ev: Interpreter, of: Instance | ClassOf, current: ClassOf, file: CodeFile, name: str) -> Thing | None:
    """A member that the body of a class tells; None where it tells none of that name."""
    places: Counter[str] = Counter()
    key = "handed", of, current, name
    calls = [fact.value for fact in file.evaluates.get(current.name, ()) if isinstance(fact.value, Apply)]
    if key in ev.active:
        return None
    ev.active.add(key)
    try:
        for call in calls:
            if call.callee == Ref("include"):
                for wanted in _wanted(call, name):
                    return registered(ev, file, wanted)
            elif isinstance(call.callee, Ref) and call.args and isinstance(call.args[0], Text):
                place = places[call.callee.name]
                places[call.callee.name] += 1
                if any(isinstance(arg, Text) and arg.text == name for arg in call.args):
                    told = _told(ev, of, Frame(file, current.name, line=call.line), call, place)
                    if told is not None:
                        return told
    finally:
        ev.active.discard(key)
    return None


def _told(ev: Interpreter, of: Instance | ClassOf, frame: Frame, call: Apply, place: int) -> Thing | None:
    """What a declaration says that a member holds: what the object was made with, else the default."""
    row = _row(ev, of, frame.file.path, _name(call.callee))
    if row is None or row.effect != "member":
        return None
    given = Arguments(
        tuple(ev.quiet(arg, frame) for arg in call.args),
        tuple((key, ev.quiet(arg, frame)) for key, arg in call.keywords),
    )
    told = dict(row.read(given, None))
    mine = of.arguments if isinstance(of, Instance) else None
    if "ordered" in told and mine is not None and place < len(mine.positional):
        return mine.positional[place]
    value = told.get("value")
    variable = told.get("variable")
    if isinstance(variable, Value) and variable.text:
        default = value if isinstance(value, Value) else None
        return Value((Hole("env", variable.text.upper(), default),))
    if isinstance(value, FunctionOf):
        return ev.apply(value, Arguments(), Site(frame.file.path, call.line or 1), frame.depth + 1)
    if value is None and isinstance(of, Instance) and mine is None and isinstance(call.args[0], Text):
        return Value((Hole("parameter", call.args[0].text),))
    return value


def _row(ev: Interpreter, of: Instance | ClassOf, path: str, name: str) -> Row | None:
    """The row of a declaration: of the library's class that its class derives from, else of any."""
    bases = members.outside_bases(ev, of.of if isinstance(of, Instance) else of)
    return next((row for base in bases if (row := ev.row(path, f"{base}.{name}"))), None) or ev.row(path, name)


def _wanted(call: Apply, name: str) -> Iterator[str]:
    """The keys that a class asks a container for and that become its member of a name: their last word is the name, or
    the name stands before them."""
    for arg in call.args:
        keys: tuple[Expr, ...] = ()
        if isinstance(arg, Item):
            keys = arg.key.items if isinstance(arg.key, Listing) else (arg.key,)
        for key in keys:
            pairs = key.entries if isinstance(key, Record) else ((Text(""), key),)
            for alias, asked in pairs:
                called = alias.text if isinstance(alias, Text) else ""
                if isinstance(asked, Text) and name == (called or asked.text.rpartition(".")[2]):
                    yield asked.text


def registered(ev: Interpreter, file: CodeFile, key: str) -> Thing | None:
    """What is registered under a key for the program of a file, else an object of the class that the key means."""
    near = [one for one in ev.registered.get(key, ()) if ev.program.related(file.path, one[0].path)]
    if len(near) == 1:
        home, scope, call = near[0]
        frame = Frame(home, scope, line=call.line)
        value = call.args[1] if len(call.args) > 1 else dict(call.keywords).get("<block>")
        thing = ev.quiet(value, frame) if value is not None else None
        if isinstance(thing, FunctionOf):
            return ev.apply(thing, Arguments(), Site(home.path, call.line or 1), 1)
        return thing
    return _of_file(ev, file, key) if not near else None


def _of_file(ev: Interpreter, file: CodeFile, key: str) -> Thing | None:
    """An object of the class that stands in the file which is called as a key is (``repos.order_repo``)."""
    ending = f"/{key.replace('.', '/')}.rb"
    paths = [path for path in ev.program.files if path.endswith(ending) and ev.program.related(file.path, path)]
    if len(paths) != 1:
        return None
    classes = ev.program.files[paths[0]].classes
    meant = [name for name in classes if fold(name.rpartition(".")[2]) == fold(key.rpartition(".")[2])]
    return Instance(ClassOf(paths[0], meant[0]), Arguments()) if len(meant) == 1 else None


def from_outside(ev: Interpreter, callee: Known, arguments: Arguments, path: str) -> FunctionOf | Known | None:
    """What a call of something that no row knows means: the function that a program has given a library's class as a
    method of that name; in Ruby, where calling and naming are written the same, what it is called
    (``Rails.application``), which rows may know more of."""
    cls, _, method = callee.name.rpartition(".")
    if cls[:1].isupper() and method[:1].islower() and arguments == Arguments() and path.endswith(".rb"):
        return callee
    for home, scope, call in ev.registered.get(method, ()) if cls else ():
        if home.language.name == "php" and ev.program.related(path, home.path) and isinstance(call.callee, Member):
            frame = Frame(home, scope, line=call.line)
            of = ev.quiet(call.callee.of, frame)
            made = ev.quiet(call.args[1], frame) if isinstance(of, Known) and of.name == cls and call.args[1:] else None
            if isinstance(made, FunctionOf):
                return made
    return None


def sent(call: Apply, arguments: Arguments, frame: Frame) -> tuple[Apply, Arguments]:
    """A call as it is meant: ``http.public_send(verb, path)`` is ``http.get(path)`` in Ruby; where the verb is not
    known yet, its method is what fills the verb."""
    name = arguments.positional[0] if _name(call.callee) in _SENDERS and arguments.positional else None
    if not isinstance(name, Value) or frame.file.language.name != "ruby":
        return call, arguments
    text = name.text if name.text is not None else "get"
    if not text.isidentifier():
        return call, arguments
    callee = Member(call.callee.of, text) if isinstance(call.callee, Member) else Ref(text)
    told = () if name.text is not None else ((SENT, name),)
    given = Arguments(arguments.positional[1:], (*arguments.named, *told))
    return msgspec.structs.replace(call, callee=callee), given


def _name(callee: Expr) -> str:
    return callee.name if isinstance(callee, Ref | Member) else ""
