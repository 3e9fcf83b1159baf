"""Processes that are killed, crash, run out of memory or lose their parent: what is left, and what is said."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import zhizao as zz
from zhizao.errors import InputError, out_of_resources
from zhizao.for_each import for_each
from zhizao.parallel import Died, Threads, Work
from zhizao.processes import Processes
from zhizao.results.sweep_store import open_store
from zhizao.room import check_room
from zhizao.studies.sweeps.design import design_of
from zhizao.studies.sweeps.sweep import sweep

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")

DESIGN = """
format = 1
title = "A sweep to be disturbed"
scenarios = ["baseline", "no-grants"]
draws = 2
chunk = 5
series = ["level2_share"]
[set]
population.firms = 60
[sample]
method = "sobol"
size = {size}
[[factor]]
key = "attention.spontaneous_rate"
"""
PATIENCE, GONE = 600.0, 60.0
"""Seconds that a busy machine is waited for, where starting a process alone can take minutes; and for an end."""
PROGRAM = [sys.executable, "-m", "zhizao"]


def below(parent: int) -> set[int]:
    """Every process that a process has started, or that those have, as long as they live."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        try:
            rest = (entry / "stat").read_text("utf-8").rpartition(")")[2].split()
        except (OSError, NotADirectoryError):
            continue
        if entry.name.isdigit() and rest[0] not in "ZX":
            parents[int(entry.name)] = int(rest[1])
    found: set[int] = set()
    while more := {child for child, of in parents.items() if of in {parent, *found}} - found:
        found |= more
    return found


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait until something holds; return whether it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def workers_below(parent: int) -> set[int]:
    """The processes below one that do jobs."""
    found = set()
    for process in below(parent):
        try:
            line = Path(f"/proc/{process}/cmdline").read_text("utf-8")
        except OSError:
            continue
        if "multiprocessing" in line and "resource_tracker" not in line:
            found.add(process)
    return found


def parts(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.parquet")}


@pytest.fixture
def begun() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the program; whatever is left of it afterwards is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **more: object) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [*PROGRAM, *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
        )  # type: ignore[call-overload]
        started.append(program)
        return program  # type: ignore[no-any-return]

    yield start
    for program in started:
        left = below(program.pid)
        program.kill()
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        program.communicate()


# ------------------------------------------------------------------------------------- one process, one job


def ended_by(how: int) -> int:
    """End this process by a signal, or with an exit status; do nothing for 0."""
    if how < 0:
        os._exit(-how)
    if how:
        os.kill(os.getpid(), how)
        time.sleep(10)
    return how


@pytest.mark.parametrize(
    ("how", "inside", "why"),
    [
        (signal.SIGKILL, False, "was killed from outside (SIGKILL)"),
        (signal.SIGTERM, False, "was killed from outside (SIGTERM)"),
        (signal.SIGSEGV, True, "crashed (SIGSEGV)"),
        (signal.SIGABRT, True, "crashed (SIGABRT)"),
        (-3, True, "ended by itself (exit status 3)"),
    ],
)
def test_a_process_that_ends_costs_its_job_only_and_says_how(how, inside, why):
    crew: Processes[int, int] = Processes(ended_by, 1)
    try:
        found = dict(Work(crew, [int(how), 0]).results())
    finally:
        crew.stop()
    died = found[int(how)]
    assert isinstance(died, Died)
    assert died.inside == inside
    assert died.why == why
    assert found[0] == 0


def greedy(job: int) -> int:
    if job:
        raise MemoryError
    return job


@pytest.mark.parametrize("crew_of", [Threads, Processes])
def test_memory_that_runs_out_is_no_result(crew_of):
    crew = crew_of(greedy, 1)
    try:
        found = dict(Work(crew, [0, 1]).results())
    finally:
        crew.stop()
    assert found == {0: 0, 1: Died(why="ran out of memory", inside=True)}


def wrong(job: int) -> int:
    raise InputError(f"job {job} is wrong")


class UnsendableError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("both")


def unsendable(job: int) -> int:
    raise UnsendableError(job, job)


@pytest.mark.parametrize(("task", "error"), [(wrong, InputError), (unsendable, (RuntimeError, TypeError))])
def test_an_error_of_a_job_is_raised_here(task, error):
    crew = Processes(task, 1)
    try:
        with pytest.raises(error, match=r"job 7 is wrong|both|argument"):
            list(Work(crew, [7]).results())
    finally:
        crew.stop()


def test_for_each_says_that_memory_ran_out_and_leaves_no_thread():
    before = threading.active_count()
    with pytest.raises(MemoryError):
        for_each(greedy, [0, 0, 1, 0], 2)
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (MemoryError(), "memory"),
        (OSError(12, "Cannot allocate memory"), "memory"),
        (OSError(24, "Too many open files"), "open files"),
        (ImportError("libx.so: failed to map segment from shared object"), "memory"),
        (RuntimeError("can't start new thread"), "processes or threads"),
        (OSError(2, "No such file or directory"), None),
        (ValueError("not a number"), None),
    ],
)
def test_what_has_run_out_is_known_by_the_error(error, what):
    assert out_of_resources(error) == what
    outer = KeyError("damaged")
    outer.__cause__ = error
    assert out_of_resources(outer) == what


