"""What Google's deny policies forbid, whatever roles say: https://cloud.google.com/iam/docs/deny-overview .

A policy is for a whole project. One with a condition tells nothing, and one that leaves open whom or what it means
neither: what is denied in part may still be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.identities import Identities
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Thing, below, items, text

_READING = {
    "gcs": "storage.googleapis.com/objects.get", "bigquery": "bigquery.googleapis.com/tables.getData",
    "pubsub": "pubsub.googleapis.com/subscriptions.consume", "spanner": "spanner.googleapis.com/databases.select",
    "bigtable": "bigtable.googleapis.com/tables.readRows", "firestore": "datastore.googleapis.com/entities.get",
    "secretmanager": "secretmanager.googleapis.com/versions.access",
    "cloudsql": "cloudsql.googleapis.com/instances.login",
    "google-identity": "iam.googleapis.com/serviceAccounts.getAccessToken",
}  # fmt: skip
"""The permission without which nobody reads what a resource holds, by the word of its roles."""

_EVERYBODY = "principalSet://goog/public:all"


@dataclass(frozen=True)
class Denial:
    """Some permissions, as patterns, that identities (None: everybody) do not have, but for some."""

    permissions: tuple[str, ...]
    identities: frozenset[str] | None
    excepted: frozenset[str]
    project: str

    def covers(self, identity: Resource, resource: Resource) -> bool:
        """Whether an identity cannot read what a resource holds."""
        wanted = _READING.get(resource.row.roles if resource.row else "", "")
        meant = self.identities is None or identity.uid in self.identities
        elsewhere = text(resource.get("project"))
        near = not (elsewhere and self.project) or elsewhere == self.project
        return bool(
            wanted and meant and near and identity.uid not in self.excepted
            and any(fnmatchcase(wanted, pattern) for pattern in self.permissions)
        )  # fmt: skip


def denied(stacks: Stacks, identities: Identities) -> list[Denial]:
    """All that is denied without a condition."""
    return [one for policy in stacks.resources if policy.type == "google_iam_deny_policy" and policy.declared
            for one in _of(policy, identities)]  # fmt: skip


def _of(policy: Resource, identities: Identities) -> Iterator[Denial]:
    parent = str(as_text(policy.get("parent"))).replace("%2F", "/").rpartition("/")[2]
    for rule in items(policy.get("rules")):
        said = below(rule, "deny_rule")
        if isinstance(said, Null) or not isinstance(below(said, "denial_condition"), Null):
            continue
        who, but = (set(_meant(identities, said, f"{kind}_principals")) for kind in ("denied", "exception"))
        permissions = (text(one) for one in items(below(said, "denied_permissions")))
        allowed = {text(one) for one in items(below(said, "exception_permissions"))}
        told = tuple(one for one in permissions if one and one not in allowed)
        yield Denial(told, None if _EVERYBODY in who else frozenset(who), frozenset(but), parent.strip("{}"))


def _meant(identities: Identities, said: Thing, key: str) -> Iterator[str]:
    for one in items(below(said, key)):
        written = as_text(one)
        found = identities.meant(written)
        yield found.uid if found is not None else str(written)
