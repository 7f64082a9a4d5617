"""What the CDK packs: from what a template names by a hash to the folder of the code that is meant.

The manifest beside the template tells the folder, or a copy of it that the CDK made (``asset.<hash>``). Of a copy the
original is the folder that the construct of the function names in the program, whose id stands in the template.
See https://docs.aws.amazon.com/cdk/v2/guide/assets.html and
https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from boundary.facts import Apply, Assign, Evaluate, Expr, Import, Listing, Member, Record, Ref, Return, Text
from boundary.facts.infra import Block
from boundary.resolve.files import Files, ancestors, folder, inside, within
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.things import Resource, text

METADATA = "Metadata"
"""The key under which a resource has what the CDK notes about it."""

_HASH = re.compile(r"[0-9a-f]{16,64}")
_STAGED = re.compile(r"(^|/)asset\.[0-9a-f]+")
_LIBRARIES = ("aws-cdk", "aws_cdk", "awscdk", "@aws-cdk", "constructs")
_DEEPEST = 12
"""Expressions in expressions."""


class Assets:
    """The assets of a workspace's manifests, and the programs that they are made from."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._packed: dict[tuple[str, str], str] = {}
        for path, one in files.all(Block):
            found = one.body.entries[0][1] if one.kind == "asset" and isinstance(one.body, Record) else None
            if isinstance(found, Text) and (packed := inside(folder(path), found.text)) is not None:
                self._packed[folder(path), one.name] = packed

    def source(self, resource: Resource) -> str | None:
        """The folder or file of the code of a function, None where nothing of the CDK tells it."""
        here = folder(resource.location.path)
        noted = text(resource.get(METADATA, "aws:asset:path"))
        told = inside(here, noted) if noted else self._of_hash(here, str(as_text(resource.get("Code", "S3Key"))))
        if told is None or _STAGED.search(told) or not self._is_here(told):
            called = text(resource.get(METADATA, "aws:cdk:path")) or ""
            return self._original(here, called) or (told if told is not None and self._is_here(told) else None)
        return told

    def image(self, resource: Resource, written: str) -> str | None:
        """The folder that an image is built from which a template names by the hash of an asset."""
        return self._of_hash(folder(resource.location.path), written.rpartition(":")[2])

    def _is_here(self, path: str) -> bool:
        return path in self._files.folders or path in self._files.by_path

    def _of_hash(self, here: str, written: str) -> str | None:
        found = _HASH.search(written)
        return self._packed.get((here, found[0])) if found and self._packed else None

    def _original(self, here: str, called: str) -> str | None:
        """The one folder that the construct of this path names in the program around the CDK's output."""
        identity = called.removesuffix("/Resource").rpartition("/")[2]
        apps = [one for one in ancestors(f"{here}/-") if self._is_app(one)] if identity else []
        found = {place for path, place in self._constructs.get(identity, ()) if apps and within(path, apps[0])}
        return next(iter(found)) if len(found) == 1 else None

    def _is_app(self, place: str) -> bool:
        return f"{place}/cdk.json".lstrip("/") in self._files.by_path or f"{place}/cdk.out".lstrip(
            "/") in self._files.folders  # fmt: skip

    @cached_property
    def _constructs(self) -> dict[str, list[tuple[str, str]]]:
        """Constructs by their ids: the file, and the folder or file of code that is given to it."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for path, file in self._files.by_path.items():
            if not any(isinstance(one, Import) and _of_cdk(one) for one in file.facts):
                continue
            for fact in file.facts:
                if isinstance(fact, Assign | Evaluate | Return):
                    for identity, place in self._made(path, fact.value, 0):
                        found[identity].append((path, place))
        return found

    def _made(self, path: str, expr: Expr | None, depth: int) -> Iterator[tuple[str, str]]:
        """Calls that make a construct (its scope, its id, what it gets) with a path to code among what it gets."""
        if expr is None or depth > _DEEPEST:
            return
        if isinstance(expr, Apply) and len(expr.args) > 1 and isinstance(expr.args[1], Text):
            given = (*expr.args[2:], Record(tuple((Text(key), value) for key, value in expr.keywords)))
            for one in given:
                for written in _paths(one, 0):
                    if (place := self._placed(path, written)) is not None:
                        yield expr.args[1].text, place
        for inner in _inner(expr):
            yield from self._made(path, inner, depth + 1)

    def _placed(self, path: str, expr: Expr) -> str | None:
        """What a path means: from the folder where the CDK is started, or from the program's own file."""
        parts = [one.text for one in _texts(expr)]
        if not parts:
            return None
        beside = any(isinstance(one, Ref) and one.name in ("__dirname", "__file__") for one in _walk(expr))
        bases = [folder(path)] if beside else [one for one in ancestors(path) if self._is_app(one)]
        found = (inside(base, "/".join(parts)) for base in bases)
        return next((one for one in found if one is not None and self._is_here(one)), None)


def _of_cdk(one: Import) -> bool:
    return any(word in one.module for word in _LIBRARIES)


def _paths(expr: Expr, depth: int) -> Iterator[Expr]:
    """What is given as ``entry`` or to a call like ``Code.fromAsset``."""
    if depth > _DEEPEST:
        return
    if isinstance(expr, Apply) and isinstance(expr.callee, Member) and "asset" in expr.callee.name.lower():
        yield from expr.args[:1]
    if isinstance(expr, Record):
        for key, value in expr.entries:
            if isinstance(key, Text) and key.text == "entry":
                yield value
    for inner in _inner(expr):
        yield from _paths(inner, depth + 1)


def _inner(expr: Expr) -> tuple[Expr, ...]:
    if isinstance(expr, Record):
        return tuple(value for _, value in expr.entries)
    if isinstance(expr, Listing):
        return expr.items
    if isinstance(expr, Apply):
        return (expr.callee, *expr.args, *(value for _, value in expr.keywords))
    return (expr.of,) if isinstance(expr, Member) else ()


def _walk(expr: Expr, depth: int = 0) -> Iterator[Expr]:
    yield expr
    for inner in _inner(expr) if depth < _DEEPEST else ():
        yield from _walk(inner, depth + 1)


def _texts(expr: Expr) -> list[Text]:
    return [one for one in _walk(expr) if isinstance(one, Text)]
