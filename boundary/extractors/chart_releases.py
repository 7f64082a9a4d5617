"""Lists of the charts that are installed together: Helmfile's and Skaffold's.

Helmfile's lists are mostly templates themselves; they are rendered with nothing given but the environment. References:
https://helmfile.readthedocs.io/en/latest/ , https://skaffold.dev/docs/references/yaml/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import peek
from boundary.extractors._installations import listed
from boundary.facts import Deployment, Installation
from boundary.reading import yaml
from boundary.reading.gotemplate import Renderer, TemplateError, parse
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "chart-releases"

_HELMFILE = re.compile(r"(?:^|/)(?:helmfile[\w.-]*\.ya?ml|helmfile\.d/[\w./-]+\.ya?ml)(?:\.gotmpl)?$")
_COUNTING = ("production", "prod", "live")
_SKAFFOLD = re.compile(r"(?:^|/)skaffold[\w.-]*\.ya?ml$")


def matches(path: str) -> bool:
    """Files of both tools by their names."""
    return _HELMFILE.search(path) is not None or _SKAFFOLD.search(path) is not None


def extract(source: Source) -> Iterator[Deployment | Installation]:
    """The releases of a list."""
    text = peek(source)
    skaffold = _SKAFFOLD.search(source.path) is not None
    found = _documents(text) if "chart" in text.lower() else ()
    if found and not skaffold:
        yield Deployment("helm", line=found[0].line)
    for document in found:
        for release in _skaffold(document) if skaffold else document.get("releases").items:
            yield from listed(release)


def _skaffold(document: Node) -> Iterator[Node]:
    for part in (document, *document.get("profiles").items):
        for key in ("deploy", "manifests"):
            yield from part.get(key, "helm", "releases").items


def _documents(text: str) -> tuple[Node, ...]:
    """The documents of a list, rendered for the environment that counts where it is a template."""
    if "{{" not in text:
        return _read(text)
    found = _rendered(text, "default")
    names = [key.text for one in found for key, _ in one.get("environments").pairs]
    counts = next((name for name in names if name in _COUNTING), names[0] if names else "default")
    return found if counts == "default" else _rendered(text, counts)


def _rendered(text: str, environment: str) -> tuple[Node, ...]:
    try:
        whole = parse(text)
        made = Renderer(whole.defined).render(whole.body, {"Environment": {"Name": environment}, "Values": {}})
    except TemplateError:
        return ()
    lines = made.lines
    return tuple(yaml.moved(one, lambda line: lines[min(line, len(lines) - 1)]) for one in _read(made.text))


def _read(text: str) -> tuple[Node, ...]:
    try:
        return yaml.documents(text)
    except yaml.YamlError:
        return ()
