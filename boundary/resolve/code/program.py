"""The code of a workspace, indexed: which names a module has, where an import leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from importlib import import_module
from itertools import chain
from typing import NamedTuple, Protocol

import msgspec

from boundary.facts import (
    Apply,
    Assign,
    Class,
    Dependency,
    Evaluate,
    Expr,
    FileFacts,
    Function,
    Import,
    Item,
    Look,
    Member,
    Namespace,
    Package,
    PathAlias,
    Ref,
    Return,
    Text,
)
from boundary.facts.parts import parts
from boundary.resolve.code.filling import Puts, Setters, outward, puts, setters
from boundary.resolve.code.rows import language_of
from boundary.resolve.code.things import Module
from boundary.resolve.files import fold, inside, taken_in

_NAMESPACES = "namespaces"
"""How names are found where methods may extend things from elsewhere: C#, Kotlin."""
LAMBDA = "<lambda"
_WHOLE = frozenset(("module.exports", "default"))
"""How the names begin that functions without one are given."""


class Passed(NamedTuple):
    """A call that a function without a name is handed to, and where it stands."""

    scope: str
    line: int
    call: Apply


CODE = Assign | Class | Evaluate | Function | Import | Look | Namespace | Return


class CodeFile:
    """The code facts of one file by scope and name. ``members`` are the assignments to a receiver's attribute, by class
    and name, ``entries`` those to what that holds (``this.options.url = …``); ``given`` those to an attribute of a
    variable (``options.url = …``), by scope and variable. ``namespace`` is the package that the file says is its;
    ``holders`` are the scopes that have methods, which may be classes of another file. ``overloads`` are the further
    methods of a name, by the first one's."""

    def __init__(self, facts: FileFacts) -> None:
        self.path = facts.path
        self.language = language_of(facts.path, facts.formats)
        self.namespace = ""
        self.holders: set[str] = set()
        self.functions: dict[str, Function] = {}
        self.overloads: dict[str, list[str]] = defaultdict(list)
        self.classes: dict[str, Class] = {}
        self.names: dict[tuple[str, str], list[Assign]] = defaultdict(list)
        self.members: dict[tuple[str, str], list[Assign]] = defaultdict(list)
        self.entries: dict[tuple[str, str], list[Assign]] = defaultdict(list)
        self.given: dict[tuple[str, str], list[Assign]] = defaultdict(list)
        self.assigns: dict[str, list[Assign]] = defaultdict(list)
        self.returns: dict[str, list[Return]] = defaultdict(list)
        self.evaluates: dict[str, list[Evaluate]] = defaultdict(list)
        self.looks: dict[str, list[Look]] = defaultdict(list)
        self.imports: dict[tuple[str, str], Import] = {}
        self.stars: list[Import] = []
        for fact in facts.facts:
            if isinstance(fact, CODE):
                self._add(fact)

    def _add(self, fact: CODE) -> None:
        match fact:
            case Namespace(name):
                self.namespace = self.namespace or name
            case Function():
                self.functions[_dotted(fact.scope, fact.name)] = fact
                if "#" in fact.name:
                    name = _dotted(fact.scope, fact.name)
                    self.overloads[name.rpartition("#")[0]].append(name)
                if fact.kind != "function":
                    self.holders.add(fact.scope)
            case Class():
                self._add_class(_dotted(fact.scope, fact.name), fact)
            case Return():
                self.returns[fact.scope].append(fact)
            case Evaluate():
                self.evaluates[fact.scope].append(fact)
            case Look():
                self.looks[fact.scope].append(fact)
            case Import(name="*"):
                self.stars.append(fact)
            case Import():
                bound = fact.alias or fact.name or fact.module.partition(".")[0]
                self.imports[fact.scope, bound] = fact
            case Assign():
                self.assigns[fact.scope].append(fact)
                match fact.target:
                    case Ref(name):
                        self.names[fact.scope, name].append(fact)
                    case Member(Ref("self" | "cls"), name):
                        self.members[self.class_of(fact.scope), name].append(fact)
                    case Member(Member(Ref("self" | "cls"), name), _):
                        self.entries[self.class_of(fact.scope), name].append(fact)
                    case Member(Ref(variable), _):
                        self.given[fact.scope, variable].append(fact)

    def _add_class(self, name: str, fact: Class) -> None:
        """A class; what is said of it a second time (``impl Trait for Type``) adds what it derives from."""
        before = self.classes.get(name)
        if before is not None and self.language.names != "modules":
            fact = msgspec.structs.replace(before, bases=(*before.bases, *fact.bases))
        self.classes[name] = fact

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name and literal of the file, folded."""
        said: list[object] = [*self.functions.values(), *self.imports.values()]
        for facts in (self.assigns, self.returns, self.evaluates):
            said += [fact for group in facts.values() for fact in group]
        return frozenset(fold(part) for fact in said for part in parts(fact) if isinstance(part, str))

    @cached_property
    def passed(self) -> dict[str, Passed]:
        """The first call that each function without a name is handed to, by the function's dotted name."""
        found: dict[str, Passed] = {}
        if not any(LAMBDA in name for name in self.functions):
            return found
        for facts in (self.assigns, self.returns, self.evaluates):
            for scope, group in facts.items():
                for fact in group:
                    for call in calls_in(fact.value):
                        blocks = (value for key, value in call.keywords if key == "<block>")
                        given = (arg for arg in (*call.args, *blocks) if isinstance(arg, Ref) and LAMBDA in arg.name)
                        for name in (arg.name for arg in given):
                            found.setdefault(_dotted(scope, name), Passed(scope, fact.line, call))
        return found

    @cached_property
    def filled(self) -> Puts:
        """What variables are filled with after they were made, by scope and variable."""
        said: list[Evaluate | Return] = [fact for group in self.evaluates.values() for fact in group]
        said += [fact for scope, group in self.returns.items() if LAMBDA in scope for fact in group]
        found = puts(chain.from_iterable(self.assigns.values()), said)
        return outward(found, self.names, self.functions, LAMBDA)

    @cached_property
    def setters(self) -> Setters:
        """What variables are told by methods after they were made, by scope and variable."""
        return setters(chain.from_iterable(self.evaluates.values())) if self.language.implicit else {}

    @cached_property
    def within(self) -> dict[str, list[Function | Class]]:
        """The functions and classes that stand directly in a scope."""
        found: dict[str, list[Function | Class]] = defaultdict(list)
        inside: list[Function | Class] = [*self.functions.values(), *self.classes.values()]
        for fact in inside:
            found[fact.scope].append(fact)
        return found

    @cached_property
    def factories(self) -> dict[str, frozenset[str]]:
        """Functions in which other functions stand, where such functions make objects, with what they are called by."""
        if self.language.names != "paths":
            return {}
        around = {fact.scope for fact in self.functions.values()}
        found = {fact.name: self.called(fact.name) for name, fact in self.functions.items() if name in around}
        return {name: names for name, names in found.items() if LAMBDA not in name or len(names) > 1}

    def called(self, name: str) -> frozenset[str]:
        """What a function or class at the top of the file is called by: its name, other ones that it is given, and
        ``<routes>`` for what a file ``routes.js`` or ``routes/index.js`` is when it is taken in as a whole."""
        names = {name, *self._further.get(name, ())}
        return frozenset(names if _WHOLE.isdisjoint(names) else {*names, taken_in(self.path)})

    @cached_property
    def _further(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for fact in self.assigns.get("", ()):
            if isinstance(fact.target, Ref) and isinstance(fact.value, Ref):
                found[fact.value.name].add(fact.target.name)
        return found

    @cached_property
    def calls(self) -> tuple[tuple[str, int, Apply], ...]:
        """Every call in the file, with the scope and line of the statement that it stands in."""
        return tuple(self._calls())

    def _calls(self) -> Iterator[tuple[str, int, Apply]]:
        groups = (self.assigns, self.returns, self.evaluates)
        for scope, fact in [(scope, fact) for group in groups for scope, facts in group.items() for fact in facts]:
            for part in parts(fact.value):
                if isinstance(part, Apply):
                    yield scope, fact.line, part

    def class_of(self, scope: str) -> str:
        """The class that a scope is in, "" for none."""
        while scope and scope not in self.classes and scope not in self.holders:
            scope = scope.rpartition(".")[0]
        return scope

    def is_called_by_name(self, fact: Function) -> bool:
        """Whether naming a function calls it: a property, and in Ruby a method of a class that takes nothing."""
        plain = fact.kind == "class" and not fact.parameters and self.language.name == "ruby"
        return fact.kind == "property" or plain

    def scopes(self) -> list[str]:
        """Scopes whose statements run when the module is loaded: the module's own and its classes'."""
        return ["", *sorted(self.classes)]


class Naming(Protocol):
    """How the names of a kind of languages find what they mean: a module of ``boundary.resolve.code.naming``, whose
    function ``names(program, files)`` makes one for the files of these languages."""

    def locate(self, importer: str, dotted: str) -> str | None:
        """The file that a module name means when it is imported by a file; None when it is from outside."""
        ...

    def target(self, importer: str, found: Import) -> Module:
        """The module that an import statement names (not the thing taken from it)."""
        ...

    def leads(self, importer: str, found: Import) -> str | None:
        """A file of the workspace that an import takes something from, whosever it is; None where that is not told."""
        ...

    def beside(self, file: CodeFile, name: str) -> str | None:
        """Another file whose name a file sees without importing it: one of its package, one that it includes."""
        ...

    def inside(self, importer: str, space: str, name: str) -> str | None:
        """The file that defines a name of a package whose files share their names."""
        ...

    def outside(self, file: CodeFile, name: str) -> str:
        """The full name of something from outside the workspace that a file calls by a bare name."""
        ...

    def sees(self, file: CodeFile, space: str) -> bool:
        """Whether a file knows the names of a package without saying where they are from."""
        ...

    def parts(self, file: CodeFile, name: str) -> list[CodeFile]:
        """Other files that say something about a class of a file: methods, members."""
        ...

    def satisfying(self, file: CodeFile, name: str) -> Iterable[tuple[str, str]]:
        """The classes, by file and name, that satisfy an interface of a file without saying so."""
        ...


class Program:
    """All code files, and where names and imports lead; how, depends on the language (``naming``).

    ``related(a, b)`` says whether code of file ``a`` may mean file ``b`` by an import (the same service, or a library
    that the service ships). ``size`` is the number of facts; ``packages`` are the folders of packages by ecosystem and
    name; ``aliases`` are what compilers are told about names of modules, with the files that tell.
    """

    def __init__(self, files: Iterable[FileFacts], related: Callable[[str, str], bool]) -> None:
        self.files: dict[str, CodeFile] = {}
        self.size = 0
        self.related = related
        self.packages: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.aliases: list[tuple[str, PathAlias]] = []
        self._settings: dict[str, list[tuple[CodeFile, Assign]]] = defaultdict(list)
        self._extensions: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._naming: dict[str, Naming] = {}
        for file in files:
            code = CodeFile(file)
            self.size += len(file.facts)
            self.aliases += [(file.path, fact) for fact in file.facts if isinstance(fact, PathAlias)]
            self._packages(file)
            told = (code.functions, code.classes, code.names, code.evaluates, code.imports, code.stars, code.assigns)
            if any((*told, code.returns)):
                self.files[file.path] = code
                for name, function in code.functions.items():
                    if function.kind == "extension" and "#" not in function.name:
                        self._extensions[function.name].append((file.path, name))
                for assign in (a for assigns in code.assigns.values() for a in assigns):
                    key = _setting_key(assign, code)
                    if key:
                        self._settings[key].append((code, assign))

    def _packages(self, file: FileFacts) -> None:
        """The packages that a manifest declares, and those that it takes from folders."""
        home = file.path.rpartition("/")[0]
        for fact in file.facts:
            if isinstance(fact, Package):
                self.packages[fact.ecosystem, fact.name].append(home)
            elif isinstance(fact, Dependency) and fact.target and fact.origin == "path":
                folder = inside(home, fact.target)
                if folder is not None:
                    self.packages[fact.ecosystem, fact.name].append(folder)

    def naming(self, path: str) -> Naming:
        """How names of a file's language find what they mean."""
        how = self.files[path].language.names
        if how not in self._naming:
            module = import_module(f"boundary.resolve.code.naming.{how}")
            self._naming[how] = module.names(self, [f for f in self.files.values() if f.language.names == how])
        return self._naming[how]

    def locate(self, importer: str, dotted: str) -> str | None:
        """The file that a module name means when it is imported by a file; None when it is from outside."""
        return self.naming(importer).locate(importer, dotted) if importer in self.files else None

    def target(self, importer: str, found: Import) -> Module:
        """The module that an import statement names (not the thing taken from it)."""
        return self.naming(importer).target(importer, found)

    def parts(self, path: str, name: str) -> list[CodeFile]:
        """The files that say something about a class, the one that declares it first."""
        own = self.files[path]
        return [own, *self.naming(path).parts(own, name)]

    def extension(self, path: str, name: str) -> tuple[str, str] | None:
        """The file and name of the function that extends other things by a method of a name, as a file sees it."""
        about = self._extensions.get(name)
        own = self.files[path]
        if not about or own.language.names != _NAMESPACES:
            return None
        named = own.imports.get(("", name))
        seen = {
            one: dotted
            for one, dotted in about
            if self.naming(path).sees(own, space := self.files[one].namespace) or (named and named.module == space)
        }
        nearest = path if path in seen else self.nearest(path, seen)
        return (nearest, seen[nearest]) if nearest else None

    def nearest(self, importer: str, paths: Iterable[str]) -> str | None:
        """The file, of those that a file may mean, that lies nearest to it."""
        candidates = [path for path in paths if path != importer and self.related(importer, path)]
        return max(candidates, key=lambda path: (_common(importer, path), -path.count("/"), path), default=None)

    def settings_of(self, path: str, key: str) -> list[tuple[CodeFile, Assign]]:
        """Where code related to a file assigns a setting: ``KEY = …`` in a settings module or class, or
        ``app.config["KEY"] = …``."""
        return [
            (file, a) for file, a in self._settings.get(key, ()) if file.path == path or self.related(path, file.path)
        ]


def calls_in(expr: Expr | None) -> Iterator[Apply]:
    """All calls in an expression."""
    return (part for part in parts(expr) if isinstance(part, Apply))


def _dotted(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name


def _setting_key(assign: Assign, file: CodeFile) -> str:
    match assign.target:
        case Ref(name) if (
            name.isupper() and file.language.names == "modules" and (not assign.scope or assign.scope in file.classes)
        ):
            return name
        case Item(Member(_, "config") | Ref("config"), Text(key)):
            return key
        case Member(of, key) if file.language.name == "ruby" and _is_rails_config(of):
            return key
    return ""


def _is_rails_config(expr: Expr) -> bool:
    """``config``, ``Rails.application.config``, ``Rails.configuration``, and ``x`` of each, whichever are calls."""
    plain = expr.callee if isinstance(expr, Apply) else expr
    if isinstance(plain, Member) and plain.name == "x":
        return _is_rails_config(plain.of)
    return isinstance(plain, Ref | Member) and plain.name in ("config", "configuration")


def _common(one: str, other: str) -> int:
    a, b = one.split("/")[:-1], other.split("/")[:-1]
    same = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        same += 1
    return same
