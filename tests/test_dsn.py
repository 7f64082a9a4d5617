"""Connection strings: every dialect gives the same form, holes may stand anywhere, a password is nowhere."""

from __future__ import annotations

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary.model import Hole, Value
from boundary.reading.dsn import Dsn, default_port, parse
from boundary.reading.engines import engine_of


def shown(dsn: Dsn | None) -> str:
    """``engine user@host:port,host/database#schema``, "-" for no address."""
    if dsn is None:
        return "-"
    hosts = ",".join(f"{host}:{port}" if port else str(host) for host, port in zip(dsn.hosts, dsn.ports, strict=True))
    user = f"{dsn.user}@" if dsn.user else ""
    database = f"/{dsn.database}" if dsn.database else ""
    return f"{dsn.engine or '?'} {user}{hosts}{database}" + (f"#{dsn.schema}" if dsn.schema else "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # URLs
        ("postgresql+psycopg://app:pw@db:5432/shop?options=-csearch_path%3Dsales,public", "postgres app@db:5432/shop#sales"),
        ("postgres://app:p/w@db:5432/shop", "postgres app@db:5432/shop"),
        ("postgres://app:p?w#;@db/shop?sslmode=require", "postgres app@db/shop"),
        ("postgres://app:p%40w@db/my%20shop", "postgres app@db/my shop"),
        ("postgres://app:12345/@db/shop", "postgres app@db/shop"),
        ("postgres:///shop", "postgres /shop"),
        ("postgresql://app@%2Frun%2Fpg/shop", "postgres app@/run/pg/shop"),
        ("postgresql://app@/shop?host=/cloudsql/a:b:c", "postgres app@/cloudsql/a:b:c/shop"),
        ("postgresql:///shop?host=db:5433&user=app", "postgres app@db:5433/shop"),
        ("postgresql://db/shop?port=5433", "postgres db:5433/shop"),
        ("postgres://a:1,b:2/shop?target_session_attrs=any", "postgres a:1,b:2/shop"),
        ("postgres://[fe80::1]:5432/shop", "postgres fe80::1:5432/shop"),
        ("POSTGRES://DB.Example.COM/Shop", "postgres db.example.com/Shop"),
        ("'postgres://db/shop'", "postgres db/shop"),
        ("postgresql://db/shop?schema=sales", "postgres db/shop#sales"),
        ("mysql+pymysql://root@db/shop?charset=utf8", "mysql root@db/shop"),
        ("mariadb+mariadbconnector://db/shop", "mariadb db/shop"),
        ("mssql+pyodbc://sa:pw@db:1433/shop?driver=ODBC+Driver+17", "mssql sa@db:1433/shop"),
        ("mssql+pyodbc://sa:pw@db\\FAST/shop", "mssql sa@db\\FAST/shop"),
        (
            "mssql+pyodbc:///?odbc_connect=Driver%3D%7BODBC+Driver+17%7D%3BServer%3Ddb%2C1433%3BDatabase%3Dshop%3BUID%3Dsa",
            "mssql sa@db:1433/shop",
        ),
        ("oracle+cx_oracle://app:pw@db:1521/?service_name=shop", "oracle app@db:1521/shop"),
        ("sqlite:///data/shop.db", "sqlite data/shop.db"),
        ("sqlite:////data/Shop.db", "sqlite /data/Shop.db"),
        ("sqlite:///./shop.db?timeout=5", "sqlite shop.db"),
        ("sqlite://", "sqlite :memory:"),
        ("file:shop.db?mode=ro", "sqlite shop.db"),
        ("redis://cache", "redis cache"),
        ("rediss://:pw@cache:6380/2", "redis cache:6380/2"),
        ("redis://cache?db=3", "redis cache/3"),
        ("redis+socket:///run/redis.sock", "redis /run/redis.sock"),
        ("mongodb://app:pw@a:27017,b:27018/shop?replicaSet=rs0", "mongodb app@a:27017,b:27018/shop"),
        ("mongodb+srv://app:pw@c.example.net/shop", "mongodb app@c.example.net/shop"),
        ("amqp://guest:guest@rabbit:5672//", "amqp guest@rabbit:5672"),
        ("amqps://rabbit/%2F", "amqp rabbit:5671"),
        ("pyamqp://rabbit/orders", "amqp rabbit/orders"),
        ("amqp://a:5672;amqp://b:5672", "amqp a:5672,b:5672"),
        ("kafka://a:9092,b", "kafka a:9092,b"),
        ("PLAINTEXT://a:9092,PLAINTEXT://b:9093", "kafka a:9092,b:9093"),
        ("memcached://cache", "memcached cache"),
        ("http://es1:9200,http://es2:9200", "http es1:9200,es2:9200"),
        ("http://orders:8080/api/v1?x=1", "http orders:8080"),
        ("https://api.example.com/v1", "http api.example.com:443"),
        ("http://cdn:80/a@2x.png", "http cdn:80"),
        ("https://api.example.com:8443", "http api.example.com:8443"),
        ("clickhouse+native://app:pw@db:9000/shop", "clickhouse app@db:9000/shop"),
        ("cassandra://db/shop", "cassandra db/shop"),
        ("snowflake://app:pw@account/shop/public", "snowflake app@account/shop"),
        ("s3://invoices/2026/", "s3 invoices"),
        ("db+postgresql://app:pw@db/results", "postgres app@db/results"),
        ("lb://ORDERS", "? orders"),
        ("memory://", "-"),
        ("http://a b", "-"),
        ("http://a b,http://c", "-"),
        # JDBC, R2DBC
        ("jdbc:postgresql://db:5432/shop?currentSchema=sales,x&user=app&password=p@ss", "postgres app@db:5432/shop#sales"),
        ("jdbc:postgresql://a,b:5433/shop", "postgres a,b:5433/shop"),
        ("jdbc:postgresql:shop", "postgres /shop"),
        ("vertx-reactive:postgresql://db:5432/shop", "postgres db:5432/shop"),
        ("jdbc:tc:postgresql:13:///shop", "postgres /shop"),
        ("jdbc:mysql:loadbalance://a:3306,b:3306/shop", "mysql a:3306,b:3306/shop"),
        ("jdbc:sqlserver://db:1433;databaseName=shop;user=sa;password=pw", "mssql sa@db:1433/shop"),
        ("jdbc:jtds:sqlserver://db:1433/shop", "mssql db:1433/shop"),
        ("jdbc:oracle:thin:@db:1521:SHOP", "oracle db:1521/SHOP"),
        ("jdbc:oracle:thin:@//db:1521/shop", "oracle db:1521/shop"),
        ("jdbc:oracle:thin:app/pw@db:1521/shop", "oracle app@db:1521/shop"),
        ("jdbc:h2:mem:test", "h2 :memory:"),
        ("jdbc:h2:file:./data/shop;MODE=MySQL", "h2 data/shop"),
        ("jdbc:h2:tcp://db:9092/shop", "h2 db:9092/shop"),
        ("jdbc:sqlite:shop.db", "sqlite shop.db"),
        ("r2dbc:pool:postgresql://db/shop", "postgres db/shop"),
        # pairs
        ("host=db port=5432 dbname='my shop' user=app password=pw options='-c search_path=sales'", "postgres app@db:5432/my shop#sales"),
        ("host = db dbname = it\\'s", "postgres db/it's"),
        ("host=a,b port=1,2 dbname='it\\'s'", "postgres a:1,b:2/it's"),
        ("host=a,b port=5432", "postgres a:5432,b:5432"),
        ("hostaddr=10.0.0.1 dbname=shop", "postgres 10.0.0.1/shop"),
        ("dbname=shop", "postgres /shop"),
        ("Host=db;Port=5432;Database=shop;Username=app;Password=pw;Search Path=sales", "postgres app@db:5432/shop#sales"),
        ("Server=tcp:db,1433;Initial Catalog=shop;User Id=sa;Password='a;b'", "mssql sa@db:1433/shop"),
        ("Server=db;Database=shop;User Id=sa;Password=pw", "mssql sa@db/shop"),
        ("Server=db;Port=3306;Database=shop;Uid=root;Pwd=pw", "mysql root@db:3306/shop"),
        ("Server=db;Database=shop", "? db/shop"),
        ("Host=::1;Database=shop", "postgres ::1/shop"),
        ("Data Source=db\\FAST;Initial Catalog=shop;Integrated Security=True", "mssql db\\FAST/shop"),
        ("Server=(localdb)\\mssqllocaldb;Database=shop", "mssql (localdb)\\mssqllocaldb/shop"),
        ("Data Source=shop.db", "sqlite shop.db"),
        ("Data Source=//db:1521/shop;User Id=app;Password=pw", "oracle db:1521/shop"),
        ("Data Source=(DESCRIPTION=(ADDRESS=(HOST=db)(PORT=1521))(CONNECT_DATA=(SID=shop)));User Id=a", "oracle db:1521/shop"),
        ("Driver={ODBC Driver 17 for SQL Server};Server=db;Database=shop;UID=sa;PWD={p;q}", "mssql sa@db/shop"),
        ("Driver={SQLite3};Database=/data/shop.db", "sqlite /data/shop.db"),
        ("AccountEndpoint=https://shop.documents.azure.com:443/;AccountKey=secret;", "cosmos shop.documents.azure.com:443"),
        ("Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKey=secret;EntityPath=orders", "servicebus shop.servicebus.windows.net/orders"),
        ("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=secret", "azureblob shop.blob.core.windows.net"),
        ("pgsql:host=db;port=5432;dbname=shop", "postgres db:5432/shop"),
        ("pgsql:host=db dbname=shop", "postgres db/shop"),
        ("mysql:nonsense", "-"),
        ("sqlsrv:Server=db,1433;Database=shop", "mssql db:1433/shop"),
        ("oci:dbname=//db:1521/shop", "oracle db:1521/shop"),
        ("sqlite:/data/shop.db", "sqlite /data/shop.db"),
        ("scott/tiger@db:1521/shop", "oracle scott@db:1521/shop"),
        ("cache:6379,other:6379,password=pw,defaultDatabase=1", "redis cache:6379,other:6379/1"),
        ("cache:6379,nonsense=pw", "-"),
        # Go, bare
        ("root:@tcp(catalogue-db:3306)/socks", "mysql root@catalogue-db:3306/socks"),
        ("app:p@s/s@tcp(db:3306)/shop?parseTime=true", "mysql app@db:3306/shop"),
        ("app@unix(/run/mysql.sock)/shop", "mysql app@/run/mysql.sock/shop"),
        ("db", "? db"),
        ("db:5432", "? db:5432"),
        ("//db:1521/shop", "? db:1521/shop"),
        ("http://{HOST}:80", "http {HOST}:80"),
        ("kafka-1:9092, kafka-2:9092", "? kafka-1:9092,kafka-2:9092"),
        ("app:pw@db:5432/shop", "? app@db:5432/shop"),
        ("[::1]:5432", "? ::1:5432"),
        # no addresses
        ("", "-"),
        ("hello world", "-"),
        ("a=b", "-"),
        ("a=b;", "-"),
        ("Password=x;c", "-"),
        ("ada@example.org", "-"),
        ("db:abc", "-"),
        ("x" * 20_000, "-"),
        ("postgres://\U000f0000/x", "-"),
    ],
)  # fmt: skip
def test_dialects(text: str, expected: str) -> None:
    assert shown(parse(Value.of(text))) == expected


