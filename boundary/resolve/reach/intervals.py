"""Sets of ports by protocol, as intervals: what is left through may be all ports, or some of one protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PROTOCOLS = ("TCP", "UDP", "SCTP")
"""The protocols that have ports."""

LAST = 65535


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports by protocol: sorted intervals that neither touch nor overlap, both ends included."""

    spans: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def of(cls, spans: Iterable[tuple[str, int, int]]) -> Ports:
        """The set of these intervals; empty and overlapping ones may be among them."""
        merged: list[tuple[str, int, int]] = []
        for protocol, first, last in sorted(span for span in spans if span[1] <= span[2]):
            if merged and merged[-1][0] == protocol and first <= merged[-1][2] + 1:
                merged[-1] = (protocol, merged[-1][1], max(last, merged[-1][2]))
            else:
                merged.append((protocol, first, last))
        return cls(tuple(merged))

    def __or__(self, other: Ports) -> Ports:
        return Ports.of((*self.spans, *other.spans))

    def __and__(self, other: Ports) -> Ports:
        return Ports.of(
            (protocol, max(first, low), min(last, high))
            for protocol, first, last in self.spans
            for also, low, high in other.spans
            if protocol == also
        )

    def __sub__(self, other: Ports) -> Ports:
        left = list(self.spans)
        for protocol, low, high in other.spans:
            cut = [one for one in left if one[0] != protocol]
            for _, first, last in (one for one in left if one[0] == protocol):
                cut += [(protocol, first, min(last, low - 1)), (protocol, max(first, high + 1), last)]
            left = [one for one in cut if one[1] <= one[2]]
        return Ports.of(left)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def has(self, protocol: str, port: int) -> bool:
        """Whether a port is in the set."""
        return any(name == protocol and first <= port <= last for name, first, last in self.spans)


NONE = Ports()
ALL = Ports(tuple((protocol, 1, LAST) for protocol in sorted(PROTOCOLS)))
"""Every port of every protocol."""
