"""What belongs to a workspace, and what kind of file a path tells."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from making import commit, git, lay, repository

from boundary.discover import UNREADABLE, Memory, Workspace, discover, with_links
from boundary.discover.marks import Marks
from boundary.discover.walk import walk
from boundary.errors import UserError
from boundary.reading.globs import Pattern


def paths(workspace: Workspace, revision: str | None = None) -> set[str]:
    """The paths of a workspace's files."""
    with workspace.snapshot() if revision is None else workspace.at(revision) as snapshot:
        return {entry.path for entry in snapshot.entries()}


def parts(workspace: Workspace) -> dict[str, bool]:
    """The parts of a workspace, and whether git manages them."""
    return {part.path: part.repository is not None for part in workspace.parts}


def test_a_plain_folder_with_repositories_below(tmp_path: Path) -> None:
    lay(tmp_path, {"compose.yaml": "", "docs/notes.md": ""})
    repository(tmp_path / "orders", {"app.py": "", ".gitignore": "*.log"})
    lay(tmp_path / "orders", {"debug.log": "", "new.py": ""})
    repository(tmp_path / "groups" / "billing" / "payments", {"app.py": ""})
    repository(tmp_path / "a" / "b" / "c" / "deep", {"app.py": ""})
    repository(tmp_path / ".cache" / "tool", {"app.py": ""})
    repository(tmp_path / "node_modules" / "tool", {"app.py": ""})
    workspace = discover([tmp_path])
    assert parts(workspace) == {"": False, "groups/billing/payments": True, "orders": True}
    assert workspace.repositories == 2
    assert workspace.folders == ["groups/billing/payments", "orders"]
    assert discover([tmp_path / "orders"]).folders == []
    assert paths(workspace) == {
        *("compose.yaml", "docs/notes.md", "orders/.gitignore", "orders/app.py", "orders/new.py", "node_modules"),
        *("groups/billing/payments/app.py", "a/b/c/deep/app.py", ".cache/tool/app.py"),
    }


def test_the_current_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lay(tmp_path, {"app.py": ""}))
    workspace = discover([])
    assert (workspace.root, workspace.repositories) == (tmp_path, 1)
    assert paths(workspace) == {"app.py"}


def test_several_folders_have_the_root_above_them(tmp_path: Path) -> None:
    for name in ("orders", "payments", "unasked"):
        repository(tmp_path / name, {"app.py": "", "lib/util.py": ""})
    workspace = discover([tmp_path / "payments", tmp_path / "orders", tmp_path / "orders" / "lib"])
    assert workspace.root == tmp_path
    assert parts(workspace) == {"orders": True, "payments": True}
    assert paths(workspace) == {
        f"{name}/{path}" for name in ("orders", "payments") for path in ("app.py", "lib/util.py")
    }


def test_configured_repositories_lift_the_root_and_the_configuration_with_it(tmp_path: Path) -> None:
    lay(
        tmp_path / "platform",
        {
            "boundary.toml": '[workspace]\nrepositories = ["../svc-*", "../tools"]\n'
            '[services.orders]\nroot = "../svc-orders/app"\n[services.edge]\nroot = "edge"\n'
        },
    )
    for name in ("svc-orders", "svc-payments", "unasked"):
        repository(tmp_path / name, {"app/main.py": ""})
    lay(tmp_path, {"tools/run.py": "", "svc-file": ""})
    workspace = discover([tmp_path / "platform"])
    assert (workspace.root, workspace.home) == (tmp_path, "platform")
    assert parts(workspace) == {"platform": False, "svc-orders": True, "svc-payments": True, "tools": False}
    assert "unasked/app/main.py" not in paths(workspace)
    assert [service.root for service in workspace.config.services] == ["svc-orders/app", "platform/edge"]
    assert workspace.config.where("services.edge.root") == "platform/boundary.toml:6"


