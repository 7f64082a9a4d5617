"""What roles of a cluster let a service do in the namespaces of others, as ``grants`` edges with the trait ``cluster``.

What counts is what goes past an interface: secrets, commands and ports inside of pods, and changes of what runs. To
find pods and Services is no such thing. Whoever looks after resources of a kind of its own, tells their status, or is
made with a framework for controllers, is one and does for others what they asked for.
See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from boundary.facts import AccessBinding, AccessRole, AccessRule, Dependency
from boundary.model import Edge, Evidence, Location
from boundary.resolve.context import Context
from boundary.resolve.files import Files, folder, stands
from boundary.resolve.landscape import Service
from boundary.resolve.reach.clusters import Clusters, Placed

_READS = frozenset({"get", "list", "watch"})
_CHANGES = frozenset({"create", "update", "patch", "delete", "deletecollection"})
_SCALES = frozenset({"update", "patch"})

_TELLING = {
    ("", "secrets"): _READS | _CHANGES,
    ("", "pods"): _CHANGES,
    ("", "pods/exec"): frozenset({"create", "get"}),
    ("", "pods/attach"): frozenset({"create", "get"}),
    ("", "pods/portforward"): frozenset({"create", "get"}),
    ("", "serviceaccounts/token"): frozenset({"create"}),
    **{("apps", kind): _CHANGES for kind in ("deployments", "statefulsets", "daemonsets", "replicasets")},
    **{("apps", f"{kind}/scale"): _SCALES for kind in ("deployments", "statefulsets", "replicasets")},
    **{("batch", kind): _CHANGES for kind in ("jobs", "cronjobs")},
}
"""The verbs that a resource of a group has and that go past an interface."""

_BUILT_IN = frozenset({"cluster-admin", "admin", "edit"})
"""Roles that every cluster has and that open all of this."""

_FRAMEWORKS = frozenset(
    ("sigs.k8s.io/controller-runtime", "github.com/operator-framework/operator-lib", "kopf", "kubeops.operator",
     "operator-framework", "operator-framework-spring-boot-starter", "quarkus-operator-sdk", "@dot-i/k8s-operator")
)  # fmt: skip
"""Libraries that controllers are made with; Java's without their group."""

_SHOWN = 3
_MOST = 200_000
"""Pairs of pods that are looked at in a workspace."""


@dataclass(frozen=True)
class _Given:
    """What a binding lets do, with where that is said."""

    path: str
    binding: AccessBinding
    what: str
    evidence: tuple[Evidence, ...]


def resolve(context: Context, files: Files) -> None:
    """Add the edges from services to those in whose namespaces they may do such things."""
    bindings = files.all(AccessBinding)
    clusters = Clusters(files, context.land) if bindings else None
    if clusters is not None and clusters.pods:
        made = {
            service
            for path, one in files.all(Dependency)
            if one.name.rpartition(":")[2].lower() in _FRAMEWORKS
            for service in context.land.services_of(path)
        }
        context.found.edges += _Access(files, clusters, made).edges()


