"""Documents of one side of a comparison, and the places in them: loaded on demand, ``$ref`` followed over files,
pointers and anchors.

Nothing is read but what the reader of that side gives, by paths below its root: an address or a path that leads out is
refused. Values are plain dictionaries and lists, as quick decoders make them; where something stands in its file is
only looked up when somebody asks. References: RFC 3986 (resolution), RFC 6901 (JSON pointer) and JSON Schema 2020-12,
section 8.2 (``$id``, ``$anchor``).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from boundary.contracts.model import Place
from boundary.contracts.positions import JsonPositions, YamlPositions
from boundary.contracts.scalars import plain
from boundary.errors import ContractError
from boundary.reading import yaml

Reader = Callable[[str], bytes | None]
"""The bytes of a path below the root of a side; None when there is no such file."""

_FOLLOWED = 100
"""References that may lead to one another without anything between; more is a circle."""

_ANCHORS = ("$anchor", "$dynamicAnchor")


class Source:
    """One file: its decoded value, and its positions when they are asked for."""

    def __init__(self, documents: Documents, path: str, data: bytes) -> None:
        self.documents = documents
        self.path = path
        self.data = data
        self.value, self._tree = _decoded(path, data)
        self._positions: JsonPositions | YamlPositions | None = None
        self._names: dict[str, Node] | None = None
        self.named_parts = b"$id" in data

    @property
    def root(self) -> Node:
        """The whole document."""
        return Node(self.value, self)

    def line(self, pointer: tuple[str, ...]) -> int:
        """The line on which the value at a pointer begins; that of the nearest one above it when there is none."""
        if self._positions is None:
            tree = self._tree
            self._positions = YamlPositions(tree) if tree is not None else JsonPositions(self.data.decode("utf-8-sig"))
        return self._positions.line(pointer)

    @property
    def own(self) -> str:
        """The address that a description says is its own (``$self``, OpenAPI 3.2); "" where it says none."""
        said = self.value.get("$self") if isinstance(self.value, dict) and "openapi" in self.value else None
        return said.partition("#")[0] if isinstance(said, str) else ""

    def named(self, name: str) -> Node | None:
        """What an anchor (``#name``) or an ``$id`` of this document names."""
        if self._names is None:
            self._names = {}
            if re.search(rb"\$(?:id|self|anchor|dynamicAnchor)\b", self.data):
                self._collect(self.root)
        return self._names.get(name)

    def _collect(self, top: Node) -> None:
        names: dict[str, Node] = {self.own: top} if self.own else {}
        todo = [(top, self.own)]
        seen: set[int] = set()
        while todo:
            node, base = todo.pop()
            if id(node.value) in seen:
                continue
            seen.add(id(node.value))
            if isinstance(node.value, dict):
                for keyword in _ANCHORS:
                    if isinstance(name := node.value.get(keyword), str):
                        names.setdefault(f"#{name}", node)
                if isinstance(name := node.value.get("$id"), str):
                    names.setdefault(name.rstrip("#"), node)
                    base = _joined(base, name)
                    names.setdefault(base, node)
            below = [child for _, child in reversed(list(node.items())) if isinstance(child.value, dict | list)]
            todo += [(child, base) for child in below]
        self._names = names


class Node:
    """A place in a document: its value, and how one came there.

    Equality is identity of the place. ``key`` is the last step of the pointer, ``parent`` the node above (None for the
    root of a file).
    """

    __slots__ = ("key", "parent", "source", "value")

    def __init__(self, value: Any, source: Source, parent: Node | None = None, key: str = "") -> None:
        self.value = value
        self.source = source
        self.parent = parent
        self.key = key

    def child(self, key: str | int) -> Node | None:
        """The value below a key or an index; None when there is none."""
        value = self.value
        if isinstance(value, dict):
            return Node(value[key], self.source, self, str(key)) if key in value else None
        if isinstance(value, list) and isinstance(key, int) and key < len(value):
            return Node(value[key], self.source, self, str(key))
        return None

    def get(self, *keys: str | int) -> Node | None:
        """What stands below these keys, references followed on the way and at the end; None when there is nothing."""
        node: Node | None = self.resolved()
        for key in keys:
            node = node.child(key) if node is not None else None
            node = node.resolved() if node is not None else None
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping or the members of a list, in order; nothing for a scalar."""
        value = self.value
        if isinstance(value, dict):
            for key, below in value.items():
                yield key, Node(below, self.source, self, key)
        elif isinstance(value, list):
            for index, below in enumerate(value):
                yield str(index), Node(below, self.source, self, str(index))

    @property
    def steps(self) -> tuple[str, ...]:
        """The keys that lead here from the top of the file."""
        found: list[str] = []
        node = self
        while node.parent is not None:
            found.append(node.key)
            node = node.parent
        return tuple(reversed(found))

    @property
    def pointer(self) -> str:
        """The JSON pointer of this place; empty for the whole file."""
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in self.steps)

    @property
    def resource(self) -> Node | None:
        """What has an ``$id`` of its own and this is part of: pointers are seen from there. None for a file's own."""
        node: Node | None = self
        while node is not None and node.parent is not None:
            if isinstance(node.value, dict) and isinstance(node.value.get("$id"), str):
                return node
            node = node.parent
        return None

    @property
    def base(self) -> str:
        """The address that references here are relative to, by the ``$id`` of this and of what it is part of."""
        above = self.parent.base if self.parent is not None else self.source.own
        name = self.value.get("$id") if isinstance(self.value, dict) else None
        return _joined(above, name) if isinstance(name, str) else above

    @property
    def identity(self) -> tuple[str, str]:
        """What this place is, hashable: the file's path and the pointer."""
        return self.source.path, self.pointer

    def place(self) -> Place:
        """Where this stands, for people."""
        steps = self.steps
        return Place(self.source.path, self.source.line(steps), self.pointer)

    @property
    def reference(self) -> str | None:
        """What a ``$ref`` here says; None when this is no reference."""
        value = self.value
        if isinstance(value, dict) and isinstance(found := value.get("$ref"), str):
            return found
        return None

    def follow(self, reference: str) -> Node:
        """What a reference that stands here leads to; ContractError where it leads nowhere or out of the root."""
        return self.source.documents.follow(self, reference)

    def target(self) -> Node | None:
        """One step along the ``$ref`` that stands here; None when there is none. Raises ContractError where it leads
        nowhere or out of the root."""
        reference = self.reference
        return None if reference is None else self.follow(reference)

    def resolved(self) -> Node:
        """What this is in the end, all references followed. Raises ContractError, also where they lead in a circle."""
        node = self
        for _ in range(_FOLLOWED):
            target = node.target()
            if target is None:
                return node
            node = target
        raise ContractError(f"the reference {self.reference} leads in a circle", where=str(self.place()))

    def __repr__(self) -> str:
        return f"Node({self.source.path}#{self.pointer})"


class Documents:
    """The files of one side, each loaded when a reference first leads to it; references are resolved once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._sources: dict[str, Source] = {}
        self._targets: dict[tuple[str, int, str], Node] = {}

    def open(self, path: str) -> Node:
        """The whole document at a path below the root; ContractError when it is missing or cannot be decoded."""
        return self._source(path, path).root

    def follow(self, at: Node, reference: str) -> Node:
        """What a reference at a place leads to; ContractError with the file, the line and the reason otherwise."""
        resource = at.resource if at.source.named_parts else None
        key = (at.source.path, id(resource.value) if resource is not None else 0, reference)
        if (known := self._targets.get(key)) is None:
            try:
                known = self._found(at.source, reference, resource)
            except ContractError as error:
                raise ContractError(
                    error.message, where=error.where or str(_holder(at, reference).place()), hint=error.hint
                ) from None
            self._targets[key] = known
        return known

    def _found(self, source: Source, reference: str, resource: Node | None) -> Node:
        address, _, fragment = reference.partition("#")
        named = _named(source, address, resource) if address else None
        if named is not None:
            node: Node | None = named
        else:
            if address:
                source = self._source(_path(source.path, address), reference)
            node = source.root
        if fragment.startswith("/"):
            # many write an $id and go on to point from the top of the file
            own = _pointed(resource, fragment) if not address else None
            node = own or _pointed(node, fragment)
        elif fragment:
            node = source.named(f"#{fragment}")
        if node is None:
            raise ContractError(f"the reference {reference} leads nowhere")
        return node

    def _source(self, path: str, reference: str) -> Source:
        if path not in self._sources:
            data = self._reader(path)
            if data is None:
                raise ContractError(
                    f"there is no file {path}" + (f", which {reference} names" if reference != path else "")
                )
            self._sources[path] = Source(self, path, data)
        return self._sources[path]


def _named(source: Source, address: str, resource: Node | None) -> Node | None:
    """The part of a file that an address names, as written or seen from where it stands."""
    found = source.named(address)
    base = resource.base if resource is not None else source.own
    return found if found is not None or not base else source.named(_joined(base, address))


def _joined(base: str, address: str) -> str:
    """An address seen from another, without its fragment; as it is written where it cannot be read."""
    try:
        return urljoin(base, address).partition("#")[0]
    except ValueError:
        return address


def _holder(at: Node, reference: str) -> Node:
    """What exactly at or below a place has a reference; the place itself when nothing has."""
    waiting = [at]
    while waiting:
        node = waiting.pop()
        if node.reference == reference:
            return node
        waiting += [below for _, below in node.items() if isinstance(below.value, dict | list)]
    return at


def _path(base: str, address: str) -> str:
    """The path below the root that a relative address names, seen from a file."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        raise ContractError(
            f"the reference {address} leads to an address, and nothing is fetched",
            hint="Lay the document beside this one and refer to it by a relative path.",
        )
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(parts.path)))
    if path.startswith(("../", "/")) or path == ".." or "\\" in path or "\0" in path:
        raise ContractError(
            f"the reference {address} leads out of the folder that is read", hint="Give the folder that has all parts."
        )
    return path


def _pointed(node: Node | None, fragment: str) -> Node | None:
    """What a JSON pointer in a fragment leads to."""
    for step in fragment.split("/")[1:]:
        if node is None:
            return None
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(node.value, list):
            node = node.child(int(name)) if name.isascii() and name.isdigit() and len(name) < 9 else None
        else:
            node = node.child(name)
    return node


def _decoded(path: str, data: bytes) -> tuple[Any, yaml.Node | None]:
    """The plain value of a file; the tree with positions as well where it is YAML."""
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        try:
            return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf")), None
        except (msgspec.DecodeError, RecursionError):
            pass  # flow style is YAML as well, and its reader knows the place of an error
    try:
        tree = yaml.document(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContractError("is not UTF-8 text", where=f"{path}:{line}") from None
    except yaml.YamlError as error:
        raise ContractError(f"cannot be read: {error}", where=f"{path}:{error.line}") from None
    return plain(tree), tree