@pytest.mark.parametrize(
    "error", [MemoryError("malloc of size 4598175219545276416 failed"), MemoryError("Unable to allocate 3.5 EiB")]
)
def test_more_memory_than_any_machine_has_is_asked_for_by_damaged_files(error):
    assert out_of_resources(error) is None


def read(error: Exception) -> None:
    try:
        raise error
    except Exception as caught:
        raise InputError("firms.csv: cannot be read; save it again") from caught


def test_a_file_is_not_blamed_where_memory_or_files_run_out():
    for error, words in ((MemoryError(), "too little memory"), (OSError(24, "x"), "too few open files")):
        with pytest.raises(InputError, match=words) as caught:
            read(error)
        assert "firms.csv" not in str(caught.value)
        assert "不足" in caught.value.in_language("zh")[0]
    for error in (OSError(2, "x"), OSError(11, "Resource temporarily unavailable"), ValueError("x")):
        with pytest.raises(InputError, match="save it again"):
            read(error)


LIMITED = """
import resource, sys
{limit}
sys.argv = ["zhizao", "compare", "baseline", "--draws", "2", "--n-firms", "20", "--until", "2024-03", *{more!r}]
from zhizao.commands.cli import main
main()
"""


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("resource.setrlimit(resource.RLIMIT_AS, (300_000_000,) * 2)", "too little memory"),
        ("resource.setrlimit(resource.RLIMIT_AS, (460_000_000,) * 2)", "too little memory to start"),
        ("resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))", ""),
        ("resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))", ""),
    ],
)
def test_a_start_with_too_little_says_so_and_never_hangs(limit, said, tmp_path):
    register = tmp_path / "firms.csv"
    register.write_text("id,sector\na,equipment\n", "utf-8")
    code = LIMITED.format(limit=limit, more=["--workers", "2"])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False, cwd=tmp_path
    )
    assert done.returncode in (0, 2), done.stderr
    assert "fault of zhizao" not in done.stderr
    if done.returncode or said:
        assert "too little memory" in done.stderr or "too few" in done.stderr, done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_start_without_threads_is_refused_before_libraries_wait_for_them(monkeypatch):
    def none(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    with pytest.raises(InputError, match="too few processes or threads"):
        check_room()


READING = """
import pathlib, threading
import zhizao as zz
from zhizao.evidence.ensembles import read_ensemble
def threads():
    return int(pathlib.Path("/proc/self/status").read_text().partition("Threads:")[2].split()[0])
import pyarrow.parquet, pyarrow.csv
before = threads()
read_ensemble("plan", "report")
zz.read({folder!r})
assert threads() == before, (threads(), before)
"""


def test_reading_starts_no_thread_that_could_be_missing(tmp_path):
    """pyarrow's own threads wait for ever where one of them could not be started."""
    from zhizao.studies.compare import compare

    compare(["baseline"], draws=2, n_firms=20, until="2024-03", workers=1).write(tmp_path / "results")
    code = READING.format(folder=str(tmp_path / "results"))
    subprocess.run([sys.executable, "-c", code], check=True)


# --------------------------------------------------------------------------- the parent goes, so do the others


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", ["sweep", pytest.param("calibrate", marks=pytest.mark.slow)])
def test_no_process_outlives_the_one_that_started_it(command, how, begun, tmp_path):
    (tmp_path / "design.toml").write_text(DESIGN.format(size=4096), "utf-8")
    arguments = {
        "sweep": ["design.toml", "--out", "store"],
        "calibrate": ["--work", "work", "--out", "out", "--bank", "65536"],
    }
    program = begun(
        command,
        *arguments[command],
        "--workers",
        "2",
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert until(lambda: len(workers_below(program.pid)) == 2)
    everyone = below(program.pid)
    time.sleep(1.0)  # somewhere between loading and the first results
    program.send_signal(how)
    _, said = program.communicate(timeout=PATIENCE)
    assert until(lambda: not any(map(alive, everyone)), GONE)
    assert "Traceback" not in said
    if how != signal.SIGKILL:
        assert program.returncode in (128 + how, -how)
        assert "stopped" in said


READING_APART = """
import re, time
from zhizao.guarded import call_apart
if __name__ == "__main__":
    call_apart({call})
"""


def seconds_used(process: int) -> float:
    """Seconds that a process has had a processor."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("call", "most"),
    [("time.sleep, 600", 600), pytest.param("re.match, '(a+)+$', 'a' * 60 + 'b'", 5, marks=pytest.mark.slow)],
)
def test_what_is_read_apart_does_not_outlive_the_dashboard(call, most, tmp_path):
    """Not even where it lets no other thread of its process go on."""
    limits = {**os.environ, "ZHIZAO_LIMITS": f"guarded_seconds={most}"}
    reading = subprocess.Popen([sys.executable, "-c", READING_APART.format(call=call)], env=limits, cwd=tmp_path)
    try:
        assert until(lambda: len(workers_below(reading.pid)) == 1)
        apart = workers_below(reading.pid)
        if most == 600:
            time.sleep(0.5)
        else:
            assert until(lambda: seconds_used(*apart) > 1.0)
    finally:
        reading.kill()
        reading.wait()
    try:
        assert until(lambda: not any(map(alive, apart)), GONE)
    finally:
        for process in filter(alive, apart):
            os.kill(process, signal.SIGKILL)


# ------------------------------------------------------------------------------------------ killed again and again


def disturb(program: subprocess.Popen[str], kind: str, moments: random.Random, most: int) -> int:
    """Kill workers (or all that a sweep has started) until it ends or as often as given; return how often."""
    kills = 0
    while program.poll() is None and kills < most:
        time.sleep(moments.uniform(0.05, 0.6))
        victims = sorted(below(program.pid) if kind == "helpers" else workers_below(program.pid))
        for victim in victims[:1] if kind == "one" else victims:
            try:
                os.kill(victim, moments.choice([signal.SIGKILL, signal.SIGTERM]))
            except ProcessLookupError:
                continue
            kills += 1
    return kills


def disturbed_sweeps(
    folder: Path, begun: Callable[..., subprocess.Popen[str]], kind: str, size: int, most: int = 8
) -> int:
    """Sweep while workers are killed, until the store is whole; see that it is the undisturbed one to the bit."""
    text = DESIGN.format(size=size)
    (folder / "design.toml").write_text(text, "utf-8")
    if not (folder / "undisturbed").exists():
        sweep(design_of(text, folder / "design.toml", {}), folder / "undisturbed", kind="threads")
    kills = 0
    for attempt in range(5):
        program = begun("sweep", "design.toml", "--out", f"{kind}", "--workers", "2", "--quiet", cwd=folder)
        kills += disturb(program, kind, random.Random(attempt), most)
        _, said = program.communicate(timeout=300)
        status = open_store(folder / kind).status()
        assert status.failed == 0
        assert "Traceback" not in said
        if program.returncode == 0:
            break
        assert program.returncode == 2, said
        assert "not finished" in said or "in a row have ended" in said or "can be started" in said
    assert status.complete
    assert parts(folder / kind) == parts(folder / "undisturbed")
    return kills


@pytest.mark.parametrize("kind", ["one", pytest.param("storm", marks=pytest.mark.slow)])
def test_a_sweep_whose_workers_are_killed_ends_the_same(kind, begun, tmp_path):
    assert disturbed_sweeps(tmp_path, begun, kind, 64) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["one", "storm", "helpers"])
def test_a_long_sweep_that_is_disturbed_twenty_times_ends_the_same(kind, begun, tmp_path):
    assert disturbed_sweeps(tmp_path, begun, kind, 512, most=24) >= 20


def test_long_work_is_done_in_processes_and_short_work_here(monkeypatch):
    where = "__import__('os').getpid()"
    here = os.getpid()
    slow_here = f"{where} if {where} != {here} else __import__('time').sleep(1) or {here}"

    def places(*, apart: bool) -> list[int]:
        return for_each(eval, [where] * 6, 2, apart=apart)

    assert set(places(apart=True)) == {here}
    monkeypatch.setattr("zhizao.for_each._WORTH_PROCESSES", -1.0)
    first, second, third, *others = for_each(eval, [where, where, *[slow_here] * 60], 2, apart=True)
    assert {first, second} == {here}  # done here, so that code is compiled once, and to see how long one takes
    assert third == here  # by the worker that need not start
    assert len({*others} - {here}) == 1
    assert set(places(apart=False)) == {here}


def test_results_of_processes_are_in_the_order_of_the_items_and_faults_come_back(monkeypatch):
    monkeypatch.setattr("zhizao.for_each._WORTH_PROCESSES", -1.0)
    assert for_each(eval, [f"{n} * {n}" for n in range(9)], 2, apart=True) == [n * n for n in range(9)]
    with pytest.raises(ZeroDivisionError):
        for_each(eval, ["1", "1 / 0", "2"], 2, apart=True)


def test_a_comparison_is_the_same_in_processes_and_in_threads(monkeypatch):
    def found() -> dict[str, Any]:
        whole = zz.compare(["baseline", "no-grants"], draws=4, workers=2, n_firms=60, until="2024-06").to_dict()
        return whole | {"seconds": 0.0}

    in_threads = found()
    monkeypatch.setattr("zhizao.for_each._WORTH_PROCESSES", -1.0)
    assert str(found()) == str(in_threads)
