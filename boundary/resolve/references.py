"""What a stack takes from another owner's stack that is no interface: ``joins`` edges with the trait ``stack``.

Outputs by the state of Terraform, exports of CloudFormation and parameters that hold them. What they are of decides:
the address of a service, a topic or a queue is how it is to be used, the name of a table or the id of a security group
is what the other stack is made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text
from boundary.facts.infra import Block
from boundary.model import Edge, Evidence, Location
from boundary.resolve.context import Context
from boundary.resolve.kept import keeper
from boundary.resolve.stacks.modules import Module
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Handle, Resource, Space

_INNER = frozenset(
    ("aws_security_group", "aws_subnet", "aws_iam_role", "aws_iam_instance_profile",
     "aws_route_table", "aws_db_subnet_group", "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::IAM::Role",
     "AWS::IAM::InstanceProfile", "AWS::RDS::DBSubnetGroup")
)  # fmt: skip
"""What a stack is made of, besides stores; networks are joined with whoever offers them."""

_SHARED = frozenset({"s3", "gcs", "azure-storage"})
"""Stores by which files are handed over on purpose."""

_STATE = "terraform_remote_state"
_PARAMETER = "aws_ssm_parameter"
_Chain = tuple[str, ...]


@dataclass(frozen=True)
class _Taken:
    """Something is taken at a place in a stack: what it is called, and the expression that another stack gives it."""

    place: Location
    reader: str
    name: str
    stack: str
    value: Expr | None


def resolve(context: Context) -> None:
    """Add an edge for each thing that the stack of one service takes from the inside of another one's."""
    stacks = context.land.stacks
    if stacks is None:
        return
    declared: dict[tuple[str, _Chain], list[Resource]] = defaultdict(list)
    for one in stacks.resources:
        declared[one.stack, (one.label,) if "::" in one.type else (one.type, one.label)].append(one)
    for taken in (*_by_modules(stacks), *_by_templates(stacks)):
        chain = _chain(taken.value) if taken.value is not None else ()
        found = declared.get((taken.stack, chain[:2])) or declared.get((taken.stack, chain[:1])) or []
        readers = context.land.declaring(taken.place.path, taken.reader)
        owner = keeper(context, found[0]) if len(found) == 1 and _is_inner(found[0]) else None
        if owner is not None and len(readers) == 1 and readers[0] != owner.id:
            what = f"{found[0].type} {found[0].label}"
            evidence = (
                Evidence(taken.place, f"takes {taken.name} from the stack of {owner.name}"),
                Evidence(found[0].location, f"which is {what}"),
            )
            traits, detail = frozenset({"stack"}), f"{taken.name} ({what})"
            edge = Edge(readers[0], owner.id, "joins", evidence, "configured", traits=traits, detail=detail)
            context.found.edges.append(edge)


def _is_inner(resource: Resource) -> bool:
    row = resource.row
    return resource.type in _INNER or (row is not None and row.kind == "store" and row.technology not in _SHARED)


# --- Terraform ----------------------------------------------------------------------------------------------


def _by_modules(stacks: Stacks) -> Iterator[_Taken]:
    roots = {one.root: one for one in stacks.modules.roots}
    for root in roots.values():
        states = _states(root)
        for path, block in (one for written in root.blocks.values() for one in written):
            for chain, line in _chains(block) if states else ():
                at = next((size for size in (4, 2) if chain[:size] in states and len(chain) > size), 0)
                other = roots.get(states[chain[:at]]) if at else None
                if other is not None and other is not root:
                    value = _output(other, chain[at])
                    yield _Taken(Location(path, line), root.root, chain[at], other.root, value)
            if block.kind == "data" and block.type == _PARAMETER:
                yield from _by_parameter(root, path, block)


