"""CREATE, ALTER, DROP and their kind. Each handler takes the index of its word and gives the next."""

from __future__ import annotations

from boundary.facts import TableMode
from boundary.reading.sql.state import State
from boundary.reading.sql.words import OBJECTS, ROUTINES, TEMPORARY

_FAR = 40
"""Tokens between CREATE and the kind of object, or between a trigger's name and its table."""

_NEAR = 5
"""Tokens between ALTER or DROP and the kind of object."""

_NO_TABLES = frozenset(("DATABASE", "SCHEMA", "ALL"))
"""What a trigger may be put on besides a table."""


def create(state: State, index: int) -> int:
    """CREATE: a table, a view, or something that stands on a table."""
    at = _object(state, index)
    kind = state.word(at)
    if not kind:
        return index + 1
    state.change("CREATE")
    words = {state.word(other) for other in range(index, at)}
    if kind in ROUTINES:
        state.routine = True
    if kind in ("TABLE", "VIEW"):
        return _relation(state, state.skip(at + 1), words)
    if kind in ("INDEX", "TRIGGER", "POLICY"):
        return _on(state, at, "ON")
    if kind == "RULE":
        return _on(state, at, "TO")
    if kind == "SYNONYM":
        return _on(state, at, "FOR", "reads")
    return at + 1


def _object(state: State, index: int, far: int = _FAR) -> int:
    """The index of the word that says what is created, altered or dropped; -1 when there is none near."""
    for at in range(index + 1, index + far):
        token = state.token(at)
        if token.upper in OBJECTS:
            return at
        if token.kind in ("end", "body", "text") or token.text in ("(", ")"):
            break
    return -1


def _relation(state: State, at: int, words: set[str]) -> int:
    path = state.path(at)
    if path is None:
        return at
    if words & TEMPORARY:
        state.temporary.add(path.parts[-1].lower())
    elif "FOREIGN" in words:
        state.foreign = state.use(path, "reads")
    else:
        state.created = state.use(path, "creates")
    index = path.next
    if state.word(index) == "LIKE":
        return _named(state, index + 1, "references")
    if state.word(index) == "PARTITION" and state.word(index + 1) == "OF":
        return _named(state, index + 2, "references")
    if state.word(index) in ("CLONE", "COPY"):
        return _named(state, index + 1, "reads")
    return index


def _named(state: State, index: int, mode: TableMode) -> int:
    path = state.path(state.skip(index))
    if path is None:
        return index
    state.use(path, mode)
    return path.next


def _on(state: State, at: int, word: str, mode: TableMode = "alters") -> int:
    """The table behind the first ON (TO, FOR): what an index, trigger, policy or rule is put on."""
    for index in range(at + 1, at + _FAR):
        token = state.token(index)
        if token.kind == "end" or token.text == "(":
            break
        if token.upper == word:
            return index + 1 if state.word(index + 1) in _NO_TABLES else _named(state, index + 1, mode)
    return at + 1


def alter(state: State, index: int) -> int:
    """ALTER of a table or view; new names behind RENAME TO are not looked at."""
    at = _object(state, index, _NEAR)
    kind = state.word(at)
    if kind in ("TABLE", "VIEW"):
        state.change("ALTER")
        return _named(state, at + 1, "alters")
    if kind in ("TRIGGER", "POLICY", "RULE"):
        return _on(state, at, "ON")
    state.routine = state.routine or kind in ROUTINES
    return index + 1


def drop(state: State, index: int) -> int:
    """DROP of tables and views, and of what stands on one."""
    at = _object(state, index, _NEAR)
    kind = state.word(at)
    if kind in ("TABLE", "VIEW"):
        state.change("DROP")
        return state.several(at + 1, "drops")
    if kind in ("INDEX", "TRIGGER", "POLICY", "RULE") and state.frame.verb != "ALTER":
        return _on(state, at, "ON")
    return index + 1


def rename(state: State, index: int) -> int:
    """``RENAME TABLE a TO b, c TO d`` of MySQL: the old names only."""
    if index != state.begin or state.word(index + 1) != "TABLE":
        return index + 1
    index += 1
    while path := state.path(state.skip(index + 1)):
        state.use(path, "alters")
        index = path.next
        if state.word(index) == "TO":
            renamed = state.path(index + 1)
            index = renamed.next if renamed else index + 1
        if state.token(index).text != ",":
            break
    return index


def refresh(state: State, index: int) -> int:
    """``REFRESH MATERIALIZED VIEW v`` fills it anew."""
    if state.word(index + 1) == "MATERIALIZED" and state.word(index + 2) == "VIEW":
        return _named(state, index + 3, "writes")
    return index + 1


def references(state: State, index: int) -> int:
    """``REFERENCES t`` of a foreign key; as a right it names none."""
    return index + 1 if state.frame.verb == "REVOKE" else _named(state, index + 1, "references")


def referencing(state: State, index: int) -> int:
    """``REFERENCING NEW TABLE AS changed`` of a trigger names its rows."""
    index += 1
    while state.word(index) in ("NEW", "OLD"):
        index += 1 + (state.word(index + 1) == "TABLE")
        index += state.word(index) == "AS"
        state.temporary.add(state.token(index).text.lower())
        index += 1
    return index


def inherits(state: State, index: int) -> int:
    """``INHERITS (a, b)`` of PostgreSQL."""
    if state.token(index + 1).text != "(":
        return index + 1
    return state.several(index + 2, "references")


def like(state: State, index: int) -> int:
    """``CREATE TABLE t (LIKE u)``: as first thing in the brackets, no comparison."""
    if state.token(index - 1).text == "(" and state.frames[0].verb == "CREATE":
        return _named(state, index + 1, "references")
    return index + 1


def execute(state: State, index: int) -> int:
    """EXECUTE, EXEC, PREPARE, DO and CALL: texts behind them are statements."""
    state.frame.code = True
    return index + 1
