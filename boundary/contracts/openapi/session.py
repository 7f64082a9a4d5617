"""What every part of one comparison needs at hand."""

from __future__ import annotations

from datetime import date

import msgspec

from boundary.contracts.openapi.description import Description
from boundary.contracts.openapi.findings import Findings
from boundary.contracts.schemas import Comparer


class Session(msgspec.Struct, frozen=True, eq=False):
    """Both descriptions, the comparer of their schemas, what was found, and which day it is (for sunset dates)."""

    old: Description
    new: Description
    schemas: Comparer
    findings: Findings
    today: date
