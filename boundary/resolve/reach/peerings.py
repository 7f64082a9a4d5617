"""Networks of two owners that are joined flat: whatever runs in one reaches whatever runs in the other.

Peerings of networks, and gateways to which networks of several stacks are attached. An endpoint for a single service
(private link) joins nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.model import Edge, Evidence
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource

_PEERINGS = {
    "aws_vpc_peering_connection": ("vpc_id", "peer_vpc_id"),
    "AWS::EC2::VPCPeeringConnection": ("VpcId", "PeerVpcId"),
    "azurerm_virtual_network_peering": ("virtual_network_name", "remote_virtual_network_id"),
    "google_compute_network_peering": ("network", "peer_network"),
}
_ATTACHMENTS = {
    "aws_ec2_transit_gateway_vpc_attachment": ("transit_gateway_id", "vpc_id"),
    "AWS::EC2::TransitGatewayAttachment": ("TransitGatewayId", "VpcId"),
}


def flat(land: Landscape, stacks: Stacks) -> Iterator[Edge]:
    """``reaches`` edges of trait ``flat`` between services whose stacks declare the joined networks."""
    named = {one.name: one for one in stacks.resources if one.type in ("azurerm_virtual_network",)}
    gateways: dict[str, list[tuple[Resource, Resource]]] = defaultdict(list)
    for one in stacks.resources:
        ends = _PEERINGS.get(one.type) or _ATTACHMENTS.get(one.type)
        if ends is None or isinstance(one.get(ends[0]), Null):
            continue
        references = [as_text(one.get(end)) for end in ends]
        found = [stacks.meant(reference) or named.get(reference.text or "") for reference in references]
        first, second = found
        if first is None or second is None:
            continue
        if one.type in _PEERINGS:
            yield from _between(land, one, first, second)
        else:
            for _, other in gateways[first.uid]:
                yield from _between(land, one, second, other)
            gateways[first.uid].append((one, second))


def _between(land: Landscape, join: Resource, one: Resource, other: Resource) -> Iterator[Edge]:
    """The services of two networks; of a stack without services nobody is known."""
    sides = [sorted(land.declaring(each.location.path, each.stack)) for each in (one, other)]
    for source in sides[0][:1]:
        for target in sides[1][:1] if source not in sides[1] else ():
            what = Evidence(join.location, f"{join.label} joins the networks {one.label} and {other.label}")
            detail = f"{one.label} and {other.label}"
            yield Edge(source, target, "reaches", (what,), "permitted", traits=frozenset({"flat"}), detail=detail)
