"""Libraries: packages of the workspace that services ship, and to whom each file belongs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from boundary.facts import Apply, Assign, Class, Dependency, Expr, Fact, Import, Item, Member, Package, Ref
from boundary.model import Location
from boundary.resolve.deployables import needed
from boundary.resolve.files import Files, ancestors, fold, folder, inside, is_code, within
from boundary.resolve.includes import included
from boundary.resolve.landscape import Library, Service, Unit
from boundary.resolve.nature import has_data, is_contract_name
from boundary.resolve.recipe import Recipe
from boundary.resolve.recipes import Recipes

_MESSAGES = frozenset(
    ["BaseModel", "TypedDict", "NamedTuple", "Enum", "StrEnum", "IntEnum", "Struct", "Message", "RootModel"]
)
_BUSINESS = frozenset(["IRequestHandler", "INotificationHandler", "ICommandHandler", "IQueryHandler", "AggregateRoot"])
"""What the cases of a business and its objects are derived from (MediatR, libraries for domains)."""
_HTTP = frozenset(["requests", "httpx", "aiohttp", "urllib3", "grpc", "urllib"])

_KIND = re.compile(r"[-_.](service|svc|api|app|server|web|host)$")
"""What a program's name says of its kind and not of its business."""

Homes = dict[str, tuple[str, ...]]


def libraries(files: Files, services: Sequence[Service], recipes: Recipes) -> tuple[list[Library], Homes]:
    """The libraries, by id, and the homes of the landscape."""
    homes = _own(files, services, recipes)
    asked = needed(files)  # A library may be built as a program is, by plugins that it has in common with them.
    packages = {
        folder(path): (path, package) for path, package in files.all(Package)
        if folder(path) not in homes
        and (package.runs is not True or (package.ecosystem, fold(package.name)) in asked)
    }  # fmt: skip
    users = _users(files, services, homes, packages)
    for where, shipping in (*_copied(files, services, homes, recipes), *included(files, services)):
        users[where].add(shipping)
    for where, sharing in recipes.compiled.shared(services).items():
        if not any(one in homes for one in (where, *ancestors(where))):
            users[where] |= sharing
    for root in {folder(path) for path, one in files.all(Package) if one.members and one.ecosystem == "maven"}:
        if root in packages:
            homes |= _of_parent(files, services, root, users.pop(root, set()))
    found = []
    brought = _brought(files, packages)
    for root, (path, package) in sorted(packages.items()):
        if users.get(root):
            name = package.name or root.rpartition("/")[2]
            place = Location(path, package.line, package.column)
            nature = _nature(files, root)
            if (nature == "domain" or (nature == "technical" and root in brought)) and _is_within_one(services, root):
                del users[root]  # The service's own part, which others depend on as on its package.
                continue
            ids = tuple(sorted(users[root]))
            found.append(Library(f"package:{name}", name, root, place, package.ecosystem, nature, ids))
    for root, sharing in users.items():
        if any(within(place, root) for one in services if one.id not in sharing for place in one.roots):
            continue  # what lies around the services of others is nobody's code: a manifest for the tools of all
        around = next((homes[one] for one in (root, *ancestors(root)) if one in homes), ())
        homes[root] = tuple(sorted({*sharing, *around}))
    return found, dict(sorted((_whole(files, services) | homes).items()))


def _brought(files: Files, packages: Iterable[str]) -> set[str]:
    """Packages with classes that a project of another repository takes in by their path: no library is given away like
    that."""
    known, found = set(packages), set[str]()
    for path, one in files.all(Dependency):
        where = inside(folder(path), one.target) if one.target and one.origin == "path" else None
        root = next((each for each in (where, folder(where or "")) if each in known), None)
        if root is not None and files.repository(path) != files.repository(root):
            found.add(root)
    return {root for root in found if any(files.of(path, Class) for path in files.below(root))}


def _is_within_one(services: Sequence[Service], root: str) -> bool:
    """Whether a folder lies in that of one service, in which there is no other one."""
    around = [(one.id, place) for one in services for place in one.roots if place and place != root]
    keepers = [(identity, place) for identity, place in around if within(root, place)]
    return len(keepers) == 1 and not any(
        within(other, keepers[0][1]) for identity, other in around if identity != keepers[0][0]
    )


