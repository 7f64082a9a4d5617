"""What is followed: a part of an answer or a message, and where in the code it is looked at."""

from __future__ import annotations

from typing import NamedTuple

from boundary.model import Location
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf

DEEPEST = 12
"""Fields in fields; deeper ones, as code that walks down a tree reads them, say no more."""


class Wave(NamedTuple):
    """A part of what was received. ``wire`` is the answer itself, whose body is still to be taken; ``packed`` a value
    that was put into a list or an object; ``shape`` the class that it was read into."""

    path: tuple[str, ...] = ()
    wire: bool = False
    packed: bool = False
    shape: ClassOf | None = None

    @property
    def text(self) -> str:
        """The path as findings show it."""
        return ".".join(("$", *self.path))


Waves = frozenset[Wave]
NONE: Waves = frozenset()


class Here(NamedTuple):
    """Where an expression stands."""

    file: CodeFile
    scope: str
    line: int

    @property
    def frame(self) -> Frame:
        """The same for the evaluator."""
        return Frame(self.file, self.scope, line=self.line)

    @property
    def location(self) -> Location:
        """The same for a reader."""
        return Location(self.file.path, max(self.line, 1))


def unpacked(wave: Wave) -> Wave:
    """What was put into a list or an object, taken out again."""
    return wave._replace(packed=False)
