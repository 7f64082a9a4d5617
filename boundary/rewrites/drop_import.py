"""An import of another service's code whose names nothing in the file uses goes, by a tree that keeps every character.

Nothing is changed where the package itself is imported for whoever imports it (``__init__.py``), nor where only some of
the imports that the finding is about are unused: it would stay.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from boundary.edits import Replacement
from boundary.rewrites import Case, Draft
from boundary.rewrites._mentions import service

_LARGEST = 500_000


def rewrite(case: Case) -> Draft | None:
    """The change of all files whose imports the finding is about."""
    node, target = service(case), case.graph.nodes.get(case.finding.target)
    if node is None or target is None or node.language != "python":
        return None
    lines: dict[str, set[int]] = defaultdict(set)
    for edge in case.graph.out(node.id, "links"):
        if edge.target == target.id and "dependency" not in edge.traits:
            lines[edge.location.path].add(edge.location.line)
    edits = [_edit(case, path, found) for path, found in sorted(lines.items())]
    if not edits or any(edit is None for edit in edits):
        return None
    where = ", ".join(sorted(lines))
    return Draft(f"takes the import that nothing uses out of {where}", tuple(edit for edit in edits if edit))


def _edit(case: Case, path: str, lines: set[int]) -> Replacement | None:
    text = case.text(path)
    if text is None or not path.endswith(".py") or path.endswith("__init__.py") or len(text) > _LARGEST:
        return None
    changed = _without(text, lines)
    return _difference(path, text, changed) if changed is not None else None


def _without(text: str, lines: set[int]) -> str | None:
    """A module without the imports at some lines; None where one of them stays."""
    import libcst
    from libcst.codemod import CodemodContext
    from libcst.codemod.visitors import RemoveImportsVisitor

    try:
        tree = ast.parse(text)
        module = libcst.parse_module(text)
    except (SyntaxError, ValueError, RecursionError, libcst.ParserSyntaxError):
        return None
    context = CodemodContext()
    wanted = [one for one in _imports(tree) if lines & set(range(one.lineno, (one.end_lineno or one.lineno) + 1))]
    for statement in wanted:
        for alias in statement.names:
            if isinstance(statement, ast.Import):
                RemoveImportsVisitor.remove_unused_import(context, alias.name, asname=alias.asname)
            else:
                module_name = "." * statement.level + (statement.module or "")
                RemoveImportsVisitor.remove_unused_import(context, module_name, alias.name, alias.asname)
    changed = RemoveImportsVisitor(context).transform_module(module).code
    gone = _names(tree) - _names(ast.parse(changed))
    return changed if wanted and gone == sum(len(one.names) for one in wanted) else None


def _imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]


def _names(tree: ast.Module) -> int:
    return sum(len(one.names) for one in _imports(tree))


def _difference(path: str, old: str, new: str) -> Replacement | None:
    """The rows that differ."""
    before, after = old.split("\n"), new.split("\n")
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    if not last:
        return None  # the last row has no line end that could go
    kept = "".join(row + "\n" for row in after[first : len(after) - last])
    return Replacement(path, first + 1, 1, len(before) - last + 1, 1, kept)
