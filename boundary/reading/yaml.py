"""YAML and JSON with positions: PyYAML's C events put together by a composer of our own.

Why not a ready loader: scalars must stay as written (YAML 1.1 makes ``on``, ``12:30`` and ``1_000`` something else),
every node needs its line, duplicate keys must not vanish, and no document may take more time or memory than its size
allows. What libyaml accepts is accepted here, since clusters and Compose read with ports of it. Specification:
YAML 1.1, https://yaml.org/spec/1.1/ ; merge keys: https://yaml.org/type/merge.html .
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import structs

DEEPEST = 200
"""Levels of nesting, aliases followed; the deepest real file measured has 37."""

EXPANSION = 1_000_000
"""Nodes that the aliases of one text may add when they are followed; above it a text is a bomb, not a document."""

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "yes", "on", "y", "1"))
_TEMPLATE = re.compile(r"""^[^"'#\n]*(?:\{\{|\{%|%\{|<%)""", re.MULTILINE)
_FILTERED = re.compile(r"(?<=[:\-,\[] )@(?=[\w.-]+@)")
_STATEMENT = re.compile(r"<%(?![=%])(?:[^%]|%(?!>))*+%>")
"""A statement or a comment of ERB; Rails, Kamal and Racecar fill in their files before they read them."""
_STAND_IN = "\ue000"
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


class YamlError(ValueError):
    """A text that cannot be read: ``what`` is one of syntax, encoding, size, depth; the place counts from 1."""

    def __init__(self, what: str, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.what = what
        self.line = line
        self.column = column


class Templated(YamlError):
    """The text is a template (Helm, Jinja, Terraform, ERB) that only becomes YAML when it is filled in."""


class Node(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A place of a document, immutable; an aliased node is one object in several places.

    ``text`` is a scalar as written, without its quotes; ``items`` are a sequence's members; ``pairs`` a mapping's
    entries in order, duplicates included and followed by what ``<<`` merges in (merged entries stand where they are
    written). The other kinds have these empty, so that a reader can ask without looking first. ``tag`` is an explicit
    tag (``!Ref``), else empty. Line and column count from 1.
    """

    line: int
    column: int
    kind: Literal["scalar", "mapping", "sequence", "missing"]
    tag: str = ""
    text: str = ""
    quoted: bool = False
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()

    def get(self, *path: str) -> Node:
        """The node below these keys; the last one of duplicates; ``MISSING`` when there is none."""
        node = self
        for key in path:
            node = next((value for name, value in reversed(node.pairs) if name.text == key), MISSING)
        return node

    def __bool__(self) -> bool:
        """Whether something stands here: neither missing nor null."""
        return self.kind != "missing" and not self.null

    @property
    def null(self) -> bool:
        """Whether this is a plain null: nothing, ``~`` or ``null``."""
        return self.kind == "scalar" and not self.quoted and not self.tag and self.text in _NULLS

    @property
    def string(self) -> str:
        """The text of a scalar, "" for null and for everything else."""
        return "" if self.null else self.text

    @property
    def flag(self) -> bool:
        """Whether a scalar says yes, in any of YAML's spellings."""
        return self.text.lower() in _TRUE

    @property
    def number(self) -> int | None:
        """The whole number that a scalar is, else None."""
        return int(self.text) if self.text.isascii() and self.text.isdigit() and len(self.text) < 19 else None

    @property
    def strings(self) -> tuple[str, ...]:
        """The scalars of a sequence, or the scalar itself, as texts."""
        among = self.items if self.kind == "sequence" else (self,)
        return tuple(node.text for node in among if node.kind == "scalar" and not node.null)

    def plain(self) -> Any:
        """Dictionaries, lists, texts and None, all scalars as written; the last one of duplicate keys."""
        if self.kind == "mapping":
            return {key.text: value.plain() for key, value in self.pairs}
        if self.kind == "sequence":
            return [item.plain() for item in self.items]
        return self.text if self else None


def moved(node: Node, to: Callable[[int], int]) -> Node:
    """A node whose lines are other ones: those that ``to`` gives for them."""
    done: dict[int, Node] = {}

    def one(node: Node) -> Node:
        if id(node) not in done:
            items = tuple(one(item) for item in node.items)
            pairs = tuple((one(key), one(value)) for key, value in node.pairs)
            line = to(node.line) if node.line else 0
            done[id(node)] = structs.replace(node, line=line, items=items, pairs=pairs)
        return done[id(node)]

    return one(node)


MISSING = Node(0, 0, "missing")
"""What ``get`` gives when nothing is there."""


def documents(text: str) -> tuple[Node, ...]:
    """All documents of a text; raises YamlError, or Templated when only a filled-in form would be YAML.

    The last texts are remembered, because several formats look at the same file.
    """
    return _documents(text)


def document(text: str) -> Node:
    """The first document of a text, ``MISSING`` for an empty one; raises as ``documents`` does."""
    return next(iter(documents(text)), MISSING)


@lru_cache(maxsize=2)
def _documents(text: str) -> tuple[Node, ...]:
    with _no_collection():
        try:
            return tuple(_Composer().compose(text))
        except Templated:
            raise
        except YamlError as error:
            first = error
        repaired = _repaired(text)
        try:
            if repaired != text:
                return tuple(_Composer(repaired=True).compose(repaired))
        except YamlError as error:
            first = error
        raise (_template(text) if _TEMPLATE.search(text) else first) from None


def _repaired(text: str) -> str:
    """A text without what only JSON has and without ERB's statements (whose branches all count), and with a stand-in
    where Maven's ``@version@`` begins a scalar."""
    pairs = _SURROGATES.sub(_one_character, text).replace("\x7f", " ")
    if "<%" in pairs:
        pairs = _STATEMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), pairs)
    return pairs if _STAND_IN in text else _FILTERED.sub(_STAND_IN, pairs)


