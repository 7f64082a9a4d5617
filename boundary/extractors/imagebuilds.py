"""Which folder an image is built from, as tools for development and delivery say it.

Skaffold's artifacts (https://skaffold.dev/docs/references/yaml/), Tilt's ``docker_build``
(https://docs.tilt.dev/api.html#api.docker_build), targets of Docker Bake
(https://docs.docker.com/build/bake/reference/), steps of ``docker/build-push-action``, and recipes of Make, Task and
just.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import documents, peek
from boundary.extractors._imagecommands import of_recipes
from boundary.extractors._matrices import Run, filled, runs
from boundary.facts import ImageBuild
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "image-build"

_SKAFFOLD = re.compile(r"(?:^|/)skaffold[\w.-]*\.ya?ml$")
_TILT = re.compile(r"(?:^|/)(?:Tiltfile|[\w.-]+\.tiltfile)$")
_BAKE = re.compile(r"(?:^|/)docker-bake[\w.-]*\.(?:hcl|json)$")
_RECIPES = re.compile(r"(?:^|/)(?:(?:GNU)?[Mm]akefile|[\w.-]+\.mk|[Jj]ustfile|[Tt]askfile\.ya?ml)$")
_WORKFLOW = re.compile(r"(?:^|/)\.github/workflows/[^/]+\.ya?ml$")
_TILT_CALL = re.compile(
    r"^[ \t]*(?:docker_build|custom_build|docker_build_with_restart)\(\s{0,200}(?:ref[ \t]*=[ \t]*)?"
    r"[\"']([^\"'\n]+)[\"'][ \t]*,\s{0,200}(?:context[ \t]*=[ \t]*)?[\"']([^\"'\n]*)[\"']([^)]{0,2000})",
    re.MULTILINE,
)
_TILT_FILE = re.compile(r"dockerfile\s*=\s*[\"']([^\"'\n]+)[\"']")
_BAKE_BLOCK = re.compile(r"^(?=\w+[ \t]+\"[\w-]*\"[ \t]*\{)", re.MULTILINE)
_BAKE_TARGET = re.compile(r"target[ \t]+\"([\w-]+)\"[ \t]*\{")
_BAKE_KEY = re.compile(r"^[ \t]*(context|dockerfile)[ \t]*=[ \t]*\"([^\"\n]*)\"", re.MULTILINE)
_BAKE_CONTEXTS = re.compile(r"^[ \t]*contexts[ \t]*=[ \t]*\{([^}]{0,2000})\}", re.MULTILINE)
_BAKE_CONTEXT = re.compile(r"^[ \t]*\"?([\w.-]+)\"?[ \t]*[=:][ \t]*\"([^\"\n]*)\"", re.MULTILINE)
_BAKE_TAG = re.compile(r"^[ \t]*tags[ \t]*=[ \t]*\[\s{0,200}\"([^\"\n]+)\"", re.MULTILINE)


def matches(path: str) -> bool:
    """Files of these tools by their names."""
    return any(form.search(path) for form in (_SKAFFOLD, _TILT, _BAKE, _RECIPES, _WORKFLOW))


def extract(source: Source) -> Iterator[ImageBuild]:
    """The images that a file has built."""
    text = peek(source)
    if _TILT.search(source.path):
        yield from _tilt(text)
    elif _RECIPES.search(source.path):
        yield from of_recipes(text)
    elif source.path.endswith(".hcl"):
        yield from _bake(text)
    elif _WORKFLOW.search(source.path):
        if "build-push-action" in text:
            for document in documents(source, certain=False):
                yield from _workflow(document)
    else:
        for document in documents(source, certain=False):
            yield from _skaffold(document) if _SKAFFOLD.search(source.path) else _targets(document)


def _skaffold(document: Node) -> Iterator[ImageBuild]:
    builds = [document.get("build"), *(one.get("build") for one in document.get("profiles").items)]
    for build in builds:
        for artifact in build.get("artifacts").items:
            image, context = artifact.get("image"), artifact.get("context").string or "."
            if image:
                dockerfile = artifact.get("docker", "dockerfile").string
                yield ImageBuild(image.text, context, dockerfile, line=image.line)


def _tilt(text: str) -> Iterator[ImageBuild]:
    line, seen = 1, 0
    for call in _TILT_CALL.finditer(text):
        dockerfile = _TILT_FILE.search(call[3])
        line += text.count("\n", seen, call.start(1))
        seen = call.start(1)
        yield ImageBuild(call[1], call[2] or ".", dockerfile[1] if dockerfile else "", line=line)


def _bake(text: str) -> Iterator[ImageBuild]:
    line = 1
    for piece in _BAKE_BLOCK.split(text):
        target = _BAKE_TARGET.match(piece)
        keys, tag = dict(_BAKE_KEY.findall(piece)), _BAKE_TAG.search(piece)
        if target and ("context" in keys or "dockerfile" in keys):
            image = tag[1] if tag else target[1]
            more = _BAKE_CONTEXTS.search(piece)
            contexts = tuple(_BAKE_CONTEXT.findall(more[1])) if more else ()
            yield ImageBuild(image, keys.get("context", "."), keys.get("dockerfile", ""), contexts, line=line)
        line += piece.count("\n")


def _targets(document: Node) -> Iterator[ImageBuild]:
    for key, target in document.get("target").pairs:
        tags = target.get("tags").strings
        dockerfile = target.get("dockerfile").string
        if target.get("context") or dockerfile:
            image = tags[0] if tags else key.text
            contexts = tuple((name.text, value.string) for name, value in target.get("contexts").pairs)
            yield ImageBuild(image, target.get("context").string or ".", dockerfile, contexts, line=key.line)


def _workflow(document: Node) -> Iterator[ImageBuild]:
    for _, job in document.get("jobs").pairs:
        pushing = [one for one in job.get("steps").items if "build-push-action" in one.get("uses").text]
        for run in runs(job.get("strategy", "matrix")) if pushing else ():
            for step in pushing:
                yield from _pushed(step.get("with"), run)


def _pushed(given: Node, run: Run) -> Iterator[ImageBuild]:
    tag = filled(given.get("tags").string, run).split("\n")[0].split(",")[0].strip()
    context, dockerfile = (filled(given.get(key).string, run) for key in ("context", "file"))
    if tag and (context or dockerfile) and "${{" not in context + dockerfile:
        # A version that an expression fills in is no part of the name.
        image = re.sub(r":\$\{\{.*|@.*", "", tag)
        written = filled(given.get("build-contexts").text, run)
        pairs = (word.strip().partition("=") for word in written.splitlines() if "=" in word and "${{" not in word)
        contexts = tuple((name, where) for name, _, where in pairs)
        yield ImageBuild(image, context or ".", dockerfile, contexts, line=given.get("tags").line)
