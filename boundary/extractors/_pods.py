"""The parts of a Kubernetes pod: containers, environment, ports, mounts, shared namespaces.

Specification: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ .
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from boundary.facts import Container, Fact, Mount, Port, SharedNamespace, Variable, VariableSource
from boundary.model import Hole, Value
from boundary.reading.interpolate import cluster
from boundary.reading.yaml import MISSING, Node

_MountKind = Literal["volume", "bind", "empty", "memory", "config", "secret", "anonymous"]

_SOURCES: dict[str, tuple[_MountKind, str]] = {
    "persistentVolumeClaim": ("volume", "claimName"),
    "hostPath": ("bind", "path"),
    "emptyDir": ("empty", ""),
    "configMap": ("config", "name"),
    "secret": ("secret", "secretName"),
    "projected": ("config", ""),
    "downwardAPI": ("config", ""),
    "ephemeral": ("empty", ""),
    "gcePersistentDisk": ("volume", "pdName"),
    "awsElasticBlockStore": ("volume", "volumeID"),
    "azureDisk": ("volume", "diskURI"),
    "azureFile": ("volume", "shareName"),
    "csi": ("volume", "volumeHandle"),
    "local": ("bind", "path"),
}
_REFERENCES: tuple[tuple[str, Literal["configmap", "secret"]], ...] = (("configMap", "configmap"), ("secret", "secret"))
_NETWORK_SOURCES = {"nfs": ("server", "path"), "glusterfs": ("endpoints", "path")}
_SHARES = ("shareName", "sharename", "containerName", "share")
_SECRET_DRIVER = "secrets-store.csi.k8s.io"
_SHARED: dict[str, Literal["network", "pid", "ipc", "process"]] = {
    "hostNetwork": "network",
    "hostPID": "pid",
    "hostIPC": "ipc",
    "shareProcessNamespace": "process",
}


def _all(pod: Node) -> Iterator[tuple[Node, bool]]:
    """The containers with whether they only initialise; sidecars (``restartPolicy: Always``) stay."""
    for node in pod.get("initContainers").items:
        yield node, node.get("restartPolicy").text != "Always"
    for node in pod.get("containers").items:
        yield node, False


def containers(pod: Node) -> tuple[Container, ...]:
    """All containers of a pod, the initialising ones first."""
    return tuple(
        Container(
            node.get("name").string,
            cluster(node.get("image").text) if node.get("image") else None,
            tuple(cluster(word) for part in ("command", "args") for word in node.get(part).strings),
            init,
            node.get("image").line or node.line,
            told=_told(node),
        )
        for node, init in _all(pod)
    )


def _told(node: Node) -> int:
    """The line of a container's last word, or of the first line of the script that it is; 0 for none."""
    given = [part for part in (node.get("args"), node.get("command")) if part]
    words = given[0].items or given[:1] if given else []
    return words[-1].line + ("\n" in words[-1].text.strip()) if words else 0


def machines(pod: Node) -> tuple[tuple[str, str], ...]:
    """The labels that the machines of a pod must have; one that is named is told by its name."""
    wanted = [(key.text, value.text) for key, value in pod.get("nodeSelector").pairs]
    named = pod.get("nodeName").string
    return (*wanted, *((("kubernetes.io/hostname", named),) if named else ()))


def facts(workload: str, pod: Node, claims: dict[str, str]) -> Iterator[Fact]:
    """What the containers are started with; ``claims`` are the pod's own claims by the name of their template."""
    volumes = {node.get("name").string: node for node in pod.get("volumes").items}
    for node, _ in _all(pod):
        yield from _variables(workload, node)
        yield from _ports(workload, node)
        yield from _mounts(workload, node, volumes, claims)
        privileged = node.get("securityContext", "privileged")
        if privileged.flag:
            yield SharedNamespace(workload, "privileged", "true", line=privileged.line, column=privileged.column)
    for key, which in _SHARED.items():
        shared = pod.get(key)
        if shared.flag:
            mode = "true" if which == "process" else "host"
            yield SharedNamespace(workload, which, mode, line=shared.line, column=shared.column)


