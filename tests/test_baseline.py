"""The baseline: what it remembers, what pairs with it, and fingerprints that stay whatever moves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import lay
from msgspec.structs import replace
from ruling import NODES, READS, found, read_edge
from test_pipeline import SHOP, TODAY, reads

from boundary import UserError, analyse
from boundary.cli import main
from boundary.graph import Graph
from boundary.model import Finding, Location
from boundary.settle import baseline
from boundary.settle.against import Entry, compared, paired
from boundary.settle.baseline import Baseline
from boundary.settle.fingerprint import fingerprint

GRAPH = Graph(NODES, [read_edge(line=3)])
[FOUND] = found(GRAPH, READS)


def moved(finding: Finding, path: str, line: int = 1) -> Finding:
    return replace(finding, location=Location(path, line))


# --- fingerprints -------------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[a-z][a-z_]{2,8}x", fullmatch=True)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 40), st.integers(1, 8), NAMES, NAMES, st.booleans())
def test_fingerprints_survive_what_moves_is_indented_or_renamed(
    tmp_path_factory: pytest.TempPathFactory, lines: int, indent: int, name: str, file: str, inside: bool
) -> None:
    pad = " " * indent if inside else ""
    code = [
        "import os, psycopg",
        *[f"# line {number}" for number in range(lines)],
        *([f"def {name}_of_all():"] if inside else []),
        f'{pad}{name} = psycopg.connect(os.environ["DATABASE_URL"])',
        f'{pad}{name}.execute("SELECT  total\\n FROM   orders")',
        "",
    ]
    folder = lay(tmp_path_factory.mktemp("shop"), SHOP | {f"reporting/{file}.py": "\n".join(code)})
    (one,) = reads(analyse([folder], today=TODAY))
    assert one.fingerprint == fingerprint("DAT001", "service:reporting", "table:orders-db/orders")
    assert one.location.path == f"reporting/{file}.py"


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(["DAT001", "DAT002"]),
        st.sampled_from(["service:a", "service:b"]),
        st.text(max_size=5),
        st.sampled_from(["0" * 16, "0" * 16 + "-2", "1" * 16]),
        st.text(max_size=5),
        st.sampled_from(["error", "warning", "info"]),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(ENTRIES)
def test_a_baseline_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]
) -> None:
    file = tmp_path_factory.mktemp("at") / baseline.NAME
    text = baseline.written(entries)
    assert text == baseline.written(reversed(entries))
    assert "line" not in json.dumps([sorted(one) for one in json.loads(text)["findings"]])
    file.write_text(text, encoding="utf-8")
    again = baseline.read(baseline.NAME, file)
    assert again is not None
    assert set(again.entries) == set(entries)
    assert list(again.entries) == sorted(set(entries))


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a.py", "b.py", "c.py"]), max_size=6),
    st.lists(st.sampled_from(["a.py", "b.py"]), max_size=6),
)
def test_each_finding_was_one_entry_at_most(now: list[str], before: list[str]) -> None:
    findings = [moved(FOUND, path, line) for line, path in enumerate(now, 1)]
    entries = [Entry.of(moved(FOUND, path)) for path in before]
    pairs = paired(findings, entries)
    assert len(set(pairs.values())) == len(pairs) == min(len(now), len(before))
    same = sum(min(now.count(path), before.count(path)) for path in set(before))
    assert sum(now[one] == before[other] for one, other in pairs.items()) == same


def test_what_is_new_is_told_at_its_own_place() -> None:
    """Equal findings are told apart by their files: the one in the file that had none is the new one."""
    now = [moved(FOUND, "a.py"), replace(moved(FOUND, "b.py"), fingerprint=FOUND.fingerprint + "-2")]
    told = compared(now, [moved(FOUND, "b.py", 9)], [READS])
    assert [(one.location.path, one.status) for one in told] == [("a.py", "new"), ("b.py", "known")]


# --- a file that cannot be relied on ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[" * 100_000, '{"schema": "boundary-baseline/1"}', '{"schema": 1, "findings": []}',
     '{"schema": "boundary-baseline/1", "findings": [{}]}', '{"schema": "boundary-baseline/1", "findings": [], "x": 1}'],
)  # fmt: skip
def test_a_corrupt_baseline_is_never_empty(tmp_path: Path, text: str) -> None:
    lay(tmp_path, SHOP | {baseline.NAME: text})
    with pytest.raises(UserError, match="the baseline cannot be read") as caught:
        analyse([tmp_path], today=TODAY)
    assert caught.value.status == 2
    assert "boundary baseline" in caught.value.hint


def test_a_baseline_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "big.json").open("wb") as out:
        out.truncate(65 * 1024 * 1024)
    with pytest.raises(UserError, match="more than 64 MB"):
        baseline.read("big.json", tmp_path / "big.json")


# --- shrinking ----------------------------------------------------------------------------------------------


def test_entries_of_rules_that_do_not_run_are_left_alone() -> None:
    entry = Entry.of(FOUND)
    kept = Baseline("b.json", (entry,))
    assert baseline.left(kept, (), [], [READS]) == [entry]
    assert baseline.applied(kept, (), GRAPH, [], [READS]) == []
    assert baseline.left(kept, (), [READS], [READS]) == []
    assert baseline.left(kept, [replace(FOUND, status="excepted")], [READS], [READS]) == []
    [gone] = baseline.applied(kept, (), GRAPH, [READS], [READS])
    assert (gone.status, gone.rule, gone.fingerprint) == ("fixed", "own-rule", FOUND.fingerprint)
    [lost] = baseline.applied(kept, (), Graph(NODES[:1], ()), [READS], [READS])
    assert lost.status == "stale"
    assert "service:reporting and table:orders-db/orders do not exist" in lost.message


def test_a_baseline_that_cannot_be_written_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, SHOP | {baseline.NAME: baseline.written([Entry.of(FOUND)])})
    for name in ("CI", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(
        "pathlib.Path.write_text", lambda *_a, **_k: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    assert main(["check", str(tmp_path), "--fail-level", "never"]) == 0
    assert "1 of 1 entries accept what is gone; " in capsys.readouterr().err
