"""A text in its statements: at semicolons, GO, slashes on a line of their own, but not inside BEGIN … END."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.reading.sql.tokens import LONGEST_STATEMENT, Token, tokens

_TRANSACTION = frozenset(
    ("TRAN", "TRANSACTION", "WORK", "DISTRIBUTED", "ISOLATION", "DEFERRED", "IMMEDIATE", "EXCLUSIVE")
)
_BLOCKS = frozenset(("IF", "LOOP", "WHILE", "REPEAT", "FOR"))
_NO_BLOCK = frozenset(("SELECT", "WHERE", "AND", "OR", "BY", "DISTINCT", "ON", "FROM"))
NOTHING = Token("end", "", "", 0, 0)


def statements(text: str) -> Iterator[list[Token]]:
    """The statements as tokens; what ends an inner statement stands among those of its block, the last end does not."""
    current: list[Token] = []
    open_ = 0
    before = NOTHING
    for token in tokens(text):
        open_ = max(0, open_ + _depth(before, token))
        if token.kind == "end" and not open_:
            if current:
                yield current
            current = []
        elif len(current) < LONGEST_STATEMENT:
            current.append(token)
        before = token
    if current:
        yield current


def _depth(before: Token, token: Token) -> int:
    """How a word changes the number of open blocks. A BEGIN counts when the token behind it tells that it is one."""
    if before.upper == "END" and token.upper in _BLOCKS:
        return 1
    if before.upper == "BEGIN" and (token.kind == "end" or token.upper in _TRANSACTION):
        return -1
    if token.upper == "BEGIN":
        return 0 if (before.kind == "mark" and before.text not in "):") or before.upper in _NO_BLOCK else 1
    if token.upper == "CASE":
        return 0 if before.upper == "END" else 1
    return -1 if token.upper == "END" else 0
