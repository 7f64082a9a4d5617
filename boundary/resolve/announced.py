"""Addresses in settings by which nobody is called.

A setting may hold an address that is only told to others: of the server that a document of the interface names, of the
pages that may call (``allowed-origins``), or to which a payment is to come back (``return-url``). Or it is a left-over
of a service's own file that no line of its code asks for. The last needs code that can be seen, and a key that no
library reads by itself.
"""

from __future__ import annotations

import re

from boundary.model import Value
from boundary.resolve.context import Context
from boundary.resolve.landscape import Service
from boundary.resolve.values import fold

_TOLD = re.compile(
    r"(?:^|[^a-z])cors|origins?(?:patterns?)?$"
    r"|^(?:springdoc|springfox|swagger|open-?api|mp[._]openapi|quarkus[._](?:swagger-?_?ui|smallrye-?_?openapi))[._-]"
    r"|(?:return|cancel|callback|redirect|success|failure|(?:post[-_.]?)?logout)[-_.]?(?:url|uri)s?$",
    re.IGNORECASE,
)
"""Keys of pages that may call, of addresses to which somebody else is to come back, and of pages that show an
interface, whose reader follows them."""
_JVM = frozenset({"java", "kotlin", "groovy", "scala"})
_LIBRARIES = frozenset(
    ("spring", "server", "management", "eureka", "ribbon", "feign", "zuul", "hystrix", "quarkus", "micronaut", "mp",
     "security", "keycloak", "dubbo", "camel", "kafka", "grpc", "opentracing", "otel", "tracing", "axon", "vertx",
     "consul", "nacos", "ktor", "apollo", "seata", "datasources", "mongodb", "redis", "rabbitmq", "eventuate",
     "eventuatelocal", "aws", "azure", "elasticsearch", "endpoints", "auth0", "okta", "jwt", "oauth2", "cas")
)  # fmt: skip
"""Words in keys that libraries read by themselves."""


def is_announced(context: Context, service: Service, name: str) -> bool:
    """Whether a setting or variable of a service tells an address that the service does not call by it."""
    if _TOLD.search(name):
        return True
    told = {fold(key) for key in _told(context, service)}
    return fold(name) in told or (service.language in _JVM and "." in name and not _is_asked(context, service, name))


def _told(context: Context, service: Service) -> set[str]:
    """The settings whose values code only tells to others."""
    found: set[str] = set()
    for effect in context.effects.get("announce", ()):
        url = effect.get("url")
        if isinstance(url, Value) and url.holes and service.id in {one.id for one in context.services_at(effect.site)}:
            found |= {hole.name for hole in url.holes}
    return found


def _is_asked(context: Context, service: Service, name: str) -> bool:
    """Whether something may ask for a key: a library, or code that has its last word, or all parts of that, somewhere.

    What a service asks for is known by its words; ``app.stock-url`` is asked for as ``${app.stock-url}``, as a field
    ``stockUrl`` or by ``getStockUrl()``.
    """
    segments = name.lower().replace("/", ".").split(".")
    if not _LIBRARIES.isdisjoint(segments):
        return True
    words = context.mentioned(service.id)
    last = next((one for one in reversed(segments) if not one.isdigit()), "")
    parts = [fold(part) for part in re.split(r"[-_\[\]]", last) if part]
    whole = fold(last)
    return not words or all(part in words for part in parts) or any(word.endswith(whole) for word in words)
