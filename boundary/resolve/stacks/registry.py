"""Modules of public registries as the resources that they make, which are rows of ``known/registry.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.resources import files

import msgspec

from boundary.facts import Expr, Ref
from boundary.model import Location, Value
from boundary.resolve.stacks.attributes import ARN
from boundary.resolve.stacks.rows import row
from boundary.resolve.stacks.things import NULL, Encoded, Null, Resource, Rows, Table, Thing, below, items, text

_REPOSITORY = re.compile(
    r"(?:git::)?(?:https://|ssh://)?(?:git@)?github\.com[:/]([\w-]+)/terraform-(\w+)-([\w-]+?)(?:\.git)?(//[\w./-]+)?"
)
_MOST = 60
"""Members of an input that are looked at one by one."""

_POLICY = {"actions": "Action", "resources": "Resource", "effect": "Effect", "principals": "Principal",
           "condition": "Condition", "conditions": "Condition", "not_actions": "NotAction",
           "not_resources": "NotResource"}  # fmt: skip

_PORTS = {
    "postgresql-tcp": 5432, "mysql-tcp": 3306, "mssql-tcp": 1433, "oracle-db-tcp": 1521, "redshift-tcp": 5439,
    "redis-tcp": 6379, "memcached-tcp": 11211, "mongodb-27017-tcp": 27017, "cassandra-clients-tcp": 9042,
    "elasticsearch-rest-tcp": 9200, "kafka-broker-tcp": 9092, "kafka-broker-tls-tcp": 9094, "nfs-tcp": 2049,
    "rabbitmq-5672-tcp": 5672, "activemq-61614-tcp": 61614, "http-80-tcp": 80, "http-8080-tcp": 8080,
    "https-443-tcp": 443, "https-8443-tcp": 8443, "ssh-tcp": 22,
}  # fmt: skip
"""Names of rules; https://github.com/terraform-aws-modules/terraform-aws-security-group/blob/master/rules.tf ."""


class _Part(msgspec.Struct, frozen=True):
    type: str
    each: str = ""
    self: str = ""
    key: str = ""
    only: str = ""
    policy: str = ""
    given: dict[str, str] = {}
    fixed: dict[str, str] = {}


class _Row(msgspec.Struct, frozen=True, rename={"named": "is"}):
    named: str = ""
    parts: tuple[_Part, ...] = ()


@cache
def _rows() -> dict[str, _Row]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "registry.toml").read_text("utf-8"))
    return {name: msgspec.convert(one, _Row) for names, one in written.items() for name in names.split()}


_GROUP = "terraform-aws-modules/security-group/aws"
_NAMED = {
    "postgresql": "postgresql-tcp", "mysql": "mysql-tcp", "mssql": "mssql-tcp", "oracle-db": "oracle-db-tcp",
    "redshift": "redshift-tcp", "redis": "redis-tcp", "memcached": "memcached-tcp", "mongodb": "mongodb-27017-tcp",
    "cassandra": "cassandra-clients-tcp", "elasticsearch": "elasticsearch-rest-tcp", "kafka": "kafka-broker-tcp",
    "nfs": "nfs-tcp", "rabbitmq": "rabbitmq-5672-tcp", "http-80": "http-80-tcp", "https-443": "https-443-tcp",
    "ssh": "ssh-tcp",
}  # fmt: skip
"""Modules for one purpose, which let its port in by themselves."""


def _row(source: str) -> _Row | None:
    purpose = source.removeprefix(f"{_GROUP}//modules/")
    if purpose == source or purpose not in _NAMED:
        return _rows().get(source)
    known = _rows()[_GROUP]
    fixed = {"type": "ingress", "rule": _NAMED[purpose]}
    given = {"cidr_blocks": "ingress_cidr_blocks"}
    part = _Part("aws_security_group_rule", self="security_group_id", given=given, fixed=fixed)
    return _Row(known.named, (*known.parts, part))


def plain(source: str) -> str:
    """The name of a module in its registry, also where its source is the repository that it is published from."""
    found = source.partition("?")[0].removeprefix("registry.terraform.io/").removeprefix("registry.opentofu.org/")
    kept = _REPOSITORY.fullmatch(found)
    return f"{kept[1]}/{kept[3]}/{kept[2]}{kept[4] or ''}" if kept is not None else found


