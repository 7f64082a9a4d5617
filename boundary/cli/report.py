"""Write a report for architects: the services as a picture, figures, findings by clause and owner, what to cut next.

One page of HTML that loads nothing from anywhere, or Markdown.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from boundary.cli._arguments import paths
from boundary.cli._terminal import save

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    paths(parser)
    parser.add_argument("--format", choices=("html", "markdown"), default="html", help="html or markdown (html)")
    parser.add_argument("--output", metavar="FILE", help="write it there instead of to stdout")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse and write; findings are what it is about, so that they do not change the status."""
    from boundary.cli._session import surveyed
    from boundary.reporters.overview import Overview, html, markdown

    with surveyed(arguments, terminal) as survey:
        overview = Overview.of(survey.workspace.root.name, survey.graph, survey.report())
    page = (html if arguments.format == "html" else markdown).render(overview)
    if arguments.output:
        save(arguments.output, page)
    else:
        terminal.write(page)
    return 0
