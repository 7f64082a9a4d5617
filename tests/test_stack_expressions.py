"""Expressions of Terraform: what each function, operator and form of the language evaluates to, and what stays open."""

from __future__ import annotations

from typing import Any

import pytest
from stacking import read, shown

OPEN = "{open}"
NOT_KNOWN = "{?}"

AROUND = """
variable "open" {}
variable "nothing" { default = null }
locals {
  rows = ["b", "a", "b", ""]
  map  = { b = "2", a = "1" }
  self = local.self
}
resource "aws_sqs_queue" "q" { name = "work" }
resource "aws_sqs_queue" "many" {
  for_each = toset(["x", "y"])
  name     = each.key
}
"""


def evaluated(expression: str) -> Any:
    text = f'{AROUND}\nresource "some_thing" "it" {{\n  found = {expression}\n}}\n'
    stacks = read({"main.tf": text})
    return shown(next(one for one in stacks.resources if one.label == "it").get("found"))


FUNCTIONS: list[tuple[str, Any]] = [
    ('join("-", ["a", var.open], "b")', "a-{open}-b"),
    ('join("-", [{ a = 1 }])', NOT_KNOWN),
    ('join({}, ["a", "b"])', "a, b"),
    ('split(",", "a,${var.open}b,c")', ["a", "{open}b", "c"]),
    ('split("", "abc")', NOT_KNOWN),
    ('format("%s-%05d-%%-%q-%[1]s", "a", 7, "b")', 'a-7-%-"b"-a'),
    ('format("%s", [])', NOT_KNOWN),
    ('format("%s")', NOT_KNOWN),
    ("format(var.open, 1)", NOT_KNOWN),
    ('formatlist("%s.%s", ["a", "b"], "x")', ["a.x", "b.x"]),
    ('merge(local.map, null, [{ c = "3" }])', {"b": "2", "a": "1", "c": "3"}),
    ("merge(local.map, var.open).c", "{c}"),
    ('merge(local.map, { b = "9" }).b', "9"),
    ('concat(["a"], "b", null, ["c"])', ["a", "b", "c"]),
    ('flatten([["a", ["b"]], "c", []])', ["a", "b", "c"]),
    ('lookup(local.map, "a", "x")', "1"),
    ('lookup(local.map, "c", "x")', "x"),
    ('lookup(local.map, "c")', NOT_KNOWN),
    ('lookup(var.open, "c", "x")', NOT_KNOWN),
    ("lookup(local.map, var.open)", NOT_KNOWN),
    ('element(["a", "b"], 3)', "b"),
    ("element([], 0)", NOT_KNOWN),
    ('element(["a"], var.open)', NOT_KNOWN),
    ("element(var.open, 1)", NOT_KNOWN),
    ("element({ a = 1 }, 1)", {"a": "1"}),
    ('coalesce(null, "", "a")', "a"),
    ('coalesce(null, "")', NOT_KNOWN),
    ('coalescelist([], ["a"])', ["a"]),
    ('try(local.absent, "a")', "{local.absent}"),
    ('try(unheard(1), null, "a")', "a"),
    ("try(unheard(1), null)", None),
    ("compact(local.rows)", ["b", "a", "b"]),
    ("keys(local.map)", ["a", "b"]),
    ("keys(var.open)", NOT_KNOWN),
    ("values(local.map)", ["1", "2"]),
    ("values(var.open)", NOT_KNOWN),
    ('zipmap(["a", var.open], ["1", "2"])', {"a": "1"}),
    ("distinct(local.rows)", ["b", "a", ""]),
    ("sort(local.rows)", ["b", "a", "b", ""]),
    ('contains(local.rows, "a")', "true"),
    ('contains(local.rows, "c")', "false"),
    ('contains([var.open], "c")', NOT_KNOWN),
    ("length(local.rows)", "4"),
    ("length(local.map)", "2"),
    ('length("abc")', "3"),
    ("length(var.open)", NOT_KNOWN),
    ('replace("a_b-${var.open}", "_", "-")', "a-b-{open}"),
    ('replace("a1", "/[0-9]/", "")', NOT_KNOWN),
    ('replace([], "a", "")', NOT_KNOWN),
    ('trimspace("  a ")', "a"),
    ('trimprefix("shop-a", "shop-")', "a"),
    ('trimprefix("${var.open}-a", "shop-")', "{open}-a"),
    ('trimsuffix("a/", "/")', "a"),
    ('trimsuffix("a${var.open}", "/")', "a{open}"),
    ('trim("/a/", "/")', "a"),
    ("trimspace([])", NOT_KNOWN),
    ('trimspace("")', ""),
    ('lower("A${var.open}")', "a{open}"),
    ('upper("a")', "A"),
    ('title("tea shop")', "Tea Shop"),
    ("lower([])", NOT_KNOWN),
    ('substr("abcdef", 1, 2)', "bc"),
    ('substr("abcdef", 2, -1)', "cdef"),
    ("substr(var.open, 0, 3)", OPEN),
    ("range(1, 4)", ["1", "2", "3"]),
    ("range(var.open)", NOT_KNOWN),
    ('jsonencode({ a = ["b"] })', ("json", {"a": ["b"]})),
    (
        'jsondecode("{\\"a\\": [1, true, null], \\"b\\": \\"x${var.open}\\"}")',
        {"a": ["1", "true", None], "b": "x{open}"},
    ),
    ("jsondecode(jsonencode({ a = 1 }))", {"a": "1"}),
    ('jsondecode("{ no")', NOT_KNOWN),
    ('jsondecode("a")', NOT_KNOWN),
    ("jsondecode({ a = 1 })", {"a": "1"}),
    ('tolist("a")', "a"),
    ('list("a", "b")', ["a", "b"]),
    ("tolist(null)", []),
    ('one(["a"])', "a"),
    ("one([])", []),
    ('reverse(["a", "b"])', ["b", "a"]),
    ('slice(["a", "b", "c"], 1, 2)', ["b"]),
    ('slice(["a"], var.open, 2)', NOT_KNOWN),
    ('can("a")', "true"),
    ("can(var.open)", NOT_KNOWN),
    ('basename("a/b.zip")', "b.zip"),
    ('dirname("a/b.zip")', "a"),
    ('dirname("b.zip")', "."),
    ("basename(var.open)", NOT_KNOWN),
    ('base64encode(jsonencode(["a"]))', ("json", ["a"])),
    ('base64encode("a")', NOT_KNOWN),
    ('core::upper("a")', "A"),
    ('timestamp("a")', NOT_KNOWN),
    ("lower()", NOT_KNOWN),
]

