"""What the parameters of templates are given where they are deployed: by ``samconfig.toml`` beside the template, and by
files of parameters below its folder.

Of several environments that give one, that counts which is nearest to what runs for customers, as for the variables of
Terraform; one that says nothing leaves a parameter to the next.
"""

from __future__ import annotations

import re
from collections import defaultdict

from boundary.facts import Expr, Record, Text
from boundary.facts.infra import COMPOSED, Block
from boundary.resolve.files import Files, ancestors, folder, inside

_LIKELY = ("prod", "production", "prd", "live", "main", "default")
_BESIDE = ("template.yaml", "template.yml", "template.json")
"""The templates that the command looks for where it is told of none."""


_ABOVE = 2
"""Folders above a file of parameters that a template is looked for in."""


class Given:
    """Answers what a parameter of a template is given."""

    def __init__(self, files: Files) -> None:
        found: dict[str, list[tuple[tuple[int, str, str], Record]]] = defaultdict(list)
        for path, one in files.all(Block):
            if one.kind == "given" and one.type != COMPOSED and isinstance(one.body, Record):
                rank = (_rank(f"{one.type} {path.rpartition('/')[2]}"), path, one.type)
                found[_template(files, folder(path), one.name)].append((rank, one.body))
        self._by_template = {path: sorted(said, key=lambda each: each[0]) for path, said in found.items()}

    def value(self, path: str, parameter: str) -> Expr | None:
        """What a template's parameter is given, None where nobody says."""
        for _, body in self._by_template.get(path, ()):
            for key, value in body.entries:
                if isinstance(key, Text) and key.text == parameter:
                    return value
        return None


def _template(files: Files, here: str, written: str) -> str:
    """The template that is deployed; what a build has made of one is that in the folder."""
    named = inside(here, written) if written else None
    if named in files.by_path:
        return named or ""
    near = (here, *ancestors(here)[:_ABOVE]) if here else (here,)
    found = (f"{place}/{name}".lstrip("/") for place in near for name in _BESIDE)
    return next((one for one in found if one in files.by_path), "")


def _rank(words: str) -> int:
    among = re.split(r"[^a-z0-9]+", words.lower())
    return next((at for at, word in enumerate(_LIKELY) if word in among), len(_LIKELY))
