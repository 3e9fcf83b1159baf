"""What one draw of a comparison costs, and how much of it the month loop: ``python benchmarks/draw.py [--draws 12]``.

Every scenario that ships is run under the same draws, with the subsidy account and groups of firms and without (as for
the treatment of the plan that was not asked for). Prints milliseconds of processor time a draw, the least of several
rounds, since other programs only ever add to it, and the share of it that the compiled months take. With `--growth`,
how the time of a whole comparison on one thread grows with draws and with scenarios.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from zhizao.engine import adapting, simulation
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.compare import _one_draw, compare
from zhizao.studies.lanes import prepare
from zhizao.studies.options import check_options, scenarios_of
from zhizao.studies.parameter_draws import parameter_draws


class Clock:
    """The months, and the processor seconds that they have taken."""

    def __init__(self) -> None:
        self._simulate = simulation.simulate
        self.seconds = 0.0

    def __call__(self, *state: Any) -> None:
        """Run months as the engine does."""
        began = time.thread_time()
        self._simulate(*state)
        self.seconds += time.thread_time() - began


def growth() -> None:
    """Print seconds of processor time by draws and by scenarios, and the powers that fit them best."""
    names = [scenario.name for scenario in list_scenarios()]
    compare(names[:2], draws=2, workers=1)  # loads
    _grows("draws", {draws: (names, draws) for draws in (25, 50, 100, 200)})
    _grows("scenarios", {count: (names[:count], 50) for count in (2, 4, 8, 16, len(names))})


def _grows(what: str, sizes: dict[int, tuple[list[str], int]]) -> None:
    seconds = {}
    for size, (names, draws) in sizes.items():
        began = time.process_time()
        compare(names, draws=draws, workers=1)
        seconds[size] = time.process_time() - began
    power = np.polyfit(np.log(list(seconds)), np.log(list(seconds.values())), 1)[0]
    told = ", ".join(f"{size}: {second:.2f} s" for size, second in seconds.items())
    print(f"{what} {told}; grows as {what}^{power:.2f}")


def main() -> None:
    """Time draws with and without the account, and print both."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--draws", type=int, default=12)
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--growth", action="store_true", help="how time grows with draws and scenarios")
    asked = options.parse_args()
    if asked.growth:
        growth()
        return
    checked = check_options(draws=asked.draws)
    futures = prepare(scenarios_of(list_scenarios(), checked.settings), checked.months)
    draws = parameter_draws(asked.draws, funding=checked.funding, calibration=checked.calibration)
    clock = Clock()
    simulation.simulate = adapting.simulate = clock
    print(f"{len(futures.futures)} scenarios in {len(futures.lanes)} courses, {asked.draws} draws, one thread")
    for accounted in (True, False):
        found = []
        for _ in range(asked.rounds + 1):  # the first loads
            clock.seconds, began = 0.0, time.thread_time()
            for draw in draws:
                _one_draw(futures, checked.ideas, (draw, accounted))
            found.append((time.thread_time() - began, clock.seconds))
        whole, months = min(found[1:])
        what = "with account" if accounted else "without account"
        print(f"{what:16} {whole / asked.draws * 1e3:6.1f} ms a draw, of which months {months / whole:.0%}")


if __name__ == "__main__":
    main()
