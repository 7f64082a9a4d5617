"""Who acts as which identity of Azure and Google: workloads that have it, and pods that stand for it.

A workload has an identity of its own, or some that are declared by themselves. A pod's service account stands for one
where a credential says so (https://learn.microsoft.com/azure/aks/workload-identity-overview ) or a right to act as it
(https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity ).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from boundary.model import Location, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks.attributes import ARN
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.standing import SUBJECT, Pods
from boundary.resolve.stacks.things import Resource, Thing, below, items

_ACCOUNTS = (
    "template.service_account", "template.spec.service_account_name", "service_config.service_account_email",
    "service_account_email", "template.template.service_account",
)  # fmt: skip
_POOL = re.compile(r"serviceAccount:.*\.svc\.id\.goog\[([^/\]]+)/([^\]]+)\]")
_EMAIL = re.compile(r"([a-z][a-z0-9-]*)@[\w.-]*?(?:\.iam(?:\.gserviceaccount\.com)?)?")

_WORKLOAD_USER = "roles/iam.workloadIdentityUser"


class Identities:
    """The services that act as each identity, by the uid of its resource, with where that is said."""

    def __init__(self, land: Landscape, stacks: Stacks) -> None:
        self._stacks = stacks
        self._pods = Pods(land)
        self._units = {unit.key.partition("/")[0]: one.id for one in land.services for unit in one.units}
        self.holders: dict[str, dict[str, Location]] = defaultdict(dict)
        for one in stacks.resources:
            for uid, service, place in self._held(one):
                self.holders[uid].setdefault(service, place)
        for address, service, place in self._pods.identities:
            identity = self.meant(Value.of(address))
            if identity is not None:
                self.holders[identity.uid].setdefault(service, place)

    def _held(self, one: Resource) -> Iterator[tuple[str, str, Location]]:
        service = self._units.get(one.uid)
        if service is not None:
            yield one.uid, service, one.location
            given = [each for block in items(one.get("identity")) for each in items(below(block, "identity_ids"))]
            given += [each for path in _ACCOUNTS for each in items(one.get(*path.split(".")))]
            for each in given:
                if identity := self.meant(each):
                    yield identity.uid, service, one.location
        elif one.type == "azurerm_federated_identity_credential":
            yield from self._standing(one, SUBJECT, "subject", "parent_id")
        elif one.type.startswith("google_service_account_iam_") and one.text("role") == _WORKLOAD_USER:
            for key in ("member", "members"):
                yield from self._standing(one, _POOL, key, "service_account_id")

    def _standing(self, one: Resource, form: re.Pattern[str], key: str, of: str) -> Iterator[tuple[str, str, Location]]:
        """The services whose pods a credential lets act as an identity."""
        identity = self.meant(one.get(of))
        for subject in items(one.get(key)):
            said = form.fullmatch(str(as_text(subject)))
            found = self._pods.of(said[1], said[2]) if said is not None else {}
            for service, place in found.items() if identity is not None else ():
                yield identity.uid if identity is not None else "", service, place

    def meant(self, thing: Thing) -> Resource | None:
        """The workload or the declared identity that a text means: by reference, or by the address of its account."""
        value = as_text(thing)
        whole = str(value).rpartition(":")[2] if ARN not in str(value) else str(value)
        whole = whole[whole.index(ARN) :] if ARN in whole else whole
        if whole.startswith(ARN):
            return self._stacks.by_uid.get(re.split(r"[:/@]", whole.removeprefix(ARN))[0])
        email = _EMAIL.fullmatch(whole.rpartition("/")[2])
        return self._stacks.named("google-identity", email[1] if email else whole.rpartition("/")[2])
