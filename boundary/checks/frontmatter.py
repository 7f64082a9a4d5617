"""The front matter of a rule document: YAML between two ``---`` lines, as values that know their lines.

Scalars stay as written (no surprises such as ``no`` for false), so what a value means is decided by who asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import msgspec

from boundary.errors import suggestion

if TYPE_CHECKING:
    from yaml.nodes import Node

FENCE = "---"

Fault = Callable[[int, str], None]
"""Takes a line of the document and what is wrong there."""


class Entry(msgspec.Struct, frozen=True):
    """A value and its line: a text, a list of entries, or a mapping of entries."""

    value: str | list[Entry] | dict[str, Entry]
    line: int


def split(text: str, fault: Fault) -> tuple[Entry, str, int]:
    """The front matter, the text below it, and the line on which that text starts."""
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    if lines[0].rstrip() != FENCE or not end:
        fault(1, "a rule document begins with its front matter: YAML between two lines of ---")
        return Entry({}, 1), "", 1
    return _parse("\n".join(lines[1:end]), fault), "\n".join(lines[end + 1 :]), end + 2


def _parse(text: str, fault: Fault) -> Entry:
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        entry = _entry(root, fault, set()) if root else Entry({}, 2)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fault(mark.line + 2 if mark else 2, f"the front matter is no YAML: {getattr(error, 'problem', None) or error}")
        return Entry({}, 2)
    except RecursionError:
        fault(2, "the front matter is nested too deeply")
        return Entry({}, 2)
    if not isinstance(entry.value, dict):
        fault(entry.line, "the front matter is a mapping of keys to values")
        return Entry({}, 2)
    return entry


def _entry(node: Node, fault: Fault, seen: set[int]) -> Entry:
    import yaml

    line = node.start_mark.line + 2
    value: Any = node.value
    if isinstance(value, str):
        return Entry(value, line)
    if id(node) in seen:  # an alias may stand for what holds it, or multiply without end
        fault(line, "a list or mapping is written out where it is used, not taken by an alias")
        return Entry("", line)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(item, fault, seen) for item in value], line)
    mapping: dict[str, Entry] = {}
    for key, item in value:
        name = str(key.value)
        if name in mapping:
            fault(key.start_mark.line + 2, f"{name} is given twice")
        mapping[name] = msgspec.structs.replace(_entry(item, fault, seen), line=key.start_mark.line + 2)
    return Entry(mapping, line)


class Reader:
    """Takes the keys of a mapping one after another and complains about what does not fit."""

    def __init__(self, entry: Entry, what: str, fault: Fault) -> None:
        self._all = entry
        self.what = what
        self._fault = fault
        self._left: dict[str, Entry] = {}
        if isinstance(entry.value, dict):
            self._left = dict(entry.value)
        else:
            fault(entry.line, f"{what} is a mapping of keys to values")
        self._known: list[str] = []

    def take(self, key: str) -> Entry | None:
        """The entry of a key, which counts as known from now on."""
        self._known.append(key)
        return self._left.pop(key, None)

    def text(self, key: str) -> str:
        """A single text; empty when the key is not there."""
        entry = self.take(key)
        if entry is None:
            return ""
        if not isinstance(entry.value, str):
            self._fault(entry.line, f"{key} is a single text")
            return ""
        return entry.value

    def choice(self, key: str, among: Collection[str], default: str | None = None) -> str:
        """One of certain texts; the key is needed where there is no default."""
        entry = self._left.get(key)
        word = self.text(key) if entry or default is None else default
        if word not in among and word != default:
            line, given = (entry.line, f"cannot be {word!r}") if entry else (self._all.line, "is needed")
            self._fault(line, f"{key} {given}. {suggestion(word, among)}")
        self._known.append(key)
        return word

    def pattern(self, key: str, pattern: str, means: str) -> str:
        """A text that is there and fits a pattern; ``means`` says for people what fits."""
        line = self._left.get(key, self._all).line
        word = self.text(key)
        if not re.fullmatch(pattern, word):
            self._fault(line, f"{key} is needed: {means}")
        return word

    def texts(self, key: str, among: Collection[str] = ()) -> tuple[str, ...]:
        """A text or a list of texts, each one of ``among`` when that is given."""
        entry = self.take(key)
        if entry is None:
            return ()
        found = []
        for item in entry.value if isinstance(entry.value, list) else [entry]:
            word = item.value
            if not isinstance(word, str):
                self._fault(item.line, f"{key} is a text or a list of texts")
            elif among and word not in among:
                self._fault(item.line, f"{key} cannot be {word!r}. {suggestion(word, among)}")
            else:
                found.append(word)
        return tuple(found)

    def finish(self) -> None:
        """Complain about the keys that nobody asked for."""
        for key, entry in self._left.items():
            self._fault(entry.line, f"unknown key {key} in {self.what}. {suggestion(key, self._known)}")

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All keys with their texts, whatever the keys are."""
        return tuple((key, self.text(key)) for key in sorted(self._left))
