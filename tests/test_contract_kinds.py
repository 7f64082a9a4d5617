"""What two versions of a contract differ in. A case is a Markdown file in fixtures/contracts/<kind>: the files of both
sides in fences, ``old/…`` and ``new/…``, and the changes that must come out, each as one line.

With BOUNDARY_WRITE_GOLDEN the changes are written instead."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from boundary.contracts.files import Files
from boundary.contracts.grading import table
from boundary.contracts.model import Change, Comparison
from boundary.errors import ContractError

CASES = Path(__file__).parent.parent / "fixtures" / "contracts"
FENCE = re.compile(r"^````?(\w+)(?: file=(\S+))?\n(.*?)^````?$", re.MULTILINE | re.DOTALL)
KINDS = ("asyncapi", "avro", "graphql", "jsonschema", "openapi", "protobuf", "thrift")


def cases() -> list[Path]:
    return sorted(path for kind in KINDS for path in (CASES / kind).glob("*.md"))


def side(text: str, name: str) -> Files:
    found = {
        path[len(name) + 1 :]: body.encode() for _, path, body in FENCE.findall(text) if path.startswith(f"{name}/")
    }
    return Files(name, found, found.get)


def compared(case: Path, *, turned: bool = False) -> Comparison:
    text = case.read_text(encoding="utf-8")
    compare = import_module(f"boundary.contracts.{case.parent.name}").compare
    sides = [side(text, name) for name in ("old", "new")]
    result: Comparison = compare(*(reversed(sides) if turned else sides))
    return result


def line(change: Change) -> str:
    places = f"{change.old or '-'} {change.new or '-'}"
    direction = f" ({change.direction})" if change.direction else ""
    return f"{change.level} {change.id} {places}{direction}: {change.message}"


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    try:
        lines = [line(change) for change in compared(case).changes]
    except ContractError as error:
        lines = [f"refused {error.where}: {error.message}"]
    found = "".join(f"{one}\n" for one in lines)
    expected = next(body for word, path, body in FENCE.findall(text) if word == "changes" and not path)
    if os.environ.get("BOUNDARY_WRITE_GOLDEN"):
        case.write_text(text.replace(f"```changes\n{expected}```", f"```changes\n{found}```"), encoding="utf-8")
        return
    assert found == expected


def ids() -> Iterator[tuple[str, str]]:
    """What the cases show, by kind."""
    for case in cases():
        expected = next(
            body for word, path, body in FENCE.findall(case.read_text(encoding="utf-8")) if word == "changes"
        )
        yield from ((case.parent.name, words.split()[1]) for words in expected.splitlines())


@pytest.mark.parametrize("name", ["graphql", "messages", "openapi", "protobuf", "thrift"])
def test_every_row_has_a_case(name: str) -> None:
    kinds = ("asyncapi", "avro", "jsonschema") if name == "messages" else (name,)
    shown = {identity for of, identity in ids() if of in kinds}
    options = {identity for identity in table(name) if identity.startswith("file-same-")}
    assert table(name).keys() - options - shown == set()


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_the_other_way_round_is_no_trouble(case: Path) -> None:
    try:
        compared(case, turned=True)
    except ContractError as error:
        assert "refused" in case.read_text(encoding="utf-8"), error
