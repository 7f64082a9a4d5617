"""Makes folders and git repositories for tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_IDENTITY = {
    **{f"GIT_{who}_NAME": "Ada Reed" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "ada@example.org" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_DATE": "2026-03-02T09:00:00Z" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(folder: Path, *words: str) -> str:
    """What a git command says."""
    settings = ("-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ("git", *settings, *words), cwd=folder, env=os.environ | _IDENTITY, capture_output=True, check=True
    )
    return done.stdout.decode(errors="surrogateescape").strip()


def lay(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, which it gives back."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def repository(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A git repository with one commit of these files."""
    lay(folder, files)
    git(folder, "init", "-q")
    return commit(folder, {})


def commit(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Another commit of everything that is there, after writing some files."""
    lay(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Work")
    return folder
