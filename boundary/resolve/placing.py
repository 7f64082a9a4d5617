"""Which service a folder is that no unit builds: by mounts, image, name, and the folders beside it."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable

from boundary.facts import CatalogEntry
from boundary.model import Evidence
from boundary.resolve.files import Files, ancestors, called, fold, folder, inside
from boundary.resolve.groups import Group
from boundary.resolve.images import full, named
from boundary.resolve.spelling import version

_WORDS = 6
"""Words at the end of an image's name that may name a folder: ``deploy-acme-shop-orders``."""

_Index = dict[str, dict[Group, None]]


class Placing:
    """Brings folders to groups of units, or makes new groups of them; ``groups`` is the outcome."""

    def __init__(self, files: Files, groups: Iterable[Group]) -> None:
        self._files = files
        self.groups: list[Group] = []
        self._at: dict[str, Group] = {}
        self._above: set[str] = set()
        self._mounted: _Index = defaultdict(dict)
        self._pictured: _Index = defaultdict(dict)
        self._run: _Index = defaultdict(dict)
        self._named: _Index = defaultdict(dict)
        self._versions: _Index = defaultdict(dict)
        self._told: _Index = defaultdict(dict)
        for group in groups:
            self.add(group)

    def add(self, group: Group) -> None:
        """Take in a group as it is."""
        self.groups.append(group)
        for root in group.roots:
            self._root(group, root)
        for name in group.unit_names():
            self._named[name][group] = None
        for unit in group.units:
            for mount in unit.mounts:
                source = inside("", mount.source) if mount.kind == "bind" else None
                for above in (source, *ancestors(source)) if source else ():
                    self._mounted[above][group] = None
            image = named(unit.image or "").lower().replace("_", "-")
            words = image.split("-")[-_WORDS:] if image else []
            for at in range(len(words)):
                self._pictured[fold("".join(words[at:]))][group] = None
            plain = fold(version(image))
            self._pictured[fold(image)][group] = None
            self._pictured[plain][group] = None
            if unit.build is None and plain:
                self._run[plain][group] = None
            where = folder(unit.location.path)
            if unit.build is None and image.startswith(f"{called(where).lower().replace('_', '-')}-"):
                self._told[where][group] = None

    def folder(self, root: str, packages: Iterable[str], evidence: Evidence) -> None:
        """Take in a folder that holds a deployable, with its packages' names; a whole repository after the rest."""
        packages = [name for name in packages if name]
        home = self._at.get(root) or self._sought(root, packages)
        if home is None and root == self._files.repository(root):
            running = self._only_image(root)
            if len(running) > 1:
                return
            home = next(iter(running), None)
        around = None if home else self._around(root)
        if home is None and around is None:
            home = Group(location=evidence.location)
            self.groups.append(home)
        if home is not None and root not in home.roots:
            home.roots[root] = None
            self._root(home, root)
        for group in (home, around):
            if group is not None:
                group.packages += [name for name in packages if name not in group.packages]
                group.evidence.append(evidence)

    def _only_image(self, repository: str) -> list[Group]:
        """The groups that run the one image of a repository which no folder is known for, or the one that several of
        them run: what is built from the whole of it is that image, and whose code it is then cannot be told."""
        waiting = [
            group
            for group in self.groups
            if group.units and not group.roots and any(unit.image for unit in group.units)
            and self._near(group, repository)
        ]  # fmt: skip
        running: _Index = defaultdict(dict)
        for group in waiting:
            for unit in group.units:
                running[full(unit.image or "")][group] = None
        several = [list(groups) for groups in running.values() if len(groups) > 1]
        return several[0] if len(several) == 1 else waiting if len(running) == 1 else []

    def holds(self, path: str) -> bool:
        """Whether a path is, or lies in, the folder of a service."""
        return any(one in self._at for one in (path, *ancestors(path)))

    def contains(self, where: str) -> bool:
        """Whether services lie below a folder: its manifest is then the repository's tooling."""
        return where in self._above

    def _root(self, group: Group, root: str) -> None:
        self._at.setdefault(root, group)
        self._above.update(ancestors(root))
        self._versions[_family(root)][group] = None

    def _around(self, root: str) -> Group | None:
        """The group whose folder a folder lies in: another image of the same service, no service of its own. The
        workspace root is around everything and tells nothing."""
        return next((self._at[above] for above in ancestors(root) if above and above in self._at), None)

    def _sought(self, root: str, packages: list[str]) -> Group | None:
        """The group without a folder whose mounts, image or name are the folder's, that is told in the folder itself
        with an image that begins with its name (``orders-shop-boot``), or that has a version of it."""
        names = {fold(name) for name in (version(called(root)), *packages, *self._catalogued(root))} - {""}
        pictured = {group: None for name in names for group in self._pictured.get(name, ())}
        named_so = {group: None for name in names for group in self._named.get(name, ())}
        run = {group: None for name in names for group in self._run.get(name, ())}
        choices = (
            [group for group in self._mounted.get(root, ()) if root and not group.roots],
            [group for group in pictured if not group.roots],
            [group for group in named_so if not group.roots],
            [group for group in self._told.get(root, ()) if root and not group.roots],
            list(self._versions.get(_family(root), ())),
            [group for group in run if not names & group.called()],
        )
        mine = self._files.repository(root)
        for fitting in choices:
            near = [group for group in fitting if self._near(group, mine)]
            for choice in (near, fitting):
                if len(choice) == 1:
                    return choice[0]
        return None

    def _catalogued(self, root: str) -> list[str]:
        """What a catalogue that lies in the folder calls the one component that is there."""
        told = [
            one.name for path in self._files.folders.get(root, ()) for one in self._files.of(path, CatalogEntry)
            if one.kind.lower() == "component"
        ]  # fmt: skip
        return told if len(told) == 1 else []

    def _near(self, group: Group, repository: str) -> bool:
        return any(self._files.repository(unit.location.path) == repository for unit in group.units)


def _family(root: str) -> str:
    """What versions of one program beside each other have in common (``ads`` and ``ads-fixed``)."""
    return f"{folder(root)}/{fold(version(posixpath.basename(root)))}"
