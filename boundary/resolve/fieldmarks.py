"""What is said of the fields of messages in code: whether they must be sent, and what they are called.

The names of annotations are those of ``known/bodies.toml``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from boundary.facts import Apply, Assign, Expr, Member, Ref, Text, Unknown
from boundary.model import Shape


@cache
def table() -> dict[str, frozenset[str]]:
    """The words of the table by their kind."""
    document = tomllib.loads((files("boundary.resolve") / "known" / "bodies.toml").read_text("utf-8"))
    scalars = document.pop("scalars")
    return {name: frozenset(words.split()) for name, words in (*document.items(), *scalars.items())}


def is_required(assign: Assign, marks: set[str], shape: Shape, language: str) -> bool:
    """Whether a request without the field is refused."""
    if marks & table()["optional"] or shape.nullable:
        return False
    if marks & table()["required"]:
        return True
    told = [word for mark in assign.decorators if isinstance(mark, Apply) for word in mark.args]
    if any(last(mark) in ("tag:binding", "tag:validate") for mark in assign.decorators):
        return any(text(word) == "required" for word in told)
    if language == "python":
        return assign.value is None or _is_bare_field(assign.value)
    return language == "javascript" and assign.value is None


def _is_bare_field(value: Expr) -> bool:
    """``Field(alias="x")``: what is said of a field without giving it a default."""
    if not isinstance(value, Apply) or last(value) != "Field":
        return False
    given = {name for name, _ in value.keywords} & {"default", "default_factory"}
    return not given and all(isinstance(one, Unknown) for one in value.args)


def alias(assign: Assign, sent: bool) -> str:
    """The name that only one of the two directions has."""
    wanted = "validation_alias" if sent else "serialization_alias"
    keywords = assign.value.keywords if isinstance(assign.value, Apply) else ()
    return next((text(value) for name, value in keywords if name == wanted), "")


def last(expr: Expr) -> str:
    """The last part of a name, also of one that is called."""
    if isinstance(expr, Apply):
        return last(expr.callee)
    return expr.name if isinstance(expr, Ref | Member) else ""


def text(expr: Expr) -> str:
    """A literal text, "" for anything else."""
    return expr.text if isinstance(expr, Text) else ""
