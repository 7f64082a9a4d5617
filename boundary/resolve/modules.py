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

    def own(self, path: str, service: str) -> Iterator[str]:
        """Folders from which a file of a service finds its own modules: around it, the roots, shipped libraries."""
        yield from (above for above in ancestors(path) if service in self._whose.of(above))
        yield from self.roots(service)
        for home in sorted(home for home, owners in self._whose.land.homes.items() if service in owners):
            yield from (home, _join(home, "src"), folder(home))

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
