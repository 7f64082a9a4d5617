"""The files of both sides, with what they import as far as it lies below their roots.

An import counts from a folder that only the build knows, so it is looked for from the folder of the file that imports
and from all above it. What only one side has imported is used to understand it, and not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join

from boundary.contracts import files
from boundary.contracts.protobuf import coded
from boundary.contracts.protobuf.declared import File
from boundary.contracts.protobuf.linking import Files
from boundary.contracts.protobuf.parse import parse
from boundary.errors import ContractError

_MOST = 5_000
"""Files of one side; what is imported beyond is left out."""


def load(old: files.Files, new: files.Files) -> tuple[Files, Files]:
    """Both sides; ContractError when a file cannot be read."""
    before, after = _closure(old), _closure(new)
    compared = (before.keys() & after.keys()) | {*old.paths, *new.paths}
    return Files(before.values(), compared), Files(after.values(), compared)


def _closure(side: files.Files) -> dict[str, File]:
    found = {path: _parsed(path, side.text(path)) for path in side.paths}
    ahead = list(found.values())
    for file in ahead:
        for imported in file.imports:
            path = next((one for one in _places(file.path, imported) if one in found or _is_there(side, one)), "")
            if path and path not in found and len(found) < _MOST:
                found[path] = parse(path, side.text(path))
                ahead.append(found[path])
    return found


def _parsed(path: str, text: str) -> File:
    return coded.read(path, text) if path.endswith(coded.ENDING) else parse(path, text)


def _is_there(side: files.Files, path: str) -> bool:
    try:
        side.read(path)
    except ContractError:
        return False
    return True


def _places(importer: str, imported: str) -> Iterator[str]:
    if ".." in imported.split("/"):  # the compiler refuses it, too
        return
    folder = dirname(importer)
    while folder:
        yield join(folder, imported.lstrip("/"))
        folder = dirname(folder)
    yield imported.lstrip("/")
