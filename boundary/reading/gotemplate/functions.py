"""The functions that need nothing but their arguments: Go's own, Sprig's (https://masterminds.github.io/sprig/) and
Helm's. Wrong arguments are no error here: a function that cannot make anything of them gives nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from boundary.reading import yaml
from boundary.reading.gotemplate import printing
from boundary.reading.gotemplate.collections import COLLECTIONS, truth
from boundary.reading.gotemplate.origins import kind_of
from boundary.reading.gotemplate.paths import PATHS
from boundary.reading.gotemplate.printing import LARGEST, number, text, whole
from boundary.reading.gotemplate.syntax import TemplateError
from boundary.reading.typed import typed

Function = Callable[..., Any]

_MOST = 10_000
_LONGEST_SUBJECT = 256


# --- texts ----------------------------------------------------------------------------------------------------


def _indent(width: Any, value: Any) -> str:
    margin = " " * min(max(whole(width), 0), 200)
    return "\n".join(margin + line for line in text(value).split("\n"))


def _trunc(length: Any, value: Any) -> str:
    size, whole_text = whole(length), text(value)
    return whole_text[:size] if size >= 0 else whole_text[size:]


def _repeat(times: Any, value: Any) -> str:
    count, one = whole(times), text(value)
    if count * len(one) > LARGEST:
        raise TemplateError("size", "a text that is repeated too often")
    return one * max(count, 0)


def _words(value: Any) -> list[str]:
    return [word for word in re.split(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", text(value)) if word]


def _replace(old: Any, new: Any, value: Any) -> str:
    source, removed, put = text(value), text(old), text(new)
    if source.count(removed) * len(put) > LARGEST:
        raise TemplateError("size", "a text that grows too long")
    return source.replace(removed, put)


def _cat(*values: Any) -> str:
    return " ".join(text(one) for one in values if one is not None)


def _quote(*values: Any) -> str:
    return " ".join(json.dumps(text(one), ensure_ascii=False) for one in values if one is not None)


def _pattern(written: Any, subject: str) -> re.Pattern[str] | None:
    """A regular expression that surely ends soon: short, with few repetitions and none of a group."""
    source = text(written)
    repeats = len(re.findall(r"[*+]|\{\d*,\d*\}", source))
    if len(source) > 200 or len(subject) > _LONGEST_SUBJECT or repeats > 3 or re.search(r"\)[*+{]", source):
        return None
    try:
        return re.compile(source)
    except re.error:
        return None


def _matches(written: Any, value: Any) -> bool:
    found = _pattern(written, text(value))
    return bool(found and found.search(text(value)))


def _substituted(written: Any, value: Any, new: Any) -> str:
    subject = text(value)
    found = _pattern(written, subject)
    if found is None:
        return subject
    plain = re.sub(r"\$\{?(\d+)\}?", r"\\g<\1>", text(new).replace("\\", "\\\\"))
    try:
        return found.sub(plain, subject)
    except (re.error, IndexError):
        return subject


def _found(written: Any, value: Any) -> str:
    pattern = _pattern(written, text(value))
    match = pattern.search(text(value)) if pattern else None
    return match.group() if match else ""


def _all_found(written: Any, value: Any, most: Any = -1) -> list[str]:
    pattern = _pattern(written, text(value))
    found = [match.group() for match in pattern.finditer(text(value))] if pattern else []
    return found[: whole(most)] if whole(most) >= 0 else found


def _pieces(written: Any, value: Any, most: Any = -1) -> list[str]:
    pattern = _pattern(written, text(value))
    return pattern.split(text(value), max(whole(most) - 1, 0)) if pattern else [text(value)]


# --- numbers --------------------------------------------------------------------------------------------------


def _numeric(values: Iterable[Any], how: Callable[[float, float], float]) -> Any:
    found = list(values)
    if not found:
        return 0
    total: float = _plain(found[0])
    for value in found[1:]:
        total = how(total, _plain(value))
        if abs(total) > 1e18:
            return 0
    return total


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, float) else whole(value)


def _divided(one: Any, other: Any) -> int:
    return int(whole(one) / whole(other)) if whole(other) else 0


def _range(*bounds: Any) -> list[Any]:
    start, stop, step = (0, whole(bounds[0]), 1) if len(bounds) == 1 else (whole(bounds[0]), whole(bounds[1]), 1)
    step = whole(bounds[2]) if len(bounds) > 2 else step if stop >= start else -1
    if step == 0 or abs(stop - start) / abs(step) > _MOST:
        raise TemplateError("size", "a list of too many numbers")
    return list(range(start, stop, step))


# --- comparing ------------------------------------------------------------------------------------------------


def _equal(one: Any, *others: Any) -> bool:
    return any(kind_of(one) is kind_of(other) and printing.bounded(one) == printing.bounded(other) for other in others)


def _less(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    return number(one) < number(other)


def _kind(value: Any) -> str:
    kinds = {bool: "bool", int: "int", float: "float64", str: "string", list: "slice", dict: "map"}
    return kinds.get(kind_of(value), "invalid")


def _type(value: Any) -> str:
    names = {"slice": "[]interface {}", "map": "map[string]interface {}", "invalid": "<nil>"}
    return names.get(_kind(value), _kind(value))


def _version(value: Any) -> tuple[int, int, int, bool]:
    match = re.match(r"\s*v?(\d{1,9})(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(-)?", text(value)[:100])
    parts = [int(part) if part and part.isdigit() else 0 for part in (match.groups()[:3] if match else ())]
    return (parts[0], parts[1], parts[2], bool(match and match[4])) if parts else (0, 0, 0, False)


def _fits(constraint: Any, value: Any) -> bool:
    """Whether a version fits a constraint of Masterminds' semver: ``>=1.19-0``, ``^1.2``, ``~1.2 || 3.x``."""
    has = _version(value)[:3]
    for choice in text(constraint)[:200].split("||"):
        parts = re.findall(r"(!=|>=|<=|=>|=<|[<>=^~])?\s*v?(\d[\w.*-]*)", choice)
        if all(_compared(sign, _version(wanted)[:3], wanted, has) for sign, wanted in parts):
            return True
    return False


