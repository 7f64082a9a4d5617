"""Gradle's version catalogues in files of their own: ``gradle/libs.versions.toml``.

Libraries, bundles and plug-ins in all spellings, with their versions where the file tells them
(https://docs.gradle.org/current/userguide/version_catalogs.html#sec:version-catalog-declaration).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from boundary.extractors._manifests import Toml, text, texts
from boundary.facts import BuildAlias
from boundary.source import Source

FORMAT = "gradle-catalogue"


def matches(path: str) -> bool:
    """``*.versions.toml``, and whatever TOML lies in a folder ``gradle``."""
    where = PurePosixPath(path)
    return path.endswith(".versions.toml") or (where.suffix == ".toml" and where.parent.name == "gradle")


def extract(source: Source) -> Iterator[BuildAlias]:
    """The entries, in the order libraries, bundles, plug-ins."""
    toml = Toml(source)
    versions = toml.table("versions")
    for alias, written in toml.table("libraries").items():
        module = text(written, "module") or f"{text(written, 'group')}:{text(written, 'name')}"
        whole = written if isinstance(written, str) else _versioned(module, written, versions)
        if not whole.startswith(":"):
            yield BuildAlias("", alias, "library", (whole,), line=toml.line("libraries", alias))
    for alias, members in toml.table("bundles").items():
        yield BuildAlias("", alias, "bundle", texts(members), line=toml.line("bundles", alias))
    for alias, written in toml.table("plugins").items():
        name = written.partition(":")[0] if isinstance(written, str) else text(written, "id")
        if name:
            yield BuildAlias("", alias, "plugin", (name,), line=toml.line("plugins", alias))


def _versioned(module: str, written: Any, versions: dict[str, Any]) -> str:
    """The coordinates with the version, which may be named, and may be a table of wishes."""
    version = written.get("version") if isinstance(written, dict) else None
    if isinstance(version, dict) and "ref" in version:
        version = versions.get(text(version, "ref"))
    if isinstance(version, dict):
        version = next((one for key in ("strictly", "require", "prefer") if (one := text(version, key))), None)
    return f"{module}:{version}" if isinstance(version, str) and version else module
