"""Shell text is read as a shell reads it; commands are told by what they do to other services and to stores."""

from __future__ import annotations

import pytest
from landscapes import Workspace, land, service, store, unit

from boundary.extract import extract
from boundary.extractors import github_workflow, shell
from boundary.facts import Apply, Either, Expr, Item, Join, Mount, Ref, TableUse, Text, Unknown, Unreadable
from boundary.model import Evidence, Hole, Location, Value
from boundary.reading.shell import Command as Line
from boundary.reading.shell import commands
from boundary.resolve.clients import clients
from boundary.resolve.commandline import value
from boundary.resolve.names import Names
from boundary.resolve.shells import Shells
from boundary.resolve.whose import Whose
from boundary.source import Source

# --- reading ------------------------------------------------------------------------------------------------


def word(expr: Expr) -> str:
    """A word as a person would write it down: ``{X}`` a variable, ``{X|d}`` with default, ``{?}`` unknown."""
    match expr:
        case Text(text):
            return text
        case Join(parts):
            return "".join(map(word, parts))
        case Item(Ref("$env"), Text(name)):
            return "{" + name + "}"
        case Either(options):
            return "{" + "|".join(o.key.text if isinstance(o, Item) else word(o) for o in options) + "}"  # type: ignore[union-attr]
        case Ref(name):
            return name
        case Apply(Ref(name), args):
            return f"{name.lstrip('$')}({', '.join(map(word, args))})"
    assert expr == Unknown()
    return "{?}"


def told(line: Line) -> str:
    """A command with its line, assignments, folder and input."""
    parts = [str(line.line), *(f"{name}={word(value)}" for name, value in line.assignments), *map(word, line.words)]
    parts += [f"@{word(line.folder)}"] if line.folder else []
    return " ".join(parts) + (f" <<{word(line.input)!r}" if line.input else "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("echo 'a b' \"c d\" e\\ f", ["1 echo a b c d e f"]),
        ("a; b && c || d | e & f\ng", ["1 a", "1 b", "1 c", "1 d", "1 e", "1 f", "2 g"]),
        ("a \\\n  -x\nb # not c\n# d\ne#f", ["1 a -x", "3 b", "5 e#f"]),
        ("X=1 Y=\"$Z\" run", ["1 X=1 Y={Z} run"]),
        ("X=${A:-b}/c\nY=${A:=x}${A-y}${B:?gone}${B?}", ["1 X={A|b}/c", "2 Y={A|x}{A|y}{B}{B}"]),
        ("X=${A%:*}${#A}${!A}${A[0]}${A:+x}${A:-'a b'\"$C\"}", ["1 X={?}{?}{?}{?}{?}{A|a b{C}}"]),
        ("run $1 $@ $? $$ ${1} $", ["1 run {?} {?} {?} {?} {?} $"]),
        ("cat \"$0\" ${0} ${BASH_SOURCE[0]}", ["1 cat __file__ __file__ __file__"]),
        ("export A=1 B\nlocal C='x y'\nexport PATH", ["1 A=1", "2 C=x y"]),
        ("A=(x \"y z\"\n  $V)\nB=()", ["1 A={x|y z|V}", "3 B={?}"]),
        ("for t in a b; do\n  dump $t\ndone", ["1 t={a|b}", "2 dump {t}"]),
        ("for t; do dump; done", ["1 dump"]),
        ("if ! test -f x; then a; elif b; then c; else d; fi", ["1 test -f x", "1 a", "1 b", "1 c", "1 d"]),
        ("while read l; do a; done < file 2>&1 >> log", ["1 read l", "1 a"]),
        ("case $1 in\n  up|on) start now;;\n  *) stop;;\nesac", ["2 up", "2 start now", "3 stop"]),
        ("f() { a; }\nfunction g { b; }\nf () \n{\n c\n}", ["1 a", "2 b", "5 c"]),
        ("A=$(dump -h x | gzip)\nB=`date`\nrun \"$(dump y)\"", ["1 dump -h x", "1 gzip", "1 A={?}", "2 date", "2 B={?}", "3 dump y", "3 run {?}"]),
        ("A=$((1 + 2))\nB=$(( (1) ))", ["1 A={?}", "2 B={?}"]),
        ("D=$(dirname \"$0\")\nE=$(cd -P \"$D/..\" && pwd)\nF=$(realpath x)", [
            "1 dirname __file__", "1 D=dirname(__file__)", "2 cd -P {D}/..", "2 pwd @{D}/..", "2 E=abspath({D}/..)",
            "3 realpath x", "3 F=abspath(x)"]),
        ("cd /srv\na\ncd sub\nb\n(cd \"$X\"; c)\nd\npopd\ne", [
            "1 cd /srv", "2 a @/srv", "3 cd sub @/srv", "4 b @/srv/sub", "5 cd {X} @/srv/sub", "5 c @{X}", "6 d @/srv/sub",
            "7 popd @/srv/sub", "8 e"]),
        ("psql <<SQL\nselect $T\nSQL\nnext", ["1 psql <<'select {T}'", "4 next"]),
        ("psql <<-'SQL' | gzip\n\tselect $T\n\tSQL\nnext", ["1 psql <<'\\tselect $T'", "1 gzip", "4 next"]),
        ("a <<X; b <<< \"in $Y\"\n$(dump)\nX", ["1 a <<'{?}'", "1 b <<'in {Y}'", "2 dump"]),
        ("a <<X\nnever closed", ["1 a <<'never closed'"]),
        ("diff <(dump a) >(b) 3<x", ["1 dump a", "1 b", "1 diff {?} {?}"]),
        ("a $'x\\ty' $\"z\"", ["1 a x\ty z"]),
        ("a \"b\\\nc \\\"d\\\" \\w `e`\"\nf", ["1 a bc \"d\" \\w {?}", "2 e", "3 f"]),
        ("a &> log\nb &>> log\n>log", ["1 a", "2 b"]),
        ("a 'never closed\nb", ["1 a never closed\nb"]),
        ("a \"${X", ["1 a {?}"]),
        ("a) b (c", ["1 b", "1 c"]),
        ("", []),
    ],
)  # fmt: skip
def test_shell_text(text: str, found: list[str]) -> None:
    assert [told(line) for line in commands(text)] == found


