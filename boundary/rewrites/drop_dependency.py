"""A dependency on another service's package that no code of the service names goes from the manifest.

Where a lock file speaks of the package, its own tool has to take it out of both, and nothing is changed here. Sources:
https://pip.pypa.io/en/stable/reference/requirements-file-format/ ,
https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies ,
https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies .
"""

from __future__ import annotations

import posixpath
import re

from boundary.edits import Replacement
from boundary.model import Node
from boundary.rewrites import Case, Draft
from boundary.rewrites._mentions import beside, manifests, named, service

_NAME = re.compile(r"""\s*["']?(?P<name>(?:@[\w.-]+/)?[A-Za-z0-9][\w.-]*)""")
_ROW = {
    "txt": re.compile(r"\s*[A-Za-z0-9][\w.-]*\s*(?:\[[\w\s,.-]*\])?\s*(?:[=<>!~;@ #].*(?<!\\))?"),
    "toml": re.compile(r"""\s*(["'])[^"']*\1,[ \t]*(?:#.*)?"""),
    "json": re.compile(r"""\s*"[^"]*"\s*:\s*"[^"]*",\s*"""),
}
"""Rows that hold one dependency, and can go without a change of the rows around them."""

_LOCKS = ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock")


def rewrite(case: Case) -> Draft | None:
    """The change of the manifest that the finding points at."""
    place, node = case.finding.location, service(case)
    target = case.graph.nodes.get(case.finding.target)
    text = case.text(place.path)
    form = _ROW.get(place.path.rpartition(".")[2])
    if node is None or target is None or text is None or form is None or place.path not in manifests(case, node):
        return None
    rows = text.split("\n")
    row = rows[place.line - 1].rstrip("\r")
    match = _NAME.match(row)
    if match is None or not form.fullmatch(row) or place.line == len(rows) or _locked(case, place.path, match["name"]):
        return None
    if _linked(case, node, target) or named(case, node, _using(case, target, match["name"]), leave=[place.path]):
        return None
    edit = Replacement(place.path, place.line, 1, place.line + 1, 1, "")
    return Draft(f"takes {match['name']} out of {place.path}, which no code of {node.name} names", (edit,))


def _locked(case: Case, path: str, name: str) -> bool:
    """Whether a lock file beside a manifest, or above it, speaks of a package."""
    at = path
    while at:
        at = posixpath.dirname(at)
        texts = (case.text(beside(f"{at}/-" if at else "-", lock)) for lock in _LOCKS)
        if any(name in text for text in texts if text is not None):
            return True
    return False


def _linked(case: Case, node: Node, target: Node) -> bool:
    """Whether some code is known to use the other's."""
    between = [edge for edge in case.graph.out(node.id, "links") if edge.target == target.id]
    return any("dependency" not in edge.traits for edge in between)


def _using(case: Case, target: Node, name: str) -> re.Pattern[str]:
    """How code may name what the package brings: by the package's name, by that of its modules, or by a plug-in."""
    package = re.sub(r"[-_.]+", "[-_.]+", re.escape(name).replace("\\-", "-").replace("\\.", "."))
    root = target.root or ""
    found = {path.split("/")[-2] for path in case.below(root) if path.endswith("/__init__.py") and "/" in path}
    found |= {posixpath.basename(path).removesuffix(".py") for path in case.below(root) if path.endswith(".py")}
    modules = "|".join(re.escape(one) for one in sorted(found) if one != "__init__")
    using = rf"|\b(?:import|from)\s+(?:{modules})\b|[\"'`](?:{modules})[\"'`.:]" if modules else ""
    return re.compile(rf"{package}{using}|importlib\.metadata|entry_points\(", re.IGNORECASE)
