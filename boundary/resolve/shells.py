"""What a command does: run another service's program, reach into another machine or container, connect to a store.

The same for a line of a script, a step of a pipeline and a process that a program starts. A command is a vector of
words (values, partly known), or one word that is a whole shell text. Wrappers (``sudo``, ``env``, ``timeout``,
``sh -c``) are taken off, and what ``ssh`` and ``docker exec`` are told to do is looked at as well.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from boundary.model import Edge, Evidence, Value
from boundary.reading.engines import of_port
from boundary.reading.shell import commands
from boundary.resolve import clients, cloudcommands, clusterkept, deployers
from boundary.resolve import commandline as line
from boundary.resolve.clients import Connection
from boundary.resolve.cloudcommands import Touch
from boundary.resolve.clusterkept import Asked
from boundary.resolve.landscape import Server, Service, Unit
from boundary.resolve.names import Names
from boundary.resolve.nature import is_contract_file
from boundary.resolve.whose import Whose

_DEEPEST = 6
"""Commands inside commands (``ssh x "docker exec y sh -c '…'"``) that are looked at."""

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
_BUILT = re.compile(r"/(?:dist|build|out)/")
_INTERPRETERS = re.compile(
    r"(python|pypy|node|ruby|perl|php|bash|dash|zsh|ksh|sh|source|deno|bun|tsx|ts-node|Rscript)[\d.]*|\."
)
_OF_FOLDER = re.compile(
    r"(rails (r|runner|c|console|dbconsole|[\w-]+:\S+)|rake .*|dotnet (run|watch|ef|exec|\S+\.dll))$"
)
"""Commands that run the program of the folder that they are called in, or of the project that they name."""
_PROJECT = ("--project", "-p", "--startup-project")
_ENGINES = frozenset({"docker", "podman", "nerdctl", "docker-compose", "podman-compose"})
_AZURE = (["containerapp", "exec"], ["container", "exec"], ["webapp", "ssh"])
"""What Azure's command line runs in a container."""
_LOGS = (["containerapp", "logs"], ["container", "logs"], ["webapp", "log"], ["functionapp", "log"])
"""What Azure's command line shows of what an application logs."""


_NOTHING = Value()


@dataclass(frozen=True, slots=True)
class Command:
    """Something a command does. ``kind`` tells which fields mean something.

    ``program``: runs the file or folder ``path`` of the workspace, which is ``service``'s own.
    ``remote``: runs a command on the machine or in the container ``target``; ``service`` is the one that runs there.
    ``store``: connects by ``connection``, or touches what a cloud has by its name (``touch``).

    ``service`` is an id, "" for nobody that is known here (a store's container has none). ``what`` says it in words.
    """

    kind: Literal["program", "remote", "store", "taken"]
    what: str
    service: str = ""
    target: Value = _NOTHING
    path: str = ""
    connection: Connection | None = None
    touch: Touch | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class _Around:
    """Where a command stands: the file, its service and folder, the variables set for it, what it is fed, and the host
    or container that it runs in."""

    near: str
    service: str
    folder: Value | None = None
    variables: tuple[tuple[str, Value], ...] = ()
    fed: Value | None = None
    host: str = ""
    depth: int = 0


