"""CODEOWNERS of GitHub and GitLab: who owns which paths; the last rule that matches counts.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
and, for sections with default owners, https://docs.gitlab.com/user/project/codeowners/reference/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.facts import OwnerRule
from boundary.source import Source

FORMAT = "codeowners"

_HOMES = (".github", "docs", ".gitlab", ".bitbucket")
_SECTION = re.compile(r"\^?\[([^\]]+)\](?:\[\d+\])?(.*)")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


def matches(path: str) -> bool:
    """A file called CODEOWNERS; its folder, or the one above ``.github`` and the like, is what it speaks of."""
    return PurePosixPath(path).name == "CODEOWNERS"


def extract(source: Source) -> Iterator[OwnerRule]:
    """The rules in order; in a section with default owners a pattern without any has those."""
    base, home = source.folder, PurePosixPath(source.folder).name
    if home in _HOMES:
        base = base[: -len(home)].rstrip("/")
    defaults: tuple[str, ...] = ()
    for number, line in enumerate(source.text.split("\n"), 1):
        words = _words(line)
        section = _SECTION.match(line.strip())
        if section:
            defaults = _words(section.group(2))
        elif words:
            pattern, *owners = words
            yield _rule(base, pattern, tuple(owners) or defaults, number)


def _rule(base: str, pattern: str, owners: tuple[str, ...], line: int) -> OwnerRule:
    """``!pattern`` is GitLab's exception: the path is expressly nobody's."""
    if pattern.startswith("!"):
        return OwnerRule(base, pattern[1:], (), line=line)
    return OwnerRule(base, pattern.replace("\\ ", " ").replace("\\#", "#"), owners, line=line)


def _words(line: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in _WORD.findall(line):
        if word.startswith("#"):
            break
        words.append(word)
    return tuple(words)
