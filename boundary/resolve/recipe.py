"""One Dockerfile as a whole: the stages, settings and copies that hold for what is built in the end."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import msgspec

from boundary.facts import ImageCopy, ImageSetting, ImageStage
from boundary.model import Evidence, Location, Value
from boundary.resolve.environment import fill, text
from boundary.resolve.files import Files, folder
from boundary.resolve.images import known
from boundary.resolve.landscape import Binding


class Recipe(msgspec.Struct, frozen=True):
    """A Dockerfile. ``base`` is the image that the last stage comes from in the end, ``bases`` those of all stages.

    ``variables``, ``exposed`` and ``commands`` hold for the last stage; ``copied`` are sources within the build
    context, ``foreign`` the copies from images and named contexts.
    """

    path: str
    line: int
    base: str
    bases: tuple[str, ...]
    starts: bool
    variables: tuple[Binding, ...]
    exposed: tuple[tuple[int, Value], ...]
    copied: tuple[str, ...]
    foreign: tuple[ImageCopy, ...]
    commands: tuple[tuple[int, Value], ...] = ()

    @property
    def folder(self) -> str:
        """The folder that the Dockerfile stands in."""
        return folder(self.path)

    @property
    def language(self) -> str:
        """The language that its base images are for, "" for none."""
        images = (known(base) for base in (self.base, *self.bases))
        return next((one.technology for one in images if one and one.kind == "base" and one.technology), "")

    @property
    def proxies(self) -> bool:
        """Whether it makes a web server a proxy: with a configuration, and with nothing that was built for it."""
        configured = any(".conf" in source or "nginx" in source or "httpd" in source for source in self.copied)
        return configured and not self.language


def read(files: Files, path: str, wanted: str = "") -> Recipe:
    """A Dockerfile as what its last stage makes, or the one that is wanted; then only what is copied into that, and
    into the stages that it takes from, is its own."""
    stages = files.of(path, ImageStage)
    names = {stage.name.lower(): stage.index for stage in stages if stage.name}
    chain = [stages[names[wanted]] if wanted in names else stages[-1]]
    while (below := names.get(str(chain[-1].base).lower(), chain[-1].index)) < chain[-1].index:
        chain.append(stages[below])
    order = [-1, *(stage.index for stage in reversed(chain))]
    settings = files.of(path, ImageSetting)
    said = sorted((one for one in settings if one.stage in order), key=lambda one: (order.index(one.stage), one.line))
    arguments = {one.name: Binding(one.name, one.value, ()) for one in said if one.kind == "arg" and one.value.parts}
    copies = copied(stages, files.of(path, ImageCopy), wanted)
    written = (text(source, arguments) for copy in copies if not copy.origin for source in copy.sources)
    plain = (source for source in written if "://" not in source)
    return Recipe(
        path=path,
        line=chain[0].line,
        base=str(fill(chain[-1].base, arguments)[0]),
        bases=tuple(str(fill(stage.base, arguments)[0]) for stage in stages if str(stage.base).lower() not in names),
        starts=any(one.kind in ("cmd", "entrypoint") for one in said),
        variables=_variables(path, said),
        exposed=tuple((one.line, one.value) for one in said if one.kind == "expose"),
        copied=tuple(dict.fromkeys(posixpath.normpath(source.lstrip("/") or ".") for source in plain)),
        foreign=tuple(copy for copy in copies if copy.origin and copy.origin.lower() not in names),
        commands=tuple((one.line, one.value) for one in said if one.kind in ("cmd", "entrypoint")),
    )


def copied(stages: Sequence[ImageStage], copies: Sequence[ImageCopy], wanted: str) -> Sequence[ImageCopy]:
    """What is copied into a stage, and into those that it is built upon or copies from; all where none is wanted."""
    names = {stage.name.lower(): stage.index for stage in stages if stage.name}
    if wanted.lower() not in names:
        return copies
    found: set[int] = set()
    waiting = [names[wanted.lower()]]
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            taken = [str(stages[index].base), *(copy.origin for copy in copies if copy.stage == index)]
            waiting += [names[one.lower()] for one in taken if one.lower() in names]
    return [copy for copy in copies if copy.stage in found]


def _variables(path: str, said: list[ImageSetting]) -> tuple[Binding, ...]:
    known: dict[str, Binding] = {}
    lasting = {}
    for one in said:
        if one.kind in ("env", "arg"):
            here = Evidence(Location(path, one.line, one.column), f"the image sets {one.name}")
            known[one.name] = Binding(one.name, fill(one.value, known)[0], (here,))
            if one.kind == "env":
                lasting[one.name] = known[one.name]
    return tuple(lasting.values())
