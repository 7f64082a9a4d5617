"""What stacks run: names, images, folders and variables of the workloads of every cloud, and what roles permit them."""

from __future__ import annotations

from typing import Any

import pytest

from boundary.config import Config
from boundary.discover.snapshot import Memory
from boundary.gather import gather
from boundary.resolve import resolve
from boundary.resolve.files import Files
from boundary.resolve.ownership import Ownership
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.workloads import units

BEANSTALK = """
resource "aws_elastic_beanstalk_environment" "e" {
  name = "kettle"
  tags = { team = "tea" }
  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "CUPS_URL"
    value     = "http://cups"
  }
  setting {
    namespace = "aws:ec2:vpc"
    name      = "VPCId"
    value     = "v"
  }
}
"""

LAMBDA_MODULE = """
module "f" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = "pourer"
  source_path   = [{ path = "${path.module}/src", pip = true }]
  environment_variables = { LEAVES = "http://leaves" }
}
"""

ECS_MODULE = """
module "s" {
  source = "terraform-aws-modules/ecs/aws//modules/service"
  name   = "steeper"
  container_definitions = {
    steeper = {
      image         = "example.com/steeper:1"
      environment   = [{ name = "A", value = "b" }]
      port_mappings = [{ containerPort = 8080 }]
    }
    cache = { image = "redis:7" }
  }
}
"""

DISCOVERED = """
Resources:
  Space:
    Type: AWS::ServiceDiscovery::PrivateDnsNamespace
    Properties: {Name: tea.local}
  Found:
    Type: AWS::ServiceDiscovery::Service
    Properties: {Name: cups, DnsConfig: {NamespaceId: tea.local}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: cups-task
      Tags: [{Key: team, Value: tea}]
      ContainerDefinitions:
        - Name: web
          Image: example.com/cups:1
          PortMappings: [{ContainerPort: 80}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      ServiceRegistries: [{RegistryArn: !GetAtt Found.Arn}]
      ServiceConnectConfiguration:
        Services: [{PortName: cups-port, ClientAliases: [{DnsName: cups-alias}]}]
"""

CASES: list[tuple[str, str, list[dict[str, Any]]]] = [
    (
        "main.tf",
        BEANSTALK,
        [{"name": "kettle", "kind": "environment", "image": None, "variables": {"CUPS_URL": "http://cups"},
          "labels": (("team", "tea"),)}],
    ),
    (
        "main.tf",
        LAMBDA_MODULE,
        [{"name": "pourer", "build": "src", "variables": {"LEAVES": "http://leaves"}}],
    ),
    (
        "main.tf",
        ECS_MODULE,
        [{"name": "steeper", "image": "example.com/steeper:1", "variables": {"A": "b"}, "ports": ["8080"]},
         {"image": "redis:7"}],
    ),
    (
        "main.yaml",
        DISCOVERED,
        [{"name": "cups-port", "names": ("cups.tea.local", "cups-alias", "web", "cups-task", "main.Task"),
          "ports": ["80"], "labels": (("team", "tea"),)}],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), CASES)
def test_units(path: str, text: str, expected: list[dict[str, Any]]) -> None:
    files = Files(gather(Memory({path: text, "src/main.py": "def f():\n    return 1\n"}), 1).files)
    found = list(units(Stacks(files), files, Ownership(files, Config())))
    assert len(found) == len(expected)
    for unit, wanted in zip(found, expected, strict=True):
        plain: dict[str, Any] = {name: getattr(unit, name) for name in wanted}
        for name in wanted:
            if name == "variables":
                plain[name] = {one.name: str(one.value) for one in unit.variables}
            elif name == "ports":
                plain[name] = [str(one.target) for one in unit.ports]
        assert plain == wanted


GRANTS = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: pourer
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement: [{Effect: Allow, Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:eu:1:table/cup*"}]
  Apart:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Roles: [pourer]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: ["sqs:SendMessage", "s3:GetObject"], Resource: !GetAtt Jobs.Arn}
          - {Effect: Allow, Action: "sqs:*", Resource: !GetAtt Role.Arn}
          - {Effect: Allow, Action: "sqs:*", Resource: "arn:aws:sqs:eu:1:*"}
  Pour:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Code: src, Handler: main.handler}
"""

KEPT = """
Resources:
  Cups:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: cups}
  Fill:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: main.handler}
"""


def test_grants_of_roles_and_managed_policies() -> None:
    jobs = "\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: jobs}\n"
    code = "def handler(event, context):\n    return 1\n"
    files = {"pour/template.yaml": GRANTS + jobs, "pour/src/main.py": code,
             "fill/template.yaml": KEPT, "fill/src/main.py": code}  # fmt: skip
    graph = resolve(gather(Memory(files), 1).files, Config())
    found = sorted(f"{one.source} {one.target} {one.kind} {one.location}" for one in graph.edges)
    assert "service:pour store:cups grants pour/template.yaml:11" in found
    assert [one for one in found if "store:" in one and "fill" not in one] == [
        "service:pour store:cups grants pour/template.yaml:11"
    ]
