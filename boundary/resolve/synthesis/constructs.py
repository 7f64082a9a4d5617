"""Programs of the AWS Cloud Development Kit whose output is not kept: constructs, as the resources that they make.

One program is one template, at the place of its ``cdk.json``; the symbolic evaluator follows it from where it makes its
``App``, so that stacks have what they are given there. See https://docs.aws.amazon.com/cdk/v2/guide/constructs.html .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from boundary.facts import Expr, FileFacts, Import, Member, Record, Text
from boundary.facts.infra import Block
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.things import Effect, Site
from boundary.resolve.files import folder, within
from boundary.resolve.synthesis.template import Template

_LIBRARIES = ("aws-cdk-lib", "aws_cdk", "@aws-cdk/core")
_MOST = 2_000
"""Files of a program."""


def stacks(files: Mapping[str, FileFacts]) -> dict[str, list[Block]]:
    """The blocks of all programs that have no output beside them, by the files where they stand."""
    using = [path for path, file in files.items() if any(_of_cdk(one) for one in file.facts)]
    homes = sorted({home for path in using for home in [_home(files, path)] if home is not None})
    made: dict[str, list[Block]] = defaultdict(list)
    for home in homes:
        if not any(within(path, f"{home}/cdk.out".lstrip("/")) for path in files):
            mine = [one for path, one in files.items() if within(path, home)][:_MOST]
            for path, blocks in _program(mine, [path for path in using if within(path, home)], home).items():
                made[path] += blocks
    return made


def _of_cdk(fact: object) -> bool:
    return isinstance(fact, Import) and fact.module.split(".")[0].split("/aws-")[0] in _LIBRARIES


def _home(files: Mapping[str, FileFacts], path: str) -> str | None:
    """The folder of the program that a file is a part of."""
    at = folder(path)
    while True:
        if f"{at}/cdk.json".lstrip("/") in files:
            return at
        if not at:
            return None
        at = folder(at)


def _related(_: str, __: str) -> bool:
    """All files of a program know each other."""
    return True


def _program(files: list[FileFacts], using: list[str], home: str) -> dict[str, list[Block]]:
    evaluator = Evaluator(Program(files, _related))
    code = evaluator.program.files
    entries = [path for path in using if path in code and any(_is_app(call.callee) for _, _, call in code[path].calls)]
    effects = list(_effects(evaluator, entries, [path for path in using if path in code])) if entries else []
    written = Template(home, _context(files, home), set(_above(code)))
    written.resources(one for one in effects if one.kind == "construct")
    written.calls(one for one in effects if one.kind == "construct-call")
    return written.blocks()


def _above(code: Mapping[str, CodeFile]) -> Iterator[tuple[str, int]]:
    """Where classes call the constructor above: what that makes is told where an object of the class is made."""
    for path, file in code.items():
        for _, line, call in file.calls:
            if isinstance(call.callee, Member) and call.callee.name == "__init__":
                yield path, call.line or line


def _context(files: list[FileFacts], home: str) -> Iterator[Block]:
    """What ``cdk.json`` says in the program's context, as parameters that nobody gives anything else."""
    root = f"{home}/cdk.json".lstrip("/")
    for fact in (fact for file in files if file.path == root for fact in file.facts):
        told = fact.body if isinstance(fact, Block) and fact.kind == "setting" else None
        for key, value in told.entries if isinstance(told, Record) else ():
            if isinstance(key, Text):
                default = Record(((Text("Default", key.line), value),))
                yield Block("cloudformation", "variable", "", key.text, default, line=key.line)


def _effects(evaluator: Evaluator, entries: list[str], using: list[str]) -> Iterator[Effect]:
    """What the program does with constructs: as it is started, and what does not depend on that."""
    started: set[Site] = set()
    for path in (*entries, *(path for path in using if path not in entries)):
        found = [one for one in evaluator.effects(path) if one.kind.startswith("construct")]
        yield from (one for one in found if one.site not in started or one.chain)
        started |= {one.site for one in found if one.chain}


def _is_app(callee: Expr) -> bool:
    return getattr(callee, "name", "") == "App"
