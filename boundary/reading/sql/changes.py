"""INSERT, UPDATE, DELETE, MERGE, COPY … Each handler takes the index of its word and gives the next."""

from __future__ import annotations

from boundary.reading.sql.state import State
from boundary.reading.sql.words import TEMPORARY

_EVENT = frozenset(("ON", "FOR", "BEFORE", "AFTER", "OR", "OF", "KEY"))
"""Words before INSERT, UPDATE or DELETE where these only name an event, a lock or a right."""

_BEHIND_INSERT = frozenset(
    ("VALUES", "VALUE", "SELECT", "SET", "DEFAULT", "EXEC", "EXECUTE", "WITH", "PARTITION", "FROM")
)
_BEHIND_UPDATE = frozenset(("SET", "JOIN", "INNER", "LEFT", "RIGHT", "CROSS", "FULL", "WITH", "FROM", "USE"))

_MOST_COLUMNS = 2000


def _event(state: State, index: int) -> bool:
    before = state.token(index - 1)
    return state.frame.verb == "REVOKE" or before.upper in _EVENT or before.text == ","


def _options(state: State, index: int) -> int:
    """The index behind ``TOP (5)``, ``OR REPLACE`` and words such as IGNORE."""
    index = state.skip(index)
    if state.word(index) == "OR":
        index = state.skip(index + 2)
    if state.word(index) == "TOP":
        index += 2 if state.token(index + 1).kind in ("number", "hole") else 4
    return index


def insert(state: State, index: int) -> int:
    """``INSERT [INTO] t …``; behind MERGE's THEN it names no table of its own."""
    start = _options(state, index + 1)
    into_ = state.word(start) == "INTO"
    if state.word(start) in ("ALL", "FIRST"):
        state.change("INSERT")
        return start + 1
    path = state.path(state.skip(start + into_))
    if path is None or (_event(state, index) and not into_):
        return index + 1
    behind = state.token(path.next)
    if path.simple in ("function", "directory") and behind.kind in ("word", "text"):
        return path.next
    sure = into_ or state.word(index + 1) in ("OVERWRITE", "TABLE") or state.word(index - 1) == "BULK"
    if sure or behind.text == "(" or behind.upper in _BEHIND_INSERT:
        state.change("INSERT")
        state.use(path, "writes")
        return path.next
    return index + 1


def into(state: State, index: int) -> int:
    """INTO behind REPLACE, UPSERT, OUTPUT, LOAD DATA, INSERT ALL; ``SELECT … INTO t`` creates a table."""
    frame, start = state.frame, index + 1
    temporary = False
    while state.word(start) in ("TABLE", "TEMP", "TEMPORARY", "UNLOGGED"):
        temporary |= state.word(start) in TEMPORARY
        start += 1
    path = state.path(start)
    if path is None or path.simple in ("outfile", "dumpfile", "strict"):
        return index + 1
    if state.word(index - 1) in ("REPLACE", "UPSERT") or frame.output or frame.verb in ("INSERT", "LOAD", "IMPORT"):
        frame.output = False
        state.use(path, "writes")
        return path.next
    variable = (state.routine and len(path.parts) == 1) or state.token(path.next).text == ","
    if frame.verb == "SELECT" and len(state.frames) == 1 and not variable:
        if temporary:
            state.temporary.add(path.parts[-1].lower())
        else:
            state.use(path, "creates")
        return path.next
    return index + 1


def update(state: State, index: int) -> int:
    """``UPDATE t SET``, and with joins; ON UPDATE, FOR UPDATE and DO UPDATE SET are none."""
    path = state.path(_options(state, index + 1))
    if _event(state, index) or path is None:
        return index + 1
    behind = path.next + (state.word(path.next) == "AS")
    token = state.token(behind)
    named = token.kind == "name" or (token.kind == "word" and token.upper not in _BEHIND_UPDATE)
    follower = state.token(behind + named)
    if follower.upper not in _BEHIND_UPDATE and follower.text != "," and follower.kind != "end":
        return index + 1
    if path.simple == "statistics" and state.word(path.next) != "SET":
        return index + 1
    state.change("UPDATE")
    state.target(path)
    state.frame.listing = True
    return state.alias(path.next, None)


def delete(state: State, index: int) -> int:
    """``DELETE FROM t``, ``DELETE t FROM …`` and ``DELETE t WHERE``; ON DELETE and a right to delete are none."""
    start = _options(state, index + 1)
    if state.word(start) == "FROM":
        state.change("DELETE")
        return start
    path = state.path(start)
    if path is None or _event(state, index) or state.word(index - 1) == "THEN":
        return index + 1
    state.change("DELETE")
    while path:
        state.target(path)
        index, path = path.next, state.path(path.next + 1) if state.token(path.next).text == "," else None
    state.frame.listing = True
    return index


def merge(state: State, index: int) -> int:
    """``MERGE [INTO] t USING s``."""
    start = _options(state, index + 1)
    path = state.path(start + (state.word(start) == "INTO"))
    if path is None:
        return index + 1
    behind = state.alias(path.next, None)
    if state.word(behind) not in ("USING", "WITH", "PARTITION"):
        return index + 1
    state.change("MERGE")
    state.use(path, "writes")
    return behind if state.word(behind) == "USING" else behind + 1


def truncate(state: State, index: int) -> int:
    """``TRUNCATE [TABLE] a, b``; it is a function with a bracket behind it, and an event of triggers."""
    following = state.token(index + 1)
    if _event(state, index) or following.text in ("(", ",") or following.upper in ("ON", "PARTITION"):
        return index + 1
    return state.several(index + 1, "writes")


def copy(state: State, index: int) -> int:
    """``COPY t FROM`` writes, ``COPY t TO`` reads; of ``COPY (query) TO`` the query tells."""
    if index != state.begin and state.token(index - 1).text != "\\":
        return index + 1
    start = index + 1 + (state.word(index + 1) == "INTO")
    path = state.path(start)
    state.frame.verb = "COPY"
    if path is None or not path.parts[-1]:
        state.frame.verb = "SELECT"  # Snowflake: out of a query or table, into a stage
        return start
    behind = path.next
    if state.token(behind).text == "(":
        behind = next((at + 1 for at in range(behind, behind + _MOST_COLUMNS) if state.token(at).text == ")"), behind)
    state.use(path, "reads" if state.word(behind) == "TO" else "writes")
    return behind


def output(state: State, index: int) -> int:
    """``OUTPUT … INTO t`` of T-SQL writes a table too."""
    state.frame.output = state.frame.verb in ("INSERT", "UPDATE", "DELETE", "MERGE")
    return index + 1


def load(state: State, index: int) -> int:
    """``LOAD DATA … INTO TABLE t`` and ``IMPORT INTO t``."""
    if index == state.begin:
        state.frame.verb = state.word(index)
    return index + 1
