"""Print a script that completes commands, options and their values in a shell.

For bash: `source <(boundary completion bash)`; for zsh the same with zsh; for fish
`boundary completion fish | source`. The script is made from the commands as they are, and calls nothing when it runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal

Options = dict[str, list[str]]
"""The options of a command, each with the values that it takes (none where they are free or there are none)."""

_FORMATS = {
    "check": "boundary.reporters",
    "graph": "boundary.reporters.graphs",
    "diff": "boundary.reporters.differences",
}


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("shell", choices=_SHELLS, help="whose script")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the script of the shell."""
    terminal.write(_SHELLS[arguments.shell](_commands()))
    return 0


def _commands() -> dict[str, Options]:
    from importlib import import_module

    from boundary.cli import commands
    from boundary.cli._arguments import made

    found: dict[str, Options] = {}
    for name in commands():
        parser = made(f"boundary {name}", import_module(f"boundary.cli.{name}"))
        found[name] = dict(sorted(_options(name, parser)))
    return found


def _options(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, list[str]]]:
    from boundary.plugins import load

    for action in parser._actions:
        values = [str(choice) for choice in action.choices or ()]
        if "--format" in action.option_strings and name in _FORMATS:
            values = sorted(str(one.FORMAT) for one in load(_FORMATS[name]) if hasattr(one, "FORMAT"))
        for option in action.option_strings or ([""] if values else []):
            yield option, values


# --- shells -------------------------------------------------------------------------------------------------


def _bash(commands: dict[str, Options]) -> str:
    cases = []
    for name, options in commands.items():
        for option, values in options.items():
            if option and values:
                cases.append(f'    "{name} {option}") words="{" ".join(values)}" ;;')
    return _BASH.format(
        names=" ".join(commands),
        options="\n".join(
            f'    {name}) words="{" ".join([*options, *options.get("", [])]).strip()}" ;;'
            for name, options in commands.items()
        ),
        values="\n".join(cases),
    )


_BASH = """\
# bash completion of boundary
_boundary() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="" word words=""
  COMPREPLY=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W "{names} --help --version" -- "$current"))
    return
  fi
  case "$command $before" in
{values}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$command" in
{options}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -d -- "$current"))
}}
complete -o filenames -F _boundary boundary
"""


def _zsh(commands: dict[str, Options]) -> str:
    return (
        "#compdef boundary\n# zsh completion of boundary: by that of bash\n"
        "autoload -U +X bashcompinit && bashcompinit\n" + _bash(commands)
    )


def _fish(commands: dict[str, Options]) -> str:
    lines = ["# fish completion of boundary", "complete -c boundary -n __fish_use_subcommand -f"]
    lines.append(f'complete -c boundary -n __fish_use_subcommand -a "{" ".join(commands)}"')
    for name, options in commands.items():
        seen = f'-n "__fish_seen_subcommand_from {name}"'
        for option, values in options.items():
            choices = f' -x -a "{" ".join(values)}"' if values else ""
            flag = f" -l {option[2:]}" if option.startswith("--") else f" -s {option[1:]}" if option else ""
            lines.append(f"complete -c boundary {seen}{flag}{choices}")
    return "\n".join(lines) + "\n"


_SHELLS: dict[str, Callable[[dict[str, Options]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
