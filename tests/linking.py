"""Two services of which one takes in code of the other."""

from __future__ import annotations

from typing import Any

from landscapes import Workspace, land, service, shown

from boundary.facts import Class, Ref
from boundary.model import Location, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.links import Load, resolve

SHOP = land(service("catalog-service"), service("orders-service"))
ENTITY = Class("Book", bases=(Ref("DeclarativeBase"),), line=4)


def workspace() -> Workspace:
    """Two services; the catalog has a package ``app`` with entities, orders one called ``orders``."""
    found = Workspace()
    found.has("catalog-service/app/__init__.py", "catalog-service/Dockerfile").add(
        "catalog-service/app/models.py", ENTITY
    )
    return found.has(
        "orders-service/orders/__init__.py", "orders-service/orders/config.py", "orders-service/Dockerfile"
    )


def load(kind: Any, target: str | Value, path: str, line: int, *, first: bool = False) -> Load:
    """An evaluated call that loads code."""
    return Load(kind, Value.of(target), Location(path, line), first)


def links(files: Workspace, shop: Landscape = SHOP, *loads: Load) -> list[str]:
    """The edges of a workspace, as sentences."""
    return shown(resolve(files.files, shop, loads)[1])


PRICING = "orders-service/orders/pricing.py"
HIT = [f"orders-service -> catalog-service import {PRICING}:7"]
GUESS = [f"{HIT[0]} ?"]