def test_lines_count_from_the_first() -> None:
    assert [line.line for line in commands("a\n\nb 'x\ny' c\nd", 10)] == [10, 12, 14]


@pytest.mark.parametrize("piece", ["$(", "`", "${A:-", '"$(', "$((", "(", "<(", "a <<X\n", '${A:-"', "$(`"])
def test_no_nesting_is_too_deep(piece: str) -> None:
    assert isinstance(commands("x " + piece * 3000 + "y"), list)


def test_a_long_walk_does_not_nest() -> None:
    last = commands("cd /\n" + "cd a\n" * 5000 + "run")[-1]
    assert (told(last), last.word(5)) == ("5002 run @{?}", "")


def test_an_archive_is_no_script() -> None:
    found = extract(Source("install.sh", b"#!/bin/sh\n" + b"x" * shell.LARGEST), [shell])
    assert [fact.what for fact in found.facts if isinstance(fact, Unreadable)] == ["size"]


def test_paths_of_scripts_and_workflows() -> None:
    assert [shell.matches(path) for path in ("bin/run.sh", "a.bash", "run", "a.shtml")] == [True, True, False, False]
    paths = (".github/workflows/a.yml", "x/.github/workflows/a.yaml", ".github/a.yml", "workflows/a.yml")
    assert [github_workflow.matches(path) for path in paths] == [True, True, False, False]


# --- commands -----------------------------------------------------------------------------------------------

