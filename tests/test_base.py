"""Comparison with another revision: whichever way a branch came about, what it brings is told and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from making import commit, git, lay, repository
from test_pipeline import CODE, COMPOSE, READS, SHOP, TODAY

from boundary import UserError, analyse
from boundary.discover import discover

WRITES = CODE.format(statement="DELETE FROM orders", comment="")
OTHER = {"reporting/late.py": WRITES}


def told(folder: Path, base: str = "main") -> list[tuple[str, str, str]]:
    """Code, status and file of what is found about tables."""
    found = analyse([folder], base=base, today=TODAY).findings
    return [(one.code, one.status, one.location.path) for one in found if one.code in ("DAT001", "DAT002")]


def diverged(folder: Path) -> Path:
    """A branch that reads a foreign table, while main gained and lost one breach."""
    repository(folder, SHOP | {"reporting/old.py": WRITES})
    git(folder, "checkout", "-q", "-b", "topic")
    commit(folder, {"reporting/jobs.py": READS})
    git(folder, "checkout", "-q", "main")
    commit(folder, {"reporting/old.py": ""})
    git(folder, "checkout", "-q", "topic")
    return folder


OLD = ("DAT002", "known", "reporting/old.py")
NEW = ("DAT001", "new", "reporting/jobs.py")


def test_what_happened_on_the_other_branch_is_no_part_of_the_change(tmp_path: Path) -> None:
    assert told(diverged(tmp_path)) == [NEW, OLD]


def test_a_branch_that_merged_the_other_is_compared_with_what_it_merged(tmp_path: Path) -> None:
    git(diverged(tmp_path), "merge", "-q", "--no-edit", "main")
    assert told(tmp_path) == [NEW]


def test_a_merge_commit_as_ci_makes_it_is_compared_with_its_first_parent(tmp_path: Path) -> None:
    git(diverged(tmp_path), "checkout", "-q", "--detach", "main")
    git(tmp_path, "merge", "-q", "--no-edit", "topic")
    assert told(tmp_path) == [NEW]


def test_a_rebased_branch(tmp_path: Path) -> None:
    git(diverged(tmp_path), "rebase", "-q", "main")
    assert told(tmp_path) == [NEW]


def test_histories_without_a_common_commit_are_compared_as_they_are(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"reporting/old.py": WRITES})
    git(tmp_path, "checkout", "-q", "--orphan", "fresh")
    commit(tmp_path, {"reporting/jobs.py": READS})
    assert told(tmp_path) == [NEW, OLD]


def test_a_renamed_file_brings_nothing_new(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"reporting/old.py": WRITES})
    git(tmp_path, "mv", "reporting/old.py", "reporting/new.py")
    assert told(tmp_path, "HEAD") == [("DAT002", "known", "reporting/new.py")]


def test_a_copied_breach_is_new_in_the_file_that_had_none(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"reporting/old.py": WRITES})
    lay(tmp_path, {"orders/again.py": "", "reporting/a.py": READS})
    assert told(tmp_path, "HEAD") == [("DAT001", "new", "reporting/a.py"), OLD]


def test_a_branch_of_the_origin_is_found_by_its_name(tmp_path: Path) -> None:
    diverged(tmp_path / "work")
    git(tmp_path, "clone", "-q", "--branch", "topic", str(tmp_path / "work"), "clone")
    assert told(tmp_path / "clone") == [NEW, OLD]


def test_a_clone_too_shallow_says_what_to_do(tmp_path: Path) -> None:
    diverged(tmp_path / "work")
    git(
        tmp_path,
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        "--branch",
        "topic",
        f"file://{tmp_path}/work",
        "clone",
    )
    with pytest.raises(UserError, match="does not reach back to where main and this commit parted") as caught:
        analyse([tmp_path / "clone"], base="main", today=TODAY)
    assert "fetch-depth: 0" in caught.value.hint
    git(tmp_path / "clone", "fetch", "-q", "--unshallow")
    assert told(tmp_path / "clone") == [NEW, OLD]


def test_a_working_tree_beside_the_repository(tmp_path: Path) -> None:
    git(diverged(tmp_path / "modules" / "shop"), "checkout", "-q", "main")
    git(tmp_path / "modules" / "shop", "worktree", "add", "-q", str(tmp_path / "topic"), "topic")
    assert told(tmp_path / "topic") == [NEW, OLD]


def test_a_submodule_whose_commit_was_not_fetched_says_what_to_do(tmp_path: Path) -> None:
    library = repository(tmp_path / "library", {"a.py": "1\n"})
    shop = repository(tmp_path / "shop", SHOP)
    git(shop, "submodule", "add", "-q", str(library), "library")
    commit(shop, {})
    lost = "0123456789012345678901234567890123456789"
    git(shop, "update-index", "--cacheinfo", f"160000,{lost},library")
    git(shop, "commit", "-q", "-m", "Pin what nobody has")
    with pytest.raises(UserError, match="the submodule library lacks the commit 012345678901 ") as caught:
        discover([shop]).at("HEAD")
    assert f"git -C library fetch origin {lost}" in caught.value.hint


def test_nothing_committed_yet_is_all_new(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"reporting/old.py": WRITES})
    git(tmp_path, "checkout", "-q", "--orphan", "fresh")
    assert told(tmp_path) == [OLD]


# --- many commits, many files -------------------------------------------------------------------------------


def tree(files: int, readers: int) -> dict[str, str]:
    """A shop with as many modules, and services of which each reads a foreign table."""
    compose = COMPOSE
    for number in range(readers):
        url = f"postgresql://r{number}:secret@orders-db:5432/orders"
        compose += f"  r{number}:\n    build: r{number}\n    environment:\n      DATABASE_URL: {url}\n"
    found = SHOP | {"compose.yaml": compose, "CODEOWNERS": "/orders/ @shop/ordering\n/r*/ @shop/insight\n"}
    found |= {f"orders/lib/m{number}.py": f"value = {number}\n" for number in range(files)}
    for number in range(readers):
        found |= {f"r{number}/Dockerfile": SHOP["reporting/Dockerfile"], f"r{number}/jobs.py": READS}
    return found


def _commit(branch: str, mark: int, tree: dict[str, str], parent: str = "") -> str:
    data = "".join(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in tree.items())
    head = f"commit {branch}\nmark :{mark}\ncommitter Ada Reed <ada@example.org> {1_700_000_000 + mark} +0000\n"
    return f"{head}data 4\nWork\n{parent}{data}\n"


def grown(folder: Path, commits: int, files: int, readers: int) -> Path:
    """A repository with a branch off the middle of its history, on which an old breach moved and two came; meanwhile one
    more went and one came on main."""
    folder.mkdir()
    git(folder, "init", "-q")
    parts = [_commit("refs/heads/main", 1, tree(files, readers))]
    for number in range(2, commits + 1):
        change = {f"orders/lib/m{number % files}.py": f"value = 'c{number}'\n"}
        change |= {"r1/jobs.py": "", "r2/more.py": WRITES} if number == commits else {}
        parts.append(_commit("refs/heads/main", number, change))
    moved = {"r0/moved/jobs.py": "# moved\n\n\n" + READS.replace("connection", "database")}
    brought = {"reporting/jobs.py": READS, "r3/late.py": WRITES}
    start = f"from :{commits // 2}\nD r0/jobs.py\n"
    parts.append(_commit("refs/heads/topic", commits + 1, moved | brought, start))
    subprocess.run(("git", "fast-import", "--quiet"), cwd=folder, input="".join(parts).encode(), check=True)
    git(folder, "checkout", "-q", "topic")
    return folder


@pytest.mark.parametrize("merged", [False, True])
def test_a_pull_request_in_a_grown_repository_tells_what_it_brings(tmp_path: Path, merged: bool) -> None:
    folder = grown(tmp_path / "shop", commits=30, files=20, readers=6)
    if merged:
        git(folder, "merge", "-q", "--no-edit", "main")
    found = told(folder)
    brought = [("DAT002", "new", "r3/late.py"), ("DAT001", "new", "reporting/jobs.py")]
    assert [one for one in found if one[1] == "new"] == brought
    assert sum(one[1] == "known" for one in found) == 6
