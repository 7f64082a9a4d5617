"""From the text of a template to its tree."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

DEEPEST = 100
"""Blocks and parentheses inside each other; real templates have a dozen."""

_ACTION = re.compile(
    r"\{\{(?P<left>-(?=\s))?(?:\s*/\*(?P<comment>(?:[^*]|\*(?!/))*+)\*/\s*-?\}\}"
    r"|(?P<body>(?:\"(?:[^\"\\\n]|\\.)*+\"|`[^`]*+`|'(?:[^'\\\n]|\\.)*+'|[^\"`'}]|\}(?!\}))*+)\}\})"
)
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<string>\"(?:[^\"\\\n]|\\.)*+\")|(?P<raw>`[^`]*+`)|(?P<char>'(?:[^'\\\n]|\\.)*+')"
    r"|(?P<number>[+-]?\.?\d[\w.]*)|(?P<mark>:=|[=,|()])|(?P<variable>\$\w*)|(?P<field>\.\w+)|(?P<dot>\.)|(?P<word>\w+)"
)
_LONGEST_NUMBER = 40


class TemplateError(ValueError):
    """A template that is not evaluated: ``what`` as ``facts.Unreadable`` has it, the reason, and the line."""

    def __init__(self, what: str, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.what = what
        self.line = line


# --- expressions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, boolean or nil."""

    value: Any


@dataclass(frozen=True, slots=True)
class Dot:
    """What the template is about at this place."""


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``; ``$`` alone is what the template was started with."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Members of something: ``.Values.image.tag``, ``(index . 0).name``."""

    of: Operand
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands, each of which gets the result of the one before; the last result may go to variables."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    declares: bool = True


Operand = Literal | Dot | Variable | Call | Chain | Pipe


# --- statements -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in the result as it is. ``cut`` is the line whose break was taken away behind it, 0 for none."""

    text: str
    line: int
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """A pipeline whose result is written."""

    pipe: Pipe
    line: int


