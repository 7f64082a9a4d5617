"""Names of languages whose files import each other by paths: JavaScript, TypeScript.

A relative path is a file beside the importer, with any ending or as the ``index`` of a folder; another one is an alias
of the compiler, a package of the workspace, or a package from outside. Sources: Node.js, "Modules: Packages" and
"Modules: CommonJS modules"; TypeScript, "Modules - Theory" (``paths``, ``baseUrl``, imports that end in ``.js``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from posixpath import normpath

from boundary.facts import Import, PathAlias
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.things import Module
from boundary.resolve.files import ancestors, folder

ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".d.ts")
_ENTRIES = ("src/index", "index", "src/main", "src/public-api", "src/public_api", "lib/index", "lib/main", "dist/index")
"""Where the code of a package of the workspace starts, which its manifest often names only as it is once built."""

_BUILT = re.compile(r"/(?:dist|build|lib|out)/")
"""Folders into which compilers write what they make of the sources."""

JSON = "(json)"
"""What a file of JSON is called that is imported: its entries are settings."""


class Names:
    """The files of a program by their paths."""

    def __init__(self, program: Program, files: Sequence[CodeFile]) -> None:
        self._program = program
        self._paths = {file.path for file in files}
        self._located: dict[tuple[str, str], str | None] = {}
        self._aliases: dict[str, list[PathAlias]] = defaultdict(list)
        for path, alias in program.aliases:
            self._aliases[folder(path)].append(alias)

    def locate(self, importer: str, dotted: str) -> str | None:
        """The file that an import means; None when it is from outside."""
        key = folder(importer), dotted
        if key not in self._located:
            self._located[key] = next(self._found(importer, dotted), None)
        return self._located[key]

    def _found(self, importer: str, written: str) -> Iterator[str]:
        if written.startswith("."):
            yield from self._file(_joined(folder(importer), written))
            return
        for home in (folder(importer), *ancestors(folder(importer))):
            for alias in self._aliases.get(home, ()):
                for place in _replaced(alias, written):
                    yield from self._file(_joined(home, place))
        yield from self._in_packages(importer, written)
        if written[:2] in ("@/", "~/"):
            for home in (folder(importer), *ancestors(folder(importer))):
                yield from self._file(_joined(home, f"src/{written[2:]}"))
                yield from self._file(_joined(home, written[2:]))

    def _in_packages(self, importer: str, written: str) -> Iterator[str]:
        """The entry of a package of the workspace, or a file in it."""
        parts = written.split("/")
        count = 2 if written.startswith("@") else 1
        inner = "/".join(parts[count:])
        homes = self._program.packages.get(("npm", "/".join(parts[:count])), ())
        places = [inner, f"src/{inner}", f"lib/{inner}"] if inner else _ENTRIES
        found = (next((path for place in places for path in self._file(_joined(home, place))), None) for home in homes)
        near = self._program.nearest(importer, [path for path in found if path])
        if near:
            yield near

    def _file(self, base: str) -> Iterator[str]:
        """The files that a path without its ending can mean, the likeliest first."""
        stem = base[:-3] if base.endswith((".js", ".ts")) else base[:-4] if base.endswith((".mjs", ".cjs")) else base
        names = [base, *(stem + ending for ending in ENDINGS), *(base + ending for ending in ENDINGS)]
        names += [f"{base}/index{ending}".lstrip("/") for ending in ENDINGS]
        yield from (name for name in dict.fromkeys(names) if name in self._paths)
        source = _BUILT.sub("/src/", base, count=1)
        if source != base:
            yield from self._file(source)

    def target(self, importer: str, found: Import) -> Module:
        """The file that an import names, or a package from outside by its name."""
        path = self.locate(importer, found.module)
        name = found.module.removeprefix("node:")
        return Module(JSON if path is None and name.endswith(".json") else name, path, importer)

    def leads(self, importer: str, found: Import) -> str | None:
        """The file that a path, an alias or the name of a package says exactly; what only the compiler sees is none."""
        if found.typing:
            return None
        path = self.locate(importer, found.module)
        homes = self._program.packages.get(("npm", "/".join(found.module.split("/")[:2])), ())
        if path is None and found.module.startswith("@") and len(homes) == 1:
            inner = "/".join(found.module.split("/")[2:])
            places = [inner, f"src/{inner}"] if inner else _ENTRIES
            path = next((one for place in places for one in self._file(_joined(homes[0], place))), None)
        return path

    def beside(self, file: CodeFile, name: str) -> str | None:
        """Modules see nothing that they do not import."""
        return None

    def inside(self, importer: str, space: str, name: str) -> str | None:
        """Modules share no names."""
        return None

    def outside(self, file: CodeFile, name: str) -> str:
        """A name that nobody defines is given by the platform."""
        return name

    def parts(self, file: CodeFile, name: str) -> list[CodeFile]:
        """A class stands in one file."""
        return []

    def satisfying(self, file: CodeFile, name: str) -> list[tuple[str, str]]:
        """Classes say what they implement."""
        return []


def names(program: Program, files: Sequence[CodeFile]) -> Names:
    """The names of such files."""
    return Names(program, files)


def _replaced(alias: PathAlias, written: str) -> Iterator[str]:
    """What an alias makes of an import: ``*`` in the pattern is the same text as in the targets."""
    head, star, tail = alias.pattern.partition("*")
    if not star:
        yield from alias.targets if written == alias.pattern else ()
    elif written.startswith(head) and written.endswith(tail) and len(written) >= len(head) + len(tail):
        middle = written[len(head) : len(written) - len(tail)]
        yield from (target.replace("*", middle, 1) for target in alias.targets)


def _joined(home: str, written: str) -> str:
    """A path below a folder of the workspace; what leads out of it is no file."""
    whole = normpath(f"{home}/{written}" if home else written)
    return "" if whole == "." else whole
