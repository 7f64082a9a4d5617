"""A progress bar on stderr: only on a terminal, only for work that lasts, and gone when it is done."""

from __future__ import annotations

from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal

_STEP = 0.1  # seconds between two drawings


class Progress:
    """Takes what the pipeline tells of its work. ``delay`` is in seconds: what is done sooner needs no bar.

    It draws when it is told something, not from a thread of its own: with threads about, processes cannot be forked.
    """

    def __init__(self, terminal: Terminal, delay: float = 0.5) -> None:
        self._terminal = terminal
        self._wanted = terminal.err.isatty() and not terminal.quiet
        self._next = monotonic() + delay
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Draw the state of the work, when it is time."""
        if not self._wanted or monotonic() < self._next:
            return
        self._next = monotonic() + _STEP
        if self._bar is None:
            self._start()
        self._bar.update(self._task, description=stage, completed=done, total=total or None)
        self._bar.refresh()

    def stop(self) -> None:
        """Wipe the bar away, for good."""
        self._wanted = False
        self._wipe()

    def _wipe(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        terminal = self._terminal
        console = Console(file=terminal.err, no_color=not terminal.colours(terminal.err))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Bar(*columns, console=console, transient=True, auto_refresh=False)
        self._task = self._bar.add_task("")
        terminal.clear = self._wipe
        self._bar.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
