"""Statements of policies: what they allow or deny, on what, and whether that holds under any circumstances.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html : what nothing allows is
denied, and one denial is enough. ``*`` stands for any characters and ``?`` for one, in actions, whose case does not
count, and in names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from boundary.model import Value
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.things import Null, Rows, Table, Thing, document, items, text

LONGEST = 300
"""Characters of a pattern that is compared; names are shorter."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``all_but`` and ``but`` say that the actions and resources are those that it is not about;
    ``conditional`` that it holds under some circumstances only."""

    allows: bool
    actions: tuple[str, ...] = ()
    resources: tuple[Value, ...] = ()
    all_but: bool = False
    but: bool = False
    conditional: bool = False
    principals: tuple[Thing, ...] = ()
    line: int = 0

    def acts(self, action: str) -> bool:
        """Whether it is about an action (``s3:GetObject``)."""
        return any(fits(pattern, action.lower()) for pattern in map(str.lower, self.actions)) != self.all_but

    def is_on(self, name: str) -> bool:
        """Whether it is about the resource of a name."""
        return any(fits(str(pattern), name) for pattern in self.resources) != self.but


def permits(statements: Iterable[Statement], action: str, resource: str) -> bool:
    """Whether statements permit an action on a resource whatever the circumstances are: one allows it, none denies it.

    A condition on what is allowed is taken as not met, and one on what is denied as well.
    """
    about = [one for one in statements if not one.conditional and one.acts(action) and one.is_on(resource)]
    return any(one.allows for one in about) and all(one.allows for one in about)


def statements(thing: Thing) -> Iterator[Statement]:
    """The statements of a policy document, in JSON and as Terraform's data source makes it."""
    written = document(thing)
    for one in items(written.get("Statement") if isinstance(written, Table) else Rows()):
        if isinstance(one, Table):
            but, all_but = not isinstance(one.get("NotResource"), Null), not isinstance(one.get("NotAction"), Null)
            actions = items(one.get("NotAction" if all_but else "Action"))
            resources = items(one.get("NotResource" if but else "Resource"))
            yield Statement(
                text(one.get("Effect")) != "Deny",
                tuple(found for action in actions if (found := text(action))),
                tuple(as_text(resource) for resource in resources),
                all_but,
                but,
                not isinstance(one.get("Condition"), Null),
                tuple(_principals(one)),
                one.lines.get("Resource") or 0,
            )


def _principals(statement: Table) -> Iterator[Thing]:
    """The accounts, roles and users that a statement is for, in JSON and in the blocks of Terraform."""
    for one in items(statement.get("Principal")):
        if isinstance(one, Table):
            yield from items(one.get("AWS"))
            yield from items(one.get("identifiers"))
        elif text(one) == "*":
            yield one


def data_actions(service: str) -> tuple[str, ...]:
    """The actions of a service that read or write data, with its prefix; none for a service that we do not know."""
    return _known()[0].get(service, ())


def managed(arn: str) -> str:
    """What a policy that the platform manages allows on everything, "" for another one."""
    return _known()[1].get(arn.rpartition("/")[2], "")


@cache
def _known() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "actions.toml").read_text("utf-8"))
    data = {name: tuple(f"{name}:{one}" for one in actions.split()) for name, actions in written["data"].items()}
    return data, written["managed"]


def fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern; in time that grows with their product."""
    if len(pattern) > LONGEST:
        return False
    at, here = 0, 0
    star, back = -1, 0
    while here < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, back, at = at, here, at + 1
        elif at < len(pattern) and pattern[at] in ("?", name[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            back += 1
            at, here = star + 1, back
        else:
            return False
    return not pattern[at:].strip("*")


def is_everything(pattern: str) -> bool:
    """Whether a pattern of resources names nothing: ``*``, ``arn:aws:s3:::*``, every table of an account. A name that
    is not known is one all the same."""
    name = pattern.split(":", 5)[5] if pattern.count(":") >= 5 else pattern
    name = re.sub(r"^(table|parameter|secret|stream|event-bus|function|domain)[/:]", "", name)
    return bool(name) and not name.strip("*/:?")
