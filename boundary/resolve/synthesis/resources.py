"""The resources that a program of the CDK makes, while they are put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from boundary.facts import Expr, Join, Listing, Member, Record, Text
from boundary.facts.infra import Block
from boundary.resolve.code.things import Made, Site, Thing

FUNCTION = "AWS::Serverless::Function"
"""The type of a function, in the application model."""


@dataclass
class Resource:
    """A resource as it is put together: its place, its type, its properties."""

    label: str
    path: str
    line: int
    type: str
    body: dict[str, Expr]
    policies: list[Expr] = field(default_factory=list)
    events: list[tuple[int, Expr]] = field(default_factory=list)
    given: dict[str, Expr] = field(default_factory=dict)

    def at(self, site: Site | None) -> int:
        """The line of a place, where it is in the file of the resource itself."""
        return site.line if site is not None and site.path == self.path else self.line

    def made_at(self, thing: Thing) -> int:
        """The line where a part of it was made, where it is in the file of the resource itself."""
        return self.at(thing.site if isinstance(thing, Made) else None)

    def block(self) -> Block:
        """The resource as a template has it."""
        body = dict(self.body)
        if self.type == FUNCTION and "Events" not in body:
            variables = body.get("Environment")
            told = (*(variables.entries if isinstance(variables, Record) else ()),
                    *((Text(name, self.line), value) for name, value in self.given.items()))  # fmt: skip
            body["Environment"] = Record(((Text("Variables", self.line), Record(tuple(told))),))
            body["Events"] = Record(tuple((Text(str(at), line), one) for at, (line, one) in enumerate(self.events)))
            body["Policies"] = Listing(tuple(self.policies))
        elif self.type == "AWS::IAM::Role" and self.policies:
            body["Policies"] = Listing(tuple(Record(((Text("PolicyDocument"), one),)) for one in self.policies))
        entries = tuple((Text(name, self.line), value) for name, value in body.items())
        return Block("cloudformation", "resource", self.type, self.label, Record(entries), line=self.line)


def capital(expr: Expr) -> Expr:
    """The properties of a resource as a template spells them: constructs have them in small letters."""
    if isinstance(expr, Listing):
        return Listing(tuple(capital(item) for item in expr.items))
    if not isinstance(expr, Record):
        return expr
    entries: list[tuple[Expr, Expr]] = []
    for key, value in expr.entries:
        name = key.text if isinstance(key, Text) else ""
        inner = value if name in ("eventPattern", "pattern", "variables") else capital(value)
        entries.append((Text(name[:1].upper() + name[1:]), inner))
    return Record(tuple(entries))


def attribute(to: Expr, name: str = "Arn") -> Expr:
    """What an attribute of something is."""
    return Member(to, name)


def allowing(actions: Expr, to: Expr, line: int = 0) -> Expr:
    """A policy with one statement that allows something."""
    inner = Record(((Text("Effect"), Text("Allow")), (Text("Action"), actions), (Text("Resource", line), to)))
    return Record(((Text("Statement"), Listing((inner,))),))


def filled(form: str, name: Expr) -> Expr:
    """A resource name with a name in its place; what is one already stays as it is."""
    first = name.parts[0] if isinstance(name, Join) and name.parts else name
    before, _, after = form.partition("{}")
    if isinstance(first, Text) and first.text.startswith("arn:"):
        return Join((name, Text(after))) if after else name
    return Join((Text(before), name, Text(after)))
