"""What schemas of one version mean where others mean something else."""

from __future__ import annotations

import msgspec

from boundary.contracts.documents import Node


class Dialect(msgspec.Struct, frozen=True):
    """How a version of a description writes schemas.

    ``nullable``: null is allowed by a keyword (OpenAPI 3.0) or an extension (Swagger 2). ``flags``: exclusiveMinimum
    and exclusiveMaximum are flags beside a limit. ``siblings``: what stands beside a ``$ref`` counts. ``tuples``: a
    list in ``items`` is what later became ``prefixItems``.
    """

    nullable: str = ""
    flags: bool = False
    siblings: bool = True
    tuples: bool = False


SWAGGER2 = Dialect(nullable="x-nullable", flags=True, siblings=False)
OPENAPI30 = Dialect(nullable="nullable", flags=True, siblings=False)
OPENAPI31 = Dialect()
DRAFT202012 = OPENAPI31
DRAFT7 = Dialect(siblings=False, tuples=True)
DRAFT4 = Dialect(siblings=False, tuples=True, flags=True)


def dialect(root: Node) -> Dialect:
    """The dialect of a document: by its version field (``swagger``, ``openapi``), or by ``$schema``."""
    value = root.value if isinstance(root.value, dict) else {}
    version = str(value.get("openapi") or "")
    if "swagger" in value:
        return SWAGGER2
    if version:
        return OPENAPI30 if version.startswith("3.0") else OPENAPI31
    said = str(value.get("$schema") or value.get("jsonSchemaDialect") or "")
    if any(f"draft-0{number}" in said for number in (3, 4)):
        return DRAFT4
    return DRAFT7 if any(f"draft-0{number}" in said for number in (6, 7)) else DRAFT202012
