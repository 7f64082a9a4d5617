"""Compare two contracts: what breaks consumers, where, and a value that shows it.

OLD and NEW are files, folders or REV:path (a path in a commit, counted from the top of the repository): OpenAPI and
Swagger, AsyncAPI, Protocol Buffers, GraphQL, Thrift, Avro and JSON Schema, each side in any version.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.contracts.model import Level

FORMATS = ("text", "json", "markdown")
LEVELS: tuple[Level, ...] = ("error", "warning", "info")


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("old", metavar="OLD", help="the contract as consumers know it")
    parser.add_argument("new", metavar="NEW", help="the contract as it is to be")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to write it (default: text)")
    parser.add_argument("--level", choices=LEVELS, help="show changes from this level on (default in text: warning)")
    parser.add_argument("--fail", choices=LEVELS, default="error", help="status 1 from this level on (default: error)")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Compare and tell; status 1 when a change is at or above the fail level."""
    from pathlib import Path

    from boundary.config import load
    from boundary.contracts import compare_contracts
    from boundary.contracts.grading import regraded
    from boundary.contracts.model import RANK
    from boundary.contracts.render import render

    comparison = regraded(compare_contracts(arguments.old, arguments.new), load(Path.cwd()).severity)
    level: Level = arguments.level or ("warning" if arguments.format == "text" and not terminal.verbose else "info")
    terminal.write(render(comparison, arguments.format, level))
    return int(any(RANK[change.level] <= RANK[arguments.fail] for change in comparison.changes))
