"""One requirement of Python, as manifests and requirement files write it.

Syntax: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ and
https://pip.pypa.io/en/stable/topics/vcs-support/ .
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from boundary.extractors._manifests import GIT, Origin, Scope
from boundary.facts import Dependency

ECOSYSTEM = "python"

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*")
_EGG = re.compile(r"[#&]egg=([\w.-]+)")
_EXTRAS = re.compile(r"\[[\w\s.,-]*\]$")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ARCHIVE = re.compile(r"(?i)\.(?:whl|zip|tar\.\w+|tgz)$")


def requirement(text: str, line: int, scope: Scope = "runtime") -> Dependency | None:
    """The dependency that ``name``, ``name>=1; marker``, ``name @ address``, an address or a path is; None for what is
    none of these."""
    text = text.strip()
    if _is_place(text):
        return placed("", text, line, scope)
    match = _NAME.match(text)
    if match is None:
        return None
    rest = text[match.end() :]
    if rest.startswith("@"):
        return placed(match[1], rest[1:].strip(), line, scope)
    spec = rest.partition(";")[0].strip().removeprefix("(").removesuffix(")").strip()
    return Dependency(ECOSYSTEM, match[1], spec, scope=scope, line=line) if not spec or spec[0] in "<>=!~" else None


def placed(name: str, where: str, line: int, scope: Scope = "runtime") -> Dependency:
    """The dependency on what lies at an address or path; a name in the address counts when there is no other."""
    where = re.split(r"\s;|\s", where, maxsplit=1)[0]
    egg = _EGG.search(where)
    name = name or (egg[1] if egg else "")
    origin: Origin = "git" if GIT.match(where) else "registry"
    if origin == "registry" and (where.startswith("file:") or not _ADDRESS.match(where)):
        origin = "path"
        where = unquote(re.sub(r"^file:(?://(?:localhost(?=/))?)?", "", where.partition("#")[0]))
        where = _EXTRAS.sub("", where)
    return Dependency(ECOSYSTEM, name, origin=origin, target=where, scope=scope, line=line)


def _is_place(text: str) -> bool:
    head = text.partition(" ")[0]
    plain = _EXTRAS.sub("", head)
    return (
        _ADDRESS.match(head) is not None
        or plain in (".", "..")
        or plain.startswith(("./", "../", "/", "~/", "git@"))
        or (("/" in plain or _ARCHIVE.search(plain) is not None) and "@" not in plain)
    )
