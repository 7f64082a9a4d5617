"""The management planes of brokers, databases and registries: the ports and paths by which they are administered.

Sources: RabbitMQ "Management HTTP API Reference", Elasticsearch "REST APIs", Consul "HTTP API", Vault "System Backend",
MinIO "Admin API".
"""

from __future__ import annotations

import re

from boundary.resolve.landscape import Server

_PLANES: dict[str, tuple[frozenset[int], re.Pattern[str]]] = {
    "rabbitmq": (
        frozenset({15671, 15672}),
        re.compile(r"/api/(queues|exchanges|bindings|users|vhosts|nodes|definitions|overview|polic|permissions|param)"),
    ),
    "elasticsearch": (
        frozenset(),
        re.compile(r"/(_cluster|_cat|_nodes|_snapshot|_ilm|_template|_index_template|_security|_tasks|_all|_settings)"),
    ),
    "consul": (frozenset(), re.compile(r"/v1/(operator|acl|agent/(force-leave|maintenance|leave|service/deregister))")),
    "vault": (frozenset(), re.compile(r"/v1/sys/(?!health)")),
    "minio": (frozenset(), re.compile(r"/minio/admin")),
}

_SAME = {"opensearch": "elasticsearch"}


def manages(server: Server, path: str, port: int | None) -> bool:
    """Whether a request goes to the management plane of a server."""
    plane = _PLANES.get(_SAME.get(server.technology, server.technology))
    return plane is not None and (port in plane[0] or plane[1].match(path) is not None)
