"""Packages, files and images that a service takes over from another: found where it is done, and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from landscapes import Workspace, land, reasons, service, shown, unit
from linking import ENTITY, HIT, PRICING, SHOP, links, workspace

from boundary.facts import Apply as Call
from boundary.facts import (
    Assign,
    Class,
    CopyOf,
    Dependency,
    Evaluate,
    Function,
    ImageCopy,
    ImageStage,
    Import,
    Item,
    Join,
    Listing,
    Member,
    Package,
    Ref,
    Return,
    Statement,
    Submodule,
    SymbolicLink,
    Text,
)
from boundary.model import Location, Value
from boundary.resolve.landscape import Library
from boundary.resolve.links import resolve
from boundary.resolve.nature import is_domain

# --- manifests ----------------------------------------------------------------------------------------------

MANIFEST = "orders-service/requirements.txt"
CATALOG = Package("python", "bookshop-catalog", modules=("app",), line=2)


def needs(name: str = "", **more: Any) -> Dependency:
    """A dependency at line 6."""
    return Dependency("python", name, line=6, **more)


@pytest.mark.parametrize(
    ("dependency", "found"),
    [
        (needs(origin="path", target="../catalog-service"), "path-dependency"),
        (needs(origin="path", target="file:///srv/catalog-service"), "path-dependency"),
        (needs("x", origin="git", target="https://git.shop.example/shop/catalog-service.git"), "dependency"),
        (needs("x", origin="git", target="git+ssh://git@git.shop.example/shop/catalog-service.git@v2"), "dependency"),
        (needs("x", origin="git", target="git@git.shop.example:catalog-service"), "dependency"),
        (needs("x", origin="git", target="https://git.shop.example/catalog-service@main#egg=x"), "dependency"),
        (needs("x", origin="git", target="https://git.shop.example/catalog-service#subdirectory=app"), "dependency"),
        (needs("Bookshop_Catalog", spec="==4.2"), "dependency"),
        (needs("bookshop-catalog", origin="workspace"), "dependency"),
        (needs("bookshop-catalog", scope="dev"), ""),
        (needs("x", origin="git", target="https://git.shop.example/catalog-service#subdirectory=clients/python"), ""),
        (needs("x", origin="git", target="https://git.shop.example/shop/plain-theme.git"), ""),
        (needs("fastapi"), ""),
        (needs(origin="path", target="../../elsewhere"), ""),
        (needs(origin="path", target="./orders"), ""),
    ],
)
def test_dependency_on_a_service(dependency: Dependency, found: str) -> None:
    files = workspace().add("catalog-service/pyproject.toml", CATALOG).has("catalog-service/clients/python/api.py")
    expected = [f"orders-service -> catalog-service {found} {MANIFEST}:6"] if found else []
    assert links(files.add(MANIFEST, dependency)) == expected


def test_dependency_shows_who_builds_it() -> None:
    files = workspace().add("catalog-service/pyproject.toml", CATALOG).add(MANIFEST, needs("bookshop-catalog"))
    assert reasons(resolve(files.files, SHOP)[1][0]) == [
        f"{MANIFEST}:6 depends on bookshop-catalog as a package",
        "catalog-service/pyproject.toml:2 which catalog-service builds",
    ]


@pytest.mark.parametrize("business", [False, True])
def test_client_package_is_fine_unless_it_holds_business(business: bool) -> None:
    files = workspace().add("catalog-service/pkg/pyproject.toml", Package("python", "catalog-client"))
    files.add("catalog-service/pkg/catalog.py", *([ENTITY] if business else [])).add(MANIFEST, needs("catalog-client"))
    assert len(links(files)) == business


def test_name_of_one_word_may_be_a_public_package() -> None:
    """Only a use of one of the other's modules tells that it is theirs."""
    files = (
        workspace().add("catalog-service/pyproject.toml", Package("python", "catalog")).add(MANIFEST, needs("catalog"))
    )
    guess = f"orders-service -> catalog-service dependency {MANIFEST}:6"
    assert links(Workspace(list(files.files))) == [f"{guess} ?"]
    assert links(files.add(PRICING, Import("app.models", "Book", line=7))) == [*HIT, guess]


def test_same_name_in_two_places_is_nobodys() -> None:
    files = workspace().add("catalog-service/pyproject.toml", CATALOG).add("other/pyproject.toml", CATALOG)
    assert links(files.add(MANIFEST, needs("bookshop-catalog"))) == []


def test_technical_library_is_nobodys_service() -> None:
    kept = Library("package:log", "log", "catalog-service/log", Location("catalog-service/log/pyproject.toml"))
    shop = land(service("catalog-service"), service("orders-service"), kept)
    shop.homes["catalog-service/log"] = ("service:catalog-service",)
    files = workspace().add("catalog-service/log/pyproject.toml", Package("python", "shop-log"))
    assert links(files.add(MANIFEST, needs("shop-log")), shop) == []


