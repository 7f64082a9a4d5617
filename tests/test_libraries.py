"""Packages that services ship: who uses them, what they are, and whose each file is."""

from __future__ import annotations

import pytest
from reading import read

from boundary.config import Config
from boundary.discover.snapshot import Memory
from boundary.facts import Dependency, FileFacts, Package, Statement
from boundary.gather import gather
from boundary.resolve.landscape import Landscape, Library
from boundary.resolve.services import landscape

RUNS = "FROM python:3.12\nCOPY . /app\nCMD python main.py\n"


def package(folder: str, name: str, *needs: Dependency, runs: bool | None = None) -> FileFacts:
    """A build manifest."""
    return FileFacts(f"{folder}/pyproject.toml", (Package("python", name, runs=runs, line=2), *needs))


def needs(name: str, target: str = "", **more: str) -> Dependency:
    """A dependency by name, or by path where a target is given."""
    return Dependency("python", name, origin="path" if target else "registry", target=target, **more)  # type: ignore[arg-type]


def library(land: Landscape, name: str) -> Library:
    """The library of a name."""
    return next(one for one in land.libraries if one.name == name)


def services(*names: str) -> dict[str, str]:
    """Files of services that are built from folders of their names."""
    return {f"{name}/Dockerfile": RUNS for name in names}


def test_libraries_belong_to_who_ships_them_directly_or_through_others() -> None:
    land = read(
        services("orders", "stock", "mail"),
        package("orders", "orders", needs("", "../libs/log"), needs("Shop_Models"), needs("stock")),
        package("stock", "stock", needs("client-kit", "../libs/client/dist.whl")),
        package("mail", "mail", needs("unused", scope="dev"), needs("git-one", scope="build")),
        package("libs/log", "shop-log", needs("base", "../base"), needs("base", "../base")),
        package("libs/base", "base", needs("shop-log", "../log"), needs("itself", ".")),
        package("libs/models", "shop.models"),
        package("libs/client", "client-kit"),
        package("libs/unused", "unused"),
        package("libs/twice/a", "twice"),
        package("libs/twice/b", "twice"),
        package("libs/away", "away", needs("gone", "../../../gone")),
    )
    users = {one.name: one.users for one in land.libraries}
    assert users == {
        "base": ("service:orders",),
        "client-kit": ("service:stock",),
        "shop-log": ("service:orders",),
        "shop.models": ("service:orders",),
    }
    found = library(land, "shop-log")
    assert (found.id, found.root, found.ecosystem, str(found.location)) == (
        "package:shop-log",
        "libs/log",
        "python",
        "libs/log/pyproject.toml:2",
    )
    assert land.services_of("libs/base/base/core.py") == ("service:orders",)
    assert land.services_of("libs/unused/x.py") == ()
    assert land.services_of("stock/main.py") == ("service:stock",)


def test_a_library_with_statements_is_domain_and_a_nested_manifest_is_the_services() -> None:
    land = read(
        services("orders"),
        package("orders/app", "orders-app", needs("kit", "../../kit")),
        package("kit", "kit"),
        FileFacts("kit/schema.sql", (Statement((), "CREATE TABLE orders (id int)"),)),
    )
    assert (library(land, "kit").nature, library(land, "kit").users) == ("domain", ("service:orders",))


def test_a_library_inside_a_service_is_the_services_too() -> None:
    land = read(
        services("orders", "stock"),
        package("stock", "stock", needs("events", "../orders/events")),
        package("orders/events", "events"),
    )
    assert land.services_of("orders/events/x.py") == ("service:orders", "service:stock")
    assert land.services_of("orders/x.py") == ("service:orders",)


def test_the_manifest_above_programs_is_all_of_theirs() -> None:
    serves = "import flask\nif __name__ == '__main__':\n    flask.Flask('x').run()\n"
    land = read(
        {"cinema/services/a.py": serves, "cinema/services/b.py": serves},
        package("cinema", "cinema", needs("kit", "../kit")),
        package("kit", "kit"),
    )
    assert library(land, "kit").users == ("service:a", "service:b")


