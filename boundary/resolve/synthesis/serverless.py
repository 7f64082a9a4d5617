"""``serverless.ts`` and ``serverless.js``: the document that a program exports, read as ``serverless.yml`` is.

Constants and what other files export are put in their places; a call that is given ``__dirname``, as the framework's
own templates have one, is the folder of its file.
See https://www.serverless.com/framework/docs/providers/aws/guide/intro .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from boundary.extractors.serverless import service
from boundary.facts import Apply, Expr, Fact, FileFacts, Import, Item, Join, Listing, Member, Record, Ref, Text, Unknown
from boundary.facts.infra import Block
from boundary.reading.yaml import MISSING, Node
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.files import folder, within

_NAME = re.compile(r"(^|/)serverless(\.[\w-]+)?\.(ts|js|mjs|cjs)$")
_EXPORTS = ("module.exports", "default")
_DEEPEST = 60
"""Values in values, references followed."""
_MOST = 100_000
"""Values that one document may consist of."""
_LINES = 10_000_000
"""Lines that a file may have: those of a node are told with the number of its file; the program's own is the first."""


def services(files: Mapping[str, FileFacts]) -> dict[str, list[Block]]:
    """The blocks of all services that programs describe, by the path of the program."""
    found: dict[str, list[Block]] = defaultdict(list)
    for path in files:
        if _NAME.search(path):
            home = folder(path)
            program = Program((one for at, one in files.items() if within(at, home)), _related)
            reader = _Reader(program, home, [path])
            document = reader.exported(path, _EXPORTS) if path in program.files else MISSING
            if document.get("service") and document.get("provider"):
                for at, block in _placed(service(document), reader.places):
                    found[at].append(block)
    return found


def _placed(facts: Iterable[Fact], places: list[str]) -> Iterator[tuple[str, Block]]:
    """Blocks with the files that they stand in, which the program's own takes in."""
    others: set[str] = set()
    for block in facts:
        if isinstance(block, Block):
            home = block.line // _LINES if block.kind == "resource" else 0
            if home and places[home] not in others:
                others.add(places[home])
                written = places[home].removeprefix(folder(places[0])).lstrip("/")
                yield places[0], Block("cloudformation", "include", "", written, line=1)
            moved = _relined(block, home, block.line % _LINES)
            if isinstance(moved, Block):
                yield places[home], moved


def _relined(part: object, home: int, line: int) -> object:
    """An expression with lines of its own file; what stands elsewhere has that of the entry that leads there."""
    if isinstance(part, tuple):
        return tuple(_relined(one, home, line) for one in part)
    if not isinstance(part, msgspec.Struct):
        return part
    told = {name: getattr(part, name) for name in part.__struct_fields__}
    inner = ((name, value) for name, value in told.items() if isinstance(value, tuple | msgspec.Struct))
    new = {name: _relined(value, home, line) for name, value in inner}
    at = told.get("line")
    if isinstance(at, int):
        new["line"] = at % _LINES if at // _LINES == home or not at else line
    return msgspec.structs.replace(part, **new)


def _related(_: str, __: str) -> bool:
    """All files around a program are its own."""
    return True


