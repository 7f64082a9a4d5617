"""Bicep: templates of Azure as modules of Terraform, of whose provider everything is known already.

A file is a module, and a stack if no other one deploys it; parameters are what the caller or a ``.bicepparam`` gives.
Types and attributes become those of the provider by the table ``known/arm.toml``, and what is asked of a symbol
(``postgres.properties.fullyQualifiedDomainName``) what Terraform asks (``azurerm_….postgres.fqdn``).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files as resources
from typing import NamedTuple

import msgspec

from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown
from boundary.facts.infra import Block
from boundary.resolve.files import Files, folder, place
from boundary.resolve.spelling import snake

ENDING = ".bicep"

_SUFFIXES = {
    "sqlServerHostname": ".database.windows.net", "storage": "core.windows.net", "keyvaultDns": ".vault.azure.net",
}  # fmt: skip
"""What ``environment().suffixes`` has in the public cloud."""

_FUNCTIONS = {"toLower": "lower", "toUpper": "upper", "union": "merge", "string": "tostring", "int": "tonumber"}
"""Functions that Terraform has by another name."""


_PLACE = re.compile(r"\{(\d+)\}")


class _Row(msgspec.Struct, frozen=True):
    """A row of ``known/arm.toml``; see there."""

    type: str
    parent: str = "parent_id"
    kinds: dict[str, str] = {}
    rename: dict[str, str] = {}
    lift: dict[str, str] = {}
    flags: dict[str, str] = {}
    reads: dict[str, str] = {}
    beside: dict[str, str] = {}


class Placed(NamedTuple):
    """A block with the file that it stands in, and the module that it is a part of."""

    home: str
    path: str
    block: Block


@cache
def _rows() -> dict[str, _Row]:
    written = tomllib.loads((resources("boundary.resolve") / "known" / "arm.toml").read_text("utf-8"))
    return {name.lower(): msgspec.convert(one, _Row) for name, one in written.items()}


def blocks(files: Files) -> Iterator[Placed]:
    """The blocks of all files as those of Terraform."""
    by_path: dict[str, list[Block]] = defaultdict(list)
    for path, one in files.all(Block):
        if one.language == "bicep":
            by_path[path].append(one)
    for path, found in by_path.items():
        if path.endswith(ENDING):
            file = _File(found)
            yield from (Placed(path, path, one) for each in found for one in file.block(each))
            continue
        using = next((one for one in found if one.kind == "stack"), None)
        target = place(folder(path), _literal(using.body, "using")) if using is not None else None
        for one in found if target in by_path else ():
            if one.kind == "assignment" and target is not None:
                yield Placed(target, path, msgspec.structs.replace(one, language="terraform"))


class _File:
    """One file: what its symbols are, and its expressions as Terraform writes them."""

    def __init__(self, found: list[Block]) -> None:
        self._symbols: dict[str, tuple[str, str]] = {}
        self._rows: dict[str, _Row | None] = {}
        for one in found:
            row = _rows().get(one.type.lower())
            kind = _kind(one, row)
            self._rows[one.name] = row
            self._symbols[one.name] = one.kind, kind
        self._each: dict[str, str] = {}

    def block(self, one: Block) -> Iterator[Block]:
        """A block as Terraform's; a resource may be several."""
        if one.kind not in ("resource", "data", "module"):
            said = Record(tuple((key, self._read(value)) for key, value in _entries(one.body)))
            yield msgspec.structs.replace(one, language="terraform", body=said)
            return
        body, more = self._unwrapped(one.body)
        if one.kind == "module":
            source = Text(one.type if one.type.startswith(".") else f"./{one.type}", one.line)
            params = [(key, self._read(value)) for key, value in _entries(_below(body, "params"))]
            entries = ((Text("source", one.line), source), *more, *params)
            yield msgspec.structs.replace(one, language="terraform", type="", body=Record(entries))
        else:
            yield from self._resource(one, body, more)
        self._each = {}

    def _unwrapped(self, body: Expr) -> tuple[Expr, list[tuple[Expr, Expr]]]:
        """The body within a loop or a condition, and these as Terraform says them."""
        more: list[tuple[Expr, Expr]] = []
        for _ in range(2):
            match body:
                case Apply(Ref("for"), (collection, _, inner, _), keywords):
                    more.append((Text("for_each"), self._read(collection)))
                    names = {"element": "value", "key": "key"}
                    self._each = {one.text: names[name] for name, one in keywords if isinstance(one, Text)}
                    body = inner
                case Apply(Ref("if"), (condition, inner, _)):
                    more.append((Text("count"), Apply(Ref("if"), (self._read(condition), Text("1"), Text("0")))))
                    body = inner
        return body, more

    def _resource(self, one: Block, body: Expr, more: list[tuple[Expr, Expr]]) -> Iterator[Block]:
        row = _rows().get(one.type.lower()) or _Row(one.type)
        kind = self._symbols[one.name][1]
        entries = [entry for entry in self._body(body, row) if entry[0] != _UNKNOWN]
        whole = Record(tuple(entries))
        for name, path in row.lift.items():
            if (found := _below(whole, path)) is not None:
                entries.append((Text(name), found))
        entries += [*more, *self._identity(body)]
        entries = [_flagged(row, key, value) for key, value in entries]
        yield msgspec.structs.replace(one, language="terraform", type=kind, body=Record(tuple(entries)))
        for path, said in row.beside.items():
            of, _, back = said.partition(" ")
            found = _below(whole, path)
            for at, each in enumerate(found.items if isinstance(found, Listing) else ()):
                inner = Record((*_entries(each), (Text(back), Member(Member(Ref(kind), one.name), "id"))))
                yield msgspec.structs.replace(
                    one, language="terraform", kind="resource", type=of, name=f"{one.name}_{at}", body=inner
                )

    def _identity(self, body: Expr) -> Iterator[tuple[Expr, Expr]]:
        """The identities that a resource acts as: keys of an object, where Terraform has a list."""
        identity = next((value for key, value in _entries(body) if _name(key) == "identity"), None)
        users = next((value for key, value in _entries(identity) if _name(key) == "userAssignedIdentities"), None)
        if users is not None:
            ids = Listing(tuple(self._read(key) for key, _ in _entries(users)))
            yield Text("identity"), Record(((Text("identity_ids"), ids),))

    def _body(self, body: Expr, row: _Row) -> Iterator[tuple[Expr, Expr]]:
        """Entries of an object, with those of its ``properties`` among them."""
        for key, value in _entries(body):
            name = _name(key)
            if name == "properties":
                yield from self._body(value, row)
            elif name == "parent":
                yield Text(row.parent, key.line if isinstance(key, Text) else 0), self._read(value)
            elif name not in ("resource", "identity"):
                yield self._key(key, row), self._value(value, row)

    def _key(self, key: Expr, row: _Row) -> Expr:
        if not isinstance(key, Text):
            return self._read(key)
        name = snake(key.text) if key.text[:1].islower() else key.text
        return Text(row.rename.get(name, name), key.line)

    def _value(self, value: Expr, row: _Row) -> Expr:
        """A value within a resource: objects have keys as the provider has them."""
        if isinstance(value, Record):
            return Record(tuple(self._body(value, row)))
        if isinstance(value, Listing):
            return Listing(tuple(self._value(one, row) for one in value.items))
        return self._read(value)

    # --- expressions -----------------------------------------------------------------------------------------

    def _read(self, expr: Expr) -> Expr:
        match expr:
            case Join():
                return Join(tuple(self._read(part) for part in expr.parts))
            case Record():
                return Record(tuple((self._read(key), self._read(value)) for key, value in expr.entries))
            case Listing():
                return Listing(tuple(self._read(item) for item in expr.items))
            case Ref() | Member() | Item() | Apply():
                return self._chain(expr)
        return expr

    def _chain(self, expr: Expr) -> Expr:
        """A name with the members, items and calls behind it."""
        steps: list[Expr] = []
        root = expr
        while isinstance(root, Member | Item) or (isinstance(root, Apply) and isinstance(root.callee, Member)):
            steps.insert(0, root)
            root = root.callee if isinstance(root, Apply) else root.of
            if isinstance(steps[0], Apply) and isinstance(root, Member):
                root = root.of
        if isinstance(root, Apply):
            return self._on(self._function(root), steps) if root.callee != Ref("environment") else _suffix(expr)
        if not isinstance(root, Ref):
            return self._on(self._read(root), steps)
        if root.name in self._each:
            return self._on(Member(Ref("each"), self._each[root.name]), steps)
        kind, of = self._symbols.get(root.name, ("", ""))
        if kind == "variable":
            return self._on(Member(Ref("var"), root.name), steps)
        if kind == "local":
            return self._on(Member(Ref("local"), root.name), steps)
        if kind == "module":
            named = [one for one in steps if isinstance(one, Member) and one.name != "outputs"]
            return self._on(Member(Ref("module"), root.name), named)
        if kind in ("resource", "data"):
            return self._asked(root.name, Member(Ref("data"), of) if kind == "data" else Ref(of), steps)
        return self._on(root, steps)

    def _on(self, of: Expr, steps: Sequence[Expr]) -> Expr:
        for step in steps:
            if isinstance(step, Member):
                of = Member(of, step.name)
            elif isinstance(step, Item):
                of = Item(of, self._read(step.key))
            else:
                return Unknown()
        return of

    def _asked(self, symbol: str, space: Expr, steps: Sequence[Expr]) -> Expr:
        """What is asked of a resource; of the resource itself it is its id."""
        of: Expr = Member(space, symbol)
        names: list[str] = []
        for step in steps:
            if isinstance(step, Apply) and isinstance(step.callee, Member):
                names.append(f"{snake(step.callee.name)}()")
                break
            if isinstance(step, Member) and step.name != "properties":
                names.append(snake(step.name))
        if not names:
            return Member(of, "id")
        row = self._rows.get(symbol)
        said = row.reads.get(".".join(names)) if row is not None else None
        if said is None and names[-1].endswith("()"):
            return Unknown()
        for name in [said] if said else names:
            of = Member(of, name)
        return of

    def _function(self, call: Apply) -> Expr:
        name = call.callee.name if isinstance(call.callee, Ref) else ""
        args = tuple(self._read(arg) for arg in call.args)
        if name == "format" and args and isinstance(args[0], Text):
            return _formatted(args[0], args[1:])
        if (
            name in ("resourceId", "subscriptionResourceId", "extensionResourceId", "tenantResourceId")
            and len(args) > 1
        ):
            return Join((Text("/providers/"), args[-2], Text("/"), args[-1]))
        if name == "union" and args and isinstance(args[0], Listing):
            name = "concat"
        keywords = tuple((key, one) for key, one in call.keywords)
        return Apply(Ref(_FUNCTIONS.get(name, name)), args, keywords, call.line)


