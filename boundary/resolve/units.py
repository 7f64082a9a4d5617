"""Units: everything that runs, with its variables, out of all packagings of a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from boundary.facts import Address, Fact, Link, Mount, Port, Setting, SharedNamespace, Variable, VariableFile
from boundary.facts import VariableSource, Workload
from boundary.model import Evidence, Hole, Location, Value
from boundary.resolve import environment
from boundary.resolve.compose import Draft, Project, Reader, build_of
from boundary.resolve.environment import Known, fill
from boundary.resolve.files import Files, ancestors, folder, inside, place
from boundary.resolve.images import known as known_image
from boundary.resolve.landscape import Binding, Unit

_Pod = tuple[str, Workload]


def units(files: Files) -> list[Unit]:
    """All units, compose services first, in the order of their files and lines."""
    found = [_composed(files, project, draft) for project in Reader(files).projects() for draft in project.services.values()]
    return [*found, *_cluster(files)]


# --- compose ------------------------------------------------------------------------------------------------


def _composed(files: Files, project: Project, draft: Draft) -> Unit:
    workload, known = draft.workload, draft.known
    build, dockerfile = build_of(draft)
    container = workload.containers[0] if workload.containers else None
    image = fill(container.image, known)[0] if container and container.image else None
    facts = [fact for _, fact in draft.said]
    return Unit(
        key=f"{project.path}:{workload.name}",
        platform="compose",
        project=project.name,
        name=workload.name,
        location=Location(draft.path, workload.line, workload.column),
        names=tuple(environment.text(name, known) for name in workload.names if name != workload.name),
        image=str(image) if image else None,
        build=build,
        dockerfile=dockerfile,
        contexts=_contexts(draft),
        command=tuple(str(fill(word, known)[0]) for word in container.command) if container else (),
        variables=_variables(files, draft),
        ports=_ports(facts, known),
        mounts=_mounts(draft),
        namespaces=tuple({fact.which: fact for fact in facts if isinstance(fact, SharedNamespace)}.values()),
        depends=tuple(
            {f.target: (f.target, Location(path, f.line, f.column)) for path, f in draft.said if isinstance(f, Link)}.values()
        ),
        aliases=tuple((fact.alias, fact.target) for fact in facts if isinstance(fact, Link) and fact.alias),
        labels=tuple((key, environment.text(value, known)) for key, value in workload.labels),
        networks=workload.networks,
    )


def _contexts(draft: Draft) -> tuple[tuple[str, str], ...]:
    written = ((name, environment.text(path, draft.known)) for name, path in draft.workload.contexts)
    placed = ((name, inside(draft.context[0] if draft.context else "", path)) for name, path in written)
    return tuple((name, path) for name, path in placed if path is not None)


def _variables(files: Files, draft: Draft) -> tuple[Binding, ...]:
    found: dict[str, Binding] = {}
    name = draft.workload.name
    for path, fact in draft.said:
        if isinstance(fact, VariableFile):
            written = fill(fact.path, draft.known)[0].text
            other = inside(folder(path), written) if written else None
            reads = Evidence(Location(path, fact.line, fact.column), f"{name} reads its variables from {written}")
            for key, one in environment.settings(files, other or "", f"is set for {name}").items():
                value, more = fill(one.value, draft.known)
                found[key] = Binding(key, value, (*one.evidence, reads, *more))
    for path, fact in draft.said:
        if isinstance(fact, Variable):
            found[fact.name] = _bound(path, fact, draft.known)
    return tuple(found.values())


def _bound(path: str, fact: Variable, known: Known) -> Binding:
    value = Value((Hole("variable", fact.name),)) if fact.value is None else fact.value
    filled, more = fill(value, known)
    here = Evidence(Location(path, fact.line, fact.column), f"{fact.workload} is started with {fact.name}")
    return Binding(fact.name, filled, (here, *more))


def _ports(facts: Iterable[Fact], known: Known) -> tuple[Port, ...]:
    found = {}
    for fact in facts:
        if isinstance(fact, Port):
            published = fill(fact.published, known)[0] if fact.published else fact.published
            port = msgspec.structs.replace(fact, target=fill(fact.target, known)[0], published=published)
            found[port.target, port.published, port.host] = port
    return tuple(found.values())


def _mounts(draft: Draft) -> tuple[Mount, ...]:
    found = {}
    for path, fact in draft.said:
        if isinstance(fact, Mount):
            source = environment.text(fact.source, draft.known)
            if fact.kind == "bind" and not source.startswith(("/", "~", "$")):
                source = place(folder(path), source)
            found[fact.target] = msgspec.structs.replace(fact, source=source)
    return tuple(found.values())


# --- Kubernetes ---------------------------------------------------------------------------------------------


def _cluster(files: Files) -> Iterator[Unit]:
    pods = [(path, workload) for path, workload in files.all(Workload) if workload.platform != "compose"]
    names: dict[tuple[str, str, str], list[str]] = {}
    for path, address in files.all(Address):
        for pod in _selected(files, path, address, pods):
            names.setdefault((pod[0], pod[1].kind, pod[1].name), []).extend(_spelled(address.name, pod[1].namespace))
    for path, workload in pods:
        yield from _pod(files, path, workload, names.get((path, workload.kind, workload.name), []))


def _selected(files: Files, path: str, address: Address, pods: list[_Pod]) -> Iterator[_Pod]:
    """Pods that a Service selects: in its own folder if there are such, else in its repository."""
    fitting = [pod for pod in pods if address.selector and _selects(address, pod[1])]
    here = [pod for pod in fitting if folder(pod[0]) == folder(path)]
    mine = files.repository(path)
    yield from here or [pod for pod in fitting if files.repository(pod[0]) == mine]


def _selects(address: Address, workload: Workload) -> bool:
    spaces = {address.namespace or "default", workload.namespace or "default"}
    return set(address.selector) <= set(workload.pod_labels) and (len(spaces) == 1 or not address.namespace)


def _spelled(name: str, namespace: str) -> list[str]:
    """All names of a Service inside its cluster.

    https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
    """
    space = namespace or "default"
    return [name, f"{name}.{space}", f"{name}.{space}.svc", f"{name}.{space}.svc.cluster.local"]


def _pod(files: Files, path: str, workload: Workload, names: list[str]) -> Iterator[Unit]:
    """The main container as the workload itself, others that are no agents as units beside it."""
    running = [one for one in workload.containers if not one.init]
    foreign = [one for one in running if (image := known_image(str(one.image or ""))) and image.role == "infrastructure"]
    own = [one for one in running if one not in foreign] or running
    main = next((one for one in own if one.name == workload.name), own[0] if own else None)
    facts = files.about(path, workload.name)
    scope = workload.namespace or files.repository(path)
    for container in own:
        mine = container is main
        yield Unit(
            key=f"{path}:{workload.kind}/{workload.name}" + ("" if mine or not container else f"/{container.name}"),
            platform=workload.platform,
            project=f"{workload.platform}:{scope}",
            name=workload.name if mine or not container else container.name,
            location=Location(path, workload.line if mine or not container else container.line),
            names=tuple(dict.fromkeys((*workload.names, *names))) if mine else (),
            kind=workload.kind,
            image=str(container.image) if container and container.image else None,
            command=tuple(str(word) for word in container.command) if container else (),
            variables=_injected(files, path, workload, container.name if container else "", facts),
            ports=tuple(fact for fact in facts if isinstance(fact, Port)) if mine else (),
            mounts=tuple(
                fact for fact in facts if isinstance(fact, Mount) and (not container or fact.container in ("", container.name))
            ),
            namespaces=tuple(fact for fact in facts if isinstance(fact, SharedNamespace)),
            labels=(*workload.labels, *(pair for pair in workload.pod_labels if pair not in workload.labels)),
        )


def _injected(files: Files, path: str, workload: Workload, container: str, facts: tuple[Fact, ...]) -> tuple[Binding, ...]:
    found: dict[str, Binding] = {}
    for fact in facts:
        if isinstance(fact, VariableSource) and fact.container in ("", container):
            found |= {one.name: one for one in _sourced(files, path, workload, fact)}
    own = [fact for fact in facts if isinstance(fact, Variable) and fact.container in ("", container)]
    for fact in own:
        if fact.value is not None or fact.name not in found:
            found[fact.name] = _bound(path, fact, {})
    return tuple(
        Binding(one.name, value, tuple(dict.fromkeys((*one.evidence, *more))))
        for one in found.values()
        for value, more in (fill(one.value, found),)
    )


def _sourced(files: Files, path: str, workload: Workload, source: VariableSource) -> Iterator[Binding]:
    """Variables out of a ConfigMap or Secret: of the several that are called so, the nearest one's."""
    found: dict[str, list[Setting]] = {}
    for where, setting in files.all(Setting):
        if setting.scope == source.kind and setting.group == source.name:
            if not setting.namespace or setting.namespace == (workload.namespace or "default"):
                found.setdefault(where, []).append(setting)
    if not found:
        return
    near = [path, *ancestors(path)]
    shared = {where: next(at for at, above in enumerate(near) if above in (where, *ancestors(where))) for where in found}
    nearest = min(found, key=lambda where: (shared[where], where))
    what = f"{workload.name} takes it from the {source.kind} {source.name}"
    through = Evidence(Location(path, source.line, source.column), what)
    for setting in found[nearest]:
        if source.key in ("", setting.key):
            name = source.variable or source.prefix + setting.key
            here = environment.evidence(nearest, setting, f"is set in the {source.kind} {source.name}")
            yield Binding(name, setting.value, (here, through))
