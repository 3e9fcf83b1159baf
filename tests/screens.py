"""A real pseudo-terminal of any width, and what the program shows on it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from click.testing import CliRunner

from zhizao.commands import cli


@contextmanager
def terminal(width: int, height: int = 200) -> Iterator[tuple[int, list[bytes]]]:
    """Open a terminal; give the descriptor to write to, and the list that what is shown is put into."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    shown: list[bytes] = []

    def read() -> None:
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                return
            if not part:
                return
            shown.append(part)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield theirs, shown
    finally:
        os.close(theirs)
        reader.join(timeout=30)
        os.close(ours)


def _text(shown: list[bytes]) -> str:
    return b"".join(shown).decode("utf-8").replace("\r\n", "\n")


def screen(width: int, call: Callable[[], object], height: int = 200) -> str:
    """Return what a call prints on a terminal of some width, in this process."""
    with (
        terminal(width, height) as (end, shown),
        open(os.dup(end), "w", encoding="utf-8") as stream,
        redirect_stdout(stream),
    ):
        call()
        stream.flush()
    return _text(shown)


def command_screen(width: int, *arguments: str, height: int = 200) -> str:
    """Return what a command prints on a terminal of some width, in this process."""
    return screen(width, lambda: cli.program.main(list(arguments), "zhizao", standalone_mode=False), height)


def process_screen(
    width: int, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> tuple[int, str]:
    """Return how a command ends as a process of its own on a terminal, and what it prints there."""
    with terminal(width) as (end, shown):
        done = subprocess.run(
            [sys.executable, "-m", "zhizao.commands.cli", *arguments],
            stdin=end,
            stdout=end,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            timeout=300,
            check=False,
        )
    return done.returncode, _text(shown)


def printed(*arguments: str) -> str:
    """Return what a command prints where there is no terminal."""
    found = CliRunner().invoke(cli.program, list(arguments), prog_name="zhizao")
    assert found.exit_code == 0, found.output
    return found.stdout
