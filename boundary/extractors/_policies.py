"""Policies of a cluster: network policies, those of its administrator, and authorization policies of a mesh.

The forms are those that ``boundary.facts.guarded`` names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from boundary.facts import Fact, NamespaceLabels, Peer, PodNetwork, Policy, PolicyPort, PolicyRule, Selection
from boundary.reading.yaml import Node

_Direction = Literal["in", "out"]
_Action = Literal["allow", "deny", "pass"]

_SIDES: tuple[tuple[str, str, _Direction], ...] = (("ingress", "from", "in"), ("egress", "to", "out"))
_ACTIONS: dict[str, _Action] = {"allow": "allow", "deny": "deny", "pass": "pass"}
_ADMIN = "policy.networking.k8s.io"


def policy(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Fact]:
    """The fact of a document that is a policy or a namespace, nothing for any other."""
    place, spec = document.get("metadata", "name"), document.get("spec")
    line, column = place.line or document.line, place.column or document.column
    if kind == "Namespace":
        labels = tuple((key.text, value.text) for key, value in document.get("metadata", "labels").pairs)
        yield NamespaceLabels(name, labels, line=line, column=column)
    elif kind == "NetworkPolicy" and group in ("networking.k8s.io", "extensions"):
        subject = Peer(pods=selection(spec.get("podSelector")))
        rules = tuple(_rules(spec, admin=False))
        yield Policy("NetworkPolicy", name, namespace, subject, _directions(spec), rules, line=line, column=column)
    elif kind in ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy") and group == _ADMIN:
        rules = tuple(_rules(spec, admin=True))
        directions = tuple(way for key, _, way in _SIDES if spec.get(key))
        rank = spec.get("priority").number or 0
        subject = _admin_peer(spec.get("subject"))
        if kind == "AdminNetworkPolicy":
            yield Policy("AdminNetworkPolicy", name, "", subject, directions, rules, rank, line=line, column=column)
        else:
            yield Policy("BaselineAdminNetworkPolicy", name, "", subject, directions, rules, line=line, column=column)
    elif kind in ("UserDefinedNetwork", "ClusterUserDefinedNetwork") and group == "k8s.ovn.org":
        yield from _network(spec, kind, name, namespace, line)
    elif kind == "AuthorizationPolicy" and group == "security.istio.io":
        action = _ACTIONS.get((spec.get("action").string or "ALLOW").lower())
        labels = tuple((key.text, value.text) for key, value in spec.get("selector", "matchLabels").pairs)
        if action is not None:
            rules = tuple(_requests(spec, action))
            subject = Peer(pods=Selection(labels))
            denies = action == "deny"
            yield Policy(
                "AuthorizationPolicy", name, namespace, subject, ("in",), rules, denies=denies, line=line, column=column
            )


def _network(spec: Node, kind: str, name: str, namespace: str, line: int) -> Iterator[PodNetwork]:
    """A network that is the first one of its pods; further ones lead nobody around a policy that is seen here."""
    of = spec.get("network") if kind.startswith("Cluster") else spec
    if "Primary" in (of.get("layer2", "role").string, of.get("layer3", "role").string):
        chosen = selection(spec.get("namespaceSelector")) if kind.startswith("Cluster") else None
        yield PodNetwork(name, "" if chosen is not None else namespace, chosen, line=line)


def _directions(spec: Node) -> tuple[_Direction, ...]:
    """The directions that are governed: as said, else what comes in, and what goes out where there are rules for it."""
    said = [word.lower() for word in spec.get("policyTypes").strings]
    if not said:
        said = ["ingress", *(["egress"] if spec.get("egress").items else [])]
    return tuple(way for key, _, way in _SIDES if key in said)


def _rules(spec: Node, admin: bool) -> Iterator[PolicyRule]:
    for key, side, direction in _SIDES:
        for rule in spec.get(key).items:
            peers = tuple(_admin_peer(one) if admin else _peer(one) for one in rule.get(side).items) or None
            ports = tuple(_admin_port(one) if admin else _port(one) for one in rule.get("ports").items) or None
            action = _ACTIONS.get(rule.get("action").string.lower(), "allow") if admin else "allow"
            yield PolicyRule(direction, peers, ports, action, rule.line)


def _peer(node: Node) -> Peer:
    block = node.get("ipBlock")
    if block:
        return Peer(blocks=(block.get("cidr").string,), excepted=block.get("except").strings)
    return Peer(_maybe(node, "podSelector"), _maybe(node, "namespaceSelector"))


def _admin_peer(node: Node) -> Peer:
    """``namespaces`` selects whole namespaces, ``pods`` pods in some; ``networks`` are addresses (``nodes`` the
    machines', which nobody writes)."""
    inner = node.get("pods")
    if _has(node, "pods"):
        return Peer(selection(inner.get("podSelector")), selection(inner.get("namespaceSelector")))
    if _has(node, "namespaces"):
        return Peer(Selection(), selection(node.get("namespaces")))
    return Peer(blocks=node.get("networks").strings or ("",))


def _port(node: Node) -> PolicyPort:
    protocol = node.get("protocol").string or "TCP"
    return PolicyPort(node.get("port").string, protocol, node.get("endPort").number or 0)


def _admin_port(node: Node) -> PolicyPort:
    single, span = node.get("portNumber"), node.get("portRange")
    if single:
        return PolicyPort(single.get("port").string, single.get("protocol").string or "TCP")
    if span:
        protocol = span.get("protocol").string or "TCP"
        return PolicyPort(span.get("start").string, protocol, span.get("end").number or 0)
    return PolicyPort(node.get("namedPort").string, "")


def _requests(spec: Node, action: _Action) -> Iterator[PolicyRule]:
    """The rules of a mesh: sources and ports. Conditions on requests make no difference to who may connect, but what
    they deny is not denied as a whole."""
    for rule in spec.get("rules").items:
        operations = [one.get("operation") for one in rule.get("to").items]
        narrow = any(key.text != "ports" for one in operations for key, _ in one.pairs) or rule.get("when").items
        if action == "deny" and narrow:
            continue
        sources = [one.get("source") for one in rule.get("from").items]
        peers = tuple(
            Peer(
                blocks=(*one.get("ipBlocks").strings, *one.get("remoteIpBlocks").strings),
                accounts=(*one.get("principals").strings, *one.get("serviceAccounts").strings),
                spaces=one.get("namespaces").strings,
            )
            for one in sources
        )
        ports = tuple(PolicyPort(port) for one in operations for port in one.get("ports").strings)
        yield PolicyRule("in", peers or None, ports or None, action, rule.line)


def _maybe(node: Node, key: str) -> Selection | None:
    return selection(node.get(key)) if _has(node, key) else None


def _has(node: Node, key: str) -> bool:
    """Whether a key is there, even with an empty mapping as its value."""
    return any(name.text == key and not value.null for name, value in node.pairs)


def selection(node: Node) -> Selection:
    """A selector of labels."""
    expressions = (
        (one.get("key").string, one.get("operator").string, one.get("values").strings)
        for one in node.get("matchExpressions").items
    )
    labels = ((key.text, value.text) for key, value in node.get("matchLabels").pairs)
    return Selection(tuple(labels), tuple(expressions))
