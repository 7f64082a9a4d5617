"""Requests whose body surely lacks a field that the provider's contract requires.

Sure is only what is written down from top to bottom: an object whose keys are all literals, a class all of whose fields
are known and which says nothing of how it is written. Where anything else may come in, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.model import Evidence, FieldUse, Operation
from boundary.resolve.values import fold

_BODY = "body:"


def lacking(operation: Operation, sent: Iterable[FieldUse]) -> list[str]:
    """The fields that an operation requires and a request does not have, as ``sku`` or ``customer.email``."""
    wanted = [name.removeprefix(_BODY) for name in operation.required if name.startswith(_BODY)]
    if not wanted:
        return []
    given = {_steps(use.path): use.whole for use in sent if use.side == "request" and use.path.startswith("$")}
    return [name for name in wanted if _is_missing(_steps(f"$.{name}"), given)]


def told(operation: Operation, fields: list[str]) -> Evidence:
    """Where it stands what a request does not have."""
    return Evidence(operation.location, f"{operation.name} requires {', '.join(fields)} in its body")


def _is_missing(path: tuple[str, ...], given: dict[tuple[str, ...], bool]) -> bool:
    """Whether nothing that is sent can be the field, and something beside it is sent."""
    above = path[:-1]
    if any(whole and path[: len(one)] == one for one, whole in given.items()):
        return False
    if any(one[: len(path)] == path for one in given):
        return False
    return any(len(one) > len(above) and one[: len(above)] == above for one in given)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(fold(step) for step in path.split("."))
