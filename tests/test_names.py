"""What a host name and a port mean for whom."""

from __future__ import annotations

import pytest
from reading import read, server, service, unit

from boundary.resolve.landscape import Landscape
from boundary.resolve.names import Names

RUNS = "FROM python:3.12\nCOPY . /app\nEXPOSE 7000\nCMD python main.py\n"
SERVES = "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(port=5003)\n"


@pytest.fixture(scope="module")
def land() -> Landscape:
    """Two repositories with a project each that share names, a cluster, and a program that is only started by hand."""
    return read(
        {
            "north/compose.yaml": """
                services:
                  orders:
                    build: ./orders-service
                    container_name: the-orders
                    hostname: orders-host
                    links: ["db:database"]
                    networks: {back: {aliases: [orders-alias]}}
                    ports: ["8080:8000"]
                  web: {image: acme/north-web, ports: ["80:8000"]}
                  db: {image: postgres, ports: ["127.0.0.1:5433:5432"]}
                """,
            "north/orders-service/Dockerfile": RUNS,
            "south/compose.yaml": """
                services:
                  web: {image: acme/south-web, ports: ["80:80"]}
                  db: {image: postgres}
                  stock: {build: stock}
                """,
            "south/stock/Dockerfile": RUNS,
            "south/k8s/mail.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: mailer, namespace: post}
                spec:
                  template:
                    metadata: {labels: {app: mail}}
                    spec: {containers: [{name: mailer, image: acme/mailer, ports: [{containerPort: 2525}]}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: mail, namespace: post}
                spec: {selector: {app: mail}}
                """,
            "east/app.py": SERVES,
        }
    )


@pytest.mark.parametrize(
    ("caller", "host", "port", "found"),
    [
        ("orders", "db", None, "store:db@north"),
        ("orders", "DB.", 5432, "store:db@north"),
        ("stock", "db", None, "store:db@south"),
        ("mailer", "db", None, "store:db@south"),
        ("east", "db", None, None),
        (None, "db", None, None),
        ("orders", "database", None, "store:db@north"),
        ("stock", "database", None, None),
        ("stock", "the-orders", 8000, "service:orders"),
        ("stock", "orders-host", None, "service:orders"),
        ("stock", "orders-alias", None, "service:orders"),
        (None, "orders-service", None, "service:orders"),
        ("stock", "mail", None, "service:mailer"),
        ("orders", "mail", None, "service:mailer"),
        ("orders", "mail.post", None, "service:mailer"),
        ("orders", "mail.post.svc", None, "service:mailer"),
        ("orders", "mail.post.svc.cluster.local", 80, "service:mailer"),
        ("orders", "mail.other.svc.cluster.local", 80, "service:mailer"),
        ("orders", "mailer.post.svc", 80, "service:mailer"),
        ("orders", "nobody.post.svc.cluster.local", 80, None),
        ("orders", "api.example.org", 443, None),
        ("orders", "app", None, None),
        ("orders", "north-web", None, "service:web@north"),
        ("stock", "localhost", 8080, "service:orders"),
        ("stock", "127.0.0.1", 5433, "store:db@north"),
        (None, "[::1]", 5003, "service:east"),
        ("orders", "localhost", 7000, "service:orders"),
        ("stock", "localhost", 7000, "service:stock"),
        ("east", "localhost", 7000, None),
        ("east", "localhost", 2525, "service:mailer"),
        ("east", "localhost", 80, None),
        ("orders", "localhost", 80, "service:web@north"),
        ("orders", "localhost", None, None),
        ("stock", "host.docker.internal", 8080, "service:orders"),
        ("stock", "host.docker.internal", 5003, "service:east"),
        ("orders", "host.docker.internal", 7000, None),
    ],
)
def test_what_a_host_means(land: Landscape, caller: str | None, host: str, port: int | None, found: str | None) -> None:
    named = Names(land).host(host, port, service(land, caller) if caller else None)
    assert (named[0].id if named else None) == found


def test_a_unit_may_ask_and_the_evidence_says_why(land: Landscape) -> None:
    names = Names(land)
    named = names.host("db", 5432, unit(land, "south/compose.yaml:stock"))
    assert named and (named[0].id, str(named[1].location)) == ("store:db@south", "south/compose.yaml:3")
    assert named[1].what == "db is compose service db"
    published = names.host("localhost", 8080, None)
    assert published and published[1].what == "orders publishes port 8080"
    told = names.host("orders-service", None, None)
    assert told and told[1].what == "orders-service is a name of orders"


def test_servers_have_the_repository_that_they_are_declared_in(land: Landscape) -> None:
    names = Names(land)
    assert names.repository(server(land, "db")) == "north"
    assert names.repository(service(land, "stock")) == "south"


def test_without_services_nothing_has_a_repository() -> None:
    land = read({"compose.yaml": "services: {db: {image: postgres, ports: ['${PORT}:5432', '1-2']}}"})
    names = Names(land)
    assert names.repository(server(land, "db")) is None
    assert names.host("db", None, server(land, "db").units[0])
    assert Names(Landscape((), (), (), {})).host("db", 1, None) is None
