"""Connection strings with the shape of an address: URLs, JDBC, Go's MySQL driver, bare hosts. See ``dsn``."""

from __future__ import annotations

import re
from urllib.parse import unquote

from boundary.reading import dsn_pairs
from boundary.reading.dsn_pieces import MARK, Pieces, is_host, search_path, split_hosts, split_port
from boundary.reading.engines import FILES, engine_of, port_of_scheme

_SCHEME = re.compile(rf"([A-Za-z{MARK}][\w+.{MARK}-]*)://(.*)", re.DOTALL)
_NEXT = re.compile(r"[,;\s]+(?=[A-Za-z][\w+.-]*://)")
_JDBC = re.compile(rf"(?:jdbc|r2dbc|vertx-reactive):((?:[\w{MARK}-]+:)+)(.*)", re.DOTALL | re.IGNORECASE)
_GO = re.compile(rf"(?:([^:@(]*)(?::.*)?@)?([\w{MARK}-]+)\(([^()]*)\)/([^?]*)(?:\?.*)?", re.DOTALL)
_BARE = re.compile(r"(?:([^:@/\s,=]*):[^\s]*@)?([^@\s=;()]+)", re.DOTALL)
_OPTION = re.compile(r"([^=&;]+)=([^&;]*)")
_UNTIL_PATH = re.compile(r"[^/?;#]*")
_QUERY = re.compile(r"[?;#]")
_FILE_URI = re.compile(r"file:(?://)?([^?]+\.(?:db|db3|sqlite|sqlite3))(?:\?.*)?", re.IGNORECASE)

_NAMED = frozenset(
    ("postgres", "mysql", "mariadb", "mssql", "oracle", "mongodb", "clickhouse", "redshift", "db2", "snowflake",
     "bigquery", "trino", "cassandra", "neo4j", "couchdb", "influxdb", "redis", "amqp")
)  # fmt: skip
"""Engines whose URL has the database (keyspace, number, virtual host) as its path."""

_FIRST_ONLY = frozenset(("redis", "snowflake", "couchdb"))
_HOLDERS = ("dbname", "database", "databasename", "initial catalog", "service_name", "servicename", "sid", "db")


def url(text: str) -> Pieces | None:
    """``scheme://…``, or several of them in a list."""
    file = _FILE_URI.fullmatch(text)
    if file:
        return Pieces("sqlite", [(file.group(1), "")])
    if not _SCHEME.match(text):
        return None
    found = [_one(part) for part in _NEXT.split(text)]
    whole = found[0]
    for other in found[1:]:
        if whole and other:
            whole.hosts += other.hosts
    return whole


def _one(text: str) -> Pieces | None:
    match = _SCHEME.fullmatch(text.strip())
    return _address(engine_of(match.group(1)), match.group(1), match.group(2)) if match else None


def jdbc(text: str) -> Pieces | None:
    """``jdbc:postgresql://…``, ``jdbc:sqlserver://h;databaseName=x``, ``jdbc:oracle:thin:@…``, ``r2dbc:pool:…``,
    ``vertx-reactive:…``."""
    match = _JDBC.fullmatch(text)
    if not match:
        return None
    chain, rest = match.groups()
    engines = [engine_of(name) for name in chain.lower().split(":")]
    engine = next((engine for engine in engines if engine), "")
    if engine == "oracle":
        return dsn_pairs.oracle(rest.removeprefix("@"), certain=True)
    if rest.startswith("//") and engine not in FILES:
        return _address(engine, "", rest[2:])
    if rest.startswith("//"):
        return Pieces(engine, [split_port(rest[2:].partition("/")[0])], rest[2:].partition("/")[2].partition(";")[0])
    if engine in FILES:
        path = re.split("[?;]", rest)[0].removeprefix("./")
        return Pieces(engine, [(":memory:" if "mem:" in chain or not path else path, "")])
    return Pieces(engine, database=rest.partition("?")[0])


def go(text: str) -> Pieces | None:
    """``user:password@tcp(host:3306)/database?options`` of github.com/go-sql-driver/mysql."""
    match = _GO.fullmatch(text)
    if not match:
        return None
    user, network, address, database = match.groups()
    hosts = split_hosts(address) if not network.startswith(("unix", "cloudsql")) else [(address, "")]
    return Pieces("mysql", [host for host in hosts if host[0]], unquote(database), unquote(user or ""))


