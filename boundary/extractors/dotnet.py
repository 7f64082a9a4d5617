"""Projects and solutions of .NET: ``*.csproj``, ``*.fsproj``, ``*.vbproj``, ``*.sln``, ``*.slnx``, and what all
projects below a folder have in common: ``Directory.Build.props``, ``Directory.Build.targets``, and other
``.props`` and ``.targets`` that they import.

A file of another project that is compiled into this one, or an assembly that lies somewhere, is a dependency by path.
Format: https://learn.microsoft.com/en-us/visualstudio/msbuild/msbuild-project-file-schema-reference and
https://learn.microsoft.com/en-us/visualstudio/extensibility/internals/solution-dot-sln-file . Paths get the slashes
that every other file of a workspace has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._manifests import Scope
from boundary.extractors._xml import Element, read
from boundary.facts import Dependency, Import, Package
from boundary.source import Source

FORMAT = "dotnet"

_PROJECT = re.compile(r"\.(?:cs|fs|vb)proj$", re.IGNORECASE)
_COMMON = re.compile(r"(?:^|/)Directory\.(?:Build|Packages)\.(?:props|targets)$", re.IGNORECASE)
_SHARED = re.compile(r"\.(?:props|targets)$", re.IGNORECASE)
"""What projects import: paths there count from the project, unless they say that they are the file's own."""
_HERE = re.compile(r"\$\(MSBuildThisFileDirectory\)/?", re.IGNORECASE)
"""The folder of the file, with a slash behind it."""
_PROPERTY = re.compile(r"\$\(([A-Za-z_]\w*)\)")
_PATTERN = re.compile(r"[^/]*[*?].*")
_SOLUTION = re.compile(r"\.slnx?$", re.IGNORECASE)
_MEMBER = re.compile(r'^Project\("\{[^"]*\}"\)\s*=\s*"[^"\n]*",\s*"([^"\n]+\.\w+proj)"', re.MULTILINE | re.IGNORECASE)
_SERVING = ("Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker", "Aspire.AppHost.Sdk")
_TESTING = frozenset(("Microsoft.NET.Test.Sdk", "MSTest", "xunit", "xunit.v3", "NUnit", "TUnit"))


def matches(path: str) -> bool:
    """Project and solution files, by their endings; common parts by their names."""
    return any(kind.search(path) is not None for kind in (_PROJECT, _SOLUTION, _SHARED))


def extract(source: Source) -> Iterator[Package | Dependency | Import]:
    """The project with what it references, or the solution with its projects as members."""
    if _SOLUTION.search(source.path):
        members = _members(source)
        if members:
            yield Package("nuget", PurePosixPath(source.path).stem, members=members)
        return
    root = read(source.data)
    if root.name != "Project":
        return
    shared = _SHARED.search(source.path) is not None
    if not shared:
        yield _package(root, PurePosixPath(source.path).stem)
    tests = _tests(root)
    said = _properties(root, whole=not shared)
    own = shared and not _COMMON.search(source.path)
    for one in _below(root):
        if not own or any(_HERE.search(text) for text in (*one.attributes.values(), *said.values())):
            yield from _item(one, tests, said)


def _members(source: Source) -> tuple[str, ...]:
    if source.path.lower().endswith("x"):
        root = read(source.data)
        found = [one.attributes.get("Path", "") for one in _below(root) if one.name == "Project"]
    else:
        found = _MEMBER.findall(source.text)
    return tuple(_slashes(path) for path in found if path)


def _package(root: Element, stem: str) -> Package:
    names = [next(root.all("PropertyGroup", key), None) for key in ("PackageId", "AssemblyName")]
    said = next((one for one in names if one is not None and one.text and "$(" not in one.text), None)
    return Package(
        "nuget",
        said.text if said is not None else stem,
        root.value("PropertyGroup", "Version"),
        _runs(root),
        line=said.line if said is not None else root.line,
    )


def _properties(root: Element, *, whole: bool) -> dict[str, str]:
    """What the file's own properties are, and that of a project which says where it lies."""
    said = {"msbuildprojectdirectory": "."} if whole else {}
    for one in root.all("PropertyGroup"):
        said |= {each.name.lower(): each.text for each in one.children if each.text}
    return said


def _item(one: Element, tests: bool, said: dict[str, str]) -> Iterator[Dependency | Import]:
    """What one item of a project takes in."""
    include = _PROPERTY.sub(
        lambda found: said.get(found[1].lower(), found[0]), one.attributes.get("Include", "").strip()
    )
    used: Scope = "dev" if tests else "runtime"
    if one.name == "ProjectReference" and include:
        path = _slashes(include)
        yield Dependency("nuget", PurePosixPath(path).stem, origin="path", target=path, scope=used, line=one.line)
    elif one.name == "PackageReference" and include:
        version = one.attributes.get("Version") or one.value("Version")
        yield Dependency("nuget", include, version, scope=_scope(one, tests), line=one.line)
    elif one.name == "Reference" and (hint := one.attributes.get("HintPath") or one.value("HintPath")):
        name = include.partition(",")[0]
        yield Dependency("nuget", name, origin="path", target=_slashes(hint), scope=used, line=one.line)
    elif one.name == "Compile" and (path := _PATTERN.sub("", _slashes(include)).rstrip("/")).startswith("../"):
        yield Dependency("nuget", PurePosixPath(path).stem, origin="path", target=path, scope=used, line=one.line)
    elif one.name == "Using" and include:
        module, _, name = include.rpartition(".")
        alias = one.attributes.get("Alias", "")
        taken = (module, name) if alias else (include, "*")
        yield Import(*taken, alias, everywhere=True, line=one.line)


def _scope(one: Element, tests: bool) -> Scope:
    if tests:
        return "dev"
    private = one.attributes.get("PrivateAssets") or one.value("PrivateAssets")
    return "build" if private.lower() == "all" else "runtime"


def _runs(root: Element) -> bool | None:
    """A web or worker project and an executable run, a plain project is a library by default; tests, and what
    people install, are neither."""
    used = _kits(root)
    kind = root.value("PropertyGroup", "OutputType").lower()
    if _tests(root) or root.value("PropertyGroup", "UseMaui").lower() == "true":
        return None
    if kind == "exe" or (any(kit in _SERVING for kit in used) and kind != "library"):
        return True
    return False if kind == "library" or (not kind and "Microsoft.NET.Sdk" in used) else None


def _kits(root: Element) -> list[str]:
    kits = root.attributes.get("Sdk", "").split(";") + [one.attributes.get("Name", "") for one in root.all("Sdk")]
    return [kit.partition("/")[0].strip() for kit in kits]


def _tests(root: Element) -> bool:
    included = {one.attributes.get("Include", "") for one in root.all("ItemGroup", "PackageReference")}
    said = root.value("PropertyGroup", "IsTestProject").lower() == "true"
    return said or "MSTest.Sdk" in _kits(root) or not included.isdisjoint(_TESTING)


def _below(root: Element) -> Iterator[Element]:
    """All elements, in the order of the file."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += reversed(element.children)


def _slashes(path: str) -> str:
    return _HERE.sub("", path.replace("\\", "/")).removeprefix("./")
