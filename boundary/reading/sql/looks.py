"""Whether a text in a program is a statement: told from prose by a verb, its partner word, and how they are written."""

from __future__ import annotations

import re

from boundary.reading.sql.words import words

LONGEST_HEAD = 8_000
"""Characters that are looked at; what a text is shows early."""

_LEAD = re.compile(
    r"(?:\s++|\(|--[^\n]*+\n|/\*.{0,2000}?\*/|;|(?:BEGIN|START\s+TRANSACTION|SET\s[^;]{1,200}|USE\s+\S{1,80}|PRAGMA[^;]{1,200})\s*+;"
    r"|EXPLAIN\s+(?:ANALYZE\s|VERBOSE\s|QUERY\s+PLAN\s|EXTENDED\s|\([^()]*\))*)*+",
    re.DOTALL | re.IGNORECASE,
)
_NAME = r"""[\w"`\[({:%$?@#][^\s;(]*"""
_OBJECT = (
    r"(?:(?:OR\s+REPLACE|GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|EXTERNAL|VIRTUAL|FOREIGN|MATERIALIZED|RECURSIVE|UNIQUE|"
    r"FULLTEXT|CLUSTERED|NONCLUSTERED|EVENT|CONSTRAINT|TRANSIENT|DEFINER\s*=\s*\S+|ALGORITHM\s*=\s*\S+|SQL\s+SECURITY\s+\w+)"
    r"\s+)*(?:TABLE|VIEW|INDEX|TRIGGER|FUNCTION|PROCEDURE|PROC|SCHEMA|DATABASE|SEQUENCE|EXTENSION|SERVER|POLICY|RULE|"
    r"TYPE|SYNONYM|USER\s+MAPPING|PUBLICATION|SUBSCRIPTION|ROLE|USER|DOMAIN)\s+" + _NAME
)
_BEHIND = {
    "SELECT": rf"(?P<list>.+?)\b(?P<partner>FROM)\s*(?P<name>{_NAME})(?P<rest>.*)|\s+dblink\w*\s*\(",
    "WITH": rf"\s+(?:RECURSIVE\s+)?{_NAME}\s*(?:\([^()]*\)\s*)?AS\s*(?:NOT\s+)?(?:MATERIALIZED\s*)?\(",
    "INSERT": rf"\s+(?:(?:OR\s+\w+|IGNORE|OVERWRITE|DELAYED|LOW_PRIORITY|BULK)\s+)*(?P<partner>INTO)\s+(?:TABLE\s+)?"
    rf"(?P<name>{_NAME})\s*(?:\(|VALUES\b|VALUE\b|SELECT\b|SET\b|DEFAULT\b|WITH\b|AS\b|PARTITION\b|[{{%]|$)",
    "UPDATE": rf"\s+(?:(?:ONLY|IGNORE|LOW_PRIORITY)\s+)?(?P<name>{_NAME}).{{0,2000}}?\b(?P<partner>SET)\s+"
    r"(?:[^=;]{1,200}=|[{%])",
    "DELETE": rf"(?:\s+[\w.]+)?\s+(?P<partner>FROM)\s+(?P<name>{_NAME})(?P<rest>.*)",
    "MERGE": rf"\s+(?P<partner>INTO\s+)?(?P<name>{_NAME}).{{0,300}}?\bUSING\s+\S+.*?\bON\b",
    "REPLACE": rf"\s+(?P<partner>INTO)\s+(?P<name>{_NAME})\s*(?:\(|VALUES|SELECT|SET)",
    "UPSERT": rf"\s+(?P<partner>INTO)\s+(?P<name>{_NAME})\s*(?:\(|VALUES|SELECT)",
    "CREATE": rf"\s+{_OBJECT}",
    "ALTER": rf"\s+{_OBJECT}",
    "DROP": rf"\s+{_OBJECT}",
    "TRUNCATE": rf"\s+TABLE\s+{_NAME}",
    "COPY": rf"\s+(?:\(.*\)|{_NAME}).*?\b(?:FROM|TO)\s+(?:STDIN|STDOUT|PROGRAM|['{{%:$])",
    "REFRESH": r"\s+MATERIALIZED\s+VIEW\s+\S",
    "RENAME": r"\s+TABLE\s+\S+\s+TO\s+\S",
    "LOAD": r"\s+DATA\s+.*?\bINTO\s+TABLE\s+\S",
    "IMPORT": r"\s+FOREIGN\s+SCHEMA\s+\S",
    "LOCK": r"\s+TABLES?\s+\S",
    "GRANT": r"\s+.{1,300}?\bON\s+\S.{0,300}?\bTO\s+\S",
    "REVOKE": r"\s+.{1,300}?\bON\s+\S.{0,300}?\bFROM\s+\S",
    "EXEC": r"\s+(?:sp_\w+|@|\()",
    "EXECUTE": r"\s+(?:IMMEDIATE\b|format\s*\(|')",
    "DO": r"\s+\$\w*\$",
    "DECLARE": r"\s+@\w|\s.*?\bBEGIN\b",
}
_PATTERNS = {verb: re.compile(pattern, re.DOTALL | re.IGNORECASE) for verb, pattern in _BEHIND.items()}
_VERB = re.compile(r"[A-Za-z]+")
_ARTICLES = words("the an your our this that these those my its their any each all one some existing above")
_KEYWORDS = words(
    "as where join inner left right full cross natural on using order group limit having union set for returning with "
    "offset intersect except fetch window"
)
_OPERATOR = re.compile(r"[=<>*(,;{%?]|\w\.\w")


def looks_like_sql(text: str) -> bool:
    """Whether a text is a statement: it begins with a verb that has its partner and does not read like a sentence."""
    head = text[:LONGEST_HEAD]
    lead = _LEAD.match(head)
    start = lead.end() if lead else 0
    verb = _VERB.match(head, start)
    pattern = _PATTERNS.get(verb.group().upper()) if verb else None
    found = pattern.match(head, verb.end()) if pattern and verb else None
    return found is not None and verb is not None and not _is_prose(verb.group(), found, head)


def _is_prose(verb: str, found: re.Match[str], head: str) -> bool:
    groups = found.groupdict()
    partner = (groups.get("partner") or verb).strip()
    if verb.isupper() and partner.isupper():
        return False
    if verb.istitle() and not _OPERATOR.search(head):
        return True
    name = (groups.get("name") or "").lower()
    if name in _ARTICLES or (name == "a" and _follows(groups.get("rest") or "")):
        return True
    listed = (groups.get("list") or "").lower()
    said = listed.split()
    return not _OPERATOR.search(listed) and (len(said) > 4 or not _ARTICLES.isdisjoint(said))


def _follows(rest: str) -> bool:
    word = _VERB.match(rest.strip())
    return word is not None and word.group().lower() not in _KEYWORDS
