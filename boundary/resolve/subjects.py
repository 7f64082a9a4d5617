"""Names of channels, and the patterns by which brokers match them.

Sources: AMQP 0-9-1, 3.1.3.3 (topic exchanges: ``*`` one word, ``#`` any); NATS "Subject-Based Messaging" (``*`` one
token, ``>`` the rest); MQTT 5.0, 4.7 (``+`` one level, ``#`` the rest); Redis PSUBSCRIBE (glob); Kafka (expressions).
AsyncAPI's channels have parameters in braces.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache

_LONGEST = 250
"""Characters of a pattern; Kafka's topics have at most 249."""

_DEAD = re.compile(
    r"(?:^|[._-])(dlq|dlt|dlx|dead|deadletters?|dead[._-]?letters?|poison|errors?|retry|parking[._-]?lot)(?:$|[._-])",
    re.I,
)

_UNDELIVERED = re.compile(r"(?:^|[._-])(dlq|dlt|dlx|dead|dead[._-]?letters?|poison)(?:$|[._-])", re.I)


def matches(engine: str, pattern: str, name: str, *, expression: bool = False) -> bool:
    """Whether a subscription's pattern takes in a name; ``expression`` where the call says that it is one."""
    if pattern == name:
        return True
    if len(pattern) > _LONGEST or len(name) > _LONGEST:
        return False
    if engine == "redis" and expression:
        return fnmatchcase(name, pattern)
    if engine == "amqp":
        return _words(pattern.split("."), name.split("."), one="*", rest="#")
    if engine == "nats":
        return _words(pattern.split("."), name.split("."), one="*", rest=">")
    if engine == "mqtt":
        return _words(pattern.split("/"), name.split("/"), one="+", rest="#")
    return expression and _simple(pattern, name)


def _words(pattern: list[str], name: list[str], *, one: str, rest: str) -> bool:
    """Word by word, by which ``rest`` may stand for any number of words: a row of what is reached so far."""
    reached = {0}
    for word in pattern:
        if word == rest:
            reached = set(range(min(reached, default=len(name) + 1), len(name) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(name) and word in (one, name[at])}
    return len(name) in reached


def _simple(pattern: str, name: str) -> bool:
    """An expression of the simple kind (``orders\\..*``, ``^a|b$``): others are not tried, they may take for ever."""
    alternatives = pattern.strip("^$()").split("|")
    return any(fnmatchcase(name, _glob(each)) for each in alternatives if not re.search(r"[+?{\[(]", each))


def _glob(expression: str) -> str:
    return expression.replace(r"\.", "\0").replace(".*", "*").replace(".", "?").replace("\0", ".")


def is_declared(template: str, name: str) -> bool:
    """Whether a name is one of a declared channel, whose parameters stand in braces."""
    return template == name or (
        "{" in template and len(template) < _LONGEST and bool(_template(template).fullmatch(name))
    )


@lru_cache(1000)
def _template(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{[^{}]*\}", template)
    return re.compile(r"[^/]+?".join(re.escape(piece) for piece in pieces))


def is_for_failures(name: str) -> bool:
    """Whether a channel is where messages go that could not be handled."""
    return _DEAD.search(name) is not None


def is_for_dead_letters(name: str) -> bool:
    """Whether a channel holds messages that were given up: the inside of who could not handle them."""
    return _UNDELIVERED.search(name) is not None
