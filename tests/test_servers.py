"""What a unit is, by its image and name: a service, a database, a broker, a proxy, a tool."""

from __future__ import annotations

import pytest
from reading import read, server, service, shape

RUNS = "FROM python:3.12\nCOPY . /app\nCMD python main.py\n"


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        ("image: 'nginx:1', volumes: ['./proxy/nginx.conf:/etc/nginx/nginx.conf']", ("gateway", ("proxy/nginx.conf",))),
        ("image: nginx", ("gateway", ())),
        ("image: traefik, volumes: ['./proxy:/etc/traefik']", ("gateway", ("proxy",))),
        ("image: 'python:3.12', volumes: ['./proxy:/app'], command: python main.py", ("application", ("proxy",))),
        ("image: grafana/k6", ("load-generator", ())),
        ("image: acme/thing", ("application", ())),
        ("image: '${IMAGE}'", ("application", ())),
        ("build: made", ("gateway", ("made",))),
    ],
)
def test_what_an_image_is_made_into(definition: str, found: tuple[str, tuple[str, ...]]) -> None:
    land = read(
        {
            "compose.yaml": f"services: {{edge-thing: {{{definition}}}}}",
            "proxy/nginx.conf": "events {}\n",
            "proxy/main.py": "",
            "made/Dockerfile": "FROM nginx\nCOPY site.conf /etc/nginx/conf.d/\n",
        }
    )
    edge = service(land, "edge-thing")
    assert (edge.role, edge.roots) == found


@pytest.mark.parametrize(
    "definition",
    [
        "wait: {image: 'busybox', command: sleep 3}",
        "tests: {build: orders, command: pytest}",
        "tests: {image: acme/orders, command: pytest}",
        "helper: {image: 'python:3.12', command: python -c 1}",
        "orders-extra: {environment: {A: b}}",
    ],
)
def test_tools_are_no_services(definition: str) -> None:
    land = read({"compose.yaml": f"services: {{orders: {{build: orders}}, {definition}}}", "orders/Dockerfile": RUNS})
    assert shape(land) == {"orders": ("orders",)}
    assert land.servers == ()


@pytest.mark.parametrize(
    ("image", "identity", "technology", "role"),
    [
        ("bitnami/postgresql:15", "store:x", "postgres", ""),
        ("timescale/timescaledb-ha:pg16", "store:x", "postgres", ""),
        ("eventuateio/eventuate-local-mysql:1", "store:x", "mysql", ""),
        ("acme/rs-mysql-db", "store:x", "mysql", ""),
        ("valkey/valkey", "store:x", "redis", ""),
        ("mcr.microsoft.com/mssql/server:2022-latest", "store:x", "mssql", ""),
        ("redpandadata/redpanda", "broker:x", "kafka", ""),
        ("hashicorp/consul", "registry:x", "consul", ""),
        ("hashicorp/vault", "config-server:x", "vault", ""),
        ("traefik:v3", "gateway:x", "traefik", ""),
        ("otel/opentelemetry-collector-contrib", "service:x", "otel-collector", "infrastructure"),
        ("datadog/agent:7", "service:x", "datadog", "infrastructure"),
        ("acme/our-jaeger", "service:x", "jaeger", "infrastructure"),
    ],
)
def test_servers_by_their_images(image: str, identity: str, technology: str, role: str) -> None:
    land = read({"compose.yaml": f"services: {{x: {{image: '{image}'}}}}"})
    assert [(one.id, one.technology, one.role) for one in land.servers] == [(identity, technology, role)]


@pytest.mark.parametrize(
    "image",
    ["acme/orders", "acme/redis-proxy", "acme/gift-vault", "acme/mysql-exporter", "acme/agent", "registry:5000/a/b"],
)
def test_images_of_ones_own(image: str) -> None:
    assert read({"compose.yaml": f"services: {{x: {{image: '{image}'}}}}"}).servers == ()


def test_a_server_built_from_a_known_image_is_one_in_every_packaging() -> None:
    land = read(
        {
            "compose.yaml": """
                services:
                  data: {build: data, image: acme/city-data}
                  cities: {build: cities}
                """,
            "data/Dockerfile": "FROM mysql:8\nENV MYSQL_DATABASE=cities\n",
            "cities/Dockerfile": RUNS,
            "k8s/data.yaml": """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: data}
                spec: {template: {spec: {containers: [{name: data, image: acme/city-data}]}}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: cities}
                spec: {template: {spec: {containers: [{name: cities, image: acme/cities}]}}}
                """,
        }
    )
    data = server(land, "data")
    assert (data.technology, data.databases, len(data.units)) == ("mysql", ("cities",), 2)
    assert data.names == ("city-data",)
    assert sorted(shape(land)) == ["cities"]


def test_servers_of_unrelated_projects_are_different_ones() -> None:
    def compose(name: str) -> str:
        return f"services: {{{name}: {{build: ./{name}}}, db: {{image: postgres}}, logs: {{image: fluentd}}}}"

    land = read(
        {
            ".github/CODEOWNERS": "* @acme/all\n",
            "a/compose.yaml": compose("orders"),
            "a/orders/Dockerfile": RUNS,
            "b/compose.yaml": compose("stock"),
            "b/stock/Dockerfile": RUNS,
        }
    )
    assert [one.id for one in land.servers] == ["service:logs", "store:db@a", "store:db@b"]


def test_containers_of_one_pod_are_one_deployable_with_servers_beside_it() -> None:
    land = read(
        {
            "k8s.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: cart, namespace: shop}
                spec:
                  template:
                    spec:
                      initContainers: [{name: setup, image: acme/setup}]
                      containers:
                        - {name: agent, image: datadog/agent}
                        - {name: sync, image: acme/cart-sync}
                        - {name: cart, image: acme/cart}
                        - {name: cache, image: redis}
                ---
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: tidy}
                spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: tidy, image: acme/tidy}]}}}}}
                ---
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: watcher}
                spec: {template: {spec: {containers: [{name: watcher, image: acme/watcher}]}}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: memory}
                spec: {template: {spec: {containers: [{name: redis, image: redis}, {name: second, image: memcached}]}}}
                """
        }
    )
    assert [(one.name, one.role) for one in land.services] == [("cart", "application"), ("tidy", "job")]
    assert [unit.image for unit in service(land, "cart").units] == ["acme/cart", "acme/cart-sync"]
    assert {(one.name, one.technology) for one in land.servers} == {
        ("cache", "redis"),
        ("memory", "redis"),
        ("second", "memcached"),
        ("watcher", "watcher"),
    }


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("api-gateway", "gateway"),
        ("web-bff", "gateway"),
        ("load-generator", "load-generator"),
        ("loadgen", "load-generator"),
        ("db-migrate", "job"),
        ("payload", "application"),
        ("download", "application"),
        ("gatewayed", "application"),
    ],
)
def test_roles_by_name(name: str, role: str) -> None:
    assert service(read({"compose.yaml": f"services: {{{name}: {{image: acme/x}}}}"}), name).role == role
