"""SQL text as tokens, for every dialect at once, and templates of it.

Comments, blank space, psql's commands and the data behind ``COPY … FROM stdin`` vanish. What a program fills in
(``%s``, ``{table}``, ``:id``, ``$1``, ``?``, ``{{ … }}``) is a hole, also where it is only a part of a name. Rules:
https://www.postgresql.org/docs/current/sql-syntax-lexical.html and the manuals of MySQL, T-SQL, Oracle, BigQuery.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

Kind = Literal["word", "name", "hole", "text", "body", "number", "mark", "end"]

LONGEST_STATEMENT = 100_000
"""Tokens of one statement that are kept; a longer one carries data."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """``word`` unquoted, ``name`` quoted, ``text`` a string's content, ``body`` what stands between dollar quotes,
    ``end`` of a statement. ``upper`` is a word in capitals, "" for all else. ``at`` and ``end`` are offsets."""

    kind: Kind
    text: str
    upper: str
    at: int
    end: int


_EXPRESSION = r"\{\{(?:[^{}]|\{[^{}]*\}|\}(?!\}))*+\}\}"
_FILLED = _EXPRESSION + r"|[$#@]?\{[^{}\n]*\}|%\([^()\n]*\)[sdiq]|%(?:\[\d+\]|\d+\$)?[sdvqIL](?![A-Za-z0-9])"
_LETTER = r"\w|\$(?!\$|\w*\$)"
_TOKEN = re.compile(
    rf"""
      (?P<blank>\s++ | --[^\n]*+ | /\*(?!!).*?(?:\*/|\Z) | /\*!\d* | \*/
        | \{{\#(?:[^\#{{]|\#(?!\}})|\{{(?!\#))*+\#\}} | \{{%(?:[^%{{]|%(?!\}})|\{{(?!%))*+%\}}
        | <%(?!=)(?:[^%<]|%(?!>)|<(?!%))*+%>
        | ^\\(?!copy\b)[^\n]* | \#(?=[\s\#-])[^\n]* | ^\#(?!\{{|\w+[ \t]*[\n(,])[^\n]* )
    | (?P<end>; | ^GO(?:[ \t]+\d+)?[ \t]*$ | ^/[ \t]*$ )
    | (?P<text>(?:[EeNnBbXxRr]|[Uu]&|_\w+[ ])?
        '(?:\\'(?=\s*[,;)|/-]|\s*\Z|\s+[A-Z]) | (?:[^'\\]|''|\\(?!'\s+ESCAPE\b).)*+(?:\\?'|\Z)) )
    | (?P<body>\$(?:[A-Za-z_]\w*)?\$)
    | (?P<name>"(?:{_EXPRESSION}|[^"]|"")*+" | `(?:[^`]|``)*+` | (?<![\w)\]])\[[^\W\d][\w $-]*\] )
    | (?P<word>(?:[^\W\d]|\#{{1,2}}(?=\w)|{_FILLED})(?:{_LETTER}|{_FILLED})*+ )
    | (?P<hole>:"[^"]*" | (?<![:\w]):[A-Za-z_]\w* | \$\d+ | \?\d* | @@?\w+ | <%=(?:[^%<]|%(?!>)|<(?!%))*+%> )
    | (?P<number>\d[\w.]*)
    | (?P<mark>:: | . )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_ROW = re.compile(r"\s*+\((?:[^()'/#-]|-(?!-)|/(?!\*)|'(?:[^'\\]|''|\\.)*+')*+\)\s*+,")
_HOLE = re.compile(_FILLED, re.DOTALL)
_REFERENCE = re.compile(r"""\{\{-?\s*(?:ref|source)\(\s*((?:['"][\w.-]+['"]\s*,?\s*)+)\)\s*-?\}\}""")
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_COPY = re.compile(r"^[ \t]*COPY\b[^;\n]*?\bFROM[ \t]+STDIN\b[^;\n]*;[^\n]*\n", re.IGNORECASE | re.MULTILINE)
_COPY_END = re.compile(r"^\\\.$", re.MULTILINE)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text; offsets are those of the text."""
    text = _prepared(text)
    at = 0
    while match := _TOKEN.match(text, at):
        kind, start, at = match.lastgroup, at, match.end()
        if kind == "blank":
            continue
        if kind == "body":
            close = text.find(match.group(), at)
            close = len(text) if close < 0 else close
            at, inner = min(close + len(match.group()), len(text)), text[at:close]
            yield Token("body", inner, "", start, at)
            continue
        token = _token(kind or "", match.group(), start, at)
        yield from token
        if token[0].upper == "VALUES":
            at = _behind_rows(text, at)


def _token(kind: str, raw: str, at: int, end: int) -> tuple[Token, ...]:
    if kind == "word":
        if "{" in raw or "%" in raw:
            return _reference(raw, at, end)
        return (Token("word", raw, raw.upper(), at, end),)
    if kind == "name":
        inner = raw[1:-1].replace(raw[-1] * 2, raw[-1])
        if _HOLE.search(inner):
            return (Token("hole", inner, "", at, end),)
        parts = inner.split(".") if raw[0] == "`" else [inner]
        return _path(parts, at, end)
    if kind == "text":
        inner = raw[raw.index("'") + 1 :].removesuffix("'")
        return (Token("text", re.sub(r"''|\\'", "'", inner), "", at, end),)
    return (Token(kind, raw, "", at, end),)  # type: ignore[arg-type]


def _reference(raw: str, at: int, end: int) -> tuple[Token, ...]:
    """A hole, or the table that dbt's ``ref`` and ``source`` name."""
    match = _REFERENCE.fullmatch(raw)
    if not match:
        return (Token("hole", raw, "", at, end),)
    names: list[str] = re.findall(r"""['"]([\w.-]+)['"]""", match.group(1))
    return _path(names[-1:] if "ref(" in raw.replace(" ", "") else names, at, end)


def _path(parts: list[str], at: int, end: int) -> tuple[Token, ...]:
    found: list[Token] = []
    for part in parts:
        if found:
            found.append(Token("mark", ".", "", at, at))
        found.append(Token("name", part, "", at, at))
    return (*found[:-1], Token("name", parts[-1], "", at, end))


def _behind_rows(text: str, at: int) -> int:
    # Rows of plain values name no table, and dumps have millions of them.
    while row := _ROW.match(text, at):
        at = row.end()
    return at


def _prepared(text: str) -> str:
    """The text, of the same length, with one delimiter for all and without the data that psql reads from it."""
    if _DELIMITER.search(text):
        text = _delimited(text)
    pieces: list[str] = []
    at = 0
    while copy := _COPY.search(text, at):
        close = _COPY_END.search(text, copy.end())
        if close is None:
            break
        pieces += [text[at : copy.end()], _blank(text[copy.end() : close.end()])]
        at = close.end()
    return "".join((*pieces, text[at:]))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]+", lambda match: " " * len(match.group()), text)


def _delimited(text: str) -> str:
    pieces: list[str] = []
    delimiter, at = ";", 0
    for line in (*_DELIMITER.finditer(text), None):
        piece = text[at : line.start() if line else len(text)]
        pieces.append(piece if delimiter == ";" else piece.replace(delimiter, ";".ljust(len(delimiter))))
        if line:
            pieces.append(" " * len(line.group()))
            delimiter, at = line.group(1), line.end()
    return "".join(pieces)
