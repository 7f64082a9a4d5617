r"""Java's ``.properties`` files that a program reads as its own configuration: Spring, Quarkus, Micronaut, plain Java.

One ``Setting`` for each key; places in lists (``routes[0].uri``) are parts of the key as in YAML. ``group`` is the
profile that a setting counts in: that of the file's name (``application-docker.properties``), of its document
(``spring.config.activate.on-profile``; documents are parted by ``#---``) or of the key (Quarkus' ``%prod.``). Files of
build tools, of logging and of translations are told by their names and left alone. Syntax: ``java.util.Properties``,
"load"; documents: Spring Boot reference, "Working With Multi-Document Files".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.facts import Setting
from boundary.reading.interpolate import application
from boundary.reading.profiles import of_document, of_key, of_name
from boundary.source import Source

FORMAT = "properties"

MOST = 2000
"""Settings of one file; a longer file holds data."""

_OTHERS = re.compile(
    r"(?:gradle|gradle-wrapper|maven-wrapper|maven|jvm|build|local|lombok|log4j2?|logging|commons-logging|simplelogger"
    r"|sonar-project|wro|junit-platform|git|version|checkstyle.*|(?:.*[._-])?(?:messages?|labels|i18n|language)(?:_\w+)?"
    r"|.+_(?:en|de|fr|es|it|pt|nl|zh|ja|ko|ru|pl|tr|cs|sv|da|fi|no|uk|ar|vi|hi)(?:_\w+)?)\.properties$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"(?P<key>(?:\\.|[^\\\s=:])*)[ \t\f]*[=:]?[ \t\f]*")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_CONNECTOR = re.compile(rb"^[ \t]*connector\.class[ \t]*[=:]", re.MULTILINE)
_DOCUMENT = re.compile(r"[#!]---\s*$")
_PLACE = re.compile(r"\[(\d+)\]")

_Line = tuple[int, int, str, str]
"""Line, column, key, value as they are read; a document's end has an empty key."""


def matches(path: str) -> bool:
    """``.properties`` files but those of build tools, of logging and of translations."""
    where = PurePosixPath(path)
    hidden = any(part.startswith(".") for part in where.parts[:-1])
    return where.suffix == ".properties" and not hidden and _OTHERS.match(where.name) is None


def extract(source: Source) -> Iterator[Setting]:
    """The settings of a file in order, at most ``MOST``; nothing for a connector, which another program runs."""
    if _CONNECTOR.search(source.data):
        return
    of_file = of_name(source.path)
    for number, (profile, one) in enumerate(_documents(source)):
        if number == MOST:
            return
        line, column, key, value = one
        own, key = of_key(key)
        key = _PLACE.sub(r".\1", key).removeprefix(".")
        yield Setting("properties", key, application(value), own or profile or of_file, line=line, column=column)


def _documents(source: Source) -> Iterator[tuple[str, _Line]]:
    """Each line with the profile of its document."""
    document: list[_Line] = []
    for one in (*_lines(_text(source)), (0, 0, "", "")):
        if one[2]:
            document.append(one)
            continue
        profile = of_document((key, value) for _, _, key, value in document)
        yield from ((profile, line) for line in document)
        document = []


def _text(source: Source) -> str:
    """Latin-1 is what the format was made with; UTF-8 is what people write today."""
    if b"\0" not in source.data[:8192]:
        try:
            source.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return source.data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    return source.text


def _lines(text: str) -> Iterator[_Line]:
    """The logical lines: continued ones joined, comments out."""
    natural = enumerate(text.split("\n"), 1)
    for number, line in natural:
        written = line.lstrip(" \t\f")
        if written[:1] in ("", "#", "!"):
            if _DOCUMENT.match(line):
                yield number, 0, "", ""
            continue
        pieces = [written]
        while _continues(pieces[-1]):
            pieces[-1] = pieces[-1][:-1]
            pieces.append(next(natural, (0, ""))[1].lstrip(" \t\f"))
        whole = "".join(pieces)
        match = _SEPARATOR.match(whole)
        if match and match["key"]:
            value = whole[match.end() :].rstrip()
            yield number, len(line) - len(written) + 1, _unescaped(match["key"]), _unescaped(value)


def _continues(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _ESCAPES.get(m[2], m[2]), text)
