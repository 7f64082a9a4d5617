"""Where output goes: results to stdout, everything else to stderr; colours and widths; what a closed pipe does."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from boundary.errors import WRONG, cannot_write

COLOURS = ("auto", "always", "never")
"""What ``--color`` takes."""


class Terminal:
    """The two streams of a run. ``colour`` is one of ``COLOURS``; ``quiet`` keeps all but errors off stderr;
    ``verbose`` says more, and shows the traceback of a defect."""

    def __init__(self, out: TextIO, err: TextIO, environment: Mapping[str, str]) -> None:
        self.out = out
        self.err = err
        self.environment = environment
        self.colour = "auto"
        self.quiet = False
        self.verbose = False
        self.clear: Callable[[], None] = _nothing  # wipes away what would stand between lines: a progress bar
        self._lost = ""  # why results could not be written
        for stream in (out, err):
            # A name that the stream's encoding cannot say must not end the run.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    @classmethod
    def of_process(cls) -> Terminal:
        """The streams and the environment of this process."""
        nowhere = Path(os.devnull)
        out = sys.stdout or nowhere.open("w", encoding="utf-8")  # None when the shell closed it: `>&-`
        err = sys.stderr or nowhere.open("w", encoding="utf-8")
        return cls(out, err, os.environ)

    def write(self, text: str) -> None:
        """Put a result on stdout."""
        self._put(self.out, text)

    def note(self, text: str) -> None:
        """Tell something that is no result, unless quiet."""
        if not self.quiet:
            self._put(self.err, _safe(text) + "\n")

    def complain(self, message: str, hint: str = "") -> None:
        """Tell what went wrong and what to do."""
        from boundary.reporters._rows import row, write

        lines = [row(("error", "boundary: "), message), *(row(line, indent=2) for line in hint.splitlines())]
        self._put(self.err, write(lines, colour=self.colours(self.err), width=self.width(self.err)))

    def defect(self, error: Exception) -> None:
        """Tell that the fault is ours, and how to report it."""
        import platform
        from traceback import format_exception

        from boundary import __version__

        if self.verbose:
            told = "".join(format_exception(error)).splitlines()
            self._put(self.err, "".join(_safe(line) + "\n" for line in told))
        how = "with this message" if self.verbose else "with what `--verbose` adds"
        self.complain(
            f"this is a defect in boundary: {type(error).__name__}: {error}",
            f"Your call is not to blame. Please report it {how};\n"
            f"boundary {__version__}, Python {platform.python_version()}, {platform.system()}.",
        )

    def colours(self, stream: TextIO) -> bool:
        """Whether a stream gets escape codes: ``--color``, NO_COLOR, FORCE_COLOR, then whether it is a terminal."""
        if self.colour != "auto":
            return self.colour == "always"
        if self.environment.get("NO_COLOR"):
            return False
        if self.environment.get("FORCE_COLOR"):
            return True
        return stream.isatty() and self.environment.get("TERM") != "dumb"

    def width(self, stream: TextIO) -> int:
        """The columns of a stream that is a terminal, else 0: nothing is wrapped in a file."""
        return shutil.get_terminal_size((100, 24)).columns if stream.isatty() else 0

    def finish(self, status: int) -> int:
        """Send what is still buffered; returns the status of the run, an error when its results went nowhere."""
        self._put(self.out, "", flush=True)
        if self._lost:
            self.complain(f"the results could not be written: {self._lost}")
            status = WRONG
        self._put(self.err, "", flush=True)
        return status

    def _put(self, stream: TextIO, text: str, *, flush: bool = False) -> None:
        self.clear()
        try:
            stream.write(text)
            if flush:
                stream.flush()
        except BrokenPipeError:
            _drop(stream)  # whoever read has enough: `| head`
        except OSError as error:
            _drop(stream)
            if stream is self.out:
                self._lost = error.strerror or str(error)


def _nothing() -> None:
    """What has to be wiped away while nothing is drawn."""


def save(path: str, text: str) -> None:
    """Write a result to a file; UserError where that does not go."""
    try:
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except (OSError, ValueError) as error:
        raise cannot_write(path, getattr(error, "strerror", None) or str(error)) from None


def _safe(text: str) -> str:
    from boundary.reporters._safe import printable

    return printable(text)


def _drop(stream: TextIO) -> None:
    """Send what is still to come nowhere, so that Python's own last flush does not fail again."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