def env(name: str) -> Hole:
    return Hole("env", name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Value.of("postgres://", env("U"), ":", env("P"), "@", env("H"), ":", env("N"), "/", env("D")), "postgres {U}@{H}:{N}/{D}"),
        (Value.of(env("SCHEME"), "://", env("H")), "? {H}"),
        (Value.of("postgresql+", env("DRIVER"), "://db/shop"), "postgres db/shop"),
        (Value.of("http://", env("REGION"), "-orders:80/x"), "http {REGION}-orders:80"),
        (Value.of("http://Orders.", env("ZONE"), ".Svc"), "http orders.{ZONE}.svc"),
        (Value.of(env("U"), ":", env("P"), "@tcp(", env("H"), ")/", env("D")), "mysql {U}@{H}/{D}"),
        (Value.of("host=", env("H"), " dbname=", env("D")), "postgres {H}/{D}"),
        (Value.of("Host=", env("H"), ";Port=", env("N"), ";Database=", env("D")), "postgres {H}:{N}/{D}"),
        (Value.of("jdbc:", env("KIND"), "://", env("H"), "/shop"), "? {H}/shop"),
        (Value.of(env("H"), ":", env("N")), "? {H}:{N}"),
        (Value.of(env("URL")), "-"),
        (Value.of(env("A"), env("B")), "-"),
        (Value(tuple(env(str(number)) for number in range(70_000))), "-"),
    ],
)  # fmt: skip
def test_holes_stand_for_any_component(value: Value, expected: str) -> None:
    assert shown(parse(value)) == expected


