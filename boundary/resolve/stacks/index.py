"""Resources by what they are called: by uid, by name, and by a name of which a deployment fills in parts."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

from boundary.resolve.stacks import rolemodules
from boundary.resolve.stacks.environments import anywhere
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.things import Resource

_LEAST = 3
"""Letters that must be known of a name."""


class Index:
    """Finds resources by their names; ``resources`` are those of all stacks."""

    resources: list[Resource]

    @cached_property
    def by_uid(self) -> dict[str, Resource]:
        """Resources by their uid."""
        return {one.uid: one for one in self.resources}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[Resource]]:
        found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for one in self.resources:
            if one.row and one.declared:
                found[one.row.technology, one.name].append(one)
        return found

    @cached_property
    def _by_pattern(self) -> dict[tuple[str, str], list[Resource]]:
        found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for one in self.resources:
            for attribute in one.row.names if one.row and one.declared else ():
                pattern = _pattern(str(as_text(one.get(attribute))))
                if one.row and pattern:
                    found[one.row.technology, pattern].append(one)
        return found

    @cached_property
    def _anywhere(self) -> dict[tuple[str, str], list[Resource]]:
        """Resources by their names whatever the environment."""
        found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for technology, pattern in (*self._by_name, *self._by_pattern):
            marked = anywhere(pattern)
            alike = self._by_name.get((technology, pattern), ()) or self._by_pattern.get((technology, pattern), ())
            if len(re.sub(r"\{\}|\W", "", marked)) >= _LEAST:
                found[technology, marked] += [one for one in alike if one not in found[technology, marked]]
        return found

    def named(self, technology: str, name: str) -> Resource | None:
        """The one resource of a technology with a name; of several none. What deployments fill in is let pass."""
        found = self._by_name.get((technology, name)) or self._by_pattern.get((technology, _pattern(name)), [])
        found = found or self._anywhere.get((technology, anywhere(name)), [])
        if not found and technology == "ssm" and name.count("/") > 1:
            found = [one for pattern, one in self._parameters if _same(pattern, name.split("/"))]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _parameters(self) -> list[tuple[list[str], Resource]]:
        """Parameters by the parts of their paths."""
        kept = [one for one in self.resources if one.row and one.declared and one.row.technology == "ssm"]
        return [(str(as_text(one.get(one.row.names[0]))).split("/"), one) for one in kept if one.row]

    def store(self, name: str, than: Resource | None = None) -> Resource | None:
        """The one database of a name that a stack declares, other than a resource of the same provider."""
        alike = self._stores.get(name) or self._stores_anywhere.get(anywhere(name), [])
        found = [one for one in alike if one is not than]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _stores_anywhere(self) -> dict[str, list[Resource]]:
        """Databases by their names whatever the environment."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for name, alike in self._stores.items():
            marked = anywhere(name)
            if "{}" in marked and sum(map(str.isalnum, marked)) >= _LEAST:
                found[marked] += alike
        return found

    @cached_property
    def _stores(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for one in self.resources:
            if one.row and one.declared and one.row.kind == "store":
                found[one.name].append(one)
        return found

    def role(self, name: str) -> Resource | None:
        """The one role of a name."""
        found = self._roles.get(name, [])
        return found[0] if len(found) == 1 else None

    @cached_property
    def _roles(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for one in self.resources:
            if one.type in ("aws_iam_role", "AWS::IAM::Role"):
                found[one.text("RoleName") or one.name].append(one)
            elif name := rolemodules.called(one):
                found[name].append(one)
        return found


def _pattern(name: str) -> str:
    """A name with a mark where a deployment fills something in; "" for one of which too little is known."""
    found = re.sub(r"\{[^{}]*\}", "{}", name)
    return found if sum(map(str.isalnum, found)) >= _LEAST else ""


def _same(one: list[str], other: list[str]) -> bool:
    """Whether two paths are one where a deployment fills in some of their parts, such as the environment."""
    if len(one) != len(other):
        return False
    open_parts = sum("{" in a or "{" in b for a, b in zip(one, other, strict=True))
    return open_parts * 2 < len(one) and all(a == b or "{" in a or "{" in b for a, b in zip(one, other, strict=True))
