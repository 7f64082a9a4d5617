"""Gradle's build scripts, as far as they are declarations.

``build.gradle`` and ``settings.gradle`` are programs of Groovy or Kotlin; what stands in the usual notations is found,
and the rest is passed over (https://docs.gradle.org/current/userguide/declaring_dependencies_basics.html). A project
is called as its folder is, which is Gradle's own rule, and as it says that it is published. Dependencies are called as
in ``maven``, or by what scripts call them (``libs.bundles.web``), which other files tell. A script that others apply
(https://docs.gradle.org/current/userguide/implementing_gradle_plugins_precompiled.html) gives what it gives to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from boundary.extractors._gradle_needs import dependencies
from boundary.extractors._gradle_text import STRING, catalogues, rooted, uncommented, without
from boundary.extractors._manifests import Scope
from boundary.extractors.maven import named
from boundary.facts import BuildAlias, BuildScript, Dependency, Package
from boundary.source import Source

FORMAT = "gradle"

_OTHERS = re.compile(r"\b(?:buildscript|dependencyManagement|pluginManagement|versionCatalog|constraints)\s*\{")
_MEMBERS = re.compile(r"\b(?:subprojects|allprojects)\s*\{")
_PLUGIN = re.compile(
    r"""(?:\bid\s*\(?\s*|apply\s*\(?\s*plugin\s*[:=]\s*)["']([\w.-]+)["'][^\n;]*|\balias\s*\(\s*(\w+\.plugins\.[\w.]+)[^\n;]*"""
    r"""|(?:^|[{;])[ \t]*(?:(application|war|java-library)|`([\w.-]+)`|(kotlin\("[\w.]+"\))(?: version [^\s};]+)?)"""
    r"""[ \t]*(?=$|[};])""",
    re.MULTILINE,
)
STARTERS = frozenset(
    (
        *("application", "war", "spring-boot", "springboot", "spring.boot", "org.springframework.boot", "jib", "ktor"),
        *("quarkus", "io.quarkus", "io.micronaut.application", "io.ktor.plugin", "com.google.cloud.tools.jib"),
    )
)
"""Plug-ins of what can be started, by their ids and by the aliases that people give them."""
_SWITCHED_OFF = re.compile(r"\bbootJar\b[^}\n]{0,80}\{[^}]{0,400}\benabled\s*=\s*false")
_GROUP = re.compile(r"""(?:^|[{;])[ \t]*group[ \t]*=?[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)
_VERSION = re.compile(r"""^[ \t]*version[ \t]*=?[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)
_ROOT_NAME = re.compile(r"""\brootProject\.name\s*=\s*["']([^"'\n]+)["']""")
_INCLUDE = re.compile(rf"""\binclude(?:Build|Flat)?\s*\(?\s*({STRING}(?:\s*,\s*{STRING})*)""")
_FOLDER = re.compile(
    r"""project\s*\(\s*["'](:[^"'\n]+)["']\s*\)\.projectDir\s*=\s*(?:new\s+File|file)\s*\((?:[\w.]+\s*,)?\s*["']([^"'\n]+)["']"""
)
_APPLIED = re.compile(r"""\bapply\s*\(?\s*from\s*[:=]\s*(?:\w+\.file\s*\(\s*)?["']([^"'\n]+)["']""")
_PUBLISHED = re.compile(
    r"""\b(?:artifactId|archivesBaseName|archivesName)\b\s*(?:=|\.set\s*\()?\s*["']([\w.-]+)["']"""
    r"""|\bcoordinates\s*\(\s*["'][\w.-]+["']\s*,\s*["']([\w.-]+)["']"""
)
_PROPERTY = re.compile(r"^[ \t]*(?:group|GROUP)[ \t]*[=:][ \t]*([\w.-]+)[ \t]*$", re.MULTILINE)
_OUTSIDE = re.compile(rf"""\b(?:srcDirs?|files|file)\b\s*(?:\+?=\s*)?[(\[]*\s*({STRING}(?:\s*,\s*{STRING})*)""")
"""Sources and archives by their paths."""
_SOURCE_SET = re.compile(r"\b(main|\w*[tT]est\w*)\b\s*\{")


def matches(path: str) -> bool:
    """All scripts of a build and their Kotlin forms but what a user starts Gradle with, and a build's properties."""
    name = PurePosixPath(path).name
    return re.fullmatch(r"(?!init\.)[\w.-]+\.gradle(?:\.kts)?|gradle\.properties", name) is not None


def extract(source: Source) -> Iterator[Package | Dependency | BuildScript | BuildAlias]:
    """The project and its dependencies, or the build with its projects as members."""
    if source.name == "gradle.properties":
        yield from (BuildScript(found[1]) for found in islice(_PROPERTY.finditer(source.text), 1))
        return
    text = uncommented(source.text)
    name = source.folder.rpartition("/")[2]
    if source.name.startswith("settings.gradle"):
        yield from _settings(text)
        return
    if source.name.startswith(("build.gradle", f"{name}.gradle")):
        yield from _project(without(_OTHERS, text), name)
    yield from _build(without(_OTHERS, text))
    yield from catalogues(text)


def _settings(text: str) -> Iterator[Package | BuildAlias | Dependency]:
    folders = dict(_FOLDER.findall(text))
    names = [name for found in _INCLUDE.finditer(text) for name in re.findall(r"[\"']([^\"'\n]+)[\"']", found[1])]
    paths = (folders.get(f":{name.lstrip(':')}") or name.strip(":").replace(":", "/") for name in names)
    members = tuple(dict.fromkeys(paths))
    name = _ROOT_NAME.search(text)
    if name or members:
        line = text.count("\n", 0, name.start()) + 1 if name else 1
        yield Package("maven", name[1] if name else "", members=members, line=line)
    for found in _FOLDER.finditer(text):
        if (target := rooted(found[2])).startswith("../"):  # Another build's project is compiled as one of this build.
            line = text.count("\n", 0, found.start()) + 1
            yield Dependency("maven", "", origin="path", target=target, scope="runtime", line=line)
    yield from catalogues(text)


def _project(text: str, folder: str) -> Iterator[Package | Dependency]:
    """The project, under its names, and what it takes from outside."""
    own_text = without(_MEMBERS, text)
    applied = _applied(own_text)
    starts = any(re.sub(r"^\w+\.plugins\.", "", name) in STARTERS for name in applied) and not _kept(own_text)
    version = _VERSION.search(text)
    runs = True if starts else False if "java-library" in applied else None
    if applied or any(True for _ in dependencies(own_text)):
        published = (found[1] or found[2] for found in _PUBLISHED.finditer(own_text))
        for name in dict.fromkeys((*published, folder)):
            yield Package("maven", name, version[1] if version else "", runs)
    yield from _outside(own_text)


def _applied(text: str) -> list[str]:
    """The plug-ins that a script applies, in order, and the scripts."""
    plugins = {next(name for name in found.groups() if name): found[0] for found in _PLUGIN.finditer(text)}
    return [name for name, whole in plugins.items() if not re.search(r"\bapply\s*\(?\s*false", whole)]


def _kept(text: str) -> bool:
    """Whether the plug-in that makes programs is told to make none."""
    return _SWITCHED_OFF.search(text) is not None


def _build(text: str) -> Iterator[Dependency | BuildScript]:
    """What a script says of the project that it is applied to, and its dependencies with those that it gives to the
    projects below it, which have its plug-ins."""
    own_text = without(_MEMBERS, text)
    found = _GROUP.search(text)
    group = found[1] if found else ""
    scripts = [rooted(one[1]) for one in _APPLIED.finditer(own_text)]
    plugins = (*([] if _kept(own_text) else _applied(own_text)), *scripts)
    if group or plugins:
        yield BuildScript(group, plugins)
    for line, configuration, (origin, first, second, spec) in dependencies(text):
        scope = _scope(configuration)
        if origin == "project":
            name = first.rpartition(":")[2]
            yield Dependency("maven", name, origin="workspace", target=first, scope=scope, line=line)
        elif origin == "alias":
            yield Dependency("maven", first, origin="alias", scope=scope, line=line)
        else:
            yield Dependency("maven", named(first, second, group), spec, scope=scope, line=line)


def _outside(text: str) -> Iterator[Dependency]:
    """Sources and archives that the build takes from outside of the project; those of tests run nowhere."""
    for found in _OUTSIDE.finditer(text):
        sets = _SOURCE_SET.findall(text, 0, found.start())
        scope: Scope = "dev" if sets and sets[-1] != "main" else "runtime"
        for written in re.findall(r"[\"']([^\"'\n]+)[\"']", found[1]):
            target = rooted(written)
            if target.startswith("../"):
                line = text.count("\n", 0, found.start()) + 1
                yield Dependency("maven", "", origin="path", target=target, scope=scope, line=line)


def _scope(configuration: str) -> Scope:
    word = configuration.lower()
    if "test" in word or word == "developmentonly":
        return "dev"
    builds = word.endswith(("compileonly", "annotationprocessor")) or word.startswith(("kapt", "ksp"))
    return "build" if builds else "runtime"
