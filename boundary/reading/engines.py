"""What the engines of stores and brokers are called in addresses, and which port they listen on unless told.

Names are those of URL schemes, SQLAlchemy dialects, JDBC subprotocols and ODBC drivers; ports are the products' own
defaults (registered ones: https://www.iana.org/assignments/service-names-port-numbers).
"""

from __future__ import annotations

_NAMES = {
    "postgres": "postgres postgresql psql pgsql pg pgx postgis timescaledb timescale timescalegis cockroach "
    "cockroachdb crdb edgedb yugabytedb alloydb",
    "mysql": "mysql mysql2 mysqlx mysqlgis aurora tidb",
    "mariadb": "mariadb",
    "mssql": "mssql sqlserver sqlsrv jtds dblib azuresql",
    "oracle": "oracle oracledb godror oci oci8 oraclegis",
    "sqlite": "sqlite sqlite3 aiosqlite spatialite sqlitecloud libsql",
    "duckdb": "duckdb",
    "h2": "h2",
    "db2": "db2 ibm_db_sa",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "trino": "trino presto",
    "clickhouse": "clickhouse clickhousedb ch",
    "redis": "redis rediss valkey valkeys rediscache rediscluster redis-sentinel sentinel keydb",
    "memcached": "memcached memcache memcache3 pymemcache pylibmc pymemcached memcachedcache",
    "mongodb": "mongodb mongo",
    "cassandra": "cassandra scylla scylladb",
    "elasticsearch": "elasticsearch elastic es opensearch haystack-es",
    "neo4j": "neo4j bolt",
    "couchdb": "couchdb",
    "eventstore": "eventstore esdb kurrentdb kdb",
    "influxdb": "influxdb influx",
    "cosmos": "cosmos cosmosdb",
    "amqp": "amqp amqps pyamqp rabbitmq rabbit librabbitmq",
    "kafka": "kafka plaintext sasl_plaintext sasl_ssl confluent confluentkafka",
    "nats": "nats",
    "mqtt": "mqtt mqtts",
    "stomp": "stomp",
    "pulsar": "pulsar",
    "sqs": "sqs",
    "servicebus": "servicebus azureservicebus sb",
    "s3": "s3 s3a s3n minio",
    "gcs": "gs gcs",
    "azureblob": "abfs abfss wasb wasbs azureblob",
    "zookeeper": "zookeeper zk",
    "etcd": "etcd",
    "consul": "consul",
    "ldap": "ldap ldaps",
    "smtp": "smtp smtps submission",
    "ftp": "ftp ftps sftp",
    "grpc": "grpc grpcs",
    "http": "http https ws wss",
}
_ENGINES = {name: engine for engine, names in _NAMES.items() for name in names.split()}

_PORTS = {
    "postgres": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521, "db2": 50000, "redshift": 5439,
    "trino": 8080, "clickhouse": 9000, "redis": 6379, "memcached": 11211, "mongodb": 27017, "cassandra": 9042,
    "elasticsearch": 9200, "neo4j": 7687, "couchdb": 5984, "eventstore": 2113, "influxdb": 8086, "amqp": 5672,
    "kafka": 9092, "nats": 4222, "mqtt": 1883, "stomp": 61613, "pulsar": 6650, "zookeeper": 2181,
    "etcd": 2379, "consul": 8500, "ldap": 389,
    "smtp": 25, "ftp": 21, "http": 80,
}  # fmt: skip

_SECURED = {
    "https": 443, "wss": 443, "amqps": 5671, "mqtts": 8883, "ldaps": 636, "smtps": 465, "submission": 587,
    "ftps": 990, "sftp": 22,
}  # fmt: skip

_OF_STORES = (
    "postgres", "mysql", "mssql", "oracle", "redis", "memcached", "mongodb", "cassandra", "elasticsearch", "neo4j",
    "couchdb",
)  # fmt: skip
"""Engines of stores whose usual port is nobody else's."""

FILES = frozenset(("sqlite", "duckdb", "h2"))
"""Engines whose database is a file of the program's own machine."""


def of_port(port: str) -> str:
    """The engine of the store that usually listens on a port, "" for none."""
    return next((engine for engine in _OF_STORES if str(_PORTS[engine]) == port), "")


def engine_of(name: str) -> str:
    """The engine that a scheme, dialect or driver means, "" for one that is not known.

    Of ``postgresql+psycopg`` and ``db+postgresql`` the first part that means anything counts; case does not.
    """
    for part in name.lower().split("+"):
        if part in _ENGINES:
            return _ENGINES[part]
    return ""


def default_port(engine: str) -> int | None:
    """The port that an engine listens on unless it is told another, None when there is no such custom."""
    return _PORTS.get(engine)


def port_of_scheme(scheme: str) -> int | None:
    """The default port of a scheme where it is not that of its engine: ``https``, ``amqps`` …"""
    return _SECURED.get(scheme.lower().partition("+")[0])
