"""The code that several services ship, as pieces, with the words by which each is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.files import fold
from boundary.resolve.shipped.pieces import Pieces, everything, loaded, words

_FRONTS = frozenset(("__init__", "index", "main", "mod", "lib", "app"))
"""Files that are asked for by the names of their folders, or of their package."""

_CALLED = frozenset((
    "accept", "apply", "call", "cleanup", "close", "configure", "consume", "consumeclaim", "destroy", "dispatch",
    "execute", "handle", "init", "invoke", "main", "process", "register", "run", "servehttp", "setup", "start", "stop",
))  # fmt: skip
"""Methods that frameworks call, wherever they stand."""


_SCRIPTS = ("importmodule", "import", "walkpackages", "itermodules", "readdirsync")
_COMPUTED = {
    "python": frozenset(_SCRIPTS),
    "javascript": frozenset(_SCRIPTS),
    "jvm": frozenset(("forname", "serviceloader")),
    "csharp": frozenset(("gettypes", "getexportedtypes", "definedtypes", "createinstance", "fromassemblies")),
    "ruby": frozenset(("constantize", "safeconstantize", "constget")),
}
"""Words of code that loads or makes what it computes the name of, by languages; others have no such thing."""


def computed(file: CodeFile) -> frozenset[str]:
    """The words by which a file of this language loads what it computes the name of."""
    return _COMPUTED.get(file.language.name, frozenset())


class Piece(NamedTuple):
    """A piece of a file of the shelf, by its name."""

    path: str
    name: str

    @property
    def holder(self) -> Piece | None:
        """The class of a method."""
        head, dot, _ = self.name.partition(".")
        return Piece(self.path, head) if dot else None

    @property
    def word(self) -> str:
        """The word that asks for it."""
        return fold(self.name.rpartition(".")[2])


class Shelf:
    """All files that more than one service ships. ``asked`` are the pieces by the word that asks for them, ``handles``
    the files by the words by which imports name them."""

    def __init__(self, program: Program, ships: Callable[[str], tuple[str, ...]]) -> None:
        self._program = program
        self.ships = {path: owners for path in program.files if len(owners := ships(path)) > 1}
        self.pieces = {path: Pieces(program.files[path]) for path in self.ships}
        self.asked: dict[str, list[Piece]] = defaultdict(list)
        self.handles: dict[str, list[str]] = defaultdict(list)
        self._loads: dict[str, frozenset[str]] = {}
        self._says: dict[str, frozenset[str]] = {}
        for path, pieces in self.pieces.items():
            for name in sorted(pieces.names - {""}):
                self.asked[Piece(path, name).word].append(Piece(path, name))
            for handle in self._handles(path) if self.gated(path) else ():
                self.handles[handle].append(path)

    def file(self, path: str) -> CodeFile:
        """A file of the shelf."""
        return self.pieces[path].file

    def says(self, file: CodeFile) -> frozenset[str]:
        """The words of a file that ask for pieces of the shelf, or tell that it loads what it computes the name of."""
        if file.path not in self._says:
            said = everything(file)
            self._says[file.path] = frozenset((said & self.asked.keys()) | (said & computed(file)))
        return self._says[file.path]

    def loads(self, file: CodeFile) -> frozenset[str]:
        """The words of a file that ask for files of the shelf."""
        if file.path not in self._loads:
            self._loads[file.path] = frozenset(loaded(file) & self.handles.keys())
        return self._loads[file.path]

    def gated(self, path: str) -> bool:
        """Whether a file is of a language in which nothing of it can be used without importing it."""
        return self.file(path).language.names != "namespaces"

    def _handles(self, path: str) -> set[str]:
        above, _, last = path.rpartition("/")
        stem = last.partition(".")[0]
        parts = above.split("/") if stem in _FRONTS else [above.rpartition("/")[2]]
        named = [name for part in (stem, *parts) for name in words(part)]
        return {*named, *(word for home, found in self._packages.items() if above == home for word in found)}

    @cached_property
    def _packages(self) -> dict[str, set[str]]:
        """The words in the names of packages, by their folders and those that their code begins in."""
        found: dict[str, set[str]] = defaultdict(set)
        for (_, name), homes in self._program.packages.items():
            for home in homes:
                for where in ("", "/src", "/lib", "/app"):
                    found[f"{home}{where}".lstrip("/")].update(words(name))
        return found

    def is_free(self, piece: Piece) -> bool:
        """Whether a method may be called by others than those who name it: by a framework, by what makes the object."""
        pieces = self.pieces[piece.path]
        method = piece.name.rpartition(".")[2]
        return (
            method.startswith("__")
            or fold(method) in _CALLED
            or pieces.decorated(piece.name)
            or self._from_outside(piece.name.partition(".")[0])
        )

    def _from_outside(self, name: str, deeper: int = 8) -> bool:
        """Whether a class derives from one that is not on the shelf, so that its methods may be somebody's hooks."""
        if name not in self._bases:
            return True
        return any(not deeper or self._from_outside(base, deeper - 1) for base in self._bases[name])

    @cached_property
    def _bases(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for pieces in self.pieces.values():
            for name in pieces.classes & pieces.file.classes.keys():
                found[name].update(base for base in pieces.bases(name) if base != name)
        return found

    def stands_alone(self, piece: Piece) -> bool:
        """Whether a method is asked for without its class: one that extends a type that is not on the shelf."""
        function = self.file(piece.path).functions.get(piece.name)
        holder = piece.name.partition(".")[0]
        return holder not in self._bases or (function is not None and function.kind == "extension")

    def acts(self, piece: Piece) -> bool:
        """Whether a piece may do something without being asked for: what is loaded, what a framework finds."""
        pieces = self.pieces[piece.path]
        if not piece.name:
            return True
        cls = pieces.file.classes.get(piece.name)
        plain = cls is None or cls.kind == "interface" or not any(pieces.bases(piece.name))
        return not plain or pieces.decorated(piece.name)

    def is_found(self, piece: Piece) -> bool:
        """Whether a framework finds a piece by what is said of it, whoever names it: what is loaded in languages that
        import no files, and annotated classes with code there."""
        if self.gated(piece.path):
            return False
        cls = self.file(piece.path).classes.get(piece.name)
        noted = cls is not None and cls.kind != "interface" and self.pieces[piece.path].decorated(piece.name)
        return not piece.name or noted
