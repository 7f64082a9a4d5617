"""What the types of handlers promise about the bodies of requests and answers, where no document does.

Only what stands there: the result's type or ``response_model``, the parameter that is the body, and in Go the variables
that are encoded and decoded. What a type does not tell is not guessed. Names are those of ``known/bodies.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Apply, Assign, Either, Expr, Function, Item, Listing, Member, Parameter, Ref, Unknown
from boundary.model import Location, Part, Shape
from boundary.resolve.answered import answer
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf, Effect, FunctionOf, Instance
from boundary.resolve.fieldmarks import alias, is_required, last, table, text
from boundary.resolve.fields.shapes import Shapes

_DEEPEST = 8
_MOST = 500
"""Fields of one message; what has more is no interface but everything that a program knows."""

_SENT = frozenset({"POST", "PUT", "PATCH"})
_MODELS = frozenset({"BaseModel", "SQLModel", "Struct", "RootModel"})


class Bodies:
    """Remembers what classes say."""

    def __init__(self, evaluator: Evaluator, shapes: Shapes) -> None:
        self.evaluator = evaluator
        self.shapes = shapes
        self._known: dict[tuple[ClassOf, bool], Shape | None] = {}

    def of(self, effect: Effect, method: str) -> tuple[Shape | None, Shape | None]:
        """What the handler of a route takes and gives, as far as its types tell."""
        view = effect.get("view")
        path, name = (view.path, view.name) if isinstance(view, FunctionOf) else (effect.site.path, effect.subject)
        file = self.evaluator.program.files.get(path)
        handler = file.functions.get(name) if file else None
        if file is None or handler is None:
            return None, None
        one = _Handler(self, file, name, handler)
        return (one.taken() if method in _SENT else None), one.given()

    def whole(self, cls: ClassOf, *, sent: bool) -> Shape | None:
        """What a class says; None where it holds more than anybody would write into a document."""
        key = cls, sent
        if key not in self._known:
            reader = _Types(self, sent)
            shape = reader.object(cls, ())
            self._known[key] = shape if reader.left >= 0 else None
        return self._known[key]


class _Handler:
    """Finds the types of one handler."""

    def __init__(self, bodies: Bodies, file: CodeFile, name: str, handler: Function) -> None:
        self._bodies, self._shapes, self._evaluator = bodies, bodies.shapes, bodies.evaluator
        self._file, self._name, self._handler = file, name, handler
        self._frame = Frame(file, name.rpartition(".")[0], line=handler.line)
        self._within = Frame(file, name, line=handler.end_line or handler.line)

    def taken(self) -> Shape | None:
        """The body of the request."""
        for parameter in self._handler.parameters:
            marks = {last(mark) for mark in (*parameter.decorators, *_marks(parameter))}
            if marks & table()["other"] or parameter.annotation is None:
                continue
            cls = self._shapes.of_type(parameter.annotation, self._frame)
            if cls is not None and (marks & table()["body"] or self._is_message(cls)):
                return self._bodies.whole(cls, sent=True)
        variable = next(self._arguments("reads"), None)
        found = self._of_variable(variable) if variable is not None else None
        return self._bodies.whole(found, sent=True) if found else None

    def given(self) -> Shape | None:
        """The body of the answer."""
        told = next(_models(self._handler), self._handler.returns)
        if told is not None:
            cls = self._shapes.of_type(_held(told), self._frame)
            shape = self._bodies.whole(cls, sent=False) if cls else None
            return shape if shape and shape.fields else answer(self._file, self._name, self._made)
        found = {cls for one in self._arguments("answers") if (cls := self._of_variable(one)) is not None}
        if len(found) == 1:
            return self._bodies.whole(next(iter(found)), sent=False)
        return None if found else answer(self._file, self._name, self._made)

    def _made(self, expr: Expr) -> Shape | None:
        """What the class says that an answer is made of."""
        cls = self._of_variable(expr) if isinstance(expr, Apply | Ref) else None
        return self._bodies.whole(cls, sent=False) if cls else None

    def _is_message(self, cls: ClassOf) -> bool:
        """Whether a class can only be the body: a model of pydantic, or fields without any method."""
        if not self._shapes.fields(cls):
            return False
        file = self._evaluator.program.files[cls.path]
        if file.language.name == "python":
            bases = members.outside_bases(self._evaluator, cls)
            return bool(_MODELS & {base.rpartition(".")[2] for base in bases})
        methods = [name for name, fact in file.functions.items() if fact.scope == cls.name and fact.name != "__init__"]
        return file.language.name == "csharp" and not methods

    def _arguments(self, kind: str) -> Iterator[Expr]:
        """What calls in a handler of Go answer with, or read into; of answers only those that tell no failure."""
        if not self._file.language.literals:
            return
        facts = (*self._file.evaluates.get(self._name, ()), *self._file.returns.get(self._name, ()))
        assigned = (one for one in self._file.assigns.get(self._name, ()) if one.value is not None)
        for call in (fact.value for fact in (*facts, *assigned)):
            if isinstance(call, Apply) and last(call) in table()[kind] and call.args:
                status = [last(one) or text(one) for one in call.args[:-1]]
                if kind == "reads" or all(one in table()["good"] for one in status):
                    yield call.args[-1]

    def _of_variable(self, expr: Expr) -> ClassOf | None:
        if isinstance(expr, Ref):
            facts = self._file.names.get((self._name, expr.name), ())
            noted = next((fact.annotation for fact in facts if fact.annotation is not None), None)
            if noted is not None:
                return self._shapes.of_type(noted, self._within)
        thing = self._evaluator.quiet(expr, self._within)
        return thing.of if isinstance(thing, Instance) else None


class _Types:
    """Reads the classes of one message; ``left`` is how many more fields it may have."""

    def __init__(self, bodies: Bodies, sent: bool) -> None:
        self._shapes, self._evaluator = bodies.shapes, bodies.evaluator
        self._sent = sent
        self.left = _MOST

    def object(self, cls: ClassOf, around: tuple[ClassOf, ...]) -> Shape:
        """An object of a class, with the fields of those that it derives from."""
        declared = self._shapes.fields(cls)
        home = self._evaluator.program.files[cls.path]
        fact = home.classes.get(cls.name)
        if not declared or fact is None or cls in around or len(around) > _DEEPEST or self.left < 0:
            return Shape()
        parts = [
            part
            for one in members.ancestry(self._evaluator, cls)
            for assign in self._evaluator.program.files[one.path].assigns.get(one.name, ())
            if isinstance(assign.target, Ref) and (part := self._part(cls, one, assign, (*around, cls))) is not None
        ]
        return Shape("object", False, tuple(sorted(parts)), Location(cls.path, fact.line, fact.column))

    def _part(self, cls: ClassOf, of: ClassOf, assign: Assign, around: tuple[ClassOf, ...]) -> Part | None:
        """A field; None for one that is none of the message, or that a class further down declares anew."""
        file = self._evaluator.program.files[of.path]
        place = self._shapes.place(file, assign)
        known = self._shapes.field(cls, assign.target.name) if isinstance(assign.target, Ref) else None
        marks = {last(mark) for mark in assign.decorators}
        note = assign.annotation
        hidden = marks | ({last(note.of)} if isinstance(note, Item) else set())
        if known is None or known.location != place or hidden & table()["hidden"]:
            return None
        self.left -= 1
        frame = Frame(file, of.name, line=assign.line)
        shape = self._shape(note, frame, around) if note is not None else Shape()
        language = file.language.name
        # In scripts what is nothing is not sent.
        required = is_required(assign, marks, shape, language) if self._sent else (
            not shape.nullable or language != "javascript"
        )  # fmt: skip
        return Part(alias(assign, self._sent) or known.name, shape, required, place)

    def _shape(self, expr: Expr, frame: Frame, around: tuple[ClassOf, ...]) -> Shape:
        match expr:
            case Either(options):
                told = [one for one in options if not isinstance(one, Unknown) and last(one) not in ("None", "null")]
                shape = self._shape(told[0], frame, around) if len(told) == 1 else Shape()
                return Shape(shape.type, len(told) < len(options), shape.fields, shape.place)
            case Item(of, key):
                wraps, nullable = (last(of) in table()[kind] for kind in ("wraps", "nullable"))
                shape = self._shape(_first(key), frame, around) if wraps or nullable else Shape()
                return Shape(shape.type, shape.nullable or nullable, shape.fields, shape.place)
            case Ref() | Member():
                scalar = next((kind for kind in _SCALARS if last(expr) in table()[kind]), "")
                cls = self._shapes.of_type(expr, frame) if not scalar else None
                return self.object(cls, around) if cls else Shape(scalar)
        return Shape()


_SCALARS = ("string", "integer", "number", "boolean")


def _marks(parameter: Parameter) -> Iterator[Expr]:
    """What a default and ``Annotated`` say about a parameter."""
    if isinstance(parameter.default, Apply):
        yield parameter.default
    note = parameter.annotation
    if isinstance(note, Item) and last(note.of) == "Annotated" and isinstance(note.key, Listing):
        yield from (one for one in note.key.items if isinstance(one, Apply))


def _models(handler: Function) -> Iterator[Expr]:
    for mark in handler.decorators:
        if isinstance(mark, Apply):
            yield from (value for name, value in mark.keywords if name == "response_model")


def _held(expr: Expr) -> Expr | None:
    """The type of what an answer holds, out of tasks, answers and lists; None where something else is around it."""
    for _ in range(_DEEPEST):
        if not isinstance(expr, Item):
            break
        if last(expr.of) not in table()["wraps"] | table()["nullable"]:
            return None
        expr = _first(expr.key)
    return expr


def _first(key: Expr) -> Expr:
    return key.items[0] if isinstance(key, Listing) and key.items else key
