"""``setup.py`` and ``setup.cfg``: packages of setuptools, read without running anything.

Keywords: https://setuptools.pypa.io/en/latest/references/keywords.html ; of ``setup.py`` only what is written as a
literal, or as a name that the module binds to one, is known.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extract import UnreadableSource
from boundary.extractors._manifests import Scope, group_scope
from boundary.extractors._requirement import ECOSYSTEM, requirement
from boundary.facts import Dependency, Package
from boundary.source import Source

FORMAT = "setup_py"

_SECTION = re.compile(r"\[([^\]]*)\]")
_ENTRY = re.compile(r"([A-Za-z][\w.-]*)\s*[=:]\s*(.*)")

Text = tuple[str, int]
"""A text and its line."""

_DEEPEST = 50
_MOST = 2000
"""Lists that are looked into: names bound to lists of names may stand for more than a memory holds."""


def matches(path: str) -> bool:
    """A file called ``setup.py`` or ``setup.cfg``."""
    return PurePosixPath(path).name in ("setup.py", "setup.cfg")


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The package and its dependencies; nothing when nothing is set up here."""
    if source.name == "setup.cfg":
        yield from _configured(source.text)
    else:
        yield from _called(source.text)


def _dependencies(texts: list[Text], scope: Scope) -> Iterator[Dependency]:
    for text, line in texts:
        found = requirement(text, line, scope)
        if found is not None:
            yield found


# --- setup.py -----------------------------------------------------------------------------------------------


def _called(text: str) -> Iterator[Package | Dependency]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        raise UnreadableSource("syntax", error.msg, error.lineno or 1, error.offset or 1) from None
    bound = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "setup":
            yield from _of_call(_Literals(bound), node)
            return


def _of_call(literals: _Literals, call: ast.Call) -> Iterator[Package | Dependency]:
    given = {key: value for keyword in call.keywords for key, value in literals.keywords(keyword)}
    name, version = (literals.texts(given.get(key)) for key in ("name", "version"))
    modules = [text for key in ("packages", "py_modules") for text, _ in literals.texts(given.get(key))]
    line = name[0][1] if name else call.lineno
    yield Package(
        ECOSYSTEM, name[0][0] if name else "", version[0][0] if version else "", modules=tuple(modules), line=line
    )
    yield from _dependencies(literals.texts(given.get("install_requires")), "runtime")
    for key, scope in (("setup_requires", "build"), ("tests_require", "dev")):
        yield from _dependencies(literals.texts(given.get(key)), scope)  # type: ignore[arg-type]
    for group, value in literals.entries(given.get("extras_require")):
        yield from _dependencies(literals.texts(value), group_scope(group))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


class _Literals:
    """Reads literals, through names that the module binds."""

    def __init__(self, bound: dict[str, ast.expr]) -> None:
        self._bound = bound
        self._left = _MOST

    def keywords(self, keyword: ast.keyword) -> list[tuple[str, ast.expr]]:
        """The keyword, or those of ``**settings``."""
        return [(keyword.arg, keyword.value)] if keyword.arg else self.entries(keyword.value)

    def texts(self, node: ast.expr | None, depth: int = 0) -> list[Text]:
        """The texts of a string or a list; those parts of it that are literal."""
        match self._followed(node):
            case ast.Constant(value=str() as text) as found:
                return [(line.strip(), found.lineno + at) for at, line in enumerate(text.split("\n")) if line.strip()]
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                pass
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                parts = [left, right]
            case ast.Starred(value=value):
                parts = [value]
            case _:
                return []
        self._left -= 1
        if depth >= _DEEPEST or self._left < 0:
            return []
        return [text for part in parts for text in self.texts(part, depth + 1)]

    def entries(self, node: ast.expr | None) -> list[tuple[str, ast.expr]]:
        """The entries of a dictionary, or of ``dict(…)``, whose keys are literal."""
        match self._followed(node):
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return [(k.value, v) for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)]
            case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                return [(one.arg, one.value) for one in keywords if one.arg]
        return []

    def _followed(self, node: ast.expr | None) -> ast.expr | None:
        for _ in range(_DEEPEST):
            if not isinstance(node, ast.Name):
                return node
            node = self._bound.get(node.id)
        return None


# --- setup.cfg ----------------------------------------------------------------------------------------------


def _configured(text: str) -> Iterator[Package | Dependency]:
    found: dict[tuple[str, str], list[Text]] = {}
    section, key = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        bare = re.sub(r"(?:^|\s)[#;].*", "", line)
        if header := _SECTION.match(bare):
            section, key = header[1].strip(), ""
        elif line[:1] in (" ", "\t") and key:
            found[section, key] += [(bare.strip(), number)] if bare.strip() else []
        elif entry := _ENTRY.match(bare):
            key = entry[1].replace("-", "_")
            found[section, key] = [(entry[2].strip(), number)] if entry[2].strip() else []
    name, version = found.get(("metadata", "name"), []), found.get(("metadata", "version"), [])
    if not any(one in ("metadata", "options") for one, _ in found):
        return
    modules = [text for key in ("packages", "py_modules") for text in _listed(found.get(("options", key), []))]
    yield Package(
        ECOSYSTEM,
        name[0][0] if name else "",
        version[0][0] if version and ":" not in version[0][0] else "",
        modules=tuple(text for text in modules if not text.endswith(":")),
        line=name[0][1] if name else 1,
    )
    yield from _dependencies(found.get(("options", "install_requires"), []), "runtime")
    yield from _dependencies(found.get(("options", "setup_requires"), []), "build")
    for (section, group), texts in found.items():
        if section == "options.extras_require":
            yield from _dependencies(texts, group_scope(group))


def _listed(texts: list[Text]) -> list[str]:
    return [part.strip() for text, _ in texts for part in text.split(",") if part.strip()]
