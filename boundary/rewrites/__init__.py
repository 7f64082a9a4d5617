"""What mends a finding by changing files: named rewrites, which a rule document chooses with ``rewrite``.

A rewrite is a module here, or behind an entry point of the group ``boundary.rewrites``, with a pure function
``rewrite(case) -> Draft | None``. It changes the fewest characters that do it, keeps comments, order and line ends, and
gives None wherever it is not certain to be right: a fix that has to be mended is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

import msgspec
from msgspec import structs

from boundary.edits import Replacement, Rewrite
from boundary.graph import Graph
from boundary.model import Finding
from boundary.plugins import load

Read = Callable[[str], bytes | None]
"""The bytes of a file of the workspace, None where there is none that may be read."""


class Case(msgspec.Struct, frozen=True):
    """A finding that may be mended, with the graph and the files around it; ``paths`` are those of all files."""

    finding: Finding
    graph: Graph
    read: Read
    paths: Sequence[str]

    def text(self, path: str) -> str | None:
        """A file as text, its line ends as they are; None where it is none."""
        data = self.read(path)
        try:
            return None if data is None else data.decode()
        except UnicodeDecodeError:
            return None

    def below(self, root: str) -> Iterator[str]:
        """The paths of the files in a folder."""
        top = "" if root in ("", ".") else f"{root}/"
        return (path for path in self.paths if path.startswith(top))


class Draft(msgspec.Struct, frozen=True):
    """What a rewrite would change, and what that is in words."""

    what: str
    edits: tuple[Replacement, ...]


Rewriter = Callable[[Case], Draft | None]


@cache
def rewriters() -> dict[str, Rewriter]:
    """The rewrites by the name that a rule document uses: ``drop-grant`` is ``drop_grant.py``."""
    modules = load("boundary.rewrites")
    return {module.__name__.rpartition(".")[2].replace("_", "-"): module.rewrite for module in modules}


def offered(
    findings: Iterable[Finding], chosen: Mapping[str, tuple[str, str]], graph: Graph, read: Read, paths: Sequence[str]
) -> tuple[Finding, ...]:
    """The findings, those that are new with what would mend them; ``chosen`` has for codes of rules the name of their
    rewrite and what it may break."""
    return tuple(_offered(finding, chosen, graph, read, paths) for finding in findings)


def _offered(
    finding: Finding, chosen: Mapping[str, tuple[str, str]], graph: Graph, read: Read, paths: Sequence[str]
) -> Finding:
    name, unsafe = chosen.get(finding.code, ("", ""))
    if not name or finding.status != "new":
        return finding
    draft = rewriters()[name](Case(finding, graph, read, paths))
    return structs.replace(finding, rewrite=Rewrite(draft.what, draft.edits, unsafe)) if draft else finding
