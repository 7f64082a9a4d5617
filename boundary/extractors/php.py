"""PHP: namespaces, classes, functions, attributes and every call, in the neutral form that the resolver evaluates.

``$this->x`` is a member of the receiver, ``A::B`` one of the class. Variables are written without their dollar sign.
Grammar: tree-sitter-php; language: https://www.php.net/manual/en/langref.php.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.extractors._php_statements import Php
from boundary.facts import Fact
from boundary.source import Source

FORMAT = "php"


def matches(path: str) -> bool:
    """Scripts by their ending; templates (``.phtml``) only show what others give them."""
    return path.endswith((".php", ".inc"))


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a script; none for a file without code."""
    if b"<?" not in source.data:
        return []
    import tree_sitter_php
    from tree_sitter import Language

    return Php(source, Language(tree_sitter_php.language_php())).read()
