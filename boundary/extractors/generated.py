"""Heads of generated clients: from which version of which contract they were made.

Sources: OpenAPI Generator's ``licenseInfo.mustache`` ("The version of the OpenAPI document", in Go "API version"),
Swagger Codegen and Orval ("OpenAPI spec version"), swagger-typescript-api (``@title``, ``@version``); the digest of the
contract's text is written by build scripts of many, under names such as ``spec-sha256``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.facts import Generated
from boundary.source import Source

FORMAT = "generated"

_ENDINGS = frozenset({".py", ".ts", ".js", ".mjs", ".java", ".kt", ".cs", ".go", ".rb", ".php", ".rs"})
_HEAD = 4096
"""Bytes that are looked at: a head is the first comment of a file."""

_MADE = re.compile(rb"(?i)generated")
_TOOL = re.compile(rb"(?i)openapi|swagger")
_VERSION = re.compile(
    r"^[^\w\n]*(?:The version of the OpenAPI document|OpenAPI spec(?:ification)? version|API version|@version"
    r"|(?:spec|contract|schema|document)[- ]version)\s*:?\s+v?(\d[\w.+-]*)\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_DIGEST = re.compile(
    r"\b(?:spec|contract|openapi|schema|document|source)\w*[-_ ](?:sha-?256|hash|digest|checksum)\W+(?:sha256[:-])?"
    r"([0-9a-f]{64})\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^[^\w\n]*@title\s+(.+?)\s*$", re.MULTILINE)
_WORDS = re.compile(r"[A-Za-z].*")
_ASIDE = re.compile(
    r".*(?:generated|do not edit|[ts]slint|eslint|prettier|@ts-|coding[:=]|#!|package |namespace |<\?).*", re.IGNORECASE
)
"""Lines of a head that are about the file, and not about the contract."""


def matches(path: str) -> bool:
    """Sources of the languages that clients are generated in."""
    return PurePosixPath(path).suffix in _ENDINGS


def extract(source: Source) -> Iterator[Generated]:
    """What the head says; nothing where the file is not generated, or does not tell from what."""
    head = source.data[:_HEAD]
    if not _MADE.search(head):
        return
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    version = _VERSION.search(text) if _TOOL.search(head) else None
    digest = _DIGEST.search(text)
    if version is None and digest is None:
        return
    place = min(found.start(1) for found in (version, digest) if found is not None)
    yield Generated(
        _title(text[:place]),
        version[1].rstrip(".") if version else "",
        digest[1].lower() if digest else "",
        line=text.count("\n", 0, place) + 1,
    )


def _title(before: str) -> str:
    """The contract's title: said as such, else the first line of the comment that says anything else."""
    named = _TITLE.search(before)
    if named:
        return named[1]
    for line in before.split("\n")[:-1]:
        words = _WORDS.search(line)
        if words and not _ASIDE.fullmatch(line):
            return words[0].strip().removesuffix("*/").strip()
    return ""
