"""Which services do what the code of a library does: those who ask for it, by its name, directly or through what they
ask for.

A service is asked what its own code mentions; what that names in the libraries that it ships mentions more, and so on.
Where only some of the services that ship a piece ask for it, it is theirs alone. Where nobody does (reflection, a
framework that looks for classes), or where it cannot be told of a service (its own code lies in the library, or it
loads what it computes the name of), it stays with all, so that nothing is lost that somebody does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

from boundary.facts import Import
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.things import Site
from boundary.resolve.files import within
from boundary.resolve.landscape import Landscape
from boundary.resolve.shipped.pieces import everything, words
from boundary.resolve.shipped.shelf import Piece, Shelf, computed


class Reached:
    """Whose the code of libraries is, place by place. ``commands`` are the words of what each service is started by."""

    def __init__(self, program: Program, land: Landscape, commands: Mapping[str, Iterable[str]]) -> None:
        self._program = program
        self._land = land
        self._commands = commands
        self._told: dict[Piece, tuple[str, ...]] = {}
        self._mentioned: dict[str, frozenset[str]] = {}

    def services(self, site: Site) -> tuple[str, ...]:
        """The ids of the services that do what stands at a place."""
        owners = self._land.services_of(site.path)
        if len(owners) < 2 or site.path not in self._shelf.pieces:
            return owners
        piece = Piece(site.path, self._shelf.pieces[site.path].at(site.line))
        if piece not in self._told:
            self._told[piece] = self._users(piece, owners)
        return self._told[piece]

    def is_idle(self, site: Site) -> bool:
        """Whether a place is in an interface of a library that several ship and nobody names: a declared client that
        nobody is handed sends nothing."""
        owners = self._land.services_of(site.path)
        if len(owners) < 2 or site.path not in self._shelf.pieces:
            return False
        piece = Piece(site.path, self._shelf.pieces[site.path].at(site.line))
        holder = piece.holder or piece
        told = all(self._is_told(one, site.path) for one in owners)
        asked = self._asking(piece, owners) or self._asking(holder, owners)
        return self._declares(holder) and told and not asked

    def mentioned(self, service: str) -> frozenset[str]:
        """The words of what a service does: of its own code, and of what it reaches of libraries."""
        if service not in self._mentioned:
            found = set().union(*(everything(file) for file in self._own[service]))
            search = self._searches.get(service)
            for piece in search.reached if search else ():
                found |= self._shelf.pieces[piece.path].words.get(piece.name, set())
            self._mentioned[service] = frozenset(found)
        return self._mentioned[service]

    def _users(self, piece: Piece, owners: tuple[str, ...]) -> tuple[str, ...]:
        asking = self._asking(piece, owners) or (self._asking(piece.holder, owners) if piece.holder else set())
        if not asking or self._is_open(piece):
            return owners
        return tuple(one for one in owners if one in asking or not self._is_told(one, piece.path))

    def _asking(self, piece: Piece, owners: tuple[str, ...]) -> set[str]:
        return {one for one in owners if piece in self._searches[one].reached}

    def _is_open(self, piece: Piece) -> bool:
        """Whether naming a piece says nothing of what it does: tables are there for all who load them."""
        return not self._shelf.gated(piece.path) if not piece.name else "." not in piece.name and self._is_class(piece)

    def _is_class(self, piece: Piece) -> bool:
        cls = self._shelf.file(piece.path).classes.get(piece.name)
        return cls is not None and cls.kind != "interface" and self._shelf.acts(piece)

    def _declares(self, piece: Piece) -> bool:
        """Whether a piece is an interface, or a method of one: it does nothing by itself, whatever is said of it."""
        cls = self._shelf.file(piece.path).classes.get((piece.holder or piece).name)
        return cls is not None and cls.kind == "interface"

    def _is_told(self, service: str, path: str) -> bool:
        """Whether what a service asks for is known: its own code is of the language, and none of the library's."""
        language = self._shelf.file(path).language.name
        own = any(file.language.name == language for file in self._own[service])
        inside = any(within(path, root) for root in self._land.service(service).roots)
        return own and not inside and language not in self._searches[service].computed

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self._program, self._land.services_of)

    @cached_property
    def _own(self) -> dict[str, list[CodeFile]]:
        found: dict[str, list[CodeFile]] = {service.id: [] for service in self._land.services}
        for path, file in self._program.files.items():
            owners = self._land.services_of(path)
            if len(owners) == 1:
                found[owners[0]].append(file)
        return found

    @cached_property
    def _searches(self) -> dict[str, _Search]:
        """What each service that ships a library reaches; what nobody asks for and may act by itself is everybody's."""
        shipping = sorted({one for owners in self._shelf.ships.values() for one in owners})
        first = {one: self._search(one, ()) for one in shipping}
        asked = set().union(*(search.reached for search in first.values()))
        every = (Piece(path, name) for path, pieces in self._shelf.pieces.items() for name in pieces.names)
        alone = [one for one in every if one not in asked and self._shelf.acts(one) and not self._declares(one)]
        return {one: self._search(one, alone) for one in shipping} if alone else first

    def _search(self, service: str, alone: Iterable[Piece]) -> _Search:
        found = _Search(self._shelf, service)
        for file in self._own[service]:
            found.read(file)
        for word in self._commands.get(service, ()):
            found.start(words(word))
        found.give(alone)
        found.finish()
        return found


