"""Expressions of Bicep: tokens, and trees of them as those of code are; see ``boundary.facts.infra``.

Newlines part statements and the entries of objects and arrays, and mean nothing within parentheses. Specification:
https://learn.microsoft.com/azure/azure-resource-manager/bicep/file .
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown

DEEPEST = 60
"""Expressions in expressions."""

_LONGEST = 100
"""Members, items and calls behind a value, and values between operators."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f]+|//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*)|(?P<newline>\n)|(?P<whole>'''.*?(?:'''|\Z))|(?P<text>')
    |(?P<number>\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>=>|==|=~|!=|!~|<=|>=|&&|\|\||\?\?|\.\.\.|::|\.\?|[^\s\w])""",
    re.DOTALL | re.VERBOSE,
)
_POINT = re.compile(r"\\u\{([0-9A-Fa-f]{1,6})\}")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_STRENGTH = {
    "??": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "=~": 4, "!~": 4, "<": 5, ">": 5, "<=": 5, ">=": 5, "+": 6, "-": 6,
    "*": 7, "/": 7, "%": 7,
}  # fmt: skip
_PAIRS = {"(": ")", "[": "]", "{": "}"}


class Broken(Exception):
    """What stands on a line is not understood."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


class Token(NamedTuple):
    """A word: its kind (``name``, ``number``, ``sign``, ``newline``, ``text`` or ``end``), text and line; a text has
    its parts, literals and the tokens of what is put in between."""

    kind: str
    text: str
    line: int
    parts: tuple[str | tuple[Token, ...], ...] = ()


class Inner(NamedTuple):
    """A resource within another one, whose ``parent`` its body names."""

    existing: bool
    type: str
    symbol: str
    body: Expr
    line: int
    end: int


def tokens(source: str) -> list[Token]:
    """The words of a file; ``Broken`` for a text that does not end."""
    found, at, line = [], 0, 1
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            at += 1
            continue
        kind, start = match.lastgroup or "", line
        at = match.end()
        line += match[0].count("\n")
        if kind == "text":
            parts, at, line = _text(source, at, line, 0)
            found.append(Token("text", "", start, parts))
        elif kind == "whole":
            found.append(Token("text", "", start, (match[0][3:-3].removeprefix("\n"),)))
        elif kind != "space":
            found.append(Token(kind, match[0], start))
    return [*found, Token("newline", "\n", line), Token("end", "", line)]


def _text(source: str, at: int, line: int, depth: int) -> tuple[tuple[str | tuple[Token, ...], ...], int, int]:
    """The parts of a text from behind its first quote, and where it ends."""
    parts: list[str | tuple[Token, ...]] = []
    letters: list[str] = []
    while at < len(source):
        sign = source[at]
        if sign == "'":
            return (*parts, "".join(letters)), at + 1, line
        if sign == "\n" or depth > DEEPEST:
            break
        if sign == "\\":
            escape = _POINT.match(source, at)
            if escape and int(escape[1], 16) < 0x110000:
                letters.append(chr(int(escape[1], 16)))
            else:
                letters.append(_ESCAPES.get(source[at + 1 : at + 2], source[at + 1 : at + 2]))
            at = escape.end() if escape else at + 2
        elif source.startswith("${", at):
            inner, at, line = _inside(source, at + 2, line, depth + 1)
            parts += ["".join(letters), inner]
            letters = []
        else:
            letters.append(sign)
            at += 1
    raise Broken(line, "a text does not end on its line")


def _inside(source: str, at: int, line: int, depth: int) -> tuple[tuple[Token, ...], int, int]:
    """The tokens up to the bracket that closes what is put into a text."""
    found: list[Token] = []
    nested = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            break
        kind, at = match.lastgroup or "", match.end()
        if kind == "text":
            parts, at, line = _text(source, at, line, depth + 1)
            found.append(Token("text", "", line, parts))
            continue
        line += match[0].count("\n")
        nested += {"{": 1, "}": -1}.get(match[0], 0) if kind == "sign" else 0
        if nested < 0:
            return (*found, Token("end", "", line)), at, line
        if kind not in ("space", "newline"):
            found.append(Token(kind, match[0], line))
    raise Broken(line, "what is put into a text does not end")


