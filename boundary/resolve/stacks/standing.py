"""Pods that stand for a role or an identity of a cloud, by the service account that they run as.

What stands for what is said by the account itself (an annotation), by the role (who it trusts), or by a resource apart
(an association). See https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from boundary.model import Location, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks import rolemodules
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import NULL, Resource, Rows, Table, Thing, document, text

SUBJECT = re.compile(r"system:serviceaccount:([^:*]+):([^:*]+)")
"""A service account as the cluster's tokens call it."""

_ASSOCIATIONS = {
    "aws_eks_pod_identity_association": ("namespace", "service_account", "role_arn"),
    "AWS::EKS::PodIdentityAssociation": ("Namespace", "ServiceAccount", "RoleArn"),
}
_TRUSTS = ("assume_role_policy", "AssumeRolePolicyDocument")
_DEEPEST = 8


class Pods:
    """The services by the service accounts that their pods run as, with where that is said."""

    def __init__(self, land: Landscape) -> None:
        self.identities: list[tuple[str, str, Location]] = []
        self._said: dict[str, dict[str, Location]] = defaultdict(dict)
        for service in land.services:
            for unit in service.units:
                if unit.account:
                    self._said[unit.account].setdefault(service.id, unit.location)
                if unit.identity:
                    self.identities.append((unit.identity, service.id, unit.location))

    def of(self, namespace: str, account: str) -> dict[str, Location]:
        """The services of an account; of one in a namespace that no manifest says, where only one is called so."""
        unsaid = self._said.get(f"/{account}", {})
        return self._said.get(f"{namespace}/{account}", unsaid if len(unsaid) == 1 else {})


def standing(land: Landscape, stacks: Stacks) -> Iterator[tuple[Thing, str, Resource]]:
    """The roles of AWS as texts, each with a service whose pods stand for it and what stands for those."""
    pods = Pods(land)
    if not pods.identities and not any(unit.account for one in land.services for unit in one.units):
        return
    for identity, service, place in pods.identities:
        if ":role/" in identity:
            yield Value.of(identity), service, _bearer(place)
    for one in stacks.resources:
        if one.type in _ASSOCIATIONS:
            space, account, role = (one.get(name) for name in _ASSOCIATIONS[one.type])
            for service, place in pods.of(text(space) or "", text(account) or "").items():
                yield role, service, _bearer(place)
        if (told := rolemodules.row(one.type)) is not None:
            for namespace, name in rolemodules.accounts(one, told):
                for service, place in pods.of(namespace, name).items():
                    yield Value.of(one.uid), service, _bearer(place)
        for key in _TRUSTS:
            for subject in _texts(document(one.get(key)), 0) if key in one.body else ():
                found = SUBJECT.fullmatch(subject)
                for service, place in pods.of(found[1], found[2]).items() if found is not None else ():
                    yield Value.of(one.uid), service, _bearer(place)


def _bearer(place: Location) -> Resource:
    """A pod as what has a role."""
    return Resource("", "pod", "the pod", "", place, None, {}, lambda _: NULL)


def _texts(thing: Thing, depth: int) -> Iterator[str]:
    """All texts that stand anywhere in a document."""
    inner = document(thing)
    if isinstance(inner, Table):
        for one in inner.entries.values() if depth < _DEEPEST else ():
            yield from _texts(one, depth + 1)
    elif isinstance(inner, Rows):
        for one in inner.items if depth < _DEEPEST else ():
            yield from _texts(one, depth + 1)
    elif (said := text(inner)) is not None:
        yield said
