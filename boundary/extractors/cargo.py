"""``Cargo.toml``: crates, workspaces and their dependencies (https://doc.rust-lang.org/cargo/reference/manifest.html)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._manifests import Scope, Toml, located, text, texts
from boundary.facts import Dependency, Package
from boundary.source import Source

FORMAT = "cargo"

_TABLES: dict[str, Scope] = {"dependencies": "runtime", "dev-dependencies": "dev", "build-dependencies": "build"}


def matches(path: str) -> bool:
    """A file called ``Cargo.toml``."""
    return PurePosixPath(path).name == "Cargo.toml"


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The crate, or the workspace, then the dependencies. A crate runs when the manifest has a ``[[bin]]``."""
    toml = Toml(source)
    package, workspace = toml.table("package"), toml.table("workspace")
    if package or workspace:
        yield Package(
            "cargo",
            text(package, "name"),
            text(package, "version"),
            True if toml.data.get("bin") else False if toml.table("lib") else None,
            members=texts(workspace.get("members")),
            line=toml.line("package", "name") if package else toml.line("workspace", "members"),
        )
    platforms = [("target", name) for name in toml.table("target")]
    for above in ((), *platforms):
        for key, scope in _TABLES.items():
            for name, written in toml.table(*above, key).items():
                table = written if isinstance(written, dict) else {"version": written}
                line = toml.line(*above, key, name)
                yield located("cargo", text(table, "package") or name, table, line, scope)
