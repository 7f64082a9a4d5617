"""The modules of a folder by name, third-party ones by entry point: how extractors, checks and reporters are found."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import Any


def load(package: str) -> list[Any]:
    """All plug-in modules of a package (``boundary.extractors`` …) in order of their names.

    A third party adds one by an entry point in the group of the same name; an installed name that a module here has
    already is ignored, so that nobody replaces a shipped part unseen.
    """
    home = importlib.import_module(package)
    found = {
        module.name: importlib.import_module(f"{package}.{module.name}")
        for module in pkgutil.iter_modules(home.__path__)
        if not module.name.startswith("_")
    }
    for point in sorted(entry_points(group=package), key=lambda point: point.name):
        found.setdefault(point.name, point.load())
    return [found[name] for name in sorted(found)]
