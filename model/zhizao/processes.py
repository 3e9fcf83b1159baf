"""Processes of this machine that do jobs: each has a line of its own, and none outlives the one that started it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, Generic, TypeVar

from zhizao.errors import OutOfResourcesError, out_of_resources
from zhizao.garbage import loading_for_good
from zhizao.isolation import isolated_start
from zhizao.parallel import Died, done_or_died

__all__ = ["Processes", "end_with_parent"]

Job = TypeVar("Job")
Result = TypeVar("Result")

_CRASHES = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGSYS", "SIGTRAP")
"""Signals that a process is ended by for what it does itself."""
_PATIENCE = 300.0
_MOST_FAILED_STARTS = 4
_MOST_KILLED_STARTS = 30


@dataclass(frozen=True)
class _Ready:
    """The process has loaded what it needs."""


@dataclass(frozen=True)
class _Failed:
    """What a process could not deal with itself."""

    error: Exception


class _Process:
    """One process and the line to it."""

    def __init__(self, task: bytes, main: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, task), daemon=True)
        self.job: Any = None
        self.ready = False
        self._out_of_memory = _kills_for_memory()
        try:
            with _interrupts_held_back(), isolated_start(main=main):
                self.process.start()
        except BaseException:
            self.line.close()
            raise
        finally:
            other.close()  # only the process holds it now, so that its death is noticed at this end

    def end(self) -> Died:
        """End the process at once, if it has not ended by itself; return how it ended."""
        self.line.close()
        self.process.join(0.5)  # a line that broke is the end of the process; its status may come a little later
        self.process.kill()
        self.process.join()
        code = self.process.exitcode or 0
        if code >= 0:
            return Died(why=f"ended by itself (exit status {code})", inside=True)
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        if name == "SIGKILL" and _kills_for_memory() > self._out_of_memory:
            return Died(why="was ended by the system, which was out of memory", inside=True)
        if name in _CRASHES:
            return Died(why=f"crashed ({name})", inside=True)
        return Died(why=f"was killed from outside ({name})", inside=False)

    def kill(self) -> None:
        """End the process: it has nothing that would be lost but what is in its hands."""
        self.line.close()
        self.process.kill()

    def join(self) -> None:
        """Wait until it has ended."""
        self.process.join()


class _Here:
    """A thread of this process that works as the others do; it has nothing to load."""

    def __init__(self, task: Callable[[Any], Any]) -> None:
        self._task = task
        self._pool = ThreadPoolExecutor(max_workers=1)
        self.line, self._end = multiprocessing.get_context("spawn").Pipe(duplex=False)
        self._done: deque[tuple[Any, Any]] = deque()
        self.busy = False

    def give(self, job: Any) -> None:
        """Begin a job."""
        self.busy = True
        self._pool.submit(self._do, job)

    def _do(self, job: Any) -> None:
        try:
            answer = done_or_died(self._task, job)
        except Exception as error:
            answer = _Failed(error)
        self._done.append((job, answer))
        self._end.send_bytes(b".")

    def heard(self) -> tuple[Any, Any]:
        """Return the job that is done, and what came of it."""
        self.line.recv_bytes()
        self.busy = False
        return self._done.popleft()

    def stop(self) -> None:
        """Wait for what is in hand, and end the thread."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.line.close()
        self._end.close()


