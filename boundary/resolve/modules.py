"""Where the modules of Python code lie: from a dotted name and a folder to a file, symbolic links followed.

"The import system" of the Python reference (packages, namespace packages) and ``sys.path`` of its library reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from boundary.facts import SymbolicLink
from boundary.resolve.files import ancestors, folder, inside, within
from boundary.resolve.whose import Whose

_INSIDE = ("src", "lib", "app/src", "python")
_ENDINGS = (".py", ".pyi")


@dataclass(frozen=True, slots=True)
class Found:
    """A module's file (or a namespace package's folder), and the symbolic link on the way to it ("" for none)."""

    path: str
    link: str = ""


class Modules:
    """All Python files of a workspace by the folders from which they can be imported."""

    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        paths = [path for path in whose.files.by_path if path.endswith(_ENDINGS)]
        self._files = frozenset(paths)
        self._packages = frozenset(above for path in paths for above in ancestors(path))
        found = ((path, inside(folder(path), link.target)) for path, link in whose.files.all(SymbolicLink))
        self._links = {path: target for path, target in found if target is not None}
        self._tops = self._index()
        named = (path.rpartition("/")[2] for path in (*self._files, *self._packages, *self._links))
        self._stems = frozenset(name.partition(".")[0] for name in named)
        self._own: dict[tuple[str, str, str, str], Found | None] = {}
        self._around: dict[tuple[str, str], list[str]] = {}

    def _index(self) -> dict[str, dict[str, str]]:
        """Top-level names to the services that have them and the folder from which each is imported."""
        children: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._files | self._packages):
            children[folder(path)].append(path)
        tops: dict[str, dict[str, str]] = defaultdict(dict)
        for service in self._whose.land.services:
            for base in self.roots(service.id):
                for path in children[base]:
                    if service.id in self._whose.of(path):
                        tops[path.rpartition("/")[2].partition(".")[0]].setdefault(service.id, base)
        return tops

    def roots(self, service: str) -> list[str]:
        """Folders of a service from which its modules are imported when it runs."""
        places = [root for root in self._whose.services[service].roots if root in self._whose.files.folders]
        return list(dict.fromkeys(path for root in places for path in (root, *(_join(root, name) for name in _INSIDE))))

    def known(self, dotted: str) -> bool:
        """Whether anything in the workspace is called as the first part of a module's name; most imports end here."""
        return dotted.partition(".")[0] in self._stems

    def mine(self, path: str, service: str, dotted: str, name: str) -> Found | None:
        """A service's own module, or one that it reaches by a symbolic link, as a file of it means the name."""
        key = (folder(path), service, dotted, name)
        if key not in self._own:
            found = (self.find(base, dotted, name) for base in self._bases(folder(path), service))
            own = (one for one in found if one and (one.link or service in self._whose.of(one.path)))
            self._own[key] = next(own, None)
        return self._own[key]

    def _bases(self, place: str, service: str) -> list[str]:
        """Folders from which a file finds its own modules: those around it, the roots, shipped libraries."""
        if (place, service) not in self._around:
            above = [one for one in (place, *ancestors(place)) if service in self._whose.of(one)]
            homes = sorted(home for home, owners in self._whose.land.homes.items() if service in owners)
            libraries = [base for home in homes for base in (home, _join(home, "src"), folder(home))]
            self._around[place, service] = list(dict.fromkeys([*above, *self.roots(service), *libraries]))
        return self._around[place, service]

    def around(self, path: str, service: str) -> Iterator[str]:
        """Folders around a file that are not the service's own, up to its repository's root."""
        repository = self._whose.services[service].repository
        for above in ancestors(path):
            if within(above, repository) and service not in self._whose.of(above):
                yield above

    def only_in(self, top: str, mine: str) -> str | None:
        """The folder from which a top-level name is imported that exactly one service has, which is not mine."""
        holders = self._tops.get(top, {})
        return next(iter(holders.values())) if len(holders) == 1 and mine not in holders else None

    def find(self, base: str, dotted: str, name: str = "") -> Found | None:
        """The file of ``name`` in module ``dotted``, or of the module itself, when it is looked up in a folder."""
        path, link = self._followed(_join(base, dotted.replace(".", "/")))
        inner = _join(path, name) if name and name != "*" else ""
        for stem in (inner, path) if inner else (path,):
            for candidate in (stem + ".py", f"{stem}/__init__.py", stem + ".pyi"):
                if candidate in self._files:
                    return Found(candidate, link)
        return Found(path, link) if path in self._packages and path != base else None

    def _followed(self, path: str) -> tuple[str, str]:
        """A path with the first symbolic link on it replaced by what it points to, and that link."""
        for prefix in (path, *ancestors(path)) if self._links else ():
            if prefix in self._links:
                return _join(self._links[prefix], path[len(prefix) + 1 :]), prefix
        return path, ""


def _join(base: str, name: str) -> str:
    return f"{base}/{name}" if base and name else base or name
