"""Units: everything that runs, with its variables, out of all packagings of a workspace."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from boundary.facts import Fact, Link, Mount, Port, SharedNamespace, Variable, VariableFile
from boundary.model import Evidence, Location
from boundary.resolve import environment
from boundary.resolve.cluster import Cluster
from boundary.resolve.compose import Draft, Project, Reader, build_of
from boundary.resolve.environment import Known, bound, fill
from boundary.resolve.files import Files, folder, inside, place
from boundary.resolve.landscape import Binding, Unit


def units(files: Files) -> list[Unit]:
    """All units, compose services first, in the order of their files and lines."""
    found = [
        _composed(files, project, draft) for project in Reader(files).projects() for draft in project.services.values()
    ]
    return [*found, *Cluster(files).units()]


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
            {
                f.target: (f.target, Location(path, f.line, f.column)) for path, f in draft.said if isinstance(f, Link)
            }.values()
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
            found[fact.name] = bound(path, fact, draft.known)
    return tuple(found.values())


def _ports(facts: Iterable[Fact], known: Known) -> tuple[Port, ...]:
    found = {}
    for fact in facts:
        if isinstance(fact, Port):
            published = fill(fact.published, known)[0] if fact.published is not None else None
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
