"""The selector of a rule: a flat conjunction of named predicates on an edge or a node, and nothing else.

There is no ``and``, ``or`` and nesting. A list means "one of these"; what needs logic is a function in
``boundary.checks.functions``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from boundary.checks.parties import home, relation
from boundary.graph import Graph
from boundary.model import Edge, Node

Owner = Literal["", "other", "same", "known", "none"]


class Party(msgspec.Struct, frozen=True):
    """Predicates on a node. Empty ones hold for every node; the ``without_`` forms hold where no value is met.

    ``owner`` is ``known`` or ``none``; at an end of an edge also ``other`` (another service's or another team's than
    the other end) and ``same``. ``names`` are names of nodes, letter case folded.
    """

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    owner: Owner = ""
    roles: tuple[str, ...] = ()
    without_roles: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    without_technologies: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    without_traits: tuple[str, ...] = ()

    def accepts(self, graph: Graph, node: Node) -> bool:
        """Whether all predicates hold for the node by itself (not ``owner: other`` and ``same``)."""
        return (
            _one_of(node.kind, self.kinds)
            and _one_of(node.role, self.roles)
            and _one_of(node.technology, self.technologies)
            and (not self.names or any(node.name.casefold() == name.casefold() for name in self.names))
            and (not self.traits or not node.traits.isdisjoint(self.traits))
            and node.role not in self.without_roles
            and node.technology not in self.without_technologies
            and node.traits.isdisjoint(self.without_traits)
            and (self.owner not in ("known", "none") or (graph.party(node) is None) == (self.owner == "none"))
        )


class Selector(msgspec.Struct, frozen=True):
    """Edges (``edges`` gives their kinds) or nodes (``node`` holds their predicates) that a rule concerns.

    ``without`` names edge kinds that say the same thing better: an edge is left out when such an edge runs from the
    same source to the same target, or to a part of the target that has the same keeper; a node is left out when such
    an edge arrives at it or at a part of it.
    """

    edges: tuple[str, ...] = ()
    node: Party | None = None
    source: Party = Party()
    target: Party = Party()
    grades: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    without_traits: tuple[str, ...] = ()
    certain: bool | None = None
    without: tuple[str, ...] = ()

    def select_edges(self, graph: Graph) -> Iterator[Edge]:
        """The edges for which every predicate holds, in the graph's order."""
        return (edge for edge in graph.edges if edge.kind in self.edges and self._accepts(graph, edge))

    def select_nodes(self, graph: Graph) -> Iterator[Node]:
        """The nodes for which every predicate holds, by id."""
        party = self.node
        if party is None:
            return
        touched = {edge.target for edge in graph.edges if edge.kind in self.without}
        touched |= {graph.nodes[part].parent or "" for part in touched if part in graph.nodes}
        yield from (node for node in graph.nodes.values() if party.accepts(graph, node) and node.id not in touched)

    def _accepts(self, graph: Graph, edge: Edge) -> bool:
        source, target = graph.nodes.get(edge.source), graph.nodes.get(edge.target)
        return (
            source is not None
            and target is not None
            and _one_of(edge.grade, self.grades)
            and (not self.traits or not edge.traits.isdisjoint(self.traits))
            and edge.traits.isdisjoint(self.without_traits)
            and (self.certain is None or edge.certain == self.certain)
            and self.source.accepts(graph, source)
            and self.target.accepts(graph, target)
            and self._related(graph, source, target)
            and not self._said_better(graph, source, target)
        )

    def _related(self, graph: Graph, source: Node, target: Node) -> bool:
        wanted = {self.source.owner, self.target.owner}
        if wanted.isdisjoint(("other", "same")):
            return True
        found = relation(graph, source, target)
        return ("other" not in wanted or found in ("team", "other")) and ("same" not in wanted or found == "same")

    def _said_better(self, graph: Graph, source: Node, target: Node) -> bool:
        if not self.without:
            return False
        for edge in graph.out(source.id, *self.without):
            part = graph.nodes.get(edge.target)
            if part and target.id in (part.id, part.parent) and home(graph, part) == home(graph, target):
                return True
        return False


def _one_of(value: str, among: tuple[str, ...]) -> bool:
    return not among or value in among
