"""Extractors by their case folders: ``fixtures/extract/<format>/<case>/`` holds input files and ``facts.json``.

Every file of the folder but facts.json is given, under its path in the folder, to the one extractor of the format. A
new case is a new folder: write the input, run the test with BOUNDARY_WRITE_GOLDEN=1, and read the facts.json that it
writes, one fact to a line and defaults left out, before you commit it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from boundary.extract import Extractor, extract, extractors
from boundary.facts import Apply, Assign, Evaluate, FileFacts, Function, Ref, Unreadable
from boundary.source import Source

FIXTURES = Path(__file__).parent.parent / "fixtures" / "extract"
GOLDEN = "facts.json"

CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_facts_of_a_case(case: Path) -> None:
    extractor = by_format()[folded(case.parent.name)]
    found = [extract(source, [extractor]) for source in sources(case)]
    assert decoded(msgspec.json.encode(found)) == found, "facts do not survive being stored"
    golden = case / GOLDEN
    before = rendered(decoded(golden.read_bytes())) if golden.exists() else ""
    if os.environ.get("BOUNDARY_WRITE_GOLDEN") == "1" and rendered(found) != before:
        golden.write_text(rendered(found), encoding="utf-8")
        pytest.fail(f"wrote {golden.relative_to(FIXTURES)}: read it, then run again without BOUNDARY_WRITE_GOLDEN")
    assert rendered(found) == before


@pytest.mark.parametrize("extractor", extractors(), ids=lambda extractor: extractor.FORMAT)
def test_every_extractor_has_a_case_that_it_reads(extractor: Extractor) -> None:
    cases = [case for case in CASES if folded(case.parent.name) == folded(extractor.FORMAT)]
    assert any(extractor.matches(source.path) for case in cases for source in sources(case))


def by_format() -> dict[str, Extractor]:
    return {folded(extractor.FORMAT): extractor for extractor in extractors()}


def folded(name: str) -> str:
    return name.replace("-", "_")


def sources(case: Path) -> list[Source]:
    files = sorted(path for path in case.rglob("*") if path.is_file() and path != case / GOLDEN)
    return [Source(path.relative_to(case).as_posix(), path.read_bytes()) for path in files]


def decoded(data: bytes) -> list[FileFacts]:
    return msgspec.json.decode(data, type=list[FileFacts])


def rendered(files: list[FileFacts]) -> str:
    """The files as JSON with one fact to a line, so that a person can read it and a change shows where it is."""
    return "[\n" + ",\n".join(rendered_file(file) for file in files) + "\n]\n"


def rendered_file(file: FileFacts) -> str:
    facts = ",\n".join("  " + json.dumps(plain(fact), ensure_ascii=False) for fact in file.facts)
    head = json.dumps({"path": file.path, "formats": file.formats}, ensure_ascii=False)
    return f'{head[:-1]}, "facts": [\n{facts}\n]}}' if facts else head


def plain(value: Any) -> Any:
    """A fact as JSON objects, without the fields that have their default."""
    if isinstance(value, tuple | list | frozenset):
        return [plain(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
    if not isinstance(value, msgspec.Struct):
        return value
    config = value.__struct_config__
    shown = {config.tag_field: config.tag} if config.tag_field else {}
    for field in msgspec.structs.fields(value):
        content = getattr(value, field.name)
        if field.required or content != field.default:
            shown[field.encode_name] = plain(content)
    return shown


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.rb", "x = " + "f(" * 200 + "1" + ")" * 200 + "\n"),
        ("a.rs", "fn main() { let x = " + "f(" * 200 + "1" + ")" * 200 + "; }\n"),
        ("a.php", "<?php $x = " + "f(" * 200 + "1" + ")" * 200 + ";\n"),
        ("a.cpp", "int main() { int x = " + "f(" * 200 + "1" + ")" * 200 + "; }\n"),
    ],
)
def test_calls_that_nest_too_deeply_are_read_as_statements_of_their_own(path: str, text: str) -> None:
    facts = extract(Source(path, text.encode()), extractors()).facts
    evaluated = [fact for fact in facts if isinstance(fact, Evaluate)]
    assert len(evaluated) == 1
    assert not [fact for fact in facts if isinstance(fact, Unreadable)]


def test_columns_count_characters() -> None:
    facts = extract(Source("a.rb", 'größe = call("ä", other())\n'.encode()), extractors()).facts
    [assigned] = [fact for fact in facts if isinstance(fact, Assign)]
    assert isinstance(assigned.value, Apply)
    assert assigned.value.column == 9
    assert isinstance(assigned.value.args[1], Ref)


def test_much_that_is_not_understood_is_said_and_the_rest_is_read() -> None:
    facts = extract(Source("a.cpp", b"int main() { go(); }\n" + b"]]}}) ((( = = \n" * 20), extractors()).facts
    assert [fact.what for fact in facts if isinstance(fact, Unreadable)] == ["syntax"]
    assert [fact.name for fact in facts if isinstance(fact, Function)] == ["main"]
