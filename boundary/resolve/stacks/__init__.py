"""Stacks: what Terraform, CloudFormation and their relatives deploy together, evaluated as far as files tell.

Expressions are evaluated lazily and symbolically: what is not known stays a hole and never becomes nothing. A resource
that others refer to is addressed by a name that no other resource has, so that a reference leads to it however it is
put into a text.
"""
