"""URIs that routes read from and write to: ``from("kafka:orders?brokers=…").to("http://stock/items")``.

The rows of calls tell the URI and whether it is the beginning of a route (``from``, what is consumed) or a later step;
``known/endpoints.toml`` tells what each scheme means. What stands in double braces is a setting.

Source: https://camel.apache.org/manual/uris.html , https://camel.apache.org/manual/using-propertyplaceholder.html .
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

import msgspec

from boundary.model import Hole, Value
from boundary.reading.places import put_in
from boundary.resolve.code.things import Effect, Several, Thing

KIND = "endpoint"

_SETTING = re.compile(r"\{\{\??(?:(env|sys):)?([\w.-]+)(?::([^{}]*))?\}\}")
_STAND_IN = re.compile(r"(?:dummy|ignored|placeholder|unused)[\w-]*(?:$|[:/?])", re.IGNORECASE)
"""Hosts of endpoints whose address a header of the message says (Camel, "HTTP", ``CamelHttpUri``)."""
_SCHEME = re.compile(r"([a-z][a-z0-9-]*):(?://)?")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scheme means; see the table."""

    engine: str = ""
    before: tuple[str, ...] = ()
    broker: str = ""


@cache
def _rows() -> dict[str, Row]:
    text = (files("boundary") / "resolve" / "known" / "endpoints.toml").read_text("utf-8")
    written = tomllib.loads(text)
    return {name: msgspec.convert(row, Row) for key, row in written.items() for name in key.strip("{}").split(",")}


def declared(effects: Iterable[Effect]) -> Iterator[Effect]:
    """The messages and requests that the endpoints of routes stand for."""
    for effect in effects:
        uri = effect.get("uri")
        for each in uri.items if isinstance(uri, Several) else (uri,):
            if isinstance(each, Value):
                yield from _meant(effect, _filled(each))


def _meant(effect: Effect, uri: Value) -> Iterator[Effect]:
    first = uri.parts[0] if uri.parts else ""
    scheme = _SCHEME.match(first) if isinstance(first, str) else None
    row = _rows().get(scheme[1]) if scheme else None
    if row is None or scheme is None or not isinstance(first, str):
        return
    reads = str(effect.get("direction") or "") == "from"
    place, options = _cut(Value.of(first[scheme.end() :], *uri.parts[1:]))
    if row.engine:
        values: tuple[tuple[str, Thing], ...] = (
            ("channel", _without(place, row.before)),
            ("engine", Value.of(row.engine)),
        )
        broker = options.get(row.broker)
        told = (*values, ("host", broker)) if broker is not None else values
        yield replace(effect, kind="subscribe" if reads else "publish", values=told, subject="")
    elif not reads and not _STAND_IN.match(place.text or ""):
        yield replace(effect, kind="http", values=(("url", Value.of("http://", place)),), subject="")


def _filled(uri: Value) -> Value:
    """A URI with its settings, and the variables that it takes from the environment, as holes."""
    return put_in(uri, _SETTING, _hole)


def _hole(found: re.Match[str]) -> Hole:
    default = Value.of(found[3]) if found[3] is not None else None
    return Hole("env" if found[1] == "env" else "config", found[2], default)


def _cut(uri: Value) -> tuple[Value, dict[str, Value]]:
    """What stands before the question mark, and the options behind it."""
    pieces: list[list[str | Hole]] = [[]]
    for part in uri.parts:
        for position, piece in enumerate(re.split(r"[?&]", part) if isinstance(part, str) else (part,)):
            if position:
                pieces.append([])
            pieces[-1].append(piece)
    options = {}
    for piece in pieces[1:]:
        name, equals, rest = piece[0].partition("=") if piece and isinstance(piece[0], str) else ("", "", "")
        if equals:
            options[name] = Value.of(rest, *piece[1:])
    return Value.of(*pieces[0]), options


def _without(place: Value, before: tuple[str, ...]) -> Value:
    first = place.parts[0] if place.parts else ""
    found = next((one for one in before if isinstance(first, str) and first.startswith(one)), None)
    return Value.of(str(first)[len(found) :], *place.parts[1:]) if found is not None else place
