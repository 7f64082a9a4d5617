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