def _whole(files: Files, services: Sequence[Service]) -> Homes:
    """Repositories that are one service's: what stands beside its project there (contracts, schemas, scripts) is its
    own as well; others there are called after it (``orders-worker``) or are its team's, and then other packages are
    nobody's. One from which others are deployed is a platform's."""
    repositories = {one.repository for one in services if one.roots} - {""}
    inside: dict[str, set[str]] = defaultdict(set)
    for service in services:
        places = (*service.roots, *(unit.location.path for unit in service.units))
        for above in {one for place in places for one in (place, *ancestors(place))} & repositories:
            inside[above].add(service.id)
    by_id = {one.id: one for one in services}
    sharing = {where: [by_id[one] for one in sorted(ids)] for where, ids in inside.items()}
    whole: Homes = {
        where: (one,) for where, found in sharing.items() if (one := _first_of(inside[where]) or _called(where, found))
    }
    several = [where for where in whole if len(inside[where]) > 1]
    apart = {folder(path) for path, _ in files.all(Package)} - whole.keys() if several else set()
    return {root: () for root in apart if any(within(root, where) for where in several)} | whole


def _first_of(ids: set[str]) -> str:
    """The service that all others are called after, "" for none."""
    shortest = min(ids, key=lambda one: (len(one), one))
    return shortest if all(one == shortest or one.startswith(f"{shortest}-") for one in ids) else ""


def _called(where: str, among: Sequence[Service]) -> str:
    """The service that is called as its repository, where all that run from there are one team's; "" for none."""
    if len({one.party.team for one in among} - {None}) != 1 or any(one.party.team is None for one in among):
        return ""
    name = _KIND.sub("", where.rpartition("/")[2].lower())
    found = [one.id for one in among if _KIND.sub("", one.name.lower()) == name]
    return found[0] if len(found) == 1 else ""


def _of_parent(files: Files, services: Sequence[Service], root: str, users: set[str]) -> Homes:
    """What a parent of modules says counts for all of them, but what lies below it is no code of theirs. Maven's
    modules name their parent, Gradle's projects are told by their folders."""
    below = {one.id for one in services if any(within(place, root) for place in one.roots)}
    kinds: tuple[type[Fact], ...] = (Package, Dependency)
    manifests = [path for path in files.folders[root] if any(files.of(path, kind) for kind in kinds)]
    return {path: tuple(sorted(users | (below if ".gradle" in path else set()))) for path in manifests}


def _own(files: Files, services: Sequence[Service], recipes: Recipes) -> Homes:
    """The services' roots. A folder of programs, and one that is built into an image with several, belongs to all of
    them, as far as it is not a program's own; Java's modules and Go's programs say by themselves what they need."""
    modules = {folder(path) for path, one in files.all(Package) if one.ecosystem == "maven"}
    found: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for root in service.roots:
            found[root].add(service.id)
    built: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for service in services:
        for unit in service.units:
            recipe = recipes.get(unit.dockerfile, unit.stage)
            apart = unit.build not in service.roots and (
                modules.issuperset(service.roots) or recipes.compiled.mains.issuperset(service.roots)
            )
            if unit.build is not None and not apart and (recipe is None or "." in recipe.copied):
                built[unit.build, unit.dockerfile].add(service.id)
    together: dict[str, set[str]] = defaultdict(set)
    for (root, _), ids in built.items():
        if len(ids) > 1:
            together[root] |= ids
    for root, ids in [(root, ids) for root, ids in found.items() if root.endswith(".py")]:
        around = (together[one] for one in ancestors(root) if one in together)
        found[folder(root)] |= ids.union(*(others for others in around if ids & others))
    for root, ids in together.items():
        found[root] |= ids
    return {root: tuple(sorted(ids)) for root, ids in found.items()}


# --- who ships it -------------------------------------------------------------------------------------------


def _users(
    files: Files, services: Sequence[Service], homes: Homes, packages: dict[str, tuple[str, Package]]
) -> dict[str, set[str]]:
    """Package folder → services that depend on it, through other packages too."""
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for root, (_, package) in packages.items():
        named[package.ecosystem, fold(package.name)].append(root)
    needs: dict[str, set[str]] = defaultdict(set)
    for path, dependency in files.all(Dependency):
        target = _target(path, dependency, packages, named)
        if target is not None and target != folder(path) and dependency.scope != "dev":
            needs[folder(path)].add(target)
    programs: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for root in service.roots:
            for above in ancestors(root) if root.endswith(".py") else ():
                programs[above].add(service.id)
    starts: dict[str, list[str]] = defaultdict(list)
    for where in needs:
        around = next((homes[one] for one in (where, *ancestors(where)) if one in homes), None)
        for identity in programs.get(where, ()) if around is None else around:
            starts[identity].append(where)
    users: dict[str, set[str]] = defaultdict(set)
    for identity, waiting in starts.items():
        seen = set(waiting)
        while waiting:
            for target in needs.get(waiting.pop(), ()):
                users[target].add(identity)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    return users


