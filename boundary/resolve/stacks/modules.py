"""Terraform: the root modules of a workspace, the modules that they call, and all resources of both.

A folder of ``.tf`` files is a module; one that no other folder calls is a root, a stack. Variables are what the caller
gives, else what ``.tfvars`` files say, else their defaults. See https://developer.hashicorp.com/terraform/language .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from boundary.facts import Expr, Record, Ref, Text
from boundary.facts.infra import Block
from boundary.model import Location, Value
from boundary.resolve.files import Files, folder, place
from boundary.resolve.stacks import bicep, registry
from boundary.resolve.stacks.elsewhere import looked_up
from boundary.resolve.stacks.evaluator import Evaluator, Names, member
from boundary.resolve.stacks.rows import row
from boundary.resolve.stacks.things import (
    NULL,
    Encoded,
    Handle,
    Resource,
    Rows,
    Space,
    Table,
    Thing,
    below,
    document,
    items,
    text,
    unknown,
)

_DEEPEST = 8
"""Modules that call modules."""

_MOST_MODULES = 3_000
_MOST_INSTANCES = 60
"""Elements of ``for_each`` that are looked at one by one."""

_AUTOMATIC = re.compile(r"(^|/)terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$")
_LIKELY = ("prod", "production", "live", "main", "default")

_Written = tuple[str, Block]


@dataclass(eq=False)
class Module:
    """One call of a module: its folder, its own blocks, and what it is given."""

    folder: str
    prefix: str
    root: str
    inputs: dict[str, Callable[[], Thing]]
    blocks: dict[tuple[str, str], list[_Written]]
    calls_to: tuple[_Written, ...] = ()
    names: dict[str, Thing] = field(default_factory=dict)
    resources: dict[tuple[str, str], list[Resource]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, list[Module | Resource]] = field(default_factory=dict)


class Modules:
    """All modules; ``resources`` are those of all stacks in their order."""

    def __init__(self, files: Files, evaluator: Evaluator) -> None:
        self._files = files
        self._evaluator = evaluator
        self._left = _MOST_MODULES
        self._known: dict[tuple[int, str, str], Thing] = {}
        self._written: dict[str, list[_Written]] = defaultdict(list)
        self._given: dict[str, list[_Written]] = defaultdict(list)
        for path, one in files.all(Block):
            if one.language == "terraform":
                (self._given if one.kind == "assignment" else self._written)[folder(path)].append((path, one))
        for home, path, one in bicep.blocks(files):
            (self._given if one.kind == "assignment" else self._written)[home].append((path, one))
        self.resources: list[Resource] = []
        self.roots: list[Module] = []
        for where in sorted(self._uncalled()):
            if (module := self._module(where, "", where, {}, ())) is not None:
                self.roots.append(module)
        self._forget()

    def _forget(self) -> None:
        """What was evaluated to find out which resources there are may lack those that were found later."""
        self._known.clear()
        for resource in self.resources:
            resource.forget()

    # --- modules ---------------------------------------------------------------------------------------------

    def _uncalled(self) -> set[str]:
        """Folders that are modules and that no other one calls; a folder of mere providers and outputs is one too."""
        called = {
            target
            for where, written in self._written.items()
            for _, one in written
            if one.kind == "module" and (target := self._source(where, one)) is not None and target != where
        }
        return set(self._written) - called

    def _source(self, where: str, call: Block) -> str | None:
        """The folder that a module's source means: a path, or a repository of the workspace."""
        source = _literal(call.body, "source")
        if source.startswith(("./", "../")):
            found = place(folder(where) if where.endswith(bicep.ENDING) else where, source)
            return found if found in self._written else None
        inner = re.fullmatch(r"(?:git::)?.*?([\w.-]+?)(?:\.git)?//([\w./-]+)(?:\?.*)?", source)
        if inner:
            tail = f"{inner[1]}/{inner[2].strip('/')}"
            return next((one for one in self._written if one == tail or one.endswith(f"/{tail}")), None)
        return None

    def _module(
        self, where: str, prefix: str, root: str, inputs: dict[str, Callable[[], Thing]], calls: tuple[_Written, ...]
    ) -> Module | None:
        if self._left <= 0 or len(calls) > _DEEPEST:
            return None
        self._left -= 1
        blocks: dict[tuple[str, str], list[_Written]] = defaultdict(list)
        for path, one in self._written[where]:
            blocks[one.kind, f"{one.type}.{one.name}" if one.type else one.name].append((path, one))
        module = Module(where, prefix, root, inputs, blocks, calls)
        module.names = {
            "var": self._space(module, "variable", self._variable),
            "local": self._space(module, "local", self._local),
            "module": self._space(module, "module", self._call),
            "data": Space(lambda kind: Space(lambda name: self._data(module, kind, name))),
            "path": Table({"module": Value.of(where or "."), "root": Value.of(root or "."), "cwd": Value.of(".")}),
            "each": Table({}, {}, False), "count": Table({}, {}, False), "terraform": Table({}, {}, False),
        }  # fmt: skip
        self._declare(module)
        return module

    def _declare(self, module: Module) -> None:
        kinds = [one.type for (kind, _), written in module.blocks.items() if kind == "resource" for _, one in written]
        module.names |= {kind: Table({}, {}, False) for kind in kinds}  # Before any instance takes the names with it.
        for (kind, _), written in module.blocks.items():
            for path, one in written:
                if kind == "resource":
                    self._resources(module, path, one)
        for (kind, label), found in module.resources.items():
            space = module.names[kind]
            if isinstance(space, Table):
                space.entries[label] = Handle(found[0]) if len(found) == 1 else self._several(found)
        for (kind, name), _ in list(module.blocks.items()):
            if kind == "module":
                self._called(module, name)

    def _several(self, found: list[Resource]) -> Thing:
        return Table({one.label.partition("[")[2].strip('"]'): Handle(one) for one in found})

    def _resources(self, module: Module, path: str, one: Block) -> None:
        for key, names in self._instances(module, one):
            label = f"{one.name}{key}"
            resource = self._resource(module, path, one, label, names)
            module.resources[one.type, one.name].append(resource)
            self.resources.append(resource)

    def _resource(self, module: Module, path: str, one: Block, label: str, names: Names, kind: str = "") -> Resource:
        uid = ".".join(
            filter(None, [_dotted(module.root), _dotted(module.prefix), _dotted(kind or one.type), _dotted(label)])
        )
        return Resource(
            uid, kind or one.type, label, module.root, Location(path, one.line, one.column, one.end_line),
            row(kind or one.type), _body(one.body), lambda expr: self._evaluator.evaluate(expr, names),
            one.kind != "data", module.calls_to,
        )  # fmt: skip

    def _instances(self, module: Module, one: Block) -> Iterator[tuple[str, Names]]:
        """Each of ``for_each`` where its elements are known, none for a ``count`` of 0, else one for all."""
        each = self._inside(module, one, "for_each")
        elements = each if isinstance(each, Table) and each.whole else None
        if isinstance(each, Rows) and all(text(item) is not None for item in each.items):
            elements = Table({text(item) or "": item for item in each.items})
        if elements is not None:
            for key, value in list(elements.entries.items())[:_MOST_INSTANCES]:
                yield f'["{key}"]', {**module.names, "each": Table({"key": Value.of(key), "value": value})}
            return
        count = self._inside(module, one, "count")
        if text(count) != "0":
            yield "", module.names

    def _inside(self, module: Module, one: Block, key: str) -> Thing:
        found = _entry(one.body, key)
        return NULL if found is None else self._evaluator.evaluate(found, module.names)

    # --- names -----------------------------------------------------------------------------------------------

    def _space(self, module: Module, kind: str, find: Callable[[Module, str], Thing]) -> Space:
        def get(name: str) -> Thing:
            key = id(module), kind, name
            if key not in self._known:
                self._known[key] = unknown(name, "unknown")
                self._known[key] = find(module, name)
            return self._known[key]

        return Space(get, module.root if kind == "output" else "")

    def _variable(self, module: Module, name: str) -> Thing:
        if name in module.inputs:
            return module.inputs[name]()
        if not module.prefix and (said := self._assigned(module.folder, name)) is not None:
            return self._evaluator.evaluate(said, {})
        for _, one in module.blocks.get(("variable", name), ()):
            default = _entry(one.body, "default")
            if default is not None and default != Ref("null"):
                return self._evaluator.evaluate(default, {})
            if default is not None:
                return NULL
        return unknown(name, "parameter")

    def _assigned(self, where: str, name: str) -> Expr | None:
        """What variable files say: those that are always read, else the likeliest of those that are chosen."""
        files: dict[str, list[Block]] = defaultdict(list)
        for at in [where, *(one for one in self._given if one.startswith(f"{where}/" if where else ""))]:
            for path, one in self._given.get(at, ()) if at == where or not self._written.get(at) else ():
                files[path].append(one)
        always = [path for path in sorted(files) if _AUTOMATIC.search(path) and folder(path) == where]
        others = sorted((path for path in files if path not in always), key=_likely)
        for path in (*reversed(always), *others[:1]):
            for one in files[path]:
                if one.name == name:
                    return _entry(one.body, "value")
        return None

    def _local(self, module: Module, name: str) -> Thing:
        for _, one in module.blocks.get(("local", name), ()):
            value = _entry(one.body, "value")
            if value is not None:
                return self._evaluator.evaluate(value, module.names)
        return unknown(f"local.{name}")

    def _call(self, module: Module, name: str) -> Thing:
        found = self._called(module, name)
        made = [Handle(one) if isinstance(one, Resource) else self._outputs(one) for one in found]
        return made[0] if len(made) == 1 else Rows(tuple(made)) if made else unknown(f"module.{name}")

    def _called(self, module: Module, name: str) -> list[Module | Resource]:
        if name not in module.calls:
            module.calls[name] = []
            module.calls[name] = list(self._calls(module, name))
        return module.calls[name]

    def _calls(self, module: Module, name: str) -> Iterator[Module | Resource]:
        for path, one in module.blocks.get(("module", name), ()):
            target = self._source(module.folder, one)
            for key, names in self._instances(module, one):
                prefix = f"{module.prefix}.{name}{key}".strip(".")
                if target is None:
                    source = registry.plain(_literal(one.body, "source"))
                    made = self._resource(module, path, one, f"{name}{key}", names, registry.kind(source))
                    self.resources += (made, *registry.parts(source, made))
                    yield made
                    continue
                inputs = {k: self._later(v[0][1], names) for k, v in _body(one.body).items() if k not in _META}
                called = self._module(target, prefix, module.root, inputs, (*module.calls_to, (path, one)))
                if called is not None:
                    yield called

    def _later(self, expr: Expr, names: Names) -> Callable[[], Thing]:
        return lambda: self._evaluator.evaluate(expr, names)

    def _outputs(self, module: Module) -> Thing:
        return self._space(module, "output", self._output)

    def _output(self, module: Module, name: str) -> Thing:
        for _, one in module.blocks.get(("output", name), ()):
            value = _entry(one.body, "value")
            if value is not None:
                return self._evaluator.evaluate(value, module.names)
        return unknown(f"output.{name}")

    # --- what other stacks have ------------------------------------------------------------------------------

    def _data(self, module: Module, kind: str, name: str) -> Thing:
        key = id(module), "data", f"{kind}.{name}"
        if key not in self._known:
            self._known[key] = unknown(f"data.{kind}.{name}", "unknown")
            self._known[key] = self._looked_up(module, kind, name)
        return self._known[key]

    def _looked_up(self, module: Module, kind: str, name: str) -> Thing:
        written = module.blocks.get(("data", f"{kind}.{name}"))
        if not written:
            return unknown(f"data.{kind}.{name}")
        data = self._resource(module, *written[0], f"data.{name}", module.names)
        if kind == "terraform_remote_state":
            return Space(lambda part: self._state(data) if part == "outputs" else unknown(part))
        if kind == "aws_iam_policy_document":
            return Space(lambda part: document_of(data) if part == "json" else unknown(part))
        if kind == "google_iam_policy":
            bindings = Encoded(Table({"binding": data.get("binding")}))
            return Space(lambda part: bindings if part == "policy_data" else unknown(part))
        return self._same(data)

    def _same(self, data: Resource) -> Thing:
        """The resource of any stack that has the name which a data source asks for."""
        wanted = sought(data)
        if data.row is None or wanted == data.uid:
            return looked_up(data)
        fitting = [one for one in self.resources if one.type == data.type and sought(one) == wanted]
        near = [one for one in fitting if one.stack == data.stack]
        found = near or fitting
        return Handle(found[0]) if len({one.uid for one in found}) == 1 else looked_up(data)

    def _state(self, data: Resource) -> Thing:
        """The outputs of the stack whose state is kept where a data source reads it."""
        key = text(data.get("config", "key")) or text(data.get("config", "prefix")) or text(data.get("config", "path"))
        bucket = text(data.get("config", "bucket"))
        kept = [root for root in self.roots if key and self._backend(root) in ((bucket, key), (None, key))]
        if len(kept) == 1:
            return self._outputs(kept[0])
        return Space(lambda name: self._guessed(key or "", name))

    def _backend(self, root: Module) -> tuple[str | None, str | None]:
        for _, one in root.blocks.get(("stack", ""), ()):
            found = self._evaluator.evaluate(one.body, root.names)
            backend = below(found, "backend")
            for inner in backend.entries.values() if isinstance(backend, Table) else ():
                key = next(
                    (text(below(inner, name)) for name in ("key", "prefix", "path") if text(below(inner, name))), None
                )
                return text(below(inner, "bucket")), key
        return None, None

    def _guessed(self, key: str, name: str) -> Thing:
        """Where backends are configured from outside: the one stack that lies where the key says and has the output."""
        words = set(re.split(r"[/._-]+", key.lower())) - {"terraform", "tfstate", "state", ""}
        fitting = [
            root
            for root in self.roots
            if ("output", name) in root.blocks
            and self._backend(root) == (None, None)
            and words & set(re.split(r"[/._-]+", root.folder.lower()))
        ]
        return member(self._outputs(fitting[0]), name) if len(fitting) == 1 else unknown(f"{key}.{name}".strip("."))


