"""Syntax of newer Python, written as the version that reads it has it; for a text that cannot be read as it stands.

Lines stay where they are. What a literal says within an f-string may change, where it has to be written otherwise.
Sources: PEP 695 (type parameters), PEP 701 (f-strings), PEP 750 (template strings), PEP 758 (except without brackets).
"""

from __future__ import annotations

import re

_EXCEPT = re.compile(r"(?m)^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)(?=[ \t]*:)")
_BRACKETS = r"\[(?:[^\[\]\n]|\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\])*\]"
_ALIAS = re.compile(rf"(?m)^([ \t]*)type[ \t]+(\w+)(?:{_BRACKETS})?(?=[ \t]*=)")
_PARAMETERS = re.compile(rf"(?m)^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+){_BRACKETS}(?=[ \t]*[(:])")
_TOKEN = re.compile(r"#[^\n]*|(?<!\w)(?P<prefix>[rbuftRBUFT]{0,2})(?P<quote>'''|\"\"\"|'|\")")
_ENDS = {
    quote: re.compile(rf"(?:[^\\{quote[0]}]|\\.|{quote[0]}(?!{quote[1:]}))*{quote}" if len(quote) > 1
                      else rf"(?:[^\\{quote}\n]|\\.)*{quote}", re.DOTALL)
    for quote in ("'", '"', "'''", '"""')
}  # fmt: skip


def older(text: str) -> str:
    """The text without what only newer versions read."""
    text = _EXCEPT.sub(r"\1(\2)", text)
    text = _PARAMETERS.sub(r"\1", _ALIAS.sub(r"\1\2: TypeAlias", text))
    return _with_plain_strings(text)


def _with_plain_strings(text: str) -> str:
    """All f-strings with other quotes inside than around, and without backslashes there."""
    found: list[str] = []
    at = 0
    while token := _TOKEN.search(text, at):
        found.append(text[at : token.start()])
        quote, prefix = token["quote"], (token["prefix"] or "").lower()
        at = token.end()
        if not quote:
            found.append(token[0])
        elif "f" in prefix or "t" in prefix:
            body, at = _formatted(text, at, quote)
            found.append(f"{prefix.replace('t', 'f')}{quote}{body}")
        else:
            end = _ENDS[quote].match(text, at)
            found.append(token[0] + text[at : end.end() if end else at])
            at = end.end() if end else at
    return "".join((*found, text[at:]))


def _formatted(text: str, at: int, quote: str) -> tuple[str, int]:
    """The rest of an f-string from its first quotes on, and where it ends."""
    found: list[str] = []
    depth = 0
    while at < len(text):
        letter = text[at]
        if depth == 0 and text.startswith(quote, at):
            return "".join(found) + quote, at + len(quote)
        if depth == 0 and (letter == "\\" or text[at : at + 2] in ("{{", "}}")):
            found.append(text[at : at + 2])
            at += 2
            continue
        if depth and letter in "\"'":
            plain, at = _inner(text, at, quote)
            found.append(plain)
            continue
        depth += (letter == "{") - (letter == "}")
        found.append(letter)
        at += 1
    return "".join(found), at


def _inner(text: str, at: int, around: str) -> tuple[str, int]:
    """A text within a placeholder, in the quotes that the f-string does not have; one with placeholders of its own is
    not looked into."""
    quote = text[at : at + 3] if text.startswith(text[at] * 3, at) else text[at]
    end = _ENDS[quote].match(text, at + len(quote))
    if end is None:
        return text[at], at + 1
    other = "'" if around[0] == '"' else '"'
    body = re.sub(r"\\.|[\"'\\\n]", " ", text[at + len(quote) : end.end() - len(quote)])
    return f"{other}{body}{other}", end.end()
