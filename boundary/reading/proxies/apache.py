"""Apache's mod_proxy: ``ProxyPass``, ``ProxyPassMatch``, ``BalancerMember``, ``RewriteRule … [P]`` and ``Define``.

Reference: https://httpd.apache.org/docs/2.4/mod/mod_proxy.html .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from boundary.facts import Route, Upstream
from boundary.model import Value
from boundary.reading.proxies.values import behind, defined, value

_MINE = re.compile(r"^[ \t]*(?:ProxyPass(?:Match)?\s|BalancerMember\s|RewriteRule\s[^\n]{1,500}\[P[,\]])", re.M | re.I)
_DEFINE = re.compile(r"^[ \t]*Define[ \t]+(?P<name>\w+)[ \t]+(?P<value>[^\n]+)$", re.M | re.I)
_WORD = re.compile(r'"([^"\n]*)"|(\S+)')
_SECTION = re.compile(r"<(/?)(\w+)\s*([^>]*)>")


def is_mine(text: str) -> bool:
    """Whether a text passes requests on as Apache does."""
    return _MINE.search(text) is not None


def read(text: str) -> Iterator[Route | Upstream]:
    """Routes in their order, then the balancers."""
    known = defined(_DEFINE, text, lambda written: written.strip().strip('"'))
    balancers: dict[str, list[Value]] = defaultdict(list)
    began: dict[str, int] = {}
    around, host = "", ""
    for line, written in enumerate(text.split("\n"), 1):
        stripped = written.strip()
        if section := _SECTION.match(stripped):
            around = "" if section[1] else section[3].strip().strip('"')
            host = "" if section[2].lower() == "virtualhost" else host
            continue
        words = [quoted or plain for quoted, plain in _WORD.findall(stripped[:4096])]
        name = words[0].lower() if words else ""
        if name == "servername" and len(words) > 1:
            host = words[1].partition(":")[0]
        elif name == "balancermember" and len(words) > 1:
            member = words[1:] if "://" in words[1] and not words[1].startswith("balancer:") else words[2:]
            key = around if len(member) == len(words) - 1 else words[1]
            began.setdefault(key, line)
            balancers[key] += [value(member[0], known)] if member else []
        elif (found := _passed(name, words[1:], around)) and found[1] != "!":
            path, target = found
            yield _route(path, value(target, known), "localhost" if host == "" else host, line)
    for key, targets in balancers.items():
        yield Upstream("apache", key.partition("://")[2].strip("/") or key, tuple(targets), line=began[key])


def _passed(name: str, words: list[str], around: str) -> tuple[str, str] | None:
    """Path and target of a directive, as written."""
    if name in ("proxypass", "proxypassmatch") and words:
        inside = len(words) < 2 or "=" in words[1].partition("://")[0] or "://" in words[0]
        return (around, words[0]) if inside else (words[0], words[1])
    if name == "rewriterule" and len(words) > 2 and re.search(r"[\[,]P[\],]", words[2]):
        return words[0], words[1]
    return None


def _route(path: str, target: Value, host: str, line: int) -> Route:
    plain = re.match(r"\^?((?:/|[\w.-])*)", path)
    rewrite = behind(target)
    if str(target).startswith("balancer://"):
        target = Value.of(str(target).removeprefix("balancer://").partition("/")[0])
    where = "" if host == "localhost" else host
    return Route("apache", target, plain[1] if plain else "", False, rewrite, where, line=line)
