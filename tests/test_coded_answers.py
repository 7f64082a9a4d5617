"""Answers that handlers write down, in frameworks that have no types for them: a field that goes is told with its reader."""

from __future__ import annotations

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
DESK = "import os\n\nimport requests\n\nroom = requests.get(f\"{os.environ['URL']}/rooms/7\", timeout=3).json()\n"
FLASK = "from flask import Flask, abort, jsonify\n\napp = Flask(__name__)\n\n\n@app.get('/rooms/<int:number>')\ndef room(number):\n"
EXPRESS = 'const express = require("express");\nconst app = express();\n'
NET = "var app = WebApplication.CreateBuilder(args).Build();\n"
RECORD = "public record Room(string Name, int Floor);\n"
MVC = 'using Microsoft.AspNetCore.Mvc;\n\n[ApiController]\n[Route("rooms")]\npublic class RoomsController : ControllerBase\n{\n'


def graph(name: str, code: str) -> Graph:
    kinds = {"app.py": ("python:3.12", "flask", "run"), "app.js": ("node:20", "node", "app.js")}
    image, *command = kinds.get(name, ("mcr.microsoft.com/dotnet/aspnet:8.0", "dotnet", "Rooms.dll"))
    words = ", ".join(f'"{word}"' for word in command)
    files = {
        "compose.yaml": (
            'services:\n  rooms: {build: rooms}\n  desk: {build: desk, environment: {URL: "http://rooms:8000"}}\n'
        ),
        "CODEOWNERS": "/rooms/ @inn/rooms\n/desk/ @inn/desk\n",
        "rooms/Dockerfile": f"FROM {image}\nCOPY . /srv\nCMD [{words}]\n",
        "rooms/Rooms.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n',
        f"rooms/{name}": code,
        "desk/Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n',
        "desk/app.py": DESK + 'print(room["floor"])\n',
    }
    if not name.endswith(".cs"):
        del files["rooms/Rooms.csproj"]
    return resolve(gather(Memory(files), 1).files, Config())


def found(name: str, before: str, after: str) -> list[str]:
    then, now = graph(name, before), graph(name, after)
    since = now.since(Evolution(then, (), (), tuple(coded.changes(then, now))))
    loud = [one for one in run(since, RULES, Config()) if one.code.startswith(("BRK", "CSM"))]
    return sorted(one.code for one in loud if one.severity != "info")


@pytest.mark.parametrize(
    ("name", "code", "gone"),
    [
        ("app.py", FLASK + '    return {"name": "x", "floor": 3}\n', ', "floor": 3'),
        ("app.py", FLASK + '    return jsonify({"name": "x", "floor": 3}), 201\n', ', "floor": 3'),
        (
            "app.py",
            FLASK + '    if number < 0:\n        return {"error": "no"}, 404\n    return {"name": "x", "floor": 3}\n',
            ', "floor": 3',
        ),
        ("app.js", EXPRESS + 'app.get("/rooms/:id", (req, res) => { res.json({ name: "x", floor: 3 }); });\n', ", floor: 3"),
        (
            "app.js",
            EXPRESS
            + 'app.get("/rooms/:id", (req, res) => {\n  if (!req.params.id) { res.status(404).json({ error: 1 }); }\n'
            + '  res.status(200).json({ name: "x", floor: 3 });\n});\n',
            ", floor: 3",
        ),
        ("Program.cs", NET + 'app.MapGet("/rooms/{id}", (int id) => new Room("x", 3));\napp.Run();\n' + RECORD, ", int Floor"),
        (
            "Program.cs",
            NET + 'app.MapGet("/rooms/{id}", (int id) => Results.Ok(new Room("x", 3)));\napp.Run();\n' + RECORD,
            ", int Floor",
        ),
        (
            "Rooms.cs",
            MVC + '    [HttpGet("{id}")]\n    public IActionResult Get(int id)\n    {\n'
            + '        if (id < 0) return NotFound();\n        var room = new Room("x", 3);\n        return Ok(room);\n    }\n}\n'
            + RECORD,
            ", int Floor",
        ),
    ],
)  # fmt: skip
def test_a_field_that_goes_from_what_is_written_down(name: str, code: str, gone: str) -> None:
    assert gone in code
    assert found(name, code, code.replace(gone, "")) == ["BRK003", "CSM001"]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (  # put together elsewhere
            "app.py",
            FLASK + '    return {"name": "x", "floor": 3}\n',
            FLASK + '    found = {"name": "x"}\n    found["floor"] = 3\n    return found\n',
        ),
        (
            "app.py",
            FLASK + '    return {"name": "x", "floor": 3}\n',
            FLASK + '    return {"name": "x", **more(number)}\n',
        ),
        (  # only another of two answers
            "app.py",
            FLASK + '    if number:\n        return {"name": "x", "floor": 3}\n    return {"floor": 1}\n',
            FLASK + '    if number:\n        return {"name": "x", "floor": 3}\n    return {"name": 1}\n',
        ),
        (  # the failure has other fields
            "app.py",
            FLASK + '    if number < 0:\n        return {"error": 1, "why": 2}, 404\n    return {"floor": 3}\n',
            FLASK + '    if number < 0:\n        return {"error": 1}, 404\n    return {"floor": 3}\n',
        ),
        ("app.py", FLASK + '    return {"name": "x", "floor": 3}\n', FLASK + '    return {"floor": 3, "wing": 1}\n'),
    ],
)
def test_what_is_not_seen_to_go_is_left_alone(name: str, before: str, after: str) -> None:
    assert found(name, before, after) == []
