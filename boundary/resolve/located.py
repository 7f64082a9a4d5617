"""Where the settings of a service say that something is, as the rows of ``known/roles.toml`` ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from boundary.model import Evidence, Hole, Value
from boundary.resolve import paths
from boundary.resolve.context import Context
from boundary.resolve.files import fold
from boundary.resolve.landscape import Service
from boundary.resolve.roles import ClientRow
from boundary.resolve.values import Filled

_BARE = re.compile(r"(?P<host>[A-Za-z0-9][\w.-]*)(?::(?P<port>\d{1,5}))?(?:/.*)?$")


@dataclass(frozen=True, slots=True)
class Told:
    """A setting that tells where something is, as one deployment has it."""

    key: str
    value: Value
    evidence: tuple[Evidence, ...]

    @property
    def place(self) -> tuple[str, int | None]:
        """Host and port, "" for what is no address or not known."""
        url = paths.parse(self.value)
        if url:
            return url.host.text or "", url.port
        bare = _BARE.match(self.value.text or "")
        return (bare["host"], int(bare["port"]) if bare["port"] else None) if bare else ("", None)


def is_off(context: Context, service: Service, row: ClientRow) -> bool:
    """Whether settings switch a client off, in every deployment."""
    for keys, value in row.off.items():
        asked = (Value((Hole("config", key),)) for key in keys.split("&"))
        told = [one for key in asked for one in context.filler.each(key, service.id)]
        if all(str(one.value).strip().lower() == value for one in told):
            return True
    return False


def addresses(context: Context, service: Service, row: ClientRow) -> Iterator[Told]:
    """Where a client's settings say that its server is, each as every deployment has it."""
    for key in row.url.split():
        yield from values(context, service, key)
    ports = list(first(context, service, row.port))
    for key in row.host.split():
        for one in values(context, service, key):
            if ports and ":" not in str(one.value):
                value = Value.of(one.value, ":", ports[0].value)
                yield Told(one.key, value, (*one.evidence, *ports[0].evidence))
            else:
                yield one


def first(context: Context, service: Service, keys: str) -> Iterator[Told]:
    """For each of some keys the first value that it has."""
    for key in keys.split():
        yield from list(values(context, service, key))[:1]


def values(context: Context, service: Service, key: str) -> Iterator[Told]:
    """The values of a key, lists taken apart; ``key=mark`` asks for what stands behind a mark in the value."""
    key, _, mark = key.partition("=")
    seen: set[Value] = set()
    for one in _spelled(context, service, key):
        for filled in _filled(context, service, one):
            for value in _apart(filled.value, mark):
                if value.parts and value not in seen:
                    seen.add(value)
                    yield Told(one, value, filled.evidence)


def _filled(context: Context, service: Service, key: str) -> list[Filled]:
    return [one for one in context.filler.fill(Value((Hole("config", key),)), service.id) if one.evidence]


def _apart(value: Value, mark: str) -> Iterator[Value]:
    text = value.text
    if mark:
        shows = "".join(part if isinstance(part, str) else "" for part in value.parts)
        yield from (Value.of(found) for found in re.findall(rf"{re.escape(mark)}([^,;\s]*)", shows))
    elif text is not None and "," in text and "jdbc:" not in text:
        yield from (Value.of(word.strip()) for word in text.split(",") if word.strip())
    else:
        yield value


def _spelled(context: Context, service: Service, key: str) -> list[str]:
    """The keys of a service's files, and of the variables that .NET reads as such, that a key with ``*`` means, and the
    entries of a list of that key."""
    segments = [fold(part) for part in key.split(".")]
    found = [] if "*" in key else [key]
    given = (one.name for unit in service.units for one in (*unit.variables, *unit.options))
    told = (re.sub("__|:", ".", name) for name in given if "__" in name or ":" in name)
    for other in dict.fromkeys((*context.filler.settings.keys(service.id), *told)):
        parts = other.split(".")
        if len(parts) == len(segments) + 1 and parts[-1].isdigit():
            parts.pop()
        elif "*" not in key:
            continue
        if len(parts) == len(segments) and all(
            w == (fold(p) if w else "") for w, p in zip(segments, parts, strict=True)
        ):
            found.append(other)
    return found
