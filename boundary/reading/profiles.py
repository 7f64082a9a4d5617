"""Profiles: the parts of a program's configuration that count only in one environment.

Spring Boot reference, "Profile Specific Files" and "Activation Properties"; Micronaut, "Property Sources"; .NET,
"Configuration in ASP.NET Core" (``appsettings.Production.json``); node-config, "Configuration Files" and "Environment
Variables" (``config/production.json``, ``config/custom-environment-variables.json``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import msgspec

from boundary.facts import Setting
from boundary.model import Hole, Value

SELECTING = re.compile(r"(?:spring\.config\.activate\.on-(?:profile|cloud-platform)|spring\.profiles)(?:\.\d+)?")
"""Keys by which a document says the profiles, or the platform, that it is for; several are a list."""

_OWN = re.compile(r"%([\w,-]+)\.(.+)", re.DOTALL)

SELECTED = (
    "spring.profiles.include", "spring.profiles.active", "quarkus.profile", "micronaut.environments",
    "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "NODE_ENV", "NODE_CONFIG_ENV",
)  # fmt: skip
"""Keys and variables that say which profiles are active, the last ones counting more."""

_NAMED = re.compile(
    r"(?:application|bootstrap)-(?P<profile>[\w.-]+)\.(?:ya?ml|properties)$"
    r"|appsettings\.(?P<environment>[\w-]+)\.(?:json|ya?ml)$",
    re.IGNORECASE,
)
_IN_FOLDER = re.compile(
    r"(?:default-)?(?P<deployment>production|prod|staging|stage|development|dev|test|qa|uat|local|docker|kubernetes)"
    r"\.(?:json5?|ya?ml)$"
)
_VARIABLES = re.compile(r"custom-environment-variables\.(?:json5?|ya?ml)$")
_NAME = ".__name"
"""Behind the key of a variable that has a format as well."""


def of_name(path: str) -> str:
    """The profile that a file's name tells (``application-docker.yml``), "" for none."""
    pure = PurePosixPath(path)
    if pure.parent.name == "config" and (one := _IN_FOLDER.match(pure.name)):
        return one["deployment"]
    match = _NAMED.match(pure.name)
    return (match["profile"] or match["environment"]) if match else ""


def of_variables(path: str) -> bool:
    """Whether a file only says which variables set which keys."""
    return _VARIABLES.match(PurePosixPath(path).name) is not None


def variables(settings: Iterable[Setting]) -> Iterator[Setting]:
    """The settings of such a file: keys with the variables that set them, without what is only said about these."""
    for one in settings:
        key = one.key.removesuffix(_NAME)
        if ".__" not in key:
            value = Value((Hole("env", str(one.value)),))
            yield msgspec.structs.replace(one, scope="environment", key=key, value=value, group="")


def of_key(key: str) -> tuple[str, str]:
    """The profile that a key tells, "" for none, and the key without it: Quarkus' ``%prod.quarkus.http.port``."""
    match = _OWN.fullmatch(key)
    return (match[1], match[2]) if match else ("", key)


def of_document(entries: Iterable[tuple[str, str]]) -> str:
    """The profiles that a document of these keys and texts is for, "" for all."""
    return ",".join(text for key, text in entries if text and SELECTING.fullmatch(key))
