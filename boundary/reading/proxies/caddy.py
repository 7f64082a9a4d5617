"""Caddy's own language: ``reverse_proxy`` (and ``php_fastcgi``) within ``handle``, ``handle_path`` and ``route``.

Reference: https://caddyserver.com/docs/caddyfile/directives/reverse_proxy .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Route
from boundary.reading.proxies.values import value

_WORD = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`|(\S+)')
_DIRECTIVES = frozenset(("reverse_proxy", "php_fastcgi"))
_AROUND = frozenset(("handle", "handle_path", "route"))
_DEEPEST = 50


def read(text: str) -> Iterator[Route]:
    """Routes in their order."""
    stack: list[tuple[str, str]] = []
    named: dict[str, str] = {}
    for line, written in enumerate(text.split("\n"), 1):
        words = [a or b or c for a, b, c in _WORD.findall(written.partition(" #")[0][:4096])]
        if not words or words[0].startswith("#") or len(stack) > _DEEPEST:
            continue
        if words == ["}"]:
            stack = stack[:-1]
            continue
        if words[0].startswith("@") and len(words) > 2 and words[1] == "path":
            named[words[0]] = words[2]
        matcher = _path(words[1], named) if len(words) > 1 else None
        if words[0] in _DIRECTIVES:
            yield from _routes(words[1 if matcher is None else 2 :], matcher, stack, line)
        elif words[0] == "to" and stack and stack[-1][0] in _DIRECTIVES:
            yield from _routes(words[1:], stack[-1][1], stack[:-1], line)
        if words[-1] == "{":
            stack.append((words[0], matcher or ""))


def _path(word: str, named: dict[str, str]) -> str | None:
    """The path that a matcher asks for; None for what is no matcher."""
    if word in named:
        return named[word]
    return word if word.startswith("/") or word == "*" else None


def _routes(words: list[str], matcher: str | None, stack: list[tuple[str, str]], line: int) -> Iterator[Route]:
    around = next(((kind, path) for kind, path in reversed(stack) if kind in _AROUND and path), ("", ""))
    path = matcher or around[1]
    prefix = path.partition("*")[0] if path != "*" else ""
    stripped = "/" if around[0] == "handle_path" and not matcher else None
    exact = bool(prefix) and "*" not in path
    for word in words:
        if word != "{":
            yield Route("caddy", value(word), prefix, exact, stripped, line=line)
