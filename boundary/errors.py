"""Every message that a user can be shown about a wrong call, configuration or environment: what, where, what to do.

Nothing here prints; the command line shows a ``UserError`` on stderr and ends with its status.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

WRONG = 2
"""Exit status: the call, the configuration or the environment is wrong."""

NOTHING = 3
"""Exit status: nothing was analysed."""

_SHOWN = 12
"""How many valid names a message lists before it refers to a command that lists them all."""


class UserError(Exception):
    """What went wrong, where (``path:line`` as far as known) and what to do about it; ``status`` is the exit status."""

    def __init__(self, message: str, *, where: str | None = None, hint: str = "", status: int = WRONG) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.status = status

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return place + self.message + (f"\n{self.hint}" if self.hint else "")


# --- names --------------------------------------------------------------------------------------------------


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that somebody who wrote ``name`` may have meant, the likeliest first; letter case is ignored."""
    by_folded = {other.casefold(): other for other in sorted(known, reverse=True)}
    folded = name.casefold()
    if folded in by_folded:
        return [by_folded[folded]]
    close = get_close_matches(folded, sorted(by_folded), n=count, cutoff=0.6)
    inside = [other for other in sorted(by_folded) if len(folded) > 2 and folded in other and other not in close]
    return [by_folded[other] for other in [*close, *inside][:count]]


def suggestion(name: str, known: Iterable[str], elsewhere: str = "") -> str:
    """A sentence that helps with an unknown name: the nearest ones, else the whole list when it is short."""
    names = sorted(set(known))
    if close := nearest(name, names):
        return f"Did you mean {_either(close)}?"
    if not names:
        return elsewhere
    if len(names) > _SHOWN and elsewhere:
        return elsewhere
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return f"Known: {shown}."


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def unknown_rule(name: str, known: Iterable[str], where: str | None = None) -> UserError:
    """A rule is selected or asked for that the catalogue does not have."""
    hint = suggestion(name, known, "`boundary rules` lists all rules.")
    return UserError(f"there is no rule {name}", where=where, hint=hint)


def unknown_format(name: str, known: Iterable[str]) -> UserError:
    """An output format that no reporter writes."""
    return UserError(f"there is no output format {name}", hint=suggestion(name, known))


def unknown_name(name: str, known: Iterable[str], what: str = "service") -> UserError:
    """A service, store or other part of the graph that the workspace does not have."""
    return UserError(
        f"the workspace has no {what} {name}", hint=suggestion(name, known, "`boundary graph` shows all names.")
    )


# --- paths --------------------------------------------------------------------------------------------------


def no_such_path(path: str, where: str | None = None) -> UserError:
    """A folder to analyse does not exist."""
    return UserError(f"there is no folder {path}", where=where, hint="Give the folders of the repositories to analyse.")


def not_a_folder(path: str, where: str | None = None) -> UserError:
    """A file where a repository's folder is wanted."""
    return UserError(
        f"{path} is not a folder",
        where=where,
        hint="A finding needs whole repositories: give the folder, and choose from the findings afterwards.",
    )


def no_access(path: str, reason: str) -> UserError:
    """The folder to analyse may not be read."""
    return UserError(f"{path} cannot be read: {reason}", hint="Check the permissions of the folder.")


def cannot_write(path: str, reason: str) -> UserError:
    """A file that results or a configuration should go to cannot be written."""
    return UserError(
        f"{path} cannot be written: {reason[:1].lower()}{reason[1:]}", hint="Give a file in a folder that exists."
    )


def configured_already(path: str) -> UserError:
    """A configuration would be written where there is one."""
    return UserError(
        f"{path} is there already, and is left as it is", hint="`boundary graph` shows what is inferred, to compare."
    )


def absolute_repository(path: str, where: str | None) -> UserError:
    """The configuration names a repository by a path that is true on one machine only."""
    return UserError(
        f"the repository {path} must be given by a relative path", where=where, hint="Start at the file's own folder."
    )


def nothing_analysed(paths: Iterable[str], listed: int) -> UserError:
    """No file was read, so that silence would be a lie; status 3."""
    places = ", ".join(paths)
    seen = f"none of its {listed} files tells anything about services" if listed else "no files"
    return UserError(
        f"nothing to analyse in {places}: {seen}",
        hint="Give the folder with code, compose files or manifests; ignored files, tests and examples do not count.",
        status=NOTHING,
    )


