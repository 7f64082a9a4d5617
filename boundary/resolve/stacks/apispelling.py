"""Resources of Terraform's provider for Kubernetes in the spelling of the API: blocks become members of lists.

See https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs .
"""

from __future__ import annotations

import re

from boundary.model import Value
from boundary.resolve.stacks.things import NULL, Resource, Rows, Table, Thing, items

_TYPE = re.compile(r"kubernetes_(\w+?)(?:_v\d\w*)?")
_VERSIONS = {
    "v1": "Pod Service ConfigMap Secret ServiceAccount PersistentVolume PersistentVolumeClaim Namespace"
    " ReplicationController",
    "apps/v1": "Deployment StatefulSet DaemonSet",
    "batch/v1": "Job CronJob",
    "networking.k8s.io/v1": "NetworkPolicy Ingress",
    "rbac.authorization.k8s.io/v1": "Role RoleBinding ClusterRole ClusterRoleBinding",
}
_API = {kind.lower(): (kind, version) for version, kinds in _VERSIONS.items() for kind in kinds.split()}

_MEMBERS = frozenset(
    ("container", "port", "volume", "rule", "subject", "path", "init_container", "volume_mount", "host_alias",
     "volume_claim_template", "image_pull_secret", "toleration")
)  # fmt: skip
"""Blocks that are called after one member of a list."""

_LISTS = frozenset(("env", "env_from", "ports", "from", "to", "match_expressions", "items"))
"""Blocks that are members of a list of the same name; those of a policy's rules are some as well."""

_RULES = frozenset(("ingress", "egress"))
_OPAQUE = frozenset(
    ("labels", "annotations", "match_labels", "data", "binary_data", "string_data", "node_selector",
     "volume_attributes")
)  # fmt: skip
"""What has keys of one's own."""

_SELECTING = frozenset(("match_labels", "match_expressions"))
_SPELT = {"host_ipc": "hostIPC", "host_pid": "hostPID", "host_ip": "hostIP", "external_ips": "externalIPs"}
_DEEPEST = 40


def api(kind: str) -> tuple[str, str] | None:
    """The kind and version of the API that a type of the provider stands for; None for any other type."""
    called = _TYPE.fullmatch(kind)
    return _API.get(called[1].replace("_", "")) if called is not None else None


def manifest(resource: Resource) -> Table | None:
    """The manifest that a resource of the provider stands for."""
    known = api(resource.type)
    if known is None:
        return None
    kind, version = known
    said = {key: resource.get(key) for key in resource.body}
    if kind == "PersistentVolume":
        said["spec"] = _inlined(said.get("spec", NULL))
    if kind == "Secret":
        said["string_data"] = said.pop("data", NULL)
    lines = {key: resource.line("data" if (kind, key) == ("Secret", "string_data") else key) for key in said}
    made = _spelt("", Table(said, lines), kind == "NetworkPolicy", 0)
    entries, told = (made.entries, made.lines) if isinstance(made, Table) else ({}, {})
    return Table({"apiVersion": Value.of(version), "kind": Value.of(kind), **entries}, told)


def _spelt(key: str, thing: Thing, policy: bool, depth: int) -> Thing:
    """What stands below a key; a single block that is no member of a list is itself."""
    if depth > _DEEPEST or key in _OPAQUE or not isinstance(thing, Table | Rows):
        return thing
    if isinstance(thing, Rows):
        inner = Rows(tuple(_spelt("", one, policy, depth + 1) for one in thing.items))
        blocks = bool(inner.items) and isinstance(inner.items[0], Table)
        return inner.items[0] if blocks and key and not _is_list(key, policy) else inner
    if key == "selector" and not _SELECTING & thing.entries.keys():
        return thing
    found: dict[str, Thing] = {}
    lines: dict[str, int] = {}
    for name, one in thing.entries.items():
        blocks = any(isinstance(each, Table) for each in items(one))
        called = f"{_camel(name)}s" if blocks and name in _MEMBERS else _camel(name)
        made = _spelt(name, one, policy, depth + 1)
        found[called] = Rows((made,)) if isinstance(made, Table) and _is_list(name, policy) else made
        lines[called] = thing.lines.get(name, 0)
    return Table(found, lines, thing.whole)


def _is_list(key: str, policy: bool) -> bool:
    return key in _MEMBERS or key in _LISTS or (policy and key in _RULES)


def _inlined(spec: Thing) -> Thing:
    """The specification of a volume with its source among its keys, as the API has it."""
    inner = next((one for one in items(spec) if isinstance(one, Table)), None)
    source = inner.get("persistent_volume_source") if inner is not None else None
    given = next((one for one in items(source) if isinstance(one, Table)), None) if source is not None else None
    if inner is None or given is None:
        return spec
    return Table(inner.entries | given.entries, inner.lines | given.lines)


def _camel(key: str) -> str:
    first, *rest = key.split("_")
    return _SPELT.get(key) or "".join((first, *(word[:1].upper() + word[1:] for word in rest)))
