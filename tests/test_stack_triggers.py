"""What starts functions: queues, topics, streams and events of stacks."""

from __future__ import annotations

import pytest

from boundary.config import Config
from boundary.discover.snapshot import Memory
from boundary.gather import gather
from boundary.resolve import resolve

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
