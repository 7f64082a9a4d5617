"""What runs with which values: compose projects put together, Kubernetes workloads, and where each value is set."""

from __future__ import annotations

import pytest
from reading import read, server, service, unit, variables

from boundary.facts import Container, Deployment, FileFacts, Workload
from boundary.model import Value
from boundary.resolve.environment import Budget
from boundary.resolve.landscape import Landscape

RUNS = "FROM python:3.12\nCOPY . /app\nCMD python main.py\n"


def why(land: Landscape, key: str, name: str) -> list[str]:
    """The places of a variable's evidence."""
    binding = next(one for one in unit(land, key).variables if one.name == name)
    return [str(one.location) for one in binding.evidence]


def test_values_are_interpolated_and_say_where_they_come_from() -> None:
    land = read(
        {
            "ops/compose.yaml": """
                name: shop
                services:
                  orders:
                    image: ${REGISTRY}/orders:${TAG:-latest}
                    container_name: ${PREFIX:-shop}-orders
                    env_file: [../orders/deploy/orders.env, ../../outside.env, missing.env]
                    environment:
                      DSN: postgres://${DB_USER}:${DB_PASSWORD:?}@${DB_HOST:-db}/orders
                      MODE: plain
                      SELF: ${SELF}
                      NESTED: ${NESTED}
                      PASSED:
                    ports: ["${PORT}:8000", "${UNSET}:1"]
                """,
            "ops/.env": """
                REGISTRY=acme
                DB_USER=orders
                PORT=8080
                PASSED=yes
                SELF=${SELF}
                NESTED=a-${INNER}
                INNER=b-${MODE_OF_TEST}
                """,
            "orders/deploy/orders.env": "MODE=overridden\nTIMEOUT=30\nHOST=${DB_USER}-host\n",
        }
    )
    key = "ops/compose.yaml:orders"
    orders = unit(land, key)
    assert (orders.project, orders.image, orders.names) == ("shop", "acme/orders:latest", ("shop-orders",))
    assert variables(land, key) == {
        "MODE": "plain",
        "TIMEOUT": "30",
        "HOST": "orders-host",
        "DSN": "postgres://orders:{DB_PASSWORD}@db/orders",
        "SELF": "{SELF}",
        "NESTED": "a-b-{MODE_OF_TEST}",
        "PASSED": "yes",
    }
    assert why(land, key, "DSN") == ["ops/compose.yaml:8", "ops/.env:2"]
    assert why(land, key, "TIMEOUT") == ["orders/deploy/orders.env:2", "ops/compose.yaml:6"]
    assert why(land, key, "PASSED") == ["ops/compose.yaml:12", "ops/.env:4"]
    assert [(str(port.published), str(port.target)) for port in orders.ports] == [("8080", "8000"), ("{UNSET}", "1")]


def test_a_project_is_called_as_its_environment_says() -> None:
    land = read({"a/compose.yaml": "services: {x: {image: acme/x}}", "a/.env": "COMPOSE_PROJECT_NAME=books\n"})
    assert unit(land, "a/compose.yaml:x").project == "books"


def test_extends_follows_files_and_stops_in_circles() -> None:
    land = read(
        {
            "docker-compose.yml": """
                services:
                  api:
                    extends: {file: common/base.yml, service: web}
                    environment: {LEVEL: debug}
                    volumes: ["./here:/here"]
                  gone: {extends: {service: nowhere}, image: acme/gone}
                  round: {extends: {service: trip}, image: acme/round}
                  trip: {extends: {service: round}}
                """,
            "common/base.yml": """
                services:
                  web:
                    build: ../web
                    environment: {LEVEL: info, REGION: eu}
                    volumes: ["./data:/data", "/var/run/docker.sock:/sock", "named:/named", "../../out:/out"]
                    command: serve
                """,
            "web/Dockerfile": RUNS,
        }
    )
    api = unit(land, "docker-compose.yml:api")
    assert (api.build, api.dockerfile, api.command) == ("web", "web/Dockerfile", ("serve",))
    assert variables(land, "docker-compose.yml:api") == {"LEVEL": "debug", "REGION": "eu"}
    assert {mount.target: mount.source for mount in api.mounts} == {
        "/data": "common/data",
        "/sock": "/var/run/docker.sock",
        "/named": "named",
        "/out": "../out",
        "/here": "here",
    }
    assert [one.key for one in service(land, "api").units] == ["docker-compose.yml:api"]
    assert unit(land, "docker-compose.yml:trip").image == "acme/round"


