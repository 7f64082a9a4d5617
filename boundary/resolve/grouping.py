"""Which units are one service: by build folder, image and name.

A unit is one packaging; a service has many. Evidence is used from the strongest to the weakest, and never to bring
together what is known to be built from different folders.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations

from boundary.resolve.files import Files, ancestors, called, fold
from boundary.resolve.groups import Group, elsewhere
from boundary.resolve.images import alike, full, named
from boundary.resolve.instances import instances
from boundary.resolve.landscape import STACKS, Unit
from boundary.resolve.spelling import generic, stem, version
from boundary.resolve.starting import by_variable, folders, started, starts, unpacked, words

_WORDS = 6
"""Words at the end of an image's name that may name a service."""

_PACKAGINGS = 20
"""Packagings of one name that are compared in pairs: what more have is called as everybody calls one of his own."""


class Grouping:
    """Groups units; ``groups`` is the outcome."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.groups: list[Group] = []
        self._shared: dict[str, set[str]] = {}
        self._beside: frozenset[str] = frozenset()

    # --- units -----------------------------------------------------------------------------------------------

    def units(self, units: Sequence[tuple[Unit, str | None]]) -> None:
        """Take in units with the folder that they are built from (None: not known)."""
        by_root: dict[str, list[Unit]] = defaultdict(list)
        for unit, root in units:
            if root is not None:
                by_root[root].append(unit)
        for root, members in sorted(by_root.items()):
            self.groups += self._programs(root, members)
        self.groups += elsewhere([unit for unit, root in units if root is None], self.files)
        self._shared = self._shared_images()
        self._beside = self._further_images([unit for unit, _ in units])
        self._join(lambda unit: [(unit.project, fold(version(unit.name)))])
        self._join(_imaged, _deployed_only, alone=True)
        self._join(self._images, _one_program)
        self._join(self._fronts, _compatible)
        self._join(lambda unit: [(self._repository(unit), name) for name in _programs(unit)], _may_be_one)
        self._join(lambda unit: [fold(version(unit.name))], _pictured, alone=True)
        self._aligned()
        self._inside()
        self._nested()
        self._by_program()
        self._by_image()
        self.groups = [group for group in self.groups if group.units]

    def _aligned(self) -> None:
        """What two packagings call the same, where most else that both call the same is known to be one service: they
        are packagings of one system, although the image of one service has another name in each."""
        named: dict[str, dict[str, Group]] = defaultdict(dict)
        for group in self.groups:
            for unit in group.units:
                named[fold(version(unit.name))].setdefault(unit.project, group)
        same: Counter[tuple[str, str]] = Counter()
        apart: dict[tuple[str, str], list[tuple[Group, Group]]] = defaultdict(list)
        for name, found in named.items():
            for one, other in combinations(sorted(found), 2) if len(found) <= _PACKAGINGS else ():
                same[one, other] += found[one] is found[other]
                if found[one] is not found[other] and not generic(name):
                    apart[one, other].append((found[one], found[other]))
        for pair, groups in sorted(apart.items(), key=lambda item: item[0]):
            for mine, theirs in groups if same[pair] > max(1, len(groups)) else ():
                if mine is not theirs and mine.units and theirs.units and _may_be_one(mine, theirs):
                    mine.absorb(theirs)

    def _by_program(self) -> None:
        """Units of an image that nobody is seen to build: the folder that is called as they are and as what they start,
        where it is the only one of its repository."""
        taken = {root for group in self.groups for root in group.roots}
        for group in [one for one in self.groups if one.units and not one.roots]:
            names = {starts(unit) for unit in group.units if starts(unit) == fold(version(unit.name))}
            places = {self._repository(unit) for unit in group.units}
            if len(names) == len(places) == 1:
                found = folders(self.files, next(iter(places))).get(next(iter(names)), [])
                if len(found) == 1 and found[0] not in taken:
                    group.roots = {found[0]: None}

    def _by_image(self) -> None:
        """Units of an image that nobody is seen to build: the one folder of their repository that has just the image's
        name and code that no manifest tells about."""
        taken = {root for group in self.groups for root in group.roots}
        homes: dict[str, dict[str, list[str]]] = {}
        running = Counter(image for group in self.groups for image in {fold(named(u.image or "")) for u in group.units})
        for group in [one for one in self.groups if one.units and not one.roots]:
            images = {named(unit.image or "") for unit in group.units}
            places = {self._repository(unit) for unit in group.units}
            alone = all(running[fold(image)] == 1 for image in images)  # who else runs it may well build it
            if alone and len(images) == len(places) == 1 and not generic(next(iter(images))):
                place, image = places.pop(), fold(images.pop())
                homes[place] = homes.get(place) or unpacked(self.files, place)
                found = [one for one in homes[place].get(image, ()) if self.files.repository(one) == place]
                if len(found) == 1 and found[0] not in taken and image != fold(called(place)):
                    group.roots = {found[0]: None}

    def _nested(self) -> None:
        """Two packagings of one service, of which one builds the whole folder and the other the only project of it that
        is deployed: a Dockerfile beside ``src``, and an application host that runs ``src/Orders.Api``."""
        repositories = {self._repository(unit) for group in self.groups for unit in group.units}
        within: dict[Group, list[Group]] = defaultdict(list)
        home = {root: group for group in self.groups for root in group.roots if root not in repositories}
        for group in [one for one in self.groups if one.units and len(one.roots) == 1]:
            root = next(iter(group.roots))
            around = next((home[above] for above in ancestors(root) if above and above in home), None)
            if around is not None and around is not group:
                within[around].append(group)
        for around, inner in within.items():
            if len(inner) == 1 and not around.platforms() & inner[0].platforms():
                around.absorb(inner[0])

    def _inside(self) -> None:
        """A workload whose image is called after the one folder of a service: exactly so in its repository, or with a
        prefix (``shop-orders``) where it is deployed from within the folder."""
        home = {root: group for group in self.groups for root in group.roots if root}
        by_name: dict[tuple[str, str], dict[Group, None]] = defaultdict(dict)
        for root, group in home.items():
            for name in group.called():
                by_name[self.files.repository(root), name][group] = None
        for group in [one for one in self.groups if one.units and not one.roots]:
            exact = [by_name.get((self._repository(u), fold(named(u.image or ""))), {}) for u in group.units]
            above = [_nearest(u, home) for u in group.units]
            chosen = {next(iter(found)) for found in exact} if all(len(found) == 1 for found in exact) else set()
            candidates = list(chosen or dict.fromkeys(above))
            around = candidates[0] if len(candidates) == 1 else None
            if around is None or not around.units:
                continue
            prefixed = all(any(alike(u.image or "", called(root)) for root in around.roots) for u in group.units)
            if chosen or prefixed:
                around.absorb(group)

    def _programs(self, root: str, units: list[Unit]) -> list[Group]:
        """One group for a build folder, or one for each program where its units start different ones."""
        homes = by_variable(self.files, root, units)
        if homes:
            rest = [unit for unit in units if unit.key not in homes]
            return [
                *(Group([one for one in units if homes.get(one.key) == home], {home: None})
                  for home in sorted(set(homes.values()))),
                *(self._programs(root, rest) if rest else ()),
            ]  # fmt: skip
        own = started(self.files, root, units)
        if len(own) < 2:
            return [Group(units, {root: None})]
        groups: dict[str, Group] = {}
        for unit in units:
            name = fold(stem(unit.name)) or fold(unit.name)
            groups.setdefault(name, Group(roots=dict.fromkeys(own.get(name, [])))).units.append(unit)
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

    @staticmethod
    def _further_images(units: Sequence[Unit]) -> frozenset[str]:
        """Images that stand beside others in pods, and nowhere alone: what they do for one they do for another."""
        keys = {unit.key for unit in units}
        further: dict[str, bool] = {}
        for unit in units:
            image = full(unit.image or "")
            further[image] = further.get(image, True) and unit.key.rpartition("/")[0] in keys
        return frozenset(image for image, always in further.items() if always)

    def _images(self, unit: Unit) -> list[Hashable]:
        """An image of one's own, with the program that is started where it holds several."""
        image = full(unit.image or "")
        if not image or image in self._beside:
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
                others = (group for group in here if group is not other and group.units and other.units)
                target = next((group for group in others if fits is None or fits(group, other)), None)
                if target is not None:
                    home |= {unit.key: target for unit in other.units}
                    target.absorb(other)