def test_a_configured_repository_counts_although_it_is_ignored(tmp_path: Path) -> None:
    repository(tmp_path, {"boundary.toml": '[workspace]\nrepositories = ["build/gen"]', ".gitignore": "build/\n"})
    lay(tmp_path / "build", {"gen/app.py": "", "other.py": ""})
    assert paths(discover([tmp_path])) == {"boundary.toml", ".gitignore", "build/gen/app.py"}


@pytest.mark.parametrize(
    ("files", "wrong", "message", "where"),
    [
        ({}, "nowhere", "there is no folder nowhere", None),
        ({}, "nowhere\0", "there is no folder nowhere", None),
        ({"app.py": ""}, "app.py", "app.py is not a folder", None),
        ({"app.py": ""}, "app.py/x", "there is no folder app.py/x", None),
        ({"boundary.toml": '[workspace]\nrepositories = ["../none"]'}, ".", "there is no folder", "boundary.toml:2"),
        ({"boundary.toml": '[workspace]\nrepositories = ["../none-*"]'}, ".", "there is no folder", "boundary.toml:2"),
        ({"boundary.toml": '[workspace]\nrepositories = ["app.py"]', "app.py": ""}, ".", "", "boundary.toml:2"),
        ({"boundary.toml": '[workspace]\nrepositories = ["/srv"]'}, ".", "the repository /srv must", "boundary.toml:2"),
    ],
)
def test_wrong_folders(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: Mapping[str, str],
    wrong: str,
    message: str,
    where: str | None,
) -> None:
    monkeypatch.chdir(lay(tmp_path / "shop", files))
    with pytest.raises(UserError) as caught:
        discover([wrong])
    assert caught.value.message.startswith(message)
    assert (caught.value.where, caught.value.status) == (where, 2)
    assert caught.value.hint


def test_folders_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UserError, match="loop cannot be read"):
        discover([tmp_path / "loop"])
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match="cannot be read: permission denied"):
        discover([tmp_path])


def test_a_closed_folder_and_a_closed_file_are_listed_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"app.py": "", "closed/a.py": "", "shut.py": "", "half/.gitignore": "x.py", "half/x.py": ""})
    scan, status, read = os.scandir, Path.lstat, Path.read_bytes

    def refuse(path: Path) -> None:
        if path.name in ("closed", "shut.py", ".gitignore"):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", lambda path: (refuse(path), scan(path))[1])
    monkeypatch.setattr(Path, "lstat", lambda path: (refuse(path), status(path))[1])
    monkeypatch.setattr(Path, "read_bytes", lambda path: (refuse(path), read(path))[1])
    with discover([tmp_path]).snapshot() as snapshot:
        assert {entry.path: entry.mark for entry in snapshot.entries()} == {
            **dict.fromkeys(("app.py", "half/x.py"), ""),
            **dict.fromkeys(("closed", "shut.py", "half/.gitignore"), UNREADABLE),
        }


def test_pipes_are_not_read(tmp_path: Path) -> None:
    lay(tmp_path, {"app.py": ""})
    os.mkfifo(tmp_path / "pipe.py")
    assert paths(discover([tmp_path])) == {"app.py"}


def test_submodules_follow_the_commit_around_them(tmp_path: Path) -> None:
    library = repository(tmp_path / "library", {"lib.py": "LIB = 1"})
    shop = repository(tmp_path / "shop", {"app.py": ""})
    git(shop, "submodule", "add", "-q", str(library), "shared/library")
    commit(shop, {})
    commit(library, {"lib.py": "LIB = 2", "more.py": ""})
    git(shop / "shared" / "library", "pull", "-q")
    git(shop, "submodule", "add", "-q", str(library), "late")
    commit(shop, {})
    workspace = discover([shop])
    assert parts(workspace) == {"": True, "late": True, "shared/library": True}
    with workspace.at("HEAD~1") as then:
        assert then.read("shared/library/lib.py") == b"LIB = 1"
        assert {entry.path for entry in then.entries()} == {".gitmodules", "app.py", "shared/library/lib.py"}
    assert {"late/more.py", "shared/library/more.py"} < paths(workspace)
    assert {"late/more.py", "shared/library/more.py"} < paths(workspace, "HEAD")


