"""Instructions of a Dockerfile: continued lines joined, comments and heredocs taken out, positions kept.

Specification: https://docs.docker.com/reference/dockerfile/#format .
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import takewhile

import msgspec

_DIRECTIVE = re.compile(r"#\s*([a-z]+)\s*=\s*(\S+)\s*$", re.IGNORECASE)
_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)(?:\s+(.*))?$", re.DOTALL)
_HEREDOC = re.compile(r"<<(-?)(?:([A-Za-z_]\w*)|\"([A-Za-z_]\w*)\"|'([A-Za-z_]\w*)')(?=\s|$|[;&|>)])")
_FLAG = re.compile(r"\s*--([a-z][a-z-]*)(?:=(\S*))?(?=\s|$)")
_WITH_HEREDOC = frozenset(("RUN", "COPY", "ADD"))


class Instruction(msgspec.Struct, frozen=True):
    """One instruction: its name in capitals, its flags (``--from=x``), the rest as one text, and heredocs' bodies."""

    name: str
    text: str
    line: int
    end_line: int
    flags: dict[str, str] = {}
    heredocs: tuple[str, ...] = ()

    def array(self) -> list[str] | None:
        """The words of the exec form ``["a", "b"]``, None for the shell form."""
        if not self.text.startswith("["):
            return None
        try:
            words = json.loads(self.text)
        except (ValueError, RecursionError):
            return None
        return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def escape_character(text: str) -> str:
    """What continues a line: a backslash, or what the directive ``# escape=`` at the top says."""
    for match in takewhile(bool, map(_DIRECTIVE.match, text.split("\n"))):
        if match and match.group(1).lower() == "escape" and match.group(2) in ("\\", "`"):
            return match.group(2)
    return "\\"


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions in order; a line that is none (a template's, say) is passed over."""
    lines = text.split("\n")
    escape = escape_character(text)
    ends = {line.rstrip(): number for number, line in enumerate(lines)} if "<<" in text else {}
    tab_ends = {line.strip("\t"): number for line, number in ends.items()}
    at = 0
    while at < len(lines):
        start = at
        joined, at = _joined(lines, at, escape)
        match = _INSTRUCTION.match(joined)
        if match is None:
            continue
        name, rest = match.group(1).upper(), (match.group(2) or "").strip()
        if name == "ONBUILD":
            name, _, rest = rest.partition(" ")
            name, rest = name.upper(), rest.strip()
        bodies: list[str] = []
        if name in _WITH_HEREDOC and "<<" in rest:
            bodies, at = _heredocs(rest, lines, at, (ends, tab_ends))
            rest = _HEREDOC.sub("", rest).strip() if bodies else rest
        flags, rest = _flags(rest)
        yield Instruction(name, rest, start + 1, at, flags, tuple(bodies))


def _joined(lines: list[str], at: int, escape: str) -> tuple[str, int]:
    """A line with those that continue it; comments and empty lines between them do not end it."""
    pieces: list[str] = []
    while at < len(lines):
        line = lines[at]
        at += 1
        comment = line.lstrip().startswith("#")
        if comment or (pieces and not line.strip()):
            if not pieces:
                return "", at
            continue
        stripped = line.rstrip()
        if not stripped.endswith(escape):
            return " ".join((*pieces, line.strip() if pieces else stripped)), at
        pieces.append(stripped[:-1].strip())
    return " ".join(pieces), at


def _heredocs(rest: str, lines: list[str], at: int, ends: tuple[dict[str, int], ...]) -> tuple[list[str], int]:
    """The bodies of an instruction's heredocs; one that is never closed is none.

    ``ends`` tell the last line of each text, without and with tabs before it, so that nothing is sought in vain.
    """
    bodies: list[str] = []
    for match in _HEREDOC.finditer(rest):
        word = next(group for group in match.groups()[1:] if group)
        tabs = bool(match.group(1))
        if ends[tabs].get(word, -1) < at:
            continue
        start = at
        while (lines[at].lstrip("\t") if tabs else lines[at]).rstrip() != word:
            at += 1
        bodies.append("\n".join(lines[start:at]))
        at += 1
    return bodies, at


def _flags(rest: str) -> tuple[dict[str, str], str]:
    flags: dict[str, str] = {}
    at = 0
    while match := _FLAG.match(rest, at):
        flags[match.group(1)] = match.group(2) or ""
        at = match.end()
    return flags, rest[at:].strip()
