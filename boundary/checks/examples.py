"""Whether a rule's examples say the truth: what must be found, what was found, and how the two differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from boundary.checks.rule import Example
from boundary.model import Finding


def differences(example: Example, findings: Collection[Finding], mild: str = "") -> Iterator[str]:
    """Sentences about each expected finding that is missing, and each error or warning that nothing expects.

    Findings of severity info are neither wanted nor in the way, but for those of the rule with the code ``mild``, which
    is one that never says more, and those that the example asks for; those that an exception accepts are not looked at.
    """
    mildly = {(one.path, one.line, one.code) for one in example.expected if one.info}
    told = {(one.location.path, one.location.line, one.code) for one in findings if one.severity == "info"}
    for path, line, code in sorted(mildly - told):
        yield f"{code} is not found as info at {path}:{line}"
    counted = [one for one in findings if one.status == "new" and (one.severity != "info" or one.code == mild)]
    found = {(one.location.path, one.location.line, one.code): one for one in counted}
    expected = {(one.path, one.line, one.code) for one in example.expected if not one.info}
    for path, line, code in sorted(expected - found.keys()):
        yield f"{code} is not found at {path}:{line}"
    for place in sorted(found.keys() - expected):
        finding = found[place]
        yield f"{finding.code} is found at {finding.location}, which nothing expects: {finding.message}"
