"""Facts about infrastructure that is declared: blocks of Terraform, resources of CloudFormation and its relatives."""

from __future__ import annotations

from typing import Literal

from boundary.facts.code import Expr, Record
from boundary.facts.fact import Fact

COMPOSED = "serverless-compose"
"""The type of a ``given`` block about a service that is deployed with others; its name is the service's folder."""


class Block(Fact, frozen=True):
    """A resource, variable, output … of an infrastructure definition, with its expressions as they stand there.

    ``kind`` is what it is in any of the languages: a parameter of a template is a ``variable``, a line of a
    ``.tfvars`` an ``assignment``, and ``stack`` says something of the file as a whole (a backend, a service's name).
    ``type`` is the resource's. The value of a ``local``, ``assignment`` or ``output`` stands under the key ``value``
    of the body, a block in a block under its name, once for each. Keys have the line where they stand. A file that
    another one takes in is that one's ``include``; it may ask for its ``setting``s, and its functions, ``fragment``s,
    have what is ``shared`` there; a ``part`` is what a variable may take in. An ``asset`` is what a build has
    packed, by its hash. What is ``given`` to the parameters of a template stands in a file of its own: ``type`` is the
    environment, ``name`` the template's path as written, "" for the one beside.

    Expressions have the form that code has, with these calls besides functions by their names: ``if`` (condition,
    then, else); ``for`` (collection, key or Unknown, element, condition), with the names of key and element as
    keywords; ``rest`` for what ``...`` spreads; operators by their signs. What ``[*]`` gives is a ``for``.
    """

    language: Literal["terraform", "cloudformation", "bicep"]
    kind: Literal["resource", "data", "module", "variable", "local", "output", "assignment", "mapping", "condition",
                  "stack", "provider", "include", "shared", "setting", "fragment", "part", "asset",
                  "given"]  # fmt: skip
    type: str
    name: str
    body: Expr = Record(())


class TextFile(Fact, frozen=True):
    """A text that infrastructure definitions take in from its file, as it stands there and as the ``template`` that it
    may be: its expressions (``${…}``) name what it is filled in with."""

    text: str
    template: Expr
