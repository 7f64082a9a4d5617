"""Routes of Ruby's frameworks: Rails' ``config/routes.rb``, Sinatra, Grape.

``get "/x"`` is a route where it stands in a router: in a block, or with one (Sinatra, Grape) or a target of its own
(``to:``). What surrounds it (``namespace``, ``scope``, ``resources``) is in front of its path. Sources: Rails Guides,
"Rails Routing from the Outside In"; Sinatra README, "Routes"; Grape README, "Basic Usage".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boundary.model import Value
from boundary.resolve.code.program import Program
from boundary.resolve.code.things import Effect, FunctionOf, Pairs, Several, Thing

KINDS = ("rails-route", "rails-resources", "rails-scope")

_ACTIONS = {
    "index": ("GET", ""), "create": ("POST", ""), "show": ("GET", "/:id"), "update": ("PATCH PUT", "/:id"),
    "destroy": ("DELETE", "/:id"),
}  # fmt: skip
"""What a resource answers to an API's clients; ``new`` and ``edit`` are pages."""
_ALL = "/:id"
"""What stands behind the name of resources: one of them."""


@dataclass(frozen=True, slots=True)
class _Around:
    """The lines of a block, what it puts in front of the paths in it, and the call that it belongs to."""

    effect: Effect
    first: int
    last: int
    prefix: str


def routes(program: Program, effects: Sequence[Effect]) -> Iterator[tuple[Effect, str, str]]:
    """Each route with its method and path."""
    around: dict[str, list[_Around]] = defaultdict(list)
    for effect in effects:
        block = effect.get("block")
        if isinstance(block, FunctionOf) and effect.kind != "rails-route":
            lines = program.files[block.path].functions[block.name]
            inner = _Around(effect, lines.line, max(lines.end_line, lines.line), _prefix(effect))
            around[effect.site.path].append(inner)
    for effect in dict.fromkeys(effects):
        line = effect.site.line
        blocks = (one for one in around[effect.site.path] if one.first <= line <= one.last)
        outer = [one for one in blocks if one.effect != effect]
        prefix = _before(sorted(outer, key=lambda one: (one.first, -one.last)))
        if effect.kind == "rails-resources":
            yield from ((effect, method, prefix + path) for method, path in _resources(effect))
        elif effect.kind == "rails-route" and _is_route(effect, bool(outer)):
            prefix = prefix.removesuffix(_ALL) if _text(effect.get("nested")) == "collection" else prefix
            path = prefix + _path(_route(effect))
            yield from ((effect, method.upper(), path) for method in _texts(effect.get("method")) or ["*"])


def _before(outer: Sequence[_Around]) -> str:
    """What the blocks around a route put in front of it; ``collection`` means all of the resources around it."""
    prefix = ""
    for one in outer:
        prefix = prefix.removesuffix(_ALL) if _text(one.effect.get("kind")) == "collection" else prefix + one.prefix
    return prefix


def _route(effect: Effect) -> str:
    """The path of a route: its first argument, or the key of ``get "/up" => "health#show"``."""
    named = effect.get("named")
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
    return served or inside or effect.site.path.endswith("routes.rb")


def _prefix(effect: Effect) -> str:
    kind, path = _text(effect.get("kind")), _text(effect.get("path"))
    if effect.kind == "rails-scope":
        return "" if kind in ("member", "collection") else "/:" + path if kind == "route_param" else _path(path)
    name = _path(path or next(iter(_names(effect)), ""))
    return name if kind == "resource" else name + _ALL


def _resources(effect: Effect) -> Iterator[tuple[str, str]]:
    one = _text(effect.get("kind")) == "resource"
    only, hidden = _texts(effect.get("only")), _texts(effect.get("except"))
    if isinstance(effect.get("block"), FunctionOf) and not _names(effect):
        return
    for name in [_text(effect.get("path"))] if effect.get("path") is not None else _names(effect):
        for action, (methods, rest) in _ACTIONS.items():
            if (only is None or action in only) and action not in (hidden or ()) and not (one and action == "index"):
                yield from ((method, _path(name) + ("" if one else rest)) for method in methods.split())


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
