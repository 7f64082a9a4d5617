"""JavaScript and TypeScript, also in the components of Vue and Svelte, as facts about code.

By the grammars of tree-sitter-javascript and tree-sitter-typescript. A component's scripts are read in their place:
what stands around them becomes blank (Vue, "SFC Syntax Specification"; Svelte, ".svelte files").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from boundary.extractors._script_expressions import EXPRESSIONS
from boundary.extractors._script_statements import STATEMENTS, Statements
from boundary.facts import Fact
from boundary.source import Source

if TYPE_CHECKING:
    from tree_sitter import Language

FORMAT = "javascript"

_SCRIPTS = {".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript", ".ts": "typescript",
            ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx"}  # fmt: skip
_COMPONENTS = (".vue", ".svelte")
_BLOCK = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_FLOW = re.compile(r"@flow\b")
_AND = re.compile(rb"(?m)(?:^|>)([^<>{}()=;\n]*?\w )&( [^<>{}()=;\n]*)(?=<|$)")
"""A line of text, or the rest of one between tags, with an ampersand that stands for itself."""
_KEYWORD = re.compile(rb"(?<=\s)(class|for|in|default)(?=\s*=\s*[\"'{])")
"""Attributes of HTML and SVG that are words of the language."""
_OVERRIDE = re.compile(rb"\b(abstract\s+)(override)(?=\s)")
_HEAD = 2000
_LONG_LINE = 1000
_BUNDLE = 5000
"""Characters: what has lines of this length on the average, or one of many times that, no person wrote."""

_BANNER = re.compile(r"\s*/\*.*?\*/(?:\s*/\*.*?\*/)*", re.DOTALL)
_RELEASE = re.compile(r"\bv?\d+\.\d+\.\d+\b")
_WHOSE = re.compile(r"(?i)\(c\)|©|copyright|licen[sc]e|https?://")
_BESIDE = re.compile(r"""\b(?:from|import|require\s*\()\s*['"]\.""")
_VARIANT = re.compile(
    r"[.-](?:\d|min\b|bundle\b|slim\b|esm\b|umd\b|all\b|full\b|global\b|common\b|development\b|prod|[cm]?js$)"
)
"""What stands behind the name of a library: ``jquery-3.7.1.js``, ``vue.global.js``."""


class Script(Statements):
    """Walks one file of JavaScript or TypeScript."""

    language = "JavaScript"
    expressions = EXPRESSIONS
    statements = STATEMENTS

    def prepared(self, data: bytes) -> bytes:
        """Ampersands in texts of JSX as something that stands for nothing: the grammars take each for the beginning of
        a reference, and lose what follows. Where the same stands in code, a bit or a type is read for another. Of
        attributes, those that the grammar of JavaScript takes for keywords (``<label for="a" class="b">``) in capitals.
        """
        if b"</" not in data:
            return data
        data = _KEYWORD.sub(lambda found: found[1].upper(), data)
        return data if b" & " not in data else _AND.sub(lambda found: found[0].replace(b" & ", b" | "), data)


class TypedScript(Script):
    """The same for TypeScript."""

    language = "TypeScript"

    def prepared(self, data: bytes) -> bytes:
        """Without ``override`` beside ``abstract``: the grammar does not know the two together."""
        return _OVERRIDE.sub(lambda found: found[1] + b" " * len(found[2]), super().prepared(data))


def matches(path: str) -> bool:
    """A file with an ending of JavaScript, TypeScript, Vue or Svelte."""
    ending = PurePosixPath(path).suffix.lower()
    return ending in _SCRIPTS or ending in _COMPONENTS


def extract(source: Source) -> Iterable[Fact]:
    """The facts of the file; of a bundle that a machine made, or of a library as it was published, none."""
    text = source.text
    ending = PurePosixPath(source.path).suffix.lower()
    dialect = _SCRIPTS.get(ending, "typescript")
    if ending in _COMPONENTS:
        text = _scripts(text)
        source = Source(source.path, text.encode("utf-8", "replace"))
    if not text.strip() or _is_bundle(text) or _is_published(source.path, text):
        return []
    if dialect == "javascript" and _FLOW.search(text[:_HEAD]):
        dialect = "tsx"
    reader = Script if dialect == "javascript" else TypedScript
    return reader(source, _grammar(dialect)).read()


def _scripts(text: str) -> str:
    """A component with everything but its scripts blanked."""
    kept: list[str] = []
    at = 0
    for block in _BLOCK.finditer(text):
        kept += [_blank(text[at : block.start(2)]), block[2]]
        at = block.end(2)
    return "".join((*kept, _blank(text[at:])))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _is_bundle(text: str) -> bool:
    lines = text.count("\n") + 1
    longest = max(map(len, text.split("\n")))
    return longest > _BUNDLE and (len(text) / lines > _LONG_LINE or longest * 2 > len(text))


def _is_published(path: str, text: str) -> bool:
    """Whether a file is a library as somebody else published it: its first comment says its name, which version it is,
    and whose, and nothing of it is taken from beside it."""
    banner = _BANNER.match(text[:_HEAD])
    if banner is None or not _RELEASE.search(banner[0]) or not _WHOSE.search(banner[0]) or _BESIDE.search(text):
        return False
    name = _VARIANT.split(PurePosixPath(path).name.lower(), maxsplit=1)[0]
    return len(name) > 1 and re.sub(r"\W", "", name) in re.sub(r"\W", "", banner[0].lower())


@cache
def _grammar(dialect: str) -> Language:
    import tree_sitter_javascript
    import tree_sitter_typescript
    from tree_sitter import Language

    if dialect == "tsx":
        return Language(tree_sitter_typescript.language_tsx())
    if dialect == "typescript":
        return Language(tree_sitter_typescript.language_typescript())
    return Language(tree_sitter_javascript.language())
