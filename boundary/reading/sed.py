"""What ``sed`` puts in the place of what, as far as both are plain texts.

Only the ``s`` command, whose patterns are basic regular expressions: a placeholder (``__TAG__``, ``<DB_HOST>``,
``${NAME}``) means itself in these. See POSIX, "sed", and section 9.3 for what is special.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"(?:[\w{}<>@%:/ .,=#~|$-]|\\[$./&@#|,:-])+(?<!\$)")
_TAKEN_UP = re.compile(r"\\\d|(?<!\\)&")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SCRIPTS = ("-e", "--expression")
_LONGEST = 400


def substitutions(words: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Of the words behind ``sed``: the texts with what is put in their place, in order, and the files that it reads."""
    scripts: list[str] = []
    files: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in _SCRIPTS and rest:
            scripts.append(rest.pop(0))
        elif word.startswith(("-e", "--expression=")):
            scripts.append(word.removeprefix("--expression=").removeprefix("-e"))
        elif word and not word.startswith("-"):
            files.append(word)
    if not scripts and files:
        scripts.append(files.pop(0))
    return [pair for script in scripts for pair in _commands(script)], files


def _commands(script: str) -> list[tuple[str, str]]:
    """The pairs of a script; nothing of what follows a command that is none."""
    found = []
    text = script.lstrip("; \n\t")
    while text.startswith("s") and len(text) > 1 and len(text) < _LONGEST * 20:
        fields, text = _fields(text[2:], text[1])
        if len(fields) < 2:
            break
        old, new = fields
        if _is_plain(old, new):
            found.append((_ESCAPED.sub(r"\1", old), _ESCAPED.sub(r"\1", new)))
        text = re.sub(r"\A[a-zA-Z0-9]*", "", text).lstrip("; \n\t")
    return found


def _fields(text: str, mark: str) -> tuple[list[str], str]:
    """The two fields of a command that end with its mark, and what is behind them."""
    found: list[str] = []
    start = at = 0
    while at < len(text) and len(found) < 2:
        if text[at] == "\\":
            at += 1
        elif text[at] == mark:
            found.append(text[start:at])
            start = at + 1
        at += 1
    return found, text[start:]


def _is_plain(old: str, new: str) -> bool:
    """Whether a pattern means one text, which what is put there does not take up again."""
    lengths = 2 < len(old) <= _LONGEST and len(new) <= _LONGEST
    return lengths and _PLAIN.fullmatch(old) is not None and not _TAKEN_UP.search(new)
