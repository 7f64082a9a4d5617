"""What users of a broker may do with topics, as ``grants`` edges of the services that have the user's credentials.

The credentials are a Secret that is called as the user is; a pod takes it as variables or as files. A denial is
stronger than any permission. See https://strimzi.io/docs/operators/latest/configuring#type-AclRule-reference .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.facts import Mount, TopicRule, TopicUser, VariableSource, Workload
from boundary.model import Edge, Evidence, Location, Node
from boundary.resolve.context import Context
from boundary.resolve.files import Files, stands

_DATA = frozenset({"read", "write", "all", "delete", "alter"})
_SHOWN = 6


def resolve(context: Context, files: Files) -> None:
    """Add the edges to the topics of others that are known."""
    users = list(files.all(TopicUser))
    if users:
        holders = _holders(context, files)
        for path, user in users:
            spaces = {user.namespace or f"@{files.repository(path)}", f"@{files.repository(path)}"}
            found = {name: place for space in sorted(spaces) for name, place in holders[space, user.name].items()}
            for service, place in found.items():
                context.found.edges += _granted(context, service, user, (stands(path, user), place))


def _holders(context: Context, files: Files) -> dict[tuple[str, str], dict[str, Location]]:
    """The services whose pods take each Secret of a namespace."""
    owners = {unit.key: service.id for service in context.land.services for unit in service.units}
    found: dict[tuple[str, str], dict[str, Location]] = defaultdict(dict)
    for path, pod in files.all(Workload):
        service = owners.get(f"{path}:{pod.kind}/{pod.name}")
        for one in files.about(path, pod.name) if service is not None else ():
            taken = one.name if isinstance(one, VariableSource) and one.kind == "secret" else ""
            if isinstance(one, Mount) and one.kind == "secret":
                taken = one.source
            if taken and service is not None:
                space = pod.namespace or f"@{files.repository(path)}"
                found[space, taken].setdefault(service, stands(path, one))
    return found


def _granted(context: Context, service: str, user: TopicUser, places: tuple[Location, Location]) -> Iterator[Edge]:
    channels = [
        node
        for node in context.found.nodes.values()
        if node.kind == "channel" and node.technology == "kafka" and node.keeper not in (None, service)
    ]
    denied = [rule for rule in user.rules if not rule.allows and "all" in rule.operations]
    for rule in user.rules:
        actions = tuple(one for one in rule.operations if one in _DATA) if rule.allows else ()
        covered = [
            node
            for node in channels
            if actions and _fits(rule, node.name) and not any(_fits(no, node.name) for no in denied)
        ]
        shown = ", ".join(actions)
        evidence = (
            Evidence(Location(places[0].path, rule.line), f"{user.name} may {shown} the topics {rule.pattern}"),
            Evidence(places[1], f"has the credentials of {user.name}"),
        )
        if rule.pattern == "*" and covered:
            yield _wide(service, covered, shown, evidence)
        else:
            for node in covered:
                yield Edge(service, node.id, "grants", evidence, "permitted", detail=shown)


def _wide(service: str, covered: list[Node], shown: str, evidence: tuple[Evidence, ...]) -> Edge:
    first, *_ = covered = sorted(covered, key=lambda node: node.name)
    more = f" and {len(covered) - _SHOWN} more" if len(covered) > _SHOWN else ""
    detail = f"{shown} covers {', '.join(node.name for node in covered[:_SHOWN])}{more}"
    return Edge(service, first.id, "grants", evidence, "permitted", traits=frozenset({"wildcard"}), detail=detail)


def _fits(rule: TopicRule, name: str) -> bool:
    return rule.pattern == "*" or (name.startswith(rule.pattern) if rule.prefix else name == rule.pattern)
