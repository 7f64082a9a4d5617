"""Figures of many services: what is put together for rings at once is what a search from each one finds."""

from __future__ import annotations

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st
from ruling import at, service

from boundary.graph import Graph
from boundary.measure.below import below
from boundary.measure.figures import EXACT, SAMPLE, rows
from boundary.model import Edge, Report
from boundary.reporters.overview import Overview
from boundary.reporters.overview.html import render as page
from boundary.reporters.overview.markdown import render as text

PAIRS = st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).filter(lambda p: p[0] != p[1]))
OWNERS = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "z", "f": None, "g": None, "h": "h"}


@settings(deadline=None)
@given(PAIRS)
def test_what_is_below_is_what_a_search_finds(pairs: set[tuple[str, str]]) -> None:
    network = networkx.DiGraph(sorted(pairs))
    told = below(pairs, OWNERS.__getitem__)
    assert told.keys() == set(network)
    for one, found in told.items():
        reached = networkx.descendants(network, one)
        assert found == (len(reached), len({OWNERS[other] for other in reached}))


def test_betweenness_of_many_is_estimated_and_that_is_said() -> None:
    number = EXACT + 2
    nodes = [service(f"s{one:03}") for one in range(number)]
    edges = [Edge(nodes[one].id, nodes[one + 1].id, "http", (at("app.py", one + 1),)) for one in range(number - 1)]
    graph = Graph(nodes, edges)
    assert rows(graph) == rows(graph)
    told = f"Betweenness is estimated from {SAMPLE} of the services."
    overview = Overview.of("many", graph, Report())
    assert told in page(overview) and told in text(overview)
    few = Overview.of("few", Graph(nodes[:3], edges[:2]), Report())
    assert "estimated" not in page(few) + text(few)
