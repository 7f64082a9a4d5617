"""Contracts of a workspace at two moments: which document is which, and what cannot be compared."""

from __future__ import annotations

from boundary.contracts.workspace import Side, changes
from boundary.discover import Memory
from boundary.facts import Contract, FileFacts
from boundary.gather import gather

TITLE = "Stock"


def api(*fields: str, title: str = TITLE, schema: str = "") -> str:
    listed = "".join(f"                  {field}: {{type: string}}\n" for field in fields)
    inner = schema or f"{{type: object, required: [{', '.join(fields)}]}}\n                properties:\n{listed}"
    body = (
        f"{inner}" if schema else f"\n                type: object\n                required: [{', '.join(fields)}]\n"
    )
    body += "" if schema else f"                properties:\n{listed}"
    return (
        f'openapi: 3.0.3\ninfo: {{title: {title}, version: "1"}}\npaths:\n  /items:\n    get:\n      responses:\n'
        f'        "200":\n          description: items\n          content:\n            application/json:\n'
        f"              schema: {body}\n"
    )


def side(files: dict[str, str]) -> Side:
    data = {path: text.encode() for path, text in files.items()}
    return Side("then", gather(Memory(files), 1).files, data.get, sorted(files))


def ids(old: dict[str, str], new: dict[str, str]) -> list[str]:
    found, problems = changes(side(old), side(new))
    assert problems == ()
    return [change.id for change in found if change.level == "error"]


def test_the_same_document_and_one_that_changed() -> None:
    assert ids({"a/api.yaml": api("sku", "count")}, {"a/api.yaml": api("sku", "count")}) == []
    assert len(ids({"a/api.yaml": api("sku", "count")}, {"a/api.yaml": api("sku")})) == 1


def test_a_document_that_moved_is_known_by_its_title_its_name_or_its_folder() -> None:
    old = {"a/api.yaml": api("sku", "count")}
    other = {"z/other.yaml": api("x", title="Halls")}
    assert len(ids(old, {"b/c/new.yaml": api("sku"), **other})) == 1
    assert len(ids(old, {"b/api.yaml": api("sku", title="Stock 2"), **other})) == 1
    assert len(ids(old, {"a/v2.yaml": api("sku", title="Stock 2"), **other})) == 1


def test_a_document_that_is_gone_takes_its_operations_along() -> None:
    gone = ids({"a/api.yaml": api("sku")}, {"z/one.yaml": api("x", title="A"), "z/two.yaml": api("x", title="B")})
    assert len(gone) == 1
    assert "removed" in gone[0]


def test_what_a_document_refers_to_counts() -> None:
    old = {
        "a/api.yaml": api(schema='{$ref: "item.yaml"}'),
        "a/item.yaml": "type: object\nrequired: [sku]\nproperties: {sku: {type: string}}\n",
    }
    new = {**old, "a/item.yaml": "type: object\nproperties: {sku: {type: string}}\n"}
    assert len(ids(old, new)) == 1
    assert ids(old, old) == []


def test_proto_files_are_compared_all_at_once() -> None:
    service = 'syntax = "proto3";\npackage a;\nimport "item.proto";\nservice S { rpc Find(Item) returns (Item); }\n'
    item = 'syntax = "proto3";\npackage a;\nmessage Item { string sku = 1; }\n'
    old = {"s.proto": service, "item.proto": item}
    assert ids(old, {**old, "item.proto": item.replace("string sku", "int64 sku")}) != []
    assert (
        ids(old, {"s.proto": service.replace('import "item.proto";\n', "") + "message Item { string sku = 1; }\n"})
        == []
    )


def test_schemas_of_events_that_no_extractor_reads() -> None:
    record = '{"type": "record", "name": "Moved", "fields": [{"name": "sku", "type": "string"}]}'
    wider = record.replace('"string"', '"int"')
    assert ids({"e/moved.avsc": record}, {"e/moved.avsc": wider}) != []
    assert ids({"e/moved.avsc": record}, {"e/moved.avsc": record, "e/new.avsc": wider}) == []


def test_a_kind_that_nobody_compares_and_documents_of_tests() -> None:
    facts = [FileFacts("a/stock.wsdl", (Contract("wsdl", "Stock"),))]
    sides = [side({"a/stock.wsdl": text})._replace(files=facts) for text in ("one", "two")]
    assert changes(sides[0], sides[1]) == ((), ())
    assert ids({"tests/api.yaml": api("sku", "count")}, {"tests/api.yaml": api("sku")}) == []


def test_schemas_that_find_types_by_name_are_compared_together() -> None:
    thrift = "service Stock { i32 count(1: string sku) }\n"
    assert ids({"a/stock.thrift": thrift}, {"a/stock.thrift": thrift.replace("count", "size")}) == ["method-removed"]
    query, item = "type Query { item: Item }\n", "type Item { sku: ID! }\n"
    one, two = {"a/q.graphql": query, "a/i.graphql": item}, {"a/q.graphql": query + item}
    assert ids(one, two) == []
    assert ids(one, {**one, "a/i.graphql": item.replace("sku", "id")}) == ["field-removed"]


def test_what_cannot_be_compared_is_said() -> None:
    good, bad = api(schema='{$ref: "item.yaml"}'), "type: object\n"
    _, problems = changes(side({"a/api.yaml": good, "a/item.yaml": bad}), side({"a/api.yaml": good}))
    assert [(one.kind, one.location.path) for one in problems] == [("contract", "a/api.yaml")]
    assert "cannot be compared with what it was at then" in problems[0].what
    _, problems = changes(side({"a/api.yaml": good}), side({"a/api.yaml": good, "a/item.yaml": bad}))
    assert problems == ()


RATES = (
    'syntax = "proto3";\npackage inn.v1;\nservice Rates {{ rpc Get(Ask) returns (Rate); }}\n'
    "message Ask {{ string room = 1; }}\nmessage Rate {{ int64 cents = 1; {} }}\n"
)


def test_copies_of_schemas_are_compared_each_with_itself() -> None:
    whole, less = RATES.format("string currency = 2;"), RATES.format("")
    copies = {"desk/protos/rates.proto": whole, "kiosk/rates.proto": whole}
    found, _ = changes(side({"rates/rates.proto": whole, **copies}), side({"rates/rates.proto": less, **copies}))
    assert [(one.level, one.old.path if one.old else "") for one in found] == [("error", "rates/rates.proto")]
    assert ids({"rates/rates.proto": whole}, {"rates/rates.proto": whole, **copies}) == []


def test_what_moves_beside_copies_has_not_gone() -> None:
    rate, ask = RATES.format(""), 'syntax = "proto3";\npackage inn.v1;\nmessage Ask { string room = 1; }\n'
    rest = rate.replace("message Ask { string room = 1; }\n", 'import "ask.proto";\n')
    old = {"rates/rates.proto": rate, "kiosk/protos/rates.proto": rate}
    assert ids(old, {"rates/rates.proto": rest, "rates/ask.proto": ask, "kiosk/protos/rates.proto": rate}) == []
