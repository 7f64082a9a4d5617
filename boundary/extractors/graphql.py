"""GraphQL schemas: the fields of the root types are operations.

Specification: https://spec.graphql.org/October2021 .
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boundary.facts import Contract, ContractOperation, Fact, Query
from boundary.reading.embedded_sdl import CODE, schema
from boundary.reading.idl import Word, words
from boundary.source import Source

FORMAT = "graphql"

_ASKS = frozenset({"query", "mutation", "subscription", "fragment", "{"})
"""How a document begins that asks, and declares nothing."""

_LONGEST = 50_000
"""Bytes of such a document."""

_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def matches(path: str) -> bool:
    """Files of the schema language, of which those called ``.gql`` hold queries more often, and code."""
    return path.lower().endswith((".graphql", ".graphqls", ".gql", *CODE))


def extract(source: Source) -> Iterator[Fact]:
    """The contract of a file that adds to a root type, and its operations; of code, the schemas in its texts."""
    in_code = source.path.lower().endswith(CODE)
    text = schema(source.text) if in_code else source.text
    all_words = list(words(text)) if text else []
    roots = {name: kind.upper() for kind, name in (_ROOTS | _named_roots(all_words)).items()}
    found = list(_operations(all_words, roots))
    if found:
        yield Contract("graphql", "", line=found[0].line)
    elif all_words and not in_code and all_words[0].text in _ASKS and len(source.data) <= _LONGEST:
        yield Query(source.text, line=all_words[0].line)
    yield from found


def _named_roots(all_words: Sequence[Word]) -> dict[str, str]:
    """``schema { query: Root }`` names the root types."""
    texts = [word.text for word in all_words]
    if "schema" not in texts:
        return {}
    rest = texts[texts.index("schema") :]
    block = rest[: rest.index("}")] if "}" in rest else rest
    return {
        one: two for one, colon, two in zip(block, block[1:], block[2:], strict=False) if colon == ":" and one in _ROOTS
    }


def _operations(all_words: Sequence[Word], roots: dict[str, str]) -> Iterator[ContractOperation]:
    """A field is a name before a colon or parenthesis, in the braces of a type and in no parentheses."""
    method, braces, parentheses = "", 0, 0
    around = zip([Word("", 0, 0), *all_words], all_words, [*all_words[1:], Word("", 0, 0)], strict=False)
    for before, word, following in around:
        if word.quoted:
            continue
        if word.text in ("type", "interface", "input", "enum") and not braces:
            method = roots.get(following.text, "") if word.text == "type" else ""
        is_field = following.text in (":", "(") and word.text.replace("_", "a").isalnum() and before.text != "@"
        if method and braces == 1 and not parentheses and is_field and not word.text.startswith("__"):
            yield ContractOperation(method, word.text, word.text, line=word.line, column=word.column)
        braces += (word.text == "{") - (word.text == "}" and braces > 0)
        parentheses += (word.text == "(") - (word.text == ")" and parentheses > 0)
        if word.text == "}" and not braces:
            method = ""