def bare(text: str) -> Pieces | None:
    """``host``, ``host:port``, a list of them, ``user:password@host``, each with or without ``/database``."""
    match = _BARE.fullmatch(re.sub(r"\s*,\s*", ",", text.removeprefix("//")))
    if not match:
        return None
    user, rest = match.groups()
    authority, _, path = rest.partition("/")
    items = [item.strip() for item in authority.split(",") if item.strip()]
    if not items or not all(is_host(item) for item in items):
        return None
    return Pieces("", split_hosts(authority), path.partition("?")[0].strip("/"), user or "")


def _address(engine: str, scheme: str, rest: str) -> Pieces | None:
    """What stands behind ``//``: credentials, hosts, path and options."""
    if engine in FILES:
        return _file(engine, rest)
    credentials, hosts, path, options = _taken_apart(rest, web=engine == "http")
    if re.search(r"\s", hosts):
        return None
    pieces = Pieces(engine, split_hosts(hosts), user=unquote(credentials.partition(":")[0]))
    if {"socket", "unix"} & set(scheme.lower().split("+")):
        pieces.hosts = [(path, "")]
    else:
        pieces.database = _database(engine, path.removeprefix("/"))
    _apply(pieces, options)
    default = port_of_scheme(scheme)
    if default:
        pieces.hosts = [(host, port or str(default)) for host, port in pieces.hosts]
    return pieces


def _taken_apart(rest: str, web: bool) -> tuple[str, str, str, dict[str, str]]:
    """Credentials, hosts, path and options (their names in lower case) of what follows ``//``.

    A password may hold unescaped marks; then the last ``@`` ends the credentials. Paths of the web may hold one too.
    """
    head = _UNTIL_PATH.match(rest)
    authority = head.group() if head else ""
    at = rest.rfind("@")
    early = not web and "=" not in rest[len(authority) : at]
    if at > len(authority) and (early or not _plausible(authority)):
        behind = _UNTIL_PATH.match(rest, at + 1)
        authority = rest[: behind.end() if behind else at + 1]
    credentials, _, hosts = authority.rpartition("@")
    path, _, options = _QUERY.sub("?", rest[len(authority) :], count=1).partition("?")
    found = {name.strip(" &").lower(): unquote(value) for name, value in _OPTION.findall(options)}
    return credentials, hosts, unquote(path), found


def _plausible(authority: str) -> bool:
    hosts = authority.rpartition("@")[2]
    return not authority or all(is_host(item) for item in hosts.split(","))


def _file(engine: str, rest: str) -> Pieces:
    path = unquote(rest.partition("?")[0])
    path = path.removeprefix("/") if path.startswith("/") else path
    return Pieces(engine, [(path.removeprefix("./") or ":memory:", "")])


def _database(engine: str, path: str) -> str:
    if engine and engine not in _NAMED:
        return ""
    name = path.strip("/")
    return name.partition("/")[0] if engine in _FIRST_ONLY else name


def _apply(pieces: Pieces, options: dict[str, str]) -> None:
    """What options say more loudly than the address, or instead of it."""
    inner = dsn_pairs.pairs(options["odbc_connect"]) if options.get("odbc_connect") else None
    if inner:
        pieces.hosts, pieces.database, pieces.user = inner.hosts, inner.database, inner.user
    if options.get("cloudsqlinstance"):  # https://github.com/GoogleCloudPlatform/cloud-sql-jdbc-socket-factory
        pieces.hosts = [(options["cloudsqlinstance"], "")]
    for name in ("host", "unix_socket", "unix_sock"):
        if options.get(name) and not pieces.hosts:
            value = options[name]
            pieces.hosts = [(value, "")] if value.startswith("/") else split_hosts(value)
    if options.get("port") and pieces.hosts:
        pieces.hosts = [(host, port or options["port"]) for host, port in pieces.hosts]
    if pieces.engine in _NAMED and not pieces.database:
        pieces.database = next((options[name] for name in _HOLDERS if options.get(name)), "")
    pieces.user = pieces.user or options.get("user", "") or options.get("username", "")
    pieces.schema = search_path(options)
