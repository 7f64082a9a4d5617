"""Files and packages compared, and which declaration of the new side each old one has become.

A declaration that stands in another file of its package is the same one, as it has the same name on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from boundary.contracts.protobuf.declared import Declared, Enum, File, Message
from boundary.contracts.protobuf.fields import pair
from boundary.contracts.protobuf.linking import Files
from boundary.contracts.protobuf.messages import message
from boundary.contracts.protobuf.procedures import service
from boundary.contracts.protobuf.sides import Found, Sides
from boundary.contracts.protobuf.values import enum

_Kind = TypeVar("_Kind", bound=Declared)

_OPTIONS = {
    "cc_enable_arenas": "true",
    "cc_generic_services": "false",
    "csharp_namespace": "",
    "go_package": "",
    "java_generic_services": "false",
    "java_multiple_files": "false",
    "java_outer_classname": "",
    "java_package": "",
    "objc_class_prefix": "",
    "optimize_for": "SPEED",
    "php_class_prefix": "",
    "php_metadata_namespace": "",
    "php_namespace": "",
    "py_generic_services": "false",
    "ruby_package": "",
    "swift_prefix": "",
}
"""Options that name or shape generated code, and what they are where nothing is written."""


def everything(old: Files, new: Files) -> tuple[Sides, Iterator[Found]]:
    """Both sides, and all their differences."""
    paired = _paired(old, new)
    renamed = {
        one.package: two.package
        for one, two in paired
        if one.package != two.package and one.package not in new.packages and two.package not in old.packages
    }
    sides = Sides(old, new, renamed, message)
    return sides, _all(sides, paired, renamed)


def _all(sides: Sides, paired: list[tuple[File, File]], renamed: Mapping[str, str]) -> Iterator[Found]:
    told = set[str]()
    for one, two in paired:
        yield from _file(one, two)
        if renamed.get(one.package) == two.package and one.package not in told:
            told.add(one.package)
            values = {"one": one.package or "none", "two": two.package or "none"}
            yield Found("file-same-package", _named(one, one.package_line), _named(two, two.package_line), values)
    gone = sides.old.packages - sides.new.packages - renamed.keys()
    for package in sorted(gone):
        yield from _package(sides.old, package)
    yield from _services(sides, gone)
    yield from _messages(sides, gone)
    yield from _enums(sides, gone)
    yield from _extensions(sides)


def _paired(old: Files, new: Files) -> list[tuple[File, File]]:
    """Files that are the same: by their paths, or the only ones."""
    before, after = ([file for file in side.files.values() if file.path in side.compared] for side in (old, new))
    if len(before) == len(after) == 1:
        return [(before[0], after[0])]
    return [(file, new.files[file.path]) for file in before if file.path in new.files]


def _named(file: File, line: int) -> Declared:
    return Declared(name=file.package, line=line, path=file.path)


def _file(old: File, new: File) -> Iterator[Found]:
    if (old.syntax or "proto2") != (new.syntax or "proto2"):
        values = {"one": old.syntax, "two": new.syntax}
        yield Found("file-same-syntax", _named(old, old.syntax_line), _named(new, new.syntax_line), values)
    for option, default in _OPTIONS.items():
        one, two = old.options.get(option, default), new.options.get(option, default)
        if one != two:
            before, after = (_named(file, file.lines.get(option, 1)) for file in (old, new))
            row = f"file-same-{option.replace('_', '-')}"
            values = {"option": option, "one": one or "none", "two": two or "none"}
            # Said for the first time, it most often says what generating was told on the command line.
            yield Found(row, before, after, values, minor=option not in old.options)


def _package(old: Files, package: str) -> Iterator[Found]:
    """A package of which nothing is left: one difference, at its first file."""
    file = next(file for file in old.files.values() if file.package == package and file.path in old.compared)
    yield Found("package-no-delete", _named(file, file.package_line), None, {"one": package or "without a name"})


def _services(sides: Sides, gone: set[str]) -> Iterator[Found]:
    for one, two in _pairs(sides, sides.old.services, sides.new.services):
        if two is None:
            yield Found("service-no-delete", one, None, minor=one.scope in gone)
        else:
            yield from service(sides, one, two)
    yield from _fresh(sides, sides.old.services, sides.new.services, "service-added")


def _messages(sides: Sides, gone: set[str]) -> Iterator[Found]:
    for one, two in _pairs(sides, sides.old.messages, sides.new.messages):
        if two is None:
            yield _lost("message-no-delete", sides, one, gone)
        else:
            yield from message(sides, one, two)
    yield from _fresh(sides, sides.old.messages, sides.new.messages, "message-added")


def _enums(sides: Sides, gone: set[str]) -> Iterator[Found]:
    for one, two in _pairs(sides, sides.old.enums, sides.new.enums):
        if two is None:
            yield _lost("enum-no-delete", sides, one, gone)
        else:
            yield from enum(one, two)
    yield from _fresh(sides, sides.old.enums, sides.new.enums, "enum-added")


def _extensions(sides: Sides) -> Iterator[Found]:
    for (extended, number), one in sides.old.extensions.items():
        two = sides.new.extensions.get((sides.renamed(extended), number))
        if two is None:
            yield Found("extension-no-delete", one, None, {"one": extended})
        else:
            yield from pair(sides, one, two)


def _pairs(sides: Sides, old: Mapping[str, _Kind], new: Mapping[str, _Kind]) -> Iterator[tuple[_Kind, _Kind | None]]:
    return ((one, new.get(sides.renamed(name))) for name, one in old.items() if one.path in sides.old.compared)


def _fresh(sides: Sides, old: Mapping[str, Declared], new: Mapping[str, Declared], row: str) -> Iterator[Found]:
    known = {sides.renamed(name) for name in old}
    fresh = {name: one for name, one in new.items() if name not in known and one.path in sides.new.compared}
    yield from (Found(row, None, one) for one in fresh.values() if one.scope not in fresh)


def _lost(row: str, sides: Sides, one: Message | Enum, gone: set[str]) -> Found:
    """What is used elsewhere, or stands in what is gone, is told there; the type of an event is used by nobody."""
    within = one.scope in sides.old.messages and sides.renamed(one.scope) not in sides.new.messages
    told = within or one.full in sides.old.used or sides.old.files[one.path].package in gone
    package = sides.old.files[one.path].package
    serves = any(service.scope == package for service in sides.old.services.values())
    return Found(row, one, None, minor=told, severe=not told and not serves)
