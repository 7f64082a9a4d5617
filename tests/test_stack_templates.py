"""Templates of CloudFormation and modules of Terraform: what names mean across files, and what starts functions."""

from __future__ import annotations

from typing import Any

import pytest

from boundary.config import Config
from boundary.discover.snapshot import Memory
from boundary.gather import gather
from boundary.model import Value
from boundary.resolve import resolve
from boundary.resolve.files import Files
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Handle, Null, Rows, Thing


def read(files: dict[str, str]) -> Stacks:
    return Stacks(Files(gather(Memory(files), 1).files))


def shown(thing: Thing) -> Any:
    if isinstance(thing, Rows):
        return [shown(one) for one in thing.items]
    if isinstance(thing, Handle):
        return f"@{thing.resource.uid}"
    return str(thing) if isinstance(thing, Value) else None if isinstance(thing, Null) else type(thing).__name__


TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: test}
  Open: {Type: String}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /tea/stored}
  Unstored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /tea/nobody/has/it}
Mappings:
  Sizes:
    test: {Nodes: "1"}
Conditions:
  IsTest: !Equals [!Ref Stage, test]
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: /tea/stored, Value: kept}
  Empty:
    Type: AWS::SSM::Parameter
    Properties: {Name: /tea/empty}
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: inner.yaml
      Parameters: {Given: !Sub "${Stage}-given"}
  Lost:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: nowhere.yaml}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: work}
  It:
    Type: Custom::Thing
    Properties:
      Found: FOUND
Outputs:
  Exported:
    Value: !Ref Queue
    Export: {Name: !Sub "${Stage}-queue"}
  Kept: {Value: nothing}
"""

INNER = """
Parameters:
  Given: {Type: String, Default: other}
  Default: {Type: String, Default: by itself}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Ref Given}
Outputs:
  Name: {Value: !Ref Table}
  Default: {Value: !Ref Default}
"""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("!Ref Stage", "test"),
        ("!Ref Open", "{Open}"),
        ("!Ref Stored", "kept"),
        ("!Ref Unstored", "{Unstored}"),
        ("!Ref Absent", "{Absent}"),
        ("!Ref Queue", "@main.Queue"),
        ("!GetAtt Queue.Arn", "arn::main.Queue"),
        ('!Sub "${AWS::Region}-${AWS::AccountId}"', "region-account"),
        ('!Sub ["${a}-${Stage}", {a: b}]', "b-test"),
        ('!Join ["-", [a, !Ref Stage]]', "a-test"),
        ("!Select [1, [a, b]]", "b"),
        ('!Split [",", "a,b"]', ["a", "b"]),
        ("!FindInMap [Sizes, !Ref Stage, Nodes]", "1"),
        ("!FindInMap [Absent, a, b]", "{Absent.a.b}"),
        ("!If [IsTest, a, b]", "a"),
        ("!If [IsProd, a, b]", "b"),
        ("!If [Absent, a, b]", "a"),
        ("!ImportValue test-queue", "@main.Queue"),
        ("!ImportValue nobodys", "{nobodys}"),
        ("!GetAtt Inner.Outputs.Name", "@inner.Table"),
        ("!GetAtt Inner.Outputs.Default", "by itself"),
        ("!GetAtt Inner.Outputs.Absent", "{main.Inner.Outputs.Absent}"),
        ("!GetAtt Lost.Outputs.Name", "{main.Lost.Outputs.Name}"),
        ("!Ref ServerlessRestApi", "main.ServerlessRestApi"),
        ("!Ref AWS::NoValue", None),
    ],
)
def test_what_a_template_says(written: str, expected: Any) -> None:
    stacks = read({"main.yaml": TEMPLATE.replace("FOUND", written), "inner.yaml": INNER})
    assert shown(stacks.by_uid["main.It"].get("Found")) == expected
    assert stacks.by_uid["inner.Table"].text("TableName") == "test-given"


STORED = """
resource "aws_ssm_parameter" "whole" {
  name  = "/tea/whole"
  value = "held"
}
resource "aws_ssm_parameter" "plain" {
  name           = "plain"
  insecure_value = "too"
}
resource "aws_ssm_parameter" "staged" {
  name  = "/tea/${var.stage}/url"
  value = "http://cups"
}
variable "stage" {}
resource "aws_secretsmanager_secret" "inside" {
  name = "tea/inside"
}
resource "aws_secretsmanager_secret_version" "inside" {
  secret_id     = aws_secretsmanager_secret.inside.id
  secret_string = jsonencode({ user = "leaf", port = 5432 })
}
resource "aws_secretsmanager_secret" "empty" {
  name = "tea/empty"
}
"""

SECRET = """
Resources:
  Direct:
    Type: AWS::SecretsManager::Secret
    Properties: {Name: direct, SecretString: '{"user": "cup"}'}
