"""The table of resource types: what each is to the service graph, what it is called by, and what gives its address."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec


class Row(msgspec.Struct, frozen=True):
    """A row of ``known/resources.toml``; see there."""

    kind: Literal["store", "broker", "channel", "parameter", "secret", "workload", "other"]
    technology: str = ""
    engine: str = ""
    names: tuple[str, ...] = ("name",)
    hosts: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    port: int = 0
    grants: str = ""
    roles: str = ""
    ids: tuple[str, ...] = ()
    replicates: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    fronts: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    texts: dict[str, str] = {}


class _Known(msgspec.Struct, frozen=True):
    types: dict[str, Row]
    engines: dict[str, str]


@cache
def _table() -> _Known:
    written = tomllib.loads((files("boundary.resolve") / "known" / "resources.toml").read_text("utf-8"))
    engines = written.pop("engines")
    rows = {name: msgspec.convert(row, Row) for names, row in written.items() for name in names.split()}
    return _Known(rows, engines)


def row(kind: str) -> Row | None:
    """What a resource type is known for; None for one that says nothing to the graph."""
    return _table().types.get(kind)


def engine(written: str) -> str:
    """The technology of an engine as a provider spells it: ``aurora-postgresql`` is ``postgres``."""
    plain = written.lower()
    return next((technology for word, technology in _table().engines.items() if word in plain), "")
