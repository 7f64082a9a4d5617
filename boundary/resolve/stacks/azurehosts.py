"""Host names that templates of Azure put together of a resource's name and the platform's domain.

Where a part of the name is made when it is deployed (``uniqueString``), the host is known by the pattern of the rest:
``sql-{unique}.database.windows.net`` is that server's whose name is ``sql-{unique}``. See
https://learn.microsoft.com/azure/private-link/private-endpoint-dns .
"""

from __future__ import annotations

import re
from collections.abc import Callable

from boundary.resolve.stacks.things import Resource

_DOMAINS = {
    "database.windows.net": "mssql", "postgres.database.azure.com": "postgres", "mysql.database.azure.com": "mysql",
    "redis.cache.windows.net": "redis", "documents.azure.com": "cosmosdb", "core.windows.net": "azure-storage",
    "servicebus.windows.net": "amqp",
}  # fmt: skip
_NAME = r"((?:[\w-]|\{[^{}]*\})+)"
_HOST = re.compile(rf"{_NAME}\.(?:(?:blob|queue|table|file|dfs)\.)?({'|'.join(map(re.escape, _DOMAINS))})(?![\w.-])")


def named(text: str, find: Callable[[str, str], Resource | None]) -> str:
    """A text with such host names as those of the resources that ``find`` has by technology and name."""

    def place(found: re.Match[str]) -> str:
        resource = find(_DOMAINS[found[2]], found[1]) if "{" in found[1] else None
        return resource.uid if resource is not None else found[0]

    return _HOST.sub(place, text) if ".net" in text or ".com" in text else text
