"""Facts about what is deployed: workloads, variables, ports, mounts, addresses."""

from __future__ import annotations

from typing import Literal

import msgspec

from boundary.facts.fact import Fact
from boundary.model import Value


class Deployment(Fact, frozen=True):
    """A deployment file as a whole: ``name`` is the project it declares (empty: the folder's name), ``includes`` other
    files it takes in, as written."""

    platform: str
    name: str = ""
    includes: tuple[str, ...] = ()


class Container(msgspec.Struct, frozen=True):
    """One container of a workload. ``command`` is entrypoint and arguments, word by word, whose last one stands at line
    ``told`` (0: nobody said); it starts in ``folder``. ``file`` has its image, where values of a chart give that."""

    name: str
    image: Value | None = None
    command: tuple[Value, ...] = ()
    init: bool = False
    line: int = 1
    folder: str = ""
    told: int = 0
    file: str = ""


class Workload(Fact, frozen=True):
    """Something that runs: a compose service, a Deployment, a StatefulSet, a CronJob …

    ``names`` are further names it answers to (container_name, hostname, network aliases, ``links`` aliases belong to
    the linking side and are in Link). ``build`` is the context folder and ``dockerfile`` its file, as written, of which
    ``stage`` is built (empty: the last one); ``contexts`` additional named build contexts. ``extends`` is (file or "",
    service). ``networks`` are the networks it is attached to (empty: the default one). ``account`` is its service
    account. ``machines`` are labels, with their values, of the machines on which alone it runs.
    """

    platform: str
    kind: str
    name: str
    namespace: str = ""
    containers: tuple[Container, ...] = ()
    names: tuple[str, ...] = ()
    build: Value | None = None
    dockerfile: Value | None = None
    stage: str = ""
    contexts: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    pod_labels: tuple[tuple[str, str], ...] = ()
    extends: tuple[str, str] | None = None
    profiles: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    account: str = ""
    machines: tuple[tuple[str, str], ...] = ()


class Variable(Fact, frozen=True):
    """An environment variable of a workload; ``value`` None means: passed through from the caller's environment."""

    workload: str
    name: str
    value: Value | None
    container: str = ""


class VariableFile(Fact, frozen=True):
    """A workload reads variables from a file (``env_file``), path as written."""

    workload: str
    path: Value
    required: bool = True


class VariableSource(Fact, frozen=True):
    """A workload takes variables from a ConfigMap or Secret: one key into ``variable``, or all of them (``key`` empty)
    with a prefix."""

    workload: str
    kind: Literal["configmap", "secret"]
    name: str
    key: str = ""
    variable: str = ""
    prefix: str = ""
    container: str = ""


class Setting(Fact, frozen=True):
    """A key and its value in a configuration file: ``.env``, ConfigMap, properties, application YAML …

    ``scope`` is the format (``dotenv``, ``configmap``, ``secret``, ``yaml``, ``properties``, ``json``) and, for
    cluster resources, ``group`` the resource's name and ``namespace``. Nested keys are joined by dots.
    ``holder`` is the ConfigMap that the file with the setting stands in. The scope ``environment`` tells which variable
    sets a key, before any file.
    """

    scope: str
    key: str
    value: Value
    group: str = ""
    namespace: str = ""
    holder: str = ""


class Checkout(Fact, frozen=True):
    """Another repository that a pipeline checks out: ``folder`` is where the workspace has it, seen from the pipeline's
    own, ``version`` the tag or commit as written."""

    folder: str
    version: str


class KeptSecret(Fact, frozen=True):
    """A cluster takes a secret from where it is kept outside, such as a vault, under the name ``key``."""

    key: str


class Port(Fact, frozen=True):
    """A port of a workload. ``published`` is the host's port (None: not published), ``host`` the address it is bound to
    (empty: all). Numbers are values because they are often variables. ``protocol`` is empty for TCP."""

    workload: str
    target: Value
    published: Value | None = None
    host: str = ""
    name: str = ""
    protocol: str = ""


