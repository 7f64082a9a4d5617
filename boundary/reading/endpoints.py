"""Host names that clouds give to stores, brokers and applications: the name of the resource is in them.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.html ,
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html ,
https://docs.aws.amazon.com/documentdb/latest/developerguide/endpoints.html ,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html ,
https://learn.microsoft.com/azure/private-link/private-endpoint-dns ,
https://learn.microsoft.com/azure/container-apps/ingress-overview (revisions and labels come behind the name),
https://learn.microsoft.com/azure/app-service/overview-hosting-plans ,
https://cloud.google.com/run/docs/triggering/https-request ,
https://cloud.google.com/sql/docs/postgres/connect-auth-proxy (sockets, instance connection names),
https://cloud.google.com/alloydb/docs/language-connectors-overview (instance URIs).
"""

from __future__ import annotations

import re

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"([\w-]+)\.(?:cluster-|cluster-ro-|proxy-)?[a-z0-9]+\.[a-z0-9-]+\.(?:rds|docdb|neptune)\.amazonaws\.com",
        r"(?:master|replica|clustercfg)\.([\w-]+)\.[a-z0-9]+\.[a-z0-9]+\.cache\.amazonaws\.com",
        r"([\w-]+?)(?:-\d{3})?\.[a-z0-9]+(?:\.(?:ng\.|cfg\.)?\d{4}|\.cfg|\.clustercfg|)\.[a-z0-9]+\.cache\.amazonaws\.com",
        r"clustercfg\.([\w-]+)\.[a-z0-9]+\.memorydb\.[a-z0-9-]+\.amazonaws\.com",
        r"([\w.-]+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com",
        r"(?:search|vpc)-([\w-]+)-[a-z0-9]{20,}\.[a-z0-9-]+\.es\.amazonaws\.com",
        r"b-\d+\.([\w-]+?)\.[a-z0-9]+\.c\d+\.kafka\.[a-z0-9-]+\.amazonaws\.com",
        r"([\w-]+)\.(?:[a-z0-9-]+\.)?(?:postgres|mysql|mariadb)\.database\.azure\.com",
        r"([\w-]+)\.database\.windows\.net",
        r"([\w-]+)\.(?:redis\.cache|blob\.core|table\.core|queue\.core|file\.core|dfs\.core|servicebus)\.windows\.net",
        r"([\w-]+)\.(?:documents|mongo\.cosmos|table\.cosmos|cassandra\.cosmos)\.azure\.com",
        r"([\w-]+)\.search\.windows\.net",
        r"([\w-]+)\.(?:[a-z0-9-]+\.)?redis\.azure\.net",
        r"([\w.-]+)\.storage\.googleapis\.com",
    )
)

_APPLICATIONS = tuple(
    re.compile(form)
    for form in (
        r"([a-z0-9-]+?)(?:--[a-z0-9-]+)?\.(?:internal\.)?[a-z0-9-]+\.[a-z0-9]+\.azurecontainerapps\.io",
        r"([a-z0-9-]+?)(?:-[a-z0-9]{16}\.[a-z0-9]+-\d\d)?\.azurewebsites\.net",
        r"([a-z0-9-]+)\.azure-api\.net",
        r"([a-z0-9-]+?)-(?:[a-z0-9]{10}-[a-z]{2}\.a|\d+\.[a-z0-9-]+)\.run\.app",
    )
)
"""Applications that are reached under a name of the platform which runs them."""

_INSTANCES = tuple(
    re.compile(form)
    for form in (
        r"/cloudsql/(?:[\w.:-]+:)?([\w.-]+)(?:/\.s\.pgsql\.\d+)?",
        r"[a-z][\w.:-]*:[a-z]+-[a-z]+\d+:([\w-]+)",
        r"projects/[^/]+/locations/[^/]+/clusters/[^/]+/instances/([\w-]+)",
    )
)
"""Databases of Google as only its connectors, and their sockets, name them."""

_LONGEST = 253
"""Characters of a host name, by RFC 1035."""


def resource(host: str) -> str:
    """The name of the cloud's resource behind a host name, "" for a name that no cloud gives."""
    return _first(_FORMS, host) or instance(host)


def application(host: str) -> str:
    """The name of the application that a cloud runs under a host name, "" for a name that no cloud gives."""
    return _first(_APPLICATIONS, host.lower())


def instance(host: str) -> str:
    """The name of a cloud's database that a connector dials, "" for one that a network resolves."""
    return _first(_INSTANCES, host.lower())


def socket(name: str) -> str:
    """The address of an instance that is known by its own name alone: the socket of its connector."""
    return f"/cloudsql/{name}"


def _first(forms: tuple[re.Pattern[str], ...], host: str) -> str:
    if len(host) > _LONGEST:
        return ""
    return next((found[1] for form in forms if (found := form.fullmatch(host))), "")
