"""What the configurations of proxies and gateways say: which requests they pass on to whom.

Each kind of proxy has a module with ``is_mine(text)`` and ``read(text)``; the kinds written in YAML are read by
``documents``. A configuration is told by its content, because ``default.conf`` and ``proxy.yaml`` may be anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Route, Upstream
from boundary.reading.proxies import apache, caddy, haproxy, lua, nginx

LONGEST = 1024 * 1024
"""Characters of a configuration; a longer one holds lists of addresses."""


def read(name: str, text: str) -> Iterator[Route | Upstream]:
    """The routes of a text in one of the proxies' own languages; nothing for another text. ``name`` is the file's."""
    if len(text) > LONGEST:
        return
    if name.startswith("Caddyfile") or name.endswith((".caddy", ".caddyfile")):
        yield from caddy.read(text)
        return
    if name.endswith(".lua"):
        yield from lua.read(text)
        return
    for kind in (nginx, apache, haproxy):
        if kind.is_mine(text):
            yield from kind.read(text)
            return
