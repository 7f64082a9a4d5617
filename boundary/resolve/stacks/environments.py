"""Names without the environment that they are deployed to: one template makes ``orders-dev`` and ``orders-prod``."""

from __future__ import annotations

import re

_HOLE = re.compile(r"\{[^{}]*\}")
_ENVIRONMENTS = frozenset(
    ("dev", "develop", "development", "test", "testing", "qa", "uat", "int", "stage", "staging", "stg", "preprod",
     "prod", "production", "prd", "live", "sandbox")
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def anywhere(name: str) -> str:
    """A name with a mark where a deployment fills something in, or where an environment is named."""
    marked = _HOLE.sub("{}", name)
    return _WORD.sub(lambda word: "{}" if word[0].lower() in _ENVIRONMENTS else word[0], marked)


def words(name: str) -> frozenset[str]:
    """The words of a name but for those of environments."""
    found = (word.lower() for word in _WORD.findall(_HOLE.sub(" ", name)))
    return frozenset(word for word in found if word not in _ENVIRONMENTS)
