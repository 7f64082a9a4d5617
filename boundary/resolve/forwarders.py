"""Proxies that stand beside a program and lead to a database elsewhere: what each of their ports leads to.

The Cloud SQL Auth Proxy in both of its versions, and the AlloyDB Auth Proxy
(https://github.com/GoogleCloudPlatform/cloud-sql-proxy , https://github.com/GoogleCloudPlatform/alloydb-auth-proxy ).
The program is told of ``localhost``; whose database that is, only the proxy's arguments say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_IMAGES = frozenset({"cloud-sql-proxy", "cloudsql-proxy", "gce-proxy", "alloydb-auth-proxy"})
_URI = re.compile(r"projects/[^/]+/locations/[^/]+/clusters/[^/]+/instances/([\w-]+)")
_NAME = re.compile(r"(?:[^:?=,]+:)+([a-z][\w-]*)")
_PORT = re.compile(r"(?:tcp:(?:[\w.]+:)?|[?&]port=)(\d{1,5})")

Forward = tuple[int, str]
"""A port of the machine, 0 for every one, and the name of the database's instance."""


def is_forwarder(image: str) -> bool:
    """Whether an image is that of such a proxy."""
    return re.split("[:@]", image.rpartition("/")[2])[0] in _IMAGES


def forwards(command: Sequence[str]) -> tuple[Forward, ...]:
    """What the ports of a proxy lead to, by the words that it is started with."""
    given = list(_instances([part for word in command for part in word.split()]))
    common = _common_port(command)
    told = [(int(port[1]) if (port := _PORT.search(rest)) else common, name) for name, rest in given]
    return tuple(dict.fromkeys(told))


def _instances(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The instances by name, each with what is said of it."""
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        told = [word]
        if option.lstrip("-") == "instances":
            told = (value if equals else "".join(words[at + 1 : at + 2])).split(",")
        elif word.startswith("-") or (at and words[at - 1] in ("--port", "-p", "-instances", "--instances")):
            continue
        for one in told:
            found = _URI.match(one) or _NAME.match(one)
            if found:
                yield found[1], one[found.end() :]


def _common_port(words: Sequence[str]) -> int:
    """The port of the first instance, where only one is said for all."""
    text = " ".join(words)
    found = re.search(r"(?:^| )(?:--port|-p)[= ](\d{1,5})(?: |$)", text)
    return int(found[1]) if found else 0
