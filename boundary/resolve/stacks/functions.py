"""Functions of Terraform, as far as they shape names, addresses and documents; every other one is not known.

See https://developer.hashicorp.com/terraform/language/functions . A function that cannot tell its result gives None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from boundary.model import Hole, Value
from boundary.resolve.stacks import yamltexts
from boundary.resolve.stacks.attributes import spelled
from boundary.resolve.stacks.things import (
    Encoded,
    Handle,
    Null,
    Rope,
    Rows,
    Space,
    Table,
    Thing,
    document,
    items,
    text,
)

MOST = 2_000
"""Members of a list that a function makes; longer ones are not known."""

_Function = Callable[[Sequence[Thing]], "Thing | None"]


def call(name: str, args: Sequence[Thing]) -> Thing | None:
    """The result of a function; None for what is not known."""
    function = _FUNCTIONS.get(name.removeprefix("core::"))
    if function is None:
        return None
    try:
        return function(args)
    except (IndexError, ValueError):
        return None


def _join(args: Sequence[Thing]) -> Thing | None:
    between = args[0] if isinstance(args[0], Value) else Value.of(", ")
    members = [one for arg in args[1:] for one in items(arg)]
    parts: list[Value] = []
    for member in members:
        one = spelled(member.resource) if isinstance(member, Handle) else member
        if not isinstance(one, Value):
            return None
        parts += [between, one] if parts else [one]
    return Value.of(*parts)


def _split(args: Sequence[Thing]) -> Thing | None:
    mark = text(args[0])
    if not mark or not isinstance(args[1], Value):
        return None
    pieces: list[list[str | Hole]] = [[]]
    for part in args[1].parts:
        if isinstance(part, Hole):
            pieces[-1].append(part)
            continue
        first, *rest = part.split(mark)
        pieces[-1].append(first)
        pieces += [[one] for one in rest]
    return Rows(tuple(Value.of(*piece) for piece in pieces))


_VERB = re.compile(r"%(?:\[(\d+)\])?[-+#0]*\d*(?:\.\d+)?([sdvqfgt%])")


def _format(args: Sequence[Thing]) -> Thing | None:
    pattern = text(args[0])
    if pattern is None:
        return None
    parts: list[str | Value] = []
    at, used = 0, 1
    for found in _VERB.finditer(pattern):
        parts.append(pattern[at : found.start()])
        at = found.end()
        if found[2] == "%":
            parts.append("%")
            continue
        number = int(found[1]) if found[1] else used
        used = number + 1
        given = args[number]
        quote = '"' if found[2] == "q" else ""
        parts += [quote, given if isinstance(given, Value) else Value((Hole("unknown"),)), quote]
    return Value.of(*parts, pattern[at:])


def _formatlist(args: Sequence[Thing]) -> Thing | None:
    length = max((len(arg.items) for arg in args if isinstance(arg, Rows)), default=0)
    rows = [
        _format([arg.items[at] if isinstance(arg, Rows) and at < len(arg.items) else arg for arg in args])
        for at in range(min(length, MOST))
    ]
    return Rows(tuple(row for row in rows if row is not None))


def _merge(args: Sequence[Thing]) -> Thing | None:
    entries: dict[str, Thing] = {}
    lines: dict[str, int] = {}
    whole = True
    for arg in args:
        for one in arg.items if isinstance(arg, Rows) else (arg,):
            if isinstance(one, Table):
                entries |= one.entries
                lines |= one.lines
            whole = whole and (isinstance(one, Null) or (isinstance(one, Table) and one.whole))
    return Table(entries, lines, whole)


def _concat(args: Sequence[Thing]) -> Thing | None:
    found = [one for arg in args for one in items(arg)]
    return Rows(tuple(found[:MOST]))


def _flatten(args: Sequence[Thing]) -> Thing | None:
    found: list[Thing] = []
    waiting = list(reversed(items(args[0])))
    while waiting and len(found) < MOST:
        one = waiting.pop()
        if isinstance(one, Rows):
            waiting += reversed(one.items[:MOST])
        else:
            found.append(one)
    return Rows(tuple(found))


def _lookup(args: Sequence[Thing]) -> Thing | None:
    key = text(args[1])
    if not isinstance(args[0], Table) or key is None:
        return None
    if key in args[0].entries:
        return args[0].entries[key]
    return args[2] if len(args) > 2 and args[0].whole else None


def _element(args: Sequence[Thing]) -> Thing | None:
    number = text(args[1])
    if not isinstance(args[0], Rows):
        return args[0] if not isinstance(args[0], Value) else None
    if not args[0].items:
        return None
    return args[0].items[int(number) % len(args[0].items)] if number and number.isdigit() else None


def _coalesce(args: Sequence[Thing]) -> Thing | None:
    return next((arg for arg in args if not isinstance(arg, Null) and text(arg) != ""), None)


def _first_full(args: Sequence[Thing]) -> Thing | None:
    return next((arg for arg in args if not isinstance(arg, Rows) or arg.items), None)


def _try(args: Sequence[Thing]) -> Thing | None:
    known = [arg for arg in args if not isinstance(arg, Null) and not (isinstance(arg, Value) and _failed(arg))]
    return known[0] if known else args[-1]


def _failed(value: Value) -> bool:
    return len(value.parts) == 1 and isinstance(value.parts[0], Hole) and value.parts[0].kind == "unknown"


def _compact(args: Sequence[Thing]) -> Thing | None:
    return Rows(tuple(one for one in items(args[0]) if not isinstance(one, Null) and text(one) != ""))


def _keys(args: Sequence[Thing]) -> Thing | None:
    return Rows(tuple(map(Value.of, sorted(args[0].entries)))) if isinstance(args[0], Table) else None


def _values(args: Sequence[Thing]) -> Thing | None:
    table = args[0]
    return Rows(tuple(table.entries[key] for key in sorted(table.entries))) if isinstance(table, Table) else None


def _zipmap(args: Sequence[Thing]) -> Thing | None:
    keys = [text(one) for one in items(args[0])]
    pairs = zip(keys, items(args[1]), strict=False)
    return Table({key: one for key, one in pairs if key is not None})


def _unique(args: Sequence[Thing]) -> Thing | None:
    found: list[Thing] = []
    seen: set[object] = set()
    for one in items(args[0]):
        key = one if isinstance(one, Value) else id(one)
        if key not in seen:
            seen.add(key)
            found.append(one)
    return Rows(tuple(found))


def _contains(args: Sequence[Thing]) -> Thing | None:
    wanted = text(args[1])
    among = [text(one) for one in items(args[0])]
    if wanted in among:
        return Value.of("true")
    return Value.of("false") if None not in among and wanted is not None else None


def _length(args: Sequence[Thing]) -> Thing | None:
    given = args[0]
    if isinstance(given, Rows):
        return Value.of(str(len(given.items)))
    if isinstance(given, Table) and given.whole:
        return Value.of(str(len(given.entries)))
    known = text(given)
    return Value.of(str(len(known))) if known is not None else None


def _replace(args: Sequence[Thing]) -> Thing | None:
    old, new = text(args[1]), text(args[2])
    if not isinstance(args[0], Value) or old is None or new is None or (old[:1] == "/" == old[-1:] and len(old) > 1):
        return None
    return Value.of(*(part.replace(old, new) if isinstance(part, str) and old else part for part in args[0].parts))


def _trim(how: str) -> _Function:
    def trim(args: Sequence[Thing]) -> Thing | None:
        value = args[0]
        second = text(args[1]) if len(args) > 1 else None
        if not isinstance(value, Value) or not value.parts:
            return value if isinstance(value, Value) else None
        parts = list(value.parts)
        if isinstance(parts[0], str) and how in ("trimprefix", "trimspace", "trim"):
            parts[0] = parts[0].removeprefix(second or "") if how == "trimprefix" else parts[0].lstrip(second)
        if isinstance(parts[-1], str) and how in ("trimsuffix", "trimspace", "trim"):
            parts[-1] = parts[-1].removesuffix(second or "") if how == "trimsuffix" else parts[-1].rstrip(second)
        return Value.of(*parts)

    return trim


def _spelled(change: Callable[[str], str]) -> _Function:
    def spell(args: Sequence[Thing]) -> Thing | None:
        value = args[0]
        if not isinstance(value, Value):
            return None
        return Value.of(*(change(part) if isinstance(part, str) else part for part in value.parts))

    return spell


def _substr(args: Sequence[Thing]) -> Thing | None:
    whole, start, length = text(args[0]), text(args[1]), text(args[2])
    if whole is None or start is None or length is None:
        return args[0]  # What is cut from a name that is not known still tells which name it was.
    return Value.of(whole[int(start) :][: int(length) if int(length) >= 0 else None])


def _range(args: Sequence[Thing]) -> Thing | None:
    numbers = [int(text(arg) or "x") for arg in args]
    made = range(*numbers)
    return Rows(tuple(Value.of(str(number)) for number in made[:MOST]))


def _encoded(args: Sequence[Thing]) -> Thing | None:
    return Encoded(args[0])


def _decoded(args: Sequence[Thing]) -> Thing | None:
    found = document(args[0])
    return found if isinstance(found, Table | Rows) else None


def _yaml(args: Sequence[Thing]) -> Thing | None:
    found = yamltexts.documents(args[0])
    return found[0] if len(found) == 1 else None


def _same(args: Sequence[Thing]) -> Thing | None:
    return args[0]


def _list(args: Sequence[Thing]) -> Thing | None:
    given = args[0] if len(args) == 1 else Rows(tuple(args))
    return Rows(items(given)) if isinstance(given, Rows | Null) else given


def _one(args: Sequence[Thing]) -> Thing | None:
    return args[0].items[0] if isinstance(args[0], Rows) and args[0].items else args[0]


def _reversed(args: Sequence[Thing]) -> Thing | None:
    return Rows(tuple(reversed(items(args[0]))))


def _slice(args: Sequence[Thing]) -> Thing | None:
    return Rows(items(args[0])[int(text(args[1]) or "x") : int(text(args[2]) or "x")])


def _can(args: Sequence[Thing]) -> Thing | None:
    return Value.of("true") if not isinstance(args[0], Null | Space) and not _is_open(args[0]) else None


def _is_open(thing: Thing) -> bool:
    return isinstance(thing, Value) and bool(thing.holes)


def _basename(args: Sequence[Thing]) -> Thing | None:
    whole = text(args[0])
    return Value.of(whole.rstrip("/").rpartition("/")[2]) if whole else None


def _dirname(args: Sequence[Thing]) -> Thing | None:
    whole = text(args[0])
    return Value.of(whole.rpartition("/")[0] or ".") if whole else None


def _base64(args: Sequence[Thing]) -> Thing | None:
    return args[0] if isinstance(args[0], Encoded | Rope) else None


_FUNCTIONS: dict[str, _Function] = {
    "join": _join, "split": _split, "format": _format, "formatlist": _formatlist, "merge": _merge, "concat": _concat,
    "flatten": _flatten, "lookup": _lookup, "element": _element, "coalesce": _coalesce,
    "coalescelist": _first_full, "try": _try, "compact": _compact, "keys": _keys, "values": _values,
    "zipmap": _zipmap, "distinct": _unique, "toset": _unique, "sort": _same, "contains": _contains,
    "length": _length, "replace": _replace, "trimspace": _trim("trimspace"), "trimprefix": _trim("trimprefix"),
    "trimsuffix": _trim("trimsuffix"), "trim": _trim("trim"), "lower": _spelled(str.lower),
    "upper": _spelled(str.upper), "title": _spelled(str.title), "substr": _substr, "range": _range,
    "jsonencode": _encoded, "yamlencode": _encoded, "jsondecode": _decoded, "yamldecode": _yaml,
    "tostring": _same, "tonumber": _same, "tobool": _same, "tomap": _same,
    "tolist": _list, "list": _list, "nonsensitive": _same, "sensitive": _same,
    "one": _one, "reverse": _reversed, "slice": _slice, "can": _can, "basename": _basename, "dirname": _dirname,
    "base64encode": _base64, "abspath": _same, "urlencode": _same, "issensitive": _can,
}  # fmt: skip
