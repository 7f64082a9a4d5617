"""Patterns of ``.gitignore`` and ``CODEOWNERS`` (https://git-scm.com/docs/gitignore, "PATTERN FORMAT").

Written so that no pattern takes more steps than its length times the path's length: both come from repositories that
may be hostile.
"""

from __future__ import annotations

import re
from fnmatch import translate

LONGEST = 1_024
"""Characters of a pattern for one name; names of files end at 255, and a longer pattern fits none."""

_DIFFERENT = re.compile(r"\\(.)|\[\^")


class Pattern:
    """One pattern, without a leading ``!``.

    With a slash at the beginning or in the middle it counts from the folder of its file, else it fits at any depth;
    with a slash at the end it fits folders only; ``**`` is any number of folders.
    """

    __slots__ = ("_parts", "folders_only")

    def __init__(self, text: str) -> None:
        self.folders_only = text.endswith("/")
        parts = text.strip("/").split("/")
        if "/" not in text.rstrip("/"):
            parts.insert(0, "**")
        if parts[-1] == "**":
            parts.append("*")
        self._parts = [None if part == "**" else _segment(part if len(part) <= LONGEST else "") for part in parts]

    def fits(self, path: str, *, folder: bool = False) -> bool:
        """Whether the pattern names this path itself; ``folder`` says whether it is one."""
        return (folder or not self.folders_only) and self._walk(path.split("/"))

    def covers(self, path: str) -> bool:
        """Whether the pattern names this file or one of the folders that it lies in."""
        names = path.split("/")
        return self.fits(path) or any(self._walk(names[:depth]) for depth in range(1, len(names)))

    def _walk(self, names: list[str]) -> bool:
        """Wildcard matching with one step back: a later ``**`` makes it needless to reconsider an earlier one."""
        at, name, star, resume = 0, 0, -1, 0
        while name < len(names):
            if at < len(self._parts) and (part := self._parts[at]) is None:
                star, resume = at, name
                at += 1
            elif at < len(self._parts) and part and part.fullmatch(names[name]):
                at, name = at + 1, name + 1
            elif star >= 0:
                resume += 1
                at, name = star + 1, resume
            else:
                return False
        return at == len(self._parts)


def _segment(text: str) -> re.Pattern[str]:
    """A pattern for one name. Other than here, ``fnmatch`` has no escapes, and negates sets by ``!`` only."""

    def same(match: re.Match[str]) -> str:
        if match[1] is None:
            return "[!"
        return f"[{match[1]}]" if match[1] in "*?[" else match[1]

    return re.compile(translate(_DIFFERENT.sub(same, text)))


class Ignore:
    """The lines of one ``.gitignore``; paths are relative to its folder."""

    __slots__ = ("_lines",)

    def __init__(self, text: str) -> None:
        self._lines: list[tuple[Pattern, bool]] = []
        for line in text.splitlines():
            pattern = line if line.endswith("\\ ") else line.rstrip()
            wanted = pattern.removeprefix("!")
            if wanted.strip("/") and not pattern.startswith("#"):
                self._lines.append((Pattern(wanted), wanted == pattern))

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """True: ignored; False: expressly not; None: this file says nothing about the path. The last line counts."""
        for pattern, ignored in reversed(self._lines):
            if pattern.fits(path, folder=folder):
                return ignored
        return None
