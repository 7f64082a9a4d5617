"""A variable that leads to a foreign store, and that no code of the service reads, goes from where it is set.

That nobody reads it is said only where the code has no way to ask for variables that it does not name: a framework that
binds them by rules of its own, a loop over all of them, a name that is put together.
"""

from __future__ import annotations

import re
from typing import Any

from boundary.edits import Replacement
from boundary.rewrites import Case, Draft
from boundary.rewrites._mentions import named, service
from boundary.rewrites._yaml import Step, child, way, without

_LANGUAGES = frozenset(("python", "javascript", "typescript", "go", "ruby", "php"))
"""Those whose programs name the variables that they read; Java's and .NET's frameworks bind by rules."""

_BINDING = (
    r"environ\s*\.\s*(?:items|copy|keys|values)|\(\s*os\.environ\s*\)|\bin\s+os\.environ\b|env_prefix|BaseSettings"
    r"|\bdecouple\b|\bdynaconf\b|\bvars\(\s*os|process\.env\s*\[\s*[^\"'`\s]|\(\s*process\.env\s*\)|\.\.\.process\.env"
    r"|AutomaticEnv|SetEnvPrefix|envconfig|env\.Parse|caarlos0/env|os\.Environ\(|ENV\.(?:each|to_h|select|keys)"
    r"|getenv\(\s*\)|\$_ENV\s*(?:[;),]|as\b)"
)
_ITEM = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*=")


def rewrite(case: Case) -> Draft | None:
    """The change at the place where the variable is set, which is what the finding points at."""
    place, node = case.finding.location, service(case)
    text = case.text(place.path)
    if case.finding.grades != ("configured",) or node is None or node.language not in _LANGUAGES or text is None:
        return None
    name, edit = _setting(place.path, text, place.line, place.column)
    if edit is None or re.search(rf"\$\{{?{re.escape(name)}\b", text):
        return None
    if named(case, node, _reading(name), leave=(place.path,)):
        return None
    return Draft(f"takes {name} out of {place.path}, which no code of {node.name} reads", (edit,))


def _setting(path: str, text: str, line: int, column: int) -> tuple[str, Replacement | None]:
    """The variable that is set at a place, and what takes it out."""
    if re.fullmatch(r"(?:.*/)?(?:\.env(?:\..*)?|[\w.-]+\.env)", path):
        rows = text.split("\n")
        match = re.match(r"\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=(?P<value>[^\n]*)", rows[line - 1])
        whole = match is not None and line < len(rows) and not re.match(r"\s*[\"'][^\"']*$", match["value"])
        return (match["name"], Replacement(path, line, 1, line + 1, 1, "")) if match and whole else ("", None)
    steps = way(text, line, column)
    around = next((number for number, step in enumerate(steps) if step.name in ("environment", "env")), None)
    if around is None or around + 1 >= len(steps):
        return "", None
    step = steps[around + 1]
    edit = without(path, text, step) or without(path, text, steps[around])
    return _called(step), edit


def _called(step: Step) -> str:
    """The name of a variable: a key, ``NAME=value``, or the ``name`` of an entry."""
    if step.key is not None:
        return step.name
    told: Any = child(step.node, "name")
    if told is not None:
        return str(told.node.value)
    match = _ITEM.match(step.node.value) if step.node.id == "scalar" else None
    return match["name"] if match else "?"


def _reading(name: str) -> re.Pattern[str]:
    """How code may ask for a variable: by its name, by a part of it that is put together, or for all of them."""
    words = [word for word in name.split("_") if word]
    heads = "|".join(re.escape("_".join(words[:count])) for count in range(1, len(words)))
    tails = "|".join(re.escape("_".join(words[count:])) for count in range(1, len(words)))
    whole = "[_.-]?".join(map(re.escape, words))
    parts = rf"|\b(?:{heads})_(?!\w)|(?<!\w)_(?:{tails})\b" if heads else ""
    return re.compile(rf"{whole}{parts}|{_BINDING}", re.IGNORECASE)
