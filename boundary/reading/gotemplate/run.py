"""Templates evaluated: statements one after the other, pipelines, and what has to know about other templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from boundary.reading.gotemplate.collections import member, truth
from boundary.reading.gotemplate.functions import FUNCTIONS
from boundary.reading.gotemplate.origins import marked, member_of, told
from boundary.reading.gotemplate.printing import LARGEST, text
from boundary.reading.gotemplate.syntax import (
    Action,
    Branch,
    Call,
    Chain,
    Dot,
    Insert,
    Leave,
    Literal,
    Operand,
    Pipe,
    Statement,
    TemplateError,
    Text,
    Variable,
    parse,
)

STEPS = 1_000_000
"""Expressions and statements that all templates of one chart may take; a large chart takes a tenth."""

DEEPEST = 40
"""Templates inside each other."""

_LONGEST = 8 * LARGEST  # characters of one template's result

_MADE = 16  # characters or items of a function's result that count as a step

_MARK = 0xF0000
_MOST_LINES = 0xFFFD

_Scope = list[dict[str, Any]]


class _Left(Exception):
    pass


class Rendered:
    """What a template gives: ``text``, and for each of its lines, counted from 1, the line of the template, and the
    place of the data that it comes from, 0 for one that it has by itself."""

    def __init__(self, written: str) -> None:
        self.lines = [0]
        self.places = [0]
        plain = []
        for line in written.split("\n"):
            marks = [ord(char) - _MARK for char in line if _MARK < ord(char) <= _MARK + _MOST_LINES]
            self.lines.append(marks[0] if marks else 0)
            self.places.append(told(line))
            plain.append(
                "".join(char for char in line if ord(char) <= _MARK) if max(line, default="") > chr(_MARK) else line
            )
        self.text = "\n".join(plain)
        below = 0
        for at in range(len(self.lines) - 1, 0, -1):  # a line that an action wrote is the action's, which ends below
            below = self.lines[at] = self.lines[at] or below
        last = max(self.lines, default=1)
        self.lines = [line or last or 1 for line in self.lines]


class Renderer:
    """Renders the templates of one chart; ``defined`` are all templates that can be included, by name."""

    def __init__(self, defined: Mapping[str, tuple[Statement, ...]], budget: int = STEPS) -> None:
        self._defined = dict(defined)
        self._budget = self._left = budget
        self._depth = 0
        self._size = 0
        self._parsed: dict[str, tuple[Statement, ...]] = {}
        self.read: list[Any] = []

    def render(self, body: Iterable[Statement], data: Any) -> Rendered:
        """The result of a template; TemplateError when it takes too much."""
        self._size = 0
        try:
            return Rendered(_Frame(self, data, marks=True).run(body))
        except RecursionError:
            raise TemplateError("depth", "templates nest too deeply") from None

    @property
    def spent(self) -> int:
        """The steps that were taken so far."""
        return self._budget - self._left

    def step(self, line: int = 1, count: int = 1) -> None:
        """Count a step, or several."""
        self._left -= count
        if self._left < 0:
            raise TemplateError("size", f"evaluating the templates takes more than {STEPS} steps", line)

    def written(self, piece: str) -> str:
        """Count what is written."""
        self._size += len(piece)
        if self._size > _LONGEST:
            raise TemplateError("size", f"a template writes more than {_LONGEST // 1024 // 1024} MB")
        return piece

    def include(self, name: Any, data: Any) -> str:
        """The result of a named template."""
        return self._inner(self._defined.get(text(name), ()), data)

    def evaluated(self, source: Any, data: Any) -> str:
        """The result of a text that is itself a template (``tpl``)."""
        key = text(source)
        if "{{" not in key:
            return key
        if key not in self._parsed:
            template = parse(key)
            self._defined.update(template.defined)
            self._parsed[key] = template.body
        return self._inner(self._parsed[key], data)

    def _inner(self, body: tuple[Statement, ...], data: Any) -> str:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TemplateError("depth", f"templates include each other more than {DEEPEST} levels deep")
        try:
            return _Frame(self, data, marks=False).run(body)
        finally:
            self._depth -= 1


class _Frame:
    """One template at work: its data, its dot and its variables."""

    def __init__(self, renderer: Renderer, data: Any, marks: bool) -> None:
        self.renderer = renderer
        self.marks = marks
        self.scopes: _Scope = [{"$": data}]

    def run(self, body: Iterable[Statement]) -> str:
        pieces: list[str] = []
        with suppress(_Left):
            self._all(body, self.scopes[0]["$"], pieces)
        return "".join(pieces)

    def _all(self, body: Iterable[Statement], dot: Any, into: list[str]) -> None:
        for statement in body:
            self.renderer.step(getattr(statement, "line", 1))
            match statement:
                case Text():
                    into.append(self.renderer.written(self._marked(statement) if self.marks else statement.text))
                case Action(pipe):
                    found = self._written(pipe, dot)
                    if not pipe.variables:
                        into.append(self.renderer.written(found))
                case Branch():
                    self._branch(statement, dot, into)
                case Insert(name, given):
                    into.append(self.renderer.written(self._inserted(name, given, dot)))
                case Leave(kind):
                    raise _Left(kind)

    def _written(self, pipe: Pipe, dot: Any) -> str:
        """What an action writes, with marks of where that comes from unless a template around it will see to that."""
        if self.marks:
            self.renderer.read.clear()
        return self._told(text(self.pipe(pipe, dot)))

    def _inserted(self, name: str, given: Pipe | None, dot: Any) -> str:
        data = self.pipe(given, dot) if given else None
        if self.marks:
            self.renderer.read.clear()
        return self._told(self.renderer.include(name, data))

    def _told(self, piece: str) -> str:
        return marked(piece, self.renderer.read) if self.marks and self.renderer.read else piece

    def _marked(self, statement: Text) -> str:
        line, pieces = statement.line, []
        for part in statement.text.split("\n")[:-1]:
            pieces.append(part + chr(_MARK + min(line, _MOST_LINES)) + "\n")
            line += 1
        pieces.append(statement.text.rpartition("\n")[2])
        if statement.cut:
            pieces.append(chr(_MARK + min(statement.cut, _MOST_LINES)))
        return "".join(pieces)

    # --- blocks ---------------------------------------------------------------------------------------------

    def _branch(self, block: Branch, dot: Any, into: list[str]) -> None:
        self.scopes.append({})
        try:
            value = self.pipe(block.pipe, dot)
            if block.kind == "range":
                self._range(block, value, dot, into)
            elif truth(value):
                self._all(block.body, value if block.kind == "with" else dot, into)
            else:
                self._all(block.other, dot, into)
        finally:
            self.scopes.pop()

    def _range(self, block: Branch, value: Any, dot: Any, into: list[str]) -> None:
        entries = _entries(value)
        if not entries:
            self._all(block.other, dot, into)
        for key, item in entries:
            self.renderer.step(block.line)
            names = block.pipe.variables
            bound = dict(zip(names, (item,) if len(names) == 1 else (key, item), strict=False))
            self.scopes.append(bound)
            try:
                self._all(block.body, item, into)
            except _Left as left:
                if left.args[0] == "break":
                    break
            finally:
                self.scopes.pop()

    # --- expressions ----------------------------------------------------------------------------------------

    def pipe(self, pipe: Pipe, dot: Any) -> Any:
        """The last result of a pipeline, which its variables get."""
        value: tuple[Any, ...] = ()
        for command in pipe.commands:
            self.renderer.step()
            value = (self._command(command, dot, value),)
        found = value[0] if value else None
        for name in pipe.variables if len(pipe.variables) == 1 else ():
            scope = next((one for one in reversed(self.scopes) if name in one), self.scopes[-1])
            (self.scopes[-1] if pipe.declares else scope)[name] = found
        return found

    def _command(self, command: tuple[Operand, ...], dot: Any, piped: tuple[Any, ...]) -> Any:
        head, *rest = command
        if isinstance(head, Call):
            if head.name in ("and", "or"):
                return self._lazy(head.name, rest, dot, piped)
            before = len(self.renderer.read)
            arguments = [*(self.operand(one, dot) for one in rest), *piped]
            if head.name in ("include", "tpl"):
                # What a named template is handed is mostly all there is; what it takes of that will be told. A text
                # that is a template itself is told where it stands.
                del self.renderer.read[before:]
                if head.name == "tpl" and len(rest) > 1:
                    self.operand(rest[0], dot)
            return self._call(head.name, arguments)
        value = self.operand(head, dot, called=bool(rest or piped))
        if callable(value):
            return value(*(self.operand(one, dot) for one in rest), *piped)
        return value

    def _lazy(self, name: str, operands: list[Operand], dot: Any, piped: tuple[Any, ...]) -> Any:
        value: Any = None
        for operand in operands:
            value = self.operand(operand, dot)
            if truth(value) == (name == "or"):
                return value
        return piped[0] if piped else value

    def _call(self, name: str, arguments: list[Any]) -> Any:
        if name == "include":
            return self.renderer.include(*(*arguments, None, None)[:2])
        if name == "tpl":
            return self.renderer.evaluated(*(*arguments, None, None)[:2])
        function = FUNCTIONS.get(name)
        if function is None:
            return None
        try:
            found = function(*arguments)
        except (TypeError, ValueError, KeyError, IndexError, ArithmeticError, AttributeError) as error:
            if isinstance(error, TemplateError):
                raise
            return None  # wrong arguments: Helm would stop here, and we would not read the rest
        if isinstance(found, str) and len(found) > LARGEST:
            raise TemplateError("size", "a text that grows too long")
        if isinstance(found, str | list):
            self.renderer.step(count=len(found) // _MADE)
        return found

    def operand(self, operand: Operand, dot: Any, called: bool = False) -> Any:
        """What one operand is; a function of the data is called unless arguments follow (``called``)."""
        self.renderer.step()
        found = self._operand(operand, dot)
        if isinstance(operand, Chain) and callable(found) and not called:
            found = found()
        if isinstance(operand, Chain | Dot | Variable):
            self.renderer.read.append(found)
        return found

    def _operand(self, operand: Operand, dot: Any) -> Any:
        match operand:
            case Literal(value):
                return value
            case Dot():
                return dot
            case Variable(name):
                return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)
            case Call(name):
                return self._call(name, [])
            case Pipe():
                return self.pipe(operand, dot)
            case Chain(of, names):
                before = len(self.renderer.read)
                found = self.operand(of, dot)
                del self.renderer.read[before:]
                for name in names:
                    outer, found = found, member(found, name)
                if isinstance(found, bool):
                    self.renderer.read.append(member_of(outer, names[-1]))
                return found


def _entries(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, list):
        return list(enumerate(value))
    if isinstance(value, dict):
        return sorted(value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return [(at, at) for at in range(min(value, 10_000))]
    return []
