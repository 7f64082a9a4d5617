"""Functions on paths, URLs and pieces of texts: Sprig's.

References: https://masterminds.github.io/sprig/paths.html and https://masterminds.github.io/sprig/url.html .
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from boundary.reading.gotemplate.printing import text, whole

_MOST = 10_000
_PARTS = ("scheme", "host", "path", "query", "fragment", "userinfo")


def _parsed(value: Any) -> dict[str, str]:
    try:
        found = urlsplit(text(value))
    except ValueError:
        return dict.fromkeys((*_PARTS, "hostname", "opaque"), "")
    login, _, host = found.netloc.rpartition("@")
    return {
        "scheme": found.scheme,
        "host": host,
        "hostname": host.partition(":")[0],
        "path": found.path,
        "query": found.query,
        "fragment": found.fragment,
        "userinfo": login,
        "opaque": "",
    }


def _joined(parts: Any) -> str:
    given = {name: text(parts.get(name, "")) for name in _PARTS} if isinstance(parts, dict) else {}
    if not given:
        return ""
    scheme = f"{given['scheme']}://" if given["scheme"] else ""
    login = f"{given['userinfo']}@" if given["userinfo"] else ""
    query = f"?{given['query']}" if given["query"] else ""
    fragment = f"#{given['fragment']}" if given["fragment"] else ""
    return f"{scheme}{login}{given['host']}{given['path']}{query}{fragment}"


def _sequence(*values: Any) -> str:
    """``seq 1 3`` is ``1 2 3``, as of the shell."""
    numbers = [whole(value) for value in values][:3]
    if not numbers:
        return ""
    first, step, last = (1, 1, numbers[0]) if len(numbers) == 1 else (numbers[0], 1, numbers[-1])
    step = numbers[1] if len(numbers) == 3 else 1 if last >= first else -1
    found = range(first, last + (1 if step > 0 else -1), step) if step else range(0)
    return " ".join(str(number) for number in found[:_MOST])


def _split(separator: Any, times: Any, value: Any) -> dict[str, str]:
    """``splitn "$" 2 "a$b$c"`` is a map of ``_0`` and ``_1``."""
    cut = text(separator)
    parts = text(value).split(cut, max(whole(times) - 1, 0)) if cut else [text(value)]
    return {f"_{at}": part for at, part in enumerate(parts)}


def _truth(values: tuple[Any, ...], how: Callable[[list[bool]], bool]) -> bool:
    return how([value not in (None, "", 0, False, [], {}) for value in values])


PATHS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("base", "osBase"), lambda path: posixpath.basename(text(path).rstrip("/"))),
    **dict.fromkeys(("dir", "osDir"), lambda path: posixpath.dirname(text(path)) or "."),
    **dict.fromkeys(("ext", "osExt"), lambda path: posixpath.splitext(text(path))[1]),
    **dict.fromkeys(("clean", "osClean"), lambda path: posixpath.normpath(text(path) or ".")),
    **dict.fromkeys(("isAbs", "osIsAbs"), lambda path: text(path).startswith("/")),
    "urlParse": _parsed,
    "urlJoin": _joined,
    "seq": _sequence,
    "splitn": _split,
    "all": lambda *values: _truth(values, all),
    "any": lambda *values: _truth(values, any),
    "initials": lambda value: "".join(word[:1] for word in text(value).split()),
    "plural": lambda one, many, count: text(one) if whole(count) == 1 else text(many),
    "swapcase": lambda value: text(value).swapcase(),
    "regexQuoteMeta": lambda value: re.escape(text(value)),
    "deepEqual": lambda one, other: one == other,
    "wrap": lambda _width, value: text(value),
    "wrapWith": lambda _width, _separator, value: text(value),
}
"""The functions by name."""