def test_overrides_and_overlays_are_laid_over_the_default_file() -> None:
    land = read(
        {
            "compose.yaml": """
                services:
                  api: {build: api, environment: {A: base, B: base}, command: run, ports: ["80:80"], networks: [one]}
                  db: {image: postgres}
                """,
            "compose.override.yaml": "services: {api: {environment: {A: over}, networks: [two]}}",
            "compose.trace.yaml": "services: {api: {environment: {TRACE: 'on'}}, jaeger: {image: jaegertracing/all-in-one}}",
            "compose.prod.yaml": "services: {api: {image: acme/api, environment: {A: prod}}}",
            "other.yaml": "services: {api: {image: acme/other}}",
            "api/Dockerfile": RUNS,
        }
    )
    assert variables(land, "compose.yaml:api") == {"A": "over", "B": "base"}
    assert variables(land, "compose.trace.yaml:api") == {"A": "over", "B": "base", "TRACE": "on"}
    assert variables(land, "compose.prod.yaml:api") == {"A": "prod", "B": "base"}
    assert variables(land, "other.yaml:api") == {}
    assert unit(land, "compose.yaml:api").networks == ("one", "two")
    assert unit(land, "compose.trace.yaml:jaeger").project == ""
    assert len(server(land, "db").units) == 1
    assert [len(one.units) for one in land.services] == [4]
    assert str(unit(land, "compose.trace.yaml:api").location) == "compose.yaml:2"


def test_included_files_belong_to_the_project_too() -> None:
    land = read(
        {
            "all/compose.yaml": """
                include: [../orders/compose.yaml, {path: [../gone.yaml]}, compose.yaml]
                services:
                  orders: {environment: {PEER: ui}}
                  ui: {image: acme/ui}
                """,
            "orders/compose.yaml": "services: {orders: {build: ., environment: {HOST: '${HOST}'}}}",
            "orders/.env": "HOST=inner\n",
            "orders/Dockerfile": RUNS,
        }
    )
    assert variables(land, "all/compose.yaml:orders") == {"HOST": "inner", "PEER": "ui"}
    assert unit(land, "all/compose.yaml:orders").project == "all"
    assert unit(land, "orders/compose.yaml:orders").project == "orders"
    assert len(service(land, "orders").units) == 2


@pytest.mark.parametrize(
    ("build", "found"),
    [
        ("./api", ("ops/api", "ops/api/Dockerfile")),
        ("{context: .., dockerfile: api/Dockerfile.dev}", ("", "api/Dockerfile.dev")),
        ("{context: '${CODE}', dockerfile: '${FILE}'}", ("lib", None)),
        ("../../outside", (None, None)),
        ("https://github.com/acme/orders.git", (None, None)),
        ("{context: /srv/code}", (None, None)),
        ("'${NOTHING}'", (None, None)),
    ],
)
def test_build_paths_are_relative_to_the_workspace(build: str, found: tuple[str | None, str | None]) -> None:
    land = read(
        {"ops/compose.yaml": f"services: {{x: {{build: {build}, image: acme/x}}}}", "ops/.env": "CODE=../lib\n"}
    )
    only = unit(land, "ops/compose.yaml:x")
    assert (only.build, only.dockerfile) == found


def test_links_waiting_contexts_and_namespaces() -> None:
    land = read(
        {
            "ops/compose.yaml": """
                services:
                  api:
                    build: {context: ../api, additional_contexts: {shared: ../shared, far: ../../far, image: 'docker-image://x'}}
                    links: ["db:database"]
                    depends_on: [db, queue]
                    pid: host
                    labels: {team: "${TEAM:-shop}"}
                  db: {image: postgres}
                """,
            "api/Dockerfile": RUNS,
        }
    )
    api = unit(land, "ops/compose.yaml:api")
    assert api.contexts == (("shared", "shared"),)
    assert api.aliases == (("database", "db"),)
    assert sorted(name for name, _ in api.depends) == ["db", "queue"]
    assert [one.which for one in api.namespaces] == ["pid"]
    assert api.labels == (("team", "shop"),)


def test_what_an_image_sets_counts_where_nobody_else_does() -> None:
    land = read(
        {
            "compose.yaml": "services: {api: {build: api, environment: {A: given}, ports: ['80:8000']}}",
            "api/Dockerfile": """
                ARG VERSION=3.12
                FROM python:$VERSION AS base
                ENV A=image B=one
                FROM node AS ui
                ENV UI=yes
                FROM base
                ARG PLACE=data
                ENV C=$PLACE/$B
                EXPOSE 8000 9000
                CMD python main.py
                """,
        }
    )
    assert variables(land, "compose.yaml:api") == {"A": "given", "B": "one", "C": "data/one"}
    assert why(land, "compose.yaml:api", "C") == ["api/Dockerfile:8"]
    assert [port.target.text for port in unit(land, "compose.yaml:api").ports] == ["8000", "9000"]


