"""What modules give that export names, or one thing as a whole: ``default`` of ECMAScript, ``module.exports``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import NOTHING, Known, Module, Nothing, Pairs, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter


def of_exports(ev: Interpreter, module: Module, name: str) -> Thing:
    """A name that a module gives as an entry of the one thing that it gives, or a name of a package from outside, whose
    default is the package itself."""
    importer = ev.program.files[module.importer]
    if module.path is None:
        known = Known(module.dotted)
        return known if name == "default" else ev.member(known, name, Frame(importer))
    given = whole(ev, module)
    if name == "default":
        return given
    file = ev.program.files[module.path]
    if isinstance(given, Module):
        given = ev.module_name(file, "module.exports") or ev.module_name(file, "default") or NOTHING
    return ev.member(given, name, Frame(importer))


def whole(ev: Interpreter, module: Module) -> Thing:
    """What a module stands for as a whole: what it assigns to ``module.exports``, unless that only collects names."""
    file = ev.program.files.get(module.path or "")
    given = ev.module_name(file, "module.exports") if file else None
    return module if given is None or isinstance(given, Nothing | Pairs) else given
