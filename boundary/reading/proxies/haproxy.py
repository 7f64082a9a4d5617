"""HAProxy: ``frontend``, ``backend`` and ``listen`` with ``use_backend``, ``default_backend`` and ``server``.

Reference: https://docs.haproxy.org/2.9/configuration.html , sections 2 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from boundary.facts import Route, Upstream
from boundary.model import Value
from boundary.reading.proxies.values import value

_MINE = re.compile(r"^(?:backend|listen)[ \t]+\S+[^{\n]*$(?:\n(?!\S)[^\n]*)*?\n[ \t]+server[ \t]", re.M)
_PATHS = frozenset(("path_beg", "path", "path_dir", "path_reg", "path_sub", "url_beg"))


def is_mine(text: str) -> bool:
    """Whether a text has backends with servers."""
    return _MINE.search(text) is not None


@dataclass(slots=True)
class _Section:
    kind: str = ""
    name: str = ""
    line: int = 1
    paths: dict[str, list[str]] = field(default_factory=dict)
    servers: list[Value] = field(default_factory=list)


def read(text: str) -> Iterator[Route | Upstream]:
    """Routes of the frontends and the servers of each backend."""
    section = _Section()
    for line, written in enumerate(text.split("\n"), 1):
        words = written.partition(" #")[0].split()
        if not words or words[0].startswith("#"):
            continue
        if not written[0].isspace() and words[0] in ("frontend", "backend", "listen", "global", "defaults"):
            yield from _ended(section)
            section = _Section(words[0], words[1] if len(words) > 1 else "", line)
            continue
        yield from _said(words, line, section)
    yield from _ended(section)


def _said(words: list[str], line: int, section: _Section) -> Iterator[Route]:
    if words[0] == "acl" and len(words) > 3 and words[2] in _PATHS:
        section.paths.setdefault(words[1], []).extend(word for word in words[3:] if not word.startswith("-"))
    elif words[0] == "server" and len(words) > 2:
        section.servers.append(value(words[2].replace('"', "")))
    elif words[0] in ("use_backend", "default_backend") and len(words) > 1:
        named = [word for word in words[2:] if word in section.paths]
        inline = [words[at + 1] for at, word in enumerate(words[:-1]) if word in _PATHS]
        for path in [path for name in named for path in section.paths[name]] or inline or [""]:
            yield Route("haproxy", value(words[1]), path.strip("\"'^"), line=line)


def _ended(section: _Section) -> Iterator[Route | Upstream]:
    if section.servers and section.kind in ("backend", "listen"):
        yield Upstream("haproxy", section.name, tuple(section.servers), line=section.line)
        if section.kind == "listen":
            yield Route("haproxy", Value.of(section.name), line=section.line)
