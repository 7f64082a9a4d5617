"""Code in Lua that OpenResty runs: the hosts that it connects to and the URLs that it asks for.

Only what a call names as a text is told: ``client:connect("cache", 6379)``, a pool's ``connection(Client, "loans" ..
suffix, 9090)``, ``httpc:request_uri("http://fees:8000/fees")``. Comments are passed over.
References: https://github.com/openresty/lua-nginx-module , https://github.com/ledgetech/lua-resty-http .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Route
from boundary.model import Value

_COMMENT = re.compile(r"--\[\[.*?\]\]|--[^\n]*|(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')", re.DOTALL)
_CONNECTED = re.compile(
    r":(?:connect|connection|connect_timeout|set_peer)\s{0,99}\(\s{0,99}(?:[\w.]{1,200}\s{0,99},\s{0,99})?[\"']([\w.-]{1,253})[\"']"
    r"(?:\s{0,99}\.\.\s{0,99}[\w.]{1,200})?\s{0,99},\s{0,99}(\d{1,5})\b"
)
_ASKED = re.compile(
    r"[:.](?:request_uri|request|get|post)\s{0,99}\(\s{0,99}(?:[\w.]{1,200}\s{0,99},\s{0,99})?[\"'](https?://[^\"'\s(]{1,300})[\"']"
)


def read(text: str) -> Iterator[Route]:
    """The hosts and URLs of a text, in their order."""
    # Blanks keep the places true.
    plain = _COMMENT.sub(lambda match: match[1] or re.sub(r"[^\n]", " ", match[0]), text)
    found = [(match.start(), Value.of(f"{match[1]}:{match[2]}")) for match in _CONNECTED.finditer(plain)]
    found += [(match.start(), Value.of(match[1])) for match in _ASKED.finditer(plain)]
    for at, target in sorted(found, key=lambda pair: pair[0]):
        yield Route("lua", target, line=plain.count("\n", 0, at) + 1)
