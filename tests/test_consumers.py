"""A pull request of a provider names exactly the consumers that it breaks, wherever they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from making import git, repository

from boundary.cli import main

GROCER = Path(__file__).parent.parent / "fixtures" / "orgs" / "grocer"
READERS = ["basket", "billing", "labels", "shopfront"]


def texts(folder: Path) -> dict[str, str | bytes]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def changed(folder: Path) -> None:
    """The pull request of pricing."""
    shutil.copytree(GROCER / "change" / "pricing", folder, dirs_exist_ok=True)
    git(folder, "commit", "-q", "-a", "-m", "the price is per kilogram")


def new(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["check", *arguments, "--base", "HEAD~1", "--format", "json"]) == 1
    return [one for one in json.loads(capsys.readouterr().out)["findings"] if one["status"] == "new"]


def assert_exactly_the_readers(findings: list[dict[str, Any]]) -> None:
    broken = [one for one in findings if one["code"] == "BRK003"]
    assert [one["severity"] for one in broken] == ["error"]
    assert "4 that use it do not depend on this" in broken[0]["message"]
    assert sorted({hit["service"] for hit in broken[0]["consumers"]}) == READERS
    assert all(hit["certain"] and hit["owner"] == hit["service"] for hit in broken[0]["consumers"])
    places = sorted((one["path"].rpartition("/")[2], one["line"]) for one in findings if one["code"] == "CSM001")
    assert places == [("Billing.java", 24), ("__main__.py", 10), ("main.go", 12), ("main.ts", 23)]
    assert {one["code"] for one in findings if one["severity"] != "info"} == {"BRK003", "CSM001"}


def test_in_one_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository(tmp_path / "grocer", texts(GROCER / "repos"))
    changed(tmp_path / "grocer" / "pricing")
    assert_exactly_the_readers(new(capsys, str(tmp_path / "grocer")))


def test_with_the_consumers_in_other_repositories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in sorted((GROCER / "repos").iterdir()):
        repository(tmp_path / folder.name, texts(folder))
    changed(tmp_path / "pricing")
    assert_exactly_the_readers(new(capsys, str(tmp_path)))


def test_a_contract_that_moves_is_the_same_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository(tmp_path / "grocer", texts(GROCER / "repos"))
    git(tmp_path / "grocer" / "pricing", "mv", "openapi.yaml", "pricing-v2.yaml")
    git(tmp_path / "grocer", "commit", "-q", "-m", "moved")
    assert main(["check", str(tmp_path / "grocer"), "--base", "HEAD~1"]) == 0
    (tmp_path / "grocer" / "pricing" / "pricing-v2.yaml").write_bytes(
        (GROCER / "change" / "pricing" / "openapi.yaml").read_bytes()
    )
    git(tmp_path / "grocer", "commit", "-q", "-a", "-m", "changed")
    capsys.readouterr()
    assert main(["check", str(tmp_path / "grocer"), "--base", "HEAD~2", "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert_exactly_the_readers([one for one in findings if one["status"] == "new"])


def impact(capsys: pytest.CaptureFixture[str], what: str, *arguments: str) -> str:
    assert main(["impact", what, str(GROCER / "repos"), *arguments]) == 0
    return capsys.readouterr().out


def test_who_depends_on_an_operation(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(impact(capsys, "GET /v1/offers/{any}", "--format", "json"))
    assert told["operations"] == ["GET /v1/offers/{sku}"]
    fields = {use["service"]: use["fields"] for use in told["uses"]}
    assert [name for name in sorted(fields) if "unit_price" in fields[name]] == READERS
    shown = impact(capsys, "GET /v1/offers/{any}")
    assert shown.startswith("GET /v1/offers/{any} is used by 8 services of 8 owners\n")
    assert "  reports/reports/__main__.py:17  http GET /v1/offers/{sku}\n    uses tax, tax.code\n" in shown


def test_an_operation_that_nobody_offers_has_a_near_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["impact", "GET /v1/offer/{sku}", str(GROCER / "repos")]) == 2
    assert "Did you mean GET /v1/offers/{sku}?" in capsys.readouterr().err


def test_who_is_behind_those_who_depend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = texts(GROCER / "repos")
    files["till/Dockerfile"] = 'FROM python:3.12-slim\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n'
    files["till/app.py"] = (
        "import os\n\nimport requests\n\n"
        'requests.get("http://kiosk:3000/price", timeout=3)\nrequests.get(os.environ["LOST"], timeout=3)\n'
    )
    compose = str(files["platform/compose.yaml"])
    files["platform/compose.yaml"] = compose + "  till: {build: ../till}\n"
    repository(tmp_path / "grocer", files)
    assert main(["impact", "pricing", str(tmp_path / "grocer")]) == 0
    shown = capsys.readouterr().out
    assert "\nbehind them: till\n" in shown
    assert "this may not be all: calls that lead nowhere known: 1" in shown


def test_a_route_of_code_without_a_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = texts(GROCER / "repos")
    del files["pricing/openapi.yaml"]
    code = str(files["pricing/pricing/__main__.py"])
    repository(tmp_path / "grocer", files)
    (tmp_path / "grocer/pricing/pricing/__main__.py").write_text(code.replace("/v1/offers/<sku>", "/v2/offers/<sku>"))
    git(tmp_path / "grocer", "commit", "-q", "-a", "-m", "a new version")
    found = new(capsys, str(tmp_path / "grocer"))
    broken = [one for one in found if one["code"] == "BRK001"]
    assert [one["severity"] for one in broken] == ["error"]
    assert broken[0]["message"].startswith("pricing: GET /v1/offers/{sku} is served no longer; this breaks basket, ")
    assert len({hit["service"] for hit in broken[0]["consumers"]}) == 8
    assert len([one for one in found if one["code"] == "CSM001"]) == 8
