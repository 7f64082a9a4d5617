"""Rust: modules, types with their implementations, functions, attributes and calls, in the resolver's neutral form.

What may fail or be absent is read as what it is when all goes well: ``?``, ``unwrap``, ``expect``. The arguments of a
macro are read as if it were a function, where they are expressions. Grammar: tree-sitter-rust; language:
https://doc.rust-lang.org/reference/.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.extractors._rust_statements import Rust
from boundary.facts import Fact
from boundary.source import Source

FORMAT = "rust"


def matches(path: str) -> bool:
    """Sources by their ending."""
    return path.endswith(".rs")


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a file."""
    import tree_sitter_rust
    from tree_sitter import Language

    return Rust(source, Language(tree_sitter_rust.language())).read()
