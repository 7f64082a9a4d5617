"""Whether an object is written into a message with its fields and nothing else.

A class may say how its objects are written, may derive from one that nobody sees, or may keep whatever it is given.
Then what its objects lack is not known. The words are those of ``boundary/resolve/known/fields.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from boundary.facts import Apply, Assign, Expr, Function, Item, Member, Ref, Text
from boundary.facts.parts import parts
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf
from boundary.resolve.fields import words
from boundary.resolve.values import fold

_STRUCTURAL = frozenset({"javascript"})
"""Languages in which a value of a type may have more than the type says."""

_ASKED = frozenset({"jvm", "csharp"})
"""Languages whose objects are written by what can be asked of them, whether a field is behind it or not."""

_CONFIGURED = ("model_config", "Config")


class Writing:
    """Remembers which classes are open."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self._known: dict[ClassOf, bool] = {}

    def is_open(self, cls: ClassOf, *, made: bool) -> bool:
        """Whether an object of a class may be written with more than the fields that are seen; ``made`` where it is
        seen how the object is made, and not only what type it has."""
        if cls not in self._known:
            self._known[cls] = any(self._is_open(one) for one in members.ancestry(self.evaluator, cls)) or any(
                not words.means("plain", base.rpartition(".")[2].partition("[")[0]) and not _is_interface(base)
                for base in members.outside_bases(self.evaluator, cls)
            )
        if self._known[cls]:
            return True
        structural = self.evaluator.program.files[cls.path].language.name in _STRUCTURAL
        return not made and (structural or cls.name.rpartition(".")[2] in self._extended)

    @cached_property
    def _extended(self) -> frozenset[str]:
        """The names of all classes that others derive from."""
        files = self.evaluator.program.files.values()
        bases = (base for file in files for fact in file.classes.values() for base in fact.bases)
        return frozenset(name for base in bases if (name := _last(base)))

    def _is_open(self, cls: ClassOf) -> bool:
        file = self.evaluator.program.files[cls.path]
        fact = file.classes.get(cls.name)
        if fact is None or any(_rewrites(one) for one in fact.decorators):
            return True
        if any(self._opens(one) for one in file.assigns.get(cls.name, ())):
            return True
        asked = self._asked(file, cls) if file.language.name in _ASKED else ()
        return any(asked) or any(_opens_by_method(one) for one in self._methods(cls))

    def _methods(self, cls: ClassOf) -> Iterator[Function]:
        for file in self.evaluator.program.parts(cls.path, cls.name):
            yield from (fact for fact in file.within.get(cls.name, ()) if isinstance(fact, Function))

    def _asked(self, file: CodeFile, cls: ClassOf) -> Iterator[str]:
        """What can be asked of an object and is none of its fields."""
        declared = file.assigns.get(cls.name, ())
        fields = {fold(one.target.name) for one in declared if isinstance(one.target, Ref)}
        for fact in self._methods(cls):
            name = fact.name if fact.kind == "property" else words.attribute(fact.name) if not fact.parameters else ""
            if name and fact.kind != "static" and fold(name) not in fields:
                yield name

    @staticmethod
    def _opens(assign: Assign) -> bool:
        name = assign.target.name if isinstance(assign.target, Ref) else ""
        if name in _CONFIGURED:
            return any(isinstance(part, Text) and part.text == "allow" for part in parts(assign.value))
        return any(words.means("opened", _last(mark)) for mark in assign.decorators)


def _opens_by_method(method: Function) -> bool:
    named = words.means("writers", method.name)
    return named or any(words.means("writing", _last(mark)) for mark in method.decorators)


def _rewrites(mark: Expr) -> bool:
    """Whether an annotation of a class gives its objects another form; a serialiser that is generated is none."""
    if fold(_last(mark)) == "serializable":
        return isinstance(mark, Apply) and bool(mark.args or mark.keywords)
    return words.means("rewritten", _last(mark))


def _is_interface(base: str) -> bool:
    """Whether the name of a type is one of an interface, as C# spells them all."""
    name = base.rpartition(".")[2]
    return name[:1] == "I" and name[1:2].isupper()


def _last(expr: Expr) -> str:
    match expr:
        case Apply(callee):
            return _last(callee)
        case Item(of, _):
            return _last(of)
        case Ref(name) | Member(_, name):
            return name
    return ""