def test_a_submodule_among_vendored_code_or_tests_is_not_entered(tmp_path: Path) -> None:
    library = repository(tmp_path / "library", {"lib.py": ""})
    shop = repository(tmp_path / "shop", {"app.py": ""})
    for path in ("third_party/library", "tests/library"):
        git(shop, "submodule", "add", "-q", str(library), path)
    assert parts(discover([shop])) == {"": True}
    assert paths(discover([shop])) == {"app.py", ".gitmodules"}


def test_repositories_of_a_workspace_share_the_revisions_name(tmp_path: Path) -> None:
    lay(tmp_path, {"compose.yaml": "services: {}"})
    for name in ("orders", "payments"):
        commit(repository(tmp_path / name, {"app.py": ""}), {"new.py": ""})
    workspace = discover([tmp_path])
    assert paths(workspace, "HEAD~1") == {"compose.yaml", "orders/app.py", "payments/app.py"}
    repository(tmp_path / "young", {"app.py": ""})
    workspace = discover([tmp_path])
    assert paths(workspace, "HEAD~1") == {"compose.yaml", "orders/app.py", "payments/app.py", "young/app.py"}
    assert [part.folder.name for part in workspace.lacking("HEAD~1")] == ["young"]
    with pytest.raises(UserError, match="has no revision HEAD~2"):
        workspace.at("HEAD~2")


def test_bare_repositories_of_a_workspace(tmp_path: Path) -> None:
    for name in ("orders", "payments"):
        repository(tmp_path / "work" / name, {"app.py": ""})
        git(tmp_path, "clone", "-q", "--bare", f"work/{name}", f"all/{name}.git")
    git(tmp_path, "init", "-q", "--bare", "all/empty.git")
    lay(tmp_path, {"all/payments/notes.py": ""})
    git(tmp_path / "all", "init", "-q")
    workspace = discover([tmp_path / "all"])
    assert workspace.notes == ("empty is a repository without commits.",)
    assert parts(workspace) == {"": True, "orders": True, "payments.git": True}
    assert {"orders/app.py", "payments.git/app.py", "payments/notes.py"} <= paths(workspace)
    assert not any(path.startswith("orders.git/") for path in paths(workspace))


def test_a_broken_repository_is_walked(tmp_path: Path) -> None:
    lay(tmp_path, {"shop/.git/HEAD": "nonsense", "shop/app.py": ""})
    assert paths(discover([tmp_path])) == {"shop/app.py"}


# --- ignored files ------------------------------------------------------------------------------------------

IGNORES = {
    ".gitignore": "# a comment\n\n*.log\n!keep.log\n/top.txt\nbuild/\ndoc/*.txt\na/**/z\n**/deep\nlast/**\n\\#odd\nsp\\ \n"
    "trail.txt   \n[!b-z]x.md\n[^b-z]y.md\nq?.md\n\\*star\nlit\\[1]\n/\n!\nname\\!\n",
    "sub/.gitignore": "!special.log\n/own.txt\n*.md\n",
    "sub/build/.gitignore": "!*\n",
}
FILES = """
a.log keep.log x/keep.log x/b.log top.txt x/top.txt build/o x/build/o x/build2 doc/n.txt doc/n.md doc/x/n.txt a/z a/b/z
a/b/c/z a/zz deep/f x/deep y/deep/g last/f last/g/h #odd trail.txt ax.md bx.md ay.md by.md q1.md q12.md *star xstar
lit[1] lit1 name! sub/special.log sub/own.txt sub/x/own.txt sub/n.md sub/build/kept sub/other.log
"""


