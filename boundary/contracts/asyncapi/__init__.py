"""AsyncAPI 2 and 3: what an application sends and receives, seen from the side of those it does so with."""

from __future__ import annotations

import re

from boundary.contracts.files import Files
from boundary.contracts.model import Comparison

KIND = "asyncapi"

_HEAD = re.compile(rb"""(?:^|\A\s*\{)[ \t]*["']?asyncapi["']?\s*:|["']asyncapi["']\s*:\s*["']\d""", re.MULTILINE)


def matches(path: str, head: bytes) -> bool:
    """YAML and JSON files that say which version of AsyncAPI they are."""
    return path.lower().endswith((".yaml", ".yml", ".json")) and _HEAD.search(head) is not None


def compare(old: Files, new: Files) -> Comparison:
    """The changes between the documents of two sides; ContractError when one cannot be read."""
    from boundary.contracts.asyncapi import comparison
    from boundary.contracts.asyncapi.description import EMPTY, description
    from boundary.contracts.documents import Documents
    from boundary.contracts.pairing import paired
    from boundary.contracts.payloads import Changes

    changes = Changes()
    before, after = Documents(old.read), Documents(new.read)
    for one, two in paired(old, new):
        sides = [
            description(documents.open(path)) if path is not None else EMPTY
            for documents, path in ((before, one), (after, two))
        ]
        comparison.Comparison(changes).documents(sides[0], sides[1])
    return Comparison.of(changes.changes())
