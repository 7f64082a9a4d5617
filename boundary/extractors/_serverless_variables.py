"""Variables of the Serverless Framework: what the same document answers, defaults, and the parameter store.

Specification: https://www.serverless.com/framework/docs/providers/aws/guide/variables .
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from boundary.facts import Apply, Expr, Item, Join, Listing, Member, Record, Ref, Text

DEEPEST = 8
"""Variables in variables."""

_VARIABLE = re.compile(r"\$\{([^${}]*)\}")


@dataclass(frozen=True)
class Variables:
    """Fills variables; ``look`` gives what stands at an address of the service's document, None for nothing."""

    look: Callable[[str], Expr | None]

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
                return Join(tuple(self.filled(part, depth) for part in parts))
            case Apply(callee=callee, args=args, keywords=keywords, line=line):
                return Apply(callee, tuple(self.filled(arg, depth) for arg in args), keywords, line)
            case Item(of=of, key=key):
                return Item(self.filled(of, depth), self.filled(key, depth))
            case Member(of=Ref(name=name), name=last) if name.startswith("self:"):
                return self._variable(f"{name}.{last}", 0, depth)  # ``Fn::Sub`` has taken it for an attribute.
        return expr

    def _text(self, written: str, line: int, depth: int) -> Expr:
        parts: list[Expr] = []
        at = 0
        for found in _VARIABLE.finditer(written):
            parts.append(Text(written[at : found.start()], line))
            parts.append(self._variable(found[1], line, depth))
            at = found.end()
        parts.append(Text(written[at:], line))
        kept = [part for part in parts if not isinstance(part, Text) or part.text]
        if all(isinstance(part, Text) for part in kept):
            return Text("".join(part.text for part in kept if isinstance(part, Text)), line)
        return kept[0] if len(kept) == 1 else Join(tuple(kept))

    def _variable(self, written: str, line: int, depth: int) -> Expr:
        first, *others = (one.strip() for one in written.split(","))
        source, _, address = first.partition(":")
        if depth < DEEPEST and source == "self" and (there := self.look(address)) is not None:
            return self.filled(there, depth + 1)
        if source.startswith("ssm"):
            return Text("{{resolve:ssm:" + address.partition("~")[0] + "}}", line)
        if source == "sls" or (source in ("opt", "self") and address in ("stage", "provider.stage") and not others):
            return Ref("Stage")
        default = next((one.strip("'\"") for one in others if one[:1] in "'\"" or re.fullmatch(r"[\w-]+", one)), None)
        if default is not None:
            return Text(default, line)
        return next((self._variable(one, line, depth + 1) for one in others[:1] if ":" in one), Ref(address or source))
