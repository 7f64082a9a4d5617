"""Routes of Ruby's frameworks, Rails' ``config/routes.rb``, Sinatra, Grape, Roda, and of Laravel, which has the same.

``get "/x"`` is a route where it stands in a router: in a block, or with one (Sinatra, Grape) or a target of its own
(``to:``). What surrounds it (``namespace``, ``scope``, ``resources``) is in front of its path; so is what is said to a
class without a block (``prefix``, ``version``). Sources: Rails Guides, "Rails Routing from the Outside In"; Sinatra
README, "Routes"; Grape README, "Basic Usage" and "Versioning"; Roda README, "Usage"; Laravel, "Routing", "API Routes".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boundary.facts import Class, Function
from boundary.model import Value
from boundary.resolve.code.program import Program
from boundary.resolve.code.things import Effect, FunctionOf, Instance, Made, Pairs, Several, Thing

KINDS = ("rails-route", "rails-resources", "rails-scope")

_ACTIONS = {
    "index": ("GET", ""), "create": ("POST", ""), "show": ("GET", "/:id"), "update": ("PATCH PUT", "/:id"),
    "destroy": ("DELETE", "/:id"),
}  # fmt: skip
"""What a resource answers to an API's clients; ``new`` and ``edit`` are pages."""
_API = "/api"
"""What Laravel puts in front of ``routes/api.php``."""
_ALL = "/:id"
"""What stands behind the name of resources: one of them."""


@dataclass(frozen=True, slots=True)
class _Around:
    """The lines of a block or class, what is put in front of the paths in it, and the call that says so."""

    effect: Effect
    first: int
    last: int
    prefix: str


def routes(program: Program, effects: Sequence[Effect]) -> Iterator[tuple[Effect, str, str]]:
    """Each route with its method and path."""
    around: dict[str, list[_Around]] = defaultdict(list)
    files = _Files(program, effects)
    narrowed = {told.site for effect in effects if isinstance(told := effect.get("instead"), Made)}
    effects = [effect for effect in effects if effect.site not in narrowed or effect.get("instead") is not None]
    for effect in effects:
        lines = _lines(program, effect)
        if lines is not None:
            inner = _Around(effect, lines.line, max(lines.line, lines.end_line), _prefix(effect))
            around[effect.site.path].append(inner)
    for effect in dict.fromkeys(effects):
        line = effect.site.line
        blocks = (one for one in around[effect.site.path] if one.first <= line <= one.last)
        outer = [one for one in blocks if one.effect != effect]
        prefix = files.prefix(effect.site.path) + _before(
            sorted(outer, key=lambda one: (one.first, -one.last, _text(one.effect.get("kind"))))
        )
        if effect.kind == "rails-resources":
            yield from ((effect, method, prefix + path) for method, path in _resources(effect))
        elif effect.kind == "rails-route" and _is_route(effect, bool(outer)) and not _is_kept(outer):
            prefix = prefix.removesuffix(_ALL) if _text(effect.get("nested")) == "collection" else prefix
            path = prefix + _path(_text(effect.get("below"))) + _path(_route(effect))
            yield from ((effect, method.upper(), path) for method in _texts(effect.get("method")) or ["*"])


def _lines(program: Program, effect: Effect) -> Function | Class | None:
    """The block that a call is in front of, or the whole class that it speaks to."""
    block, file = effect.get("block"), program.files[effect.site.path]
    if isinstance(block, FunctionOf):
        return program.files[block.path].functions[block.name] if effect.kind != "rails-route" else None
    told = isinstance(effect.receiver, Instance) and _text(effect.get("using")) in ("", "path")
    return file.classes.get(effect.receiver.of.name) if told and isinstance(effect.receiver, Instance) else None


def _order(one: _Around) -> tuple[int, int, str]:
    """From the outside to the inside; of one class its prefix before its version."""
    return one.first, -one.last, _text(one.effect.get("kind"))


