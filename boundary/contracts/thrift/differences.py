"""Two sets of ``.thrift`` files compared by what the one side writes and the other reads.

Fields go by their numbers and methods by their names. Source: https://thrift.apache.org/docs/idl ("Field Requiredness",
"Semantics") and section 5 of the white paper, https://thrift.apache.org/static/files/thrift-20070401.pdf .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from boundary.contracts.thrift.declared import (
    Declared,
    Enum,
    Field,
    Method,
    Namespace,
    Service,
    Structure,
    Type,
)
from boundary.contracts.thrift.parse import File

Harm = Literal["", "source", "wire"]

_BASE = {"byte": "i8", "slist": "string"}
_PLAIN = frozenset(("void", "bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid", "slist"))
_TEXTS = frozenset(("string", "binary"))


class Found(NamedTuple):
    """A difference: the id of its row in the grading table, both declarations, what they stand in, and what the row's
    message is filled with. ``minor`` ones have their cause elsewhere, or harm nobody."""

    id: str
    old: Declared | None
    new: Declared | None
    within: str
    values: Mapping[str, object] = {}
    minor: bool = False


class Side:
    """The files of one side, by name; of two declarations of one name the first counts."""

    def __init__(self, files: Iterable[File]) -> None:
        self.files = list(files)
        self.types: dict[str, Type] = {}
        self.declared: dict[str, Declared] = {}
        for file in self.files:
            for name, meaning in file.types.items():
                self.types.setdefault(name, qualified(meaning, file.stem))
            for one in file.declared:
                if not isinstance(one, Namespace):
                    self.declared.setdefault(one.name, one)

    @cached_property
    def used(self) -> frozenset[str]:
        """The names of types that fields, methods and other types refer to: what becomes of these is told there."""
        found = list(self.types.values())
        for one in self.declared.values():
            methods = one.methods if isinstance(one, Service) else ()
            fields = [*one.fields] if isinstance(one, Structure) else []
            fields += [field for method in methods for field in (*method.arguments, *method.throws)]
            found += [qualified(field.type, _stem(one.path)) for field in fields]
            found += [qualified(method.returns, _stem(one.path)) for method in methods]
        return frozenset(name for kind in found for name in _names(kind))

    def meaning(self, kind: Type) -> Type:
        """A type without typedefs on the outside."""
        seen = set[str]()
        while kind.name in self.types and kind.name not in seen:
            seen.add(kind.name)
            kind = self.types[kind.name]
        return kind


def qualified(kind: Type, stem: str) -> Type:
    """A type whose names say in which file they are declared."""
    inner = tuple(qualified(one, stem) for one in kind.inner)
    plain = kind.inner or kind.name in _PLAIN or "." in kind.name
    return Type(_BASE.get(kind.name, kind.name) if plain else f"{stem}.{kind.name}", inner)


class Comparison:
    """One pair of sides."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old = old
        self.new = new
        self._known: dict[tuple[str, str], Harm] = {}

    def all(self) -> Iterator[Found]:
        """All differences."""
        for name, one in self.old.declared.items():
            two = self.new.declared.get(name)
            if type(one) is not type(two):
                row = "service-removed" if isinstance(one, Service) else "type-removed"
                yield Found(row, one, None, name, minor=name in self.old.used)
            elif isinstance(one, Structure) and isinstance(two, Structure):
                yield from self.fields(one.fields, two.fields, name)
            elif isinstance(one, Enum) and isinstance(two, Enum):
                yield from _values(one, two)
            elif isinstance(one, Service) and isinstance(two, Service):
                yield from self._service(one, two)
        for name, one in self.new.declared.items():
            if name not in self.old.declared:
                yield Found("service-added" if isinstance(one, Service) else "type-added", None, one, name)
        yield from self._namespaces()

    def fields(self, old: tuple[Field, ...], new: tuple[Field, ...], within: str) -> Iterator[Found]:
        """Fields by their numbers."""
        after = {field.number: field for field in new}
        for one in old:
            two = after.get(one.number)
            if two is None:
                yield Found("required-field-removed" if one.need == "required" else "field-removed", one, None, within)
                continue
            harm = self.types(one, two)
            if harm:
                told = {"one": one.type, "two": two.type}
                yield Found("field-type-changed" if harm == "wire" else "field-type-renamed", one, two, within, told)
            if one.name != two.name:
                yield Found("field-renamed", one, two, within, {"one": one.name, "two": two.name}, harm == "wire")
            if "required" in (one.need, two.need) and one.need != two.need:
                # What is neither is nearly always written: only nothing where something was is left out.
                row = "changed" if "optional" in (one.need, two.need) else "loosened"
                yield Found(f"field-requiredness-{row}", one, two, within, {"one": one.need, "two": two.need})
            if one.default != two.default:
                defaults = {"one": one.default or "none", "two": two.default or "none"}
                yield Found("field-default-changed", one, two, within, defaults)
        known = {field.number for field in old}
        for two in new:
            if two.number not in known:
                yield Found("required-field-added" if two.need == "required" else "field-added", None, two, within)

    def types(self, old: Field, new: Field) -> Harm:
        """The harm when the type of a field takes the place of another."""
        return self._types(qualified(old.type, _stem(old.path)), qualified(new.type, _stem(new.path)))

    def _types(self, old: Type, new: Type) -> Harm:
        one, two = self.old.meaning(old), self.new.meaning(new)
        if one.name == two.name:
            harms = [self._types(*pair) for pair in zip(one.inner, two.inner, strict=True)]
            return "wire" if "wire" in harms else "source" if "source" in harms else ""
        declared, other = self.old.declared.get(one.name), self.new.declared.get(two.name)
        if isinstance(declared, Structure) and isinstance(other, Structure):
            return self._structures(declared, other)
        numbers = [(isinstance(known, Enum) or kind.name == "i32") for known, kind in ((declared, one), (other, two))]
        return "source" if all(numbers) or {one.name, two.name} <= _TEXTS else "wire"

    def _structures(self, old: Structure, new: Structure) -> Harm:
        """Structures under different names by what they hold; a pair that is being compared holds."""
        pair = (old.name, new.name)
        if pair not in self._known:
            self._known[pair] = "source"
            rows = {found.id for found in self.fields(old.fields, new.fields, "")}
            self._known[pair] = "wire" if rows & _BREAKING else "source"
        return self._known[pair]

    def _service(self, old: Service, new: Service) -> Iterator[Found]:
        after = {method.name: method for method in new.methods}
        for one in old.methods:
            two = after.get(one.name)
            if two is None:
                yield Found("method-removed", one, None, old.name)
            else:
                yield from self._method(one, two, f"{old.name}.{one.name}")
        known = {method.name for method in old.methods}
        yield from (Found("method-added", None, one, old.name) for one in new.methods if one.name not in known)
        if old.extends and old.extends != new.extends:
            yield Found("service-base-removed", old, new, old.name, {"one": old.extends})

    def _method(self, old: Method, new: Method, within: str) -> Iterator[Found]:
        yield from self.fields(old.arguments, new.arguments, within)
        one, two = qualified(old.returns, _stem(old.path)), qualified(new.returns, _stem(new.path))
        harm = self._types(one, two)
        if harm:
            row = "method-return-type-changed" if harm == "wire" else "method-return-type-renamed"
            yield Found(row, old, new, within, {"one": old.returns, "two": new.returns})
        if old.oneway != new.oneway:
            yield Found("method-oneway-changed", old, new, within, {"what": "oneway" if new.oneway else "answered"})
        known = {field.number: field for field in old.throws}
        for thrown in new.throws:
            if thrown.number not in known or self.types(known[thrown.number], thrown) == "wire":
                yield Found("method-exception-added", None, thrown, within, {"one": thrown.type})

    def _namespaces(self) -> Iterator[Found]:
        old, new = (
            {(file.path, one.name): one for file in side.files for one in file.declared if isinstance(one, Namespace)}
            for side in (self.old, self.new)
        )
        for key, one in old.items():
            two = new.get(key)
            if two is not None and one.value != two.value:
                yield Found("namespace-changed", one, two, one.name, {"one": one.value, "two": two.value})


_BREAKING = frozenset(
    ("required-field-removed", "required-field-added", "field-type-changed", "field-requiredness-changed")
)


def _values(old: Enum, new: Enum) -> Iterator[Found]:
    numbers = {value.number: value for value in new.values}
    names = {value.name: value for value in new.values}
    for one in old.values:
        two = names.get(one.name)
        if two is not None and two.number != one.number:
            yield Found("enum-value-renumbered", one, two, old.name, {"one": one.number, "two": two.number})
        elif two is None and one.number in numbers:
            other = numbers[one.number]
            yield Found("enum-value-renamed", one, other, old.name, {"one": one.name, "two": other.name})
        elif two is None:
            yield Found("enum-value-removed", one, None, old.name)
    known, named = {value.number for value in old.values}, {value.name for value in old.values}
    for two in new.values:
        if two.number not in known and two.name not in named:
            yield Found("enum-value-added", None, two, old.name)


def _names(kind: Type) -> Iterator[str]:
    yield kind.name
    for one in kind.inner:
        yield from _names(one)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
