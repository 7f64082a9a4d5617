"""What the readers of connection strings share: the pieces they find, and how hosts and options are written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

FIRST_MARK, LAST_MARK = 0xF0000, 0xFFFFD
"""Code points that stand for holes while a text is taken apart; nobody writes characters of this private plane."""

MARK = f"{chr(FIRST_MARK)}-{chr(LAST_MARK)}"
"""The marks as a range for a character class."""

_SEARCH_PATH = re.compile(r"-c\s*search_path\s*=\s*(\S+)")
_PORT = re.compile(f"[0-9{MARK}]{{1,6}}")
_HOST = re.compile(
    rf"[\w{MARK}](?:[\w.%{MARK}-]*[\w.%{MARK}])?(?:\\[\w${MARK}]+)?|%[\w.%-]+|\[[0-9A-Fa-f:.%\w]+\]", re.ASCII
)


@dataclass(slots=True)
class Pieces:
    """The components of an address as texts, "" for what is not given; ``hosts`` are (host, port)."""

    engine: str = ""
    hosts: list[tuple[str, str]] = field(default_factory=list)
    database: str = ""
    user: str = ""
    schema: str = ""


def split_hosts(text: str) -> list[tuple[str, str]]:
    """``a:1,b`` as [("a", "1"), ("b", "")]; brackets of IPv6 are taken off, percent-escapes decoded."""
    return [split_port(item.strip()) for item in text.split(",") if item.strip()]


def split_port(text: str) -> tuple[str, str]:
    """``host:port`` in two; what follows the colon and is no port is dropped."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, port.removeprefix(":")
    if text.count(":") > 1:
        return text, ""
    host, _, port = text.partition(":")
    return unquote(host), port if _PORT.fullmatch(port) else ""


def is_host(text: str) -> bool:
    """Whether a text is written like a host's name or address, with or without a port."""
    host, colon, port = text.rpartition(":")
    if colon and _PORT.fullmatch(port):
        return _HOST.fullmatch(host) is not None
    return _HOST.fullmatch(text) is not None


def search_path(options: dict[str, str]) -> str:
    """The first schema that options set: libpq's ``options``, JDBC's ``currentSchema``, Prisma's ``schema`` …"""
    found = _SEARCH_PATH.search(options.get("options", ""))
    if found:
        return _first(found.group(1))
    names = ("currentschema", "search_path", "search path", "searchpath", "schema", "current schema")
    return next((_first(options[name]) for name in names if options.get(name)), "")


def _first(path: str) -> str:
    return path.partition(",")[0].strip(" \"'")
