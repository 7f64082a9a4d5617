"""What may be kept of a secret: where it points to, never what opens it.

A Secret often holds a whole connection string, and its host is evidence. So a value is kept only when it plainly is an
address, with everything that could be a credential taken out; all else becomes an unknown value.
"""

from __future__ import annotations

import base64
import re

from boundary.model import Hole, Value
from boundary.reading.engines import engine_of

LONGEST = 2048
"""Characters; no address is longer."""

_UNKNOWN = Value((Hole("unknown"),))
_URL = re.compile(r"((?:jdbc:|r2dbc:)?[A-Za-z][A-Za-z0-9+.-]*(?::[a-z]+)?://)(\S*)")
_WEB = re.compile(r"(?:https?|wss?|ftps?|sftp|git)://", re.IGNORECASE)
_CARRIERS = frozenset(("tcp", "tcps", "udp", "tls", "ssl", "unix", "git", "ssh", "lb"))
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*"
_HOSTS = re.compile(rf"{_HOST}(?::\d{{1,5}})?(?:,{_HOST}(?::\d{{1,5}})?)*")
_ADDRESS_KEY = re.compile(
    r"(?:^|[_.-])(?:hosts?|hostname|addr|address|addresses|servers?|endpoints?|brokers?|ur[il]|dsn|domain)$"
)
_PAIR = re.compile(r"([A-Za-z][A-Za-z ]{0,20}?) ?= ?([^;\s]*)")
_HOST_NAMES = frozenset(("host", "server", "data source", "datasource"))
_PLACES = _HOST_NAMES | {"port", "database", "dbname", "databasename", "initial catalog"}


def keep(key: str, text: str) -> Value:
    """What is kept of a secret's value under a key: an address without credentials, or an unknown value."""
    text = text.strip()
    if not text or len(text) > LONGEST or "\n" in text:
        return _UNKNOWN
    url = _URL.fullmatch(text)
    if url:
        return _address(*url.groups()) if _is_scheme(url[1]) else _UNKNOWN
    if _HOSTS.fullmatch(text):
        words = re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower()
        return Value.of(text) if _ADDRESS_KEY.search(words) else _UNKNOWN
    places = _places(text)
    named = any(name.lower() in _HOST_NAMES for name, _ in places)
    return Value.of(";".join(f"{name}={value}" for name, value in places)) if named else _UNKNOWN


def _is_scheme(written: str) -> bool:
    """Whether what stands before ``://`` is a scheme that addresses have: a password may hold these marks, too."""
    words = re.split(r"[+:]", written.removesuffix("://").lower())
    return any(word in _CARRIERS or engine_of(word) for word in words)


def _address(scheme: str, rest: str) -> Value:
    """A URL with its userinfo and query gone; of the web's, the path too, since hooks carry their secret there."""
    before, _, options = rest.partition(";")
    before, _, query = before.partition("?")
    authority, slash, path = before.partition("/")
    user, at, host = authority.rpartition("@")
    if not _HOSTS.fullmatch(host) or "@" in path + query + options:
        return _UNKNOWN  # an unescaped password may hold any mark, and then nothing tells where it ends
    shown: list[str | Hole] = [scheme]
    if at:
        shown.append(Hole("unknown", "user"))
        shown += [":", Hole("unknown", "password"), "@"] if ":" in user else ["@"]
    if _WEB.match(scheme):
        return Value.of(*shown, host, slash, Hole("unknown")) if path else Value.of(*shown, host)
    kept = "".join(f";{name}={value}" for name, value in _places(options))
    return Value.of(*shown, host, slash, path.partition("#")[0], kept)


def _places(text: str) -> list[tuple[str, str]]:
    """Of ``Server=db;Database=orders;Password=x`` and ``host=db password=x`` what says where it points to."""
    pairs = [(name.strip(), value) for name, value in _PAIR.findall(text)]
    return [(name, value) for name, value in pairs if name.lower() in _PLACES]


def decoded(text: str) -> str:
    """The text behind base64, "" when it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        return ""
