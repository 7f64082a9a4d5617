"""Traefik's configuration in TOML: routers and services, and the frontends and backends of its first version.

References: https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/file/ ,
https://doc.traefik.io/traefik/v1.7/configuration/backends/file/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from boundary.facts import Route, Upstream
from boundary.reading.proxies import documents
from boundary.reading.proxies.values import value
from boundary.reading.toml import Path, TomlError, lines, values
from boundary.reading.yaml import Node

_RULE = re.compile(r"\b(Path|PathPrefix|PathStrip|PathPrefixStrip|Host)\s*:\s*([^;,\s]+)")
_MARK = re.compile(r"^\s*\[+\s*(?:http|frontends|backends)\b", re.MULTILINE)


def read(text: str) -> Iterator[Route | Upstream]:
    """The routes of a file, nothing for another one and for one that is broken."""
    if not _MARK.search(text):
        return
    try:
        told = values(text)
    except TomlError:
        return
    where = lines(text)
    http = told.get("http")
    if isinstance(http, dict):
        yield from documents.read(_node({"http": http}, (), where))
    yield from _first(_node(told, (), where))


def _first(document: Node) -> Iterator[Route | Upstream]:
    for name, backend in document.get("backends").pairs:
        urls = [server.get("url") for _, server in backend.get("servers").pairs]
        targets = tuple(value(url.text) for url in urls if url)
        if targets:
            yield Upstream("traefik", name.text, targets, line=name.line)
    for _, frontend in document.get("frontends").pairs:
        backend = frontend.get("backend")
        rules = " ; ".join(route.get("rule").text for _, route in frontend.get("routes").pairs)
        told = dict(_RULE.findall(rules))
        kind = next((one for one in told if one.startswith("Path")), "")
        if backend:
            path, exact = told.get(kind, ""), kind in ("Path", "PathStrip")
            rewrite = "/" if kind.endswith("Strip") else None
            yield Route("traefik", value(backend.text), path, exact, rewrite, told.get("Host", ""), line=backend.line)


def _node(thing: Any, path: Path, where: Mapping[Path, int]) -> Node:
    """What a document says, as readers of YAML have it."""
    line = where.get(path, 1)
    if isinstance(thing, dict):
        pairs = tuple(
            (Node(where.get((*path, key), line), 1, "scalar", text=key), _node(inner, (*path, key), where))
            for key, inner in thing.items()
        )
        return Node(line, 1, "mapping", pairs=pairs)
    if isinstance(thing, list):
        items = tuple(_node(inner, (*path, at), where) for at, inner in enumerate(thing))
        return Node(line, 1, "sequence", items=items)
    return Node(line, 1, "scalar", text=str(thing), quoted=isinstance(thing, str))
