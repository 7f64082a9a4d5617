"""The services of contracts for remote procedures (proto, Thrift), and who implements them.

Who only has the file, or a stub made of it, is a consumer: a provider is who has code that implements the service. The
same file may lie in several repositories; all copies are one service.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from boundary.facts import Contract, ContractOperation, Member, Ref
from boundary.model import Evidence, Location, Operation, Value
from boundary.resolve.code import members
from boundary.resolve.code.things import ClassOf, Effect, Instance, Known, Thing
from boundary.resolve.context import Context, chain
from boundary.resolve.values import fold

KINDS = frozenset({"proto", "thrift"})

_STUB = re.compile(r"(?:Blocking|BlockingV2|Future|Coroutine)?Stub$")

_INTERFACE = re.compile(r"^I(?=[A-Z])")
"""How names of interfaces begin in C#; what they are called otherwise is the service's name."""

_STANDARD = frozenset({"health", "serverreflection", "channelz"})
"""Services of gRPC itself, which every server may offer and nobody has to declare."""

_GENERATED = ".Service"
"""What Ruby's compiler calls the class that a service is implemented by: ``Rooms::Service``."""


@dataclass
class Declared:
    """A service as one file declares it: ``path`` is the file, ``name`` the full name (``shop.v1.Orders``)."""

    name: str
    path: str
    procedures: dict[str, Operation] = field(default_factory=dict)

    def find(self, method: str) -> Operation | None:
        """The procedure that a stub's method means: letter case is the language's, ``Async`` is C#'s."""
        wanted = fold(method)
        return self.procedures.get(wanted) or self.procedures.get(wanted.removesuffix("async"))


class Procedures:
    """The index; ``implementers`` are the services by the folded name of what they implement, and why."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._declared: dict[str, list[Declared]] = defaultdict(list)
        self.implementers: dict[str, dict[str, tuple[Evidence, ...]]] = defaultdict(dict)
        for declared in _declarations(context):
            if not declared.name.startswith("grpc."):
                self._declared[key(declared.name)].append(declared)
        self._implement()

    def known(self, name: str) -> bool:
        """Whether a service is declared or implemented in the workspace."""
        return key(name) in self._declared or key(name) in self.implementers

    def called(self, name: str) -> str:
        """The declared service that generated code means, which may leave a last ``Service`` out of its own names."""
        return name if self.known(name) or not self.known(f"{name}Service") else f"{name}Service"

    def declared(self, name: str, provider: str) -> Declared | None:
        """What the contract of a provider says about a service: the provider's own file, else the first of all."""
        among = self._declared.get(key(name), [])
        full = [each for each in among if each.name == name]
        own = [each for each in full or among if provider in self._context.land.services_of(each.path)]
        return next(iter(own or full or among), None)

    def coded(self, interface: ClassOf, line: int) -> str:
        """The procedure that a method of an interface in code is, by the line that it stands in."""
        declared = (
            one for one in self._declared.get(key(self.interfaces[interface]), ()) if one.path == interface.path
        )
        found = (one for each in declared for one in each.procedures.values() if one.location.line == line)
        return next((one.path.rpartition("/")[2] for one in found), "")

    def offered(self) -> Iterator[tuple[str, Operation]]:
        """The procedures that services implement, as their contracts declare them."""
        for name, services in sorted(self.implementers.items()):
            for service in sorted(services):
                found = self.declared(name, service)
                yield from ((service, operation) for operation in (found.procedures.values() if found else ()))

    def _implement(self) -> None:
        classes: dict[tuple[str, str], str] = {}
        effects = self._context.effects.get("rpc-server", ())
        for effect in effects:
            if effect.subject and _text(effect.get("service")):
                classes[effect.site.path, effect.subject] = _text(effect.get("service"))
        for effect in effects:
            implementer = effect.get("implementer")
            generated = effect.get("generated")
            name = _text(effect.get("service")) or _of_class(implementer, classes) or self._interface(implementer)
            name = name or (_plain(generated.of, "Service") if isinstance(generated, Instance) else "")
            name = name or (self._of_bases(effect) if effect.get("bases") is not None else "")
            if not name or (key(name) in _STANDARD and key(name) not in self._declared):
                continue
            for service in self._context.actors(effect):
                evidence = chain(effect, f"{service.name} implements {name}")
                self.implementers[key(name)].setdefault(service.id, evidence)

    def _interface(self, implementer: Thing | None) -> str:
        """The interface that a class implements and that is a service by itself, without any file of a contract."""
        if not isinstance(implementer, ClassOf):
            return ""
        above = members.ancestry(self._context.evaluator, implementer)
        return next((self.interfaces[cls] for cls in above if cls in self.interfaces), "")

    @cached_property
    def interfaces(self) -> dict[ClassOf, str]:
        """Interfaces in code that are services by themselves, with the service's name."""
        found: dict[ClassOf, str] = {}
        for effect in self._context.effects.get("rpc-interface", ()):
            cls = ClassOf(effect.site.path, effect.subject)
            fact = self._context.evaluator.program.files[cls.path].classes.get(cls.name)
            if fact is not None and fact.kind == "interface":
                found[cls] = _text(effect.get("service")) or _INTERFACE.sub("", cls.name.rpartition(".")[2])
        return found

    def _of_bases(self, effect: Effect) -> str:
        """The declared service after which an interface is called that a class implements (Quarkus)."""
        evaluator = self._context.evaluator
        found = members.bases(
            evaluator, members.class_at(evaluator, evaluator.program.files[effect.site.path], effect.subject)
        )
        return next((one.name for one in found if isinstance(one, Known) and key(one.name) in self._declared), "")

    def of_field(self, effect: Effect) -> str:
        """The service after which the type of an annotated field is called: the service's own, or a stub's."""
        scope, _, name = effect.subject.rpartition(".")
        fields = self._context.evaluator.program.files[effect.site.path].names.get((scope, name), ())
        types = (one.annotation.name for one in fields if isinstance(one.annotation, Ref | Member))
        found = (_STUB.sub("", each) for each in types)
        return next((each for each in found if each and key(each) in self._declared), "")


