"""The graph as a drawing that stands alone: SVG in layers, callers to the left of what they depend on.

Source: https://www.w3.org/TR/SVG11/ ; the order within the layers is that of barycentres (Sugiyama, Tagawa, Toda 1981).
No script, no style sheet, nothing loaded; colours follow the page around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from boundary.graph import Graph
from boundary.model import Node
from boundary.reporters._safe import columns, printable, xml
from boundary.reporters.graphs._drawing import Arrow, arrows

FORMAT = "svg"

_HEIGHT, _ROW, _GAP, _MARGIN = 34, 58, 90, 20
_SWEEPS = 6
_LONGEST = 34  # columns of a name

_CORNERS = {"service": 6, "gateway": 6, "store": 17, "table": 2, "channel": 17, "broker": 17, "team": 2}


class _Box(NamedTuple):
    """Where a node is drawn: its left upper corner and its width."""

    x: float
    y: float
    width: float


def render(graph: Graph) -> str:
    """The whole graph."""
    return draw(graph)


def draw(graph: Graph, marked: Collection[tuple[str, str]] = ()) -> str:
    """The graph, with the arrows between some pairs of nodes in the colour of errors."""
    lines = arrows(graph)
    layers = _layers(graph, lines)
    ways = {(line.source, line.target): _way(line, layers) for line in lines}
    boxes = _placed(graph, _ordered(graph, layers, ways.values()))
    width = max((box.x + box.width for box in boxes.values()), default=0) + _MARGIN
    height = max((box.y for box in boxes.values()), default=0) + _HEIGHT + 2 * _MARGIN
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    drawn = [_line(graph, line, [boxes[one] for one in ways[line.source, line.target]], marked) for line in lines]
    drawn += [_box(graph, node, boxes[node.id]) for node in graph.nodes.values()]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif" font-size="13">'
    return "\n".join([head, _markers(), *drawn, "</svg>"]) + "\n"


# --- where things are -----------------------------------------------------------------------------------------


def _layers(graph: Graph, lines: Sequence[Arrow]) -> dict[str, int]:
    """The column of each node: one more than that of the last that depends on it; rings count as one."""
    import networkx

    network: networkx.DiGraph[str] = networkx.DiGraph()
    network.add_nodes_from(graph.nodes)
    network.add_edges_from((line.source, line.target) for line in lines)
    whole = networkx.condensation(network)
    depth: dict[int, int] = {}
    for group in networkx.topological_sort(whole):
        depth[group] = max((depth[before] + 1 for before in whole.predecessors(group)), default=0)
    return {one: depth[group] for one, group in whole.graph["mapping"].items()}


def _way(line: Arrow, layers: dict[str, int]) -> list[str]:
    """The nodes that an arrow goes through: where it passes columns, a place is kept free for it there."""
    between = range(layers[line.source] + 1, layers[line.target])
    passed = [f"\0{line.source}\0{line.target}\0{layer}" for layer in between]
    layers |= dict(zip(passed, between, strict=True))
    return [line.source, *passed, line.target]


def _ordered(graph: Graph, layers: Mapping[str, int], ways: Collection[Sequence[str]]) -> list[list[str]]:
    """The nodes in columns, from those that depend to those depended on, and in each column near their neighbours."""
    found: list[list[str]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    owners = {one: graph.party(graph.nodes[one]) or "" for one in graph.nodes}
    for identity in sorted(layers, key=lambda one: (owners.get(one, ""), one)):
        found[layers[identity]].append(identity)
    beside: dict[str, list[str]] = defaultdict(list)
    for one, two in (step for way in ways for step in pairwise(way)):
        beside[one].append(two)
        beside[two].append(one)
    at = {one: row - len(column) / 2 for column in found for row, one in enumerate(column)}
    for _ in range(_SWEEPS):
        for column in found:
            middle = {one: fmean(at[other] for other in beside[one]) if beside[one] else at[one] for one in column}
            column.sort(key=lambda one: (middle[one], one))
            at |= {one: row - len(column) / 2 for row, one in enumerate(column)}
    return found


def _placed(graph: Graph, found: Sequence[Sequence[str]]) -> dict[str, _Box]:
    tallest = max(map(len, found), default=0)
    boxes: dict[str, _Box] = {}
    x = float(_MARGIN)
    for column in found:
        names = [_name(graph, graph.nodes[one]) for one in column if one in graph.nodes]
        width = max(90, *(7.4 * columns(name) + 26 for name in names))
        top = _MARGIN + (tallest - len(column)) * _ROW / 2
        for row, one in enumerate(column):
            boxes[one] = _Box(x, top + row * _ROW, width)
        x += width + _GAP
    return boxes


# --- what is drawn --------------------------------------------------------------------------------------------


def _box(graph: Graph, node: Node, box: _Box) -> str:
    party = graph.party(node)
    team = "" if party is None or party in graph.nodes else party
    fill = f' fill="hsl({_hue(team)} 70% 50% / .18)"' if team else ' fill="none"'
    dashes = ' stroke-dasharray="5 3"' if node.kind == "external" else ""
    told = f"{node.kind} {graph.label(node)}" + (f", {team}" if team else "")
    shape = (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{_HEIGHT}" '
        f'rx="{_CORNERS.get(node.kind, 2)}"{fill} stroke="currentColor" stroke-opacity=".55"{dashes}/>'
    )
    label = (
        f'<text x="{box.x + box.width / 2:.0f}" y="{box.y + _HEIGHT / 2 + 4.5:.0f}" text-anchor="middle" '
        f'fill="currentColor">{xml(_name(graph, node))}</text>'
    )
    return f"<g><title>{xml(told)}</title>{shape}{label}</g>"


def _line(graph: Graph, line: Arrow, boxes: Sequence[_Box], marked: Collection[tuple[str, str]]) -> str:
    bad = (line.source, line.target) in marked
    colour, end = ("#c0262d", "bad") if bad else ("currentColor", "end")
    faint = "" if bad else ' stroke-opacity=".45"'
    dashes = "" if line.certain else ' stroke-dasharray="4 4"'
    ends = (graph.label(graph.nodes[end]) for end in (line.source, line.target))
    told = f"{' → '.join(ends)}: {line.label}"
    path = _across(boxes) if boxes[0].x < boxes[-1].x else _beside(boxes[0], boxes[-1])
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.4"{faint}{dashes} marker-end="url(#{end})">'
        f"<title>{xml(told)}</title></path>"
    )


def _across(boxes: Sequence[_Box]) -> str:
    """A curve from the right side of the first box to the left side of the last, straight over the places between."""
    path = f"M{boxes[0].x + boxes[0].width:.0f} {boxes[0].y + _HEIGHT / 2:.0f}"
    for one, two in pairwise(boxes):
        x1, x2, y1, y2 = one.x + one.width, two.x, one.y + _HEIGHT / 2, two.y + _HEIGHT / 2
        path += f"C{x1 + _GAP / 2:.0f} {y1:.0f} {x2 - _GAP / 2:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
        path += f"H{two.x + two.width:.0f}" if two is not boxes[-1] else ""
    return path


def _beside(one: _Box, two: _Box) -> str:
    """A bow along the left side of a column, for what waits for each other, and for what uses itself."""
    y1, y2 = one.y + _HEIGHT / 2 - 6, two.y + _HEIGHT / 2 + 6
    return f"M{one.x:.0f} {y1:.0f}C{one.x - 45:.0f} {y1:.0f} {two.x - 45:.0f} {y2:.0f} {two.x:.0f} {y2:.0f}"


def _markers() -> str:
    def marker(name: str, colour: str) -> str:
        return (
            f'<marker id="{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
            f'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        )

    return f"<defs>{marker('end', 'currentColor')}{marker('bad', '#c0262d')}</defs>"


def _name(graph: Graph, node: Node) -> str:
    name = printable(graph.label(node)) or "?"
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _hue(team: str) -> int:
    """A colour for a team that is the same in every drawing."""
    return int.from_bytes(sha256(team.encode("utf-8", "surrogatepass")).digest()[:2]) % 360


def legend(graph: Graph) -> Iterator[tuple[str, str]]:
    """The teams of a graph with the colours of their boxes."""
    teams = {party for node in graph.nodes.values() if (party := graph.party(node)) and party not in graph.nodes}
    yield from ((team, f"hsl({_hue(team)} 70% 50% / .35)") for team in sorted(teams))
