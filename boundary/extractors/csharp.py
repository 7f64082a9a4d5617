"""C# sources: namespaces, usings, types with their members and attributes, calls. How each is written: ``_tree``.

Sources: C# language specification (ECMA-334 and the feature specifications of C# 8 to 13); tree-sitter-c-sharp's node
types.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.extractors._aspire import hosted
from boundary.extractors._codefirst import MARKS, contracted
from boundary.extractors._csharp_declarations import Declarations
from boundary.facts import Fact
from boundary.source import Source

FORMAT = "csharp"


def matches(path: str) -> bool:
    """A file whose name ends in ``.cs``."""
    return path.lower().endswith(".cs")


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a C# file."""
    import tree_sitter
    import tree_sitter_c_sharp

    facts: list[Fact] = [*Declarations(source, tree_sitter.Language(tree_sitter_c_sharp.language())).read()]
    if "DistributedApplication.CreateBuilder" in source.text:
        facts += hosted(facts)
    if any(mark in source.text for mark in MARKS):
        facts += contracted(facts)
    return facts
