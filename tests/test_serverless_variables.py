"""Variables of the Serverless Framework, one by one: what they give, and that hostile ones end."""

import pytest

from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text
from boundary.resolve.stacks.variables import Variables

SECTIONS: dict[str, Expr] = {
    "service": Text("loans"),
    "custom": Record(
        (
            (Text("name"), Text("books")),
            (Text("list"), Listing((Text("first"), Text("second")))),
            (Text("own"), Text("${self:custom.own}")),
            (Text("whole"), Text("${file(stage.json)}")),
            (Text("region"), Text("${aws:region}")),
        )
    ),
    "provider": Record(((Text("stage"), Text("${opt:stage, 'beta'}")),)),
    "params": Record(((Text("beta"), Record(((Text("size"), Text("4")),))),)),
}


def read(path: str) -> Expr | None:
    return Record(((Text("shelf"), Text("A")),)) if path == "stage.json" else None


def stored(*parts: Expr) -> Expr:
    return Join((Text("{{resolve:ssm:"), *parts, Text("}}")))


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("plain", Text("plain")),
        ("${self:service}-${self:custom.name}", Text("loans-books")),
        ("${self:custom.list.1}", Text("second")),
        ("${self:custom.list.9, 'none'}", Text("none")),
        ("${self:custom.${self:absent, 'name'}}", Text("books")),
        ("${self:custom.whole.shelf}", Text("A")),
        ("${file(stage.json):shelf}", Text("A")),
        ("${file(other.json):shelf, 'B'}", Text("B")),
        ("${sls:stage}", Text("beta")),
        ("${param:size}", Text("4")),
        ("${param:colour}", Ref("colour")),
        ("${opt:stage}", Ref("Stage")),
        ("${opt:size, 7}", Text("7")),
        ('${env:SIZE, "a, b"}', Text("a, b")),
        ("${env:SIZE}", Ref("SIZE")),
        ("${ssm:/a/b~true}", Text("{{resolve:ssm:/a/b}}")),
        ("${ssm:/a/${opt:stage}}", stored(Text("/a/"), Ref("Stage"))),
        ("${cf(eu-west-1):desk-${opt:stage}.Url}", Item(Ref("<stacks>"), Join((Text("desk-"), Ref("Stage"), Text(".Url"))))),
        ("${cf:desk.Url}", Item(Ref("<stacks>"), Text("desk.Url"))),
        ("${s3:bucket-${opt:stage}/key}", Ref("variable")),
        ("${Table.Arn}", Member(Ref("Table"), "Arn")),
        ("${self:custom.region}", Ref("AWS::Region")),
        ("${open", Text("${open")),
        ("}${self:service}", Text("}loans")),
        ("${self:custom.own}", Ref("variable")),
    ],
)  # fmt: skip
def test_a_variable(written: str, filled: Expr) -> None:
    assert Variables(SECTIONS, read).filled(Text(written)) == filled


def test_what_a_function_of_the_template_has_cut_in_two() -> None:
    cut = Join((Text("${ssm:/a/"), Member(Ref("self:custom"), "name"), Text("}/"), Ref("Table")))
    assert Variables(SECTIONS).filled(cut) == Join((Text("{{resolve:ssm:/a/books}}"), Text("/"), Ref("Table")))
    open_part = Join((Text("${ssm:/a/"), Apply(Ref("join"), (Text("${self:service}"),)), Text("}")))
    assert Variables(SECTIONS).filled(open_part) == Join(
        (Text("${ssm:/a/"), Apply(Ref("join"), (Text("loans"),)), Text("}"))
    )


def test_variables_that_double_at_every_step_end() -> None:
    entries = [(Text(f"v{at}"), Text(f"${{self:custom.v{at + 1}}}" * 40)) for at in range(12)]
    variables = Variables({"custom": Record(tuple(entries))}, left=5_000)
    variables.filled(Text("${self:custom.v0}"))
    assert variables.left < 0
