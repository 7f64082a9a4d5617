"""Security groups and ordered lists: our evaluator agrees with one that asks for each single connection."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from boundary.resolve.reach.groups import Firewall, Interface, Rule, covers, may_meet

NAMES = ("a", "b", "c")
NUMBERS = (1, 5, 22, 65535)
BLOCKS = {"10.0.0.0/8": "10.", "10.1.0.0/16": "10.1.", "0.0.0.0/0": "", "192.168.0.0/16": "192.168."}
PROTOCOLS = {"tcp": "TCP", "6": "TCP", "udp": "UDP", "17": "UDP", "icmp": "", "-1": "*", "all": "*"}

interfaces = st.builds(
    Interface,
    st.frozensets(st.sampled_from(NAMES), max_size=2),
    st.sampled_from(["10.1.2.3/32", "10.7.0.1/32", "192.168.4.4/32", "8.8.8.8/32"]),
    st.frozensets(st.sampled_from(("x", "y")), max_size=2),
)
spans = st.sampled_from([(0, 65535), (-1, -1), (1, 5), (5, 22), (22, 22), (40, 30)])


def rules(*, lists: bool) -> SearchStrategy[tuple[Rule, ...]]:
    one = st.builds(
        lambda way, protocol, span, groups, blocks, order, allows: Rule(
            way, protocol, *span, () if lists else groups, blocks, order if lists else 0, allows or not lists
        ),
        st.sampled_from(["in", "out"]), st.sampled_from(sorted(PROTOCOLS)), spans,
        st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
        st.lists(st.sampled_from([*BLOCKS, "pl-1234"]), max_size=2).map(tuple), st.integers(1, 9), st.booleans(),
    )  # fmt: skip
    unique = st.lists(one, max_size=4, unique_by=(lambda rule: rule.order) if lists else None)
    return unique.map(tuple)


walls = st.builds(
    Firewall,
    st.dictionaries(st.sampled_from(NAMES), rules(lists=False)),
    st.dictionaries(st.sampled_from(("x", "y")), rules(lists=True)),
)


def is_for(rule: Rule, way: str, other: Interface, protocol: str, number: int) -> bool:
    named = PROTOCOLS[rule.protocol]
    span = named == "*" or (rule.first == -1) or rule.first <= number <= rule.last
    address = other.network.partition("/")[0]
    inside = any(address.startswith(BLOCKS[block]) for block in rule.blocks if block in BLOCKS)
    member = any(name in other.groups for name in rule.groups)
    return rule.direction == way and named in ("*", protocol) and span and (inside or member)


def lets(wall: Firewall, end: Interface, way: str, other: Interface, protocol: str, number: int) -> bool:
    granted = False
    for name in end.groups:
        for rule in wall.groups.get(name, ()):
            granted = granted or is_for(rule, way, other, protocol, number)
    for name in end.lists:
        fitting = [rule for rule in wall.lists.get(name, ()) if is_for(rule, way, other, protocol, number)]
        granted = granted and bool(fitting) and min(fitting, key=lambda rule: rule.order).allows
    return granted


@settings(max_examples=120, deadline=None)
@given(walls, interfaces, interfaces)
def test_our_evaluator_agrees_with_one_that_asks_for_each_connection(
    wall: Firewall, source: Interface, target: Interface
) -> None:
    found = wall.allowed(source, target)
    for protocol in ("TCP", "UDP"):
        for number in NUMBERS:
            expected = lets(wall, source, "out", target, protocol, number)
            expected = expected and lets(wall, target, "in", source, protocol, number)
            assert found.has(protocol, number) == expected, (protocol, number)


@settings(max_examples=120, deadline=None)
@given(walls, interfaces, interfaces, st.booleans())
def test_what_is_let_through_is_possible_and_nothing_more_where_all_is_known(
    wall: Firewall, source: Interface, target: Interface, vague: bool
) -> None:
    found = wall.allowed(source, target)
    possible = wall.possible(replace(source, vague=vague), replace(target, vague=vague))
    assert found & possible == found
    every = [rule for rules in (*wall.groups.values(), *wall.lists.values()) for rule in rules]
    known = all(block in BLOCKS for rule in every for block in rule.blocks)
    named = source.groups | target.groups <= set(wall.groups)
    if known and named and not vague:
        assert possible == found


def test_a_rule_may_be_for_whoever_is_not_known() -> None:
    known = Interface(frozenset("a"), "10.1.0.0/16")
    assert may_meet(Rule("in", blocks=("10.1.3.0/24",)), known)
    assert not may_meet(Rule("in", blocks=("192.168.0.0/16", "2001:db8::/32")), known)
    assert may_meet(Rule("in", blocks=("192.168.0.0/16",)), Interface())
    assert may_meet(Rule("in", blocks=("pl-63a5400a",)), known)
    assert may_meet(Rule("in", vague=True), known)
    assert not may_meet(Rule("in", groups=("b",)), known)
    assert may_meet(Rule("in", groups=("b",)), replace(known, vague=True))


def test_what_is_known_of_a_network_decides() -> None:
    assert covers("10.0.0.0/8", "10.4.0.0/16")
    assert not covers("10.4.0.0/16", "10.0.0.0/8")
    assert not covers("10.0.0.0/8", "")
    assert covers("0.0.0.0/0", "")
    assert not covers("0.0.0.0/0", "2001:db8::/32")
    assert covers("::/0", "2001:db8::/32")
    assert not covers("pl-63a5400a", "10.0.0.1/32")
