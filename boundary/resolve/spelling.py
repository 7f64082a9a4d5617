"""Names and what they have in common: versions and variants, the parts that processes play."""

from __future__ import annotations

import posixpath
import re

from boundary.resolve.files import fold, folder

_VERSION = re.compile(
    r"(.+?)([-_.](v?\d+([._-]\d+)*|fix(ed)?|broken|errors?|versions?|instrumented|no-instrumentation|patched|baseline|canary"
    r"|blue|green|copy))+",
    re.IGNORECASE,
)
_PARTS = (
    "api|web|app|server|http|grpc|rpc|workers?|consumers?|producer|listener|beat|scheduler|cron(job)?|jobs?|celery|queue"
    "|migrate|migrations?|migrator|init|seed|setup|db-?init|outbox|relay|daemon|background|rq|dramatiq|uwsgi|gunicorn"
    "|uvicorn|asgi|wsgi|backend"
)
_PART = re.compile(rf"(.+?)??((^|-)({_PARTS}))+", re.IGNORECASE)
_EVERYWHERE = frozenset(["frontend", "ui", "admin", "gateway", "proxy", "client", "main", "core", "service", "site"])
_KIND = re.compile(r"(srv|svc|ms)-(.+)", re.IGNORECASE)


def version(name: str) -> str:
    """A name without what tells versions and variants apart: ``ads`` of ``ads-v2``."""
    found = _VERSION.fullmatch(name)
    return found[1] if found else name


def stem(name: str) -> str:
    """A name without version and without the part that a process plays: ``orders`` of ``orders-worker``, "" of
    ``worker``."""
    plain = _KIND.sub(r"\2", version(name).replace("_", "-"))
    found = _PART.fullmatch(plain)
    return (found[1] or "") if found else plain


def generic(name: str) -> bool:
    """Whether every other system has something of this name."""
    return not stem(name) or stem(name).lower() in _EVERYWHERE


def versions(one: str, other: str) -> bool:
    """Whether two folders beside each other are versions of one program (``ads`` and ``ads-fixed``)."""
    mine, theirs = posixpath.basename(one), posixpath.basename(other)
    return one != other and folder(one) == folder(other) and fold(version(mine)) == fold(version(theirs))
