"""What Ruby programs are made of: Bundler's ``Gemfile``, the specification of a gem (``*.gemspec``), and the file that
starts a Rack application (``config.ru``).

Both are Ruby programs, so that what the reader of Ruby writes down is looked through for the calls that Bundler and
RubyGems give a meaning. Sources: https://bundler.io/man/gemfile.5.html (``gem``, ``path``, ``git``, ``github``,
``git_source``, ``group``) and https://guides.rubygems.org/specification-reference/ .
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from boundary.extractors import ruby
from boundary.extractors._manifests import Origin, Scope, group_scope
from boundary.facts import (
    Apply,
    Assign,
    Dependency,
    Evaluate,
    Expr,
    Fact,
    Join,
    Listing,
    Member,
    Package,
    Ref,
    Return,
    Text,
)
from boundary.source import Source

FORMAT = "gems"

_NAMES = ("Gemfile", "gems.rb")
_STARTED = "config.ru"
_HOSTS = {"github": "https://github.com/", "gitlab": "https://gitlab.com/", "bitbucket": "https://bitbucket.org/"}
_ADDS: dict[str, Scope] = {
    "add_dependency": "runtime", "add_runtime_dependency": "runtime", "add_development_dependency": "dev",
}  # fmt: skip


def matches(path: str) -> bool:
    """A Gemfile and what Rack starts by their names, a specification by its ending."""
    name = path.rpartition("/")[2]
    return name in _NAMES or name == _STARTED or name.endswith(".gemspec")


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The dependencies in their order; of a specification the gem itself too. What Rack starts is a program that
    serves, called as its folder is: no gem, which others could depend on by that name."""
    facts = ruby.read(source)
    if source.name == _STARTED:
        started = (fact for fact in facts if isinstance(fact, Evaluate | Return) and _runs(fact.value))
        yield from (Package("rack", PurePosixPath(source.folder).name, runs=True, line=fact.line) for fact in started)
    elif source.path.endswith(".gemspec"):
        yield from _specification(facts)
    else:
        yield from _Bundle(facts).dependencies()


def _runs(value: Expr) -> bool:
    return isinstance(value, Apply) and value.callee == Ref("run")


def _specification(facts: list[Fact]) -> Iterator[Package | Dependency]:
    said: dict[str, tuple[str, int]] = {}
    needed = []
    for fact in facts:
        match fact:
            case Assign(target=Member(Ref(), "name" | "version" as key), value=Text(text)):
                said.setdefault(key, (text, fact.line))
            case (
                Evaluate(value=Apply(Member(Ref(), how), (Text(name), *wanted), line=line))
                | Return(value=Apply(Member(Ref(), how), (Text(name), *wanted), line=line))
            ) if how in _ADDS:
                needed.append(Dependency("gem", name, _version(tuple(wanted)), scope=_ADDS[how], line=line))
    if "name" in said:
        name, line = said["name"]
        yield Package("gem", name, said.get("version", ("", 0))[0], runs=False, line=line)
    yield from needed


@dataclass(frozen=True, slots=True)
class _Around:
    """What the blocks around a gem say of it."""

    origin: Origin = "registry"
    target: str = ""
    scope: Scope = "runtime"


class _Bundle:
    """The calls of a Gemfile, with the blocks that they stand in."""

    def __init__(self, facts: list[Fact]) -> None:
        self._calls: list[tuple[str, Apply]] = []
        self._gives: dict[str, Expr] = {}
        for fact in facts:
            if isinstance(fact, Return):
                self._gives[fact.scope] = fact.value
            if isinstance(fact, Evaluate | Return) and isinstance(fact.value, Apply):
                self._calls.append((fact.scope, fact.value))
        self._calls.sort(key=lambda pair: (pair[1].line, pair[1].column))
        self._blocks = {block: call for _, call in self._calls if (block := _block(call))}
        named = ((call, block) for block, call in self._blocks.items() if call.callee == Ref("git_source"))
        self._sources = {_text(call.args[0]): self._gives.get(block) for call, block in named if call.args}

    def dependencies(self) -> Iterator[Dependency]:
        """The gems whose names are written out."""
        for scope, call in self._calls:
            if call.callee == Ref("gem") and call.args and (name := _text(call.args[0])):
                said = self._own(call, self._around(scope))
                target = said.target + name if said.target.endswith("/") else said.target
                yield Dependency("gem", name, _version(call.args[1:]), said.origin, target, said.scope, line=call.line)

    def _around(self, scope: str) -> _Around:
        """What ``group``, ``path`` and ``git`` around a line say; a folder of several gems ends with a slash."""
        found = _Around()
        for part in scope.split("."):
            call = self._blocks.get(part)
            kind = call.callee.name if call is not None and isinstance(call.callee, Ref) else ""
            first = _text(call.args[0]) if call is not None and call.args else ""
            if kind == "group" and call is not None:
                found = replace(found, scope=_grouped(call.args))
            elif kind == "path" and first:
                found = replace(found, origin="path", target=first.rstrip("/") + "/")
            elif kind in ("git", *_HOSTS) and first:
                found = replace(found, origin="git", target=_cloned(kind, first))
        return found

    def _own(self, call: Apply, around: _Around) -> _Around:
        """What the gem says itself."""
        for key, value in call.keywords:
            text = _text(value)
            if key in ("group", "groups"):
                around = replace(around, scope=_grouped(value.items if isinstance(value, Listing) else (value,)))
            elif key == "path" and text:
                around = replace(around, origin="path", target=text.rstrip("/"))
            elif key in ("git", *_HOSTS) and text:
                around = replace(around, origin="git", target=_cloned(key, text))
            elif key in self._sources and text:
                around = replace(around, origin="git", target=_filled(self._sources[key], text))
        return around


def _block(call: Apply) -> str:
    block = dict(call.keywords).get("<block>")
    return block.name if isinstance(block, Ref) else ""


def _cloned(kind: str, text: str) -> str:
    """The address that is cloned; a single word at a host is the repository of the group that is called so."""
    if kind == "git":
        return text
    return f"{_HOSTS[kind]}{text if '/' in text else f'{text}/{text}'}.git"


def _filled(template: Expr | None, name: str) -> str:
    """The address that a block of ``git_source`` makes of a name."""
    parts = template.parts if isinstance(template, Join) else (template,)
    return "".join(part.text if isinstance(part, Text) else name for part in parts)


def _grouped(groups: tuple[Expr, ...]) -> Scope:
    """Gems of groups that are all for development are not there when the program runs."""
    scopes = [group_scope(_text(group)) for group in groups]
    return "dev" if scopes and all(scope == "dev" for scope in scopes) else "runtime"


def _version(wanted: tuple[Expr, ...]) -> str:
    return ", ".join(text for each in wanted if (text := _text(each)))


def _text(expr: Expr) -> str:
    return expr.text if isinstance(expr, Text) else ""