class Reader:
    """Reads expressions from tokens, one after the other."""

    def __init__(self, words: Sequence[Token]) -> None:
        self._words = words
        self.at = 0
        self._within: list[tuple[str, str]] = []
        self._inner: list[Inner] = []

    @property
    def now(self) -> Token:
        """The next token."""
        return self._words[min(self.at, len(self._words) - 1)]

    def take(self, text: str) -> bool:
        """Pass a sign or name, if it is the next one."""
        if self.now.kind in ("sign", "name") and self.now.text == text:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        """Pass a sign that must be the next one."""
        if not self.take(text):
            raise Broken(self.now.line, f"{text} is missing")

    def blank(self) -> None:
        """Pass newlines."""
        while self.now.kind == "newline":
            self.at += 1

    def word(self) -> Token:
        """Pass the next token, whatever it is."""
        found = self.now
        self.at += 1
        return found

    def skip(self, *ends: str) -> None:
        """Pass everything up to one of some signs, or the end of the line, that stands in no bracket."""
        open_ones: list[str] = []
        while self.now.kind != "end":
            sign = self.now.text if self.now.kind == "sign" else ""
            if not open_ones and (self.now.kind == "newline" or sign in ends):
                return
            if sign in _PAIRS:
                open_ones.append(_PAIRS[sign])
            elif open_ones and sign == open_ones[-1]:
                open_ones.pop()
            self.at += 1

    def resource(self, symbol: str, kind: str) -> tuple[Expr, list[Inner]]:
        """The body of a resource, and the resources that stand in it."""
        self._within, self._inner = [(symbol, kind)], []
        body = self.conditional()
        self._within = []
        return body, self._inner

    def _nested(self, line: int, depth: int) -> None:
        """``resource child 'type' = { … }`` within the body of another resource."""
        symbol, written = self.word().text, joined(self.word())
        existing = self.take("existing")
        self.need("=")
        parent, above = self._within[-1] if self._within else ("", "")
        last = written.text.partition("@")[0] if isinstance(written, Text) else ""
        self._within.append((symbol, f"{above}/{last}"))
        body = self.conditional(depth + 1)
        self._within.pop()
        if isinstance(body, Record):
            body = Record(((Text("parent", line), Ref(parent)), *body.entries))
        self._inner.append(Inner(existing, f"{above}/{last}", symbol, body, line, self.now.line))

    # --- expressions -----------------------------------------------------------------------------------------

    def expression(self, depth: int = 0) -> Expr:
        """``a ? b : c``, or less."""
        first = self._binary(depth, 0)
        before = self.at
        self.blank()
        if not self.take("?"):
            self.at = before
            return first
        self.blank()
        then = self.expression(depth + 1)
        self.blank()
        self.need(":")
        self.blank()
        return Apply(Ref("if"), (first, then, self.expression(depth + 1)))

    def _binary(self, depth: int, least: int) -> Expr:
        if depth > DEEPEST:
            raise Broken(self.now.line, "too deep")
        left = self._unary(depth)
        steps = 0
        while (strength := _STRENGTH.get(self.now.text, 0) if self.now.kind == "sign" else 0) > least:
            sign, steps = self.word().text, steps + 1
            if steps > _LONGEST:
                raise Broken(self.now.line, "too long")
            self.blank()
            right = self._binary(depth + 1, strength)
            left = Apply(Ref({"??": "coalesce", "=~": "==", "!~": "!="}.get(sign, sign)), (left, right))
        return left

    def _unary(self, depth: int) -> Expr:
        for sign in ("!", "-"):
            if self.take(sign):
                return Apply(Ref(sign), (self._deeper(depth),))
        return self._followed(self._primary(depth), depth)

    def _deeper(self, depth: int) -> Expr:
        if depth > DEEPEST:
            raise Broken(self.now.line, "too deep")
        return self._unary(depth + 1)

    def _followed(self, of: Expr, depth: int) -> Expr:
        """What stands behind a value: members, items and calls."""
        for _ in range(_LONGEST):
            sign, line = self.now.text if self.now.kind == "sign" else "", self.now.line
            if sign in (".", ".?", "::"):
                self.at += 1
                of = Member(of, self.word().text)
            elif sign == "[":
                self.at += 1
                self.take("?")
                of = Item(of, self.expression(depth + 1))
                self.need("]")
            elif sign == "(":
                self.at += 1
                of = Apply(of, tuple(self._list(")", depth)), line=line)
            elif sign == "!":
                self.at += 1
            else:
                break
        return of

    def _primary(self, depth: int) -> Expr:
        word = self.word()
        if word.kind == "text":
            return joined(word, depth)
        if word.kind == "number":
            return Text(word.text, word.line)
        if word.kind == "name":
            if self.take("=>"):
                self.expression(depth + 1)
                return Unknown()
            return Text(word.text, word.line) if word.text in ("true", "false") else Ref(word.text)
        if word.text == "(":
            return self._bracketed(depth)
        if word.text == "[":
            return self._array(depth)
        if word.text == "{":
            return self._object(depth)
        raise Broken(word.line, f"{word.text.strip() or 'the end of the line'} is no value")

    def _bracketed(self, depth: int) -> Expr:
        """An expression in parentheses, or the parameters of a function without a name, which is not followed."""
        inner = list(self._list(")", depth))
        if self.take("=>"):
            self.expression(depth + 1)
            return Unknown()
        return inner[0] if len(inner) == 1 else Unknown()

    def _array(self, depth: int) -> Expr:
        self.blank()
        if not self.take("for"):
            return Listing(tuple(self._list("]", depth)))
        names = [self.word().text] if not self.take("(") else []
        while not names or self.now.text in (",", ")"):
            if self.take(")"):
                break
            self.take(",")
            names.append(self.word().text)
        self.need("in")
        collection = self.expression(depth + 1)
        self.need(":")
        self.blank()
        element = self.conditional(depth + 1)
        self.blank()
        self.need("]")
        keywords = [("element", Text(names[0])), *([("key", Text(names[1]))] if len(names) > 1 else [])]
        return Apply(Ref("for"), (collection, Unknown(), element, Text("true")), tuple(keywords))

    def conditional(self, depth: int = 0) -> Expr:
        """``if (condition) { … }``, which a resource or module may be, or an expression."""
        if not self.take("if"):
            return self.expression(depth)
        self.need("(")
        condition = self.expression(depth + 1)
        self.blank()
        self.need(")")
        return Apply(Ref("if"), (condition, self.expression(depth + 1), Ref("null")))

    def _list(self, end: str, depth: int) -> list[Expr]:
        """Values up to a closing bracket, parted by commas or newlines."""
        found: list[Expr] = []
        self.blank()
        while not self.take(end):
            if self.take("..."):
                found.append(Apply(Ref("rest"), (self.expression(depth + 1),)))
            else:
                found.append(self.expression(depth + 1))
            while self.now.kind == "newline" or self.now.text == ",":
                self.at += 1
        return found

    def _object(self, depth: int) -> Expr:
        entries: list[tuple[Expr, Expr]] = []
        self.blank()
        while not self.take("}"):
            entries += self._entry(depth)
            while self.now.kind == "newline" or (self.now.kind == "sign" and self.now.text == ","):
                self.at += 1
        return Record(tuple(entries))

    def _entry(self, depth: int) -> list[tuple[Expr, Expr]]:
        """A key and its value; none for a resource within another."""
        while self.take("@"):
            self.skip()
            self.blank()
        if self.take("..."):
            self.expression(depth + 1)
            return [(Unknown(), Unknown())]
        key = self.word()
        if key.kind == "name" and key.text == "resource" and self.now.kind == "name":
            self._nested(key.line, depth)
            return []
        self.need(":")
        self.blank()
        return [(joined(key) if key.kind == "text" else Text(key.text, key.line), self.conditional(depth + 1))]


def joined(word: Token, depth: int = 0) -> Expr:
    """A text with what is put into it."""
    parts: list[Expr] = []
    for part in word.parts:
        if isinstance(part, str):
            parts += [Text(part, word.line)] if part or len(word.parts) == 1 else []
        else:
            parts.append(Reader(part).expression(depth + 1))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Text) else Join(tuple(parts))
