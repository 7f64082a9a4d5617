"""Containers that a machine of a stack starts by itself: ``docker run`` in the script that it is given.

See https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html . A script that starts none says nothing of
services: it sets up a machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from boundary.facts import Apply, Ref
from boundary.model import Value
from boundary.reading import shortforms
from boundary.reading.dockerrun import contained, split
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.things import Resource, Rows, Table, below

_LONGEST = 65_536
"""Characters of a script; the platforms take 16 KB."""
_MOST = 32
"""Containers of one script."""

_ENCODING = (Ref("base64encode"), Ref("base64gzip"))
_CONTINUED = re.compile(r"\\\n\s*")


def written(machine: Resource, paths: Sequence[str]) -> str:
    """The script of a machine, also where the stack encodes it for the platform."""
    for path in paths:
        first, _, rest = path.partition(".")
        for _, expr in machine.body.get(first, ()):
            coded = isinstance(expr, Apply) and expr.callee in _ENCODING and len(expr.args) == 1
            found = machine.read(expr.args[0] if coded and isinstance(expr, Apply) else expr)
            return str(as_text(below(found, *rest.split(".")) if rest else found))
    return ""


def containers(script: str) -> Iterator[Table]:
    """Each container in the form that a task of a stack has."""
    told = 0
    for command in _CONTINUED.sub(" ", script[:_LONGEST]).split("\n"):
        words = split(command.strip()) if " run " in command else []
        words = words[1:] if words[:1] == ["sudo"] else words
        image, _, options = contained(words)
        if not image or told >= _MOST:
            continue
        told += 1
        given = [value.partition("=") for name, value in options if name in ("-e", "--env")]
        ports = [port for name, value in options if name in ("-p", "--publish") for port in shortforms.port(value)]
        called = next((value for name, value in options if name == "--name"), "")
        yield Table(
            {
                "name": Value.of(called),
                "image": Value.of(image),
                "environment": Table({name: Value.of(value) for name, _, value in given}),
                "ports": Rows(tuple(Value.of(port.target) for port in ports)),
            }
        )
