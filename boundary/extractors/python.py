"""Python modules: every import, definition, value and call, in the neutral form that the resolver evaluates.

Nothing is executed; the text is parsed by the interpreter's own parser. How each construct is written down:
``_python_statements`` and ``_python_expressions``. Source: the Python language reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.extract import UnreadableSource
from boundary.extractors._python_digest import digest, is_remark
from boundary.extractors._python_statements import Statements
from boundary.extractors._python_syntax import parse
from boundary.facts import CopyOf, Fact
from boundary.reading import scripts
from boundary.source import Source

FORMAT = "python"

FEWEST = 5
"""Statements, at all depths, from which on two equal modules are called copies of each other."""


def matches(path: str) -> bool:
    """Modules by their ending; stubs (``.pyi``) say nothing about what runs. Without one content decides."""
    return path.endswith(".py") or scripts.may_be(path)


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a module."""
    if not source.path.endswith(".py") and not scripts.is_for(source, "python", "pypy"):
        return ()
    text, tree = parse(source)
    reader = Statements(text)
    try:
        reader.body(tree.body)
    except RecursionError:
        raise UnreadableSource("depth", "nested too deeply to be read") from None
    code, statements = digest(tree)
    if statements >= FEWEST:
        reader.facts.append(CopyOf(code, sum(1 for node in tree.body if not is_remark(node))))
    return reader.facts
