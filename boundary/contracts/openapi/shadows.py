"""Whether a new literal path takes requests away from a template: only where the variables could have these values."""

from __future__ import annotations

from boundary.contracts.documents import Node
from boundary.contracts.openapi.description import Description
from boundary.contracts.openapi.normal import Operation
from boundary.contracts.openapi.view import view


def takes(old: Description, literal: Operation, variable: Operation) -> bool:
    """Whether a request for the literal path was one for the template before; ``old`` is what declares the latter."""
    declared = old.parameters(variable)
    pairs = zip(variable.key.split("/"), literal.key.split("/"), strict=True)
    values = [value for segment, value in pairs if segment == "{}"]
    for number, value in enumerate(values):
        parameter = declared.get(("path", str(number)))
        schema = None if parameter is None or value == "{}" else parameter.schema
        if schema is not None and not _may_be(schema, value):
            return False
    return True


def _may_be(schema: Node, value: str) -> bool:
    side = view(schema)
    allowed, kind = side.get("enum"), side.get("type")
    if isinstance(allowed, list) and value not in [str(one) for one in allowed]:
        return False
    if kind in ("integer", "number"):
        return value.lstrip("-").isdigit()
    return bool(side.get("format") != "uuid")
