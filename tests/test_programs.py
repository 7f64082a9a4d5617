"""Programs that serve when they are started, where no deployment tells of services."""

from __future__ import annotations

import pytest
from reading import read, shape

from boundary.facts import FileFacts, Package, Unreadable

SERVES = """
    from flask import Flask

    app = Flask(__name__)
    PORT = 5003

    if __name__ == "__main__":
        app.run(port={port})
    """


def test_programs_that_serve_are_services_when_nothing_else_tells() -> None:
    land = read(
        {
            "services/user.py": SERVES.format(port="5000"),
            "services/films.py": SERVES.format(port="PORT"),
            "services/__init__.py": "def shared(): ...\n",
            "services/old.py": "print 'unreadable'\n",
        },
        FileFacts("setup.py", (Package("python", "cinema"),)),
    )
    assert shape(land) == {"films": ("services/films.py",), "old": ("services/old.py",), "user": ("services/user.py",)}
    ports = {one.name: [port.published and port.published.text for port in one.units[0].ports] for one in land.services}
    assert ports == {"films": ["5003"], "user": ["5000"], "old": []}
    assert land.services_of("services/user.py") == ("service:user",)
    assert land.services_of("services/__init__.py") == ("service:films", "service:old", "service:user")


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("shop/app.py", "import uvicorn\nif __name__ == '__main__':\n    uvicorn.run('shop:app', port=8000)\n", True),
        (
            "shop/app.py",
            "import uvicorn\ndef main():\n    uvicorn.run('a:b')\nif __name__ == '__main__':\n    main()\n",
            True,
        ),
        ("shop/app.py", "from aiohttp import web\nif __name__ == '__main__':\n    web.run_app(app)\n", True),
        (
            "shop/app.py",
            "from http.server import HTTPServer\nif __name__ == '__main__':\n    HTTPServer(('', 80), H).serve_forever()\n",
            True,
        ),
        ("shop/app.py", "from waitress import serve\nif __name__ == '__main__':\n    serve(app)\n", True),
        ("shop/app.py", "import flask\nif __name__ == '__main__':\n    (run or main)()\n", False),
        ("shop/app.py", "import tornado\nif __name__ == '__main__':\n    app.listen(8888)\n", True),
        ("shop/app.py", "import asyncio, flask\nif __name__ == '__main__':\n    asyncio.run(main())\n", False),
        ("shop/app.py", "import subprocess\nif __name__ == '__main__':\n    subprocess.run(['ls'])\n", False),
        ("shop/app.py", "import flask\napp.run()\n", False),
        ("shop/app.py", "import flask\nif __name__ == '__main__':\n    print('x')\n", False),
    ],
)
def test_what_serves(path: str, code: str, found: bool) -> None:
    assert shape(read({path: code})) == ({"shop": ("shop",)} if found else {})


@pytest.mark.parametrize(
    ("argument", "port"),
    [
        ("port=5001", "5001"),
        ("port=int(os.environ.get('PORT', 5002))", "5002"),
        ("port=os.getenv('PORT') or 5004", "5004"),
        ("'0.0.0.0', 5005", "5005"),
        ("port=somewhere", None),
        ("port=f(f(f(f(f(7)))))", None),
        ("port={'a': 1}['a']", None),
        ("debug=True", None),
    ],
)
def test_the_port_of_a_program(argument: str, port: str | None) -> None:
    code = f"import os\nfrom flask import Flask\nif __name__ == '__main__':\n    Flask('x').run({argument})\n"
    (only,) = read({"shop/app.py": code}).services
    assert [one.target.text for one in only.units[0].ports] == ([port] if port else [])


def test_an_unreadable_module_alone_is_no_program() -> None:
    land = read({"a/one.py": SERVES.format(port=1000)}, FileFacts("a/two.py", (Unreadable("syntax", "no"),)))
    assert shape(land) == {"a": ("a",)}
