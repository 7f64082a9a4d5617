"""Scripts without an ending, where projects keep programs (``bin/backup``): their first line says what runs them."""

from __future__ import annotations

import re

from boundary.source import Source

_PLAIN = re.compile(r"(?:^|/)(?:\.?bin|scripts?|exe|libexec|tools|hack|ci|ops)/[\w-]+$")
_FIRST = re.compile(rb"#![ \t]*/(?:usr/)?(?:local/)?bin/(?:env[ \t]+(?:-S[ \t]+)?)?([a-z]+)[\d.]*\b")


def may_be(path: str) -> bool:
    """Whether a path is one of a script without an ending, whose content decides."""
    return _PLAIN.search(path) is not None


def is_for(source: Source, *programs: str) -> bool:
    """Whether the first line of a script names one of these interpreters."""
    told = _FIRST.match(source.data)
    return told is not None and told[1].decode() in programs
