"""Who owns what: CODEOWNERS, catalogue entries, labels, configuration, and which of them counts."""

from __future__ import annotations

import pytest
from reading import facts, read, server, service

from boundary.config import Config, ServiceConfig
from boundary.resolve.files import Files
from boundary.resolve.ownership import Ownership, team

RUNS = "FROM python:3.12\nCOPY . /app\nCMD python main.py\n"


def owner(files: dict[str, str], path: str, *services: ServiceConfig) -> str | None:
    """The owner of a path."""
    return Ownership(Files(facts(files)), Config(services=services)).owner_of_path(path).team


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("orders/main.py", "orders"),
        ("orders/deep/main.py", "orders"),
        ("orders", "orders"),
        ("orders/generated/x.py", None),
        ("orders/docs/index.md", "writers"),
        ("orders/docs/more/index.md", "orders"),
        ("orders/a/api/x.py", "apis"),
        ("orders/sql/deep/x.sql", "data"),
        ("orders/person.txt", "@ada"),
        ("orders/mail.txt", "ada@acme.dev"),
        ("orders/both.txt", "pair"),
        ("other/main.py", "everyone"),
        ("", "everyone"),
    ],
)
def test_the_last_line_that_fits_counts(path: str, found: str | None) -> None:
    rules = """
        * @acme/everyone
        /orders/ @acme/orders
        api/ @acme/apis
        /orders/docs/* @acme/writers
        **/sql/** @acme/data
        /orders/generated/
        person.txt @ada
        mail.txt ada@acme.dev
        both.txt @ada @acme/pair
        """
    assert owner({"CODEOWNERS": rules}, path) == found


def test_each_repository_has_rules_of_its_own_and_one_file_that_counts() -> None:
    files = {
        "orders/.github/CODEOWNERS": "* @acme/orders\n",
        "orders/CODEOWNERS": "* @acme/ignored\n",
        "orders/docs/CODEOWNERS": "* @acme/ignored\n",
        "stock/docs/CODEOWNERS": "/src/ @acme/stock\n",
    }
    assert owner(files, "orders/main.py") == "orders"
    assert owner(files, "stock/src/main.py") == "stock"
    assert owner(files, "stock/main.py") is None
    assert owner(files, "rest/main.py") is None


ENTRY = "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{type: service, owner: {owner}}}\n"


def entry(name: str, owned: str, kind: str = "Component") -> str:
    """A catalogue entry."""
    return ENTRY.format(kind=kind, name=name, owner=owned)


def test_the_nearest_declaration_counts() -> None:
    files = {
        "CODEOWNERS": "* @acme/all\n/b/inner/ @acme/inner\n",
        "a/catalog-info.yaml": entry("a", "group:default/alpha"),
        "b/catalog-info.yaml": entry("b", "beta"),
        "c/catalog-info.yaml": entry("c", "one") + "---\n" + entry("d", "two"),
        "d/catalog-info.yaml": entry("people", "nobody", "Group"),
    }
    paths = ("a/x.py", "b/x.py", "b/inner/x.py", "c/x.py", "d/x.py")
    assert [owner(files, path) for path in paths] == ["alpha", "beta", "inner", "all", "all"]


def test_the_configuration_wins() -> None:
    declared = ServiceConfig("orders", root="orders", team="ours", line=4)
    assert owner({"CODEOWNERS": "* @acme/all\n"}, "orders/x.py", declared) == "ours"
    assert owner({"CODEOWNERS": "* @acme/all\n"}, "stock/x.py", declared) == "all"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("@acme/shop", "shop"),
        ("@ada", "@ada"),
        ("ada@acme.dev", "ada@acme.dev"),
        ("group:default/shop", "shop"),
        ("Group:shop", "shop"),
        ("user:default/ada", "ada"),
        ("default/shop", "shop"),
        ("shop", "shop"),
    ],
)
def test_what_a_reference_means(written: str, found: str) -> None:
    assert team(written) == found


COMPOSE = """
    services:
      orders:
        build: ../orders
        labels: {com.acme.team: labelled}
      stock:
        image: acme/stock
        labels: ["team=stock-team"]
      opaque:
        image: acme/opaque
        labels: {part-of: shop, owner: "{{ value }}"}
      db:
        image: postgres
        labels: {acme.dev/owner: keepers}
      cache:
        image: redis
      search:
        image: opensearchproject/opensearch
    """


def test_owners_of_services_and_servers() -> None:
    land = read(
        {
            "platform/compose.yaml": COMPOSE,
            "platform/CODEOWNERS": "* @acme/platform\n",
            "orders/CODEOWNERS": "* @acme/checkout\n",
            "orders/Dockerfile": RUNS,
            "named/catalog-info.yaml": entry("one", "first") + "---\n" + entry("named", "second"),
            "named/Dockerfile": RUNS,
            "declared/Dockerfile": RUNS,
        },
        services=(ServiceConfig("declared", root="declared", team="said", owns=("redis:cache",), line=3),),
    )
    found = {one.name: one.party.team for one in land.services}
    assert found == {"orders": "checkout", "stock": "stock-team", "opaque": None, "named": "second", "declared": "said"}
    assert {one.name: one.party.team for one in land.servers} == {"db": "keepers", "cache": "said", "search": None}
    places = [str(service(land, name).party.evidence[0].location) for name in ("orders", "stock", "named", "declared")]
    assert places == ["orders/CODEOWNERS:1", "platform/compose.yaml:5", "named/catalog-info.yaml:8", "boundary.toml:3"]
    assert server(land, "db").party.evidence[0].what == "label acme.dev/owner of db is keepers"


def test_a_label_says_more_than_a_line_for_the_whole_repository_it_stands_in() -> None:
    compose = "services:\n  {0}: {{build: ../{0}, labels: {{team: loans}}}}\n  db: {{image: postgres, labels: [team=loans]}}\n"
    files = {"CODEOWNERS": "* @acme/reviewers\n/stock/ @acme/stock\n", "pyproject.toml": "[tool.x]\n"}
    for name in ("loans", "stock"):
        files |= {f"{name}/Dockerfile": RUNS, f"deploy-{name}/compose.yaml": compose.format(name)}
    land = read(files)
    assert {one.name: one.party.team for one in land.services} == {"loans": "loans", "stock": "stock"}


@pytest.mark.parametrize(("others", "found"), [("acme-shop", None), ("loans", "acme-shop")])
def test_an_application_label_that_all_have_alike_names_the_application(others: str, found: str | None) -> None:
    one = "{{build: ../{0}, labels: {{app.kubernetes.io/owner: {1}}}}}"
    compose = "services:\n  orders: " + one.format("orders", "acme-shop") + "\n  lend: " + one.format("lend", others)
    files = {"deploy/compose.yaml": compose, "orders/Dockerfile": RUNS, "lend/Dockerfile": RUNS}
    assert service(read(files), "orders").party.team == found


def test_a_monstrous_pattern_owns_nothing_and_takes_no_time() -> None:
    text = "/orders/ @shop/ordering\n" + "[" * 300_000 + " @shop/nobody\n"
    assert owner({"CODEOWNERS": text, "orders/main.py": "x = 1\n"}, "orders/main.py") == "ordering"