class Shells:
    """Knows the programs, containers and machines of a landscape."""

    def __init__(self, whose: Whose, names: Names) -> None:
        self._whose = whose
        self._names = names

    def classify(
        self,
        words: Sequence[Value],
        near: str,
        service: str,
        *,
        folder: Value | None = None,
        variables: Mapping[str, Value] | None = None,
        fed: Value | None = None,
    ) -> list[Command]:
        """What a command in the file ``near`` of the service does; often nothing of interest.

        ``folder`` is where it runs (``cwd``), ``variables`` are set for it alone, ``fed`` is what it reads. One's own
        programs and containers are not told; those of others are, and every store.
        """
        around = _Around(near, service, folder, tuple((variables or {}).items()), fed)
        found = self._classify(list(words), around)
        return list(
            dict.fromkeys(command for command in found if command.kind == "store" or command.service != service)
        )

    @staticmethod
    def edge(command: Command, service: str, reasons: tuple[Evidence, ...]) -> Edge | None:
        """The ``executes`` edge of a command: trait ``local`` for a program, ``remote`` for a machine or container.

        None for a store, and for a place where nobody's service is known to run.
        """
        if command.kind == "store" or not command.service or command.service == service:
            return None
        if command.asked is not None:
            return clusterkept.edge(command.asked, service, command.service, reasons)
        traits = frozenset({"local" if command.kind == "program" else "remote"})
        first, *rest = reasons
        return Edge(
            service,
            command.service,
            "executes",
            (Evidence(first.location, command.what), *rest),
            traits=traits,
            detail=command.path or str(command.target),
        )

    # --- taking apart

    def _classify(self, words: list[Value], around: _Around, *, split: bool = True) -> Iterator[Command]:
        """``split`` says that a single word may be a whole shell text."""
        if around.depth > _DEEPEST or not words:
            return
        if split and len(words) == 1 and re.search(r"[\s;|&]", str(words[0])):
            yield from self._text(words[0], around)
            return
        program, rest = posixpath.basename(words[0].text or ""), words[1:]
        if program in line.WRAPPERS:
            yield from self._wrapped(program, rest, around)
        elif program in _SHELLS and (text := line.after_flag(rest, "c")) is not None:
            yield from self._text(text, around)
        elif program in _ENGINES:
            yield from self._engine(rest, around)
        elif program in ("kubectl", "oc"):
            yield from self._cluster(rest, around)
        elif program == "ssh":
            yield from self._login(rest, around)
        elif program in ("scp", "rsync", "sftp"):
            yield from self._copied(program, rest, around)
        elif program in deployers.TOOLS:
            yield from self._deployed(program, rest, around) if deployers.runs(program, rest) else ()
        elif program in cloudcommands.TOOLS:
            yield from self._session(rest, around) if program in ("aws", "az") else ()
            for touch in cloudcommands.touched(program, rest):
                yield Command("store", f"{program} {touch.mode} {touch.name}", target=touch.name, touch=touch)
        else:
            yield from self._store(program, rest, around)
            yield from self._program(words, around)

    def _text(self, text: Value, around: _Around) -> Iterator[Command]:
        """A whole shell text: each of its commands, with the folder that ``cd`` has changed to."""
        marked = line.marked(text)
        for found in commands(marked):
            words = [line.value(word, text.holes) for word in found.words]
            variables = tuple((name, line.value(value, text.holes)) for name, value in found.assignments)
            inner = replace(around, variables=(*around.variables, *variables), depth=around.depth + 1)
            if found.folder is not None:
                inner = replace(inner, folder=line.value(found.folder, text.holes))
            if found.input is not None:
                inner = replace(inner, fed=line.value(found.input, text.holes))
            yield from self._classify(words, inner, split=False)

    def _wrapped(self, program: str, words: list[Value], around: _Around) -> Iterator[Command]:
        wrapper = line.WRAPPERS[program]
        rest = line.without_options(words, wrapper.valued)
        rest = rest[1:] if rest and (wrapper.operand == "*" or rest[0].text == wrapper.operand) else rest
        variables = list(around.variables)
        while rest and (match := re.match(r"(\w+)=", str(rest[0]))):
            first, *more = rest[0].parts
            variables.append((match[1], Value.of(str(first)[match.end() :], *more)))
            rest = rest[1:]
        yield from self._classify(rest, replace(around, variables=tuple(variables), depth=around.depth + 1))

    # --- reaching elsewhere

    def _engine(self, words: list[Value], around: _Around) -> Iterator[Command]:
        """``docker [compose] exec CONTAINER COMMAND``, ``docker cp CONTAINER:PATH …``."""
        rest = line.without_options(words, line.ENGINE)
        if rest and rest[0].text in ("compose", "container"):
            rest = line.without_options(rest[1:], line.ENGINE)
        action = rest[0].text if rest else ""
        rest = line.without_options(rest[1:], line.ENGINE)
        if action in ("exec", "attach") and rest:
            yield from self._inside(rest[0], rest[1:], around, f"runs a command in the container {rest[0]}")
        elif action == "cp":
            yield from self._files(rest, around, "copies files of the container")

    def _cluster(self, words: list[Value], around: _Around) -> Iterator[Command]:
        """``kubectl exec POD -- COMMAND``, ``kubectl cp POD:PATH …``."""
        rest = line.without_options(words, line.CLUSTER)
        action = rest[0].text if rest else ""
        rest = line.without_options(rest[1:], line.CLUSTER)
        if action in ("exec", "attach") and rest:
            command = rest[1:]
            while command and (command[0].text or "").startswith("-"):
                command = line.without_options(command, line.CLUSTER) if command[0].text != "--" else command[1:]
            whole = rest[0].holes or "=" in str(rest[0])  # Keys of labels have slashes, too.
            pod = rest[0] if whole else Value.of(str(rest[0]).rpartition("/")[2])
            yield from self._inside(pod, command, around, f"runs a command in the pod {pod}", pods=True)
        elif action == "cp":
            yield from self._files(rest, around, "copies files of the pod", pods=True)
        elif action == "port-forward" and rest:
            yield from self._tunnel(rest, line.options(words, ("-n", "--namespace")))
        elif action in ("logs", "get"):
            yield from self._taken(action, rest, words, around)

    def _taken(self, action: str, rest: list[Value], words: list[Value], around: _Around) -> Iterator[Command]:
        """``kubectl logs deploy/orders -n shop``, ``kubectl get secret orders-db -n shop``."""
        spaces = line.options(words, ("-n", "--namespace"))
        kind, slash, name = str(rest[0]).rpartition("/") if rest else ("", "", "")
        if action == "get" and not slash:
            kind, name = name, str(rest[1]) if len(rest) > 1 else ""
        chosen = line.options(words, ("-l", "--selector")) if action == "logs" else []
        asked = Asked("logs", str(chosen[0]) if chosen else name, str(spaces[0]) if spaces else "")
        if action == "get":
            asked = asked._replace(kind="secret" if kind in ("secret", "secrets") else "")
        mine = self._whose.services[around.service]
        target = clusterkept.whose(self._whose.land, self._names, asked, mine) if asked.kind else ""
        if target:
            yield Command("taken", f"kubectl takes {asked}", target, Value.of(asked.name), asked=asked)

    @staticmethod
    def _tunnel(words: list[Value], spaces: list[Value]) -> Iterator[Command]:
        """``kubectl port-forward svc/orders-db 15432:5432`` is a way to the store that listens on the port."""
        name = str(words[0]).rpartition("/")[2]
        host = ".".join((name, *(str(one) for one in spaces[:1])))
        for word in words[1:]:
            port = str(word).rpartition(":")[2]
            if engine := of_port(port):
                dsn = Value.of(f"{engine}://{host}:{port}")
                found = Connection(engine, "reads", dsn)
                yield Command("store", f"kubectl forwards a port to {host}", target=dsn, connection=found)

    def _login(self, words: list[Value], around: _Around) -> Iterator[Command]:
        rest = line.without_options(words, line.LOGIN)
        if rest:
            told = [part for word in rest[1:] for part in (word, " ")]
            fed = [around.fed] if around.fed is not None and (not told or str(rest[1]).endswith(" -s")) else []
            command = fed or ([Value.of(*told)] if told else [])
            host = line.machine(rest[0])
            yield from self._inside(host, command, around, f"logs in on {host}", machine=True)

    def _copied(self, program: str, words: list[Value], around: _Around) -> Iterator[Command]:
        for word in words:
            host, colon, _ = str(word).partition(":")
            if colon and "/" not in host and len(host) > 1 and not host.startswith("-"):
                where = line.machine(Value.of(host))
                yield Command("remote", f"{program} with {where}", self._runs(str(where), around, machine=True), where)

    def _session(self, words: list[Value], around: _Around) -> Iterator[Command]:
        """What a cloud's command line runs elsewhere: in an instance, in the container of a task."""
        if [word.text for word in words[:2]] == ["ecs", "execute-command"]:
            for where in line.options(words[2:], ("--container",)) or line.options(words[2:], ("--task",)):
                told = line.options(words[2:], ("--command",))
                yield from self._inside(where, told, around, f"runs a command in the container {where}")
        if [word.text for word in words[:2]] in _AZURE:
            for where in line.options(words[2:], ("--name", "-n")):
                told = line.options(words[2:], ("--command", "--scripts"))
                yield from self._inside(where, told, around, f"runs a command in {where}")
        if [word.text for word in words[:2]] in _LOGS:
            for where in line.options(words[2:], ("--name", "-n")):
                service = self._runs(str(where), around) if not where.holes else ""
                asked = Asked("logs", str(where), "")
                if service and service != around.service:
                    yield Command("taken", f"az takes the log of {where}", service, where, asked=asked)
        if [word.text for word in words[:2]] in (["ssm", "send-command"], ["ssm", "start-session"]):
            named = [name for word in words[2:] if (name := line.tagged(word))]
            runs = (self._runs(name, around, machine=True) or self._whose.machine(name) for name in named)
            service = next((found for found in runs if found), "")
            yield Command("remote", "sends a command to an instance by Systems Manager", service, Value.of(*named[:1]))

    def _deployed(self, program: str, words: list[Value], around: _Around) -> Iterator[Command]:
        """``kamal app exec COMMAND`` by the configuration of a folder, ``heroku run --app NAME`` by a name."""
        what = f"{program} runs a command in "
        for name in deployers.applications(program, words):
            yield Command("remote", f"{what}{name}", self._runs(str(name), around, machine=True), name)
        for word in deployers.configurations(program, words, around.folder):
            path = self._path(word, around)
            if path and (other := self._whose.other(path, around.service)):
                yield Command("remote", f"{what}{self._whose.name(other)}", other, word)

    def _inside(
        self,
        where: Value,
        command: list[Value],
        around: _Around,
        what: str,
        *,
        pods: bool = False,
        machine: bool = False,
    ) -> Iterator[Command]:
        """A command that runs in a container or on a machine, and that place itself."""
        host = "" if machine or where.holes or not where.parts else str(where)
        inner = replace(around, host=host, folder=None, fed=around.fed, depth=around.depth + 1)
        found = [one for one in self._classify(command, inner) if one.kind != "program"]
        service = self._runs(str(where), around, pods=pods, machine=machine) if not where.holes else ""
        deeper = [one for one in found if one.kind == "remote" and one.service]
        if machine and not service and deeper:
            # The login is only the way; the container that is reached over it is the place.
            yield replace(deeper[0], what=f"{what}, where it {deeper[0].what}")
            found.remove(deeper[0])
        else:
            yield Command("remote", what, service, where)
        yield from found

    def _files(self, words: list[Value], around: _Around, what: str, *, pods: bool = False) -> Iterator[Command]:
        for word in words:
            name, colon, _ = (word.text or "").partition(":")
            if colon:
                name = name.rpartition("/")[2]
                yield Command("remote", f"{what} {name}", self._runs(name, around, pods=pods), Value.of(name))

    def _runs(self, name: str, around: _Around, *, pods: bool = False, machine: bool = False) -> str:
        """The service that runs in a container, in a pod or on a machine of this name, "" for nobody's."""
        if pods and "=" in name:
            return clusterkept.labelled(self._whose.land, name)
        mine = self._whose.services[around.service]
        spelled = [name]
        if machine:
            spelled.append(re.sub(r"-?\d+$", "", name.partition(".")[0]))
        if pods:
            spelled.append(clusterkept.INSTANCE.sub("", name))
        for spelling in spelled:
            found = self._names.host(spelling, None, mine) if spelling else None
            if found and isinstance(found[0], Service):
                return found[0].id
            if found and isinstance(found[0], Server):
                return ""
        return "" if machine or pods else self._composed(name)

    def _composed(self, name: str) -> str:
        """A container by the name that compose makes: project, service, number; or Kamal: service, role, version."""
        for service in self._whose.land.services:
            for unit in service.units:
                project = re.escape(posixpath.basename(unit.project))
                if unit.platform == "compose" and re.fullmatch(rf"{project}[-_]{re.escape(unit.name)}[-_]\d+", name):
                    return service.id
                if unit.platform == "kamal" and any(name.startswith(f"{role}-") for role in _roles(unit)):
                    return service.id
        return ""

    # --- stores and programs

    def _store(self, program: str, words: list[Value], around: _Around) -> Iterator[Command]:
        found = clients.connection(program, words, dict(around.variables), around.fed, around.host)
        if found:
            yield Command("store", f"{program} connects to {found.dsn}", target=found.dsn, connection=found)

    def _program(self, words: list[Value], around: _Around) -> Iterator[Command]:
        """A file of another service as the program itself, as an interpreter's script, as what a bundler takes, or as a
        build's folder."""
        name = posixpath.basename(words[0].text or "")
        candidates = [words[0]] if "/" in str(words[0]) else []
        if words[0].holes == words[0].parts or _INTERPRETERS.fullmatch(name):
            candidates += [word for word in words[1:] if not str(word).startswith("-")][:1]
        if name in line.BUNDLERS:
            candidates += [word for word in words[1:] if not str(word).startswith("-") and "/" in str(word)]
        if name in line.BUILDERS:
            candidates += line.options(words, line.BUILD_FOLDER)
        if _OF_FOLDER.match(f"{name} {words[1] if len(words) > 1 else ''}"):
            given = line.options(words, _PROJECT) + [word for word in words[1:3] if str(word).endswith(".dll")]
            candidates += given or ([around.folder] if around.folder is not None else [])
        for word in candidates:
            path = self._path(word, around)
            other = self._whose.other(path, around.service) if path else None
            if path and other and not is_contract_file(path):
                yield Command("program", f"runs {path} of {self._whose.name(other)}", other, word, path)

    def _path(self, word: Value, around: _Around) -> str | None:
        if around.folder is not None and not str(word).startswith(("/", "~")):
            inside = self._whose.located(Value.of(around.folder, "/", word), around.near, around.service)
            if inside is not None and self._whose.exists(inside):
                return inside
        path = self._whose.located(word, around.near, around.service) or ""
        # What a build makes (``dist/main.js``) is not kept, the folder around it is.
        return next((each for each in (path, _BUILT.split(path)[0]) if each and self._whose.exists(each)), None)


def _roles(unit: Unit) -> list[str]:
    """How containers of a role of Kamal begin: with the service and the role."""
    names = [unit.name, *unit.names]
    return [f"{unit.name}-web"] if f"{unit.name}-web" in names else [unit.name]
