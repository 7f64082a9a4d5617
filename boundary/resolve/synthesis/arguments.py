"""What calls that make constructs are given: options in an object, or by name, as Python has them."""

from __future__ import annotations

from collections.abc import Iterable

from boundary.resolve.code.things import Effect, Pairs, Several, Thing
from boundary.resolve.synthesis.expressions import camel, text


def named(effect: Effect) -> dict[str, Thing]:
    """The arguments by name, as TypeScript calls them."""
    named = effect.get("named")
    return {camel(text(key)): value for key, value in named.entries} if isinstance(named, Pairs) else {}


def options(items: Iterable[Thing]) -> dict[str, Thing]:
    """The object among the arguments of a call."""
    found = next((one for one in items if isinstance(one, Pairs)), Pairs())
    return {camel(text(key)): value for key, value in found.entries}


def given_to(effect: Effect) -> dict[str, Thing]:
    """What a construct is given besides its scope and its id."""
    args = effect.get("given")
    return {**options(args.items[2:] if isinstance(args, Several) else ()), **named(effect)}
