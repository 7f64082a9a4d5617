"""Values as Go writes them: printed, formatted, as YAML and as JSON."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from boundary.reading.gotemplate.syntax import TemplateError

LARGEST = 1024 * 1024
"""Characters of one text that a function gives."""

_MOST = 100_000  # parts of a value that are written, those that stand in several places counted each time
_DEEPEST = 100
_VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\d{0,3})(?:\.(?P<precision>\d{0,2}))?(?P<verb>[a-zA-Z%])")
_PLAIN = re.compile(r"[A-Za-z_./][\w./@%+=,-]*(?:[ :][\w./@%+=,$(){}-]+)*")
_SPECIAL = re.compile(
    r"(?:true|false|yes|no|on|off|y|n|null|~|\.inf|\.nan|[-+]?[\d.][\d_.,:eExX+-]*|\d{4}-\d\d-\d\d.*)", re.IGNORECASE
)


def bounded(value: Any, left: int = _MOST) -> Any:
    """The value itself; TemplateError where writing it down would take more than there is."""
    stack = [(value, 0)]
    while stack:
        one, depth = stack.pop()
        left -= 1
        if left < 0 or depth > _DEEPEST:
            raise TemplateError("size", "a value that is too large to be written")
        if isinstance(one, dict):
            stack += [(inner, depth + 1) for inner in one.values()]
        elif isinstance(one, list):
            stack += [(inner, depth + 1) for inner in one]
    return value


def text(value: Any) -> str:
    """A value as ``print`` writes it; nil is nothing, as Helm has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, list | dict):
        return _go(bounded(value))
    return str(value) if isinstance(value, int) else ""


def _float(value: float) -> str:
    if math.isfinite(value) and value == int(value) and abs(value) < 1e21:
        return str(int(value)) if abs(value) < 1e6 else f"{value:e}".replace(".000000e", "e")
    return repr(value)


def _go(value: Any) -> str:
    if isinstance(value, list):
        return "[" + " ".join(_go(one) for one in value) + "]"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{_go(value[key])}" for key in sorted(value, key=str)) + "]"
    return "<nil>" if value is None else text(value)


def formatted(pattern: str, values: list[Any]) -> str:
    """What ``printf`` makes of a pattern and values."""
    given = iter(values)
    return _VERB.sub(lambda match: _verb(match, given), pattern)


def _verb(match: re.Match[str], given: Any) -> str:
    verb = match["verb"]
    if verb == "%":
        return "%"
    try:
        value = next(given)
    except StopIteration:
        return f"%!{verb}(MISSING)"
    precision = int(match["precision"]) if match["precision"] else None
    if verb == "d":
        written = str(whole(value))
    elif verb == "q":
        written = json.dumps(text(value), ensure_ascii=False)
    elif verb in "feEgG":
        written = f"{number(value):.{6 if precision is None else precision}{verb}}"
    elif verb in "xX":
        written = format(whole(value), verb) if isinstance(value, int) else text(value).encode().hex()
    elif verb == "c":
        written = chr(whole(value)) if 0 <= whole(value) < 0x110000 else ""
    else:
        written = text(value)[:precision]
    width = int(match["width"] or 0)
    if "-" in match["flags"]:
        return written.ljust(width)
    return written.rjust(width, "0" if "0" in match["flags"] and verb != "s" else " ")


def whole(value: Any) -> int:
    """A value as a whole number, 0 where it is none."""
    if isinstance(value, str):
        try:
            return int(value[:40], 0) if value else 0
        except ValueError:
            return int(number(value))
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else 0


def number(value: Any) -> float:
    """A value as a number, 0 where it is none."""
    try:
        found = float(value[:40] if isinstance(value, str) else value or 0)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return found if math.isfinite(found) else 0.0


# --- YAML -----------------------------------------------------------------------------------------------------


def yaml(value: Any) -> str:
    """A value as YAML, keys sorted, as Helm's ``toYaml`` writes it: without a line break at the end."""
    return "\n".join(_block(bounded(value), ""))


def _block(value: Any, margin: str) -> list[str]:
    if isinstance(value, dict) and value:
        lines = []
        for key in sorted(value, key=str):
            inner = value[key]
            if isinstance(inner, dict) and inner:
                lines += [f"{margin}{_scalar(str(key))}:", *_block(inner, margin + "  ")]
            elif isinstance(inner, list) and inner:
                lines += [f"{margin}{_scalar(str(key))}:", *_block(inner, margin)]
            else:
                lines.append(f"{margin}{_scalar(str(key))}: {_flow(inner)}")
        return lines
    if isinstance(value, list) and value:
        lines = []
        for item in value:
            inner = _block(item, margin + "  ")
            lines += [f"{margin}- {inner[0][len(margin) + 2 :]}", *inner[1:]]
        return lines
    return [margin + _flow(value)]


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    return "null" if value is None else _scalar(value) if isinstance(value, str) else text(value)


def _scalar(value: str) -> str:
    if len(value) < 2000 and _PLAIN.fullmatch(value) and not _SPECIAL.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def to_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON, keys sorted."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(bounded(value), sort_keys=True, separators=separators, indent=indent, ensure_ascii=False)