"""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("plain text", "plain text"),
        ("a-{{resolve:ssm:/tea/whole}}-b", "a-held-b"),
        ("{{resolve:ssm:/tea/whole:3}}", "held"),
        ("{{resolve:ssm-secure:plain:1}}", "too"),
        ("{{resolve:ssm:/tea/prod/url}}", "http://cups"),
        ("{{resolve:ssm:/tea/{Stage}/url}}", "http://cups"),
        ("{{resolve:ssm:/tea/whole/more}}", "{/tea/whole/more}"),
        ("{{resolve:secretsmanager:tea/inside:SecretString:user}}", "leaf"),
        ("{{resolve:secretsmanager:direct:SecretString:user}}", "cup"),
        ("{{resolve:secretsmanager:tea/empty}}", "{aws_secretsmanager_secret.empty}"),
        ("https://x.execute-api.region.amazonaws.com/Prod/a", "https://x.execute-api.region.amazonaws.com/a"),
    ],
)
def test_dynamic_references(written: str, expected: str) -> None:
    stacks = read({"main.tf": STORED, "secret.yaml": SECRET})
    assert str(stacks.filled(Value.of(written))[0]) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("arn:aws:ssm:eu:1:parameter/tea/whole", "aws_ssm_parameter.whole"),
        ("arn:aws:ssm:eu:1:parameter/plain", "aws_ssm_parameter.plain"),
        ("arn:aws:secretsmanager:eu:1:secret:tea/inside-AbCdEf", "aws_secretsmanager_secret.inside"),
        ("arn:aws:secretsmanager:eu:1:secret:tea/inside", "aws_secretsmanager_secret.inside"),
        ("arn::aws_ssm_parameter.plain:x", "aws_ssm_parameter.plain"),
        ("aws_ssm_parameter.plain", "aws_ssm_parameter.plain"),
        ("arn:aws:sqs:eu:1:leaves", "aws_sqs_queue.leaves"),
        ("arn:aws:dynamodb:eu:1:table/cups", "aws_dynamodb_table.cups"),
        ("arn:aws:sqs:eu:1:nobodys", None),
    ],
)
def test_what_a_text_refers_to(written: str, expected: str | None) -> None:
    more = (
        'resource "aws_sqs_queue" "leaves" { name = "leaves" }\nresource "aws_dynamodb_table" "cups" { name = "cups" }'
    )
    found = read({"main.tf": f"{STORED}\n{more}\n"}).meant(Value.of(written))
    assert (found.uid if found else None) == expected


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


FUNCTIONS = """
resource "aws_lambda_function" "f" {
  function_name = "brew"
  filename      = "src.zip"
  handler       = "main.handler"
}
resource "aws_sqs_queue" "q" { name = "kettles" }
resource "aws_lambda_event_source_mapping" "m" {
  function_name    = aws_lambda_function.f.arn
  event_source_arn = ORIGIN
}
resource "aws_cloudwatch_event_rule" "r" {
  name          = "poured"
  event_pattern = jsonencode({ source = ["tea"], "detail-type" = ["poured", "spilt"] })
}
resource "aws_cloudwatch_event_target" "t" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = aws_lambda_function.f.arn
}
"""

SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Brew:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: main.handler
      Events:
        Any: {Type: HttpApi, Properties: {Path: /cups, Method: any}}
        Rule: {Type: EventBridgeRule, Properties: {Pattern: {source: [tea]}}}
        Topic: {Type: SNS, Properties: {Topic: "arn:aws:sns:eu:1:leaves"}}
        Timer: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {detail-type: [picked]}
      Targets: [{Id: a, Arn: !GetAtt Brew.Arn}, {Id: b, Arn: elsewhere}]
"""


def started(files: dict[str, str]) -> list[str]:
    graph = resolve(gather(Memory({**files, "brew/main.py": "def handler(e, c):\n    return 1\n"}), 1).files, Config())
    return sorted(f"{one.target} {one.kind} @ {one.location}" for one in graph.edges if one.kind != "depends")


@pytest.mark.parametrize(
    ("origin", "channel"),
    [("aws_sqs_queue.q.arn", "channel:kettles"), ('"arn:aws:sqs:eu:1:kettles"', "channel:kettles"),
     ('"arn:aws:kinesis:eu:1:stream/steam"', "channel:steam")],
)  # fmt: skip
def test_what_starts_functions_of_terraform(origin: str, channel: str) -> None:
    assert started({"brew/main.tf": FUNCTIONS.replace("ORIGIN", origin)}) == sorted(
        [
            f"{channel} subscribes @ brew/main.tf:10",
            "channel:tea/poured subscribes @ brew/main.tf:17",
            "channel:tea/spilt subscribes @ brew/main.tf:17",
        ]
    )


def test_what_starts_functions_of_templates() -> None:
    assert started({"brew/template.yaml": SAM}) == [
        "channel:leaves subscribes @ brew/template.yaml:12",
        "channel:picked subscribes @ brew/template.yaml:17",
        "channel:tea subscribes @ brew/template.yaml:11",
    ]