@dataclass(frozen=True, slots=True)
class Branch:
    """``if``, ``with`` or ``range`` with what stands in it and what else."""

    kind: str
    pipe: Pipe
    body: tuple[Statement, ...]
    other: tuple[Statement, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Insert:
    """``template "name" pipeline``."""

    name: str
    pipe: Pipe | None
    line: int


@dataclass(frozen=True, slots=True)
class Leave:
    """``break`` or ``continue``."""

    kind: str


Statement = Text | Action | Branch | Insert | Leave


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text and the templates that it defines."""

    body: tuple[Statement, ...]
    defined: dict[str, tuple[Statement, ...]]


@dataclass(slots=True)
class _Open:
    """A block that is not yet ended; ``chained`` counts the ``else if`` that end with it."""

    kind: str
    pipe: Pipe | None
    line: int
    body: list[Statement]
    other: list[Statement] | None = None
    chained: bool = False
    name: str = ""


def parse(text: str) -> Template:
    """The tree of a template; TemplateError where it is none."""
    return _Parser(text).parse()


def definitions(template: Template) -> dict[str, tuple[Statement, ...]]:
    """The templates that a text defines, by name."""
    return template.defined


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.stack = [_Open("", None, 1, [])]
        self.defined: dict[str, tuple[Statement, ...]] = {}

    def parse(self) -> Template:
        at, line, trim = 0, 1, False
        while (start := self.text.find("{{", at)) >= 0:
            action = _ACTION.match(self.text, start)
            if action is None:
                raise TemplateError("syntax", "an action that is not closed", line + self.text.count("\n", at, start))
            line = self._literal(self.text[at:start], line, trim, bool(action["left"]))
            body = action["body"] if action["body"] is not None else ""
            trim = action.group().endswith("-}}") and (action["body"] is None or body[-2:-1].isspace())
            if action["body"] is not None:
                self._action(body.strip().removesuffix("-").strip() if trim else body.strip(), line)
            line += self.text.count("\n", start, action.end())
            at = action.end()
        self._literal(self.text[at:], line, trim, False)
        if len(self.stack) > 1:
            raise TemplateError("syntax", f"{self.stack[-1].kind} without its end", self.stack[-1].line)
        return Template(tuple(self.stack[0].body), self.defined)

    def _literal(self, text: str, line: int, left: bool, right: bool) -> int:
        """Add a text, trimmed at its ends; gives the line behind it."""
        kept, after, cut = text, line + text.count("\n"), 0
        if left:
            kept = text.lstrip(" \t\r\n")
            line += text.count("\n", 0, len(text) - len(kept))
        if right:
            whole, kept = kept, kept.rstrip(" \t\r\n")
            cut = line + kept.count("\n") if "\n" in whole[len(kept) :] else 0
        if kept or cut:
            self._add(Text(kept, line, cut))
        return after

    def _add(self, statement: Statement) -> None:
        block = self.stack[-1]
        (block.body if block.other is None else block.other).append(statement)

    def _action(self, body: str, line: int) -> None:
        word = re.match(r"(if|with|range|else|end|define|block|template|break|continue)\b", body)
        rest = body[word.end() :].strip() if word else body
        match word[1] if word else "":
            case "if" | "with" | "range" as kind:
                self._open(_Open(kind, self._pipe(rest, line), line, []))
            case "else":
                self._else(rest, line)
            case "end":
                self._end(line)
            case "define" | "block" as kind:
                words = _Words(rest, line)
                name = str(words.text())
                pipe = words.pipe() if kind == "block" and words.more() else None
                self._open(_Open(kind, pipe, line, [], name=name))
            case "template":
                words = _Words(rest, line)
                name = str(words.text())
                self._add(Insert(name, words.pipe() if words.more() else None, line))
            case "break" | "continue" as kind:
                self._add(Leave(kind))
            case _:
                if body:
                    self._add(Action(self._pipe(body, line), line))

    def _pipe(self, text: str, line: int) -> Pipe:
        words = _Words(text, line)
        pipe = words.pipe()
        if words.more():
            raise TemplateError("syntax", "words that are no part of a pipeline", line)
        return pipe

    def _open(self, block: _Open) -> None:
        if len(self.stack) > DEEPEST:
            raise TemplateError("depth", f"blocks nest more than {DEEPEST} levels deep", block.line)
        self.stack.append(block)

    def _else(self, rest: str, line: int) -> None:
        block = self.stack[-1]
        if block.kind not in ("if", "with", "range") or block.other is not None:
            raise TemplateError("syntax", "else without its if", line)
        block.other = []
        if chained := re.match(r"(if|with)\b", rest):
            self._open(_Open(chained[1], self._pipe(rest[chained.end() :].strip(), line), line, [], chained=True))

    def _end(self, line: int) -> None:
        block = self.stack.pop() if len(self.stack) > 1 else None
        if block is None:
            raise TemplateError("syntax", "end without a beginning", line)
        if block.kind in ("define", "block"):
            self.defined[block.name] = tuple(block.body)
            if block.kind == "block":
                self._add(Insert(block.name, block.pipe, block.line))
            return
        pipe = block.pipe or Pipe(())
        self._add(Branch(block.kind, pipe, tuple(block.body), tuple(block.other or ()), block.line))
        if block.chained:
            self._end(line)


class _Words:
    """The tokens of one action."""

    def __init__(self, text: str, line: int) -> None:
        self.line = line
        self.tokens: list[tuple[str, str, bool]] = []
        self.at = 0
        self.depth = 0
        spaced, place = True, 0
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise TemplateError("syntax", "a word that is none of a template", line)
            place = match.end()
            if match.lastgroup == "space":
                spaced = True
            else:
                self.tokens.append((match.lastgroup or "", match.group(), spaced))
                spaced = False

    def more(self) -> bool:
        """Whether tokens are left."""
        return self.at < len(self.tokens)

    def _peek(self) -> tuple[str, str, bool]:
        return self.tokens[self.at] if self.more() else ("", "", True)

    def text(self) -> Any:
        """A quoted text, which must come next."""
        kind, token, _ = self._peek()
        if kind not in ("string", "raw"):
            raise TemplateError("syntax", "a name in quotes is missing", self.line)
        self.at += 1
        return _literal(kind, token)

    def pipe(self) -> Pipe:
        """A pipeline, with the variables that it is assigned to."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise TemplateError("depth", f"parentheses nest more than {DEEPEST} levels deep", self.line)
        variables, declares = self._variables()
        commands = [self._command()]
        while self._peek()[1] == "|":
            self.at += 1
            commands.append(self._command())
        self.depth -= 1
        return Pipe(tuple(commands), variables, declares)

    def _variables(self) -> tuple[tuple[str, ...], bool]:
        names: list[str] = []
        at = self.at
        while at < len(self.tokens) and self.tokens[at][0] == "variable":
            names.append(self.tokens[at][1])
            at += 1
            sign = self.tokens[at][1] if at < len(self.tokens) else ""
            if sign in (":=", "="):
                self.at = at + 1
                return tuple(names), sign == ":="
            if sign != ",":
                break
            at += 1
        return (), True

    def _command(self) -> tuple[Operand, ...]:
        found: list[Operand] = []
        while self.more() and self._peek()[1] not in ("|", ")"):
            found.append(self._operand())
        if not found:
            raise TemplateError("syntax", "a command is missing", self.line)
        return tuple(found)

    def _operand(self) -> Operand:
        kind, token, _ = self._peek()
        self.at += 1
        found: Operand
        if kind in ("string", "raw", "char", "number"):
            found = Literal(_literal(kind, token))
        elif kind == "variable":
            found = Variable(token)
        elif kind == "field":
            found = Chain(Dot(), (token[1:],))
        elif kind == "dot":
            found = Dot()
        elif kind == "word":
            constants = {"true": True, "false": False, "nil": None}
            found = Literal(constants[token]) if token in constants else Call(token)
        elif token == "(":
            found = self.pipe()
            if self._peek()[1] != ")":
                raise TemplateError("syntax", "a parenthesis that is not closed", self.line)
            self.at += 1
        else:
            raise TemplateError("syntax", f"{token!r} where an operand should be", self.line)
        return self._chained(found)

    def _chained(self, found: Operand) -> Operand:
        names: list[str] = list(found.names) if isinstance(found, Chain) else []
        of = found.of if isinstance(found, Chain) else found
        while self._peek()[0] == "field" and not self._peek()[2]:
            names.append(self._peek()[1][1:])
            self.at += 1
        return Chain(of, tuple(names)) if names else found


def _literal(kind: str, token: str) -> Any:
    if kind == "raw":
        return token[1:-1]
    if kind == "string":
        return _unquoted(token)
    if kind == "char":
        text = _unquoted(token)
        return ord(text) if len(text) == 1 else 0
    if len(token) > _LONGEST_NUMBER:
        return 0
    try:
        return int(token, 0)
    except ValueError:
        pass
    try:
        if token.lower().lstrip("+-").startswith("0x"):
            return float.fromhex(token)
        return int(token) if token.lstrip("+-").isdigit() else float(token)
    except (ValueError, OverflowError):
        return 0


def _unquoted(token: str) -> str:
    """A text in Go's quotes, whose escapes are Python's."""
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(ast.literal_eval(token))
    except (ValueError, SyntaxError):
        return token[1:-1]
