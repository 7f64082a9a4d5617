"""The folder behind an image that a deployment only names: a tool for development or delivery builds it.

Where one folder is built into images of several names, it is the workspace of several programs, and says of none of
them which it is: the folder within that is called as the image is does, where one folder holds them for the images.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from boundary.facts import ImageBuild
from boundary.resolve.files import Files, fold, folder, inside, place
from boundary.resolve.images import full, named
from boundary.resolve.landscape import Unit
from boundary.resolve.spelling import stem

_Place = tuple[str, str | None]
"""A build context, and the Dockerfile where it is told."""

_WORDS = 6
"""Words at the end of an image's name that may name a folder."""


def built(files: Files, found: list[Unit]) -> list[Unit]:
    """Units that run an image which a tool builds from one folder, with that folder."""
    made: dict[str, dict[_Place, None]] = defaultdict(dict)
    for path, one in files.all(ImageBuild):
        context = inside(folder(path), one.context)
        if context is not None and context in files.folders:
            made[full(one.image)][context, _dockerfile(files, path, context, one.dockerfile)] = None
    own = _own(files, {image: next(iter(places)) for image, places in made.items() if image and len(places) == 1})
    return [_from(unit, own.get(full(unit.image or ""))) for unit in found]


def _dockerfile(files: Files, path: str, context: str, written: str) -> str | None:
    """Where a Dockerfile is, named from the context or from the tool's file; None for the context's own."""
    if not written:
        return None
    below = inside(context, written)
    beside = inside(folder(path), written)
    return next((one for one in (below, beside) if one and one in files.folders.get(folder(one), ())), below)


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
            homes = _homes(files, context, several)
            found |= {image: (home, dockerfile or place(context, "Dockerfile")) for image, home in homes.items()}
    return found


def _homes(files: Files, context: str, images: list[str]) -> dict[str, str]:
    """The folders that are called as images are, in the folder that holds one for the most of them."""
    below: dict[str, dict[str, str]] = defaultdict(dict)
    start = f"{context}/" if context else ""
    for path in files.folders:
        if path.startswith(start) and path != context:
            below[folder(path)].setdefault(fold(posixpath.basename(path)), path)
    chosen: dict[str, dict[str, str]] = {}
    for around, inner in below.items():
        homes = {image: home for image in images if (home := next(_called(image, inner), None))}
        if len(homes) > 1:
            chosen[around] = homes
    most = max(map(len, chosen.values()), default=0)
    best = [homes for homes in chosen.values() if len(homes) == most]
    return best[0] if len(best) == 1 else {}


def _called(image: str, inner: Mapping[str, str]) -> Iterator[str]:
    """The folders that an image's name ends with, the longest name first (``shop-ng-client`` before ``client``)."""
    words = named(image).lower().replace("_", "-").split("-")[-_WORDS:]
    tails = (fold("".join(words[at:])) for at in range(len(words)))
    return (inner[tail] for tail in tails if tail in inner)
