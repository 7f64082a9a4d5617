"""Facts about what a cluster lets through: network policies of all kinds, roles and the labels of namespaces.

``NetworkPolicy``: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ ;
``AdminNetworkPolicy`` and its baseline: https://network-policy-api.sigs.k8s.io/reference/spec/ ;
``AuthorizationPolicy``: https://istio.io/latest/docs/reference/config/security/authorization-policy/ ; Linkerd's:
https://linkerd.io/2/reference/authorization-policy/ ;
networks of pods: https://ovn-kubernetes.io/features/user-defined-networks/user-defined-networks/ ;
roles and bindings: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ .
"""

from __future__ import annotations

from typing import Literal

import msgspec

from boundary.facts.fact import Fact


class Selection(msgspec.Struct, frozen=True):
    """A label selector: all of the labels, and all of the expressions (key, operator, values). An empty one selects
    everything."""

    labels: tuple[tuple[str, str], ...] = ()
    expressions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


class Peer(msgspec.Struct, frozen=True):
    """Who is meant: pods by their labels, in namespaces by theirs (None: not said), or addresses. ``accounts`` are
    patterns of workload identities and ``spaces`` of namespaces' names, of which one must fit."""

    pods: Selection | None = None
    namespaces: Selection | None = None
    blocks: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()


class PolicyPort(msgspec.Struct, frozen=True):
    """A port by number or name (empty: all of the protocol), up to ``end`` where that is a range. The protocol of a
    port that is only named may be left open."""

    port: str = ""
    protocol: str = "TCP"
    end: int = 0


class PolicyRule(msgspec.Struct, frozen=True):
    """One rule: ``peers`` None is everybody, ``ports`` None every port."""

    direction: Literal["in", "out"]
    peers: tuple[Peer, ...] | None = None
    ports: tuple[PolicyPort, ...] | None = None
    action: Literal["allow", "deny", "pass"] = "allow"
    line: int = 1


class Policy(Fact, frozen=True):
    """A policy, the pods that it is about (``subject``) and the directions that it governs. ``rank`` is the priority of
    an administrator's policy; ``denies`` says that an authorization policy's rules are what it forbids; ``ports`` are
    those that it is about where that is not all (a server of Linkerd)."""

    kind: Literal["NetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "AuthorizationPolicy", "Server"]
    name: str
    namespace: str = ""
    subject: Peer = Peer()
    directions: tuple[Literal["in", "out"], ...] = ()
    rules: tuple[PolicyRule, ...] = ()
    rank: int = 0
    denies: bool = False
    ports: tuple[PolicyPort, ...] = ()


class NamespaceLabels(Fact, frozen=True):
    """A namespace of a cluster and its labels."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


class PodNetwork(Fact, frozen=True):
    """A network that pods of one namespace, or of those that are selected, have instead of the cluster's own."""

    name: str
    namespace: str = ""
    selected: Selection | None = None


class AccountIdentity(Fact, frozen=True):
    """What a service account stands for in a cloud: the name of a role or the address of an account there."""

    name: str
    namespace: str = ""
    identity: str = ""


class MeshServer(Fact, frozen=True):
    """A port of some pods that nobody reaches without a grant; ``open``: unless it says so itself."""

    name: str
    namespace: str = ""
    pods: Selection = Selection()
    port: str = ""
    open: bool = False
    labels: tuple[tuple[str, str], ...] = ()


class MeshRoute(Fact, frozen=True):
    """Requests of some kind to servers, by their names."""

    name: str
    namespace: str = ""
    servers: tuple[str, ...] = ()


class MeshIdentity(Fact, frozen=True):
    """Who is meant where somebody refers to it; a peer without anything is everybody."""

    kind: str
    name: str
    namespace: str = ""
    peers: tuple[Peer, ...] = ()


class MeshGrant(Fact, frozen=True):
    """Lets in to a server, a route or all servers of a namespace: who fits all of ``required`` (kind, name, namespace),
    or is one of the ``peers`` (None: everybody) where nothing is required. ``chosen`` are the labels of the servers
    that are meant by theirs."""

    name: str
    namespace: str = ""
    kind: str = ""
    target: str = ""
    required: tuple[tuple[str, str, str], ...] = ()
    peers: tuple[Peer, ...] | None = None
    chosen: Selection | None = None


class TopicRule(msgspec.Struct, frozen=True):
    """What a user may do with topics of a name, or of all names with that beginning; ``*`` are all."""

    pattern: str
    prefix: bool = False
    operations: tuple[str, ...] = ()
    allows: bool = True
    line: int = 1


class TopicUser(Fact, frozen=True):
    """A user of a broker, whose credentials are kept in a Secret of the same name, and its rules about topics."""

    name: str
    namespace: str = ""
    rules: tuple[TopicRule, ...] = ()


class AccessRule(msgspec.Struct, frozen=True):
    """What a role lets do: all of the verbs on all of the resources, those of the names alone where some are given."""

    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    line: int = 1


class AccessRole(Fact, frozen=True):
    """A role of a cluster; a ClusterRole is in no namespace."""

    kind: Literal["Role", "ClusterRole"]
    name: str
    namespace: str = ""
    rules: tuple[AccessRule, ...] = ()


class AccessBinding(Fact, frozen=True):
    """Gives a role to service accounts, which are (namespace, name); ``*`` are all."""

    kind: Literal["RoleBinding", "ClusterRoleBinding"]
    name: str
    namespace: str = ""
    role_kind: str = ""
    role: str = ""
    accounts: tuple[tuple[str, str], ...] = ()
