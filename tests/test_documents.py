"""Rule documents: what they say, what is wrong with them, and which rules a configuration chooses."""

from __future__ import annotations

import pytest
from ruling import BODY, FRONT, NODES, document, read_edge, rule, service

from boundary.checks.catalogue import choose, find, gather
from boundary.checks.document import WrongDocument, read
from boundary.checks.engine import run
from boundary.config import Config, ExceptionConfig
from boundary.errors import UserError
from boundary.graph import Graph

# --- documents ----------------------------------------------------------------------------------------------


def test_a_document_is_read_whole() -> None:
    own = read("rules/own.md", document())
    assert (own.code, own.name, own.clause, own.severity, own.title) == (
        "OWN001", "own-rule", "data-store", "error", "A title",
    )  # fmt: skip
    assert own.why == "Why it hurts."
    assert own.fix.startswith("Do it\nbetter.")
    assert [(f.path, f.text) for f in own.bad[0].files] == [("reporting/jobs.py", 'read("orders")  # finds: OWN001\n')]
    assert [(e.path, e.line, e.code) for e in own.bad[0].expected] == [("reporting/jobs.py", 1, "OWN001")]
    assert own.good[0].expected == ()


def test_examples_have_captions_and_a_common_workspace() -> None:
    body = """# T
why
## Workspace
```sql file=a.sql
-- common
```
```sql file=b.sql
-- common
```
## Bad
### First
```sql file=a.sql
-- finds: OWN001
SELECT 1
```
### Second
Words between.
~~~~markdown file=rule.md
read it <!-- finds: OWN001 -->
```python
x  # finds: OWN002
```
~~~~
## Good
```sql file=a.sql
```
## Fix
fix
"""
    own = read("own.md", document(body=body))
    assert [(e.caption, [f.path for f in e.files]) for e in own.bad] == [
        ("First", ["b.sql", "a.sql"]), ("Second", ["a.sql", "b.sql", "rule.md"]),
    ]  # fmt: skip
    assert [(e.path, e.line, e.code) for e in own.bad[0].expected] == [("a.sql", 2, "OWN001")]
    assert [(e.path, e.line, e.code) for e in own.bad[1].expected] == [("rule.md", 1, "OWN001")]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("no front matter", 1, "begins with its front matter"),
        ("---\ncode: OWN001\n", 1, "begins with its front matter"),
        (document("code: [unclosed"), 2, "no YAML"),
        (document("- a list"), 2, "mapping of keys"),
        (document("[" * 5000), 2, "nested too deeply"),
        (document(FRONT + "\nsevrity: error"), 8, "unknown key sevrity in the front matter. Did you mean severity?"),
        (document(FRONT + "\ncode: OWN002"), 8, "code is given twice"),
        (document(FRONT.replace("OWN001", "own-1")), 2, "code is needed: capitals"),
        (document(FRONT.replace("name: own-rule\n", "")), 2, "name is needed"),
        (document(FRONT.replace("severity: error\n", "")), 2, "severity is needed"),
        (document(FRONT.replace("error", "fatal")), 5, "severity cannot be 'fatal'. Known: error, info, warning."),
        (document(FRONT.replace("error", "[error]")), 5, "severity is a single text"),
        (document(FRONT.replace("{to}\"", "{too}\"")), 2, "unknown place {too}. Did you mean to?"),
        (document(FRONT.replace("edge: reads", "edge: reds")), 7, "edge cannot be 'reds'. Did you mean reads"),
        (document(FRONT.replace("edge: reads", "edge: [{a: b}]")), 7, "edge is a text or a list of texts"),
        (document(FRONT.replace("edge: reads", "edge: reads, node: table")), 7, "either edge"),
        (document(FRONT.replace("edge: reads, ", "")), 7, "either edge"),
        (document(FRONT.replace("owner: other", "owner: others")), 7, "owner cannot be 'others'. Did you mean other?"),
        (document(FRONT.replace("{kind: table, owner: other}", "table")), 7, "to is a mapping"),
        (document(FRONT.replace("{kind: table", "{knd: table")), 7, "unknown key knd in to. Did you mean kind?"),
        (document(FRONT.rpartition("\n")[0]), 2, "a rule has a select or a check"),
        (document(FRONT + "\ncheck: service-cycles"), 8, "Did you mean service-cycle?"),
        (document(FRONT + "\nparameters: &a [*a]"), 8, "not taken by an alias"),
        (document(FRONT + "\nper: day"), 8, "per cannot be 'day'"),
        (document(body=BODY.replace("## Fix", "## Fixes")), 22, "unknown section Fixes. Did you mean Fix?"),
        (document(body=BODY.replace("# A title", "")), 9, "there is no title"),
        (document(body=BODY.replace("finds: OWN001", "")), 15, "a bad example says where OWN001 is found"),
        (document(body=BODY.replace('call("orders")', "x # finds: OWN001")), 19, "nothing is found in a good example"),
        (document(body=BODY.replace("file=reporting/jobs.py", "", 1)), 15, "a block of an example names its file"),
        (document(body=BODY.replace("reporting/jobs.py", "../jobs.py", 1)), 15, "names its file"),
        (document(body=BODY.replace("## Good", "```sql file=reporting/jobs.py\n```\n## Good")), 18, "there twice"),
        (document(body=BODY.replace('read("orders")', "")), 16, "no line below this comment"),
    ],
)  # fmt: skip
def test_faults_have_their_line_and_the_right_word(text: str, line: int, says: str) -> None:
    with pytest.raises(WrongDocument) as caught:
        read("rules/own.md", text)
    said = [(problem.location.line, problem.what) for problem in caught.value.problems]
    assert any(where == line and says in what for where, what in said), said
    assert all(
        problem.kind == "configuration" and problem.location.path == "rules/own.md" for problem in caught.value.problems
    )
    assert f"rules/own.md:{line}: " in str(caught.value)


