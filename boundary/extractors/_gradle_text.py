"""Scripts of Gradle as text: what is commented out, what stands between braces, and the catalogues that settings make.

The notations of catalogues: https://docs.gradle.org/current/userguide/version_catalogs.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import BuildAlias

STRING = r"""(?:"[^"\n]*"|'[^'\n]*')"""

_TEXT = r"""["']([^"'\n]*)["']"""
# What is not closed ends with its line or with the file, so that no text is searched twice.
_SKIPPED = re.compile(r""""(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|//[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*)""")
_BRACE = re.compile(r"[{}]")
_CATALOGUES = re.compile(r"\bversionCatalogs?\s*\{")
_MADE = re.compile(rf"""\b(?:(?:create|register|maybeCreate|named)\s*\(\s*{_TEXT}\s*\)|([a-z]\w*))\s*\{{""")
_LIBRARY = re.compile(
    rf"\b(?:library\s*\(\s*{_TEXT}\s*,|alias\s*\(\s*{_TEXT}\s*\)\s*\.\s*to\s*\()\s*{_TEXT}(?:\s*,\s*{_TEXT})?\s*\)"
)
_PLUGIN = re.compile(rf"\b(?:plugin\s*\(\s*{_TEXT}\s*,|alias\s*\(\s*{_TEXT}\s*\)\s*\.\s*toPluginId\s*\()\s*{_TEXT}")
_BUNDLE = re.compile(rf"\bbundle\s*\(\s*{_TEXT}\s*,\s*(?:listOf\s*\(|\[)([^\])]*)")
_FROM = re.compile(rf"\bfrom\s*\(?\s*(?:files\s*\(\s*)?{_TEXT}")


def uncommented(text: str) -> str:
    """The script without its comments; lines stay."""
    return _SKIPPED.sub(_blank_comment, text)


def _blank_comment(match: re.Match[str]) -> str:
    found = match[0]
    return re.sub(r"[^\n]", " ", found) if found.startswith("/") else found


def blocks(heads: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """Each block that begins with one of some heads, which end in its brace: the head, and where its inside is."""
    at = 0
    while match := heads.search(text, at):
        at, depth = len(text), 1
        end = at
        for brace in _BRACE.finditer(text, match.end()):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                at, end = brace.end(), brace.start()
                break
        yield match, match.end(), end


def without(heads: re.Pattern[str], text: str) -> str:
    """The script without some blocks; lines stay."""
    pieces, at = [], 0
    for head, _, end in blocks(heads, text):
        pieces += [text[at : head.start()], "\n" * text.count("\n", head.start(), end)]
        at = min(end + 1, len(text))
    return "".join((*pieces, text[at:]))


def rooted(path: str) -> str:
    """A path without the word for the folder that it begins in."""
    return re.sub(r"^\$\{?(?:rootDir|projectDir|rootProject\.projectDir|settingsDir)\}?/", "", path)


def catalogues(text: str) -> Iterator[BuildAlias]:
    """The catalogues that settings make, and the one that a project publishes, which is called by no name."""
    for head, start, end in blocks(_CATALOGUES, text):
        if head[0].startswith("versionCatalogs"):
            inside = text[start:end]
            made = [(one[1] or one[2], start + first, start + last) for one, first, last in blocks(_MADE, inside)]
        else:
            made = [("", start, end)]
        for name, first, last in made:
            yield from _entries(name, text[first:last], text.count("\n", 0, first) + 1)


def _entries(catalogue: str, text: str, line: int) -> Iterator[BuildAlias]:
    """What stands in one catalogue's block, which begins at a line."""
    found: list[tuple[int, BuildAlias]] = []
    for one in _LIBRARY.finditer(text):
        names = (f"{one[3]}:{one[4]}" if one[4] else one[3],)
        found.append((one.start(), BuildAlias(catalogue, one[1] or one[2], "library", names)))
    for one in _PLUGIN.finditer(text):
        found.append((one.start(), BuildAlias(catalogue, one[1] or one[2], "plugin", (one[3],))))
    for one in _BUNDLE.finditer(text):
        names = tuple(re.findall(_TEXT, one[2]))
        found.append((one.start(), BuildAlias(catalogue, one[1], "bundle", names)))
    for one in _FROM.finditer(text):
        found.append((one.start(), BuildAlias(catalogue, "", "source", (rooted(one[1]),))))
    counted, at = line, 0
    for start, alias in sorted(found, key=lambda each: each[0]):
        counted += text.count("\n", at, start)
        at = start
        yield BuildAlias(alias.catalogue, alias.alias, alias.kind, alias.names, line=counted)
