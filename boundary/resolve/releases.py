"""Services that one pipeline releases with one version: an image built and pushed, a deployment told to take it.

The version is what stands behind the image's name or is given to the tool; what a pipeline fills in is the same for all
that one of its files does. ``latest`` is no version.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from boundary.facts import Checkout, FileFacts
from boundary.facts.infra import COMPOSED, Block
from boundary.model import Edge, Evidence, Location, Value
from boundary.resolve import commandline as line
from boundary.resolve.code.things import Effect
from boundary.resolve.context import Context, at
from boundary.resolve.files import fold, folder, inside, within
from boundary.resolve.pipelines import FORMATS
from boundary.resolve.processes import words
from boundary.resolve.whose import Whose

_PIPELINE = re.compile(r"(^|/)(cloudbuild|\.drone|\.woodpecker)\.ya?ml$")
_SPACED = frozenset({"-n", "--namespace", "--context", "--kubeconfig", "--cluster"})
"""Options of kubectl that take a word and may stand before what it is to do."""
_ENGINES = frozenset({"docker", "podman", "buildah", "nerdctl"})
_TEMPLATES = (".yaml", ".yml", ".json", ".template")
_NESTED = "one stack"
_TOGETHER = "one composition of services"
_RUNNERS = frozenset({"npx", "bunx", "pnpm", "yarn", "npm"})
"""Programs that start what stands behind them, as a package has it."""
_FOLDERS = (("serverless", "deploy"), ("sls", "deploy"), ("cdk", "deploy"), ("copilot", "deploy"))
"""Commands that deploy what the folder holds that they are given in."""
_MOVING = frozenset({"", "latest", "main", "master", "edge"})
"""What is no version of anything."""


def resolve(context: Context) -> None:
    """``joins`` edges of trait ``release`` from each further service of a pipeline and version to the first."""
    whose = Whose(context.files, context.land)
    found: dict[tuple[str, str], dict[str, Evidence]] = defaultdict(dict)
    released = {one.path for one in context.files if _is_pipeline(one)}
    for effect in context.effects.get("run", ()):
        path = effect.site.path
        for name, told in _released(words(effect)) if path in released else ():
            version = told or _checked_out(whose, effect)
            service = _service(whose, path, name) if name else _around(whose, effect)
            if service and version not in _MOVING:
                what = Evidence(at(effect.site), f"releases {whose.name(service)} as {version.replace('{?}', '…')}")
                found[path, version].setdefault(service, what)
    found |= _nested(context) | _composed(context)
    for (_, version), services in sorted(found.items()):
        first, *others = sorted(services, key=lambda one: (services[one].location, one))
        for service in others:
            evidence = (services[service], services[first])
            told = "one version" if "{" in version else f"version {version}"
            detail = version if version in (_NESTED, _TOGETHER) else told
            context.found.edges.append(
                Edge(service, first, "joins", evidence, "configured", traits=frozenset({"release"}), detail=detail)
            )


def _is_pipeline(file: FileFacts) -> bool:
    return not FORMATS.isdisjoint(file.formats) or _PIPELINE.search(file.path) is not None


def _around(whose: Whose, effect: Effect) -> str | None:
    """The service in whose folder a command is given."""
    written = effect.get("folder")
    told = (written.text or "") if isinstance(written, Value) else ""
    place = inside(_repository(effect.site.path), told)
    owners = whose.of(place) if place else whose.of(effect.site.path)
    if not owners and told:  # What a pipeline clones beside itself.
        owners = whose.of(told)
    return owners[0] if len(owners) == 1 else None


def _checked_out(whose: Whose, effect: Effect) -> str:
    """The version that the repository is checked out at in whose folder a command is given, "" for no other one."""
    written = effect.get("folder")
    told = (written.text or "") if isinstance(written, Value) else ""
    found = (one.version for one in whose.files.of(effect.site.path, Checkout) if within(told, one.folder))
    return next(found, "")


def _repository(path: str) -> str:
    """The folder that a pipeline's file is kept at the top of."""
    return f"/{path}".partition("/.")[0].strip("/")


def _service(whose: Whose, path: str, name: str) -> str | None:
    """The service that an image, a release or the template of a stack is of."""
    if name.endswith(_TEMPLATES):
        places = (inside(base, name) for base in dict.fromkeys((_repository(path), folder(path), "")))
        owners = next((found for one in places if one is not None and (found := whose.of(one))), ())
        return owners[0] if len(owners) == 1 else None
    return whose.image(name) or whose.called(name.rpartition("/")[2]) if name else None


