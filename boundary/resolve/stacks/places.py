"""Where the code of a workload is: the folder of its stack's service, or the one that its source names."""

from __future__ import annotations

from dataclasses import dataclass

from boundary.resolve.files import Files, called, folder, is_code, within
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


def home(stacks: Stacks, files: Files, resource: Resource, source: str | None) -> Place:
    """Functions of one stack are processes of one service, that around the stack; a task runs an image of its own.

    A stack at the root of a repository may be everybody's: its functions are where their code is.
    """
    if source is not None and source not in files.folders:
        source = folder(source) if source in files.by_path or is_code(source) else None
    if not stacks.is_function(resource):
        return Place(source)
    is_folder = stacks.platform(resource) == "terraform"
    around = _around(resource.stack if is_folder else folder(resource.stack))
    named = stacks.service_of(resource) or ("" if is_folder else called(around) or _stem(resource.stack))
    everybodys = not around or (is_folder and around == files.repository(f"{around}/-"))
    if everybodys and source:
        return Place(source, named)
    if not around or not any(is_code(path) for path in files.below(around)):
        return Place(source, named)
    if source and not within(source, around):
        return Place(source, named)
    return Place(around, named or called(around))


def _stem(path: str) -> str:
    """What a template is called by itself."""
    stem = path.rpartition("/")[2].partition(".")[0]
    return "app" if stem.lower() in _BESIDE | {"main", "index", "serverless", "app"} else stem


def _around(where: str) -> str:
    """The folder of a stack without the folders that only say that it is one."""
    while where.rpartition("/")[2].lower() in _BESIDE:
        where = folder(where)
    return where