def _states(root: Module) -> dict[_Chain, str]:
    """The stack of each expression that stands for all outputs of one: data sources, and locals that are these."""
    found: dict[_Chain, str] = {}
    for (kind, _), written in root.blocks.items():
        for _, block in written if kind == "data" else ():
            outputs = _data(root, block)
            if block.type == _STATE and isinstance(outputs, Space):
                state = outputs.get("outputs")
                if isinstance(state, Space) and state.stack:
                    found["data", _STATE, block.name, "outputs"] = state.stack
    for (kind, name), written in root.blocks.items():
        for _, block in written if kind == "local" and found else ():
            chain = _chain(_entry(block.body, "value"))
            if chain in found:
                found["local", name] = found[chain]
    return found


def _data(root: Module, block: Block) -> object:
    space = root.names["data"]
    of_type = space.get(block.type) if isinstance(space, Space) else None
    return of_type.get(block.name) if isinstance(of_type, Space) else None


def _by_parameter(root: Module, path: str, block: Block) -> Iterator[_Taken]:
    found = _data(root, block)
    if isinstance(found, Handle) and found.resource.declared and found.resource.stack != root.root:
        kept = found.resource
        written = kept.body.get("value") or kept.body.get("Value") or ((0, None),)
        place = Location(path, block.line, block.column)
        yield _Taken(place, root.root, kept.name, kept.stack, written[0][1])


def _output(module: Module, name: str) -> Expr | None:
    written = module.blocks.get(("output", name))
    return _entry(written[0][1].body, "value") if written else None


# --- CloudFormation -----------------------------------------------------------------------------------------


def _by_templates(stacks: Stacks) -> Iterator[_Taken]:
    templates = stacks.templates
    places = {(one.stack, one.label): one.location.path for one in stacks.resources}
    for path, template in templates.templates.items():
        for block in template.blocks.values():
            for one, line in _walk(block):
                if isinstance(one, Item) and one.of == Ref("<imports>"):
                    found = templates.exported(one.key, template)
                    if found is not None and found[0] is not template:
                        value, name = _entry(found[1].body, "Value"), found[1].name
                        place = Location(places.get((path, block.name), path), line)
                        yield _Taken(place, path, name, found[0].path, value)


# --- expressions --------------------------------------------------------------------------------------------


def _chains(block: Block) -> Iterator[tuple[_Chain, int]]:
    """The longest chains of names in a block, with their lines."""
    for one, line in _walk(block):
        if isinstance(one, Member | Item) and (chain := _chain(one)):
            yield chain, line


def _walk(block: Block) -> Iterator[tuple[Expr, int]]:
    """All expressions of a block in their order, with the line of the key that they stand under; what is looked up in
    a chain of names is no expression by itself."""
    waiting: list[tuple[Expr, int]] = [(block.body, block.line)]
    while waiting:
        one, line = waiting.pop()
        yield one, line
        inner: list[tuple[Expr, int]] = []
        if isinstance(one, Record):
            inner = [(value, key.line if isinstance(key, Text) and key.line else line) for key, value in one.entries]
        elif isinstance(one, Listing):
            inner = [(item, line) for item in one.items]
        elif isinstance(one, Join):
            inner = [(part, line) for part in one.parts]
        elif isinstance(one, Apply):
            inner = [(each, line) for each in (*one.args, *(value for _, value in one.keywords))]
        elif isinstance(one, Member | Item) and not _chain(one):
            inner = [(one.of, line)]
        waiting += reversed(inner)


def _chain(expr: Expr | None) -> _Chain:
    """The names of ``a.b.c[d]``; nothing for what is no such chain. Elements of a list count for the list."""
    found: list[str] = []
    while isinstance(expr, Member | Item):
        if isinstance(expr, Member):
            found.append(expr.name)
        elif isinstance(expr.key, Text) and not expr.key.text.isdecimal():
            found.append(expr.key.text)
        expr = expr.of
    return (expr.name, *reversed(found)) if isinstance(expr, Ref) else ()


def _entry(body: Expr, name: str) -> Expr | None:
    pairs = body.entries if isinstance(body, Record) else ()
    return next((value for key, value in pairs if isinstance(key, Text) and key.text == name), None)