def _compared(sign: str, wanted: tuple[int, int, int], written: str, has: tuple[int, int, int]) -> bool:
    if sign in (">=", "=>", "<=", "=<", ">", "<", "!="):
        above, same = has > wanted, has == wanted
        return {">": above, "<": not above and not same, "!=": not same}.get(sign, same or above == (">" in sign))
    depth = min(written.count("."), 2) + 1 - len(re.findall(r"[xX*]", written))
    if sign == "^":
        return has[0] == wanted[0] and has >= wanted
    if sign == "~":
        return has[: min(depth, 2)] == wanted[: min(depth, 2)] and has >= wanted
    return has[:depth] == wanted[:depth]


# --- encodings ------------------------------------------------------------------------------------------------


def _from_yaml(value: Any) -> Any:
    try:
        found = yaml.document(text(value)[:LARGEST])
        return typed(found) if found else {}
    except yaml.YamlError:
        return {}


def _decoded(value: Any) -> str:
    try:
        return base64.b64decode(text(value), validate=False).decode("utf-8", "replace")
    except ValueError:
        return ""


def _hash(name: str) -> Function:
    return lambda value: hashlib.new(name, text(value).encode()).hexdigest()


def _default(default: Any, *value: Any) -> Any:
    return value[0] if value and truth(value[0]) else default


def _ternary(yes: Any, no: Any, condition: Any) -> Any:
    return yes if truth(condition) else no


