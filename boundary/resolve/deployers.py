"""Tools that deploy one application, and what they say to run a command in it.

Sources: https://kamal-deploy.org/docs/commands/ , https://devcenter.heroku.com/articles/heroku-cli-commands ,
https://fly.io/docs/flyctl/ , https://doc.scalingo.com/tools/cli .
"""

from __future__ import annotations

from collections.abc import Sequence

from boundary.model import Value
from boundary.resolve import commandline as line

_FLY = (["ssh", "console"], ["console"], ["machine", "exec"])
_ACTIONS: dict[str, tuple[list[str], ...]] = {
    "kamal": (["app", "exec"], ["accessory", "exec"], ["server", "exec"], ["console"], ["shell"], ["dbc"]),
    "heroku": (["run"], ["run:detached"], ["run:inside"], ["ps:exec"], ["pg:psql"]),
    "fly": _FLY,
    "flyctl": _FLY,
    "scalingo": (["run"],),
}

TOOLS = frozenset(_ACTIONS)


def runs(program: str, words: Sequence[Value]) -> bool:
    """Whether a command of a tool runs another one in the application."""
    said = [word.text or "" for word in words if not str(word).startswith("-")]
    return any(said[: len(action)] == action for action in _ACTIONS[program])


def applications(program: str, words: Sequence[Value]) -> list[Value]:
    """The names of the applications that are told; Kamal has files in their place (see ``configurations``)."""
    return line.options(list(words), ("--app", "-a")) if program != "kamal" else []


def configurations(program: str, words: Sequence[Value], folder: Value | None) -> list[Value]:
    """Where the configuration of the application lies: in a file that is named, else in the folder of the command."""
    if program != "kamal":
        return []
    return line.options(list(words), ("--config-file", "-c")) or ([folder] if folder is not None else [])
