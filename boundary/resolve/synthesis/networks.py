"""Who reaches constructs of the CDK: rules of security groups, and whom ``connections`` let in.

A construct with connections has a group of its own, which the program does not write out. See
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.Connections.html .
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from boundary.facts import Expr, Record, Text
from boundary.resolve.code.things import Made, Thing
from boundary.resolve.synthesis.expressions import camel, text

GROUP = "AWS::EC2::SecurityGroup"

_EVERYBODY = {"anyIpv4": "0.0.0.0/0", "anyIpv6": "::/0"}
_PORTS = {"POSTGRES": "5432", "MYSQL_AURORA": "3306", "MSSQL": "1433", "ORACLE": "1521", "MONGO": "27017",
          "REDIS": "6379", "MEMCACHED": "11211", "NEPTUNE": "8182", "OPENSEARCH": "443", "REDSHIFT": "5439",
          "HTTP": "80", "HTTPS": "443", "NFS": "2049", "SSH": "22"}  # fmt: skip
"""Constants of ``ec2.Port``."""

Told = Callable[[Thing | None], Expr]


class Way(NamedTuple):
    """Where a method that lets somebody in says whom and to what port; None for everybody, and for the usual port."""

    peer: int | None
    port: int | None


WAYS = {
    "addIngressRule": Way(0, 1), "allowFrom": Way(0, 1), "allowDefaultPortFrom": Way(0, None),
    "allowFromAnyIpv4": Way(None, 0), "allowDefaultPortFromAnyIpv4": Way(None, None),
}  # fmt: skip


def peer(thing: Thing | None, told: Told) -> tuple[Expr, Expr] | None:
    """Whom a rule lets in, as its entry; None for what is no peer by itself."""
    kind = camel(text(thing.field("construct"))) if isinstance(thing, Made) else ""
    if kind in _EVERYBODY:
        return Text("CidrIp"), Text(_EVERYBODY[kind])
    first = thing.field("first") if isinstance(thing, Made) else None
    if kind in ("ipv4", "securityGroupId"):
        return Text("CidrIp" if kind == "ipv4" else "SourceSecurityGroupId"), told(first)
    return None


def rule(whom: tuple[Expr, Expr], port: Thing | None) -> Record:
    """A rule of a group that lets somebody in; to every port where it names none."""
    first = port.field("first") if isinstance(port, Made) else port
    number = _PORTS.get(text(first), text(first))
    if not number.isdigit():
        return Record((whom, (Text("IpProtocol"), Text("-1"))))
    ends = tuple((Text(name), Text(number)) for name in ("FromPort", "ToPort"))
    return Record((whom, (Text("IpProtocol"), Text("tcp")), *ends))
