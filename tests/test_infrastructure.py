"""Extractors of deployment files: which files they take, and that nothing they are given does harm."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import within

from boundary import facts as vocabulary
from boundary.extract import extract
from boundary.extractors import (
    appconfig,
    backstage,
    codeowners,
    compose,
    dockerfile,
    dotenv,
    gitmodules,
    kubernetes,
)
from boundary.facts import FileFacts
from boundary.source import Source

ALL = {
    compose: "docker-compose.yml",
    kubernetes: "deploy/app.yaml",
    appconfig: "config.yml",
    backstage: "catalog-info.yaml",
    dotenv: ".env",
    dockerfile: "Dockerfile",
    codeowners: "CODEOWNERS",
    gitmodules: ".gitmodules",
}


def read(module: ModuleType, text: str | bytes, path: str = "") -> FileFacts:
    """The facts that one extractor finds in a text."""
    data = text if isinstance(text, bytes) else text.encode()
    return extract(Source(path or ALL[module], data), [module])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("module", "yes", "no"),
    [
        (compose, ["compose.yaml", "a/docker-compose.dev.yml", "stack.yml"], ["compose.json", "compose.yml.j2"]),
        (kubernetes, ["deploy/app.yaml", "Kustomization"], ["app.json"]),
        (
            appconfig,
            ["config.yml", "src/main/resources/application-prod.yaml"],
            [".github/x.yml", "mkdocs.yml", "a.toml"],
        ),
        (
            dotenv,
            [".env", "a/.env.local", "orders.env", "env.list", "app.env.example"],
            ["env.py", "environment", ".envrc"],
        ),
        (
            dockerfile,
            ["Dockerfile", "a/Dockerfile.dev", "api.Dockerfile", "dockerfile-test", "Containerfile"],
            ["Dockerfile.dockerignore", "dockerfile.go", "Dockerfile.j2", "mydockerfile"],
        ),
        (codeowners, ["CODEOWNERS", "docs/CODEOWNERS"], ["CODEOWNERS.md"]),
        (backstage, ["catalog-info.yaml", "catalog/all.yml"], ["catalog-info.json"]),
        (gitmodules, [".gitmodules"], ["gitmodules"]),
    ],
)
def test_files_are_told_by_their_path(module: ModuleType, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if not module.matches(path)] == []
    assert [path for path in no if module.matches(path)] == []


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.FORMAT)
def test_bytes_that_are_no_text_are_unreadable_where_the_name_is_certain(module: ModuleType) -> None:
    kinds = [type(fact).__name__ for fact in read(module, b"a: \xff\xfe\n").facts]
    assert kinds == ([] if module is kubernetes else ["Unreadable"])


@pytest.mark.parametrize("module", [compose, kubernetes, backstage], ids=lambda module: module.FORMAT)
def test_a_file_of_anybody_is_left_to_others(module: ModuleType) -> None:
    for text in (b"\xff", b"a: [", b"a: {{ b }}", b"- x\n", b""):
        assert read(module, text, "locale/en.yaml").facts == ()


HOSTILE = {
    "deep": "services:\n  a: " + "[" * 5000,
    "deep blocks": "apiVersion: v1\nkind: List\nitems:\n" + "\n".join(" " * n + "- " for n in range(1000)),
    "aliases": "a: &a {image: x}\nservices: {" + ", ".join(f"s{n}: *a" for n in range(20_000)) + "}",
    "unclosed heredocs": "FROM x\n" + "RUN cat <<EOF\n" * 20_000,
    "one line": "FROM x\nRUN " + "a " * 300_000,
    "one word": "FROM " + "x" * 1_000_000 + "\nENV " + "a=" * 100_000,
    "continued": "FROM x\nRUN a \\\n" + "b \\\n" * 50_000,
    "open quotes": "A='\nB=\"\n" * 20_000,
    "open braces": "services: {a: {image: x, environment: {X: '" + "${A:-" * 50_000 + "'}}}",
    "blanks": " " * 1_000_000 + "x",
    "empty lines": "\n" * 200_000,
    "owners": "* " + "@a " * 200_000 + "\n[" * 1000,
    "ports": "services: {a: {image: x, ports: ['1-65000:1-65000', '1-99999999999999999:1']}}",
}


@pytest.mark.timed
@pytest.mark.parametrize("module", ALL, ids=lambda module: module.FORMAT)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end_soon(module: ModuleType, name: str) -> None:
    with within(15):
        found = read(module, HOSTILE[name])
        assert len(found.facts) <= 150_000


PIECES = [
    "services", "image", "build", "environment", "volumes", "ports", "apiVersion", "kind", "Deployment", "spec",
    "template", "containers", "env", "valueFrom", "metadata", "name", "data", "stringData", "Secret", "backstage.io/v1",
    ": ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", "&a ", "*a", "<<", "!t ", "${X:-1}", "'", '"', "|", "#", "=",
    "FROM ", "COPY ", "RUN ", "<<EOF", "EOF", "ENV ", "\\\n", "--from=x ", "[submodule \"x\"]", "path = y", "~", "null", "1",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_is_too_odd(text: str) -> None:
    for module in ALL:
        for fact in read(module, text).facts:
            assert isinstance(fact, vocabulary.Fact)
            assert fact.line >= 1
            assert fact.column >= 1


def test_no_secret_of_a_manifest_is_kept() -> None:
    manifest = Path(__file__).parent.parent / "fixtures/extract/kubernetes/secrets/secret.yaml"
    assert b"hunter2" in manifest.read_bytes()
    assert b"hunter2" not in msgspec.json.encode(read(kubernetes, manifest.read_bytes()))


def test_a_config_of_data_is_cut_off() -> None:
    found = read(appconfig, "".join(f"k{number}: 1\n" for number in range(5000)))
    assert len(found.facts) == appconfig.MOST


def test_a_long_entry_of_a_config_map_is_cut_off() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  dashboard: '" + "x" * 100_000 + "'\n"
    setting = read(kubernetes, text).facts[1]
    assert isinstance(setting, vocabulary.Setting)
    assert len(setting.value.text or "") == kubernetes.LONGEST


def test_lists_in_lists_end() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n"
    for depth in range(1, 20):
        blank = "  " * depth
        text += f"{blank}- apiVersion: v1\n{blank}  kind: List\n{blank}  items:\n"
    assert read(kubernetes, text).facts == ()
