"""Which programs of one folder or image its units start."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import takewhile

from boundary.facts import ImageStage, Package
from boundary.resolve.files import Files, ancestors, fold, folder, inside, is_code
from boundary.resolve.images import full
from boundary.resolve.landscape import Unit
from boundary.resolve.siblings import homes
from boundary.resolve.spelling import stem

_SERVICE = re.compile(r"[-_](?:service|svc|srv)$", re.IGNORECASE)
_WORK = re.compile(
    r"(?:^|[-_])(?:workers?|consumers?|clock|cron|jobs?|scheduler|migrations?|migrate|seed)$", re.IGNORECASE
)


def words(unit: Unit) -> set[str]:
    """The parts of a command that may name a program, folded: ``./cmd/geo`` gives ``cmd`` and ``geo``."""
    return {fold(part) for word in unit.command for part in re.split(r"[/.:\s]", word) if part}


def starts(unit: Unit) -> str:
    """What the first word of a command names, folded."""
    return fold(posixpath.basename(unit.command[0])) if unit.command else ""


def started(files: Files, root: str | None, units: Sequence[Unit]) -> dict[str, list[str]]:
    """The programs that units of one build folder (None: of one image) are named after, with their folders or files.

    A unit has its own program when its command starts it, or when the folder holds code of its name and it has a
    command, or an image of its own; a name among the arguments (``run consumer ingest-orders``) is a part of one
    program. Fewer than two: the units are parts of one service, and there are none to tell apart.
    """
    named = {fold(stem(unit.name)): unit for unit in units if stem(unit.name)}
    if len(named) < 2:
        return {}
    if root is not None and _apart(units) and (beside := _beside(files, root, named)):
        return beside
    places = {} if root is None else _places(files, root)
    apart = _apart(units) and all(len(places.get(name, ())) == 1 for name in named)
    found = {
        name: places.get(name, [])
        for name, unit in named.items()
        if (name in words(unit) and (root is None or starts(unit) == name))
        or ((unit.command or apart) and places.get(name))
    }
    if root is None and _are_parts(units, [named[name] for name in found]):
        return {}
    return found if len(found) > 1 else {}


def by_variable(files: Files, root: str, units: Sequence[Unit]) -> dict[str, str]:
    """The modules that units of one build folder run, by the units' keys, where a variable names one of them to each,
    or the stage that is built is called as one: an image of all sources starts what ``MODULE=orders`` says."""
    named: dict[str, dict[str, str]] = defaultdict(dict)
    for unit in units:
        for name, text in (("", unit.stage), *((one.name, one.value.text or "") for one in unit.variables)):
            place = inside(root, text) if text and len(text) < _LONGEST else None
            if place and place != root and any(files.of(path, Package) for path in files.folders.get(place, ())):
                named[name][unit.key] = place
    most = max(named.values(), key=lambda homes: (len(set(homes.values())), sorted(homes.items())), default={})
    return most if len(set(most.values())) > 1 else {}


_LONGEST = 100
"""Characters of a variable that may name a folder."""


def _apart(units: Sequence[Unit]) -> bool:
    """Whether one Dockerfile makes an image for each of the units: arguments tell it whose."""
    images = {unit.name: full(unit.image) if unit.image else unit.name for unit in units}
    return len({unit.dockerfile for unit in units}) == 1 and len(set(images.values())) == len(images)


def _beside(files: Files, root: str, named: Mapping[str, Unit]) -> dict[str, list[str]]:
    """The folders of units that one Dockerfile makes apart, where they lie beside each other and each has one."""
    names = {key: (key, fold(_SERVICE.sub("", stem(unit.name)))) for key, unit in named.items()}
    found = homes(files, root, names) if not any(unit.command for unit in named.values()) else {}
    whole = len(found) == len(named) == len(set(found.values()))
    return {key: [path] for key, path in found.items()} if whole else {}


def _are_parts(units: Sequence[Unit], own: Sequence[Unit]) -> bool:
    """Whether units of one image are processes of one program: one is called after nothing but what it is (``api``),
    and those that start something of their name after their work (``billing-worker``)."""
    return any(not stem(unit.name) for unit in units) and all(_WORK.search(unit.name) for unit in own)


def folders(files: Files, root: str) -> dict[str, list[str]]:
    """Folders with code below a folder, by their folded names."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in dict.fromkeys(folder(path) for path in files.below(root) if is_code(path)):
        if path != root:
            found[fold(posixpath.basename(path))].append(path)
    return found


def unpacked(files: Files, root: str) -> dict[str, list[str]]:
    """Folders below a folder with code that no manifest and no Dockerfile tells about, by their folded names."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    paths = files.below(root)
    told = {folder(path) for path in paths if any(files.of(path, Package))} - {root}
    packed = {one for path in paths if any(files.of(path, ImageStage)) for one in ancestors(path)}
    for path in dict.fromkeys(folder(path) for path in paths if is_code(path)):
        above = list(takewhile(lambda one: one != root, (path, *ancestors(path))))
        for one in above if told.isdisjoint(above) else ():
            if one not in packed and "/src/main/" not in f"{one}/":
                found[fold(posixpath.basename(one))][one] = None
    return {name: list(folders) for name, folders in found.items()}


def _places(files: Files, root: str) -> dict[str, list[str]]:
    """Folders with code and Python files below a folder, by their folded names."""
    found = folders(files, root)
    for path in files.below(root):
        if path.endswith(".py"):
            found[fold(posixpath.basename(path).removesuffix(".py"))].append(path)
    return found
