"""The history of a workspace as work on services: which commit of whom changed the code of which of them.

What says nothing about who works on what is left out: the commits of machines, those that only format or rename, those
that touch half the workspace, and new versions of dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from boundary.model import Revision, Work
from boundary.resolve.landscape import Landscape

_MACHINE = re.compile(
    r"\[bot\]|(^|[^a-z])bot@|dependabot|renovate|greenkeeper|github-actions|jenkins@|noreply@github\.com$"
)
_FORMAL = re.compile(
    r"(style|(re)?format\w*|lint\w*|prettier|black|gofmt|licen[cs]e headers?|copyright\w*|whitespace|typos?|rename\w*"
    r"|bump|release|merge|revert|initial commit|import)\b",
    re.IGNORECASE,
)
_BUMPED = re.compile(
    r"(^|/)(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|go\.(mod|sum)|requirements[\w.-]*\.txt|poetry\.lock|uv\.lock"
    r"|pyproject\.toml|Pipfile(\.lock)?|pom\.xml|[\w.-]*\.gradle(\.kts)?|Cargo\.(toml|lock)|Gemfile(\.lock)?|composer\.(json|lock)"
    r"|[\w.-]*\.csproj|Directory\.Packages\.props|Dockerfile[\w.-]*)$"
)
_FILES = 60
"""Files that a commit about something has at most."""


def work(revisions: Iterable[Revision], land: Landscape) -> list[Work]:
    """The commits that changed the code of services, in their order; a file of several services counts for none."""
    found = []
    for one in revisions:
        if len(one.paths) > _FILES or _MACHINE.search(one.author.lower()) or _FORMAL.match(one.subject):
            continue
        homes = [land.services_of(path) for path in one.paths if not _BUMPED.search(path)]
        services = tuple(sorted({home[0] for home in homes if len(home) == 1}))
        if services:
            found.append(Work(one.author.lower(), services))
    return found
