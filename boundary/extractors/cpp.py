"""C++ and C: namespaces, classes, functions, declarations and calls, in the neutral form that the resolver evaluates.

A declaration ``Pool<Client> pool(address)`` makes a ``Pool``; the types between angle brackets, the inner ones too, are
its type arguments. Smart pointers are what they point to. Grammar: tree-sitter-cpp; language:
https://en.cppreference.com/w/cpp/language.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.extractors._cpp_statements import Cpp
from boundary.facts import Fact
from boundary.source import Source

FORMAT = "cpp"

_ENDINGS = (".cpp", ".cc", ".cxx", ".c", ".h", ".hpp", ".hh", ".hxx")


def matches(path: str) -> bool:
    """Sources and headers by their ending."""
    return path.endswith(_ENDINGS)


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a file. Macros are read as they are written, so what they hide is not seen."""
    import tree_sitter_cpp
    from tree_sitter import Language

    return Cpp(source, Language(tree_sitter_cpp.language())).read()
