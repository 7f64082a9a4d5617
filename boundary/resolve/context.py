"""What the resolvers share: facts, landscape, names, filled values, the effects of code; and what they add."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from boundary.config import Config
from boundary.facts import FileFacts
from boundary.model import Edge, Evidence, Hole, Location, Node, Problem, Unresolved, Value
from boundary.resolve import activeresource, buses, endpoint_uris, httpclients, mappings
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.program import Program
from boundary.resolve.code.things import Effect, FunctionOf, Made, Nothing, Pairs, Several, Site, Thing, gaps
from boundary.resolve.fields.uses import Uses
from boundary.resolve.landscape import Landscape, Service
from boundary.resolve.listening import base_path
from boundary.resolve.names import Names
from boundary.resolve.promised import Bodies
from boundary.resolve.roles import Roles
from boundary.resolve.served import Handed
from boundary.resolve.shipped.reached import Reached
from boundary.resolve.shipped.started import started
from boundary.resolve.values import Filler

OPEN = Hole("unknown")


@dataclass
class Found:
    """What has been resolved so far; ``located`` counts the references of each service, resolved or not. ``embedded``
    are services whose database is a part of their own process. ``copies`` are the paths of contracts that lie with one
    service and are another's, with that one's id, ``claimed`` whose those are that lie with several; ``sought`` are the
    engines of stores that were not found, by their open ends; ``undeclared`` are secrets of a cloud that no stack
    makes, by name and taker; ``given`` are the services whose workloads are given what a secret or parameter of a stack
    holds, by its uid, once somebody asks."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    located: Counter[str] = field(default_factory=Counter)
    embedded: set[str] = field(default_factory=set)
    copies: dict[str, str] = field(default_factory=dict)
    claimed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sought: dict[Unresolved, str] = field(default_factory=dict)
    undeclared: dict[str, dict[str, Evidence]] = field(default_factory=lambda: defaultdict(dict))
    given: dict[str, set[str]] | None = None

    _connected: dict[str, dict[str, Edge]] = field(default_factory=lambda: defaultdict(dict))
    _indexed: int = 0

    def connected(self, service: str) -> dict[str, Edge]:
        """What a service connects to so far: the first edge of the kind by its target. Edges are only ever added."""
        for edge in self.edges[self._indexed :]:
            if edge.kind == "connects":
                self._connected[edge.source].setdefault(edge.target, edge)
        self._indexed = len(self.edges)
        return self._connected[service]

    def add(self, node: Node) -> str:
        """Add a node unless its id is there already; gives the id."""
        self.nodes.setdefault(node.id, node)
        return node.id

    def take(self, nodes: Iterable[Node], edges: Iterable[Edge], unresolved: Iterable[Unresolved] = ()) -> None:
        """Add what a resolver without context gives; its open ends count as located."""
        for node in nodes:
            self.add(node)
        self.edges += edges
        for end in unresolved:
            self.unresolved.append(end)
            self.located[end.source] += 1


