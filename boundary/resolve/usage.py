"""Which variables a service uses of those that it is given: what its code asks for, as far as that is read.

A block of variables is often given to many services at once, and each uses its own of them.
"""

from __future__ import annotations

from boundary.resolve.announced import is_announced
from boundary.resolve.context import Context
from boundary.resolve.landscape import Service
from boundary.resolve.startwords import WORD
from boundary.resolve.values import fold

IMPLICIT = frozenset({"DATABASE_URL", "BROKER_URL", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"})
"""Variables that frameworks read without being told their names."""
FULLY_READ = frozenset({"csharp", "go", "javascript", "python", "typescript"})
"""Languages whose code is read so far that a variable nobody reads is a left-over."""

_SPELLED = frozenset({"cpp", "rust"})
"""Languages whose code reads a variable by its name, or a part of it, while not all of that is followed."""


def counts(context: Context, service: Service, name: str) -> bool:
    """Whether a variable is read, as far as the code tells."""
    if name.startswith(WORD):
        return True
    if is_announced(context, service, name):
        return False
    if service.language in _SPELLED and "." not in name:  # A key of its own files is there to be read.
        return is_spelled(context, service, name)
    if service.language not in FULLY_READ or _is_read(context, service, name):
        return True
    return service.language != "csharp" and "_" in name and _is_asked(context.mentioned(service.id), name)


def _is_asked(words: frozenset[str], name: str) -> bool:
    """Whether a variable is asked for by its whole name, for something that is not followed so far, or as a field of
    settings whose prefix stands somewhere (``SHOP_ORDERS_URL`` as ``orders_url``)."""
    prefix, _, field = name.partition("_")
    return fold(name) in words or ("_" in field and fold(field) in words and fold(prefix) in words)


def may_be_read(context: Context, service: Service, name: str) -> bool:
    """Whether a variable can be more than a left-over: there is no code that tells, or it has the name somewhere."""
    if service.language not in FULLY_READ or name in IMPLICIT or "__" in name or _is_read(context, service, name):
        return True
    return is_spelled(context, service, name)


def is_whole(context: Context, service: Service) -> bool:
    """Whether the code of a service is there and read so far that it tells which variables it does not use."""
    return service.language in FULLY_READ and bool(context.mentioned(service.id))


def is_spelled(context: Context, service: Service, name: str) -> bool:
    """Whether the code of a service, and what it asks for of libraries, has a variable's name somewhere.

    The name of a settings class's field may be the end of the variable's: the rest is a prefix. Of several variables
    that end so it is the one whose whole name stands somewhere, else those whose prefix does.
    """
    wanted, words = fold(name), context.mentioned(service.id)
    if not words or wanted in words:
        return True
    tails = (wanted[at:] for at in range(len(wanted) - len("_url")))
    ends = [word for word in tails if word in words]
    return any(_is_meant(service, wanted, word, words) for word in ends)


def has_own(context: Context, service: Service, name: str) -> bool:
    """Whether a service asks for another variable of the same kind by its whole name, and not for this one
    (``ROOMS_DATABASE_URL`` beside ``MEALS_DATABASE_URL``): the rest of the block is for the others."""
    words = context.mentioned(service.id)
    if fold(name) in words:
        return False
    ends = "_" + "_".join(name.split("_")[-2:])
    given = (binding.name for unit in service.units for binding in unit.variables)
    return any(one.endswith(ends) and one != name and fold(one) in words for one in given)


def _is_meant(service: Service, wanted: str, end: str, words: frozenset[str]) -> bool:
    given = {fold(binding.name) for unit in service.units for binding in unit.variables}
    alike = {one for one in given if one.endswith(end)} - {wanted}
    return not alike or (alike.isdisjoint(words) and wanted.removesuffix(end) in words)


def _is_read(context: Context, service: Service, name: str) -> bool:
    return fold(name) in {fold(read) for read in context.filler.read[service.id]}
