"""What users install: the rules travel with the package, however it gets to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from boundary import __version__, rulebook

ROOT = Path(__file__).parents[1]
RULES = sorted(f"rules/{path.relative_to(ROOT / 'rules').as_posix()}" for path in (ROOT / "rules").rglob("*.md"))
ASK = """
import json, boundary
from boundary import rulebook
from boundary.config import from_bytes
from_bytes("boundary.toml", b"[rules]")
print(json.dumps([boundary.__file__, boundary.__version__, rulebook.shipped()]))
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution of the checkout, and the wheel that is made of it."""
    out = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def asked(where: Path, away: Path) -> tuple[str, list[list[str]]]:
    """Where the package of a place on the path is found to be, and the rule documents that it has."""
    environment = os.environ | {"PYTHONPATH": str(where), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=away, env=environment, capture_output=True, text=True, check=True
    )
    file, version, documents = json.loads(done.stdout)
    assert version == __version__
    return file, documents


def test_the_checkout_has_all_rules() -> None:
    documents = rulebook.shipped()
    assert [path for path, _ in documents] == RULES
    assert all((ROOT / path).read_text() == text for path, text in documents)


def test_an_installed_wheel_has_the_rules_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    words = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(words, check=True, capture_output=True)
    file, documents = asked(target, tmp_path)
    assert Path(file).is_relative_to(target)
    assert documents == [list(document) for document in rulebook.shipped()]


def test_a_zipped_wheel_has_the_rules_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    file, documents = asked(wheel, tmp_path)
    assert file.startswith(str(wheel))
    assert documents == [list(document) for document in rulebook.shipped()]


def test_the_wheel_has_everything_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        script = next(name for name in names if name.endswith(".dist-info/entry_points.txt"))
        assert "boundary = boundary.cli:main" in archive.read(script).decode()
    assert {"boundary/py.typed", "boundary/boundary.schema.json"} < set(names)
    assert {name.split("/")[0] for name in names} == {"boundary", f"boundary-{__version__}.dist-info"}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "boundary").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules


def test_the_source_distribution_has_rules_examples_and_tests(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {*RULES, "LICENSE", "README.md", "pyproject.toml", "tests/test_packaging.py", ".ci/run"} <= names
    assert any(name.startswith("fixtures/orgs/bookshop/") for name in names)


def test_own_rules_are_read_below_their_folder(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    (folder / "deep").mkdir(parents=True)
    for name, text in (("b.md", "B"), ("deep/a.md", "A \N{SNOWMAN}"), ("README.md", "about"), ("notes.txt", "no")):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "link.md").symlink_to(folder / "b.md")
    assert rulebook.own(folder, "ours") == [("ours/b.md", "B"), ("ours/deep/a.md", "A \N{SNOWMAN}")]


def test_the_hooks_for_pre_commit_call_a_command_that_is() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in hooks] == ["boundary", "boundary-staged", "boundary-contracts"]
    for hook in hooks:
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
        assert hook["entry"].startswith("boundary check")
