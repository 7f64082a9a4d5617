"""Which profiles of its settings are active in a deployment of a service (``spring.profiles.active``)."""

from __future__ import annotations

import re
from collections.abc import Callable

from boundary.reading.profiles import SELECTED
from boundary.resolve.landscape import Unit
from boundary.resolve.settings import Settings


class Profiles:
    """The active profiles by service and deployment; ``told`` gives what a key is set to without any."""

    def __init__(self, settings: Settings, told: Callable[[str, str, Unit | None], str]) -> None:
        self._settings = settings
        self._told = told
        self._known: dict[tuple[str, str], tuple[str, ...] | None] = {}

    def of(self, service: str, unit: Unit | None) -> tuple[str, ...] | None:
        """The profiles that are active in a deployment of a service, None where nobody tells."""
        key = service, unit.key if unit else ""
        if key not in self._known:
            self._known[key] = None  # What selects the profile may itself be filled, but not by a profile.
            self._known[key] = self._selected(service, unit)
        return self._known[key]

    def _selected(self, service: str, unit: Unit | None) -> tuple[str, ...] | None:
        names: list[str] = []
        for key in SELECTED:
            names += [word for word in re.split(r"[,\s]+", self._told(key, service, unit)) if word]
        for name in list(names):
            group = self._settings.get(service, f"spring.profiles.group.{name}", ())
            names += re.split(r"[,\s]+", (group[1].value.text or "") if group else "")
        return tuple(dict.fromkeys(filter(None, names))) or None
