"""Where the code of a workload is: the folder of its stack's service, or the one that its source names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boundary.facts import CatalogEntry
from boundary.resolve.files import Files, ancestors, called, folder, is_code, within
from boundary.resolve.ownership import Ownership
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource

_BESIDE = frozenset(
    (
        "infra", "infrastructure", "terraform", "tf", "tofu", "iac", "deploy", "deployment", "deployments", "stack",
        "cloudformation", "cfn", "sam", "stacks", "aws", "ops", "provisioning", "template", "templates", "cdk.out",
    )
)  # fmt: skip
"""Folders that hold how the service around them is deployed."""


@dataclass(frozen=True)
class Place:
    """The folder of the code, and what the service is called where a whole stack is one; both may be unknown."""

    root: str | None = None
    service: str = ""


class Homes:
    """Answers where the code of each workload is; ``sources`` are the folders or files that they name, by uid."""

    def __init__(self, stacks: Stacks, files: Files, owners: Ownership, sources: Mapping[str, str | None]) -> None:
        self._stacks = stacks
        self._files = files
        self._owners = owners
        self._components = {folder(path) for path, one in files.all(CatalogEntry) if one.kind.lower() == "component"}
        self._sources = {uid: self._folder(written) for uid, written in sources.items() if written is not None}
        self._parts: dict[str, frozenset[str]] = {}

    def of(self, resource: Resource) -> Place:
        """Functions of one stack are processes of one service, that around the stack, unless they are parts of several
        owners; a task runs an image of its own.

        A stack at the root of a repository may be everybody's: its functions are where their code is.
        """
        source, stacks = self._sources.get(resource.uid), self._stacks
        if not stacks.is_function(resource):
            return Place(source)
        is_folder = stacks.platform(resource) == "terraform"
        stack = resource.stack if is_folder else self._outermost(resource.stack)
        around = _around(stack if is_folder else folder(stack))
        if source is not None and (part := self._part(source, around)) in self._divided(resource.stack, around):
            return Place(part, called(part))
        named = stacks.service_of(resource) or ("" if is_folder else called(around) or _stem(stack))
        everybodys = not around or (is_folder and around == self._files.repository(f"{around}/-"))
        if everybodys and source:
            return Place(source, named)
        if stacks.is_interface(resource):
            return Place(around or None, named)
        if not around or not any(is_code(path) for path in self._files.below(around)):
            return Place(source, named)
        if source and not within(source, around) and not self._takes_in(source, resource.stack, around):
            return Place(source, named)
        return Place(around, named or called(around))

    def _outermost(self, stack: str) -> str:
        """The stack that a template is an inner one of, where that lies in a folder around it."""
        seen = {stack}
        while (template := self._stacks.templates.templates.get(stack)) is not None and template.caller is not None:
            outer = template.caller.stack
            if outer in seen or not within(stack, folder(outer)) or folder(stack) in self._components:
                break
            seen.add(outer)
            stack = outer
        return stack

    def _folder(self, source: str) -> str | None:
        if source in self._files.folders:
            return source
        return folder(source) if source in self._files.by_path or is_code(source) else None

    def _takes_in(self, source: str, stack: str, around: str) -> bool:
        """Whether a stack with code of its own runs what is in another owner's folder: that one's code, run here."""
        there = (self._sources.get(one.uid) for one in self._stacks.resources if one.stack == stack)
        mine, theirs = (self._owners.owner_of_path(path).team for path in (around, source))
        return None not in (mine, theirs) and mine != theirs and any(one and within(one, around) for one in there)

    def _divided(self, stack: str, around: str) -> frozenset[str]:
        """The folders of the parts of a stack; none where all of its functions are one owner's.

        A template that a platform team keeps may deploy what several teams have in folders of their own.
        """
        if stack not in self._parts:
            sources = [self._sources.get(one.uid) for one in self._stacks.resources if one.stack == stack]
            found = frozenset(self._part(one, around) for one in sources if one is not None and within(one, around))
            owners = {self._owners.owner_of_path(part).team for part in found - {around}}
            several = len(owners - {None}) > 1 or len(found & self._components - {around}) > 1
            self._parts[stack] = found - {around} if several else frozenset()
        return self._parts[stack]

    def _part(self, source: str, around: str) -> str:
        """The folder below that of the stack which is its owner's as a whole, or that is told to be a component."""
        owner, part = self._owners.owner_of_path(source).team, source
        for one in (source, *ancestors(source)):
            if one == around or not within(one, around):
                break
            if one in self._components:
                return one
            if self._owners.owner_of_path(one).team != owner:
                break
            part = one
        return part


def _stem(path: str) -> str:
    """What a template is called by itself."""
    stem = path.rpartition("/")[2].partition(".")[0]
    return "app" if stem.lower() in _BESIDE | {"main", "index", "serverless", "app"} else stem


def _around(where: str) -> str:
    """The folder of a stack without the folders that only say that it is one."""
    while where.rpartition("/")[2].lower() in _BESIDE:
        where = folder(where)
    return where
