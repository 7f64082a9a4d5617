"""The folder behind an image that a deployment only names: a tool for development or delivery builds it.

Where one folder is built into images of several names, it is the workspace of several programs, and says of none of
them which it is: the folder within that is called as the image is does, where one folder holds them for the images.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from boundary.facts import ImageBuild
from boundary.resolve.files import Files, ancestors, fold, folder, inside, place
from boundary.resolve.images import full, known, named
from boundary.resolve.landscape import Unit
from boundary.resolve.siblings import homes
from boundary.resolve.spelling import stem

_Place = tuple[str, str | None]
"""A build context, and the Dockerfile where it is told."""

_WORDS = 6
"""Words at the end of an image's name that may name a folder."""


def built(files: Files, found: list[Unit]) -> list[Unit]:
    """Units that run an image which a tool builds from one folder, with that folder."""
    made: dict[str, dict[_Place, None]] = defaultdict(dict)
    for path, one in files.all(ImageBuild):
        where = next(places_of(files, path, one), None)
        if where is not None:
            made[full(one.image)][where] = None
    own = _own(files, {image: next(iter(places)) for image, places in made.items() if image and len(places) == 1})
    loose = _loose(own)
    return [_from(unit, own.get(full(unit.image or "")) or _of_name(unit, own, loose)) for unit in found]


def places_of(files: Files, path: str, one: ImageBuild) -> Iterator[_Place]:
    """The context of a build, and its Dockerfile where that is told: named from the context, or from the folder where
    the tool starts, which is that of its file, or one around it."""
    for start in (folder(path), *ancestors(folder(path))):
        context = inside(start, one.context)
        if context is None or context not in files.folders:
            continue
        if not one.dockerfile:
            yield context, None
        for file in (inside(context, one.dockerfile), inside(start, one.dockerfile)) if one.dockerfile else ():
            if file and file in files.folders.get(folder(file), ()):
                yield context, file


def _loose(own: Mapping[str, _Place]) -> dict[str, _Place]:
    """The places by the bare names of their images, where no two images are called so."""
    found: dict[str, list[_Place]] = defaultdict(list)
    for image, where in own.items():
        found[image.rpartition("/")[2]].append(where)
    return {name: places[0] for name, places in found.items() if name and len(places) == 1}


def _of_name(unit: Unit, own: Mapping[str, _Place], loose: Mapping[str, _Place]) -> _Place | None:
    """The place of an image whose registry is not known where it is built, or where it runs (``${REG}/orders``); a tool
    that builds ``shop-orders`` leaves it to the call (Skaffold's ``--default-repo``)."""
    image = full(unit.image or "")
    name = image.rpartition("/")[2]
    written = next((one for one in own if one.rpartition("/")[2] == name), "") if name in loose else ""
    bare = "/" not in written.lstrip("/") and known(image) is None
    return loose[name] if written and (bare or re.search(r"[{$]", f"{image} {written}")) else None


def _from(unit: Unit, where: _Place | None) -> Unit:
    if unit.build is not None or where is None:
        return unit
    build, dockerfile = where
    return msgspec.structs.replace(unit, build=build, dockerfile=dockerfile or place(build, "Dockerfile"))


def _own(files: Files, made: Mapping[str, _Place]) -> dict[str, _Place]:
    """For each image the place that is its own, as far as there is one."""
    images: dict[_Place, list[str]] = defaultdict(list)
    for image, where in made.items():
        images[where].append(image)
    found: dict[str, _Place] = {}
    for where, several in images.items():
        if len({fold(stem(named(image))) for image in several}) < 2:
            found |= dict.fromkeys(several, where)
        else:
            context, dockerfile = where
            found_in = homes(files, context, {image: _names(image) for image in several})
            found |= {image: (home, dockerfile or place(context, "Dockerfile")) for image, home in found_in.items()}
    return found


def _names(image: str) -> list[str]:
    """What an image's name ends with, the longest first (``shop-ng-client`` before ``client``), folded."""
    words = named(image).lower().replace("_", "-").split("-")[-_WORDS:]
    return [fold("".join(words[at:])) for at in range(len(words))]
