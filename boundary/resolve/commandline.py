"""Command lines: which words are options, which option takes the next word, and words back from the shell's reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from boundary.facts import Apply, Either, Expr, Item, Join, Ref, Text
from boundary.model import Hole, Value

_MARK = 0xE000
"""The first of the private-use characters that stand for holes while a text is split as a shell does."""

_MARKS = re.compile("([\ue000-\uf8ff])")


def _short(letters: str) -> frozenset[str]:
    return frozenset(f"-{letter}" for letter in letters)


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A program that runs the command behind it. ``valued`` are its options that take a word; ``operand`` is a word of
    its own before the command (``*`` for any)."""

    valued: frozenset[str] = frozenset()
    operand: str = ""


WRAPPERS = {
    **dict.fromkeys(("nohup", "command", "setsid", "chronic", "unbuffer", "eval", "builtin", "npx"), Wrapper()),
    **dict.fromkeys(("poetry", "uv", "pipenv", "pdm", "rye", "hatch"), Wrapper(operand="run")),
    **dict.fromkeys(("gosu", "su-exec"), Wrapper(operand="*")),
    "bundle": Wrapper(operand="exec"),
    "sudo": Wrapper(_short("ugpCrT")),
    "doas": Wrapper(_short("uC")),
    "env": Wrapper(_short("uCS")),
    "exec": Wrapper(_short("a")),
    "time": Wrapper(_short("fo")),
    "nice": Wrapper(_short("n")),
    "ionice": Wrapper(_short("cn")),
    "stdbuf": Wrapper(_short("ioe")),
    "timeout": Wrapper(_short("ks"), "*"),
    "xargs": Wrapper(_short("InPdLsE")),
}
"""Wrappers by name; see ``Wrapper``."""

ENGINE = _short("Hcfpeuwl") | frozenset({
    "--host", "--context", "--file", "--project-name", "--project-directory", "--profile", "--env-file", "--env",
    "--user", "--workdir", "--index",
})  # fmt: skip
"""Options of ``docker``, ``docker compose`` and their ``exec`` that take a word."""

CLUSTER = _short("ncf") | {"--namespace", "--container", "--context", "--kubeconfig", "--cluster", "--filename"}
"""Options of ``kubectl`` and its ``exec`` that take a word."""

LOGIN = _short("bcDEeFIiJLlmOopQRSWw")
"""Options of ``ssh`` that take a word."""


BUNDLERS = frozenset({"esbuild", "tsup", "ncc", "rollup", "parcel", "microbundle", "unbuild", "browserify"})
"""Programs that put what they are told, and all that it imports, into one file."""
BUILDERS = frozenset({"make", "npm", "yarn", "pnpm", "gradle", "mvn", "just"})
"""Programs that do what a folder's file says."""

BUILD_FOLDER = ("-C", "--directory", "--prefix", "--cwd", "--dir", "-f", "--file")
"""Options that name that folder."""


def without_options(words: Sequence[Value], valued: frozenset[str]) -> list[Value]:
    """The words from the first one on that is no option; ``--`` ends options and is taken off."""
    rest = list(words)
    while rest and (option := rest[0].text or "").startswith("-") and option != "--":
        rest = rest[2:] if option in valued else rest[1:]
    return rest[1:] if rest and rest[0].text == "--" else rest


def after_flag(words: Sequence[Value], letter: str) -> Value | None:
    """The word after a group of short options that has a letter in it: the text of ``bash -lc TEXT``."""
    for word, following in pairwise(words):
        if re.fullmatch(rf"-\w*{letter}\w*", word.text or ""):
            return following
    return None


def options(words: Sequence[Value], names: Sequence[str]) -> list[Value]:
    """The values of options, given as the next word or behind ``=``."""
    found = []
    for number, word in enumerate(words):
        name, equals, rest = (word.text or "").partition("=")
        if name in names and equals:
            found.append(Value.of(rest))
        elif name in names:
            found += words[number + 1 : number + 2]
    return found


def machine(word: Value) -> Value:
    """The host of ``user@host``."""
    return Value.of(word.text.rpartition("@")[2].removeprefix("ssh://")) if word.text else word


def tagged(word: Value) -> str:
    """The name in ``Key=tag:Name,Values=payments``, "" for another word."""
    return (word.text or "").partition("Values=")[2].partition(",")[0]


def marked(text: Value) -> str:
    """A text with a character for each hole, for the shell's reader; ``value`` puts the holes back."""
    numbers = iter(range(len(text.holes)))
    return "".join(part if isinstance(part, str) else chr(_MARK + next(numbers)) for part in text.parts)


def value(expr: Expr, holes: Sequence[Hole] = ()) -> Value:
    """A word as the shell's reader gives it."""
    match expr:
        case Text(text):
            return Value.of(*(_hole(piece, holes) for piece in _MARKS.split(text)))
        case Join(parts):
            return Value.of(*(value(part, holes) for part in parts))
        case Item(Ref("$env"), Text(name)):
            return Value((Hole("env", name),))
        case Either((Item(Ref("$env"), Text(name)), default)):
            return Value((Hole("env", name, value(default, holes)),))
        case Either((first, *_)) | Apply(_, (first,)):
            return value(first, holes)
    return Value((Hole("unknown"),))


def _hole(piece: str, holes: Sequence[Hole]) -> str | Hole:
    number = ord(piece) - _MARK if _MARKS.fullmatch(piece) else -1
    return holes[number] if 0 <= number < len(holes) else piece