def test_ignored_files_are_those_that_git_ignores(tmp_path: Path) -> None:
    lay(tmp_path, {**dict.fromkeys([*FILES.split(), "sp "], ""), **IGNORES})
    ours = set(walk(tmp_path).files)
    git(tmp_path, "init", "-q")
    assert ours == set(git(tmp_path, "ls-files", "-z", "--others", "--exclude-standard").split("\0")) - {""}
    assert {"keep.log", "sub/special.log", "x/top.txt"} < ours


def test_what_was_packed_is_read_although_a_pattern_names_it(tmp_path: Path) -> None:
    files = {".gitignore": "server\n.env\n", "orders/server/main.go": "", "orders/.env": ""}
    lay(tmp_path / "unpacked", files)
    assert paths(discover([tmp_path / "unpacked"])) == set(files)
    lay(tmp_path / "managed", {**files, ".hg/requires": ""})
    assert paths(discover([tmp_path / "managed"])) == {".gitignore"}
    assert paths(discover([tmp_path / "managed" / "orders"])) == {"server/main.go", ".env"}


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("/services/orders/", "services/orders/app/main.py", True),
        ("/services/orders/", "x/services/orders/main.py", False),
        ("services/orders", "services/orders", True),
        ("orders/", "services/orders/main.py", True),
        ("orders/", "services/orders", False),
        ("*", "a/b", True),
        ("docs/*", "docs/a/b", True),
        ("*.py", "a/b.py", True),
    ],
)
def test_patterns_cover_what_is_below(pattern: str, path: str, covered: bool) -> None:
    assert Pattern(pattern).covers(path) is covered


def test_no_pattern_takes_long() -> None:
    assert not Pattern("*a" * 40 + "b").fits("a" * 250)
    assert not Pattern("**/a/" * 40 + "b").fits("/".join("a" * 400))


# --- marks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "names"),
    [
        (
            "",
            "app/main.py test-service/app.py examples-api/main.py services/testing/app.py services/demo/app.py contest/a.py",
        ),
        (
            "",
            "src/main/java/com/example/orders/Orders.java src/main/java/org/acme/test/Probe.java app/latest.py protest.js",
        ),
        (
            "",
            "docs/openapi.yaml docs/api/orders-api.v1.json docs/CODEOWNERS docs/orders.proto spec/openapi.json specs/a.proto",
        ),
        (
            "",
            "app/spec/models.py spec.py app/docs.py vendors/app.py app/results_test_data.py deploy/test.yaml app/example.py",
        ),
        (
            "test",
            "tests/test_app.py test/helper.rb orders/tests/conftest.py app/test_orders.py app/orders_test.go conftest.py"
            " docker-compose.test.yml orders/compose-e2e.yaml",
        ),
        (
            "test",
            "src/test/java/com/acme/OrdersTest.java app/OrdersTest.java app/OrdersIT.java web/cart.spec.ts web/cart-test.js",
        ),
        (
            "test",
            "spec/models/order_spec.rb e2e/login.ts web/__tests__/a.js rest-integration-tests/build.gradle testdata/a.yaml",
        ),
        (
            "test",
            "orders/src/component-test/java/A.java orders/src/integrationTest/kotlin/B.kt orders/src/testFixtures/C.java",
        ),
        (
            "test",
            "orders/src/contractTest/resources/application.properties orders/src/smokeTest/java/A.java app/src/jvmTest/kotlin/B.kt",
        ),
        (
            "test",
            "src/Basket.UnitTests/A.cs tests/docs/openapi.yaml src/Orders.Tests/Startup.cs spec/support/api.rb e2e-test/a.py",
        ),
        (
            "example",
            "app/examples.py orders/usage_examples.py examples/app.py example/compose.yaml samples/x/y.py examples/docs/openapi.yaml examples/tests/a.py",
        ),
        ("documentation", "docs/conf.py docs/snippets/app.py README.md orders/guide.rst documentation/x/compose.yaml"),
        ("vendored", "vendor/github.com/x/y.go third_party/lib/a.py web/vendor/jquery.js vendor/x/tests/a.go"),
        (
            "generated",
            "orders_pb2.py orders_pb2_grpc.py api/orders.pb.go api/orders_grpc.pb.go generated/client.py web/a.min.js",
        ),
        (
            "generated",
            "src/main/java/generated/A.java genproto/demo.pb.go Model.Designer.cs".replace("Designer", "designer"),
        ),
        (
            "installed",
            "node_modules/x/index.js web/node_modules/x.js .venv/lib/python3.11/site-packages/x.py .tox/py/a.py",
        ),
        ("asset", "web/logo.png lib/app.jar fonts/a.woff2 dump.tar.gz web/style.css"),
    ],
)
def test_marks_of_paths(mark: str, names: str) -> None:
    marks = Marks(names.split())
    assert {path: marks.of(path) for path in names.split()} == dict.fromkeys(names.split(), mark)


