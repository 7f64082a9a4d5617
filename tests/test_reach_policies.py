"""Policies of clusters: our evaluator agrees with one that asks for each single connection."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from boundary.facts import Peer, PodNetwork, Policy, PolicyPort, PolicyRule, Selection
from boundary.resolve.reach.intervals import ALL, NONE, Ports
from boundary.resolve.reach.policies import Cluster, End, Outside, Pod, selects

SPACES = {"shop": {"team": "a"}, "depot": {"team": "b"}, "default": {}}
NUMBERS = (1, 2, 3, 8, 65535)
PROTOCOLS = ("TCP", "UDP")

labels = st.dictionaries(st.sampled_from("kl"), st.sampled_from("xy"), max_size=2)
named = st.lists(st.tuples(st.sampled_from(["web", "sql"]), st.sampled_from(PROTOCOLS), st.sampled_from(NUMBERS)),
                 max_size=2)  # fmt: skip
pods = st.builds(
    lambda space, has, ports: Pod("p", space, has, tuple(ports)), st.sampled_from(sorted(SPACES)), labels, named
)
outside = st.builds(Outside, st.sampled_from(["10.1.2.3/32", "10.9.9.9/32", "203.0.113.7/32"]))
expressions = st.lists(
    st.tuples(st.sampled_from("kl"), st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist", "Like"]),
              st.lists(st.sampled_from("xy"), max_size=2).map(tuple)), max_size=1).map(tuple)  # fmt: skip
selections = st.builds(Selection, labels.map(lambda has: tuple(has.items())), expressions)
spaces = st.sampled_from([
    Selection(), Selection((("team", "a"),)), Selection((("kubernetes.io/metadata.name", "depot"),))
])  # fmt: skip
blocks = st.builds(
    lambda block, excepted: Peer(blocks=(block,), excepted=excepted),
    st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "203.0.113.0/24", "no block"]),
    st.sampled_from([(), ("10.9.0.0/16",)]),
)
peers: SearchStrategy[Peer] = st.one_of(
    blocks, st.builds(Peer, st.none() | selections, st.none() | spaces).filter(lambda one: one.pods or one.namespaces)
)
ports = st.one_of(
    st.builds(PolicyPort, st.sampled_from(["1", "2", "8"]), st.sampled_from(PROTOCOLS), st.sampled_from([0, 8])),
    st.builds(PolicyPort, st.sampled_from(["web", "sql", ""]), st.sampled_from(PROTOCOLS)),
)


def rules(*actions: str) -> SearchStrategy[tuple[PolicyRule, ...]]:
    given_peers = st.none() | st.lists(peers, min_size=1, max_size=2).map(tuple)
    given_ports = st.none() | st.lists(ports, min_size=1, max_size=2).map(tuple)
    one = st.builds(PolicyRule, st.sampled_from(["in", "out"]), given_peers, given_ports, st.sampled_from(actions))
    return st.lists(one, max_size=3).map(tuple)


plain = st.builds(
    lambda space, chosen, ways, rules: Policy("NetworkPolicy", "n", space, Peer(pods=chosen), ways, rules),
    st.sampled_from(["shop", "depot", ""]), selections,
    st.sampled_from([("in",), ("out",), ("in", "out")]), rules("allow"),
)  # fmt: skip
admin = st.builds(
    lambda kind, rank, chosen, space, rules: Policy(kind, "a", "", Peer(chosen, space), ("in", "out"), rules, rank),
    st.sampled_from(["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]), st.integers(0, 3), selections, spaces,
    rules("allow", "deny", "pass"),
)  # fmt: skip


# --- the oracle: one connection at a time, in words of the specification


def fits(selection: Selection, has: Mapping[str, str]) -> bool:
    wanted = all(key in has and has[key] == value for key, value in selection.labels)
    for key, operator, values in selection.expressions:
        if operator == "In":
            wanted = wanted and key in has and has[key] in values
        elif operator == "NotIn":
            wanted = wanted and not (key in has and has[key] in values)
        elif operator == "Exists":
            wanted = wanted and key in has
        elif operator == "DoesNotExist":
            wanted = wanted and key not in has
        else:
            wanted = False
    return wanted


def is_meant(peer: Peer, other: End, home: str) -> bool:
    if isinstance(other, Outside):
        address = other.network.partition("/")[0]
        starts = {"0.0.0.0/0": "", "10.0.0.0/8": "10.", "203.0.113.0/24": "203.0.113.", "10.9.0.0/16": "10.9."}
        inside = [starts[block] for block in peer.blocks if block in starts]
        out = [starts[block] for block in peer.excepted]
        return any(address.startswith(one) for one in inside) and not any(address.startswith(one) for one in out)
    if peer.blocks:
        return False
    if peer.namespaces is None:
        return other.namespace == home and peer.pods is not None and fits(peer.pods, other.labels)
    space = {**SPACES[other.namespace], "kubernetes.io/metadata.name": other.namespace}
    return fits(peer.namespaces, space) and (peer.pods is None or fits(peer.pods, other.labels))


def is_about(rule: PolicyRule, target: End, protocol: str, number: int) -> bool:
    for port in rule.ports or ():
        if port.protocol == protocol and port.port == "":
            return True
        if (
            port.protocol == protocol
            and port.port.isdigit()
            and int(port.port) <= number <= (port.end or int(port.port))
        ):
            return True
        if isinstance(target, Pod) and port.protocol == protocol and (port.port, protocol, number) in target.ports:
            return True
    return rule.ports is None


def decision(policies: list[Policy], end: Pod, way: str, other: End, protocol: str, number: int) -> str:
    """What the first rule says that fits, "" where none does."""
    for policy in policies:
        if is_meant(policy.subject, end, end.namespace):
            for rule in policy.rules:
                meant = rule.peers is None or any(is_meant(peer, other, end.namespace) for peer in rule.peers)
                target = other if way == "out" else end
                if rule.direction == way and meant and is_about(rule, target, protocol, number):
                    return rule.action
    return ""


def passes(policies: list[Policy], end: End, way: str, other: End, protocol: str, number: int) -> bool:
    if isinstance(end, Outside):
        return True
    first = sorted((one for one in policies if one.kind == "AdminNetworkPolicy"), key=lambda one: one.rank)
    said = decision(first, end, way, other, protocol, number)
    if said in ("allow", "deny"):
        return said == "allow"
    covering = [
        one
        for one in policies
        if one.kind == "NetworkPolicy" and way in one.directions and (one.namespace or "default") == end.namespace
        and one.subject.pods is not None and fits(one.subject.pods, end.labels)
    ]  # fmt: skip
    if covering:
        return any(
            rule.direction == way
            and (rule.peers is None or any(is_meant(peer, other, end.namespace) for peer in rule.peers))
            and is_about(rule, other if way == "out" else end, protocol, number)
            for one in covering
            for rule in one.rules
        )
    last = [one for one in policies if one.kind == "BaselineAdminNetworkPolicy"]
    return decision(last, end, way, other, protocol, number) != "deny"


@settings(max_examples=120, deadline=None)
@given(st.lists(plain | admin, max_size=4), pods | outside, pods | outside)
def test_our_evaluator_agrees_with_one_that_asks_for_each_connection(
    policies: list[Policy], source: End, target: End
) -> None:
    found = Cluster(policies, SPACES).allowed(source, target)
    for protocol in PROTOCOLS:
        for number in NUMBERS:
            expected = passes(policies, source, "out", target, protocol, number)
            expected = expected and passes(policies, target, "in", source, protocol, number)
            assert found.has(protocol, number) == expected, (protocol, number)


@given(selections, labels)
def test_selectors_agree(selection: Selection, has: dict[str, str]) -> None:
    assert selects(selection, has) == fits(selection, has)


spans = st.lists(st.tuples(st.sampled_from(PROTOCOLS), st.integers(1, 9), st.integers(1, 9)), max_size=4)


@given(spans, spans)
def test_sets_of_ports_are_sets(one: list[tuple[str, int, int]], other: list[tuple[str, int, int]]) -> None:
    def each(made: Ports) -> set[tuple[str, int]]:
        return {(name, port) for name in PROTOCOLS for port in range(1, 10) if made.has(name, port)}

    a, b = Ports.of(one), Ports.of(other)
    assert each(a | b) == each(a) | each(b)
    assert each(a & b) == each(a) & each(b)
    assert each(a - b) == each(a) - each(b)
    assert bool(a) == bool(each(a))
    assert (a | b) - a - b == NONE
    assert a & ALL == a


@pytest.mark.parametrize(
    ("rules", "denies", "allowed"),
    [
        ((), False, False),
        ((PolicyRule("in", (Peer(accounts=("cluster.local/ns/shop/sa/web",)),)),), False, True),
        ((PolicyRule("in", (Peer(accounts=("web",), spaces=("sh*",)),)),), False, True),
        ((PolicyRule("in", (Peer(accounts=("other",)),)),), False, False),
        ((PolicyRule("in", (Peer(spaces=("shop",)),), (PolicyPort("80"),)),), False, True),
        ((PolicyRule("in", (Peer(spaces=("shop",)),), None, "deny"),), True, False),
        ((PolicyRule("in", (Peer(spaces=("depot",)),), None, "deny"),), True, True),
    ],
)
def test_what_a_mesh_lets_in(rules: tuple[PolicyRule, ...], denies: bool, allowed: bool) -> None:
    policy = Policy("AuthorizationPolicy", "m", "shop", Peer(pods=Selection()), ("in",), rules, denies=denies)
    source, target = Pod("web", "shop", account="web"), Pod("orders", "shop")
    cluster = Cluster([policy], SPACES)
    assert cluster.allowed(source, target).has("TCP", 80) == allowed
    assert cluster.allowed(Outside("8.8.8.8/32"), target).has("TCP", 80) == (denies)
    assert cluster.allowed(target, Pod("web", "depot")) == ALL


def test_pods_of_different_networks_do_not_meet() -> None:
    own = {"k8s.ovn.org/primary-user-defined-network": ""}
    spaces = {
        "vault": own,
        "till": {"tenant": "desks", **own},
        "office": {"tenant": "desks", **own},
        "shop": {"tenant": "desks"},
    }
    networks = [PodNetwork("own", "vault"), PodNetwork("desks", selected=Selection((("tenant", "desks"),)))]
    cluster = Cluster([], spaces, networks)
    met = {(one, other) for one in spaces for other in spaces if cluster.allowed(Pod("a", one), Pod("b", other)) == ALL}
    assert met == {("till", "office"), ("office", "till"), *((one, one) for one in spaces)}
    assert cluster.allowed(Pod("a", "vault"), Outside("203.0.113.7/32")) == ALL
