"""Commands that are killed again and again: ``python benchmarks/verification/kills.py``.

Sweeps, calibrations, comparisons and discoveries are killed in up to five ways, each at least as often as asked for,
and each command is given again until it ends. No healthy run may be recorded as a failure, what is there after every
kill must be whole, no process may be left, and the result must be that of an undisturbed command to the byte. It prints
a line for each command and way, and ends with 1 if something else was seen. It looks at processes as Linux shows them.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))

from tampering import OUTCOME, sealed_stores  # noqa: E402
from test_killed_commands import PAIR, begin, numbers  # noqa: E402
from test_workers import DESIGN, GONE, alive, below, parts, until, workers_below  # noqa: E402
from zhizao.errors import InputError  # noqa: E402
from zhizao.results.sweep_store import open_store  # noqa: E402
from zhizao.storage.together import Snapshot  # noqa: E402

WAYS = ("worker", "start", "storm", "helpers", "parent")
"""One worker; workers that have only just been started; all workers several times within seconds; all that a command
has started; the command itself."""

FIRMS, FEW_FIRMS = "value = 300\ninterval = [250, 350]", "value = 40\ninterval = [35, 45]"


@dataclass(frozen=True)
class Command:
    """A command, and where its result is.

    Attributes
    ----------
    arguments
        What is given.
    result
        Returns the result that a folder holds, having seen that all of it is whole; None if there is none yet.
    written
        Names of what the command writes.
    threads
        Whether it works in threads of its own process, so that only the command itself can be killed.
    """

    arguments: tuple[str, ...]
    result: Callable[[Path], Any]
    written: tuple[str, ...]
    threads: bool = False

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways in which it can be killed."""
        return ("parent",) if self.threads else WAYS


def swept(folder: Path) -> dict[str, bytes] | None:
    """Return the parts of a sweep that is complete."""
    if not (folder / "store" / "sweep.json").exists():
        return None
    status = open_store(folder / "store").status()
    assert not status.damaged, status.damaged
    assert status.failed == 0, f"{status.failed} healthy runs are recorded as failures"
    return parts(folder / "store") if status.complete else None


def calibrated(folder: Path) -> dict[str, bytes] | None:
    """Return the ensembles of a calibration, and see that what is there is a whole fit."""
    return parts(folder / "out") or None


def compared(folder: Path) -> Any:
    """Return the numbers of a comparison; without a whole one, see that not a single file of it is in place."""
    out = folder / "out"
    if not out.exists() or Snapshot(out).holds("run.json"):
        return numbers(folder)
    shown = [file.name for file in out.iterdir() if not file.name.startswith(".")]
    assert not shown, f"a part of a result: {shown}"
    return None


COMMANDS = {
    "sweep": Command(("sweep", "design.toml", "--out", "store", "--workers", "2", "--quiet"), swept, ("store",)),
    "calibrate": Command(
        (*("--district", "district", "calibrate", "--quick", "--treatment", "facts", "--particles", "100"),
         *("--bank", "512", "--work", "work", "--out", "out", "--workers", "2", "--quiet")),
        calibrated,
        ("work", "out"),
    ),
    "compare": Command(("compare", *PAIR, "--out", "out"), compared, ("out",), threads=True),
    "discover": Command(("discover", "futures", "--fails", f"{OUTCOME} < 0.8"), lambda folder: None, (), threads=True),
}  # fmt: skip


def small_district(folder: Path) -> None:
    """Make a district of some forty firms, whose facts are shares, so that a fit takes seconds."""
    shutil.copytree(ROOT / "districts" / "example", folder)
    priors, evidence = folder / "priors.toml", folder / "evidence.toml"
    text = priors.read_text("utf-8")
    assert FIRMS in text
    priors.write_text(text.replace(FIRMS, FEW_FIRMS), "utf-8")
    head, *facts = evidence.read_text("utf-8").split("[[fact]]")
    shares = [fact for fact in facts if 'unit = "% of firms"' in fact]
    assert len(shares) > 1
    evidence.write_text("[[fact]]".join([head, *shares]), "utf-8")


def ended(processes: set[int]) -> bool:
    return until(lambda: not any(map(alive, processes)), GONE)


def kill(victims: set[int], dice: random.Random) -> int:
    """Kill processes, as the system or a user does; return how many."""
    count = 0
    for victim in victims:
        try:
            os.kill(victim, dice.choice([signal.SIGKILL, signal.SIGTERM]))
            count += 1
        except ProcessLookupError:
            continue
    return count