NEAR = "orders-service/orders/tasks.py"
SHOP = land(
    service("orders-service", unit("orders"), names=("orders",), repository="orders-service"),
    service("payments-service", unit("payments", names=("pay",)), names=("payments",)),
    service("catalog-service", unit("catalog", mounts=(Mount("catalog", "bind", "catalog-service", "/srv"),))),
    store("payments-db", unit("payments-db")),
)
FILES = Workspace().has(
    NEAR, "orders-service/manage.py", "orders-service/Makefile", "payments-service/manage.py", "payments-service/bin/report.sh",
    "payments-service/Makefile", "payments-service/openapi.yaml", "catalog-service/load.py",
)  # fmt: skip
SHELLS = Shells(Whose(FILES.files, SHOP), Names(SHOP))


def does(*words: str | Value, folder: str | None = None, **variables: str) -> list[str]:
    """What a command of the orders service does: kind, service and target."""
    given = [Value.of(word) for word in words]
    around = {name: Value.of(text) for name, text in variables.items()}
    found = SHELLS.classify(
        given, NEAR, "service:orders-service", folder=Value.of(folder) if folder else None, variables=around
    )
    return [f"{one.kind} {one.service.partition(':')[2] or '-'} {one.path or one.target}" for one in found]


REPORT = ["program payments-service payments-service/bin/report.sh"]
MANAGE = ["program payments-service payments-service/manage.py"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("python", "/srv/payments-service/manage.py", "dump"), MANAGE),
        (("python3.12", "-u", "../../payments-service/manage.py"), MANAGE),
        (
            (Value((Hole("unknown", "executable"),)), Value.of(Hole("env", "HOME"), "/payments-service/manage.py")),
            MANAGE,
        ),
        (("../../payments-service/bin/report.sh",), REPORT),
        (("//orders-service/../payments-service/bin/report.sh", "--all"), REPORT),
        (("../../payments-service/bin/report.sh --all > /tmp/x",), REPORT),
        (
            ("sudo", "-u", "pay", "env", "A=b", "timeout", "-k", "5", "60", "/opt/payments-service/bin/report.sh"),
            REPORT,
        ),
        (("bash", "-lc", "cd /srv/payments-service && bin/report.sh"), REPORT),
        (("sh", "/srv/payments-service/bin/report.sh"), REPORT),
        (("uv", "run", "/srv/payments-service/manage.py"), MANAGE),
        (("npx /srv/payments-service/manage.py",), MANAGE),
        (("make", "-C", "../../payments-service", "test"), ["program payments-service payments-service"]),
        (("npm", "--prefix=/srv/payments-service", "start"), ["program payments-service payments-service"]),
        (("python", "manage.py", "migrate"), []),
        (("python", "-m", "orders.tasks"), []),
        (("make", "test"), []),
        (("codegen", "-i", "../../payments-service/openapi.yaml"), []),
        (("cat", "../../payments-service/manage.py"), []),
        (("../../payments-service/openapi.yaml",), []),
        (("/usr/bin/pdftotext", "x.pdf"), []),
        (("python",), []),
        ((Value(),), []),
        ((), []),
    ],
)
def test_program_of_another_service(words: tuple[str | Value, ...], found: list[str]) -> None:
    assert does(*words) == found


def test_program_is_looked_up_in_the_folder_where_it_runs() -> None:
    assert does("python", "manage.py", folder="/srv/payments-service") == MANAGE
    assert does("python", "/app/manage.py", folder="/srv/payments-service") == []
    assert does("python", "manage.py", folder="/srv/elsewhere") == []


