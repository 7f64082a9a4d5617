"""FROM, JOIN, WITH and what else queries are made of. Each handler takes the index of its word and gives the next."""

from __future__ import annotations

from boundary.reading.sql.state import Frame, State
from boundary.reading.sql.words import ENDS_FROM

_PSEUDO = frozenset(("ROWS", "STAGE"))


def bracket(state: State, index: int) -> int:
    """``(``: a subquery, a join in brackets, the body of a common table expression, or anything else."""
    outer = state.frame
    inner = Frame(code=outer.code)
    if outer.expect:
        inner.listing = inner.expect = True
        outer.expect = False
    elif outer.with_:
        inner.pending = _defined(state, index)
        if inner.pending and outer.recursive:
            outer.ctes.add(inner.pending)
    inner.opened = index
    state.push(inner)
    return index + 1


def _defined(state: State, index: int) -> str:
    """The common table expression whose body opens at an index: ``name [(columns)] AS [NOT] [MATERIALIZED] (``."""
    index -= 1
    while state.word(index) in ("MATERIALIZED", "NOT"):
        index -= 1
    if state.word(index) != "AS":
        return ""
    index -= 1
    if state.token(index).text == ")":
        index = state.frame.opened - 1
    name, before = state.token(index), state.token(index - 1)
    begins = before.upper in ("WITH", "RECURSIVE") or before.text == ","
    return name.text.lower() if begins and name.kind in ("word", "name") else ""


def close(state: State, index: int) -> int:
    """``)``: back to what was open before; an alias may follow what stood in FROM."""
    closed = state.pop()
    if closed is None:
        return index + 1
    state.frame.opened = closed.opened
    return state.alias(index + 1, None) if state.frame.listing else index + 1


def comma(state: State, index: int) -> int:
    """``,``: in FROM another table follows."""
    state.frame.expect = state.frame.listing
    return index + 1


def table(state: State, index: int) -> int:
    """What stands where FROM or JOIN want a table: a name, a function, a bracket, or nothing that we know."""
    frame = state.frame
    start = state.skip(index, frozenset(("ONLY", "LATERAL", "TABLE")))
    if state.token(start).text == "(":
        return bracket(state, start)
    frame.expect = False
    path = state.path(start)
    if path is None:
        return start if start > index or state.token(index).upper else index + 1
    if state.is_call(path.next) or path.simple in ("rows", "values"):
        return path.next
    found = state.use(path, frame.mode)
    return state.alias(path.next, found, path.simple)


def select(state: State, index: int) -> int:
    """SELECT, and PERFORM and RETURN QUERY of PL/pgSQL, which mean the same."""
    frame = state.frame
    if frame.verb in ("UPDATE", "DELETE"):
        state.change("SELECT")
    elif frame.verb != "REVOKE":
        frame.verb, frame.mode = "SELECT", "reads"
        frame.listing = frame.expect = frame.with_ = False
    return index + 1


def from_(state: State, index: int) -> int:
    """FROM, which means a list of tables only where a query or a change is open."""
    frame = state.frame
    if frame.verb == "DELETE" and not frame.targets and not frame.listing:
        return _deleted(state, index)
    distinct = state.word(index - 1) == "DISTINCT" and state.word(index - 2) in ("IS", "NOT")
    first = index == state.begin and any(token.upper == "SELECT" for token in state.tokens[index : index + 200])
    if not distinct and (first or frame.verb in ("SELECT", "DELETE", "UPDATE")):
        frame.listing = frame.expect = True
        frame.mode = "reads"
    return index + 1


def _deleted(state: State, index: int) -> int:
    """``DELETE FROM t``; USING and joins behind it are read."""
    path = state.path(state.skip(index + 1))
    if path is None:
        return index + 1
    state.target(path)
    state.frame.listing = True
    return state.alias(path.next, None)


def join(state: State, index: int) -> int:
    """JOIN and APPLY, but not ClickHouse's ARRAY JOIN."""
    frame = state.frame
    if state.word(index - 1) not in ("ARRAY", "FOR") and (frame.verb or frame.listing):
        frame.expect = True
    return index + 1


def with_(state: State, index: int) -> int:
    """WITH: common table expressions follow, unless it begins options."""
    if state.token(index + 1).text != "(":
        state.frame.with_ = True
        state.frame.recursive = state.word(index + 1) == "RECURSIVE"
    return index + 1


def using(state: State, index: int) -> int:
    """USING of MERGE and DELETE names what is read; that of a join names columns."""
    frame = state.frame
    columns = state.token(index + 1).text == "(" and state.word(index + 2) not in ("SELECT", "WITH", "VALUES", "TABLE")
    if not columns and frame.verb in ("MERGE", "DELETE"):
        frame.expect, frame.mode = True, "reads"
        frame.listing = frame.verb == "DELETE"
    return index + 1


def union(state: State, index: int) -> int:
    """UNION and its kind: another query follows in the same frame."""
    state.frame.united = True
    return ended(state, index)


def ended(state: State, index: int) -> int:
    """A word that ends the list of tables."""
    word = state.word(index)
    temporal = word == "FOR" and state.word(index + 1) in ("SYSTEM_TIME", "VERSION", "TIMESTAMP")
    if word in ENDS_FROM or not temporal:
        state.frame.listing = state.frame.expect = False
    if word == "RETURNING" and state.frame.verb == "INSERT":
        state.frame.verb = word
    return index + 1


def fetch(state: State, index: int) -> int:
    """FETCH … FROM cursor: no table."""
    state.frame.verb = "FETCH"
    return ended(state, index)


def revoke(state: State, index: int) -> int:
    """GRANT and REVOKE name verbs, tables and users, and touch nothing."""
    state.change("REVOKE")
    return index + 1


def show(state: State, index: int) -> int:
    """SHOW … FROM database, when it is a statement."""
    if index == state.begin:
        state.frame.verb = "SHOW"
    return index + 1
