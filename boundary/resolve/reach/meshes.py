"""Servers of Linkerd with whom they let in, as policies: a port that is one lets nobody in who is not granted.

See https://linkerd.io/2/reference/authorization-policy/ . A server about which not all is here is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import MeshGrant, MeshIdentity, MeshRoute, MeshServer, Peer, Policy, PolicyPort, PolicyRule
from boundary.resolve.files import Files
from boundary.resolve.reach.policies import selects

_EVERYBODY = Peer()


def servers(files: Files) -> Iterator[tuple[str, Policy]]:
    """The policies with the files that their servers stand in."""
    found = list(files.all(MeshServer))
    if not found:
        return
    grants, identities = list(files.all(MeshGrant)), [one for _, one in files.all(MeshIdentity)]
    routes = [one for _, one in files.all(MeshRoute)]
    for path, server in found:
        rules = [_rule(path, where, grant, identities) for where, grant in grants if _is_for(grant, server, routes)]
        if not server.open and None not in rules:
            yield path, Policy(
                "Server", server.name, server.namespace, Peer(pods=server.pods), ("in",),
                tuple(rule for rule in rules if rule is not None), ports=(PolicyPort(server.port),),
                line=server.line, column=server.column,
            )  # fmt: skip


def _is_for(grant: MeshGrant, server: MeshServer, routes: list[MeshRoute]) -> bool:
    if grant.namespace != server.namespace:
        return False
    if grant.chosen is not None:
        return selects(grant.chosen, dict(server.labels))
    if grant.kind.endswith("Route"):
        mine = (one for one in routes if one.namespace == grant.namespace and one.name == grant.target)
        return any(server.name in one.servers for one in mine)
    return grant.kind == "Namespace" or (grant.kind == "Server" and grant.target == server.name)


def _rule(path: str, where: str, grant: MeshGrant, identities: list[MeshIdentity]) -> PolicyRule | None:
    """What a grant lets in, None where somebody is meant who is not here. Of several requirements the narrowest by
    name counts: all have to be met."""
    peers = grant.peers
    narrow: list[tuple[Peer, ...]] = []
    for kind, name, space in grant.required:
        if kind == "ServiceAccount":
            narrow.append((Peer(accounts=(f"{space}/{name}",)),))
            continue
        meant = [one.peers for one in identities if (one.kind, one.name, one.namespace) == (kind, name, space)]
        if len(meant) != 1:
            return None
        narrow += [each for each in meant if _EVERYBODY not in each]
    if grant.required:
        peers = min(narrow, key=lambda each: not any(one.accounts for one in each), default=None)
    everybody = peers is None or _EVERYBODY in peers
    return PolicyRule("in", None if everybody else peers, line=grant.line if where == path else 0)
