"""Services of the Serverless Framework: their variables are filled, and the files that they take in are parts of their
one stack.

See https://www.serverless.com/framework/docs/providers/aws/guide/variables#reference-properties-in-other-files .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from msgspec.structs import replace

from boundary.facts import Expr, Listing, Record, Setting, Text
from boundary.facts.infra import COMPOSED, Block
from boundary.resolve.files import Files, folder, inside
from boundary.resolve.stacks.variables import Variables

Written = dict[str, list[tuple[str, Block]]]
"""The blocks of each stack, with the files that they stand in."""

_ASIDE = frozenset({"fragment", "part", "setting"})
"""Blocks that are none by themselves."""


def gathered(files: Files) -> Written:
    """All blocks of templates by the stack that they are parts of."""
    by_path: dict[str, list[Block]] = defaultdict(list)
    for path, one in files.all(Block):
        if one.language == "cloudformation" and one.kind not in ("asset", "given"):
            by_path[path].append(one)
    given = _given(files)
    fillers = {path: _filler(files, path, blocks, given) for path, blocks in by_path.items() if _is_service(blocks)}
    around = _around(by_path, fillers)
    found: Written = {path: [] for path in by_path if path not in around}
    for path in list(found):
        fill = fillers.get(path)
        own = (one for one in by_path[path] if one.kind not in _ASIDE)
        found[path] += [(path, one if fill is None else _filled(one, fill)) for one in own]
    for path, root in sorted(around.items()):
        shared = next((fillers[root].filled(one.body) for one in by_path[root] if one.kind == "shared"), Record(()))
        service = next((one.name for one in by_path[root] if one.kind == "stack"), "")
        for one in by_path[path]:
            whole = _filled(one, fillers[root])
            if one.kind == "fragment":
                named = fillers[root].filled(Text(f"{service}-${{sls:stage}}-{one.name}", one.line))
                below = _laid_over(Record(((Text("FunctionName", one.line), named),)), shared)
                whole = replace(whole, kind="resource", body=_laid_over(below, whole.body))
            found[root].append((path, whole))
    return found


def _is_service(blocks: list[Block]) -> bool:
    return any(one.kind == "stack" for one in blocks)


def _filled(one: Block, fill: Variables) -> Block:
    named = fill.filled(Text(one.name)) if "${" in one.name else None
    return replace(one, body=fill.filled(one.body), name=named.text if isinstance(named, Text) else one.name)


def _around(by_path: dict[str, list[Block]], fillers: dict[str, Variables]) -> dict[str, str]:
    """The stack that takes in each file; of several, as there is one for each stage, the first."""
    found: dict[str, str] = {}
    for path in sorted(fillers):
        for one in by_path[path]:
            taken = inside(folder(path), _filled(one, fillers[path]).name) if one.kind == "include" else None
            if taken in by_path and taken != path and taken not in fillers:
                found.setdefault(taken, path)
    return found


def _filler(files: Files, path: str, blocks: list[Block], given: dict[str, Expr]) -> Variables:
    """Fills what the service's own document answers, the files beside it, and what its folder is given."""
    sections = {one.name: one.body for one in blocks if one.kind == "setting"}
    return Variables(sections, _reader(files, folder(path)), given.get(folder(path), Record(())))


def _given(files: Files) -> dict[str, Expr]:
    """The parameters that folders are given where their services are deployed together."""
    composed = ((path, one) for path, one in files.all(Block) if one.kind == "given" and one.type == COMPOSED)
    return {place: one.body for path, one in composed if (place := inside(folder(path), one.name)) is not None}


def _reader(files: Files, here: str) -> Callable[[str], Expr | None]:
    def read(written: str) -> Expr | None:
        path = inside(here, written)
        if path is None:
            return None
        part = next((one.body for one in files.of(path, Block) if one.kind == "part"), None)
        return part if part is not None else _told(files.of(path, Setting))

    return read


def _told(settings: list[Setting]) -> Expr | None:
    """The values of a file as the document that they were."""
    tree: dict[str, object] = {}
    for one in settings:
        *above, last = one.key.split(".")
        level = tree
        for key in above:
            inner = level.setdefault(key, {})
            level = inner if isinstance(inner, dict) else {}
        level[last] = Text(str(one.value), one.line)
    return _record(tree) if tree else None


def _record(tree: dict[str, object]) -> Record:
    """A tree of keys, whose depth is that of the file."""
    entries = ((key, _record(one) if isinstance(one, dict) else one) for key, one in tree.items())
    return Record(tuple((Text(key), one) for key, one in entries if isinstance(one, Text | Record)))


def _laid_over(shared: Expr, own: Expr) -> Expr:
    """A function with what all functions of its service have: their variables, and the rest that it does not say."""
    if not isinstance(shared, Record) or not isinstance(own, Record):
        return own
    entries = {key.text: (key, value) for key, value in shared.entries if isinstance(key, Text)}
    for key, value in own.entries:
        if isinstance(key, Text) and (key.text not in entries or _says(value)):
            below = entries.get(key.text, (key, Record(())))[1] if key.text in ("Environment", "Variables") else None
            entries[key.text] = (key, value if below is None else _laid_over(below, value))
    return Record(tuple(entries.values()))


def _says(expr: Expr) -> bool:
    return not isinstance(expr, Listing) or bool(expr.items)
