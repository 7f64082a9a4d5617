"""Output formats: ``render(report, view) -> str`` and nothing else; a format never decides what is wrong.

A reporter is a module here, or behind an entry point of the group ``boundary.reporters``:

``FORMAT``
    the name that ``--format`` takes.
``render(report, view) -> str``
    the whole output, ending in a line end; a pure function.
``AUTOMATIC`` (optional)
    ``(variable, value)``: where the environment says so, this is the format that is taken when none is asked for; an
    empty value stands for any.

Drawings of the graph are in ``boundary.reporters.graphs`` and have the same form, with ``render(graph) -> str``; what a
change does is in ``boundary.reporters.differences``, with ``render(difference, view) -> str``.
Whatever stands in a report may come from a hostile repository: every reporter escapes for its own format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from boundary.errors import unknown_format
from boundary.plugins import load

if TYPE_CHECKING:
    from boundary.checks.rule import Rule
    from boundary.graph import Graph
    from boundary.model import Report
    from boundary.settle.difference import Difference

DEFAULT = "text"
"""The format for people at a terminal."""

WORKSPACE = "."
"""The path of a finding that is about the workspace as a whole and has no place in a file."""


def _no_excerpt(path: str, line: int) -> str | None:  # noqa: ARG001 - the form of View.excerpt
    return None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a reporter may know beside the report.

    ``excerpt(path, line)`` is a line of a source without its line end, None where it cannot be read. ``rules`` are the
    rules by code. ``width`` is the number of columns of a terminal, 0 for a file or a pipe (nothing is wrapped then);
    ``colour`` says whether escape codes may be used. ``verbose`` shows settled findings and what did not resolve.
    ``documentation`` is the address below which the rule documents are published, "" where none is known.
    """

    excerpt: Callable[[str, int], str | None] = _no_excerpt
    rules: Mapping[str, Rule] = {}
    width: int = 0
    colour: bool = False
    verbose: bool = False
    version: str = ""
    documentation: str = ""


class Reporter(Protocol):
    """What a module of ``boundary.reporters`` offers."""

    FORMAT: str

    def render(self, report: Report, view: View) -> str:
        """The whole output."""
        ...


class GraphReporter(Protocol):
    """What a module of ``boundary.reporters.graphs`` offers."""

    FORMAT: str

    def render(self, graph: Graph) -> str:
        """The whole output."""
        ...


class DifferenceReporter(Protocol):
    """What a module of ``boundary.reporters.differences`` offers."""

    FORMAT: str

    def render(self, difference: Difference, view: View) -> str:
        """The whole output."""
        ...


def reporter(name: str) -> Reporter:
    """The reporter of a format; raises ``UserError`` for an unknown one."""
    found: Reporter = _named("boundary.reporters", name)
    return found


def graph_reporter(name: str) -> GraphReporter:
    """The graph reporter of a format; raises ``UserError`` for an unknown one."""
    found: GraphReporter = _named("boundary.reporters.graphs", name)
    return found


def difference_reporter(name: str) -> DifferenceReporter:
    """The reporter of a format for what a change does; raises ``UserError`` for an unknown one."""
    found: DifferenceReporter = _named("boundary.reporters.differences", name)
    return found


def automatic(environment: Mapping[str, str]) -> str:
    """The format to take when none is asked for: a CI system's own where we run in one, else ``DEFAULT``."""
    for module in _modules("boundary.reporters"):
        variable, value = getattr(module, "AUTOMATIC", ("", ""))
        found = environment.get(variable, "")
        if found and found == (value or found):
            return str(module.FORMAT)
    return DEFAULT


def _named(package: str, name: str) -> Any:
    modules = {module.FORMAT: module for module in _modules(package)}
    if name not in modules:
        raise unknown_format(name, modules)
    return modules[name]


def _modules(package: str) -> list[Any]:
    """The plug-ins of a folder; a folder within it (``graphs``) is none."""
    return [module for module in load(package) if hasattr(module, "FORMAT")]
