"""Placeholders in configuration, command lines cut into words, Compose's short forms, what is kept of secrets."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from timing import within

from boundary.model import Hole, Value
from boundary.reading import interpolate, secrets, shortforms
from boundary.reading.engines import engine_of
from boundary.reading.interpolate import application, cluster, compose, joined, shell, words


def show(value: Value | None) -> str:
    """A value with kind, name and default of its holes."""
    parts = value.parts if value else ()
    return "".join(part if isinstance(part, str) else _hole(part) for part in parts)


def _hole(hole: Hole) -> str:
    default = "" if hole.default is None else f"={show(hole.default)}"
    return f"<{hole.kind} {hole.name}{default}>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$A/${B}", "<variable A>/<variable B>"),
        ("${A:-x}${B-y}${C:-}", "<variable A=x><variable B=y><variable C=>"),
        ("${A:-http://${B:-h}:${C-1}/}", "<variable A=http://<variable B=h>:<variable C=1>/>"),
        ("${A:?must be set}${B?}", "<variable A><variable B>"),
        ("${A:+http://x}${B+y}", "<unknown A=http://x><unknown B=y>"),
        ("$$HOME $${A} $5 ${} ${1} $", "$HOME ${A} $5 ${} ${1} $"),
        ("${A", "${A"),
        ("${A:-b ${C}", "${A:-b <variable C>"),
        ("}${A}}", "}<variable A>}"),
    ],
)
def test_compose(text: str, expected: str) -> None:
    assert show(compose(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\$A $A ${B:-c}", "$A <variable A> <variable B=c>"),
        ("${A#*/} ${A%.gz} ${A/x/y}", "<unknown A> <unknown A> <unknown A>"),
        ("${A:1:2", "${A:1:2"),
    ],
)
def test_shell(text: str, expected: str) -> None:
    assert show(shell(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(A_B)-$(c.d) $$(E) $(", "<variable A_B>-<variable c.d> $(E) $("),
        ("${TAG:-latest} {{ .Values.x }}", "<variable TAG=latest> <unknown .Values.x>"),
        ("{{ {{", "{{ {{"),
    ],
)
def test_cluster(text: str, expected: str) -> None:
    assert show(cluster(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amqp://${U:guest}@${H}", "amqp://<env U=guest>@<env H>"),
        ("${a.b-c:${D:x}}${e[0]}", "<config a.b-c=<env D=x>><config e[0]>"),
        ("${env:HOME:-/x} ${A:} ${A:http://b:1}", "<env HOME=/x> <env A=> <env A=http://b:1>"),
        ("""<%= ENV["A"] %> <%= ENV.fetch('B', 'x') %> <%= 1 + 2 %>""", "<env A> <env B=x> <unknown 1 + 2>"),
        ("@project.name@-a@b.example", "<unknown project.name>-a@b.example"),
        ("$A $$ <%= open", "$A $$ <%= open"),
    ],
)
def test_application(text: str, expected: str) -> None:
    assert show(application(text)) == expected


def test_defaults_are_followed_only_so_deep() -> None:
    value = compose("${A:-" * 40 + "x" + "}" * 40)
    depth = 0
    while value is not None and value.holes:
        depth, value = depth + 1, value.holes[0].default  # type: ignore[assignment]
    assert depth == interpolate.NESTING + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  run  --now\n", ["run", "--now"]),
        ('sh -c \'a "b"\'"c d"', ["sh", "-c", 'a "b"c d']),
        (r"a\ b \"c\" 'd\'", ["a b", '"c"', "d\\"]),
        (r'"a\"b\c" ""', [r'a"b\c', ""]),
        ("--bind=${HOST:-a b}:80 $X", ["--bind=<variable HOST=a b>:80", "<variable X>"]),
        ("'open end", ["open end"]),
        ("end\\", ["end\\"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert [show(word) for word in words(compose(text))] == expected


def test_words_with_another_escape() -> None:
    assert [word.text for word in words(Value.of("copy C:\\a` b"), "`")] == ["copy", "C:\\a b"]


def test_joined() -> None:
    assert show(joined(" ", [compose("a"), compose("$B"), compose("c")])) == "a <variable B> c"
    assert joined(" ", []) == Value()


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("${}():-+?#%AB. '\"\\<=>"), max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    for read in (compose, shell, cluster, application):
        value = read(text)
        assert joined("", words(value)) is not None
        assert all(isinstance(part, Hole) or part for part in value.parts)


@pytest.mark.timed
@pytest.mark.parametrize(
    "text",
    ["${A:-" * 50_000, "${A:-" * 50_000 + "}" * 50_000, "{{" * 200_000, "<%=" * 200_000, "a " * 200_000, "'" * 99_999],
)
def test_long_texts_take_no_long_time(text: str) -> None:
    with within(10):
        for read in (compose, shell, cluster, application):
            assert len(words(read(text))) <= interpolate.LONGEST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3000", [("", None, "3000")]),
        ("3000-3002", [("", None, "3000"), ("", None, "3001"), ("", None, "3002")]),
        ("9090-9091:8080-8081/udp", [("", "9090", "8080"), ("", "9091", "8081")]),
        ("127.0.0.1:8001:80", [("127.0.0.1", "8001", "80")]),
        ("127.0.0.1::5000", [("127.0.0.1", None, "5000")]),
        ("[::1]:80:81", [("::1", "80", "81")]),
        ("${IP:-127.0.0.1}:${A:-80}:${B}/tcp", [("${IP:-127.0.0.1}", "${A:-80}", "${B}")]),
        ("8000-9000:80", [("", "8000-9000", "80")]),
        ("1-60000:1-60000", [("", "1-60000", "1-60000")]),
        ("9-1", [("", None, "9-1")]),
        ("80:", []),
        ("", []),
    ],
)
def test_ports(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert [(port.host, port.published, port.target) for port in shortforms.port(text)] == expected


@pytest.mark.parametrize(
    ("text", "source", "target", "read_only", "path"),
    [
        ("data:/x", "data", "/x", False, False),
        ("./a:/x:ro", "./a", "/x", True, True),
        ("/x", "", "/x", False, False),
        ("~/a:/x:rw,z", "~/a", "/x", False, True),
        ("C:\\a:/x:ro", "C:\\a", "/x", True, True),
        ("C:\\a:D:\\b", "C:\\a", "D:\\b", False, True),
        ("${D:-./d}:/x", "${D:-./d}", "/x", False, True),
        ("${D:-data}:/x", "${D:-data}", "/x", False, False),
        ("${D}:/x", "${D}", "/x", False, True),
        ("${D}-x:/x", "${D}-x", "/x", False, False),
        ("$PWD/x:/x:ro,z", "$PWD/x", "/x", True, True),
        ("${A}}:/x", "${A}}", "/x", False, False),
    ],
)
def test_mounts(text: str, source: str, target: str, read_only: bool, path: bool) -> None:
    mount = shortforms.mount(text)
    assert (mount.source, mount.target, mount.read_only, shortforms.is_path(mount.source)) == (
        source,
        target,
        read_only,
        path,
    )


@pytest.mark.parametrize(
    ("key", "text", "kept"),
    [
        ("X", "postgres://u:hunter2@db:5432/o?sslmode=x&password=hunter2", "postgres://{user}:{password}@db:5432/o"),
        ("X", "redis://:hunter2@r:6379/0", "redis://{user}:{password}@r:6379/0"),
        ("X", "mongodb://a:hunter2@m1:1,m2:2/x?y=z", "mongodb://{user}:{password}@m1:1,m2:2/x"),
        ("X", "jdbc:postgresql://db/x?password=hunter2", "jdbc:postgresql://db/x"),
        ("X", "jdbc:sqlserver://db:1;databaseName=o;password=hunter2", "jdbc:sqlserver://db:1;databaseName=o"),
        ("X", "https://hunter2@host.example/a/hunter2#hunter2", "https://{user}@host.example/{?}"),
        ("X", "https://host.example", "https://host.example"),
        ("X", "postgres://u:hunter2/@db/o", "{?}"),
        ("X", "postgres://u:hunter2?@db/o", "{?}"),
        ("X", "postgres://u:hunter2;@db/o", "{?}"),
        ("dbHost", "orders-db.shop", "orders-db.shop"),
        ("BROKERS", "k1:9092,k2:9092", "k1:9092,k2:9092"),
        ("DB_PASSWORD", "hunter2.example", "{?}"),
        ("TOKEN", "hunter2:1", "{?}"),
        ("X", "host=db port=5 dbname=o password=hunter2", "host=db;port=5;dbname=o"),
        ("X", "Data Source = db;Password=hunter2", "Data Source=db"),
        ("X", "dbname=o password=hunter2", "{?}"),
        ("HOST", "", "{?}"),
        ("HOST", "a\nhunter2", "{?}"),
        ("HOST", "h" * 3000, "{?}"),
    ],
)
def test_of_a_secret_only_the_address_is_kept(key: str, text: str, kept: str) -> None:
    assert str(secrets.keep(key, text)) == kept


@settings(max_examples=300, deadline=None)
@example("A0000000://0")
@example("HTTPS:/0000/")
@given(password=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=20))
def test_no_password_survives(password: str) -> None:
    # What has the scheme of an address is kept as one, without its credentials, whatever it is used for.
    scheme, mark, _ = password.partition("://")
    assume(not mark or not any(map(engine_of, scheme.split(":"))))
    for text in (
        f"postgres://u:{password}@db/o",
        f"Server=db;Password={password}",
        f"https://h/x/{password}",
        password,
    ):
        kept = secrets.keep("SETTING", text)
        assert all(password[at : at + 8] not in str(kept) for at in range(len(password) - 7))


def test_base64() -> None:
    assert secrets.decoded("cG9zdGdy\nZXM=") == "postgres"
    assert secrets.decoded("no base64!") == secrets.decoded("/w==") == ""
