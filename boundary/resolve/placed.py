"""Routes that are the places of files: ``app/api/orders/[id]/route.ts`` serves ``/api/orders/{id}``.

The frameworks are rows of ``known/placed.toml``:

``libraries``
    the dependencies, also of development, by which a package uses the framework.
``folder``
    below which the files lie, in the folder of a package or its ``src``.
``file``
    the name of the files without ending; without it any file counts, and its name is a segment.
``prefix``
    what stands in front of all paths.
``methods``
    ``exported``: functions that are called after methods; ``named``: the file's name ends in one
    (``orders.get.ts``), else any; ``any``: one function for all methods.
``private``
    how folders begin that are not served.

``[id]`` is a variable segment, ``[...rest]`` whatever follows and ``[[...rest]]`` also nothing; ``(shop)`` and
``@side`` only group files, and ``index`` is its folder.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.resources import files as resources
from typing import Literal

import msgspec

from boundary.facts import Dependency, FileFacts, Package
from boundary.model import Location, Operation
from boundary.resolve import paths
from boundary.resolve.code.program import CodeFile
from boundary.resolve.context import Context
from boundary.resolve.files import ancestors, folder

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ALL")

_ENDING = re.compile(r"\.[cm]?[jt]sx?$")
_REST = re.compile(r"\[?\[\.\.\.(\w*)\]\]?")
_VARIABLE = re.compile(r"\[?\[(\w+)(?:=\w+)?\]\]?")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework; see the module."""

    libraries: str
    folder: str
    methods: Literal["exported", "named", "any"]
    file: str = ""
    prefix: str = ""
    private: str = "\0"


def operations(context: Context) -> Iterator[tuple[str, Operation]]:
    """The operations that lie in files, with the services that serve them."""
    homes = _homes(context.files)
    for row in _rows():
        using = {home for home, found in homes.items() if not found.isdisjoint(row.libraries.split())}
        for path, file in context.program.files.items() if using else ():
            inner = _below(path, row, homes.keys(), using)
            for service in context.land.services_of(path) if inner is not None else ():
                yield from ((service, one) for one in _served(file, row, inner or ""))


def _homes(files: Iterable[FileFacts]) -> dict[str, set[str]]:
    """The folders of packages, with the names of what they depend on."""
    found: dict[str, set[str]] = {}
    for file in files:
        for fact in file.facts if file.path.endswith("package.json") and not file.mark else ():
            if isinstance(fact, Package):
                found.setdefault(folder(file.path), set())
            elif isinstance(fact, Dependency):
                found.setdefault(folder(file.path), set()).add(fact.name)
    return found


@cache
def _rows() -> tuple[Row, ...]:
    text = (resources("boundary") / "resolve" / "known" / "placed.toml").read_text("utf-8")
    return tuple(msgspec.convert(row, Row) for row in tomllib.loads(text).values())


def _below(path: str, row: Row, homes: Collection[str], using: Collection[str]) -> str | None:
    """The path of a file below the folder of a framework, without its ending; None where it is no route."""
    home = next((above for above in (folder(path), *ancestors(folder(path))) if above in homes), None)
    if home not in using or home is None or not _ENDING.search(path):
        return None
    rest = path[len(home) :].lstrip("/").removeprefix("src/")
    if not rest.startswith(f"{row.folder}/"):
        return None
    *above, name = _ENDING.sub("", rest[len(row.folder) + 1 :]).split("/")
    if any(part.startswith(row.private) for part in above) or (row.file and name != row.file) or name.endswith(".d"):
        return None
    return "/".join(above if row.file else (*above, name))


def _served(file: CodeFile, row: Row, inner: str) -> Iterator[Operation]:
    stem, _, last = inner.rpartition(".") if row.methods == "named" else ("", "", "")
    named = last.upper() if last.upper() in METHODS else ""
    route, below = _route(stem if named else inner)
    path = paths.template(f"{row.prefix}/{route}".rstrip("/"))
    for method, line in [(named or "*", 1)] if row.methods != "exported" else _exported(file):
        place = Location(file.path, line)
        yield Operation("*" if method == "ALL" else method, path, place, "code", paths.is_internal(path), below=below)


def _route(inner: str) -> tuple[str, bool]:
    """The path of the route, and whether it takes all that lies below it."""
    found: list[str] = []
    for part in inner.split("/"):
        if rest := _REST.fullmatch(part):
            return "/".join(found if part.startswith("[[") else (*found, f"{{{rest[1] or 'rest'}}}")), True
        if part.startswith("@") or (part.startswith("(") and part.endswith(")")) or part == "index":
            continue
        found.append(_VARIABLE.sub(r"{\1}", part))
    return "/".join(found), False


def _exported(file: CodeFile) -> Iterator[tuple[str, int]]:
    """The functions of a file that are called after methods, with their lines."""
    for method in METHODS:
        assigned = file.names.get(("", method), ())
        fact = file.functions.get(method) or file.imports.get(("", method)) or (assigned[0] if assigned else None)
        if fact is not None:
            yield method, max(fact.line, 1)
