"""The configuration: what it says, and what is said about one that does not fit."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from making import lay

from boundary.config import Config, ExceptionConfig, ServiceConfig, from_bytes, load
from boundary.discover import Memory
from boundary.discover.configured import with_exceptions
from boundary.errors import UserError
from boundary.reading.toml import lines

FULL = """\
[workspace]
repositories = ["../orders", "../payments"]

[services.orders]
root = "./services/orders/"
team = "ordering"
owns = ["postgres:orders"]
contracts = ["openapi.yaml"]

[services.storefront]
root = "."

[packages]
shared = ["libs/telemetry", "acme-contracts-*"]

[rules]
select = ["ALL"]
ignore = ["TOP001"]
severity = { TEAM001 = "info" }
paths = ["architecture/rules"]

[[exceptions]]
rule = "DAT001"
from = "reporting"
to = "orders-db"
reason = "strangler migration, see ADR 14"
until = 2027-03-31
"""


def test_everything_that_can_be_said() -> None:
    config = from_bytes("boundary.toml", FULL.encode())
    assert config.repositories == ("../orders", "../payments")
    assert config.services == (
        ServiceConfig("orders", "services/orders", "ordering", ("postgres:orders",), ("openapi.yaml",), 4),
        ServiceConfig("storefront", "", line=10),
    )
    assert config.shared_packages == ("libs/telemetry", "acme-contracts-*")
    assert (config.select, config.ignore, config.severity) == (("ALL",), ("TOP001",), {"TEAM001": "info"})
    assert config.rule_paths == ("architecture/rules",)
    reason = "strangler migration, see ADR 14"
    assert config.exceptions == (ExceptionConfig("DAT001", "reporting", "orders-db", reason, date(2027, 3, 31), 22),)
    assert config.where("rules.severity.TEAM001") == "boundary.toml:19"
    assert config.where("rules.nothing") == "boundary.toml:1"


def test_no_file_is_no_configuration(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()
    assert Config().where("rules") is None


@pytest.mark.parametrize(
    ("files", "selected"),
    [
        ({"pyproject.toml": '[tool.boundary.rules]\nselect = ["DAT"]'}, "pyproject.toml"),
        ({"pyproject.toml": '[tool.boundary.rules]\nselect = ["DAT"]', "boundary.toml": ""}, "boundary.toml"),
        ({"pyproject.toml": '[project]\nname = "x"'}, None),
        ({"pyproject.toml": '[project]\ndescription = "no boundary here"'}, None),
        ({"pyproject.toml": "tool = 1  # boundary"}, None),
        ({"pyproject.toml": "no TOML at all"}, None),
    ],
)
def test_the_file_that_counts(tmp_path: Path, files: dict[str, str], selected: str | None) -> None:
    config = load(lay(tmp_path, files))
    assert config.path == selected
    assert config.select == (("DAT",) if selected == "pyproject.toml" else ())


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = lay(tmp_path / "elsewhere", {"boundary.toml": "[rules]\nselect = []"}) / "boundary.toml"
    root = lay(tmp_path / "workspace", {})
    (root / "boundary.toml").symlink_to(secret)
    assert load(root).path is None


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    lay(tmp_path, {"boundary.toml": ""})
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UserError, match=r"boundary\.toml cannot be read: Permission denied"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        ("[rules]\nselec = ['ALL']", 2, "unknown key rules.selec", "Did you mean select?"),
        ("[rule]\nselect = []", 1, "unknown key rule", "Did you mean rules?"),
        ("[services.orders]\n\nrot = 'x'\nteem = 'y'", 3, "unknown key services.orders.rot", "Did you mean root?"),
        ("[[exceptions]]\nrule='A'\nfrom='b'\nreason='c'\n[[exceptions]]\nrules = 'A'", 6, "unknown key exceptions[2].rules", ""),
        ("[services]\norders = { root = 7 }", 2, "services.orders.root must be a text, not 7", "The folder of its code."),
        ("[rules]\nselect = 'ALL'", 2, 'rules.select must be a list, not "ALL"', "Codes, names"),
        ("rules = 1979-05-27", 1, 'rules must be a table, not "1979-05-27"', "Which rules"),
        ("rules = 07:32:00", 1, 'rules must be a table, not "07:32:00"', "Which rules"),
        ("[workspace]\nrepositories = [\n  'a',\n  3,\n]", 4, "workspace.repositories[2] must be a text, not 3", ""),
        ("[rules.severity]\nDAT001 = 'fatal'", 2, 'rules.severity.DAT001 must be error, warning or info, not "fatal"', ""),
        ("[services.a]\nteam = ''", 2, "services.a.team must not be empty", "The team that owns it."),
        ("[services.'']\nteam = 'x'", 1, "services must not be empty", ""),
        ("[[exceptions]]\nrule = 'DAT001'\nfrom = 'a'", 1, "exceptions[1] needs reason", "Why it is accepted"),
        ("[[exceptions]]\nrule = 'DAT001'\nreason = 'a'", 1, "exceptions[1] needs from or to", "An exception names"),
        ("[[exceptions]]\nrule='A'\nto='b'\nreason='c'\nuntil = '31.3.2027'", 5, 'exceptions[1].until must be a day, not "31.3.2027"', "The last day"),
        ("[[exceptions]]\nrule='A'\nto='b'\nreason='c'\nuntil = '2027-02-30'", 5, "exceptions[1].until must be a day", ""),
        ("[[exceptions]]\nrule='A'\nto='b'\nreason='c'\nuntil = 2027-02-03T00:00:00", 5, "exceptions[1].until must be a day", ""),
        ("[services.a]\nroot = '/srv/a'", 1, "services.a.root must be relative", "Give it relative to this file."),
        ('[rules]\n"s\\u0065lect" = 1', 1, "rules.select must be a list, not 1", ""),
        ("[rules]\nselect = ['ALL'\n", 3, "not TOML: unclosed array", ""),
        ("[rules]\nselect = = 1\n", 2, "not TOML: invalid value", ""),
        ("x = '" + "y" * 99 + "'\n[rules]\nselect = '" + "y" * 99 + "'", 1, "unknown key x", "Known: exceptions"),
        ("[rules]\nselect = '" + "y" * 99 + "'", 2, 'rules.select must be a list, not "' + "y" * 56 + "...", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_line(text: str, where: int, message: str, hint: str) -> None:
    with pytest.raises(UserError) as caught:
        from_bytes("boundary.toml", text.encode())
    assert caught.value.where == f"boundary.toml:{where}"
    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith(hint)
    assert caught.value.status == 2


def test_errors_in_pyproject_have_their_line() -> None:
    text = '[project]\nname = "shop"\n\n[tool.boundary.rules]\nignor = []\n'
    with pytest.raises(UserError, match=r"unknown key rules\.ignor") as caught:
        from_bytes("pyproject.toml", text.encode())
    assert caught.value.where == "pyproject.toml:5"


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"# caf\xc3\xa9\nx = '\xe9'", 2, "not UTF-8"),
        (b"x = " + b"[" * 100_000, 1, "nested too deeply"),
    ],
)
def test_hostile_bytes(data: bytes, line: int, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        from_bytes("boundary.toml", data)
    assert caught.value.where == f"boundary.toml:{line}"


def test_seen_from_a_workspace_above() -> None:
    config = from_bytes("boundary.toml", FULL.encode())
    below = config.below("platform")
    assert [service.root for service in below.services] == ["platform/services/orders", "platform"]
    assert below.shared_packages == ("platform/libs/telemetry", "acme-contracts-*")
    assert below.rule_paths == ("platform/architecture/rules",)
    assert below.where("rules.ignore") == "platform/boundary.toml:18"
    assert config.below("") is config
    assert from_bytes("boundary.toml", b"[services.a]\nteam='b'").below("x").services[0].root is None


def test_the_published_schema_is_itself_valid() -> None:
    from jsonschema import Draft202012Validator

    path = Path(__file__).parents[1] / "boundary" / "boundary.schema.json"
    Draft202012Validator.check_schema(json.loads(path.read_text()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\nb.c = 2", {("a",): 1, ("b",): 2, ("b", "c"): 2}),
        ("# x\n\n[a.\"b.c\" . d]\n'e f' = 1", {("a",): 3, ("a", "b.c"): 3, ("a", "b.c", "d"): 3, ("a", "b.c", "d", "e f"): 4}),
        ('a = """\n[no]\nb = 1\n"""\nc = \'#"]\'', {("a",): 1, ("c",): 5}),
        ("a = '''\nb = \"\n'''\nc = \"\\\"#\"", {("a",): 1, ("c",): 4}),
        ("a = [\n 1, # ]\n 'x',\n]\nb = 1", {("a",): 1, ("a", 0): 2, ("a", 1): 3, ("b",): 5}),
        ("a = {b = [{c = 1}]}", {("a",): 1, ("a", "b"): 1, ("a", "b", 0): 1, ("a", "b", 0, "c"): 1}),
        (
            "[[a]]\nx = 1\n[a.b]\n[[a]]\nx = 2",
            {("a",): 1, ("a", 0): 1, ("a", 0, "x"): 2, ("a", 0, "b"): 3, ("a", 1): 4, ("a", 1, "x"): 5},
        ),
    ],
)  # fmt: skip
def test_lines_of_keys(text: str, found: dict[tuple[str | int, ...], int]) -> None:
    assert lines(text) == found


@pytest.mark.parametrize(
    "text", ["= 1", "]", "a = [=", "a = {=", "a = [}", "a = {]", "\x00", "[", "a = [[[", "a", "a = [1 2 3", "€ = 1"]
)
def test_lines_of_what_is_not_toml_end(text: str) -> None:
    assert isinstance(lines(text * 3), dict)


def test_windows_line_ends() -> None:
    config = from_bytes("boundary.toml", FULL.replace("\n", os.linesep).replace("\n", "\r\n").encode())
    assert config.where("rules.paths") == "boundary.toml:20"


# --- exceptions beside services -----------------------------------------------------------------------------


def test_exceptions_that_were_copied_into_the_workspace_agree_to_nothing() -> None:
    text = '[[exceptions]]\nrule = "DAT001"\nfrom = "a"\nreason = "x"\n'
    files = {f"{folder}/boundary-exceptions.toml": text for folder in ("orders", "node_modules/x", "tests")}
    found = with_exceptions(Config(), Memory(files)).exceptions
    assert [(one.path, one.beside) for one in found] == [("orders/boundary-exceptions.toml", "orders")]


def test_a_file_of_exceptions_that_is_too_large_or_closed_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="toml:1: more than the megabyte"):
        with_exceptions(Config(), Memory({"orders/boundary-exceptions.toml": " " * 2_000_000}))
    monkeypatch.setattr(Memory, "read", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    with pytest.raises(UserError, match="toml cannot be read: Permission denied"):
        with_exceptions(Config(), Memory({"orders/boundary-exceptions.toml": ""}))
