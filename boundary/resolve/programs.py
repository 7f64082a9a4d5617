"""Programs that serve: Python files that start a web server when they are run."""

from __future__ import annotations

import re

import msgspec

from boundary.facts import Apply, Assign, Either, Evaluate, Expr, Import, Join, Member, Port, Ref, Text
from boundary.model import Value
from boundary.resolve.files import Files

_FRAMEWORKS = frozenset(
    ["flask", "fastapi", "starlette", "aiohttp", "bottle", "quart", "sanic", "tornado", "uvicorn", "hypercorn", "waitress"]
    + ["werkzeug", "falcon", "gevent", "cherrypy", "connexion", "litestar", "blacksheep", "http", "grpc", "wsgiref"]
)
_STARTS = frozenset(["run", "run_app", "serve", "serve_forever", "run_simple", "listen", "start", "run_until_complete"])
_CERTAIN = frozenset(["run", "run_app", "serve", "serve_forever", "run_simple"])


class Program(msgspec.Struct, frozen=True):
    """A file that serves when it is started, the line where it does, and its port as far as it is known."""

    path: str
    line: int
    port: str = ""


def programs(files: Files) -> list[Program]:
    """All such files, in the order of their paths."""
    found = (_program(files, path) for path in files.paths(Evaluate))
    return [program for program in found if program]


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
                return Program(path, fact.line, _port(files, path, call))
    return None


def _calls(expression: Expr) -> list[Apply]:
    """A call and those in its arguments (``asyncio.run(main())``)."""
    if not isinstance(expression, Apply):
        return []
    return [expression, *(call for argument in expression.args for call in _calls(argument))]


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
    return _text(files, path, given, 0) if given is not None else ""


def _number(call: Apply) -> Expr | None:
    return next((one for one in call.args if isinstance(one, Text) and re.fullmatch(r"\d{2,5}", one.text)), None)


def _text(files: Files, path: str, expression: Expr, depth: int) -> str:
    inner: tuple[Expr, ...] = ()
    match expression:
        case Text(text):
            return text if text.isdigit() else ""
        case Ref(name) if depth < 4:
            assigned = [fact.value for fact in files.of(path, Assign) if fact.target == Ref(name) and fact.value is not None]
            inner = tuple(assigned[-1:])
        case Apply():
            inner = expression.args
        case Either():
            inner = expression.options
        case Join():
            inner = expression.parts
    found = (_text(files, path, one, depth + 1) for one in inner)
    return next((text for text in found if text), "")


def port_of(program: Program) -> tuple[Port, ...]:
    """The port that a program serves on its machine."""
    number = Value.of(program.port)
    return (Port(program.path, number, number, line=program.line),) if program.port else ()
