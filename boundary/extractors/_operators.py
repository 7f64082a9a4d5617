"""Databases and brokers that operators of a cluster run: what a resource of theirs stands for.

A row is the resource's group and kind: the image whose part it plays, and the names of the Services that the operator
makes of it (``{}`` is the resource's own name). Sources: the reference of each operator's custom resources.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import ChannelDefinition, Container, Setting, Workload
from boundary.model import Value
from boundary.reading.yaml import Node

_ROWS = {
    ("postgresql.cnpg.io", "Cluster"): ("postgres", "{}-rw {}-ro {}-r {}-pooler-rw"),
    ("acid.zalan.do", "postgresql"): ("postgres", "{} {}-repl {}-pooler"),
    ("postgres-operator.crunchydata.com", "PostgresCluster"): ("postgres", "{}-primary {}-ha {}-replicas {}-pgbouncer"),
    ("stackgres.io", "SGCluster"): ("postgres", "{} {}-primary {}-replicas"),
    ("kubedb.com", "Postgres"): ("postgres", "{} {}-replicas {}-pods"),
    ("mysql.oracle.com", "InnoDBCluster"): ("mysql", "{} {}-instances"),
    ("pxc.percona.com", "PerconaXtraDBCluster"): ("mysql", "{}-haproxy {}-proxysql {}-pxc"),
    ("k8s.mariadb.com", "MariaDB"): ("mariadb", "{} {}-primary {}-secondary {}-internal"),
    ("kubedb.com", "MySQL"): ("mysql", "{} {}-pods"),
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): ("mongo", "{}-svc"),
    ("psmdb.percona.com", "PerconaServerMongoDB"): ("mongo", "{}-rs0 {}-mongos"),
    ("kubedb.com", "MongoDB"): ("mongo", "{} {}-pods"),
    ("databases.spotahome.com", "RedisFailover"): ("redis", "rfs-{} rfr-{} rfrm-{} rfrs-{}"),
    ("redis.redis.opstreelabs.in", "Redis"): ("redis", "{} {}-headless"),
    ("redis.redis.opstreelabs.in", "RedisCluster"): ("redis", "{}-leader {}-follower {}-master"),
    ("redis.redis.opstreelabs.in", "RedisReplication"): ("redis", "{} {}-master {}-replica"),
    ("dragonflydb.io", "Dragonfly"): ("redis", "{}"),
    ("rabbitmq.com", "RabbitmqCluster"): ("rabbitmq", "{} {}-nodes"),
    ("kafka.strimzi.io", "Kafka"): ("kafka", "{}-kafka-bootstrap {}-kafka-brokers {}-kafka-external-bootstrap"),
    ("cluster.redpanda.com", "Redpanda"): ("redpanda", "{}"),
    ("jetstream.nats.io", "NatsCluster"): ("nats", "{}"),
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): ("elasticsearch", "{}-es-http {}-es-default"),
    ("opensearch.opster.io", "OpenSearchCluster"): ("opensearch", "{}"),
    ("cassandra.datastax.com", "CassandraDatacenter"): ("cassandra", "{}-service {}-all-pods-service"),
    ("clickhouse.altinity.com", "ClickHouseInstallation"): ("clickhouse", "clickhouse-{}"),
    ("minio.min.io", "Tenant"): ("minio", "{}-hl"),
}


_CHANNELS = {
    ("kafka.strimzi.io", "KafkaTopic"): ("kafka", "topicName"),
    ("platform.confluent.io", "KafkaTopic"): ("kafka", "name"),
    ("cluster.redpanda.com", "Topic"): ("kafka", "topicName"),
    ("rabbitmq.com", "Queue"): ("amqp", "name"),
    ("rabbitmq.com", "Exchange"): ("amqp", "name"),
    ("jetstream.nats.io", "Stream"): ("nats", "name"),
}
"""Resources that create a channel: what its broker speaks, and where it is named other than after the resource."""


def channel(document: Node, kind: str, group: str, name: str) -> Iterator[ChannelDefinition]:
    """The topic or queue that a resource asks an operator for; nothing for another resource."""
    row = _CHANNELS.get((group, kind))
    if row is not None:
        place = document.get("spec", row[1]) or document.get("metadata", "name")
        yield ChannelDefinition(document.get("spec", row[1]).string or name, row[0], line=place.line)


def workload(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Workload | Setting]:
    """The database or broker that a resource asks an operator for; nothing for another resource."""
    row = _ROWS.get((group, kind))
    if row is None or not name:
        return
    place = document.get("metadata", "name")
    names = [one.format(name) for one in row[1].split()]
    space = namespace or "default"
    spelled = [form for one in names for form in (one, f"{one}.{space}", f"{one}.{space}.svc.cluster.local")]
    yield Workload(
        platform="kubernetes",
        kind=kind,
        name=name,
        namespace=namespace,
        containers=(Container(name, Value.of(row[0]), line=place.line),),
        names=tuple(one for one in spelled if one != name),
        line=place.line or document.line,
        column=place.column or document.column,
    )
    yield from _secret(document, kind, group, name, namespace)


def _secret(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Setting]:
    """The address that an operator writes into a secret of its own."""
    if (group, kind) == ("postgresql.cnpg.io", "Cluster"):
        begun = document.get("spec", "bootstrap", "initdb", "database").string or "app"
        secret, user, host = f"{name}-app", document.get("spec", "bootstrap", "initdb", "owner").string or begun, "rw"
    elif (group, kind) == ("postgres-operator.crunchydata.com", "PostgresCluster"):
        first = next(iter(document.get("spec", "users").items), None)
        user = (first.get("name").string if first is not None else "") or name
        begun = next(iter(first.get("databases").strings), "") if first is not None else ""
        secret, begun, host = f"{name}-pguser-{user}", begun or user, "primary"
    else:
        return
    line = document.get("metadata", "name").line or document.line
    where = f"{name}-{host}"
    entries = {"uri": f"postgres://{user}@{where}:5432/{begun}", "host": where, "port": "5432", "dbname": begun,
               "jdbc-uri": f"jdbc:postgresql://{where}:5432/{begun}", "username": user, "user": user}  # fmt: skip
    for key, value in entries.items():
        yield Setting("secret", key, Value.of(value), secret, namespace, line=line)
