"""Active Resource: classes whose objects lie in another service, as calls over HTTP.

``class Member < ActiveResource::Base`` with ``self.site`` and ``self.prefix`` asks for ``members`` there. ``find(7)``
is ``GET /members/7``, ``find(7).get(:contact)`` is ``GET /members/7/contact``. Rows tell the method
(``resource-call``); the address and the name are the class's own. Source: Active Resource, "README" and
``ActiveResource::CustomMethods``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import inflection

from boundary.model import Hole, Value
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.things import ClassOf, Effect, Instance, Made, Thing

KIND = "resource-call"

_ONE = frozenset({"find", "exists?", "delete", "update", "destroy", "save", "reload", "update_attributes"})
"""Methods that are about one object; the others are about all."""


def calls(evaluator: Evaluator, effects: Iterable[Effect]) -> Iterator[Effect]:
    """The calls that methods of such classes make."""
    for effect in effects:
        receiver = effect.receiver
        made = receiver.field("of") if isinstance(receiver, Made) else receiver
        cls = made.of if isinstance(made, Instance) else made
        if isinstance(cls, ClassOf) and (url := _url(evaluator, cls, effect)) is not None:
            told = (("method", effect.get("verb") or Value.of("*")), ("url", url))
            yield replace(effect, kind="http", values=told)


def _url(evaluator: Evaluator, cls: ClassOf, effect: Effect) -> Value | None:
    site = members.of_object(evaluator, cls, "site", 0)
    if not isinstance(site, Value) or not site.parts:
        return None
    prefix, named = (members.of_object(evaluator, cls, name, 0) for name in ("prefix", "collection_name"))
    plural = inflection.tableize(cls.name.rpartition(".")[2])
    path = str(prefix).strip("/") if isinstance(prefix, Value) and prefix.text else ""
    start = Value.of(site, f"/{path}/" if path else "/", _text(named) or plural)
    asked = effect.get("key")
    one = effect.call.rpartition(".")[2] in _ONE or isinstance(effect.receiver, Made | Instance)
    many = isinstance(asked, Value) and asked.text in ("all", "first", "last")
    whole = Value.of(start, "/", Value((Hole("parameter", "id"),))) if one and not many else start
    custom = effect.get("custom")
    return Value.of(whole, "/", custom) if isinstance(custom, Value) and custom.text else whole


def _text(thing: Thing) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
