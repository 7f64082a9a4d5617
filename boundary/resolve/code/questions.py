"""Questions about a program that lead to each other, and back: what a field holds is told by those who make such
objects, what these are given by their callers, who read it from fields.

Each is answered once, whoever asks first. In a ring nothing is assumed of the question that it leads back to; when that
one has an answer, the ring is gone round again with it, and then all answers in it are kept. Questions that lie too far
from the first one are answered after it, as a part of the same ring. So the work grows with the number of questions,
and not with that of the ways between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

_DEEPEST = 10
"""Questions within each other; the rest waits."""

_ROUNDS = 3
"""How often a ring is gone round: an address that is handed on from one field to the next."""

_TRIES = 3
"""How often a question is answered in a round that leads back to an assignment on the way to it."""

NOWHERE = 1 << 30
"""Above all that is active: no ring has been cut."""

Answer = TypeVar("Answer")


class Active:
    """What is being evaluated, from the outside in. Who comes upon one of these goes in a ring."""

    def __init__(self) -> None:
        self._places: dict[object, int] = {}
        self._keys: list[object] = []

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def add(self, key: object) -> None:
        """Begin with something that is not active."""
        self._places[key] = len(self._keys)
        self._keys.append(key)

    def discard(self, key: object) -> None:
        """Be through with what began last."""
        if self._places.pop(key, None) is not None:
            self._keys.pop()

    def place(self, key: object) -> int:
        """How many others are around something; -1 when it is not active."""
        return self._places.get(key, -1)

    def at(self, place: int) -> object:
        """What is active at a place, None where nothing is."""
        return self._keys[place] if 0 <= place < len(self._keys) else None


class _Question(NamedTuple):
    key: object
    find: Callable[[], object]
    nothing: object


class _Provisional(NamedTuple):
    """An answer that counts as long as that is active which it leads back to (``end``, at the place ``lowest``);
    ``number`` tells which answers were found later."""

    answer: object
    lowest: int
    end: object
    number: int


class Questions:
    """The answers: those that are known, those of the ring that is being gone round, and those of its last round."""

    def __init__(self) -> None:
        self._known: dict[object, object] = {}
        self._meanwhile: dict[object, _Provisional] = {}
        self._assumed: dict[object, object] = {}
        self._later: dict[object, _Question] = {}
        self._tried: Counter[object] = Counter()
        self._first: object = None
        self._depth = 0
        self._number = 0

    def ask(self, ev: Interpreter, key: object, find: Callable[[], Answer], nothing: Answer) -> Answer:
        """The answer to a question that ``find`` looks for; ``nothing`` is what is assumed in a ring."""
        if key in self._known:
            return cast("Answer", self._known[key])
        question = _Question(key, find, nothing)
        if not self._depth:
            return cast("Answer", self._outermost(ev, question))
        before = self._meanwhile.get(key)
        if before is not None:
            there = ev.active.at(before.lowest) is before.end
            if there or self._tried[key] >= _TRIES:
                ev.ring(before.end if there else self._first)
                return cast("Answer", before.answer)
        if key in ev.active or self._depth >= _DEEPEST:
            if key not in ev.active:
                self._later[key] = question
            ev.ring(key if key in ev.active else self._first)
            return cast("Answer", self._assumed.get(key, nothing))
        return cast("Answer", self._answered(ev, question))

    def _outermost(self, ev: Interpreter, question: _Question) -> object:
        """The answer to the first of some questions. What is active around it is of no matter: it may ask the same."""
        around = ev.active, ev.cut, ev.lowest
        ev.active, self._first = Active(), question.key
        try:
            return self._answered(ev, question)
        finally:
            ev.active, ev.cut, ev.lowest = around
            for kept in (self._meanwhile, self._assumed, self._later, self._tried):
                kept.clear()

    def _answered(self, ev: Interpreter, question: _Question) -> object:
        """Look for an answer, and keep what can be kept of those that were found on the way."""
        key = question.key
        self._meanwhile.pop(key, None)
        self._tried[key] += 1
        place, cut, around, first = len(ev.active), ev.cut, ev.lowest, self._number
        for _ in range(_ROUNDS):
            ev.cut, ev.lowest = cut, NOWHERE
            ev.active.add(key)
            self._depth += 1
            try:
                answer = question.find()
                news = place == 0 and self._put_off(ev)
            finally:
                self._depth -= 1
                ev.active.discard(key)
                lowest, ev.lowest = ev.lowest, min(around, ev.lowest)
            if lowest != place or (answer == self._assumed.get(key, question.nothing) and not news):
                break
            self._assumed[key] = answer
            for one in self._since(first):
                self._assumed[one] = self._meanwhile.pop(one).answer
                self._tried[one] = 0
        if lowest < place:
            self._number += 1
            self._meanwhile[key] = _Provisional(answer, lowest, ev.active.at(lowest), self._number)
            return answer
        for one in self._since(first) if lowest == place else ():
            told = self._meanwhile.pop(one)
            if told.lowest == place:
                self._known[one] = told.answer
        self._known[key] = answer
        ev.cut = cut
        return answer

    def _put_off(self, ev: Interpreter) -> bool:
        """Answer the questions that were too far away; whether something else comes out than was assumed of them."""
        news = False
        while self._later:
            key, question = self._later.popitem()
            if key not in self._known and key not in self._meanwhile:
                answer = self._answered(ev, question)
                news = news or answer != self._assumed.get(key, question.nothing)
        return news

    def _since(self, number: int) -> list[object]:
        """The questions that were answered for the time being after others."""
        found: list[object] = []
        for key in reversed(self._meanwhile):
            if self._meanwhile[key].number <= number:
                break
            found.append(key)
        return found
