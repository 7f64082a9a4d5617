"""Texts with places to be filled: what Compose, Dockerfiles, Kubernetes and configuration files write as variables.

Nothing is looked up here: each place becomes a ``Hole`` with its name and the default that the text itself gives.
Syntax: https://docs.docker.com/reference/compose-file/interpolation/ ,
https://docs.docker.com/reference/dockerfile/#environment-replacement ,
https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from boundary.model import Hole, HoleKind, Value

NESTING = 16
"""Defaults inside defaults that are followed; a deeper one is left out."""

LONGEST = 10_000
"""Words of one command line that are kept."""

_BRACED = r"\$\{(?P<name>[A-Za-z_]\w*)(?P<operator>:?[-?+]|(?=\}))"
_SHELL = r"\$(?P<bare>[A-Za-z_]\w*)|" + _BRACED
_FOREIGN = r"\{\{(?P<foreign>[^{}]*)\}\}|<%=(?P<ruby>[^%]*)%>"
_COMPOSE = re.compile(r"(?P<literal>\$\$)|" + _SHELL)
_DOLLAR = re.compile(r"(?P<literal>\\\$)|" + _SHELL + r"|\$\{(?P<cut>[A-Za-z_]\w*)")
_CLUSTER = re.compile(r"(?P<literal>\$\$)|\$\((?P<bare>[\w.-]+)\)|" + _BRACED + "|" + _FOREIGN)
_APPLICATION = re.compile(
    r"\$\{(?:env:|ENV:)?(?P<name>[A-Za-z_][\w.-]*(?:\[\d+\])?)(?P<operator>:-?|(?=\}))"
    r"|@(?P<filtered>[a-z][\w-]*(?:\.[\w-]+)+)@|%env\((?:[\w.]*:)*(?P<held>[A-Za-z_]\w*)\)%|" + _FOREIGN
)
_PART = re.compile(r"(\$\{[A-Za-z_][\w.-]{0,200})\$\{[\w.-]{1,200}:([\w.-]{0,200})\}(?=[\w.-]*[:}])")
_RUBY_VARIABLE = re.compile(
    r"""\s*ENV(?:\.fetch\(|\[)\s*["'](\w+)["'](?:\s*,\s*["']([^"']*)["']|\]\s*\|\|\s*["']([^"']*)["'])?"""
)
_MARK = re.compile(r"\$|\{\{|<%=|@|%env\(")
_BRACE = re.compile(r"\\\$|\$\$|(\$\{)|(\})")


def compose(text: str) -> Value:
    """A value of a Compose file: ``$X``, ``${X}``, ``${X:-d}``, ``${X-d}``, ``${X:?e}``, ``${X:+alt}``; ``$$`` is
    ``$``."""
    return _fill(text, _COMPOSE)


def shell(text: str) -> Value:
    """A value of a Dockerfile or ``.env`` file: the same forms and ``${X#cut}``, and ``\\$`` is ``$``."""
    return _fill(text, _DOLLAR)


def cluster(text: str) -> Value:
    """A value of a Kubernetes manifest: ``$(X)``, and ``${X}`` as envsubst, Flux and templates use it."""
    return _fill(text, _CLUSTER)


def application(text: str) -> Value:
    """A value of a program's own configuration: ``${VAR}``, ``${VAR:default}``, ``${some.key}``, ``<%= ENV["VAR"] %>``,
    ``%env(resolve:VAR)%``, ``@maven.property@``.

    A name with dots, dashes or small letters is another key of the configuration, any other one an environment
    variable. A name may have a part that is to be filled itself; then it counts as it is where nothing fills that:
    ``${services.${PREFIX:}broker.uri:amqp://localhost}``.
    """
    return _fill(_PART.sub(r"\1\2", text) if "${" in text else text, _APPLICATION)


def words(value: Value, escape: str = "\\") -> tuple[Value, ...]:
    """A command line cut into words as a shell does it, quotes taken off; an unknown part stays within its word."""
    found: list[Value] = []
    word: list[str | Hole] | None = None
    quote = ""
    for token in _tokens(value, escape):
        if token == quote or (quote == "'" and token == f"{escape}'"):
            word = [*word, escape] if word is not None and token != quote else word
            quote = ""
        elif token in ("'", '"') and not quote:
            quote, word = str(token), word if word is not None else []
        elif isinstance(token, str) and token.isspace() and not quote:
            found += [_melted(word)] if word is not None else []
            word = None
        else:
            word = word if word is not None else []
            word.append(_unescaped(token, quote, escape))
        if len(found) >= LONGEST:
            return tuple(found)
    return (*found, _melted(word)) if word is not None else tuple(found)


def joined(between: str, values: Iterable[Value]) -> Value:
    """One value of several with a text between them, however many they are."""
    pieces: list[str | Hole] = []
    for value in values:
        pieces += [between, *value.parts] if pieces else value.parts
    return _melted(pieces)


def _tokens(value: Value, escape: str) -> Iterator[str | Hole]:
    mark = re.escape(escape)
    pattern = re.compile(rf"\s+|['\"]|{mark}.|{mark}|[^\s'\"{mark}]+", re.DOTALL)
    for part in value.parts:
        if isinstance(part, Hole):
            yield part
        else:
            yield from (match.group() for match in pattern.finditer(part))


def _unescaped(token: str | Hole, quote: str, escape: str) -> str | Hole:
    if isinstance(token, Hole) or len(token) < 2 or token[0] != escape or quote == "'":
        return token
    return token[1:] if not quote or token[1] in '"$`\\' else token


def _melted(pieces: list[str | Hole]) -> Value:
    parts: list[str | Hole] = []
    for literal, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        run = list(group)
        parts += ["".join(str(piece) for piece in run)] if literal else run
    return Value.of(*parts)


def _fill(text: str, pattern: re.Pattern[str]) -> Value:
    if not _MARK.search(text):
        return Value.of(text)
    return _Filler(text, pattern).fill(0, len(text), 0)


class _Filler:
    """One text and where its braces close, so that defaults inside defaults are read without reading all again."""

    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        self.text = text
        self.pattern = pattern
        self.ends = _closings(text)

    def fill(self, at: int, end: int, depth: int) -> Value:
        """The value of the text between two places."""
        pieces: list[str | Hole] = []
        while match := self.pattern.search(self.text, at, end):
            pieces.append(self.text[at : match.start()])
            group = match.groupdict()
            at = match.end()
            if group.get("literal"):
                pieces.append("$")
            elif group.get("name") or group.get("cut"):
                close = self.ends.get(match.start())
                pieces.append(match.group() if close is None else self._braced(group, at, close, depth))
                at = at if close is None else close + 1
            else:
                pieces.append(_simple(group))
        return _melted([*pieces, self.text[at:end]])

    def _braced(self, group: dict[str, str | None], at: int, close: int, depth: int) -> Hole:
        """A braced variable; ``${X:+alt}`` is alt or nothing whatever X holds, so nobody must fill it with X."""
        name = group["name"] or group.get("cut") or ""
        operator = group["operator"] or ""
        has_text = operator.endswith(("-", "+")) or operator == ":"
        text = self.fill(at, close, depth + 1) if has_text and depth < NESTING else None
        if group.get("cut") or operator.endswith("+"):
            return Hole("unknown", name, text)
        return Hole(self._kind(name), name, text)

    def _kind(self, name: str) -> HoleKind:
        if self.pattern is not _APPLICATION:
            return "variable"
        return "config" if re.search(r"[.\-\[a-z]", name) else "env"


def _closings(text: str) -> dict[int, int]:
    """Where each ``${`` ends; one that never does is not in it, and is an ordinary text."""
    ends: dict[int, int] = {}
    waiting: list[int] = []
    for match in _BRACE.finditer(text):
        if match.group(1):
            waiting.append(match.start())
        elif match.group(2) and waiting:
            ends[waiting.pop()] = match.start()
    return ends


def _simple(group: dict[str, str | None]) -> Hole:
    if group.get("bare"):
        return Hole("variable", group["bare"] or "")
    ruby = _RUBY_VARIABLE.match(group.get("ruby") or "")
    if ruby:
        default = ruby.group(2) or ruby.group(3)
        return Hole("env", ruby.group(1), Value.of(default) if default else None)
    if group.get("held"):
        return Hole("env", group["held"] or "")
    other = group.get("filtered") or group.get("foreign") or group.get("ruby") or ""
    return Hole("unknown", other.strip())
