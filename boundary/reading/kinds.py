"""What kind of document a YAML file is, told by its path and its uppermost keys.

Many tools call their files ``something.yml``; an extractor takes only what is of its own kind, and the reader of
programs' configuration only what is of nobody's.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

from boundary.reading.yaml import Node

Kind = Literal["compose", "kubernetes", "contract", "cloud", "pipeline", "tool", "data", "plain"]

IS_YAML = re.compile(r"\.ya?ml$", re.IGNORECASE)
"""Matches the path of a YAML file."""

_COMPOSE_NAME = re.compile(r"(?:^|[._-])(?:docker[._-]?)?compose(?=[._-])", re.IGNORECASE)
_VALUES = re.compile(r"values(?:[._-][\w.-]+)?\.ya?ml$", re.IGNORECASE)
"""Matches the values of a Helm chart, in which services may have images as well."""

_COMPOSE_KEYS = frozenset(("image", "build", "extends"))
_COMPOSE_PARTS = frozenset(
    ("cap_add", "command", "configs", "container_name", "deploy", "depends_on", "entrypoint", "env_file", "environment",
     "expose", "extra_hosts", "healthcheck", "hostname", "init", "labels", "links", "logging", "network_mode",
     "networks", "pid", "platform", "ports", "privileged", "profiles", "restart", "secrets", "stop_grace_period",
     "tmpfs", "tty", "ulimits", "user", "volumes", "volumes_from", "working_dir")
)  # fmt: skip
"""What a service has besides; one that has nothing else is a base of others."""
_CONTRACT_KEYS = frozenset(("openapi", "swagger", "asyncapi"))
_CLOUD_KEYS = frozenset(("AWSTemplateFormatVersion", "Resources", "Transform", "frameworkVersion"))
_PIPELINE_KEYS = frozenset(("jobs", "stages", "steps", "pipelines", "pipeline", "workflow", "workflows", "runs"))
_PROGRAMS = re.compile(r"(?:application|bootstrap)(?:-[\w.-]+)?\.ya?ml$", re.IGNORECASE)
"""Matches the configuration of a program by the name that its framework looks for, whatever keys it has."""
_DATA_FOLDERS = frozenset(("locales", "locale", "i18n", "translations", "cassettes", "snapshots", "values"))
_TOOL_NAMES = re.compile(
    r"\.|(?:mkdocs|chart|requirements|values.*|kustomization|helmfile.*|skaffold.*|cloudbuild.*|azure-pipelines.*"
    r"|bitbucket-pipelines|appveyor|buildspec.*|codecov|dependabot|environment|action|taskfile.*|renovate|catalog-info"
    r"|pnpm-lock|pnpm-workspace|pubspec|lefthook|antora|buf(?:\.\w+)?|sqlc|serverless.*|samconfig|_config|jenkins.*"
    r"|sonar.*|docker-bake.*|devspace|okteto|garden.*)\.ya?ml$",
    re.IGNORECASE,
)


def is_yaml(path: str) -> bool:
    """Whether the path is a YAML file's."""
    return IS_YAML.search(path) is not None


def named_compose(path: str) -> bool:
    """Whether a file's name says that it is Compose's: ``compose.yaml``, ``docker-compose.dev.yml`` …"""
    return is_yaml(path) and _COMPOSE_NAME.search(PurePosixPath(path).name) is not None


def in_chart(path: str, text: str) -> bool:
    """Whether a file is a template of a Helm chart, as far as one file can tell."""
    return "{{" in text and re.search(r"(?:^|/)templates/", path) is not None


def kind(path: str, node: Node) -> Kind:
    """The kind of one document of a file."""
    keys = {key.text for key, _ in node.pairs}
    if {"apiVersion", "kind"} <= keys:
        return "kubernetes"
    if any(node.get(key).kind == "scalar" for key in keys & _CONTRACT_KEYS):  # A library's settings are no version.
        return "contract"
    if _PROGRAMS.match(PurePosixPath(path).name):
        return "plain"
    if keys & _CLOUD_KEYS:
        return "cloud"
    if compose_services(path, node) or (named_compose(path) and keys & {"services", "include", "volumes"}):
        return "compose"
    if is_kamal(node):
        return "tool"
    if keys & _PIPELINE_KEYS or any(value.get("script") for _, value in node.pairs):
        return "pipeline"
    return _kind_of_path(path)


def _kind_of_path(path: str) -> Kind:
    *folders, name = path.split("/")
    if _TOOL_NAMES.match(name) or any(folder.startswith(".") for folder in folders) or "node_modules" in folders:
        return "tool"
    return "plain" if _DATA_FOLDERS.isdisjoint(folders) else "data"


def is_kamal(node: Node) -> bool:
    """Whether a document deploys with Kamal: one service of one image on servers."""
    return all(node.get(key) for key in ("service", "image", "servers")) and node.get("service").kind == "scalar"


def compose_services(path: str, node: Node) -> tuple[tuple[Node, Node], ...]:
    """The services of a Compose document, () when it is none.

    A file with Compose's name is taken at its word, with or without ``services:`` (the first version of the format had
    none); in any other one at least one service must have an image, a build or a base.
    """
    services = node.get("services")
    named = named_compose(path)
    if _VALUES.match(PurePosixPath(path).name):
        return ()
    if services.kind == "mapping":
        runs = named or any(_runs(value) for _, value in services.pairs) or all(_adds(one) for _, one in services.pairs)
        return services.pairs if runs else ()
    old = named and services.kind == "missing" and any(_runs(value) for _, value in node.pairs)
    return tuple(pair for pair in node.pairs if _runs(pair[1])) if old else ()


def _adds(node: Node) -> bool:
    """Whether it can only be a service for others to extend."""
    keys = {key.text for key, _ in node.pairs}
    return bool(keys & {"environment", "env_file", "volumes"}) and keys <= _COMPOSE_PARTS


def _runs(node: Node) -> bool:
    return any(key.text in _COMPOSE_KEYS for key, _ in node.pairs)
