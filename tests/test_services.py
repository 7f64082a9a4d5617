"""Which services a workspace has: what deployments, images and manifests tell, and how they meet."""

from __future__ import annotations

import pytest
from reading import facts, read, service, shape

from boundary.config import Config, ServiceConfig
from boundary.facts import Dependency, FileFacts, Package
from boundary.resolve.services import landscape

RUNS = "FROM python:3.12\nCOPY . /app\nCMD python main.py\n"


def test_a_service_for_each_build_folder_and_a_server_for_each_known_image() -> None:
    land = read(
        {
            "platform/compose.yaml": """
                services:
                  orders:
                    build: ../orders-service
                    hostname: orders-host
                  orders-db:
                    image: docker.io/library/postgres:16@sha256:abc
                    environment: {POSTGRES_DB: shop}
                  queue:
                    image: rabbitmq:3-management
                """,
            "orders-service/Dockerfile": RUNS,
            "orders-service/main.py": "print(1)\n",
        }
    )
    orders = service(land, "orders")
    assert orders.id == "service:orders"
    assert orders.roots == ("orders-service",)
    assert set(orders.names) == {"orders-host", "orders-service"}
    assert (orders.language, orders.role, orders.repository) == ("python", "application", "orders-service")
    assert str(orders.location) == "platform/compose.yaml:2"
    assert orders.evidence[0].what == "compose service orders builds orders-service"
    assert [(one.id, one.kind, one.technology, one.databases) for one in land.servers] == [
        ("broker:queue", "broker", "rabbitmq", ()),
        ("store:orders-db", "store", "postgres", ("shop",)),
    ]
    assert land.services_of("orders-service/main.py") == ("service:orders",)
    assert land.services_of("platform/compose.yaml") == ()


def test_units_of_one_build_folder_are_one_service_called_after_what_they_share() -> None:
    land = read(
        {
            "compose.yaml": """
                services:
                  mail-api: {build: mail, command: uvicorn mail.api:app}
                  mail-worker: {build: mail, command: celery worker}
                  mail-migrate: {build: mail, command: alembic upgrade head}
                  web: {build: site}
                  beat: {build: site, command: celery beat}
                """,
            "mail/Dockerfile": RUNS,
            "site/Dockerfile": RUNS,
        }
    )
    assert shape(land) == {"mail": ("mail",), "site": ("site",)}
    assert [unit.name for unit in service(land, "mail").units] == ["mail-api", "mail-worker", "mail-migrate"]


def test_units_that_start_programs_of_their_own_names_are_services_of_their_own() -> None:
    land = read(
        {
            "compose.yaml": """
                services:
                  geo: {build: ., image: town, command: python -m town.geo}
                  rates: {build: ., image: town, command: python -m town.rates}
                """,
            "k8s.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: rates}
                spec: {template: {spec: {containers: [{name: rates, image: town, command: [python, -m, town.rates]}]}}}
                """,
            "Dockerfile": RUNS,
            "town/geo/__init__.py": "",
            "town/rates.py": "",
            "town/common.py": "",
        }
    )
    assert shape(land) == {"geo": ("town/geo",), "rates": ("town/rates.py",)}
    assert len(service(land, "rates").units) == 2
    assert "town" not in service(land, "geo").names
    assert land.services_of("town/geo/__init__.py") == ("service:geo",)
    assert land.services_of("town/common.py") == ("service:geo", "service:rates")
    assert land.services_of("elsewhere/x.py") == ("service:geo", "service:rates")


def test_an_image_of_several_programs_holds_what_is_copied_into_it() -> None:
    compose = "services: {geo: {build: ., command: geo}, rates: {build: ., command: rates}}"
    land = read(
        {
            "compose.yaml": compose,
            "Dockerfile": "FROM golang\nCOPY cmd ./\nCOPY tuning ./\nENTRYPOINT geo\n",
            "tuning/x.py": "",
            "cmd/geo/deploy.yaml": "",
            "try.py": "",
        }
    )
    assert shape(land) == {"geo": (), "rates": ()}
    assert land.services_of("tuning/x.py") == ("service:geo", "service:rates")
    assert land.services_of("try.py") == ()


def test_packagings_meet_by_name_image_and_folder() -> None:
    land = read(
        {
            "compose.yaml": """
                services:
                  carts: {image: acme/shop-basket:1}
                  basket: {image: acme/shop-basket:2}
                  ratings: {image: acme/shop-ratings}
                """,
            "deploy/ratings.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: ratings}
                spec: {template: {spec: {containers: [{name: main, image: registry.acme.dev/ratings:7}]}}}
                """,
            "basket/src/Dockerfile": RUNS,
            "ratings/Dockerfile": RUNS,
        }
    )
    assert shape(land) == {"basket": ("basket/src",), "ratings": ("ratings",)}
    assert set(service(land, "basket").names) == {"carts", "shop-basket"}
    assert len(service(land, "ratings").units) == 2


