"""Jobs that run once for each element of a matrix: what an expression about the matrix stands for in each run.

References: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstrategymatrix ,
https://docs.gitlab.com/ci/yaml/#parallelmatrix .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from boundary.facts import Text
from boundary.reading.yaml import Node

MOST = 60
"""Runs of one job that are looked at."""

_MEMBER = re.compile(r"\$\{\{\s*matrix\.([\w.-]+)\s*\}\}")

Run = Mapping[str, str]


def runs(matrix: Node) -> list[Run]:
    """The combinations of a matrix of GitHub, with the names that are put into texts; one of nothing without any."""
    lists = {
        key.text: [one.text for one in value.items if one.kind == "scalar"]
        for key, value in matrix.pairs
        if key.text not in ("include", "exclude") and value.items
    }
    found: list[Run] = list(combined(lists)) if lists else []
    for element in matrix.get("include").items[:MOST]:
        given = dict(_members(element, ""))
        alike = [one for one in found if all(given.get(name, value) == value for name, value in one.items())]
        # An element that fits combinations adds to them; one that fits none is a combination of its own.
        found = [{**one, **given} if one in alike else one for one in found] if alike else [*found, given]
    return found[:MOST] or [{}]


def combined(lists: Mapping[str, Sequence[str]]) -> Iterator[Run]:
    """Every choice of one value from each list."""
    for values in islice(product(*(one[:MOST] for one in lists.values())), MOST):
        yield dict(zip(lists, values, strict=True))


def varied(matrix: Node) -> dict[str, list[Text]]:
    """The variables of a matrix of GitLab, with all values that each of them has in some run."""
    found: dict[str, list[Text]] = {}
    for element in matrix.items:
        for key, value in element.pairs:
            texts = found.setdefault(key.text, [])
            seen = {text.text for text in texts}
            texts += [Text(one, value.line) for one in value.strings if one not in seen][: MOST - len(texts)]
    return found


def _members(node: Node, above: str) -> Iterator[tuple[str, str]]:
    for key, value in node.pairs:
        if value.kind == "scalar":
            yield above + key.text, value.text
        elif not above:
            yield from _members(value, f"{key.text}.")


def filled(text: str, run: Run) -> str:
    """A text of one run; expressions about what is not known stay."""
    return _MEMBER.sub(lambda member: run.get(member[1], member[0]), text) if run else text


def varies(text: str) -> bool:
    """Whether a text is another one in each run."""
    return _MEMBER.search(text) is not None