def _target(
    path: str, dependency: Dependency, packages: dict[str, tuple[str, Package]], named: dict[tuple[str, str], list[str]]
) -> str | None:
    if dependency.target.startswith(":"):
        steps = dependency.target.strip(":").replace(":", "/")
        places = (inside(above, steps) for above in ancestors(path))
        return next((one for one in places if one in packages), None)
    if dependency.target and dependency.origin in ("path", "workspace"):
        where = inside(folder(path), dependency.target)
        return where if where in packages else folder(where or "") if folder(where or "") in packages else None
    found = named.get((dependency.ecosystem, fold(dependency.name)), [])
    if len(found) != 1 or (dependency.origin == "git" and not is_cloned(dependency.target, found[0])):
        return None
    return found[0]


def is_cloned(url: str, root: str) -> bool:
    """Whether a package lies in the repository that is cloned, which is called as its address ends."""
    repository = re.split("[/:]", re.split("[#?]", url)[0].rstrip("/"))[-1].removesuffix(".git")
    return bool(repository) and repository in root.split("/")


def _copied(files: Files, services: Sequence[Service], homes: Homes, recipes: Recipes) -> Iterator[tuple[str, str]]:
    """Files and folders that Dockerfiles of services copy and that are nobody's own."""
    built: dict[str, list[tuple[str, Unit]]] = defaultdict(list)
    for service in services:
        for unit in service.units:
            built[unit.dockerfile or ""].append((service.id, unit))
    roots = {root for service in services for root in service.roots if root}
    above = {one for root in roots for one in ancestors(root)}
    teams = _teams(services)
    team = {one.id: one.party.team for one in services}
    for path, recipe in recipes.by_path.items():
        around = next((homes[one] for one in ancestors(path) if one and one in homes), ())
        uses = [(one, unit.build, dict(unit.contexts)) for one, unit in built[path] if unit.build is not None]
        for identity, base, named in uses or [(one, recipes.context(recipe), {}) for one in around]:
            for source in _sources(recipe, base, named):
                own = source in above or any(one in roots for one in (source, *ancestors(source)))
                kept = teams.get(files.repository(source), "")
                own = own or bool(kept and team[identity] and kept != team[identity])
                if source and not own and (source in files.folders or (source in files.by_path and is_code(source))):
                    yield source, identity


def _teams(services: Sequence[Service]) -> dict[str, str]:
    """The teams of repositories all of whose services are one team's."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in services:
        found[one.repository].add(one.party.team or "")
    return {where: teams.pop() for where, teams in found.items() if where and len(teams) == 1}


def _sources(recipe: Recipe, base: str, named: dict[str, str]) -> Iterator[str]:
    written = [(base, source) for source in recipe.copied]
    written += [
        (named[copy.origin], source) for copy in recipe.foreign if copy.origin in named for source in copy.sources
    ]
    for start, source in written:
        found = inside(start, source.lstrip("/") or ".")
        if found is not None:
            yield found


# --- what it is ---------------------------------------------------------------------------------------------


def _nature(files: Files, root: str) -> Literal["contract", "technical", "domain"]:
    """By its code: data is business, messages and clients alone are an interface, anything else is technical."""
    paths = files.below(root)
    if any(has_data(files.by_path[path]) or "/migrations/" in path for path in paths):
        return "domain"
    if any(_is_table(one) for path in paths for one in files.of(path, Assign)):
        return "domain"
    if any(_last(base) in _BUSINESS for path in paths for one in files.of(path, Class) for base in one.bases):
        return "domain"
    clients = {path for path in paths if any(one.module.partition(".")[0] in _HTTP for one in files.of(path, Import))}
    classes = [(path, one) for path in paths for one in files.of(path, Class)]
    messages = any(_is_message(one) for _, one in classes)
    others = [one for path, one in classes if path not in clients and not _is_message(one) and not _is_error(one)]
    speaks = messages or (clients and is_contract_name(root))
    return "contract" if speaks and not others else "technical"


def _last(expression: Expr) -> str:
    match expression:
        case Ref(name) | Member(_, name):
            return name
        case Apply(callee):
            return _last(callee)
        case Item(of):
            return _last(of)
    return ""


def _is_message(one: Class) -> bool:
    bases, decorators = {_last(base) for base in one.bases}, {_last(made) for made in one.decorators}
    return bool(one.kind in ("record", "enum") or bases & _MESSAGES or decorators & {"dataclass", "define", "frozen"})


def _is_error(one: Class) -> bool:
    return any(_last(base).endswith(("Error", "Exception")) for base in one.bases)


def _is_table(one: Assign) -> bool:
    """``orders = Table("orders", metadata, …)``."""
    return isinstance(one.value, Apply) and _last(one.value) == "Table" and len(one.value.args) > 1
