"""Facts about texts that only say something together with other files: charts and overlays."""

from __future__ import annotations

from typing import Literal

from boundary.facts.fact import Fact


class Packaging(Fact, frozen=True):
    """A file that a packaging tool makes manifests of, as a whole. ``chart``, ``values`` and ``template`` are Helm's;
    ``overlay`` is a kustomization, ``manifest`` what one may build upon, ``patch`` a list of changes."""

    kind: Literal["chart", "values", "template", "overlay", "manifest", "patch"]
    text: str


class Situated(Fact, frozen=True):
    """The one namespace that kustomizations put what stands in a file into."""

    namespace: str
