"""Imports of another service's code: looked up as Python does, however they are made to work."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from landscapes import Workspace, land, reasons, service, unit
from linking import ENTITY, GUESS, HIT, PRICING, SHOP, links, load, workspace

from boundary.facts import Dependency, Import, Mount
from boundary.model import Hole, Location, Value
from boundary.resolve.landscape import Library
from boundary.resolve.links import Load, resolve


@dataclass
class Case:
    """An import at line 7 of orders' pricing module, with what makes it work."""

    module: str
    name: str = ""
    loads: list[Load] = field(default_factory=list)
    level: int = 0
    found: list[str] = field(default_factory=list)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Case("app.models", "Book", [load("search", "//orders-service/orders/../../catalog-service", PRICING, 5)],
                          found=HIT), id="path from __file__"),
        pytest.param(Case("app.models", "", [load("search", "/srv/catalog-service", PRICING, 5, first=True)], found=HIT),
                     id="absolute path in front"),
        pytest.param(Case("app.models", "*", [load("search", "../catalog-service", PRICING, 5)], found=HIT),
                     id="relative to the working folder"),
        pytest.param(Case("models", "Book", [load("search", "/srv/catalog_service/app/", PRICING, 5)], found=HIT),
                     id="a folder inside the root"),
        pytest.param(Case("app", "models", [load("search", Value.of(Hole("env", "CHECKOUTS"), "/catalog-service"), PRICING, 5)],
                          found=HIT), id="beginning unknown"),
        pytest.param(Case("app.models", "Book", [load("search", "/srv/catalog-service", "orders-service/orders/__init__.py", 2)],
                          found=HIT), id="put on the path elsewhere"),
        pytest.param(Case("app.models", "Book", found=GUESS), id="nothing makes it reachable"),
        pytest.param(Case("app.views", "Book"), id="of a package that has no such module"),
        pytest.param(Case("app.models", "Book", [load("search", "/opt/vendor", PRICING, 5)], found=GUESS), id="another path"),
        pytest.param(Case("orders.config"), id="own package"),
        pytest.param(Case("config", "", [load("search", "/srv/orders-service/orders", PRICING, 5)]), id="own folder on the path"),
        pytest.param(Case("config", level=1), id="relative"),
        pytest.param(Case("nowhere", level=1), id="relative, to nothing"),
        pytest.param(Case("app.models", "Book", level=4), id="relative, out of the workspace"),
        pytest.param(Case("catalog-service.app.models", "Book", level=3, found=HIT), id="relative, into the neighbour"),
        pytest.param(Case("json"), id="standard library"),
        pytest.param(Case("fastapi", "FastAPI"), id="installed"),
    ],
)  # fmt: skip
def test_import_is_looked_up_as_python_does(case: Case) -> None:
    fact = Import(case.module, case.name, level=case.level, line=7)
    assert links(workspace().add(PRICING, fact), SHOP, *case.loads) == case.found


def test_import_shows_how_it_gets_there() -> None:
    files = workspace().add(PRICING, Import("app.models", "Book", line=7))
    _, edges = resolve(files.files, SHOP, [load("search", "/srv/catalog-service", PRICING, 5)])
    assert reasons(edges[0]) == [
        f"{PRICING}:7 imports app.models.Book",
        f"{PRICING}:5 catalog-service is put on sys.path",
        "catalog-service/app/models.py:1 which is code of catalog-service",
    ]
    assert edges[0].detail == "app.models.Book"


def test_several_names_of_one_line_are_one_import() -> None:
    names = [Import("app.models", name, line=7) for name in ("Book", "Stock")]
    assert links(workspace().add(PRICING, *names)) == GUESS


def test_import_for_type_checkers_counts() -> None:
    files = workspace().add(PRICING, Import("app.models", "Book", line=7, typing=True))
    _, edges = resolve(files.files, SHOP, [load("search", "/srv/catalog-service", PRICING, 5)])
    assert reasons(edges[0])[0].endswith("imports app.models.Book, for type checkers only")


def test_own_package_of_the_same_name_wins() -> None:
    files = workspace().has("orders-service/app/models.py").add(PRICING, Import("app.models", "Book", line=7))
    behind = load("search", "/srv/catalog-service", PRICING, 5)
    assert links(files, SHOP, behind) == []
    assert links(files, SHOP, load("search", "/srv/catalog-service", PRICING, 5, first=True)) == HIT


