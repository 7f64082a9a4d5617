"""Ends of an interface that are of different times: what is deployed of a provider, what a client was made from.

Nothing is guessed about the older contract: it is a copy that lies with the consumer, the document in the release that
is deployed, or in the commit that had the version or the digest that a generated file tells. Where none of these is
there, versions are compared by what they promise (https://semver.org), and a digest only says that they differ.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache

import msgspec

from boundary.contracts import workspace
from boundary.contracts.model import Change, Place
from boundary.contracts.workspace import Side
from boundary.discover import Snapshot
from boundary.extract import Extractor, extract, extractors
from boundary.facts import Contract, FileFacts, Generated
from boundary.graph import Graph, Skew
from boundary.model import Document, Edge, Evidence, Location, Node
from boundary.source import Source

_CALLS = ("http", "grpc", "graphql")
_PREFIXES = ("", "v", "release-", "release/", "releases/", "release-v", "release/v")
_NUMBERS = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.\d+)*")


def find(graph: Graph, side: Side, snapshot: Snapshot) -> list[Skew]:
    """All skews of a workspace, by provider and consumer."""
    return [*_deployed(graph, side, snapshot), *_copied(graph, side), *_generated(graph, side, snapshot)]


_NAMED = 5


def untold(graph: Graph, found: Iterable[Skew]) -> Iterator[str]:
    """A sentence about the releases that are deployed and that no repository has: they were compared with nothing."""
    lost = [one for one in found if one.unknown and one.kind == "deployed"]
    names = [f"{graph.nodes[one.provider].name} {one.version} ({one.evidence[0].location})" for one in lost]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        told = ", ".join(names[:_NAMED])
        yield f"no tag is called as what is deployed, so what it offers was not compared: {told}{more}"


# --- what is deployed of a provider -------------------------------------------------------------------------


def _deployed(graph: Graph, side: Side, snapshot: Snapshot) -> Iterator[Skew]:
    for node in graph.nodes.values():
        documents = [one.location.path for one in node.contracts]
        callers = [edge for edge in graph.into(node.id, *_CALLS) if edge.source != node.id]
        for release in node.deployed if documents and callers else ():
            told = Evidence(release.location, f"{node.name} {release.version} is deployed here")
            then = snapshot.released(documents[0], tags(release.version, node.name))
            if then is None:
                yield Skew("deployed", node.id, "", release.version, (told,), unknown=True)
                continue
            with closing(then):
                old = _side(then, documents, f"{node.name} {release.version}")
                changes, _ = workspace.changes(_only(side, documents), old)
            if changes:
                later = frozenset(_later(graph, callers, side, snapshot))
                yield Skew("deployed", node.id, "", release.version, (told,), changes, later=later)


def tags(version: str, name: str) -> list[str]:
    """What the tag of a version is called: with the service's name first, where a repository has several."""
    plain = version.removeprefix("sha-").removeprefix("v")
    own = [f"{name}{between}{mark}{plain}" for between in ("-", "/", "@", "_") for mark in ("", "v")]
    return [*own, version, *(f"{prefix}{plain}" for prefix in _PREFIXES)]


def _later(graph: Graph, callers: Iterable[Edge], side: Side, snapshot: Snapshot) -> Iterator[str]:
    """The files of callers that their own deployed releases have otherwise, or not at all."""
    for edge in callers:
        consumer, path = graph.nodes[edge.source], edge.location.path
        releases = (snapshot.released(path, tags(one.version, consumer.name)) for one in consumer.deployed)
        for then in releases:
            if then is not None:
                with closing(then):
                    if _read(then, path) != side.read(path):
                        yield path


def _side(snapshot: Snapshot, paths: Sequence[str], label: str) -> Side:
    """The contracts of a release; documents that have moved since are looked for by their kind."""
    known = {entry.path for entry in snapshot.entries() if entry.link is None and not entry.mark}
    endings = {path.rpartition(".")[2] for path in paths}
    folders = tuple(path.rpartition("/")[0] for path in paths)
    near = [path for path in known if path.rpartition(".")[2] in endings and path.startswith(folders)]
    files = [_facts(path, snapshot.read(path)) for path in sorted(near)]
    return Side(label, files, lambda path: _read(snapshot, path) if path in known else None)


def _only(side: Side, paths: Sequence[str]) -> Side:
    files = [file for file in side.files if file.path in paths]
    return Side(side.label, files, side.read)


def _read(snapshot: Snapshot, path: str) -> bytes | None:
    try:
        return snapshot.read(path)
    except (OSError, KeyError):
        return None


def _facts(path: str, data: bytes) -> FileFacts:
    return extract(Source(path, data), _extractors())


@cache
def _extractors() -> list[Extractor]:
    return extractors()


# --- what a client was made from ----------------------------------------------------------------------------


def _copied(graph: Graph, side: Side) -> Iterator[Skew]:
    """Copies of contracts that their owners have changed."""
    for node in graph.nodes.values():
        for copy in node.copies:
            original = _original(graph.nodes.get(copy.of), copy)
            if original is None or side.read(original) in (None, side.read(copy.location.path)):
                continue
            changes = [_moved(one, original, copy.location.path) for one in _since(side, copy.location.path, original)]
            if changes:
                version = copy.version if copy.kind == "openapi" else ""
                told = Evidence(copy.location, f"{node.name} keeps a copy of the contract here")
                yield Skew("generated", copy.of, node.id, version, (told,), tuple(changes))


