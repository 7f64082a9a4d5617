"""What would close the most open ends: settings that tell what cannot be inferred, with how much each would tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from boundary.graph import Graph
from boundary.model import Unresolved

_HOLE = re.compile(r"\{([^{}?]+)\}")
_HOST = re.compile(r"^(?:[\w+.-]+://)?([\w-]+(?:\.[\w-]+)*)(?::\d+)?(?:/|$)")
_UNKNOWN_STORE = "the database behind"


def remedies(graph: Graph, open_ends: Sequence[Unresolved], most: int = 3) -> list[str]:
    """The settings that would help most, the best first, each with how many of the open ends it would close."""
    gains = Counter(remedy for end in open_ends if (remedy := _remedy(graph, end)))
    ranked = sorted(gains.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [f"{remedy} ({gain} of {len(open_ends)})" for remedy, gain in ranked]


def _remedy(graph: Graph, end: Unresolved) -> str:
    service = graph.nodes.get(end.source)
    if end.reason.startswith(_UNKNOWN_STORE):
        name = service.name if service else "NAME"
        return f'say which database it is: services.{name}.owns = ["postgres:…"] in boundary.toml'
    if hole := _HOLE.search(end.value):
        whose = f" for {service.name}" if service else ""
        return f"give {hole[1]} a value{whose} in a deployment file or .env that is analysed"
    if end.kind in ("http", "grpc", "connects", "routes", "invoke") and (host := _HOST.match(end.value)):
        return f"add the repository of {host[1]} to workspace.repositories in boundary.toml"
    if service is None:
        folder = end.location.path.partition("/")[0] if "/" in end.location.path else "."
        return f'say whose {folder} is: services.NAME.root = "{folder}" in boundary.toml'
    return ""


def where(open_ends: Iterable[Unresolved], most: int = 3) -> list[str]:
    """The files with the most open ends, each with their number."""
    files = Counter(end.location.path for end in open_ends)
    return [f"{path} ({count})" for path, count in sorted(files.items(), key=lambda item: (-item[1], item[0]))[:most]]
