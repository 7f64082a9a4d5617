"""Variables of the Serverless Framework: what the service's document answers, other files, outputs of other stacks,
the parameter store, and what stands there for the case that nothing else does.

Variables may stand in variables. See https://www.serverless.com/framework/docs/providers/aws/guide/variables .
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boundary.extractors._template import reference
from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text

_DEEPEST = 12
"""Variables in variables."""

_MOST = 2_000_000
"""Characters of variables that are looked at for one service."""

STAGE = Ref("Stage")
"""What only the command says that deploys."""

_BRACES = re.compile(r"\$\{|\}")
_SOURCE = re.compile(r"(?:file\((?P<path>[^()]*)\)|(?P<source>\w+)(?:\([^()]*\))?)(?::(?P<address>.*))?", re.DOTALL)
_OUTPUT = re.compile(r"\$\{\s*([\w-]+\.\w+)\s*\}")
"""``${service.Output}``"""

_LITERAL = re.compile(r"[\w-]+")


def _nothing(_: str) -> Expr | None:
    return None


@dataclass
class Variables:
    """Fills variables; ``sections`` are those of the service's document, ``read`` gives what a file beside it holds,
    ``given`` are the parameters of those who deploy it with others."""

    sections: Mapping[str, Expr]
    read: Callable[[str], Expr | None] = _nothing
    given: Expr = field(default_factory=lambda: Record(()))
    left: int = _MOST

    def filled(self, expr: Expr, depth: int = 0) -> Expr:
        """An expression with its variables filled as far as can be told."""
        match expr:
            case Text(text=written, line=line) if "${" in written:
                return self._text(written, line, depth)
            case Record(entries=entries):
                return Record(tuple((key, self.filled(value, depth)) for key, value in entries))
            case Listing(items=items):
                return Listing(tuple(self.filled(item, depth) for item in items))
            case Join(parts=parts):
                if (written_back := _written_back(parts)) is not None:
                    return self._text(written_back, 0, depth)
                return Join(tuple(self.filled(part, depth) for part in parts))
            case Apply(callee=callee, args=args, keywords=keywords, line=line):
                return Apply(callee, tuple(self.filled(arg, depth) for arg in args), keywords, line)
            case Item(of=of, key=key):
                return Item(self.filled(of, depth), self.filled(key, depth))
            case Ref() | Member() if _is_variable(name := _spelled(expr)):
                return self._variable(name, 0, depth)  # ``Fn::Sub`` has taken it for a name of its own.
        return expr

    def _text(self, written: str, line: int, depth: int) -> Expr:
        parts: list[Expr] = []
        at = 0
        for start, end in _places(written):
            parts.append(Text(written[at:start], line))
            parts.append(self._variable(written[start + 2 : end - 1], line, depth))
            at = end
        parts.append(Text(written[at:], line))
        kept = [part for part in parts if not isinstance(part, Text) or part.text]
        if all(isinstance(part, Text) for part in kept):
            return Text("".join(part.text for part in kept if isinstance(part, Text)), line)
        return kept[0] if len(kept) == 1 else Join(tuple(kept))

    def _variable(self, written: str, line: int, depth: int) -> Expr:
        """The first of the alternatives that can be told; a hole by the address of the first one for none."""
        self.left -= len(written) + 1
        if depth >= _DEEPEST or self.left < 0:
            return Ref("variable")
        alternatives = [one.strip() for one in _split(written)]
        if len(alternatives) == 1 and not _is_variable(written):
            return reference(written)
        for one in alternatives:
            if (found := self._told(one, line, depth, alternatives)) is not None:
                return found
        first = self._text(alternatives[0], line, depth + 1)
        return Ref(first.text.rpartition(":")[2] if isinstance(first, Text) else "variable")

    def _told(self, one: str, line: int, depth: int, among: Sequence[str]) -> Expr | None:
        if one[:1] in ("'", '"') and one[-1:] == one[:1]:
            return self._text(one[1:-1], line, depth + 1)
        if len(among) > 1 and _LITERAL.fullmatch(one):
            return Text(one, line)
        whole = self._text(one, line, depth + 1)
        if isinstance(whole, Join):
            return _open(whole, line)
        asked = _SOURCE.fullmatch(whole.text) if isinstance(whole, Text) else None
        if asked is None:
            return None
        address = asked["address"] or ""
        if asked["path"] is not None:
            there = self.read(asked["path"].strip())
            return None if there is None else self._below(there, address.split(".") if address else [], depth)
        return self._asked(asked["source"], address, line, depth, among)

    def _asked(self, source: str, address: str, line: int, depth: int, among: Sequence[str]) -> Expr | None:
        """What one source answers, None for what it does not."""
        if source == "self":
            return self._at(address, depth)
        if source == "ssm":
            return Text("{{resolve:ssm:" + address.partition("~")[0] + "}}", line)
        if source == "cf":
            return Item(Ref("<stacks>"), Text(address, line))
        if source == "sls" and address == "stage":
            return self._at("provider.stage", depth) or STAGE
        if source == "opt" and address == "stage" and len(among) == 1:
            return STAGE
        if source == "param":
            stage = self._at("provider.stage", depth)
            named = [stage.text] if isinstance(stage, Text) else []
            found = (self._at(f"params.{one}.{address}", depth) for one in (*named, "default"))
            return next((one for one in (*found, self._composed(address)) if one is not None), None)
        return reference(f"AWS::{address[:1].upper()}{address[1:]}") if source == "aws" else None

    def _composed(self, name: str) -> Expr | None:
        """A parameter that whoever deploys several services together gives: a text, or the output of another one."""
        told = _entry(self.given, name)
        output = _OUTPUT.fullmatch(told.text) if isinstance(told, Text) else None
        if output is not None and isinstance(told, Text):
            return Item(Ref("<stacks>"), Text(output[1], told.line))
        return told if isinstance(told, Text) and "${" not in told.text else None

    def _at(self, address: str, depth: int) -> Expr | None:
        """What stands at an address of the service's document."""
        first, *keys = address.split(".")
        return self._below(self.sections[first], keys, depth) if first in self.sections else None

    def _below(self, of: Expr, keys: Sequence[str], depth: int) -> Expr | None:
        for key in keys:
            inner = _entry(of if isinstance(of, Record) else self.filled(of, depth + 1), key)
            if inner is None:
                return None
            of = inner
        return None if of == Ref("null") else self.filled(of, depth + 1)


