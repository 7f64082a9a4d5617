"""The whole street, from folders to a report: what a change brings, and what is said when there is nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from making import commit, git, lay, repository

import boundary
from boundary import Report, Survey, UserError, analyse
from boundary.discover import discover
from boundary.model import Finding

TODAY = date(2026, 5, 4)
COMPOSE = """\
services:
  orders:
    build: orders
    environment:
      DATABASE_URL: postgresql://orders:secret@orders-db:5432/orders
  reporting:
    build: reporting
    environment:
      ORDERS_URL: http://orders:8080
      DATABASE_URL: postgresql://reporting:secret@orders-db:5432/orders
  orders-db:
    image: postgres:16
"""
CODE = """\
import os
import psycopg

connection = psycopg.connect(os.environ["DATABASE_URL"])
connection.execute("{statement}"){comment}
"""
READS = CODE.format(statement="SELECT total FROM orders", comment="")
ACCEPTED = CODE.format(
    statement="SELECT total FROM orders", comment="  # boundary: ignore[DAT001] until the events are there"
)
SHOP = {
    "compose.yaml": COMPOSE,
    "CODEOWNERS": "/orders/ @shop/ordering\n/reporting/ @shop/insight\n",
    "orders/Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n',
    "orders/app.py": CODE.format(statement="INSERT INTO orders (total) VALUES (1)", comment=""),
    "orders/migrations/001.sql": "CREATE TABLE orders (total int);\n",
    "reporting/Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["python", "/srv/jobs.py"]\n',
    "reporting/jobs.py": "print('nothing yet')\n",
}
EXCEPTION = '[[exceptions]]\nrule = "DAT001"\nfrom = "reporting"\nreason = "until the events are there"\n'


def reads(report: Report) -> list[Finding]:
    """The findings about a foreign table that is read."""
    return [finding for finding in report.findings if finding.code == "DAT001"]


def statuses(report: Report) -> list[str]:
    return [finding.status for finding in reads(report)]


def test_findings_point_at_the_statement(tmp_path: Path) -> None:
    (finding,) = reads(analyse([lay(tmp_path, SHOP | {"reporting/jobs.py": READS})], today=TODAY))
    assert (str(finding.location), finding.severity, finding.status) == ("reporting/jobs.py:5", "error", "new")
    assert (finding.from_name, finding.team_from) == ("reporting", "insight")


def test_a_base_shows_what_a_change_brings_and_takes(tmp_path: Path) -> None:
    repository(tmp_path, SHOP)
    commit(tmp_path, {"reporting/jobs.py": READS})
    lay(tmp_path, {"reporting/more.py": "\n\n" + READS})
    assert statuses(analyse([tmp_path], base="HEAD~1", today=TODAY)) == ["new"]
    assert statuses(analyse([tmp_path], base="HEAD", today=TODAY)) == ["known"]
    lay(tmp_path, {"reporting/jobs.py": "", "reporting/more.py": ""})
    assert statuses(analyse([tmp_path], base="HEAD", today=TODAY)) == ["fixed"]
    assert analyse([tmp_path], base="HEAD", today=TODAY).base == "HEAD"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"boundary.toml": EXCEPTION, "reporting/jobs.py": READS}, {"boundary.toml": ""}),
        ({"pyproject.toml": "[tool.boundary]\n" + EXCEPTION.replace("[exc", "[tool.boundary.exc").replace("ions]]", "ions]]"), "reporting/jobs.py": READS}, {"pyproject.toml": ""}),
        ({"reporting/jobs.py": ACCEPTED}, {"reporting/jobs.py": READS}),
    ],
)  # fmt: skip
def test_an_exception_that_a_change_takes_away_brings_the_finding_back(
    tmp_path: Path, before: dict[str, str], after: dict[str, str]
) -> None:
    repository(tmp_path, SHOP | before)
    assert statuses(analyse([tmp_path], base="HEAD", today=TODAY)) == ["excepted"]
    lay(tmp_path, after)
    assert statuses(analyse([tmp_path], base="HEAD", today=TODAY)) == ["new"]


def test_a_base_whose_configuration_was_broken_is_compared_without_it(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"boundary.toml": "nonsense", "reporting/jobs.py": READS})
    lay(tmp_path, {"boundary.toml": EXCEPTION})
    assert statuses(analyse([tmp_path], base="HEAD", today=TODAY)) == ["excepted"]


def test_an_empty_base_has_no_findings(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    commit(tmp_path, {})
    lay(tmp_path, SHOP | {"reporting/jobs.py": READS})
    assert statuses(analyse([tmp_path], base="HEAD", today=TODAY)) == ["new"]


def test_a_bad_base_is_told_before_anything_is_read(tmp_path: Path) -> None:
    repository(tmp_path, SHOP)
    told: list[str] = []
    with pytest.raises(UserError, match="has no revision nonsense"):
        analyse([tmp_path], base="nonsense", progress=lambda stage, _done, _all: told.append(stage))
    assert told == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no files"),
        ({"tests/test_app.py": "import app\n", "notes.txt": ""}, "none of its 2 files"),
        ({"app.py": ""}, "none of its 1 files"),
    ],
)
def test_nothing_to_analyse_is_no_success(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        analyse([lay(tmp_path, files)])
    assert caught.value.status == 3


def test_coverage_tells_what_was_seen(tmp_path: Path) -> None:
    lay(tmp_path, {"compose.yaml": COMPOSE, "broken/app.py": "def (", "docs/a.md": ""})
    repository(tmp_path / "orders", {"app.py": READS, "tests/test_app.py": ""})
    git(tmp_path, "init", "-q", "--bare", "young.git")
    coverage = analyse([tmp_path]).coverage
    assert (coverage.repositories, coverage.unreadable) == (1, 1)
    assert coverage.skipped == (("documentation", 1), ("test", 1))
    assert coverage.notes == ("young is a repository without commits.",)


def test_progress_names_the_stations(tmp_path: Path) -> None:
    told: list[str] = []
    analyse([lay(tmp_path, SHOP)], progress=lambda stage, _done, _all: told.append(stage))
    assert told == ["reading", "resolving", "checking"]


def test_excerpts_are_lines_of_sources(tmp_path: Path) -> None:
    with Survey(discover([lay(tmp_path, SHOP | {"logo.py": b"\0"})])) as survey:
        assert survey.excerpt("compose.yaml", 2) == "  orders:"
        assert [
            survey.excerpt(*place)
            for place in (("compose.yaml", 99), ("compose.yaml", 0), ("gone.py", 1), ("logo.py", 1))
        ] == [None] * 4


def test_a_root_that_is_not_there_is_told(tmp_path: Path) -> None:
    lay(
        tmp_path,
        SHOP | {"boundary.toml": '[services.orders]\nroot = "order"\n[services.reporting]\nroot = "reporting"'},
    )
    with pytest.raises(UserError, match="the root order of service orders has no files") as caught:
        analyse([tmp_path])
    assert (caught.value.where, caught.value.status) == ("boundary.toml:1", 2)


def test_a_service_that_a_change_adds_need_not_be_in_the_base(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"reporting/jobs.py": READS})
    lay(tmp_path, {"boundary.toml": '[services.jobs]\nroot = "jobs/run.py"', "jobs/run.py": READS})
    assert analyse([tmp_path], base="HEAD", today=TODAY).base == "HEAD"


RULE = """\
---
code: OWN001
name: own-rule
clause: data-store
severity: warning
select: {edge: reads, to: {kind: table, owner: other}}
message: "{from} reads {to}"
---
# Our own
Why.
## Bad
```python file=a.py
x = 1  # finds: OWN001
```
## Good
```python file=a.py
x = 1
```
## Fix
Do it.
"""


def test_rules_of_ones_own(tmp_path: Path) -> None:
    own = {"boundary.toml": '[rules]\npaths = ["architecture/rules"]\n', "architecture/rules/own.md": RULE}
    report = analyse([lay(tmp_path, SHOP | own | {"reporting/jobs.py": READS})])
    assert [finding.message for finding in report.findings if finding.code == "OWN001"] == ["reporting reads orders"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "there is no folder nowhere"),
        ("..", "the rules in .. are outside"),
        ("away", "the rules in away are outside"),
    ],
)
def test_rules_that_are_not_in_the_workspace(tmp_path: Path, path: str, said: str) -> None:
    shop = lay(tmp_path / "shop", SHOP | {"boundary.toml": f'[rules]\npaths = ["{path}"]\n'})
    (shop / "away").symlink_to(tmp_path)
    with pytest.raises(UserError, match=said) as caught:
        analyse([shop])
    assert caught.value.where == "boundary.toml:2"


def test_the_same_input_gives_the_same_findings(tmp_path: Path) -> None:
    repository(tmp_path / "one", SHOP | {"reporting/jobs.py": READS})
    git(tmp_path, "clone", "-q", "--bare", "one", "two.git")
    reports = [
        analyse([folder], jobs=jobs, today=TODAY) for folder, jobs in ((tmp_path / "one", 1), (tmp_path / "two.git", 2))
    ]
    assert reports[0].findings == reports[1].findings
    assert reports[0].coverage == reports[1].coverage


def test_the_public_names_are_there_and_no_others() -> None:
    assert {name: getattr(boundary, name).__name__ for name in boundary.__all__} == {
        name: name for name in boundary.__all__
    }
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        boundary.Nothing  # noqa: B018
