"""The code of a workspace, indexed: which names a module has, where an import leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property

import msgspec

from boundary.facts import Assign, Class, Evaluate, FileFacts, Function, Import, Item, Member, Ref, Return, Text
from boundary.resolve.code.things import Module
from boundary.resolve.files import fold

CODE = Assign | Class | Evaluate | Function | Import | Return


class CodeFile:
    """The code facts of one file by scope and name. ``members`` are the assignments to a receiver's attribute, by class
    and name; ``others`` the assignments to other targets (``app.config["X"] = …``), by scope."""

    def __init__(self, facts: FileFacts) -> None:
        self.path = facts.path
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, Class] = {}
        self.names: dict[tuple[str, str], list[Assign]] = defaultdict(list)
        self.members: dict[tuple[str, str], list[Assign]] = defaultdict(list)
        self.assigns: dict[str, list[Assign]] = defaultdict(list)
        self.returns: dict[str, list[Return]] = defaultdict(list)
        self.evaluates: dict[str, list[Evaluate]] = defaultdict(list)
        self.imports: dict[tuple[str, str], Import] = {}
        self.stars: list[Import] = []
        for fact in facts.facts:
            if isinstance(fact, CODE):
                self._add(fact)

    def _add(self, fact: CODE) -> None:
        match fact:
            case Function():
                self.functions[_dotted(fact.scope, fact.name)] = fact
            case Class():
                self.classes[_dotted(fact.scope, fact.name)] = fact
            case Return():
                self.returns[fact.scope].append(fact)
            case Evaluate():
                self.evaluates[fact.scope].append(fact)
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

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name and literal of the file, folded."""
        found: set[str] = set()
        queue: list[object] = [*self.functions.values(), *self.imports.values()]
        for facts in (self.assigns, self.returns, self.evaluates):
            queue += [fact for group in facts.values() for fact in group]
        while queue:
            part = queue.pop()
            if isinstance(part, str):
                found.add(fold(part))
            elif isinstance(part, tuple):
                queue += part
            elif isinstance(part, msgspec.Struct):
                queue += [getattr(part, name) for name in part.__struct_fields__]
        return frozenset(found)

    @cached_property
    def within(self) -> dict[str, list[Function | Class]]:
        """The functions and classes that stand directly in a scope."""
        found: dict[str, list[Function | Class]] = defaultdict(list)
        inside: list[Function | Class] = [*self.functions.values(), *self.classes.values()]
        for fact in inside:
            found[fact.scope].append(fact)
        return found

    def class_of(self, scope: str) -> str:
        """The class that a scope is in, "" for none."""
        while scope and scope not in self.classes:
            scope = scope.rpartition(".")[0]
        return scope

    def scopes(self) -> list[str]:
        """Scopes whose statements run when the module is loaded: the module's own and its classes'."""
        return ["", *sorted(self.classes)]


class Program:
    """All code files, and where imports lead.

    ``related(a, b)`` says whether code of file ``a`` may mean file ``b`` by an import (the same service, or a library
    that the service ships). ``size`` is the number of facts.
    """

    def __init__(self, files: Iterable[FileFacts], related: Callable[[str, str], bool]) -> None:
        self.files: dict[str, CodeFile] = {}
        self.size = 0
        self._by_module: dict[str, list[str]] = defaultdict(list)
        self._related = related
        self._located: dict[tuple[str, str], str | None] = {}
        self._settings: dict[str, list[tuple[CodeFile, Assign]]] = defaultdict(list)
        for file in files:
            code = CodeFile(file)
            self.size += len(file.facts)
            if any((code.functions, code.classes, code.names, code.evaluates, code.imports, code.assigns)):
                self.files[file.path] = code
                self._by_module[_module_key(file.path)].append(file.path)
                for assign in (a for assigns in code.assigns.values() for a in assigns):
                    key = _setting_key(assign, code)
                    if key:
                        self._settings[key].append((code, assign))

    def locate(self, importer: str, dotted: str) -> str | None:
        """The file that a module name means when it is imported by a file; None when it is from outside.

        The nearest one counts: an import is looked up from the importer's folder upwards, and only among related files.
        """
        key = importer, dotted
        if key not in self._located:
            self._located[key] = self._find(importer, dotted.replace(".", "/"))
        return self._located[key]

    def _find(self, importer: str, wanted: str) -> str | None:
        candidates = [
            path
            for path in self._by_module.get(wanted.rpartition("/")[2], ())
            if _stem(path) == wanted or _stem(path).endswith("/" + wanted)
        ]
        candidates = [path for path in candidates if path != importer and self._related(importer, path)]
        return max(candidates, key=lambda path: (_common(importer, path), -path.count("/"), path), default=None)

    def settings_of(self, path: str, key: str) -> list[tuple[CodeFile, Assign]]:
        """Where code related to a file assigns a setting: ``KEY = …`` in a settings module or class, or
        ``app.config["KEY"] = …``."""
        return [
            (file, a) for file, a in self._settings.get(key, ()) if file.path == path or self._related(path, file.path)
        ]

    def target(self, importer: str, found: Import) -> Module:
        """The module that an import statement names (not the thing taken from it)."""
        if not found.level:
            return Module(found.module, self.locate(importer, found.module), importer)
        folder = importer
        for _ in range(found.level):
            folder = folder.rpartition("/")[0]
        inside = "/".join(part for part in (folder, found.module.replace(".", "/")) if part)
        for path in (f"{inside}.py", f"{inside}/__init__.py"):
            if path in self.files:
                return Module(inside.replace("/", "."), path, importer)
        return Module(inside.replace("/", "."), None, importer)


def _dotted(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name


def _setting_key(assign: Assign, file: CodeFile) -> str:
    match assign.target:
        case Ref(name) if name.isupper() and (not assign.scope or assign.scope in file.classes):
            return name
        case Item(Member(_, "config") | Ref("config"), Text(key)):
            return key
    return ""


def _stem(path: str) -> str:
    stem = path.rpartition(".")[0]
    return stem.removesuffix("/__init__")


def _module_key(path: str) -> str:
    return _stem(path).rpartition("/")[2]


def _common(one: str, other: str) -> int:
    a, b = one.split("/")[:-1], other.split("/")[:-1]
    same = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        same += 1
    return same
