"""Which finding is which, whatever moves: fingerprints free of line numbers and of wording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

import msgspec

from boundary.model import Finding

LENGTH = 16
"""Hexadecimal digits: 64 bits keep a million findings apart."""


def fingerprint(code: str, source: str, target: str, subject: Iterable[str] = ()) -> str:
    """The fingerprint of a breach of a rule between two nodes; ``subject`` tells several of one pair apart."""
    words = [code, source, target, *(" ".join(word.split()) for word in subject)]
    return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def root(mark: str) -> str:
    """A fingerprint without the number that tells equal ones apart."""
    return mark.partition("-")[0]


def order(finding: Finding) -> tuple[object, ...]:
    """The order of findings in every output."""
    return (finding.location, finding.code, finding.source, finding.target, finding.fingerprint, finding.message)


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in order, with a number added to a fingerprint that was there before (``…-2``)."""
    seen: Counter[str] = Counter()
    found = []
    for finding in sorted(findings, key=order):
        seen[finding.fingerprint] += 1
        count = seen[finding.fingerprint]
        mark = finding.fingerprint if count == 1 else f"{finding.fingerprint}-{count}"
        found.append(msgspec.structs.replace(finding, fingerprint=mark))
    return found
