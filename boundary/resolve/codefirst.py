"""Calls on services of gRPC that are interfaces in code: whoever is handed one calls its methods like any others."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from boundary.facts import Function, Member, Ref
from boundary.model import Value
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import ClassOf, Effect, FunctionOf, Instance, Site
from boundary.resolve.context import Context
from boundary.resolve.procedures import Procedures


def calls(context: Context, procedures: Procedures) -> Iterator[Effect]:
    """A call of a procedure for each call of a method, with what the client was made with."""
    for client in context.effects.get("rpc-client", ()):
        stub = client.get("stub")
        if not isinstance(stub, ClassOf) or stub not in procedures.interfaces:
            continue
        known = context.evaluator.program.files[stub.path].functions
        methods = {
            name.rpartition(".")[2].partition("#")[0]: fact for name, fact in known.items() if fact.scope == stub.name
        }
        found = [(name, site) for name in sorted(methods) for site in _sites(context, stub, name)]
        for name, site in (*found, *_gone(context, stub, methods)):
            called = procedures.coded(stub, methods[name].line) if name in methods else ""
            values = (*client.values, ("method", Value.of(called or name)))
            call = f"{stub.name}.{name}"
            yield replace(client, kind="rpc-call", site=site, chain=(), values=values, call=call)


def _gone(context: Context, interface: ClassOf, methods: Container[str]) -> Iterator[tuple[str, Site]]:
    """Calls of methods that an interface does not have: of those who use an older one."""
    program = context.evaluator.program
    for path, file in sorted(program.files.items()):
        if not program.related(path, interface.path) or not any(
            _takes(fact, interface) for fact in file.functions.values()
        ):
            continue
        for scope, line, call in file.calls:
            if isinstance(call.callee, Member) and call.callee.name not in methods:
                of = context.evaluator.quiet(call.callee.of, Frame(file, scope, line=line))
                if isinstance(of, Instance) and _lacks(context, of, interface, call.callee.name):
                    yield call.callee.name.removesuffix("Async"), Site(path, call.line or line, call.column or 1)


def _lacks(context: Context, of: Instance, interface: ClassOf, method: str) -> bool:
    """Whether an object is used by an interface that does not have a method of this name."""
    is_one = interface in members.ancestry(context.evaluator, of.of)
    return is_one and members.find_method(context.evaluator, of, method) is None


def _takes(fact: Function, interface: ClassOf) -> bool:
    """Whether a function is handed something of the interface's name."""
    kinds = (one.annotation for one in fact.parameters)
    return any(isinstance(kind, Ref | Member) and kind.name == interface.name for kind in kinds)


def _sites(context: Context, interface: ClassOf, method: str) -> Iterator[Site]:
    """Where a method of an interface is called, also where it is known which class that is."""
    callers = context.uses.callers
    for one in callers.named(method):
        file = context.evaluator.program.files[one.path]
        callee = callers.callee(one.call.callee, file, one.scope, one.line)
        if isinstance(callee, FunctionOf) and interface in _classes(context, callee):
            yield Site(one.path, one.line, one.call.column or 1)


def _classes(context: Context, function: FunctionOf) -> tuple[ClassOf, ...]:
    return members.ancestry(context.evaluator, ClassOf(function.path, function.name.rpartition(".")[0]))
