"""Kubernetes workloads as units: names by Services, variables out of ConfigMaps and Secrets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from boundary.facts import (
    AccountIdentity,
    Address,
    Container,
    Entrance,
    Fact,
    Link,
    Mount,
    Package,
    Port,
    Setting,
    SharedNamespace,
    Situated,
    Variable,
    VariableFile,
    VariableSource,
    Workload,
)
from boundary.model import Evidence, Hole, Location, Value
from boundary.resolve.clients import runs_client
from boundary.resolve.environment import Budget, bound, evidence, fill, settings
from boundary.resolve.files import Files, ancestors, folder, inside, stands, within
from boundary.resolve.forwarders import forwards, is_forwarder
from boundary.resolve.images import full, known, watches
from boundary.resolve.images import named as image_name
from boundary.resolve.landscape import Binding, Unit
from boundary.resolve.waiting import awaited

_Pod = tuple[str, Workload]


class Cluster:
    """All workloads of a workspace that are no compose services."""

    def __init__(self, files: Files, budget: Budget) -> None:
        self._files = files
        self._budget = budget
        self._pods = [(path, one) for path, one in files.all(Workload) if one.platform != "compose"]
        self._called: dict[str, list[_Pod]] = defaultdict(list)
        for pod in self._pods:
            for name in pod[1].names:
                self._called[name].append(pod)
        self._labelled: dict[tuple[str, str], list[_Pod]] = defaultdict(list)
        for pod in self._pods:
            for label in pod[1].pod_labels:
                self._labelled[label].append(pod)
        self._projects: dict[str, list[str]] = defaultdict(list)
        for path, package in files.all(Package):
            if package.ecosystem == "nuget" and path.endswith("proj"):
                stem = path.rpartition("/")[2].rpartition(".")[0]
                self._projects["".join(c if c.isalnum() else "_" for c in stem)].append(folder(path))
        self._identities = {
            (one.namespace or files.repository(path), one.name): one.identity
            for path, one in files.all(AccountIdentity)
        }
        self._situated = {path: one.namespace for path, one in files.all(Situated)}
        self._addresses: dict[str, list[tuple[str, Address]]] = defaultdict(list)
        for path, address in files.all(Address):
            self._addresses[address.name].append((path, address))
        self._settings: dict[tuple[str, str], list[tuple[str, Setting]]] = defaultdict(list)
        for path, setting in files.all(Setting):
            if setting.group:
                self._settings[setting.scope, setting.group].append((path, setting))

    def units(self) -> Iterator[Unit]:
        """A unit for each workload, and one for each database or broker that runs in its pod."""
        names: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for path, address in self._files.all(Address):
            for where, pod in _meant(address, self._selected(path, address)):
                names[where, pod.kind, pod.name] += _spelled(address.name, pod.namespace)
        for path, address in self._elsewhere():
            for where, pod in self._behind(address.external, self._space(path, address.namespace)):
                names[where, pod.kind, pod.name] += _spelled(address.name, address.namespace)
        for host, (path, entered) in self._entered():
            for where, pod in _meant(entered, self._selected(path, entered)):
                names[where, pod.kind, pod.name].append(host)
        for path, pod in self._pods:
            yield from self._units(path, pod, names[path, pod.kind, pod.name])

    # --- names -----------------------------------------------------------------------------------------------

    def _selected(self, path: str, address: Address) -> list[_Pod]:
        """Pods that a Service selects: in its own folder if there are such, else in its repository."""
        candidates = self._labelled.get(address.selector[0], []) if address.selector else []
        if not self._budget.allows(len(candidates)):
            return []
        fitting = [pod for pod in candidates if _selects(address, pod[1])]
        here = [pod for pod in fitting if folder(pod[0]) == folder(path)]
        mine = self._files.repository(path)
        return here or [pod for pod in fitting if self._files.repository(pod[0]) == mine]

    def _elsewhere(self) -> list[tuple[str, Address]]:
        """Services that are only another name (``ExternalName``), with their files."""
        return [(path, address) for path, address in self._files.all(Address) if address.external]

    def _space(self, path: str, namespace: str) -> str:
        return namespace or self._situated.get(path) or "default"

    def _entered(self) -> Iterator[tuple[str, tuple[str, Address]]]:
        """Host names from outside that lead to one Service alone, each with it: to one of the same repository, else to
        the only one of the workspace in the namespace that is told."""
        led: dict[tuple[str, str], dict[tuple[str, str], None]] = defaultdict(dict)
        for path, one in self._files.all(Entrance):
            if one.stream:
                continue
            led[self._files.repository(path), one.host][one.service, one.namespace] = None
        for (repository, host), services in led.items():
            name, space = next(iter(services))
            called = [
                (path, address)
                for path, address in self._addresses.get(name, ())
                if (address.namespace or space) == (space or address.namespace)
            ]
            fitting = [each for each in called if self._files.repository(each[0]) == repository]
            elsewhere = [each for each in called if each[1].namespace == space != ""]
            if len(services) == 1 and (fitting or len(elsewhere) == 1):
                yield host, (fitting or elsewhere)[0]

    def _behind(self, external: str, here: str) -> list[_Pod]:
        """The pods behind the name of a Service, seen from a namespace; none for a name outside of the cluster."""
        name, _, space = (
            external.removesuffix(".").removesuffix(".svc.cluster.local").removesuffix(".svc").partition(".")
        )
        if "." in space:
            return []
        found = [
            pod
            for path, address in self._addresses.get(name, ())
            if address.selector and self._space(path, address.namespace) == (space or here)
            for pod in _meant(address, self._selected(path, address))
        ]
        # Operators make Services that no manifest has: they are further names of what is asked of them.
        found += [
            pod
            for pod in self._called.get(name, ())
            if pod not in found and self._space(pod[0], pod[1].namespace) == (space or here)
        ]
        return found if self._budget.allows(len(found)) else []

    # --- pods ------------------------------------------------------------------------------------------------

    def _units(self, path: str, pod: Workload, names: Sequence[str]) -> Iterator[Unit]:
        """Containers of one's own in a pod are one deployable; agents and proxies beside them are no part of it."""
        running = [one for one in pod.containers if not one.init]
        kinds = {one.name: known(str(one.image or "")) for one in running}
        servers = [one for one in running if (image := kinds[one.name]) and image.kind in ("store", "broker")]
        own = [one for one in running if kinds[one.name] is None]
        if servers:
            own = [one for one in own if not watches(str(one.image or ""))]
        own = own or servers[:1] or running[:1]
        own.sort(key=lambda one: pod.name not in (one.name, image_name(str(one.image or ""))))
        for at, one in enumerate(own):
            beside = (one.name,) if at else tuple(dict.fromkeys((*pod.names, *names)))
            alone = self._alone.get(full(str(one.image or ""))) if at else None
            if alone and alone != pod.name:
                yield self._unit(path, pod, one, alone, (), main=False)
            else:
                yield self._unit(path, pod, one, pod.name, beside, main=not at)
        for one in servers:
            if one not in own:
                yield self._unit(path, pod, one, one.name, (), main=False)
        for one in pod.containers:
            if one.init and runs_client([str(word) for word in one.command]) and known(str(one.image or "")):
                yield self._unit(path, pod, one, one.name, (), main=False)

    @cached_property
    def _alone(self) -> dict[str, str]:
        """The workload that an image is alone in a pod of: in the pod of another one it is still that one's program."""
        running = ((pod.name, [one for one in pod.containers if not one.init]) for _, pod in self._pods)
        return {full(str(own[0].image)): name for name, own in running if len(own) == 1 and own[0].image is not None}

    def _unit(
        self, path: str, pod: Workload, container: Container, name: str, names: tuple[str, ...], main: bool
    ) -> Unit:
        facts = self._files.about(path, pod.name)
        variables = self._variables(path, pod, container.name, facts)
        known = {one.name: one for one in variables}
        scope = pod.namespace or self._files.repository(path)
        return Unit(
            key=f"{path}:{pod.kind}/{pod.name}" + ("" if main else f"/{container.name}"),
            platform=pod.platform,
            project=f"{pod.platform}:{scope}",
            name=name,
            location=Location(path, pod.line if main else container.line),
            names=tuple(one for one in names if one != name),
            kind=pod.kind,
            image=str(container.image) if container.image is not None else None,
            build=self._folder(path, pod) if main else None,
            command=tuple(str(fill(word, known)[0]) for word in container.command),
            variables=variables,
            ports=tuple(fact for fact in facts if isinstance(fact, Port)) if main else (),
            mounts=tuple(one for one in facts if isinstance(one, Mount) and one.container in ("", container.name)),
            namespaces=tuple(
                fact for fact in facts if isinstance(fact, SharedNamespace) and (main or fact.which != "privileged")
            ),
            labels=tuple(dict.fromkeys((*pod.labels, *pod.pod_labels))),
            depends=(
                *((one.target, stands(path, one)) for one in facts if isinstance(one, Link)),
                *(_awaited(path, pod) if main else ()),
            ),
            aliases=tuple((one.alias, one.target) for one in facts if isinstance(one, Link) and one.alias),
            account=f"{pod.namespace}/{pod.account}" if pod.account else "",
            identity=self._identities.get((scope, pod.account), ""),
            machines=pod.machines,
            forwards=tuple(self._forwards(path, pod, facts)),
            given=Location(container.file, container.line) if container.file else None,
            told=Location(path, container.told) if container.told else None,
        )

    def _forwards(self, path: str, pod: Workload, facts: Sequence[Fact]) -> Iterator[tuple[int, str, Location]]:
        """What the proxies in a pod lead to: all its containers have one machine."""
        for one in pod.containers:
            if is_forwarder(str(one.image or "")):
                known = {binding.name: binding for binding in self._variables(path, pod, one.name, facts)}
                for port, instance in forwards([str(fill(word, known)[0]) for word in one.command]):
                    yield port, instance, Location(path, one.line)

    def _folder(self, path: str, pod: Workload) -> str | None:
        """The folder of a program that an application host starts: it is named, or its project is."""
        project = dict(pod.labels).get("project") if pod.platform == "aspire" else None
        if project:
            mine = self._files.repository(path)
            called = self._projects.get(project, ())
            return next((where for where in called if self._files.repository(where) == mine), next(iter(called), None))
        written = str(pod.build) if pod.build is not None else ""
        return inside(folder(path), written) if written else None

    # --- variables -------------------------------------------------------------------------------------------

    def _variables(self, path: str, pod: Workload, container: str, facts: Sequence[Fact]) -> tuple[Binding, ...]:
        found: dict[str, Binding] = {}
        for fact in facts:
            if isinstance(fact, VariableSource) and fact.container in ("", container):
                found |= {one.name: one for one in self._sourced(path, pod, fact)}
            elif isinstance(fact, VariableFile):
                found |= self._of_file(path, pod, fact)
        for fact in facts:
            if not isinstance(fact, Variable) or fact.container not in ("", container):
                continue
            if fact.value is not None or fact.name not in found:
                found[fact.name] = bound(path, fact, {})
        return tuple(
            Binding(one.name, value, tuple(dict.fromkeys((*one.evidence, *more))))
            for one in found.values()
            for value, more in (fill(one.value, found),)
        )

    def _of_file(self, path: str, pod: Workload, fact: VariableFile) -> dict[str, Binding]:
        """Variables out of the file that is named; of one on the machine, out of the one beside that is so called."""
        written = fact.path.text or ""
        beside = written.rpartition("/")[2] if written.startswith(("/", "%")) else written
        other = inside(folder(path), beside) if beside else None
        return settings(self._files, other, f"is set in a file that {pod.name} reads") if other else {}

    def _sourced(self, path: str, pod: Workload, source: VariableSource) -> Iterator[Binding]:
        """Variables out of a ConfigMap or Secret: of the several that are called so, the nearest one's. A key that is
        nowhere gives an open value: the variable is set, and no default counts."""
        spaces = ("", pod.namespace or "default")
        named = self._settings.get((source.kind, source.name), [])
        named = named if self._budget.allows(len(named)) else []
        fitting = [(where, one) for where, one in named if one.namespace in spaces or not pod.namespace]
        steps = {above: number for number, above in enumerate((path, *ancestors(path)))}
        away = {where: next(steps[a] for a in (where, *ancestors(where)) if a in steps) for where, _ in fitting}
        nearest = min(away, key=lambda where: (away[where], where), default="")
        what = f"{pod.name} takes it from the {source.kind} {source.name}"
        through = Evidence(stands(path, source), what)
        keys = [one for where, one in fitting if where == nearest and source.key in ("", one.key)]
        # A secret of somebody else's is taken where the pod asks for it, whoever makes it.
        apart = source.kind == "secret" and not (within(path, folder(nearest)) or within(nearest, folder(path)))
        for setting in keys:
            here = evidence(nearest, setting, f"is set in the {source.kind} {source.name}")
            told = (through, here) if apart else (here, through)
            yield Binding(source.variable or source.prefix + setting.key, setting.value, told)
        if source.key and not keys:
            hole = Hole("attribute", f"{source.name}.{source.key}")
            yield Binding(source.variable or source.key, Value((hole,)), (through,))


def _awaited(path: str, pod: Workload) -> Iterator[tuple[str, Location]]:
    """The hosts that the first containers of a pod wait for."""
    for one in pod.containers:
        for host in awaited([str(word) for word in one.command]) if one.init else ():
            yield host, Location(path, one.line)


def _selects(address: Address, pod: Workload) -> bool:
    spaces = {address.namespace or "default", pod.namespace or "default"}
    return set(address.selector) <= set(pod.pod_labels) and (len(spaces) == 1 or not address.namespace)


def _meant(address: Address, pods: list[_Pod]) -> list[_Pod]:
    """Of several workloads that a Service selects those that it is called after: a selector that fits everything gives
    no name to anything."""
    named = [pod for pod in pods if pod[1].name.startswith(address.name)]
    return pods if len({pod[1].name for pod in pods}) == 1 else named


def _spelled(name: str, namespace: str) -> list[str]:
    """All names of a Service inside its cluster.

    See https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ .
    """
    space = namespace or "default"
    return [name, f"{name}.{space}", f"{name}.{space}.svc", f"{name}.{space}.svc.cluster.local"]
