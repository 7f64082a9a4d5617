"""The fields that a class declares for what is read into its objects, under the names that they have in the message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from boundary.facts import Apply, Assign, Expr, Listing, Member, Ref, Text
from boundary.model import Location
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf, Instance
from boundary.resolve.fields.writing import Writing
from boundary.resolve.values import fold

_NAMES = frozenset(
    {"JsonProperty", "JsonPropertyName", "SerializedName", "SerialName", "Json", "DataMember", "XmlElement", "tag:json",
     "JsonAlias", "JsonField", "JsonbProperty", "serde"}
)  # fmt: skip
"""Annotations that tell the name of a field in a message."""

_GIVEN = ("Name", "name", "value", "PropertyName", "rename")
_ALIASES = ("alias", "validation_alias", "data_key", "rename")

_DEEPEST = 8
_MOST = 400


class Declared(NamedTuple):
    """A field: what it is called in the message, where it is declared, and the class of what it holds."""

    name: str
    location: Location
    shape: ClassOf | None


class Shapes:
    """Remembers the fields of classes."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.writing = Writing(evaluator)
        self._known: dict[ClassOf, dict[str, Declared]] = {}

    def fields(self, cls: ClassOf) -> dict[str, Declared]:
        """The fields of a class and of those that it derives from, by their names in code, folded."""
        if cls not in self._known:
            self._known[cls] = {}
            for one in reversed(members.ancestry(self.evaluator, cls)):
                file = self.evaluator.program.files[one.path]
                for assign in file.assigns.get(one.name, ()):
                    if isinstance(assign.target, Ref) and self._is_read(assign, assign.target.name, file):
                        self._known[cls][fold(assign.target.name)] = self._declared(one, assign.target.name, assign)
        return self._known[cls]

    def places(self, cls: ClassOf) -> dict[str, int]:
        """The places of the fields of a record among the arguments that it is made with; of other classes none."""
        fact = self.evaluator.program.files[cls.path].classes.get(cls.name)
        return {name: at for at, name in enumerate(self.fields(cls))} if fact and fact.kind == "record" else {}

    def field(self, cls: ClassOf, name: str) -> Declared | None:
        """The field that a name in code means."""
        return self.fields(cls).get(fold(name))

    def paths(self, cls: ClassOf) -> Iterator[tuple[tuple[str, ...], Location]]:
        """Every field below a class, as deep as classes lead and not around in circles."""
        waiting: list[tuple[tuple[str, ...], tuple[ClassOf, ...]]] = [((), (cls,))]
        for path, around in waiting:
            for one in self.fields(around[-1]).values():
                inner = (*path, one.name)
                yield inner, one.location
                if one.shape and one.shape not in around and len(inner) < _DEEPEST and len(waiting) < _MOST:
                    waiting.append((inner, (*around, one.shape)))

    def of_type(self, expr: Expr | None, frame: Frame) -> ClassOf | None:
        """The class of the workspace that a type names, also inside of lists, tasks and optional types."""
        told = self.evaluator.annotated(expr, frame)
        return told.of if isinstance(told, Instance) else None

    @staticmethod
    def place(file: CodeFile, assign: Assign) -> Location:
        """Where a field is declared."""
        return Location(file.path, assign.line, assign.column)

    @staticmethod
    def _is_read(assign: Assign, name: str, file: CodeFile) -> bool:
        """Whether a member of a class is filled from a message; in Go only what others may see."""
        if file.language.literals and (name[:1].islower() or _wire_name(assign) == "-"):
            return False
        return assign.annotation is not None or bool(assign.decorators)

    def _declared(self, cls: ClassOf, name: str, assign: Assign) -> Declared:
        file = self.evaluator.program.files[cls.path]
        frame = Frame(file, cls.name, line=assign.line)
        return Declared(_wire_name(assign) or name, self.place(file, assign), self.of_type(assign.annotation, frame))


def _wire_name(assign: Assign) -> str:
    """The name that an annotation, a tag or ``Field(alias=…)`` gives to a field."""
    for one in assign.decorators:
        callee = one.callee if isinstance(one, Apply) else one
        if isinstance(one, Apply) and isinstance(callee, Ref | Member) and callee.name in _NAMES:
            told = [value for key, value in one.keywords if key in _GIVEN] or (
                list(one.args[:1]) if not one.keywords else []
            )
            text = _text(told[0]) if told else ""
            if text:
                return text
    if isinstance(assign.value, Apply):
        return next((_text(value) for key, value in assign.value.keywords if key in _ALIASES), "")
    return ""


def _text(expr: Expr) -> str:
    if isinstance(expr, Listing) and expr.items:
        return _text(expr.items[0])
    return expr.text if isinstance(expr, Text) else ""
