"""A port that a Compose file publishes on every address of the machine is published for the machine itself alone.

Compose's short form is ``[[IP:]HOST:]CONTAINER``, its long form has ``host_ip``. Source:
https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports .
"""

from __future__ import annotations

import re
from typing import Any

from boundary.edits import Replacement
from boundary.rewrites import Case, Draft
from boundary.rewrites._yaml import Step, child, way

_LOOPBACK = "127.0.0.1"
_ANYWHERE = re.compile(
    r"""(?P<quote>["']?)(?P<ip>0\.0\.0\.0:|\[::\]:)?(?=[^:\s"'\[\]]+(?::[^:\s"'\[\]]+)?(?P=quote)$)"""
)
_DEPTH = 4  # services, the service, ports, the item


def rewrite(case: Case) -> Draft | None:
    """The change at the published port that the finding points at, or names as a reason."""
    for place in dict.fromkeys((case.finding.location, *(link.location for link in case.finding.evidence))):
        text = case.text(place.path)
        steps = way(text, place.line, place.column) if text is not None else ()
        if text is None or [step.name for step in steps[:_DEPTH]][::2] != ["services", "ports"] or len(steps) < _DEPTH:
            continue
        edit = _edit(place.path, text, steps[_DEPTH - 1])
        return Draft(f"publishes the port on {_LOOPBACK} only", (edit,)) if edit else None
    return None


def _edit(path: str, text: str, step: Step) -> Replacement | None:
    if step.node.id == "mapping":
        return _long(path, text, step.node)
    first, last = step.node.start_mark, step.node.end_mark
    written = text.split("\n")[first.line][first.column : last.column]
    match = _ANYWHERE.match(written) if first.line == last.line and step.node.id == "scalar" else None
    if match is None:
        return None
    colon = ":" if ":" in step.node.value.removeprefix(match["ip"] or "") else "::"  # a port of its own, or any
    end = first.column + match.end()
    start = end - len(match["ip"] or "")
    return Replacement(path, first.line + 1, start + 1, first.line + 1, end + 1, _LOOPBACK + colon)


def _long(path: str, text: str, node: Any) -> Replacement | None:
    known = child(node, "host_ip")
    if known is not None:
        first, last = known.node.start_mark, known.node.end_mark
        if first.line != last.line:
            return None
        return Replacement(path, first.line + 1, first.column + 1, last.line + 1, last.column + 1, _LOOPBACK)
    at = node.value[0][0].start_mark
    end = "\r\n" if "\r\n" in text else "\n"
    apart = ", " if node.flow_style else end + " " * at.column
    return Replacement(path, at.line + 1, at.column + 1, at.line + 1, at.column + 1, f"host_ip: {_LOOPBACK}{apart}")
