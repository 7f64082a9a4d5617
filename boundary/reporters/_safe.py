"""Text from a scanned repository made safe to show: no control characters reach a terminal, a log or a page."""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 controls, line and paragraph separators, the controls of writing direction (they can make code read
# otherwise than it runs: Unicode Technical Report 36, 3.5), byte order marks, and halves of surrogate pairs (which
# stand for undecodable bytes of file names).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """One line without anything that a terminal or a log would act on; tabs and line ends become blanks.

    What is dangerous is made visible (``\\x1b``). ``##[`` starts a command in the logs of two CI systems, wherever it
    stands in a line.
    """
    return _UNSAFE.sub(_shown, text).replace("##[", "# #[")


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\t\n\r":
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: wide East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def xml(text: str) -> str:
    """One line for an attribute or the text of an element of XML 1.0, whose section 2.2 says what may stand there."""
    from xml.sax.saxutils import escape

    return escape(_NONCHARACTERS.sub(_shown, printable(text)), {'"': "&quot;"})


def html(text: str) -> str:
    """One line for HTML within Markdown: nothing in it is markup, a link, or a call to a person (``@name``)."""
    shown = _MARKUP.sub(lambda match: f"&#{ord(match[0])};", printable(text))
    return shown.replace("&#64;", f"&#64;{_APART}").replace("&#35;", f"&#35;{_APART}")


def code(text: str) -> str:
    """A span of code in Markdown (CommonMark 6.1): its fence is longer than any run of backticks within."""
    text = printable(text) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    edge = " " if text.startswith("`") or text.endswith("`") or text.strip() != text else ""
    return fence + edge + text + edge + fence


_APART = "\u200b"  # a blank of no width: what follows `@` or `#` is no name of an account or issue then
_MARKUP = re.compile(r"[&<>`*\[\]~|\\#@$]|(?<!\w)_|_(?!\w)|(?<=[a-z]):(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]")
_NONCHARACTERS = re.compile("[\ufffe\uffff]")