FORMS: list[tuple[str, Any]] = [
    ("local.self", "{self}"),
    ("local.absent", "{local.absent}"),
    ("var.nothing", None),
    ("var.absent", "{absent}"),
    ("module.absent", "{module.absent}"),
    ("var.open.name", "{open.name}"),
    ("each.key", "{key}"),
    ('"${path.module}/src"', "./src"),
    ('[for one in local.rows : upper(one) if one != "b"]', ["A", ""]),
    ("{ for key, one in local.map : upper(key) => one }", {"B": "2", "A": "1"}),
    ("{ for one in [var.open] : one => 1 }", {}),
    ("[for one in null : one]", []),
    ("[for one in var.open : one]", [OPEN]),
    ("[for one in [1] : one if var.open]", ["1"]),
    ("[for at, one in local.rows : at]", ["0", "1", "2", "3"]),
    ('{ (var.open) = "1", b = "2" }', {"b": "2"}),
    ('{ (var.open) = "1", b = "2" }.c', "{c}"),
    ("local.map.c", None),
    ('local.map["a"]', "1"),
    ("local.map[var.open]", NOT_KNOWN),
    ("local.rows[1]", "a"),
    ("local.rows[9]", NOT_KNOWN),
    ("local.rows[var.open]", NOT_KNOWN),
    ('["a"][var.open]', "a"),
    ("var[var.open]", "{{open}}"),
    ("local.rows.0", "b"),
    ("[{ a = 1 }, { a = 2 }].a", ["1", "2"]),
    ("[{ a = 1 }].a", "1"),
    ("jsonencode({ a = 1 }).a", "1"),
    ('"x".a', "{a}"),
    ("aws_sqs_queue.q", "@aws_sqs_queue.q"),
    ("aws_sqs_queue.q[0]", "@aws_sqs_queue.q"),
    ("aws_sqs_queue.q.name", "work"),
    ("aws_sqs_queue.q.arn", "arn::aws_sqs_queue.q"),
    ("aws_sqs_queue.q.depth", "{aws_sqs_queue.q.depth}"),
    ('aws_sqs_queue.many["x"].name', "x"),
    ("aws_sqs_queue.many", {"x": "@aws_sqs_queue.many.x", "y": "@aws_sqs_queue.many.y"}),
    ("values(aws_sqs_queue.many)[*].name", ["x", "y"]),
    ('"q-${aws_sqs_queue.q}"', "q-work"),
    ("lower(aws_sqs_queue.q)", "work"),
    ('"a-${null}-${[1]}"', "a--{?}"),
    ('"${jsonencode([1])}"', ("json", ["1"])),
    ('"x ${jsonencode([1])}"', ("rope", "x", " ", ("json", ["1"]))),
    ('"<${"x ${jsonencode([1])}"}>"', ("rope", "<", "x", " ", ("json", ["1"]), ">")),
    ('true ? "a" : "b"', "a"),
    ('false ? "a" : "b"', "b"),
    ('var.open ? "" : "b"', "b"),
    ("var.open ? null : []", None),
    ('var.open ? "a" : "b"', "a"),
    ('"a%{ if var.open }b%{ endif }"', "ab"),
    ('coalesce(["", "a"]...)', "a"),
]

OPERATORS: list[tuple[str, Any]] = [
    ('"a" == "a"', "true"),
    ('"a" != "a"', "false"),
    ("var.open == 1", NOT_KNOWN),
    ("var.open != 1", NOT_KNOWN),
    ("null == null", "true"),
    ('"a" == null', "false"),
    ("null != var.open", NOT_KNOWN),
    ("!false", "true"),
    ("!var.open", NOT_KNOWN),
    ("true && true", "true"),
    ("false && var.open", "false"),
    ("true && var.open", NOT_KNOWN),
    ("false || true", "true"),
    ("false || false", "false"),
    ("false || var.open", NOT_KNOWN),
    ("1 < 2", "true"),
    ("1 > 2", "false"),
    ("2 <= 2", "true"),
    ("1 >= 2", "false"),
    ("var.open < 2", NOT_KNOWN),
    ("1 + 2", "3"),
    ("5 - 2", "3"),
    ("-(2)", "-2"),
    ("2 * 1.25", "2.5"),
    ("1 + var.open", NOT_KNOWN),
    ("1000000000 * 1000000000", NOT_KNOWN),
    ("7 % 2", NOT_KNOWN),
]


@pytest.mark.parametrize(("expression", "expected"), [*FUNCTIONS, *FORMS, *OPERATORS])
def test_expression(expression: str, expected: Any) -> None:
    assert evaluated(expression) == expected
