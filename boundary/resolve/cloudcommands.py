"""Commands of the clouds' own tools (``aws``, ``gcloud``, ``gsutil``, ``az``) that name stores, queues and functions.

The rows are those of ``known/commands.toml``.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from boundary.model import Value
from boundary.resolve import commandline as line

Mode = Literal["reads", "writes", "taps", "invoke", "publishes", "subscribes"]

TOOLS = frozenset({"aws", "gcloud", "gsutil", "az"})

_GLOBAL = frozenset({"--profile", "--region", "--project", "--subscription", "--output", "--endpoint-url", "--account"})
"""Options of the tools themselves that take a word."""

_OPTIONS = frozenset({
    "--query", "--output", "--profile", "--region", "--project", "--resource-group", "-g", "--name", "-n", "--filters",
    "--database", "--table", "--user", "--async", "--exclude", "--include", "--source-region", "--restore-time",
})  # fmt: skip
"""Options behind an action that take a word."""


class Row(msgspec.Struct, frozen=True):
    """A row of the table; see there."""

    technology: str
    mode: Mode
    options: tuple[str, ...] = ()
    positional: int | None = None
    scheme: str = ""


class Touch(msgspec.Struct, frozen=True):
    """A command reads, writes or copies the store of a name."""

    technology: str
    mode: Mode
    name: Value


@cache
def _rows() -> dict[tuple[str, ...], Row]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "commands.toml").read_text("utf-8"))
    found = {}
    for key, row in written.items():
        tool, _, actions = key.partition(": ")
        for action in actions.split():
            found[(*tool.split(), action)] = msgspec.convert(row, Row)
    return found


def touched(program: str, words: Sequence[Value]) -> list[Touch]:
    """The stores that a command touches; none for one that no row knows."""
    rest = line.without_options(words, _GLOBAL)
    plain = [program, *(word.text or "" for word in rest[:3])]
    for length in (4, 3, 2):
        row = _rows().get(tuple(plain[:length]))
        if row is not None:
            return [Touch(row.technology, mode, name) for mode, name in _named(row, rest[length - 1 :])]
    return []


def _named(row: Row, words: Sequence[Value]) -> list[tuple[Mode, Value]]:
    if row.options:
        found = _options(words)
        return [(row.mode, value) for name in row.options for value in found.get(name, ())][:1]
    plain = _positional(words)
    if row.positional is not None:
        return [(row.mode, word) for word in plain[row.positional : row.positional + 1]]
    named = [(at, bare) for at, word in enumerate(plain) if (bare := _inside(word, row.scheme)) is not None]
    return [("writes" if at and at == len(plain) - 1 else row.mode, name) for at, name in named]


def _options(words: Sequence[Value]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = defaultdict(list)
    for at, word in enumerate(words):
        first = word.parts[0] if word.parts and isinstance(word.parts[0], str) else ""
        name, equals, rest = first.partition("=")
        if equals and name.startswith("--"):
            found[name].append(Value.of(rest, *word.parts[1:]))
        elif first.startswith("--") and at + 1 < len(words):
            found[first].append(words[at + 1])
    return found


def _positional(words: Sequence[Value]) -> list[Value]:
    found = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if (word.text or "").startswith("-"):
            del rest[: word.text in _OPTIONS]
        else:
            found.append(word)
    return found


def _inside(word: Value, scheme: str) -> Value | None:
    """The bucket in ``s3://bucket/key``, None for another word."""
    first = word.parts[0] if word.parts else ""
    if not isinstance(first, str) or not first.startswith(scheme):
        return None
    found: list[Value | str] = []
    for part in (first.removeprefix(scheme), *word.parts[1:]):
        before, slash, _ = part.partition("/") if isinstance(part, str) else (Value((part,)), "", "")
        found.append(before)
        if slash:
            break
    return Value.of(*found)
