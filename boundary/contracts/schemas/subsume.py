"""Whether all values of one schema are values of another, and if not why.

Pairs of schemas are compared one level deep, each pair once. What a pair says is what it finds itself and what the
pairs below it say: a search over the graph of pairs collects it, so that a pair that is met again on the way, as in a
recursive schema, is assumed to hold and says what it has to say once.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.schemas.alternatives import compare_forms
from boundary.contracts.schemas.dialects import OPENAPI31, Dialect
from boundary.contracts.schemas.normal import Side
from boundary.contracts.schemas.pairing import Edge, Found, Pairing, Visit
from boundary.contracts.schemas.patterns import look, text_of
from boundary.contracts.schemas.reason import MISSING, Direction, Reason
from boundary.contracts.schemas.same import Sameness
from boundary.contracts.schemas.shape import Conjunction
from boundary.contracts.schemas.values import KINDS
from boundary.contracts.schemas.witnesses import Way, settle, witness_of

Pair = tuple[int, int]

_MOST = 2000
"""Reasons that one pair of schemas may give."""

_WORK = 60_000
"""Steps of one comparison: alternatives of pairs, and pairs of alternatives. A description of 13 MB takes some 20,000,
and all of them a few seconds."""

_DEEPEST = 40
"""Pairs that may be compared within one another; what lies deeper is not decided."""


class Comparer:
    """Compares the schemas of two versions, and remembers what it has compared.

    ``depth`` counts the pairs that are being compared within one another.
    """

    def __init__(self, old: Dialect = OPENAPI31, new: Dialect = OPENAPI31) -> None:
        self._sameness = Sameness()
        self._alike = old == new
        self._comparisons: dict[tuple[Side, Side], Comparison] = {}
        self._directions: dict[Direction, Comparison] = {
            "request": self.between(Side(old, "request"), Side(new, "request"), request=True),
            "response": self.between(Side(new, "response"), Side(old, "response"), request=False),
        }
        self.depth = 0

    def differences(self, old: Node | None, new: Node | None, direction: Direction) -> list[Reason]:
        """Why values of one version are refused by the other, in the order of their distance from the top.

        A schema that is missing allows everything.
        """
        if old is None and new is None:
            return []
        if old is None or new is None:
            there = old or new
            missing = Node(True, there.source, there.parent, there.key)  # type: ignore[union-attr]
            old, new = old or missing, new or missing
        if self.same(old, new):
            return []
        return self._directions[direction].reasons(old, new)

    def between(self, lesser: Side, greater: Side, *, request: bool) -> Comparison:
        """The comparison of two sides; there is one of each."""
        known = self._comparisons.get((lesser, greater))
        if known is None:
            known = self._comparisons[lesser, greater] = Comparison(self, lesser, greater, request=request)
        return known

    def same(self, old: Node, new: Node) -> bool:
        """Whether two places say the same as written, and all that they refer to as well."""
        return self._alike and self._sameness.same(old, new)


def differences(old: Node | None, new: Node | None, direction: Direction, dialect: Dialect = OPENAPI31) -> list[Reason]:
    """Why values of one version of a schema are refused by the other; see ``Comparer.differences``."""
    return Comparer(dialect, dialect).differences(old, new, direction)


class Comparison:
    """One direction: whether the schemas of the lesser side lie within those of the greater.

    ``assumed`` counts how often a pair was taken to hold because it is being compared, ``spare`` the steps left.
    """

    def __init__(self, comparer: Comparer, lesser: Side, greater: Side, *, request: bool) -> None:
        self.comparer = comparer
        self.lesser = lesser
        self.greater = greater
        self.request = request
        self._pairs: dict[Pair, Pairing] = {}
        self._open: set[Pair] = set()
        self._clean: set[Pair] = set()
        self._failing: set[Pair] = set()
        self._likely: set[Pair] = set()
        self.spare = _WORK
        self.assumed = 0

    def reasons(self, old: Node, new: Node) -> list[Reason]:
        """What differs between two schemas, with the shortest way to each difference."""
        one, other = (old, new) if self.request else (new, old)
        top = self.lesser.conjunction((one,), one), self.greater.conjunction((other,), other)
        told: dict[Any, Reason] = {}
        way: dict[Pair, tuple[Pair | None, str]] = {}
        waiting: deque[Visit] = deque([Visit(Edge(*top, "$"), None, "$", misplaced=False)])
        later: deque[Visit] = deque()  # what another way leads to is not misplaced
        while (waiting or later) and len(told) < _MOST:
            edge, above, at, misplaced = (waiting or later).popleft()
            key = self.key(edge.lesser, edge.greater)
            if key in way or key in self._clean:
                continue
            way[key] = above, edge.step
            pairing = self.pairing(edge.lesser, edge.greater)
            for found in pairing.found:
                mark = _mark(found)
                if mark not in told:
                    told[mark] = self._reason(found, at, pairing, way, misplaced=misplaced)
            for below in pairing.edges:
                idle = misplaced or below.misplaced
                (later if idle else waiting).append(Visit(below, key, at + below.step, misplaced=idle))
        if not told:
            self._clean.update(way)
        return list(told.values())

    def pairing(self, lesser: Conjunction, greater: Conjunction) -> Pairing:
        """What two conjunctions say of each other, one level deep; compared once."""
        key = self.key(lesser, greater)
        known = self._pairs.get(key)
        if known is None:
            known = Pairing(self, lesser, greater)
            if key in self._open:
                self.assumed += 1
                return known
            if not self._same(lesser, greater):
                self._compare(known, key)
            self._pairs[key] = known
        return known

    def _compare(self, pairing: Pairing, key: Pair) -> None:
        if self.spare < 0 or self.comparer.depth > _DEEPEST:
            pairing.undecided("there are too many combinations of alternatives to compare")
            return
        self._open.add(key)
        self.comparer.depth += 1
        try:
            compare_forms(pairing)
        finally:
            self.comparer.depth -= 1
            self._open.discard(key)
            if not self._open:
                self._likely.clear()

    @staticmethod
    def key(lesser: Conjunction, greater: Conjunction) -> Pair:
        """What names a pair."""
        return lesser.serial, greater.serial

    def known(self, key: Pair) -> Pairing:
        """A pair that was compared."""
        return self._pairs[key]

    def holds(self, lesser: Conjunction, greater: Conjunction) -> bool:
        """Whether a pair holds, as far as we can tell, with everything below it."""
        top = self.key(lesser, greater)
        if top in self._clean or top in self._failing:
            return top in self._clean
        if top in self._likely:
            self.assumed += 1
            return True
        seen = {top}
        waiting = [(lesser, greater)]
        while waiting:
            pairing = self.pairing(*waiting.pop())
            self.spare -= 1
            below = {self.key(edge.lesser, edge.greater): edge for edge in pairing.edges if not edge.misplaced}
            if pairing.failed or not self._failing.isdisjoint(below):
                self._failing.add(top)
                return False
            for key, edge in below.items():
                if key in self._likely:
                    self.assumed += 1
                elif key not in seen and key not in self._clean:
                    seen.add(key)
                    waiting.append((edge.lesser, edge.greater))
        (self._likely if self._open else self._clean).update(seen)
        return True

    def refuses(self, schema: Conjunction) -> bool:
        """Whether a schema of the greater side refuses anything."""
        form = self.greater.form(schema)
        return any(not any(shape.free for shape in form.get(kind, ())) for kind in KINDS)

    @property
    def turned(self) -> Comparison:
        """The same two sides the other way round, for what stands under a negation."""
        return self.comparer.between(self.greater, self.lesser, request=not self.request)

    @property
    def within(self) -> Comparison:
        """The lesser side against itself, for what one of its constraints implies of another."""
        return self.comparer.between(self.lesser, self.lesser, request=self.request)

    def _same(self, lesser: Conjunction, greater: Conjunction) -> bool:
        if len(lesser.nodes) != 1 or len(greater.nodes) != 1:
            return not greater.nodes
        old, new = lesser.nodes[0], greater.nodes[0]
        return self.comparer.same(old, new) if self.request else self.comparer.same(new, old)

    def _reason(self, found: Found, at: str, pairing: Pairing, way: Way, *, misplaced: bool) -> Reason:
        settle(self, found, pairing)
        old, new = (found.lesser, found.greater) if self.request else (found.greater, found.lesser)
        decided = found.decided and not misplaced

        def seek() -> Any:
            return witness_of(self, found, pairing, way) if decided and found.breaks else MISSING

        return Reason(
            found.keyword, found.move, at, old.place(), new.place(), found.subject, decided, found.detail, seek,
            misplaced=found.misplaced or misplaced, hollow=self._hollow(pairing),
        )  # fmt: skip

    def _hollow(self, pairing: Pairing) -> bool:
        """Whether a response promised a text that cannot be, its pattern and its format being at odds."""
        form = {} if self.request or self.spare < 0 else self.greater.form(pairing.greater)
        shapes = form.get("string", ())
        if len(form) != 1 or len(shapes) != 1 or len(look(shapes[0])) < 2:
            return False
        answer = text_of(shapes[0])
        self.spare -= answer.steps
        return answer.decided and answer.text is None


def _mark(found: Found) -> Any:
    subject = msgspec.json.encode(found.subject)
    return found.keyword, found.move, found.lesser.identity, found.greater.identity, subject