class Mount(Fact, frozen=True):
    """Something mounted into a workload. ``kind``: ``volume`` (named, or a claim), ``bind`` (host path), ``empty``,
    ``memory`` (emptyDir medium Memory, tmpfs), ``config``, ``secret``, ``anonymous``. ``source`` as written,
    ``folder`` is the one in it that is mounted alone (empty: all)."""

    workload: str
    kind: Literal["volume", "bind", "empty", "memory", "config", "secret", "anonymous"]
    source: str
    target: str
    read_only: bool = False
    container: str = ""
    folder: str = ""


class VolumeDefinition(Fact, frozen=True):
    """A volume or claim that a deployment declares. ``external`` ones, and ``name`` when given, are not prefixed by the
    project. ``modes`` are access modes (``ReadWriteMany`` …); ``source`` a host path or server:path behind it."""

    platform: str
    key: str
    name: str = ""
    namespace: str = ""
    external: bool = False
    modes: tuple[str, ...] = ()
    source: str = ""


class SharedNamespace(Fact, frozen=True):
    """A workload joins a namespace that is not its own: ``which`` is network, pid, ipc, process or privileged,
    ``mode`` as written (``host``, ``service:x``, ``container:x``, ``shareable``, ``true``)."""

    workload: str
    which: Literal["network", "pid", "ipc", "process", "privileged"]
    mode: str


class Link(Fact, frozen=True):
    """Declared order or an old-style link: ``links: [db:database]`` gives the linking side a name for the target. Who
    takes the ``volumes`` of another has its mounts, only to read where the alias is ``ro``."""

    workload: str
    target: str
    alias: str = ""
    kind: Literal["depends", "links", "volumes"] = "depends"


class Address(Fact, frozen=True):
    """A name that a platform gives to workloads: a Kubernetes Service. ``ports`` are (port, target, node port or 0)."""

    platform: str
    name: str
    namespace: str = ""
    selector: tuple[tuple[str, str], ...] = ()
    ports: tuple[tuple[int, str, int], ...] = ()
    type: str = "ClusterIP"
    external: str = ""


class Route(Fact, frozen=True):
    """A proxy passes requests on. ``path`` is what they begin with (``exact``: what they are), as written, empty for
    all; ``rewrite`` what stands there when they arrive, None when they are passed on as they are. ``target`` is a URL,
    a host with a port, or an ``Upstream``'s name; ``host`` the virtual host; ``group`` the ConfigMap that holds it.
    """

    proxy: str
    target: Value
    path: str = ""
    exact: bool = False
    rewrite: str | None = None
    host: str = ""
    methods: tuple[str, ...] = ()
    group: str = ""


class Upstream(Fact, frozen=True):
    """A name that a proxy gives to servers (``upstream``, a cluster, a backend): hosts with ports, or URLs."""

    proxy: str
    name: str
    targets: tuple[Value, ...]
    group: str = ""


class Component(Fact, frozen=True):
    """A building block of Dapr: a state store, a topic's broker, a binding, called by ``name``. ``type`` is
    ``state.redis`` …; ``scopes`` are the applications that may use it (empty: all); ``metadata`` says where it is."""

    name: str
    type: str
    scopes: tuple[str, ...] = ()
    metadata: tuple[tuple[str, Value], ...] = ()


class Telemetry(Fact, frozen=True):
    """An address that a tool of telemetry fetches from or sends to; ``group`` is the ConfigMap that says so."""

    tool: str
    target: Value
    group: str = ""


class Entrance(Fact, frozen=True):
    """A host name by which requests from outside are led to a Kubernetes Service; a ``stream`` is what comes in at a
    port, without a name."""

    host: str
    service: str
    namespace: str = ""
    stream: bool = False


class ChannelDefinition(Fact, frozen=True):
    """A topic, queue or exchange that a manifest creates; ``engine`` is what its broker speaks."""

    name: str
    engine: str


class EventRoute(Fact, frozen=True):
    """Events of a name (a type, a channel, a topic) that a cluster hands to a Service, which is called with its
    namespace or by its address; where a ``sender`` is named, all that it sends goes there."""

    name: str
    technology: str
    to: str
    sender: str = ""
    namespace: str = ""


class Tap(Fact, frozen=True):
    """A connector takes data out of a database: ``address`` is a connection text, ``tables`` those that it says."""

    name: str
    engine: str
    address: Value
    tables: tuple[str, ...] = ()