def _entry(of: Expr, key: str) -> Expr | None:
    if isinstance(of, Listing):
        return of.items[int(key)] if key.isascii() and key.isdigit() and int(key) < len(of.items) else None
    entries = of.entries if isinstance(of, Record) else ()
    return next((value for name, value in reversed(entries) if isinstance(name, Text) and name.text == key), None)


def _open(whole: Join, line: int) -> Expr | None:
    """A parameter or an output of another stack, of whose name the deployment fills in some part."""
    first = whole.parts[0].text if isinstance(whole.parts[0], Text) else ""
    source, found, rest = first.partition(":")
    inner = (Text(rest, line), *whole.parts[1:])
    if found and source.startswith("ssm"):
        return Join((Text("{{resolve:ssm:", line), *inner, Text("}}", line)))
    return Item(Ref("<stacks>"), Join(inner)) if found and source.startswith("cf") else None


def _is_variable(name: str) -> bool:
    return (":" in name and not name.startswith("AWS::")) or name.startswith("file(")


def _spelled(expr: Expr) -> str:
    if isinstance(expr, Member) and isinstance(expr.of, Ref):
        return f"{expr.of.name}.{expr.name}"
    return expr.name if isinstance(expr, Ref) else ""


def _written_back(parts: Sequence[Expr]) -> str | None:
    """What ``Fn::Sub`` was given where it has cut a variable in two, since another one stood in it."""
    if not any(isinstance(part, Text) and "${" in part.text for part in parts):
        return None
    texts = [part.text if isinstance(part, Text) else "${" + _spelled(part) + "}" for part in parts]
    return "".join(texts) if "${}" not in texts else None


def _places(written: str) -> Iterator[tuple[int, int]]:
    """The outermost variables of a text: where they begin and end."""
    depth = start = 0
    for found in _BRACES.finditer(written):
        if found[0] != "}":
            start = start if depth else found.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield start, found.end()


def _split(written: str) -> list[str]:
    """The alternatives of a variable: at the commas that stand in no other variable, in no quotes and in no call."""
    found, depth, quote, at = [], 0, "", 0
    for place, letter in enumerate(written):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "({":
            depth += 1
        elif letter in ")}":
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(written[at:place])
            at = place + 1
    return [*found, written[at:]]
