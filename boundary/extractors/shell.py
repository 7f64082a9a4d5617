"""Shell scripts: every command as a call of ``$`` with its words, and what variables are set to.

``psql -h "$HOST" -c "…"`` becomes ``Apply(Ref("$"), (Text("psql"), …))``, so that a command of a script and one that
a program starts are judged by the same code. Beside the words, a call may have these keywords: ``cwd`` (the folder that
the script has changed to), ``input`` (a here-document), and ``$NAME`` for a variable set for this command alone.
Grammar: see ``boundary.reading.shell``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from boundary.facts import Apply, Assign, Evaluate, Expr, Fact, Join, Ref, Text
from boundary.reading.shell import Command, commands, variable
from boundary.source import Source

FORMAT = "shell"

_ENDINGS = (".sh", ".bash", ".ksh")
_SILENT = frozenset(
    {"cd", "pushd", "popd", "echo", "printf", "set", "shift", "exit", "return", "true", "[", "[[", "test"}
)


def matches(path: str) -> bool:
    """Scripts by their ending; those without one cannot be told by the path."""
    return path.endswith(_ENDINGS)


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a script."""
    return facts(commands(source.text))


def facts(found: Iterable[Command], scope: str = "", folder: Expr | None = None) -> Iterator[Assign | Evaluate]:
    """The facts of commands that stand in ``scope``; ``folder`` is where they start when they do not say so."""
    for command in found:
        if not command.words:
            for name, value in command.assignments:
                yield Assign(scope, variable(name), value, line=command.line)
        elif command.word(0) not in _SILENT:
            yield Evaluate(scope, _call(command, folder), main=True, line=command.line)


def _call(command: Command, folder: Expr | None) -> Apply:
    keywords = [(f"${name}", value) for name, value in command.assignments]
    given = (("cwd", _inside(folder, command.folder)), ("input", command.input))
    keywords += [(name, value) for name, value in given if value is not None]
    return Apply(Ref("$"), tuple(command.words), tuple(keywords), line=command.line)


def _inside(folder: Expr | None, entered: Expr | None) -> Expr | None:
    """The folder that a script has entered, when it started in another one."""
    if folder is None or entered is None:
        return entered or folder
    start = entered.parts[0] if isinstance(entered, Join) else entered
    relative = isinstance(start, Text) and not start.text.startswith(("/", "~"))
    return Join((folder, Text("/"), entered)) if relative else entered