def reader_died() -> UserError:
    """A process that reads files was ended from outside: most often for want of memory."""
    return UserError(
        "a process that reads files was ended by the system",
        hint="Most often memory is short: try --jobs 1, which needs the least.",
    )


def rules_outside(path: str, where: str | None) -> UserError:
    """The configuration takes rules from outside the workspace."""
    return UserError(f"the rules in {path} are outside the workspace", where=where, hint="Lay them beside the file.")


def corrupt_baseline(where: str, what: str) -> UserError:
    """The baseline is there and says nothing that can be relied on."""
    return UserError(
        f"the baseline cannot be read: {what}",
        where=where,
        hint="Take it from git as it was; or delete it, and `boundary baseline` accepts today's findings anew.",
    )


# --- git ----------------------------------------------------------------------------------------------------


def git_missing() -> UserError:
    """A revision is asked for and there is no git program."""
    return UserError("git is not installed", hint="Install git, or leave out the revision: files are read without it.")


def not_a_repository(path: str) -> UserError:
    """A revision is asked for where there is no history."""
    return UserError(
        f"{path} is not in a git repository, so it has no other revision to compare with",
        hint="Leave out --base, or give a folder that git manages.",
    )


def unsafe_repository(path: str) -> UserError:
    """Git refuses a repository that belongs to another user (common in containers)."""
    return UserError(
        f"git refuses to read {path} because its folder belongs to another user",
        hint=f"Run `git config --global --add safe.directory {path}` if you trust it.",
    )


def bad_revision(revision: str, path: str, known: Iterable[str] = (), *, shallow: bool = False) -> UserError:
    """A revision that the repository does not have; ``shallow`` when it holds only the end of its history."""
    if shallow:
        hint = "The clone is shallow: fetch the revision first (`git fetch --unshallow`, or fetch-depth: 0 in CI)."
    else:
        hint = suggestion(revision, known, "`git log` and `git branch --all` show what there is.")
    return UserError(f"{path} has no revision {revision}", hint=hint)


def too_shallow(revision: str, path: str) -> UserError:
    """The clone holds both commits, but not the history between them."""
    return UserError(
        f"{path} is a shallow clone that does not reach back to where {revision} and this commit parted",
        hint="Fetch the history first (`git fetch --unshallow`, or fetch-depth: 0 in CI).",
    )


def submodule_behind(path: str, commit: str) -> UserError:
    """The revision pins a submodule to a commit that was not fetched."""
    return UserError(
        f"the submodule {path} lacks the commit {commit[:12]} that this revision pins",
        hint=f"Fetch it first: `git submodule update --init`, or `git -C {path} fetch origin {commit}`.",
    )


def missing_object(path: str, what: str) -> UserError:
    """A blob or tree that the object store should have and does not (a partial clone, a damaged repository)."""
    return UserError(
        f"{path} lacks an object of this revision: {what}",
        hint="The clone is partial or damaged: run `git fsck`, or fetch all objects (`git fetch --refetch --filter=`).",
    )


def git_failed(path: str, said: str) -> UserError:
    """Git failed in a way that we have no better words for."""
    return UserError(f"git could not read {path}: {said}", hint="Run `git status` there and mend what it reports.")


# --- configuration ------------------------------------------------------------------------------------------


def configuration(path: str, line: int, message: str, hint: str = "") -> UserError:
    """The configuration does not fit its schema."""
    return UserError(message, where=f"{path}:{line}", hint=hint)


def unknown_key(path: str, line: int, key: str, known: Iterable[str]) -> UserError:
    """A key that the configuration's schema does not know."""
    return configuration(path, line, f"unknown key {key}", suggestion(key.rpartition(".")[2], known))


def no_such_root(path: str, line: int, service: str, root: str) -> UserError:
    """The configuration gives a service a folder that the workspace does not have."""
    return configuration(
        path, line, f"the root {root} of service {service} has no files", "Give it relative to this file, with /."
    )


# --- contracts ----------------------------------------------------------------------------------------------


class ContractError(UserError):
    """A contract that cannot be loaded: which file, which line, and why."""


def no_such_contract(path: str) -> ContractError:
    """A contract is to be compared that is not there."""
    return ContractError(f"there is no file or folder {path}", hint="Give a contract as a file, a folder or REV:path.")


def no_contracts(path: str) -> ContractError:
    """A contract is to be compared, and what is there is none."""
    return ContractError(
        f"{path} has no contract",
        hint="Give a description (OpenAPI, AsyncAPI, .proto, GraphQL, Thrift, Avro, JSON Schema), or a folder of them.",
    )
