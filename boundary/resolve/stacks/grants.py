"""What roles permit: which service may do what with a store, queue or secret that a stack declares.

A statement counts for the services whose tasks and functions have its role, and for those whose roles a policy of the
resource itself names. One that holds only under a condition tells nothing, and what one denies no other one grants. A
statement for everything of a kind is told apart (``wide``); a login as every user of every database is told as any
other, since nothing is left to name. Only actions count that read or write what a resource holds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import cached_property

from boundary.model import Evidence, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks.attributes import ARN
from boundary.resolve.stacks.bearers import Bearers, Said
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.statements import LONGEST, Statement, data_actions, fits, is_everything
from boundary.resolve.stacks.templates import uid_of
from boundary.resolve.stacks.things import Resource, Table, Thing, below, items, text

_LEAST = 3
"""Letters of a name that a pattern must tell."""

_PARAMETERS = {"TableName": "dynamodb", "BucketName": "s3", "QueueName": "sqs", "TopicName": "sns",
               "StreamName": "kinesis", "EventBusName": "eventbridge"}  # fmt: skip
"""Parameters of policy templates that name something, by its technology: another one may have the same name."""

_CONNECTOR = "AWS::Serverless::Connector"
"""See https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html ."""

_READS = ("read", "poll", "get", "select", "retrieve")
_ANY_LOGIN = re.compile(r"arn:[\w-]*:rds-db:[^:]*:[^:]*:(dbuser:)?\*(/\*)?")
"""Every user of every database; https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html ."""


@dataclass(frozen=True)
class Grant:
    """A service may do ``actions`` with a resource; ``wide``: with all of its kind."""

    service: str
    resource: Resource
    actions: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    wide: bool = False


def grants(land: Landscape) -> Iterator[Grant]:
    """All grants whose both ends are known."""
    if land.stacks is not None:
        yield from _Reader(Bearers(land, land.stacks)).grants()


class _Reader:
    def __init__(self, bearers: Bearers) -> None:
        self._bearers = bearers
        self._stacks = bearers.stacks
        self._targets = [one for one in self._stacks.resources if one.declared and one.row and one.row.grants]
        self._said = list(bearers.policies())

    def grants(self) -> Iterator[Grant]:
        """What is allowed and not denied."""
        for grant in self._allowed():
            denied = self._denied.get((grant.service, grant.resource.uid), []) if self._denied else []
            left = tuple(one for one in grant.actions if not any(_denies(deny, one, grant.resource) for deny in denied))
            if left:
                yield replace(grant, actions=left)

    def _allowed(self) -> Iterator[Grant]:
        for said in self._said:
            for one in said.statements:
                if one.allows and not one.conditional:
                    yield from self._of_resource(said, one) if said.of else self._stated(said, one)
        for function in self._stacks.resources:
            if function.type == "AWS::Serverless::Function" and function.uid in self._bearers.services:
                for thing in items(function.get("Policies")):
                    yield from self._template(function, thing)
            elif function.type == _CONNECTOR:
                to, may = function.get("Destination"), function.get("Permissions")
                for source in self._end(function, function.get("Source")):
                    yield from self._connected(Said(function, "Destination", (), {}), source, to, may)
            embedded = function.get("Connectors")
            for inner in embedded.entries.values() if isinstance(embedded, Table) else ():
                to, may = (below(inner, "Properties", name) for name in ("Destination", "Permissions"))
                yield from self._connected(Said(function, "Connectors", (), {}), function, to, may)

    def _connected(self, said: Said, source: Resource, to: Thing, may: Thing) -> Iterator[Grant]:
        """What a connector of the application model lets its source do with what it leads to."""
        service = self._bearers.services.get(source.uid)
        for resource in self._end(said.policy, to) if service else ():
            verbs = [one.lower() for one in map(text, items(may)) if one]
            if resource in self._targets and resource.row and service:
                actions = tuple(f"{resource.row.grants}:{verb}" for verb in verbs)
                yield from self._given(said, Statement(True), resource, actions, {service: source})

    def _end(self, connector: Resource, end: Thing) -> list[Resource]:
        """The resources that an end of a connector means: by what it is called in its template, or by its ARN."""
        found: list[Resource] = []
        for one in items(end):
            if isinstance(one, Table) and (label := text(one.get("Id"))):
                named = self._stacks.by_uid.get(uid_of(connector.stack, label))
                found += [named] if named is not None else []
            elif isinstance(one, Table):
                found += self._covered(as_text(one.get("Arn")))
        return found

    @cached_property
    def _denied(self) -> dict[tuple[str, str], list[Statement]]:
        """Denials by service and resource, whatever the circumstances."""
        found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for said in self._said:
            for one in said.statements:
                if not one.allows and not one.conditional and not said.of:
                    for resource, _ in self._concerned(one):
                        for service in said.bearers if _holds(one, resource) else ():
                            found[service, resource.uid].append(one)
        return found

    def _template(self, function: Resource, thing: Thing) -> Iterator[Grant]:
        """A policy template of the application model: ``DynamoDBReadPolicy: {TableName: …}``."""
        if not isinstance(thing, Table) or "Statement" in thing.entries:
            return
        for name, given in thing.entries.items():
            for key, value in given.entries.items() if isinstance(given, Table) else ():
                told = self._stacks.named(_PARAMETERS[key], as_text(value).text or "") if key in _PARAMETERS else None
                named = self._stacks.meant(as_text(value)) or told or self._stacks.anything(as_text(value))
                for resource in self._covered(as_text(value)) if named is None else (named,):
                    if resource not in self._targets or not resource.row:
                        continue
                    verb = "read" if any(word in name.lower() for word in _READS) else "write"
                    statement = Statement(True, line=thing.lines.get(name, 0))
                    said = Said(function, "Policies", (), {self._bearers.services[function.uid]: function})
                    yield from self._given(said, statement, resource, (f"{resource.row.grants}:{verb}",), said.bearers)

    def _of_resource(self, said: Said, one: Statement) -> Iterator[Grant]:
        """What the policy of a resource lets the roles do that it names."""
        for role in one.principals:
            for target in said.of:
                actions = _data(one, target) if target in self._targets else ()
                if actions:
                    bearers = self._bearers.of_role.get(self._bearers.role(role), {})
                    yield from self._given(said, replace(one, line=0), target, actions, bearers)

    def _stated(self, said: Said, one: Statement) -> Iterator[Grant]:
        if said.bearers:
            for resource, wide in self._concerned(one):
                actions = _data(one, resource)
                if actions:
                    yield from self._given(said, one, resource, actions, said.bearers, wide)

    def _concerned(self, one: Statement) -> Iterator[tuple[Resource, bool]]:
        """The resources that a statement is on, and whether it names none of them."""
        found: dict[str, tuple[Resource, bool]] = {}
        for pattern in one.resources:
            everything = is_everything(str(pattern)) and not _ANY_LOGIN.fullmatch(str(pattern))
            for resource in self._kind(str(pattern)) if everything else self._covered(pattern):
                found.setdefault(resource.uid, (resource, everything))
        if one.but:
            yield from ((resource, True) for resource in self._targets if resource.uid not in found)
        else:
            yield from found.values()

    def _kind(self, pattern: str) -> list[Resource]:
        """All resources of the service that a pattern is about."""
        service = pattern.split(":", 3)[2] if pattern.count(":") >= 5 else ""
        return [one for one in self._targets if one.row and service in ("", "*", one.row.grants)]

    def _given(
        self, said: Said, one: Statement, resource: Resource, actions: tuple[str, ...], bearers: dict[str, Resource],
        wide: bool = False,
    ) -> Iterator[Grant]:  # fmt: skip
        for service, bearer in bearers.items():
            what = f"{said.policy.label} lets {bearer.label} {', '.join(actions[:5])} {resource.name}"
            yield Grant(service, resource, actions, (Evidence(said.place(one), what),), wide)

    def _covered(self, pattern: Value) -> list[Resource]:
        """The resources that a statement's resource means: one by reference, or those whose names fit."""
        found = self._stacks.meant(pattern)
        if found is not None:
            return [found] if found in self._targets else []
        if _ANY_LOGIN.fullmatch(str(pattern)):
            return [one for one in self._targets if one.row and one.row.grants == "rds-db"]
        parts = str(pattern).split(":", 5)
        if len(parts) < 6 or parts[0] != "arn" or str(pattern).startswith(ARN) or len(parts[5]) > LONGEST:
            return []
        name = re.sub(r"^(table|parameter|secret|stream|event-bus|function|domain)[/:]", "", parts[5])
        name = re.sub(r"-(\*|\?{6})$", "", name) if parts[2] == "secretsmanager" else name
        name = name if parts[2] in ("ssm", "secretsmanager") else name.partition("/")[0]
        if sum(map(str.isalnum, re.sub(r"\{[^{}]*\}", "", name))) < _LEAST:
            return []
        pattern_text = re.sub(r"\{[^{}]*\}", "*", name)
        wanted = re.compile(translate(pattern_text)).match
        names, found_names = self._names.get(parts[2], ([], {}))
        start = re.split(r"[*?\[]", pattern_text)[0]
        at = bisect_left(names, start)
        near = names[at : bisect_left(names, start + "\U0010ffff", at)]
        return [one for called in near if wanted(called) for one in found_names[called]]

    @cached_property
    def _names(self) -> dict[str, tuple[list[str], dict[str, list[Resource]]]]:
        """The targets of each service by their names, in order."""
        found: dict[str, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
        for one in self._targets:
            found[one.row.grants if one.row else ""][one.name.lstrip("/")].append(one)
        return {service: (sorted(by_name), by_name) for service, by_name in found.items()}


def _data(one: Statement, resource: Resource) -> tuple[str, ...]:
    """The actions of a statement, as written, that read or write what a resource holds."""
    service = resource.row.grants if resource.row else ""
    known = data_actions(service)
    if one.all_but:
        return (f"{service}:*",) if any(one.acts(action) for action in known) else ()
    mine = [action for action in one.actions if action.partition(":")[0].lower() in ("*", service)]
    return tuple(each for each in mine if not known or any(fits(each.lower(), action.lower()) for action in known))


def _holds(one: Statement, resource: Resource) -> bool:
    """Whether a statement is about what a resource holds: the name of a bucket alone is not about its objects."""
    is_bucket = resource.row is not None and resource.row.grants == "s3"
    return not is_bucket or one.but or any(str(each).endswith("*") for each in one.resources)


def _denies(deny: Statement, action: str, resource: Resource) -> bool:
    """Whether a denial leaves nothing of what an action, or a pattern of actions, reads or writes."""
    known = data_actions(resource.row.grants) if resource.row else ()
    about = [one for one in known if fits(action.lower(), one.lower())] or [action]
    return all(deny.acts(one) for one in about)
