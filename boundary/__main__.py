"""``python -m boundary`` is the command ``boundary``."""

from __future__ import annotations

import sys

from boundary.cli import main

sys.exit(main())
