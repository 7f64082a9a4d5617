"""Contracts of all kinds found in a folder, a file or a revision, by their endings and by what they say."""

from __future__ import annotations

from pathlib import Path

from boundary import compare_contracts
from boundary.contracts import KINDS

FILES = {
    "orders.yaml": ("asyncapi: 2.6.0\nchannels:\n  a: {subscribe: {message: {payload: {type: string}}}}\n", "string", "integer"),
    "order.avsc": ('{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}', '"string"', '"int"'),
    "shop/schema.graphql": ("type Query { order: String }\n", "String", "Int"),
    "queries.graphql": ("query Order { order }\n", "order }", "orders }"),
    "order.json": ('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}', '"string"', '"integer"'),
    "tsconfig.json": ('{"$schema": "https://json.schemastore.org/tsconfig", "type": "string"}', '"string"', '"integer"'),
    "api/openapi.yaml": (
        "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n"
        "          description: ok\n          content: {application/json: {schema: {type: string}}}\n",
        "type: string",
        "type: integer",
    ),
    "proto/shop/order.proto": (
        'syntax = "proto3";\npackage shop;\nimport "shop/money.proto";\nmessage Order { Money total = 1; }\n',
        "Money total",
        "Coins total",
    ),
    "proto/shop/money.proto": ('syntax = "proto3";\npackage shop;\nmessage Money { int64 units = 1; }\n', "Money", "Coins"),
}  # fmt: skip


def written(folder: Path) -> tuple[Path, Path]:
    for path, (text, old, new) in FILES.items():
        for side, body in (("old", text), ("new", text.replace(old, new))):
            file = folder / side / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")
    return folder / "old", folder / "new"


def test_a_folder_has_contracts_of_every_kind(tmp_path: Path) -> None:
    found = compare_contracts(*written(tmp_path))
    told = {change.id: change.old.path for change in found.changes if change.old and change.level != "info"}
    assert told == {
        "message-type-changed": "orders.yaml",
        "type-mismatch": "order.avsc",
        "field-type-changed": "shop/schema.graphql",
        "response-body-type-changed": "api/openapi.yaml",
        "field-same-type": "proto/shop/order.proto",
    }
    assert {change.old.path for change in found.changes if change.id == "message-type-changed" and change.old} == {
        "orders.yaml",
        "order.json",
    }
    assert len(KINDS) == 7


def test_what_a_file_imports_is_read_below_its_folder(tmp_path: Path) -> None:
    old, new = written(tmp_path)
    (new / "proto/shop/money.proto").write_text(
        'syntax = "proto3";\npackage shop;\nmessage Coins { string units = 1; }\n', encoding="utf-8"
    )
    for side in (old, new):
        (side / "proto/order.proto").write_bytes((side / "proto/shop/order.proto").read_bytes())
    found = compare_contracts(old / "proto/order.proto", new / "proto/order.proto")
    assert [change.id for change in found.changes if change.level == "error"] == ["field-wire-compatible-type"]
    (old / "proto/shop/order.proto").unlink()
    alone = compare_contracts(old / "proto/order.proto", new / "proto/shop/order.proto")
    assert [change.id for change in alone.changes if change.level == "error"] == ["field-wire-compatible-type"]
