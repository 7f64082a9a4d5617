"""Git repositories of every kind, read without running anything of theirs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from making import commit, git, lay, repository

from boundary.discover import Entry, discover
from boundary.errors import UserError
from boundary.git import Repository, environment

SHOP = {"orders/app.py": "ORDERS = 1\n", "orders/Dockerfile": "FROM python\n", "README": "Shop\n"}


def listed(folder: Path, revision: str | None = None) -> dict[str, bytes]:
    """Paths and contents of a snapshot of the workspace of a folder."""
    workspace = discover([folder])
    with workspace.snapshot() if revision is None else workspace.at(revision) as snapshot:
        return {entry.path: snapshot.read(entry.path) for entry in snapshot.entries() if entry.link is None}


def test_working_tree_has_tracked_and_new_files_but_not_ignored_or_deleted_ones(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {".gitignore": "*.log\nbuild/\n", "gone.py": "", "kept.log.py": ""})
    lay(tmp_path, {"new.py": "", "debug.log": "", "build/out.py": "", "orders/app.py": "changed"})
    (tmp_path / "gone.py").unlink()
    found = listed(tmp_path)
    assert set(found) == {".gitignore", "README", "kept.log.py", "new.py", "orders/Dockerfile", "orders/app.py"}
    assert found["orders/app.py"] == b"changed"


def test_a_folder_of_a_repository_is_a_workspace_of_its_own(tmp_path: Path) -> None:
    repository(tmp_path, SHOP)
    assert set(listed(tmp_path / "orders")) == {"app.py", "Dockerfile"}
    commit(tmp_path, {"orders/new.py": ""})
    assert set(listed(tmp_path / "orders", "HEAD~1")) == {"app.py", "Dockerfile"}


def test_a_folder_that_its_repository_ignores_is_read_all_the_same(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {".gitignore": "scratch/\n"})
    lay(tmp_path / "scratch", {"app.py": ""})
    assert set(listed(tmp_path / "scratch")) == {"app.py"}


def test_commit_is_read_from_the_object_store_and_not_checked_out(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"old.py": "OLD = 1\n"})
    first = git(tmp_path, "rev-parse", "HEAD")
    git(tmp_path, "rm", "-q", "old.py")
    commit(tmp_path, {"orders/app.py": "ORDERS = 2\n"})
    git(tmp_path, "tag", "v2")
    lay(tmp_path, {"orders/app.py": "ORDERS = 3\n"})
    for revision in ("HEAD~1", first, first[:9]):
        assert listed(tmp_path, revision) == {
            path: text.encode() for path, text in (SHOP | {"old.py": "OLD = 1\n"}).items()
        }
    assert listed(tmp_path, "v2")["orders/app.py"] == b"ORDERS = 2\n"
    assert listed(tmp_path)["orders/app.py"] == b"ORDERS = 3\n"
    assert git(tmp_path, "status", "--porcelain") == "M orders/app.py"


def test_bare_repository(tmp_path: Path) -> None:
    repository(tmp_path / "work", SHOP)
    git(tmp_path, "clone", "-q", "--bare", "work", "shop.git")
    assert listed(tmp_path / "shop.git") == {path: text.encode() for path, text in SHOP.items()}
    assert listed(tmp_path / "shop.git", "main").keys() == SHOP.keys()


def test_worktree(tmp_path: Path) -> None:
    repository(tmp_path / "work", SHOP)
    git(tmp_path / "work", "branch", "change")
    git(tmp_path / "work", "worktree", "add", "-q", "../change", "change")
    commit(tmp_path / "change", {"new.py": ""})
    assert "new.py" in listed(tmp_path / "change")
    assert "new.py" not in listed(tmp_path / "change", "main")


def test_symbolic_links_are_listed_and_not_followed(tmp_path: Path) -> None:
    outside = lay(tmp_path / "outside", {"secret.py": "SECRET = 1"})
    shop = repository(tmp_path / "shop", SHOP | {"lib/inner.py": "INNER = 1"})
    (shop / "link.py").symlink_to("orders/app.py")
    (shop / "away").symlink_to(outside)
    (shop / "broken.py").symlink_to("nowhere.py")
    commit(shop, {})
    (shop / "lib" / "inner.py").unlink()
    (shop / "lib").rmdir()
    (shop / "lib").symlink_to(outside)
    (outside / "inner.py").write_text("FOREIGN = 1")
    workspace = discover([shop])
    with workspace.snapshot() as now, workspace.at("HEAD") as then:
        links = {entry.path: entry.link for entry in now.entries() if entry.link}
        assert links == {
            "away": str(outside),
            "broken.py": "nowhere.py",
            "lib": str(outside),
            "link.py": "orders/app.py",
        }
        assert {entry.path for entry in now.entries()} == {*links, *SHOP}
        before = {entry.path: entry.link for entry in then.entries()}
        assert before["link.py"] == "orders/app.py"
        assert before["lib/inner.py"] is None


def test_a_link_that_takes_a_files_place_is_not_followed(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", SHOP)
    with discover([shop]).snapshot() as snapshot:
        snapshot.entries()
        (shop / "README").unlink()
        (shop / "README").symlink_to("/etc/hostname")
        with pytest.raises(OSError, match="README"):
            snapshot.read("README")


def test_unusual_names(tmp_path: Path) -> None:
    names = [
        "with space.py",
        "new\nline.py",
        'quo"te.py',
        "café.py",
        "tab\t.py",
        "-dash.py",
        "*.py",
        os.fsdecode(b"caf\xe9.py"),
    ]
    repository(tmp_path, dict.fromkeys(names, "X = 1"))
    wanted = {*names[:-1], "caf\\xe9.py"}
    assert set(listed(tmp_path)) == wanted
    assert set(listed(tmp_path, "HEAD")) == wanted
    assert set(listed(tmp_path).values()) == {b"X = 1"}


def test_entries_tell_size_and_blob(tmp_path: Path) -> None:
    repository(tmp_path, {"app.py": "X = 1\n", "tests/test_app.py": ""})
    blob = git(tmp_path, "rev-parse", "HEAD:app.py")
    with discover([tmp_path]).at("HEAD") as snapshot:
        assert snapshot.entries()[0] == Entry("app.py", size=6, blob=blob)
        assert snapshot.entries()[1].mark == "test"
    with discover([tmp_path]).snapshot() as snapshot:
        assert snapshot.entries()[0] == Entry("app.py", size=6)


def test_unmerged_files_are_listed_once(tmp_path: Path) -> None:
    repository(tmp_path, {"app.py": "X = 1\n"})
    git(tmp_path, "checkout", "-q", "-b", "change")
    commit(tmp_path, {"app.py": "X = 2\n"})
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, {"app.py": "X = 3\n"})
    with pytest.raises(Exception, match="merge"):
        git(tmp_path, "merge", "-q", "change")
    assert [*listed(tmp_path)] == ["app.py"]


@pytest.mark.parametrize(
    "revision", ["nonsense", "HEAD~9", "-x", "--all", "", "main:README", "HEAD^{tree}", "a\0b", "@{u}"]
)
def test_bad_revision(tmp_path: Path, revision: str) -> None:
    repository(tmp_path / "shop", SHOP)
    with pytest.raises(UserError, match="shop has no revision") as caught:
        discover([tmp_path / "shop"]).at(revision)
    assert caught.value.status == 2


def test_bad_revision_suggests_a_branch(tmp_path: Path) -> None:
    git(repository(tmp_path, SHOP), "branch", "release/2026")
    with pytest.raises(UserError) as caught:
        discover([tmp_path]).at("release/2025")
    assert caught.value.hint == "Did you mean release/2026?"


def test_shallow_clone_says_so(tmp_path: Path) -> None:
    commit(repository(tmp_path / "work", SHOP), {"new.py": ""})
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path}/work", "shallow")
    with pytest.raises(UserError, match="shallow has no revision HEAD~1") as caught:
        discover([tmp_path / "shallow"]).at("HEAD~1")
    assert "--unshallow" in caught.value.hint


def test_partial_clone_is_not_completed_over_the_network(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", SHOP)
    git(work, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{work}", "partial")
    with pytest.raises(UserError, match="partial lacks an object") as caught:
        listed(tmp_path / "partial", "HEAD")
    assert "git fetch" in caught.value.hint


def test_a_lost_blob_is_told(tmp_path: Path) -> None:
    repository(tmp_path, SHOP)
    blob = git(tmp_path, "rev-parse", "HEAD:README")
    with discover([tmp_path]).at("HEAD") as snapshot:
        snapshot.entries()
        (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        with pytest.raises(UserError, match="lacks an object of this revision"):
            snapshot.read("README")


def test_a_lost_picture_is_in_nobodys_way(tmp_path: Path) -> None:
    repository(tmp_path, SHOP | {"logo.png": "lost"})
    blob = git(tmp_path, "rev-parse", "HEAD:logo.png")
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with discover([tmp_path]).at("HEAD") as snapshot:
        assert {entry.path: entry.size for entry in snapshot.entries()}["logo.png"] == 0
        assert snapshot.read("README") == b"Shop\n"
        with pytest.raises(UserError):
            snapshot.read("logo.png")


def test_a_reader_that_was_killed_is_told(tmp_path: Path) -> None:
    repository(tmp_path, SHOP)
    found = Repository.at(tmp_path)
    assert found is not None
    blob = git(tmp_path, "rev-parse", "HEAD:README")
    blobs = found.blobs()
    assert blobs.read(blob) == b"Shop\n"
    process = blobs._process
    assert process is not None
    process.kill()
    process.wait()
    with pytest.raises(UserError, match="lacks an object"):
        blobs.read(blob)
    blobs.close()
    assert blobs.read(blob) == b"Shop\n"
    blobs.close()


def test_a_broken_index_is_told(tmp_path: Path) -> None:
    repository(tmp_path, SHOP)
    (tmp_path / ".git" / "index").write_bytes(b"nonsense")
    with pytest.raises(UserError, match="git could not read") as caught:
        listed(tmp_path)
    assert "git status" in caught.value.hint


def test_no_repository_has_no_other_revision(tmp_path: Path) -> None:
    lay(tmp_path / "plain", SHOP)
    with pytest.raises(UserError, match="plain is not in a git repository") as caught:
        discover([tmp_path / "plain"]).at("main")
    assert "--base" in caught.value.hint


def test_without_git_files_are_read_and_revisions_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path, SHOP)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert set(listed(tmp_path)) == set(SHOP)
    with pytest.raises(UserError, match="git is not installed"):
        discover([tmp_path]).at("HEAD")


def test_a_repository_of_somebody_else_is_walked_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path / "shop", SHOP | {".gitignore": "*.log"})
    lay(tmp_path / "shop", {"debug.log": ""})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setattr("boundary.git.environment", lambda: environment() | {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    workspace = discover([tmp_path / "shop"])
    assert workspace.notes == (
        "git refuses to read . because its folder belongs to another user; its files are read without git.",
    )
    assert set(listed(tmp_path / "shop")) == {*SHOP, ".gitignore"}
    with pytest.raises(UserError, match="belongs to another user") as caught:
        workspace.at("HEAD")
    assert "safe.directory" in caught.value.hint


def test_the_surroundings_of_a_hook_do_not_mislead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = repository(tmp_path / "other", {"other.py": ""})
    repository(tmp_path / "shop", SHOP)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert set(listed(tmp_path / "shop")) == set(SHOP)
    assert set(listed(tmp_path / "shop", "HEAD")) == set(SHOP)


def test_nothing_of_a_hostile_repository_runs(tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop", SHOP | {".gitattributes": "*.py filter=evil diff=evil\n"})
    evil = f"touch {tmp_path}/ran; cat"
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "filter.evil.smudge",
        "filter.evil.clean",
        "diff.evil.textconv",
    ):
        git(shop, "config", key, evil)
    git(shop, "config", "core.hooksPath", "hooks")
    lay(shop, {"hooks/post-index-change": f"#!/bin/sh\n{evil}\n", "orders/app.py": "changed"})
    (shop / "hooks" / "post-index-change").chmod(0o755)
    assert "orders/app.py" in listed(shop)
    assert "orders/app.py" in listed(shop, "HEAD")
    assert not (tmp_path / "ran").exists()


def test_a_working_tree_elsewhere_is_not_read(tmp_path: Path) -> None:
    lay(tmp_path / "elsewhere", {"secret.py": ""})
    git(repository(tmp_path / "shop", SHOP), "config", "core.worktree", str(tmp_path / "elsewhere"))
    assert Repository.at(tmp_path / "shop") is None
    assert set(listed(tmp_path / "shop")) == set(SHOP)
