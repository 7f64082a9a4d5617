"""What firewalls of every platform are to ``permitted``: rules with their places, and the interfaces behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from boundary.model import Location
from boundary.resolve.reach.groups import Firewall, Interface, Rule
from boundary.resolve.stacks.stack import Stacks

EVERYWHERE = ("0.0.0.0/0", "::/0")

OPEN = "everything"
"""The group of interfaces that only lists guard: it lets everything through."""

LETS_ALL = {OPEN: (Rule("in", blocks=EVERYWHERE), Rule("out", blocks=EVERYWHERE))}


@dataclass(frozen=True)
class Placed:
    """A rule of a group or list, where it stands, and what says it."""

    group: str
    rule: Rule
    location: Location
    label: str


class Barrier(Protocol):
    """The firewalls of all stacks on one platform."""

    @property
    def stacks(self) -> Stacks:
        """The stacks that they are of."""

    @property
    def placed(self) -> Sequence[Placed]:
        """All rules that let something in or out."""

    @property
    def ends(self) -> Mapping[str, Interface]:
        """The interfaces of workloads and stores, by the uid of the resource."""

    @property
    def firewall(self) -> Firewall:
        """The rules of all groups and lists."""

    def names(self, rule: Rule, source: Interface) -> bool:
        """Whether a rule means an interface by itself, and not all that are somewhere."""
