"""Workspaces that are meant to harm the whole street: an answer, in time, and never a traceback or a blamed reader."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from boundary.cli import main

SECONDS = 60
"""Far above what any case takes, and far below what they took."""

SERVICE = {"a/Dockerfile": "FROM python\nCMD python app.py\n", "a/requirements.txt": "requests\n"}


@contextmanager
def in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def lay(folder: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode("utf-8", "surrogatepass"))
    return folder


def check(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Exit status and everything that is said, when it is said in time and boundary is not to blame."""
    with in_time():
        status = main(["check", str(folder), "--jobs", "1", "--verbose", *options])
    said = "".join(capsys.readouterr())
    assert "defect in boundary" not in said
    assert "Traceback" not in said
    return status, said


def calls(count: int, body: str) -> str:
    return "import requests\n" + "".join(body.format(i=i, next=i + 1, after=i + 2) for i in range(count))


CODE = {
    "texts that double": "A0 = 'http://b/'\n" + "".join(f"A{i + 1} = A{i} + A{i}\n" for i in range(60)) + "get(A60)\n",
    "lists that double": "A0 = ['x']\n" + "".join(f"A{i + 1} = [A{i}, A{i}]\n" for i in range(60)) + "get(A60)\n",
    "tables that double": "A0 = {'k': 1}\n" + "".join(f"A{i + 1} = {{'k': A{i}, 'l': A{i}}}\n" for i in range(60)),
    "defaults in defaults": "import os\nx = ''\n" + "x = os.environ.get('A', x)\n" * 9_000 + "requests.get(x)\n",
    "functions that double": "def d0(x):\n return x + x\n"
    + "".join(f"def d{i + 1}(x):\n return d{i}(d{i}(x))\n" for i in range(20))
    + "requests.get(d20('http://b'))\n",
    "functions that call the next two": calls(
        60, "def f{i}(x):\n requests.get(x)\n f{next}(x + 'a')\n f{next}(x + 'b')\n f{after}(x + 'c')\n"
    ),
    "results of the next two": calls(60, "def f{i}(x):\n return f{next}(x + 'a') + f{after}(x + 'b') + f{next}('c')\n"),
    "functions that call each other": calls(2_500, "def f{i}(x):\n f{next}(x + 'a')\n return f{after}(x)\n"),
    "arguments that grow": "def f(x):\n requests.get(x)\n y = [x, x, x]\n return f([y, {'a': y}, x])\nf('a')\n",
    "an object that makes itself": "class T:\n def m(self, x):\n  self.x = T().m(self)\n  return T(self, x).m(T(x))\n",
}


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_code_that_explodes_is_read_in_time(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = check(
        lay(tmp_path, {**SERVICE, "a/app.py": f"import requests\nfrom requests import get\n{code}"}), capsys
    )
    assert status == 0


DOUBLING = "".join(f"X{i}=${{X{i + 1}}}${{X{i + 1}}}\n" for i in range(60))

DEPLOYED = {
    "variables that name themselves": ("A=${A}${A}\nB=${A}${B}${B}${A}\n", "${A}${A}${B}${B}"),
    "variables that name the next one twice": (DOUBLING, "${X0}"),
    "variables in a ring": ("A=${B}${B}\nB=${C}${C}\nC=${A}${A}\n", "${A}${B}${C}"),
}


@pytest.mark.parametrize(("dotenv", "value"), DEPLOYED.values(), ids=DEPLOYED)
def test_variables_that_explode_stay_open(
    dotenv: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compose = f"services:\n  a:\n    build: ./a\n    env_file: .env\n    environment:\n      URL: '{value}'\n"
    code = "import os, requests\nrequests.get(os.environ['URL'])\n"
    shell = "".join(f"X{i + 1}=$X{i}$X{i}\n" for i in range(60)) + "exec $X60\n"
    files = {**SERVICE, "compose.yaml": compose, ".env": dotenv, "a/app.py": code, "a/run.sh": shell}
    status, said = check(lay(tmp_path, files), capsys)
    assert status == 0
    assert "resolved  0 of 1 reference" in said


WORKFLOW = "on: push\njobs:\n a:\n  steps:\n  - run: "
POETRY = "[tool.poetry]\nname = 'a'\npackages = "

FILES = {
    "newlines": ("deploy.yaml", "\n" * 500_000),
    "expressions without end": (".github/workflows/a.yml", f'{WORKFLOW}"{"${{" * 200_000}"\n'),
    "a number for a list": ("pyproject.toml", f"{POETRY}7\n"),
    "a day for a list": ("pyproject.toml", f"{POETRY}2020-01-01\n"),
    "a number of many digits": ("Cargo.toml", f"[package]\nname = 'a'\nx = {'9' * 100_000}\n"),
}


@pytest.mark.parametrize(("path", "content"), FILES.values(), ids=FILES)
def test_one_file_never_stops_the_others(
    path: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = check(lay(tmp_path, {**SERVICE, path: content}), capsys)
    assert status == 0
    assert "found     1 service" in said


def test_a_field_that_is_put_into_itself_stays_small(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    itself = (
        "- source: {kind: Service, name: a, fieldPath: spec.externalName}\n  targets:\n  - select: {kind: Service}\n"
        "    fieldPaths: [spec.externalName]\n    options: {delimiter: '.'}\n"
    )
    files = {
        "k/kustomization.yaml": "resources: [a.yaml]\nreplacements:\n" + itself * 200,
        "k/a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: ExternalName, externalName: b.c}\n",
    }
    status, said = check(lay(tmp_path, {**SERVICE, **files}), capsys)
    assert status == 0
    assert "found     1 service" in said
