"""The configuration of a workspace at another revision."""

from __future__ import annotations

import posixpath
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from boundary.config import EXCEPTIONS, NAMES, Config, ExceptionConfig, exceptions_of, from_bytes
from boundary.discover.links import is_there
from boundary.discover.marks import ANALYSED
from boundary.errors import UserError, configuration, no_access
from boundary.reading.toml import LONGEST

if TYPE_CHECKING:
    from boundary.discover import Workspace
    from boundary.discover.snapshot import Entry, Snapshot


def with_exceptions(config: Config, snapshot: Snapshot) -> Config:
    """The configuration with the exceptions of files beside services; UserError where one does not fit."""
    found = [one for entry in snapshot.entries() if _agreed(entry) for one in _read(entry, snapshot)]
    return msgspec.structs.replace(config, exceptions=(*config.exceptions, *found)) if found else config


def _agreed(entry: Entry) -> bool:
    """Whether a file holds exceptions of the workspace's own: what was copied into it agrees to nothing."""
    return posixpath.basename(entry.path) == EXCEPTIONS and entry.link is None and entry.mark in ANALYSED


def _read(entry: Entry, snapshot: Snapshot) -> tuple[ExceptionConfig, ...]:
    if entry.size > LONGEST:
        raise configuration(entry.path, 1, "more than the megabyte that is read of such a file")
    try:
        return exceptions_of(entry.path, snapshot.read(entry.path))
    except OSError as error:
        raise no_access(entry.path, error.strerror or str(error)) from None


def configured_at(snapshot: Snapshot, workspace: Workspace) -> Config:
    """The configuration as a snapshot has it; UserError when it is wrong.

    Which repositories belong to the workspace is said by today's: they are what is there to be read.
    """
    paths = {entry.path for entry in snapshot.entries()}
    for name in NAMES:
        path = posixpath.join(workspace.home, name)
        config = from_bytes(name, snapshot.read(path)) if path in paths else Config()
        if config.path:
            return config.below(workspace.home)
    return Config()


def config_before(snapshot: Snapshot, workspace: Workspace) -> Config:
    """Today's configuration for an earlier moment: less services that were not there yet, with the exceptions of then.

    So a change that takes an exception away brings the finding back, and one that describes a service better brings no
    finding by that.
    """
    paths = [entry.path for entry in snapshot.entries()]
    services = tuple(one for one in workspace.config.services if not one.root or is_there(one.root, paths))
    exceptions: tuple[ExceptionConfig, ...] = ()
    with suppress(UserError):  # what was broken then accepted nothing
        exceptions = configured_at(snapshot, workspace).exceptions
    return msgspec.structs.replace(workspace.config, services=services, exceptions=exceptions)
