"""JSON with comments and trailing commas, as compilers and programs allow it, made plain JSON."""

from __future__ import annotations

import re

_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')


def plain(text: str) -> str:
    """The text without both; what is blanked keeps its length, so that places stay true."""
    text = _COMMENT.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)
    return _TRAILING.sub(lambda found: found[1] or " ", text)
