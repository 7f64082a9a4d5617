"""What is found out about one pair of schemas, and the words for it.

``lesser`` is the side whose values must all be allowed, ``greater`` the one that must allow them. On a request the
lesser is the old version and on a response the new one, which is what turns "the greater has a limit that the lesser
lacks" into "added" or "removed".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from boundary.contracts.documents import Node
from boundary.contracts.schemas.normal import Side
from boundary.contracts.schemas.reason import MISSING
from boundary.contracts.schemas.shape import Conjunction, Shape
from boundary.contracts.schemas.values import Kind

if TYPE_CHECKING:
    from boundary.contracts.schemas.subsume import Comparison


class Found:
    """One way in which a pair fails; ``lesser`` and ``greater`` are where, ``witness`` a value at this place.

    What does not ``break`` is told though all values are allowed: a property that is no longer described. ``unsure`` is
    an alternative that several others may allow together: only a witness shows that they do not. ``misplaced`` is what
    is said of a type that neither side has.
    """

    __slots__ = (
        "breaks", "decided", "detail", "greater", "keyword", "lesser", "misplaced", "move", "subject", "unsure",
        "witness",
    )  # fmt: skip

    def __init__(self, keyword: str, move: str, lesser: Node, greater: Node) -> None:
        self.keyword = keyword
        self.move = move
        self.lesser = lesser
        self.greater = greater
        self.subject: Any = ""
        self.witness: Any = MISSING
        self.decided = True
        self.detail = ""
        self.breaks = True
        self.misplaced = False
        self.unsure: tuple[Shape, Kind] | None = None


class Edge:
    """A pair further down that must hold as well; ``step`` is the way to it on the wire. What is below a ``misplaced``
    keyword is told, and decides nothing."""

    __slots__ = ("greater", "lesser", "misplaced", "step")

    def __init__(self, lesser: Conjunction, greater: Conjunction, step: str) -> None:
        self.lesser = lesser
        self.greater = greater
        self.step = step
        self.misplaced = False


class Visit(NamedTuple):
    """A pair to be looked at: from which one the way comes, where it is, and whether no value goes this way."""

    edge: Edge
    above: tuple[int, int] | None
    at: str
    misplaced: bool


class Pairing:
    """Collects what differs between two shapes, or two conjunctions, one level deep."""

    def __init__(self, comparison: Comparison, lesser: Conjunction, greater: Conjunction) -> None:
        self.comparison = comparison
        self.lesser = lesser
        self.greater = greater
        self.found: list[Found] = []
        self.edges: list[Edge] = []

    @property
    def request(self) -> bool:
        """Whether the lesser side is the old one."""
        return self.comparison.request

    @property
    def sides(self) -> tuple[Side, Side]:
        """The lesser and the greater side."""
        return self.comparison.lesser, self.comparison.greater

    @property
    def failed(self) -> bool:
        """Whether something was found that breaks."""
        return any(found.breaks and not found.misplaced for found in self.found)

    def fresh(self) -> Pairing:
        """Another one for the same pair, to try something."""
        return Pairing(self.comparison, self.lesser, self.greater)

    def take(self, other: Pairing) -> None:
        """What another one for the same pair has found."""
        self.found += other.found
        self.edges += other.edges

    def fails(self, keyword: str, move: str, lesser: Node, greater: Node, subject: Any = "", witness: Any = MISSING,
              decided: bool = True, detail: str = "") -> None:  # fmt: skip
        """Note a failure. The places are those of the keyword where it stands, else of the schemas."""
        found = Found(keyword, move, placed(lesser, keyword), placed(greater, keyword))
        found.subject, found.witness, found.decided, found.detail = subject, witness, decided, detail
        self.found.append(found)

    def stricter(self, keyword: str, shape: Shape, greater: Node, subject: Any = "", witness: Any = MISSING,
                 decided: bool = True, detail: str = "") -> None:  # fmt: skip
        """The greater side has a constraint that the lesser lacks."""
        move = "added" if self.request else "removed"
        self.fails(keyword, move, shape.home, greater, subject, witness, decided, detail)

    def noted(self, keyword: str, move: str, lesser: Node, greater: Node, subject: Any, detail: str) -> None:
        """Note something that is worth telling, though all values are allowed."""
        self.fails(keyword, move, lesser, greater, subject, detail=detail)
        self.found[-1].breaks = False

    def undecided(self, detail: str) -> None:
        """Note that we cannot tell whether the pair holds."""
        self.fails("schema", "undecided", self.lesser.home, self.greater.home, decided=False, detail=detail)

    def value(self, keyword: str, lesser: Node, greater: Node, value: Any, witness: Any = MISSING) -> None:
        """The lesser side has a value, a type or a branch that the greater lacks."""
        self.fails(keyword, "value-removed" if self.request else "value-added", lesser, greater, value, witness)

    def below(self, lesser: Conjunction, greater: Conjunction, step: str) -> None:
        """Another pair must hold as well."""
        if greater.nodes:
            self.edges.append(Edge(lesser, greater, step))


def placed(node: Node, keyword: str) -> Node:
    """Where a keyword of a schema stands; the schema itself where it is not written."""
    return node.child(keyword) or node
