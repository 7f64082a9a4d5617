"""Gradle's build scripts, as far as they are declarations.

``build.gradle`` and ``settings.gradle`` are programs of Groovy or Kotlin; what stands in the usual notations is found,
and the rest is passed over (https://docs.gradle.org/current/userguide/declaring_dependencies_basics.html). A project
is called as its folder is, which is Gradle's own rule. Dependencies are called as in ``maven``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._manifests import Scope
from boundary.extractors.maven import named
from boundary.facts import Dependency, Package
from boundary.source import Source

FORMAT = "gradle"

_STRING = r"""(?:"[^"\n]*"|'[^'\n]*')"""
# What is not closed ends with its line or with the file, so that no text is searched twice.
_SKIPPED = re.compile(r""""(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|//[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*)""")
_OTHERS = re.compile(r"\b(?:buildscript|dependencyManagement|pluginManagement)\s*\{")
_MEMBERS = re.compile(r"\b(?:subprojects|allprojects)\s*\{")
_BRACE = re.compile(r"[{}]")
_CONFIGURATION = re.compile(
    r"\b((?:[a-z]\w*)?(?:[iI]mplementation|[aA]pi|[cC]ompile(?:Only)?|[rR]untime(?:Only)?|[aA]nnotationProcessor)"
    r"|kapt\w*|ksp\w*|developmentOnly)\b(?=[\s(])"
)
_PROJECT = re.compile(r"""project\s*\(\s*(?:path\s*[:=]\s*)?["'](:?[^"'\n]*)["']""")
_ACCESSOR = re.compile(r"\bprojects\.([\w.]+)")
_COORDINATES = re.compile(r"""["']([\w.-]+):([\w.-]+)(?::([^"'@:\s]*))?[^"'\n]*["']""")
_NAMED = re.compile(
    r"""group\s*[:=]\s*["']([^"'\n]+)["']\s*,\s*name\s*[:=]\s*["']([^"'\n]+)["'](?:\s*,\s*version\s*[:=]\s*["']?([^"',)\s]+))?"""
)
_PLUGIN = re.compile(
    r"""(?:\bid\s*\(?\s*|apply\s*\(?\s*plugin\s*[:=]\s*)["']([\w.-]+)["'][^\n;]*|\balias\s*\(\s*libs\.plugins\.([\w.]+)[^\n;]*"""
    r"""|^[ \t]*`?(application|war|java-library)`?[ \t]*$""",
    re.MULTILINE,
)
_STARTERS = frozenset(
    (
        *("application", "war", "spring-boot", "springboot", "spring.boot", "org.springframework.boot", "jib", "ktor"),
        *("quarkus", "io.quarkus", "io.micronaut.application", "io.ktor.plugin", "com.google.cloud.tools.jib"),
    )
)
_SWITCHED_OFF = re.compile(r"\bbootJar\b[^}\n]{0,80}\{[^}]{0,400}\benabled\s*=\s*false")
_GROUP = re.compile(r"""^[ \t]*group[ \t]*=?[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)
_VERSION = re.compile(r"""^[ \t]*version[ \t]*=?[ \t]*["']([^"'\n]+)["']""", re.MULTILINE)
_ROOT_NAME = re.compile(r"""\brootProject\.name\s*=\s*["']([^"'\n]+)["']""")
_INCLUDE = re.compile(rf"""\binclude(?:Build|Flat)?\s*\(?\s*({_STRING}(?:\s*,\s*{_STRING})*)""")
_FOLDER = re.compile(
    r"""project\s*\(\s*["'](:[^"'\n]+)["']\s*\)\.projectDir\s*=\s*(?:new\s+File|file)\s*\((?:[\w.]+\s*,)?\s*["']([^"'\n]+)["']"""
)

_OUTSIDE = re.compile(rf"""\b(?:srcDirs?|files|file)\b\s*(?:\+?=\s*)?[(\[]*\s*({_STRING}(?:\s*,\s*{_STRING})*)""")
"""Sources and archives by their paths."""
_SOURCE_SET = re.compile(r"\b(main|\w*[tT]est\w*)\b\s*\{")


def matches(path: str) -> bool:
    """``build.gradle``, ``settings.gradle`` and their Kotlin forms."""
    return re.fullmatch(r"(?:build|settings)\.gradle(?:\.kts)?", PurePosixPath(path).name) is not None


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The project and its dependencies, or the build with its projects as members."""
    text = _SKIPPED.sub(_blank_comment, source.text)
    if source.name.startswith("settings"):
        yield from _settings(text)
    else:
        yield from _build(_without(_OTHERS, text), source.folder.rpartition("/")[2])


def _blank_comment(match: re.Match[str]) -> str:
    found = match[0]
    return re.sub(r"[^\n]", " ", found) if found.startswith("/") else found


def _without(blocks: re.Pattern[str], text: str) -> str:
    """The script without some blocks; lines stay."""
    pieces, at = [], 0
    while match := blocks.search(text, at):
        end, depth = len(text), 1
        for brace in _BRACE.finditer(text, match.end()):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                end = brace.end()
                break
        pieces += [text[at : match.start()], "\n" * text.count("\n", match.start(), end)]
        at = end
    return "".join((*pieces, text[at:]))


def _settings(text: str) -> Iterator[Package]:
    folders = dict(_FOLDER.findall(text))
    names = [name for found in _INCLUDE.finditer(text) for name in re.findall(r"[\"']([^\"'\n]+)[\"']", found[1])]
    paths = (folders.get(f":{name.lstrip(':')}") or name.strip(":").replace(":", "/") for name in names)
    members = tuple(dict.fromkeys(paths))
    name = _ROOT_NAME.search(text)
    if name or members:
        line = text.count("\n", 0, name.start()) + 1 if name else 1
        yield Package("maven", name[1] if name else "", members=members, line=line)


def _build(text: str, folder: str) -> Iterator[Package | Dependency]:
    """The project, and its dependencies with those that it gives to the projects below it, which have its plug-ins."""
    own_text = _without(_MEMBERS, text)
    plugins = {found[1] or found[2] or found[3]: found[0] for found in _PLUGIN.finditer(own_text)}
    applied = {name for name, whole in plugins.items() if not re.search(r"\bapply\s*\(?\s*false", whole)}
    starts = bool(applied & _STARTERS) and not _SWITCHED_OFF.search(own_text)
    needs = list(_dependencies(text))
    group, version = _GROUP.search(text), _VERSION.search(text)
    runs = True if starts else False if "java-library" in applied else None
    if applied or any(True for _ in _dependencies(own_text)):
        yield Package("maven", folder, version[1] if version else "", runs)
    yield from _outside(own_text)
    own = group[1] if group else ""
    for line, configuration, (origin, first, second, spec) in needs:
        scope = _scope(configuration)
        if origin == "project":
            name = first.rpartition(":")[2]
            yield Dependency("maven", name, origin="workspace", target=first, scope=scope, line=line)
        else:
            yield Dependency("maven", named(first, second, own), spec, scope=scope, line=line)


def _outside(text: str) -> Iterator[Dependency]:
    """Sources and archives that the build takes from outside of the project; those of tests run nowhere."""
    for found in _OUTSIDE.finditer(text):
        sets = _SOURCE_SET.findall(text, 0, found.start())
        scope: Scope = "dev" if sets and sets[-1] != "main" else "runtime"
        for written in re.findall(r"[\"']([^\"'\n]+)[\"']", found[1]):
            target = re.sub(r"^\$\{?(?:rootDir|projectDir|rootProject\.projectDir)\}?/", "", written)
            if target.startswith("../"):
                line = text.count("\n", 0, found.start()) + 1
                yield Dependency("maven", "", origin="path", target=target, scope=scope, line=line)


def _scope(configuration: str) -> Scope:
    word = configuration.lower()
    if "test" in word or word == "developmentonly":
        return "dev"
    builds = word.endswith(("compileonly", "annotationprocessor")) or word.startswith(("kapt", "ksp"))
    return "build" if builds else "runtime"


Need = tuple[int, str, tuple[str, str, str, str]]


def _dependencies(text: str) -> Iterator[Need]:
    """(line, configuration, what) of everything that a configuration is given, over the lines that commas continue."""
    line, counted = 1, 0
    starts = list(_CONFIGURATION.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, limit in zip(starts, ends, strict=False):
        statement = text[match.end() : _end(text, match.end(), limit)]
        for at, what in sorted(_given(statement)):
            line += text.count("\n", counted, match.end() + at)
            counted = match.end() + at
            yield line, match[1], what


def _end(text: str, at: int, limit: int) -> int:
    """Where a statement ends: at the first line that neither ends with a comma nor opens a parenthesis."""
    while True:
        end = text.find("\n", at, limit)
        if end < 0 or text[at:end].rstrip()[-1:] not in (",", "("):
            return limit if end < 0 else end
        at = end + 1


def _given(statement: str) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    for found in _PROJECT.finditer(statement):
        yield found.start(), ("project", found[1] if found[1].startswith(":") else f":{found[1]}", "", "")
    for found in _ACCESSOR.finditer(statement):
        yield found.start(), ("project", ":" + found[1].replace(".", ":"), "", "")
    for found in (*_COORDINATES.finditer(statement), *_NAMED.finditer(statement)):
        yield found.start(), ("", found[1], found[2], found[3] or "")
