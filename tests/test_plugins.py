"""Adding a format that is read, a rule, and formats that are written: new files only, none of them in this repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from making import lay

from boundary.plugins import load

ROOT = Path(__file__).parents[1]
SHOP = ROOT / "fixtures" / "scenarios" / "shop"
PROGRAM = [sys.executable, "-c", "from boundary.cli import main; raise SystemExit(main())"]

INSTALLED = {
    "toy-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n",
    "toy-1.0.dist-info/entry_points.txt": """
[boundary.extractors]
owners = toy_owners
[boundary.reporters]
count = toy_count
text = toy_impostor
[boundary.reporters.graphs]
names = toy_names
""",
    "toy_owners.py": '''
"""The OWNERS files of Chromium and Kubernetes: one owner a line, for the folder of the file."""

from boundary.facts import OwnerRule

FORMAT = "owners"


def matches(path):
    return path.rpartition("/")[2] == "OWNERS"


def extract(source):
    for number, line in enumerate(source.text.split("\\n"), 1):
        if line:
            yield OwnerRule(source.folder, "*", (line,), line=number)
''',
    "toy_count.py": """
FORMAT = "count"


def render(report, view):
    return "".join(f"{one.code} {one.team_from} {view.excerpt(one.location.path, one.location.line).strip()}\\n"
                   for one in report.findings)
""",
    "toy_impostor.py": 'FORMAT = "text"\n\n\ndef render(report, view):\n    return "all is well\\n"\n',
    "toy_names.py": """
FORMAT = "names"


def render(graph):
    return " ".join(node.name for node in graph.nodes.values()) + "\\n"
""",
}

RULE = """---
code: TOY001
name: postgres-used
clause: data-store
severity: info
select: {edge: connects, to: {technology: postgres}}
message: "{from} uses {to}"
---
# A service uses PostgreSQL

We agreed on another database.

## Bad
```yaml file=compose.yaml
services: {}  # finds: TOY001
```
## Good
```yaml file=compose.yaml
```
## Fix

Ask the architects.
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    lay(tmp_path / "installed", INSTALLED)
    files = {path.relative_to(SHOP).as_posix(): path.read_bytes() for path in SHOP.rglob("*") if path.is_file()}
    del files["CODEOWNERS"]
    own = {
        "orders/OWNERS": "ordering",
        "reporting/OWNERS": "insight",
        "boundary.toml": '[rules]\npaths = ["rules"]\nselect = ["TOY001"]\n',
        "rules/own.md": RULE,
    }
    return lay(tmp_path / "shop", {**files, **own})


def said(workspace: Path, *words: str) -> str:
    path = os.pathsep.join([str(workspace.parent / "installed"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [*PROGRAM, *words], cwd=workspace, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_toy_extractor_rule_and_reporter_work_together(workspace: Path) -> None:
    assert said(workspace, "check", "--format", "count") == (
        'TOY001 ordering connection = psycopg.connect(os.environ["DATABASE_URL"])\n'
        'TOY001 insight with psycopg.connect(os.environ["DATABASE_URL"]) as connection:\n'
    )
    assert said(workspace, "graph", "--format", "names").split() == ["orders", "reporting", "orders-db"]


def test_nobody_replaces_a_shipped_part_unseen(workspace: Path) -> None:
    assert "all is well" not in said(workspace, "check", "--format", "text")


@pytest.mark.parametrize(
    "package", ["boundary.extractors", "boundary.checks.functions", "boundary.reporters", "boundary.reporters.graphs"]
)
def test_the_shipped_parts_are_found_by_their_folder(package: str) -> None:
    names = [module.__name__.rpartition(".")[2] for module in load(package)]
    folder = ROOT / package.replace(".", "/")
    files = {path.stem for path in folder.glob("[!_]*.py")}
    assert names == sorted(names)
    assert files <= set(names)
