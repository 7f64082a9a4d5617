"""XML of manifests, read by a parser that refuses what XML offers to attackers: document types and entities.

Specification: https://www.w3.org/TR/xml/ ; why: https://docs.python.org/3/library/xml.html#xml-vulnerabilities .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extract import UnreadableSource

DEEPEST = 200
"""Levels of nesting; the deepest real manifest measured has 12."""


_LATE = re.compile(rb"\A\s+<\?xml[^>]*\?>")
"""A declaration behind blank lines, which is none to the parser; the tools that build are not all as strict."""
_VISIBLE = re.compile(rb"[^\r\n]")


class Element:
    """An element: its name without prefix, attributes, the text directly in it, and the line where it begins.

    ``content`` is what is in it in the order of the file: texts and elements.
    """

    __slots__ = ("attributes", "content", "line", "name")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.content: list[str | Element] = []

    @property
    def children(self) -> list[Element]:
        """The elements directly in the element."""
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def text(self) -> str:
        """The text directly in the element, without the blanks around it."""
        return "".join(one for one in self.content if isinstance(one, str)).strip()

    def all(self, *path: str) -> Iterator[Element]:
        """The elements that a path of names leads to."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def value(self, *path: str) -> str:
        """The text of the first element of a path, "" when there is none."""
        return next((element.text for element in self.all(*path)), "")


def read(data: bytes, doctype: bool = False) -> Element:
    """The root element; raises ``UnreadableSource`` for what is no XML, or has a document type. With ``doctype`` one
    that is only named passes: it is not fetched, and what defines entities in the file itself is refused as ever."""
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator="}")
    stack = [Element("", {}, 1)]

    def place() -> tuple[int, int]:
        return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise UnreadableSource("depth", f"nested more than {DEEPEST} levels deep", *place())
        element = Element(name.rpartition("}")[2], attributes, parser.CurrentLineNumber)
        stack[-1].content.append(element)
        stack.append(element)

    def characters(text: str) -> None:
        stack[-1].content.append(text)

    def refuse(_name: str, _system: str | None, _public: str | None, defines: int) -> None:
        if doctype and not defines:
            return
        raise UnreadableSource("syntax", "a document type, which may define entities, is not read", *place())

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(_LATE.sub(lambda late: _VISIBLE.sub(b" ", late[0]), data, count=1), True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise UnreadableSource("syntax", reason, error.lineno, error.offset + 1) from None
    return stack[0].children[0]
