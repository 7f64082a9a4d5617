"""Linked services of Azure Data Factory and Synapse, as their repositories keep them: whose databases flows read.

One JSON file each, in ``linkedService/``. A linked service is a source as well as a target; one of one's own database
is no matter. See https://learn.microsoft.com/azure/data-factory/concepts-linked-services and /source-control .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import documents
from boundary.facts import Tap
from boundary.model import Hole, Value
from boundary.reading import connectors
from boundary.reading.places import put_in
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "data-factory"

_PLACE = re.compile(r"(?:^|/)linkedService/[^/]+\.json$")
_ENGINES = {
    "AzureSqlDatabase": "mssql", "AzureSqlMI": "mssql", "AzureSqlDW": "mssql", "SqlServer": "mssql",
    "AmazonRdsForSqlServer": "mssql", "AzurePostgreSql": "postgres", "PostgreSql": "postgres",
    "PostgreSqlV2": "postgres", "AzureMySql": "mysql", "MySql": "mysql", "MariaDB": "mysql", "AzureMariaDB": "mysql",
    "MongoDbV2": "mongodb", "MongoDbAtlas": "mongodb", "CosmosDbMongoDbApi": "mongodb", "CosmosDb": "cosmosdb",
    "Oracle": "oracle",
}  # fmt: skip
"""What the databases of a type speak; https://learn.microsoft.com/azure/data-factory/connector-overview ."""

_EXPRESSION = re.compile(r"@\{([^{}]{1,200})\}")


def matches(path: str) -> bool:
    """Files in the folder of linked services."""
    return _PLACE.search(path) is not None


def extract(source: Source) -> Iterator[Tap]:
    """The database of a linked service, nothing for one of files or of computing."""
    for document in documents(source, certain=False):
        said = document.get("properties")
        engine, given = _ENGINES.get(said.get("type").string, ""), said.get("typeProperties")
        place = next((one for key in ("connectionString", "server") if (one := given.get(key)).string), None)
        if engine and place is not None:
            name = document.get("name").string
            yield Tap(name, engine, _address(given, engine), line=place.line, column=place.column)


def _address(given: Node, engine: str) -> Value:
    """A connection text, or the parts that newer versions have in its place."""
    if given.get("connectionString").string:
        return _filled(given.get("connectionString").string)
    host, port, database = (_filled(given.get(key).string) for key in ("server", "port", "database"))
    return connectors.joined(engine, host, port, database)


def _filled(text: str) -> Value:
    return put_in(Value.of(text), _EXPRESSION, lambda found: Hole("unknown", found[1])) if text else Value()
