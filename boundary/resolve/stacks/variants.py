"""Templates that are another one over again, such as that of the same stack without its alarms."""

from __future__ import annotations

from collections import defaultdict

from boundary.facts import Record, Text
from boundary.facts.infra import Block
from boundary.resolve.files import folder, within
from boundary.resolve.stacks.included import Written

_CODE = frozenset({"CodeUri", "ContentUri", "Code", "DefinitionUri", "TemplateURL", "Location"})
"""Properties that name what a resource is made from."""

_FEWEST = 5
"""Resources below which templates may be alike by chance."""

_MOST = 50
"""Templates of a folder that another one is compared with."""


def variants(written: Written) -> set[str]:
    """Templates that are another one of their folder over again, with some resources more or less: one stack is made of
    the one or of the other. The one with the shortest name counts."""
    resources = {
        path: {(one.name, one.type) for _, one in blocks if one.kind == "resource"} for path, blocks in written.items()
    }
    packaged = {path for path, blocks in written.items() if any(_is_uploaded(one) for _, one in blocks)}
    sources = {frozenset(resources[path]): folder(path) for path in written if path not in packaged}
    beside: dict[str, list[str]] = defaultdict(list)
    for path in sorted(written, key=lambda path: (len(path), path)):
        if len(resources[path]) >= _FEWEST:
            beside[folder(path)].append(path)
    found = {path for path in packaged if _is_beside(path, sources.get(frozenset(resources[path])))}
    for paths in beside.values():
        kept: list[set[tuple[str, str]]] = []
        for path in paths:
            mine = resources[path]
            if any(len(mine & other) * 10 >= 9 * min(len(mine), len(other)) for other in kept[:_MOST]):
                found.add(path)
            else:
                kept.append(mine)
    return found


def _is_uploaded(block: Block) -> bool:
    """Whether a resource's code is named as it was uploaded: by ``aws cloudformation package``, or ``sam package``."""
    entries = block.body.entries if isinstance(block.body, Record) else ()
    uris = (value for key, value in entries if isinstance(key, Text) and key.text in _CODE)
    return block.kind == "resource" and any(isinstance(one, Text) and one.text.startswith("s3://") for one in uris)


def _is_beside(path: str, source: str | None) -> bool:
    """Whether a template with the same resources lies in a folder around, or in one of the same folder."""
    return source is not None and within(path, source.rpartition("/")[0] or source)
