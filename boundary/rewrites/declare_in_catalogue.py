"""A call that a component's entry in the catalogue does not name is named there: nothing that runs reads it.

Source: https://backstage.io/docs/features/software-catalog/descriptor-format#specdependson-optional .
"""

from __future__ import annotations

from typing import Any

from boundary.edits import Replacement
from boundary.rewrites import Case, Draft
from boundary.rewrites._yaml import Step, child, way

_KEY = "dependsOn"


def rewrite(case: Case) -> Draft | None:
    """The change of the entry, which is one of the finding's reasons."""
    for place in dict.fromkeys(link.location for link in reversed(case.finding.evidence)):
        text = case.text(place.path)
        steps = way(text, place.line, place.column) if text is not None else ()
        kind = child(steps[0].parent, "kind") if steps else None
        if text is not None and kind is not None and kind.node.value == "Component":
            return _draft(case, place.path, text, steps[0].parent)
    return None


def _draft(case: Case, path: str, text: str, root: Any) -> Draft | None:
    spec = child(root, "spec")
    if spec is None or spec.node.id != "mapping" or not spec.node.value:
        return None
    reference = f"component:{_name(case, root)}"
    listed = child(spec.node, _KEY)
    edit = _added(path, text, listed.node, reference) if listed else _new(path, text, spec, reference)
    return Draft(f"names {reference} in {path}", (edit,)) if edit else None


def _name(case: Case, root: Any) -> str:
    """How the entry of the target is called from here: its own catalogue entry has the same name as it."""
    metadata = child(root, "metadata")
    space = child(metadata.node, "namespace") if metadata else None
    return f"{space.node.value if space else 'default'}/{case.finding.to_name}"


def _added(path: str, text: str, listed: Any, reference: str) -> Replacement | None:
    """Behind the last item of a list."""
    if listed.id != "sequence" or not listed.value:
        return None
    last = listed.value[-1]
    at = last.end_mark
    if last.id != "scalar":
        return None
    if listed.flow_style:
        return Replacement(path, at.line + 1, at.column + 1, at.line + 1, at.column + 1, f', "{reference}"')
    indent = " " * listed.start_mark.column
    return _row(path, text, at.line, f"{indent}- {reference}")


def _new(path: str, text: str, spec: Step, reference: str) -> Replacement | None:
    """As the first key of the entry's ``spec``."""
    at = spec.node.value[0][0].start_mark
    if spec.node.flow_style:
        told = f'{_KEY}: ["{reference}"], '
        return Replacement(path, at.line + 1, at.column + 1, at.line + 1, at.column + 1, told)
    return _row(path, text, spec.key.start_mark.line, f'{" " * at.column}{_KEY}: ["{reference}"]')


def _row(path: str, text: str, after: int, row: str) -> Replacement:
    """A row of its own behind another one."""
    rows = text.split("\n")
    end = "\r\n" if "\r\n" in text else "\n"
    column = len(rows[after].rstrip("\r")) + 1
    return Replacement(path, after + 1, column, after + 1, column, end + row)
