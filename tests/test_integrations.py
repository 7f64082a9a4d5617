"""What runs boundary elsewhere: hooks of pre-commit, the GitHub Action, the GitLab template, the image."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import commit, git, lay

ROOT = Path(__file__).parents[1]
SHOP = ROOT / "fixtures" / "scenarios" / "shop"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
BREACH = 'import os\n\nimport psycopg\n\npsycopg.connect(os.environ["DATABASE_URL"]).execute("DELETE FROM orders")\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    git(folder, "init", "-q")
    return folder


def here(extra: dict[str, str], home: Path) -> dict[str, str]:
    """The environment of a run that finds this checkout's boundary, and nothing of the user's."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "COVERAGE_PROCESS_START") if name in os.environ}
    settings = {f"GIT_CONFIG_{part}": os.devnull for part in ("GLOBAL", "SYSTEM")}
    return {
        **kept,
        **settings,
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "cache"),
        **extra,
    }


# --- pre-commit ---------------------------------------------------------------------------------------------


def run_hook(shop: Path, name: str, *arguments: str) -> tuple[int, str]:
    """Run one of our hooks by pre-commit itself, as its own environment would, but without installing anything."""
    python, entry = shlex.quote(sys.executable), HOOKS[name]["entry"]
    hook = HOOKS[name] | {"language": "system", "entry": entry.replace("boundary ", f"{python} -m boundary ", 1)}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (shop / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git(shop, "add", ".pre-commit-config.yaml")
    command = (sys.executable, "-m", "pre_commit", "run", "--color", "never", name, *arguments)
    done = subprocess.run(command, cwd=shop, env=here({}, shop.parent), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_hook_for_the_working_tree_finds_what_is_there(shop: Path) -> None:
    status, told = run_hook(shop, "boundary", "--all-files")
    assert (status, "error DAT001" in told) == (1, True), told


def test_the_hook_for_what_is_staged_finds_what_the_commit_brings(shop: Path) -> None:
    commit(shop, {})
    status, told = run_hook(shop, "boundary-staged")
    assert (status, "Passed" in told) == (0, True), told
    lay(shop, {"reporting/more.py": BREACH})
    git(shop, "add", "reporting/more.py")
    lay(shop, {"compose.yaml": "this is set aside: [\n"})
    status, told = run_hook(shop, "boundary-staged")
    assert (status, "error DAT002" in told, "DAT001" in told) == (1, True, False), told
    assert (shop / "compose.yaml").read_text() == "this is set aside: [\n"


def test_the_hook_for_contracts_runs_for_contracts_only(shop: Path) -> None:
    commit(shop, {})
    lay(shop, {"reporting/more.py": BREACH})
    git(shop, "add", "reporting/more.py")
    status, told = run_hook(shop, "boundary-contracts")
    assert (status, "Skipped" in told) == (0, True), told
    lay(shop, {"orders/openapi.yaml": 'openapi: 3.0.3\ninfo: {title: Orders, version: "1"}\npaths: {orders: {}}\n'})
    git(shop, "add", "orders/openapi.yaml")
    status, told = run_hook(shop, "boundary-contracts")
    assert (status, "error CFG003" in told) == (1, True), told


@pytest.mark.parametrize(
    "path", ["a/openapi.yaml", "Swagger-v2.json", "orders.asyncapi.yml", "x.proto", "s.graphqls", "e.avsc"]
)
def test_what_counts_as_a_contract(path: str) -> None:
    assert re.search(HOOKS["boundary-contracts"]["files"], path)
    assert not re.search(HOOKS["boundary-contracts"]["files"], path + ".md")


# --- scripts of CI systems ----------------------------------------------------------------------------------


def script(text: str, folder: Path, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script of a CI system, with this checkout's boundary."""
    function = f'boundary() {{ {shlex.quote(sys.executable)} -m boundary "$@"; }}\n'
    return subprocess.run(
        ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", function + text),
        cwd=folder, env=here(values, folder.parent), capture_output=True, text=True, check=False,
    )  # fmt: skip


def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def test_the_action_checks_and_writes_what_it_promises(shop: Path, tmp_path: Path) -> None:
    commit(shop, {})
    [step] = [step for step in action()["runs"]["steps"] if step.get("name") == "boundary check"]
    inputs = {name: one.get("default", "") for name, one in action()["inputs"].items()}
    assert set(re.findall(r"inputs\.([\w-]+)", json.dumps(action()["runs"]))) == set(inputs)
    given = {"paths": ". ", "base": "", "fail-level": inputs["fail-level"], "sarif": inputs["sarif"]}
    values = {name: given[re.findall(r"inputs\.([\w-]+)", text)[0]] for name, text in step["env"].items()}
    done = script(step["run"], shop, values | {"RUNNER_TEMP": str(tmp_path)})
    assert (done.returncode, done.stdout.startswith("::error title=DAT001")) == (1, True), done.stderr
    assert json.loads((shop / "boundary.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "boundary.md").read_text().startswith("<!-- boundary -->\n")
    done = script(step["run"], shop, values | {"RUNNER_TEMP": str(tmp_path), "BASE": "HEAD"})
    assert (done.returncode, "1 known" in done.stdout) == (0, True), done.stderr


def test_the_template_for_gitlab_writes_its_artefacts(shop: Path) -> None:
    commit(shop, {})
    head, job = yaml.safe_load_all((ROOT / "templates" / "gitlab.yml").read_text())
    [run] = job["boundary"]["script"]
    done = script(run, shop, {"FAIL_LEVEL": "error"})
    assert (done.returncode, "error DAT001" in done.stdout) == (1, True), done.stderr
    reports = job["boundary"]["artifacts"]["reports"]
    [issue] = json.loads((shop / reports["codequality"]).read_text())[:1]
    assert issue["location"]["path"] == "reporting/jobs.py"
    assert (shop / reports["junit"]).read_text().startswith("<?xml")
    done = script(run, shop, {"FAIL_LEVEL": "error", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD"})
    assert done.returncode == 0, done.stdout
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(job)))
    assert used == set(head["spec"]["inputs"])


def test_the_image_takes_what_the_package_is_built_from() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = {word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for word in line.split()}
    assert {"pyproject.toml", "boundary", "rules", "README.md", "LICENSE"} <= copied
    assert all((ROOT / path).exists() for path in copied)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not copied & set(ignored)
    assert re.search(r'ENTRYPOINT \["boundary"\]', text)
