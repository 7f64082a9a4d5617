"""``covered.py coverage.json 95``: fails unless so many per cent of the lines are covered."""

import json
import sys
from pathlib import Path


def main(report: str, wanted: str) -> int:
    """Print the figure and the files that lack most; the exit status is 1 when it is too low."""
    found = json.loads(Path(report).read_text(encoding="utf-8"))
    totals = found["totals"]
    lines = 100 * totals["covered_lines"] / totals["num_statements"]
    print(f"coverage: {lines:.2f} % of lines")
    if lines >= float(wanted):
        return 0
    lacking = sorted(((one["summary"]["missing_lines"], name) for name, one in found["files"].items()), reverse=True)
    print(f"less than {wanted} %; most is missing in:")
    for missing, name in lacking[:15]:
        print(f"{missing:6} {name}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
