"""Ctrl-C stops the program within seconds at any time: while it is loaded, while it compiles and while it runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from zhizao.room import check_room

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")

SOON = 12.0
"""Seconds: four until a process that does not notice is ended, and some for a busy machine."""
COMPARE = ["-m", "zhizao", "compare", "--draws", "100000", "--workers", "2", "--n-firms", "100"]


def started(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start Python; shells let what runs in the background ignore interrupts."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def stopped(running: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[str, str]:
    """Interrupt a process; return what it printed. It must end soon, and say that it was stopped."""
    try:
        began = time.monotonic()
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
        assert time.monotonic() - began < SOON
    finally:
        running.kill()
    assert running.returncode == 128 + number, err
    assert "Traceback" not in err
    assert err.rstrip().endswith("stopped; nothing was left half-written")
    return out, err


def script(middle: str) -> subprocess.Popen[str]:
    """Start a program that heeds interrupts and does something; wait until it is at it."""
    running = started(
        "-c",
        "import ctypes, sys, time\n"
        "from zhizao.interrupts import STOPPED, exit_status, heed_interrupts, interrupts_are_over\n"
        "heed_interrupts()\n"
        "try:\n"
        "    print('begun', flush=True)\n"
        f"    {middle}\n"
        "except KeyboardInterrupt:\n"
        "    interrupts_are_over()\n"
        "    print(STOPPED, file=sys.stderr)\n"
        "    sys.exit(exit_status())\n",
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "begun\n"
    time.sleep(0.5)
    return running


# An interrupt is lost where a library drops every error: `hasattr` stands for one that asks an object for something.
LOST = (
    "class Slow:\n"
    "        @property\n"
    "        def name(self):\n"
    "            try: time.sleep(60)\n"
    "            except BaseException: raise AttributeError from None\n"
    "    hasattr(Slow(), 'name')\n"
    "    time.sleep(60)"
)
# A lock of the C library that nobody gives back: no Python code is run until it is.
STUCK = (
    "mutex, library = ctypes.create_string_buffer(256), ctypes.CDLL(None)\n"
    "    library.pthread_mutex_lock(mutex)\n"
    "    library.pthread_mutex_lock(mutex)"
)
CLEANING = (
    "try: time.sleep(60)\n"
    "    finally:\n"
    "        for _ in range(30): time.sleep(0.1)\n"
    "        print('put away', flush=True)"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_a_library_drops_is_raised_again(number: int) -> None:
    stopped(script(LOST), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_process_that_runs_no_python_code_is_ended(number: int) -> None:
    stopped(script(STUCK), number)


def test_what_is_put_away_is_not_interrupted_again() -> None:
    running = script(CLEANING)
    running.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert stopped(running)[0] == "put away\n"


def test_an_interrupt_in_a_finaliser_is_not_lost_and_shows_nothing() -> None:
    middle = (
        "class Slow:\n"
        "        def __del__(self): time.sleep(60)\n"
        "    Slow()\n"
        "    time.sleep(60)"
    )  # fmt: skip
    stopped(script(middle))


def test_a_process_that_was_started_to_ignore_interrupts_does() -> None:
    running = subprocess.run(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
         "from zhizao.interrupts import heed_interrupts; heed_interrupts()\n"
         "signal.raise_signal(signal.SIGINT); print('still here')"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert running.stdout == "still here\n"


def test_an_interrupt_while_room_is_looked_for_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check_room()


@pytest.mark.parametrize("wait", [0.3, 0.5, 1.0, *(pytest.param(wait, marks=pytest.mark.slow) for wait in (2.0, 4.0))])
def test_a_comparison_is_stopped_at_any_time(wait: float) -> None:
    running = started(*COMPARE)
    time.sleep(wait)
    try:
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=SOON)
    finally:
        running.kill()
    assert not out
    # before the program itself is loaded, Python ends by the signal, or with 1, as it does for any program
    if running.returncode == 1:
        assert "Fatal Python error: init_" in err or "Could not import runpy module" in err
    else:
        assert running.returncode in (130, -signal.SIGINT)
    if running.returncode == 130:
        said = err.splitlines()
        assert said.pop() == "stopped; nothing was left half-written"
        # a machine that never ran this source compiles it first, and says so
        assert all(line.startswith("compiling the model for the first time") for line in said)


@pytest.mark.slow
def test_a_comparison_is_stopped_while_it_compiles(tmp_path: Path) -> None:
    running = started(*COMPARE, ZHIZAO_CACHE_DIR=str(tmp_path))
    began = time.monotonic()
    while not list(tmp_path.glob("*/*.nbc")):  # the first function is compiled; the largest take most of a minute
        assert time.monotonic() - began < 120
        time.sleep(0.05)
    time.sleep(3)
    stopped(running)
    assert not list(tmp_path.rglob("*.partial"))