def _nearest(unit: Unit, home: Mapping[str, Group]) -> Group | None:
    return next((home[one] for one in ancestors(unit.location.path) if one in home), None)


def _compatible(one: Group, other: Group) -> bool:
    """Not known to be built from different folders."""
    return not one.roots or not other.roots or any(root in one.roots for root in other.roots)


def _one_program(one: Group, other: Group) -> bool:
    return _compatible(one, other) and not instances(one, other)


def _may_be_one(one: Group, other: Group) -> bool:
    """Compatible, and not deployed side by side with other images."""
    side_by_side = ((mine, theirs) for mine in one.units for theirs in other.units if mine.project == theirs.project)
    return _compatible(one, other) and not any(
        mine.image and theirs.image and full(mine.image) != full(theirs.image) for mine, theirs in side_by_side
    )


def _imaged(unit: Unit) -> list[str]:
    """The name of a unit; of what a cloud runs by image, what its image may be called after (``shop-sample-cart``)."""
    if unit.platform not in STACKS:
        return [fold(version(unit.name))]
    words = named(unit.image or "").lower().replace("_", "-").split("-")[-_WORDS:]
    tails = ["-".join(words[at:]) for at in range(len(words))]
    return [fold(tail) for tail in tails if tail and not generic(tail)]


def _deployed_only(one: Group, other: Group) -> bool:
    """Whether one of them is nothing but what a cloud runs: the other has its code or another packaging."""
    return any(all(unit.platform in STACKS for unit in group.units) and not group.roots for group in (one, other))


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


def _programs(unit: Unit) -> list[str]:
    """What a unit is called, and without the part it plays where its command names the rest."""
    program = fold(stem(unit.name))
    return list(dict.fromkeys((fold(version(unit.name)), *((program,) if program in words(unit) else ()))))
