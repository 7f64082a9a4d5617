"""Goes through the tokens of a statement once and finds the tables it touches.

A grammar would refuse what it does not know; this goes by the words in front of a table's name and by the brackets
around it, so that it reads all dialects, statements that a program puts together, and several in a row without
semicolons.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from boundary.reading.sql import changes, definitions, queries, remote
from boundary.reading.sql.looks import looks_like_sql
from boundary.reading.sql.split import statements
from boundary.reading.sql.state import Found, State
from boundary.reading.sql.tokens import Token
from boundary.reading.sql.words import ENDS_FROM, FOREIGN_LANGUAGES

DEEPEST_TEXT = 4
"""Statements inside texts inside statements."""

_HANDLERS: dict[str, Callable[[State, int], int]] = {
    **dict.fromkeys(ENDS_FROM, queries.ended),
    "SELECT": queries.select, "PERFORM": queries.select, "FROM": queries.from_, "JOIN": queries.join,
    "STRAIGHT_JOIN": queries.join, "APPLY": queries.join, "WITH": queries.with_, "USING": queries.using,
    "UNION": queries.union, "INTERSECT": queries.union, "EXCEPT": queries.union, "MINUS": queries.union,
    "FOR": queries.ended, "FETCH": queries.fetch, "SHOW": queries.show, "REVOKE": queries.revoke,
    "GRANT": queries.revoke, "DENY": queries.revoke,
    "INSERT": changes.insert, "INTO": changes.into, "UPDATE": changes.update, "DELETE": changes.delete,
    "MERGE": changes.merge, "TRUNCATE": changes.truncate, "COPY": changes.copy, "OUTPUT": changes.output,
    "LOAD": changes.load,
    "CREATE": definitions.create, "ALTER": definitions.alter, "DROP": definitions.drop, "RENAME": definitions.rename,
    "REFRESH": definitions.refresh, "REFERENCES": definitions.references, "REFERENCING": definitions.referencing,
    "INHERITS": definitions.inherits, "LIKE": definitions.like, "EXECUTE": definitions.execute,
    "EXEC": definitions.execute, "PREPARE": definitions.execute, "DO": definitions.execute, "CALL": definitions.execute,
    "IMPORT": remote.import_, "ENGINE": remote.engine, "CONNECTION": remote.connection, "SERVER": remote.options,
    "OPTIONS": remote.options, "DATA_SOURCE": remote.source,
}  # fmt: skip


class Scan(State):
    """Reads one statement, or a block of them."""

    def run(self) -> list[Found]:
        """All uses, in the order of the text."""
        index = 0
        while index < len(self.tokens):
            index = max(self._step(index), index + 1) if not self.frame.expect else self._table(index)
        self.restart()
        return sorted(self.found, key=lambda found: found.at)

    def _table(self, index: int) -> int:
        if self.token(index).kind == "end":
            return self._step(index)
        if self.token(index).text == ")":
            self.frame.expect = False
            return queries.close(self, index)
        return queries.table(self, index)

    def _step(self, index: int) -> int:
        token = self.tokens[index]
        if token.kind == "word":
            handler = _HANDLERS.get(token.upper)
            return handler(self, index) if handler else index + 1
        if token.kind == "mark":
            return self._mark(token, index)
        if token.kind == "end":
            self.restart()
            self.begin = index + 1
        elif token.kind == "body" or (token.kind == "text" and self._is_code(token, index)):
            self._body(token)
        return index + 1

    def _mark(self, token: Token, index: int) -> int:
        if token.text == "(":
            name = self.token(index - 1).upper
            if name in remote.CALLS and not self.torn:
                end = remote.call(self, index, name)
                return self.alias(end + 1, None) if self.frame.listing and end > index else end + 1
            return queries.bracket(self, index)
        if token.text == ")":
            return queries.close(self, index)
        return queries.comma(self, index) if token.text == "," else index + 1

    # --- statements inside texts -----------------------------------------------------------------------------

    def _is_code(self, token: Token, index: int) -> bool:
        """Whether a string is the body of a routine or what EXECUTE runs."""
        body = self.word(index - 1) == "AS" and self.routine and self.frames[0].verb == "CREATE"
        return body or (self.frame.code and looks_like_sql(token.text))

    def _body(self, token: Token) -> None:
        if self.foreign_code:
            return
        start = token.at + (token.end - token.at - len(token.text)) // 2  # the quotes are alike on both sides
        for found in self.inner(token.text, routine=True):
            self.found.append(Found(start + found.at, found.use))

    @cached_property
    def foreign_code(self) -> bool:
        """Whether the routine that is defined here is written in another language."""
        languages = {self.word(at + 1) for at in range(len(self.tokens)) if self.word(at) == "LANGUAGE"}
        return not languages.isdisjoint(FOREIGN_LANGUAGES)

    def inner(self, text: str, *, routine: bool = False) -> list[Found]:
        """What the statements inside a text touch, down to a depth; offsets are that text's own."""
        if self.depth >= DEEPEST_TEXT:
            return []
        temporary = set(self.temporary)
        found: list[Found] = []
        for tokens in statements(text):
            found += Scan(tokens, temporary, routine=routine, depth=self.depth + 1).run()
        return found
