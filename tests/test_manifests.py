"""Extractors of manifests: which files they take, odd notations, and that no text that they are given does harm."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import within

from boundary.extract import extract
from boundary.extractors import (
    cargo,
    composer,
    dotnet,
    go_mod,
    gradle,
    gradle_catalogue,
    maven,
    package_json,
    pyproject,
    requirements,
    setup_py,
)
from boundary.facts import AnyFact, BuildAlias, BuildScript, Dependency, Package, Unreadable
from boundary.source import Source

ALL = {
    cargo: "Cargo.toml",
    composer: "composer.json",
    dotnet: "Desk.csproj",
    go_mod: "go.mod",
    gradle: "desk/build.gradle",
    maven: "pom.xml",
    package_json: "package.json",
    pyproject: "pyproject.toml",
    requirements: "requirements.txt",
    setup_py: "setup.py",
}
NAMES = {module: module.FORMAT for module in ALL}


def read(module: ModuleType, text: str | bytes, path: str = "") -> list[AnyFact]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(extract(Source(path or ALL[module], data), [module]).facts)  # type: ignore[list-item]


def needs(module: ModuleType, text: str, path: str = "") -> list[Dependency]:
    return [fact for fact in read(module, text, path) if isinstance(fact, Dependency)]


def package(module: ModuleType, text: str, path: str = "") -> Package:
    return next(fact for fact in read(module, text, path) if isinstance(fact, Package))


@pytest.mark.parametrize(
    ("module", "yes", "no"),
    [
        (cargo, ["Cargo.toml", "a/Cargo.toml"], ["Cargo.lock", "cargo.yaml"]),
        (
            dotnet,
            ["A.csproj", "a/B.FSPROJ", "c.vbproj", "d.sln", "e.slnx"],
            ["a.proj", "sln", "e.slnf", "a.csproj.user"],
        ),
        (go_mod, ["go.mod", "a/go.work"], ["go.sum", "cargo.mod"]),
        (gradle, ["build.gradle", "a/settings.gradle.kts"], ["local.properties", "init.gradle", "build.gradle.bak"]),
        (gradle_catalogue, ["gradle/libs.versions.toml", "a/b.versions.toml"], ["libs.toml", "gradle/wrapper/a.toml"]),
        (maven, ["pom.xml", "a/pom.xml"], ["my-pom.xml"]),
        (composer, ["composer.json", "a/composer.json"], ["composer.lock", "package.json"]),
        (package_json, ["package.json"], ["package-lock.json", "tsconfig.json"]),
        (pyproject, ["pyproject.toml"], ["poetry.toml"]),
        (
            requirements,
            [
                "requirements.txt",
                "a/requirements-dev.in",
                "requirements/base.txt",
                "test_requirements.txt",
                "requirement.pip",
            ],
            ["constraints.txt", "requirements.md", "requirements/constraints.txt", "notes.txt", "requirements.yml"],
        ),
        (setup_py, ["setup.py", "a/setup.cfg"], ["mysetup.py", "setup.sh"]),
    ],
    ids=lambda value: value.FORMAT if isinstance(value, ModuleType) else "",
)
def test_files_are_told_by_their_path(module: ModuleType, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if not module.matches(path)] == []
    assert [path for path in no if module.matches(path)] == []


@pytest.mark.parametrize("module", ALL, ids=NAMES.get)
def test_bytes_that_are_no_text_are_unreadable(module: ModuleType) -> None:
    (found,) = read(module, b"\xff\xfe\xfa\n")
    assert isinstance(found, Unreadable)


@pytest.mark.parametrize("module", ALL, ids=NAMES.get)
def test_an_empty_file_has_no_package(module: ModuleType) -> None:
    assert not [fact for fact in read(module, "") if not isinstance(fact, Unreadable)]


# --- odd notations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name", "origin", "target"),
    [
        ("file://localhost/srv/money", "", "path", "/srv/money"),
        ("file:///srv/my%20money#egg=money", "money", "path", "/srv/my money"),
        ("-e '../my money'", "", "path", "../my"),
        ("-e git@git.example:money/money.git", "", "git", "git@git.example:money/money.git"),
        ("--editable .[dev]", "", "path", "."),
        ("..", "", "path", ".."),
        ("~/wheels/money.whl", "", "path", "~/wheels/money.whl"),
        ("money.tar.gz", "", "path", "money.tar.gz"),
        ("libs/money", "", "path", "libs/money"),
        ("money @ git+file:///srv/money", "money", "git", "git+file:///srv/money"),
        ("money@https://x.example/m.zip ; python_version > '3'", "money", "registry", "https://x.example/m.zip"),
        ("a", "a", "registry", ""),
    ],
)
def test_a_requirement_is_a_name_an_address_or_a_path(line: str, name: str, origin: str, target: str) -> None:
    assert [(fact.name, fact.origin, fact.target) for fact in needs(requirements, line)] == [(name, origin, target)]


@pytest.mark.parametrize("line", ["", "#", "-r other.txt", "--pre", "a b", "==1.0", "<<<<<<< HEAD", "[x]"])
def test_lines_that_are_no_requirement_are_left_out(line: str) -> None:
    assert needs(requirements, f"{line}\nlast\n") == [Dependency("python", "last", line=2)]


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("requirements.txt", "runtime"),
        ("requirements-dev.txt", "dev"),
        ("docs/requirements.txt", "runtime"),
        ("tests-service/requirements.txt", "runtime"),
        ("requirements/test.in", "dev"),
        ("requirements/production.txt", "runtime"),
        ("a/lint-requirements.txt", "dev"),
        ("latest_requirements.txt", "runtime"),
    ],
)
def test_the_name_of_a_requirement_file_says_what_it_is_for(path: str, scope: str) -> None:
    assert [fact.scope for fact in needs(requirements, "a", path)] == [scope]


@pytest.mark.parametrize(
    "text",
    [
        "tool = 1\n",
        "[project]\ndependencies = 'a'\n",
        "[project]\nname = 1\noptional-dependencies = [1]\ndependencies = [1, {}]\n",
        "[tool.poetry]\npackages = ['a', {include = 1}]\ndependencies = 1\ngroup = {a = 1}\n",
        "[project]\nname = 'a'\n[tool.uv]\nsources = {a = 1}\nworkspace = {members = 'x'}\n",
    ],
)
def test_tables_of_other_forms_are_passed_over(text: str) -> None:
    assert not [fact for fact in read(pyproject, text) if not isinstance(fact, Package)]


def test_what_ends_too_early_is_unreadable_where_it_ends() -> None:
    (found,) = read(pyproject, "[project]\nname = 'a'\nversion = '")
    assert isinstance(found, Unreadable)
    assert (found.what, found.line) == ("syntax", 3)


@pytest.mark.parametrize(
    ("text", "name", "names"),
    [
        ("setup(name='a', install_requires=X)", "a", []),
        ("X = Y\nY = X\nsetup(name=X)", "", []),
        ("setup(**{'name': 'a', key: 1, **more})", "a", []),
        ("setup(**read())", "", []),
        ("if True:\n    setuptools.setup(install_requires=('b', *['c']))\nsetup(name='outer')", "outer", []),
        ("if True:\n    setuptools.setup(install_requires=('b', *['c']))", "", ["b", "c"]),
        ("setup(install_requires=['a'] if new else [])", "", []),
        ("import setuptools as s\nfactory()(1)\ns.setup(name=b'a')", "", []),
    ],
)
def test_only_literals_of_a_setup_script_are_known(text: str, name: str, names: list[str]) -> None:
    assert package(setup_py, text).name == name
    assert [fact.name for fact in needs(setup_py, text)] == names


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("compile('a:b:1@jar')", [("a:b", "1", "runtime")]),
        ('api(group = "a", name = "b")', [("a:b", "", "runtime")]),
        ("kapt 'a:b:1'", [("a:b", "1", "build")]),
        ("testFixturesApi 'a:b:1'", [("a:b", "1", "dev")]),
        ("implementation('a:b') {\n  exclude group: 'c', module: 'd'\n}", [("a:b", "", "runtime")]),
        ("implementation project('x')", [("x", "", "runtime")]),
        ("implementation(\n  'a:b:1',\n  'c:d:2'\n)", [("a:b", "1", "runtime"), ("c:d", "2", "runtime")]),
        ("implementation 'a:b:1',", [("a:b", "1", "runtime")]),
        ("implementation files('x.jar')", []),
        ("myImplementation = 'none'", []),
        ("'open\nimplementation 'a:b:1'", [("a:b", "1", "runtime")]),
    ],
)
def test_notations_of_gradle(statement: str, found: list[tuple[str, str, str]]) -> None:
    text = f"apply plugin: 'java'\ndependencies {{\n{statement}\n}}\n"
    assert [(fact.name, fact.spec, fact.scope) for fact in needs(gradle, text)] == found


def test_blocks_of_gradle_that_do_not_end_hide_the_rest() -> None:
    assert read(gradle, "buildscript {\n implementation 'a:b:1'\n") == []
    assert read(gradle, "/* apply plugin: 'application'\n") == []
    assert package(gradle, "plugins {\n  `java-library`\n}\n") == Package("maven", "desk", runs=False)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("<Project Sdk='Microsoft.NET.Sdk.Web'><PropertyGroup><OutputType>Library</OutputType></PropertyGroup></Project>", False),
        ("<Project Sdk='Aspire.AppHost.Sdk/9.0; Microsoft.NET.Sdk'/>", True),
        ("<Project><PropertyGroup><OutputType>WinExe</OutputType></PropertyGroup></Project>", None),
        ("<Project Sdk='MSTest.Sdk'><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>", None),
        ("<Project Sdk='Microsoft.NET.Sdk.Web'><PropertyGroup><IsTestProject>True</IsTestProject></PropertyGroup></Project>", None),
    ],
)  # fmt: skip
def test_what_runs_of_net(text: str, runs: bool | None) -> None:
    assert package(dotnet, text).runs is runs


def test_manifests_in_other_encodings_are_read_as_they_say() -> None:
    text = "<?xml version='1.0' encoding='utf-16'?><project><artifactId>störung</artifactId></project>"
    assert [fact.name for fact in read(maven, text.encode("utf-16")) if isinstance(fact, Package)] == ["störung"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("module", []),
        ("module a\nreplace b =>\nreplace b\nrequire\nuse\n", [Package("go", "a")]),
        ("require a v1\nreplace a => /srv/a\n", [Dependency("go", "a", "v1", "path", "/srv/a", line=2)]),
        ("module `a`\n)\n", [Package("go", "a")]),
    ],
)
def test_odd_files_of_go(text: str, found: list[AnyFact]) -> None:
    assert read(go_mod, text) == found


# --- hostile texts ------------------------------------------------------------------------------------------

LONG = 300_000
HOSTILE = {
    "brackets": "[" * LONG,
    "braces": "a = " + "{" * LONG,
    "dotted": "a" + ".a" * 50_000 + " = 1",
    "dotted table": "\n[" + "'a' . " * 50_000 + "b]",
    "warned of": "'\\(' is '\\)'\n" * 1000,
    "quotes": "\"" * LONG,
    "escapes": '\\"' * LONG,
    "comments": "/*" * LONG,
    "blanks": "\n" * LONG + " " * LONG + "x",
    "one word": "implementation" * 20_000,
    "commas": "implementation 'a:b:1',\n" * 20_000,
    "open blocks": "buildscript {" * 20_000,
    "jars": "bootJar {" * 20_000,
    "options": "a" + " -a-a" * 50_000 + "\t",
    "brackets of extras": "a" + "[a" * 100_000,
    "continued": "a \\\n" * 50_000,
    "names": "\n".join(f"A{n} = [A{n + 1}, A{n + 1}, A{n + 1}]" for n in range(200)) + "\nsetup(install_requires=A0)",
    "sums": "setup(install_requires=" + "['a'] + " * 300 + "[])",
    "calls": "setup(" * 90 + ")" * 90,
    "elements": "<a>" * 100_000,
    "attributes": "<project " + " ".join(f"a{n}='1'" for n in range(20_000)) + "/>",
    "entities": "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><project><artifactId>&b;</artifactId></project>",
    "properties": "<project><properties><a>" + "x" * 100_000 + "</a><b>" + "${a}" * 50_000 + "</b></properties>"
    "<artifactId>c</artifactId><version>${b}</version></project>",
    "object": '{"dependencies": ' + '{"a": ' * 5000,
    "aliases": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}, *a]\n" for n in range(100)),
    "table": "[a]\n" * 2 + "b = 1",
    "tables": "".join(f"[a.b{n}]\nc = 1\n" for n in range(20_000)),
}  # fmt: skip


@pytest.mark.timed
@pytest.mark.parametrize("module", ALL, ids=NAMES.get)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end_soon(module: ModuleType, name: str) -> None:
    with within(10):
        found = read(module, HOSTILE[name])
    assert len(found) <= 50_001
    assert sum(len(fact.spec) for fact in found if isinstance(fact, Dependency)) <= 10 * LONG


def test_entities_are_refused() -> None:
    (found,) = read(maven, HOSTILE["entities"])
    assert isinstance(found, Unreadable) and "entities" in found.reason
    (found,) = read(maven, HOSTILE["elements"])
    assert isinstance(found, Unreadable) and found.what == "depth"


PIECES = [
    "[project]", "[tool.poetry.dependencies]", "[[bin]]", "[workspace]", "name", "dependencies", " = ", '"a"', "'b>=1'", "[", "]",
    "{", "}", "path", "git", "workspace = true", ",", "\n", "require ", "replace ", "=>", "module ", "(", ")", "use ", "./a", "v1",
    "setup(", "install_requires=", "**", "*", "A", "=", "<project>", "<artifactId>", "</artifactId>", "</project>", "<dependency/>",
    "<Project Sdk='Microsoft.NET.Sdk'>", "</Project>", "<PackageReference Include='a'/>", "implementation ", "project(':a')",
    "'a:b:1'", "plugins ", "id 'application'", "include ", "-e ", "../x", "@ ", "git+https://x/y.git", "#egg=z", ":", "//", "/*", "\\",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_gives_facts(text: str) -> None:
    paths = [*ALL.items(), (setup_py, "setup.cfg"), (gradle, "settings.gradle"), (dotnet, "a.sln"), (dotnet, "a.slnx")]
    for module, path in paths:
        for fact in read(module, text, path):
            assert isinstance(fact, Package | Dependency | BuildScript | BuildAlias | Unreadable)
            assert 1 <= fact.line <= text.count("\n") + 2