def key(name: str) -> str:
    """A service's name without its package, letter case folded."""
    return fold(name.rpartition(".")[2])


def _declarations(context: Context) -> Iterator[Declared]:
    for file in context.files:
        kind = ""
        found: dict[str, Declared] = {}
        for fact in file.facts if not file.mark else ():
            if isinstance(fact, Contract):
                kind = fact.kind
            elif isinstance(fact, ContractOperation) and fact.method == "RPC" and kind in KINDS:
                name, _, method = fact.path.strip("/").partition("/")
                declared = found.setdefault(name, Declared(name, file.path))
                place = Location(file.path, fact.line, fact.column)
                declared.procedures[fold(method)] = Operation("RPC", fact.path, place)
        yield from found.values()


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""


def _of_class(thing: Thing | None, classes: dict[tuple[str, str], str]) -> str:
    """The service that a class implements, by what it derives from; the generated class itself by its name."""
    cls = thing.of if isinstance(thing, Instance) else thing
    if isinstance(cls, Known) and cls.name.endswith(_GENERATED):
        return cls.name.removesuffix(_GENERATED).rpartition(".")[2]
    return classes.get((cls.path, cls.name), "") if isinstance(cls, ClassOf) else ""


def _plain(cls: ClassOf | Known, ending: str) -> str:
    """The service after which a generated class is called."""
    return cls.name.rpartition(".")[2].removesuffix(ending)


def method_of(effect: Effect) -> str:
    """The procedure that a call names: by a stub's method, or by its full path (``/shop.v1.Orders/Get``)."""
    return _text(effect.get("method")) or _text(effect.get("path")).rpartition("/")[2]


def stub_of(effect: Effect) -> tuple[str, Thing | None]:
    """The service that a stub is for, and its channel or address; of a call, those of the stub that it is made on."""
    name = _text(effect.get("service")) or _text(effect.get("path")).rpartition("/")[0].strip("/")
    fields = dict(getattr(effect.receiver, "fields", ()))
    stub = effect.get("stub") or fields.get("stub")
    where = effect.get("channel") or effect.get("address")
    if isinstance(stub, Instance):  # of a class that was generated into the workspace, made with its address
        where = where or (stub.arguments.get(0) if stub.arguments else None)
        stub = stub.of
    if isinstance(stub, ClassOf | Known):
        name = _plain(stub, "Client")
    return name or _text(fields.get("service")), where or fields.get("channel") or fields.get("address")
