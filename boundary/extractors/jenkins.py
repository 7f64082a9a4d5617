"""Jenkins pipelines: the commands of their ``sh`` steps, with the folder of ``dir`` blocks.

A ``Jenkinsfile`` is Groovy. Its strings are found by a scanner of our own, which knows comments and the three kinds of
quotes; ``${…}`` in those that Groovy fills stays unknown. Steps:
https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/#sh-shell-script .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors import shell
from boundary.facts import Fact, Text
from boundary.reading.shell import commands
from boundary.source import Source

FORMAT = "jenkins"

_PLACE = re.compile(r"(?:^|/)(?:[\w.-]*[Jj]enkinsfile(?:[._-][\w.-]+)?|[\w.-]+\.jenkinsfile)$")
_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*[\s\S]*?(?:\*/|\Z))"
    r"|(?P<sh>\bsh\b\s{0,20}\(?\s{0,20}(?:script\s{0,20}:\s{0,20})?"
    r"|\bsshCommand\b[^\n]{0,200}?\bcommand\s{0,20}:\s{0,20})?"
    r"(?P<dir>\bdir\s{0,20}\(\s{0,20})?"
    r"(?P<text>'''(?P<raw3>[\s\S]*?)(?:'''|\Z)|\"\"\"(?P<filled3>[\s\S]*?)(?:\"\"\"|\Z)"
    r"|'(?P<raw>(?:\\.|[^'\\\n])*)'|\"(?P<filled>(?:\\.|[^\"\\\n])*)\")"
    r"|(?P<open>\{)|(?P<close>\})"
)
_HOLE = re.compile(r"(?<!\\)\$\{[^{}\n]*\}")
_FILLED = "$?"


def matches(path: str) -> bool:
    """Files that are called as Jenkins looks for them."""
    return _PLACE.search(path) is not None


def extract(source: Source) -> Iterator[Fact]:
    """The commands of a pipeline, in their order."""
    folders: list[str | None] = []
    entered: str | None = None
    text = source.text
    line, seen = 1, 0
    for token in _TOKEN.finditer(text):
        if token["text"]:
            line += text.count("\n", seen, token.start("text"))
            seen = token.start("text")
        if token["open"]:
            folders.append(entered)
            entered = None
        elif token["close"] and folders:
            folders.pop()
        elif token["dir"]:
            entered = _plain(token)
        elif token["sh"]:
            where = "/".join(one for one in folders if one)
            yield from _commands(token, line, where)


def _plain(token: re.Match[str]) -> str:
    return next((token[name] for name in ("raw3", "filled3", "raw", "filled") if token[name] is not None), "")


def _commands(token: re.Match[str], line: int, where: str) -> Iterator[Fact]:
    written = _plain(token)
    if token["filled"] is not None or token["filled3"] is not None:
        written = _HOLE.sub(_FILLED, written).replace("\\$", "$").replace('\\"', '"')
    yield from shell.facts(commands(written, line), "", Text(where) if where else None)
