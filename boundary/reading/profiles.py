"""Profiles: the parts of a program's configuration that count only in one environment.

Spring Boot reference, "Profile Specific Files" and "Activation Properties"; Micronaut, "Property Sources"; .NET,
"Configuration in ASP.NET Core" (``appsettings.Production.json``).
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

SELECTING = ("spring.config.activate.on-profile", "spring.profiles")
"""Keys by which a document says the profiles that it is for."""

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
