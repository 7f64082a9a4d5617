"""The organisations in fixtures/orgs: every breach is found at its line, nothing else is, and every edge says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boundary.cli import main

ORGS = sorted((Path(__file__).parent.parent / "fixtures" / "orgs").iterdir())


def names(nodes: list[dict[str, object]]) -> dict[object, object]:
    return {node["id"]: node["name"] for node in nodes}


@pytest.mark.parametrize("org", ORGS, ids=lambda org: org.name)
def test_every_breach_and_no_other(org: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", str(org / "repos"), "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    loud = sorted(f"{f['path']}:{f['line']} {f['severity']} {f['code']}" for f in findings if f["severity"] != "info")
    expected = (org / "expected.txt").read_text("utf-8").splitlines()
    assert loud == sorted(expected)
    assert status == (1 if any(" error " in line for line in expected) else 0)


@pytest.mark.parametrize("org", ORGS, ids=lambda org: org.name)
def test_every_edge_says_why(org: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(org / "repos")
    assert main(["graph", "--format", "json"]) == 0
    graph = json.loads(capsys.readouterr().out)
    assert graph["edges"]
    assert all(edge["evidence"] for edge in graph["edges"])
    # One of each kind: every call of the command analyses the whole organisation anew.
    for edge in {edge["kind"]: edge for edge in graph["edges"]}.values():
        assert main(["why", edge["source"], edge["target"]]) == 0
        said = capsys.readouterr().out
        first = edge["evidence"][0]
        assert f"{first['path']}:{first['line']}" in said
