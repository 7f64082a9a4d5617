"""Places to be filled in the configurations of proxies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from boundary.model import Hole, Value

_PLACE = re.compile(
    r"\$\{(?P<braced>\w+)(?::?-(?P<default>[^}]*))?\}|\$(?P<bare>\w+)|\{\$(?P<caddy>\w+)(?::(?P<else>[^}]*))?\}"
    r"|\{env\.(?P<env>\w+)\}|\{\{(?P<foreign>[^{}]*)\}\}|%\[?env\((?P<ha>\w+)\)\]?"
)
_MOST = 50
"""Alternatives of one value; a ``map`` may have thousands of entries."""


def value(text: str, known: Mapping[str, tuple[str, ...]] | None = None) -> Value:
    """A text whose ``${X}``, ``$X``, ``{$X}`` and ``{env.X}`` are variables of the environment; the first of what is
    known counts."""
    return values(text, known)[0]


def values(text: str, known: Mapping[str, tuple[str, ...]] | None = None) -> list[Value]:
    """The same with all alternatives of what is ``known``: variables of the configuration itself. A small name without
    a value is a variable of the request, which nobody can know."""
    found = [Value()]
    at = 0
    for match in _PLACE.finditer(text):
        options = _options(match, known or {})
        found = [Value.of(one, text[at : match.start()], option) for one in found for option in options][:_MOST]
        at = match.end()
    return [Value.of(one, text[at:]) for one in found]


def _options(match: re.Match[str], known: Mapping[str, tuple[str, ...]]) -> list[Hole | Value]:
    name = match["braced"] or match["bare"] or ""
    if name in known:
        return [value(text) for text in known[name]] or [Hole("unknown", name)]
    written = match["default"] or match["else"]
    default = Value.of(written) if written else None
    if name and (name != name.upper() or name.isdigit()):
        return [Hole("unknown", name, default)]
    variable = name or match["caddy"] or match["env"] or match["ha"]
    return [Hole("env", variable, default) if variable else Hole("unknown", (match["foreign"] or "").strip())]


def defined(pattern: re.Pattern[str], text: str, clean: Callable[[str], str] = str.strip) -> dict[str, tuple[str, ...]]:
    """What a configuration defines for itself, by a pattern with the groups ``name`` and ``value``."""
    return {match["name"]: (clean(match["value"]),) for match in pattern.finditer(text)}


def behind(target: Value) -> str | None:
    """The path of a URL as far as it is known, None where there is none: requests are passed on with their own."""
    found = re.match(r"[\w+.-]+://[^/]*(/[^${]*)", str(target)[:2000])
    return found[1] if found else None
