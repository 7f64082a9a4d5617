"""Services of a cluster that are only another name of a host outside of it: ``ExternalName``.

Within its namespace the name stands alone, elsewhere it has the namespace behind it. Whatever is reached by such a name
and by the host itself is one thing. See https://kubernetes.io/docs/concepts/services-networking/service/#externalname .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from boundary.facts import Address, FileFacts, Situated
from boundary.model import Evidence
from boundary.resolve.files import stands
from boundary.resolve.stacks.ways import Way

_ENDINGS = ("", ".svc", ".svc.cluster.local")
_INSIDE = (".svc", ".cluster.local")


def ways(files: Sequence[FileFacts]) -> tuple[dict[str, list[Way]], dict[str, str]]:
    """Where each full name leads, and what each host is called by the one such Service that means it."""
    found: dict[str, list[Way]] = {}
    called: dict[str, set[str]] = defaultdict(set)
    means: dict[str, set[str]] = defaultdict(set)
    for name, space, host, evidence in _outside(files):
        for ending in _ENDINGS:
            found.setdefault(f"{name}.{space}{ending}", []).append(Way("", host, True, evidence))
        called[host].add(name)
        means[name].add(host)
    plain = {host: min(names) for host, names in called.items()}
    return found, {host: name for host, name in plain.items() if len(means[name]) == 1}


def _outside(files: Sequence[FileFacts]) -> Iterator[tuple[str, str, str, Evidence]]:
    for file in files:
        told = [fact for fact in file.facts if isinstance(fact, Address) and fact.external] if not file.mark else []
        situated = next((fact.namespace for fact in file.facts if isinstance(fact, Situated)), "") if told else ""
        for one in told:
            host = one.external.rstrip(".").lower()
            if "." in host and not host.endswith(_INSIDE):
                what = f"{one.name} is another name of {host}"
                space = one.namespace or situated or "default"
                yield one.name.lower(), space, host, Evidence(stands(file.path, one), what)
