"""``schema.prisma``: the data source and the models of a program that uses Prisma, as facts about code.

``datasource`` becomes a call of ``prisma:datasource`` with its provider and address, ``model X`` a class with the
decorator ``prisma:model``, whose values are table and schema. Source: Prisma, "Prisma schema reference"
(``datasource``, ``env()``, ``@@map``, ``@@schema``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._texts import UNKNOWN
from boundary.facts import Apply, Class, Evaluate, Expr, Fact, Member, Ref, Text
from boundary.source import Source

FORMAT = "prisma"

_BLOCK = re.compile(r"^[ \t]*(datasource|model|view)[ \t]+(\w+)[ \t]*\{(.*?)^[ \t]*\}", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r'^[ \t]*(provider|url)[ \t]*=[ \t]*(?:env\([ \t]*"([^"\n]*)"[ \t]*\)|"([^"\n]*)")', re.MULTILINE)
_ATTRIBUTE = re.compile(r'^[ \t]*@@(map|schema)\([ \t]*(?:name:[ \t]*)?"([^"\n]*)"', re.MULTILINE)


def matches(path: str) -> bool:
    """A file with the ending of Prisma's schemas."""
    return path.endswith(".prisma")


def extract(source: Source) -> Iterator[Fact]:
    """The data sources and models in the order in which they stand."""
    for block in _BLOCK.finditer(source.text):
        line = source.text.count("\n", 0, block.start(1)) + 1
        if block[1] == "datasource":
            given = tuple((key, _value(variable, text)) for key, variable, text in _SETTING.findall(block[3]))
            yield Evaluate("", Apply(Ref("prisma:datasource"), (), given, line, 1), line=line)
        else:
            told: dict[str, str] = dict(_ATTRIBUTE.findall(block[3]))
            values = (
                Text(told.get("map", str(block[2])), line),
                Text(told["schema"], line) if "schema" in told else UNKNOWN,
            )
            yield Class(block[2], decorators=(Apply(Ref("prisma:model"), values, (), line, 1),), line=line)


def _value(variable: str, text: str) -> Expr:
    return Member(Member(Ref("process"), "env"), variable) if variable else Text(text)
