"""Manifests that packaging tools make of several files: put together before anything is resolved.

What comes out has the facts that the manifests would have if somebody had written them. The texts themselves are
dropped, because nobody needs them afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from boundary.facts import AnyFact, FileFacts, Packaging, Setting
from boundary.resolve.packaging import builds, helm, kustomize
from boundary.resolve.packaging.applied import applied
from boundary.resolve.packaging.declared import deployed

__all__ = ["unpacked"]

_BESIDE = frozenset(("manifest", "patch"))
"""Files that another format reads where they stand."""


def unpacked(files: Sequence[FileFacts]) -> Sequence[FileFacts]:
    """The files with what charts and kustomizations make of them; the same files where there are none."""
    texts = {file.path: fact for file in files if not file.mark for fact in file.facts if isinstance(fact, Packaging)}
    stacks = deployed(files, {path: fact.text for path, fact in texts.items() if fact.kind == "values"})
    rendered = helm.rendered({path: fact for path, fact in texts.items() if fact.kind not in _BESIDE}, files, stacks)
    variables = {file.path: [one for one in file.facts if isinstance(one, Setting)] for file in files if not file.mark}
    added = kustomize.built(texts, variables)
    for path, facts in (*rendered.added.items(), *applied(stacks).items()):
        added.setdefault(path, []).extend(facts)
    put_together = [_replaced(file, rendered.templates.get(file.path), added.get(file.path, [])) for file in files]
    scripts = builds.built(put_together)
    return [replace(file, facts=scripts[file.path]) if file.path in scripts else file for file in put_together]


def _replaced(file: FileFacts, made: list[AnyFact] | None, more: list[AnyFact]) -> FileFacts:
    whole = next((fact for fact in file.facts if isinstance(fact, Packaging)), None)
    if whole is None:
        return replace(file, facts=(*file.facts, *more)) if more and not file.mark else file
    own = [fact for fact in file.facts if not isinstance(fact, Packaging)] if made is None else made
    unread = "kustomize" if whole.kind in _BESIDE else "helm" if whole.kind == "template" and made is None else ""
    formats = tuple(one for one in file.formats if one != unread)
    return replace(file, facts=(*own, *more), formats=formats)
