"""What an image runs, told by its name: a database, a broker, a proxy, telemetry, a language, or one's own program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec

from boundary.model import Release
from boundary.resolve.files import fold
from boundary.resolve.landscape import Unit

_LONGEST = 255
"""Characters of a name that are looked at; registries allow fewer."""
_WORDS = 6
"""Words at the end of a name that may name a technology."""


class Image(msgspec.Struct, frozen=True):
    """A known image. ``kind`` is the node kind of what it runs, or ``base`` (a language or a bare system) or ``web`` (a
    web server, which is what its configuration makes it); ``role`` as of a service; ``technology`` what it speaks."""

    kind: str
    role: str
    technology: str


class _Table(msgspec.Struct, frozen=True):
    """``whole`` are names that count only as they stand, ``no`` words that tell that an image is about another one."""

    names: dict[str, Image]
    whole: frozenset[str]
    no: frozenset[str]


def named(image: str) -> str:
    """The last part of an image's name without registry, tag and digest; "" where that is not known (``${IMAGE}``)."""
    path = image.partition("@")[0]
    last = path.rpartition("/")[2][:_LONGEST]
    last = re.split(r":(?![^{]*\})", last)[0]
    return "" if "{" in last or "$" in last else last


def full(image: str) -> str:
    """The name without tag and digest, with the parts before: two deployments of it run one program, from whichever
    registry each takes it where it has an owner's name before its own."""
    last, before = named(image), image.partition("@")[0].rpartition("/")[0]
    host, _, owner = before.partition("/")
    registry = owner and re.search(r"^localhost$|[.:]", host) and "{" not in host and "$" not in host
    return (owner if registry else before) + "/" + last if last else ""


def known(image: str) -> Image | None:
    """What the image is known for; None for one's own and for what we have never heard of."""
    last = named(image).lower()
    if not last:
        return None
    table = _table()
    owner = image.partition("@")[0].rpartition("/")[0].rpartition("/")[2].lower()
    exact = table.names.get(f"{owner}/{last}") or table.names.get(last)
    if exact:
        return exact
    words = re.split(r"[-_.]+", last)
    if table.no.intersection(words[1:]):
        return None
    if words[-1] in ("db", "database", "server", "master", "primary", "cluster") and len(words) > 1:
        words.pop()
    words[-1] = re.sub(r"(?<=[a-z]{3})\d+$", "", words[-1])  # mysql8
    tails = ("-".join(words[at:]) for at in range(max(0, len(words) - _WORDS), len(words)))
    found = next((table.names[tail] for tail in tails if tail in table.names and tail not in table.whole), None)
    return found if found and found.kind not in ("base", "web", "gateway") else None


_MOVING = frozenset({"latest", "main", "master", "edge", "dev", "develop", "stable", "local", "snapshot"})
"""Tags that name whatever was built last."""


def releases(units: Iterable[Unit]) -> tuple[Release, ...]:
    """The versions that deployments take from a registry, by the tags of their images; what is built where it is
    deployed is today's."""
    found: dict[str, Release] = {}
    for unit in units:
        image = unit.image or ""
        name, _, version = image.partition("@")[0].rpartition(":")
        if unit.build is None and name and re.fullmatch(r"[\w.+-]+", version) and version.lower() not in _MOVING:
            found.setdefault(version, Release(version, unit.location))
    return tuple(found.values())


_WATCHER = re.compile(r"(?:^|[-_.])(?:exporter|metrics|agent|sidecar|backup)(?:[-_.]|$)", re.IGNORECASE)


def watches(image: str) -> bool:
    """Whether an image only watches or tends what runs beside it."""
    return _WATCHER.search(named(image)) is not None


def serves(image: Image) -> bool:
    """Whether an image, and what is built upon it, is a server by itself, whatever is copied into it."""
    return image.kind not in ("base", "web", "gateway") and image.role != "load-generator"


_TRAFFIC = re.compile(
    r"(.*-)?load-?(gen(erator)?|tests?(er)?)|load|traffic(-.+)?|.+-traffic|locust|k6|artillery|gatling|jmeter"
    r"|attack(er|box)?|stress|wrk2?(-client)?|(.*-)?simulator|puppeteer"
)
_GATEWAY = re.compile(
    r"(.*-)?(api-?)?gateway(-.*)?|(.*-)?bff|ingress|(reverse-?)?proxy|edge|(.*-)?edge-(service|server)|zuul"
)
_JOB = re.compile(r"(.*-)?(migrat(e|ions?|or)|db-?init|init-?db|seed(er)?|bootstrap|setup|init|cron(job)?)|init-.+")
_TOOL = re.compile(
    r"(.*-)?(wait(-for.*)?|tests?|unit-?tests?|integration-?tests?|e2e|sut|lint(er)?|devcontainer|dev-?tools|builder|health-?check(er)?|openapi)"
)


def role_of(name: str) -> str:
    """The role that a unit's name tells: ``load-generator``, ``gateway``, ``job``, ``tool``, or "" for none."""
    plain = name.lower().replace("_", "-")
    for role, pattern in (("load-generator", _TRAFFIC), ("gateway", _GATEWAY), ("job", _JOB), ("tool", _TOOL)):
        if pattern.fullmatch(plain):
            return role
    return ""


@cache
def _table() -> _Table:
    """The table of ``known/images.toml``."""
    document = tomllib.loads((files("boundary") / "resolve" / "known" / "images.toml").read_text(encoding="utf-8"))
    only = document.pop("only")
    names = {
        name: Image(kind, role, technology)
        for kind, roles in document.items()
        for role, rows in roles.items()
        for technology, written in rows.items()
        for name in written.split()
    }
    return _Table(names, frozenset(only["whole"].split()), frozenset(only["other"].split()))


def alike(image: str, name: str) -> bool:
    """Whether an image is called after something: the same, or with a prefix (``shop-orders`` and ``orders``)."""
    last, wanted = named(image).lower().replace("_", "-"), name.lower().replace("_", "-")
    return bool(last) and (fold(last) == fold(wanted) or last.endswith(f"-{wanted}"))
