"""The words of the commands by which services are started: a program may lie in what they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from boundary.facts import FileFacts, ImageSetting
from boundary.resolve.landscape import Landscape


def started(files: Sequence[FileFacts], land: Landscape) -> dict[str, list[str]]:
    """The words of each service's commands, of its deployments and of the images that are built for it."""
    found: dict[str, list[str]] = defaultdict(list)
    builders: dict[str, set[str]] = defaultdict(set)
    for service in land.services:
        for unit in service.units:
            found[service.id] += unit.command
            builders[unit.dockerfile or ""].add(service.id)
    for file in files:
        said = [one for one in file.facts if isinstance(one, ImageSetting) and one.kind in ("cmd", "entrypoint")]
        for service_id in sorted({*builders.get(file.path, ()), *land.services_of(file.path)}) if said else ():
            found[service_id] += [str(one.value) for one in said]
    return found
