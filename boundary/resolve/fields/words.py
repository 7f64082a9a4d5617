"""The names of methods and attributes by which values are followed; see ``boundary/resolve/known/fields.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from boundary.resolve.values import fold

_GETTER = re.compile(r"(?:get|is|has)_?[A-Z]\w*")


@cache
def _table() -> dict[str, frozenset[str]]:
    text = (files("boundary.resolve") / "known" / "fields.toml").read_text("utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}


def means(kind: str, name: str) -> bool:
    """Whether a name is one of a kind of the table."""
    return fold(name) in _table()[kind]


def decodes(name: str) -> bool:
    """Whether a function reads what it is given: ``json.loads``, ``JsonSerializer.Deserialize``."""
    return any(part in fold(name) for part in _table()["decodes"])


def attribute(method: str, *, go: bool = False) -> str:
    """The attribute of an accessor: ``getTotal`` and ``isOpen`` are ``Total`` and ``Open``, and so is ``GetTotal`` of
    messages in Go; "" for no accessor."""
    if go and method.startswith("Get") and method[3:4].isupper():
        return method[3:]
    return re.sub(r"^(?:get|is|has)_?", "", method) if _GETTER.fullmatch(method) else ""
