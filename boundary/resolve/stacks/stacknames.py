"""Exports of CloudFormation that begin with the name of the stack that has them (``${AWS::StackName}-VpcId``).

What a stack is called nobody writes down as a rule, least of all in its template: an import says what it takes it to
be, mostly by a parameter.
See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from boundary.resolve.stacks.environments import words

_STACK = "{AWS::StackName}"
_OPEN = re.compile(r"\{[^{}]*\}")
_PLAIN = frozenset({"stack", "name", "stackname", "parent", "app"})
"""Words of a stack's name that tell nothing of it."""

_LONGEST = 300
"""Letters of a stack's name that are looked at; the platform allows 128."""

_T = TypeVar("_T")
Following = dict[str, list[tuple[frozenset[str], _T]]]
"""Exports by what follows the name of their stack, each with the words that its template is called by."""


def is_of_stack(name: str) -> bool:
    """Whether an export begins with the name of its stack, so that its name alone tells nothing."""
    return name.startswith(_STACK) and len(name) > len(_STACK)


def following(exports: Iterable[tuple[str, frozenset[str], _T]]) -> Following[_T]:
    """The exports that begin with the name of their stack."""
    found: Following[_T] = defaultdict(list)
    for name, called, one in exports:
        if is_of_stack(name):
            found[name.removeprefix(_STACK)].append((called, one))
    return found


def meant(name: str, exports: Following[_T]) -> _T | None:
    """The export that a name means: the only one that ends so, unless the name begins as another stack is called; of
    several the one whose template is called as the name begins."""
    for at in range(1, min(len(name), _LONGEST)):
        found = exports.get(name[at:])
        if found is None:
            continue
        said = words(name[:at]) - _PLAIN
        if len(found) == 1:
            called, one = found[0]
            return one if not said or said & called else None
        wanted = _words(name[:at])
        fitting = [one for called, one in found if wanted and wanted <= called]
        return fitting[0] if len(fitting) == 1 else None
    return None


def _words(name: str) -> frozenset[str]:
    """The words of a stack's name, and of the parameter that it is given by where that is not known."""
    given = " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part) for part in _OPEN.findall(name))
    return (words(name) | words(given.strip("{}"))) - _PLAIN
