"""Where rule documents are: the shipped ones, wherever the package is installed, and a user's own folders."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

Document = tuple[str, str]
"""A rule document: its path, for messages, and its text."""


def home() -> Traversable:
    """The folder of the shipped rules: inside the installed package (which may be zipped), else in the checkout."""
    inside = files("boundary") / "_rules"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "rules"


def shipped() -> list[Document]:
    """The shipped rule documents, by path."""
    return sorted(_documents(home(), "rules"))


def own(folder: Path, path: str) -> list[Document]:
    """The rule documents in a user's folder, by path; ``path`` is how the folder is called in messages."""
    return sorted(_documents(folder, path))


def _documents(folder: Traversable, path: str) -> Iterator[Document]:
    for one in folder.iterdir():
        inner = f"{path}/{one.name}"
        if isinstance(one, Path) and one.is_symlink():
            continue
        if one.is_dir():
            yield from _documents(one, inner)
        elif one.name.endswith(".md") and one.name != "README.md":
            yield inner, one.read_bytes().decode("utf-8", "replace")