def test_the_same_name_in_unrelated_repositories_is_two_services() -> None:
    files = {f"{at}/compose.yaml": "services: {web: {build: ./web}}" for at in ("north", "south")}
    land = read(files | {f"{at}/web/Dockerfile": RUNS for at in ("north", "south")})
    assert [(one.id, one.roots) for one in land.services] == [
        ("service:web@north/web", ("north/web",)),
        ("service:web@south/web", ("south/web",)),
    ]


@pytest.mark.parametrize(
    ("unit", "north", "south", "count"),
    [
        ("orders", "image: 'north.acme.dev/orders:1'", "image: acme/orders", 1),
        ("orders", "build: .", "image: acme/orders", 1),
        ("orders", "build: .", "image: acme/shop-orders", 1),
        ("orders", "build: .", "image: '${IMAGE}'", 1),
        ("orders", "build: .", "image: acme/other", 2),
        ("orders", "image: acme/x, volumes: ['.:/app']", "build: .", 2),
        ("orders", "image: acme/north", "image: acme/south", 2),
        ("web", "build: .", "image: acme/south-web", 2),
        ("web", "build: .", "image: acme/web", 1),
    ],
)
def test_units_of_two_repositories_are_one_service_when_their_images_agree(
    unit: str, north: str, south: str, count: int
) -> None:
    files = {
        f"{at}/compose.yaml": f"services: {{{unit}: {{{what}}}}}" for at, what in (("north", north), ("south", south))
    }
    land = read(files | ({"north/Dockerfile": RUNS} if "build" in north else {}))
    assert len(land.services) == count


def test_alternatives_under_one_unit_name_and_versions_beside_it_are_one_service() -> None:
    land = read(
        {
            "deploy/docker-compose-a.yml": "services: {ads: {build: ../ads-service}}",
            "deploy/docker-compose-b.yml": "services: {ads: {build: ../ads-service-fixed}}",
            "ads-service/Dockerfile": RUNS,
            "ads-service-fixed/Dockerfile": RUNS,
            "ads-service-v2/Dockerfile": RUNS,
            "advice/Dockerfile": RUNS,
        }
    )
    assert shape(land) == {"ads": ("ads-service", "ads-service-fixed", "ads-service-v2"), "advice": ("advice",)}


