"""Rules and small graphs for tests."""

from __future__ import annotations

from boundary.checks.document import read
from boundary.checks.engine import findings
from boundary.checks.rule import Rule
from boundary.graph import Graph
from boundary.model import Edge, Evidence, Finding, Location, Node

BODY = """
# A title

Why it hurts.

## Bad
```python file=reporting/jobs.py
read("orders")  # finds: OWN001
```
## Good
```python file=reporting/jobs.py
call("orders")
```
## Fix

Do it
better.

If you cannot, say so.
"""

FRONT = """code: OWN001
name: own-rule
clause: data-store
severity: error
message: "{from} reads {to}"
select: {edge: reads, to: {kind: table, owner: other}}"""


def document(front: str = FRONT, body: str = BODY) -> str:
    return f"---\n{front}\n---\n{body}"


def rule(select: str = "", *more: str) -> Rule:
    lines = FRONT.split("\n")[:-1] + ([f"select: {select}"] if select else []) + list(more)
    return read("rules/own.md", document("\n".join(lines)))


def at(path: str, line: int, what: str = "here") -> Evidence:
    return Evidence(Location(path, line), what)


def service(name: str, owner: str | None = None, **more: object) -> Node:
    given = {"location": Location("compose.yaml", 1), "role": "application", **more}
    return Node(f"service:{name}", "service", name, owner=owner, **given)  # type: ignore[arg-type]


ORDERS = service("orders", "ordering")
REPORTING = service("reporting", "insight")
BILLING = service("billing", "ordering")
DATABASE = Node("store:orders-db", "store", "orders-db", keeper="service:orders", technology="postgres")
TABLE = Node(
    "table:orders-db/orders", "table", "orders", keeper="service:orders", parent="store:orders-db",
    location=Location("orders/schema.sql", 3),
)  # fmt: skip
NODES = (ORDERS, REPORTING, BILLING, DATABASE, TABLE)


def read_edge(source: str = "service:reporting", line: int = 7, **more: object) -> Edge:
    given = {"evidence": (at("reporting/jobs.py", line),), **more}
    return Edge(source, TABLE.id, "reads", **given)  # type: ignore[arg-type]


READS = rule("{edge: reads, to: {kind: table, owner: other}}")


def found(graph: Graph, *rules: Rule) -> list[Finding]:
    return findings(graph, rules)
