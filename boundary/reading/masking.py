"""Lines of sources made fit to be shown: what opens a door is covered, what says where it is stays.

Reports travel further than repositories (logs, pull requests, dashboards). This is for eyes; nothing is decided by it.
"""

from __future__ import annotations

import re

_COVER = "***"
_WORD = r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credentials?)"
_REFERENCE = r"(?!\$|\{|%\(|<|null\b|none\b|true\b|false\b)"  # what is only a name for the secret may be seen

_PATTERNS = (
    # scheme://user:password@host; a password may hold every mark but blanks and quotes, a port is none
    re.compile(rf"(?P<keep>://[^\s/:@'\"]*:)(?!\d{{1,5}}(?:[/?#]|$)){_REFERENCE}[^\s'\"<>]+(?=@)"),
    # password: "…", 'api_key' = '…'
    re.compile(
        rf"(?i)(?P<keep>\b[\w.-]*{_WORD}[\w-]*[\"']?\s*(?::|=>?)\s*(?P<quote>[\"'])){_REFERENCE}[^\"']+(?=(?P=quote))"
    ),
    # DB_PASSWORD=…, POSTGRES_PASSWORD: …, and the same in a list; password=… inside a connection string
    re.compile(
        rf"(?P<keep>\b[A-Z0-9_]*{_WORD.upper()}[A-Z0-9_]*\s?[:=]\s?)(?![\s\"'\[({{])(?i:{_REFERENCE})[^\s\"',;&(]++(?!\()"
    ),
    re.compile(rf"(?i)(?P<keep>\b{_WORD}=)(?![\"'\[({{\w]*[.(\[]){_REFERENCE}[^\s\"',;&)]+"),
    # password: … alone on a line of YAML or of properties
    re.compile(rf"(?i)(?P<keep>^\s*(?:-\s*)?[\w.-]*{_WORD}\s*[:=]\s+){_REFERENCE}[^\s\"'#(\[]+$"),
)
_MAY = re.compile(rf"(?i)@|{_WORD}")
_LONGEST = 10_000


def masked(line: str) -> str:
    """The line with passwords, keys and tokens covered; one too long to be read by a person is cut off first."""
    line = line[:_LONGEST]
    if _MAY.search(line):
        for pattern in _PATTERNS:
            line = pattern.sub(rf"\g<keep>{_COVER}", line)
    return line