def disturb(program: Popen[str], way: str, dice: random.Random, seconds: float, most: int) -> int:
    """Kill what belongs to a running command until it ends, or as often as given; return how often."""
    kills, seen = 0, set[int]()
    if way == "parent":
        time.sleep(seconds * dice.uniform(0.1, 1.05))
        everyone = below(program.pid)
        if program.poll() is None:
            program.kill()
            kills = 1
        program.wait()
        assert ended(everyone), "processes are left"
        return kills
    while program.poll() is None and kills < most:
        found = below(program.pid) if way == "helpers" else workers_below(program.pid)
        if way == "start":
            victims = found - seen
            seen |= found
            time.sleep(dice.uniform(0.0, 0.3) if victims else 0.01)
            kills += kill(victims, dice)
            continue
        time.sleep(dice.uniform(0.05, 0.2) * seconds)
        if way == "storm":
            for _ in range(3):
                kills += kill(workers_below(program.pid), dice)
                time.sleep(dice.uniform(0.1, 0.5))
        else:
            kills += kill(set(dice.sample(sorted(found), 1)) if way == "worker" and found else found, dice)
    return kills


def undisturbed(command: Command, folder: Path) -> tuple[Any, float]:
    """Do a command to its end; return its result, or what it prints if it writes none, and the seconds that it took."""
    begun = time.monotonic()
    program = begin(folder, *command.arguments)
    shown, said = program.communicate()
    assert program.returncode == 0, said
    return command.result(folder) if command.written else shown, time.monotonic() - begun


def clear(command: Command, folder: Path) -> None:
    for name in command.written:
        place = folder / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)


def try_kills(command: Command, way: str, folder: Path, expected: tuple[Any, float], count: int, most: int) -> str:
    """Kill a command as often as asked for, in one way; return in words what was seen.

    Parameters
    ----------
    expected
        The result without kills, and the seconds that it takes.
    count, most
        How many kills there must be, and how many there are at most while the command runs once.
    """
    result, seconds = expected
    dice, kills, runs, complete = random.Random(f"{command.arguments} {way}"), 0, 0, 0
    clear(command, folder)
    while kills < count:
        program = begin(folder, *command.arguments)
        kills, runs = kills + disturb(program, way, dice, seconds, min(most, count - kills)), runs + 1
        _, said = program.communicate()
        assert "Traceback" not in said, said
        assert "fault of zhizao" not in said, said
        found = command.result(folder)
        if found is not None or (program.returncode == 0 and command.written):
            assert found == result, "the result is another one"
        if program.returncode == 0:
            complete += 1
            clear(command, folder)
        elif way != "parent":
            assert program.returncode == 2, (program.returncode, said)
            assert "again" in said or "not finished" in said, said
    assert undisturbed(command, folder)[0] == result, "the result is another one after the last retry"
    left = [file.name for file in folder.rglob(".zhizao-*") if not file.name.endswith("lock")]
    assert not left, left
    return f"{kills} kills in {runs} runs, {complete} of them ended none the less; the retry is equal to the byte"


def main() -> None:
    """Print a line for each command and way, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="how many kills of each kind")
    parser.add_argument("--most", type=int, default=8, help="kills of workers at most while a command runs once")
    parser.add_argument("--commands", nargs="*", default=[*COMMANDS], choices=[*COMMANDS])
    parser.add_argument("--ways", nargs="*", default=[*WAYS], choices=[*WAYS])
    given = parser.parse_args()
    wrong = 0
    for name in given.commands:
        command = COMMANDS[name]
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "design.toml").write_text(DESIGN.format(size=64), "utf-8")
            sealed_stores(folder)
            small_district(folder / "district")
            undisturbed(command, folder)  # whatever is compiled or kept is there from now on
            clear(command, folder)
            expected = undisturbed(command, folder)
            for way in (way for way in command.ways if way in given.ways):
                begun = time.monotonic()
                try:
                    seen = try_kills(command, way, folder, expected, given.count, given.most)
                except (AssertionError, InputError) as error:
                    wrong, seen = wrong + 1, f"WRONG {error}"[:2000]
                print(f"{name}, {way}, {time.monotonic() - begun:.0f} s: {seen}", flush=True)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
