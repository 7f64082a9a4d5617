"""Attributes of modules, classes and their objects: methods, fields, settings classes, dataclasses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boundary.facts import Apply, Assign, Class, Expr, Function, Item, Listing, Member, Record, Ref, Text
from boundary.model import Hole, Value
from boundary.resolve.code import exports, handed, kept, makers, tagged
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.tagged import CONFIGURED
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    FunctionOf,
    Instance,
    Known,
    Made,
    Module,
    Nothing,
    Pairs,
    Site,
    Thing,
)

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

SETTINGS = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"})
RECORDS = frozenset({"dataclass", "NamedTuple", "BaseModel", "define", "frozen", "attrs", "Struct"})


def function_of(ev: Interpreter, file: CodeFile, name: str) -> FunctionOf:
    """A function of a file as its first reader sees it: a method belongs to an object made by somebody unknown."""
    fact = file.functions[name]
    if fact.kind in ("method", "property") and fact.scope:
        return FunctionOf(file.path, name, Instance(class_at(ev, file, fact.scope)))
    if fact.kind == "class":
        return FunctionOf(file.path, name, class_at(ev, file, fact.scope))
    return FunctionOf(file.path, name)


def class_at(ev: Interpreter, file: CodeFile, name: str) -> ClassOf:
    """The class that a scope of a file belongs to; it may be declared in another file of the package."""
    if name in file.classes:
        return ClassOf(file.path, name)
    home = next((part for part in ev.program.parts(file.path, name) if name in part.classes), file)
    return ClassOf(home.path, name)


def unbound(ev: Interpreter, function: FunctionOf) -> FunctionOf:
    """The same function without what this call knows about the receiver."""
    return function_of(ev, ev.program.files[function.path], function.name)


def of_module(ev: Interpreter, module: Module, name: str) -> Thing:
    """A name of a module, or a module of a package."""
    dotted = f"{module.dotted}.{name}" if module.dotted else name
    if module.space:
        home = ev.program.naming(module.importer).inside(module.importer, module.space, name)
        told = ev.module_name(ev.program.files[home], name) if home else None
        return Known(dotted) if told is None else told
    file = ev.program.files.get(module.path or "")
    if file:
        found = ev.module_name(file, name)
        if found is not None:
            return found
        cls = module.dotted.rpartition(".")[2]
        if cls in file.classes and file.language.names != "modules":
            return of_object(ev, ClassOf(file.path, cls), name, 0)
    if ev.program.files[module.importer].language.names == "paths":
        return exports.of_exports(ev, module, name)
    path = ev.program.locate(module.importer, dotted)
    if path is None and file and file.path.endswith("/__init__.py"):
        inner = file.path.removesuffix("__init__.py") + name
        path = next((p for p in (f"{inner}.py", f"{inner}/__init__.py") if p in ev.program.files), None)
    if path is None and not file:
        folder = module.dotted.replace(".", "/")
        path = next((p for p in (f"{folder}/{name}.py", f"{folder}/{name}/__init__.py") if p in ev.program.files), None)
    return Module(dotted, path, module.importer) if path else Known(dotted)


def generic(base: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """A type without its type arguments and without what its constructor is given, and the type arguments:
    ``Handler<OrderPlaced>``."""
    match base:
        case Apply(of):
            return generic(of)
        case Item(of, Listing(items)):
            return of, items
        case Item(of, key):
            return of, (key,)
    return base, ()


def bases(ev: Interpreter, cls: ClassOf) -> tuple[Thing, ...]:
    """What a class derives from."""
    known = ev.bases.get(cls)
    if known is not None:
        return known
    file = ev.program.files[cls.path]
    fact = file.classes.get(cls.name)
    frame = _class_frame(file, fact)
    found = tuple(ev.quiet(generic(base)[0], frame) for base in fact.bases) if fact else ()
    if NOTHING not in found:  # else it may be a name that is only being found out
        ev.bases[cls] = found
    return found


def ancestry(ev: Interpreter, cls: ClassOf) -> tuple[ClassOf, ...]:
    """A class and those of the workspace that it derives from, nearest first; cycles end."""
    if cls in ev.ancestry:
        return ev.ancestry[cls]
    found: list[ClassOf] = []
    queue = [cls]
    while queue and len(found) < 20:
        current = queue.pop(0)
        if current not in found:
            found.append(current)
            queue += [base for base in bases(ev, current) if isinstance(base, ClassOf)]
    if all(one in ev.bases for one in found):
        ev.ancestry[cls] = tuple(found)
    return tuple(found)


def outside_bases(ev: Interpreter, cls: ClassOf) -> list[str]:
    """Dotted names of the classes outside the workspace that a class derives from, directly or not."""
    return [base.name for c in ancestry(ev, cls) for base in bases(ev, c) if isinstance(base, Known)]


def find_method(ev: Interpreter, of: Instance | ClassOf, name: str) -> FunctionOf | None:
    """A method by name, in the class or what it derives from, bound to the object."""
    cls = of.of if isinstance(of, Instance) else of
    for current in ancestry(ev, cls):
        dotted = f"{current.name}.{name}"
        for file in ev.program.parts(current.path, current.name):
            fact = file.functions.get(dotted)
            if fact and is_bare(file, dotted):
                made = only_implementer(ev, cls)
                found = find_method(ev, Instance(made), name) if made else None
                return found or FunctionOf(file.path, dotted, None if fact.kind == "static" else of)
            if fact:
                return FunctionOf(file.path, dotted, None if fact.kind == "static" else of)
    return None


def fitting(ev: Interpreter, function: FunctionOf, arguments: Arguments) -> FunctionOf:
    """Of methods that share a name, the one that takes as many arguments as are given; else the first."""
    file = ev.program.files[function.path]
    others = file.overloads.get(function.name)
    if not others:
        return function
    names = (function.name, *others)
    name = next((name for name in names if _takes(file.functions[name], len(arguments.positional))), function.name)
    fact = file.functions[name]
    return replace(function, name=name, receiver=None if fact.kind == "static" else function.receiver)


def _takes(function: Function, given: int) -> bool:
    most = len(function.parameters)
    if most and function.parameters[-1].kind == "rest":
        return given >= most - 1
    return most - sum(one.default is not None for one in function.parameters) <= given <= most


def is_bare(file: CodeFile, dotted: str) -> bool:
    """Whether a function has nothing in it: one of an interface."""
    return not (dotted in file.assigns or dotted in file.returns or dotted in file.evaluates)


def only_implementer(ev: Interpreter, cls: ClassOf) -> ClassOf | None:
    """The one class that derives from another and that code of it may mean; None where there are none or several."""
    fact = ev.program.files[cls.path].classes.get(cls.name)
    if fact is None or ev.program.files[cls.path].language.names == "modules":
        return None
    found = [c for c in ev.derived().get(cls, ()) if ev.program.related(cls.path, c.path)]
    if fact.kind == "interface":
        names = ev.program.naming(cls.path)
        told = (ClassOf(path, name) for path, name in names.satisfying(ev.program.files[cls.path], cls.name))
        found += [one for one in told if one not in found]
    return found[0] if len(found) == 1 else None


def of_object(ev: Interpreter, of: Instance | ClassOf, name: str, depth: int, bare: bool = False) -> Thing:
    """An attribute of an object or a class; ``bare`` where its name stands alone."""
    cls = of.of if isinstance(of, Instance) else of
    for current in ancestry(ev, cls):
        for file in ev.program.parts(current.path, current.name):
            found = _of_part(ev, of, current, file, name, depth, bare)
            if found is not None:
                return found
    return NOTHING


def is_twofold(file: CodeFile, owner: str, name: str) -> bool:
    """Whether a class has a field and a method of one name, which Java and Kotlin tell apart by the call alone."""
    return file.language.name == "jvm" and (owner, name) in file.names and f"{owner}.{name}" in file.functions


def _of_part(
    ev: Interpreter, of: Instance | ClassOf, current: ClassOf, file: CodeFile, name: str, depth: int, bare: bool
) -> Thing | None:
    """An attribute as one file of a class tells it."""
    dotted = f"{current.name}.{name}"
    fact = file.functions.get(dotted)
    if fact and not (bare and is_twofold(file, current.name, name)):
        method = FunctionOf(file.path, dotted, of)
        return ev.apply(method, Arguments(), _nowhere(file), depth) if file.is_called_by_name(fact) else method
    given = of.arguments.get(None, name) if isinstance(of, Instance) and of.arguments else None
    if given is not None and file.language.names != "modules":
        return given
    found = _bound(ev, of, current, file, name) or kept.field(ev, of, current, file, name, depth)
    if found is not None:
        return found
    if dotted in file.classes:
        return ClassOf(file.path, dotted)
    for assign in file.names.get((current.name, name), ()):
        return _class_level(ev, of, current, assign, kept.body(ev, of, current, file, depth))
    return handed.member(ev, of, current, file, name) if file.language.name == "ruby" else None


def _class_level(ev: Interpreter, of: Instance | ClassOf, current: ClassOf, assign: Assign, frame: Frame) -> Thing:
    name = assign.target.name if isinstance(assign.target, Ref) else ""
    outside = outside_bases(ev, current)
    if any(base in SETTINGS for base in outside):
        return _setting(ev, current, name, assign, frame)
    given = _given(of, current, frame.file, name, outside)
    if given is not None:
        return given
    if assign.decorators:
        told = ev.decorated(assign.decorators, frame)
        if not isinstance(told, Nothing):
            return told
    if frame.file.language.literals:
        told = tagged.field(ev, of, name, assign, frame)
        if not isinstance(told, Nothing):
            return told
    set_elsewhere = ev.option(current, name, 0) if frame.file.language.implicit else NOTHING
    if not isinstance(set_elsewhere, Nothing):
        return set_elsewhere
    prefix = configured(ev, of, current, frame)
    if prefix is not None:
        return _key(ev, prefix, name, assign, frame)
    thing: Thing = NOTHING if assign.value is None else ev.quiet(assign.value, frame)
    if isinstance(thing, Nothing) and frame.file.language.literals:
        thing = makers.field(ev, current, name)
    if not isinstance(thing, Nothing):
        return thing
    declared = ev.injected(assign.annotation, name, assign.decorators, frame)
    unknown = isinstance(of, Instance) and of.arguments is None and frame.file.language.literals
    return Value((Hole("parameter", name),)) if unknown and isinstance(declared, Nothing) else declared


def configured(ev: Interpreter, of: Instance | ClassOf, current: ClassOf, frame: Frame) -> str | None:
    """The prefix of the configuration keys that an object's fields hold (``@ConfigurationProperties("shop")``); None
    for an object whose fields are its own."""
    given = of.arguments.get(None, CONFIGURED) if isinstance(of, Instance) and of.arguments else None
    if isinstance(given, Value):
        return given.text
    fact = frame.file.classes.get(current.name)
    outer = Frame(frame.file, fact.scope) if fact else frame
    for decorator in fact.decorators if fact else ():
        # The prefix may be a constant of the class itself, which is no setting.
        if isinstance(of, Instance) and ev.made_by(decorator, outer) == "settings":
            made = ev.quiet(decorator, outer)
            prefix = made.field("prefix") if isinstance(made, Made) else None
            return (prefix.text or "") if isinstance(prefix, Value) else ""
    # What is asked of the class itself is a constant of it, and no setting: ``GetSection(ShopOptions.Section)``.
    return ev.bindings.prefixes.get(current) if frame.file.language.implicit and isinstance(of, Instance) else None


def _bound(ev: Interpreter, of: Instance | ClassOf, current: ClassOf, file: CodeFile, name: str) -> Thing | None:
    """The field of an object of settings that its constructor is given (a record, a data class), which nobody but the
    framework calls; None for other fields and for objects that code makes."""
    kept_here = file.members.get((current.name, name), ())
    declared = file.names.get((current.name, name), ())
    if not kept_here or not declared or not isinstance(of, Instance):
        return None
    if of.arguments is not None and of.arguments.get(None, CONFIGURED) is None:
        return None
    start = f"{current.name}.__init__"
    if any(one.value != Ref(name) or one.scope.partition("#")[0] != start for one in kept_here):
        return None
    frame = Frame(file, current.name)
    prefix = configured(ev, of, current, frame)
    return None if prefix is None else _key(ev, prefix, name, declared[0], frame)


def _key(ev: Interpreter, prefix: str, name: str, assign: Assign, frame: Frame) -> Thing:
    """A field that is bound to a configuration key: what stands there, or an object of keys below it."""
    key = f"{prefix}.{name}".strip(".")
    default: Thing = NOTHING if assign.value is None else ev.quiet(assign.value, frame)
    declared = default if isinstance(default, Instance) else ev.annotated(assign.annotation, frame)
    if isinstance(declared, Instance):
        return Instance(declared.of, Arguments((), ((CONFIGURED, Value.of(key)),)))
    return Value((Hole("config", key, default if isinstance(default, Value) and default.parts else None),))


def _given(of: Instance | ClassOf, current: ClassOf, file: CodeFile, name: str, outside: list[str]) -> Thing | None:
    """The field of a record class as the object was made with."""
    if not isinstance(of, Instance) or of.arguments is None:
        return None
    fact = file.classes.get(current.name)
    if fact is None:
        return None
    marks = ["Struct"] if fact.kind == "record" else []
    marks += [_last_name(d.callee if isinstance(d, Apply) else d) for d in fact.decorators] + [
        b.rpartition(".")[2] for b in outside
    ]
    if not any(mark in RECORDS for mark in marks):
        return None
    fields = [a.target.name for a in file.assigns.get(current.name, ()) if isinstance(a.target, Ref) and a.annotation]
    return of.arguments.get(fields.index(name) if name in fields else None, name)


def _setting(ev: Interpreter, cls: ClassOf, name: str, assign: Assign, frame: Frame) -> Thing:
    """A field of a pydantic settings class is a variable of the environment: prefix and name, upper case.

    Source: pydantic-settings, "Environment variable names" (``env_prefix``, ``alias``, ``validation_alias``, ``env``).
    """
    variable = _prefix(ev, cls) + name
    default: Thing = ev.quiet(assign.value, frame) if assign.value is not None else NOTHING
    if not isinstance(default, Value) or not default.parts:
        default = _validated(ev, cls, name)
    if isinstance(assign.value, Apply) and _last_name(assign.value.callee) == "Field":
        given = Arguments(
            tuple(ev.quiet(arg, frame) for arg in assign.value.args),
            tuple((key, ev.quiet(arg, frame)) for key, arg in assign.value.keywords),
        )
        alias = given.get(None, "validation_alias", "env", "alias")
        variable = alias.text or variable if isinstance(alias, Value) else variable
        default = given.get(0, "default") or default
    return Value((Hole("env", variable.upper(), default if isinstance(default, Value) and default.parts else None),))


def _validated(ev: Interpreter, cls: ClassOf, name: str) -> Thing:
    """What a validator of the field makes where nothing is given.

    Its second or third parameter holds the fields before it, as a dictionary or as the ``data`` of an object. Source:
    pydantic, "Validators" (``validator``, ``field_validator``, ``values``, ``ValidationInfo``).
    """
    file = ev.program.files[cls.path]
    for fact in file.functions.values():
        if fact.scope != cls.name or not any(_validates(decorator, name) for decorator in fact.decorators):
            continue
        fields = [key for scope, key in file.names if scope == cls.name and key != name]
        before = tuple((Value.of(key), of_object(ev, Instance(cls), key, 0)) for key in fields)
        information = Pairs((*before, (Value.of("data"), Pairs(before))))
        given = tuple((parameter.name, information) for parameter in fact.parameters[1:])
        method = FunctionOf(file.path, f"{cls.name}.{fact.name}", cls)
        frame = ev.frame_of(method, Arguments(named=given), 1)
        made = [ev.quiet(r.value, frame.at(r.line)) for r in file.returns.get(method.name, ())]
        texts = [thing for thing in made if isinstance(thing, Value) and thing.parts]
        return max(texts, key=lambda text: len(text.parts), default=NOTHING)
    return NOTHING


def _validates(decorator: Expr, name: str) -> bool:
    if not isinstance(decorator, Apply) or _last_name(decorator.callee) not in ("validator", "field_validator"):
        return False
    return any(isinstance(arg, Text) and arg.text == name for arg in decorator.args)


def _prefix(ev: Interpreter, cls: ClassOf) -> str:
    for current in ancestry(ev, cls):
        file = ev.program.files[current.path]
        inner = file.names.get((f"{current.name}.Config", "env_prefix"), ())
        for assign in (*file.names.get((current.name, "model_config"), ()), *inner):
            found = _named(assign.value, "env_prefix")
            thing = ev.quiet(found, Frame(file, current.name)) if found is not None else NOTHING
            if isinstance(thing, Value) and thing.text:
                return thing.text
    return ""


def _named(expr: Expr | None, name: str) -> Expr | None:
    """A keyword of a call, an entry of a dictionary, or the expression itself when it is a text."""
    match expr:
        case Apply():
            return next((value for key, value in expr.keywords if key == name), None)
        case Record(entries):
            return next((value for key, value in entries if isinstance(key, Text) and key.text == name), None)
        case Text() | Listing():
            return expr
    return None


def _last_name(expr: Expr) -> str:
    return expr.name if isinstance(expr, Ref | Member) else ""


def _class_frame(file: CodeFile, fact: Class | None) -> Frame:
    return Frame(file, fact.scope if fact else "", line=fact.line if fact else 0)


def _nowhere(file: CodeFile) -> Site:
    return Site(file.path, 1)
