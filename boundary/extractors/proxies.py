"""Configurations of proxies and gateways: nginx (with its Lua), Apache, HAProxy, Caddy, Envoy, Traefik, Kong, APISIX,
KrakenD, Tyk.

One ``Route`` for each way on which requests are passed on, and one ``Upstream`` for each name of servers. The formats
and their references stand in ``boundary.reading.proxies``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import documents, peek
from boundary.facts import Fact
from boundary.reading import proxies
from boundary.reading.kinds import in_chart
from boundary.reading.proxies import documents as yaml_proxies
from boundary.reading.proxies import gateways, traefik_toml
from boundary.source import Source

FORMAT = "proxy"

_NAME = re.compile(
    r"(?:.*[._-](?:conf|cfg|template|tmpl|nginx|vhost|caddy)|.*\.(?:conf|cfg|template|tmpl|tpl)(?:\.[\w-]+)?"
    r"|[\w.-]+\.lua|nginx[\w.-]*|httpd[\w.-]*|caddyfile[\w.-]*|haproxy[\w.-]*|\.htaccess)$",
    re.IGNORECASE,
)
_FOLDER = re.compile(r"(?:^|/)(?:sites-(?:enabled|available)|conf\.d|nginx)/[^/.]+$")
_DOCUMENT = re.compile(r"\.(?:ya?ml|json)(?:\.(?:tmpl|template|tpl|in))?$", re.IGNORECASE)
_TRAEFIK = re.compile(r"(?:^|/)[^/]*traefik[^/]*(?:/[\w.-]+)?\.toml$|(?:^|/)(?:dynamic|rules|routes)[\w.-]*\.toml$")
_NO_PROXY = re.compile(r"\.(?:js|ts|py|rb|java|go|cs|md|xml|properties|toml|html?)$", re.IGNORECASE)
_MARK = re.compile(r"^[ \t\"']*(?:static_resources|resources|http|_format_version)[\"']?:", re.MULTILINE)


def matches(path: str) -> bool:
    """Files that are called as configurations of proxies are, and YAML and JSON: content decides."""
    name = path.rpartition("/")[2]
    if _DOCUMENT.search(name) or _TRAEFIK.search(path):
        return True
    return (_NAME.match(name) is not None or _FOLDER.search(path) is not None) and not _NO_PROXY.search(name)


def extract(source: Source) -> Iterator[Fact]:
    """The routes of a file, nothing for another one."""
    text = peek(source)
    if _TRAEFIK.search(source.path):
        yield from traefik_toml.read(text)
    elif not _DOCUMENT.search(source.name):
        yield from proxies.read(source.name, text)
    elif (_MARK.search(text) or gateways.may_be(text)) and not in_chart(source.path, text):
        for document in documents(source, certain=False):
            if yaml_proxies.is_mine(document):
                yield from yaml_proxies.read(document)
            yield from gateways.read(document)
