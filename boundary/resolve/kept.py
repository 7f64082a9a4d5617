"""What code takes from a platform that another service keeps there: secrets, parameters, logs, roles.

A parameter or secret is the service's whose stack declares it; a log group is that of the function or task which it is
named after, as the platforms name them (``/aws/lambda/NAME``, ``/ecs/NAME``). A parameter that is neither
encrypted nor called a secret is how services find each other. The edges are ``grants``: what is taken gives a right.
A question to a workspace of logs (KQL, LogQL) names those who wrote what it asks for. Their traits are ``secret``,
``logs`` and ``role``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.model import Edge, Evidence, Node, Value
from boundary.resolve.code.things import Effect, Pairs, Several, Thing
from boundary.resolve.context import Context, chain
from boundary.resolve.landscape import Service
from boundary.resolve.stacks import triggers, workloads
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource
from boundary.resolve.values import shown

_GROUP = re.compile(r"/(?:aws/lambda|aws/ecs|aws/apprunner|ecs|ecs/[\w-]+|lambda)/([\w-]+)(?:/.*)?")
_ROLE = re.compile(r"arn:[\w-]*:iam::(\d{12}|\{[^{}]*\}|\w+):role/(?:[\w/-]*/)?([\w+=,.@-]+)")
"""A role's name in an ARN, and its account where that is written out."""
_VAULT = re.compile(r"(?:https://)?([\w-]+)\.vault\.azure\.net(?:[:/].*)?$")
"""The address of a vault of Azure, alone or with a secret in it."""

_WRITER = re.compile(
    r"\b(?:ContainerAppName(?:_s)?|ContainerName(?:_s)?|ContainerGroup(?:_s)?|AppRoleName|cloud_RoleName|roleName|ServiceName"
    r"|app(?:_name)?|container|service(?:_name)?|job)\s*(?:==|=~|=|\bhas\b|\bcontains\b|\bstartswith\b)\s*[\"']([\w.-]+)[\"']",
    re.IGNORECASE,
)
"""Who wrote a line of a log, in a question for lines. Source: https://learn.microsoft.com/azure/azure-monitor/reference/
tables-index ; https://grafana.com/docs/loki/latest/query/ , "Log stream selector"."""

_SECRET_ARN = re.compile(
    r"arn:[\w-]*:(?:secretsmanager|ssm):[^:]*:[^:]*:(?:secret:|parameter/)([^:]+?)(?:-\w{6})?(?::.*)?"
)
_SECRET = re.compile(
    r"passw|secret|token|credential|private|(?:api|signing|encryption|access)-?key|database-?url|dsn"
    r"|conn(ection)?-?str",
    re.IGNORECASE,
)


def resolve(context: Context) -> None:
    """Add the edges of all calls that take something from a platform."""
    stacks = context.land.stacks
    for effect in context.effects.get("kept", ()):
        service = effect.get("service")
        technology = (service.text or "") if isinstance(service, Value) else ""
        if stacks is None and technology != "lines":
            continue
        for owner in context.actors(effect):
            for value in _values(effect.get("resource")):
                for filled in context.filler.fill(value, owner.id):
                    if technology == "lines":
                        _asked(context, effect, owner, str(filled.value))
                        continue
                    told = _in_vault(context, effect, owner, filled.value)
                    _taken(context, effect, technology, owner, told, filled.evidence)
    _searched(context)
    if stacks is not None:
        context.found.edges += _given(context, stacks)
        _undeclared(context, stacks)
        context.found.edges += _listened(context, stacks)


def _searched(context: Context) -> None:
    """Questions to Loki, which are requests: https://grafana.com/docs/loki/latest/reference/loki-http-api/ ."""
    for effect in context.effects.get("http", ()):
        texts = [str(thing) for _, thing in effect.values if isinstance(thing, Value)]
        if not any("/loki/api/v1/" in text for text in texts):
            continue
        pairs = (thing.entries for _, thing in effect.values if isinstance(thing, Pairs))
        texts += [str(value) for entries in pairs for _, value in entries if isinstance(value, Value)]
        texts += map(str, _values(effect.get("filled")))  # what variables of the address are given
        for owner in context.actors(effect):
            _asked(context, effect, owner, "\n".join(texts))


