"""What a rule's rewrite changes: the finding goes, nothing new comes, and where that is not certain nothing changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from boundary import rulebook
from boundary.checks.catalogue import gather
from boundary.checks.rule import Rule
from boundary.config import Config
from boundary.discover import Memory, Workspace
from boundary.edits import applied, overlap
from boundary.model import Finding
from boundary.pipeline import Survey

RULES = [rule for rule in gather(rulebook.shipped())[0] if rule.rewrite]
Files = dict[str, str]


def found(files: Files) -> tuple[Finding, ...]:
    return Survey(Workspace(Path(), (), Config()), Memory(files)).findings(date(2026, 3, 2))


def changed(files: Files, finding: Finding) -> Files:
    assert finding.rewrite
    paths = {edit.path for edit in finding.rewrite.edits}
    return files | {
        path: applied(files[path], [edit for edit in finding.rewrite.edits if edit.path == path]) for path in paths
    }


def mended(files: Files, code: str) -> Files | None:
    """The files without the first finding of a rule; None where nothing is known that mends it."""
    finding = next(finding for finding in found(files) if finding.code == code)
    return changed(files, finding) if finding.rewrite else None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_is_mended_is_gone_and_nothing_comes_instead(rule: Rule) -> None:
    done = 0
    for example in rule.bad:
        before = found(example.sources)
        for finding in before:
            if finding.code == rule.code and finding.rewrite:
                after = found(changed(example.sources, finding))
                assert finding.fingerprint not in {one.fingerprint for one in after}
                known = {one.fingerprint for one in before}
                assert {one.code for one in after if one.fingerprint not in known} <= {"TOP005"}
                done += 1
    assert done or rule.code == "LNK001"  # the imports of its examples are used, as bad ones are


# --- ports --------------------------------------------------------------------------------------------------

OWNERS = "/orders/ @shop/ordering\n/reports/ @shop/insight\n"
IMAGE = 'FROM python:3.12-slim\nCMD ["python", "/srv/app.py"]\n'


def composed(ports: str) -> Files:
    services = f"services:\n  orders:\n    build: orders\n  orders-db:\n    image: postgres:16\n    ports: {ports}\n"
    code = 'import psycopg\n\npsycopg.connect("postgresql://orders@orders-db/orders")\n'
    return {"compose.yaml": services, "CODEOWNERS": OWNERS, "orders/Dockerfile": IMAGE, "orders/app.py": code}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("['5432:5432']", "['127.0.0.1:5432:5432']"),
        ("[5432:5432, 9187:9187]", "[127.0.0.1:5432:5432, 9187:9187]"),
        ('\n      # for looking in\n      - "15432:5432/tcp"  # psql', None),
        ('["0.0.0.0:5432:5432"]', '["127.0.0.1:5432:5432"]'),
        ('["10.0.0.4:5432:5432"]', None),
        ("[{target: 5432, published: 5432}]", "[{host_ip: 127.0.0.1, target: 5432, published: 5432}]"),
        (
            "\n      - target: 5432\n        published: 5432",
            "\n      - host_ip: 127.0.0.1\n        target: 5432\n        published: 5432",
        ),
    ],
)
def test_a_published_port(before: str, after: str | None) -> None:
    files = mended(composed(before), "NET002")
    if after is None and "psql" in before:
        after = before.replace("15432:", "127.0.0.1:15432:")
    assert (files and files["compose.yaml"]) == (after and composed(after)["compose.yaml"])


def test_line_ends_of_windows_stay() -> None:
    files = composed("\n      - target: 5432\n        published: 5432")
    files["compose.yaml"] = files["compose.yaml"].replace("\n", "\r\n")
    after = mended(files, "NET002")
    assert after and "- host_ip: 127.0.0.1\r\n        target" in after["compose.yaml"]


# --- variables ----------------------------------------------------------------------------------------------


def reporting(setting: str, code: str = "print(1)\n", **more: str) -> Files:
    """Reports that are given the database of orders, which they should not have."""
    services = "services:\n  orders:\n    build: orders\n    environment: {DB: postgresql://o@orders-db/orders}\n"
    services += f"  orders-db:\n    image: postgres:16\n  reports:\n    build: reports\n{setting}"
    own = 'import os\n\nimport psycopg\n\npsycopg.connect(os.environ["DB"])\n'
    return {
        "compose.yaml": services, "CODEOWNERS": OWNERS, "orders/Dockerfile": IMAGE, "orders/app.py": own,
        "reports/Dockerfile": IMAGE, "reports/app.py": code, **more,
    }  # fmt: skip


DSN = "postgresql://o@orders-db/orders"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"    environment:\n      DAY: monday\n      # theirs\n      ORDERS_DSN: {DSN}  # for now\n",
            "    environment:\n      DAY: monday\n",
        ),
        (f"    environment: [DAY=monday, 'ORDERS_DSN={DSN}']\n", "    environment: [DAY=monday]\n"),
        (f"    environment: {{ORDERS_DSN: {DSN}, DAY: monday}}\n", "    environment: {DAY: monday}\n"),
        (f"    environment:\n      ORDERS_DSN: {DSN}\n    restart: always\n", "    restart: always\n"),
        (f"    environment:\n      ORDERS_DSN: {DSN}\n      COPY: ${{ORDERS_DSN}}\n", None),
    ],
)
def test_a_variable_that_nobody_reads(before: str, after: str | None) -> None:
    files = mended(reporting(before), "DAT003")
    assert (files and files["compose.yaml"]) == (after and reporting(after)["compose.yaml"])


@pytest.mark.parametrize(
    "code",
    [
        'import os\n\nname = "orders"\nprint(os.environ[f"{name.upper()}_DSN"])\n',
        'import os\n\nprint(os.getenv("ORDERS_" + "DSN"))\n',
        "import os\n\nfor name, value in os.environ.items():\n    print(name)\n",
        "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    x: str\n",
        "# orders_dsn is read by the template\n",
    ],
)
def test_a_variable_that_somebody_may_read_stays(code: str) -> None:
    setting = f"    environment:\n      DAY: monday\n      ORDERS_DSN: {DSN}\n"
    findings = [finding for finding in found(reporting(setting, code)) if finding.code == "DAT003"]
    assert findings and not any(finding.rewrite for finding in findings)


def test_a_variable_in_a_file_of_variables() -> None:
    files = reporting("    env_file: reports.env\n", **{"reports.env": f"DAY=monday\nORDERS_DSN={DSN}\n"})
    after = mended(files, "DAT003")
    assert after and after["reports.env"] == "DAY=monday\n"


def test_a_variable_for_code_that_is_bound_by_rules_stays() -> None:
    files = reporting(f"    environment:\n      ORDERS_DSN: {DSN}\n      DAY: monday\n")
    files["reports/Main.java"] = "class Main { public static void main(String[] a) { System.out.println(1); } }\n"
    del files["reports/app.py"]
    assert not any(finding.rewrite for finding in found(files) if finding.code == "DAT003")


# --- packages and imports -----------------------------------------------------------------------------------


def linked(manifest: str, text: str, code: str, **more: str) -> Files:
    """Reports that depend on the package of orders."""
    services = "services:\n  orders: {build: orders}\n  reports: {build: reports}\n"
    setup = 'from setuptools import setup\n\nsetup(name="shop-orders", packages=["shop_orders"])\n'
    return {
        "compose.yaml": services, "CODEOWNERS": OWNERS, "orders/Dockerfile": IMAGE, "orders/setup.py": setup,
        "orders/shop_orders/__init__.py": "", "orders/shop_orders/totals.py": "def taxed(x):\n    return x\n",
        "reports/Dockerfile": IMAGE, "reports/app.py": code, f"reports/{manifest}": text, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("manifest", "text", "row"),
    [
        ("requirements.txt", "flask\nshop-orders[x]==2  # theirs\nrequests\n", "shop-orders[x]==2  # theirs\n"),
        ("requirements.txt", "flask\nshop-orders==2 \\\n    --hash=sha256:ab\n", None),
        (
            "pyproject.toml",
            '[project]\nname = "reports"\ndependencies = [\n  "flask",\n  "shop-orders>=2",\n]\n',
            '  "shop-orders>=2",\n',
        ),
        ("pyproject.toml", '[project]\nname = "reports"\ndependencies = ["flask", "shop-orders>=2"]\n', None),
    ],
)
def test_a_dependency_that_nobody_uses(manifest: str, text: str, row: str | None) -> None:
    after = mended(linked(manifest, text, "print(1)\n"), "LNK002")
    assert (after and after[f"reports/{manifest}"]) == (row and text.replace(row, ""))


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("import importlib.metadata\n", {}),
        ('PLUGINS = ["shop_orders.totals"]\n', {}),
        ("print(1)\n", {"reports/worker.sh": "python -m shop_orders\n"}),
        ("print(1)\n", {"reports/uv.lock": '[[package]]\nname = "shop-orders"\n'}),
    ],
)
def test_a_dependency_that_somebody_may_use_stays(code: str, more: Files) -> None:
    assert mended(linked("requirements.txt", "shop-orders==2\nflask\n", code, **more), "LNK002") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\nfrom shop_orders.totals import taxed\n\nprint(os.name)\n", "import os\n\nprint(os.name)\n"),
        ("import os\nimport shop_orders.totals as t\n\nprint(os.name)\n", "import os\n\nprint(os.name)\n"),
        ("from shop_orders.totals import taxed\n\nprint(taxed(1))\n", None),
        ("from shop_orders.totals import *\n\nprint(1)\n", None),
    ],
)
def test_an_import_that_nothing_uses(before: str, after: str | None) -> None:
    files = mended(linked("requirements.txt", "shop-orders==2\n", before), "LNK001")
    assert (files and files["reports/app.py"]) == after


# --- permissions and the catalogue --------------------------------------------------------------------------


def permitted(rules: str) -> Files:
    """A cluster in which reports may call orders, and never do."""
    files: Files = {"CODEOWNERS": OWNERS, "policy.yaml": ""}
    for name in ("orders", "reports"):
        files[f"{name}/Dockerfile"] = IMAGE
        files[f"{name}/app.py"] = "print(1)\n"
        files[f"{name}/deploy.yaml"] = (
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n"
            f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
            f"    spec: {{containers: [{{name: {name}, image: 'shop/{name}:1', ports: [{{containerPort: 8000}}]}}]}}\n"
        )
    files["policy.yaml"] = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: orders, namespace: shop}\n"
        f"spec:\n  podSelector: {{matchLabels: {{app: orders}}}}\n{rules}"
    )
    return files


PEER = "{podSelector: {matchLabels: {app: reports}}}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"  ingress:\n    - from: [{PEER}]\n  policyTypes: [Ingress]\n", "  ingress: []\n  policyTypes: [Ingress]\n"),
        (f"  ingress: [{{from: [{PEER}]}}]\n", None),
        (
            f"  ingress:\n    # monitoring\n    - from: [{{namespaceSelector: {{}}}}]\n      ports: [{{port: 9}}]\n"
            f"    # reports\n    - from: [{PEER}]\n",
            "  ingress:\n    # monitoring\n    - from: [{namespaceSelector: {}}]\n      ports: [{port: 9}]\n",
        ),
    ],
)
def test_a_permission_that_nobody_uses(before: str, after: str | None) -> None:
    files = mended(permitted(before), "NET004")
    assert (files and files["policy.yaml"]) == (after and permitted(after)["policy.yaml"])


def test_parts_that_overlap() -> None:
    files = composed("['5432:5432']")
    finding = next(finding for finding in found(files) if finding.code == "NET002")
    assert finding.rewrite
    edit = finding.rewrite.edits[0]
    assert not overlap(edit, edit)
    assert overlap(edit, type(edit)(edit.path, edit.line, edit.column, edit.line, edit.column + 1, "x"))
    assert not overlap(edit, type(edit)("other.yaml", edit.line, edit.column, edit.line, edit.column + 1, "x"))


COMPONENT = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {}}}\nspec:{}"


def catalogued(spec: str) -> Files:
    """Bills call rooms and guests; their entry in the catalogue names one of them."""
    code = 'import requests\n\nrequests.get("http://rooms:8000/x", timeout=3)\nrequests.get("http://guests:8000/y", timeout=3)\n'
    files = {"compose.yaml": "services:\n  rooms: {build: rooms}\n  guests: {build: guests}\n  bills: {build: bills}\n"}
    for name in ("rooms", "guests", "bills"):
        files |= {f"{name}/Dockerfile": IMAGE, f"{name}/app.py": code if name == "bills" else "print(1)\n"}
        own = spec if name == "bills" else f" {{type: service, owner: {name}, providesApis: [{name}-api]}}\n"
        files[f"{name}/catalog-info.yaml"] = COMPONENT.format(name, own)
    return files


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            " {type: service, owner: b, consumesApis: [rooms-api]}\n",
            ' {dependsOn: ["component:default/guests"], type: service, owner: b, consumesApis: [rooms-api]}\n',
        ),
        (
            "\n  # ours\n  type: service\n  consumesApis: [rooms-api]\n",
            '\n  dependsOn: ["component:default/guests"]\n  # ours\n  type: service\n  consumesApis: [rooms-api]\n',
        ),
        (
            "\n  type: service\n  consumesApis: [rooms-api]\n  dependsOn: {}\n",
            None,
        ),
    ],
)
def test_a_call_that_the_catalogue_does_not_name(before: str, after: str | None) -> None:
    files = mended(catalogued(before), "BKD004")
    assert (files and files["bills/catalog-info.yaml"]) == (after and COMPONENT.format("bills", after))
