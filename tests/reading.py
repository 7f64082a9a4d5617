"""Small workspaces as texts, read by the real extractors."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from boundary.config import Config, ServiceConfig
from boundary.discover import Memory
from boundary.facts import FileFacts
from boundary.gather import gather
from boundary.resolve.landscape import Landscape, Server, Service, Unit
from boundary.resolve.services import landscape


def facts(files: Mapping[str, str]) -> tuple[FileFacts, ...]:
    """The facts of files given as texts."""
    return gather(Memory({path: dedent(text).lstrip("\n") for path, text in files.items()}), 1).files


def read(files: Mapping[str, str], *more: FileFacts, services: tuple[ServiceConfig, ...] = ()) -> Landscape:
    """The landscape of files given as texts, and of further ones given as facts."""
    config = Config(services=services, path="boundary.toml" if services else None)
    return landscape([*facts(files), *more], config)


def service(land: Landscape, name: str) -> Service:
    """The service of a name."""
    return next(one for one in land.services if one.name == name)


def server(land: Landscape, name: str) -> Server:
    """The server of a name."""
    return next(one for one in land.servers if one.name == name)


def unit(land: Landscape, key: str) -> Unit:
    """The unit of a key."""
    return next(one for thing in (*land.services, *land.servers) for one in thing.units if one.key == key)


def variables(land: Landscape, key: str) -> dict[str, str]:
    """The variables of a unit; open places are written as ``{NAME}``."""
    return {binding.name: str(binding.value) for binding in unit(land, key).variables}


def shape(land: Landscape) -> dict[str, tuple[str, ...]]:
    """The services by name with their roots."""
    return {one.name: one.roots for one in land.services}