def test_the_first_host_and_its_port() -> None:
    dsn = parse(Value.of("mongodb://a:1,b/shop"))
    assert dsn == Dsn(
        "mongodb", Value.of("a"), Value.of("1"), Value.of("shop"),
        hosts=(Value.of("a"), Value.of("b")), ports=(Value.of("1"), None),
    )  # fmt: skip


NAMES = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=8).filter(
    lambda name: name[0].isalpha()
)
PARTS = st.one_of(NAMES.map(Value.of), NAMES.map(lambda name: Value.of(env(name.upper()))))
PORTS = st.one_of(st.integers(1, 65535).map(lambda port: Value.of(str(port))), st.just(Value.of(env("PORT"))))

SPELLINGS = (
    ("postgresql://{user}:{password}@{host}:{port}/{database}", "postgres"),
    ("postgres+asyncpg://{user}:{password}@{host}:{port}/{database}?ssl=true", "postgres"),
    ("host={host} port={port} dbname={database} user={user} password={password}", "postgres"),
    ("user='{user}' password='{password}' dbname='{database}' port={port} host={host}", "postgres"),
    ("Host={host};Port={port};Database={database};Username={user};Password={password}", "postgres"),
    ("jdbc:postgresql://{host}:{port}/{database}?user={user}&password={password}", "postgres"),
    ("pgsql:host={host};port={port};dbname={database};user={user};password={password}", "postgres"),
    ("{user}:{password}@tcp({host}:{port})/{database}", "mysql"),
    ("mysql://{user}:{password}@{host}:{port}/{database}", "mysql"),
    ("Server={host};Port={port};Database={database};Uid={user};Pwd={password}", "mysql"),
    ("mysql:host={host};port={port};dbname={database};user={user};password={password}", "mysql"),
    ("jdbc:sqlserver://{host}:{port};databaseName={database};user={user};password={password}", "mssql"),
    ("mssql+pymssql://{user}:{password}@{host}:{port}/{database}", "mssql"),
    ("Server=tcp:{host},{port};Initial Catalog={database};User Id={user};Password={password}", "mssql"),
    ("Driver={{ODBC Driver 18 for SQL Server}};Server={host},{port};Database={database};UID={user};PWD={password}", "mssql"),
)  # fmt: skip


