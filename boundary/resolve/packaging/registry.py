"""Charts that are named as a registry has them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundary.resolve.packaging.charts import Chart

_BOUND = re.compile(r"(?:^|(?<=[\s,<>=~^!]))([<>=~^!]{0,2})\s*v?(\d+)(?:\.[\w*+-]+)*")


class Registry:
    """The charts that the workspace's repositories publish, found as a registry would: by name and version.

    A registry's address is not looked at, since nothing says which one a chart goes to. A chart is the one that is
    meant if it is the only one of its name, and its major version is asked for: the version that a registry has may be
    an older one of the same line.
    """

    def __init__(self, charts: Iterable[Chart]) -> None:
        self._named: dict[str, list[Chart]] = defaultdict(list)
        for chart in charts:
            self._named[chart.name].append(chart)

    def find(self, name: str, wanted: str) -> Chart | None:
        """The chart that is called so, of a version within a range; None without a range, or without such a chart."""
        one = self._named.get(name, [])
        if len(one) != 1 or not wanted:
            return None
        major = re.match(r"\s*v?(\d+)", str(one[0].meta.get("version") or ""))
        return one[0] if major and any(_admits(part, int(major[1])) for part in wanted.split("||")) else None


def _admits(wanted: str, major: int) -> bool:
    """Whether a range (``^2.1.0``, ``~2``, ``>=2 <4``, ``2.x``, ``*``) has versions of a major one in it.

    See https://github.com/Masterminds/semver#checking-version-constraints .
    """
    bounds = [(sign, int(number)) for sign, number in _BOUND.findall(wanted)]
    if not bounds:
        return wanted.strip() in ("*", "x", "X")
    if " - " in wanted and len(bounds) > 1:
        return bounds[0][1] <= major <= bounds[1][1]
    return all(_fits(sign, number, major) for sign, number in bounds)


def _fits(sign: str, number: int, major: int) -> bool:
    if sign.startswith(">"):
        return major >= number
    if sign.startswith("<"):
        return major <= number
    return sign == "!=" or major == number
