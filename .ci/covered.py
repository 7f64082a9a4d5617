"""``covered.py coverage.json 95``: fails unless so many per cent of the lines, and of the branches, are covered."""

import json
import sys
from pathlib import Path


def main(report: str, wanted: str) -> int:
    """Print both figures and the files that lack most; the exit status is 1 when one figure is too low."""
    found = json.loads(Path(report).read_text(encoding="utf-8"))
    totals = found["totals"]
    lines = 100 * totals["covered_lines"] / totals["num_statements"]
    branches = 100 * totals["covered_branches"] / totals["num_branches"]
    print(f"coverage: {lines:.2f} % of lines, {branches:.2f} % of branches")
    if min(lines, branches) >= float(wanted):
        return 0
    sums = ((one["summary"], name) for name, one in found["files"].items())
    lacking = sorted(((one["missing_lines"] + one["missing_branches"], name) for one, name in sums), reverse=True)
    print(f"less than {wanted} %; most is missing in:")
    for missing, name in lacking[:15]:
        print(f"{missing:6} {name}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
