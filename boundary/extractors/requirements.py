"""Requirement files of pip: ``requirements.txt``, ``requirements-dev.in``, ``requirements/base.txt`` …

Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/ . Files that others include with ``-r`` speak
for themselves; constraints install nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._manifests import Scope, group_scope
from boundary.extractors._requirement import placed, requirement
from boundary.facts import Dependency
from boundary.source import Source

FORMAT = "requirements"

_NAME = re.compile(r"(?:^|/)(?:[\w.-]*requirements?[\w.-]*|requirements/[\w./-]+)\.(?:txt|in|pip)$", re.IGNORECASE)
_PURPOSE = re.compile(r".*/(?=[^/]*requirements?[^/]*/?[^/]*$)", re.IGNORECASE)
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s+|=)\s*")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_OPTION = re.compile(r"\s--?[A-Za-z][\w-]*(?:[= ].*)?$")


def matches(path: str) -> bool:
    """Text files with ``requirements`` in their name, or in a folder of that name; no constraints."""
    return _NAME.search(path) is not None and "constraint" not in path.rpartition("/")[2].lower()


def extract(source: Source) -> Iterator[Dependency]:
    """The dependencies in their order; lines that are none are left out, as other lines stand for themselves."""
    scope: Scope = "dev" if group_scope(_PURPOSE.sub("", source.path)) == "dev" else "runtime"
    for line, text in _lines(source.text):
        editable = _EDITABLE.match(text)
        if editable:
            yield placed("", text[editable.end() :].strip("'\""), line, scope)
        elif not text.startswith("-"):
            found = requirement(_OPTION.sub("", text), line, scope)
            if found is not None:
                yield found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first one: continued lines joined, comments and blank ones out."""
    start, parts = 0, []
    for number, line in enumerate(text.split("\n"), 1):
        start = start or number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            parts.append(line[:-1])
            continue
        whole = _COMMENT.sub("", "".join((*parts, line))).strip()
        if whole:
            yield start, whole
        start, parts = 0, []
