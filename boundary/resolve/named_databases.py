"""Databases that settings name beside the address of their server: ``ConnectionString`` and ``DatabaseName`` of one
section, ``MONGO_URL`` and ``MONGO_DB``."""

from __future__ import annotations

import re
from collections import defaultdict

from boundary.model import Evidence, Value
from boundary.resolve.files import fold
from boundary.resolve.landscape import Landscape, Server, Service
from boundary.resolve.names import Names
from boundary.resolve.settings import Settings

_DATABASES = ("databasename", "dbname", "database", "db")
_ADDRESSES = ("connectionstring", "connection", "address", "server", "host", "url", "uri", "dsn")
_NAME = re.compile(r"[A-Za-z][\w-]*")


class Sections:
    """The names of databases in the settings of services, by what their keys begin with."""

    def __init__(self, land: Landscape, settings: Settings, hosts: Names) -> None:
        self._hosts = hosts
        self._names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for service in land.services:
            for binding in (one for unit in service.units for one in unit.variables):
                place = binding.evidence[0].location.path if binding.evidence else ""
                self._note(service, binding.name, binding.value, place)
            for path, setting in settings.all(service.id):
                self._note(service, setting.key, setting.value, path)

    def _note(self, service: Service, key: str, value: Value, path: str) -> None:
        section = _before(key, _DATABASES)
        if section and value.text and _NAME.fullmatch(value.text) and not self._is_server(value.text, service):
            for place in {"", path}:
                self._names[service.id, place, section].add(value.text)

    def _is_server(self, name: str, service: Service) -> bool:
        """Whether ``ORDERS_DB`` names the server itself: a database may well be called as a service is."""
        found = self._hosts.host(name, None, service)
        return found is not None and isinstance(found[0], Server)

    def database(self, service: str, key: str, evidence: tuple[Evidence, ...]) -> Value | None:
        """The database of an address, by its key: what its own file says, else what all say alike."""
        section = _before(key, _ADDRESSES)
        for place in (*(one.location.path for one in evidence[:1]), ""):
            found = self._names.get((service, place, section), set()) if section else set()
            if len(found) == 1:
                return Value.of(next(iter(found)))
        return None


def _before(key: str, ends: tuple[str, ...]) -> str:
    name = fold(key)
    return next((name.removesuffix(end) for end in ends if name.endswith(end)), "")
