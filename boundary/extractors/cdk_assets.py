"""Asset manifests of the CDK: which folder or file is packed under which hash.

Templates name what is deployed by the hash alone. See
https://docs.aws.amazon.com/cdk/v2/guide/assets.html and the schema of ``@aws-cdk/cloud-assembly-schema``.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.extractors._documents import documents
from boundary.facts import Record, Text
from boundary.facts.infra import Block
from boundary.source import Source

FORMAT = "cdk-assets"

_SECTIONS = (("files", "file", "path"), ("dockerImages", "image", "directory"))


def matches(path: str) -> bool:
    """``<Stack>.assets.json``, beside the template of the stack."""
    return path.endswith(".assets.json")


def extract(source: Source) -> Iterator[Block]:
    """The assets of a manifest, nothing for another file."""
    for document in documents(source, certain=False)[:1]:
        for section, kind, key in _SECTIONS:
            for name, asset in document.get(section).pairs:
                path = asset.get("source", key)
                if path.string:
                    body = Record(((Text("path", path.line), Text(path.string, path.line)),))
                    yield Block("cloudformation", "asset", kind, name.text, body, line=name.line)
