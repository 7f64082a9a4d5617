"""Reads shell text: the simple commands that stand there, word by word, each with its line.

The grammar is that of POSIX (Shell Command Language, section 2) with what bash adds and scripts use: here-strings,
arrays, ``$'…'``, process substitution. Nothing is run or expanded. A variable stays a name (``Item(Ref("$env"),
Text(NAME))``, with its default as a second choice), the output of a command stays unknown, and text that is no shell
gives commands that nobody recognises, never an error.
"""

from __future__ import annotations

import re

import msgspec

from boundary.facts import Apply, Either, Expr, Join, Ref, Text, Unknown
from boundary.reading.shell_words import DEEPEST, Words, joined, variable

__all__ = ["Command", "commands", "variable"]

_LEADING = frozenset(
    {"if", "then", "elif", "else", "while", "until", "do", "!", "time", "{", "}", "fi", "done", "esac"}
)
_DECLARING = frozenset({"export", "local", "readonly", "declare", "typeset"})
_ENTERING = frozenset({"cd", "pushd", "popd"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_FUNCTION = re.compile(r"\([ \t]*\)")
_REDIRECTIONS = ("<<<", "<<-", "<<", "&>>", "&>", ">>", ">&", "<&", ">|", "<>", "<", ">")
_MOST_STEPS = 8


class Command(msgspec.Struct):
    """A simple command, or only assignments when there are no words.

    ``assignments`` are those in front of it (they hold for this command alone when there are words), ``folder`` is
    what the ``cd`` before it named, ``input`` what a here-document or here-string feeds it, ``line`` where its first
    word is. Of the head of a loop (``loops``) the one assignment is what its variable becomes in turn.
    """

    line: int
    words: list[Expr] = []
    assignments: list[tuple[str, Expr]] = []
    folder: Expr | None = None
    input: Expr | None = None
    loops: bool = False

    def word(self, number: int) -> str:
        """A word when it is a plain text, else ""."""
        word = self.words[number] if number < len(self.words) else None
        return word.text if isinstance(word, Text) else ""


def commands(text: str, line: int = 1) -> list[Command]:
    """The commands of a text whose first line is ``line``, in order of their lines."""
    reader = _Reader(text, line, 0)
    reader.read()
    return sorted(reader.commands, key=lambda command: command.line)


class _Reader(Words):
    """One pass over a text; substitutions are read by the same reader, so that their lines are true."""

    def __init__(self, text: str, line: int, depth: int) -> None:
        super().__init__(text, line, depth)
        self.commands: list[Command] = []
        self.command: Command | None = None
        self.folder: Expr | None = None
        self.steps = 0
        self.documents: list[tuple[Command, str, bool, bool]] = []

    def read(self, *, nested: bool = False) -> list[Command]:
        """Read to the end, or to the parenthesis that closes a substitution; gives the commands found on the way."""
        outer, self.command = self.command, None
        first, subshells = len(self.commands), list[Expr | None]()
        while char := self.next():
            if char == ")" and nested and not subshells:
                self.at += 1
                break
            if char == "(":
                self._open(subshells)
            elif char == ")":
                self._close(subshells)
            else:
                self._token(char)
        self._end()
        self.command = outer
        return self.commands[first:]

    def substituted(self) -> Expr:
        """The commands inside count like all others; what they print is only known where they compute a path."""
        if self.depth >= DEEPEST:
            self.at = len(self.text)
            return Unknown()
        folder = self.folder
        self.depth += 1
        found = self.read(nested=True)
        self.depth -= 1
        self.folder = folder
        return _output(found)

    def quoted_command(self, text: str, line: int) -> Expr:
        """As ``substituted``, for the old way of writing it."""
        inner = _Reader(text, line, self.depth + 1)
        inner.read()
        self.commands += inner.commands
        return _output(inner.commands)

    # --- commands

    def _token(self, char: str) -> None:
        if char == "\n":
            self.at += 1
            self._end()
            self.line += 1
            self._here_documents()
        elif char in " \t":
            self.at += 1
        elif char == "#":
            end = self.text.find("\n", self.at)
            self.at = end if end >= 0 else len(self.text)
        elif char in "<>" or self.next(2) == "&>":
            self._redirection()
        elif char in ";&|":
            self.at += 1
            self._end()
        else:
            self._word()

    def _word(self) -> None:
        if self.next(2) == "\\\n":
            self.at += 2
            self.line += 1
            return
        command, start, line = self._current(), self.at, self.line
        if not command.words and (match := _ASSIGNMENT.match(self.text, start)):
            self._assignment(match, command)
            return
        word = self.word()
        written = self.text[start : self.at]
        is_descriptor = written.isdigit() and self.next() in ("<", ">")
        if is_descriptor or (not command.words and written in _LEADING):
            return
        if written == "{" and command.word(0) == "function":
            self.command = None
            return
        if not command.words:
            command.line = line
        elif command.word(0) in _DECLARING and (match := _ASSIGNMENT.match(written)):
            self.at, self.line = start, line
            self._assignment(_ASSIGNMENT.match(self.text, start) or match, command)
            return
        command.words.append(word)

    def _assignment(self, match: re.Match[str], command: Command) -> None:
        self.at = match.end()
        command.line = self.line if not command.words and not command.assignments else command.line
        command.assignments.append((match[1], self._array() if self.next() == "(" else self.word()))

    def _array(self) -> Expr:
        items: list[Expr] = []
        self.at += 1
        while (char := self.next()) and char != ")":
            before = self.at
            items.append(self.word())
            if self.at == before:
                items.pop()
                self.at += 1
                self.line += char == "\n"
        self.at += 1
        return Either(tuple(items)) if items else Unknown()

    def _current(self) -> Command:
        self.command = self.command or Command(self.line, [], [])
        return self.command

    def _open(self, subshells: list[Expr | None]) -> None:
        head = _FUNCTION.match(self.text, self.at)
        if head and self.command and len(self.command.words) == 1:
            self.at = head.end()
            self.command = None
            return
        self.at += 1
        self._end()
        subshells.append(self.folder)

    def _close(self, subshells: list[Expr | None]) -> None:
        self.at += 1
        if subshells:
            self._end()
            self.folder = subshells.pop()
        # Without a parenthesis to close, what was read is a pattern of `case`.
        self.command = None

    def _end(self) -> None:
        command, self.command = self.command, None
        if not command:
            return
        command.folder = self.folder
        first = command.word(0)
        if first in _DECLARING:
            command.words = []
        elif first in ("for", "select"):
            values = command.words[3:]
            command.assignments = [(command.word(1), Either(tuple(values)))] if values else []
            command.words, command.loops = [], bool(values)
        elif first in ("case", "function"):
            return
        elif first in _ENTERING:
            self._enter(command.words[1:])
        if command.words or command.assignments:
            self.commands.append(command)

    def _enter(self, words: list[Expr]) -> None:
        folders = [word for word in words if not _is_flag(word)]
        if not folders:
            self.folder, self.steps = None, 0
            return
        start = folders[0].parts[0] if isinstance(folders[0], Join) else folders[0]
        if self.folder and isinstance(start, Text) and not start.text.startswith(("/", "~")):
            # A long walk of relative steps would nest without end.
            self.steps += 1
            self.folder = Join((self.folder, Text("/"), folders[0])) if self.steps < _MOST_STEPS else Unknown()
        else:
            self.folder, self.steps = folders[0], 0

    # --- redirections

    def _redirection(self) -> None:
        operator = next(written for written in _REDIRECTIONS if self.text.startswith(written, self.at))
        command = self._current()
        self.at += len(operator)
        if operator in ("<", ">") and self.next() == "(":
            self.at += 1
            command.words.append(self.substituted())
            return
        while self.next() in (" ", "\t"):
            self.at += 1
        start = self.at
        target = self.word()
        if operator == "<<<":
            command.input = target
        elif operator in ("<<", "<<-"):
            written = self.text[start : self.at]
            delimiter = re.sub(r"['\"\\]", "", written)
            self.documents.append((command, delimiter, operator == "<<-", delimiter != written))

    def _here_documents(self) -> None:
        for command, delimiter, tabs, quoted in self.documents:
            first = self.line
            lines: list[str] = []
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                line = self.text[self.at : end if end >= 0 else len(self.text)]
                self.at += len(line) + 1
                self.line += 1
                if (line.lstrip("\t") if tabs else line) == delimiter:
                    break
                lines.append(line)
            body = "\n".join(lines)
            command.input = Text(body, first) if quoted else self._expanded(body, first)
        self.documents = []

    def _expanded(self, body: str, line: int) -> Expr:
        reader = _Reader(body, line, self.depth + 1)
        expanded = joined(reader.double_quoted(""), line)
        self.commands += reader.commands
        return expanded


def _is_flag(word: Expr) -> bool:
    return isinstance(word, Text) and word.text.startswith("-")


def _output(found: list[Command]) -> Expr:
    """What a substitution gives, when all it does is compute a path: ``$(dirname X)``, ``$(cd X && pwd)``; or asks a
    cluster for pods, which are then called by what tells them.

    The calls have a dollar sign in front, so that no function of another language is meant.
    """
    pods = _pods(found)
    if pods is not None:
        return pods
    asked = found[-1:]
    if asked and asked[0].word(0) == "pwd":
        asked = [command for command in found if command.word(0) == "cd"][-1:]
    argument = next((word for word in asked[0].words[1:] if not _is_flag(word)), None) if asked else None
    program = asked[0].word(0) if asked else ""
    if argument is None or program not in ("dirname", "realpath", "readlink", "cd"):
        return Unknown()
    return Apply(Ref("$dirname" if program == "dirname" else "$abspath"), (argument,))


def _pods(found: list[Command]) -> Expr | None:
    """By what ``kubectl get pods`` chooses, with whatever picks one of the lines behind it: a selector of labels
    (``app=orders``), else the text that is searched for in the names."""
    words = found[0].words if found and found[0].word(0) in ("kubectl", "oc") else []
    texts = [word.text if isinstance(word, Text) else "" for word in words]
    kinds = [at for at, text in enumerate(texts) if text in ("pod", "pods", "po")]
    if "get" not in texts or not kinds or texts.index("get") > kinds[0]:
        return None
    for at, text in enumerate(texts):
        if text in ("-l", "--selector"):
            return words[at + 1] if at + 1 < len(words) else None
        if text.startswith("--selector="):
            return Text(text.removeprefix("--selector="))
    searches = [command for command in found[1:] if command.word(0) == "grep"]
    plain = [word for command in searches for word in command.words[1:] if not _is_flag(word)]
    return plain[0] if len(plain) == 1 and isinstance(plain[0], Text) else None