class Processes(Generic[Job, Result]):
    """Processes of this machine.

    Parameters
    ----------
    task
        What is done for every job; it is sent to each process once.
    workers
        How many processes.
    main
        Whether the task needs what the user's own program defines, so that processes load that program too. They
        take all else from where the package and its libraries are.
    here
        Whether one of the workers is a thread of this process, which works while the others are still starting.

    Raises
    ------
    OutOfResourcesError
        If no process can be started.

    Notes
    -----
    A process that has died is replaced. Interrupts are for the one who gives out the jobs: processes do not notice
    them. They end by themselves as soon as that one is gone, however it went.
    """

    def __init__(self, task: Callable[[Job], Result], workers: int, *, main: bool = False, here: bool = False) -> None:
        self._task = bytes(ForkingPickler.dumps(task))
        self._main = main
        self._here = _Here(task) if here else None
        self._workers = workers - here
        self._processes: list[_Process] = []
        self._failed_starts = self._killed_starts = 0
        self._fill()

    @property
    def idle(self) -> int:
        """How many more jobs can be given out now."""
        here = self._here is not None and not self._here.busy
        return here + sum(process.ready and process.job is None for process in self._processes)

    def give(self, job: Job) -> None:
        """Give out a job."""
        if self._here is not None and not self._here.busy:
            self._here.give(job)
            return
        process = next(process for process in self._processes if process.ready and process.job is None)
        process.job = job
        with suppress(OSError):  # it may have died meanwhile; `finished` notices
            process.line.send(job)

    def finished(self) -> list[tuple[Job, Result | Died]]:
        """Wait until some job is done or some process is ready; return all jobs that are done."""
        self._fill()
        here = self._here if self._here is not None and self._here.busy else None
        working = here is not None or any(process.job is not None for process in self._processes)
        lines: dict[Any, _Process] = {process.line: process for process in self._processes}
        heard: list[Any] = wait([*lines, *([here.line] if here else [])], None if working or self.idle else _PATIENCE)
        if not heard:
            raise OutOfResourcesError(
                f"no worker has started within {_PATIENCE:.0f} seconds: the machine is too busy, or too little memory "
                "(ulimit -v) or too few processes (ulimit -u) are allowed"
            )
        found: list[tuple[Job, Result | Died]] = []
        for line in heard:
            found += self._heard(lines[line]) if line in lines else [self._heard_here()]
        return found

    def _heard_here(self) -> tuple[Job, Result | Died]:
        assert self._here is not None
        job, message = self._here.heard()
        if isinstance(message, _Failed):
            raise message.error
        return job, message

    def _heard(self, process: _Process) -> Iterator[tuple[Job, Result | Died]]:
        job, process.job = process.job, None
        died: Died | None = None
        try:
            message: Any = process.line.recv()
        except (EOFError, OSError):
            died = process.end()
            self._processes.remove(process)
        if job is None:
            self._count_start(process, died or message)
        elif died is not None:
            yield job, died
        elif isinstance(message, _Failed):
            raise message.error
        else:
            yield job, message

    def _count_start(self, process: _Process, how: Any) -> None:
        """Note that a process is ready; or that it has ended before it had a job, and give up if none lives."""
        if isinstance(how, _Ready):
            process.ready = True
            self._failed_starts = self._killed_starts = 0
            return
        if isinstance(how, _Failed):
            if reason := out_of_resources(how.error):
                how = Died(why=f"ran out of {reason}", inside=True)
                process.end()
                self._processes.remove(process)
            else:
                raise how.error
        if how.inside and any(other.ready for other in self._processes):
            self._workers = len(self._processes)  # there is no room for more; those that are there go on
            return
        self._failed_starts += how.inside
        self._killed_starts += 1
        if self._failed_starts > _MOST_FAILED_STARTS or self._killed_starts > _MOST_KILLED_STARTS:
            raise OutOfResourcesError(
                f"no worker can be started: the last one {how.why} before it had begun. Too little memory (ulimit -v), "
                "too few processes (ulimit -u) or too few open files (ulimit -n) may be allowed; allow more, or ask "
                "for fewer --workers"
            )
        time.sleep(0.1)

    def _fill(self) -> None:
        """Start what is missing; as long as some run, it does not matter that no more can be started."""
        while len(self._processes) < self._workers:
            try:
                self._processes.append(_Process(self._task, self._main))
            except OSError as error:
                none_more = error.errno == errno.EAGAIN
                reason = "processes" if none_more else out_of_resources(error) or error.strerror or str(error)
                if not self._processes:
                    raise OutOfResourcesError(
                        f"no worker can be started: this machine is out of {reason}, or allows too little of it "
                        "(ulimit -a shows it); close other programs or allow more, and give the same command again"
                    ) from error
                self._workers = len(self._processes)

    def stop(self) -> None:
        """End the processes; what they have in hand is lost."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()
        if self._here is not None:
            self._here.stop()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Start processes that never notice an interrupt; one that comes meanwhile is dealt with here, afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kills_for_memory() -> int:
    """How many processes this system has ended since it was started because memory had run out; 0 if it keeps none."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def _serve(line: Connection, task: bytes) -> None:
    """Do jobs until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        try:
            end_with_parent()
            with loading_for_good():
                do: Callable[[Any], Any] = ForkingPickler.loads(task)  # only now, for it may take a while to load
        except Exception as error:
            _answer(line, _Failed(error))
            return
        line.send(_Ready())
        while True:
            job = line.recv()
            try:
                answer = done_or_died(do, job)
            except Exception as error:
                answer = _Failed(error)
            _answer(line, answer)


def _answer(line: Connection, answer: Any) -> None:
    """Send an answer; of an error that cannot be sent, what it says."""
    try:
        line.send(answer)
    except (OSError, EOFError):
        raise
    except Exception as error:
        reason = answer.error if isinstance(answer, _Failed) else error
        line.send(_Failed(RuntimeError(f"{type(reason).__name__}: {reason}")))


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it is gone, whatever it is doing.

    Raises
    ------
    RuntimeError
        If the thread that waits for this cannot be started.
    """
    parent = multiprocessing.parent_process()

    def wait_and_end() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait_and_end, daemon=True).start()
