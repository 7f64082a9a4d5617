"""Pages of HTML that stand alone: styles inside, no scripts, nothing loaded from anywhere, everything escaped.

The policy in the head (https://www.w3.org/TR/CSP3/) makes a browser refuse whatever a name could have smuggled in.
"""

from __future__ import annotations

from html import escape

from boundary.reporters._safe import printable

_STYLE = """\
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --error: #c0262d; --warning: #a15c00; --info: #2563a8; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1.5rem; max-width: 72rem; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 .6rem; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
table { border-collapse: collapse; margin: .6rem 0; max-width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .7rem; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: .9em/1.45 ui-monospace, monospace; background: var(--soft); border-radius: .25rem; }
code { padding: .05rem .25rem; overflow-wrap: anywhere; }
pre { padding: .7rem; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
details { margin: .3rem 0; } summary { cursor: pointer; }
.scroll { overflow-x: auto; }
.error { color: var(--error); font-weight: 600; } .warning { color: var(--warning); font-weight: 600; }
.info { color: var(--info); } .faint { opacity: .7; }
.cards { display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; list-style: none; }
.cards li { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; min-width: 9rem; }
.cards b { display: block; font-size: 1.6rem; line-height: 1.2; }
.team { padding: .1rem .5rem; border-radius: .3rem; margin-right: .4rem; }
@media print { body { max-width: none; } details { break-inside: avoid; } }
"""


def page(title: str, body: str) -> str:
    """A whole page; ``body`` is HTML, ``title`` text."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)}</title>
<style>
{_STYLE}</style>
</head>
<body>
{body}</body>
</html>
"""


def text(words: object) -> str:
    """A text as HTML, also for attributes in quotes."""
    return escape(printable(str(words)))


def tag(name: str, inner: str, **attributes: str) -> str:
    """An element; ``inner`` is HTML, the attributes are texts (``class_`` for ``class``)."""
    given = "".join(f' {key.rstrip("_")}="{text(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{given}>{inner}</{name}>"


def table(head: list[str], rows: list[list[str]], numbers: frozenset[int] = frozenset()) -> str:
    """A table; cells are HTML, ``numbers`` the columns that hold figures."""

    def line(kind: str, cells: list[str]) -> str:
        return "".join(tag(kind, cell, class_="number" if at in numbers else "") for at, cell in enumerate(cells))

    body = "".join(f"<tr>{line('td', row)}</tr>\n" for row in rows)
    inner = f"<thead><tr>{line('th', head)}</tr></thead>\n<tbody>\n{body}</tbody>"
    return tag("div", tag("table", inner), class_="scroll") + "\n"
