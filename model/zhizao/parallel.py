"""Work shared out to several threads or processes; results never depend on who did what, or who was first.

A crew takes jobs and gives back results. A worker that ends without a result costs only its own job, and that job is
done again: being killed from outside is not a result. Only what ends worker after worker from the inside, each time
with nothing else running, is held to be the fault of the job.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from zhizao.errors import InputError, OutOfResourcesError, out_of_resources

__all__ = ["Crew", "Died", "Progress", "Tell", "Threads", "Work"]

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""

Tell = Callable[[str], None]
"""Called with a line on what has been done."""

Job = TypeVar("Job")
Result = TypeVar("Result")

_TRIES = 2
_TRIES_ALONE = 3
_TRIES_UNKNOWN = 6
_MOST_DEATHS = 10
_MOST_DEATHS_IN_A_STORM = 30
_LONGEST_PAUSE = 2.0


@dataclass(frozen=True, kw_only=True)
class Died:
    """A worker has ended without a result.

    Attributes
    ----------
    why
        In words, to stand after "the process that ran it".
    inside
        Whether what it did has ended it, as far as one can know: a crash or too little memory. A worker that was
        killed from outside says nothing of its job.
    """

    why: str
    inside: bool


class Crew(Protocol[Job, Result]):
    """Workers that take jobs one by one."""

    @property
    def idle(self) -> int:
        """How many more jobs can be given out now."""

    def give(self, job: Job) -> None:
        """Give out a job; only if someone is idle."""

    def finished(self) -> list[tuple[Job, Result | Died]]:
        """Wait until some job is done or someone is idle; return all that are done."""

    def stop(self) -> None:
        """End the workers; what they have in hand is lost."""


class Threads(Generic[Job, Result]):
    """Threads of this process: the engine releases the interpreter while it runs.

    Parameters
    ----------
    task
        What is done for every job.
    workers
        How many threads.
    """

    def __init__(self, task: Callable[[Job], Result], workers: int) -> None:
        self._task, self._workers = task, workers
        self._pool = ThreadPoolExecutor(max_workers=workers)
        self._jobs: dict[Future[Result | Died], Job] = {}

    @property
    def idle(self) -> int:
        """How many more jobs can be given out now."""
        return 2 * self._workers - len(self._jobs)  # so that no thread waits until this one hands out the next

    def give(self, job: Job) -> None:
        """Give out a job."""
        try:
            self._jobs[self._pool.submit(done_or_died, self._task, job)] = job
        except RuntimeError as error:
            raise OutOfResourcesError(
                f"no thread can be started ({error}): too few are allowed (ulimit -u) or memory is short (ulimit -v); "
                "allow more, or ask for fewer --workers"
            ) from error

    def finished(self) -> list[tuple[Job, Result | Died]]:
        """Wait until some job is done; return all that are."""
        ready, _ = wait(self._jobs, return_when=FIRST_COMPLETED)
        return [(self._jobs.pop(future), future.result()) for future in ready]

    def stop(self) -> None:
        """Wait for what is in hand, and end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def done_or_died(task: Callable[[Job], Result], job: Job) -> Result | Died:
    """Do a job; that memory or the like has run out says more of the machine than of the job."""
    try:
        return task(job)
    except Exception as error:
        if reason := out_of_resources(error):
            return Died(why=f"ran out of {reason}", inside=True)
        raise


class Work(Generic[Job, Result]):
    """Jobs that are given out to a crew until none is left.

    A job that has ended two workers comes back as `Died`; `apart` has it, or parts of it, done again with nothing
    else running. There it comes back as `Died` after three ends from the inside, or six of any kind.

    Parameters
    ----------
    crew
        Who does them.
    jobs
        What there is to do; each can be hashed.
    """

    def __init__(self, crew: Crew[Job, Result], jobs: Iterable[Job]) -> None:
        self._crew = crew
        self._left = deque(jobs)
        self._apart: deque[Job] = deque()
        self._alone: set[Job] = set()
        self._deaths: dict[Job, list[Died]] = {}
        self._in_hand = 0
        self._deaths_in_a_row = 0
        self._anyone_lived = False

    def apart(self, jobs: Iterable[Job]) -> None:
        """Have jobs done one at a time, after everything else."""
        found = list(jobs)
        self._apart.extend(found)
        self._alone.update(found)
        for job in found:
            self._deaths.pop(job, None)

    def results(self) -> Iterator[tuple[Job, Result | Died]]:
        """Yield every job with its result, as they are done, or with why there is none.

        Raises
        ------
        InputError
            If worker after worker ends: that is not the fault of a job.
        """
        self._give()
        while self._in_hand or self._left or self._apart:
            done = self._crew.finished()
            self._in_hand -= len(done)
            final = [(job, result) for job, result in done if self._is_final(job, result)]
            self._give()  # first, so that nobody waits until what came back is dealt with
            yield from final
            self._give()

    def _give(self) -> None:
        while self._left and self._crew.idle:
            self._in_hand += 1
            self._crew.give(self._left.popleft())
        if self._apart and not self._left and not self._in_hand and self._crew.idle:
            self._in_hand += 1
            self._crew.give(self._apart.popleft())

    def _is_final(self, job: Job, result: Result | Died) -> bool:
        """Return whether that is all that can be said of a job; if not, it is done again."""
        if not isinstance(result, Died):
            self._anyone_lived, self._deaths_in_a_row = True, 0
            return True
        deaths = self._deaths.setdefault(job, [])
        deaths.append(result)
        self._deaths_in_a_row += 1
        self._give_up_where_nothing_lives(result)
        inside = sum(death.inside for death in deaths)
        if job in self._alone:
            if inside >= _TRIES_ALONE or len(deaths) >= _TRIES_UNKNOWN:
                return True
            self._apart.appendleft(job)
        else:
            if len(deaths) >= _TRIES:
                return True
            self._left.appendleft(job)
        if not result.inside:
            time.sleep(min(0.05 * 2.0**self._deaths_in_a_row, _LONGEST_PAUSE))  # what kills workers may stop soon
        return False

    def _give_up_where_nothing_lives(self, last: Died) -> None:
        storm = not last.inside and self._deaths_in_a_row > _MOST_DEATHS_IN_A_STORM
        if storm or (not self._anyone_lived and self._deaths_in_a_row > _MOST_DEATHS):
            raise InputError(
                f"{self._deaths_in_a_row} workers in a row have ended without a result; the last one {last.why}. "
                "Ask for fewer firms or --workers if memory is short, and give the same command again"
            )
