"""What tasks and functions of stacks mount, and whose processes they see.

A file system of the cloud is spelled ``//server/path``, by the resource that it is or by its identity, so that who
mounts a folder of it mounts what is below it. A volume without a source belongs to the task. Sources: the Volume types
of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ , ``file_system_config`` of Lambda, ``volumes`` of Cloud
Run, ``volume`` of Azure Container Apps and Container Instances, and the volumes of a pod.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Literal

from boundary.facts import Mount, SharedNamespace
from boundary.model import Value
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Table, Thing, below, document, items, text
from boundary.resolve.volumes import SHARE

_Kind = Literal["volume", "bind", "empty", "config"]
_Which = Literal["network", "pid", "ipc"]

_EFS = ("efs_volume_configuration", "EFSVolumeConfiguration", "efsVolumeConfiguration", "efs")
_FILE_SYSTEM = ("file_system_id", "FilesystemId", "FileSystemId", "fileSystemId")
_ACCESS = ("access_point_id", "AccessPointId", "accessPointId")
_ROOT = ("root_directory", "RootDirectory", "rootDirectory")
_SYSTEMS = ("aws_efs_file_system", "AWS::EFS::FileSystem")
_HOST = ("host_path", "Host.SourcePath", "host.sourcePath", "host.source_path", "host_path.path")
_MODES: tuple[tuple[_Which, str, str], ...] = (
    ("ipc", "ipc_mode", "IpcMode"), ("pid", "pid_mode", "PidMode"), ("network", "network_mode", "NetworkMode"),
)  # fmt: skip


def mounts(stacks: Stacks, resource: Resource, volumes: Thing, written: Thing) -> Iterator[Mount]:
    """The mounts of a container as ``written`` there, which name some of the workload's ``volumes``."""
    found = {name: one for one in items(document(volumes)) if (name := text(_any(one, "name", "Name")))}
    for one in items(written):
        target = text(_any(one, "containerPath", "ContainerPath", "mount_path", "path", "local_mount_path",
                           "LocalMountPath"))  # fmt: skip
        if target is None:
            continue
        line = max((line for line in one.lines.values()), default=0) if isinstance(one, Table) else 0
        fixed = text(_any(one, "readOnly", "ReadOnly", "read_only")) == "true"
        name = text(_any(one, "sourceVolume", "SourceVolume", "name")) or ""
        source = _access(stacks, _any(one, "arn", "Arn")) or _azure(stacks, one)
        kind: _Kind = "volume"
        if not source:
            kind, source = _source(stacks, found.get(name))
        if source or kind == "empty":
            yield Mount(resource.uid, kind, source or name, target, fixed, line=line or resource.location.line)


def namespaces(resource: Resource) -> Iterator[SharedNamespace]:
    """The namespaces of the machine, or of all containers of the task, that a task's containers run in."""
    for which, *names in _MODES:
        for name in names:
            mode = resource.text(name)
            if mode == "host" or (mode == "task" and which != "network"):
                yield SharedNamespace(resource.uid, which, mode, line=resource.line(name))


def _source(stacks: Stacks, volume: Thing | None) -> tuple[Literal["volume", "bind", "empty", "config"], str]:
    """Kind and source of a volume of a workload."""
    if volume is None:
        return "config", ""
    host = text(_any(volume, *_HOST))
    if host:
        return "bind", host
    share = _efs(stacks, _any(volume, *_EFS)) or _network(stacks, volume)
    if share:
        return "volume", share
    shared = text(_any(volume, "docker_volume_configuration.scope", "DockerVolumeConfiguration.Scope"))
    if shared == "shared":
        return "bind", f"/var/lib/volumes/{text(_any(volume, 'name', 'Name'))}"
    told = {"secret", "config_map", "cloud_sql_instance"} & volume.entries.keys() if isinstance(volume, Table) else ()
    return ("config", "") if told else ("empty", "")


def _network(stacks: Stacks, volume: Thing) -> str:
    """A share of NFS, a bucket that is mounted, a share of Azure that is bound to an environment."""
    server, path = as_text(_any(volume, "nfs.server")), as_text(_any(volume, "nfs.path"))
    if server.parts:
        return _spelled(_name(stacks, server), str(path))
    bucket = as_text(_any(volume, "gcs.bucket"))
    if bucket.parts:
        return _spelled(_name(stacks, bucket))
    storage = as_text(_any(volume, "storage_name"))
    if not storage.parts:
        return ""
    bound = [one for one in stacks.resources if one.type == "azurerm_container_app_environment_storage"]
    for one in bound:
        if one.name == str(storage) or one.uid == str(storage):
            return _azure(stacks, Table({name: one.get(name) for name in ("share_name", "account_name")}))
    return _spelled(_name(stacks, storage))


def _azure(stacks: Stacks, one: Thing) -> str:
    """A share of a storage account."""
    account = as_text(_any(one, "storage_account_name", "account_name"))
    share = as_text(_any(one, "share_name"))
    return _spelled(_name(stacks, account), _name(stacks, share)) if account.parts and share.parts else ""


def _efs(stacks: Stacks, given: Thing) -> str:
    """A file system, below it the folder or what the access point allows."""
    if isinstance(given, Null):
        return ""
    system = as_text(_any(given, *_FILE_SYSTEM))
    point = _any(given, *_ACCESS, *(f"{block}.{name}" for block in _AUTHORIZATION for name in _ACCESS))
    return _access(stacks, point) or _spelled(_name(stacks, system), text(_any(given, *_ROOT)) or "")


_AUTHORIZATION = ("authorization_config", "AuthorizationConfig", "authorizationConfig")


def _access(stacks: Stacks, point: Thing) -> str:
    """Where an access point leads, "" for none that is known."""
    value = as_text(point)
    found = stacks.meant(value) if value.parts else None
    if found is None:
        literal = (value.text or "").rpartition("/")[2]
        return _spelled(literal) if literal.startswith("fsap-") else ""
    system = as_text(_of(found, *_FILE_SYSTEM))
    if not system.parts and found.type in _SYSTEMS:  # What a construct's own point of access is told as.
        return _spelled(found.name)
    path = text(_of(found, "root_directory.path", "RootDirectory.Path", "posix_root.path"))
    return _spelled(_name(stacks, system), path or "")


def _name(stacks: Stacks, written: Value) -> str:
    """The resource that a text means, else what stands there; "" where that is not known."""
    found = stacks.meant(written)
    if found is not None:
        return found.name
    return written.text or ""


def _spelled(server: str, path: str = "") -> str:
    if not server:
        return ""
    return SHARE + posixpath.normpath(f"{server.strip('/')}/{path.strip('/')}")


def _any(thing: Thing, *paths: str) -> Thing:
    """The first that is there of what stands below these keys, joined by dots."""
    found = (below(thing, *path.split(".")) for path in paths)
    return next((one for one in found if not isinstance(one, Null)), Null())


def _of(resource: Resource, *paths: str) -> Thing:
    found = (resource.get(*path.split(".")) for path in paths)
    return next((one for one in found if not isinstance(one, Null)), Null())
