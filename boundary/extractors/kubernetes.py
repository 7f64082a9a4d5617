"""Kubernetes manifests in YAML: workloads, the names they answer to, their configuration and their volumes.

Plain manifests, several in a file, and lists of them. Charts and overlays give their name only: what they make of a
manifest is not in one file. A manifest whose containers name no image is a patch of another one and gives nothing.
The facts of a workload follow its ``Workload``. Specification: https://kubernetes.io/docs/reference/kubernetes-api/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from boundary.extractors import _access as access
from boundary.extractors import _embedded as embedded
from boundary.extractors import _eventing as eventing
from boundary.extractors import _external_secrets as external_secrets
from boundary.extractors import _installations as installations
from boundary.extractors import _meshes as meshes
from boundary.extractors import _operators as operators
from boundary.extractors import _pods as pods
from boundary.extractors import _policies as policies
from boundary.extractors import connectors
from boundary.extractors._documents import documents, peek
from boundary.extractors._entrances import entrances
from boundary.facts import Address, Component, Deployment, Fact, Setting, VolumeDefinition, Workload
from boundary.model import Value
from boundary.reading.interpolate import application, cluster
from boundary.reading.kinds import in_chart, is_yaml
from boundary.reading.secrets import decoded, keep
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "kubernetes"

_MARK = re.compile(r"^[ \t]*(?:- )?[\"']?apiVersion[\"']?:", re.MULTILINE)
_CERTAIN = re.compile(r"^apiVersion:", re.MULTILINE)
_CERTAIN_KIND = re.compile(r"^kind:", re.MULTILINE)
_PODS = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "DeploymentConfig": ("spec", "template"),
    "Rollout": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
_DEEPEST_LIST = 5
LONGEST = 64 * 1024
"""Characters of one entry of a ConfigMap; what is longer is a file that a program reads by itself."""


def matches(path: str) -> bool:
    """Every YAML file: content decides."""
    return is_yaml(path) or PurePosixPath(path).name == "Kustomization"


def extract(source: Source) -> Iterator[Fact]:
    """The facts of a manifest, nothing for another file and for a chart's template."""
    name = PurePosixPath(source.path).name
    text = peek(source)
    if name in ("Chart.yaml", "Chart.yml"):
        yield from _chart(source)
    elif _MARK.search(text) or name.startswith("kustomization."):
        if in_chart(source.path, text):
            return
        certain = _CERTAIN.search(text) is not None and _CERTAIN_KIND.search(text) is not None
        yield from read(source.path, documents(source, certain))


def read(path: str, found: Iterable[Node]) -> Iterator[Fact]:
    """The facts of documents that stand in a file, or that a packaging tool makes of it."""
    first = True
    for document in found:
        for fact in _resource(path, document, 0):
            if first and not isinstance(fact, Deployment):
                yield Deployment("kubernetes", line=document.line)
            first = False
            yield fact


def _chart(source: Source) -> Iterator[Deployment]:
    for document in documents(source, certain=False):
        if document.get("name"):
            yield Deployment("helm", document.get("name").text, line=document.get("name").line)


def _resource(path: str, document: Node, depth: int) -> Iterator[Fact]:
    kind, version = document.get("kind").string, document.get("apiVersion").string
    if version.startswith("kustomize.") or PurePosixPath(path).stem.lower() == "kustomization":
        yield _overlay(document)
        yield from installations.inflated(document)
    elif (kind.endswith("List") or kind == "Template") and depth < _DEEPEST_LIST:
        for item in (*document.get("items").items, *document.get("objects").items):
            yield from _resource(path, item, depth + 1)
    elif version and kind and not document.get("$patch"):
        yield from _single(document, kind, version)


def _overlay(document: Node) -> Deployment:
    parts = (document.get(key).strings for key in ("resources", "bases", "components"))
    return Deployment("kustomize", includes=tuple(path for part in parts for path in part), line=document.line)


def _single(document: Node, kind: str, version: str) -> Iterator[Fact]:
    group = version.partition("/")[0]
    name, namespace = _name(document), document.get("metadata", "namespace").string
    if kind in _PODS or (kind == "Service" and group == "serving.knative.dev"):
        yield from _workload(document, kind)
    elif kind == "Service":
        yield _address(document, name, namespace)
        yield from entrances(document, kind, group, namespace)
    elif kind in ("ConfigMap", "Secret"):
        yield from _settings(document, kind.lower(), name, namespace)
    elif kind == "Component" and group == "dapr.io":
        yield _component(document, name)
    elif kind in external_secrets.KINDS:
        yield from external_secrets.copied(document, kind, name, namespace)
    elif kind in ("PersistentVolumeClaim", "PersistentVolume"):
        yield _volume(document, name, namespace)
    elif kind == "KafkaConnector":
        spec = document.get("spec")
        yield from connectors.of_node(name, spec.get("config"), spec.get("class").string)
    else:
        yield from meshes.mesh(document, kind, group, name, namespace)
        yield from policies.policy(document, kind, group, name, namespace)
        yield from access.access(document, kind, group, name, namespace)
        yield from operators.told(document, kind, group, name, namespace)
        yield from eventing.routes(document, kind, group, namespace)
        yield from entrances(document, kind, group, namespace)
        yield from installations.installations(document, kind, group)


