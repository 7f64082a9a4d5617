"""Routes that only code tells of are compared by the types of their handlers."""

from __future__ import annotations

from functools import cache

import pytest

from boundary import coded
from boundary.checks.catalogue import gather as gather_rules
from boundary.checks.engine import run
from boundary.config import Config
from boundary.discover import Memory
from boundary.gather import gather
from boundary.graph import Evolution, Graph
from boundary.resolve import resolve
from boundary.rulebook import shipped

RULES, _ = gather_rules(shipped())

MODELS = """from pydantic import BaseModel


class Bed(BaseModel):
    width: int


class RoomIn(BaseModel):
    number: str
    note: str | None = None


class Room(RoomIn):
    price: int
    beds: list[Bed]
    view: Bed | None = None
"""
ROUTES = """from fastapi import FastAPI

from models import Room, RoomIn

app = FastAPI()


@app.get("/rooms/{number}")
def show(number: str) -> Room:
    return find(number)


@app.post("/rooms")
def add(room: RoomIn) -> Room:
    return save(room)


@app.get("/ping")
def ping():
    return "pong"
"""
DESK = """import os

import requests


def price(number):
    room = requests.get(f"{os.environ['ROOMS_URL']}/rooms/{number}", timeout=3).json()
    return room["price"], room["beds"][0]["width"]


def add(number):
    requests.post(f"{os.environ['ROOMS_URL']}/rooms", json={"number": number}, timeout=3)
"""
FILES = {
    "compose.yaml": (
        'services:\n  rooms: {build: rooms}\n  desk: {build: desk, environment: {ROOMS_URL: "http://rooms:8000"}}\n'
    ),
    "CODEOWNERS": "/rooms/ @inn/rooms\n/desk/ @inn/desk\n",
    "rooms/Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["uvicorn", "app:app"]\n',
    "rooms/requirements.txt": "fastapi\n",
    "rooms/app.py": ROUTES,
    "rooms/models.py": MODELS,
    "desk/Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n',
    "desk/requirements.txt": "requests\n",
    "desk/app.py": DESK,
}


@cache
def graph(changed: tuple[tuple[str, str], ...] = ()) -> Graph:
    return resolve(gather(Memory(FILES | dict(changed)), 1).files, Config())


def found(old: str, new: str, *, file: str = "rooms/models.py", before: tuple[tuple[str, str], ...] = ()) -> list[str]:
    """What a change of the models is told as: code, severity, place."""
    then = graph(before)
    text = (FILES | dict(before))[file]
    assert old in text
    now = graph((*before, (file, text.replace(old, new))))
    since = now.since(Evolution(then, (), (), tuple(coded.changes(then, now))))
    told = [
        one for one in run(since, RULES, Config()) if one.code.startswith(("BRK", "CSM")) and one.severity != "info"
    ]
    return sorted(f"{one.code} {one.severity} {one.location}" for one in told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    price: int\n", "", ["BRK003 error rooms/models.py:13", "CSM001 error desk/app.py:8"]),
        ("    price: int\n", "    price: str\n", ["BRK003 error rooms/models.py:14", "CSM001 error desk/app.py:8"]),
        ("    width: int\n", "    depth: int\n", ["BRK003 error rooms/models.py:4", "CSM001 error desk/app.py:8"]),
        ("note: str | None = None", "note: str", ["BRK002 error rooms/models.py:8", "CSM001 error desk/app.py:12"]),
        ("    number: str\n", "    number: str\n    wing: str\n",
         ["BRK002 error rooms/models.py:10", "CSM001 error desk/app.py:12"]),
    ],
)  # fmt: skip
def test_what_somebody_uses_is_told(old: str, new: str, told: list[str]) -> None:
    assert found(old, new) == told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    view: Bed | None = None\n", ""),
        ("    price: int\n", "    price: int\n    tax: int = 0\n"),
        ("note: str | None = None", "note: str | None = None\n    smoking: bool = False"),
        ("class Room(RoomIn):\n", "class Priced(RoomIn):\n    pass\n\n\nclass Room(Priced):\n"),
    ],
)
def test_what_nobody_uses_is_left_alone(old: str, new: str) -> None:
    assert found(old, new) == []


def test_a_contract_counts_more_than_types() -> None:
    api = (
        'openapi: 3.0.3\ninfo: {title: Rooms, version: "1"}\npaths:\n'
        '  /rooms/{number}: {get: {responses: {"200": {description: a room}}}}\n'
    )
    assert found("    price: int\n", "", before=(("rooms/openapi.yaml", api),)) == []


def test_a_type_that_tells_nothing_is_not_compared() -> None:
    assert found("def show(number: str) -> Room:", "def show(number: str):", file="rooms/app.py") == []


def test_a_message_with_more_fields_than_anybody_writes_is_not_compared() -> None:
    wide = "".join(f"    field{index}: int\n" for index in range(600))
    before = (("rooms/models.py", MODELS.replace("    price: int\n", f"    price: int\n{wide}")),)
    assert found("    price: int\n", "", before=before) == []


def test_models_that_hold_each_other_end() -> None:
    classes = "".join(
        f"class M{one}(BaseModel):\n" + "".join(f"    m{other}: 'M{other}'\n" for other in range(12)) + "\n\n"
        for one in range(12)
    )
    before = (("rooms/models.py", MODELS.replace("class Room(", f"{classes}class Room(") + "    all: M0\n"),)
    assert found("    price: int\n", "", before=before) == []
