"""Go sources: packages, types with their tags, functions and calls. How each construct is written: ``_tree``.

Sources: The Go Programming Language Specification; the node types of tree-sitter-go; ``go doc reflect.StructTag``.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.extractors._go_statements import Statements
from boundary.facts import Fact
from boundary.source import Source

FORMAT = "go"


def matches(path: str) -> bool:
    """A file whose name ends in ``.go``."""
    return path.endswith(".go")


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a Go file."""
    import tree_sitter
    import tree_sitter_go

    return Statements(source, tree_sitter.Language(tree_sitter_go.language())).read()
