"""Changes files of the workspace on request: exceptions that are written, and spent ones that are taken out."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from boundary.errors import UserError, cannot_write

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.model import Finding, Report
    from boundary.pipeline import Survey
    from boundary.settle.ledger import Edit, Terms

T = TypeVar("T")


def options(parser: argparse.ArgumentParser) -> None:
    """What is said when exceptions are written."""
    group = parser.add_argument_group("exceptions")
    group.add_argument(
        "--add-exceptions", action="store_true", help="accept what is new, each beside the service that is bypassed"
    )
    group.add_argument("--inline", action="store_true", help="as comments at the places instead")
    group.add_argument("--reason", metavar="TEXT", default="", help="why, for whoever reads it next year")
    group.add_argument("--type", metavar="TYPE", default="accepted", help="strangler, analytics, platform … (accepted)")
    group.add_argument("--until", metavar="DAY", default="", help="the last day, such as 2027-03-31")


def terms(arguments: argparse.Namespace) -> Terms | None:
    """What the new exceptions say, None when none are to be written; UserError when something is missing."""
    from boundary.errors import suggestion
    from boundary.settle.ledger import Terms
    from boundary.settle.waivers import ENDING, TYPES

    given = {"--inline": arguments.inline, "--reason": arguments.reason, "--until": arguments.until}
    if not arguments.add_exceptions:
        for name, value in given.items():
            if value:
                raise UserError(f"{name} says something about --add-exceptions, which is not given")
        return None
    if not arguments.reason.strip():
        raise UserError("an exception needs a reason", hint="Say it with --reason, for whoever reads it next year.")
    if arguments.type not in TYPES:
        raise UserError(f"there is no type {arguments.type} of exceptions", hint=suggestion(arguments.type, TYPES))
    if arguments.type in ENDING and not arguments.until:
        raise UserError(f"an exception of the type {arguments.type} needs a last day", hint="Say it with --until.")
    return Terms(" ".join(arguments.reason.split()), arguments.type, _day(arguments.until))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"--until {text} is no day", hint="It takes a day such as 2027-03-31.") from None


def accept(
    survey: Survey, report: Report, findings: Iterable[Finding], what: Terms, terminal: Terminal, *, inline: bool
) -> Report:
    """Write an exception for each of some findings; the report with them accepted. What no exception can mean (a file
    that cannot be read) stays as it is."""
    import msgspec

    from boundary.config import NAMES
    from boundary.settle import ledger

    config = survey.config.path or "/".join(filter(None, (survey.workspace.home, NAMES[0])))
    waiting = [finding for finding in findings if finding.source or finding.target]
    edits: list[Edit] = []
    done: list[Finding] = []
    if inline:
        for path, group in _grouped((finding.location.path, finding) for finding in waiting):
            data = read(survey, path)
            edit = ledger.commented(path, data, group, what) if data is not None else None
            if edit:
                edits.append(edit)
                done += group
    rest = [finding for finding in waiting if finding not in done]
    for path, group in _grouped((ledger.place(survey.graph, finding, config), finding) for finding in rest):
        edits.append(ledger.added(path, read(survey, path), group, what))
    for edit in edits:
        write(survey, edit)
        terminal.note(f"{edit.path}: {edit.count} {'exception' if edit.count == 1 else 'exceptions'} written")
    settled = (
        msgspec.structs.replace(one, status="excepted", reason=what.reason) if one in waiting else one
        for one in report.findings
    )
    return msgspec.structs.replace(report, findings=tuple(settled))


def clear(survey: Survey) -> Iterator[Edit]:
    """The files without the exceptions that accept nothing any more; those that accept fewer edges than they say are
    made for as many as they accept."""
    from boundary.config import EXCEPTIONS
    from boundary.settle import ledger

    for path, loose in _grouped((waiver.location.path, (waiver, edges)) for waiver, edges in survey.slack()):
        data = read(survey, path)
        if data is None:
            continue
        spent = [waiver for waiver, edges in loose if not edges]
        tables = path == survey.config.path or path.rpartition("/")[2] == EXCEPTIONS
        edit = (ledger.without if tables else ledger.uncommented)(path, data, spent)
        if wide := [(waiver, edges) for waiver, edges in loose if edges]:
            # first, while the exceptions are on the lines that they were read from
            narrow = ledger.narrowed(path, data, wide)
            rest = ledger.without(path, narrow.data, spent)
            edit = ledger.Edit(path, rest.data, narrow.count + rest.count)
        if edit.count:
            yield edit


def read(survey: Survey, path: str) -> bytes | None:
    """The bytes of a file as they are on disk; None where there is none."""
    file = survey.workspace.root / path
    with suppress(OSError):
        return None if file.is_symlink() else file.read_bytes()
    return None


def write(survey: Survey, edit: Edit) -> None:
    """Put a file as it shall be; UserError where that does not go, or leads out of the workspace."""
    file = survey.workspace.root / edit.path
    if file.is_symlink() or not file.parent.resolve().is_relative_to(survey.workspace.root.resolve()):
        raise cannot_write(edit.path, "it leads out of the workspace")
    try:
        file.write_bytes(edit.data)
    except OSError as error:
        raise cannot_write(edit.path, error.strerror or str(error)) from None


def _grouped(pairs: Iterable[tuple[str, T]]) -> Sequence[tuple[str, list[T]]]:
    found: dict[str, list[T]] = {}
    for path, one in pairs:
        found.setdefault(path, []).append(one)
    return sorted(found.items())
