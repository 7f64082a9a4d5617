"""Tasks of Azure Pipelines that are commands under another name, as the commands that they run.

Source: https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/ , a page for each task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.reading.yaml import Node

_TASKS = {
    "helmdeploy": ("helm", "{command}", "{releasename}", "{chartpath}", "{chartname}", "--namespace {namespace}",
                   "--set {overridevalues}", "--values {valuefile}", "{arguments}"),
    "kubernetes": ("kubectl", "{command}", "{arguments}", "--namespace {namespace}"),
    "ssh": ("ssh {sshendpoint} '{inline}'",),
    "azurecontainerapps": ("az containerapp update --name {containerappname}", "--image {imagetodeploy}"),
    "azurewebappcontainer": ("az webapp config container set --name {appname}", "--image {containers}"),
    "azurefunctionappcontainer": ("az functionapp config container set --name {appname}", "--image {imagename}"),
}  # fmt: skip
"""Parts of the command of each task; a part whose inputs are not given is left out."""

_EACH = {
    "kubernetesmanifest": ("containers", "kubectl set image deployment/x x={}"),
    "docker": ("tags", "docker push {}"),
}
"""Tasks that run a command for each line of an input."""

_INPUT = re.compile(r"\{(\w+)\}")


def commands(step: Node) -> Iterator[tuple[Node, str]]:
    """The commands of a step that is a task, each with where it is told."""
    task = step.get("task")
    name = task.text.partition("@")[0].casefold() if task.kind == "scalar" else ""
    given = {key.text.casefold(): value for key, value in step.get("inputs").pairs if value.kind == "scalar"}
    texts = {key: " ".join(value.text.split()) for key, value in given.items()}
    parts = [_filled(part, texts) for part in _TASKS.get(name, ())]
    if parts and parts[0]:
        yield task, " ".join(filter(None, parts))
    key, form = _EACH.get(name, ("", ""))
    prefix = f"{texts['repository']}:" if "repository" in texts else ""
    pushes = name != "docker" or "push" in texts.get("command", "buildAndPush").casefold()
    for one in texts.get(key, "").replace(",", " ").split() if pushes else ():
        yield given[key], form.format(prefix + one)
    if name == "kubernetesmanifest" and "manifests" in texts:
        yield task, f"kubectl apply -f {texts['manifests']}"


def _filled(part: str, texts: dict[str, str]) -> str:
    wanted = _INPUT.findall(part)
    return _INPUT.sub(lambda found: texts[found[1]], part) if all(texts.get(name) for name in wanted) else ""
