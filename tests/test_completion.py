"""Shell completion: what a shell offers after the words that were typed."""

from __future__ import annotations

import re
import subprocess

import pytest

from boundary.cli import commands, main


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize(
    ("typed", "offered", "never"),
    [
        ("boundary ", {"check", "diff", "--version"}, {"--base"}),
        ("boundary ch", {"check"}, {"graph"}),
        ("boundary check --f", {"--format", "--fail-level"}, {"--base"}),
        ("boundary check --format ", {"sarif", "markdown", "text"}, {"dot", "--base"}),
        ("boundary --quiet graph --format ", {"dot", "mermaid"}, {"sarif"}),
        ("boundary graph --level t", {"team", "table"}, {"store"}),
        ("boundary diff --format ", {"json", "markdown", "text"}, {"sarif"}),
        ("boundary completion ", {"bash", "zsh", "fish"}, set()),
        ("boundary check --color ", {"auto", "always", "never"}, {"--base"}),
    ],
)
def test_bash_offers_what_fits(
    typed: str, offered: set[str], never: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = typed.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    call = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _boundary; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(
        ("bash", "--norc", "-uc", script("bash", capsys) + call), capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stderr == ""
    found = set(done.stdout.split())
    assert offered <= found
    assert not never & found


def test_zsh_takes_the_completion_of_bash(capsys: pytest.CaptureFixture[str]) -> None:
    out = script("zsh", capsys)
    assert out.startswith("#compdef boundary\n")
    assert out.endswith(script("bash", capsys))


def test_fish_knows_commands_options_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    out = script("fish", capsys)
    assert f'-a "{" ".join(commands())}"' in out
    assert re.search(r'^complete -c boundary -n "__fish_seen_subcommand_from check" -l base$', out, re.MULTILINE)
    assert re.search(r'from graph" -l level -x -a "team service store table operation"$', out, re.MULTILINE)
    assert re.search(r'from check" -s q$', out, re.MULTILINE)
    assert re.search(r'from completion" -x -a "bash zsh fish"$', out, re.MULTILINE)