PAYMENTS = ["remote payments-service payments"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("docker", "exec", "-it", "-u", "root", "payments", "ls"), PAYMENTS),
        (("docker", "-H", "tcp://x", "compose", "-f", "a.yml", "exec", "-T", "payments", "ls"), PAYMENTS),
        (("docker-compose", "exec", "pay", "ls"), ["remote payments-service pay"]),
        (("docker", "exec", "shop-payments-1", "ls"), ["remote payments-service shop-payments-1"]),
        (("docker", "exec", "shop_payments_12", "ls"), ["remote payments-service shop_payments_12"]),
        (("docker", "cp", "payments:/srv/x", "."), PAYMENTS),
        (("docker", "exec", "orders", "ls"), []),
        (("docker", "exec", "orders-smoke", "ls"), ["remote - orders-smoke"]),
        (("docker", "exec", Value((Hole("env", "ID"),)), "ls"), ["remote - {ID}"]),
        (("docker", "build", "."), []),
        (("docker",), []),
        (("kubectl", "-n", "billing", "exec", "payments-7d9f6c5b48-x2x9q", "-c", "app", "--", "ls"),
         ["remote payments-service payments-7d9f6c5b48-x2x9q"]),
        (("kubectl", "exec", "deploy/payments", "-it", "--", "sh"), PAYMENTS),
        (("kubectl", "cp", "billing/payments-0:/srv/x", "."), ["remote payments-service payments-0"]),
        (("kubectl", "get", "pods"), []),
        (("ssh", "-o", "BatchMode=yes", "deploy@payments-1.shop.example"), ["remote payments-service payments-1.shop.example"]),
        (("ssh", "deploy@10.0.0.7", "docker exec payments ls"), ["remote payments-service payments"]),
        (("ssh", "deploy@host.example", "uptime"), ["remote - host.example"]),
        (("ssh deploy@host.example <<E\ndocker exec payments ls\nE",), PAYMENTS),
        (("ssh",), []),
        (("scp", "-r", "me@payments:/srv/x", "./y"), PAYMENTS),
        (("rsync", "a/b:c", "C:/x", "--rsh=a:b"), []),
        (("aws", "ssm", "send-command", "--targets", "Key=tag:Name,Values=payments", "--document-name", "x"), PAYMENTS),
        (("aws", "s3", "ls"), []),
    ],
)  # fmt: skip
def test_reaching_into_others(words: tuple[str | Value, ...], found: list[str]) -> None:
    assert does(*words) == found


def test_login_is_told_with_what_it_leads_to() -> None:
    words = [Value.of(word) for word in ("ssh", "deploy@10.0.0.7", "docker exec payments ls")]
    found = SHELLS.classify(words, NEAR, "service:orders-service")
    assert found[0].what == "logs in on 10.0.0.7, where it runs a command in the container payments"


def test_commands_inside_commands_end() -> None:
    text = "ls"
    for _ in range(12):
        text = f"sh -c {text!r}"
    assert does(text) == []


@pytest.mark.parametrize(
    ("words", "dsn"),
    [
        (("psql", "-h", "payments-db", "-U", "pay", "-p5433", "payments"), "postgres://pay@payments-db:5433/payments"),
        (("psql", "postgresql://pay@payments-db/payments", "-c", "SELECT 1"), "postgresql://pay@payments-db/payments"),
        (("psql", "--dbname=host=payments-db dbname=payments"), "host=payments-db dbname=payments"),
        (("pg_dump", "--host", "payments-db", "-Fc", "-t", "charges", "payments"), "postgres://payments-db/payments"),
        (("/usr/bin/mysql", "-uroot", "-pword", "-hpayments-db", "payments"), "mysql://root@payments-db/payments"),
        (("mysqldump", "payments", "charges"), "mysql://{MYSQL_HOST}/payments"),
        (("mongodump", "--uri", "mongodb://payments-db/pay"), "mongodb://payments-db/pay"),
        (("mongosh", "payments-db:27017/pay"), "mongodb://payments-db:27017/pay"),
        (("mongo", "pay"), "mongodb://localhost/pay"),
        (("redis-cli", "-h", "payments-redis", "-n", "2", "--scan", "--pattern", "a:*"), "redis://payments-redis/2"),
        (("redis-cli", "-u", "redis://payments-redis/1", "KEYS", "*"), "redis://payments-redis/1"),
        (("sqlite3", "-header", "/data/x.sqlite3", "SELECT 1"), "sqlite:////data/x.sqlite3"),
        (("docker", "exec", "payments-db", "psql", "-U", "pay", "-c", "SELECT 1"), "postgres://pay@payments-db/{PGDATABASE}"),
        (("psql", "-h"), "postgres:///{PGDATABASE}"),
    ],
)  # fmt: skip
def test_store_of_a_client(words: tuple[str, ...], dsn: str) -> None:
    assert [line for line in does(*words) if line.startswith("store")] == [f"store - {dsn}"]


