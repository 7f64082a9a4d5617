"""The rows of ``known/constructs.toml``: constructs of the AWS CDK, and the resources that they make."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

_PACKAGE = re.compile(r"(?:aws-cdk-lib|aws_cdk|@aws-cdk)[/.](aws[-_][\w-]+)\.([\w.]+)")


class Type(msgspec.Struct, frozen=True):
    """A construct that makes a resource; see the table."""

    type: str
    rename: dict[str, str] = {}
    plain: bool = False
    """Whether the construct has the resource's own properties, all the way down."""


class Cause(msgspec.Struct, frozen=True):
    """What starts a function; see the table."""

    kind: str
    names: str


class Step(msgspec.Struct, frozen=True):
    """A step of a state machine; see the table."""

    resource: str
    key: str
    of: str


@dataclass(frozen=True)
class Rows:
    """All rows, by module and class, and the grants by the type of the resource."""

    types: dict[str, Type]
    spaces: dict[str, str]
    sources: dict[str, Cause]
    steps: dict[str, Step]
    grants: dict[str, dict[str, list[str]]]
    arns: dict[str, str]


@cache
def rows() -> Rows:
    """The table, read once."""
    written = tomllib.loads((files("boundary.resolve") / "known" / "constructs.toml").read_text("utf-8"))
    return Rows(
        {name: msgspec.convert(one, Type) for names, one in written["types"].items() for name in names.split()},
        written["spaces"],
        {name: msgspec.convert(one, Cause) for names, one in written["sources"].items() for name in names.split()},
        {name: msgspec.convert(one, Step) for name, one in written["steps"].items()},
        written["grants"],
        written["arns"],
    )


def made(name: str) -> Type | None:
    """What a construct of this module and class makes, None for nothing."""
    module, _, construct = name.partition(".")
    if construct.startswith("Cfn") and module in rows().spaces:
        return Type(f"AWS::{rows().spaces[module]}::{construct.removeprefix('Cfn')}", plain=True)
    return rows().types.get(name)


def called(name: str) -> str:
    """Module and class of a construct as the table has them: the packages of all versions and languages are one."""
    found = _PACKAGE.fullmatch(name)
    return f"{found[1].replace('_', '-')}.{found[2]}" if found else name.rpartition(".")[2]
