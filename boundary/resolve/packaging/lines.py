"""Lines of nodes that come from several files, so that what is made of them together can be told where it stands."""

from __future__ import annotations

from typing import cast

from msgspec import structs

from boundary.facts import AnyFact, Fact, Policy, Workload
from boundary.reading import yaml
from boundary.reading.yaml import Node

_FAR = 1 << 24
"""Lines between two files; none is so long."""


class Lines:
    """Where nodes of several files stand, told by their lines alone: each file has a range of its own."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._paths: list[str] = []

    def of(self, path: str, node: Node, above: int = 0) -> Node:
        """A node of a file, in which so many lines are ``above`` its text."""
        if path not in self._files:
            self._paths.append(path)
            self._files[path] = len(self._paths)
        start = self._files[path] * _FAR + above
        return yaml.moved(node, lambda line: start + min(line, _FAR // 2))

    def told(self, fact: Fact, line: int) -> AnyFact:
        """A fact with its file; a workload stands at ``line``, which is one of the kustomization."""
        if isinstance(fact, Workload):
            containers = tuple(structs.replace(one, line=line) for one in fact.containers)
            return structs.replace(fact, line=line, containers=containers)
        if isinstance(fact, Policy):
            return self._ruled(fact)
        number, own = divmod(fact.line, _FAR)
        return cast("AnyFact", structs.replace(fact, line=own, file=self._paths[number - 1]) if number else fact)

    def _ruled(self, policy: Policy) -> Policy:
        """A policy in the file of its last rule, since what a patch adds is what is asked for."""
        last = policy.rules[-1].line if policy.rules else policy.line
        rules = tuple(structs.replace(one, line=one.line % _FAR) for one in policy.rules)
        return structs.replace(policy, rules=rules, line=policy.line % _FAR, file=self._paths[last // _FAR - 1])
