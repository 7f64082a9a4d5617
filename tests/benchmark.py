"""How long a run takes and how much memory, beside another command if you like.

    python tests/benchmark.py [--services 50] [--runs 3] [--beside "ruff check --isolated --no-cache ."]

A workspace of so many services is made in a temporary folder (per service: compose entry, database, Dockerfile, ten
Python modules, migration, OpenAPI document; each calls the next one), and each command runs in it, in turn. Figures are
of whole processes: wall and processor seconds (the median of the runs), and the largest process in MB.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAIN = """import os

import httpx
import psycopg
from fastapi import FastAPI

from {name}.clients import NEXT

app = FastAPI()
connection = psycopg.connect(os.environ["DSN"])


@app.get("/v1/items/{{item}}")
def item(item: str) -> dict:
    connection.execute("SELECT * FROM items WHERE id = %s", (item,))
    return NEXT.get(f"/v1/items/{{item}}").json()
"""
CLIENTS = """import os

import httpx


class Client:
    def __init__(self, base: str) -> None:
        self._http = httpx.Client(base_url=base)

    def get(self, path: str) -> httpx.Response:
        return self._http.get(path)


NEXT = Client(os.environ["NEXT_URL"])
"""
MODULE = '''"""Rules of the trade."""

from dataclasses import dataclass


@dataclass
class Line:
    quantity: int
    cents: int

    def total(self) -> int:
        return self.quantity * self.cents


def totals(lines: list[Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        found[str(line.quantity)] = found.get(str(line.quantity), 0) + line.total()
    return found
'''
CONTRACT = """openapi: 3.0.3
info: {title: Items, version: "1"}
paths:
  /v1/items/{item}:
    get:
      parameters: [{name: item, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: the item}}
"""


def make(folder: Path, services: int) -> int:
    """Lay the workspace out; gives its number of files."""
    compose = ["services:"]
    for number in range(services):
        name, following = f"service{number}", f"service{(number + 1) % services}"
        compose += [
            f"  {name}:",
            f"    build: {name}",
            f"    environment: {{DSN: 'postgresql://u:p@{name}-db/{name}', NEXT_URL: 'http://{following}:8000'}}",
            f"  {name}-db: {{image: 'postgres:16'}}",
        ]
        files = {
            "Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["uvicorn"]\n',
            "openapi.yaml": CONTRACT,
            "migrations/001.sql": "CREATE TABLE items (id text PRIMARY KEY);\n",
            f"{name}/main.py": MAIN.format(name=name),
            f"{name}/clients.py": CLIENTS,
            **{f"{name}/module{other}.py": MODULE for other in range(8)},
        }
        for path, text in files.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    (folder / "compose.yaml").write_text("\n".join(compose) + "\n", encoding="utf-8")
    return sum(1 for path in folder.rglob("*") if path.is_file())


def measure(words: list[str], folder: Path) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and megabytes of one run."""
    started = time.perf_counter()
    child = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Make the workspace, run the commands in turn, print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--beside", type=shlex.split, help="another command, run in the same folder in the same turns")
    arguments = parser.parse_args()
    commands = [[sys.executable, "-m", "boundary", "check", "--format", "json"]]
    commands += [arguments.beside] if arguments.beside else []
    with tempfile.TemporaryDirectory() as place:
        files = make(Path(place), arguments.services)
        print(f"{arguments.services} services, {files} files, {os.cpu_count()} processors")
        turns = [[measure(words, Path(place)) for words in commands] for _ in range(arguments.runs)]
    for number, words in enumerate(commands):
        wall, cpu, memory = (statistics.median(turn[number][figure] for turn in turns) for figure in range(3))
        print(f"{wall:8.2f} s wall {cpu:8.2f} s cpu {memory:8.0f} MB   {shlex.join(words)}")


if __name__ == "__main__":
    main()
