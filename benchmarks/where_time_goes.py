"""Where the time of a firm-month goes: ``python benchmarks/where_time_goes.py [--sizes 600 1200 10000] [--write]``.

Runs the twelve verbs of the month one by one from a compiled driver that reads the processor's cycle counter between
them, so that nothing of the engine is changed and nothing is spent on calls from Python. Prints nanoseconds per
firm-month by verb, and the fraction of the machine's ceiling as ``benchmarks/speed.py`` has it. The order of verbs is
held against the engine's own, and the driver's final state against that of the engine. The counter goes on while other
programs run, so of each verb in each month the least of all repeats counts; the fraction of the ceiling is in CPU time.
`--write` renews the table in ``docs/PERFORMANCE.md``.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from page import renew
from speed import MONTHS, ceiling_rate, engine_rate, fresh_world
from zhizao.by_reference import by_reference
from zhizao.compiled import whole_run
from zhizao.engine.awarding import award
from zhizao.engine.building import build, mature
from zhizao.engine.contracting import contract
from zhizao.engine.lifecycle import begin, produce, turn_over
from zhizao.engine.month import VERBS, simulate
from zhizao.engine.record import record
from zhizao.engine.seeking import announce, appraise, serve, spread_word
from zhizao.engine.settling import settle

COMMAND = "python benchmarks/where_time_goes.py --write"
DRIVEN = (announce, spread_word, serve, appraise, award, contract, build, mature, produce, turn_over, settle, record)


@intrinsic
def cycles(_context: Any) -> Any:
    """Return the processor's cycle counter."""

    def generate(_: Any, builder: Any, __: Any, ___: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(64), [])
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", fnty=kind), [])

    return types.int64(), generate


@whole_run
def timed_months(world, months, spent):  # type: ignore[no-untyped-def]
    """Run the months as the engine does; put the cycles of each month (row) and verb (column) into `spent`."""
    world = by_reference(world)
    for month in range(months):
        if month == 0:
            begin(world, month)
        before = cycles()
        for verb in range(12):
            if verb == 0:
                announce(world, month)
            elif verb == 1:
                spread_word(world, month)
            elif verb == 2:
                serve(world, month)
            elif verb == 3:
                appraise(world, month)
            elif verb == 4:
                award(world, month)
            elif verb == 5:
                contract(world, month)
            elif verb == 6:
                build(world, month)
            elif verb == 7:
                mature(world, month)
            elif verb == 8:
                produce(world, month)
            elif verb == 9:
                turn_over(world, month)
            elif verb == 10:
                settle(world, month)
            else:
                record(world, month)
            after = cycles()
            spent[month, verb] = after - before
            before = after


def nanoseconds(firms: int, repeats: int) -> np.ndarray:
    """Return nanoseconds per firm of each month (row) and verb (column), the least over all repeats."""
    least = np.full((MONTHS, len(VERBS)), np.inf)
    for _ in range(repeats):
        world, spent = fresh_world(firms), np.zeros(least.shape, np.int64)
        counter, clock = _now(), time.perf_counter()
        timed_months(world, MONTHS, spent)
        per_cycle = (time.perf_counter() - clock) / (_now() - counter)
        least = np.minimum(least, spent * per_cycle * 1e9)
    return least / firms


@whole_run
def _now():  # type: ignore[no-untyped-def]
    """Return the cycle counter, to Python."""
    return cycles()


def check_driver() -> None:
    """Stop unless the driver has the engine's verbs in their order and leaves the same state."""
    if tuple(verb.__name__ for verb in DRIVEN) != VERBS:
        raise SystemExit(f"the order of the month has changed: {VERBS}; correct `timed_months`")
    driven, engine = fresh_world(500), fresh_world(500)
    timed_months(driven, MONTHS, np.zeros((MONTHS, len(VERBS)), np.int64))
    simulate(engine, 0, MONTHS)
    if not np.array_equal(driven.series, engine.series) or driven.firms.tobytes() != engine.firms.tobytes():
        raise SystemExit("the driver does not run the engine's month; correct `timed_months`")


def tables(sizes: list[int], repeats: int) -> list[str]:
    """Measure, and return the lines of both tables."""
    by_verb, heavy, ceilings = {}, [], []
    for firms in sizes:
        times = repeats if firms <= 10_000 else 3
        spent = nanoseconds(firms, times)
        by_verb[firms] = spent.mean(axis=0)
        by_month = spent.sum(axis=1).reshape(-1, 12).mean(axis=0)
        heavy.append(by_month[[0, 11]] / np.median(by_month))
        rate, size = engine_rate(firms, times)
        ceiling = ceiling_rate(firms, times)
        ceilings.append(f"| {firms:,} | {rate:.1f} | {ceiling:,.0f} | {rate / ceiling:.1%} | {size:.0f} |")
    titles = " | ".join(f"{firms:,} firms" for firms in sizes)
    lines = [f"| verb, ns per firm-month | {titles} |", "|---" * (1 + len(sizes)) + "|"]
    for place in np.argsort(-np.mean(list(by_verb.values()), axis=0)):
        cells = (f"{spent[place]:.1f} ({spent[place] / spent.sum():.0%})" for spent in by_verb.values())
        lines.append(f"| `{VERBS[place]}` | {' | '.join(cells)} |")
    lines.append(f"| all | {' | '.join(f'{spent.sum():.1f}' for spent in by_verb.values())} |")
    january, december = np.mean(heavy, axis=0)
    lines += ["", f"A January takes {january:.1f} and a December {december:.1f} times as long as an ordinary month."]
    heads = ["", "| firms | million firm-months/s | ceiling | fraction | bytes per slot |", "|---|---|---|---|---|"]
    return [*lines, *heads, *ceilings]


def main() -> None:
    """Check the driver, measure, print; write if asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", type=int, nargs="+", default=[600, 1_200, 10_000], metavar="FIRMS")
    asked.add_argument("--repeats", type=int, default=15, help="up to 10,000 firms; above, three")
    asked.add_argument("--write", action="store_true", help="renew the tables in docs/PERFORMANCE.md")
    given = asked.parse_args()
    check_driver()
    lines = tables(given.sizes, given.repeats)
    print("\n".join(lines))
    if given.write:
        renew("verbs", COMMAND, lines)


if __name__ == "__main__":
    main()