def test_tests_and_load_generators_may_import() -> None:
    fact = Import("app.models", "Book", line=7)
    path = load("search", "/srv/catalog-service", PRICING, 5)
    assert links(workspace().add(PRICING, fact, mark="test"), SHOP, path) == []
    loader = land(service("catalog-service"), service("orders-service", role="load-generator"))
    assert links(workspace().add(PRICING, fact), loader, path) == []


def test_candidate_needs_exactly_one_other() -> None:
    three = land(service("catalog-service"), service("orders-service"), service("stock-service"))
    files = workspace().has("stock-service/app/models.py").add(PRICING, Import("app.models", "Book", line=7))
    assert links(files, three) == []


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("/srv/checkouts/catalog-service/app/models.py", HIT),
        ("//orders-service/../catalog-service/app/models.py", HIT),
        ("/srv/catalog-service/app/gone.py", []),
        ("plugins/extra.py", []),
        ("//../elsewhere/x.py", []),
    ],
)
def test_module_is_loaded_by_file(target: str, line: list[str]) -> None:
    assert links(workspace().has(PRICING), SHOP, load("file", target, PRICING, 7)) == line


@pytest.mark.parametrize(("name", "line"), [("app.models", GUESS), (".config", []), ("orders.config", [])])
def test_module_is_loaded_by_name(name: str, line: list[str]) -> None:
    assert links(workspace().has(PRICING), SHOP, load("module", name, PRICING, 7)) == line


def test_code_of_a_mounted_folder() -> None:
    mounted = unit("orders", mounts=(Mount("orders", "bind", "catalog-service/app", "/plugins/app"),))
    shop = land(service("catalog-service"), service("orders-service", mounted))
    files = workspace().add(PRICING, Import("models", "Book", line=7))
    assert links(files, shop, load("search", "/plugins/app", PRICING, 5)) == HIT


class TestOneRepository:
    """Services side by side in one repository."""

    FILES = (
        Workspace()
        .add("orders/models.py", ENTITY)
        .has("orders/__init__.py", "reporting/__init__.py")
        .add("reporting/main.py", Import("orders.models", "Order", line=3))
    )

    @pytest.mark.parametrize(
        ("build", "mark"),
        [("", ""), ("orders", ""), ("reporting", " ?"), (None, "")],
        ids=["root", "other", "own", "none"],
    )
    def test_neighbour_counts_when_the_image_can_hold_it(self, build: str | None, mark: str) -> None:
        units = [unit("reporting", build=build)] if build is not None else []
        shop = land(service("orders", repository=""), service("reporting", *units, repository=""))
        assert links(self.FILES, shop) == [f"reporting -> orders import reporting/main.py:3{mark}"]

    def test_folders_outside_the_repository_are_not_searched(self) -> None:
        shop = land(service("orders"), service("reporting"))
        assert links(self.FILES, shop) == []

    def test_declared_package_wins(self) -> None:
        shop = land(service("orders", repository=""), service("reporting", repository=""))
        files = Workspace(list(self.FILES.files)).add("reporting/requirements.txt", Dependency("python", "orders"))
        assert links(files, shop) == []


def test_library_that_a_service_ships_is_its_own() -> None:
    shared = Library("package:common", "common", "libs/common", Location("libs/common/pyproject.toml"),
                     users=("service:catalog-service", "service:orders-service"))  # fmt: skip
    shop = land(service("catalog-service"), service("orders-service"), shared)
    files = workspace().has("libs/common/common/log.py").add(PRICING, Import("common.log", line=7))
    assert links(files, shop) == []


def test_client_inside_the_other_root_is_an_interface() -> None:
    path = load("search", "/srv/catalog-service/clients/python", PRICING, 5)
    client = "catalog-service/clients/python/catalog_api.py"
    files = workspace().add(PRICING, Import("catalog_api", line=7))
    assert links(Workspace(list(files.files)).has(client), SHOP, path) == []
    assert links(Workspace(list(files.files)).add(client, ENTITY), SHOP, path) == HIT