class _Access:
    def __init__(self, files: Files, clusters: Clusters, controllers: set[str]) -> None:
        self._files = files
        self._controllers = controllers
        self._pods = [one for one in clusters.pods if isinstance(one.part, Service)]
        self._spaces: dict[str, set[str]] = defaultdict(set)
        for one in self._pods:
            self._spaces[one.part.id].add(one.pod.namespace)
        self._roles: dict[tuple[str, str], list[tuple[str, AccessRole]]] = defaultdict(list)
        self._given = clusters.given
        for path, role in files.all(AccessRole):
            placed = replace(role, namespace=role.namespace or self._given.get(path, ""))
            self._roles[role.kind, role.name].append((path, placed))
        self._left = _MOST

    def edges(self) -> Iterator[Edge]:
        """An edge for each binding, service and service of another namespace."""
        placed = [(path, self._placed(path, one)) for path, one in self._files.all(AccessBinding)]
        bound = [(path, one, self._role(path, one)) for path, one in placed]
        held = [(path, one, role, self._holders(path, one)) for path, one, role in bound]
        controllers = self._controllers | {
            pod.part.id
            for _, _, role, holders in held
            if role is not None and any(_controls(rule) for rule in role[1].rules)
            for pod, _ in holders
        }
        for path, one, role, holders in held:
            given = _given(path, one, role)
            for pod, space in holders if given is not None else ():
                if pod.part.id not in controllers:
                    yield from self._granted(given, pod, space)

    def _placed(self, path: str, one: AccessBinding) -> AccessBinding:
        """A binding with the namespace that it, and the accounts that say none, are put into."""
        space = self._given.get(path, "")
        accounts = tuple((said or space, account) for said, account in one.accounts)
        return replace(one, namespace=one.namespace or (space if one.kind == "RoleBinding" else ""), accounts=accounts)

    def _granted(self, given: _Given | None, pod: Placed, space: str) -> Iterator[Edge]:
        """Edges to whoever runs in the namespace of the binding, or in any, and never beside the service itself."""
        own = {space, *self._spaces[pod.part.id]}
        self._left -= len(self._pods)
        if given is None or self._left < 0:
            return
        binding, told = given.binding, set()
        for other in self._pods:
            inside = binding.kind == "ClusterRoleBinding" or binding.namespace == other.pod.namespace
            if inside and other.part.id not in told and not own & self._spaces[other.part.id]:
                told.add(other.part.id)
                where = stands(given.path, binding)
                evidence = (
                    Evidence(where, f"{binding.kind} {binding.name} gives {binding.role} to {pod.pod.account}"),
                    *given.evidence,
                    Evidence(pod.location, f"{pod.pod.name} runs as {pod.pod.account}"),
                    Evidence(other.location, f"{other.pod.name} runs where that holds"),
                )
                traits = frozenset({"cluster"})
                yield Edge(
                    pod.part.id, other.part.id, "grants", evidence, "permitted", traits=traits, detail=given.what
                )

    def _holders(self, path: str, binding: AccessBinding) -> list[tuple[Placed, str]]:
        """The pods that run as the accounts of a binding, and the namespace that they are in. One that says none is
        meant by the name of its account, in the same repository."""
        mine = self._files.repository(path)
        found = []
        for one in self._pods:
            pod, unsaid = one.pod, one.pod.namespace.startswith("@")
            for space, account in binding.accounts:
                named = account == pod.account and account != "default"
                if account in ("*", pod.account) and space in ("*", pod.namespace):
                    found.append((one, pod.namespace))
                elif unsaid and named and self._files.repository(one.location.path) == mine:
                    found.append((one, space))
        return found

    def _role(self, path: str, binding: AccessBinding) -> tuple[str, AccessRole] | None:
        """The role that is meant: of several that are called so, the nearest one, where one is."""
        found = [
            (where, role)
            for where, role in self._roles[binding.role_kind, binding.role]
            if role.kind == "ClusterRole" or role.namespace == binding.namespace
        ]
        mine = self._files.repository(path)
        for near in (
            [one for one in found if one[0] == path],
            [one for one in found if folder(one[0]) == folder(path)],
            [one for one in found if self._files.repository(one[0]) == mine],
            found,
        ):
            if near:
                return near[0] if len(near) == 1 else None
        return None


def _given(path: str, binding: AccessBinding, role: tuple[str, AccessRole] | None) -> _Given | None:
    if role is None:
        known = binding.role_kind == "ClusterRole" and binding.role in _BUILT_IN
        return _Given(path, binding, f"all that {binding.role} lets", ()) if known else None
    everywhere = binding.kind == "ClusterRoleBinding"
    said = [(rule, what) for rule in role[1].rules if not (everywhere and rule.names) for what in _opens(rule)]
    if not said:
        return None
    names = list(dict.fromkeys(what for _, what in said))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    detail = ", ".join(names[:_SHOWN]) + more
    what = f"{role[1].kind} {role[1].name} lets {detail}"
    return _Given(path, binding, detail, (Evidence(Location(role[0], said[0][0].line), what),))


def _opens(rule: AccessRule) -> Iterator[str]:
    """What a rule lets do that goes past an interface, in words."""
    verbs, everything = set(rule.verbs), "*" in rule.resources
    for (group, resource), telling in _TELLING.items():
        grouped = group in rule.groups or "*" in rule.groups
        done = sorted(telling if "*" in verbs else telling & verbs)
        if grouped and done and (everything or resource in rule.resources):
            yield f"{'/'.join(done) if '*' not in verbs else 'anything'} {'of ' if '*' in verbs else ''}{resource}"


def _controls(rule: AccessRule) -> bool:
    """Whether the holder follows and changes resources of a kind that somebody defined, or tells how far they are, as a
    controller does."""
    custom = any("." in group and not group.endswith(".k8s.io") for group in rule.groups)
    verbs = set(rule.verbs)
    if any(one.endswith(("/status", "/finalizers")) for one in rule.resources):
        return not verbs.isdisjoint({"patch", "update"})
    return custom and ("*" in verbs or ("watch" in verbs and not verbs.isdisjoint({"patch", "update"})))
