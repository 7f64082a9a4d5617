"""How workloads of Azure and Google refer to secrets: what a variable has instead of a value.

See https://learn.microsoft.com/azure/app-service/app-service-key-vault-references ,
https://learn.microsoft.com/azure/container-apps/manage-secrets and
https://cloud.google.com/run/docs/configuring/services/secrets .
"""

from __future__ import annotations

import re

from boundary.model import Value
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.things import NULL, Null, Resource, Rows, Table, Thing, below, items, text

_VAULT = re.compile(r"@Microsoft\.KeyVault\((.*)\)")


def told(workload: Resource, entry: Thing, value: Thing) -> Thing:
    """What a variable is: a secret that the workload keeps by itself is its value. ``entry`` is where it stands."""
    own = _own(workload, entry)
    return value if own is None or not isinstance(_vaulted(own), Null) else below(own, "value")


def referred(workload: Resource, entry: Thing, value: Thing) -> Thing | None:
    """The secret that holds a variable, as a text that names it; None for one that no secret of the stacks holds."""
    if isinstance(value, Table | Rows):
        inner = below(value, "secret_key_ref", "secret")
        return None if isinstance(inner, Null) else inner
    own = _own(workload, entry)
    if own is not None:
        kept = _vaulted(own)
        return None if isinstance(kept, Null) else kept
    found = _VAULT.fullmatch(str(as_text(value))) if isinstance(value, Value) else None
    if found is None:
        return None
    given = dict(part.partition("=")[::2] for part in found[1].split(";"))
    return Value.of(given.get("SecretUri") or given.get("SecretName") or "")


def _own(workload: Resource, entry: Thing) -> Thing | None:
    """The secret of the workload that a variable is."""
    name = text(_first(entry, "secret_name", "secretRef")) if isinstance(entry, Table) else None
    return next((one for one in items(workload.get("secret")) if name and text(below(one, "name")) == name), None)


def _vaulted(secret: Thing) -> Thing:
    """The secret of a vault that one of a workload is; templates that are given it have their platform's word."""
    return _first(secret, "key_vault_secret_id", "keyVaultUrl")


def _first(thing: Thing, *names: str) -> Thing:
    return next((found for name in names if not isinstance(found := below(thing, name), Null)), NULL)
