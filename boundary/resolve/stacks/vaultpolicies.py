"""Policies of Vault that stacks declare: which service may take which secrets, by the service account of its pods.

See https://developer.hashicorp.com/vault/docs/concepts/policies and
https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/kubernetes_auth_backend_role .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from boundary.model import Evidence
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.standing import Pods
from boundary.resolve.stacks.statements import fits
from boundary.resolve.stacks.things import Resource, Thing, items, text

_PATH = re.compile(r'path\s+"([^"\n]{1,300})"\s*\{([^{}]{0,2000})\}')
_READS = re.compile(r'"(?:read|sudo|root)"')
_LEAST = 3
"""Letters of a path behind the engine's that a policy must tell."""


@dataclass(frozen=True)
class Opened:
    """A service may take the secrets of a path, in which ``*`` and ``+`` stand for anything."""

    service: str
    path: str
    evidence: Evidence

    def covers(self, key: str) -> bool:
        """Whether a secret is one of the path, with or without the engine that keeps it."""
        within = self.path.partition("/data/")[2] or self.path.partition("/")[2]
        told = key.partition("/data/")[2] or key
        return fits(self.path.replace("+", "*"), key) or fits(within.replace("+", "*"), told)


def opened(land: Landscape) -> Iterator[Opened]:
    """What the policies of all roles open that pods have."""
    resources = land.stacks.resources if land.stacks is not None else ()
    policies = {one.text("name") or one.uid: one for one in resources if one.type == "vault_policy" and one.declared}
    roles = [one for one in resources if one.type == "vault_kubernetes_auth_backend_role" and one.declared]
    pods = Pods(land) if policies and roles else None
    for role in roles if pods is not None else ():
        services = {
            service
            for space in _texts(role.get("bound_service_account_namespaces"))
            for account in _texts(role.get("bound_service_account_names"))
            for service in (pods.of(space, account) if pods is not None else ())
        }
        for named in (*_texts(role.get("token_policies")), *_texts(role.get("policies"))):
            for path, evidence in _paths(policies[named]) if named in policies and services else ():
                yield from (Opened(service, path, evidence) for service in sorted(services))


def _texts(thing: Thing) -> list[str]:
    return [said for one in items(thing) if (said := text(one))]


def _paths(policy: Resource) -> Iterator[tuple[str, Evidence]]:
    whole = str(as_text(policy.get("policy")))
    for found in _PATH.finditer(whole):
        fixed = re.sub(r"[^A-Za-z0-9]", "", found[1].partition("/")[2].removeprefix("data/"))
        if _READS.search(found[2]) and len(fixed) >= _LEAST:
            yield found[1], Evidence(policy.place("policy"), f"{policy.label} lets {found[1]} be read")