@dataclass
class _Reader:
    """Expressions of a program as nodes of a document."""

    program: Program
    home: str
    places: list[str]
    left: int = _MOST

    def exported(self, path: str, names: tuple[str, ...], depth: int = 0) -> Node:
        """What a file exports under one of these names."""
        file = self.program.files[path]
        line = self._line(file, 1)
        if depth > _DEEPEST or self.left < 0:
            return MISSING
        self.left -= 1
        named = (self._named(file, name, depth + 1, line) for name in names)
        passed = (self.exported(to, names, depth + 1) for one in file.stars if (to := self._file(file, one)))
        return next((one for one in (*named, *passed) if one is not MISSING), MISSING)

    def _line(self, file: CodeFile, line: int) -> int:
        """A line with the number of its file."""
        if file.path not in self.places:
            self.places.append(file.path)
        return self.places.index(file.path) * _LINES + line

    def _node(self, file: CodeFile, expr: Expr, depth: int, line: int = 1) -> Node:
        self.left -= 1
        if depth > _DEEPEST or self.left < 0:
            return MISSING
        match expr:
            case Text(text=written, line=at):
                return Node(self._line(file, at) if at else line, 1, "scalar", text=written, quoted=True)
            case Join(parts=parts):
                texts = [self._node(file, part, depth + 1, line) for part in parts]
                return Node(line, 1, "scalar", text="".join(one.text or "${unknown}" for one in texts), quoted=True)
            case Listing(items=items):
                nodes = [one for item in items for one in self._items(file, item, depth, line)]
                return Node(line, 1, "sequence", items=tuple(nodes))
            case Record(entries=entries):
                pairs = [one for key, value in entries for one in self._pairs(file, key, value, depth, line)]
                return Node(pairs[0][0].line if pairs else line, 1, "mapping", pairs=tuple(pairs))
            case Ref(name=name):
                return self._named(file, name, depth, line)
            case Member(of=of, name=name):
                return self._node(file, of, depth + 1, line).get(name)
            case Apply(args=args) if Ref("__dirname") in args:
                return Node(line, 1, "scalar", text=folder(file.path).removeprefix(self.home).strip("/"), quoted=True)
            case Apply(args=(only,)):
                return self._node(file, only, depth + 1, line)  # ``defineConfig({…})``: what is given comes back.
        return MISSING

    def _items(self, file: CodeFile, item: Expr, depth: int, line: int) -> tuple[Node, ...]:
        if isinstance(item, Item) and isinstance(item.key, Unknown):  # ``...others``
            return self._node(file, item.of, depth + 1, line).items
        return (self._node(file, item, depth + 1, line),)

    def _pairs(self, file: CodeFile, key: Expr, value: Expr, depth: int, line: int) -> Iterator[tuple[Node, Node]]:
        """An entry of an object, or those of an object that is spread into it."""
        if isinstance(key, Unknown):
            yield from self._node(file, value, depth + 1, line).pairs
            return
        name = self._node(file, key, depth + 1, line)
        inner = self._node(file, value, depth + 1, name.line or line)
        if name.text and inner is not MISSING:
            yield name, inner

    def _named(self, file: CodeFile, name: str, depth: int, line: int) -> Node:
        """A constant of the file, or one that it imports, perhaps to pass it on."""
        value = _constant(file, name)
        if value is not None:
            return self._node(file, value, depth + 1, line)
        found = file.imports.get(("", name))
        path = self._file(file, found) if found is not None else ""
        if found is None or not path:
            return MISSING
        given = self.exported(path, _EXPORTS if found.name in ("", "default") else (found.name,), depth)
        return self._whole(path, depth) if given is MISSING and not found.name else given

    def _file(self, file: CodeFile, taken: Import) -> str:
        """Where an import leads to, if that is a file of the program."""
        path = self.program.naming(file.path).target(file.path, taken).path
        return path if path is not None and path in self.program.files else ""

    def _whole(self, path: str, depth: int) -> Node:
        """A module that is taken as one thing: what it gives, by names."""
        file = self.program.files[path]
        names = [name for scope, name in (*file.names, *file.imports) if not scope and name.isidentifier()]
        line = self._line(file, 1)
        keys = (Node(line, 1, "scalar", text=name, quoted=True) for name in names)
        told = ((key, self._named(file, key.text, depth + 1, line)) for key in keys)
        pairs = tuple((name, value) for name, value in told if value is not MISSING)
        return Node(line, 1, "mapping", pairs=pairs) if pairs else MISSING


def _constant(file: CodeFile, name: str) -> Expr | None:
    assigns = file.names.get(("", name))
    return assigns[-1].value if assigns else None
