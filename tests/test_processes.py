"""Reading a snapshot: the same facts at any number of processes, and no file that vanishes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from making import lay

from boundary import gather as module
from boundary.discover import UNREADABLE, Entry, Memory, Snapshot, discover
from boundary.errors import UserError
from boundary.extract import LARGEST
from boundary.facts import (
    Address,
    AnyFact,
    Assign,
    Fact,
    FileFacts,
    Listing,
    Ref,
    Setting,
    SymbolicLink,
    Text,
    Unreadable,
)
from boundary.gather import MANY, Gathered, gather
from boundary.model import Value
from boundary.source import Source


class Words:
    """A toy format: a setting for each word, and what no serial form can hold for some of them."""

    FORMAT = "words"

    def matches(self, path: str) -> bool:
        return path.endswith(".words")

    def extract(self, source: Source) -> Iterator[Fact]:
        for line, word in enumerate(source.text.split(), 1):
            if word == "deep":
                expression: Listing | Text = Text("x")
                for _ in range(5000):
                    expression = Listing((expression,))
                yield Assign(scope="", target=Ref("x"), value=expression, line=line)
            elif word == "half":
                yield Setting(scope="words", key="\ud800", value=Value(), line=line)
            elif word == "huge":
                yield Address(platform="words", name=word, ports=((10**30, "http", 0),), line=line)
            elif word == "die":
                os._exit(9)
            else:
                yield Setting(scope="words", key=word, value=Value((word,)), line=line)


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_extractors", lambda: [Words()])


def workspace(tmp_path: Path, count: int) -> Path:
    """A folder with many files, some of them odd."""
    lay(tmp_path, {f"s{number % 7}/{number}.words": f"word{number} x " * (number % 40) for number in range(count)})
    lay(
        tmp_path,
        {"odd.words": "a deep half b", "binary.words": b"\0\1", "tests/a.words": "no", "generated/b.words": "yes"},
    )
    (tmp_path / "link.words").symlink_to("odd.words")
    return tmp_path


def gathered(folder: Path, jobs: int | None) -> Gathered:
    with discover([folder]).snapshot() as snapshot:
        return gather(snapshot, jobs)


@pytest.mark.parametrize("count", [30, MANY + 200])
@pytest.mark.parametrize("jobs", [2, 3, None])
def test_the_number_of_processes_does_not_show(tmp_path: Path, count: int, jobs: int | None) -> None:
    folder = workspace(tmp_path, count)
    alone = gathered(folder, 1)
    assert len(alone.files) == count + 4
    assert [file.path for file in alone.files] == sorted(file.path for file in alone.files)
    assert msgspec.json.encode(gathered(folder, jobs)) == msgspec.json.encode(alone)


def test_processes_are_spawned_beside_a_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # a new interpreter knows the shipped extractors only
    lay(tmp_path, {f"s{number}/Dockerfile": f"FROM base:{number}\n" for number in range(130)})
    alone = gathered(tmp_path, 1)
    assert all(file.formats == ("dockerfile",) and file.facts for file in alone.files)
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    try:
        assert gathered(tmp_path, 2) == alone
    finally:
        waiting.set()
        thread.join()


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(UserError, match="ended by the system") as caught:
        gather(Memory({"a.words": "die"}), 2)
    assert "--jobs 1" in caught.value.hint


def test_what_is_read_and_what_is_counted() -> None:
    files = {
        "a.words": "x",
        "a.py": "",
        "vendor/b.words": "x",
        "tests/c.words": "x",
        "docs/d.md": "",
        "examples/e.words": "",
    }
    found = gather(Memory(files), 1)
    assert {file.path: (file.formats, file.mark) for file in found.files} == {
        "a.words": (("words",), ""),
        "vendor/b.words": (("words",), "vendored"),
    }
    assert found.skipped == (("documentation", 1), ("example", 1), ("test", 1))
    assert found
    assert not gather(Memory({"a.py": "", "tests/c.words": "x"}), 1)


def test_comments_that_accept_findings_are_noticed() -> None:
    files = {"a.words": "x # boundary: ignore[DAT001] why", "b.words": "boundary", "c.words": "# boundary:ignore"}
    assert gather(Memory(files), 1).commented == ("a.words", "c.words")


def test_facts_that_cannot_be_stored_are_replaced_and_the_others_stay() -> None:
    (file,) = gather(Memory({"odd.words": "a deep half huge b"}), 1).files
    kinds = [fact.what if isinstance(fact, Unreadable) else type(fact).__name__ for fact in file.facts]
    assert kinds == ["Setting", "depth", "encoding", "encoding", "Setting"]
    assert [fact.line for fact in file.facts] == [1, 2, 3, 4, 5]


class Failing(Snapshot):
    """A snapshot whose files cannot be read."""

    def entries(self) -> Sequence[Entry]:
        big = LARGEST + 1
        return [
            Entry("a.words", size=3),
            Entry("big.words", "generated", size=big),
            Entry("closed", UNREADABLE),
            Entry("data.bin", size=big),
            Entry("link", "vendored", "../x"),
            Entry("tests/link", "test", "../x"),
        ]

    def read(self, path: str) -> bytes:
        assert path == "a.words"
        raise PermissionError(13, "Permission denied")


def test_files_that_cannot_be_read_become_facts() -> None:
    def unreadable(what: str, reason: str) -> tuple[AnyFact, ...]:
        return (Unreadable(what, reason),)

    assert gather(Failing(), 1).files == (
        FileFacts("a.words", unreadable("access", "permission denied"), ("words",)),
        FileFacts(
            "big.words",
            unreadable("size", "16 MB is more than the 16 MB that are read of one file"),
            ("words",),
            "generated",
        ),
        FileFacts("closed", unreadable("access", "may not be read")),
        FileFacts("link", (SymbolicLink("../x"),), (), "vendored"),
    )


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    gather(Memory({f"{number}.words": "x" for number in range(100)}), 1, lambda *step: told.append(step))
    assert told == [("reading", 64, 100), ("reading", 100, 100)]


def test_the_number_of_processors_is_found_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "os", SimpleNamespace(cpu_count=lambda: None))
    monkeypatch.setattr(module, "MANY", 0)
    assert gather(Memory({"a.words": "x"})).files[0].formats == ("words",)
