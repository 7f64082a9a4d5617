"""Repositories that a pipeline checks out into folders of its own: there, the paths of a job are those of others.

``actions/checkout`` with ``repository: dock/tugs`` and ``path: tugs`` brings what lies beside this repository, as the
workspace has it: ``tugs/bin/rails`` is ``../tugs/bin/rails``. Format: https://github.com/actions/checkout#usage .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from boundary.facts import Checkout, Expr, Text
from boundary.reading.shell import Command

if TYPE_CHECKING:
    from boundary.reading.yaml import Node

_ACTION = re.compile(r"actions/checkout(@|$)")
_NAME = re.compile(r"[\w.-]+")


def checkouts(job: Node) -> dict[str, str]:
    """Folder of a job → where the workspace has what is checked out there."""
    found: dict[str, str] = {}
    for step in job.get("steps").items:
        given = step.get("with")
        name = given.get("repository").string.rpartition("/")[2]
        folder = given.get("path").string.removeprefix("./").rstrip("/")
        if folder and _NAME.fullmatch(name) and _ACTION.match(step.get("uses").string):
            found[folder] = f"../{name}"
    return found


def versions(job: Node) -> Iterator[Checkout]:
    """The versions at which a job checks out other repositories into folders."""
    for step in job.get("steps").items:
        given = step.get("with")
        name, version = given.get("repository").string.rpartition("/")[2], given.get("ref").string
        if version and given.get("path").string and _NAME.fullmatch(name) and _ACTION.match(step.get("uses").string):
            yield Checkout(f"../{name}", version, line=step.line)


def placed(written: str, others: Mapping[str, str]) -> str:
    """A path of a job as one of the workspace, seen from this repository."""
    plain = written.removeprefix("./")
    for folder, place in others.items():
        if plain == folder or plain.startswith(f"{folder}/"):
            return place + plain[len(folder) :]
    return written


def moved(command: Command, others: Mapping[str, str]) -> Command:
    """A command whose words are such paths; a bare word may be anything."""
    command.words = [_moved(word, others) if "/" in _text(word) else word for word in command.words]
    if command.folder is not None:
        command.folder = _moved(command.folder, others)
    return command


def _moved(word: Expr, others: Mapping[str, str]) -> Expr:
    return Text(placed(word.text, others), word.line) if isinstance(word, Text) else word


def _text(word: Expr) -> str:
    return word.text if isinstance(word, Text) else ""
