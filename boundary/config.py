"""The configuration: ``boundary.toml``, or ``[tool.boundary]`` of ``pyproject.toml``, at the workspace root.

Its shape is published in ``boundary.schema.json``. What does not fit is an error that names file, line and the nearest
right key; nothing is guessed and nothing is skipped.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from datetime import date, time
from importlib.resources import files
from pathlib import Path, PureWindowsPath
from typing import Any

import msgspec

from boundary.errors import UserError, configuration, no_access, unknown_key
from boundary.reading import toml

_SHARED_NAME = "pyproject.toml"
NAMES = ("boundary.toml", _SHARED_NAME)
"""Where the configuration is looked for; the first file that says something counts."""

EXCEPTIONS = "boundary-exceptions.toml"
"""The name of files beside services that hold what others may do to them."""

_KINDS = {"string": "a text", "array": "a list", "object": "a table", "integer": "a whole number"}


class ServiceConfig(msgspec.Struct, frozen=True):
    """What is declared of a service. ``root`` None: as inferred; "" is the workspace root. ``contracts`` are relative
    to its root."""

    name: str
    root: str | None = None
    team: str | None = None
    owns: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    line: int = 1


class ExceptionConfig(msgspec.Struct, frozen=True):
    """A finding that is accepted: ``source`` and ``target`` are its ``from`` and ``to`` (empty: any), ``until`` the
    last day on which the exception counts, ``type`` the kind of treaty, ``edges`` how many edges it was made for (0:
    not said). ``path`` is the file in which it stands, where that is not the configuration, and ``beside`` its folder.
    """

    rule: str
    source: str
    target: str
    reason: str
    until: date | None = None
    line: int = 1
    type: str = ""
    edges: int = 0
    path: str = ""
    beside: str | None = None


class Config(msgspec.Struct, frozen=True):
    """The whole configuration; the empty one when there is no file. ``path`` is the file, relative to the workspace.

    ``lines`` gives the line of a key by its dotted name (``rules.select``, ``rules.severity.DAT001``); ask ``where``.
    """

    repositories: tuple[str, ...] = ()
    services: tuple[ServiceConfig, ...] = ()
    shared_packages: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, str] = {}
    rule_paths: tuple[str, ...] = ()
    exceptions: tuple[ExceptionConfig, ...] = ()
    path: str | None = None
    lines: dict[str, int] = {}

    def where(self, key: str) -> str | None:
        """Where a key stands, ``boundary.toml:12``, for messages; None without a file."""
        return self.path and f"{self.path}:{self.lines.get(key, 1)}"

    def below(self, folder: str) -> Config:
        """The same configuration, seen from a workspace root in which its file lies in ``folder``."""
        if not folder:
            return self
        return msgspec.structs.replace(
            self,
            path=self.path and f"{folder}/{self.path}",
            services=tuple(
                msgspec.structs.replace(one, root=None if one.root is None else _path(f"{folder}/{one.root}"))
                for one in self.services
            ),
            shared_packages=tuple(_path(f"{folder}/{one}") if "/" in one else one for one in self.shared_packages),
            rule_paths=tuple(_path(f"{folder}/{one}") for one in self.rule_paths),
        )


def load(root: Path) -> Config:
    """The configuration of a workspace; UserError when it is wrong."""
    for name in NAMES:
        file = root / name
        if file.is_symlink() or not file.is_file():
            continue
        try:
            config = from_bytes(name, file.read_bytes())
        except OSError as error:
            raise no_access(name, error.strerror or str(error)) from None
        if config.path:
            return config
    return Config()


def from_bytes(path: str, data: bytes) -> Config:
    """Read a configuration file; empty, and without ``path``, for a ``pyproject.toml`` that says nothing to us."""
    shared = posixpath.basename(path) == _SHARED_NAME
    if shared and b"boundary" not in data:
        return Config()
    text, document = _parse(path, data)
    prefix: toml.Path = ("tool", "boundary") if shared else ()
    for key in prefix:
        document = document.get(key) if isinstance(document, dict) else None
    if document is None:
        return Config()
    lines = {way[len(prefix) :]: line for way, line in toml.lines(text).items() if way[: len(prefix)] == prefix}
    document = _plain(document)
    _validate(path, document, lines)
    return _build(path, document, lines)


def exceptions_of(path: str, data: bytes) -> tuple[ExceptionConfig, ...]:
    """The exceptions of a file beside a service; UserError when it holds anything else, or does not fit."""
    text, document = _parse(path, data)
    lines = toml.lines(text)
    for key in document:
        if key != "exceptions":
            raise unknown_key(path, _line((key,), lines), key, ["exceptions"])
    document = _plain(document)
    _validate(path, document, lines)
    beside = posixpath.dirname(path)
    found = _build(path, document, lines).exceptions
    return tuple(msgspec.structs.replace(one, path=path, beside=beside) for one in found)


def _parse(path: str, data: bytes) -> tuple[str, Any]:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        return text, toml.values(text)
    except UnicodeDecodeError as error:
        raise configuration(path, data.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    except toml.TomlError as error:
        what = str(error)
        said = f"not TOML: {what[:1].lower()}{what[1:]}" if error.what == "syntax" else what
        raise configuration(path, error.line, said) from None


def _plain(value: Any) -> Any:
    """The document as JSON would have it, which is what the schema speaks of: days become texts."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | time) else value


