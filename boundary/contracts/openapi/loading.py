"""A description loaded and tried: what makes it useless as a contract is an error with file, line and pointer."""

from __future__ import annotations

from boundary.contracts.documents import Documents, Node
from boundary.contracts.openapi.description import Description
from boundary.contracts.openapi.swagger import Swagger
from boundary.contracts.openapi.tree import raw
from boundary.errors import ContractError

_KNOWN = ("3.0", "3.1", "3.2")


def load(documents: Documents, path: str) -> Description:
    """The description at a path; ContractError when it is none, or not in a version that is known."""
    root = documents.open(path)
    if not isinstance(root.value, dict):
        raise ContractError("is no contract: the document is not an object", where=f"{path}:1")
    if str(raw(root, "swagger") or "").startswith("2"):
        return _checked(Swagger(root, "2.0"))
    version = ".".join(str(raw(root, "openapi") or "").split(".")[:2])
    if version not in _KNOWN:
        said = raw(root, "openapi") or raw(root, "swagger")
        if said is None:
            raise ContractError("is no contract: it says neither openapi nor swagger", where=f"{path}:1")
        raise ContractError(f"version {said} of OpenAPI is none that is known", where=f"{path}:1")
    return _checked(Description(root, version))


def _checked(description: Description) -> Description:
    for key in ("paths", "webhooks", "components"):
        below = description.root.child(key)
        if below is not None and not isinstance(below.value, dict | None):
            raise ContractError(f"{key} is not an object", where=str(below.place()))
    _items(description.root)
    return description


def _items(root: Node) -> None:
    paths = root.child("paths")
    if paths is None or paths.value is None:
        return
    for path, item in paths.items():
        if not path.startswith("x-") and not isinstance(item.value, dict | None):
            raise ContractError(f"the path {path} is not an object", where=str(item.place()))
