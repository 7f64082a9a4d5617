"""Databases and brokers that operators of a cluster run: what a resource of theirs stands for.

A row is the resource's group and kind: the image whose part it plays, the names of the Services that the operator makes
of it, and the labels of its pods (``{}`` is the resource's own name), by which policies and further Services mean them.
Sources: the reference of each operator's custom resources.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.extractors._claims import claimed
from boundary.extractors._operator_secrets import secrets
from boundary.facts import Address, ChannelDefinition, Container, Fact, Setting, Tap, TopicRule, TopicUser, Workload
from boundary.model import Value
from boundary.reading.yaml import Node

_ROWS = {
    ("postgresql.cnpg.io", "Cluster"): (
        "postgres",
        "{}-rw {}-ro {}-r {}-pooler-rw",
        "cnpg.io/cluster={} cnpg.io/podRole=instance cnpg.io/instanceRole=primary role=primary",
    ),
    ("acid.zalan.do", "postgresql"): (
        "postgres",
        "{} {}-repl {}-pooler",
        "application=spilo cluster-name={} spilo-role=master",
    ),
    ("postgres-operator.crunchydata.com", "PostgresCluster"): (
        "postgres",
        "{}-primary {}-ha {}-replicas {}-pgbouncer",
        "postgres-operator.crunchydata.com/cluster={} postgres-operator.crunchydata.com/data=postgres",
    ),
    ("stackgres.io", "SGCluster"): (
        "postgres",
        "{} {}-primary {}-replicas",
        "app=StackGresCluster stackgres.io/cluster-name={} stackgres.io/cluster=true",
    ),
    ("kubedb.com", "Postgres"): (
        "postgres",
        "{} {}-replicas {}-pods",
        "app.kubernetes.io/instance={} app.kubernetes.io/name=postgreses.kubedb.com",
    ),
    ("mysql.oracle.com", "InnoDBCluster"): (
        "mysql",
        "{} {}-instances",
        "component=mysqld tier=mysql mysql.oracle.com/cluster={}",
    ),
    ("pxc.percona.com", "PerconaXtraDBCluster"): (
        "mysql",
        "{}-haproxy {}-proxysql {}-pxc",
        "app.kubernetes.io/instance={} app.kubernetes.io/name=percona-xtradb-cluster",
    ),
    ("k8s.mariadb.com", "MariaDB"): (
        "mariadb",
        "{} {}-primary {}-secondary {}-internal",
        "app.kubernetes.io/instance={} app.kubernetes.io/name=mariadb",
    ),
    ("kubedb.com", "MySQL"): (
        "mysql",
        "{} {}-pods",
        "app.kubernetes.io/instance={} app.kubernetes.io/name=mysqls.kubedb.com",
    ),
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): ("mongo", "{}-svc", "app={}-svc"),
    ("psmdb.percona.com", "PerconaServerMongoDB"): (
        "mongo",
        "{}-rs0 {}-mongos",
        "app.kubernetes.io/instance={} app.kubernetes.io/name=percona-server-mongodb",
    ),
    ("kubedb.com", "MongoDB"): (
        "mongo",
        "{} {}-pods",
        "app.kubernetes.io/instance={} app.kubernetes.io/name=mongodbs.kubedb.com",
    ),
    ("databases.spotahome.com", "RedisFailover"): (
        "redis",
        "rfs-{} rfr-{} rfrm-{} rfrs-{}",
        "app.kubernetes.io/name={} app.kubernetes.io/part-of=redis-failover",
    ),
    ("redis.redis.opstreelabs.in", "Redis"): ("redis", "{} {}-headless", "app={} redis_setup_type=standalone"),
    ("redis.redis.opstreelabs.in", "RedisCluster"): (
        "redis",
        "{}-leader {}-follower {}-master",
        "app={}-leader redis_setup_type=cluster",
    ),
    ("redis.redis.opstreelabs.in", "RedisReplication"): (
        "redis",
        "{} {}-master {}-replica",
        "app={} redis_setup_type=replication",
    ),
    ("dragonflydb.io", "Dragonfly"): ("redis", "{}", "app={} app.kubernetes.io/name=dragonfly"),
    ("rabbitmq.com", "RabbitmqCluster"): (
        "rabbitmq",
        "{} {}-nodes",
        "app.kubernetes.io/name={} app.kubernetes.io/component=rabbitmq",
    ),
    ("kafka.strimzi.io", "Kafka"): (
        "kafka",
        "{}-kafka-bootstrap {}-kafka-brokers {}-kafka-external-bootstrap",
        "strimzi.io/cluster={} strimzi.io/kind=Kafka strimzi.io/name={}-kafka",
    ),
    ("cluster.redpanda.com", "Redpanda"): (
        "redpanda",
        "{}",
        "app.kubernetes.io/instance={} app.kubernetes.io/name=redpanda",
    ),
    ("jetstream.nats.io", "NatsCluster"): ("nats", "{}", "app=nats"),
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): (
        "elasticsearch",
        "{}-es-http {}-es-default",
        "elasticsearch.k8s.elastic.co/cluster-name={} common.k8s.elastic.co/type=elasticsearch",
    ),
    ("opensearch.opster.io", "OpenSearchCluster"): ("opensearch", "{}", "opster.io/opensearch-cluster={}"),
    ("cassandra.datastax.com", "CassandraDatacenter"): (
        "cassandra",
        "{}-service {}-all-pods-service",
        "cassandra.datastax.com/datacenter={}",
    ),
    ("clickhouse.altinity.com", "ClickHouseInstallation"): (
        "clickhouse",
        "clickhouse-{}",
        "clickhouse.altinity.com/chi={}",
    ),
    ("minio.min.io", "Tenant"): ("minio", "{}-hl", "v1.min.io/tenant={}"),
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


def told(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Fact]:
    """What a resource asks an operator or a platform for; nothing for another resource."""
    yield from pool(document, kind, group, name, namespace)
    yield from claimed(document, kind, name, namespace)
    yield from workload(document, kind, group, name, namespace)
    yield from channel(document, kind, group, name)
    yield from user(document, kind, group, name, namespace)


def channel(document: Node, kind: str, group: str, name: str) -> Iterator[ChannelDefinition]:
    """The topic or queue that a resource asks an operator for; nothing for another resource."""
    row = _CHANNELS.get((group, kind))
    if row is not None:
        place = document.get("spec", row[1]) or document.get("metadata", "name")
        yield ChannelDefinition(document.get("spec", row[1]).string or name, row[0], line=place.line)


def user(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[TopicUser]:
    """What a user of Kafka may do with topics; nothing where its rules are not kept by the broker itself."""
    spec = document.get("spec", "authorization")
    if (group, kind) == ("kafka.strimzi.io", "KafkaUser") and spec.get("type").string == "simple":
        rules = (
            TopicRule(
                one.get("resource", "name").string,
                one.get("resource", "patternType").string == "prefix",
                tuple(word.lower() for word in (one.get("operations").strings or one.get("operation").strings)),
                one.get("type").string != "deny",
                one.line,
            )
            for one in spec.get("acls").items
            if one.get("resource", "type").string == "topic" and one.get("resource", "name").string
        )
        yield TopicUser(name, namespace, tuple(rules), line=document.get("metadata", "name").line)


def workload(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Workload | Setting | Tap]:
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
        pod_labels=_labels(document, row[2].replace("{}", name)),
        line=place.line or document.line,
        column=place.column or document.column,
    )
    yield from secrets(document, kind, group, name, namespace)
    if (group, kind) == ("postgresql.cnpg.io", "Cluster"):
        yield from _copied(document, name)


def _copied(document: Node, name: str) -> Iterator[Tap]:
    """The databases that a cluster is begun from, follows or imports.

    See https://cloudnative-pg.io/documentation/current/bootstrap/ and /replica_cluster/ .
    """
    for one in document.get("spec", "externalClusters").items:
        given = one.get("connectionParameters")
        host, place = given.get("host").string, given.get("host") or one
        if host:
            address = f"postgres://{host}:{given.get('port').string or 5432}/{given.get('dbname').string}"
            yield Tap(name, "postgres", Value.of(address), line=place.line, column=place.column)


def _labels(document: Node, told: str) -> tuple[tuple[str, str], ...]:
    """The labels that an operator gives to pods, and those that the resource hands down to them."""
    given = {one.partition("=")[0]: one.partition("=")[2] for one in told.split()}
    for path in (("inheritedMetadata", "labels"), ("metadata", "labels"), ("podMetadata", "labels"), ("labels",)):
        given |= {key.text: value.string for key, value in document.get("spec", *path).pairs if value.string}
    return tuple(given.items())


def pool(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Address]:
    """The Service of connections that are kept for a cluster, which is called after their own resource.

    See https://cloudnative-pg.io/documentation/current/connection_pooling/ .
    """
    cluster = document.get("spec", "cluster", "name").string
    if (group, kind) == ("postgresql.cnpg.io", "Pooler") and cluster:
        line = document.get("metadata", "name").line or document.line
        selector = (("cnpg.io/cluster", cluster),)
        yield Address("kubernetes", name, namespace, selector, ((5432, "5432", 0),), line=line)
