"""Which units and folders are one service: by build folder, image, name, and what lies next to it.

A unit is one packaging; a service has many. Evidence is used from the strongest to the weakest, and never to bring
together what is known to be built from different folders.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from boundary.model import Evidence, Location
from boundary.resolve.files import Files, called, fold, folder, within
from boundary.resolve.images import alike, full, named
from boundary.resolve.landscape import Unit

_VERSION = re.compile(
    r"(.+?)([-_.](v?\d+([._-]\d+)*|fixed|broken|errors?|versions?|instrumented|patched|baseline|canary|blue|green|copy|backup))+",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(.+?)?([-_.]?\b(api|web|app|server|http|grpc|rpc|worker|workers|consumer|consumers|producer|listener|beat|scheduler|cron"
    r"|cronjob|job|jobs|celery|queue|migrate|migrations?|migrator|init|seed|setup|db-?init|outbox|relay|daemon|background|rq"
    r"|dramatiq|uwsgi|gunicorn|uvicorn|asgi|wsgi|backend))+",
    re.IGNORECASE,
)
_ALIAS = re.compile(r"(.+?)[-_.]?(service|svc|srv)", re.IGNORECASE)


def version(name: str) -> str:
    """A name without what tells versions and variants apart: ``ads`` of ``ads-v2``."""
    found = _VERSION.fullmatch(name)
    return found[1] if found else name


def stem(name: str) -> str:
    """A name without versions and without the part that a process plays: ``orders`` of ``orders-worker``, "" of
    ``worker``."""
    plain = version(name).replace("_", "-")
    found = _PART.fullmatch(plain)
    return (found[1] or "") if found else plain


def alias(name: str) -> str:
    """A folded name without ``-service``: an alias, no identity."""
    found = _ALIAS.fullmatch(name)
    return fold(found[1] if found else name)


@dataclass
class Group:
    """A service in the making. ``roots`` are its folders, best first; ``names`` what its packages are called."""

    units: list[Unit] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    location: Location | None = None
    name: str = ""

    def unit_names(self) -> set[str]:
        """The folded names of its units, and of the services in front of them."""
        return {fold(version(unit.name)) for unit in self.units}

    def called(self) -> set[str]:
        """The folded names of its folders and packages."""
        return {fold(version(called(root.removesuffix(".py")))) for root in self.roots} | {fold(n) for n in self.names}


class Grouping:
    """Groups units, then folders that no unit runs; ``groups`` is the outcome."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.groups: list[Group] = []

    def rooted(self, units: Iterable[tuple[Unit, str | None]]) -> None:
        """Take in units with the folder that they are built from (None: not known)."""
        by_root: dict[str, list[Unit]] = defaultdict(list)
        loose: list[Group] = []
        for unit, root in units:
            if root is None:
                loose.append(Group([unit]))
            else:
                by_root[root].append(unit)
        for root, members in sorted(by_root.items()):
            self.groups += self._programs(root, members)
        self.groups += loose
        self._join(lambda unit: (unit.project, fold(version(unit.name))), self._variants)
        self._join(self._own_image, self._same_program)
        self._join(lambda unit: (self.files.repository(unit.location.path), fold(version(unit.name))), _compatible)
        self._join(lambda unit: fold(version(unit.name)), _compatible, unique=True)

    def folder(self, root: str, names: Iterable[str], what: str, location: Location) -> None:
        """Take in a folder that holds a deployable, with the names of its package."""
        evidence = Evidence(location, what)
        names = [name for name in names if name]
        home = next((group for group in self.groups if root in group.roots), None) or self._sought(root, names)
        if home is None and (around := self._around(root)):
            home = around
            root = ""
        if home is None:
            home = Group(location=location)
            self.groups.append(home)
        if root and root not in home.roots:
            home.roots.append(root)
        elif not home.roots:
            home.roots.append(root)
        home.names += [name for name in names if name not in home.names]
        home.evidence.append(evidence)
        home.location = home.location or location

    # --- which group -----------------------------------------------------------------------------------------

    def _around(self, root: str) -> Group | None:
        """The group whose folder a folder lies in: another image of the same service, no service of its own. The
        workspace root is around everything and tells nothing."""
        holding = [group for group in self.groups if any(one and within(root, one) for one in group.roots)]
        return max(holding, key=lambda group: max(len(one) for one in group.roots if within(root, one)), default=None)

    def _sought(self, root: str, names: list[str]) -> Group | None:
        """The group without a folder whose image or name is the folder's, or whose folder is another version of it."""
        mine = self.files.repository(root)
        wanted = {version(called(root)), *names}
        tests: tuple[Callable[[Group], bool], ...] = (
            lambda group: not group.roots and any(_pictures(unit, wanted) for unit in group.units),
            lambda group: not group.roots and bool({fold(name) for name in wanted} & group.unit_names()),
            lambda group: any(_version_of(root, other) for other in group.roots),
        )
        for test in tests:
            fitting = [group for group in self.groups if test(group)]
            near = [group for group in fitting if any(self._near(unit, mine) for unit in group.units)]
            for choice in (near, fitting):
                if len(choice) == 1:
                    return choice[0]
        return None

    def _near(self, unit: Unit, repository: str) -> bool:
        return self.files.repository(unit.location.path) == repository

    # --- joining ---------------------------------------------------------------------------------------------

    def _join(self, key: Callable[[Unit], Hashable], fits: Callable[[Group, Group], bool], unique: bool = False) -> None:
        """Join groups with a unit of the same key where they fit; with ``unique`` only if all of them do."""
        by_key: dict[Hashable, list[Group]] = defaultdict(list)
        for group in self.groups:
            for one in {id(group): group}.values():
                for value in dict.fromkeys(key(unit) for unit in one.units):
                    if value is not None:
                        by_key[value].append(one)
        moved: dict[int, Group] = {}
        for members in by_key.values():
            current = list({id(one): one for one in (_moved(member, moved) for member in members)}.values())
            if unique and sum(1 for group in current if group.roots) > 1:
                continue
            for other in current[1:]:
                target = next((group for group in current if group is not other and _moved(group, moved) is group and fits(group, other)), None)
                if target is not None and _moved(other, moved) is other:
                    _merge(target, other)
                    moved[id(other)] = target
        self.groups = [group for group in self.groups if id(group) not in moved]

    def _own_image(self, unit: Unit) -> str | None:
        return full(unit.image) or None if unit.image else None

    def _same_program(self, one: Group, other: Group) -> bool:
        """Groups with one image are one service, unless the image holds several programs."""
        if one.roots and other.roots and one.roots != other.roots:
            return False
        units = [*one.units, *other.units]
        return len(self._own(one.roots[0] if one.roots else "", units)) < 2

    def _variants(self, one: Group, other: Group) -> bool:
        """The same unit of one project: alternative files build it from the one or the other folder."""
        return bool(one.units and other.units)

    # --- several programs in one folder ------------------------------------------------------------------------

    def _programs(self, root: str, units: list[Unit]) -> list[Group]:
        """One group for a build folder, or one for each program where its units start different ones."""
        own = self._own(root, units)
        if len(own) < 2:
            return [Group(list(units), [root])]
        groups: dict[str, Group] = {}
        for unit in units:
            name = fold(stem(unit.name)) or fold(unit.name)
            group = groups.setdefault(name, Group(roots=own.get(name, [])))
            group.units.append(unit)
        return list(groups.values())

    def _own(self, root: str, units: list[Unit]) -> dict[str, list[str]]:
        """The units' names that programs inside the folder have too, with those programs' folders or files."""
        found: dict[str, list[str]] = {}
        names = {fold(stem(unit.name)): unit for unit in units if stem(unit.name)}
        if len(names) < 2:
            return {}
        places: dict[str, list[str]] = defaultdict(list)
        for path in self.files.folders:
            if path and within(path, root) and self.files.folders[path] and any(_code(one) for one in self.files.folders[path]):
                places[fold(posixpath.basename(path))].append(path)
        for path in self.files.by_path:
            if within(path, root) and path.endswith(".py"):
                places[fold(posixpath.basename(path)[:-3])].append(path)
        for name, unit in names.items():
            starts = {fold(part) for word in unit.command for part in re.split(r"[/.:\s]", word)}
            if name in starts or (unit.command and places.get(name)):
                found[name] = places.get(name, [])
        return found if len(found) >= 2 else {}


def _code(path: str) -> bool:
    return path.endswith((".py", ".go", ".java", ".kt", ".js", ".ts", ".rb", ".cs", ".rs", ".php", ".ex", ".scala", ".cpp", ".c"))


def _moved(group: Group, moved: dict[int, Group]) -> Group:
    while id(group) in moved:
        group = moved[id(group)]
    return group


def _merge(into: Group, other: Group) -> None:
    into.units += other.units
    into.roots += [root for root in other.roots if root not in into.roots]
    into.names += other.names
    into.evidence += other.evidence


def _compatible(one: Group, other: Group) -> bool:
    """Not known to be built from different folders."""
    return not one.roots or not other.roots or bool(set(one.roots) & set(other.roots))


def _pictures(unit: Unit, names: set[str]) -> bool:
    return bool(unit.image) and any(name and (alike(unit.image or "", name) or fold(version(named(unit.image or ""))) == fold(name)) for name in names)


def _version_of(one: str, other: str) -> bool:
    """Whether two folders beside each other are versions of one program (``ads``, ``ads-fixed``)."""
    mine, theirs = posixpath.basename(one), posixpath.basename(other)
    return folder(one) == folder(other) and one != other and fold(version(mine)) == fold(version(theirs))
