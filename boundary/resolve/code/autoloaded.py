"""Plugins of Fastify that ``@fastify/autoload`` finds in a folder: each is registered below the path of its folders.

Of a folder with an ``index`` file only that is taken, of any other all files; a file's ``autoPrefix`` stands for its
folders, its ``prefixOverride`` for everything. Source: the documentation of @fastify/autoload.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.model import Value
from boundary.resolve.code.things import Arguments, FunctionOf, Made, Pairs, Site, Thing, value_of

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

_LEFT_OUT = re.compile(r"(?:.*/)?(?:_hooks|autohooks)\.\w+|.*\.(?:d\.[cm]?ts|test\.\w+|spec\.\w+)")
_INDEX = re.compile(r"(?:.*/)?index\.\w+")
_MOST = 300  # files of one folder


def load(ev: Interpreter, options: Thing | None, router: Thing | None, site: Site, depth: int) -> None:
    """Register what a folder has."""
    folder = value_of(options.get("dir")).text if isinstance(options, Pairs) else None
    if not isinstance(options, Pairs) or not folder or not folder.startswith("//"):
        return
    nested = options.get("options")
    above = _text(nested.get("prefix")) if isinstance(nested, Pairs) else ""
    flat = _text(options.get("dirNameRoutePrefix")) == "false"
    for path, below in _files(ev, folder.strip("/")):
        function = ev.module_name(ev.program.files[path], "default")
        if isinstance(function, FunctionOf):
            prefix = above.rstrip("/") + (
                _text(ev.module_name(ev.program.files[path], "autoPrefix")) or ("" if flat else below)
            )
            prefix = _text(ev.module_name(ev.program.files[path], "prefixOverride")) or prefix
            fields: tuple[tuple[str, Thing], ...] = (("prefix", Value.of(re.sub(r"/_|(?<=[^/])__", _named, prefix))),)
            fields += (("parent", router),) if isinstance(router, Made) else ()
            given = Arguments((Made("router", fields, Site(path, site.line, site.column)), nested or Pairs()))
            ev.apply(function, given, site, depth + 1)


def _named(mark: re.Match[str]) -> str:
    """What stands before the name of a parameter: ``/_id`` is ``/:id``, ``/day-__id`` is ``/day-:id``."""
    return "/:" if mark[0] == "/_" else ":"


def _text(thing: Thing | None) -> str:
    return value_of(thing).text or ""


def _files(ev: Interpreter, folder: str) -> Iterator[tuple[str, str]]:
    """The files that are loaded, each with the path of the folders below the one that is named."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path in sorted(ev.program.files):
        rest = path.removeprefix(f"{folder}/")
        if rest != path and not _LEFT_OUT.fullmatch(rest):
            groups[rest.rpartition("/")[0]].append(path)
    left = _MOST
    for below, paths in sorted(groups.items()):
        index = [path for path in paths if _INDEX.fullmatch(path)]
        for path in (index or paths)[: max(left, 0)]:
            yield path, f"/{below}" if below else ""
        left -= len(index or paths)
