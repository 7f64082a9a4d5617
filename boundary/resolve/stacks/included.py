"""Files that a service of the Serverless Framework takes in: they are parts of its one stack.

See https://www.serverless.com/framework/docs/providers/aws/guide/variables#reference-properties-in-other-files .
"""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace

from boundary.extractors._serverless_variables import Variables
from boundary.facts import Expr, Listing, Record, Text
from boundary.facts.infra import Block
from boundary.resolve.files import Files, folder, inside

Written = dict[str, list[tuple[str, Block]]]
"""The blocks of each stack, with the files that they stand in."""


def gathered(files: Files) -> Written:
    """All blocks of templates by the stack that they are parts of."""
    by_path: dict[str, list[Block]] = defaultdict(list)
    for path, one in files.all(Block):
        if one.language == "cloudformation" and one.kind != "asset":
            by_path[path].append(one)
    around = _around(by_path)
    found: Written = {path: [] for path in by_path if path not in around}
    for path, blocks in by_path.items():
        if path not in around:
            found[path] += [(path, one) for one in blocks if one.kind != "fragment"]
    for path, root in sorted(around.items()):
        fill = _filler(by_path[root])
        shared = next((one.body for one in by_path[root] if one.kind == "shared"), Record(()))
        for one in by_path[path]:
            body = fill.filled(one.body)
            whole = one if one.kind != "fragment" else replace(one, kind="resource")
            found[root].append((path, replace(whole, body=body if whole is one else _laid_over(shared, body))))
    return found


def _around(by_path: dict[str, list[Block]]) -> dict[str, str]:
    """The stack that takes in each file; of several, as there is one for each stage, the first."""
    found: dict[str, str] = {}
    for path in sorted(by_path):
        for one in by_path[path]:
            taken = inside(folder(path), one.name) if one.kind == "include" else None
            if taken in by_path and taken != path and not any(each.kind == "include" for each in by_path[taken]):
                found.setdefault(taken, path)
    return found


def _filler(blocks: list[Block]) -> Variables:
    """Fills what the service's own document answers."""
    settings: dict[str, Expr] = {one.name: one.body for one in blocks if one.kind == "setting"}
    return Variables(settings.get)


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