def _variables(workload: str, node: Node) -> Iterator[Variable | VariableSource]:
    container = node.get("name").string
    for entry in node.get("env").items:
        name, source, value = entry.get("name").string, entry.get("valueFrom"), entry.get("value")
        if source:
            yield from _from(workload, container, entry, source)
        elif name:
            yield Variable(workload, name, cluster(value.string), container, line=entry.line, column=entry.column)
    for entry in node.get("envFrom").items:
        prefix = entry.get("prefix").string
        for key, kind in _REFERENCES:
            group = entry.get(f"{key}Ref", "name")
            if group:
                line, column = group.line, group.column
                yield VariableSource(workload, kind, group.text, "", "", prefix, container, line=line, column=column)


def _from(workload: str, container: str, entry: Node, source: Node) -> Iterator[Variable | VariableSource]:
    name, line, column = entry.get("name").string, entry.line, entry.column
    for key, kind in _REFERENCES:
        reference = source.get(f"{key}KeyRef")
        if reference.get("name"):
            group, item = reference.get("name").text, reference.get("key").string
            yield VariableSource(workload, kind, group, item, name, "", container, line=line, column=column)
    field = source.get("fieldRef", "fieldPath").string or source.get("resourceFieldRef", "resource").string
    if field:
        yield Variable(workload, name, Value.of(Hole("attribute", field)), container, line=line, column=column)


def _ports(workload: str, node: Node) -> Iterator[Port]:
    for port in node.get("ports").items:
        target, published = port.get("containerPort"), port.get("hostPort")
        if target:
            outside = cluster(published.text) if published else None
            host, name = port.get("hostIP").string, port.get("name").string
            protocol = port.get("protocol").string.removeprefix("TCP")
            yield Port(
                workload, cluster(target.text), outside, host, name, protocol, line=port.line, column=port.column
            )  # fmt: skip


def _mounts(workload: str, node: Node, volumes: dict[str, Node], claims: dict[str, str]) -> Iterator[Mount]:
    """What is mounted; a volume that the manifest does not tell (a patch adds it) is left out."""
    for mount in node.get("volumeMounts").items:
        name, container = mount.get("name").string, node.get("name").string
        volume = volumes.get(name, MISSING)
        kind, source, fixed = ("volume", claims[name], False) if name in claims else _source(volume)
        if kind and mount.get("mountPath"):
            yield Mount(
                workload,
                kind,
                source,
                mount.get("mountPath").text,
                fixed or mount.get("readOnly").flag,
                container,
                mount.get("subPath").string or mount.get("subPathExpr").string,
                line=mount.line,
                column=mount.column,
            )


def _source(volume: Node) -> tuple[_MountKind | None, str, bool]:
    """Kind, source and whether it can only be read, of a pod's volume."""
    name = volume.get("name").string
    for key, value in volume.pairs:
        read_only = value.get("readOnly").flag
        if key.text in _NETWORK_SOURCES:
            return "volume", behind(volume), read_only
        if key.text == "csi" and value.get("driver").text == _SECRET_DRIVER:
            return "secret", name, True
        if key.text == "csi" and (share := _share(value)):
            return "volume", share, read_only
        if key.text == "emptyDir" and value.get("medium").text == "Memory":
            return "memory", name, False
        if key.text in _SOURCES:
            kind, field = _SOURCES[key.text]
            return kind, (value.get(field).string if field else "") or name, read_only or kind in ("config", "secret")
    return None, "", False


def _share(driven: Node) -> str:
    """``server:/path`` of a share that a driver mounts, "" for what only its handle tells: drivers of NFS, SMB and
    Azure, where an account is the server (https://github.com/kubernetes-sigs/azurefile-csi-driver )."""
    given = driven.get("volumeAttributes")
    account = given.get("storageAccount").string or given.get("storageaccount").string
    service = "blob" if given.get("containerName") else "file"
    server = given.get("server").string or (f"{account}.{service}.core.windows.net" if account else "")
    share = next((said for name in _SHARES if (said := given.get(name).string)), "")
    if not server and given.get("source").string.startswith("//"):
        server, _, share = given.get("source").string[2:].partition("/")
    return f"{server}:/{share.lstrip('/')}" if server and share else ""


def behind(volume: Node) -> str:
    """Host path, ``server:path`` or the provider's identity of what a volume really is."""
    for key, value in volume.pairs:
        if key.text in _NETWORK_SOURCES:
            server, path = _NETWORK_SOURCES[key.text]
            return f"{value.get(server).string}:{value.get(path).string}"
        if key.text == "csi" and (share := _share(value)):
            return share
        if key.text in _SOURCES and value.get(_SOURCES[key.text][1]):
            return value.get(_SOURCES[key.text][1]).text
    return ""