@dataclass
class Context:
    """Given to every resolver; each adds its nodes, edges and open ends to ``found``."""

    files: Sequence[FileFacts]
    config: Config
    land: Landscape
    names: Names
    filler: Filler
    roles: Roles
    handed: Handed = field(default_factory=Handed)
    found: Found = field(default_factory=Found)

    @cached_property
    def program(self) -> Program:
        """The code of the workspace; code in test, example and vendored trees is none of it."""
        return Program((file for file in self.files if not file.mark), self._related)

    @cached_property
    def evaluator(self) -> Evaluator:
        """The evaluator over the program."""
        return Evaluator(self.program)

    @cached_property
    def uses(self) -> Uses:
        """Which fields of answers and messages code reads."""
        return Uses(self.evaluator, [effect.site for effect in self.effects.get("rpc-call", ())])

    @cached_property
    def bodies(self) -> Bodies:
        """What the types of handlers say about requests and answers."""
        return Bodies(self.evaluator, self.uses.shapes)

    @cached_property
    def effects(self) -> dict[str, list[Effect]]:
        """Effects of code by kind, in order of path and line, each once for the shortest way that decides it."""
        found: dict[str, list[Effect]] = defaultdict(list)
        for path in sorted(self.program.files):
            for effect in self.evaluator.effects(path):
                found[effect.kind].append(effect)
        aside = {(effect.site.path, effect.subject) for effect in found.pop("aside", ())}
        for kind in found if aside else ():
            found[kind] = [effect for effect in found[kind] if not self._stands_in(effect.site, aside)]
        for effect in mappings.declared(self.evaluator, [e for kind in mappings.KINDS for e in found.pop(kind, ())]):
            found[effect.kind].append(effect)
        for effect in endpoint_uris.declared(found.pop(endpoint_uris.KIND, ())):
            found[effect.kind].append(effect)
        self._messages(found)
        found["http"] += activeresource.calls(self.evaluator, found.pop(activeresource.KIND, ()))
        found["http"] = [*httpclients.addressed(self.evaluator, found["http"], found.pop(httpclients.KIND, ()))]
        found["http"] = self._at_home(found["http"])
        return {kind: _shortest(effects) for kind, effects in found.items() if effects}

    def _at_home(self, calls: Sequence[Effect]) -> list[Effect]:
        """Calls of which a caller only brings the address of the service, where their paths are written: a client that
        is made with an address is not each place that uses it."""
        plain = {effect.site: effect for effect in calls if not effect.chain}
        return [
            replace(one, chain=())
            if one.chain
            and one.site in plain
            and _brings_base(plain[one.site], one)
            and len(mine := self.land.services_of(one.site.path)) == 1
            and mine == self.land.services_of(one.place.path)
            else one
            for one in calls
        ]

    def _stands_in(self, site: Site, classes: set[tuple[str, str]]) -> bool:
        """Whether a place is in one of some classes, those that only tools use."""
        file = self.program.files[site.path]
        facts = [file.classes[name] for path, name in classes if path == site.path and name in file.classes]
        return any(fact.line <= site.line <= max(fact.line, fact.end_line) for fact in facts)

    def _messages(self, found: dict[str, list[Effect]]) -> None:
        """Complete what is told of messages by who makes the events that others subscribe to by their classes."""
        for effect in buses.declared(found):
            found[effect.kind].append(effect)
        events = buses.heard(found.get("subscribe", ()))
        published = found.get("publish", [])
        passed = buses.carried(published, events, lambda path: len(self.land.services_of(path)) > 1)
        found["subscribe"] = [effect for effect in events if effect not in passed]
        found["publish"] = [effect for effect in published if effect not in passed]
        found["publish"] += buses.published(self.evaluator, events)

    @cached_property
    def base_paths(self) -> dict[str, str]:
        """What stands in front of all paths of each service by its settings."""
        return {one.id: base_path(self.filler, one.id) for one in self.land.services}

    def _related(self, one: str, other: str) -> bool:
        mine, theirs = self.land.services_of(one), self.land.services_of(other)
        return bool(set(mine) & set(theirs)) or mine == theirs

    @cached_property
    def running(self) -> dict[str, str]:
        """The services by what stacks declare that they run as, or are a process of, by its uid."""
        return {unit.key.partition("/")[0]: one.id for one in self.land.services for unit in one.units}

    @cached_property
    def _reached(self) -> Reached:
        return Reached(self.program, self.land, started(self.files, self.land))

    def is_foreign(self, node: Node, service: str) -> bool:
        """Whether a store is surely another one's: kept by one, or marked as another team's where nobody keeps it."""
        if node.keeper is not None:
            return node.keeper != service
        team = self.land.service(service).party.team
        return node.owner is not None and team is not None and node.owner != team

    def services_at(self, site: Site) -> list[Service]:
        """The services that do what stands at a place: of code that several ship, those who ask for it."""
        return [self.land.service(identity) for identity in self._reached.services(site)]

    def is_idle(self, site: Site) -> bool:
        """Whether a place is in a declared client of a library that no service is handed."""
        return self._reached.is_idle(site)

    def keepers_of(self, path: str) -> tuple[str, ...]:
        """The services whose a contract is: who serves what it declares, else those whose files it lies among."""
        return self.found.claimed.get(path) or self.land.services_of(path)

    def mentioned(self, service: str) -> frozenset[str]:
        """The words of a service's own code, and of what it asks for of libraries."""
        return self._reached.mentioned(service)

    def actors(self, effect: Effect) -> list[Service]:
        """The services that an effect is of: those at its place; where a program of several services leads to it, the
        one whose own code it goes through."""
        around = self.land.services_of(effect.place.path)
        for site in (*effect.chain[1:], effect.site) if effect.chain and len(around) > 1 else ():
            owners = self.land.services_of(site.path)
            if len(owners) == 1 and owners[0] in around:
                return [self.land.service(owners[0])]
        return self.services_at(effect.place)


def at(site: Site) -> Location:
    """A place in code as a location."""
    return Location(site.path, max(site.line, 1), site.column)


def chain(effect: Effect, what: str) -> tuple[Evidence, ...]:
    """The evidence of an effect: the place that decided it, then the calls on the way down."""
    steps = [*effect.chain, effect.site]
    first = Evidence(at(steps[0]), what)
    rest = [Evidence(at(step), f"which reaches {effect.call}" if step == effect.site else "through this call")
            for step in steps[1:]]  # fmt: skip
    return (first, *rest)


