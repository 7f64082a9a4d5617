"""The template that a program of the CDK would make: resources from constructs, filled by what these are told later."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from posixpath import normpath, relpath

from boundary.facts import Expr, Join, Listing, Record, Ref, Text
from boundary.facts.infra import Block
from boundary.model import Value
from boundary.resolve.code.things import Effect, Made, Pairs, Several, Site, Thing
from boundary.resolve.synthesis import additions, networks
from boundary.resolve.synthesis.arguments import given_to, named, options
from boundary.resolve.synthesis.expressions import Names, camel, expression, text
from boundary.resolve.synthesis.policies import POLICIES, principal, statement
from boundary.resolve.synthesis.resources import FUNCTION, Resource, allowing, attribute, capital, filled
from boundary.resolve.synthesis.rows import Step, Type, called, made, rows

_MACHINE = "AWS::StepFunctions::StateMachine"
_STATEMENT, _PATTERN = "aws-iam.PolicyStatement", "aws-events.EventPattern"
_DOCUMENT = "aws-iam.PolicyDocument"
_ANY_STEP = "aws-stepfunctions-tasks.CallAwsService"
_PARTS = frozenset({_STATEMENT, _PATTERN, _DOCUMENT})
"""Constructs that make no resource, but are parts of what others are given."""

_APIS = frozenset({"AWS::Serverless::HttpApi", "AWS::Serverless::Api"})


class Template:
    """What a program describes, construct by construct, then call by call."""

    def __init__(self, home: str, context: Iterable[Block] = (), above: Container[tuple[str, int]] = ()) -> None:
        self._home = home
        self._above = above
        self._context = tuple(context)
        self._names = Names(self._label, frozenset(one.name for one in self._context))
        self._by_key: dict[tuple[str, int, str], Resource] = {}
        self._labels: set[str] = set()
        self._wrapped: dict[tuple[str, int, str], str] = {}
        self._parts: dict[tuple[str, str, int], dict[str, Thing]] = {}
        self._outputs: dict[str, list[Block]] = defaultdict(list)
        self._further: list[Resource] = []
        self._groups: dict[str, Resource] = {}

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
        for effect in known:
            if (step := rows().steps.get(called(effect.call))) is not None:
                self._step(effect, step)
            elif called(effect.call) == _ANY_STEP:
                states = Record(((Text(_ANY_STEP), additions.step(given_to(effect), self._expr, effect.site.line)),))
                self._add("Step", effect.site, _MACHINE, {"Definition": Record(((Text("States"), states),))})
        for effect in first:
            row = made(called(effect.call))
            if row is not None:
                self._fill(self._by_key[self._key(effect)], given_to(effect), row)
            else:
                self._output(effect, given_to(effect))

    def _name(self, effect: Effect) -> bool:
        """Note what a construct is; whether it is the first of its place that a template has."""
        key, name = self._key(effect), called(effect.call)
        self._wrapped.setdefault(key, name)
        if name.endswith("CfnParameter") and text(effect.get("id")) not in self._labels:
            self._parameter(effect, given_to(effect))
        if name in _PARTS:
            args = effect.get("given")
            told = {**options(args.items if isinstance(args, Several) else ()), **named(effect)}
            self._parts[name, effect.site.path, effect.site.line] = told
        row = made(name)
        if row is None or key in self._by_key:
            return name.endswith("CfnOutput")
        place = (
            effect.chain[-1] if (effect.site.path, effect.site.line) in self._above and effect.chain else effect.site
        )
        self._by_key[key] = Resource(self._unique(effect), place.path, place.line, row.type, {})
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
            whole = capital(self._expr(Pairs(tuple((Value.of(name), one) for name, one in given.items()))))
            entries = whole.entries if isinstance(whole, Record) else ()
            resource.body = {key.text: value for key, value in entries if isinstance(key, Text)}
            return
        for name, thing in given.items():
            key = row.rename.get(name) or name[:1].upper() + name[1:]
            several = thing.items if isinstance(thing, Several) else ()
            if resource.type == FUNCTION and name == "events":
                for one in several:
                    self._caused(resource, one, one.site if isinstance(one, Made) else None)
            elif name == "initialPolicy":
                resource.policies += (each for one in several for each in self._stated(one, resource.made_at(one)))
            elif resource.type == FUNCTION and name == "role":
                resource.body["Role"] = self._arn(self._expr(thing))
            elif name == "inlinePolicies" and isinstance(thing, Pairs):
                documents = [self._part(_DOCUMENT, one) or {} for _, one in thing.entries]
                stated = [one.get("statements") for one in documents]
                every = [each for one in stated if isinstance(one, Several) for each in one.items]
                resource.policies += (each for one in every for each in self._stated(one, resource.made_at(one)))
            elif name == "eventPattern" and (pattern := self._pattern(thing)) is not None:
                resource.body["EventPattern"] = pattern
            elif name == "targets":
                resource.body["Targets"] = Listing(tuple(self._target(one) for one in several))
            elif name == "handler" and resource.type in _APIS:
                self._route(resource, "/{proxy+}", "ANY", thing, None)
            elif resource.type == FUNCTION and name == "securityGroups":
                resource.body["VpcConfig"] = Record(((Text("SecurityGroupIds"), self._expr(thing)),))
            elif resource.type == FUNCTION and name == "filesystem":
                resource.body["FileSystemConfigs"] = self._mounted(thing)
            elif key == "Engine" and isinstance(thing, Made):  # DatabaseInstanceEngine.postgres({version})
                resource.body[key] = Text(camel(text(thing.field("construct"))).lower())
            elif key == "CodeUri":
                resource.body[key] = self._place(self._expr(thing))
            elif name == "definitionBody":  # DefinitionBody.fromFile(path), and its like for texts and chains
                told = self._expr(thing.field("first") if isinstance(thing, Made) else thing)
                in_file = isinstance(thing, Made) and camel(text(thing.field("construct"))) == "fromFile"
                resource.body |= {"DefinitionUri": self._place(told)} if in_file else {"Definition": told}
            else:
                resource.body[key] = self._expr(thing)

    def _mounted(self, thing: Thing) -> Expr:
        """``FileSystem.fromEfsAccessPoint(point, path)`` of a function."""
        to, at = (thing.field("first"), thing.field("id")) if isinstance(thing, Made) else (None, None)
        line = thing.site.line if isinstance(thing, Made) and thing.site is not None else 0
        mount = Record(((Text("Arn", line), self._expr(to)), (Text("LocalMountPath", line), self._expr(at))))
        return Listing((mount,))

    def _place(self, written: Expr) -> Expr:
        """A path to code from where the program lies; one that is told by the folder of its own file is a whole one."""
        told = written.text if isinstance(written, Text) else ""
        if told.startswith("//"):
            told = relpath(normpath(told[2:]), self._home or ".")
        return Text(told or ".")

    def _pattern(self, pattern: Thing) -> Expr | None:
        """What a rule lets pass, with the keys that events have."""
        told = options((pattern,)) if isinstance(pattern, Pairs) else self._part(_PATTERN, pattern)
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
        return Join((to,)) if not named else attribute(to)

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
            items += list(named(effect).values())
            resource = self._of(of)
            if method in networks.WAYS and isinstance(of, Made):
                self._entered(of, networks.WAYS[method], items, effect.site)
            elif method in additions.METHODS:
                self._further_told(method, self._expr(of), items, effect)
            elif method == "addEventNotification" and len(items) > 1:
                self._notified(self._expr(of), items[1], effect.site)
            elif method in ("addMethod", "addProxy") and isinstance(of, Made):
                self._rest(of, items, method, effect.site)
            elif resource is None and method == "addSubscription" and items:
                self._subscribed(self._expr(of), items[0], effect)
            elif resource is not None:
                self._told(resource, method, items, effect)
            else:
                self._granted(of, method, items[0] if items else None, effect.site)

    def _told(self, resource: Resource, method: str, items: list[Thing], effect: Effect) -> None:
        first = items[0] if items else None
        granted = rows().grants.get(resource.type, {}).get(method)
        if granted is not None and (user := self._of(first)) is not None:
            to = attribute(Ref(resource.label)) if resource.type != "AWS::SNS::Topic" else Ref(resource.label)
            user.policies.append(allowing(Listing(tuple(Text(one) for one in granted)), to, user.at(effect.site)))
        elif method == "addEnvironment" and len(items) > 1:
            resource.given[text(first)] = self._expr(items[1])
        elif method == "addEventSource":
            self._caused(resource, first, effect.site)
        elif method == "addToResourcePolicy" and (given := self._part(_STATEMENT, first)) is not None:
            self._own_policy(resource, statement(given, self._expr, effect.site.line), effect.site)
        elif granted is not None and (whom := principal(first, self._expr)) is not None:
            entry = (Text("Principal"), Record(((Text("AWS"), whom),)))
            inner = statement({"actions": Several(tuple(map(Value.of, granted)))}, self._expr, effect.site.line)
            self._own_policy(resource, Record((*inner.entries, entry)), effect.site)
        elif method in ("addToRolePolicy", "addToPolicy", "addToPrincipalPolicy") and first is not None:
            resource.policies += self._stated(first, resource.at(effect.site))
        elif method == "addTarget" and first is not None:
            before = resource.body.get("Targets")
            so_far = before.items if isinstance(before, Listing) else ()
            resource.body["Targets"] = Listing((*so_far, self._target(first)))
        elif method == "addSubscription" and first is not None:
            self._subscribed(Ref(resource.label), first, effect)
        elif method == "addRoutes":
            self._routes(resource, {**options(items), **named(effect)}, effect.site)

    def _further_told(self, method: str, of: Expr, items: list[Thing], effect: Effect) -> None:
        given = {**options(items), **named(effect)}
        kind, body = additions.added(method, of, items, given, self._expr, lambda one: self._arn(self._expr(one)))
        entries = {key.text: value for key, value in body.entries if isinstance(key, Text)}
        self._add("Told", effect.site, kind, entries)

    def _notified(self, bucket: Expr, target: Thing, site: Site) -> None:
        """What happens in a bucket starts a function."""
        to = self._expr(target)
        for one in self._by_key.values():
            if isinstance(to, Ref) and one.label == to.name and one.type == FUNCTION:
                said = Record(((Text("Bucket"), bucket),))
                one.events.append((one.at(site), Record(((Text("Type"), Text("S3")), (Text("Properties"), said)))))

    def _entered(self, of: Made, way: networks.Way, items: list[Thing], site: Site) -> None:
        """A rule that lets somebody in to a group, or to a construct by its connections."""
        own = self._of(of) or self._of(of.field("from"))
        if own is None:
            return
        whom, port = (items[at] if at is not None and at < len(items) else None for at in way)
        other = self._of(whom)
        peer: tuple[Expr, Expr] | None = (Text("CidrIp"), Text("0.0.0.0/0"))
        if other is not None:
            peer = Text("SourceSecurityGroupId"), attribute(Ref(self._group(other, site).label), "GroupId")
        elif way.peer is not None:
            peer = networks.peer(whom, self._expr)
        if peer is not None:
            group = self._group(own, site)
            before = group.body.get("SecurityGroupIngress")
            rules = before.items if isinstance(before, Listing) else ()
            group.body["SecurityGroupIngress"] = Listing((*rules, networks.rule(peer, port)))

    def _group(self, of: Resource, site: Site) -> Resource:
        """The security group that a construct is, or has without saying so."""
        if of.type == networks.GROUP:
            return of
        if of.label not in self._groups:
            self._groups[of.label] = self._add(f"{of.label}Group", site, networks.GROUP, {})
            key = "VpcConfig" if of.type == FUNCTION else "SecurityGroups"
            named = Listing((attribute(Ref(self._groups[of.label].label), "GroupId"),))
            shaped = Record(((Text("SecurityGroupIds"), named),)) if of.type == FUNCTION else named
            of.body.setdefault(key, shaped)
        return self._groups[of.label]

    def _granted(self, of: Thing | None, method: str, to: Thing | None, site: Site) -> None:
        """What a construct may do with something of another stack, which is looked up."""
        user = self._of(to)
        if not isinstance(of, Made) or of.site is None or user is None:
            return
        whole, _, how = self._wrapped.get((of.site.path, of.site.line, text(of.field("id"))), "").rpartition(".")
        row = made(whole) if how.startswith("from") else None
        granted = rows().grants.get(row.type, {}).get(method) if row is not None else None
        if row is not None and granted is not None:
            named = filled(rows().arns.get(row.type, "{}"), self._expr(of))
            user.policies.append(allowing(Listing(tuple(Text(one) for one in granted)), named, user.at(site)))

    def _caused(self, function: Resource, source: Thing | None, site: Site | None) -> None:
        """What starts a function, and where that is said."""
        if not isinstance(source, Made) or source.site is None:
            return
        key = (source.site.path, source.site.line, text(source.field("id")))
        cause = rows().sources.get(self._wrapped.get(key, ""))
        if cause is not None:
            of = self._expr(source.field("first"))
            stream = attribute(of, "StreamArn") if cause.kind == "DynamoDB" else self._arn(of)
            said = Record(((Text(cause.names), stream if cause.kind != "S3" else of),))
            event = Record(((Text("Type"), Text(cause.kind)), (Text("Properties"), said)))
            function.events.append((function.at(site), event))

    def _stated(self, of: Thing, line: int = 0) -> Iterator[Expr]:
        """A statement of a policy, as it was made where it stands."""
        given = self._part(_STATEMENT, of)
        if given is not None and text(given.get("effect")) != "DENY":
            yield Record(((Text("Statement"), Listing((statement(given, self._expr, line),))),))

    def _own_policy(self, resource: Resource, stated: Record, site: Site) -> None:
        """A statement of the policy that a resource has itself."""
        kind, names = POLICIES.get(resource.type, ("", "ResourcePolicy"))
        document = Record(((Text("Statement", site.line), Listing((stated,))),))
        if kind:
            self._add("Policy", site, kind, {names: Ref(resource.label), "PolicyDocument": document})
        elif resource.type == "AWS::DynamoDB::Table":
            resource.body[names] = Record(((Text("PolicyDocument", site.line), document),))

    def _add(self, label: str, site: Site, kind: str, body: dict[str, Expr]) -> Resource:
        made = Resource(f"{label}{len(self._further)}", site.path, site.line, kind, body)
        self._further.append(made)
        return made

    def _step(self, effect: Effect, step: Step) -> None:
        """A step of a state machine, as a machine of its own: whatever chain it is a part of, its service does it."""
        given = {**given_to(effect)}
        told = Record(((Text(step.key), self._expr(given.get(step.of))),))
        state = Record(((Text("Resource", effect.site.line), Text(step.resource)), (Text("Parameters"), told)))
        states = Record(((Text(text(effect.get("id")) or "Step"), state),))
        self._add("Step", effect.site, _MACHINE, {"Definition": Record(((Text("States"), states),))})

    def _part(self, name: str, thing: Thing | None) -> dict[str, Thing] | None:
        """What a part of a construct was given where it was made, None for a thing that is none."""
        site = thing.site if isinstance(thing, Made) else None
        return self._parts.get((name, site.path, site.line)) if site is not None else None

    def _subscribed(self, topic: Expr, subscription: Thing, effect: Effect) -> None:
        to = self._arn(self._expr(subscription))
        body = {"TopicArn": topic, "Protocol": Text("sqs"), "Endpoint": to}
        self._add("Subscription", effect.site, "AWS::SNS::Subscription", dict(body))

    # --- gateways --------------------------------------------------------------------------------------------

    def _routes(self, api: Resource, given: dict[str, Thing], site: Site) -> None:
        methods = given.get("methods")
        verbs = [text(one) for one in methods.items] if isinstance(methods, Several) else ["ANY"]
        for verb in verbs:
            self._route(api, text(given.get("path")), verb, given.get("integration"), site)

    def _rest(self, of: Made, items: list[Thing], method: str, site: Site) -> None:
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
            self._route(api, "/" + "/".join(parts), verb, items[1] if len(items) > 1 else None, site)

    def _route(self, api: Resource, path: str, verb: str, integration: Thing | None, site: Site | None) -> None:
        """An operation, as an event of the function behind it."""
        to = self._expr(integration)
        found = [one for one in self._by_key.values() if isinstance(to, Ref) and one.label == to.name]
        if found and found[0].type == FUNCTION and path:
            http = api.type == "AWS::Serverless::HttpApi"
            said = Record(((Text("Path"), Text(path)), (Text("Method"), Text(verb)),
                           (Text("ApiId" if http else "RestApiId"), Ref(api.label))))  # fmt: skip
            kind = Text("HttpApi" if http else "Api")
            event = Record(((Text("Type"), kind), (Text("Properties"), said)))
            found[0].events.append((found[0].at(site), event))
