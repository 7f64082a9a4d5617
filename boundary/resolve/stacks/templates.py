"""CloudFormation: templates, their parameters, and the stacks in stacks.

Parameters are what the template around gives, what the parameter store keeps under their default or under the name that
a file beside the template maps them to, or else their default.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from boundary.facts import Expr, Record, Setting, Text
from boundary.facts.infra import Block
from boundary.model import Location, Value
from boundary.resolve.files import Files, folder, inside
from boundary.resolve.stacks import stacknames
from boundary.resolve.stacks.attributes import ARN, FUNCTION_URL
from boundary.resolve.stacks.environments import anywhere, words
from boundary.resolve.stacks.evaluator import Evaluator, as_text, member
from boundary.resolve.stacks.given import Given
from boundary.resolve.stacks.included import gathered
from boundary.resolve.stacks.rows import row
from boundary.resolve.stacks.things import Handle, Null, Resource, Space, Thing, below, unknown
from boundary.resolve.stacks.variants import variants

Kept = Callable[[Value], Thing | None]

_NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}

_PSEUDO = {"AWS::Region": "region", "AWS::AccountId": "account", "AWS::Partition": "aws",
           "AWS::URLSuffix": "amazonaws.com"}  # fmt: skip
"""Parameters that every stack has; where it runs tells no two resources apart."""

IMPLICIT = ("ServerlessRestApi", "ServerlessHttpApi", "HttpApi", "ApiGatewayRestApi")
"""The APIs that SAM and the Serverless Framework make where functions have events of such a kind."""


_LAMBDA = "LambdaFunction"


def uid_of(path: str, name: str) -> str:
    """What a resource of a template is called in the whole workspace."""
    stem = re.sub(r"\.(ya?ml|json|template)$", "", path)
    return re.sub(r"[^A-Za-z0-9_]+", ".", f"{stem}.{name}").strip(".")


def _never(name: str, _: Expr) -> Thing:
    """Nothing is written of what a framework makes."""
    return unknown(name)


def _always(thing: Thing, _: str) -> Thing:
    return thing


@dataclass(eq=False)
class Template(Mapping[str, Thing]):
    """One template: the names that its expressions may use. ``caller`` is the resource of the stack around."""

    path: str
    blocks: dict[tuple[str, str], Block]
    find: Callable[[Template, str], Thing]
    caller: Resource | None = None
    _known: dict[str, Thing] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Thing:
        if name not in self._known:
            self._known[name] = unknown(name, "unknown")
            self._known[name] = self.find(self, name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return (name for _, name in self.blocks)

    def __len__(self) -> int:
        return len(self.blocks)


class Templates:
    """All templates, by their paths; ``resources`` are theirs, ``called`` the services that some of them name."""

    def __init__(self, files: Files, evaluator: Evaluator, kept: Kept) -> None:
        self._files = files
        self._evaluator = evaluator
        self._kept = kept
        self._given = Given(files)
        self.resources: list[Resource] = []
        self.called: dict[str, str] = {}
        self._by_label: dict[tuple[str, str], Resource] = {}
        written = gathered(files)
        chosen = sorted(written.keys() - variants(written))
        self.templates = {path: self._template(path, written[path]) for path in chosen}
        self._nest()

    def _template(self, path: str, blocks: list[tuple[str, Block]]) -> Template:
        template = Template(path, {(one.kind, one.name): one for _, one in blocks}, self._find)
        for place, one in blocks:
            if one.kind == "resource":
                self._declare(template, place, one)
            elif one.kind == "stack":
                self.called[path] = one.name
        return template

    def _declare(self, template: Template, path: str, one: Block) -> None:
        uid = uid_of(template.path, one.name)
        body: dict[str, list[tuple[int, Expr]]] = defaultdict(list)
        for key, value in one.body.entries if isinstance(one.body, Record) else ():
            if isinstance(key, Text):
                body[key.text].append((key.line, value))
        resource = Resource(
            uid, one.type, one.name, template.path, Location(path, one.line, one.column), row(one.type),
            dict(body), lambda expr: self._evaluator.evaluate(expr, template),
        )  # fmt: skip
        self.resources.append(resource)
        self._by_label[template.path, one.name] = resource

    def _nest(self) -> None:
        """Tell the templates of inner stacks which resource stands for them."""
        for resource in self.resources:
            if resource.type in _NESTED:
                inner = self.templates.get(self._inner(resource))
                if inner is not None and inner.path != resource.stack:
                    inner.caller = resource

    def _inner(self, resource: Resource) -> str:
        """The template of an inner stack; one in a bucket is the one that ends as its address does."""
        written = str(as_text(resource.get(_NESTED[resource.type])))
        if "://" not in written:
            return inside(folder(resource.location.path), written) or ""
        words = re.split(r"[/}]", written.partition("://")[2])
        top = resource.location.path.partition("/")[0] if "/" in resource.location.path else ""
        for start in range(1, len(words)):
            tail = "/".join(words[start:])
            found = [one for one in self.templates if f"/{one}".endswith(f"/{tail}") and one != resource.location.path]
            near = [one for one in found if not top or one.startswith(f"{top}/")] or found
            if tail and near:
                return near[0] if len(near) == 1 else ""
        return ""

    # --- names -----------------------------------------------------------------------------------------------

    def _find(self, template: Template, name: str) -> Thing:
        if name == "<conditions>":
            return Space(lambda condition: self._said(template, "condition", condition))
        if name == "<mappings>":
            return Space(lambda mapping: self._mapping(template, mapping))
        if name == "<imports>":
            return Space(self._import)
        if name == "<stacks>":
            return Space(partial(self._of_stack, template))
        if (template.path, name) in self._by_label:
            resource = self._by_label[template.path, name]
            return Space(lambda part: self._output(resource, part)) if resource.type in _NESTED else Handle(resource)
        if name in _PSEUDO:
            return Value.of(_PSEUDO[name])
        if name in IMPLICIT:
            return Handle(self._implicit(template.path, name))
        if (made := self._made(template.path, name)) is not None:
            return made
        parameter = template.blocks.get(("variable", name))
        return unknown(name, "parameter") if parameter is None else self._parameter(template, parameter)

    def _implicit(self, path: str, name: str) -> Resource:
        """The API that a framework makes for events of functions which name none."""
        kind = "AWS::ApiGatewayV2::Api" if "Http" in name else "AWS::ApiGateway::RestApi"
        return Resource(uid_of(path, name), kind, name, path, Location(path, 1), row(kind), {}, partial(_never, name))

    def _made(self, path: str, name: str) -> Thing | None:
        """What the application model makes for a function: its address, and its role."""
        if name.endswith(_LAMBDA):  # What the Serverless Framework calls a function in its template.
            key = name.removesuffix(_LAMBDA).replace("Dash", "-").replace("Underscore", "_")
            own = self._by_label.get((path, key[:1].lower() + key[1:])) or self._by_label.get((path, key))
            return Handle(own) if own is not None and own.type == "AWS::Serverless::Function" else None
        uid = uid_of(path, name)
        whole = {"Url": Value.of("https://", uid, FUNCTION_URL), "Role": Value.of(ARN, uid)}
        for suffix, value in whole.items():
            function = self._by_label.get((path, name.removesuffix(suffix))) if name.endswith(suffix) else None
            if function is not None and function.type == "AWS::Serverless::Function":
                return Space(partial(_always, value))
        return None

    def _said(self, template: Template, kind: str, name: str) -> Thing:
        block = template.blocks.get((kind, name))
        if block is None:
            return unknown(name)
        return member(self._evaluator.evaluate(block.body, template), "value")

    def _mapping(self, template: Template, name: str) -> Thing:
        block = template.blocks.get(("mapping", name))
        return unknown(name) if block is None else self._evaluator.evaluate(block.body, template)

    def _parameter(self, template: Template, block: Block) -> Thing:
        if template.caller is not None:
            given = template.caller.get("Parameters", block.name)
            if not isinstance(given, Null):
                return given
        default = self._default(template, block)
        stored = block.type.startswith("AWS::SSM::Parameter::Value")
        named = self._mapped(template.path, block.name) or (default if stored and isinstance(default, Value) else None)
        if named is not None and (found := self._kept(named)) is not None:
            return found
        if stored:
            return unknown(block.name, "parameter")
        return default if not isinstance(default, Null) else unknown(block.name, "parameter")

    def _default(self, template: Template, block: Block) -> Thing:
        """What a parameter is given where the template is deployed, else what it is without that."""
        given = self._given.value(template.path, block.name)
        if given is not None:
            return self._evaluator.evaluate(given, template)
        return below(self._evaluator.evaluate(block.body, template), "Default")

    def _mapped(self, path: str, name: str) -> Value | None:
        """The name in the parameter store that a file beside the template gives for a parameter."""
        for beside in self._files.folders.get(folder(path), ()):
            for setting in self._files.of(beside, Setting):
                if setting.key.rpartition(".")[2] == name and str(setting.value).startswith("/"):
                    return setting.value
        return None

    # --- outputs ---------------------------------------------------------------------------------------------

    def _output(self, stack: Resource, part: str) -> Thing:
        template = self.templates.get(self._inner(stack))
        block = template.blocks.get(("output", part.removeprefix("Outputs."))) if template else None
        if template is None or block is None:
            return unknown(f"{stack.uid}.{part}")
        return member(self._evaluator.evaluate(block.body, template), "Value")

    def _of_stack(self, asking: Template, name: str) -> Thing:
        """An output of a stack that is named as it is deployed: that of the one template whose folder, file or service
        is called so, whatever the environment."""
        stack, _, output = name.partition(".")
        wanted = words(stack)
        found = [
            one for path, one in self.templates.items()
            if one is not asking and ("output", output) in one.blocks and wanted and wanted <= self._words(path)
        ]  # fmt: skip
        if len(found) != 1:
            return unknown(name)
        body = found[0].blocks["output", output].body
        return member(self._evaluator.evaluate(body, found[0]), "Value")

    def _words(self, path: str) -> frozenset[str]:
        return words(f"{path}/{self.called.get(path, '')}")

    @cached_property
    def _exports(self) -> dict[str, tuple[Template, Block]]:
        return {name: found for name, found in self._exported() if not stacknames.is_of_stack(name)}

    @cached_property
    def _somewhere(self) -> dict[str, tuple[Template, Block]]:
        """Exports by their names whatever the environment, where those tell one from all others."""
        alike: dict[str, list[tuple[Template, Block]]] = defaultdict(list)
        for name, found in self._exports.items():
            alike[anywhere(name)].append(found)
        return {name: found[0] for name, found in alike.items() if len(found) == 1}

    def _exported(self) -> Iterator[tuple[str, tuple[Template, Block]]]:
        for template in self.templates.values():
            for (kind, _), block in template.blocks.items():
                if kind == "output":
                    name = below(self._evaluator.evaluate(block.body, template), "Export", "Name")
                    if isinstance(name, Value):
                        yield str(name), (template, block)

    def exported(self, name: Expr, template: Template) -> tuple[Template, Block] | None:
        """The output that a template means where it takes in an export, with the template that has it."""
        return self._export(str(as_text(self._evaluator.evaluate(name, template))))

    def _export(self, name: str) -> tuple[Template, Block] | None:
        found = self._exports.get(name) or self._somewhere.get(anywhere(name))
        return found or stacknames.meant(name, self._of_stacks)

    @cached_property
    def _of_stacks(self) -> stacknames.Following[tuple[Template, Block]]:
        """Exports that begin with the name of their stack, by what follows it, with the words of the template."""
        return stacknames.following((name, self._words(one[0].path), one) for name, one in self._exported())

    def _import(self, name: str) -> Thing:
        found = self._export(name)
        if found is None:
            return unknown(name)
        return member(self._evaluator.evaluate(found[1].body, found[0]), "Value")
