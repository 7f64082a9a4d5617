"""What programs of the CDK say in policies: statements, and whom those are for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from boundary.facts import Expr, Join, Listing, Member, Record, Ref, Text
from boundary.resolve.code.things import Made, Several, Thing
from boundary.resolve.synthesis.expressions import camel, text

POLICIES = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics"),
}
"""Resources with a policy of their own: its type, and what names the resource there."""

PRINCIPALS = frozenset({"ArnPrincipal", "AccountPrincipal", "AnyPrincipal", "StarPrincipal"})
_EVERYBODY = frozenset({"AnyPrincipal", "StarPrincipal"})
_LOOKED_UP = frozenset({"fromRoleArn", "fromRoleName"})

Told = Callable[[Thing | None], Expr]
"""What a thing is as an expression."""


def statement(given: Mapping[str, Thing], told: Told, line: int) -> Record:
    """A statement as a policy document has it."""
    entries: list[tuple[Expr, Expr]] = [
        (Text("Effect"), Text("Deny" if text(given.get("effect")) == "DENY" else "Allow")),
        (Text("Action"), told(given.get("actions"))),
        (Text("Resource", line), told(given.get("resources"))),
    ]
    among = given.get("principals")
    named = (
        [whom for one in among.items if (whom := principal(one, told)) is not None]
        if isinstance(among, Several)
        else []
    )
    if named:
        entries.append((Text("Principal"), Record(((Text("AWS"), Listing(tuple(named))),))))
    if "conditions" in given:
        entries.append((Text("Condition"), told(given["conditions"])))
    return Record(tuple(entries))


def principal(thing: Thing | None, told: Told) -> Expr | None:
    """Whom something is for: a role by its resource name or name, an account, everybody; None for a service of the
    cloud and what is not known."""
    kind = camel(text(thing.field("construct"))) if isinstance(thing, Made) else ""
    if not isinstance(thing, Made):
        return None
    first = thing.field("first")
    if kind in _EVERYBODY:
        return Text("*")
    if kind == "ArnPrincipal":
        return told(first)
    if kind == "AccountPrincipal":
        return Join((Text("arn:aws:iam::"), told(first), Text(":root")))
    if kind in _LOOKED_UP:
        name = told(thing.field("name"))
        return name if kind == "fromRoleArn" else Join((Text("arn:aws:iam::account:role/"), name))
    own = told(thing)
    return Member(own, "Arn") if kind == "Role" and isinstance(own, Ref) else None
