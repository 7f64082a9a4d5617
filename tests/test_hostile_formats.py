"""Files of the small formats that are made to be slow or to fail: each is read at once, whatever comes out."""

from __future__ import annotations

import pytest
from timing import within

from boundary.extract import extract, extractors
from boundary.source import Source

MANY = 40_000
WIDE = " " * 200_000


def contract(*schemas: str) -> str:
    """An OpenAPI document with a thousand operations that take the first of some schemas."""
    paths = "".join(
        f'"/{n}": {{"post": {{"requestBody": {{"content": {{"a/b": {{"schema": {{"$ref": "#/components/schemas/s0"}}}}}}}}}}}},'
        for n in range(1000)
    )
    named = ", ".join(f'"s{n}": {schema}' for n, schema in enumerate(schemas))
    return f'{{"openapi": "3.1.0", "components": {{"schemas": {{{named}}}}}, "paths": {{{paths} "/": {{}}}}}}'


def all_of(number: int, times: int) -> str:
    return '{"allOf": [' + ", ".join([f'{{"$ref": "#/components/schemas/s{number}"}}'] * times) + "]}"


FILES = [
    ("Jenkinsfile", "/*" * MANY),
    ("Jenkinsfile", "'''" + "sh " * MANY),
    ("Jenkinsfile", "sh" + WIDE + "dir" + WIDE + "sshCommand" * 1000 + '"' * MANY),
    ("Procfile", "web: cd " + WIDE + "x\n" + "a: b\n" * MANY),
    ("Tiltfile", "docker_build(" * MANY + WIDE),
    ("Tiltfile", "docker_build('a', 'b'\n" * 5000),
    ("docker-bake.hcl", 'target "a" {\n' * MANY),
    ("docker-bake.hcl", 'target "a" {\n tags = [' + WIDE + "\n" * MANY),
    ("a.service", "[Service]\nExecStart=/usr/bin/docker run " + "-e A=b " * MANY),
    ("a.service", "[Service]\n" + "Environment=A=b \\\n" * MANY),
    ("c.properties", "connector.class=x\n" + "a=b\n" * MANY + "k=" + WIDE + "v"),
    ("c.properties", "connector.class=" + "${" * MANY),
    ("b.bicep", "var a = " + "'${" * 20_000),
    ("b.bicep", "var a = " + "('${[" * 5_000 + "\nvar b = " + "a.b" * 50_000 + "\nvar c = 1" + " + 1" * 50_000),
    ("b.bicep", "resource a 'b' = {\n" * 20_000),
    ("j.nomad", 'job "a" {\n group "g" {\n' + "task " * 2000),
    ("j.nomad", 'job "a" {\n task "t" {\n template {\n env = true\n data = <<E\nA=' + "{{" * 20_000 + "\nE\n}\n}\n}\n"),
    (".gitlab-ci.yml", "a:\n  script: '" + "${{" * 5000 + "$[[" * 5000 + "<<" * 5000 + "'\n"),
    (".gitlab-ci.yml", "a: " + "{b: " * 150 + "}" * 150 + "\n"),
    (".gitlab-ci.yml", "a:\n  parallel:\n    matrix:\n" + "      - S: [a, b, c]\n" * 3000 + "  script: 'x $S'\n"),
    (
        ".github/workflows/a.yml",
        "jobs: {a: {strategy: {matrix: {"
        + ", ".join(f"k{n}: [{'a, ' * 500}]" for n in range(8))
        + "}}, steps: [{run: 'x ${{ matrix.k1 }}'}]}}",
    ),
    ("a.sh", "for a in " + "x " * 2000 + "; do\n" * 50 + "echo; psql $a$b$c\n" * 2000),
    ("a.sh", "".join(f"for v{n} in a b c; do\n" for n in range(200)) + "x " + "".join(f"$v{n}" for n in range(200))),
    ("helmfile.yaml", "releases:\n{{ range until 100000 }}- {name: a, chart: b}\n{{ end }}"),
    ("t.json.tpl", "${" * 20_000),
    ("t.json.tpl", "${join(" * 3000 + "%{ for a in b }" * 2000),
    ("m.asl.json", '{"StartAt": "A", "States": ' + '{"A": {"States": ' * 100 + "{}" + "}}" * 100 + "}"),
    ("openapi.json", contract(all_of(1, 200), all_of(2, 200), all_of(3, 200), all_of(0, 200))),
    ("openapi.json", contract(all_of(0, 2000))),
    ("openapi.json", contract('{"properties": {' + ", ".join(f'"p{n}": {all_of(0, 9)}' for n in range(999)) + "}}")),
    ("t.json", '{"containerDefinitions": [' + '{"name": "a"},' * 5000 + "{}]}"),
]


@pytest.mark.timed
@pytest.mark.parametrize(("path", "text"), FILES, ids=lambda value: value[:24].replace("\n", " "))
def test_is_read_at_once(path: str, text: str) -> None:
    with within(3):
        found = extract(Source(path, text.encode()), extractors())
        assert found.path == path