def _given(context: Context, stacks: Stacks) -> Iterator[Edge]:
    """What deployments give to workloads of the secrets of other services."""
    owners = context.running
    for workload, name, held, place in workloads.taken(stacks):
        service, target = owners.get(workload.uid), None if is_interface(held) else keeper(context, held)
        if service is not None and target is not None and target.id != service:
            evidence = (Evidence(place, f"{workload.label} is given {name} from {held.name}"),
                        Evidence(held.location, f"which {target.name} keeps"))  # fmt: skip
            yield Edge(service, target.id, "grants", evidence, "configured", traits=frozenset({"secret"}),
                       detail=held.name)  # fmt: skip


def _undeclared(context: Context, stacks: Stacks) -> None:
    """Note who is given secrets that no stack makes: CloudFormation cannot make encrypted parameters, for one."""
    owners = {unit.key.partition("/")[0]: service.id for service in context.land.services for unit in service.units}
    for workload, name, secret, place in workloads.undeclared(stacks):
        service = owners.get(workload.uid)
        if service is not None:
            why = Evidence(place, f"{workload.label} is given {name} from {plain_name(secret)}")
            context.found.undeclared[plain_name(secret)].setdefault(service, why)


def plain_name(secret: str) -> str:
    """What a secret or parameter is called, of its ARN or of what is asked of it."""
    found = _SECRET_ARN.fullmatch(secret)
    return found[1] if found else secret


def _listened(context: Context, stacks: Stacks) -> Iterator[Edge]:
    """Services whose stacks take in what another one writes into its log."""
    for resource, group, place in triggers.logs(stacks):
        owner = keeper(context, resource)
        target = _target(context, stacks, "logs", group)
        if owner is not None and target is not None and owner.id != target.id:
            evidence = (Evidence(place, f"{resource.label} takes in {shown(group)}"),)
            traits = frozenset({"logs"})
            yield Edge(owner.id, target.id, "grants", evidence, "configured", traits=traits, detail=shown(group))


def _in_vault(context: Context, effect: Effect, owner: Service, secret: Value) -> Value:
    """A secret with the address of the vault that its client is for, where that is known: names are the vault's own."""
    vault = effect.get("vault")
    found = context.filler.fill(vault, owner.id) if isinstance(vault, Value) else []
    whole = [text for one in found if _VAULT.match(text := one.value.text or "")]
    return Value.of(whole[0].rstrip("/"), "/", secret) if len(whole) == 1 else secret


def _values(thing: Thing | None) -> Iterator[Value]:
    if isinstance(thing, Several):
        yield from (item for item in thing.items if isinstance(item, Value))
    elif isinstance(thing, Value):
        yield thing


def _asked(context: Context, effect: Effect, owner: Service, question: str) -> None:
    """The lines of others that a question to a workspace of logs is about."""
    context.found.located[owner.id] += 1
    for name in dict.fromkeys(_WRITER.findall(question)):
        found = context.names.host(name, None, owner)
        if found is not None and isinstance(found[0], Service) and found[0].id != owner.id:
            what = chain(effect, f"{effect.call} asks for what {name} logs")
            traits = frozenset({"logs"})
            context.found.edges.append(Edge(owner.id, found[0].id, "grants", what, traits=traits, detail=name))


def _taken(
    context: Context, effect: Effect, technology: str, owner: Service, value: Value, more: tuple[Evidence, ...]
) -> None:
    context.found.located[owner.id] += 1
    stacks = context.land.stacks
    assert stacks is not None
    what = chain(effect, f"{effect.call} takes {shown(value)}")
    if technology == "sts":
        target = role_of(context, stacks, value, owner)
        trait = "role"
    else:
        target, trait = _target(context, stacks, technology, value), "logs" if technology == "logs" else "secret"
        if target is None and _is_undeclared(stacks, technology, value):
            context.found.undeclared[plain_name(str(value))].setdefault(owner.id, what[0])
    if target is not None and target.id != owner.id:
        end = (Evidence(target.location, f"which {target.name} keeps"),) if target.location else ()
        traits = frozenset({trait})
        if target.kind == "external":
            context.found.add(target)
        edge = Edge(owner.id, target.id, "grants", (*what, *more, *end), traits=traits,
                    detail=shown(value))  # fmt: skip
        context.found.edges.append(edge)