def _nested(context: Context) -> dict[tuple[str, str], dict[str, Evidence]]:
    """Services whose stacks are parts of one stack around them, which is released as a whole."""
    found: dict[tuple[str, str], dict[str, Evidence]] = defaultdict(dict)
    templates = context.land.stacks.templates.templates if context.land.stacks is not None else {}
    for path, template in sorted(templates.items()):
        owners = context.land.services_of(path)
        if template.caller is not None and len(owners) == 1:
            what = f"{template.caller.label} releases {context.land.service(owners[0]).name} as a part of this stack"
            why = Evidence(template.caller.location, what)
            members = found[template.caller.stack, _NESTED]
            members.setdefault(owners[0], why)
            around = context.land.services_of(template.caller.stack)
            if len(around) == 1 and around[0] != owners[0]:
                whose = f"the stack is that of {context.land.service(around[0]).name}"
                members.setdefault(around[0], Evidence(template.caller.location, whose))
    return found


def _composed(context: Context) -> dict[tuple[str, str], dict[str, Evidence]]:
    """Services of the Serverless Framework that one command deploys together."""
    found: dict[tuple[str, str], dict[str, Evidence]] = defaultdict(dict)
    for file in context.files:
        for one in file.facts:
            place = inside(folder(file.path), one.name) if isinstance(one, Block) and one.type == COMPOSED else None
            owners = context.land.services_of(f"{place}/serverless.yml") if place else ()
            if len(owners) == 1:
                what = f"deploys {context.land.service(owners[0]).name} together with others"
                why = Evidence(Location(file.path, one.line, one.column), what)
                found[file.path, _TOGETHER].setdefault(owners[0], why)
    return found


def _released(given: list[Value]) -> Iterator[tuple[str, str]]:
    """The names or images that a command builds, pushes or deploys, with their versions; no name is the folder's."""
    if given and given[0].text in _RUNNERS:
        given = given[2:] if given[1:] and given[1].text in ("exec", "run", "dlx") else given[1:]
    program = fold((given[0].text or "").rpartition("/")[2]) if given else ""
    rest = line.without_options(given[1:], _SPACED) if program in ("kubectl", "oc") else given[1:]
    verbs = [word.text or "" for word in rest[:3]]
    if program in _ENGINES and "push" in verbs[:2]:
        yield from (_image(word) for word in rest[1:] if not str(word).startswith("-"))
    elif program in _ENGINES and "build" in verbs[:2] and any(word.text == "--push" for word in rest):
        yield from (_image(word) for word in line.options(rest, ("-t", "--tag")))
    elif (program in ("kubectl", "oc") and verbs[:2] == ["set", "image"]) or (
        program == "kustomize" and verbs == ["edit", "set", "image"]
    ):
        for word in rest[2:]:
            _, equals, image = str(word).partition("=")
            if equals and not str(word).startswith("-"):
                yield _image(Value.of(image))
    elif program == "helm" and verbs[:1] in (["upgrade"], ["install"]):
        yield from _chart(rest)
    elif (program, *verbs[:1]) == ("sam", "deploy") or (program, *verbs[:2]) == ("aws", "cloudformation", "deploy"):
        yield from _stack(rest)
    elif (program, *verbs[:1]) in _FOLDERS:
        yield "", _told_version(rest)
    elif program == "az" and verbs[:2] == ["acr", "build"]:
        yield from (_image(word) for word in line.options(rest, ("-t", "--image")))
    elif program == "az" and verbs[:1] in (["containerapp"], ["webapp"], ["functionapp"]):
        named = ("--image", "-i", "--container-image-name", "--docker-custom-image-name")
        yield from (_image(word) for word in line.options(rest, named))
    elif program == "kamal" and verbs[:1] in (["deploy"], ["redeploy"], ["rollback"], ["setup"]):
        yield from (("", str(word)) for word in line.options(rest, ("--version",)))
    elif program == "gcloud" and "deploy" in verbs:
        yield from (_image(word) for word in line.options(rest, ("--image",)))


def _image(word: Value) -> tuple[str, str]:
    name, _, version = str(word).rpartition(":")
    return (name, version) if name and "/" not in version else (str(word), "")


def _stack(rest: list[Value]) -> Iterator[tuple[str, str]]:
    """The template of a stack, or that of the folder, by the version that it is given as a parameter, "" for none."""
    named = line.options(rest, ("-t", "--template", "--template-file"))
    yield from ((str(word), _told_version(rest)) for word in named or ("",))


def _told_version(rest: list[Value]) -> str:
    """The version among the parameters of a command, "" for none."""
    told = " ".join(str(word) for word in rest)
    version = re.search(r"\b(?:\w*(?:version|tag|release|sha|commit)\w*)=[\"']?([^\s\"']+)", told, re.IGNORECASE)
    return version[1] if version else ""


def _chart(rest: list[Value]) -> Iterator[tuple[str, str]]:
    """The release of a chart, by the tag that it is given."""
    told = [str(word) for word in line.options(rest, ("--set", "--set-string"))]
    tags = [found[1] for one in told if (found := re.search(r"(?:^|,)(?:[\w.-]+\.)?tag=([^,]+)", one))]
    names = [word.text for word in line.without_options(rest[1:], frozenset({"-n", "--namespace", "-f", "--values"}))]
    if tags and names and names[0]:
        yield names[0], tags[0]
