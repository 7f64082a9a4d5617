"""Secrets of a cluster that are copied from where a cloud keeps them: what their entries refer to; and those that the
templates of a scheduler ask for.

An entry is written as a dynamic reference (``{{resolve:secretsmanager:shop/db:SecretString:url}}``), which is followed
wherever a stack says what is kept under the name. See https://external-secrets.io/latest/api/externalsecret/ and
https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from boundary.facts import Expr, Join, KeptSecret, Setting, Text
from boundary.model import Hole, Value
from boundary.reading.places import put_in
from boundary.reading.yaml import Node, YamlError, documents

KINDS = ("ExternalSecret", "ClusterExternalSecret", "SecretProviderClass", "VaultStaticSecret", "VaultDynamicSecret")
_INJECTED = "vault.hashicorp.com/agent-inject-secret-"

_PLACE = re.compile(r"\{\{-?\s*\.(\w{1,100})[^}]{0,200}\}\}")
_KEPT = re.compile(
    r"\{\{-?\s*(?:(?:with|range|if)\s+)?(?:\$\w+\s*(?:,\s*\$\w+\s*)?:=\s*)?(?:secret|nomadVar)\s+\"([^\"\n]+)\""
)
"""A secret of Vault, or a variable of Nomad, that a template asks for."""
_MOST = 200  # entries of one secret


def copied(document: Node, kind: str, name: str, namespace: str) -> Iterator[Setting | KeptSecret]:
    """The entries of the Secrets that an operator or a driver makes of a document, and what it takes them from."""
    spec = document.get("spec")
    yield from _taken(spec, kind)
    if kind.startswith("Vault"):
        return
    if kind == "SecretProviderClass":
        yield from _mounted(spec, namespace)
        return
    spec = spec.get("externalSecretSpec") if kind == "ClusterExternalSecret" else spec
    yield from _external(spec, spec.get("target", "name").string or name, namespace)


def injected(template: Node) -> Iterator[KeptSecret]:
    """What the agent of a vault writes into a pod (https://developer.hashicorp.com/vault/docs/deploy/kubernetes/injector)."""
    for key, value in template.get("metadata", "annotations").pairs:
        if key.text.startswith(_INJECTED) and value.string:
            yield KeptSecret(value.string, line=key.line, column=key.column)


def _taken(spec: Node, kind: str) -> Iterator[KeptSecret]:
    """What a document takes. The vault's own documents name the engine before the path
    (https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference)."""
    if kind.startswith("Vault"):
        place = spec.get("path")
        if place.string:
            yield KeptSecret(f"{spec.get('mount').string}/{place.string}", line=place.line, column=place.column)
        return
    spec = spec.get("externalSecretSpec") if kind == "ClusterExternalSecret" else spec
    named = [one.get("remoteRef", "key") for one in spec.get("data").items[:_MOST]]
    named += [one.get("extract", "key") for one in spec.get("dataFrom").items[:_MOST]]
    seen = {place.string: place for place in reversed(named) if place.string}
    yield from (KeptSecret(key, line=seen[key].line, column=seen[key].column) for key in sorted(seen))
    objects = spec.get("parameters", "objects")
    for document in _listed(objects.text) if objects.string else ():
        for one in document.items[:_MOST]:
            key = one.get("secretPath").string or one.get("objectName").string
            if key:
                yield KeptSecret(key, line=objects.line, column=objects.column)


def _external(spec: Node, name: str, namespace: str) -> Iterator[Setting]:
    """What an entry takes over, and what a template makes of several."""
    taken: dict[str, Value] = {}
    for one in spec.get("data").items[:_MOST]:
        key, remote = one.get("secretKey").string, one.get("remoteRef")
        if key and remote.get("key").string:
            taken[key] = _kept(remote.get("key").string, remote.get("property").string)
    template = spec.get("target", "template", "data").pairs[:_MOST]
    for entry, value in template:
        made = _filled(value.text, taken)
        yield Setting("secret", entry.text, made, name, namespace, line=entry.line, column=entry.column)
    for one in spec.get("data").items[:_MOST] if not template else ():
        place, key = one.get("remoteRef", "key"), one.get("secretKey").string
        if key in taken:
            yield Setting("secret", key, taken[key], name, namespace, line=place.line, column=place.column)


def _mounted(spec: Node, namespace: str) -> Iterator[Setting]:
    """Secrets that are made of the files which a driver mounts; their names may be others than where they are kept."""
    kept: dict[str, Value] = {}
    for document in _listed(spec.get("parameters", "objects").text):
        for one in document.items[:_MOST]:
            name = one.get("objectName").string
            kept[one.get("objectAlias").string or name] = _kept(name, "")
            for part in one.get("jmesPath").items[:_MOST]:
                kept[part.get("objectAlias").string] = _kept(name, part.get("path").string.strip('"'))
    for secret in spec.get("secretObjects").items[:_MOST]:
        for one in secret.get("data").items[:_MOST]:
            key, place = one.get("key").string, one.get("objectName")
            value = kept.get(place.string, _kept(place.string, ""))
            called = secret.get("secretName").string
            yield Setting("secret", key, value, called, namespace, line=place.line, column=place.column)


def _listed(text: str) -> Sequence[Node]:
    """The documents of a text within a manifest; none of one that is no YAML, which the driver refuses."""
    try:
        return documents(text)
    except YamlError:
        return ()


def _kept(key: str, part: str) -> Value:
    below = f":SecretString:{part}" if part else ""
    return Value.of(f"{{{{resolve:secretsmanager:{key}{below}}}}}")


def _filled(template: str, taken: dict[str, Value]) -> Value:
    """A template's text with the entries that it names; what functions make of them is taken for the entry itself."""
    return put_in(Value.of(template), _PLACE, lambda place: taken.get(place[1], Hole("unknown", place[1])))


def asked(data: Expr | None) -> Iterator[KeptSecret]:
    """The secrets that a template of Nomad or Consul takes from where they are kept."""
    parts = data.parts if isinstance(data, Join) else (data,)
    for part in (each for each in parts if isinstance(each, Text)):
        for number, line in enumerate(part.text.split("\n")):
            yield from (KeptSecret(key, line=(part.line or 1) + number) for key in _KEPT.findall(line))
