"""Volumes, namespaces and engines that services share: one identity for the same files, and quiet about the rest."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from landscapes import Workspace, land, reasons, service, shown, store, unit

from boundary.facts import FileFacts, Mount, Port, SharedNamespace, VolumeDefinition
from boundary.model import Hole, Location, Value
from boundary.resolve.landscape import Unit
from boundary.resolve.sharing import resolve


def mounted(name: str, *mounts: Mount, **more: Any) -> Unit:
    """A unit with mounts."""
    return unit(name, mounts=mounts, **more)


def at(line: int, kind: Any, source: str, target: str = "/data", *, ro: bool = False) -> Mount:
    """A mount at a line."""
    return Mount("x", kind, source, target, ro, line=line)


def compose(*units: Unit, volumes: tuple[VolumeDefinition, ...] = (), file: str = "compose.yaml") -> FileFacts:
    """The file in which units and volumes stand."""
    return FileFacts(file, (*(mount for one in units for mount in one.mounts), *volumes))


def named(key: str, **more: Any) -> VolumeDefinition:
    """A volume of a compose file, at line 30."""
    return VolumeDefinition("compose", key, line=30, **more)


def two(first: Mount, second: Mount, *volumes: VolumeDefinition, **more: Any) -> list[str]:
    """The edges of two services in one compose file."""
    units = (mounted("catalog", first, **more), mounted("orders", second, **more))
    shop = land(service("catalog", units[0]), service("orders", units[1]))
    workspace = Workspace([compose(*units, volumes=volumes)]).has("catalog/app.py", "orders/app.py", "deploy/app.ini")
    return [f"{line} {edge.target}" for edge, line in _lines(resolve(workspace.files, shop)[1])]


def _lines(edges: list[Any]) -> list[tuple[Any, str]]:
    return [
        (edge, f"{edge.source.partition(':')[2]} {'+'.join(sorted(edge.traits))} {edge.location.line}")
        for edge in edges
    ]


def test_named_volume_of_one_project() -> None:
    first, second = at(4, "volume", "prices", "/srv/prices"), at(9, "volume", "prices", "/in", ro=True)
    assert two(first, second, named("prices")) == [
        "catalog writable 4 volume:shop/prices",
        "orders read-only 9 volume:shop/prices",
    ]


def test_volume_says_where_it_is_declared_and_who_keeps_it() -> None:
    units = (mounted("catalog", at(4, "volume", "prices")), mounted("orders", at(9, "volume", "prices", ro=True)))
    shop = land(service("catalog", units[0]), service("orders", units[1]))
    nodes, edges, _ = resolve([compose(*units, volumes=(named("prices"),))], shop)
    assert [(node.id, node.keeper, node.location) for node in nodes] == [
        ("volume:shop/prices", "service:catalog", Location("compose.yaml", 30))
    ]
    assert reasons(edges[0]) == [
        "compose.yaml:4 catalog mounts prices at /data to read and write",
        "compose.yaml:30 declares the volume prices",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (named("data"), named("data"), False),
        (named("data", name="shared-data"), named("data", external=True, name="shared-data"), True),
        (named("data", external=True), named("data", external=True), True),
        (named("data"), named("data", external=True, name="catalog_data"), True),
        (named("data", source="/mnt/exchange/"), named("data", source="/mnt/exchange"), True),
        (named("data", source="nas:/exports/a"), named("data", source="nas:/exports/a"), True),
        (named("data", source="nas:/exports/a"), named("data", source="nas:/exports/b"), False),
    ],
)
def test_volumes_of_two_projects(one: VolumeDefinition, other: VolumeDefinition, same: bool) -> None:
    units = [
        mounted(name, at(4, "volume", "data"), project=f"shop/{name}", file=file, location=Location(file, 2))
        for name, file in (("catalog", "catalog/compose.yaml"), ("orders", "orders/compose.yaml"))
    ]
    files = [
        compose(units[0], volumes=(one,), file="catalog/compose.yaml"),
        compose(units[1], volumes=(other,), file="orders/compose.yaml"),
    ]
    _, edges, _ = resolve(files, land(service("catalog", units[0]), service("orders", units[1])))
    assert len({edge.target for edge in edges}) == (1 if same else 2)


def test_definition_in_a_file_beside_the_units() -> None:
    """An override file declares volumes and no services."""
    units = (mounted("catalog", at(4, "volume", "x")), mounted("orders", at(9, "volume", "x")))
    files = [compose(*units), compose(volumes=(named("x", name="real"),), file="compose.override.yaml")]
    _, edges, _ = resolve(files, land(service("catalog", units[0]), service("orders", units[1])))
    assert {edge.target for edge in edges} == {"volume:real"}


@pytest.mark.parametrize(
    ("first", "second", "id"),
    [
        (at(4, "bind", "/mnt/exchange"), at(9, "bind", "/mnt/exchange/"), "volume:host:/mnt/exchange"),
        (at(4, "bind", "deploy/files"), at(9, "bind", "deploy/files"), "volume:host:deploy/files"),
        (at(4, "bind", "/mnt"), at(9, "bind", "/mnt/exchange"), "volume:host:/mnt/exchange"),
        (at(4, "bind", "../files"), at(9, "bind", "../files"), "volume:host:../files"),
        (at(4, "bind", "${FILES}/x"), at(9, "bind", "${FILES}/x"), "volume:host:shop:${FILES}/x"),
        (
            at(4, "bind", "/mnt/stock.sqlite3", "/a"),
            at(9, "bind", "/mnt/stock.sqlite3", "/b"),
            "volume:host:/mnt/stock.sqlite3",
        ),
        (at(4, "bind", "catalog/files"), at(9, "bind", "catalog/files"), "volume:host:catalog/files"),
        (at(4, "bind", "/var/log/shop"), at(9, "bind", "/var/log/shop"), "volume:host:/var/log/shop"),
        (at(4, "bind", "/srv/conf.d/data"), at(9, "bind", "/srv/conf.d/data"), "volume:host:/srv/conf.d/data"),
    ],
)
def test_host_folder_of_two_services(first: Mount, second: Mount, id: str) -> None:
    users = [line.split()[0] for line in two(first, second) if line.endswith(f" {id}")]
    assert users == ["catalog", "orders"]


@pytest.mark.parametrize(
    ("first", "trait"),
    [
        (at(4, "bind", "/dev/shm", "/dev/shm"), "memory+writable"),
        (at(4, "volume", "orders-socket", "/api"), "socket-directory+writable"),
        (at(4, "volume", "x", "/run/orders"), "socket-directory+writable"),
    ],
)
def test_what_a_volume_is_for(first: Mount, trait: str) -> None:
    assert two(first, first)[0].split()[1] == trait


@pytest.mark.parametrize(
    "mount",
    [
        at(4, "bind", "deploy/app.ini", "/srv/app.ini"),
        at(4, "bind", "/opt/shop/ca.pem", "/srv/ca.pem"),
        at(4, "bind", "/opt/shop/settings.yml", "/srv/settings.yml", ro=True),
        at(4, "bind", "deploy/config", "/srv/config"),
        at(4, "bind", "/opt/tls-certs", "/tls", ro=True),
        at(4, "bind", "/opt/zones", "/etc/zones", ro=True),
        at(4, "bind", "/etc/localtime", "/etc/localtime", ro=True),
        at(4, "bind", "/proc", "/host/proc"),
        at(4, "bind", "/", "/rootfs"),
        at(4, "bind", "/var/lib/docker/containers", "/logs"),
        at(4, "bind", "/run/orders/api.sock", "/api.sock"),
        at(4, "bind", "~/.aws", "/root/.aws"),
        at(4, "bind", "/home/x/repo", "/root/.m2/repository"),
        at(4, "volume", "modules", "/srv/node_modules"),
        at(4, "bind", "", "/srv"),
        at(4, "memory", "", "/dev/shm"),
        at(4, "config", "settings", "/etc/settings"),
        at(4, "anonymous", "", "/cache"),
    ],
)
def test_mounts_that_share_nothing(mount: Mount) -> None:
    assert two(mount, mount) == []


def test_empty_folders_are_shared_within_one_pod_alone() -> None:
    one, other = (Mount(pod, "empty", "scratch", "/tmp", line=4) for pod in ("catalog", "orders"))
    apart, together = ([line.rpartition(":")[2] for line in two(first, one)] for first in (other, one))
    assert apart == ["catalog/scratch", "orders/scratch"]
    assert together == ["catalog/scratch"] * 2


def test_source_of_a_service_is_mounted_in_development() -> None:
    shop = land(service("catalog", mounted("catalog", at(4, "bind", "catalog/src"), at(5, "bind", "catalog"))))
    assert resolve([], shop) == ([], [], [])


def test_source_of_a_service_in_another_one() -> None:
    lines = two(at(4, "bind", "catalog/files"), at(9, "bind", "catalog/files", ro=True))
    assert lines == ["catalog writable 4 volume:host:catalog/files", "orders read-only 9 volume:host:catalog/files"]


def test_processes_of_one_service_and_roles_that_watch() -> None:
    files = at(4, "volume", "mails", "/srv/mails")
    api, worker = (
        mounted("mail-api", files),
        mounted("mail-worker", msgspec.structs.replace(files, line=9, read_only=True)),
    )
    collector = service("shipper", mounted("shipper", files), role="infrastructure")
    _, edges, _ = resolve([compose(api, worker)], land(service("mail", api, worker), collector))
    assert shown(edges) == ["mail -> shop/mails writable compose.yaml:4"]
    assert len(edges[0].evidence) == 2


def test_store_s_own_volume_and_who_else_mounts_it() -> None:
    database = store("orders-db", mounted("orders-db", at(4, "volume", "rows"), at(5, "volume", "only-mine")))
    backup = service("backup", mounted("backup", at(9, "volume", "rows", ro=True)))
    nodes, edges, _ = resolve([], land(database, backup))
    assert [(node.id, node.parent, node.keeper) for node in nodes] == [("volume:shop/rows", "store:orders-db", None)]
    assert [sorted(edge.traits) for edge in edges] == [["read-only", "store-files"]]


def test_claim_of_a_cluster_and_the_path_behind_it() -> None:
    units = [
        unit(name, platform="kubernetes", project="kubernetes:shop", location=Location(f"deploy/{name}.yaml", 5),
             mounts=(at(12, "volume", "exchange"), at(14, "volume", "nas:/exports")))
        for name in ("catalog", "orders")
    ]  # fmt: skip
    claims = FileFacts("deploy/catalog.yaml", (
        VolumeDefinition("kubernetes", "exchange", name="disk", line=40), at(12, "volume", "exchange"), at(14, "volume", "nas:/exports")
    ))  # fmt: skip
    behind = FileFacts("deploy/disk.yaml", (VolumeDefinition("kubernetes", "disk", source="/mnt/disk", external=True),))
    shop = land(service("catalog", units[0]), service("orders", units[1]))
    assert {edge.target for edge in resolve([claims], shop)[1]} == {"volume:shop/exchange", "volume:host://nas/exports"}
    assert {edge.target for edge in resolve([claims, behind], shop)[1]} == {
        "volume:host:/mnt/disk",
        "volume:host://nas/exports",
    }


def test_mount_from_an_extended_file_stands_there() -> None:
    one = mounted("catalog", at(4, "volume", "x"))
    _, edges, _ = resolve([compose(one, file="base.yaml")], land(service("catalog", one)))
    assert shown(edges) == ["catalog -> shop/x writable base.yaml:4"]
    _, edges, _ = resolve([], land(service("catalog", one)))
    assert shown(edges) == ["catalog -> shop/x writable compose.yaml:1"]


# --- namespaces ---------------------------------------------------------------------------------------------


def joining(name: str, which: Any, mode: str, **more: Any) -> Unit:
    """A unit that joins a namespace, at line 7."""
    return unit(name, namespaces=(SharedNamespace(name, which, mode, line=7),), **more)


def joined(*units: Unit, **roles: str) -> list[str]:
    """Edges of services that are called as their units, and what has no answer."""
    services = [service(one.name, one, role=roles.get(one.name, "application")) for one in units]
    files = [FileFacts("compose.yaml", tuple(fact for one in units for fact in one.namespaces))]
    _, edges, unresolved = resolve(files, land(*services))
    return [*shown(edges), *(f"{one.source} {one.value}?" for one in unresolved)]


CATALOG = unit("catalog", names=("shop-catalog",))


@pytest.mark.parametrize(
    ("which", "mode", "found"),
    [
        ("network", "service:catalog", ["orders -> catalog network compose.yaml:7"]),
        ("network", "container:shop-catalog", ["orders -> catalog network compose.yaml:7"]),
        ("pid", "service:catalog", ["orders -> catalog pid compose.yaml:7"]),
        ("ipc", "service:catalog", ["orders -> catalog ipc compose.yaml:7"]),
        ("network", "host", ["orders -> host network compose.yaml:7"]),
        ("pid", "host", ["orders -> host pid compose.yaml:7"]),
        ("ipc", "host", ["orders -> host ipc compose.yaml:7"]),
        ("privileged", "true", ["orders -> host privileged compose.yaml:7"]),
        ("ipc", "shareable", []),
        ("privileged", "false", []),
        ("network", "service:orders", []),
        ("network", "service:gone", ["service:orders network service:gone?"]),
    ],
)
def test_namespace_is_joined(which: str, mode: str, found: list[str]) -> None:
    assert joined(CATALOG, joining("orders", which, mode)) == found


def test_namespace_edge_says_which() -> None:
    one = joining("orders", "network", "service:catalog")
    nodes, edges, _ = resolve([], land(service("catalog", CATALOG), service("orders", one)))
    assert (edges[0].detail, reasons(edges[0]), nodes) == (
        "network service:catalog",
        ["compose.yaml:1 orders runs with network of service:catalog"],
        [],
    )


def test_host_is_a_node_when_it_is_joined() -> None:
    nodes, _, _ = resolve([], land(service("orders", joining("orders", "network", "host"))))
    assert [node.id for node in nodes] == ["external:host"]


@pytest.mark.parametrize(
    "one",
    [
        joining("orders", "network", "host", kind="DaemonSet"),
        joining("orders", "network", "host", image="prom/node-exporter:v1.8"),
    ],
)
def test_agents_of_the_machine(one: Unit) -> None:
    assert joined(one) == []


def test_load_generators_run_where_they_like() -> None:
    assert joined(joining("orders", "network", "host"), orders="load-generator") == []


def test_services_that_meet_in_the_host_s_memory() -> None:
    units = [joining(name, "ipc", "host") for name in ("catalog", "orders")]
    assert joined(*units) == ["orders -> catalog ipc compose.yaml:7"]
    apart = msgspec.structs.replace(units[1], project="other")
    assert joined(units[0], apart) == ["catalog -> host ipc compose.yaml:7", "orders -> host ipc compose.yaml:7"]


def test_services_that_meet_in_somebody_else_s_memory() -> None:
    pause = store("pause", unit("pause"), kind="broker")
    units = [joining(name, "ipc", "service:pause") for name in ("catalog", "orders")]
    _, edges, _ = resolve([], land(pause, *(service(one.name, one) for one in units)))
    assert [(edge.source, edge.target) for edge in edges] == [("service:orders", "service:catalog")]
    assert reasons(edges[0])[1] == "compose.yaml:1 catalog is in the same namespace"


def test_network_of_a_store_and_of_a_sidecar() -> None:
    one = joining("orders", "network", "service:orders-db")
    assert shown(resolve([], land(store("orders-db", unit("orders-db")), service("orders", one)))[1]) == [
        "orders -> orders-db network compose.yaml:1"
    ]
    tunnel = store("orders-db", unit("orders-db"), kind="gateway")
    assert resolve([], land(tunnel, service("orders", one))) == ([], [], [])


def test_processes_of_one_pod() -> None:
    def container(name: str, key: str) -> Unit:
        shared = (SharedNamespace("shop", "process", "true", line=7),)
        made = unit(name, platform="kubernetes", project="kubernetes:shop", namespaces=shared)
        return msgspec.structs.replace(made, key=key)

    both = (container("shop", "pod.yaml:Deployment/shop"), container("audit", "pod.yaml:Deployment/shop/audit"))
    assert joined(*both) == ["shop -> audit process compose.yaml:7"]
    assert joined(both[0]) == []


# --- engines and ports --------------------------------------------------------------------------------------

SOCKET = at(8, "bind", "/var/run/docker.sock", "/var/run/docker.sock")


@pytest.mark.parametrize(
    ("one", "role", "found"),
    [
        (mounted("orders", SOCKET), "application", True),
        (mounted("orders", at(8, "bind", "/run/containerd/containerd.sock")), "application", True),
        (mounted("orders", at(8, "bind", "//./pipe/docker_engine")), "application", True),
        (mounted("orders", SOCKET, image="portainer/portainer-ce:2.20"), "application", False),
        (mounted("orders", SOCKET, image="datadog/agent:7"), "application", False),
        (mounted("orders", SOCKET), "infrastructure", False),
        (mounted("orders", at(8, "bind", "/run/orders.sock")), "application", False),
    ],
)
def test_container_engine_in_a_service(one: Unit, role: str, found: bool) -> None:
    nodes, edges, _ = resolve([compose(one)], land(service("orders", one, role=role)))
    assert shown(edges) == (["orders -> docker-host remote compose.yaml:8"] if found else [])
    assert [node.id for node in nodes] == (["external:docker-host"] if found else [])


def test_published_ports_of_stores() -> None:
    bound = ["", "127.0.0.1", "10.0.0.4", "${ADDRESS}", "${ADDRESS:-127.0.0.1}", "${ADDRESS-0.0.0.0}", "[::1]"]
    ports = tuple(Port("db", Value.of("5432"), Value.of("5433"), host, line=line) for line, host in enumerate(bound, 5))
    ports += (Port("db", Value.of("5432"), Value((Hole("unknown"),)), line=20), Port("db", Value.of("5432"), line=21))
    shop = land(store("orders-db", unit("db", ports=ports)), store("queue", unit("mq", ports=ports), kind="broker"))
    override = FileFacts("override.yaml", facts=(Port("db", Value.of("{X}"), Value.of("{Y}"), line=20),))
    nodes, edges, _ = resolve([override], shop, {"store:orders-db": ["store:orders-db.orders"]})
    assert [node.id for node in nodes] == ["external:network"]
    assert {(edge.source, edge.target, edge.kind, edge.grade) for edge in edges} == {
        ("external:network", "store:orders-db.orders", "reaches", "permitted")
    }
    assert [(str(edge.location), edge.detail, edge.certain) for edge in edges] == [
        ("compose.yaml:5", "publishes port 5432 as 5433", True),
        ("compose.yaml:7", "publishes port 5432 as 10.0.0.4:5433", True),
        ("compose.yaml:8", "publishes port 5432 as ${ADDRESS}:5433", False),
        ("compose.yaml:10", "publishes port 5432 as 0.0.0.0:5433", True),
        ("override.yaml:20", "publishes port 5432 as a port that the engine picks", True),
    ]
    assert resolve([], land(store("orders-db", unit("db", ports=ports[:2]))))[1][0].target == "store:orders-db"
