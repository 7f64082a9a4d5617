"""Show a rule: what it finds, why it matters, good and bad examples, how to fix and how to accept a finding."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundary.checks.rule import Rule
    from boundary.cli._terminal import Terminal

_EXCEPT = """\
## To accept a finding

In `boundary.toml`, with a reason and, better, with a last day:

```toml
[[exceptions]]
rule = "{code}"
from = "…"
to = "…"
reason = "…"
until = 2030-12-31
```

Or in a comment on the line, or alone on the line above it: `boundary: ignore[{code}] the reason`
"""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("rule", metavar="CODE|NAME", help="such as DAT001 or foreign-table-read")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the document, laid out on a terminal and as Markdown elsewhere."""
    from boundary.checks.catalogue import find
    from boundary.cli._session import catalogue

    text = _document(find(catalogue().rules, arguments.rule))
    terminal.write(_laid_out(text, terminal) if terminal.colours(terminal.out) else text)
    return 0


def _document(rule: Rule) -> str:
    title, _, body = rule.body.strip().partition("\n")
    head = f"{title}\n\n{rule.code} {rule.name}, clause {rule.clause}, severity {rule.severity}\n"
    return f"{head}{body}\n\n{mending(rule)}{_EXCEPT.format(code=rule.code)}"


def mending(rule: Rule) -> str:
    """What `boundary fix` does about a rule, where it does something."""
    if not rule.rewrite:
        return ""
    option, risk = (" --unsafe-fixes", f"; {rule.unsafe}") if rule.unsafe else ("", "")
    words = rule.rewrite.replace("-", " ")
    return (
        f"## To let it be mended\n\n`boundary fix{option}` does it where it is certain to be right: {words}{risk}.\n\n"
    )


def _laid_out(text: str, terminal: Terminal) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown

    out = StringIO()
    width = min(terminal.width(terminal.out) or 100, 120)
    console = Console(file=out, force_terminal=True, color_system="standard", width=width, legacy_windows=False)
    console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
    return out.getvalue()
