"""Modules of Terraform: their instances, inputs and outputs, variable files, remote state, and blocks in blocks."""

from __future__ import annotations

from typing import Any

import pytest
from stacking import read, shown

MODULES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "each element of for_each is a module with its inputs": (
        {
            "main.tf": 'module "q" {\n  source = "./q"\n  for_each = { a = 1, b = 2 }\n  name = "${each.key}${each.value}"\n}',
            "q/main.tf": 'variable "name" {}\nresource "aws_sqs_queue" "this" { name = var.name }',
        },
        {"q.a.aws_sqs_queue.this": "a1", "q.b.aws_sqs_queue.this": "b2"},
    ),
    "a count of nothing makes nothing": (
        {"main.tf": 'resource "aws_sqs_queue" "a" {\n  count = 0\n  name = "a"\n}'},
        {},
    ),
    "outputs are what a module gives": (
        {
            "main.tf": 'module "q" { source = "./q" }\nresource "aws_sns_topic" "t" { name = "${module.q.name}-${module.q.no}" }',
            "q/main.tf": 'output "name" { value = "given" }\noutput "no" {}',
        },
        {"aws_sns_topic.t": "given-{output.no}"},
    ),
    "a module of a registry is a resource": (
        {"main.tf": 'module "q" {\n  source = "terraform-aws-modules/sqs/aws"\n  name = "far"\n}'},
        {"terraform.aws.modules.sqs.aws.q": "far"},
    ),
    "a module of a repository of the workspace": (
        {
            "app/main.tf": 'module "q" {\n  source = "git::https://x.example/mods.git//q?ref=v1"\n  name = "near"\n}',
            "mods/q/main.tf": 'variable "name" {}\nresource "aws_sqs_queue" "this" { name = var.name }',
        },
        {"app.q.aws_sqs_queue.this": "near"},
    ),
    "the variables of the likeliest file": (
        {
            "main.tf": 'variable "s" { default = "none" }\nresource "aws_sqs_queue" "a" { name = var.s }',
            "dev.tfvars": 's = "dev"',
            "envs/prod.tfvars": 's = "prod"',
        },
        {"aws_sqs_queue.a": "prod"},
    ),
    "the variables that are always read": (
        {
            "main.tf": 'variable "s" {}\nvariable "t" {}\nresource "aws_sqs_queue" "a" { name = "${var.s}${var.t}" }',
            "terraform.tfvars": 's = "always"',
            "prod.tfvars": 's = "prod"\nt = "-t"',
        },
        {"aws_sqs_queue.a": "always-t"},
    ),
    "a data source is the resource of its name": (
        {
            "a/main.tf": 'resource "aws_sqs_queue" "a" { name = "shared" }',
            "b/main.tf": (
                'data "aws_sqs_queue" "a" { name = "shared" }\n'
                'resource "aws_sns_topic" "t" { name = "${data.aws_sqs_queue.a.arn}-${data.aws_sqs_queue.b.arn}" }'
            ),
        },
        {"a.aws_sqs_queue.a": "shared", "b.aws_sns_topic.t": "arn::a.aws_sqs_queue.a-{data.aws_sqs_queue.b.arn}"},
    ),
    "remote state of a backend that is configured from outside": (
        {
            "network/main.tf": 'terraform {\n  backend "s3" {}\n}\noutput "name" { value = "net" }',
            "app/main.tf": (
                'data "terraform_remote_state" "n" {\n  config = { bucket = "b", key = "prod/network.tfstate" }\n}\n'
                'locals { out = data.terraform_remote_state.n.outputs }\n'
                'resource "aws_sns_topic" "t" { name = "${local.out.name}-${local.out.no}" }\n'
                'resource "aws_sns_topic" "u" { name = data.terraform_remote_state.n.backend }'
            ),
        },
        {"app.aws_sns_topic.t": "net-{prod/network.tfstate.no}", "app.aws_sns_topic.u": "{backend}"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MODULES)
def test_modules(case: str) -> None:
    files, expected = MODULES[case]
    stacks = read(files)
    assert {one.uid: shown(one.get("name")) for one in stacks.resources} == expected


def test_a_policy_document_is_put_together_from_others() -> None:
    text = """
data "aws_iam_policy_document" "base" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "whole" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
resource "some_thing" "it" {
  found = [for one in jsondecode(data.aws_iam_policy_document.whole.json).Statement : one.Action[0]]
  other = data.aws_iam_policy_document.whole.version
}
"""
    (it,) = read({"main.tf": text}).resources
    assert shown(it.get("found")) == ["s3:GetObject", "sqs:SendMessage"]
    assert shown(it.get("other")) == "{version}"


def test_modules_that_call_themselves_end() -> None:
    text = 'module "a" { source = "../b" }\nresource "aws_sqs_queue" "q" { name = "q" }'
    other = 'module "b" { source = "../a" }'
    start = 'module "a" { source = "./a" }'
    assert 1 <= len(read({"main.tf": start, "a/main.tf": text, "b/main.tf": other}).resources) < 10


def test_what_is_nested_too_deeply_stays_open() -> None:
    links = "\n".join(f"  l{at} = local.l{at + 1}" for at in range(200))
    text = f'locals {{\n{links}\n  l200 = "end"\n}}\nresource "some_thing" "it" {{\n  found = local.l0\n}}\n'
    stacks = read({"main.tf": text})
    assert shown(stacks.resources[0].get("found")) == "{l109}"


def test_blocks_of_one_name_are_a_list_and_dynamic_ones_are_among_them() -> None:
    text = """
resource "some_thing" "it" {
  rule { port = 1 }
  rule { port = 2 }
  dynamic "rule" {
    for_each = { a = 3, b = 4 }
    content { port = "${rule.key}${rule.value}" }
  }
  deep {
    rule { port = 1 }
    rule { port = 2 }
  }
}
"""
    (it,) = read({"main.tf": text}).resources
    assert shown(it.get("rule")) == [{"port": "1"}, {"port": "2"}, {"port": "a3"}, {"port": "b4"}]
    assert shown(it.get("deep", "rule")) == [{"port": "1"}, {"port": "2"}]
    assert it.text("rule", "port") == "1"
