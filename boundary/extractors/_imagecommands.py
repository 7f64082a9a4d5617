"""Images that commands build: ``docker build -t acme/orders:2 orders``, and what is given another name afterwards.

References: https://docs.docker.com/reference/cli/docker/buildx/build/ ,
https://docs.docker.com/reference/cli/docker/image/tag/ ,
https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md ,
https://cloud.google.com/sdk/gcloud/reference/builds/submit , https://learn.microsoft.com/cli/azure/acr#az-acr-build .
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from boundary.facts import ImageBuild, Text
from boundary.reading.shell import commands

PROGRAMS = frozenset({"docker", "podman", "nerdctl", "buildah", "gcloud", "az"})
_ENGINES = ("docker", "podman", "nerdctl", "buildah")
_BUILDS = (
    *((one, *verbs) for one in _ENGINES for verbs in (("build",), ("image", "build"), ("buildx", "build"))),
    ("buildah", "bud"), ("gcloud", "builds", "submit"), ("az", "acr", "build"),
)  # fmt: skip
_TAGS = ("-t", "--tag", "--image")
_FILES = ("-f", "--file")
_VALUED = frozenset({
    "--build-arg", "--target", "--platform", "--network", "--label", "--cache-from", "--cache-to", "--secret", "--ssh",
    "--progress", "--output", "-o", "--builder", "--add-host", "--build-context", "--iidfile", "--metadata-file", "-m",
    "--memory", "--shm-size", "--ulimit", "--pull-policy", "--registry", "-r", "--resource-group", "-g", "--project",
    "--config", "--timeout", "--region", "--substitutions", "--agent-pool", "--subscription",
})  # fmt: skip

_RECIPE = re.compile(
    r"^[^\n#]{0,500}\b(?:docker|podman|nerdctl|buildah|gcloud|az)[ \t][^\n]{0,500}\b(?:build|bud|tag|submit)\b[^\n]*",
    re.MULTILINE,
)
_SETS = re.compile(r"^(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*([\w./:-]*)[ \t]*$", re.MULTILINE)
_TAKES = re.compile(r"\$[({]([A-Za-z_]\w*)[)}]|\{\{\s*\.?([A-Za-z_]\w*)\s*\}\}|\$@")


def command(words: list[str], entered: str | None, line: int, known: dict[str, ImageBuild]) -> Iterator[ImageBuild]:
    """What a command builds, by its words, in which what is not known stands in braces, and the folder that was entered
    for it. ``known`` are the images that the commands before it built, and is added to."""
    if entered is None:
        return
    verbs = next((one for one in _BUILDS if tuple(words[: len(one)]) == one), ())
    if verbs:
        yield from _built(list(words[len(verbs) :]), entered, line, known)
    elif words[0] in _ENGINES and "tag" in words[1:3]:
        names = words[words.index("tag") + 1 :]
        if len(names) == len(("source", "target")) and names[0] in known:
            yield msgspec.structs.replace(known[names[0]], image=names[1], line=line)


def _built(rest: list[str], entered: str, line: int, known: dict[str, ImageBuild]) -> Iterator[ImageBuild]:
    tags: list[str] = []
    files: list[str] = []
    plain: list[str] = []
    contexts: list[tuple[str, str]] = []
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if flag in (*_TAGS, *_FILES):
            given = value if equals else rest.pop(0) if rest else ""
            (tags if flag in _TAGS else files).append(given)
        elif flag == "--build-context":
            name, _, place = (value if equals else rest.pop(0) if rest else "").partition("=")
            contexts += [(name, _joined(entered, place))] if place and "{" not in place and "://" not in place else []
        elif not word.startswith("-"):
            plain.append(word)
        elif flag in _VALUED and not equals and rest:
            rest.pop(0)
    context = plain[-1] if plain else "."
    if "{" in context or ":" in context or context.startswith(("/", "-", "~")):
        return
    file = files[-1] if files else "Dockerfile"
    for image in tags:
        if image and "{" not in file:
            below = file if files else posixpath.join(context, file)
            made = ImageBuild(image, _joined(entered, context), _joined(entered, below), tuple(contexts), line=line)
            known[image] = made
            yield made


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def of_recipes(text: str) -> Iterator[ImageBuild]:
    """What the recipes of a Makefile, or of what resembles one, build; each line is a shell of its own."""
    joined = re.sub(r"\\\n", lambda _: " \x00", text)  # The mark keeps the count of lines.
    values = dict(_SETS.findall(text))
    known: dict[str, ImageBuild] = {}
    line, seen = 1, 0
    for found in _RECIPE.finditer(joined):
        before = joined[seen : found.start()]
        line, seen = line + before.count("\n") + before.count("\x00"), found.start()
        recipe = found[0].replace("\x00", "").lstrip("\t -@")
        filled = _TAKES.sub(lambda place: values.get(place[1] or place[2] or "", "UNKNOWN"), recipe)
        for one in commands(filled):
            words = [word.text if isinstance(word, Text) else "{}" for word in one.words]
            entered = one.folder.text if isinstance(one.folder, Text) else None if one.folder else ""
            if words and words[0] in PROGRAMS:
                yield from command([word.replace("UNKNOWN", "{}") for word in words], entered, line, known)
