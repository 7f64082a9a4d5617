"""Kustomize (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/): kustomizations, and the manifests
and lists of changes that one may name, kept as they are for ``boundary.resolve.packaging`` to put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._documents import peek
from boundary.facts import Packaging
from boundary.reading.kinds import is_yaml
from boundary.source import Source

FORMAT = "kustomize"

LONGEST = 256 * 1024
"""Characters of a manifest that is kept: what is longer is no workload."""

_MANIFEST = re.compile(r"^apiVersion:", re.MULTILINE)
_KIND = re.compile(r"^kind:[ \t]*[\"']?(?!CustomResourceDefinition)\w", re.MULTILINE)
_CHANGES = re.compile(r"\A(?:\s|#[^\n]*\n|---)*-[ \t]+[\"']?(?:op|path|value)[\"']?:")
_REPLACED = re.compile(r"^(?:-[ \t]+|  )?source:.*^(?:-[ \t]+|  )?targets:", re.MULTILINE | re.DOTALL)
_FIELDS = "fieldPaths:"
"""What every replacement in a file of its own has."""


def matches(path: str) -> bool:
    """Every YAML file outside of charts: content decides."""
    pure = PurePosixPath(path)
    return (is_yaml(path) and "templates" not in pure.parts) or pure.name == "Kustomization"


def extract(source: Source) -> Iterator[Packaging]:
    """The text of a kustomization, a manifest or a patch, nothing for another file."""
    text = peek(source)
    if len(text) > LONGEST:
        return
    if PurePosixPath(source.path).stem.lower() == "kustomization":
        yield Packaging("overlay", text)
    elif _MANIFEST.search(text) and _KIND.search(text):
        yield Packaging("manifest", text)
    elif _CHANGES.match(text) or (_FIELDS in text and _REPLACED.search(text)):
        yield Packaging("patch", text)
