"""Connection strings that are lists of pairs: libpq, ADO.NET, ODBC, PDO, Oracle's names, Redis. See ``dsn``."""

from __future__ import annotations

import re
from urllib.parse import unquote

from boundary.reading.dsn_pieces import MARK, Pieces, is_host, search_path, split_hosts
from boundary.reading.engines import engine_of

_KEYWORD = re.compile(r"\s*([A-Za-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)")
_MORE = re.compile(r";(?:$|\s*\w+\s*=)")
_LIBPQ = frozenset(("host", "hostaddr", "dbname", "port", "user", "service"))
_PAIR = re.compile(r"""\s*([A-Za-z_][\w. -]*?)\s*=\s*('[^']*'|"[^"]*"|\{[^}]*\}|[^;]*?)\s*(?:;|$)""")
_PDO = re.compile(r"(pgsql|mysql|sqlsrv|dblib|oci|sqlite|sqlite2|firebird|odbc):(?!//)(.*)", re.DOTALL)
_DRIVERS = (
    ("postgres", "postgres"), ("sql server", "mssql"), ("freetds", "mssql"), ("sqlncli", "mssql"), ("mysql", "mysql"),
    ("mariadb", "mariadb"), ("oracle", "oracle"), ("sqlite", "sqlite"), ("db2", "db2"), ("snowflake", "snowflake"),
    ("clickhouse", "clickhouse"), ("redshift", "redshift"),
)  # fmt: skip

_HOSTS = ("host", "server", "data source", "datasource", "addr", "address", "network address", "hostname", "servername")
_DATABASES = ("database", "initial catalog", "dbname", "db", "database name", "entitypath", "service name")
_USERS = ("user id", "uid", "user", "username", "user name", "userid")

_MSSQL = frozenset(
    ("initial catalog", "integrated security", "trusted_connection", "trustservercertificate", "attachdbfilename",
     "trust server certificate", "multipleactiveresultsets", "application intent", "applicationintent", "encrypt",
     "multisubnetfailover", "multi subnet failover", "network library", "column encryption setting", "workstation id")
)  # fmt: skip
_MYSQL = frozenset(
    ("uid", "pwd", "user", "userid", "port", "sslmode", "ssl mode", "allowuservariables", "allow user variables",
     "allowpublickeyretrieval", "convert zero datetime", "convertzerodatetime", "treattinyasboolean", "charset",
     "characterset", "character set")
)  # fmt: skip
_REDIS = frozenset(
    ("password", "ssl", "abortconnect", "defaultdatabase", "connecttimeout", "synctimeout", "asynctimeout",
     "allowadmin", "connectretry", "keepalive", "user", "name", "resolvedns", "servicename", "sslhost", "channelprefix")
)  # fmt: skip

_ORACLE = re.compile(rf"(?:[^/@\s=;]+/.*@)?(?://)?([\w.{MARK}-]+)(?::([\d{MARK}]+))?(?:[:/]([\w.${MARK}-]+))?[^()\s]*")
_TNS = re.compile(r"\(\s*(HOST|PORT|SERVICE_NAME|SID)\s*=\s*([^()]*?)\s*\)", re.IGNORECASE)
_DATABASE_FILE = re.compile(r":memory:|.*\.(?:db|db3|sqlite|sqlite3|s3db)", re.IGNORECASE)


def keywords(text: str) -> Pieces | None:
    """``host=h port=5432 dbname=x`` as libpq reads it: blanks between pairs, quotes and backslashes in values."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _KEYWORD.match(text, at)
        if not match:
            return None
        value = match.group(2)
        if _MORE.search(value) and not value.startswith("'"):
            return None
        found[match.group(1)] = re.sub(r"\\(.)", r"\1", value[1:-1] if value.startswith("'") else value)
        at = match.end()
    if not _LIBPQ & set(found):
        return None
    hosts = (found.get("host") or found.get("hostaddr", "")).split(",")
    ports = found.get("port", "").split(",")
    both = [(host, ports[index] if index < len(ports) else ports[-1]) for index, host in enumerate(hosts) if host]
    return Pieces("postgres", both, found.get("dbname", ""), found.get("user", ""), search_path(found))


def pairs(text: str) -> Pieces | None:
    """``Key=value;Key=value`` of ADO.NET and ODBC."""
    found = _read(text)
    return _cloud(found) or _ado(found)


def _read(text: str) -> dict[str, str]:
    """The pairs, their names in lower case; none when any part of the text is none."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if not match:
            return {}
        value = match.group(2)
        found[match.group(1).lower()] = value[1:-1] if value[:1] in ("'", '"', "{") else value
        at = match.end()
    return found


