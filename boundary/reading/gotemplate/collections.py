"""Functions over lists and dictionaries. Dictionaries are changed in place as Sprig does it; lists are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from boundary.reading.gotemplate.printing import LARGEST, bounded, text, whole
from boundary.reading.gotemplate.syntax import TemplateError

MOST = 100_000
"""Items of one list or dictionary."""


def truth(value: Any) -> bool:
    """Whether Go takes a value for true: neither empty nor nothing."""
    return bool(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _limited(found: list[Any]) -> list[Any]:
    if len(found) > MOST:
        raise TemplateError("size", "a list of too many items")
    return found


def member(value: Any, key: Any) -> Any:
    """What ``index`` finds: an entry of a dictionary or an item of a list."""
    if isinstance(value, dict):
        return value.get(key if isinstance(key, str) else text(key))
    if isinstance(value, list | str) and isinstance(key, int) and not isinstance(key, bool):
        return value[key] if 0 <= key < len(value) else None
    return None


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        value = member(value, key)
    return value


def _slice(value: Any, *bounds: Any) -> Any:
    start, end = (*(whole(one) for one in bounds), None, None)[:2]
    return value[start or 0 : end] if isinstance(value, list | str) else []


def _joined(between: Any, values: Any) -> str:
    parts = [text(one) for one in (values if isinstance(values, list) else [values]) if one is not None]
    if sum(map(len, parts)) + len(parts) * len(text(between)) > LARGEST:
        raise TemplateError("size", "a text that grows too long")
    return text(between).join(parts)


def _split(between: Any, value: Any) -> dict[str, Any]:
    return {f"_{at}": part for at, part in enumerate(_split_list(between, value))}


def _split_list(between: Any, value: Any) -> list[Any]:
    return _limited(text(value).split(text(between)) if text(between) else list(text(value)))


def _pairs(*values: Any) -> dict[str, Any]:
    return {text(key): value for key, value in zip(values[::2], (*values[1::2], ""), strict=False)}


def _set(into: Any, key: Any, value: Any) -> Any:
    if isinstance(into, dict) and len(into) < MOST:
        into[text(key)] = value
    return into


def _unset(of: Any, key: Any) -> Any:
    _dict(of).pop(text(key), None)
    return of


def _dig(*values: Any) -> Any:
    *keys, default, found = values
    for key in keys:
        if not isinstance(found, dict) or text(key) not in found:
            return default
        found = found[text(key)]
    return found


def merge(into: Any, *others: Any, over: bool = False, depth: int = 0) -> Any:
    """Dictionaries merged into the first one; ``over``: later ones win. Nothing deeper than a hundred levels."""
    for other in others:
        for key, value in list(_dict(other).items()):
            if isinstance(into, dict) and isinstance(into.get(key), dict) and isinstance(value, dict) and depth < 100:
                merge(into[key], value, over=over, depth=depth + 1)
            elif isinstance(into, dict) and (over or key not in into or not truth(into[key])):
                into[key] = value
    return into


def copied(value: Any) -> Any:
    """A deep copy of a value that is small enough."""
    return _copied(bounded(value))


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _unique(values: Any) -> list[Any]:
    found: list[Any] = []
    for one in _list(values)[:1000]:
        if one not in found:
            found.append(one)
    return found


def _sorted(values: Any) -> list[str]:
    return sorted(text(one) for one in _list(values))


def _concat(*lists: Any) -> list[Any]:
    return _limited([one for values in lists for one in _list(values)])


COLLECTIONS: dict[str, Callable[..., Any]] = {
    "list": lambda *values: list(values),
    "tuple": lambda *values: list(values),
    "first": lambda values: next(iter(_list(values)), None),
    "last": lambda values: _list(values)[-1] if _list(values) else None,
    "rest": lambda values: _list(values)[1:],
    "initial": lambda values: _list(values)[:-1],
    "append": lambda values, *more: _limited([*_list(values), *more]),
    "push": lambda values, *more: _limited([*_list(values), *more]),
    "prepend": lambda values, one: _limited([one, *_list(values)]),
    "concat": _concat,
    "uniq": _unique,
    "compact": lambda values: [one for one in _list(values) if truth(one)],
    "without": lambda values, *cut: [one for one in _list(values) if one not in cut],
    "has": lambda one, values: one in _list(values),
    "reverse": lambda values: _list(values)[::-1],
    "sortAlpha": _sorted,
    "chunk": lambda size, values: [
        _list(values)[at : at + max(whole(size), 1)] for at in range(0, len(_list(values)), max(whole(size), 1))
    ],
    "len": lambda value: len(value) if isinstance(value, list | dict | str) else 0,
    "index": _index,
    "slice": _slice,
    "join": _joined,
    "split": _split,
    "splitList": _split_list,
    "dict": _pairs,
    "get": lambda of, key: _dict(of).get(text(key), ""),
    "set": _set,
    "unset": _unset,
    "hasKey": lambda of, key: text(key) in _dict(of),
    "keys": lambda *dicts: [key for one in dicts for key in _dict(one)],
    "values": lambda of: list(_dict(of).values()),
    "pluck": lambda key, *dicts: [_dict(one)[key] for one in dicts if key in _dict(one)],
    "pick": lambda of, *keys: {key: value for key, value in _dict(of).items() if key in keys},
    "omit": lambda of, *keys: {key: value for key, value in _dict(of).items() if key not in keys},
    "dig": _dig,
    "merge": merge,
    "mergeOverwrite": lambda into, *others: merge(into, *others, over=True),
    "deepCopy": copied,
}