# --- files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fact", "found"),
    [
        ("orders-service/.gitmodules", Submodule("v", "vendor/catalog", "../catalog-service.git", line=3), "submodule"),
        (
            ".gitmodules",
            Submodule("v", "orders-service/v", "https://git.shop.example/catalog-service/", line=3),
            "submodule",
        ),
        (".gitmodules", Submodule("c", "catalog-service", "git@shop.example:shop/catalog-service.git", line=3), ""),
        ("orders-service/.gitmodules", Submodule("t", "docs/theme", "../docs-theme.git"), ""),
        ("orders-service/orders/shop", SymbolicLink("../../catalog-service/app", line=3), "symlink"),
        ("orders-service/orders/shop", SymbolicLink("/srv/catalog-service/app", line=3), "symlink"),
        ("orders-service/docs/shop.yaml", SymbolicLink("../../catalog-service/openapi.yaml"), ""),
        ("orders-service/docs/orders", SymbolicLink("../orders"), ""),
        ("orders-service/docs/away", SymbolicLink("../../../away"), ""),
        ("docs/app", SymbolicLink("../catalog-service/app"), ""),
    ],
)
def test_repository_takes_in_another(path: str, fact: Submodule | SymbolicLink, found: str) -> None:
    line = 3 if isinstance(fact, Submodule) else 1
    expected = [f"orders-service -> catalog-service {found} {path}:{line}"] if found else []
    assert links(workspace().has("catalog-service/openapi.yaml").add(path, fact)) == expected


def test_use_of_a_symbolic_link_is_part_of_the_chain() -> None:
    files = workspace().add("orders-service/orders/shop", SymbolicLink("../../catalog-service/app"))
    files.add("orders-service/orders/main.py", Import("orders.shop.models", "Book", line=8))
    _, edges = resolve(files.files, SHOP)
    assert shown(edges) == ["orders-service -> catalog-service symlink orders-service/orders/shop:1"]
    assert reasons(edges[0])[1] == "orders-service/orders/main.py:8 imports orders.shop.models through it"


DOCKERFILE = "orders-service/Dockerfile"
BUILT = unit("orders", build="orders-service", dockerfile=DOCKERFILE, location=Location("compose.yaml", 9),
             contexts=(("pricing", "catalog-service"), ("certs", "platform/certs"), ("base", "platform/service:catalog"),
                       ("tools", "platform/image:x")))  # fmt: skip
CATALOG_UNIT = unit("catalog", build="catalog-service", image="registry.shop.example:5000/shop/catalog:4@sha256:0")
IMAGES = land(service("catalog-service", CATALOG_UNIT, names=("catalog",)), service("orders-service", BUILT))


@pytest.mark.parametrize(
    ("copy", "found"),
    [
        (ImageCopy(2, ("app/models.py",), "/srv/", "pricing"), True),
        (ImageCopy(2, ("app/*.py",), "/srv/", "pricing"), True),
        (ImageCopy(2, ("/srv/app",), "/srv/", "base"), True),
        (ImageCopy(2, ("../catalog-service/app",), "/srv/"), True),
        (ImageCopy(2, ("/srv/app",), "/srv/", "registry.shop.example:5000/shop/catalog:3"), True),
        (ImageCopy(2, ("/srv/app",), "/srv/", "shop-catalog"), True),
        (ImageCopy(2, ("/srv/app",), "/srv/", "elsewhere.example/catalog-service"), True),
        (ImageCopy(2, ("/srv/app",), "/srv/", "theirs"), True),
        (ImageCopy(2, ("openapi.yaml",), "/srv/", "pricing"), False),
        (ImageCopy(2, ("ca.pem",), "/srv/", "certs"), False),
        (ImageCopy(2, ("/uv",), "/bin/", "ghcr.io/tools/uv:0.2"), False),
        (ImageCopy(2, ("/x",), "/bin/", "tools"), False),
        (ImageCopy(2, ("/install",), "/usr", "build"), False),
        (ImageCopy(2, ("/install",), "/usr", "0"), False),
        (ImageCopy(2, ("orders", "../../outside"), "/srv/"), False),
    ],
)
def test_image_copies(copy: ImageCopy, found: bool) -> None:
    bases = (("python:3.12", "build"), ("shop-catalog", "theirs"), ("python:3.12", ""))
    stages = (ImageStage(number, Value.of(base), name) for number, (base, name) in enumerate(bases))
    files = workspace().has("catalog-service/openapi.yaml", "platform/certs/ca.pem")
    files.files = [file for file in files.files if file.path != DOCKERFILE]
    files.add(DOCKERFILE, *stages, msgspec.structs.replace(copy, line=10))
    expected = [f"orders-service -> catalog-service image-copy {DOCKERFILE}:10"] if found else []
    assert links(files, IMAGES) == expected


def test_image_copy_tells_what_the_context_is() -> None:
    files = Workspace([file for file in workspace().files if file.path != DOCKERFILE])
    files.add(DOCKERFILE, ImageCopy(0, ("app/models.py",), "/srv/", "pricing", line=10))
    assert reasons(resolve(files.files, IMAGES)[1][0]) == [
        f"{DOCKERFILE}:10 copies catalog-service/app/models.py into the image of orders-service",
        "compose.yaml:9 build context pricing of orders is catalog-service",
        "catalog-service/app/models.py:1 which is catalog-service's",
    ]


