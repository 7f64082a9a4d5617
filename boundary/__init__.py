"""boundary reads code and infrastructure definitions across repositories and says where interfaces are bypassed.

The public API: ``analyse`` gives a ``Report`` of findings; ``Survey`` gives the ``Graph`` and everything else on the
way; ``compare_contracts`` gives what changed between two contracts. What is wrong with a call raises ``UserError``.
Names are imported when they are first used, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundary.contracts import compare_contracts
    from boundary.errors import ContractError, UserError
    from boundary.graph import Graph
    from boundary.model import Finding, Report
    from boundary.pipeline import Survey, analyse

__version__ = "0.1.0"
__all__ = ["ContractError", "Finding", "Graph", "Report", "Survey", "UserError", "analyse", "compare_contracts"]

_HOMES = {
    "ContractError": "boundary.errors",
    "Finding": "boundary.model",
    "Graph": "boundary.graph",
    "Report": "boundary.model",
    "Survey": "boundary.pipeline",
    "UserError": "boundary.errors",
    "analyse": "boundary.pipeline",
    "compare_contracts": "boundary.contracts",
}


def __getattr__(name: str) -> object:
    """A public name, from the module that has it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