CLUSTER = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: orders, namespace: shop, labels: {team: checkout}}
    spec:
      template:
        metadata: {labels: {app: orders}}
        spec:
          containers:
            - name: orders
              image: acme/orders
              envFrom:
                - configMapRef: {name: common}
                - prefix: X_
                  configMapRef: {name: common}
              env:
                - {name: HOST, value: db}
                - {name: DSN, value: "postgres://$(HOST)/orders"}
                - name: LEVEL
                  valueFrom: {configMapKeyRef: {name: common, key: LOG}}
                - name: PASSWORD
                  valueFrom: {secretKeyRef: {name: nowhere, key: pw}}
                - name: NODE
                  valueFrom: {fieldRef: {fieldPath: status.hostIP}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: orders-api, namespace: shop}
    spec: {selector: {app: orders}, ports: [{port: 80, targetPort: 8000}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: elsewhere, namespace: other}
    spec: {selector: {app: orders}}
    """
COMMON = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: common{space}}}\ndata: {{LOG: {level}}}\n"


def test_a_pods_variables_come_out_of_config_maps_and_of_each_other() -> None:
    land = read(
        {
            "k8s/orders.yaml": CLUSTER,
            "k8s/common.yaml": COMMON.format(space="", level="info"),
            "far/common.yaml": COMMON.format(space="", level="debug"),
            "k8s/other.yaml": COMMON.format(space=", namespace: other", level="none"),
        }
    )
    key = "k8s/orders.yaml:Deployment/orders"
    found = variables(land, key)
    assert found == {
        "LOG": "info",
        "X_LOG": "info",
        "LEVEL": "info",
        "HOST": "db",
        "DSN": "postgres://db/orders",
        "PASSWORD": "{nowhere.pw}",
        "NODE": "{status.hostIP}",
    }
    assert why(land, key, "LEVEL") == ["k8s/common.yaml:4", "k8s/orders.yaml:18"]
    assert why(land, key, "DSN") == ["k8s/orders.yaml:17", "k8s/orders.yaml:16"]
    orders = unit(land, key)
    assert orders.project == "kubernetes:shop"
    assert orders.names == ("orders-api", "orders-api.shop", "orders-api.shop.svc", "orders-api.shop.svc.cluster.local")
    assert service(land, "orders").names == ("orders-api",)
    assert service(land, "orders").party.team == "checkout"


def test_workloads_of_one_name_in_two_namespaces_are_two_units() -> None:
    def pod(namespace: str) -> str:
        return f"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {{name: orders, namespace: {namespace}}}
            spec: {{template: {{spec: {{containers: [{{name: x, image: acme/{namespace}}}]}}}}}}
            """

    land = read({"k8s.yaml": pod("one") + "---" + pod("two")})
    units = [unit for one in land.services for unit in one.units]
    assert [(one.key, one.image) for one in units] == [
        ("k8s.yaml:Deployment/orders", "acme/one"),
        ("k8s.yaml:Deployment/orders#2", "acme/two"),
    ]


def test_a_service_names_pods_of_its_own_folder_first() -> None:
    land = read(
        {
            ".github/CODEOWNERS": "* @acme/all\n",
            "one/orders.yaml": CLUSTER,
            "two/orders.yaml": CLUSTER.replace("orders-api", "orders-next"),
            "rest/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: orders}\nspec: {selector: {app: orders}}\n",
        }
    )
    assert "orders-next" not in unit(land, "one/orders.yaml:Deployment/orders").names
    assert "orders.shop" in unit(land, "one/orders.yaml:Deployment/orders").names


def test_files_that_include_each_other_are_read_once() -> None:
    files = {
        f"c{at}.yaml": f"include: [c{(at + 1) % 9}.yaml, c{(at + 2) % 9}.yaml]\nservices: {{x{at}: {{image: acme/x{at}}}}}"
        for at in range(9)
    }
    land = read(files | {"compose.yaml": "include: [c0.yaml]\nservices: {api: {image: acme/api}}"})
    assert len(land.services) == 10
    assert [one.key for one in service(land, "x8").units].count("compose.yaml:x8") == 1


def test_values_that_grow_without_end_are_left_open() -> None:
    layers = "".join(
        f"V{at}={'${V' + str(at + 1) + '}' if at < 7 else 'x'}{('${V' + str(at + 1) + '}') * 99 if at < 7 else ''}\n"
        for at in range(8)
    )
    land = read(
        {
            "compose.yaml": "services: {api: {image: acme/api, environment: {BOMB: '${V0}', FINE: '${V7}'}}}",
            ".env": layers,
            "api/Dockerfile": "FROM python\n" + "ENV A=0123456789\n" + "ENV A=${A}${A}\n" * 40,
            "other.yaml": "services: {more: {build: api}}",
        }
    )
    assert len(variables(land, "compose.yaml:api")["BOMB"]) < 100_000
    assert variables(land, "compose.yaml:api")["FINE"] == "x"
    assert len(variables(land, "other.yaml:more")["A"]) < 100_000


def test_what_many_take_in_has_an_end() -> None:
    budget = Budget(10)
    assert [budget.allows(count) for count in (6, 6, 4, 1)] == [True, False, True, False]


def test_an_override_without_a_container_keeps_the_one_below() -> None:
    over = FileFacts("compose.override.yaml", (Deployment("compose"), Workload("compose", "service", "x")))
    land = read({"compose.yaml": "services: {x: {image: acme/x}}"}, over)
    assert unit(land, "compose.yaml:x").image == "acme/x"


def test_deployments_of_other_platforms_without_containers_are_nothing() -> None:
    file = FileFacts("a.yaml", (Workload("nomad", "job", "x"), Deployment("nomad")))
    assert read({}, file).services == ()
    with_one = Workload("nomad", "job", "x", containers=(Container("x", Value.of("acme/x")),))
    assert read({}, FileFacts("a.yaml", (with_one,))).services[0].units[0].project == "nomad:"
