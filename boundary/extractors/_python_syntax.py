"""Python text as a syntax tree, or a clear reason why not: nothing crashes the parser, hangs it or fills the memory."""

from __future__ import annotations

import ast
import re
import sys
import warnings

from boundary.extract import UnreadableSource
from boundary.extractors._python_newer import older
from boundary.source import NotText, Source

LARGEST = 1_500_000
"""Characters; the largest real module measured has 1.3 MB. A tree takes up to 600 times its text: here up to 1 GB."""

COSTLIEST = 5_000_000_000
"""Placeholders times length of all f-strings of a file: what Python 3.11 needs grows with it, to 1 s at this limit."""

MOST_PLACES = 30_000
"""Opening braces of a file with f-strings: what later versions need grows with their square, to 3 s at this limit."""

_CODING = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_CODECS = re.compile(r"(?i)(latin|iso-?8859|cp\d|windows-\d|koi8|gb|big5|euc|shift)")

_STRING = re.compile(
    r"""#[^\n]*|(\b[a-zA-Z]{0,2})("{3}(?:[^"\\]+|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]+|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]+|\\.)*+"|'(?:[^'\\\n]+|\\.)*+')""",
    re.DOTALL,
)
_F_STRING = re.compile(r"(?i)\b(?:[ft]r?|r[ft])['\"]")
_TOO_DEEP = ("too many nested", "too many levels of indentation")
_PYTHON_2 = ("Missing parentheses in call to", "leading zeros in decimal", "multiple exception types must be")


def parse(source: Source) -> tuple[str, ast.Module]:
    """A source's text and syntax tree; raises UnreadableSource (``syntax``, ``depth``, ``size``) and NotText."""
    text = _text(source)
    if len(text) > LARGEST:
        raise UnreadableSource("size", f"{len(text) / 1e6:.1f} MB is more than the {LARGEST / 1e6} MB that are read")
    null = text.find("\0")
    if null >= 0:
        raise UnreadableSource("syntax", "a null byte, which no Python source has", text.count("\n", 0, null) + 1)
    braces = text.count("{")
    if (braces > MOST_PLACES and _F_STRING.search(text)) or (braces * len(text) > COSTLIEST < _cost(text)):
        raise UnreadableSource("depth", "f-strings with too many placeholders to be read")
    return text, _parsed(text)


def parse_annotation(text: str) -> ast.expr | None:
    """An annotation that is written as a string, as an expression; None when it is none (``Literal["a b"]``)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _text(source: Source) -> str:
    """The text, decoded as the file says in its first two lines where it is not UTF-8. Source: PEP 263."""
    try:
        return source.text
    except NotText:
        declared = _CODING.search(source.data[:1000])
        name = declared[1].decode() if declared else ""
        if b"\0" in source.data or not _CODECS.match(name):
            raise
        try:
            return source.data.decode(name).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, UnicodeDecodeError):
            raise NotText(f"not {name}, which the file says it is") from None


def _cost(text: str) -> int:
    """What the parser's work on f-strings grows with."""
    strings = (found[2] for found in _STRING.finditer(text) if found[1] and found[1].lower() in ("f", "rf", "fr", "t"))
    return sum(string.count("{") * len(string) for string in strings)


def _parsed(text: str) -> ast.Module:
    try:
        return _tree(text)
    except SyntaxError as error:
        plain = older(text)
        if plain != text:
            try:
                return _tree(plain)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
        what = "depth" if error.msg.startswith(_TOO_DEEP) else "syntax"
        raise UnreadableSource(what, _reason(error.msg), error.lineno or 1, error.offset or 1) from None
    except ValueError as error:
        raise UnreadableSource("syntax", str(error)) from None
    except (RecursionError, MemoryError):
        raise UnreadableSource("depth", "nested too deeply to be read") from None


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _reason(message: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if message.startswith(_PYTHON_2):
        return f"{message} (it looks like Python 2; it is read as Python {version})"
    return f"{message} (read as Python {version})"
