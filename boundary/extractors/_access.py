"""Roles of a cluster and their bindings (https://kubernetes.io/docs/reference/access-authn-authz/rbac/ )."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import AccessBinding, AccessRole, AccessRule, AccountIdentity, Fact
from boundary.reading.yaml import Node

_GROUPS = ("rbac.authorization.k8s.io", "authorization.openshift.io")
_IDENTITIES = ("eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account")
_ALL = "system:serviceaccounts"
_ONE = "system:serviceaccount:"


def access(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Fact]:
    """The fact of a document that is a role or a binding, nothing for any other."""
    place = document.get("metadata", "name")
    line, column = place.line or document.line, place.column or document.column
    if kind == "ServiceAccount" and group == "v1":
        given = document.get("metadata", "annotations")
        identity = next((found for key in _IDENTITIES if (found := given.get(key).string)), "")
        if identity:
            yield AccountIdentity(name, namespace, identity, line=line, column=column)
    if group not in _GROUPS:
        return
    if kind == "Role":
        yield AccessRole("Role", name, namespace, _rules(document), line=line, column=column)
    elif kind == "ClusterRole":
        yield AccessRole("ClusterRole", name, "", _rules(document), line=line, column=column)
    elif kind in ("RoleBinding", "ClusterRoleBinding"):
        role = document.get("roleRef")
        accounts = tuple(one for subject in document.get("subjects").items for one in _accounts(subject, namespace))
        known = (role.get("kind").string, role.get("name").string, accounts)
        if kind == "RoleBinding":
            yield AccessBinding("RoleBinding", name, namespace, *known, line=line, column=column)
        else:
            yield AccessBinding("ClusterRoleBinding", name, "", *known, line=line, column=column)


def _rules(document: Node) -> tuple[AccessRule, ...]:
    return tuple(
        AccessRule(
            one.get("apiGroups").strings,
            one.get("resources").strings,
            one.get("verbs").strings,
            one.get("resourceNames").strings,
            one.line,
        )
        for one in document.get("rules").items
    )


def _accounts(subject: Node, namespace: str) -> Iterator[tuple[str, str]]:
    """The service accounts that a subject means; people are none of them."""
    kind, name = subject.get("kind").string, subject.get("name").string
    if kind == "ServiceAccount" and name:
        yield subject.get("namespace").string or namespace, name
    elif kind == "User" and name.startswith(_ONE):
        space, _, account = name.removeprefix(_ONE).partition(":")
        yield space, account
    elif kind == "Group" and (name == _ALL or name.startswith(f"{_ALL}:")):
        yield name.removeprefix(_ALL).removeprefix(":") or "*", "*"
