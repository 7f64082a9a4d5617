"""Facts that only say something together with other files: charts and overlays, and the parts of Gradle's builds."""

from __future__ import annotations

from typing import Literal

from boundary.facts.fact import Fact


class Packaging(Fact, frozen=True):
    """A file that a packaging tool makes manifests of, as a whole. ``chart``, ``values`` and ``template`` are Helm's;
    ``overlay`` is a kustomization, ``manifest`` what one may build upon, ``patch`` a list of changes, or
    replacements."""

    kind: Literal["chart", "values", "template", "overlay", "manifest", "patch"]
    text: str


class Installation(Fact, frozen=True):
    """A chart of Helm is installed as a release: of ``name`` ("" where the tool makes one of its own), in
    ``namespace``. ``chart`` is a path as written, or the name in a registry of charts, and ``version`` a version or a
    range of them there; ``repository`` is the address of the repository of code that the path starts in, "" for the one
    that says so. ``files`` are files of values as written, ``values`` texts of YAML that stand in place with the lines
    in which they begin, ``settings`` single ones by their dotted paths; each goes over what stands before it."""

    name: str
    chart: str
    namespace: str = ""
    repository: str = ""
    files: tuple[str, ...] = ()
    values: tuple[tuple[int, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    version: str = ""


class Situated(Fact, frozen=True):
    """The one namespace that kustomizations put what stands in a file into."""

    namespace: str


class BuildScript(Fact, frozen=True):
    """What a script of Gradle says besides packages and dependencies: the ``group`` under which the project publishes,
    and the plug-ins that it applies to itself, by id, by an alias (``libs.plugins.jib``), or by a script's path."""

    group: str = ""
    plugins: tuple[str, ...] = ()


class BuildAlias(Fact, frozen=True):
    """What Gradle's scripts may write for something. Of a ``library``, ``names`` is its coordinates, of a ``bundle``
    the libraries' aliases, of a ``plugin`` its id; a ``source`` is where more comes from: a path, or coordinates. In a
    catalogue's own file ``catalogue`` is empty: the file does not say what scripts call it."""

    catalogue: str
    alias: str
    kind: Literal["library", "bundle", "plugin", "source"]
    names: tuple[str, ...]


class Substitution(Fact, frozen=True):
    """A command writes files, or what is made of them, with texts in the place of others (``sed``): ``pairs`` are what
    is looked for and what is put there, both literally, ``files`` as written, from ``folder``."""

    files: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    folder: str = ""
