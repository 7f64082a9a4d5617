"""Arguments of a command: argparse, with our own messages and the options that all commands share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from boundary.cli._terminal import COLOURS
from boundary.errors import UserError, suggestion

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal


class Parser(argparse.ArgumentParser):
    """A parser that raises ``UserError`` where argparse would print its usage and leave."""

    def error(self, message: str) -> NoReturn:
        """Called by argparse for every wrong call."""
        raise UserError(message, hint=f"`{self.prog} --help` tells how it is called.")


def parse(prog: str, command: Any, arguments: Sequence[str], terminal: Terminal) -> argparse.Namespace | None:
    """What a call says to a command; None when it asked for help, which is then on stdout."""
    parser = made(prog, command)
    if {"-h", "--help"} & set(arguments):
        terminal.write(parser.format_help())
        return None
    given, rest = parser.parse_known_args(arguments)
    terminal.colour, terminal.quiet, terminal.verbose = given.color, given.quiet, given.verbose
    if rest:
        raise _unexpected(rest[0], parser)
    return given


def made(prog: str, command: Any) -> Parser:
    """The parser of a command."""
    description = (command.__doc__ or "").strip()
    parser = Parser(
        prog,
        description=description,
        add_help=False,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add(parser)
    common = parser.add_argument_group("everywhere")
    common.add_argument("-h", "--help", action="store_true", help="show this text")
    common.add_argument("-q", "--quiet", action="store_true", help="nothing but results and errors")
    common.add_argument("-v", "--verbose", action="store_true", help="say more; show the traceback of a defect")
    common.add_argument("--color", choices=COLOURS, default="auto", help="colours and underlines (auto: on a terminal)")
    return parser


def _unexpected(argument: str, parser: Parser) -> UserError:
    name = argument.partition("=")[0]
    help_line = f"`{parser.prog} --help` tells how it is called."
    if not name.startswith("-"):
        return UserError(f"what is {name} for?", hint=help_line)
    known = [option for action in parser._actions for option in action.option_strings if option.startswith("--")]
    return UserError(f"there is no option {name}", hint=suggestion(name, known, help_line))


def paths(parser: argparse.ArgumentParser) -> None:
    """The folders to analyse, and how."""
    parser.add_argument(
        "paths", nargs="*", default=[], metavar="PATH", help="folders of the repositories (default: this one)"
    )
    parser.add_argument("--jobs", type=count, metavar="N", help="how many processes read files (default: by need)")


def count(text: str) -> int:
    """The type of an option that takes a number from 1 on."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10_000:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to 9999")
    return int(text)


def listed(given: Sequence[str]) -> list[str]:
    """The names of an option that takes several, with commas or by being given again."""
    return [name.strip() for text in given for name in text.split(",") if name.strip()]