def _template(text: str) -> Templated:
    found = _TEMPLATE.search(text)
    line = text.count("\n", 0, found.end()) + 1 if found else 1
    return Templated("syntax", "a template, which only becomes YAML when it is filled in", line)


def _one_character(pair: re.Match[str]) -> str:
    # JSON writes what lies beyond 16 bits as two escapes; YAML has one of eight digits for it.
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


@contextmanager
def _no_collection() -> Iterator[None]:
    # Nodes have no cycles, but millions of young objects keep the collector busy: six times slower on a large file.
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


class _Frame:
    """A collection that is still open; ``size`` and ``height`` count what is below it, aliases followed."""

    __slots__ = ("anchor", "children", "column", "flow", "height", "line", "mapping", "size", "tag")

    def __init__(self, event: Any, mapping: bool) -> None:
        self.line = event.start_mark.line + 1
        self.column = event.start_mark.column + 1
        self.tag = event.tag or ""
        self.anchor = event.anchor
        self.flow = event.flow_style
        self.mapping = mapping
        self.children: list[Node] = []
        self.size = 1
        self.height = 0


class _Composer:
    """Puts events together without recursion, counting what following the aliases would cost."""

    def __init__(self, repaired: bool = False) -> None:
        self.repaired = repaired
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Node, int, int] | None] = {}
        self.spare = EXPANSION
        self.root: Node | None = None

    def compose(self, text: str) -> Iterator[Node]:
        import yaml

        take = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceStartEvent: self._open_sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._start,
        }
        try:
            for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
                handler = take.get(type(event))
                if handler is not None:
                    handler(event)
                elif isinstance(event, yaml.DocumentEndEvent) and self.root is not None:
                    yield self.root
        except yaml.YAMLError as error:
            raise _explained(error, text) from None
        except UnicodeEncodeError as error:
            raise YamlError("encoding", "half of a surrogate pair", text.count("\n", 0, error.start) + 1) from None

    def _start(self, _event: Any) -> None:
        self.anchors.clear()
        self.root = None

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        quoted = bool(event.style)
        text = event.value.replace(_STAND_IN, "@") if self.repaired else event.value
        node = Node(mark.line + 1, mark.column + 1, "scalar", event.tag or "", text, quoted)
        if event.anchor:
            self.anchors[event.anchor] = (node, 1, 0)
        self._add(node, 1, 0)

    def _open_mapping(self, event: Any) -> None:
        parent = self.stack[-1] if self.stack else None
        frame = self._open(event, mapping=True)
        if parent and parent.mapping and parent.flow and frame.flow and not parent.children and _touch(parent, frame):
            raise Templated("syntax", "a template, which only becomes YAML when it is filled in", parent.line)

    def _open_sequence(self, event: Any) -> None:
        self._open(event, mapping=False)

    def _open(self, event: Any, mapping: bool) -> _Frame:
        frame = _Frame(event, mapping)
        if len(self.stack) >= DEEPEST:
            raise YamlError("depth", f"nested more than {DEEPEST} levels deep", frame.line, frame.column)
        if frame.anchor:
            self.anchors[frame.anchor] = None
        self.stack.append(frame)
        return frame

    def _close(self, _event: Any) -> None:
        frame = self.stack.pop()
        children = frame.children
        if frame.mapping:
            pairs = _merged(tuple(zip(children[::2], children[1::2], strict=True)))
            node = Node(frame.line, frame.column, "mapping", frame.tag, pairs=pairs)
        else:
            node = Node(frame.line, frame.column, "sequence", frame.tag, items=tuple(children))
        if frame.anchor:
            self.anchors[frame.anchor] = (node, frame.size, frame.height + 1)
        self._add(node, frame.size, frame.height + 1)

    def _alias(self, event: Any) -> None:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if event.anchor not in self.anchors:
            raise YamlError("syntax", f"alias *{event.anchor} has no anchor above it", line, column)
        known = self.anchors[event.anchor]
        if known is None:
            raise YamlError("depth", f"alias *{event.anchor} stands inside its own anchor", line, column)
        node, size, height = known
        self.spare -= size
        if self.spare < 0:
            raise YamlError("size", f"its aliases expand to more than {EXPANSION} nodes", line, column)
        if len(self.stack) + height > DEEPEST:
            raise YamlError("depth", f"its aliases nest more than {DEEPEST} levels deep", line, column)
        self._add(node, size, height)

    def _add(self, node: Node, size: int, height: int) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.children.append(node)
        frame.size += size
        frame.height = max(frame.height, height)


