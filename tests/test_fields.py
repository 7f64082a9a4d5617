"""Following values costs what the values concern, and ends whatever a program looks like."""

from __future__ import annotations

from boundary.config import Config
from boundary.discover import Memory
from boundary.gather import gather
from boundary.graph import Graph
from boundary.model import FieldUse
from boundary.resolve import resolve

COMPOSE = "services:\n  shop: {build: shop, environment: {STOCK_URL: 'http://stock:80'}}\n  stock: {build: stock}\n"
DOCKERFILE = "FROM python:3.12-slim\nCMD python app.py\n"
HEAD = "import os\n\nimport requests\n\nBASE = os.environ['STOCK_URL']\n"


def graph(code: str) -> Graph:
    files = {"compose.yaml": COMPOSE, "stock/Dockerfile": DOCKERFILE, "stock/app.py": "print(1)\n"}
    return resolve(
        gather(Memory({**files, "shop/Dockerfile": DOCKERFILE, "shop/app.py": HEAD + code}), 1).files, Config()
    )


def fields(code: str) -> list[tuple[FieldUse, ...] | None]:
    return [edge.fields for edge in graph(code).edges if edge.kind == "http"]


def read(code: str) -> set[str]:
    return {use.path + (".*" if use.whole else "") for found in fields(code) for use in found or ()}


def test_a_file_with_many_requests() -> None:
    code = "".join(f"x{n} = requests.get(BASE + '/p{n}').json()['f{n}']\n" for n in range(1500))
    found = fields(code)
    assert len(found) == 1500
    assert all(each is not None and len(each) == 1 for each in found)


def test_functions_that_hand_an_answer_around_end() -> None:
    ring = "".join(f"def f{n}(a):\n    return f{(n + 1) % 150}(a)\n" for n in range(150))
    assert "$.*" in read(f"{ring}\n\nf0(requests.get(BASE + '/x').json())\n")


def test_corners_of_following() -> None:
    code = """
class Box:
    def __init__(self, item):
        self.item = item


def unpack(pair):
    first, second = pair
    return second["b"]


def main(key):
    body = requests.get(BASE + "/x").json()
    box = Box(body)
    shelf = {}
    shelf["body"] = body
    print(shelf["body"]["in_shelf"], box.item["in_box"])
    print(unpack((1, body)))
    print(body.get(key), [each for each in (body, 2)].copy())
    print(body.items(), body["list"][0]["x"], body["a"] if body["c"] else None)
    nested = lambda: body["in_lambda"]
    send(*body["args"])
    return nested()
"""
    assert read(code) >= {"$.in_shelf", "$.in_box", "$.b", "$.list.x", "$.a", "$.c", "$.in_lambda", "$.args"}
