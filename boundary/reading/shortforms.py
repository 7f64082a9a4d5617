"""The short forms of Compose: ``127.0.0.1:8080:80/tcp`` and ``data:/var/lib/data:ro``, with variables left in them.

Specification: https://docs.docker.com/reference/compose-file/services/#short-syntax-3 (ports) and ``#short-syntax-5``
(volumes). Nothing is interpolated, but a colon inside ``${X:-a:b}`` is not a separator.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from boundary.model import Value
from boundary.reading.interpolate import compose

WIDEST = 64
"""Ports of a range that are told one by one; a wider range stays one text such as ``3000-3999``."""

_MARK = re.compile(r"\$\{|[}\[\]:]")
_RANGE = re.compile(r"(\d+)-(\d+)")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class PortText(msgspec.Struct, frozen=True):
    """A port as written; ``published`` is None when the short form leaves the host's port to Docker."""

    target: str
    published: str | None = None
    host: str = ""


class MountText(msgspec.Struct, frozen=True):
    """A mount as written; ``source`` is empty for an anonymous volume."""

    source: str
    target: str
    read_only: bool = False

    @property
    def kind(self) -> Literal["volume", "bind", "anonymous"]:
        """Whether it is a named volume, a path of the host, or a volume without a name."""
        if is_path(self.source):
            return "bind"
        return "volume" if self.source else "anonymous"


def split(text: str) -> list[str]:
    """The pieces between colons that stand outside of ``${…}`` and ``[…]``."""
    pieces: list[str] = []
    start = depth = 0
    bracket = False
    for match in _MARK.finditer(text):
        mark = match.group()
        if mark == ":" and not depth and not bracket:
            pieces.append(text[start : match.start()])
            start = match.end()
        elif mark in "[]":
            bracket = mark == "["
        elif mark != ":":
            depth = depth + 1 if mark == "${" else max(depth - 1, 0)
    return [*pieces, text[start:]]


def port(text: str) -> tuple[PortText, ...]:
    """The ports of a short form; ranges of the same width are paired one by one."""
    pieces = split(text.partition("/")[0] if "${" not in text else re.sub(r"/(?:tcp|udp|sctp)$", "", text))
    target = pieces[-1]
    published = pieces[-2] if len(pieces) > 1 else None
    host = ":".join(pieces[:-2]).strip("[]")
    if not target:
        return ()
    inside, outside = ports_of(target), ports_of(published) if published else ()
    if outside and len(inside) == len(outside):
        return tuple(PortText(a, b, host) for a, b in zip(inside, outside, strict=True))
    return tuple(PortText(one, published or None, host) for one in inside)


def ports_of(text: str) -> tuple[str, ...]:
    """The single ports of ``3000-3002``; any other text is one port."""
    match = _RANGE.fullmatch(text)
    if match is None or len(text) > 11:
        return (text,)
    first, last = int(match.group(1)), int(match.group(2))
    return tuple(str(number) for number in range(first, last + 1)) if 0 <= last - first < WIDEST else (text,)


def mount(text: str) -> MountText:
    """Source, target and mode of a short form; Windows drives keep their colon."""
    drive = text[:2] if _DRIVE.match(text) else ""
    pieces = split(text[len(drive) :])
    pieces[0] = drive + pieces[0]
    if len(pieces) == 1:
        return MountText("", pieces[0])
    if len(pieces) > 2 and re.fullmatch(r"[A-Za-z]", pieces[1]):
        pieces[1:3] = [":".join(pieces[1:3])]
    modes = pieces[2].split(",") if len(pieces) > 2 else []
    return MountText(pieces[0], pieces[1], "ro" in modes)


def is_path(source: str) -> bool:
    """Whether a source is a path of the host rather than a volume's name, whose letters have no slash.

    A variable counts by its default; without one it is taken for a path, which is what such variables mostly hold.
    """
    value = compose(source)
    filled = _filled(value)
    if filled.startswith((".", "/", "~", "\\")) or _DRIVE.match(filled) or "/" in filled:
        return True
    return bool(value.parts) and not filled


def _filled(value: Value) -> str:
    return "".join(part if isinstance(part, str) else _filled(part.default or Value()) for part in value.parts)
