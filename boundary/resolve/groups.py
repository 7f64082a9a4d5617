"""A service in the making: what belongs together so far."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from boundary.model import Evidence, Location
from boundary.resolve.files import Files, called, fold
from boundary.resolve.images import named
from boundary.resolve.landscape import Unit
from boundary.resolve.spelling import version


@dataclass(eq=False)
class Group:
    """A service in the making. ``roots`` are its folders, best first; ``packages`` what its manifests are called;
    ``name`` is set when it is declared."""

    units: list[Unit] = field(default_factory=list)
    roots: dict[str, None] = field(default_factory=dict)
    packages: list[str] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    location: Location | None = None
    name: str = ""

    def unit_names(self) -> set[str]:
        """The folded names of its units, without versions."""
        return {fold(version(unit.name)) for unit in self.units}

    def called(self) -> set[str]:
        """The folded names of its folders and packages."""
        return {fold(version(called(root.removesuffix(".py")))) for root in self.roots} | set(map(fold, self.packages))

    def platforms(self) -> set[str]:
        """The packagings that it is deployed by."""
        return {unit.platform for unit in self.units}

    def images(self) -> set[str]:
        """The folded names of its images, without versions."""
        return {fold(version(last)) for unit in self.units if (last := named(unit.image or ""))}

    def absorb(self, other: Group) -> None:
        """Take over all of another group, which is empty then."""
        self.units += other.units
        self.roots |= other.roots
        other.units, other.roots = [], {}


def elsewhere(units: Sequence[Unit], files: Files) -> list[Group]:
    """Units whose folder nobody told, one for each; what is built from one folder that is not here, in the same way, is
    one program that is started several times."""
    found: dict[Hashable, Group] = {}
    for unit in units:
        away = unit.build and unit.build not in files.folders
        key = (unit.build, unit.dockerfile, unit.stage) if away else unit.key
        found.setdefault(key, Group([])).units.append(unit)
    return list(found.values())
