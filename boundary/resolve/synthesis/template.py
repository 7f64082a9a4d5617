"""The template that a program of the CDK would make: resources from constructs, filled by what these are told later."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from posixpath import normpath, relpath

from boundary.facts import Expr, Join, Listing, Member, Record, Ref, Text
from boundary.facts.infra import Block
from boundary.model import Value
from boundary.resolve.code.things import Effect, Made, Pairs, Several, Thing
from boundary.resolve.synthesis.expressions import Names, camel, expression, text
from boundary.resolve.synthesis.rows import Type, called, made, rows

_FUNCTION = "AWS::Serverless::Function"
_STATEMENT, _PATTERN = "aws-iam.PolicyStatement", "aws-events.EventPattern"
_PARTS = frozenset({_STATEMENT, _PATTERN})
"""Constructs that make no resource, but are parts of what others are given."""

_APIS = frozenset({"AWS::Serverless::HttpApi", "AWS::Serverless::Api"})


@dataclass
class Resource:
    """A resource as it is put together: its place, its type, its properties."""

    label: str
    path: str
    line: int
    type: str
    body: dict[str, Expr]
    policies: list[Expr] = field(default_factory=list)
    events: list[Expr] = field(default_factory=list)
    given: dict[str, Expr] = field(default_factory=dict)

    def block(self) -> Block:
        """The resource as a template has it."""
        body = dict(self.body)
        if self.type == _FUNCTION and "Events" not in body:
            variables = body.get("Environment")
            told = (*(variables.entries if isinstance(variables, Record) else ()),
                    *((Text(name, self.line), value) for name, value in self.given.items()))  # fmt: skip
            body["Environment"] = Record(((Text("Variables", self.line), Record(tuple(told))),))
            body["Events"] = Record(tuple((Text(str(at), self.line), one) for at, one in enumerate(self.events)))
            body["Policies"] = Listing(tuple(self.policies))
        entries = tuple((Text(name, self.line), value) for name, value in body.items())
        return Block("cloudformation", "resource", self.type, self.label, Record(entries), line=self.line)


class Template:
    """What a program describes, construct by construct, then call by call."""

    def __init__(self, home: str, context: Iterable[Block] = ()) -> None:
        self._home = home
        self._context = tuple(context)
        self._names = Names(self._label, frozenset(one.name for one in self._context))
        self._by_key: dict[tuple[str, int, str], Resource] = {}
        self._labels: set[str] = set()
        self._wrapped: dict[tuple[str, int, str], str] = {}
        self._parts: dict[tuple[str, str, int], dict[str, Thing]] = {}
        self._outputs: dict[str, list[Block]] = defaultdict(list)
        self._further: list[Resource] = []

    def blocks(self) -> dict[str, list[Block]]:
        """The blocks by their files; the program's ``cdk.json`` takes them all in."""
        found: dict[str, list[Block]] = defaultdict(list, self._outputs)
        for one in (*self._by_key.values(), *self._further):
            found[one.path].append(one.block())
        if found:
            root = f"{self._home}/cdk.json".lstrip("/")
            inner = [path.removeprefix(self._home).lstrip("/") for path in sorted(found)]
            parts = [Block("cloudformation", "include", "", path, line=1) for path in inner]
            found[root] = [Block("cloudformation", "stack", "", "", line=1), *self._context, *parts]
        return found

    # --- constructs ------------------------------------------------------------------------------------------

    def resources(self, effects: Iterable[Effect]) -> None:
        """All constructs that make something; first, what each is called."""
        known = list(effects)
        first = [effect for effect in known if self._name(effect)]
        for effect in first:
            row = made(called(effect.call))
            if row is not None:
                self._fill(self._by_key[self._key(effect)], _given(effect), row)
            else:
                self._output(effect, _given(effect))

    def _name(self, effect: Effect) -> bool:
        """Note what a construct is; whether it is the first of its place that a template has."""
        key, name = self._key(effect), called(effect.call)
        self._wrapped.setdefault(key, name)
        if name.endswith("CfnParameter") and text(effect.get("id")) not in self._labels:
            self._parameter(effect, _given(effect))
        if name in _PARTS:
            args = effect.get("given")
            told = {**_options(args.items if isinstance(args, Several) else ()), **_named(effect)}
            self._parts[name, effect.site.path, effect.site.line] = told
        row = made(name)
        if row is None or key in self._by_key:
            return name.endswith("CfnOutput")
        self._by_key[key] = Resource(self._unique(effect), effect.site.path, effect.site.line, row.type, {})
        return True

    def _key(self, effect: Effect) -> tuple[str, int, str]:
        return effect.site.path, effect.site.line, text(effect.get("id"))

    def _unique(self, effect: Effect) -> str:
        written = re.sub(r"\W", "", text(effect.get("id"))) or f"{text(effect.get('construct'))}{effect.site.line}"
        label = written if written not in self._labels else f"{written}{effect.site.line}"
        self._labels.add(label)
        return label

    def _of(self, made: Thing | None) -> Resource | None:
        """The resource that a construct makes."""
        if not isinstance(made, Made) or made.site is None or made.type != "construct":
            return None
        return self._by_key.get((made.site.path, made.site.line, text(made.field("id"))))

    def _label(self, made: Made) -> str:
        found = self._of(made)
        return found.label if found is not None else ""

    def _expr(self, thing: Thing | None) -> Expr:
        return expression(thing, self._names)

    def _fill(self, resource: Resource, given: dict[str, Thing], row: Type) -> None:
        if row.plain:
            whole = _capital(self._expr(Pairs(tuple((Value.of(name), one) for name, one in given.items()))))
            entries = whole.entries if isinstance(whole, Record) else ()
            resource.body = {key.text: value for key, value in entries if isinstance(key, Text)}
            return
        for name, thing in given.items():
            key = row.rename.get(name) or name[:1].upper() + name[1:]
            several = thing.items if isinstance(thing, Several) else ()
            if resource.type == _FUNCTION and name == "events":
                for one in several:
                    self._caused(resource, one)
            elif name == "initialPolicy":
                resource.policies += (each for one in several for each in self._stated(one))
            elif name == "eventPattern" and (pattern := self._pattern(thing)) is not None:
                resource.body["EventPattern"] = pattern
            elif name == "targets":
                resource.body["Targets"] = Listing(tuple(self._target(one) for one in several))
            elif name == "handler" and resource.type in _APIS:
                self._route(resource, "/{proxy+}", "ANY", thing)
            elif key == "CodeUri":
                resource.body[key] = self._place(self._expr(thing))
            else:
                resource.body[key] = self._expr(thing)

    def _place(self, written: Expr) -> Expr:
        """A path to code from where the program lies; one that is told by the folder of its own file is a whole one."""
        told = written.text if isinstance(written, Text) else ""
        if told.startswith("//"):
            told = relpath(normpath(told[2:]), self._home or ".")
        return Text(told or ".")

    def _pattern(self, pattern: Thing) -> Expr | None:
        """What a rule lets pass, with the keys that events have."""
        told = _options((pattern,)) if isinstance(pattern, Pairs) else self._part(_PATTERN, pattern)
        if told is None:
            return None
        entries = (("detail-type" if key == "detailType" else key, self._expr(value)) for key, value in told.items())
        return Record(tuple((Text(key), value) for key, value in entries))

    def _target(self, thing: Thing) -> Expr:
        to = self._expr(thing)
        return Record(((Text("Arn"), self._arn(to)),))

    def _arn(self, to: Expr) -> Expr:
        kinds = {one.label: one.type for one in self._by_key.values()}
        named = isinstance(to, Ref) and kinds.get(to.name) not in (None, "AWS::SNS::Topic")
        return Join((to,)) if not named else _attribute(to)

    def _output(self, effect: Effect, given: dict[str, Thing]) -> None:
        entries = [(Text("Value"), self._expr(given.get("value")))]
        if "exportName" in given:
            entries.append((Text("Export"), Record(((Text("Name"), self._expr(given["exportName"])),))))
        one = Block("cloudformation", "output", "", self._unique(effect), Record(tuple(entries)), line=effect.site.line)
        self._outputs[effect.site.path].append(one)

    def _parameter(self, effect: Effect, given: dict[str, Thing]) -> None:
        default = ((Text("Default"), self._expr(given["default"])),) if "default" in given else ()
        kind, name = text(given.get("type")), text(effect.get("id"))
        self._labels.add(name)
        one = Block("cloudformation", "variable", kind, name, Record(default), line=effect.site.line)
        self._outputs[effect.site.path].append(one)

    # --- calls -----------------------------------------------------------------------------------------------

    def calls(self, effects: Iterable[Effect]) -> None:
        """What constructs are told after they were made."""
        for effect in effects:
            of, method = effect.get("from"), camel(text(effect.get("method")))
            args = effect.get("given")
            items = list(args.items) if isinstance(args, Several) else []
            items += list(_named(effect).values())
            resource = self._of(of)
            if method in ("addMethod", "addProxy") and isinstance(of, Made):
                self._rest(of, items, method)
            elif resource is None and method == "addSubscription" and items:
                self._subscribed(self._expr(of), items[0], effect)
            elif resource is not None:
                self._told(resource, method, items, effect)

    def _told(self, resource: Resource, method: str, items: list[Thing], effect: Effect) -> None:
        first = items[0] if items else None
        granted = rows().grants.get(resource.type, {}).get(method)
        if granted is not None and (user := self._of(first)) is not None:
            to = _attribute(Ref(resource.label)) if resource.type != "AWS::SNS::Topic" else Ref(resource.label)
            user.policies.append(_statement(Listing(tuple(Text(one) for one in granted)), to))
        elif method == "addEnvironment" and len(items) > 1:
            resource.given[text(first)] = self._expr(items[1])
        elif method == "addEventSource":
            self._caused(resource, first)
        elif method == "addToRolePolicy" and first is not None:
            resource.policies += self._stated(first)
        elif method == "addTarget" and first is not None:
            before = resource.body.get("Targets")
            so_far = before.items if isinstance(before, Listing) else ()
            resource.body["Targets"] = Listing((*so_far, self._target(first)))
        elif method == "addSubscription" and first is not None:
            self._subscribed(Ref(resource.label), first, effect)
        elif method == "addRoutes":
            self._routes(resource, {**_options(items), **_named(effect)})

    def _caused(self, function: Resource, source: Thing | None) -> None:
        """What starts a function."""
        if not isinstance(source, Made) or source.site is None:
            return
        key = (source.site.path, source.site.line, text(source.field("id")))
        cause = rows().sources.get(self._wrapped.get(key, ""))
        if cause is not None:
            of = self._expr(source.field("first"))
            stream = _attribute(of, "StreamArn") if cause.kind == "DynamoDB" else self._arn(of)
            said = Record(((Text(cause.names), stream if cause.kind != "S3" else of),))
            function.events.append(Record(((Text("Type"), Text(cause.kind)), (Text("Properties"), said))))

    def _stated(self, statement: Thing) -> Iterator[Expr]:
        """A statement of a policy, as it was made where it stands."""
        given = self._part(_STATEMENT, statement)
        if given is not None and text(given.get("effect")) != "DENY":
            yield _statement(self._expr(given.get("actions")), self._expr(given.get("resources")))

    def _part(self, name: str, thing: Thing) -> dict[str, Thing] | None:
        """What a part of a construct was given where it was made, None for a thing that is none."""
        site = thing.site if isinstance(thing, Made) else None
        return self._parts.get((name, site.path, site.line)) if site is not None else None

    def _subscribed(self, topic: Expr, subscription: Thing, effect: Effect) -> None:
        to = self._arn(self._expr(subscription))
        body = {"TopicArn": topic, "Protocol": Text("sqs"), "Endpoint": to}
        label = f"Subscription{len(self._further)}"
        self._further.append(Resource(label, effect.site.path, effect.site.line, "AWS::SNS::Subscription", dict(body)))

    # --- gateways --------------------------------------------------------------------------------------------

    def _routes(self, api: Resource, given: dict[str, Thing]) -> None:
        methods = given.get("methods")
        verbs = [text(one) for one in methods.items] if isinstance(methods, Several) else ["ANY"]
        for verb in verbs:
            self._route(api, text(given.get("path")), verb, given.get("integration"))

    def _rest(self, of: Made, items: list[Thing], method: str) -> None:
        """``api.root.addResource("a").addMethod("GET", …)``: the path stands in what the calls were made on."""
        parts: list[str] = ["{proxy+}"] if method == "addProxy" else []
        at: Thing | None = of
        while isinstance(at, Made) and at.type == "construct-part":
            if camel(text(at.field("method"))) in ("addResource", "resourceForPath"):
                parts.insert(0, text(at.field("first")).strip("/"))
            at = at.field("from")
        api = self._of(at)
        if api is not None:
            verb = "ANY" if method == "addProxy" else text(items[0]) if items else "ANY"
            self._route(api, "/" + "/".join(parts), verb, items[1] if len(items) > 1 else None)

    def _route(self, api: Resource, path: str, verb: str, integration: Thing | None) -> None:
        """An operation, as an event of the function behind it."""
        to = self._expr(integration)
        found = [one for one in self._by_key.values() if isinstance(to, Ref) and one.label == to.name]
        if found and found[0].type == _FUNCTION and path:
            http = api.type == "AWS::Serverless::HttpApi"
            said = Record(((Text("Path"), Text(path)), (Text("Method"), Text(verb)),
                           (Text("ApiId" if http else "RestApiId"), Ref(api.label))))  # fmt: skip
            kind = Text("HttpApi" if http else "Api")
            found[0].events.append(Record(((Text("Type"), kind), (Text("Properties"), said))))


