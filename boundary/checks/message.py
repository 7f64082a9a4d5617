"""The words of a finding: a rule's message with its places filled.

Places: ``{from}``, ``{to}`` and ``{other}`` are names, each also with ``.owner``, ``.kind``, ``.technology`` and
``.parent``, and ``.service``, who keeps it; ``{edge.detail}`` is what the resolver noted, ``{operation}`` what is
concerned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.checks.parties import home, team
from boundary.checks.rule import Breach
from boundary.graph import Graph
from boundary.model import Node

PLACES = frozenset(
    {"edge.detail", "operation"}
    | {
        end + part
        for end in ("from", "to", "other")
        for part in ("", ".owner", ".kind", ".technology", ".parent", ".service")
    }
)

NOBODY = "nobody"

_PLACE = re.compile(r"\{([^{}]*)\}")


def unknown_places(message: str) -> Iterator[str]:
    """The places of a message that nothing would fill."""
    return (place for place in _PLACE.findall(message) if place not in PLACES)


def owner(graph: Graph, node: Node | None) -> str:
    """Who owns a node, for people: the team, else the name of the service it belongs to, else nobody."""
    if node is None:
        return NOBODY
    service = graph.nodes.get(home(graph, node) or "")
    return team(graph, node) or (service.name if service else NOBODY)


def render(graph: Graph, message: str, breach: Breach) -> str:
    """The message with its places filled; an owner in brackets that says nothing new is left out."""
    values = {"edge.detail": breach.detail, "operation": ", ".join(breach.operations) or breach.detail}
    for end, node in (("from", breach.source), ("to", breach.target), ("other", breach.other)):
        above = graph.nodes.get(node.parent or "") if node else None
        keeper = graph.nodes.get(home(graph, node) or "") if node else None
        values |= {
            end: graph.label(node) if node else "",
            f"{end}.owner": owner(graph, node),
            f"{end}.kind": node.kind if node else "",
            f"{end}.technology": node.technology if node else "",
            f"{end}.parent": graph.label(above) if above else "",
            f"{end}.service": keeper.name if keeper else "the service that keeps it",
        }
    text = _PLACE.sub(lambda match: values[match[1]], message)
    for end in ("from", "to", "other"):
        name = values[end]
        text = text.replace(f"{name} ({name})", name).replace(f"{name} ({NOBODY})", name) if name else text
    return text if breach.certain else f"possibly: {text}"
