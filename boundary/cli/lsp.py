"""Answer an editor: findings while one types, what a call means and where it leads (Language Server Protocol).

It speaks over standard input and output. The extra `boundary[lsp]` installs what it needs.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from typing import TYPE_CHECKING

from boundary.errors import UserError

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--stdio", action="store_true", help="what many editors add; it is always so")


def run(_arguments: argparse.Namespace, _terminal: Terminal) -> int:
    """Serve until the editor leaves."""
    if find_spec("pygls") is None:
        raise UserError("the language server needs pygls", hint="Install it: pip install 'boundary[lsp]'")
    from boundary.editor.server import serve

    serve()
    return 0