@pytest.mark.parametrize(("sources", "count"), [(("orders/", "catalog/app"), 1), ((".",), 0), (("catalog",), 1)])
def test_build_context_above_the_services(sources: tuple[str, ...], count: int) -> None:
    builder = unit("orders", build="", dockerfile="orders/Dockerfile")
    shop = land(service("catalog", repository=""), service("orders", builder, repository=""))
    files = (
        Workspace().has("catalog/app/models.py", "orders/main.py").add("orders/Dockerfile", ImageCopy(0, sources, "/"))
    )
    assert len(links(files, shop)) == count


def test_gateway_may_copy_what_it_serves() -> None:
    web = land(service("catalog-service"), service("orders-service", BUILT, role="gateway"))
    files = Workspace().has("catalog-service/app/x.js").add(DOCKERFILE, ImageCopy(0, ("app",), "/", "pricing"))
    assert links(files, web) == []


SAME = CopyOf("d1", 9)
SQL = Evaluate("", Call(Ref("run"), (Text("SELECT isbn FROM books"),)))


@pytest.mark.parametrize(
    ("path", "facts", "found"),
    [
        ("orders/vendored/models.py", (), "orders-service -> catalog-service"),
        ("orders/catalog_models.py", (ENTITY,), "orders-service -> catalog-service"),
        ("orders/catalog/models.py", (ENTITY,), "orders-service -> catalog-service"),
        ("orders/catalog/messages.py", (), ""),
        ("orders/models.py", (ENTITY,), ""),
        ("orders/models.py", (SQL,), "orders-service -> catalog-service"),
        ("orders/models.py", (Statement((), "SELECT 1"),), "orders-service -> catalog-service"),
        (
            "orders/models.py",
            (Assign("Book", Ref("__tablename__"), Text("books")),),
            "orders-service -> catalog-service",
        ),
        ("orders/models.py", (Class("Book", bases=(Ref("BaseModel"),)),), ""),
        ("orders/models.py", (Class("Book", bases=(Ref("SQLModel"),)),), ""),
        ("orders/models.py", (Function("ping", decorators=(Call(Member(Ref("app"), "get")),)),), ""),
        ("generated/books_pb2.py", (), ""),
        ("orders/vendored/books_pb2.py", (), ""),
        ("test/vendored/models.py", (), ""),
    ],
)
def test_copied_source(path: str, facts: tuple[Any, ...], found: str) -> None:
    files = Workspace().add("catalog-service/app/models.py", SAME)
    files.add(f"orders-service/{path}", SAME, *facts, mark=path.partition("/")[0] if path[0] in "tg" else "vendored")
    assert links(files) == ([f"{found} vendored orders-service/{path}:1"] if found else [])


def test_copy_is_the_one_that_is_called_after_the_other() -> None:
    files = (
        Workspace()
        .add("catalog-service/app/orders_models.py", SAME, ENTITY)
        .add("orders-service/orders/models.py", SAME, ENTITY)
    )
    assert links(files) == ["catalog-service -> orders-service vendored catalog-service/app/orders_models.py:1"]


def test_small_files_are_alike_by_chance() -> None:
    small = CopyOf("d2", 2)
    files = Workspace().add("catalog-service/a.py", small, ENTITY).add("orders-service/vendored/a.py", small, ENTITY)
    assert links(files) == []


def test_copies_of_a_pair_are_one_edge() -> None:
    files = Workspace()
    for name, digest in (("b.py", "d3"), ("a.py", "d4")):
        files.add(f"catalog-service/{name}", CopyOf(digest, 9)).add(
            f"orders-service/vendored/{name}", CopyOf(digest, 9)
        )
    _, edges = resolve(files.files, SHOP)
    assert [reasons(edge) for edge in edges] == [[
        "orders-service/vendored/a.py:1 has the same statements as catalog-service/a.py of catalog-service",
        "catalog-service/a.py:1 the same statements",
        "orders-service/vendored/b.py:1 has the same statements as catalog-service/b.py of catalog-service",
        "catalog-service/b.py:1 the same statements",
    ]]  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "business"),
    [
        (Function("books", decorators=(Call(Member(Ref("router"), "get"), (Text("/books"),)),)), True),
        (Function("books", decorators=(Call(Ref("cached")), Ref("property"))), False),
        (Class("Book", bases=(Item(Member(Ref("db"), "Model"), Ref("Row")),)), True),
        (Class("Book", bases=(Ref("SQLModel"),), keywords=(("table", Text("True")),)), True),
        (Class("Book", bases=(Call(Ref("base")),)), False),
        (Return("f", Listing((Join((Text("INSERT INTO "), Ref("name"))), Text("delete from books where 1")))), True),
        (Evaluate("", Call(Ref("run"), keywords=(("sql", Text("select isbn\nfrom books")),))), True),
        (Evaluate("", Call(Ref("say"), (Text("select one of these"),))), False),
    ],
)
def test_business_in_code(fact: Any, business: bool) -> None:
    assert is_domain(Workspace().add("x.py", fact).files[0]) == business
