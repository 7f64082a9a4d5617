"""Code of another service that is imported, in languages whose imports say which package they mean: LNK001.

Where an import leads is the matter of the language (``Naming.leads``); a path that code is loaded from, or that it is
looked for at, says so itself. A package of messages, of a generated client or
of technical code is no breach: that is how an interface is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from boundary.facts import Evaluate, FileFacts, Function, Import, Package
from boundary.model import Edge, Evidence, Location
from boundary.resolve.code.program import CodeFile
from boundary.resolve.context import Context
from boundary.resolve.files import ancestors, folder, inside, is_code, within
from boundary.resolve.imports import Load
from boundary.resolve.nature import has_data, is_contract, is_contract_file, is_domain, is_infrastructure
from boundary.resolve.whose import Whose, acts

_PYTHON = (".py", ".pyi")
"""What is loaded in Python is told by its imports, see ``boundary.resolve.imports``."""


def edges(context: Context, loads: Sequence[Load] = ()) -> list[Edge]:
    """``links`` edges of trait ``import``, one for each line that imports from a service. ``loads`` are the evaluated
    calls that load code."""
    whose = Whose(context.files, context.land)
    autoloaded = {
        folder(path): tuple(name.strip("\\").replace("\\", ".") for name in package.modules)
        for path, package in whose.files.all(Package) if package.ecosystem == "composer"
    }  # fmt: skip
    found: dict[tuple[str, str, Location], Edge] = {}
    for _, file in sorted(context.program.files.items()):
        for service in whose.of(file.path):
            if acts(whose.services[service]):
                for edge in _of_file(context, whose, file, service, autoloaded):
                    found.setdefault((edge.source, edge.target, edge.location), edge)
    for load in loads:
        for service in whose.of(load.location.path) if not load.location.path.endswith(_PYTHON) else ():
            if acts(whose.services[service]):
                for edge in (*_loaded(whose, load, service), *_by_name(context, whose, load, service)):
                    found.setdefault((edge.source, edge.target, edge.location), edge)
    return list(found.values())


def _of_file(
    context: Context, whose: Whose, file: CodeFile, service: str, autoloaded: Mapping[str, tuple[str, ...]]
) -> Iterator[Edge]:
    home = next((above for above in ancestors(file.path) if above in autoloaded), None)
    naming = context.program.naming(file.path)
    for fact in (*file.imports.values(), *file.stars):
        beside = file.language.names == "namespaces" and fact.module.startswith("./")
        path = _beside(whose, file, fact.module) if beside else naming.leads(file.path, fact)
        other = whose.other(path, service) if path else None
        if not path or other is None or _is_interface(whose, other, path) or whose.together(service, other, file.path):
            continue
        if home is not None and not within(path, home) and _is_loaded(fact.module, autoloaded[home]):
            continue  # Every application of Laravel is ``App``: a name of it that is missing is nobody else's.
        shown = _shown(fact)
        last = Evidence(Location(path), f"which is code of {whose.name(other)}")
        first = Evidence(Location(file.path, fact.line, fact.column), f"imports {shown}")
        yield Edge(service, other, "links", (first, last), traits=frozenset({"import"}), detail=shown)


def _is_loaded(module: str, prefixes: Sequence[str]) -> bool:
    """Whether Composer looks for a namespace in the folders of the package itself."""
    return any(f"{module}.".startswith(f"{prefix}.") for prefix in prefixes)


def _beside(whose: Whose, file: CodeFile, written: str) -> str | None:
    """The file that a path from the importer's folder means, with or without its ending (``require_relative``)."""
    path = inside(folder(file.path), written) or ""
    ending = "." + file.path.rpartition(".")[2]
    return next((one for one in (path, path + ending, path + ".rb") if one in whose.files.by_path), None)


def _loaded(whose: Whose, load: Load, service: str) -> Iterator[Edge]:
    """A file or folder of another service that code is loaded from; a bare name may as well be a package's."""
    written = str(load.target)
    path = whose.located(load.target, load.location.path, service) if "/" in written else None
    other = whose.other(path, service) if path else None
    if not path or other is None:
        return
    inner = path[len(whose.root(other, path)) :]
    if is_contract(inner, whose.below(path)) or (path in whose.files.by_path and _is_interface(whose, other, path)):
        return
    what = f"looks for code in {path}" if load.kind == "search" else f"loads {path}"
    evidence = (Evidence(load.location, what), Evidence(Location(path), f"which is code of {whose.name(other)}"))
    yield Edge(service, other, "links", evidence, traits=frozenset({"import"}), detail=path)


def _by_name(context: Context, whose: Whose, load: Load, service: str) -> Iterator[Edge]:
    """A class of another service that is looked up by its full name when the program runs."""
    module, _, name = (load.target.text or "").rpartition(".")
    file = context.program.files.get(load.location.path)
    if load.kind != "module" or not module or file is None or file.language.names != "namespaces":
        return
    path = context.program.naming(file.path).leads(file.path, Import(module, name))
    other = whose.other(path, service) if path else None
    if not path or other is None or _is_interface(whose, other, path) or whose.together(service, other, file.path):
        return
    first = Evidence(load.location, f"looks up {module}.{name} by its name")
    last = Evidence(Location(path), f"which is code of {whose.name(other)}")
    yield Edge(service, other, "links", (first, last), traits=frozenset({"import"}), detail=f"{module}.{name}")


def _is_interface(whose: Whose, other: str, path: str) -> bool:
    """Whether what is imported is a contract: by its name, because its package declares types and does nothing, or
    because most of the package is generated from contracts that lie there or beside it; or what describes how it is
    deployed."""
    home = folder(path)
    package = [one for one in whose.below(home) if folder(one.path) == home]
    written = [one for one in package if not one.mark]
    inside = path[len(whose.root(other, path)) :]
    imported = whose.files.by_path.get(path)
    if imported and is_infrastructure(imported):
        return True
    if any(has_data(one) for one in written):
        return False
    return is_contract(inside, written) or all(_only_types(one) for one in written) or _is_generated(package, written)


def _is_generated(package: Sequence[FileFacts], written: Sequence[FileFacts]) -> bool:
    """Whether stubs and messages are most of a package: names of channels and the like are added by hand."""
    stubs = sum(len(one.facts) for one in package if is_contract_file(one.path) and one not in written)
    return stubs > sum(len(one.facts) for one in written) and not any(is_domain(one) for one in written)


def _only_types(file: FileFacts) -> bool:
    """What the scripts of a manifest do beside the code is no matter of who imports that."""
    return not is_code(file.path) or not any(isinstance(fact, Function | Evaluate) for fact in file.facts)


def _shown(fact: Import) -> str:
    return fact.module + (f".{fact.name}" if fact.name and fact.name != "*" else "")