_META = frozenset(("source", "version", "providers", "for_each", "count", "depends_on"))


def sought(one: Resource) -> str:
    """What a data source looks a resource up by: some names, and filters by name, are not what refers to it."""
    if one.row is None or not one.row.sought:
        return one.name
    filters = [each for each in items(one.get("filter")) if text(below(each, "name")) in ("group-name", "tag:Name")]
    values = [text(value) for each in filters for value in items(below(each, "values"))]
    return next((said for said in (*(one.text(*path.split(".")) for path in one.row.sought), *values) if said), one.uid)


def document_of(data: Resource) -> Thing:
    """An ``aws_iam_policy_document`` as the policy that it makes."""
    statements: list[Thing] = []
    for one in items(data.get("statement")):
        if isinstance(one, Table):
            renamed = {_POLICY.get(key, key): value for key, value in one.entries.items()}
            statements.append(Table(renamed, {_POLICY.get(key, key): line for key, line in one.lines.items()}))
    for name in ("source_policy_documents", "override_policy_documents"):
        for source in items(data.get(name)):
            statements += items(below(document(source), "Statement"))
    return Encoded(Table({"Statement": Rows(tuple(statements))}))


_POLICY = {"actions": "Action", "resources": "Resource", "effect": "Effect", "principals": "Principal",
           "condition": "Condition", "not_actions": "NotAction", "not_resources": "NotResource"}  # fmt: skip


def _body(body: Expr) -> dict[str, list[tuple[int, Expr]]]:
    found: dict[str, list[tuple[int, Expr]]] = defaultdict(list)
    for key, value in body.entries if isinstance(body, Record) else ():
        if isinstance(key, Text):
            found[key.text].append((key.line, value))
    return dict(found)


def _entry(body: Expr, name: str) -> Expr | None:
    pairs = body.entries if isinstance(body, Record) else ()
    return next((value for key, value in pairs if isinstance(key, Text) and key.text == name), None)


def _literal(body: Expr, name: str) -> str:
    found = _entry(body, name)
    return found.text if isinstance(found, Text) else ""


def _dotted(path: str) -> str:
    """A path or label in the letters of a host name."""
    return re.sub(r"[^A-Za-z0-9_]+", ".", path).strip(".")


def _likely(path: str) -> tuple[int, str]:
    words = re.split(r"[/._-]+", path.lower())
    return next((at for at, word in enumerate(_LIKELY) if word in words), len(_LIKELY)), path