def test_what_dockerfiles_copy_belongs_to_the_image() -> None:
    copying = (
        "FROM python:3.12\nCOPY {name} /app\nCOPY common common/one.py README.md /app/\n{more}CMD python main.py\n"
    )
    land = read(
        {
            "compose.yaml": """
                services:
                  orders:
                    build: {context: ., dockerfile: orders/Dockerfile, additional_contexts: {kit: shared/kit}}
                  stock: {build: {context: ., dockerfile: stock/Dockerfile}}
                """,
            "orders/Dockerfile": copying.format(name="orders", more="COPY --from=kit . /kit\nCOPY --from=node / /n\n"),
            "stock/Dockerfile": copying.format(name="stock", more="COPY orders/api.py /app/\nCOPY ../far /far\n"),
            "orders/api.py": "",
            "stock/main.py": "",
            "common/two.py": "",
            "common/one.py": "",
            "shared/kit/k.py": "",
        }
    )
    assert land.services_of("common/two.py") == ("service:orders", "service:stock")
    assert land.services_of("common/one.py") == ("service:orders", "service:stock")
    assert land.services_of("shared/kit/k.py") == ("service:orders",)
    assert land.services_of("orders/api.py") == ("service:orders",)


@pytest.mark.parametrize(
    ("root", "files", "nature"),
    [
        ("kit", {"log.py": "import logging\ndef log(): ...\n"}, "technical"),
        ("kit", {"x.py": "from pydantic import BaseModel\nclass Order(BaseModel):\n    id: int\n"}, "contract"),
        (
            "kit",
            {"x.py": "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Order:\n    id: int\n"},
            "contract",
        ),
        (
            "kit",
            {"x.py": "@dataclass\nclass Order: ...\nclass Wrong(ValueError): ...\nclass Bad(AppError): ...\n"},
            "contract",
        ),
        ("kit", {"x.py": "@dataclass\nclass Order: ...\nclass Rules:\n    def price(self): ...\n"}, "technical"),
        (
            "kit",
            {
                "x.py": "@dataclass\nclass Order: ...\n",
                "client.py": "import httpx\nclass Client:\n    def get(self): ...\n",
            },
            "contract",
        ),
        ("orders-client", {"c.py": "import requests\nclass Client: ...\n"}, "contract"),
        ("tracing", {"c.py": "import requests\nclass Exporter: ...\n"}, "technical"),
        ("kit", {"m.py": "from django.db import models\nclass Order(models.Model): ...\n"}, "domain"),
        ("kit", {"m.py": "class Order(Mixin):\n    __tablename__ = 'orders'\n"}, "domain"),
        ("kit", {"m.py": "ORDERS = Table('orders', metadata)\n"}, "domain"),
        ("kit", {"m.py": "def all(c):\n    return c.execute('SELECT id FROM orders WHERE open')\n"}, "domain"),
        ("kit", {"migrations/0001.py": "x = 1\n"}, "domain"),
    ],
)
def test_the_nature_of_a_library(root: str, files: dict[str, str], nature: str) -> None:
    land = read(
        services("orders") | {f"{root}/{path}": text for path, text in files.items()},
        package("orders", "orders", needs("kit", f"../{root}")),
        package(root, "kit"),
    )
    assert library(land, "kit").nature == nature


def test_what_is_declared_as_shared_is_a_technical_library() -> None:
    files = {
        "libs/model/pyproject.toml": '[project]\nname = "shop-model"\n',
        "libs/model/shop_model.py": 'class Order(Base):\n    __tablename__ = "orders"\n',
        "orders/Dockerfile": 'FROM python:3.12\nCMD ["python"]\n',
        "orders/requirements.txt": "-e ../libs/model\n",
        "reports/Dockerfile": 'FROM python:3.12\nCMD ["python"]\n',
        "reports/requirements.txt": "-e ../libs/model\n",
    }
    facts = gather(Memory(files), 1).files
    plain = landscape(facts, Config()).libraries
    assert [(one.name, one.nature, len(one.users)) for one in plain] == [("shop-model", "domain", 2)]
    for pattern in ("shop-*", "libs"):
        declared = landscape(facts, Config(shared_packages=(pattern,))).libraries
        assert [one.nature for one in declared] == ["technical"]