# --- validation ---------------------------------------------------------------------------------------------


def _validate(path: str, document: Any, lines: dict[toml.Path, int]) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((files("boundary") / "boundary.schema.json").read_bytes())
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    wrong = [problem for error in checker.iter_errors(document) for problem in _problems(path, error, lines)]
    if wrong:
        _, _, first = min(wrong, key=lambda one: (one[0], one[1], one[2].message))
        raise first


def _problems(path: str, error: Any, lines: dict[toml.Path, int]) -> Iterator[tuple[int, int, UserError]]:
    """What a ``jsonschema.ValidationError`` says, in our words, after its rank and its line: a key that is spelt wrong
    is told before the one that is missing for that reason."""
    way = tuple(error.absolute_path)
    line = _line(way, lines)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for key in error.instance:
            if key not in known:
                line = _line((*way, key), lines)
                yield 0, line, unknown_key(path, line, _dotted((*way, key)), known)
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        yield 1, line, configuration(path, line, f"{_dotted(way)} needs {missing}", _purpose(error, missing))
    elif error.validator == "anyOf":
        yield (
            1,
            line,
            configuration(path, line, f"{_dotted(way)} needs from or to", "An exception names an end, or both."),
        )
    else:
        yield 1, line, configuration(path, line, f"{_dotted(way)} {_complaint(error)}", _purpose(error))


def _line(way: tuple[str | int, ...], lines: dict[toml.Path, int]) -> int:
    while way and way not in lines:
        way = way[:-1]
    return lines.get(way, 1)


def _dotted(way: tuple[str | int, ...]) -> str:
    """How a place is called in messages: ``services.orders.root``, ``exceptions[2].until`` (counting from 1)."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in way)
    return text.removeprefix(".") or "the configuration"


def _complaint(error: Any) -> str:
    value = json.dumps(error.instance, ensure_ascii=False)
    shown = value if len(value) <= 60 else value[:57] + "..."
    if error.validator == "type":
        return f"must be {_KINDS[str(error.validator_value)]}, not {shown}"
    if error.validator == "enum":
        return f"must be {', '.join(error.validator_value[:-1])} or {error.validator_value[-1]}, not {shown}"
    if error.validator == "minimum":
        return f"must be at least {error.validator_value}, not {shown}"
    return "must not be empty" if error.validator == "minLength" else f"must be a day, not {shown}"


def _purpose(error: Any, key: str = "") -> str:
    schema = error.schema.get("properties", {}).get(key, {}) if key else error.schema
    return str(schema.get("description", ""))


# --- construction -------------------------------------------------------------------------------------------


def _build(path: str, document: dict[str, Any], lines: dict[toml.Path, int]) -> Config:
    rules = document.get("rules", {})
    return Config(
        repositories=tuple(map(_slashes, document.get("workspace", {}).get("repositories", ()))),
        services=tuple(
            _service(path, name, declared, _line(("services", name), lines))
            for name, declared in document.get("services", {}).items()
        ),
        shared_packages=tuple(_path(one) for one in document.get("packages", {}).get("shared", ())),
        select=tuple(rules.get("select", ())),
        ignore=tuple(rules.get("ignore", ())),
        severity=rules.get("severity", {}),
        rule_paths=tuple(map(_slashes, rules.get("paths", ()))),
        exceptions=tuple(
            _exception(one, _line(("exceptions", index), lines))
            for index, one in enumerate(document.get("exceptions", ()))
        ),
        path=path,
        lines={".".join(map(str, way)): line for way, line in lines.items() if way},
    )


def _service(path: str, name: str, declared: dict[str, Any], line: int) -> ServiceConfig:
    root = declared.get("root")
    if root is not None and (posixpath.isabs(root) or PureWindowsPath(root).drive):
        raise configuration(path, line, f"services.{name}.root must be relative", "Give it relative to this file.")
    return ServiceConfig(
        name,
        None if root is None else _path(root),
        declared.get("team"),
        tuple(declared.get("owns", ())),
        tuple(_path(one) for one in declared.get("contracts", ())),
        line,
    )


def _exception(declared: dict[str, Any], line: int) -> ExceptionConfig:
    until = declared.get("until")
    return ExceptionConfig(
        rule=declared["rule"],
        source=declared.get("from", ""),
        target=declared.get("to", ""),
        reason=declared["reason"],
        until=None if until is None else date.fromisoformat(until),
        line=line,
        type=declared.get("type", ""),
        edges=declared.get("edges", 0),
    )


def _slashes(written: str) -> str:
    """A path as it counts on every system: on Windows people write backslashes."""
    return written.replace("\\", "/")


def _path(written: str) -> str:
    normal = posixpath.normpath(_slashes(written))
    return "" if normal == "." else normal
