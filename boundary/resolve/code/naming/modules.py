"""Names of languages whose files are modules that import each other by dotted names: Python; scripts, which do not.

An import is looked up from the importer's folder upwards, and only among related files: the nearest one counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from boundary.facts import Import
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.things import Module


class Names:
    """The modules of a program by the last part of their names."""

    def __init__(self, program: Program, files: Sequence[CodeFile]) -> None:
        self._program = program
        self._located: dict[tuple[str, str], str | None] = {}
        self._by_module: dict[str, list[str]] = defaultdict(list)
        for file in files:
            self._by_module[_stem(file.path).rpartition("/")[2]].append(file.path)

    def locate(self, importer: str, dotted: str) -> str | None:
        """The file of a module; None when it is from outside."""
        key = importer, dotted
        if key not in self._located:
            wanted = dotted.replace(".", "/")
            fitting = (
                path
                for path in self._by_module.get(wanted.rpartition("/")[2], ())
                if _stem(path) == wanted or _stem(path).endswith("/" + wanted)
            )
            self._located[key] = self._program.nearest(importer, fitting)
        return self._located[key]

    def target(self, importer: str, found: Import) -> Module:
        """The module that an import names; a relative one is looked up by its folder alone."""
        if not found.level:
            return Module(found.module, self.locate(importer, found.module), importer)
        folder = importer
        for _ in range(found.level):
            folder = folder.rpartition("/")[0]
        inside = "/".join(part for part in (folder, found.module.replace(".", "/")) if part)
        for path in (f"{inside}.py", f"{inside}/__init__.py"):
            if path in self._program.files:
                return Module(inside.replace("/", "."), path, importer)
        return Module(inside.replace("/", "."), None, importer)

    def leads(self, importer: str, found: Import) -> str | None:
        """Where Python finds its modules is another question: ``boundary.resolve.imports``."""
        return None

    def beside(self, file: CodeFile, name: str) -> str | None:
        """Modules see nothing that they do not import."""
        return None

    def inside(self, importer: str, space: str, name: str) -> str | None:
        """Modules share no names."""
        return None

    def outside(self, file: CodeFile, name: str) -> str:
        """A name that nobody defines is a builtin."""
        return name

    def sees(self, file: CodeFile, space: str) -> bool:
        """Modules see nothing that they do not import."""
        return False

    def parts(self, file: CodeFile, name: str) -> list[CodeFile]:
        """A class stands in one file."""
        return []

    def satisfying(self, file: CodeFile, name: str) -> list[tuple[str, str]]:
        """Classes say what they implement."""
        return []


def names(program: Program, files: Sequence[CodeFile]) -> Names:
    """The names of such files."""
    return Names(program, files)


def _stem(path: str) -> str:
    return path.rpartition(".")[0].removesuffix("/__init__")