class _Search:
    """What one service asks for. ``computed`` are the languages in which its code loads what is not told."""

    def __init__(self, shelf: Shelf, service: str) -> None:
        self._shelf = shelf
        self._mine = {path for path, owners in shelf.ships.items() if service in owners}
        self._words: set[str] = set()
        self._loads: set[str] = set()
        self._read: set[str] = set()
        self._open: set[str] = set()
        self._whole: set[str] = set()
        self._waiting: list[Piece] = []
        self.reached: set[Piece] = set()
        self.computed: set[str] = set()
        self.give(piece for piece in self._every() if shelf.is_found(piece))

    def _every(self) -> Iterable[Piece]:
        return (Piece(path, name) for path in self._mine for name in self._shelf.pieces[path].names)

    def read(self, file: CodeFile) -> None:
        """Take a file as the service's own."""
        self._mention(self._shelf.says(file), file)
        self._load(file)

    def start(self, named: Iterable[str]) -> None:
        """Take files as started, or used as one, by words that name them."""
        for word in named:
            for path in self._shelf.handles.get(word, ()):
                self._whole.add(path)
                self._enter(path)

    def give(self, pieces: Iterable[Piece]) -> None:
        """Take pieces as asked for, as far as the service ships them."""
        for piece in pieces:
            if piece.path in self._mine:
                self._reach(piece)

    def finish(self) -> None:
        """Follow what is asked for until nothing new is."""
        while self._waiting:
            piece = self._waiting.pop()
            pieces = self._shelf.pieces[piece.path]
            self._mention(pieces.words.get(piece.name, set()), pieces.file)
            if not self._shelf.gated(piece.path) or not piece.name:
                self._load(pieces.file)
            for name in pieces.names:
                self._ask(Piece(piece.path, name))

    def _mention(self, said: AbstractSet[str], file: CodeFile) -> None:
        if not said.isdisjoint(computed(file)):
            self.computed.add(file.language.name)
        new = (said & self._shelf.asked.keys()) - self._words
        self._words |= new
        for word in new:
            for piece in self._shelf.asked[word]:
                self._ask(piece)

    def _load(self, file: CodeFile) -> None:
        """The files that a file imports; what is taken as a whole has another name where it is used.

        Once for all pieces of a file: a schema that a build writes out has thousands of them.
        """
        if file.path in self._read:
            return
        self._read.add(file.path)
        for one in (*file.imports.values(), *file.stars):
            if _is_whole(one, file):
                self.start(words(one.module)[-2:-1] or words(one.module))
        new = self._shelf.loads(file) - self._loads
        self._loads |= new
        for word in new:
            for path in self._shelf.handles[word]:
                self._enter(path)

    def _enter(self, path: str) -> None:
        if path in self._mine and path not in self._open:
            self._open.add(path)
            self._reach(Piece(path, ""))
            for name in self._shelf.pieces[path].names:
                self._ask(Piece(path, name))

    def _ask(self, piece: Piece) -> None:
        if piece.path in self._mine and piece not in self.reached and self._is_asked(piece):
            self._reach(piece)

    def _is_asked(self, piece: Piece) -> bool:
        if not piece.name or (self._shelf.gated(piece.path) and piece.path not in self._open):
            return False
        if piece.holder is None:
            return piece.word in self._words or piece.path in self._whole
        if self._shelf.stands_alone(piece):
            return piece.word in self._words
        return piece.holder in self.reached and (piece.word in self._words or self._shelf.is_free(piece))

    def _reach(self, piece: Piece) -> None:
        if piece not in self.reached:
            self.reached.add(piece)
            self._waiting.append(piece)


def _is_whole(one: Import, file: CodeFile) -> bool:
    return file.language.names == "paths" and one.name in ("", "default")
