"""Names of languages whose files belong to packages or namespaces: Java, Kotlin, C#, PHP.

A bare name is looked up in the file, among its imports, in its own package and those around it, then in the packages
that are imported as a whole, also by one file for all of its project (``global using``). Of several files that define
it the nearest related one counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from boundary.facts import Import
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.things import Module


class Names:
    """The packages of a program with the files that define each of their names."""

    def __init__(self, program: Program, files: Sequence[CodeFile]) -> None:
        self._program = program
        self._defined: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._about: dict[tuple[str, str], list[CodeFile]] = defaultdict(list)
        self._beside: dict[tuple[str, str], str | None] = {}
        self._spaces: dict[str, tuple[str, ...]] = {}
        self._projects = {folder for (kind, _), folders in program.packages.items() if kind == "nuget"
                          for folder in folders}  # fmt: skip
        self._everywhere: dict[str, list[Import]] = defaultdict(list)
        self._files: dict[str, list[str]] = defaultdict(list)
        for file in files:
            if file.path.endswith(".rs"):
                self._files[_place(file.path).rpartition("/")[2]].append(file.path)
            for star in (one for one in file.stars if one.everywhere):
                self._everywhere[self._project(file.path)].append(star)
            top = {*(n for n in (*file.classes, *file.functions) if "." not in n), *(n for s, n in file.names if not s)}
            for name in sorted(top):
                self._defined[file.namespace][name].append(file.path)
            for name in sorted({*file.classes, *file.holders}):
                self._about[file.namespace, name].append(file)

    def locate(self, importer: str, dotted: str) -> str | None:
        """The file of a class by its full name; None when it is from outside."""
        space, _, name = dotted.rpartition(".")
        return self.inside(importer, space, name) or self._module(importer, dotted)

    def _module(self, importer: str, dotted: str) -> str | None:
        """The file that is a module of Rust by its place: ``utils/clock.rs`` is ``utils::clock``."""
        wanted = "/" + dotted.replace(".", "/")
        named = self._files.get(dotted.rpartition(".")[2], ()) if importer.endswith(".rs") else ()
        return self._program.nearest(importer, [path for path in named if f"/{_place(path)}".endswith(wanted)])

    def target(self, importer: str, found: Import) -> Module:
        """The package that an import names, or the class where something is taken from a class."""
        path = None if found.module in self._defined else self.locate(importer, found.module)
        return Module(found.module, path, importer, found.module if found.module in self._defined else "")

    def inside(self, importer: str, space: str, name: str) -> str | None:
        """The nearest file that defines a name of a package."""
        paths = self._defined[space].get(name, ()) if space in self._defined else ()
        return importer if importer in paths else self._program.nearest(importer, paths)

    def leads(self, importer: str, found: Import) -> str | None:
        """The file of a class that only a stranger defines; full names are unique, so that nothing else can be meant.

        What the own service, a library that it ships or several strangers define, leads nowhere. So does a class of
        Java's or Kotlin's package that they have other classes of: it may be one that their build generates.
        """
        space, name = found.module, found.name
        paths = self._defined[space].get(name, ()) if space in self._defined and name != "*" else ()
        if not paths and space not in self._defined and "." in space:  # a class within a class, or a static member
            space, _, name = space.rpartition(".")
            paths = self._defined[space].get(name, ()) if space in self._defined else ()
        if len(paths) != 1 or self._program.related(importer, paths[0]):
            return None
        return None if importer.endswith((".java", ".kt")) and self._has(importer, space) else paths[0]

    def _has(self, importer: str, space: str) -> bool:
        """Whether the own service, or a library that it ships, has a part of a package."""
        homes = {path for paths in self._defined[space].values() for path in paths}
        return any(self._program.related(importer, path) for path in homes)

    def beside(self, file: CodeFile, name: str) -> str | None:
        """A name of the same package, of those around it, or of one that is imported as a whole."""
        key = file.path, name
        if key not in self._beside:
            found = (self.inside(file.path, space, name) for space in self._seen(file))
            self._beside[key] = next((path for path in found if path and path != file.path), None)
        return self._beside[key]

    def sees(self, file: CodeFile, space: str) -> bool:
        """Whether a package is the file's own, one around it, or imported as a whole."""
        return space in self._seen(file)

    def _seen(self, file: CodeFile) -> tuple[str, ...]:
        """The packages whose names a file knows, in the order in which they are asked."""
        if file.path not in self._spaces:
            around = list(_around(file.namespace))
            whole = [star.module for star in (*file.stars, *self._everywhere.get(self._project(file.path), ()))]
            within = [f"{space}.{one}" for one in whole for space in around if f"{space}.{one}" in self._defined]
            self._spaces[file.path] = tuple(dict.fromkeys((*around, "", *whole, *within, *file.language.implied)))
        return self._spaces[file.path]

    def _project(self, path: str) -> str:
        """The folder of the project that a file belongs to, "" for none."""
        folder = path.rpartition("/")[0]
        while folder and folder not in self._projects:
            folder = folder.rpartition("/")[0]
        return folder

    def outside(self, file: CodeFile, name: str) -> str:
        """The name in the package, imported as a whole, that a row of known calls stands for; else as it is written."""
        if name in file.language.packages:
            return name
        rows = file.language.packages
        whole = (star.module for star in file.stars)
        home = next((of for of in whole if f"{of}.{name}" in rows or f"{of}.@{name}" in rows), "")
        return f"{home}.{name}" if home else name

    def parts(self, file: CodeFile, name: str) -> list[CodeFile]:
        """Other files of the package that go on with the class."""
        about = self._about.get((file.namespace, name), ())
        return [one for one in about if one is not file and self._program.related(file.path, one.path)]

    def satisfying(self, file: CodeFile, name: str) -> list[tuple[str, str]]:
        """Classes say what they implement."""
        return []


def names(program: Program, files: Sequence[CodeFile]) -> Names:
    """The names of such files."""
    return Names(program, files)


def _around(space: str) -> Iterator[str]:
    """A package and those around it."""
    while space:
        yield space
        space = space.rpartition(".")[0]


def _place(path: str) -> str:
    """The place of a module of Rust: that of its file, or of the folder that ``mod.rs`` stands for."""
    return path.removesuffix(".rs").removesuffix("/mod")
