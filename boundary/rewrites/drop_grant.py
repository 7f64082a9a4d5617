"""A permission that nobody uses goes from the list that grants it.

An empty list of rules lets nobody in, where a rule without peers lets in everybody: so a rule goes whole, and where it
was the only one, an empty list stays; not so of ``egress``, which says by being there that it counts (https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/).
A list of statements or policy templates of a function keeps at least one.
"""

from __future__ import annotations

from itertools import pairwise

from boundary.edits import Replacement
from boundary.rewrites import Case, Draft
from boundary.rewrites._yaml import Step, child, emptied, way, without

_INWARD = "ingress"
_RULES = (_INWARD, "egress")
_PEERS = ("from", "to")
_GRANTS = ("Statement", "Policies", "statements", "iamRoleStatements")
_UNUSED = "never used"


def rewrite(case: Case) -> Draft | None:
    """The change at the rule or statement that the finding points at."""
    place = case.finding.location
    text = case.text(place.path) if _UNUSED in case.finding.message else None
    steps = way(text, place.line, place.column) if text is not None else ()
    for above, step in pairwise(steps):
        if text is not None and step.key is None and above.name in (*_RULES, *_GRANTS):
            edit = _edit(place.path, text, above, step)
            return Draft(f"takes the permission that nobody uses out of {place.path}", (edit,)) if edit else None
    return None


def _edit(path: str, text: str, listed: Step, step: Step) -> Replacement | None:
    if listed.name in _GRANTS:
        return without(path, text, step)
    peers = [found for name in _PEERS if (found := child(step.node, name)) is not None]
    if len(peers) != 1 or len(peers[0].node.value) != 1:
        return None  # who else is let in there, or that everybody is, is not this finding's matter
    if len(listed.node.value) > 1:
        return without(path, text, step)
    return emptied(path, listed) if listed.name == _INWARD else None