def _is_undeclared(stacks: Stacks, technology: str, value: Value) -> bool:
    """Whether a name that is known whole is that of a secret which no stack makes."""
    declared = stacks.meant(value) or stacks.named(technology, str(value))
    secret = technology == "secretsmanager" or (technology == "ssm" and _SECRET.search(str(value)) is not None)
    return secret and value.text is not None and declared is None


def _target(context: Context, stacks: Stacks, technology: str, value: Value) -> Node | None:
    """Whose a secret or a log group is."""
    name = str(value)
    if technology == "logs":
        group = _GROUP.fullmatch(name.partition(":log-group:")[2] or name)
        found = None
        if group is not None:
            found = context.names.host(group[1], None, None)
            resource = stacks.named("", group[1])
            if resource is not None:
                return keeper(context, resource)
        return _node(found[0]) if found is not None and isinstance(found[0], Service) else None
    vault = _VAULT.match(name)
    resource = stacks.meant(value) or stacks.named(technology, name)
    resource = stacks.named("vault", vault[1]) if vault is not None else resource
    if resource is None or is_interface(resource):
        return None
    return keeper(context, resource)


def keeper(context: Context, resource: Resource) -> Node | None:
    """The one service that a resource is a part of: of those of one stack the one that it runs, or that alone is given
    what it holds and is named in it."""
    here = context.land.declaring(resource.location.path, resource.stack)
    if len(here) != 1:
        run = context.running.get(resource.uid)
        here = (run,) if run is not None else _named_taker(context, resource)
    return _node(context.land.service(here[0])) if len(here) == 1 else None


def _named_taker(context: Context, resource: Resource) -> tuple[str, ...]:
    """The only service that is given what a secret holds, where the secret is named after it: what all have in common
    may as well be taken by one alone."""
    found = tuple(_takers(context, resource))
    words = re.split(r"[^a-z0-9]+", f"{resource.name}/{resource.label}".lower())
    names = {
        name.lower() for one in found for name in (context.land.service(one).name, *context.land.service(one).names)
    }
    return found if len(found) == 1 and names & set(words) else ()


def _takers(context: Context, resource: Resource) -> set[str]:
    """The services whose workloads are given what a secret or parameter holds."""
    if context.found.given is None:
        context.found.given = {}
        for workload, _, held, _ in workloads.taken(context.land.stacks) if context.land.stacks is not None else ():
            if workload.uid in context.running:
                context.found.given.setdefault(held.uid, set()).add(context.running[workload.uid])
    return context.found.given.get(resource.uid, set())


def is_interface(resource: Resource) -> bool:
    """Whether a parameter only tells where somebody is found or how he is set up; what is called a secret is one."""
    kinds = (resource.text("type"), resource.text("Type"))
    if resource.row is None or resource.row.kind != "parameter" or "SecureString" in kinds:
        return False
    return _SECRET.search(resource.name) is None


def role_of(context: Context, stacks: Stacks, value: Value, owner: Service) -> Node | None:
    """Whose a role is: that of a declared one, else the account of one that is elsewhere, for a service of another."""
    found = stacks.meant(value)
    named = _ROLE.fullmatch(str(value))
    if found is None and named is not None:
        found = stacks.role(named[2])
    if found is not None:
        return keeper(context, found)
    if named is None or not named[1].isdigit() or named[1] in accounts(owner) or not accounts(owner):
        return None
    return Node(f"external:account-{named[1]}", "external", f"the role {named[2]} of the account {named[1]}",
                technology="account")  # fmt: skip


def accounts(owner: Service) -> set[str]:
    """The accounts that a service's own images and resources are in."""
    texts = [unit.image or "" for unit in owner.units]
    return {found[1] for text in texts if (found := re.match(r"(\d{12})\.dkr\.ecr\.", text))}


def account_in(principal: str) -> str:
    """The account that a principal is of: its number, or the one in an ARN."""
    found = re.fullmatch(r"(?:arn:[\w-]*:(?:iam|sts)::)?(\d{12})(?::.*)?", principal)
    return found[1] if found else ""


def _node(service: Service) -> Node:
    """A stand-in for the service's node, which is made later; only its name and place count."""
    return Node(service.id, "service", service.name, location=service.location)
