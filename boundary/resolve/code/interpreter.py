"""What every part of the symbolic evaluator has at hand: the program, what is remembered, and the other parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace

from boundary.facts import Apply, Expr, Out, Parameter
from boundary.model import Hole, Value
from boundary.resolve.code import constructed, handed, tokens
from boundary.resolve.code.bindings import Bindings, bindings
from boundary.resolve.code.bounds import Bounds, budget
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.injection import Providers, provided
from boundary.resolve.code.makers import Makers
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.questions import NOWHERE, Active
from boundary.resolve.code.rows import Language, Row, language_of
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    Effect,
    FunctionOf,
    Instance,
    Known,
    Made,
    Nothing,
    Site,
    Thing,
)


class Interpreter(ABC):
    """The state of an evaluation: everything found is remembered, so that the order of asking is of no matter."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.steps = 0
        self.budget = budget(program.size)
        self._bounds = Bounds()
        self.active = Active()
        self.constructed: dict[object, Thing] = {}
        self.cut = 0
        """How often a ring of definitions was cut; what was found meanwhile may be incomplete and is not kept."""
        self.lowest = NOWHERE
        """The outermost of what is active that a ring was cut at; what is around that is complete again."""
        self.left_out = 0
        """How often the body of a function was left out; what was found meanwhile is not kept either."""
        self.asked = 0
        """Of how many functions, within each other, it is being found out what they are a part of."""
        self._assignments: dict[object, Thing] = {}
        self.bases: dict[ClassOf, tuple[Thing, ...]] = {}
        self.ancestry: dict[ClassOf, tuple[ClassOf, ...]] = {}
        """What classes derive from, directly, and those of the workspace; see ``members``."""
        self.subject = ""
        """What the decorator that is being evaluated stands before."""
        self.recorded: list[Effect] | None = None
        self.passed: dict[object, Thing] = {}
        """What parameters of functions without names are given, and what these are a part of; see ``callbacks``."""
        self.parts: set[tuple[str, str]] = set()
        """The functions without names that are a part of what the call gives back that they are handed to."""
        self._makers: Makers | None = None
        self._places: dict[str, list[constructed.Place]] | None = None
        self._registered: dict[str, list[handed.Registration]] | None = None
        self._bindings: Bindings | None = None
        self._tokens: tokens.Tokens | None = None
        self._names: dict[tuple[str, str], Thing | None] = {}

    def ring(self, key: object) -> None:
        """Cut a ring of definitions at something that is active; any other key is what may not be kept at all."""
        self.cut += 1
        self.lowest = min(self.lowest, self.active.place(key))

    @property
    def makers(self) -> Makers:
        """Where objects are made whose fields their methods cannot know."""
        if self._makers is None:
            self._makers = Makers(self.program)
        return self._makers

    @property
    def bindings(self) -> Bindings:
        """The classes whose objects are filled from the configuration."""
        if self._bindings is None:
            self._bindings = Bindings()  # What is bound may itself be read through a class that is bound.
            self._bindings = bindings(self)
        return self._bindings

    @property
    def tokens(self) -> tokens.Tokens:
        """What containers hand out under tokens."""
        if self._tokens is None:
            self._tokens = {}
            self._tokens = tokens.tokens(self)
        return self._tokens

    @property
    def places(self) -> dict[str, list[constructed.Place]]:
        """Where objects are made by hand, by the names of their classes."""
        if self._places is None:
            self._places = constructed.places(self.program)
        return self._places

    @property
    def registered(self) -> dict[str, list[handed.Registration]]:
        """What is registered with containers, by its key."""
        if self._registered is None:
            self._registered = handed.registrations(self.program)
        return self._registered

    @abstractmethod
    def receiver(self, frame: Frame) -> Instance | ClassOf | None:
        """The object whose method is evaluated; within a function in a method, the method's."""

    @abstractmethod
    def row_of(self, receiver: Thing, name: str, site: Site) -> Row | None:
        """The row of a method: of what the receiver is, of an outside class that it derives from, of anything."""

    @abstractmethod
    def option(self, cls: ClassOf, name: str, depth: int) -> Thing:
        """What functions that are given for the objects of a class set a member to."""

    @abstractmethod
    def evaluate(self, expr: Expr, frame: Frame) -> Thing:
        """What an expression stands for at a place."""

    @abstractmethod
    def member(self, of: Thing, name: str, frame: Frame) -> Thing:
        """An attribute of a thing."""

    @abstractmethod
    def annotated(self, annotation: Expr | None, frame: Frame) -> Thing:
        """A thing of the type that an annotation names, as far as the type tells."""

    @abstractmethod
    def module_name(self, file: CodeFile, name: str) -> Thing | None:
        """What a name means at the top of a module, None when the module has no such name."""

    @abstractmethod
    def call(self, call: Apply, frame: Frame) -> Thing:
        """Evaluate a call expression."""

    @abstractmethod
    def apply(self, callee: Thing, arguments: Arguments, site: Site, depth: int) -> Thing:
        """Call a thing."""

    @abstractmethod
    def called(self, function: FunctionOf, site: Site, depth: int) -> Thing:
        """What a function gives back when somebody unknown calls it."""

    @abstractmethod
    def known(self, row: Row, arguments: Arguments, receiver: Thing | None, site: Site, depth: int = 0) -> Thing:
        """Use a row of the table of known calls."""

    @abstractmethod
    def body(self, function: FunctionOf, arguments: Arguments | None, depth: int) -> tuple[Effect, ...]:
        """Effects of a function called with these arguments (None: by somebody unknown)."""

    @abstractmethod
    def opened(self, parameter: Parameter, frame: Frame) -> Thing:
        """A parameter that nobody gives."""

    @abstractmethod
    def stored(self, out: Out, frame: Frame) -> Thing:
        """What a call leaves in a variable that it is given by reference."""

    @abstractmethod
    def providers(self) -> Providers:
        """The methods that make what a framework hands to fields and parameters."""

    @abstractmethod
    def derived(self) -> dict[ClassOf, list[ClassOf]]:
        """The classes that derive from each, directly."""

    @abstractmethod
    def frame_of(self, function: FunctionOf, arguments: Arguments | None, depth: int) -> Frame:
        """The frame of a function's body when it is called with these arguments (None: by somebody unknown)."""

    def injected(self, annotation: Expr | None, name: str, decorators: tuple[Expr, ...], frame: Frame) -> Thing:
        """What a field or parameter of a type holds: what a framework provides, else a thing that the type tells."""
        key = "injected", id(annotation)
        if key in self.active:  # A field may be called as its type is: ``Queue: Queue[int]``.
            return NOTHING
        self.active.add(key)
        try:
            told = self.annotated(annotation, frame)
        finally:
            self.active.discard(key)
        if frame.file.language.provides:
            handed = tokens.given(self, told, decorators, frame)
            return told if isinstance(handed, Nothing) else handed
        by_type = isinstance(told, Made) and told.site is None
        if isinstance(told, Made) and isinstance(key_of := told.field("named"), Value):  # Symfony, "Scoping Client"
            base = Value((Hole("config", str(key_of).replace("{}", name)),))
            return replace(told, fields=(("base", base),))
        plain = by_type or (isinstance(told, Instance) and told.arguments is None)
        if not plain or not frame.file.language.implicit:
            return told
        made = provided(self, told, name, decorators, frame)
        return told if isinstance(made, Nothing | Value) else made

    def row(self, path: str, name: str) -> Row | None:
        """The row of a known call, in the language of a file."""
        return self.language(path).row(name)

    def language(self, path: str) -> Language:
        """The language that a file is written in."""
        file = self.program.files.get(path)
        return file.language if file is not None else language_of(path)

    def quiet(self, expr: Expr, frame: Frame) -> Thing:
        """Evaluate without recording effects: the statement's own walk records them."""
        outer, self.recorded = self.recorded, None
        try:
            return self.evaluate(expr, frame)
        finally:
            self.recorded = outer

    def made_by(self, decorator: Expr, frame: Frame) -> str:
        """The type of what an annotation makes, by its name alone: its values may name the class it stands before."""
        head = self.quiet(decorator.callee if isinstance(decorator, Apply) else decorator, frame)
        row = self.row(frame.file.path, head.name) if isinstance(head, Known) else None
        return row.returns if row else ""

    def decorated(self, decorators: tuple[Expr, ...], frame: Frame) -> Thing:
        """What annotations say that a field or parameter holds: ``@Value("${orders.url}")``."""
        key = "decorated", id(decorators)
        if key in self.active:  # An attribute may name its own field: ``[Range(typeof(Amount), …)] … Amount``.
            return NOTHING
        self.active.add(key)
        outer, self.subject = self.subject, "field"
        try:
            told = (self.quiet(one, frame) for one in decorators)
            return self.first(one for one in told if isinstance(one, Value) or _is_injected(one))
        finally:
            self.subject = outer
            self.active.discard(key)

    @staticmethod
    def first(things: Iterable[Thing]) -> Thing:
        """The first thing that says anything."""
        return next((thing for thing in things if not isinstance(thing, Nothing)), NOTHING)


def _is_injected(thing: Thing) -> bool:
    """Whether an annotation tells the very thing that it stands before: ``@Client("orders") HttpClient http``."""
    return isinstance(thing, Made) and thing.field("injects") is not None