def _name(document: Node) -> str:
    metadata = document.get("metadata")
    return metadata.get("name").string or metadata.get("generateName").string.rstrip("-")


def _labels(node: Node) -> tuple[tuple[str, str], ...]:
    return tuple((key.text, value.text) for key, value in node.get("metadata", "labels").pairs)


def _workload(document: Node, kind: str) -> Iterator[Fact]:
    template = document.get(*_PODS.get(kind, ("spec", "template")))
    pod = template.get("spec")
    name, containers = _name(document), pods.containers(pod)
    if not any(container.image for container in containers):
        return
    place = document.get("metadata", "name")
    yield Workload(
        platform="kubernetes",
        kind=kind,
        name=name,
        namespace=document.get("metadata", "namespace").string,
        containers=containers,
        names=tuple(part for part in (pod.get("hostname").string, _application(template)) if part),
        labels=_labels(document),
        pod_labels=_labels(template),
        account=pod.get("serviceAccountName").string or pod.get("serviceAccount").string,
        machines=pods.machines(pod),
        line=place.line or document.line,
        column=place.column or document.column,
    )
    claims = {_name(claim): f"{_name(claim)}-{name}" for claim in document.get("spec", "volumeClaimTemplates").items}
    yield from pods.facts(name, pod, claims)
    yield from external_secrets.injected(template)
    for claim in document.get("spec", "volumeClaimTemplates").items:
        yield _volume(claim, claims[_name(claim)], document.get("metadata", "namespace").string)


def _application(template: Node) -> str:
    """What Dapr calls the pod (https://docs.dapr.io/reference/arguments-annotations-overview/)."""
    return template.get("metadata", "annotations", "dapr.io/app-id").string


def _component(document: Node, name: str) -> Component:
    """https://docs.dapr.io/reference/resource-specs/component-schema/ ; what a secret holds is not told."""
    spec, place = document.get("spec"), document.get("metadata", "name")
    metadata = ((one.get("name").string, one.get("value").string) for one in spec.get("metadata").items)
    return Component(
        name,
        spec.get("type").string,
        document.get("scopes").strings,
        tuple((key, cluster(text)) for key, text in metadata if text),
        line=place.line or document.line,
        column=place.column or document.column,
    )


def _address(document: Node, name: str, namespace: str) -> Address:
    spec = document.get("spec")
    ports = []
    for port in spec.get("ports").items:
        number = port.get("port").number
        if number is not None:
            ports.append((number, port.get("targetPort").string or str(number), port.get("nodePort").number or 0))
    place = document.get("metadata", "name")
    return Address(
        platform="kubernetes",
        name=name,
        namespace=namespace,
        selector=tuple((key.text, value.text) for key, value in spec.get("selector").pairs),
        ports=tuple(ports),
        type=spec.get("type").string or "ClusterIP",
        external=spec.get("externalName").string,
        line=place.line or document.line,
        column=place.column or document.column,
    )


def _settings(document: Node, scope: str, name: str, namespace: str) -> Iterator[Fact]:
    """The entries of a ConfigMap as they stand, and the routes of a proxy whose file one is; those of a Secret only as
    far as they are addresses."""
    for part in ("data", "stringData"):
        for key, value in document.get(part).pairs:
            if scope == "secret":
                kept = keep(key.text, value.text if part == "stringData" else decoded(value.text))
            else:
                kept = entry(value.text)
            yield Setting(scope, key.text, kept, name, namespace, line=key.line, column=key.column)
            if scope == "configmap" and "\n" in value.text:
                yield from embedded.routes(key.text, value, name)
                yield from embedded.settings(key.text, value, name)


def entry(text: str) -> Value:
    """An entry of a ConfigMap as a value."""
    return application(text) if len(text) <= LONGEST else Value.of(text[:LONGEST])


def _volume(document: Node, name: str, namespace: str) -> VolumeDefinition:
    """A claim, whose ``name`` is the volume that it asks for by name, or a volume of the cluster, which is external."""
    spec = document.get("spec")
    cluster = document.get("kind").text == "PersistentVolume"
    place = document.get("metadata", "name")
    return VolumeDefinition(
        platform="kubernetes",
        key=name,
        name=spec.get("volumeName").string,
        namespace=namespace,
        external=cluster,
        modes=spec.get("accessModes").strings,
        source=pods.behind(spec) if cluster else "",
        line=place.line or document.line,
        column=place.column or document.column,
    )
