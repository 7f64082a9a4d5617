"""Parts that are played once in a system: registry, configuration server, gateway, authorization server, tracing …

Who plays one and who needs one is told by the dependencies, annotations and settings in ``known/roles.toml``. Where a
system has exactly one server of a role, a client that names no address means that one.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files as resources
from typing import Literal

import msgspec

from boundary.facts import Apply, Class, Dependency, Expr, FileFacts, Import, Member, Ref
from boundary.model import EdgeKind, Location
from boundary.resolve.files import folder
from boundary.resolve.landscape import Landscape
from boundary.resolve.names import Named

Kind = Literal["service", "registry", "config-server", "gateway"]


class ServerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row ``[server.…]``; see the table."""

    kind: Kind = "service"
    role: str = ""
    annotations: str = ""
    dependencies: str = ""
    technologies: str = ""
    alone: bool = True


class ClientRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row ``[client.…]``; see the table."""

    edge: EdgeKind
    server: str = ""
    engine: str = ""
    dependencies: str = ""
    annotations: str = ""
    code: str = ""
    url: str = ""
    host: str = ""
    port: str = ""
    database: str = ""
    names: str = ""
    default: str = ""
    embedded: str = ""
    off: dict[str, str] = {}
    alone: bool = True
    setting: bool = False
    rivals: str = ""
    telemetry: bool = False


class RoutesRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row ``[routes.…]``; see the table."""

    at: str
    target: str = ""
    targets: str = ""
    named: bool = False
    everything: str = ""
    role: str = ""
    nothing: str = ""
    port: str = ""
    begins: str = ""
    rewritten: str = ""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rows by name."""

    server: dict[str, ServerRow]
    client: dict[str, ClientRow]
    routes: dict[str, RoutesRow]


@cache
def table() -> Table:
    """The table of ``known/roles.toml``."""
    text = (resources("boundary") / "resolve" / "known" / "roles.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Table)


Told = dict[str, dict[str, Location]]
"""Service → word → the first place where it stands."""


class Roles:
    """Who plays which role, and the words of manifests and code that tell it."""

    def __init__(self, files: Iterable[FileFacts], land: Landscape) -> None:
        self._land = land
        self.dependencies: Told = defaultdict(dict)
        self._shared = {one.root for one in land.libraries if len(one.users) > 1}
        self._own: Told = defaultdict(dict)
        self.annotations: Told = defaultdict(dict)
        self.imports: Told = defaultdict(dict)
        for file in files:
            owners = () if file.mark else land.services_of(file.path)
            for owner in owners:
                for fact in file.facts:
                    self._note(owner, file.path, fact)
        self._holders = {name: self._find(row) for name, row in table().server.items()}

    def _note(self, owner: str, path: str, fact: object) -> None:
        if isinstance(fact, Dependency) and fact.scope != "dev":
            name = fact.name.rpartition(":")[2].lower()
            self._add(self.dependencies, owner, name, fact.file or path, fact.line)
            if folder(path) not in self._shared:  # What a library needs makes nobody a server who ships it.
                self._add(self._own, owner, name, fact.file or path, fact.line)
        elif isinstance(fact, Class):
            for decorator in fact.decorators:
                self._add(self.annotations, owner, _last(decorator), path, fact.line)
        elif isinstance(fact, Import) and fact.name:
            self._add(self.imports, owner, fact.name, path, fact.line)

    def _add(self, told: Told, owner: str, word: str, path: str, line: int) -> None:
        told[owner].setdefault(word, Location(path, line))

    def _find(self, row: ServerRow) -> list[Named]:
        annotated = [one for one in self._land.services if _any(row.annotations, self.annotations[one.id])]
        depending = [
            one
            for one in self._land.services
            if _any(row.dependencies, self._own[one.id]) and (row.alone or not self.annotations[one.id])
        ]
        technologies = row.technologies.split()
        run = [one for one in self._land.servers if one.technology in technologies]
        return [*(annotated or depending), *run]

    def holders(self, names: str) -> list[Named]:
        """What plays the first of some roles that anything plays."""
        return next((found for name in names.split() if (found := self._holders[name])), [])

    def plays(self, identity: str, *names: str) -> bool:
        """Whether a service or server plays one of some roles."""
        return any(one.id == identity for name in names for one in self._holders[name])

    def place(self, identity: str, name: str) -> tuple[str, Location] | None:
        """The word that tells that a service plays a role, and where it stands."""
        row = table().server.get(name, ServerRow())
        found = _any(row.annotations, self.annotations[identity])
        return (f"@{found[0]}", found[1]) if found else _any(row.dependencies, self.dependencies[identity])

    def of(self, identity: str) -> ServerRow | None:
        """The row of the role that a service plays, the first in the table; None for none."""
        return next((table().server[name] for name in self._holders if self.plays(identity, name)), None)

    def proof(self, row: ClientRow, identity: str) -> tuple[Location, str, bool] | None:
        """Why a service is a client of a row: the place, in words, and whether that is enough without an address."""
        place = _any(row.annotations, self.annotations[identity])
        if place:
            return place[1], f"@{place[0]}", row.alone
        place = _any(row.dependencies, self.dependencies[identity])
        if place:
            rivals = _any(row.rivals, self.dependencies[identity])
            return place[1], f"the dependency {place[0]}", row.alone and rivals is None
        place = self.used(row, identity)
        if place and place[0] in _of_several():  # Of which broker, only the library tells.
            place = None
        return (place[1], f"the import of {place[0]}", False) if place else None

    def manages(self, identity: str, key: str) -> bool:
        """Whether a setting or variable is one that only libraries of the table read, of a service whose libraries are
        known: it says nothing by itself."""
        return bool(self.dependencies[identity]) and bool(_managed().fullmatch(_segments(key)))

    def has(self, identity: str, dependencies: Iterable[str]) -> bool:
        """Whether a service depends on one of some libraries."""
        return not self.dependencies[identity].keys().isdisjoint(dependencies)

    def used(self, row: ClientRow, identity: str) -> tuple[str, Location] | None:
        """A word of a service's code that proves that it uses what a row is about."""
        return _any(row.code, self.imports[identity])


@cache
def _of_several() -> frozenset[str]:
    """Words of code by which more than one row is used."""
    counted = Counter(word for row in table().client.values() for word in set(row.code.split()))
    return frozenset(word for word, times in counted.items() if times > 1)


@cache
def _managed() -> re.Pattern[str]:
    """The keys of all client rows, in dots or as a variable has them."""
    rows = table().client.values()
    keys = {key.partition("=")[0] for row in rows for key in f"{row.url} {row.host} {row.names}".split()}
    written = sorted({_segments(key) for key in keys})
    patterns = (re.escape(key).replace("\\*", "[a-z0-9]+") + "[0-9]*" for key in written)
    routed = (_segments(at) + ".*" for row in table().routes.values() for at in row.at.split())
    return re.compile("|".join((*patterns, *routed)))


def _segments(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum() or letter == "*")


def _any(words: str, told: dict[str, Location]) -> tuple[str, Location] | None:
    return next(((word, told[key]) for word in words.split() for key in (word, word.lower()) if key in told), None)


def _last(expression: Expr) -> str:
    match expression:
        case Ref(name) | Member(_, name):
            return name
        case Apply(callee):
            return _last(callee)
    return ""
