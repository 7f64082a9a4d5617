"""Which units and folders are one service: by build folder, image, name, and what lies next to it.

A unit is one packaging; a service has many. Evidence is used from the strongest to the weakest, and never to bring
together what is known to be built from different folders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from boundary.model import Evidence, Location
from boundary.resolve.files import Files, called, fold, inside, within
from boundary.resolve.images import alike, full, named
from boundary.resolve.landscape import Unit
from boundary.resolve.spelling import generic, stem, version, versions
from boundary.resolve.starting import started, words


@dataclass(eq=False)
class Group:
    """A service in the making. ``roots`` are its folders, best first; ``packages`` what its manifests are called;
    ``name`` is set when it is declared."""

    units: list[Unit] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
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

    def images(self) -> set[str]:
        """The folded names of its images, without versions."""
        return {fold(version(last)) for unit in self.units if (last := named(unit.image or ""))}

    def absorb(self, other: Group) -> None:
        """Take over all of another group, which is empty then."""
        self.units += other.units
        self.roots += [root for root in other.roots if root not in self.roots]
        other.units, other.roots = [], []


class Grouping:
    """Groups units, then folders that no unit runs; ``groups`` is the outcome."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.groups: list[Group] = []
        self._shared: dict[str, set[str]] = {}

    # --- units -----------------------------------------------------------------------------------------------

    def units(self, units: Sequence[tuple[Unit, str | None]]) -> None:
        """Take in units with the folder that they are built from (None: not known)."""
        by_root: dict[str, list[Unit]] = defaultdict(list)
        for unit, root in units:
            if root is not None:
                by_root[root].append(unit)
        for root, members in sorted(by_root.items()):
            self.groups += self._programs(root, members)
        self.groups += [Group([unit]) for unit, root in units if root is None]
        self._shared = self._shared_images()
        self._join(lambda unit: [(unit.project, fold(version(unit.name)))])
        self._join(self._images, _compatible)
        self._join(self._fronts, _compatible)
        self._join(lambda unit: [(self._repository(unit), name) for name in _programs(unit)], _compatible)
        self._join(lambda unit: [fold(version(unit.name))], _pictured, alone=True)
        self.groups = [group for group in self.groups if group.units]

    def _programs(self, root: str, units: list[Unit]) -> list[Group]:
        """One group for a build folder, or one for each program where its units start different ones."""
        own = started(self.files, root, units)
        if len(own) < 2:
            return [Group(units, [root])]
        groups: dict[str, Group] = {}
        for unit in units:
            name = fold(stem(unit.name)) or fold(unit.name)
            groups.setdefault(name, Group(roots=list(own.get(name, [])))).units.append(unit)
        return list(groups.values())

    def _shared_images(self) -> dict[str, set[str]]:
        """Images that hold several programs, with these programs' names: they tell nothing by themselves."""
        by_image: dict[str, list[tuple[Group, Unit]]] = defaultdict(list)
        for group in self.groups:
            for unit in group.units:
                if image := full(unit.image or ""):
                    by_image[image].append((group, unit))
        found = {}
        for image, members in by_image.items():
            roots = {tuple(group.roots) for group, _ in members if group.roots}
            if len(roots) > 1 or len(started(self.files, None, [unit for _, unit in members])) > 1:
                rooted = [unit for group, unit in members if group.roots or len(roots) < 2]
                found[image] = {fold(stem(unit.name)) for unit in rooted}
        return found

    def _images(self, unit: Unit) -> list[Hashable]:
        """An image of one's own, with the program that is started where it holds several."""
        image = full(unit.image or "")
        if not image:
            return []
        if image not in self._shared:
            return [image]
        return [(image, word) for word in sorted((words(unit) | {fold(stem(unit.name))}) & self._shared[image])]

    def _fronts(self, unit: Unit) -> list[Hashable]:
        """Cluster services in front of it: workloads behind one are versions of one service."""
        names = (unit.name, *unit.names) if unit.platform == "kubernetes" else ()
        return [(unit.project, fold(name)) for name in names if "." not in name]

    def _repository(self, unit: Unit) -> str:
        return self.files.repository(unit.location.path)

    def _join(
        self,
        keys: Callable[[Unit], Sequence[Hashable]],
        fits: Callable[[Group, Group], bool] | None = None,
        alone: bool = False,
    ) -> None:
        """Join groups with units of an equal key where they fit; ``alone``: only where no two of them have folders."""
        home = {unit.key: group for group in self.groups for unit in group.units}
        by_key: dict[Hashable, list[Unit]] = defaultdict(list)
        for group in self.groups:
            for unit in group.units:
                for key in keys(unit):
                    by_key[key].append(unit)
        for units in by_key.values():
            here = list(dict.fromkeys(home[unit.key] for unit in units))
            if alone and sum(bool(group.roots) for group in here) > 1:
                continue
            for other in here[1:]:
                others = [group for group in here if group is not other and group.units]
                target = next((group for group in others if fits is None or fits(group, other)), None)
                if target is not None and other.units:
                    home |= {unit.key: target for unit in other.units}
                    target.absorb(other)

    # --- folders ---------------------------------------------------------------------------------------------

    def folder(self, root: str, packages: Iterable[str], evidence: Evidence) -> None:
        """Take in a folder that holds a deployable, with the names of its packages."""
        packages = [name for name in packages if name]
        home = next((group for group in self.groups if root in group.roots), None) or self._sought(root, packages)
        around = None if home else self._around(root)
        if home is None and around is None:
            home = Group(location=evidence.location)
            self.groups.append(home)
        if home is not None and root not in home.roots:
            home.roots.append(root)
        for group in (home, around):
            if group is not None:
                group.packages += [name for name in packages if name not in group.packages]
                group.evidence.append(evidence)

    def _around(self, root: str) -> Group | None:
        """The group whose folder a folder lies in: another image of the same service, no service of its own. The
        workspace root is around everything and tells nothing."""
        roots = [(len(one), at, one) for at, group in enumerate(self.groups) for one in group.roots]
        holding = [found for found in roots if found[2] and within(root, found[2])]
        return self.groups[max(holding)[1]] if holding else None

    def _sought(self, root: str, packages: list[str]) -> Group | None:
        """The group without a folder whose mounts, image or name are the folder's, or that has a version of it."""
        wanted = {version(called(root)), *packages}
        folded = set(map(fold, wanted))
        tests: tuple[Callable[[Group], bool], ...] = (
            lambda group: not group.roots and any(_mounts(unit, root) for unit in group.units),
            lambda group: not group.roots and any(_pictures(unit, wanted) for unit in group.units),
            lambda group: not group.roots and bool(folded & group.unit_names()),
            lambda group: any(versions(root, other) for other in group.roots),
            lambda group: any(_only_runs(unit, folded) for unit in group.units) and not folded & group.called(),
        )
        mine = self.files.repository(root)
        for test in tests:
            fitting = [group for group in self.groups if test(group)]
            near = [group for group in fitting if any(self._repository(unit) == mine for unit in group.units)]
            for choice in (near, fitting):
                if len(choice) == 1:
                    return choice[0]
        return None