def _shortest(effects: list[Effect]) -> list[Effect]:
    """Of effects that say the same at the same place, the one with the shortest way there.

    What a caller adds must be in the values: a caller that only brings the connection gives the receiver, while the
    place stays where the values stand.
    """
    groups: dict[tuple[object, ...], list[Effect]] = defaultdict(list)
    for effect in _closed(effects):
        groups[effect.site, _shapes(effect)].append(effect)
    found: list[Effect] = []
    for group in groups.values():
        chains = {effect.chain for effect in group}
        for chained in sorted(chains, key=lambda c: (len(c), c)):
            if not any(chained[start:] in chains for start in range(1, len(chained) + 1)):
                found += _received([e for e in group if e.chain[len(e.chain) - len(chained) :] == chained], chained)
    return sorted(found, key=lambda e: (e.place, e.site, e.chain, repr(e.receiver)))


def _closed(effects: list[Effect]) -> list[Effect]:
    """Effects without those that stay open while a caller is seen who fills in what they leave open. A caller who gives
    what is not known either fills in nothing: the call stays where it stands."""
    fewest: dict[Site, int] = {}
    for effect in effects:
        fewest[effect.site] = min(_gaps(effect), fewest.get(effect.site, 1 << 30))
    filled: dict[Site, set[object]] = defaultdict(set)
    ways: set[tuple[Site, tuple[Site, ...]]] = set()
    """Beginnings of ways at whose end an address is known; on them it is not yet."""
    for effect in effects:
        if effect.chain and _gaps(effect) <= fewest[effect.site]:
            filled[effect.site].add(_shapes(effect))
            if effect.kind in ("connect", "broker"):
                ways |= {(effect.site, effect.chain[start:]) for start in range(1, len(effect.chain))}
    return [
        effect
        for effect in effects
        if _gaps(effect) <= fewest[effect.site]
        or (effect.chain and (effect.site, effect.chain) not in ways)
        or _shapes(effect) in filled[effect.site]
    ]


def _shapes(effect: Effect) -> tuple[object, ...]:
    """What an effect says, apart from what it is told of: where a value is the receiver itself, that goes with it."""
    return tuple(
        (name, OPEN if thing is effect.receiver else _shape(_named(name, thing))) for name, thing in effect.values
    )


def _brings_base(plain: Effect, called: Effect) -> bool:
    """Whether a call is told nothing but what its URL begins with."""
    for (name, thing), (_, filled) in zip(plain.values, called.values, strict=False):
        if name == "url" and isinstance(thing, Value) and isinstance(filled, Value) and len(thing.parts) > 1:
            first, path = thing.parts[0], Value(thing.parts[1:])
            end = Value(filled.parts[-len(path.parts) :])
            base = isinstance(first, Hole) and first.kind == "parameter" and isinstance(path.parts[0], str)
            if not base or _shape(path) != _shape(end):
                return False
        elif _shape(_named(name, thing)) != _shape(_named(name, filled)):
            return False
    return called.get("url") is not None and len(plain.values) == len(called.values)


def _gaps(effect: Effect) -> int:
    return sum(gaps(_named(name, thing)) for name, thing in effect.values)


def _named(name: str, thing: Thing) -> Thing:
    """What matters of a value: of a body whose fields are written out these, whoever gives what stands in them. The
    call is decided where its address and its fields are."""
    if name == "body" and isinstance(thing, Pairs):
        return Pairs(tuple((key, Value(())) for key, _ in thing.entries))
    return thing


def _received(group: list[Effect], chained: tuple[Site, ...]) -> list[Effect]:
    """The effect that stands for those of all callers: once, or once for each connection that they bring."""
    receivers = (effect.receiver for effect in group)
    known = dict.fromkeys(thing for thing in receivers if isinstance(thing, Made) and thing.fields)
    first = next(effect for effect in group if effect.chain == chained)
    return [_received_by(first, receiver) for receiver in known or [first.receiver]]


def _received_by(effect: Effect, receiver: Thing | None) -> Effect:
    values = tuple(
        (name, receiver if thing is effect.receiver and receiver else thing) for name, thing in effect.values
    )
    return replace(effect, receiver=receiver, values=values)


def _shape(thing: Thing) -> Thing:
    """A thing without the names of what is open in it, a function without the variables around it."""
    if isinstance(thing, FunctionOf):
        return FunctionOf(thing.path, thing.name)
    if isinstance(thing, Pairs):
        return Pairs(tuple((_shape(key), _shape(value)) for key, value in thing.entries))
    if isinstance(thing, Several):
        return Several(tuple(_shape(item) for item in thing.items))
    if isinstance(thing, Nothing):
        return Value.of(OPEN)
    if not isinstance(thing, Value):
        return thing
    return Value.of(*(OPEN if isinstance(p, Hole) and p.kind in ("parameter", "unknown") else p for p in thing.parts))