def _touch(outer: _Frame, inner: _Frame) -> bool:
    return (outer.line, outer.column + 1) == (inner.line, inner.column)


def _merged(pairs: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Node, Node], ...]:
    """The pairs with what ``<<`` brings behind them: own keys win, then the earlier of several merged mappings."""
    if not any(_is_merge(key, value) for key, value in pairs):
        return pairs
    own = [pair for pair in pairs if not _is_merge(*pair)]
    seen = {key.text for key, _ in own}
    brought: list[tuple[Node, Node]] = []
    for key, value in pairs:
        if _is_merge(key, value):
            for mapping in value.items or (value,):
                fresh = [pair for pair in mapping.pairs if pair[0].text not in seen]
                brought += fresh
                seen.update(name.text for name, _ in fresh)
    return (*own, *brought)


def _is_merge(key: Node, value: Node) -> bool:
    if key.text != "<<" or key.quoted or key.tag:
        return False
    among = value.items if value.kind == "sequence" else (value,)
    return all(node.kind == "mapping" for node in among)


def _explained(error: Any, text: str) -> YamlError:
    """PyYAML's error as ours: what the problem is and where, without its excerpt."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        words = ", ".join(part for part in (error.context, error.problem) if part)
        what = "depth" if "nesting depth" in words else "syntax"  # newer versions of libyaml have a limit, too
        return YamlError(what, words, mark.line + 1, mark.column + 1)
    at = getattr(error, "position", 0)
    reason = getattr(error, "reason", None) or str(error)
    return YamlError("encoding", str(reason), text.count("\n", 0, at) + 1)
