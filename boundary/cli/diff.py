"""Tell what a change does to the architecture: edges, stores, operations, exceptions and findings that come and go.

BASE and HEAD are revisions; without HEAD it is the working tree. What happened on BASE since the two parted is no part
of the change, but with BASE..HEAD, which compares the two as they are.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from boundary.cli._arguments import count

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("base", metavar="BASE", help="what is compared with: a revision, or BASE..HEAD")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="", help="the change (default: the working tree)")
    parser.add_argument(
        "--path", metavar="PATH", dest="paths", action="append", default=[], help="a folder to analyse (this one)"
    )
    parser.add_argument("--format", metavar="FORMAT", default="text", help="text, json or markdown (text)")
    parser.add_argument("--jobs", type=count, metavar="N", help="how many processes read files (default: by need)")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse both, compare and tell; that something changes is an answer, so the status is 0."""
    from boundary import __version__
    from boundary.cli._session import surveyed
    from boundary.reporters import View, difference_reporter

    base, head, exact = _revisions(arguments.base, arguments.head)
    shown = difference_reporter(arguments.format)
    with surveyed(arguments, terminal, head=head) as survey:
        told = survey.difference(base, head, exact=exact)
    view = View(width=terminal.width(terminal.out), colour=terminal.colours(terminal.out), version=__version__)
    terminal.write(shown.render(told, view))
    return 0


def _revisions(base: str, head: str) -> tuple[str, str, bool]:
    """The two revisions of a call, and whether they are compared as they are: two dots mean that, as they do in git."""
    for dots in ("...", ".."):
        if dots in base and not head:
            one, _, other = base.partition(dots)
            return one or "HEAD", other or "HEAD", dots == ".."
    return base, head, False