def _capital(expr: Expr) -> Expr:
    """The properties of a resource as a template spells them: constructs have them in small letters."""
    if isinstance(expr, Listing):
        return Listing(tuple(_capital(item) for item in expr.items))
    if not isinstance(expr, Record):
        return expr
    entries: list[tuple[Expr, Expr]] = []
    for key, value in expr.entries:
        name = key.text if isinstance(key, Text) else ""
        inner = value if name in ("eventPattern", "pattern", "variables") else _capital(value)
        entries.append((Text(name[:1].upper() + name[1:]), inner))
    return Record(tuple(entries))


def _attribute(to: Expr, name: str = "Arn") -> Expr:
    return Member(to, name)


def _statement(actions: Expr, to: Expr) -> Expr:
    inner = Record(((Text("Effect"), Text("Allow")), (Text("Action"), actions), (Text("Resource"), to)))
    return Record(((Text("Statement"), Listing((inner,))),))


def _named(effect: Effect) -> dict[str, Thing]:
    named = effect.get("named")
    return {camel(text(key)): value for key, value in named.entries} if isinstance(named, Pairs) else {}


def _options(items: Iterable[Thing]) -> dict[str, Thing]:
    """The object among the arguments of a call."""
    found = next((one for one in items if isinstance(one, Pairs)), Pairs())
    return {camel(text(key)): value for key, value in found.entries}


def _given(effect: Effect) -> dict[str, Thing]:
    """What a construct is given besides its scope and its id."""
    args = effect.get("given")
    return {**_options(args.items[2:] if isinstance(args, Several) else ()), **_named(effect)}
