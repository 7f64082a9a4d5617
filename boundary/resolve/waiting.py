"""Hosts that a container waits for before the program beside it starts: ``until nc -z orders 80; do sleep 1; done``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_OPTIONS = r"(?:\s+-\S+(?:\s+\d+(?=\s))?){0,8}"
_WAITING = re.compile(
    rf"\b(?:nc|ncat|netcat){_OPTIONS}\s+(\w[\w.-]*)\s+\d+"
    r"|\bwait-?for(?:-it)?(?:\.sh)?\s+(?:tcp://|http://)?(\w[\w.-]*):\d+"
    rf"|\b(?:curl|wget)\b[^;|&\n]{{0,200}}?https?://(\w[\w.-]*)"
    rf"|\bpg_isready\b[^;|&\n]{{0,100}}?\s(?:-h\s*|--host[= ])(\w[\w.-]*)"
    rf"|\b(?:nslookup|getent\s+hosts){_OPTIONS}\s+(\w[\w.-]*)"
    r"|\bdockerize\b[^;|&\n]{0,200}?-wait\s+\w+://(\w[\w.-]*)"
)
_LONGEST = 2000


def awaited(command: Sequence[str]) -> Iterator[str]:
    """The hosts in a command of a container that runs before the others."""
    text = " ".join(command)[:_LONGEST]
    for found in _WAITING.finditer(text):
        yield next(host for host in found.groups() if host)
