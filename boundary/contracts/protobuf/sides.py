"""The two sides of a comparison: which declaration of the new files stands for which of the old ones, what a difference
is called while it is found, and whether one type can take the place of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from boundary.contracts.grading import table
from boundary.contracts.protobuf.declared import Declared, Enum, Field, Message
from boundary.contracts.protobuf.linking import SCALARS, Files
from boundary.contracts.protobuf.wire import HARMS, Harm, into_scalar, scalars, worst

KIND = "protobuf"


class Found(NamedTuple):
    """A difference: the id of its row in the grading table, both declarations as far as they are there, and what the
    row's message is filled with. ``minor`` ones have their cause elsewhere, where it is told; ``severe`` ones are worse
    than their row says. ``part`` tells several of one declaration apart."""

    id: str
    old: Declared | None
    new: Declared | None
    values: Mapping[str, object] = {}
    minor: bool = False
    severe: bool = False
    part: str = ""


MessageComparer = Callable[["Sides", Message, Message], Iterator[Found]]


class Sides:
    """Both sides. ``packages`` maps packages to the ones that they have become."""

    def __init__(self, old: Files, new: Files, packages: Mapping[str, str], messages: MessageComparer) -> None:
        self.old = old
        self.new = new
        self._packages = packages
        self._messages = messages
        self._known: dict[tuple[str, str], Harm] = {}

    def renamed(self, full: str) -> str:
        """The name that an old full name has on the new side, when its package was renamed."""
        for old, new in self._packages.items():
            if old and full.startswith(f"{old}."):
                return f"{new}{full[len(old) :]}".lstrip(".")
        return full

    def types(self, old: Field, new: Field) -> Harm:
        """The harm when the type of a field takes the place of another; of maps, that of their keys and values."""
        one, two = self.old.type_of(old), self.new.type_of(new)
        framed: Harm = "wire" if old.delimited != new.delimited and one not in SCALARS | self.old.enums.keys() else ""
        keys = scalars(old.key, new.key) if old.key and new.key else ""
        return worst(framed, keys, self.named(one, two))

    def named(self, old: str, new: str) -> Harm:
        """The harm when what has one full name takes the place of what has another."""
        if self.renamed(old) == new:
            return ""
        if old in SCALARS and new in SCALARS:
            return scalars(old, new)
        if old in self.old.enums:
            return self._enums(self.old.enums[old], new)
        if old in self.old.messages and new in self.new.messages:
            return self._structures(self.old.messages[old], self.new.messages[new])
        return "wire"

    def _enums(self, old: Enum, new: str) -> Harm:
        if new in SCALARS:
            return into_scalar(new)
        other = self.new.enums.get(new)
        if other is None:
            return "wire"
        by_name = {value.name: value.number for value in other.values}
        if not {value.number for value in old.values} <= set(by_name.values()):
            return "wire"
        same = all(by_name.get(value.name) == value.number for value in old.values)
        return "source" if same else "json"

    def _structures(self, old: Message, new: Message) -> Harm:
        """Two messages with different names compared by what they hold; a pair that is being compared holds."""
        pair = (old.full, new.full)
        if pair not in self._known:
            self._known[pair] = "source"
            rows = table(KIND)
            harms = [harm_of(rows[found.id].breaks) for found in self._messages(self, old, new)]
            self._known[pair] = worst("source", *harms)
        return self._known[pair]


def harm_of(breaks: str) -> Harm:
    """The harm that a row of the table names."""
    return next((harm for harm in HARMS if harm == breaks), "")
