"""The command line: one module a command, and the only place that prints.

A command is a module here with a docstring whose first line is its line of help, ``add(parser)`` and
``run(arguments, terminal) -> int``. The modules are found by name; only that of the command that runs is imported, and
it imports what it needs when it runs, so that ``--help`` and ``--version`` load no parser of any format.
"""

from __future__ import annotations

import gc
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from boundary import __version__
from boundary.errors import WRONG, UserError, suggestion

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal

DEFAULT = "check"
"""The command of a call without one."""

_COLLECTED = (100_000, 20, 100)
"""How many new objects there are between looks for rings among them, and looks at older ones. Facts and graphs have
next to no rings; looking for them as often as usual is a fifth of the time of a large workspace."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells give it."""

_SHARED = ("--color", "--quiet", "--verbose", "-q", "-v")

_EPILOGUE = """\
exit status:
  0  clean
  1  findings at or above the fail level
  2  the call, the configuration or the environment is wrong
  3  nothing was analysed
  4  only part was analysed, and --strict was given

`boundary COMMAND --help` tells the options of a command. The environment variables NO_COLOR and FORCE_COLOR count.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; nothing that a user or a scanned file does gives a traceback."""
    from boundary.cli._terminal import Terminal

    gc.set_threshold(*_COLLECTED)
    terminal = Terminal.of_process()
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv), terminal)
    except KeyboardInterrupt:
        terminal.complain("interrupted")
        status = INTERRUPTED
    except UserError as error:
        terminal.complain(f"{error.where}: {error.message}" if error.where else error.message, error.hint)
        status = error.status
    except Exception as error:  # the last line of defence: what can be expected is a UserError
        terminal.defect(error)
        status = WRONG
    return terminal.finish(status)


def commands() -> list[str]:
    """The names of all commands."""
    return [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]


def _run(arguments: list[str], terminal: Terminal) -> int:
    if arguments and arguments[0] in ("--version", "-V"):
        terminal.write(f"boundary {__version__}\n")
        return 0
    if arguments and arguments[0] in ("--help", "-h", "help"):
        terminal.write(_help())
        return 0
    at = _leading(arguments)
    name = DEFAULT if at == len(arguments) or arguments[at].startswith("-") else arguments.pop(at)
    if name not in commands():
        raise _unknown(name)
    from boundary.cli._arguments import parse

    command = import_module(f"boundary.cli.{name}")
    given = parse(f"boundary {name}", command, arguments, terminal)
    return 0 if given is None else int(command.run(given, terminal))


def _leading(arguments: list[str]) -> int:
    """How many arguments before the command are options that all commands share."""
    at = 0
    while at < len(arguments) and arguments[at].partition("=")[0] in _SHARED:
        at += 2 if arguments[at] == "--color" else 1
    return min(at, len(arguments))


def _unknown(name: str) -> UserError:
    if Path(name).is_dir():
        return UserError(f"there is no command {name}", hint=f"To analyse the folder: boundary {DEFAULT} {name}")
    return UserError(f"there is no command {name}", hint=suggestion(name, commands()))


def _help() -> str:
    names = commands()
    width = max(map(len, names))
    lines = [f"  {name:<{width}}  {_summary(name)}" for name in names]
    usage = "usage: boundary [COMMAND] [OPTIONS]"
    what = "Finds where services bypass each other's interfaces, across repositories."
    return "\n".join([usage, "", what, "", f"commands ({DEFAULT} when none is given):", *lines, "", _EPILOGUE])


def _summary(name: str) -> str:
    """The first line of a command's docstring, read from its source: importing them all would cost what they import."""
    spec = find_spec(f"boundary.cli.{name}")
    read = getattr(spec and spec.loader, "get_source", None)
    source = read(f"boundary.cli.{name}") if read else None
    return (source or '""""""').split('"""')[1].split("\n")[0]
