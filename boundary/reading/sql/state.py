"""Where the scanner of SQL stands: frames of brackets, names that are no tables, and what has been found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from msgspec import structs

from boundary.facts import TableMode, TableUse
from boundary.reading.sql.tokens import Token
from boundary.reading.sql.words import (
    HINTS,
    MODIFIERS,
    NO_ALIAS,
    NO_SCHEMAS,
    NO_TABLE,
    ROW_NAMES,
    SYSTEM_TABLES,
)

DEEPEST = 500
"""Brackets inside brackets that are told apart; further ones are looked at as if they were not there."""

NOTHING = Token("end", "", "", 0, 0)


@dataclass(slots=True)
class Found:
    """A use being built; ``at`` is the offset where the table is named."""

    at: int
    use: TableUse


@dataclass(slots=True)
class Frame:
    """What is open between two brackets, or in the statement as a whole.

    ``verb`` is what decides the meaning of FROM, INTO and USING; ``listing`` whether commas separate tables, ``expect``
    whether one must come now and in which ``mode``. ``ctes`` and ``aliases`` map names in lower case; an alias leads to
    the use it stands for, None for a subquery. ``pending`` is the common table expression that this frame defines.
    """

    verb: str = ""
    listing: bool = False
    expect: bool = False
    mode: TableMode = "reads"
    code: bool = False
    ctes: set[str] = field(default_factory=set)
    with_: bool = False
    recursive: bool = False
    pending: str = ""
    united: bool = False
    output: bool = False
    aliases: dict[str, Found | None] = field(default_factory=dict)
    targets: list[Found] = field(default_factory=list)
    opened: int = 0


@dataclass(slots=True)
class Path:
    """A dotted name; parts that are holes are "". ``next`` is the index behind it."""

    parts: list[str]
    at: int
    next: int
    link: str = ""

    @property
    def simple(self) -> str:
        """The name in lower case when it has no qualifier, else ""."""
        return self.parts[0].lower() if len(self.parts) == 1 and not self.link else ""


class State(ABC):
    """The tokens of one statement (or block) and everything known while reading them."""

    def __init__(self, tokens: list[Token], temporary: set[str], *, routine: bool = False, depth: int = 0) -> None:
        self.tokens = tokens
        self.frames = [Frame()]
        self.found: list[Found] = []
        self.temporary = temporary
        self.routine = routine
        self.depth = depth
        self.beyond = 0
        self.torn = False
        self.begin = 0
        self.created: Found | None = None
        self.foreign: Found | None = None

    @abstractmethod
    def inner(self, text: str, *, routine: bool = False) -> list[Found]:
        """What the statements inside a text touch; offsets are that text's own."""

    @property
    def frame(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]

    def token(self, index: int) -> Token:
        """The token at an index, an empty one outside."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else NOTHING

    def word(self, index: int) -> str:
        """The unquoted word at an index in capitals, "" for anything else."""
        return self.token(index).upper

    def skip(self, index: int, words: frozenset[str] = MODIFIERS) -> int:
        """The index behind words that stand between a verb and its table."""
        while self.word(index) in words:
            index += 1
        return index

    # --- names -----------------------------------------------------------------------------------------------

    def path(self, index: int) -> Path | None:
        """The dotted name at an index; None when none stands there."""
        first = self.token(index)
        if not _nameable(first) or first.upper in NO_TABLE:
            return None
        parts = [_part(first)]
        index += 1
        while self.token(index).text == "." and self.token(index).kind == "mark":
            following = self.token(index + 1)
            if _nameable(following):
                parts.append(_part(following))
                index += 2
            else:  # ``db..table``: the schema is left out
                parts.append("")
                index += 1
        link = ""
        mark = self.token(index)
        if mark.kind == "hole" and mark.text[:1] == "@" and mark.at == self.token(index - 1).end:
            link, index = mark.text[1:], index + 1
        return Path(parts, first.at, index, link)

    def alias(self, index: int, meaning: Found | None, own: str = "") -> int:
        """Take down the alias at an index, else the table's own name; the index behind it."""
        behind = index + 1 if self.word(index) == "AS" else index
        token = self.token(behind)
        if token.kind not in ("word", "name") or token.upper in NO_ALIAS:
            if own:
                self.frame.aliases.setdefault(own, meaning)
            return index
        self.frame.aliases[token.text.lower()] = meaning
        return behind + 1

    def is_table(self, path: Path) -> bool:
        """Whether a name is neither unknown, nor of the system, nor defined by the statement itself."""
        name = path.parts[-1]
        upper = name.upper()
        if not name or name.startswith("#") or any(part.upper() in NO_SCHEMAS for part in path.parts[:-1]):
            return False
        if len(path.parts) > 1:
            return len(path.parts) > 2 or path.parts[0].lower() not in self.frame.aliases
        if upper in SYSTEM_TABLES or upper.startswith(("PG_", "SQLITE_STAT")) or (self.routine and upper in ROW_NAMES):
            return False
        lower = name.lower()
        if lower in self.temporary:
            return False
        return not any(lower in frame.ctes or (frame.united and frame.pending == lower) for frame in self.frames)

    def is_call(self, index: int) -> bool:
        """Whether a name before this index is a function's: an argument list follows, and no hint of T-SQL."""
        return self.token(index).text == "(" and self.word(index + 1) not in HINTS

    # --- what is found ---------------------------------------------------------------------------------------

    def use(self, path: Path, mode: TableMode) -> Found | None:
        """Take down a use of a table, unless the name is none."""
        if not self.is_table(path):
            return None
        *before, name = path.parts
        schema = before[-1] if before else ""
        database = before[-2] if len(before) > 1 else ""
        remote = path.link or (before[-3] if len(before) > 2 else "")
        found = Found(path.at, TableUse(name, mode, schema, database, remote))
        self.found.append(found)
        return found

    def several(self, index: int, mode: TableMode) -> int:
        """Take down ``a, b, c``; the index behind the list."""
        while path := self.path(self.skip(index)):
            self.use(path, mode)
            index = path.next
            if self.token(index).text != ",":
                break
            index += 1
        return index

    def target(self, path: Path, mode: TableMode = "writes") -> None:
        """Take down what a statement changes; it may turn out to be an alias when the statement has been read."""
        if path.simple:
            self.frame.targets.append(Found(path.at, TableUse(path.parts[0], mode)))
        else:
            self.use(path, mode)

    # --- frames ----------------------------------------------------------------------------------------------

    def push(self, frame: Frame) -> None:
        """Open a bracket."""
        if len(self.frames) > DEEPEST:
            self.beyond += 1
        else:
            self.frames.append(frame)

    def pop(self) -> Frame | None:
        """Close a bracket; the frame that ends with it."""
        if self.beyond:
            self.beyond -= 1
            return None
        if len(self.frames) == 1:
            return None
        self.settle(self.frame)
        closed = self.frames.pop()
        if closed.pending:
            self.frame.ctes.add(closed.pending)
        return closed

    def settle(self, frame: Frame) -> None:
        """Decide what the changed names of a frame are: an alias of a table that is read, or a table."""
        for target in frame.targets:
            name = target.use.table.lower()
            meant = frame.aliases.get(name)
            if meant is not None:
                meant.use = structs.replace(meant.use, mode=target.use.mode)
            elif name not in frame.aliases:
                self.use(Path([target.use.table], target.at, 0), target.use.mode)
        frame.targets.clear()

    def change(self, verb: str) -> None:
        """A verb begins in the innermost frame, which ends what stood there before."""
        frame = self.frame
        self.settle(frame)
        frame.aliases.clear()
        frame.verb, frame.mode = verb, "reads"
        frame.listing = frame.expect = frame.with_ = frame.output = False

    def restart(self) -> None:
        """Begin another statement of the same block."""
        while len(self.frames) > 1:
            self.pop()
        self.beyond = 0
        self.settle(self.frame)
        self.frames = [Frame()]
        self.created = self.foreign = None


def _nameable(token: Token) -> bool:
    return token.kind in ("word", "name", "hole")


def _part(token: Token) -> str:
    return "" if token.kind == "hole" else token.text
