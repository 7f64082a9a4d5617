"""What constructs are given, as expressions of a template: texts, objects, lists, references to other constructs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from boundary.facts import Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown
from boundary.model import Hole, Value
from boundary.resolve.code.texts import CONSTRUCT
from boundary.resolve.code.things import Known, Made, Pairs, Several, Site, Thing

_DEEPEST = 20
_ADDRESS = re.compile(r"[eE]ndpoint|hostname")
_HTTP = frozenset({"url", "apiEndpoint", "urlForPath", "api_endpoint"})
_REFERENCES = frozenset({"topicArn", "secretArn", "stateMachineArn"})
"""Resource names that ``Ref`` gives by itself."""

_PSEUDO = {"region": "AWS::Region", "account": "AWS::AccountId", "partition": "AWS::Partition"}
"""Members of a stack that are parameters of every template."""

_WORDS = 5
"""What is told of a construct within a text: class, path, line, id, members."""


class Names(NamedTuple):
    """What a program's names lead to: ``label`` gives the name of the resource that a construct makes, "" for none;
    ``told`` are the keys of its context."""

    label: Callable[[Made], str]
    told: frozenset[str] = frozenset()


def camel(name: str) -> str:
    """A name as TypeScript has it: Python's have underscores."""
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def text(thing: Thing | None) -> str:
    """A text that is known whole, the last word of a constant of a library, "" for everything else."""
    if isinstance(thing, Known):
        return thing.name.rpartition(".")[2]
    return (thing.text or "") if isinstance(thing, Value) else ""


def expression(thing: Thing | None, names: Names, depth: int = 0) -> Expr:
    """A thing as an expression."""
    if depth > _DEEPEST:
        return Unknown()
    match thing:
        case Value(parts=parts):
            pieces = [Text(part) if isinstance(part, str) else _filled(part, names, depth) for part in parts]
            return pieces[0] if len(pieces) == 1 else Join(tuple(pieces)) if pieces else Text("")
        case Known():
            return Text(text(thing))
        case Pairs(entries=entries):
            told = ((text(key), expression(value, names, depth + 1)) for key, value in entries)
            return Record(tuple((Text(key), value) for key, value in told if key))
        case Several(items=items):
            return Listing(tuple(expression(item, names, depth + 1) for item in items))
        case Made(type="construct"):
            return _construct(thing, names, depth)
        case Made(type="construct-part"):
            return _part(thing, names, depth)
    return Unknown()


def _filled(hole: Hole, names: Names, depth: int) -> Expr:
    """What fills a part of a text: a construct of the program, or something from outside by its name."""
    if hole.kind == "config":
        return _context(hole, names, depth)
    if not hole.name.startswith(CONSTRUCT):
        return Ref(hole.name or "unknown")
    written = hole.name.removeprefix(CONSTRUCT).split("\x1f")
    if len(written) != _WORDS:
        return Ref("unknown")
    kind, path, line, called, members = written
    if not path:  # A member of the stack, where only the class tells that it is one.
        return Ref(_PSEUDO.get(members.rpartition(".")[2], "unknown"))
    told = (("construct", Value.of(kind)), ("id", Value.of(called)))
    made = Made("construct", told, Site(path, int(line)))
    for member in members.split(".") if members else ():
        made = Made("construct-part", (("from", made), ("member", Value.of(member))), made.site)
    return expression(made, names, depth + 1)


def _context(hole: Hole, names: Names, depth: int) -> Expr:
    """What the program's context has under a key, or what stands there for the case that it has nothing."""
    first, *keys = hole.name.split(".")
    found: Expr = Ref(first)
    for key in keys:
        found = Member(found, key)
    known = first in names.told or hole.default is None
    return found if known else expression(hole.default, names, depth + 1)


def _construct(made: Made, names: Names, depth: int) -> Expr:
    """A construct of our own, one that is looked up by its name, or a helper around another one."""
    if name := names.label(made):
        return Ref(name)
    if text(made.field("construct")) == "CfnParameter":
        return Ref(text(made.field("id")))
    how, first = camel(text(made.field("construct"))), made.field("first")
    if how.startswith(("from", "value")) and "Asset" not in how:
        return _looked_up(how, made, names, depth)
    if how == "importValue" and first is not None:
        return Item(Ref("<imports>"), expression(first, names, depth + 1))
    around = [one for one in (first, made.field("id")) if one is not None]
    inner = next((one for one in around if isinstance(one, Made)), around[0] if around else None)
    return expression(inner, names, depth + 1)


def _looked_up(how: str, made: Made, names: Names, depth: int) -> Expr:
    """What another stack makes: by its name, its resource name, or the parameter that holds it."""
    told = expression(made.field("name") or made.field("id"), names, depth + 1)
    if "StringParameter" in how or "SecureString" in how:
        return Join((Text("{{resolve:ssm:"), told, Text("}}")))
    return told


def _part(made: Made, names: Names, depth: int) -> Expr:
    """A member of a construct; what only the cloud knows of it is an attribute of the resource."""
    base, member = made.field("from"), camel(text(made.field("member")))
    while isinstance(base, Made) and base.type == "construct-part":
        member, base = camel(text(base.field("member"))) + "." + member, base.field("from")
    if member in ("region", "account", "of.region", "of.account"):
        return Ref(_PSEUDO[member.rpartition(".")[2]])
    of = expression(base, names, depth + 1)
    if not isinstance(of, Ref) or not isinstance(base, Made) or not names.label(base):
        return of
    last = member.rpartition(".")[2]
    if last in _HTTP:
        return Join((Text("https://"), of, Text(".execute-api."), Ref("AWS::Region"), Text(".amazonaws.com")))
    if _ADDRESS.search(member):
        return Member(of, "Endpoint.Address")
    if last == "tableStreamArn":
        return Member(of, "StreamArn")
    return Member(of, "Arn") if last.endswith("Arn") and last not in _REFERENCES else of
