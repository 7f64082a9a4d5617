"""Infrastructure that programs describe, as the templates that they would make: nothing of them is run.

A service of the Serverless Framework may be written in TypeScript, and stacks with the Cloud Development Kit, whose
output is seldom kept. What comes out are ``Block`` facts, as templates have them, at the places in the programs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from boundary.facts import FileFacts
from boundary.facts.infra import Block
from boundary.resolve.synthesis import constructs, serverless

__all__ = ["synthesised"]

Made = dict[str, list[Block]]
"""What comes out of programs, by the file that it stands in."""


def synthesised(files: Sequence[FileFacts]) -> Sequence[FileFacts]:
    """The files with what their programs describe; the same files where none does."""
    known = {file.path: file for file in files if not file.mark}
    made: Made = defaultdict(list)
    for found in (serverless.services(known), constructs.stacks(known)):
        for path, blocks in found.items():
            made[path] += blocks
    if not made:
        return files
    further = [FileFacts(path, (), ()) for path in sorted(made) if path not in known]
    return [
        replace(file, facts=(*file.facts, *made[file.path])) if file.path in made and not file.mark else file
        for file in (*files, *further)
    ]
