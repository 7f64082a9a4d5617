"""Names of Go: a package is a folder, an import path leads to one through the modules of the workspace.

The path begins with the name of a module, declared by ``go.mod`` or given to a folder by ``replace``, and goes on as
the path of the folder in it. Code that was written for GOPATH has no module; there the end of the path is the folder.
What files of a package define they all see. Types need not say which interfaces they satisfy: one that has all methods
does.

Source: https://go.dev/ref/mod, "Resolving a package to a module"; the Go specification, "Implementing an interface".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from boundary.facts import Import, Ref
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.things import Module

_VERSION = re.compile(r"/v\d+(?=/|$)|\.v\d+(?=/|$)")

_FEWEST = 2
"""Parts of an import path that must agree with a folder, where no module says what it is, and it is not at the top."""


class Names:
    """The packages of a program by their folders. ``_methods`` are those of each type of a package."""

    def __init__(self, program: Program, files: Sequence[CodeFile]) -> None:
        self._program = program
        self._folders: dict[str, list[CodeFile]] = defaultdict(list)
        self._endings: dict[str, list[str]] = defaultdict(list)
        self._defined: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._about: dict[tuple[str, str], list[CodeFile]] = defaultdict(list)
        self._methods: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._satisfying: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        for file in files:
            self._know(file)
        for folder in self._folders:
            self._endings[folder.rpartition("/")[2]].append(folder)

    def _know(self, file: CodeFile) -> None:
        folder = file.path.rpartition("/")[0]
        self._folders[folder].append(file)
        top = {*(n for n in (*file.classes, *file.functions) if "." not in n), *(n for s, n in file.names if not s)}
        for name in sorted(top):
            self._defined[folder][name].append(file.path)
        for name in sorted({*file.classes, *file.holders}):
            self._about[folder, name].append(file)
        for function in file.functions.values():
            if function.kind == "method":
                self._methods[folder, function.scope].add(function.name)

    def folder_of(self, importer: str, dotted: str) -> str | None:
        """The folder of the package that an import path leads to; None when it is from outside."""
        key = importer.rpartition("/")[0], dotted
        if key not in self._found:
            self._found[key] = self._by_module(importer, dotted) or self._by_ending(importer, dotted)
        return self._found[key]

    def _by_module(self, importer: str, dotted: str) -> str | None:
        name = dotted
        while name:
            inside = dotted[len(name) :].lstrip("/")
            homes = [f"{home}/{inside}".strip("/") for home in self._program.packages.get(("go", name), ())]
            known = [home for home in homes if home in self._folders]
            if known:
                return max(known, key=lambda home: (_common(importer, home), -len(home), home))
            name = name.rpartition("/")[0]
        return None

    def _by_ending(self, importer: str, dotted: str) -> str | None:
        if "." not in dotted.partition("/")[0]:
            return None
        parts = dotted.split("/")
        endings = ["/".join(parts[start:]) for start in range(len(parts))]
        for folder in sorted(self._endings.get(parts[-1], ()), key=lambda one: (-_common(importer, one), one)):
            near = [at for at in endings if folder == at or f"/{folder}".endswith(f"/{at}")]
            if near and (near[0].count("/") + 1 >= _FEWEST or near[0] == folder) and not self._has_module(folder):
                return folder
        return None

    def _has_module(self, folder: str) -> bool:
        """Whether a module is declared around a folder, which then says what its packages are called."""
        homes = self._module_homes
        while folder:
            if folder in homes:
                return True
            folder = folder.rpartition("/")[0]
        return "" in homes

    @cached_property
    def _module_homes(self) -> set[str]:
        return {
            home for (kind, name), homes in self._program.packages.items() if kind == "go" and name for home in homes
        }

    def locate(self, importer: str, dotted: str) -> str | None:
        """A file of the package; None when it is from outside."""
        folder = self.folder_of(importer, dotted)
        return self._folders[folder][0].path if folder is not None else None

    def target(self, importer: str, found: Import) -> Module:
        """The package that an import names; one from outside is called by its path without versions."""
        folder = self.folder_of(importer, found.module)
        if folder is not None:
            return Module(found.module, None, importer, folder or ".")
        return Module(_VERSION.sub("", found.module), None, importer)

    def leads(self, importer: str, found: Import) -> str | None:
        """A file of the package, which the path says exactly."""
        return self.locate(importer, found.module)

    def inside(self, importer: str, space: str, name: str) -> str | None:
        """The file that defines a name of a package."""
        paths = self._defined.get("" if space == "." else space, {}).get(name, ())
        return importer if importer in paths else next(iter(paths), None)

    def beside(self, file: CodeFile, name: str) -> str | None:
        """A name of the same package."""
        found = self.inside(file.path, file.path.rpartition("/")[0] or ".", name)
        return found if found != file.path else None

    def outside(self, file: CodeFile, name: str) -> str:
        """A package that is not called like the end of its path (``amqp`` of ``amqp091-go``); else a builtin."""
        if name.startswith(("tag:", "go:")):
            return name
        paths = {one.module for one in file.imports.values() if name in one.module.rpartition("/")[2]}
        if not paths:
            paths = {one.module for one in file.imports.values() if name in one.module.split("/")[-2:]}
        return _VERSION.sub("", paths.pop()) if len(paths) == 1 else name

    def sees(self, file: CodeFile, space: str) -> bool:
        """Packages see nothing that they do not import."""
        return False

    def parts(self, file: CodeFile, name: str) -> list[CodeFile]:
        """Other files of the package that have methods of the type."""
        about = self._about.get((file.path.rpartition("/")[0], name), ())
        return [one for one in about if one is not file]

    def satisfying(self, file: CodeFile, name: str) -> list[tuple[str, str]]:
        """The types that have all methods of an interface, by file and name; one that only wraps another, holding the
        interface itself, is left out where there is one that does not."""
        key = file.path, name
        if key not in self._satisfying:
            wanted = self._wanted(file, name)
            found = list(self._candidates(file, wanted)) if wanted else []
            self._satisfying[key] = [one for one in found if not self._wraps(*one, name)] or found
        return self._satisfying[key]

    def _wanted(self, file: CodeFile, name: str) -> set[str]:
        folder = file.path.rpartition("/")[0]
        wanted = set(self._methods.get((folder, name), ()))
        for base in file.classes[name].bases:
            if isinstance(base, Ref):
                wanted |= self._methods.get((folder, base.name), set())
        return wanted

    def _candidates(self, file: CodeFile, wanted: set[str]) -> Iterator[tuple[str, str]]:
        for (folder, name), methods in sorted(self._methods.items()):
            if not wanted <= methods:
                continue
            homes = [one for one in self._about[folder, name] if name in one.classes]
            if homes and homes[0].classes[name].kind != "interface" and self._program.related(file.path, homes[0].path):
                yield homes[0].path, name

    def _wraps(self, path: str, name: str, interface: str) -> bool:
        """Whether a type has the interface that it satisfies among its fields, or stands in for it in tests."""
        if re.search(r"(?i)mock|fake|stub|noop", f"{path.rpartition('/')[2]}/{name}"):
            return True
        file = self._program.files[path]
        for (scope, _), assigns in file.names.items():
            for assign in assigns if scope == name else ():
                note = assign.annotation
                if getattr(note, "name", "") == interface:
                    return True
        return False


def names(program: Program, files: Sequence[CodeFile]) -> Names:
    """The names of such files."""
    return Names(program, files)


def _common(one: str, other: str) -> int:
    same = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        same += 1
    return same