FUNCTIONS: dict[str, Function] = {
    **COLLECTIONS,
    **PATHS,
    "print": lambda *values: "".join(text(one) for one in values),
    "println": lambda *values: " ".join(text(one) for one in values) + "\n",
    "printf": lambda pattern, *values: printing.formatted(text(pattern), list(values)),
    "default": _default,
    "ternary": _ternary,
    "empty": lambda value: not truth(value),
    "coalesce": lambda *values: next((one for one in values if truth(one)), None),
    "required": lambda _message, value=None: value,
    "quote": _quote,
    "squote": lambda *values: " ".join(f"'{text(one)}'" for one in values if one is not None),
    "cat": _cat,
    "indent": _indent,
    "nindent": lambda width, value: "\n" + _indent(width, value),
    "trunc": _trunc,
    "abbrev": lambda width, value: text(value)[: whole(width)],
    "trim": lambda value: text(value).strip(),
    "trimAll": lambda cut, value: text(value).strip(text(cut)),
    "trimPrefix": lambda cut, value: text(value).removeprefix(text(cut)),
    "trimSuffix": lambda cut, value: text(value).removesuffix(text(cut)),
    "upper": lambda value: text(value).upper(),
    "lower": lambda value: text(value).lower(),
    "title": lambda value: re.sub(r"\b[a-z]", lambda match: match.group().upper(), text(value)),
    "untitle": lambda value: text(value)[:1].lower() + text(value)[1:],
    "repeat": _repeat,
    "substr": lambda start, end, value: text(value)[whole(start) : whole(end) if whole(end) >= 0 else None],
    "nospace": lambda value: "".join(text(value).split()),
    "replace": _replace,
    "contains": lambda part, value: text(part) in text(value),
    "hasPrefix": lambda part, value: text(value).startswith(text(part)),
    "hasSuffix": lambda part, value: text(value).endswith(text(part)),
    "camelcase": lambda value: "".join(word[:1].upper() + word[1:] for word in _words(value)),
    "kebabcase": lambda value: "-".join(_words(value)).lower(),
    "snakecase": lambda value: "_".join(_words(value)).lower(),
    "toString": lambda value: "<nil>" if value is None else text(value),
    "toStrings": lambda values: [text(one) for one in values] if isinstance(values, list) else [],
    "regexMatch": _matches,
    "regexReplaceAll": _substituted,
    "regexReplaceAllLiteral": _substituted,
    "regexFind": _found,
    "regexFindAll": _all_found,
    "regexSplit": _pieces,
    "html": text,
    "js": text,
    "urlquery": text,
    "int": whole,
    "int64": whole,
    "atoi": whole,
    "toDecimal": whole,
    "float64": number,
    "add": lambda *values: _numeric(values, lambda a, b: a + b),
    "sub": lambda *values: _numeric(values, lambda a, b: a - b),
    "mul": lambda *values: _numeric(values, lambda a, b: a * b),
    "div": _divided,
    "mod": lambda one, other: math.fmod(whole(one), whole(other)) if whole(other) else 0,
    "add1": lambda value: whole(value) + 1,
    "addf": lambda *values: _numeric(values, lambda a, b: a + b),
    "mulf": lambda *values: _numeric(values, lambda a, b: a * b),
    "subf": lambda *values: _numeric(values, lambda a, b: a - b),
    "divf": lambda *values: _numeric(values, lambda a, b: a / b if b else 0),
    "add1f": lambda value: number(value) + 1,
    **dict.fromkeys(("maxf", "biggest"), lambda *values: max((number(one) for one in values), default=0)),
    "minf": lambda *values: min((number(one) for one in values), default=0),
    "trimall": lambda cut, value: text(value).strip(text(cut)),
    "max": lambda *values: max((_plain(one) for one in values), default=0),
    "min": lambda *values: min((_plain(one) for one in values), default=0),
    "floor": lambda value: math.floor(number(value)),
    "ceil": lambda value: math.ceil(number(value)),
    "round": lambda value, places=0, *_: round(number(value), min(max(whole(places), 0), 12)),
    "until": _range,
    "untilStep": _range,
    "eq": _equal,
    "ne": lambda one, other: not _equal(one, other),
    "lt": _less,
    "gt": lambda one, other: _less(other, one),
    "le": lambda one, other: not _less(other, one),
    "ge": lambda one, other: not _less(one, other),
    "not": lambda value: not truth(value),
    "kindOf": _kind,
    "kindIs": lambda kind, value: _kind(value) == kind,
    "typeOf": _type,
    "typeIs": lambda kind, value: _type(value) == kind,
    "typeIsLike": lambda kind, value: _type(value) == kind,
    "semver": lambda value: dict(zip(("Major", "Minor", "Patch"), _version(value), strict=False)),
    "semverCompare": _fits,
    "toYaml": printing.yaml,
    "toYamlPretty": printing.yaml,
    "toJson": printing.to_json,
    "toRawJson": printing.to_json,
    "toPrettyJson": lambda value: printing.to_json(value, 2),
    "fromYaml": _from_yaml,
    "fromJson": _from_yaml,
    "fromYamlArray": _from_yaml,
    "fromJsonArray": _from_yaml,
    "b64enc": lambda value: base64.b64encode(text(value).encode()).decode(),
    "b64dec": _decoded,
    "sha1sum": _hash("sha1"),
    "sha256sum": _hash("sha256"),
    "sha512sum": _hash("sha512"),
    "adler32sum": lambda value: str(zlib.adler32(text(value).encode())),
    "lookup": lambda *_: {},
    "fail": lambda *_: "",
    "getHostByName": lambda *_: "",
}
FUNCTIONS.update({f"must{name[:1].upper()}{name[1:]}": function for name, function in list(FUNCTIONS.items())})
"""The functions by name, each also as ``must…``, which only fails otherwise; what is random, cryptographic or of the
clock is none of them and so gives nothing."""
