"""Profiles: the parts of a program's configuration that count only in one environment.

Spring Boot reference, "Profile Specific Files" and "Activation Properties"; Micronaut, "Property Sources"; .NET,
"Configuration in ASP.NET Core" (``appsettings.Production.json``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

SELECTING = re.compile(r"(?:spring\.config\.activate\.on-(?:profile|cloud-platform)|spring\.profiles)(?:\.\d+)?")
"""Keys by which a document says the profiles, or the platform, that it is for; several are a list."""

_OWN = re.compile(r"%([\w,-]+)\.(.+)", re.DOTALL)

SELECTED = (
    "spring.profiles.include", "spring.profiles.active", "quarkus.profile", "micronaut.environments",
    "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT",
)  # fmt: skip
"""Keys and variables that say which profiles are active, the last ones counting more."""

_NAMED = re.compile(
    r"(?:application|bootstrap)-(?P<profile>[\w.-]+)\.(?:ya?ml|properties)$"
    r"|appsettings\.(?P<environment>[\w-]+)\.(?:json|ya?ml)$",
    re.IGNORECASE,
)


def of_name(path: str) -> str:
    """The profile that a file's name tells (``application-docker.yml``), "" for none."""
    match = _NAMED.match(PurePosixPath(path).name)
    return (match["profile"] or match["environment"]) if match else ""


def of_key(key: str) -> tuple[str, str]:
    """The profile that a key tells, "" for none, and the key without it: Quarkus' ``%prod.quarkus.http.port``."""
    match = _OWN.fullmatch(key)
    return (match[1], match[2]) if match else ("", key)


def of_document(entries: Iterable[tuple[str, str]]) -> str:
    """The profiles that a document of these keys and texts is for, "" for all."""
    return ",".join(text for key, text in entries if text and SELECTING.fullmatch(key))
