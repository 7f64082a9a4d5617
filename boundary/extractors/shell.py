"""Shell scripts: every command as a call of ``$`` with its words, and what variables are set to.

``psql -h "$HOST" -c "…"`` becomes ``Apply(Ref("$"), (Text("psql"), …))``, so that a command of a script and one that
a program starts are judged by the same code. The keywords are those of Python's ``subprocess``: ``cwd`` (the folder
that the script has changed to), ``env`` (variables set for this command alone), ``input`` (a here-document).

A variable that the script sets is a name (``Ref("HOST")``, set by ``Assign``); any other one comes from the
environment (``Item(Ref("$env"), Text("HOST"))``). Grammar: see ``boundary.reading.shell``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from boundary.extract import UnreadableSource
from boundary.extractors import _imagecommands as imagecommands
from boundary.extractors import _installations as installations
from boundary.extractors._loops import Choices, unrolled
from boundary.facts import (
    Apply,
    Assign,
    Either,
    Evaluate,
    Expr,
    Fact,
    ImageBuild,
    Installation,
    Item,
    Join,
    Record,
    Ref,
    Substitution,
    Text,
)
from boundary.reading import scripts, sed
from boundary.reading.shell import Command, commands
from boundary.source import Source

FORMAT = "shell"

LARGEST = 1024 * 1024
"""Bytes; self-extracting archives are larger, the largest generated script measured (a ``configure``) has 140 kB."""

LONGEST_WORD = 2000
"""Characters of a word that is put together of what the script knows."""

_ENDINGS = (".sh", ".bash", ".ksh")
_SHELLS = ("sh", "bash", "dash", "ksh", "zsh")
_SILENT = frozenset({
    "cd", "pushd", "popd", "pwd", "echo", "printf", "set", "shift", "exit", "return", "true", "false", "[", "[[",
    "test", "dirname", "basename", "read", "trap", "unset", "sleep", "date", "mkdir", "rm", "cat", "grep",
})  # fmt: skip
"""Programs and builtins that concern no other service, however they are called."""

_EDITORS = ("sed", "gsed")


def matches(path: str) -> bool:
    """Scripts by their ending; without one, where a project keeps its programs (``bin/backup``), content decides."""
    return path.endswith(_ENDINGS) or scripts.may_be(path)


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a script; raises UnreadableSource for one that is too large to have been written."""
    if not source.path.endswith(_ENDINGS) and not scripts.is_for(source, *_SHELLS):
        return ()
    if len(source.data) > LARGEST:
        raise UnreadableSource("size", f"a script of more than {LARGEST // 1024} kB is data")
    return facts(commands(source.text))


def facts(
    found: Sequence[Command],
    scope: str = "",
    folder: Expr | None = None,
    names: frozenset[str] = frozenset(),
    choices: Choices = MappingProxyType({}),
) -> Iterator[Assign | Evaluate | ImageBuild | Installation | Substitution]:
    """The facts of commands that stand in ``scope``; ``folder`` is where they start when they do not say so, ``names``
    are variables that are set around them, ``choices`` those that have each of several values in turn."""
    names |= {name for command in found if not command.words for name, _ in command.assignments}
    texts: dict[str, str | None] = {}
    built: dict[str, ImageBuild] = {}
    for command in unrolled(found, choices):
        if not command.words:
            for name, value in command.assignments:
                text = _text(value, texts)
                texts[name] = text if texts.get(name, text) == text else None
                # On the right of its own assignment a name means what was there before.
                yield Assign(scope, Ref(name), _named(value, names - {name}), line=command.line)
        elif command.word(0) in _EDITORS:
            yield from _substitutions(command, texts)
        elif command.word(0) not in _SILENT:
            yield Evaluate(scope, _call(command, folder, names), main=True, line=command.line)
            if command.word(0) == "helm" or command.word(0) in imagecommands.PROGRAMS:
                words = [_shown(word, texts) for word in command.words]
                place = _inside(folder, command.folder)
                entered = _text(place, texts) if place is not None else ""
                if words[0] == "helm":
                    yield from installations.command(words[1:], entered, command.line)
                else:
                    yield from imagecommands.command(words, entered, command.line, built)


def _call(command: Command, folder: Expr | None, names: frozenset[str]) -> Apply:
    environment = Record(tuple((Text(name), _named(value, names)) for name, value in command.assignments))
    given = (
        ("cwd", _inside(folder, command.folder)),
        ("env", environment if environment.entries else None),
        ("input", command.input),
    )
    keywords = tuple((name, _named(value, names)) for name, value in given if value is not None)
    return Apply(Ref("$"), tuple(_named(word, names) for word in command.words), keywords, line=command.line)


def _inside(folder: Expr | None, entered: Expr | None) -> Expr | None:
    """The folder that a script has entered, when it started in another one."""
    if folder is None or entered is None:
        return entered or folder
    start = entered.parts[0] if isinstance(entered, Join) else entered
    relative = isinstance(start, Text) and not start.text.startswith(("/", "~"))
    return Join((folder, Text("/"), entered)) if relative else entered


def _substitutions(command: Command, texts: Mapping[str, str | None]) -> Iterator[Substitution]:
    """What a command puts in the place of what; only what is known without running anything."""
    words = [_text(word, texts) for word in command.words[1:]]
    pairs, files = sed.substitutions([word for word in words if word is not None])
    folder = _text(command.folder, texts) if command.folder is not None else ""
    if pairs and files and None not in words and folder is not None:
        yield Substitution(tuple(files), tuple(pairs), folder, line=command.line)


def _text(expr: Expr, texts: Mapping[str, str | None]) -> str | None:
    """A word that is known whole: variables by the one text that the script has given them so far."""
    match expr:
        case Text(text):
            return text
        case Item(Ref("$env"), Text(name)) | Ref(name):
            return texts.get(name)
        case Join(parts):
            found = [_text(part, texts) for part in parts]
            whole = "".join(part for part in found if part is not None)
            return whole if None not in found and len(whole) < LONGEST_WORD else None
    return None


def _shown(expr: Expr, texts: Mapping[str, str | None]) -> str:
    """A word in which what is not known stands in braces."""
    match expr:
        case Text(text):
            return text
        case Item(Ref("$env"), Text(name)) | Ref(name):
            known = texts.get(name)
            return f"{{{name}}}" if known is None else known
        case Join(parts):
            return "".join(_shown(part, texts) for part in parts)[:LONGEST_WORD]
    return "{}"


def _named(expr: Expr, names: frozenset[str]) -> Expr:
    """An expression in which variables of the script are names."""
    match expr:
        case Item(Ref("$env"), Text(name)) if name in names:
            return Ref(name)
        case Join(parts):
            return Join(tuple(_named(part, names) for part in parts))
        case Either(options):
            return Either(tuple(_named(option, names) for option in options))
        case Apply(callee, args):
            return Apply(callee, tuple(_named(arg, names) for arg in args))
    return expr
