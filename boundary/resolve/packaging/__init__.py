"""Manifests that packaging tools make of several files: rendered before anything is resolved.

What comes out has the facts that the manifests would have if somebody had written them. The texts themselves are
dropped, because nobody needs them afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from boundary.facts import AnyFact, FileFacts, Packaging
from boundary.resolve.packaging import helm

__all__ = ["unpacked"]


def unpacked(files: Sequence[FileFacts]) -> Sequence[FileFacts]:
    """The files with what charts make of them; the same files where there are no packages."""
    texts = {file.path: fact for file in files if not file.mark for fact in file.facts if isinstance(fact, Packaging)}
    if not texts:
        return files
    rendered = helm.rendered(texts)
    return [_replaced(file, rendered.get(file.path)) for file in files]


def _replaced(file: FileFacts, made: Iterable[AnyFact] | None) -> FileFacts:
    kept = tuple(made if made is not None else (fact for fact in file.facts if not isinstance(fact, Packaging)))
    return msgspec.structs.replace(file, facts=kept) if kept != file.facts else file
