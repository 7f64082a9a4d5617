"""Programs of Go and the packages that they are compiled from.

One module may hold many services: which program an image has, its Dockerfile says where it builds it, and which
packages a program is made of, their imports say. Sources: ``go help build``, ``go help packages``;
https://go.dev/ref/mod.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from boundary.facts import Dependency, ImageSetting, Import, Namespace, Package
from boundary.resolve.files import Files, ancestors, folder, inside, within
from boundary.resolve.landscape import Service

_BUILD = re.compile(r"\bgo\s+(?:build|install|run)\b([^&|;\n]*)")
_PATH = re.compile(r"[\w./-]+")


class Compiled:
    """The packages of Go in a workspace by their folders."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._imports: dict[str, set[str]] = defaultdict(set)
        self.mains: set[str] = set()
        for path, said in files.all(Namespace):
            if path.endswith(".go"):
                self._imports[folder(path)] |= {one.module for one in files.of(path, Import)}
                if said.name == "main":
                    self.mains.add(folder(path))
        self._modules: dict[str, list[str]] = defaultdict(list)
        for path, package in files.all(Package):
            if package.ecosystem == "go" and package.name:
                self._modules[package.name].append(folder(path))
        for path, dependency in files.all(Dependency):
            target = inside(folder(path), dependency.target) if dependency.ecosystem == "go" else None
            if dependency.target and target is not None:
                self._modules[dependency.name].append(target)

    def program(self, dockerfile: str) -> str | None:
        """The folder of the one main package that a Dockerfile builds or runs; None for none, or several."""
        found: set[str] = set()
        for setting in self._files.of(dockerfile, ImageSetting) if self.mains else ():
            if setting.kind in ("run", "cmd", "entrypoint"):
                for command in _BUILD.finditer(str(setting.value)):
                    found |= self._named(folder(dockerfile), _PATH.findall(command[1])[-3:])
        return next(iter(found)) if len(found) == 1 else None

    def _named(self, where: str, words: Iterable[str]) -> set[str]:
        """The main packages among the last words of a command; each is looked up from the Dockerfile upwards."""
        found = set()
        for word in words:
            for base in (where, *ancestors(where)):
                place = inside(base, folder(word) if word.endswith(".go") else word)
                if place and place in self.mains:
                    found.add(place)
                    break
        return found

    def home(self, main: str, base: str) -> str:
        """The folder of a program: what lies above ``cmd``, else the main package's own."""
        parts = main[len(base) :].strip("/").split("/")
        above = "/".join(parts[: parts.index("cmd")]) if "cmd" in parts else ""
        return f"{base}/{above}".strip("/") if above else main

    def shared(self, services: Sequence[Service]) -> dict[str, set[str]]:
        """The folders of packages that lie in no service's root, with the services whose programs are made of them."""
        roots = [(root, service.id) for service in services for root in service.roots]
        found: dict[str, set[str]] = defaultdict(set)
        for root, identity in roots:
            for place in self._reached([one for one in self._imports if within(one, root)]):
                if not any(within(place, other) for other, _ in roots):
                    found[place].add(identity)
        return found

    def _reached(self, start: list[str]) -> set[str]:
        """The folders of packages that some packages import, directly or not."""
        seen = set(start)
        waiting = list(start)
        while waiting:
            here = waiting.pop()
            for module in self._imports[here]:
                place = self._place(here, module)
                if place is not None and place not in seen:
                    seen.add(place)
                    waiting.append(place)
        return seen - set(start)

    def _place(self, importer: str, path: str) -> str | None:
        name = path
        while name:
            below = path[len(name) :]
            homes = [f"{home}{below}".strip("/") for home in self._modules.get(name, ())]
            known = [home for home in homes if home in self._imports]
            if known:
                return max(known, key=lambda home: (len(_common(home, importer)), home))
            name = name.rpartition("/")[0]
        return None


def _common(one: str, other: str) -> list[str]:
    same = []
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        same.append(left)
    return same
