"""The history of a workspace: read from the object store, bounded, and told as work on services."""

from __future__ import annotations

from pathlib import Path

import pytest
from landscapes import land, service
from making import commit, git, lay, repository
from ruling import found, rule
from ruling import service as node

from boundary.checks.rule import HISTORY, Example, ExampleFile
from boundary.discover import Joined, Memory, discover
from boundary.git import Repository
from boundary.graph import Graph
from boundary.measure.teamwork import at_home, joint
from boundary.model import Revision, Work
from boundary.resolve.history import work

ROOMS = {"rooms/app.py": "1", "guests/app.py": "1"}


def told(folder: Path, revision: str | None = None) -> list[tuple[str, ...]]:
    workspace = discover([folder])
    with workspace.snapshot() if revision is None else workspace.at(revision) as snapshot:
        return [one.paths for one in snapshot.history()]


def test_the_newest_commit_comes_first_and_merges_are_left_out(tmp_path: Path) -> None:
    repository(tmp_path, ROOMS)
    git(tmp_path, "switch", "-q", "-c", "side")
    commit(tmp_path, {"rooms/app.py": "2"})
    git(tmp_path, "switch", "-q", "main")
    commit(tmp_path, {"guests/ä \n.py": "2"})
    git(tmp_path, "merge", "-q", "side", "-m", "Merge")
    git(tmp_path, "mv", "guests/app.py", "guests/main.py")
    commit(tmp_path, {})
    assert told(tmp_path)[0] == ("guests/app.py", "guests/main.py")
    assert sorted(told(tmp_path)[1:]) == [("guests/app.py", "rooms/app.py"), ("guests/ä \n.py",), ("rooms/app.py",)]
    assert told(tmp_path, "HEAD~1") == told(tmp_path)[1:]
    assert [path for paths in told(tmp_path / "rooms") for path in paths] == ["app.py", "app.py"]


def test_authors_subjects_and_how_many(tmp_path: Path) -> None:
    repository(tmp_path, ROOMS)
    commit(tmp_path, {"rooms/app.py": "2"})
    known = Repository.at(tmp_path)
    assert known
    [one] = known.history("HEAD", 1)
    assert one == Revision("ada@example.org", "Work", ("rooms/app.py",))


def test_several_repositories_and_none(tmp_path: Path) -> None:
    repository(tmp_path / "rooms", {"app.py": "1"})
    git(lay(tmp_path / "guests", {"app.py": "1"}), "init", "-q")
    assert told(tmp_path) == [("rooms/app.py",)]
    assert told(lay(tmp_path / "rooms-plain", {"app.py": "1"})) == []
    beside = Joined({"inn": Memory(ROOMS)}, Memory({}, [Revision("ann", "", ("inn/rooms/app.py",))]))
    assert [one.author for one in beside.history()] == ["ann"]


def test_a_history_with_gaps_is_none(tmp_path: Path) -> None:
    commit(repository(tmp_path, ROOMS), {"rooms/app.py": "2"})
    tree = git(tmp_path, "rev-parse", "HEAD~1^{tree}")
    (tmp_path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    assert told(tmp_path) == []


def test_signatures_are_not_checked_by_what_the_repository_names(tmp_path: Path) -> None:
    repository(tmp_path / "inn", ROOMS)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    for key, value in (("log.showSignature", "true"), ("gpg.program", str(program))):
        git(tmp_path / "inn", "config", key, value)
    assert told(tmp_path / "inn")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("author", "subject", "paths", "services"),
    [
        ("Ann@Inn", "Prices", "rooms/app.py guests/app.py", ("service:guests", "service:rooms")),
        ("ann@inn", "Prices", "README.md", None),
        ("ann@inn", "Prices", "rooms/package.json guests/go.sum", None),
        ("ann@inn", "Format everything", "rooms/app.py", None),
        ("ann@inn", "Formal dinner", "rooms/app.py", ("service:rooms",)),
        ("41898282+x[bot]@users", "Prices", "rooms/app.py", None),
        ("abbot@inn", "Prices", "rooms/app.py", ("service:rooms",)),
        ("ann@inn", "Prices", " ".join(f"rooms/{number}.py" for number in range(61)), None),
        ("ann@inn", "Prices", "shared/app.py", None),
    ],
)
def test_what_is_work_on_a_service(author: str, subject: str, paths: str, services: tuple[str, ...] | None) -> None:
    inn = land(service("rooms"), service("guests"), shared=("service:rooms", "service:guests"))
    done = work([Revision(author, subject, tuple(paths.split()))], inn)
    assert [(one.author, one.services) for one in done] == ([(author.lower(), services)] if services else [])


NODES = [node("rooms", "rooms"), node("guests", "guests"), node("bar", "bar"), node("cellar", "bar"), node("attic")]


def graph(*done: tuple[str, str, int]) -> Graph:
    works = [
        Work(author, tuple(f"service:{name}" for name in names.split())) for author, names, n in done for _ in range(n)
    ]
    return Graph(NODES, [], history=works)


def test_what_changes_together_and_who_works_for_whom() -> None:
    done = graph(
        ("ann", "guests rooms", 3), ("ann", "rooms", 2), ("bob", "guests", 1), ("cyd", "bar", 1), ("cyd", "gone", 5)
    )
    assert joint(done) == {("service:guests", "service:rooms"): (3, 4)}
    assert joint(done)["service:guests", "service:rooms"].share == 0.75
    assert at_home(done) == {"ann": "rooms", "bob": "guests", "cyd": "bar"}


@pytest.mark.parametrize(
    ("done", "count"),
    [
        ([("ann", "guests rooms", 2)], 1),
        ([("ann", "guests rooms", 1)], 0),
        ([("ann", "guests rooms", 2), ("ann", "guests", 3), ("bob", "rooms", 3)], 0),
        ([("ann", "bar cellar", 9)], 0),
        ([("ann", "gone rooms", 9)], 0),
    ],
)
def test_pairs_that_change_together(done: list[tuple[str, str, int]], count: int) -> None:
    own = rule("", "check: co-change-coupling", "parameters: {support: 2, share: 50}")
    assert len(found(graph(*done), own)) == count


@pytest.mark.parametrize(
    ("done", "count"),
    [
        ([("ann", "rooms", 6), ("bob", "guests", 9), ("cyd", "bar", 9), ("bob", "rooms", 2), ("cyd", "rooms", 2)], 1),
        ([("ann", "rooms", 7), ("bob", "guests", 9), ("cyd", "bar", 9), ("bob", "rooms", 2), ("cyd", "rooms", 2)], 0),
        ([("ann", "rooms", 6), ("bob", "guests", 9), ("bob", "rooms", 4)], 0),
        ([("ann", "rooms", 2), ("bob", "guests", 9), ("cyd", "bar", 9), ("bob", "rooms", 1), ("cyd", "rooms", 1)], 0),
        ([("ann", "attic", 6), ("bob", "guests", 9), ("cyd", "bar", 9), ("bob", "attic", 2), ("cyd", "attic", 2)], 0),
    ],
)
def test_services_that_several_teams_change(done: list[tuple[str, str, int]], count: int) -> None:
    own = rule("", "check: mixed-ownership", "parameters: {support: 10, share: 40}")
    assert len(found(graph(*done), own)) == count


def test_an_example_tells_a_history() -> None:
    example = Example("", (ExampleFile("a.py", "x"), ExampleFile(HISTORY, "2 ann@inn: a.py b.py # Why\n\n")))
    assert example.sources == {"a.py": "x"}
    assert example.revisions == (Revision("ann@inn", "Why", ("a.py", "b.py")),) * 2
