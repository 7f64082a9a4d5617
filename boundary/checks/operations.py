"""What a service declares beside what its code serves, as far as the two can be compared."""

from __future__ import annotations

import re
from typing import NamedTuple

from boundary.checks.parties import team
from boundary.graph import Graph
from boundary.model import Node, Operation
from boundary.resolve import paths

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "*"})

_OF_PLATFORMS = re.compile(
    r"/|(?:/api)?/+(health\w*|[a-z]*z|liveness|readiness|live|ready|up|metrics|ping|status|info|version|favicon\.ico|robots\.txt"
    r"|docs|redoc|openapi[\w.-]*|swagger[\w.-]*|api-docs|graphql|graphiql|static|assets|public|actuator|error"
    r"|v\d+/api-docs)(/.*)?"
    r"|(?:/[\w.-]+){1,3}/(?:health(?:z|check|-check)?|livez|readyz|liveness|readiness)(?:/(?:live|ready)(?:ness)?)?",
    re.IGNORECASE,
)
"""Paths that are for the platform or a browser, and no part of what a service offers to others."""


class Compared(NamedTuple):
    """The operations that contracts declare, those that code serves, and how many of the declared ones are served."""

    declared: list[Operation]
    served: list[Operation]
    met: int

    @property
    def comparable(self) -> bool:
        """Whether the two speak of the same paths: behind a gateway that adds a prefix none would be found, and then
        nothing can be said of any."""
        return bool(self.served) and self.met * 2 >= len(self.declared) and self.met > 0


def compared(node: Node) -> Compared:
    """A service's operations over HTTP, apart by where they are said."""
    over_http = [op for op in node.operations if op.method in METHODS]
    declared = [op for op in over_http if op.source == "contract"]
    served = [op for op in over_http if op.source == "code"]
    return Compared(declared, served, sum(is_among(op, served) for op in declared))


def is_among(operation: Operation, others: list[Operation]) -> bool:
    """Whether one of the others means the same operation; any method is every method."""
    return any(
        (operation.method == "*" or other.method in (operation.method, "*")) and paths.serves(other, operation.path)
        for other in others
    )


def is_twin(operation: Operation, found: Compared) -> bool:
    """Whether one route answers to PUT and PATCH alike, as frameworks have it, and the contract offers the other; what
    it does not offer at all is told as PATCH alone."""
    other = {"PUT": "PATCH", "PATCH": "PUT"}.get(operation.method, "")
    told = [one for one in found.served if one.location == operation.location] if other == "PATCH" else []
    return any(one.method == other and paths.serves(one, operation.path) for one in (*found.declared, *told))


def is_for_platforms(operation: Operation) -> bool:
    """Whether a path is a health check, documentation or a file: nothing that a contract is for."""
    return operation.internal or _OF_PLATFORMS.fullmatch(operation.path) is not None


def is_between_teams(graph: Graph, node: Node) -> bool:
    """Whether anybody but the service's own team can be its consumer: within a team a route is no interface."""
    mine = team(graph, node)
    return mine is not None and any(team(graph, other) not in (None, mine) for other in graph.of_kind("service"))


def takes_all(operation: Operation) -> bool:
    """Whether a route takes every path below it, so that what is served cannot be told from it."""
    return (
        operation.below
        or operation.path.rstrip("/").endswith(("*", "*}", "+}", "...}"))
        or operation.path.count("{path}") > 0
    )
