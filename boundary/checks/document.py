"""Reads a rule document: front matter and prose in, a rule out, or everything that is wrong with it, line by line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from typing import Any, get_args

import msgspec

from boundary.checks import message, prose
from boundary.checks.frontmatter import Entry, Fault, Reader, split
from boundary.checks.rule import Check, Clause, Per, Rule
from boundary.checks.select import Owner
from boundary.errors import suggestion
from boundary.model import EdgeKind, Grade, Location, NodeKind, Problem, Severity
from boundary.plugins import load
from boundary.rewrites import rewriters


class WrongDocument(Exception):
    """A rule document that does not fit; ``problems`` says everything that is wrong, each at its line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"{problem.location}: {problem.what}" for problem in self.problems))


@cache
def checks() -> dict[str, Check]:
    """The named checks by the name that a rule document uses: ``service-cycle`` is ``functions/service_cycle.py``."""
    modules = load("boundary.checks.functions")
    return {module.__name__.rpartition(".")[2].replace("_", "-"): module.check for module in modules}


@lru_cache(maxsize=512)
def read(path: str, text: str) -> Rule:
    """The rule that a document says; raises ``WrongDocument``. A process that judges many times reads it once."""
    problems: list[Problem] = []

    def fault(line: int, what: str) -> None:
        problems.append(Problem("configuration", Location(path, line), what))

    entry, body, first = split(text.replace("\r\n", "\n"), fault)
    fields: dict[str, Any] = {"path": path, "body": body}
    if not problems:
        fields |= _front(entry, fault)
        fields |= msgspec.structs.asdict(prose.read(body, first, fields["code"], fault))
    if problems:
        raise WrongDocument(problems)
    return msgspec.convert(fields, Rule)


def _front(entry: Entry, fault: Fault) -> dict[str, Any]:
    keys = Reader(entry, "the front matter", fault)
    found: dict[str, Any] = {
        "code": keys.pattern("code", r"[A-Z]{2,6}\d{3}", "capitals and three digits, such as OWN001"),
        "name": keys.pattern("name", r"[a-z0-9]+(-[a-z0-9]+)*", "small words with hyphens, such as own-rule"),
        "clause": keys.choice("clause", get_args(Clause)),
        "severity": keys.choice("severity", get_args(Severity)),
        "message": keys.pattern("message", r"(?s).*\S.*", "what a finding says"),
        "check": keys.choice("check", checks(), ""),
        "per": keys.choice("per", get_args(Per), "pair"),
        "keep_same_owner": keys.choice("same-owner", ("keep", "lower"), "lower") == "keep",
        "no_owner": keys.choice("no-owner", get_args(Severity), "") or None,
        "unknown_owner": keys.choice("unknown-owner", get_args(Severity), "") or None,
        "rewrite": keys.choice("rewrite", rewriters(), ""),
        "unsafe": keys.text("unsafe"),
    }
    for place in message.unknown_places(found["message"]):
        fault(entry.line, f"the message has an unknown place {{{place}}}. {suggestion(place, message.PLACES)}")
    select, parameters = keys.take("select"), keys.take("parameters")
    keys.finish()
    if select:
        found["select"] = _selector(select, fault)
    if parameters:
        found["parameters"] = Reader(parameters, "parameters", fault).pairs()
    if not select and not found["check"]:
        fault(entry.line, "a rule has a select or a check")
    return found


def _selector(entry: Entry, fault: Fault) -> dict[str, Any]:
    keys = Reader(entry, "select", fault)
    edges = keys.texts("edge", get_args(EdgeKind))
    kinds = keys.texts("node", get_args(NodeKind))
    if isinstance(entry.value, dict) and ("edge" in entry.value) == ("node" in entry.value):
        fault(entry.line, "select has either edge (kinds of edges) or node (kinds of nodes)")
    found: dict[str, Any] = {"edges": edges, "without": keys.texts("without", get_args(EdgeKind))}
    if kinds:
        found["node"] = {"kinds": kinds, **_predicates(keys, ("known", "none"))}
    else:
        found |= {
            "grades": keys.texts("grade", get_args(Grade)),
            "traits": keys.texts("traits"),
            "without_traits": keys.texts("not-traits"),
            "certain": {"true": True, "false": False}.get(keys.choice("certain", ("true", "false"), "")),
            "source": _party(keys.take("from"), "from", fault),
            "target": _party(keys.take("to"), "to", fault),
        }
    keys.finish()
    return found


def _party(entry: Entry | None, end: str, fault: Fault) -> dict[str, Any]:
    if entry is None:
        return {}
    keys = Reader(entry, end, fault)
    found = {"kinds": keys.texts("kind", get_args(NodeKind)), **_predicates(keys, get_args(Owner))}
    keys.finish()
    return found


def _predicates(keys: Reader, owners: Collection[str]) -> dict[str, Any]:
    return {
        "names": keys.texts("name"),
        "owner": keys.choice("owner", owners, ""),
        "roles": keys.texts("role"),
        "without_roles": keys.texts("not-role"),
        "technologies": keys.texts("technology"),
        "without_technologies": keys.texts("not-technology"),
        "traits": keys.texts("traits"),
        "without_traits": keys.texts("not-traits"),
    }
