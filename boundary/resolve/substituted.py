"""Placeholders of manifests that scripts fill in: ``sed -i "s/DB_HOST_VAL/${DB_HOST}/" deploy/orders.yaml``.

What is written in such a file is not what is deployed. Only what looks like a placeholder is replaced: a script that
turns a real address into another one is somebody's convenience. Only texts are put in that the script knows by itself;
where two commands put different ones in the place of one, nothing is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from boundary.facts import FileFacts, Substitution
from boundary.resolve.files import ancestors, inside

Texts = Mapping[str, str]

_PLACEHOLDER = re.compile(
    r"[A-Z][A-Z0-9]*[_-][A-Z0-9_-]+|[A-Z]{4,}|__\w+__|<[\w .-]+>|\{\{.+\}\}|\[\[.+\]\]|"
    r"\$\{\w+\}|\$\w+|%\w+%|@@?\w+@@?|#\{\w+\}#?"
)


def substituted(files: Sequence[FileFacts]) -> Sequence[FileFacts]:
    """The files as scripts write them before they are deployed; the same files where none does."""
    known = {file.path for file in files if not file.mark}
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    commands = ((file.path, fact) for file in files if not file.mark for fact in file.facts)
    for script, fact in commands:
        if isinstance(fact, Substitution):
            for path in _written(script, fact, known):
                for old, new in fact.pairs:
                    if _PLACEHOLDER.fullmatch(old):
                        said[path][old].add(new)
    texts = {path: _sure(pairs) for path, pairs in said.items()}
    return [_filled(file, texts[file.path]) if texts.get(file.path) else file for file in files] if texts else files


def _written(script: str, fact: Substitution, known: set[str]) -> Iterator[str]:
    """The files of the workspace that a command means: scripts run where they lie, or in a folder above."""
    for written in fact.files:
        for start in ancestors(script):
            path = inside(start, f"{fact.folder}/{written}" if fact.folder else written)
            if path in known and path != script:
                yield path
                break


def _sure(pairs: Mapping[str, set[str]]) -> Texts:
    """What is put in the place of each text, the longest first: one may be a part of another."""
    told = {old: next(iter(new)) for old, new in pairs.items() if len(new) == 1}
    return dict(sorted(told.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _filled(file: FileFacts, texts: Texts) -> FileFacts:
    def one(text: str) -> str:
        for old, new in texts.items():
            text = text.replace(old, new) if text.count(old) * len(new) < _MOST else text
        return text

    return msgspec.structs.replace(file, facts=tuple(_mapped(fact, one) for fact in file.facts))


_MOST = 1 << 20
"""Characters that one replacement may put into one text."""


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A fact, or a part of one, with all its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(one, change) for one in value)
    if isinstance(value, msgspec.Struct):
        parts = {name: _mapped(getattr(value, name), change) for name in value.__struct_fields__}
        return type(value)(**parts) if any(parts[n] is not getattr(value, n) for n in parts) else value
    return value
