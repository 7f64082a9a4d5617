"""Dockerfiles: what an image is built from, what is copied into it, and how it starts.

Arguments are not filled and base images not followed: ``${X}`` stays an open place. Instructions behind ``ONBUILD``
count as the stage's own. Specification: https://docs.docker.com/reference/dockerfile/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal

from boundary.extract import UnreadableSource
from boundary.facts import Fact, ImageCopy, ImageSetting, ImageStage
from boundary.model import Hole, Value
from boundary.reading.dockerfile import Instruction, escape_character, instructions
from boundary.reading.interpolate import joined, shell, words
from boundary.source import Source

FORMAT = "dockerfile"

_NAME = re.compile(r"(?:docker|container)file(?:[._-].*)?$|.*\.(?:docker|container)file$", re.IGNORECASE)
_OTHER = re.compile(
    r"\.(?:dockerignore|md|rst|txt|py|go|js|ts|tsx|rb|java|cs|json|ya?ml|sh|lock|html|j2|jinja2?|tmpl|tpl|template|erb|in)$",
    re.IGNORECASE,
)
_Kind = Literal["env", "arg", "label", "entrypoint", "cmd", "run", "workdir", "user", "expose", "volume"]
_PAIRS: dict[str, _Kind] = {"ENV": "env", "ARG": "arg", "LABEL": "label"}
_COMMANDS: dict[str, _Kind] = {"ENTRYPOINT": "entrypoint", "CMD": "cmd", "RUN": "run"}
_WORDS: dict[str, _Kind] = {"EXPOSE": "expose", "VOLUME": "volume"}
_TEXTS: dict[str, _Kind] = {"WORKDIR": "workdir", "USER": "user"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][\w./-]*=|\"[^\"]+\"=")


def matches(path: str) -> bool:
    """``Dockerfile``, ``Dockerfile.dev``, ``api.Dockerfile``, ``Containerfile`` …; no templates or notes."""
    name = PurePosixPath(path).name
    return _NAME.match(name) is not None and _OTHER.search(name) is None


def extract(source: Source) -> Iterator[Fact]:
    """The stages with what happens in them; arguments above the first ``FROM`` are of stage -1."""
    escape = escape_character(source.text)
    stage = -1
    for instruction in instructions(source.text):
        if instruction.name == "FROM":
            stage += 1
            yield _stage(stage, instruction)
        elif instruction.name in ("COPY", "ADD"):
            yield _copy(stage, instruction)
        else:
            yield from _settings(stage, instruction, escape)
    if stage < 0 and PurePosixPath(source.path).name.lower() in ("dockerfile", "containerfile"):
        raise UnreadableSource("syntax", "no FROM: this is no Dockerfile, or only a part of one")


def _stage(index: int, instruction: Instruction) -> ImageStage:
    base, *rest = instruction.text.split() or [""]
    name = rest[1] if len(rest) > 1 and rest[0].lower() == "as" else ""
    return ImageStage(index, shell(base), name, line=instruction.line, end_line=instruction.end_line)


def _copy(stage: int, instruction: Instruction) -> ImageCopy:
    paths = instruction.array() or instruction.text.split()
    target = paths[-1] if paths else ""
    origin = instruction.flags.get("from", "")
    return ImageCopy(stage, tuple(paths[:-1]), target, origin, line=instruction.line, end_line=instruction.end_line)


def _settings(stage: int, instruction: Instruction, escape: str) -> Iterator[ImageSetting]:
    name = instruction.name
    found: list[tuple[_Kind, str, Value]] = []
    if name in _PAIRS:
        found = [(_PAIRS[name], key, value) for key, value in _assignments(instruction, escape)]
    elif name in _COMMANDS:
        found = [(_COMMANDS[name], "", _command(instruction, escape))]
    elif name in _WORDS:
        among = instruction.array()
        values = words(shell(instruction.text), escape) if among is None else tuple(shell(word) for word in among)
        found = [(_WORDS[name], "", value) for value in values]
    elif name in _TEXTS:
        found = [(_TEXTS[name], "", joined(" ", words(shell(instruction.text), escape)))]
    for kind, key, value in found:
        yield ImageSetting(stage, kind, key, value, line=instruction.line, end_line=instruction.end_line)


def _assignments(instruction: Instruction, escape: str) -> Iterator[tuple[str, Value]]:
    """``K=v L="w x"``, the old ``ENV K v w``, and ``ARG K`` whose value only the build gives."""
    if instruction.name != "ARG" and not _ASSIGNMENT.match(instruction.text):
        key, _, rest = instruction.text.partition(" ")
        if key:
            yield key, shell(rest.strip())
        return
    for word in words(shell(instruction.text), escape):
        first = word.parts[0] if word.parts and isinstance(word.parts[0], str) else ""
        key, given, rest = first.partition("=")
        if key:
            yield key, Value.of(rest, *word.parts[1:]) if given else Value.of(Hole("variable", key))


def _command(instruction: Instruction, escape: str) -> Value:
    """The words of a command; only the shell form fills variables, and a heredoc's lines are lines of the command."""
    among = instruction.array()
    if among is not None:
        return Value.of(" ".join(among))
    lines = [line for text in (instruction.text, *instruction.heredocs) for line in text.split("\n") if line.strip()]
    return joined("\n", [joined(" ", words(shell(line), escape)) for line in lines])