def spelled(form: str, components: dict[str, Value]) -> Value:
    parts: list[str | Value] = []
    for text, name, _, _ in string.Formatter().parse(form):
        parts.append(text)
        if name:
            parts.append(components[name])
    return Value.of(*parts)


@given(user=PARTS, host=PARTS, port=PORTS, database=PARTS)
def test_all_spellings_of_one_address_are_one(user: Value, host: Value, port: Value, database: Value) -> None:
    components = {"user": user, "password": Value.of("S3cr3t"), "host": host, "port": port, "database": database}
    for form, engine in SPELLINGS:
        expected = Dsn(engine, host, port, database, user, None, (host,), (port,))
        assert parse(spelled(form, components)) == expected, form


@given(password=st.text(string.ascii_letters + string.digits + "!$%^*()-_+[]|:.<>~/?#&@;,", min_size=6, max_size=12))
def test_no_password_survives(password: str) -> None:
    marked = f"Xq{password}qX"
    dsn = parse(Value.of(f"postgres://app:{marked}@db:5432/shop"))
    assert shown(dsn) == "postgres app@db:5432/shop"
    for form, _ in SPELLINGS:
        safe = {name: Value.of(name) for name in ("user", "host", "database")}
        found = parse(spelled(form, {**safe, "port": Value.of("1"), "password": Value.of(marked)}))
        assert found is None or "Xq" not in msgspec.json.encode(found).decode()


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = parse(Value.of(text))
    assert found is None or found.engine or found.hosts


def test_tables_of_engines() -> None:
    assert default_port("postgres") == 5432
    assert default_port("sqlite") is None
    assert engine_of("Sqla+PostgreSQL+psycopg2") == "postgres"
    assert engine_of("gopher") == ""
