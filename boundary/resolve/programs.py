"""Programs that serve: Python files that start a web server when they are run, and C++ files with a ``main`` that start
one of gRPC or Thrift."""

from __future__ import annotations

import re

import msgspec

from boundary.facts import Apply, Assign, Either, Evaluate, Expr, Function, Import, Member, Port, Ref, Text, Unreadable
from boundary.model import Value
from boundary.resolve.files import Files, folder

_FRAMEWORKS = frozenset(
    (
        "aiohttp", "blacksheep", "bottle", "cherrypy", "connexion", "eve", "falcon", "fastapi", "flask", "gevent",
        "flask_restful", "flask_socketio", "grpc", "http", "hypercorn", "litestar", "quart", "sanic", "starlette",
        "tornado", "uvicorn", "waitress", "werkzeug", "wsgiref",
    )
)  # fmt: skip
_STARTS = frozenset(["run", "run_app", "serve", "serve_forever", "run_simple", "listen", "start", "run_until_complete"])
_CERTAIN = frozenset(["run", "run_app", "serve", "serve_forever", "run_simple"])


COMPILED = (".cc", ".cpp", ".cxx", ".c++")
"""Ends of the names of files of C++ that may hold a ``main``."""
_THRIFT = re.compile(r"\bT(Simple|Threaded|ThreadPool|Nonblocking)Server\b")

_DEEPEST = 4
_MOST = 4
"""How far a port is looked for: ``int(os.environ.get("PORT") or DEFAULT)``."""


class Program(msgspec.Struct, frozen=True):
    """A file that serves when it is started, the line where it does, and its port as far as it is known."""

    path: str
    line: int
    what: str = "serves when it is started"
    port: str = ""


def programs(files: Files) -> list[Program]:
    """All such files, in the order of their paths."""
    modules = [path for path in files.by_path if path.endswith(".py")]
    found = {path: program for path in modules if (program := _program(files, path))}
    compiled = [path for path, file in files.by_path.items() if path.endswith(COMPILED) and not file.mark]
    found |= {path: program for path in compiled if (program := _native(files, path))}
    for where in dict.fromkeys(folder(path) for path in found if path.endswith(".py")):
        found |= {one.path: one for one in _beside(files, where, found)}
    return [found[path] for path in sorted(found)]


def _beside(files: Files, where: str, found: dict[str, Program]) -> list[Program]:
    """Files that cannot be read, in a folder where every module that can be is such a program, and more than one."""
    modules = [path for path in files.folders[where] if path.endswith(".py") and not path.endswith("__.py")]
    unknown = {path: said[0] for path in modules if (said := files.of(path, Unreadable))}
    if len(unknown) + sum(path in found for path in modules) < len(modules) or len(modules) - len(unknown) < 2:
        return []
    what = "cannot be read; every other module of its folder is a program that serves"
    return [Program(path, one.line, what) for path, one in unknown.items()]


def _program(files: Files, path: str) -> Program | None:
    imported = {fact.module.partition(".")[0] for fact in files.of(path, Import)}
    if not imported & _FRAMEWORKS:
        return None
    said = files.of(path, Evaluate)
    direct = [fact for fact in said if fact.main]
    called = {call.callee.name for fact in direct for call in _calls(fact.value) if isinstance(call.callee, Ref)}
    for fact in (*direct, *(fact for fact in said if not fact.main and fact.scope in called)):
        for call in _calls(fact.value):
            if _serves(call):
                return Program(path, fact.line, port=_port(files, path, call))
    return None


def _native(files: Files, path: str) -> Program | None:
    """A C++ file whose ``main`` starts a server that it makes itself: https://grpc.io/docs/languages/cpp/basics/ ,
    https://thrift.apache.org/tutorial/cpp.html ."""
    if not any(one.name == "main" and not one.scope for one in files.of(path, Function)):
        return None
    thrift = any(_THRIFT.search(f"{one.module}.{one.name}") for one in files.of(path, Import))
    said = [(one.line, one.value) for one in files.of(path, Evaluate)]
    said += [(one.line, one.value) for one in files.of(path, Assign) if one.value is not None]
    for line, value in said:
        for call in _calls(value):
            if isinstance(call.callee, Member) and (
                call.callee.name == "BuildAndStart" or (thrift and call.callee.name == "serve")
            ):
                return Program(path, line)
    return None


def _calls(expression: Expr) -> list[Apply]:
    """A call and those in its arguments (``asyncio.run(main())``)."""
    found: list[Apply] = []
    waiting: list[Expr] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Apply):
            found.append(one)
            waiting += reversed(one.args)
    return found


def _serves(call: Apply) -> bool:
    match call.callee:
        case Member(Ref("asyncio" | "trio" | "anyio" | "subprocess" | "loop"), _):
            return False
        case Member(_, name):
            return name in _CERTAIN or (name in _STARTS and bool(_number(call)))
        case Ref(name):
            return name in ("run_simple", "serve", "run_app")
    return False


def _port(files: Files, path: str, call: Apply) -> str:
    """The ``port`` argument: a number, a constant of the module, or the default of an environment variable."""
    given = dict(call.keywords).get("port") or _number(call)
    return _text(files, path, given, _DEEPEST) if given is not None else ""


def _number(call: Apply) -> Expr | None:
    return next((one for one in call.args if isinstance(one, Text) and re.fullmatch(r"\d{2,5}", one.text)), None)


def _text(files: Files, path: str, expression: Expr, depth: int) -> str:
    """The first number in an expression, looked for down to a depth."""
    inner: tuple[Expr, ...] = ()
    match expression:
        case Text(text):
            return text if text.isdecimal() else ""
        case Ref(name):
            assigned = [fact.value for fact in files.of(path, Assign) if fact.target == Ref(name)]
            inner = tuple(value for value in assigned[-1:] if value is not None)
        case Apply():
            inner = expression.args
        case Either():
            inner = expression.options
    found = (_text(files, path, one, depth - 1) for one in inner[:_MOST] if depth)
    return next((text for text in found if text), "")


def ports(program: Program) -> tuple[Port, ...]:
    """The port that a program serves on its machine: there it is published as it is."""
    number = Value.of(program.port)
    return (Port(program.path, number, number, line=program.line),) if program.port else ()
