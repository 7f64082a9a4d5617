"""Statements of MyBatis: SQL with places (``#{id}``, ``${column}``) and tags (``<where>``, ``<if>``) in it.

Source: MyBatis 3, "Mapper XML Files" and "Dynamic SQL".
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"<(/?)(\w*)[^<>]*>|[#$]\{[^{}]*\}")
_PLACES = re.compile(r"[#$]\{[^{}]*\}")
_WORDS = frozenset({"set", "where"})


def filled(text: str) -> str:
    """A statement with a question mark for each place."""
    return _PLACES.sub("?", text)


def plain(text: str) -> str:
    """A statement without tags, as far as it has places of MyBatis or is a script; others are left as they are."""
    return _MARKS.sub(_meant, text) if "#{" in text or "${" in text or "<script" in text else text


def _meant(found: re.Match[str]) -> str:
    if found[2] is None:
        return "?"
    return f" {found[2]} " if found[2].lower() in _WORDS and not found[1] else " "
