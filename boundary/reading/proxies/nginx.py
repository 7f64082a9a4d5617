"""nginx and OpenResty: ``location`` with ``proxy_pass`` and its kin, ``upstream``, ``set`` and ``map``.

Files that ``envsubst`` fills (``*.template``) are read as they stand: their ``${NAME}`` are variables of the
environment. Code in Lua is passed over. Reference: https://nginx.org/en/docs/dirindex.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from boundary.facts import Route, Upstream
from boundary.reading.proxies.values import behind, value, values

DEEPEST = 50
"""Blocks inside each other; real ones have four."""

_MINE = re.compile(
    r"(?:^|[{;])[ \t]*(?:(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached|redis2)_pass\s|upstream\s+\S+\s*\{)", re.M
)
_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|[;{}]|(?:\$\{[\w:.-]+\}|\{\{[^{}\n]*\}\}|[^\s;{}])+|.""",
    re.S,
)
_PASSES = frozenset(("proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass"))
_BEGINS = re.compile(r"\^(/[\w/.-]*?)/?(?:\(\.[*+]\??\)|\(/\|\$\)\(\.\*\)|\.\*)?\$?$")
_CODE = re.compile(r"""[{}]|--[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")


def is_mine(text: str) -> bool:
    """Whether a text passes requests on as nginx does."""
    return _MINE.search(text) is not None


@dataclass(slots=True)
class _Block:
    """An open block: its words, and what its directives have said so far."""

    words: tuple[str, ...] = ()
    line: int = 1
    host: str = ""
    rewrites: list[tuple[str, str]] = field(default_factory=list)
    servers: list[str] = field(default_factory=list)


def read(text: str) -> Iterator[Route | Upstream]:
    """Routes and upstreams, in their order."""
    known: dict[str, tuple[str, ...]] = {}
    stack = [_Block()]
    for words, end, line in _directives(text):
        if end == "}":
            block = stack.pop() if len(stack) > 1 else stack[0]
            yield from _closed(block, known)
        elif end == "{":
            if len(stack) > DEEPEST:
                return
            stack.append(_Block(words, line, stack[-1].host))
        elif words:
            yield from _said(words, line, stack, known)


def _said(words: tuple[str, ...], line: int, stack: list[_Block], known: dict[str, tuple[str, ...]]) -> Iterator[Route]:
    name, block = words[0], stack[-1]
    if name == "server_name" and len(words) > 1:
        block.host = "" if words[1] in ("_", "localhost") else words[1]
    elif name == "set" and len(words) > 2:
        known[words[1].lstrip("$")] = (words[2],)
    elif name == "rewrite" and len(words) > 2:
        block.rewrites.append((words[1], words[2]))
    elif name in _PASSES and len(words) > 1:
        yield from _route(words[1], line, stack, known)
    elif _serves(block.words[:1], name) and len(words) > 1:
        block.servers.append(words[1])


def _serves(around: tuple[str, ...], name: str) -> bool:
    """Whether a directive inside a block names one of its targets."""
    return (around == ("upstream",) and name == "server") or around in (("map",), ("split_clients",))


def _closed(block: _Block, known: dict[str, tuple[str, ...]]) -> Iterator[Upstream]:
    kind = block.words[0] if block.words else ""
    if kind == "upstream" and len(block.words) > 1 and block.servers:
        targets = tuple(dict.fromkeys(value(server, known) for server in block.servers))
        yield Upstream("nginx", block.words[1], targets, line=block.line)
    elif kind in ("map", "split_clients") and len(block.words) > 2:
        known[block.words[2].lstrip("$")] = tuple(dict.fromkeys(block.servers))


def _route(target: str, line: int, stack: list[_Block], known: dict[str, tuple[str, ...]]) -> Iterator[Route]:
    places = [block for block in stack if block.words[:1] == ("location",)]
    path, exact, pattern = _location(places[-1].words[1:]) if places else ("", False, False)
    rewrites = [pair for block in places for pair in block.rewrites]
    for passed in values(target, known):
        rewrite = behind(passed) if not pattern else None
        for written, becomes in rewrites if rewrite is None else ():
            begins = _BEGINS.match(written[:500])
            if begins and path.startswith(begins[1].rstrip("/")):
                rewrite = becomes.partition("$")[0] + path[len(begins[1].rstrip("/")) :].lstrip("/")
            elif begins and begins[1].startswith(path):
                rewrite = becomes.partition("$")[0]
        yield Route("nginx", passed, path, exact, rewrite, stack[-1].host, line=line)


def _location(words: tuple[str, ...]) -> tuple[str, bool, bool]:
    """The path of a location, whether it must be the whole path, and whether it is a pattern."""
    if len(words) > 1 and words[0] in ("~", "~*"):
        plain = re.match(r"\^((?:/|[\w-]|\\\.)*)", words[1])
        return (plain[1].replace("\\", "") if plain else ""), False, True
    if len(words) > 1:
        return words[1], words[0] == "=", False
    return (words[0] if words else ""), False, False


def _directives(text: str) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Directives as words, with what ends them (``;``, ``{``, ``}``), and the line of their first word."""
    words: list[str] = []
    line, first, at = 1, 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return
        token, at = match.group(), match.end()
        if token in (";", "{", "}"):
            if token == "{" and words and words[0].endswith("_by_lua_block"):
                at, words = _after(text, at), []
            else:
                yield tuple(words), token, first if words else line
                words = []
        elif not token.isspace() and token[0] != "#":
            first = line if not words else first
            words.append(token[1:-1] if token[0] in "\"'" and len(token) > 1 else token)
        line += text.count("\n", match.start(), at)


def _after(text: str, at: int) -> int:
    """The place behind a block of code whose opening brace is read."""
    depth = 1
    for match in _CODE.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0:
            return match.end()
    return len(text)
