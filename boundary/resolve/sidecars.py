"""Requests to the sidecar of Dapr beside a program, which are meant for an application that they name.

By a header, or in the path: ``GET http://localhost:3500/v1.0/invoke/orders/method/lines``. What is kept or published
through other paths of the sidecar is no call. See https://docs.dapr.io/reference/api/service_invocation_api/ .
"""

from __future__ import annotations

import re

from boundary.model import Hole, Value
from boundary.resolve.code.things import Effect, Pairs

_BY_NAME = "https+http://"
"""The scheme of names that are no addresses."""

_HEADER = "dapr-app-id"
_INVOKED = re.compile(r"/v1\.0(?:-\w+)?/invoke/")
_METHOD = re.compile(r"([^/]*)/method(?:/|$)")


def meant(effect: Effect, url: Value) -> Value:
    """A URL with the application that a request is meant for as its host; other URLs as they are."""
    headers = effect.get("headers")
    for key, thing in headers.entries if isinstance(headers, Pairs) else ():
        if isinstance(key, Value) and (key.text or "").lower() == _HEADER and isinstance(thing, Value) and thing.parts:
            return Value.of(_BY_NAME, thing, "/", *_behind_host(url))
    return invoked(url) or url


def _behind_host(url: Value) -> list[str | Hole]:
    """What stands behind scheme and host."""
    parts = list(url.parts)
    if parts and isinstance(parts[0], str) and "//" in parts[0]:
        parts[0] = parts[0].partition("//")[2]
    elif parts and isinstance(parts[0], Hole):
        parts = parts[1:]  # the whole address of the sidecar
    for at, part in enumerate(parts):
        if isinstance(part, str) and "/" in part:
            return [part.partition("/")[2], *parts[at + 1 :]]
    return []


def invoked(url: Value) -> Value | None:
    """The application and the method in a path of the sidecar; None for other paths."""
    for at, part in enumerate(url.parts):
        found = _INVOKED.search(part) if isinstance(part, str) else None
        if found is None or not isinstance(part, str):
            continue
        rest: list[str | Hole] = [part[found.end() :], *url.parts[at + 1 :]]
        name: list[str | Hole] = []
        for behind, one in enumerate(rest):
            ends = _METHOD.match(one) if isinstance(one, str) else None
            if ends is not None and isinstance(one, str):
                return Value.of(_BY_NAME, *name, ends[1], "/", one[ends.end() :], *rest[behind + 1 :])
            name.append(one)
    return None
