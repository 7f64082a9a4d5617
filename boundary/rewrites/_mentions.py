"""Whether a service's files speak of something: what nobody there names may go, what somebody names stays."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from boundary.model import Node
from boundary.rewrites import Case

_LARGEST = 2_000_000
"""Bytes of a file that is searched; what is larger may say anything."""

MANIFESTS = re.compile(r"(?:.*/)?(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|package\.json|setup\.(?:py|cfg))")


def service(case: Case) -> Node | None:
    """The service that the finding is about, where its code is known."""
    node = case.graph.nodes.get(case.finding.source)
    return node if node is not None and node.root is not None and node.language else None


def texts(case: Case, node: Node, *, leave: Iterable[str] = ()) -> Iterator[str | None]:
    """The files of a service and of the libraries that it links, but for some; None for one that cannot be searched."""
    linked = (case.graph.nodes[edge.target] for edge in case.graph.out(node.id, "links"))
    libraries = [one.root for one in linked if one.kind != "service" and one.root is not None]
    left = set(leave)
    for path in sorted({path for root in (node.root or "", *libraries) for path in case.below(root)} - left):
        data = case.read(path)
        yield None if data is None or len(data) > _LARGEST else data.decode("utf-8", "replace")


def named(case: Case, node: Node, pattern: re.Pattern[str], *, leave: Iterable[str] = ()) -> bool:
    """Whether some file of a service fits a pattern, or cannot be searched."""
    return any(text is None or pattern.search(text) for text in texts(case, node, leave=leave))


def manifests(case: Case, node: Node) -> list[str]:
    """The manifests of a service."""
    return [path for path in case.below(node.root or "") if MANIFESTS.fullmatch(path)]


def beside(path: str, name: str) -> str:
    """A file in the folder of another one."""
    return posixpath.join(posixpath.dirname(path), name)
