"""JSON Schema as contracts use it, compared by what it accepts and not by how it is written.

Two questions are one: whether every value that one schema allows is allowed by another. For what consumers send, the
old schema must lie within the new one; for what they receive, the new one within the old. A schema is brought into a
normal form (``normal``): for each JSON type the alternatives that a value may follow. Pairs of schemas are compared one
level deep (``subsume``), which gives reasons and further pairs; what is reachable from a pair is what differs, so that
cycles need no care. Undeclared properties count as not sent and not read, unless a schema says something about them.
"""

from boundary.contracts.schemas.dialects import (
    DRAFT7,
    DRAFT202012,
    OPENAPI30,
    OPENAPI31,
    SWAGGER2,
    Dialect,
    dialect,
)
from boundary.contracts.schemas.reason import MISSING, Direction, Reason
from boundary.contracts.schemas.subsume import Comparer, differences

__all__ = [
    "DRAFT7",
    "DRAFT202012",
    "MISSING",
    "OPENAPI30",
    "OPENAPI31",
    "SWAGGER2",
    "Comparer",
    "Dialect",
    "Direction",
    "Reason",
    "dialect",
    "differences",
]