def test_every_fault_of_a_document_is_told_at_once() -> None:
    with pytest.raises(WrongDocument) as caught:
        read("own.md", document(FRONT.replace("error", "fatal") + "\nnonsense: 1"))
    assert len(caught.value.problems) == 2


# --- choosing -----------------------------------------------------------------------------------------------


def named(code: str, name: str, **more: str) -> tuple[str, str]:
    front = FRONT.replace("OWN001", code).replace("own-rule", name)
    for key, value in more.items():
        front = front.replace(f"{key}: " + {"clause": "data-store", "severity": "error"}[key], f"{key}: {value}")
    return f"rules/{name}.md", document(front, BODY.replace("OWN001", code))


RULES, _ = gather(
    [named("DAT001", "table-read"), named("DAT010", "table-write"), named("LNK001", "import", clause="direct-linking")]
)


@pytest.mark.parametrize(
    ("config", "codes"),
    [
        (Config(), ["DAT001", "DAT010", "LNK001"]),
        (Config(select=("DAT",)), ["DAT001", "DAT010"]),
        (Config(select=("table-read", "direct-linking")), ["DAT001", "LNK001"]),
        (Config(ignore=("DAT",)), ["LNK001"]),
        (Config(ignore=("ALL",)), []),
        (Config(select=("DAT001",), ignore=("DAT",)), ["DAT001"]),
        (Config(select=("DAT",), ignore=("DAT001",)), ["DAT010"]),
        (Config(select=("DAT",), ignore=("data-store",)), ["DAT001", "DAT010"]),
    ],
)
def test_the_more_exact_selection_wins(config: Config, codes: list[str]) -> None:
    assert [chosen.code for chosen in choose(RULES, config)] == codes


def test_severities_of_the_configuration() -> None:
    config = Config(severity={"ALL": "info", "DAT": "warning", "DAT001": "error"})
    assert [chosen.severity for chosen in choose(RULES, config)] == ["error", "warning", "info"]
    soft = rule("{edge: reads, to: {owner: other}}", "unknown-owner: info")
    [finding] = run(
        Graph([*NODES, service("lone")], [read_edge("service:lone")]), [soft], Config(severity={"OWN001": "warning"})
    )
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    "config",
    [
        Config(select=("DAT999",), path="boundary.toml"),
        Config(ignore=("tabel-read",), path="boundary.toml"),
        Config(severity={"XXX": "info"}, path="boundary.toml"),
        Config(exceptions=(ExceptionConfig("DAT999", "a", "b", "r", line=4),), path="boundary.toml"),
    ],
)
def test_an_unknown_rule_is_an_error_of_the_user(config: Config) -> None:
    with pytest.raises(UserError, match=r"^boundary.toml:\d: there is no rule"):
        choose(RULES, config)


def test_a_rule_is_found_by_code_or_name() -> None:
    assert find(RULES, "dat001") is find(RULES, "Table-Read")
    with pytest.raises(UserError, match="Did you mean"):
        find(RULES, "table-reed")


def test_documents_that_clash_or_do_not_fit_are_problems() -> None:
    rules, problems = gather([named("A", "x"), named("DAT001", "one"), named("DAT001", "two"), named("DAT002", "one")])
    assert [(one.code, one.name) for one in rules] == [("DAT001", "one")]
    assert [(problem.location.path, problem.what[:18]) for problem in problems if "clashes" in problem.what] == [
        ("rules/one.md", "DAT002 one clashes"), ("rules/two.md", "DAT001 two clashes"),
    ]  # fmt: skip
    assert any("code is needed" in problem.what for problem in problems)
