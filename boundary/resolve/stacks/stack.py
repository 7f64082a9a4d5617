"""All stacks of a workspace: their resources, found by name and by reference, and what is kept in parameters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from boundary.facts import TextFile
from boundary.model import Evidence, Hole, Location, Value
from boundary.reading import connectors
from boundary.reading.places import put_in
from boundary.resolve.files import Files
from boundary.resolve.stacks import azurehosts, bicep
from boundary.resolve.stacks.attributes import ARN, GATEWAY, GRAPHS
from boundary.resolve.stacks.evaluator import Evaluator, as_text, block, member
from boundary.resolve.stacks.fronts import fronts
from boundary.resolve.stacks.index import Index
from boundary.resolve.stacks.modules import Modules
from boundary.resolve.stacks.rows import engine
from boundary.resolve.stacks.templates import Templates
from boundary.resolve.stacks.things import (
    NULL,
    Null,
    Resource,
    Table,
    Thing,
    document,
    items,
    text,
)

_RESOLVE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):((?:[^{}]|\{[^{}]*\})*?)(?::\d+)?\}\}")
_STAGE = re.compile(
    r"(?<![/.@][a-z0-9]{10})\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:/(?:\{[^{}]*\}|[\w$-]+))?(?![\w.-])"
)
"""The stage of an API is no part of the paths that it serves."""

_ARN = re.compile(r"arn:[\w-]*:([\w-]+):[^:]*:[^:]*:(.+)")

_QUALIFIED = {"lambda": "", "states": "states", "kinesis": "kinesis", "events": "eventbridge"}
"""Services whose ARNs have the kind before the name (``function:NAME``, ``stream/NAME``): our technology of each."""

_TASKS = ("aws_ecs_task_definition", "AWS::ECS::TaskDefinition")


class Stacks(Index):
    """The resources of all stacks, in the order in which they are declared."""

    def __init__(self, files: Files) -> None:
        evaluator = Evaluator(texts=dict(files.all(TextFile)))
        templates = Templates(files, evaluator, self._value)
        self.modules, self.templates = Modules(files, evaluator), templates
        self.resources: list[Resource] = [*self.modules.resources, *templates.resources]
        self.called = templates.called

    def platform(self, resource: Resource) -> str:
        """What deploys a resource."""
        if resource.stack.endswith(bicep.ENDING):
            return "bicep"
        return "cloudformation" if "::" in resource.type else "terraform"

    def is_function(self, resource: Resource) -> bool:
        """Whether it is a function, which has code and no image of its own as a rule, or answers without any."""
        return self.is_interface(resource) or "lambda" in resource.type.lower() or "function" in resource.type.lower()

    def is_interface(self, resource: Resource) -> bool:
        """Whether it is an interface that leads to data and functions by itself: a graph of AppSync."""
        return resource.type in GRAPHS

    def service_of(self, resource: Resource) -> str:
        """What the service of a stack is called where the stack says so."""
        return self.called.get(resource.stack, "")

    # --- finding ---------------------------------------------------------------------------------------------

    def anything(self, value: Value) -> Resource | None:
        """The one table, bucket, queue … of a name, of whatever technology."""
        found = [one for kind in self._kinds if (one := self.named(kind, str(value)))]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _kinds(self) -> list[str]:
        return sorted({one.row.technology for one in self.resources if one.row and one.row.grants})

    def meant(self, value: Value) -> Resource | None:
        """The resource that a text refers to: by ARN, or as other texts spell it, also where a parameter keeps that."""
        if "{{resolve:" in str(value):
            value, _ = self.filled(value)
        whole = "".join(part if isinstance(part, str) else "" for part in value.parts)
        if whole.startswith(ARN):
            return self.by_uid.get(re.split(r"[:/]", whole.removeprefix(ARN))[0])
        literal = _ARN.match(whole)
        if literal:
            return self._by_arn(literal[1], literal[2])
        return self.by_uid.get(whole)

    def _by_arn(self, service: str, rest: str) -> Resource | None:
        kind, _, name = rest.partition("/") if service in ("ssm", "dynamodb") else ("", "", rest)
        if service == "ssm" and kind == "parameter":
            return self.named("ssm", f"/{name}") or self.named("ssm", name)
        if service == "secretsmanager":
            name = rest.removeprefix("secret:").partition(":")[0]
            return self.named(service, name) or self.named(service, re.sub(r"-(\w{6}|\*|\?{6})$", "", name))
        if service in _QUALIFIED:
            name = rest.partition(":")[2].partition(":")[0] if ":" in rest else rest.rpartition("/")[2]
        return self.named(_QUALIFIED.get(service, service), name.partition("/")[0] if service == "dynamodb" else name)

    def _value(self, name: Value) -> Thing | None:
        """What the parameter of a name is set to by a stack, None where none does."""
        parameter = self.named("ssm", str(name))
        if parameter is None:
            return None
        found = parameter.get("Value" if "Value" in parameter.body else "value")
        return None if isinstance(found, Null) else found

    # --- what is kept ----------------------------------------------------------------------------------------

    def kept(self, reference: Thing, key: str = "") -> tuple[Value, tuple[Evidence, ...]]:
        """What a parameter or secret holds that a text refers to, below a key of it; open where no stack says so."""
        value = as_text(reference)
        resource = self.holding(value)
        if resource is None:
            return Value((Hole("attribute", str(value)),)), ()
        if resource.row is not None and resource.row.kind == "parameter":
            name = next((one for one in ("value", "insecure_value", "Value") if one in resource.body), "value")
            found, line = resource.get(name), resource.place(name)
        else:
            secret, line = self._secret(resource)
            key = key or str(value).partition(resource.uid)[2].strip(":").partition(":")[0]
            inner = document(secret)
            found = member(inner, key) if key and isinstance(inner, Table) else self._address(inner) or secret
        what = f"{resource.label} holds it as {resource.name}"
        kept = as_text(found) if not isinstance(found, Null) else Value((Hole("attribute", resource.uid),))
        return kept, (Evidence(line, what),)

    def _address(self, held: Thing) -> Value | None:
        """The document of a database's secret as the connection text that it stands for; None for any other thing."""
        host = as_text(held.get("host")) if isinstance(held, Table) else Value()
        if not isinstance(held, Table) or not host.parts:
            return None
        server = self.by_uid.get(str(host))
        spoken = text(held.get("engine")) or (server.text(server.row.engine) if server and server.row else "") or ""
        return connectors.joined(engine(spoken), host, as_text(held.get("port")), as_text(held.get("dbname")))

    def holding(self, value: Value) -> Resource | None:
        """The parameter or secret that a text names."""
        name = str(value)
        last = re.sub(r".*/secrets/|/.*", "", name)
        kinds = (("ssm", name), ("secretsmanager", name), ("secretmanager", last), ("keyvault", last))
        return self.meant(value) or next((one for kind, called in kinds if (one := self.named(kind, called))), None)

    def _secret(self, secret: Resource) -> tuple[Thing, Location]:
        """What is written into a secret, as itself or as its version."""
        if "secret_string" in secret.body:
            return secret.get("secret_string"), secret.place("secret_string")
        for uid in (secret.uid, secret.name):
            if uid in self._versions:
                version = self._versions[uid]
                key = "secret_data" if version.type.startswith("google_") else "secret_string"
                return version.get(key), version.place(key)
        if secret.type == "azurerm_key_vault_secret":
            return secret.get("value"), secret.place("value")
        if secret.uid in self._attached:
            return self._attached[secret.uid]
        return secret.get("SecretString"), secret.place("SecretString")

    @cached_property
    def _versions(self) -> dict[str, Resource]:
        """What is written into secrets, by the secret's uid and name."""
        types = {"aws_secretsmanager_secret_version": "secret_id", "google_secret_manager_secret_version": "secret"}
        found = ((one, one.text(types[one.type])) for one in self.resources if one.type in types)
        return {(name or "").removeprefix(ARN): one for one, name in found}

    @cached_property
    def _attached(self) -> dict[str, tuple[Thing, Location]]:
        """What is written into secrets that are attached to a database, by the secret's uid.

        See https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html .
        """
        found: dict[str, tuple[Thing, Location]] = {}
        for one in self.resources:
            if one.type == "AWS::SecretsManager::SecretTargetAttachment":
                secret, named = self.holding(as_text(one.get("SecretId"))), as_text(one.get("TargetId"))
                target = self.meant(named) or self.store(str(named), one)
                if secret is not None and target is not None and target.row is not None:
                    base = next((name for path in target.row.databases if (name := target.text(path))), "")
                    told = {"host": target.uid, "engine": target.text(target.row.engine or "Engine") or ""}
                    entries = {key: Value.of(text) for key, text in {**told, "dbname": base}.items() if text}
                    found[secret.uid] = Table(dict(entries), whole=False), one.location
        return found

    def filled(self, value: Value) -> tuple[Value, tuple[Evidence, ...]]:
        """A text with its dynamic references followed.

        See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html .
        """
        whole = azurehosts.named(_STAGE.sub(GATEWAY, str(value)), self.named)
        if "{{resolve:" not in whole:
            return Value.of(whole) if whole != str(value) or GATEWAY in whole else value, ()
        parts: list[str | Value] = []
        evidence: list[Evidence] = []
        at = 0
        for reference in _RESOLVE.finditer(whole):
            name, _, key = reference[2].partition(":SecretString")
            inner, more = self.kept(Value.of(name), key.strip(":").partition(":")[0])
            parts += [whole[at : reference.start()], inner]
            evidence += more
            at = reference.end()
        found = Value.of(*parts, whole[at:])
        staged = _STAGE.sub(GATEWAY, str(found))
        return Value.of(staged) if GATEWAY in staged else found, tuple(evidence)

    def followed(self, value: Value) -> tuple[Value, tuple[Evidence, ...]]:
        """A text that code puts together, with each of its dynamic references filled for itself: what stands behind an
        address there is no stage of it."""
        evidence: list[Evidence] = []

        def kept(reference: re.Match[str]) -> Value:
            inner, more = self.filled(Value.of(reference[0]))
            evidence.extend(more)
            return inner

        whole = value if all(_is_whole(part) for part in value.parts) else Value.of(str(value))
        return put_in(whole, _RESOLVE, kept), tuple(evidence)

    def secrets(self, value: Value) -> Iterator[Resource]:
        """The declared secrets and parameters that a text takes in by dynamic references."""
        for reference in _RESOLVE.finditer(str(value)):
            name = reference[2].partition(":SecretString")[0]
            technology = "secretsmanager" if reference[1] == "secretsmanager" else "ssm"
            found = self.meant(Value.of(name)) or self.named(technology, name)
            if found is not None:
                yield found

    def undeclared(self, value: Value) -> Iterator[str]:
        """The names of secrets that a text takes in and no stack makes: those that are kept encrypted."""
        for reference in _RESOLVE.finditer(str(value)):
            name = reference[2].partition(":SecretString")[0]
            if reference[1] in ("secretsmanager", "ssm-secure") and not [*self.secrets(Value.of(reference[0]))]:
                yield name

    # --- names that workloads answer to ----------------------------------------------------------------------

    def names_of(self, workload: Resource) -> list[str]:
        """What the services in front of a task are called, and the host names that discovery gives them."""
        if self.is_function(workload):
            return self._gateways.get(workload.uid, [])
        return self._fronts.get(workload.uid, [])

    @cached_property
    def _gateways(self) -> dict[str, list[str]]:
        """The host names of gateways that lead to functions."""
        return fronts(self.resources)

    @cached_property
    def _fronts(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for service in self.resources:
            task = self.task_of(service)
            if task is not None:
                found[task.uid] += [one for one in self._discovered(service) if one]
        return found

    def task_of(self, service: Resource) -> Resource | None:
        """The task that a service of a cluster runs."""
        if service.type not in ("aws_ecs_service", "AWS::ECS::Service"):
            return None
        written = as_text(_first(service, "task_definition", "TaskDefinition"))
        return self.meant(value=written) or self._families.get((written.text or "").partition(":")[0])

    @cached_property
    def _families(self) -> dict[str, Resource]:
        return {one.name: one for one in self.resources if one.type in _TASKS}

    def _discovered(self, service: Resource) -> Iterator[str]:
        if service.row is not None and service.name != service.uid:
            yield service.name
        for registry in (*block(service, "service_registries"), *block(service, "ServiceRegistries")):
            reference = member(registry, "registry_arn" if "::" not in service.type else "RegistryArn")
            discovery = self.meant(as_text(reference))
            if discovery is not None:
                yield from self._registered(discovery)
        for connect in (*block(service, "service_connect_configuration", "service"),
                        *block(service, "ServiceConnectConfiguration", "Services")):  # fmt: skip
            for key in ("discovery_name", "DiscoveryName", "port_name", "PortName"):
                yield _known(connect, key)
            for alias in items(_get(connect, "client_alias")) or items(_get(connect, "ClientAliases")):
                yield _known(alias, "dns_name") or _known(alias, "DnsName")

    def _registered(self, discovery: Resource) -> Iterator[str]:
        name = discovery.name
        spaces = (discovery.get("dns_config", "namespace_id"), discovery.get("DnsConfig", "NamespaceId"),
                  discovery.get("namespace_id"), discovery.get("NamespaceId"))  # fmt: skip
        space = next((text(one) for one in spaces if text(one)), None)
        if name != discovery.uid:
            yield f"{name}.{space}" if space else name

    def tags(self, resource: Resource) -> tuple[tuple[str, str], ...]:
        """The tags of a resource that are known whole."""
        found: dict[str, str] = {}
        for key in ("tags", "Tags", "labels"):
            given = resource.get(key)
            pairs = given.entries.items() if isinstance(given, Table) else ()
            listed = ((_known(one, "Key"), _get(one, "Value")) for one in items(given) if isinstance(one, Table))
            for name, value in (*pairs, *(listed if not pairs else ())):
                if name and (said := text(value)):
                    found[name] = said
        return tuple(found.items())


def _is_whole(part: str | Hole) -> bool:
    """Whether a part of a text has no reference that goes on in the next one."""
    return isinstance(part, Hole) or part.count("{{resolve:") == part.count("}}")


def _first(resource: Resource, *names: str) -> Thing:
    return next((found for name in names if not isinstance(found := resource.get(name), Null)), NULL)


def _get(thing: Thing, key: str) -> Thing:
    return thing.get(key) if isinstance(thing, Table) else NULL


def _known(thing: Thing, key: str) -> str:
    return text(_get(thing, key)) or ""