def test_workloads_behind_one_cluster_service_are_versions_of_one_service() -> None:
    def deployment(name: str, track: str) -> str:
        return f"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {{name: {name}}}
            spec:
              template:
                metadata: {{labels: {{app: ads, shop: "yes", track: {track}}}}}
                spec: {{containers: [{{name: {name}, image: acme/{name}}}]}}
            """

    land = read(
        {
            "k8s/ads.yaml": deployment("ads", "old"),
            "k8s/ads2.yaml": deployment("ads2", "new"),
            "k8s/other.yaml": deployment("other", "x").replace("app: ads", "app: other"),
            "k8s/service.yaml": """
                apiVersion: v1
                kind: Service
                metadata: {name: ads}
                spec: {selector: {app: ads}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: all-of-it}
                spec: {selector: {shop: "yes"}}
                """,
        }
    )
    assert sorted(shape(land)) == ["ads", "other"]
    assert "all-of-it" not in service(land, "ads").names


def test_folders_that_nobody_deploys_here_are_services_when_they_start_something() -> None:
    land = read(
        {
            "compose.yaml": "services: {orders: {build: orders}}",
            "orders/Dockerfile": RUNS,
            "orders/worker/Dockerfile": RUNS,
            "stock/Dockerfile": RUNS,
            "base/Dockerfile": "FROM python:3.12 AS base\nRUN pip install flask\n",
            "site/Dockerfile": "FROM nginx\nCOPY html /usr/share/nginx/html\n",
            "tests/Dockerfile": RUNS,
            "e2e-runner/lint/Dockerfile": RUNS,
        }
    )
    assert shape(land) == {"orders": ("orders",), "stock": ("stock",), "site": ("site",)}
    assert [one.what for one in service(land, "stock").evidence] == ["stock/Dockerfile builds an image that runs"]


def test_an_image_laid_over_a_services_image_is_a_variant_of_it() -> None:
    land = read(
        {
            "compose.yaml": "services: {ads: {image: acme/ads}}",
            "ads/Dockerfile": RUNS,
            "ads-broken/Dockerfile": "FROM acme/ads:1\nCOPY bad.patch .\n",
        }
    )
    assert shape(land) == {"ads": ("ads", "ads-broken")}


@pytest.mark.parametrize(
    ("dockerfile", "root"),
    [
        ("services/stock/Dockerfile", "services/stock"),
        ("docker/stock.Dockerfile", "services/stock"),
        ("docker/other/Dockerfile", ""),
    ],
)
def test_the_code_of_an_image_is_where_its_dockerfile_says(dockerfile: str, root: str) -> None:
    copied = "COPY services/stock /app\nCOPY libs/shared /libs\n" if "stock" in dockerfile else "COPY . /app\n"
    land = read(
        {
            "compose.yaml": f"services: {{inventory: {{build: {{context: ., dockerfile: {dockerfile}}}}}}}",
            dockerfile: f"FROM python:3.12\n{copied}CMD python main.py\n",
            "docker/till.Dockerfile": "FROM python:3.12\nCOPY services/till /app\nCMD python main.py\n",
            "services/stock/main.py": "",
            "services/till/main.py": "",
            "libs/shared/log.py": "",
        }
    )
    assert service(land, "inventory").roots == (root,)
    if root:
        assert shape(land)["till"] == ("services/till",)
        assert land.services_of("libs/shared/log.py") == ("service:inventory",)


def test_packages_that_say_that_they_run_are_services_and_a_repositorys_tooling_is_none() -> None:
    land = read(
        {"orders/Dockerfile": RUNS},
        FileFacts("package.json", (Package("npm", "tooling", runs=True),)),
        FileFacts("orders/pyproject.toml", (Package("python", "quire-orders"),)),
        FileFacts(
            "gift/pyproject.toml", (Package("python", "gift-cards", runs=True, line=3), Dependency("python", "fastapi"))
        ),
        FileFacts("quiet/pyproject.toml", (Package("python", "quiet"),)),
    )
    assert shape(land) == {"orders": ("orders",), "gift": ("gift",)}
    assert service(land, "orders").names == ("quire-orders",)
    assert str(service(land, "gift").location) == "gift/pyproject.toml:3"


def test_a_package_that_starts_most_others_is_their_host_and_no_service() -> None:
    names = ("orders", "stock", "mail")
    needs = tuple(
        Dependency("nuget", name, origin="path", target=f"../{name}/{name}.csproj") for name in (*names, "common")
    )
    land = read(
        {},
        FileFacts("host/host.csproj", (Package("nuget", "host", runs=True), *needs)),
        FileFacts("common/common.csproj", (Package("nuget", "common", runs=False),)),
        FileFacts("few/few.csproj", (Package("nuget", "few", runs=True), *needs[:2])),
        *(FileFacts(f"{name}/{name}.csproj", (Package("nuget", name, runs=True),)) for name in names),
    )
    assert sorted(shape(land)) == ["few", "mail", "orders", "stock"]
    assert service(land, "mail").language == "csharp"


def test_beside_what_is_deployed_a_start_script_needs_a_server() -> None:
    def script(name: str, *needs: str) -> FileFacts:
        dependencies = tuple(Dependency("npm", one) for one in needs)
        return FileFacts(f"{name}/package.json", (Package("npm", name, runs=True), *dependencies))

    packages = (script("tool", "axios"), script("site", "express"))
    deployed = {".github/CODEOWNERS": "* @acme/all\n", "orders/Dockerfile": RUNS}
    assert sorted(shape(read({}, *packages))) == ["site", "tool"]
    assert sorted(shape(read(deployed, *packages))) == ["orders", "site"]


def test_the_configuration_names_services_and_adds_them() -> None:
    files = {"compose.yaml": "services: {o: {build: orders}}", "orders/Dockerfile": RUNS, "plain/main.py": ""}
    declared = (
        ServiceConfig("ordering", root="orders", line=2),
        ServiceConfig("plain", root="plain", line=5),
        ServiceConfig("elsewhere", line=9),
    )
    land = read(files, services=declared)
    assert shape(land) == {"elsewhere": (), "ordering": ("orders",), "plain": ("plain",)}
    assert str(service(land, "plain").location) == "boundary.toml:5"
    assert read(files, services=(ServiceConfig("o", root="plain"),)).services[0].roots == ("plain", "orders")


def test_files_of_tests_and_of_others_vote_for_nothing() -> None:
    files = facts({"vendor/thing/compose.yaml": "services: {x: {image: acme/x}}", "examples/a/Dockerfile": RUNS})
    assert landscape(files, Config()).services == ()
    assert landscape([], Config()).homes == {}


def test_told_repositories_count_more_than_guessed_ones() -> None:
    files = facts({"group/orders/compose.yaml": "services: {orders: {build: .}}", "group/orders/Dockerfile": RUNS})
    assert landscape(files, Config()).services[0].repository == "group"
    assert landscape(files, Config(), ["group/orders"]).services[0].repository == "group/orders"
