"""Where the command line writes and in which looks, and what becomes of streams that break."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from boundary.cli import main
from boundary.cli._progress import Progress
from boundary.cli._terminal import Terminal, save
from boundary.errors import UserError

ROOT = Path(__file__).parents[1]
SHOP = ROOT / "fixtures" / "scenarios" / "shop"
PROGRAM = [sys.executable, "-c", "from boundary.cli import main; raise SystemExit(main())"]
PLAIN = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS")}
PLAIN |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def run(*words: str, cwd: Path = SHOP, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *words], cwd=cwd, env=PLAIN, capture_output=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


# --- where it writes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "environment", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours(
    words: list[str],
    environment: dict[str, str],
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert main([*words, "rules"]) == 0
    assert ("\x1b[" in capsys.readouterr().out) is coloured


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "coloured"), [("xterm", True), ("dumb", False)])
def test_a_terminal_gets_colours_and_its_width(term: str, coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "77")
    terminal = Terminal(Screen(), io.StringIO(), {"TERM": term})
    assert terminal.colours(terminal.out) is coloured
    assert not terminal.colours(terminal.err)
    assert (terminal.width(terminal.out), terminal.width(terminal.err)) == (77, 0)


def test_quiet_keeps_notes_but_not_errors_to_itself() -> None:
    err = io.StringIO()
    terminal = Terminal(io.StringIO(), err, {})
    terminal.note("one\x1b")
    terminal.quiet = True
    terminal.note("two")
    terminal.complain("three", "four\nfive")
    assert err.getvalue() == "one\\x1b\nboundary: three\n  four\n  five\n"


def test_a_stdout_that_cannot_say_everything(tmp_path: Path) -> None:
    (tmp_path / "caf\u00e9").mkdir()
    (tmp_path / "caf\u00e9" / "b.py").write_text("def broken(:\n")
    words = [*PROGRAM, "check", "--fail-level", "never"]
    for encoding in ("ascii", "latin-1", "utf-8"):
        environment = PLAIN | {"PYTHONIOENCODING": encoding}
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "caf\u00e9/b.py".encode(encoding, "backslashreplace") in done.stdout


def test_a_reader_that_has_enough_changes_nothing() -> None:
    whole = run("check", "--format", "json")
    code = f"{' '.join(map(_quoted, PROGRAM))} check --format json | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], cwd=SHOP, env=PLAIN, capture_output=True, text=True, check=True)
    assert done.stdout == f"{{{whole.returncode}\n"
    assert done.stderr == ""


def _quoted(word: str) -> str:
    return f"'{word}'"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_results_that_cannot_be_written_are_an_error() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run([*PROGRAM, "rules"], env=PLAIN, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"boundary: the results could not be written: No space left on device\n"


class Broken(io.StringIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, _text: str) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (BrokenPipeError(), 1, ""),
        (
            OSError(28, "No space left on device"),
            2,
            "boundary: the results could not be written: No space left on device\n",
        ),
        (OSError("odd"), 2, "boundary: the results could not be written: odd\n"),
    ],
)
def test_what_happens_to_a_stream_that_breaks(error: OSError, status: int, says: str) -> None:
    terminal = Terminal(Broken(error), io.StringIO(), {})
    terminal.write("result")
    assert terminal.finish(1) == status
    assert terminal.err.getvalue() == says  # type: ignore[attr-defined]
    silent = Terminal(io.StringIO(), Broken(error), {})
    silent.complain("nobody hears it")
    assert silent.finish(1) == 1


def test_a_closed_stdout_is_no_defect() -> None:
    code = f"{' '.join(map(_quoted, PROGRAM))} --version >&-"
    done = subprocess.run(["bash", "-c", code], env=PLAIN, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    save(str(tmp_path / "a"), "caf\u00e9 \udce9\n")
    assert (tmp_path / "a").read_bytes() == "caf\u00e9 \\udce9\n".encode()
    with pytest.raises(UserError, match="cannot be written: no such file or directory"):
        save(str(tmp_path / "b" / "c"), "")
    with pytest.raises(UserError, match="cannot be written"):
        save("a\0b", "")


# --- progress -----------------------------------------------------------------------------------------------


def test_progress_shows_only_on_a_terminal_and_only_for_what_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boundary.cli._progress.monotonic", lambda: 1.0)
    for err, quiet, delay, shown in [
        (Screen(), False, 0.0, True), (Screen(), False, 60.0, False), (Screen(), True, 0.0, False),
        (io.StringIO(), False, 0.0, False),
    ]:  # fmt: skip
        terminal = Terminal(io.StringIO(), err, {"TERM": "xterm"})
        terminal.quiet = quiet
        with Progress(terminal, delay) as progress:
            progress("reading", 3, 10)
            progress("reading", 4, 10)  # too soon after the one before to be drawn
            progress.stop()
            progress("checking", 0, 0)
        assert bool(err.getvalue()) is shown
        assert ("3/10" in err.getvalue()) is shown
        assert "checking" not in err.getvalue()
        assert "4/10" not in err.getvalue()


def test_progress_leaves_nothing_behind_when_the_work_fails() -> None:
    err = Screen()
    with pytest.raises(ZeroDivisionError), Progress(Terminal(io.StringIO(), err, {"TERM": "xterm"}), 0.0) as progress:
        progress("reading", 3, 10)
        raise ZeroDivisionError
    assert err.getvalue().endswith("\x1b[?25h\r\x1b[1A\x1b[2K")


def test_results_do_not_stand_in_the_line_of_the_bar() -> None:
    """Both streams are one terminal: what is drawn goes away before anything else is written, and may come back."""
    screen = Screen()
    terminal = Terminal(screen, screen, {"TERM": "xterm"})
    with Progress(terminal, 0.0) as progress:
        progress("checking", 1, 2)
        terminal.write("a result\n")
    drawn, _, rest = screen.getvalue().partition("a result")
    assert "checking" in drawn
    assert drawn.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")
    assert rest == "\n"