def _ado(found: dict[str, str]) -> Pieces | None:
    where = _one_of(found, _HOSTS)
    database = _one_of(found, _DATABASES)
    if not where and not (database and len(found) > 1):
        return None
    engine = _engine(found, where)
    if engine == "oracle" and ("(" in where or "/" in where):
        return oracle(where, certain=True)
    pieces = Pieces(engine, database=database, user=_one_of(found, _USERS), schema=search_path(found))
    if engine == "sqlite":
        pieces.hosts = [(where or database, "")]
        pieces.database = ""
        return pieces
    plain = re.sub(r"^(?:tcp|np|lpc):", "", where)
    # SqlClient's names of the machine itself, with the name of an instance behind them.
    plain = re.sub(r"^(?:\.|\(local\))(?=$|\\|,)", "localhost", plain, flags=re.IGNORECASE)
    host, comma, port = plain.partition(",")
    if comma and re.fullmatch(f"[0-9{MARK}]+", port.strip()) and engine == "mssql":
        pieces.hosts = [(host.strip(), port.strip())]
    else:
        pieces.hosts = [(host, port or found.get("port", "")) for host, port in split_hosts(plain)]
    return pieces


def _engine(found: dict[str, str], where: str) -> str:
    driver = (found.get("driver", "") or found.get("provider", "")).lower()
    for part, engine in _DRIVERS:
        if part in driver:
            return engine
    if "(description" in where.lower() or re.fullmatch(r"(?://)?[\w.-]+:\d+/\w.*", where):
        return "oracle"
    if _DATABASE_FILE.fullmatch(where):
        return "sqlite"
    if set(found) & _MSSQL or where.startswith("tcp:") or re.search(r",\d+$|\\", where) or where.startswith("(local"):
        return "mssql"
    if "host" in found:
        return "postgres"
    if "server" in found and set(found) & _MYSQL:
        return "mysql"
    return "mssql" if "server" in found and "user id" in found else ""


def _cloud(found: dict[str, str]) -> Pieces | None:
    """Azure's: Service Bus and Event Hubs, Cosmos, storage accounts."""
    for name, engine in (("endpoint", "servicebus"), ("accountendpoint", "cosmos"), ("blobendpoint", "azureblob")):
        match = re.match(rf"(?:sb|https?)://([^/:;]+)(?::([\d{MARK}]+))?", found.get(name, ""))
        if match:
            return Pieces(engine, [(match.group(1), match.group(2) or "")], _one_of(found, _DATABASES))
    account = found.get("accountname")
    return Pieces("azureblob", [(f"{account}.blob.{found.get('endpointsuffix', 'core.windows.net')}", "")]) \
        if account else None  # fmt: skip


def pdo(text: str) -> Pieces | None:
    """PHP's ``pgsql:host=h;dbname=x`` and its kind."""
    match = _PDO.fullmatch(text)
    if not match:
        return None
    engine, rest = engine_of(match.group(1)), match.group(2)
    if engine == "sqlite":
        return Pieces("sqlite", [(rest.removeprefix("./"), "")])
    found = _read(rest.replace(" ", ";") if ";" not in rest else rest)
    if engine == "oracle" and "dbname" in found:
        return oracle(found["dbname"], certain=True)
    pieces = _ado(found)
    if pieces:
        pieces.engine = engine or pieces.engine
    return pieces


def oracle(text: str, *, certain: bool = False) -> Pieces | None:
    """``user/password@//h:1521/service``, ``h:1521:sid``, ``(DESCRIPTION=…)``; ``certain`` when it can be no other."""
    fields = {name.upper(): value for name, value in _TNS.findall(text)}
    if fields.get("HOST"):
        database = fields.get("SERVICE_NAME", "") or fields.get("SID", "")
        return Pieces("oracle", [(fields["HOST"], fields.get("PORT", ""))], database)
    match = _ORACLE.fullmatch(text)
    if not match or not (certain or re.match(r"[^/@:\s=;]+/.*@", text)):
        return None
    host, port, database = match.groups()
    user = text.partition("/")[0] if "@" in text else ""
    return Pieces("oracle", [(host, port or "")], database or "", user)


def redis(text: str) -> Pieces | None:
    """``host:6379,other:6379,password=x,defaultDatabase=1`` of StackExchange.Redis."""
    items = [item.strip() for item in text.split(",")]
    options = {name.strip().lower(): value for name, mark, value in (item.partition("=") for item in items) if mark}
    hosts = [item for item in items if item and "=" not in item]
    if not options.keys() & _REDIS or not hosts or not all(is_host(host) for host in hosts):
        return None
    return Pieces("redis", split_hosts(",".join(hosts)), options.get("defaultdatabase", ""), options.get("user", ""))


def _one_of(found: dict[str, str], names: tuple[str, ...]) -> str:
    return next((unquote(found[name]) if "%" in found[name] else found[name] for name in names if found.get(name)), "")
