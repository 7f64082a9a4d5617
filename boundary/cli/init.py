"""Write a boundary.toml from what is inferred: services, teams and stores, with comments.

Nothing needs it: without one, all of this is inferred again at every run. A file that exists is left alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.cli._arguments import paths
from boundary.errors import cannot_write, configured_already
from boundary.reporters._safe import printable

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.graph import Graph
    from boundary.model import Node


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    paths(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse and write; it never asks and never overwrites."""
    from boundary.cli._session import surveyed
    from boundary.config import NAMES

    with surveyed(arguments, terminal) as survey:
        if survey.config.path:
            raise configured_already(survey.config.path)
        text = configuration(survey.graph)
        name, folder = NAMES[0], survey.workspace.root / survey.workspace.home
    try:
        with (folder / name).open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        raise configured_already(name) from None
    except OSError as error:
        raise cannot_write(name, error.strerror or str(error)) from None
    terminal.write(f"{name} is written. Read it, and correct what is not so.\n")
    return 0


def configuration(graph: Graph) -> str:
    """The text of a configuration that says what the graph says."""
    services = [node for node in graph.of_kind("service", "gateway") if node.root is not None]
    blocks = [_HEAD, *("\n".join(_service(graph, node)) for node in services), _TAIL]
    return "\n\n".join(block.strip() for block in blocks) + "\n"


_HEAD = """
# What boundary inferred, to be corrected: whatever stands here counts more than what is inferred.
# What is right anyway may be deleted; it will be inferred again.

# [workspace]
# repositories = ["../orders", "../payments"]  # further folders that are analysed together with this one
"""

_TAIL = """
# [packages]
# shared = ["libs/telemetry"]  # code that every service may link

# [rules]
# ignore = ["TOP001"]                    # `boundary rules` lists them
# severity = { STO003 = "info" }
# paths = ["architecture/rules"]         # rules of your own

# [[exceptions]]
# rule = "DAT001"
# from = "reporting"
# to = "orders"
# reason = "until the projection is there, see ADR 14"
# until = 2030-12-31                     # after this day it is a finding again
"""


def _service(graph: Graph, node: Node) -> Iterator[str]:
    for link in node.evidence[:1]:
        yield f"# {printable(link.what)} ({printable(str(link.location))})"
    yield f"[services.{_key(node.name)}]"
    yield f"root = {_text(node.root or '.')}"
    if node.owner:
        yield f"team = {_text(node.owner)}"
    else:
        yield '# team = "…"  # nothing says whose it is: it counts as its own owner'
    kept = [store for store in graph.of_kind("store") if store.keeper == node.id]
    if kept:
        names = [f"{store.technology}:{store.name}" if store.technology else store.name for store in kept]
        yield f"owns = [{', '.join(map(_text, names))}]"


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if plain else _text(name)


def _text(text: str) -> str:
    """A TOML basic string; without control characters, JSON's escapes are TOML's."""
    return json.dumps(printable(text), ensure_ascii=False)
