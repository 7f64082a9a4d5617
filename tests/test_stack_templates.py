"""Templates of CloudFormation: what names mean across files, and what parameters, secrets and ARNs lead to."""

from __future__ import annotations

from typing import Any

import pytest
from stacking import read, shown

from boundary.model import Value

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
        ("!Ref ServerlessRestApi", "@main.ServerlessRestApi"),
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