class _Files:
    """What is in front of all routes of a file: whoever takes the file in says it, else Laravel does by its name."""

    def __init__(self, program: Program, effects: Sequence[Effect]) -> None:
        self._program = program
        self._taken: list[tuple[str, str, str]] = []
        for effect in effects:
            file = _text(effect.get("block")) if effect.kind == "rails-scope" else ""
            if file.endswith(".php"):
                self._taken.append((effect.site.path, file.lstrip("./"), _path(_text(effect.get("path")))))

    def prefix(self, path: str) -> str:
        """The prefix of a file."""
        for by, file, prefix in self._taken:
            if path.endswith("/" + file.rpartition("../")[2]) and self._program.related(by, path):
                return prefix
        return _API if path.endswith("routes/api.php") else ""


def _before(outer: Sequence[_Around]) -> str:
    """What the blocks around a route put in front of it; ``collection`` means all of the resources around it."""
    prefix = ""
    for one in outer:
        prefix = prefix.removesuffix(_ALL) if _text(one.effect.get("kind")) == "collection" else prefix + one.prefix
    return prefix


def _route(effect: Effect) -> str:
    """The path of a route: its first argument, or the key of ``get "/up" => "health#show"``."""
    named = effect.get("named")
    if effect.get("segments") is not None:
        return _segments(effect.get("segments"))
    if effect.get("path") is not None or not isinstance(named, Pairs):
        return _text(effect.get("path"))
    targets = ((_text(key), _text(value)) for key, value in named.entries)
    return next((key for key, value in targets if "#" in value), "")


def _is_route(effect: Effect, inside: bool) -> bool:
    """Whether a call of ``get`` is a route: elsewhere it may be a request of a test or a client."""
    path = _route(effect)
    if "=>" in path or "://" in path:
        return False
    served = isinstance(effect.get("block"), FunctionOf) or effect.get("to") is not None
    rails = effect.site.path.endswith("routes.rb") or "config/routes/" in effect.site.path
    return served or inside or rails  # of an application or an engine of Rails


def _is_kept(outer: Sequence[_Around]) -> bool:
    """Whether what stands in a block is only kept under a name, for resources that have it too."""
    return any(_text(one.effect.get("kind")) == "concern" for one in outer)


def _prefix(effect: Effect) -> str:
    kind, path = _text(effect.get("kind")), _text(effect.get("path"))
    if kind == "concern" or (kind == "prefix" and path in ("false", "nil")):
        return ""
    if effect.get("segments") is not None:
        return _path(_segments(effect.get("segments")))
    if effect.kind == "rails-scope":
        return "" if kind in ("member", "collection") else "/:" + path if kind == "route_param" else _path(path)
    name = _path(path or next(iter(_names(effect)), ""))
    return name if kind == "resource" else name + _ALL


def _segments(thing: Thing | None) -> str:
    """What several arguments match one after another: texts as they are, classes (``Integer``) anything of theirs;
    ``true`` only asks whether the path ends here."""
    items = thing.items if isinstance(thing, Several) else (thing,)
    return "/".join(_text(item) or ":id" for item in items if _text(item) != "true")


def _resources(effect: Effect) -> Iterator[tuple[str, str]]:
    one = _text(effect.get("kind")) == "resource"
    only, hidden = _texts(effect.get("only")), _texts(effect.get("except"))
    if isinstance(effect.get("block"), FunctionOf) and not _names(effect):
        return
    for name in [_text(effect.get("path"))] if effect.get("path") is not None else _names(effect):
        for action, (methods, rest) in _ACTIONS.items():
            if (only is None or action in only) and action not in (hidden or ()) and not (one and action == "index"):
                nested = name.replace(".", "/:id/")
                yield from ((method, _path(nested) + ("" if one else rest)) for method in methods.split())


def _names(effect: Effect) -> list[str]:
    return _texts(effect.get("names")) or []


def _texts(thing: Thing | None) -> list[str] | None:
    if isinstance(thing, Several):
        return [item.text for item in thing.items if isinstance(item, Value) and item.text]
    return [thing.text] if isinstance(thing, Value) and thing.text else None


def _text(thing: Thing | None) -> str:
    return str(thing) if isinstance(thing, Value) else ""


def _path(path: str) -> str:
    clean = path.strip("/").removesuffix("(.:format)")
    return f"/{clean}" if clean else ""