def _compatible(one: Group, other: Group) -> bool:
    """Not known to be built from different folders."""
    return not one.roots or not other.roots or bool(set(one.roots) & set(other.roots))


def _pictured(one: Group, other: Group) -> bool:
    """Whether groups of different repositories run one image, or one runs what the other builds.

    A prefix of an image's name is let pass unless the unit is called as every system calls one of its own (``web``).
    """
    if not _compatible(one, other):
        return False
    mine, theirs = one.images(), other.images()
    if mine and theirs:
        return bool(mine & theirs)
    told = one.called() | other.called() | one.unit_names()
    if (mine | theirs) & told or not mine | theirs:
        return True
    names = [unit.name for unit in one.units if not generic(unit.name)]
    return any(alike(unit.image or "", name) for unit in (*one.units, *other.units) for name in names)


def _mounts(unit: Unit, root: str) -> bool:
    """Whether something of a folder is laid into the unit, even if it is not there yet."""
    sources = (inside("", mount.source) for mount in unit.mounts if mount.kind == "bind")
    return bool(root) and any(source and within(source, root) for source in sources)


def _programs(unit: Unit) -> list[str]:
    """What a unit is called, and without the part it plays where its command names the rest."""
    program = fold(stem(unit.name))
    return list(dict.fromkeys((fold(version(unit.name)), *((program,) if program in words(unit) else ()))))


def _only_runs(unit: Unit, folded: set[str]) -> bool:
    """Whether it runs an image that is called just so and that no deployment file builds."""
    return unit.build is None and fold(version(named(unit.image or ""))) in folded - {""}


def _pictures(unit: Unit, names: set[str]) -> bool:
    """Whether the image is called after one of the names."""
    image = unit.image or ""
    return bool(named(image)) and any(alike(image, name) or fold(version(named(image))) == fold(name) for name in names)
