"""``tsconfig.json`` and ``jsconfig.json``: the names under which a compiler finds modules.

``baseUrl`` and ``paths`` (https://www.typescriptlang.org/tsconfig/#paths). The format is JSON with comments and
trailing commas. What another file ``extends`` is not joined: imports ask the files of all folders above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath

from boundary.extract import UnreadableSource
from boundary.facts import PathAlias
from boundary.reading.jsonc import plain
from boundary.reading.yaml import YamlError, document
from boundary.source import Source

FORMAT = "tsconfig"

_NAME = re.compile(r"(?:ts|js)config(?:[._-][\w.-]+)?\.json")


def matches(path: str) -> bool:
    """A file called ``tsconfig.json``, ``jsconfig.json`` or with a word more."""
    return _NAME.fullmatch(PurePosixPath(path).name) is not None


def extract(source: Source) -> Iterator[PathAlias]:
    """The aliases, then what the base folder makes of all other names. Targets are relative to the file's folder."""
    try:
        options = document(plain(source.text)).get("compilerOptions")
    except YamlError as error:
        raise UnreadableSource(error.what, str(error), error.line, error.column) from None
    base = options.get("baseUrl")
    for pattern, targets in options.get("paths").pairs:
        found = tuple(normpath(f"{base.string or '.'}/{target}") for target in targets.strings)
        if found:
            yield PathAlias(pattern.text, found, line=pattern.line, column=pattern.column)
    if base.string:
        yield PathAlias("*", (normpath(f"{base.string}/*"),), line=base.line, column=base.column)
