"""Databases and brokers that are claimed of a platform, with the secret in which their address is asked for.

A platform names the kinds of claims itself: a word in the kind, or the engine that is asked for, tells what it is. What
a secret has beside the address is no matter here. See https://docs.crossplane.io/latest/concepts/connection-details/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Container, Setting, Workload
from boundary.model import Value
from boundary.reading.yaml import Node

_WORDS = {
    "postgres": "postgres", "mysql": "mysql", "mariadb": "mariadb", "mongo": "mongo", "redis": "redis",
    "valkey": "redis", "memcached": "memcached", "rabbit": "rabbitmq", "kafka": "kafka",
    "elasticsearch": "elasticsearch", "opensearch": "opensearch",
}  # fmt: skip
"""Words of kinds and engines, with the image whose part is played."""

_ENGINES = (("spec", "parameters", "engine"), ("spec", "forProvider", "engine"), ("spec", "engine"))
_ADDRESSES = ("endpoint", "host", "hostname", "address", "primaryEndpoint", "configurationEndpoint")
"""Keys of such secrets that are the address; https://docs.crossplane.io/latest/concepts/connection-details/ ."""


def claimed(document: Node, kind: str, name: str, namespace: str) -> Iterator[Workload | Setting]:
    """What a claim stands for; nothing for what asks for no secret, or for nothing that keeps data."""
    secret = document.get("spec", "writeConnectionSecretToRef")
    if not secret.get("name").string or not name:
        return
    told = next((said for path in _ENGINES if (said := document.get(*path).string)), "") or kind
    image = next((found for word, found in _WORDS.items() if re.search(word, told, re.IGNORECASE)), "")
    if not image:
        return
    place, space = document.get("metadata", "name"), namespace or secret.get("namespace").string
    yield Workload(
        "kubernetes", kind, name, namespace=space, containers=(Container(name, Value.of(image), line=place.line),),
        line=place.line, column=place.column,
    )  # fmt: skip
    for key in _ADDRESSES:
        where = secret.get("namespace").string or namespace
        yield Setting("secret", key, Value.of(name), secret.get("name").string, where, line=place.line)
