"""Thrift: the services and methods that a ``.thrift`` file declares.

Specification: https://thrift.apache.org/docs/idl .
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boundary.facts import Contract, ContractOperation, Fact
from boundary.reading.idl import Word, words
from boundary.source import Source

FORMAT = "thrift"


def matches(path: str) -> bool:
    """Files called ``.thrift``."""
    return path.lower().endswith(".thrift")


def extract(source: Source) -> Iterator[Fact]:
    """The contract of a file that declares a service, and its operations."""
    all_words = list(words(source.text))
    found = list(_operations(all_words))
    if found:
        yield Contract("thrift", "", options=tuple(_namespaces(all_words)), line=found[0].line)
    yield from found


def _namespaces(all_words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    for position, word in enumerate(all_words[:-2]):
        if word.text == "namespace" and not word.quoted:
            yield all_words[position + 1].text, all_words[position + 2].text


def _operations(all_words: Sequence[Word]) -> Iterator[ContractOperation]:
    """A method is a name before a parenthesis, in the braces of a service and in no parentheses."""
    service, braces, parentheses = "", 0, 0
    for position, word in enumerate(all_words):
        if word.quoted:
            continue
        if word.text == "service" and not braces and position + 1 < len(all_words):
            service = all_words[position + 1].text
        following = all_words[position + 1].text if position + 1 < len(all_words) else ""
        named = word.text.replace("_", "a").isalnum() and word.text != "throws"
        if service and braces == 1 and not parentheses and following == "(" and named:
            path = f"/{service}/{word.text}"
            yield ContractOperation("RPC", path, word.text, line=word.line, column=word.column)
        braces += (word.text == "{") - (word.text == "}" and braces > 0)
        parentheses += (word.text == "(") - (word.text == ")" and parentheses > 0)
        if word.text == "}" and not braces:
            service = ""
