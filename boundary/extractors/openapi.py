"""OpenAPI and Swagger documents: the operations that a service declares, and what is wrong with the document.

Specifications: https://spec.openapis.org/oas/v2.0.html , v3.0, v3.1, v3.2 . A reference to another file or address is
never followed; what it would bring is unknown, and no error of this document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from boundary.extractors._documents import documents, peek
from boundary.extractors._openapi_promises import is_secured, is_unbounded, sunset
from boundary.extractors._openapi_requests import Requests
from boundary.extractors._openapi_tree import follow
from boundary.extractors._openapi_validity import problems
from boundary.facts import Contract, ContractOperation, InvalidContract, Unreadable
from boundary.reading.yaml import MISSING, Node
from boundary.source import Source

FORMAT = "openapi"

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_NAMED = re.compile(r"(?:^|.*[._-])(?:openapi|swagger)(?:[._-].*)?\.(?:ya?ml|json)$", re.IGNORECASE)
_HEAD = re.compile(
    r"""(?:^|\A\s*\{)[ \t]*["']?(?:openapi|swagger)["']?\s*:|["'](?:openapi|swagger)["']\s*:\s*["']\d\.\d""",
    re.MULTILINE,
)
_INTERNAL_TAGS = frozenset(("internal", "admin", "debug"))


def matches(path: str) -> bool:
    """Every YAML and JSON file: content decides, since contracts have any name."""
    return path.lower().endswith((".yaml", ".yml", ".json"))


def extract(source: Source) -> Iterator[Contract | ContractOperation | InvalidContract | Unreadable]:
    """The contract, its operations in their order, then what is invalid."""
    certain = _NAMED.match(PurePosixPath(source.path).name) is not None
    if not certain and not _HEAD.search(peek(source)):
        return
    for root in documents(source, certain):
        version = _version(root)
        if version:
            yield _contract(root, version)
            yield from _operations(root, version.text)
            yield from problems(root, version.text)


def _version(root: Node) -> Node:
    """The version of the specification that a document claims; ``MISSING`` for one that is no contract."""
    for key in ("openapi", "swagger"):
        version = root.get(key)
        if version.kind == "scalar" and (version.text[:1].isdigit() or root.get("paths") or root.get("info")):
            return version
    return MISSING


def _contract(root: Node, version: Node) -> Contract:
    info = root.get("info")
    servers = _swagger_servers(root) if version.text.startswith("2") else _servers(root)
    return Contract(
        "openapi",
        info.get("title").string,
        info.get("version").string,
        tuple(servers),
        secured=is_secured(root),
        line=version.line,
        column=next(key.column for key, value in root.pairs if value is version),
    )


def _servers(node: Node) -> Iterator[str]:
    """The URLs of ``servers``, variables filled with their defaults; those that are no URL at all are left out."""
    for server in node.get("servers").items:
        url = server.get("url").string
        for name, variable in server.get("variables").pairs:
            url = url.replace(f"{{{name.text}}}", variable.get("default").string or f"{{{name.text}}}")
        if url and _is_url(url):
            yield url


def _swagger_servers(root: Node) -> Iterator[str]:
    host, base = root.get("host").string, root.get("basePath").string
    for scheme in root.get("schemes").strings or ("",) if host else ():
        url = f"{scheme}:" * bool(scheme) + f"//{host}/{base.lstrip('/')}".rstrip("/")
        if _is_url(url):
            yield url
    if base and not host and _is_url(base):
        yield base


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text))
    except ValueError:
        return False


def _operations(root: Node, version: str) -> Iterator[ContractOperation]:
    requests = Requests(root)
    for path, written in root.get("paths").pairs:
        item = follow(root, written)
        if not path.text.startswith("/"):
            continue
        for key, operation in (*item.pairs, *item.get("additionalOperations").pairs):
            additional = item.get("additionalOperations").get(key.text) is operation
            if operation.kind == "mapping" and (additional or key.text in METHODS):
                # An operation that a reference brings has no line of its own under this path.
                place = key if item is written else path
                yield ContractOperation(
                    key.text.upper(),
                    path.text,
                    operation.get("operationId").string,
                    _is_internal(root, item, operation),
                    operation.get("deprecated").flag,
                    requests.required(item, operation, version),
                    _base(operation, item),
                    sunset=sunset(root, operation),
                    unbounded=is_unbounded(root, key.text, item, operation),
                    line=place.line,
                    column=place.column,
                )


def _is_internal(root: Node, item: Node, operation: Node) -> bool:
    marked = (node.get("x-internal") for node in (operation, item, root.get("info"), root))
    said = next((mark for mark in marked if mark), None)
    if said is not None:
        return said.flag
    return not _INTERNAL_TAGS.isdisjoint(tag.lower() for tag in operation.get("tags").strings)


def _base(operation: Node, item: Node) -> str | None:
    """The path of the server that an operation, or its path, has for itself."""
    for node in (operation, item):
        url = next(_servers(node), None)
        if url is not None:
            return urlsplit(url).path
    return None
