"""Who calls a deprecated operation is told until when it is promised."""

from __future__ import annotations

import pytest

from boundary.config import Config
from boundary.discover import Memory
from boundary.gather import gather
from boundary.resolve import resolve

FILES = {
    "compose.yaml": (
        'services:\n  rooms: {build: rooms}\n  desk: {build: desk, environment: {ROOMS_URL: "http://rooms:8000"}}\n'
    ),
    "rooms/Dockerfile": 'FROM golang:1.23\nCMD ["/rooms"]\n',
    "desk/Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n',
    "desk/requirements.txt": "requests\n",
    "desk/app.py": 'import os\nimport requests\n\nrequests.get(os.environ["ROOMS_URL"] + "/rooms", timeout=3)\n',
}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('deprecated: true, x-sunset: "2031-06-30", ', ["GET /rooms is deprecated, and goes after 2031-06-30"]),
        ("deprecated: true, ", ["GET /rooms is deprecated, and no day is named for its end"]),
        ("", []),
    ],
)
def test_until_when_it_is_promised(said: str, told: list[str]) -> None:
    api = (
        'openapi: 3.0.3\ninfo: {title: Rooms, version: "1"}\npaths:\n'
        f'  /rooms: {{get: {{{said}responses: {{"200": {{description: rooms}}}}}}}}\n'
    )
    graph = resolve(gather(Memory(FILES | {"rooms/openapi.yaml": api}), 1).files, Config())
    (edge,) = graph.into("service:rooms", "http")
    assert [one.what for one in edge.evidence if "deprecated" in one.what] == told
