"""boundary reads code and infrastructure definitions across repositories and says where interfaces are bypassed.

The public API: ``analyse`` gives a ``Report`` of findings; ``Survey`` gives the ``Graph`` and everything else on the
way. What is wrong with a call raises ``UserError``. Names are imported when they are first used, so that the command
line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundary.errors import UserError
    from boundary.graph import Graph
    from boundary.model import Finding, Report
    from boundary.pipeline import Survey, analyse

__version__ = "0.1.0"
__all__ = ["Finding", "Graph", "Report", "Survey", "UserError", "analyse"]

_HOMES = {
    "Finding": "boundary.model",
    "Graph": "boundary.graph",
    "Report": "boundary.model",
    "Survey": "boundary.pipeline",
    "UserError": "boundary.errors",
    "analyse": "boundary.pipeline",
}


def __getattr__(name: str) -> object:
    """A public name, from the module that has it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