def test_variables_stand_in_for_options() -> None:
    assert does("psql", PGHOST="payments-db", PGDATABASE="pay") == ["store - postgres://payments-db/pay"]
    assert does("PGHOST=payments-db psql -U me") == ["store - postgres://me@payments-db/{PGDATABASE}"]
    assert does("env PGHOST=payments-db psql -d pay") == ["store - postgres://payments-db/pay"]


def test_default_of_a_variable_is_kept() -> None:
    (found,) = SHELLS.classify([Value.of('psql -h "${DB:-payments-db}" pay')], NEAR, "service:orders-service")
    assert found.target == Value.of("postgres://", Hole("env", "DB", Value.of("payments-db")), "/pay")


def test_holes_of_a_text_survive_the_shell() -> None:
    hole = Hole("config", "db.host")
    (found,) = SHELLS.classify([Value.of("psql -h '", hole, "' -d pay")], NEAR, "service:orders-service")
    assert found.target == Value.of("postgres://", hole, "/pay")


def test_tables_statements_and_scripts_of_a_client() -> None:
    text = "pg_restore -h h -t audit.charges -t \"$T\" -n pay x.dump\npsql -h h -c 'SELECT 1' -f a.sql d <<E\nDELETE FROM x\nE"
    restore, query = (one.connection for one in SHELLS.classify([Value.of(text)], NEAR, "service:orders-service"))
    assert restore and query
    assert (restore.mode, restore.tables) == ("writes", (TableUse("charges", "writes", "audit"),))
    assert ([str(one) for one in query.statements], [str(one) for one in query.scripts]) == (
        ["SELECT 1", "DELETE FROM x"],
        ["a.sql"],
    )


def test_every_client_of_the_table_is_read() -> None:
    assert {"psql", "pg_dump", "mysqldump", "mongosh", "redis-cli", "sqlite3"} <= set(clients())


def test_edge_of_a_command() -> None:
    why = (Evidence(Location(NEAR, 9), "starts a program"), Evidence(Location(NEAR, 3), "the folder"))

    def edge(*words: str) -> list[object]:
        found = SHELLS.classify([Value.of(word) for word in words], NEAR, "service:orders-service")[0]
        made = SHELLS.edge(found, "service:orders-service", why)
        return [made.target, set(made.traits), made.evidence[0], made.evidence[1:], made.detail] if made else []

    where = Location(NEAR, 9)
    assert edge("python", "/srv/payments-service/manage.py") == [
        "service:payments-service", {"local"},
        Evidence(where, "runs payments-service/manage.py of payments-service"), why[1:], "payments-service/manage.py",
    ]  # fmt: skip
    assert edge("docker", "exec", "payments", "ls") == [
        "service:payments-service", {"remote"}, Evidence(where, "runs a command in the container payments"), why[1:], "payments",
    ]  # fmt: skip
    assert edge("psql", "-h", "payments-db") == []
    assert edge("ssh", "elsewhere.example") == []


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (Either((Text("a"), Text("b"))), "a"),
        (Apply(Ref("abspath"), (Text("x"),)), "x"),
        (Unknown(), "{?}"),
        (Text("\ue000"), "\ue000"),
    ],
)
def test_words_of_the_reader_as_values(expr: Expr, text: str) -> None:
    assert str(value(expr)) == text
