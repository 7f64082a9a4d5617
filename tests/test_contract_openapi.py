"""HTTP descriptions: laws that hold for every case, the table of schemas, the files of a side, the Python call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from making import commit, git
from test_contract_kinds import cases, ids, side

import boundary
from boundary.contracts import files, knows
from boundary.contracts.grading import regraded
from boundary.contracts.model import Change, Comparison, Place
from boundary.contracts.openapi import compare, naming
from boundary.contracts.scalars import plain
from boundary.reading import yaml

OPENAPI = [case for case in cases() if case.parent.name == "openapi"]
BOOKS = """\
openapi: 3.0.3
info: {title: Books, version: 1.0.0}
paths:
  /books:
    get: {responses: {'200': {description: all}}}
"""


@pytest.mark.parametrize("case", OPENAPI, ids=lambda case: case.stem)
@pytest.mark.parametrize("name", ["old", "new"])
def test_every_description_is_compatible_with_itself(case: Path, name: str) -> None:
    text = case.read_text(encoding="utf-8")
    assert compare(side(text, name), side(text, name)).changes == ()


def test_every_row_of_schemas_has_a_case() -> None:
    shown = {identity for kind, identity in ids() if kind == "openapi"}
    places = [*naming.INNER, *naming.INNER.values()]
    rows = {row.id for rows in naming._rows().values() for row in rows}
    assert {row for row in rows if not any(row.format(place=place) in shown for place in places)} == set()


def test_ids_are_known_to_the_configuration() -> None:
    known = "response-property-became-optional", "new-required-request-property", "endpoint-added", "field-same-type"
    assert all(map(knows, known))
    assert not any(map(knows, ("response-property", "request-body-became-blue", "FIELD", "")))


def test_a_fingerprint_knows_no_lines_and_no_words() -> None:
    one = Change(id="a", level="error", old=Place("x.yaml", 3, "/paths"), message="so")
    same = msgspec.structs.replace(one, level="info", old=Place("x.yaml", 9, "/paths"), message="otherwise")
    other = msgspec.structs.replace(one, subject="id")
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_a_change_is_graded_by_its_id() -> None:
    comparison = Comparison.of([Change(id="a", level="error"), Change(id="b", level="error")])
    assert [change.level for change in regraded(comparison, {"b": "info"}).changes] == ["error", "info"]
    assert regraded(comparison, {}).summary == {"error": 2, "warning": 0, "info": 0}


def test_the_call_in_python(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(BOOKS)
    (tmp_path / "new.yaml").write_text(BOOKS.replace("/books", "/films"))
    report = boundary.compare_contracts(tmp_path / "old.yaml", str(tmp_path / "new.yaml"))
    assert report.breaking
    assert [change.id for change in report.changes][:1] == ["api-path-removed-without-deprecation"]
    with pytest.raises(boundary.ContractError, match="no file or folder"):
        boundary.compare_contracts(tmp_path / "none.yaml", tmp_path / "new.yaml")


def test_a_folder_has_its_contracts_and_no_hidden_or_linked_ones(tmp_path: Path) -> None:
    for name in ("a.yaml", "b/c.json", ".hidden/d.yaml", "node_modules/e.yaml", "f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BOOKS)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    with files.opened(tmp_path) as found:
        assert found.paths == ("a.yaml", "b/c.json")
        assert found.text("a.yaml") == BOOKS


def test_what_a_side_does_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.yaml").write_text("secret")
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "out.yaml")
    (tmp_path / "in" / "bytes.yaml").write_bytes(b"a: 1\nb: \xff\n")
    (tmp_path / "in" / "folder.yaml").mkdir()
    with files.opened(tmp_path / "in") as found:
        with pytest.raises(boundary.ContractError, match="leads out"):
            found.read("link.yaml")
        with pytest.raises(boundary.ContractError, match="has no file"):
            found.read("folder.yaml")
        with pytest.raises(boundary.ContractError, match="UTF-8") as caught:
            found.text("bytes.yaml")
        assert caught.value.where == "bytes.yaml:2"
        monkeypatch.setattr(files, "LARGEST", 3)
        with pytest.raises(boundary.ContractError, match="MB"):
            files.opened(tmp_path / "in").read("bytes.yaml")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(BOOKS)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(boundary.ContractError, match="cannot be read: Permission denied"):
        files.opened(tmp_path / "a.yaml").read("a.yaml")


def test_a_side_of_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    commit(tmp_path, {"api/books.yaml": BOOKS, "api/part.yaml": "a: 1\n", "README": "x"})
    (tmp_path / "api").joinpath("books.yaml").write_text(BOOKS.replace("/books", "/films"))
    monkeypatch.chdir(tmp_path / "api")
    with files.opened("HEAD:api") as found:
        assert found.paths == ("books.yaml", "part.yaml")
        assert found.text("books.yaml") == BOOKS
        with pytest.raises(boundary.ContractError, match="has no file"):
            found.read("../README")
    with files.opened("HEAD:./books.yaml") as one, files.opened("books.yaml") as two:
        assert one.paths == two.paths == ("api/books.yaml",)
    assert not boundary.compare_contracts("HEAD:api", "HEAD:").changes
    monkeypatch.setattr(files, "LARGEST", 3)
    with files.opened("HEAD:api") as found, pytest.raises(boundary.ContractError, match="MB"):
        found.read("books.yaml")


def test_a_revision_where_there_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(boundary.ContractError, match="no file or folder"):
        files.opened("HEAD:a.yaml")


JUNK: tuple[object, ...] = (
    None,
    1,
    "x",
    [],
    {},
    True,
    [None],
    {"$ref": "#/paths"},
    {"type": ["string", None]},
    {"": ""},
)


def places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield way
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield from places(below, (*way, key))


def replaced(value: Any, way: tuple[str | int, ...], junk: object) -> Any:
    if not way:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[way[0]] = replaced(value[way[0]], way[1:], junk)
    return copy


@pytest.mark.parametrize(
    "name", ["who-is-let-in", "swagger-that-changes", "parts-of-forms", "odd-shapes", "openapi-32"]
)
def test_anything_may_stand_anywhere(name: str) -> None:
    case = next(case for case in OPENAPI if case.stem == name)
    documents = [plain(yaml.document(side(case.read_text(), one).text("api.yaml"))) for one in ("old", "new")]
    whole = files.Files("whole", ["api.yaml"], {"api.yaml": msgspec.json.encode(documents[0])}.get)
    for number, way in enumerate(places(documents[1])):
        broken = replaced(documents[1], way, JUNK[number % len(JUNK)])
        other = files.Files("broken", ["api.yaml"], {"api.yaml": msgspec.json.encode(broken)}.get)
        with suppress(boundary.ContractError):
            compare(whole, other)
            compare(other, whole)
