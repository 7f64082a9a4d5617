"""Names and what they have in common: versions and variants, the parts that processes play."""

from __future__ import annotations

import re
from functools import lru_cache

_VERSIONS = frozenset(
    (
        "fix", "fixed", "broken", "error", "errors", "version", "versions", "instrumented", "instrumentation", "no",
        "patched", "baseline", "canary", "blue", "green", "copy", "backup",
        "deployment", "deploy", "statefulset", "daemonset",
    )
)  # fmt: skip
_PARTS = frozenset(
    (
        "api", "web", "app", "server", "http", "grpc", "rpc", "worker", "workers", "consumer", "consumers", "producer",
        "listener", "beat", "scheduler", "cron", "cronjob", "job", "jobs", "celery", "queue", "migrate", "migration",
        "migrations", "migrator", "init", "seed", "setup", "dbinit", "outbox", "relay", "daemon", "background", "rq",
        "dramatiq", "uwsgi", "gunicorn", "uvicorn", "asgi", "wsgi", "backend",
    )
)  # fmt: skip
_KINDS = frozenset(["srv", "svc", "ms"])
_EVERYWHERE = frozenset(["frontend", "ui", "admin", "gateway", "proxy", "client", "main", "core", "service", "site"])
_SEPARATOR = re.compile(r"([-_.])")
_NUMBER = re.compile(r"v?\d+", re.IGNORECASE)


@lru_cache(4096)
def version(name: str) -> str:
    """A name without what tells versions and variants apart: ``ads`` of ``ads-v2``."""
    parts = _SEPARATOR.split(name)
    end = len(parts)
    while end > 1 and (_NUMBER.fullmatch(parts[end - 1]) or parts[end - 1].lower() in _VERSIONS):
        end -= 2
    return "".join(parts[:end]) if end > 0 and any(parts[:end]) else name


@lru_cache(4096)
def stem(name: str) -> str:
    """A name without version and without the part that a process plays: ``orders`` of ``orders-worker``, "" of
    ``worker``."""
    parts = version(name).replace("_", "-").split("-")
    if len(parts) > 1 and parts[0].lower() in _KINDS:
        del parts[0]
    while parts and parts[-1].lower() in _PARTS:
        del parts[-1]
    return "-".join(parts)


def generic(name: str) -> bool:
    """Whether every other system has something of this name."""
    return not stem(name) or stem(name).lower() in _EVERYWHERE


def snake(name: str) -> str:
    """``OrderLine`` is ``order_line``, ``HTTPLog`` is ``http_log``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def plural(name: str) -> str:
    """The plural of a name as frameworks form it for tables."""
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    for one, many in (("person", "people"), ("child", "children"), ("series", "series"), ("news", "news")):
        if name.endswith(one):
            return name[: len(name) - len(one)] + many
    return f"{name}es" if re.search(r"(s|x|ch|sh|z)$", name) else f"{name}s"
