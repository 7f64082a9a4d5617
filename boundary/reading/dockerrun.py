"""What ``docker run`` starts, as units of systemd and scripts of machines write it.

Reference: https://docs.docker.com/reference/cli/docker/container/run/ ; Podman and nerdctl take the same words.
"""

from __future__ import annotations

import re
import shlex

_RUN = re.compile(r"(?:^|/)(?:docker|podman|nerdctl)$")
_VALUED = frozenset(
    ("-e", "--env", "-v", "--volume", "-p", "--publish", "--name", "--env-file", "--network", "--net", "-u", "--user",
     "-w", "--workdir", "--restart", "-h", "--hostname", "-m", "--memory", "--log-driver", "--entrypoint", "-l",
     "--label", "--mount", "--add-host", "--cpus", "--log-opt", "--ulimit", "--pull", "--cidfile", "--sdnotify")
)  # fmt: skip
"""Options of ``run`` that take a word."""


def split(text: str) -> list[str]:
    """The words of a command; those of one whose quotes do not end are told apart by blanks."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def contained(words: list[str]) -> tuple[str, list[str], list[tuple[str, str]]]:
    """The image of ``docker run``, the command in it, and the options; no image for a program of the machine."""
    if len(words) < 2 or not _RUN.search(words[0]) or "run" not in words[1:3]:
        return "", words, []
    rest = words[words.index("run") + 1 :]
    options: list[tuple[str, str]] = []
    while rest and rest[0].startswith("-"):
        name, equals, value = rest.pop(0).partition("=")
        if not equals and name in _VALUED and rest:
            value = rest.pop(0)
        options.append((name, value))
    return (rest[0], rest[1:], options) if rest else ("", [], options)
