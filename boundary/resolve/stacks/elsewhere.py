"""What data sources of Terraform look up that no stack of its own makes, but one of another language may.

A parameter stands for what it holds: as a dynamic reference, which is followed when all stacks are known. See
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/ssm_parameter .
"""

from __future__ import annotations

from boundary.model import Value
from boundary.resolve.stacks.attributes import attribute
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.things import Handle, Resource, Space, Thing

_HELD = ("value", "insecure_value")


def looked_up(data: Resource) -> Thing:
    """What a data source gives that is not found among Terraform's own resources."""
    name = as_text(data.get("name"))
    if data.type != "aws_ssm_parameter" or not any(isinstance(part, str) for part in name.parts):
        return Handle(data)
    held = Value.of("{{resolve:ssm:", name, "}}")
    return Space(lambda part: held if part in _HELD else attribute(data, part))
