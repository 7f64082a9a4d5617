"""Procfiles: the processes of one program, as Heroku, Foreman, Elastic Beanstalk and buildpacks start them.

``web: gunicorn app:app`` is a process of the folder that the file lies in; one that changes the folder first
(``cd api && npm start``) is of that. Format: https://devcenter.heroku.com/articles/procfile .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Container, Deployment, Fact, Workload
from boundary.model import Value
from boundary.reading.interpolate import shell, words
from boundary.source import Source

FORMAT = "procfile"

_LINE = re.compile(r"^(?P<name>[A-Za-z0-9][\w-]{0,60}):[ \t]*(?P<command>\S[^\n]*)$", re.MULTILINE)
_ENTERS = re.compile(r"(?:\([ \t]*)?cd[ \t]+(?P<folder>[\w./-]+)[ \t]*(?:&&|;)[ \t]*")
_RELEASE = "release"


def matches(path: str) -> bool:
    """``Procfile``; those of developers (``Procfile.dev``) start what other files deploy."""
    return path.rpartition("/")[2] == "Procfile"


def extract(source: Source) -> Iterator[Fact]:
    """A workload for each process; ``release`` runs before them and is none."""
    first = True
    text, line, seen = source.text, 1, 0
    for one in _LINE.finditer(text):
        line += text.count("\n", seen, one.start())
        seen = one.start()
        if one["name"] == _RELEASE:
            continue
        if first:
            yield Deployment("process", line=line)
            first = False
        entered = _ENTERS.match(one["command"])
        command = words(shell(one["command"][entered.end() if entered else 0 :]))
        folder = entered["folder"] if entered else "."
        container = Container(one["name"], None, command, line=line)
        yield Workload("process", "process", one["name"], containers=(container,), build=Value.of(folder), line=line)