_UNKNOWN = Unknown()


def _kind(one: Block, row: _Row | None) -> str:
    """The provider's type of a resource, which may depend on its ``kind``."""
    if row is None:
        return one.type
    said = _literal(one.body, "kind").partition(",")[0]
    return row.kinds.get(said, row.type)


def _entries(expr: Expr | None) -> tuple[tuple[Expr, Expr], ...]:
    return expr.entries if isinstance(expr, Record) else ()


def _name(key: Expr) -> str:
    return key.text if isinstance(key, Text) else ""


def _literal(body: Expr, name: str) -> str:
    found = next((value for key, value in _entries(body) if _name(key) == name), None)
    return found.text if isinstance(found, Text) else ""


def _below(body: Expr, path: str) -> Expr | None:
    """What stands below some keys of an object."""
    found: Expr | None = body
    for part in path.split("."):
        found = next((value for key, value in _entries(found) if _name(key) == part), None)
    return found


def _flagged(row: _Row, key: Expr, value: Expr) -> tuple[Expr, Expr]:
    """An attribute that is Enabled or Disabled as one that is true or false."""
    name = row.flags.get(_name(key))
    if not name or not isinstance(key, Text):
        return key, value
    said = {"enabled": "true", "disabled": "false"}.get(value.text.lower()) if isinstance(value, Text) else None
    return Text(name, key.line), Text(said, key.line) if said else value


def _suffix(expr: Expr) -> Expr:
    """``environment().suffixes.storage``."""
    name = expr.name if isinstance(expr, Member) else ""
    return Text(_SUFFIXES[name]) if name in _SUFFIXES else Unknown()


def _formatted(template: Text, given: tuple[Expr, ...]) -> Expr:
    parts: list[Expr] = []
    end = 0
    for found in _PLACE.finditer(template.text):
        at = int(found[1])
        parts += [Text(template.text[end : found.start()], template.line), given[at] if at < len(given) else Unknown()]
        end = found.end()
    return Join((*parts, Text(template.text[end:], template.line)))
