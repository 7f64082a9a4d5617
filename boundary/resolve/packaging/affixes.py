"""Names without what a release adds to all of them: nobody knows what it will be called."""

from __future__ import annotations

from typing import Any

import msgspec

from boundary.facts import AnyFact, Workload
from boundary.resolve.images import known
from boundary.resolve.spelling import generic

Found = dict[str, list[AnyFact]]
"""Facts by the path of their file."""


def named_plainly(release: str, found: Found) -> Found:
    """The facts of a release, its workloads called by what tells them apart; the whole name is a further one.

    Only what all of them share, and what has the release's name in it, is taken away: ``shop-orders`` and
    ``shop-catalog`` of the release ``shop`` are ``orders`` and ``catalog``. Where nothing but parts that every service
    has would be left (``orders-api`` and ``orders-worker``), the release is the service, and they keep their names.
    """
    pods = [fact for facts in found.values() for fact in facts if isinstance(fact, Workload)]
    names = {pod.name for pod in pods}
    before, behind = _shared(names, release, 1), _shared(names, release, -1)
    plain = {name: name.removeprefix(before).removesuffix(behind) for name in names}
    if not (before or behind) or all(generic(plain[pod.name]) for pod in pods if not _bought(pod)):
        return found
    return {path: [_called(fact, plain, before, behind) for fact in facts] for path, facts in found.items()}


def _bought(pod: Workload) -> bool:
    """Whether it runs what others have made: a database, a broker, a proxy."""
    return any(known(str(one.image or "")) for one in pod.containers)


def unmarked(found: Found, name: str, plain: str) -> Found:
    """The facts of a release, its workloads called as if the release were: without what tells its environment."""
    calls = {
        fact.name: fact.name.replace(name, plain, 1)
        for facts in found.values()
        for fact in facts
        if isinstance(fact, Workload)
    }
    return {path: [_called(fact, calls, "", "") for fact in facts] for path, facts in found.items()}


def _shared(names: set[str], release: str, way: int) -> str:
    """What all names begin with (``way`` 1) or end with (-1), when the release's name is in it; "" for nothing."""
    parts = [name.split("-")[::way] for name in names]
    if len(parts) < 2:
        return ""
    count = 0
    for column in zip(*parts, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    count = min(count, min(map(len, parts)) - 1)
    shared = "-".join(parts[0][:count][::way])
    if release not in shared:
        return ""
    return f"{shared}-" if way > 0 else f"-{shared}"


def _called(fact: AnyFact, plain: dict[str, str], before: str, behind: str) -> AnyFact:
    of: Any = fact
    if isinstance(fact, Workload):
        further = (fact.name, *fact.names, *(name.removeprefix(before).removesuffix(behind) for name in fact.names))
        name = plain[fact.name]
        return msgspec.structs.replace(fact, name=name, names=tuple(dict.fromkeys(n for n in further if n != name)))
    if getattr(fact, "workload", None) in plain:
        return msgspec.structs.replace(of, workload=plain[of.workload])  # type: ignore[no-any-return]
    return fact