def kind(source: str) -> str:
    """The type of the resource that a module is: one of a provider, or the module's own name."""
    return (_row(source) or _Row()).named or source


def parts(source: str, module: Resource) -> Iterator[Resource]:
    """The further resources that a module makes."""
    known = _row(source)
    for part in known.parts if known is not None else ():
        if not part.each:
            if any(path in module.body for path in part.given.values()):
                line = next(module.line(path) for path in part.given.values() if path in module.body)
                yield _made(module, part, "", NULL, line)
            continue
        if part.each not in module.body:
            continue
        if part.policy:
            yield _made(module, part, "", NULL, module.line(part.each))
            continue
        for at, (key, one, line) in enumerate(_members(module, part.each)):
            if at < _MOST:
                yield _made(module, part, key or str(at), one, line)


def _members(module: Resource, name: str) -> Iterator[tuple[str, Thing, int]]:
    """The members of an input, with their keys and lines; those of the lists in a map are all of the same key."""
    found = module.get(name)
    if isinstance(found, Table):
        for key, one in found.entries.items():
            for each in items(one):
                yield key, each, found.lines.get(key) or _line(each) or module.line(name)
    else:
        for each in items(found):
            yield "", each, _line(each) or module.line(name)


def _made(module: Resource, part: _Part, key: str, one: Thing, line: int) -> Resource:
    """A resource whose attributes are read when somebody asks for them."""
    said: dict[str, Callable[[], Thing]] = {name: partial(Value.of, value) for name, value in part.fixed.items()}
    for name, path in part.given.items():
        of, _, inner = path.partition(".")
        if of != "each" and of in module.body:
            said[name] = partial(module.get, of)
        elif of == "each":
            said[name] = partial(below, one, *inner.split("."))
    if isinstance(one, Table):
        said |= {name: partial(one.get, name) for name in one.entries}
    elif part.only:
        said[part.only] = lambda: one
    named = one.get("rule") if isinstance(one, Table) else one
    if (port := _PORTS.get(part.fixed.get("rule") or text(named) or "")) is not None:
        said |= {name: partial(Value.of, str(port)) for name in ("from_port", "to_port")}
        said["protocol"] = partial(Value.of, "tcp")
    if part.self:
        said[part.self] = partial(Value.of, ARN, module.uid)
    if part.key:
        said[part.key] = partial(Value.of, key)
    if part.policy:
        said[part.policy] = lambda: _document(module.get(part.each))
    for name in [name for name in said if "." in name]:
        outer, _, inner = name.partition(".")
        said[outer] = partial(_below, inner, said.pop(name))
    lines = one.lines if isinstance(one, Table) else {}
    body: dict[str, list[tuple[int, Expr]]] = {name: [(lines.get(name) or line, Ref(name))] for name in said}
    label = f"{module.label}.{part.each}.{key}".rstrip(".")
    uid = re.sub(r"[^A-Za-z0-9_]+", ".", f"{module.uid}.{part.type}.{part.each}.{key}.{line}").strip(".")
    place = Location(module.location.path, line)
    return Resource(uid, part.type, label, module.stack, place, row(part.type), body, partial(_read, said),
                    calls=module.calls)  # fmt: skip


def _read(said: dict[str, Callable[[], Thing]], expr: Expr) -> Thing:
    return said[expr.name]() if isinstance(expr, Ref) and expr.name in said else NULL


def _below(name: str, get: Callable[[], Thing]) -> Thing:
    return Table({name: get()})


def _document(given: Thing) -> Thing:
    """Statements of a list or a map as a policy document."""
    whole = given.entries.values() if isinstance(given, Table) else items(given)
    found = []
    for one in whole:
        if isinstance(one, Table):
            entries = {_POLICY.get(name, name): thing for name, thing in one.entries.items() if not _empty(thing)}
            found.append(Table(entries, {_POLICY.get(name, name): line for name, line in one.lines.items()}))
    return Encoded(Table({"Statement": Rows(tuple(found))}))


def _empty(thing: Thing) -> bool:
    return isinstance(thing, Null) or (isinstance(thing, Rows) and not thing.items)


def _line(thing: Thing) -> int:
    return min((line for line in thing.lines.values() if line), default=0) if isinstance(thing, Table) else 0
