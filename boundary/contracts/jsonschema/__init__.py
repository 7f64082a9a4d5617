"""JSON Schema files of events: whether consumers understand what is sent by the new one.

The provider sends, so what the new schema allows beyond the old one breaks consumers. What it no longer allows may
break who still sends by the old one, and is a warning: a schema alone does not say who else sends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from boundary.contracts.files import Files
from boundary.contracts.model import Comparison

if TYPE_CHECKING:
    from boundary.contracts.documents import Node
    from boundary.contracts.payloads import Changes

KIND = "jsonschema"

_HEAD = re.compile(rb"""["']?\$schema["']?\s*:\s*["']?https?://json-schema\.org/""")


def matches(path: str, head: bytes) -> bool:
    """JSON and YAML files that say which version of JSON Schema they are, or are named ``.schema.json``."""
    lower = path.lower()
    named = lower.endswith((".schema.json", ".schema.yaml", ".schema.yml"))
    return named or (lower.endswith((".json", ".yaml", ".yml")) and _HEAD.search(head) is not None)


def compare(old: Files, new: Files) -> Comparison:
    """The changes between two sets of schemas; ContractError when one cannot be read."""
    from boundary.contracts.documents import Documents
    from boundary.contracts.pairing import paired
    from boundary.contracts.payloads import Changes, Spot

    changes = Changes()
    before, after = Documents(old.read), Documents(new.read)
    for one, two in paired(old, new):
        if one is not None and two is not None:
            _schemas(changes, before.open(one), after.open(two))
        elif one is not None:
            changes.add("schema-removed", Spot("", "", one), before.open(one), None, subject=one)
        elif two is not None:
            changes.add("schema-added", Spot("", "", two), None, after.open(two), subject=two)
    return Comparison.of(changes.changes())


def _schemas(changes: Changes, old: Node, new: Node) -> None:
    from boundary.contracts.payloads import Spot
    from boundary.contracts.schemas import Comparer, dialect

    comparer = Comparer(dialect(old), dialect(new))
    changes.schemas(comparer, Spot("", "response", ""), old, new)
    changes.schemas(comparer, Spot("", "request", "", "warning"), old, new)