def _original(provider: Node | None, copy: Document) -> str | None:
    """The document that a copy is one of."""
    own = [one for one in provider.contracts if one.kind == copy.kind] if provider else []
    titled = [one.location.path for one in own if one.title.casefold() == copy.title.casefold()]
    name = copy.location.path.rpartition("/")[2]
    named = [path for path in titled if path.rpartition("/")[2] == name]
    return next((group[0] for group in (named, titled) if len(group) == 1), None)


def _since(side: Side, copy: str, original: str) -> Sequence[Change]:
    """What changed from a copy to the original, as if the copy were an earlier text of it."""
    ours, theirs = (path.rpartition("/")[0] for path in (original, copy))

    def read(path: str) -> bytes | None:
        below = path.removeprefix(f"{ours}/") if ours else path
        return side.read(copy if path == original else f"{theirs}/{below}".removeprefix("/"))

    facts = [msgspec.structs.replace(file, path=original) for file in side.files if file.path == copy]
    return workspace.changes(Side(f"the copy {copy}", facts, read), _only(side, [original]))[0]


def _moved(change: Change, original: str, copy: str) -> Change:
    """A change whose old place is in the copy."""
    old = change.old
    if old is None or old.path != original:
        return change
    return msgspec.structs.replace(change, old=Place(copy, old.line, old.pointer))


def _generated(graph: Graph, side: Side, snapshot: Snapshot) -> Iterator[Skew]:
    """Clients whose heads tell from which version of a contract they were made."""
    seen = set()
    for file in side.files:
        for fact in file.facts:
            if isinstance(fact, Generated):
                consumer = _home(graph, file.path)
                provider, document = _meant(graph, consumer, fact, file.path) if consumer else (None, None)
                key = (consumer and consumer.id, provider and provider.id, fact.version, fact.digest)
                if consumer and provider and document and key not in seen:
                    seen.add(key)
                    place = Location(file.path, fact.line, fact.column)
                    yield from _outdated(side, snapshot, (consumer, provider, document), fact, place)


def _home(graph: Graph, path: str) -> Node | None:
    """The service in whose folder a file lies."""
    homes = [
        node for node in graph.of_kind("service", "gateway")
        if node.root is not None and (node.root in ("", ".") or path.startswith(f"{node.root}/"))
    ]  # fmt: skip
    return max(homes, key=lambda node: len(node.root or ""), default=None)


def _meant(graph: Graph, consumer: Node, fact: Generated, path: str) -> tuple[Node | None, Document | None]:
    """The contract of one of the services that a consumer calls: by its title, else by the name of a folder."""
    called = dict.fromkeys(edge.target for edge in graph.out(consumer.id, *_CALLS) if edge.target != consumer.id)
    offered = [(node, one) for target in called if (node := graph.nodes[target]) for one in node.contracts]
    over_http = [(node, one) for node, one in offered if one.kind == "openapi"]
    titled = [each for each in over_http if fact.title and each[1].title.casefold() == fact.title.casefold()]
    parts = {re.sub(r"\W|_", "", part.casefold()) for part in path.split("/")}
    named = [each for each in over_http if not fact.title and re.sub(r"\W|_", "", each[0].name.casefold()) in parts]
    return next((group[0] for group in (titled, named) if len(group) == 1), (None, None))


def _outdated(
    side: Side, snapshot: Snapshot, ends: tuple[Node, Node, Document], fact: Generated, place: Location
) -> Iterator[Skew]:
    consumer, provider, document = ends
    path = document.location.path
    now = side.read(path) or b""
    if _is_of(fact, now, document.version):
        return
    told = (Evidence(place, f"{consumer.name} has a client of {document.title or provider.name} from then"),)
    for data in snapshot.earlier(path):
        file = _facts(path, data)
        version = next((one.version for one in file.facts if isinstance(one, Contract)), "")
        if _is_of(fact, data, version):
            then = Side(f"version {version}", [file], {path: data}.get)
            changes = workspace.changes(then, _only(side, [path]))[0]
            yield Skew("generated", provider.id, consumer.id, version, told, tuple(changes))
            return
    if fact.digest or _breaks(fact.version, document.version):
        yield Skew("generated", provider.id, consumer.id, fact.version, told, unknown=True)


def _is_of(fact: Generated, data: bytes, version: str) -> bool:
    """Whether a client was made from a text."""
    if fact.digest:
        return hashlib.sha256(data).hexdigest() == fact.digest
    return fact.version.removeprefix("v") == version.removeprefix("v")


def _breaks(old: str, new: str) -> bool:
    """Whether a step from one version to another may break: of the first number, before 1.0 of the second."""
    one, two = _NUMBERS.match(old), _NUMBERS.match(new)
    if one is None or two is None:
        return False
    return one[1] != two[1] or (one[1] == "0" and one[2] != two[2])
