"""Texts that Terraform takes in: templates by their endings, and definitions, policies and scripts by what they say.

A template is read as an expression, whose names are known only where it is taken in. Specifications:
https://developer.hashicorp.com/terraform/language/functions/templatefile ,
https://developer.hashicorp.com/terraform/language/functions/file .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import peek
from boundary.extractors._hcl import TooDeep, template
from boundary.extractors.terraform import grammar
from boundary.facts import Expr, TextFile, Unknown
from boundary.source import Source

FORMAT = "terraform-file"

LONGEST = 64 * 1024
"""Bytes of one file."""

_TEMPLATE = re.compile(r"\.(?:tpl|tftpl|tmpl)$")
_OTHER = re.compile(r"\.(?:json|sh|bash|ya?ml|cfg)$")
_SAYS = (b'"Statement"', b'"image"', b"docker run ")
"""What a policy, a task definition or a script that starts containers has in it."""


def matches(path: str) -> bool:
    """Templates, and files that may be taken in by their endings."""
    return _TEMPLATE.search(path) is not None or _OTHER.search(path) is not None


def extract(source: Source) -> Iterator[TextFile]:
    """The text of a file that Terraform may take in; a template of another language is none."""
    if len(source.data) > LONGEST or (_OTHER.search(source.path) and not any(one in source.data for one in _SAYS)):
        return
    text = peek(source)
    if text and "{{" not in text:
        yield TextFile(text, _read(text))


def _read(text: str) -> Expr:
    """The expression, without lines: those of the file that takes it in are other ones."""
    try:
        return template(text, 0, grammar())
    except TooDeep:
        return Unknown()