def test_what_package_managers_filled_is_installed() -> None:
    filled = ["orders/vendor/modules.txt", "orders/vendor/golang.org/x/text/a.go", "web/vendor/composer/installed.json"]
    filled += ["web/vendor/monolog/src/Logger.php", "vendor/serde/.cargo-checksum.json", "vendor/serde/src/lib.rs"]
    taken = ["vendor/pricing/src/lib.rs", "stock/vendor/orders/rules.go"]
    marks = Marks([*filled, *taken])
    assert [marks.of(path) for path in filled] == ["installed"] * 6
    assert [marks.of(path) for path in taken] == ["vendored"] * 2
    inside = "tests/app/vendor/modules.txt"
    assert Marks([inside]).of(inside) == "test"


def test_a_service_called_vendor_is_told_by_its_dockerfile() -> None:
    files = ["services/vendor/Dockerfile", "services/vendor/app.py", "services/vendor/tests/a.py", "vendor/x.go"]
    files += ["vendor/dep/vendor/Dockerfile", "Dockerfile", "orders/Dockerfile"]
    assert {entry.path: entry.mark for entry in Memory(dict.fromkeys(files, "")).entries()} == {
        "Dockerfile": "",
        "orders/Dockerfile": "",
        "services/vendor/Dockerfile": "",
        "services/vendor/app.py": "",
        "services/vendor/tests/a.py": "test",
        "vendor/dep/vendor/Dockerfile": "vendored",
        "vendor/x.go": "vendored",
    }


@pytest.mark.parametrize(
    ("path", "text", "linked"),
    [
        ("orders/catalog", "../catalog/app", True),
        ("orders/util.py", "../catalog/app/util.py", True),
        ("orders/notes", "../catalog/app\n", False),
        ("orders/notes", "../nowhere", False),
        ("orders/notes", "../../elsewhere", False),
        ("orders/notes", "../catalog/ap", False),
        ("orders/notes", "catalog/app", False),
        ("orders/notes", b"../catalog/\xff", False),
        ("orders/notes", "../catalog/app" + "/." * 150, False),
        ("orders/tests/link", "../../catalog/app", False),
    ],
)
def test_links_that_were_laid_out_as_texts(path: str, text: str | bytes, linked: bool) -> None:
    snapshot = Memory({"catalog/app/util.py": "", "catalog/zz": "", path: text})
    assert {entry.path: entry.link for entry in with_links(snapshot) if entry.link} == ({path: text} if linked else {})


def test_files_in_memory() -> None:
    snapshot = Memory({"b.py": "B = 'é'", "a.py": b"\xff"})
    assert [(entry.path, entry.size) for entry in snapshot.entries()] == [("a.py", 1), ("b.py", 8)]
    assert (snapshot.read("a.py"), snapshot.read("b.py")) == (b"\xff", "B = 'é'".encode())


def test_deep_paths_end() -> None:
    assert Marks(()).of("a/" * 5000 + "tests/b.py") == "test"
