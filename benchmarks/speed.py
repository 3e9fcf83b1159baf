"""How fast the model runs, from one run of this script: ``python benchmarks/speed.py [--quick]``.

Prints million firm-months per second on one core by size of district, bytes of state per firm, the same inputs
through the Mesa model and the ratio, the machine's own ceiling (one draw hashed and compared per firm-month, and
nothing else) with the fraction of it that the engine reaches, and the times to start and to compile. Times are
CPU seconds of one thread, medians over repeats. Nothing here is asserted: speed is measured, not tested.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from zhizao import draws
from zhizao.compiled import whole_run
from zhizao.engine.month import simulate
from zhizao.engine.state import World, new_world
from zhizao.mesa_model import DistrictModel
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import Policy
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.scenario.scenario import load_scenario

MONTHS = 96
SEED = 7


def cpu_seconds(work: Callable[[], object], prepare: Callable[[], object], repeats: int) -> float:
    """Median CPU seconds of `work` over `repeats`, each after an untimed `prepare`."""
    times = []
    for _ in range(repeats):
        prepare()
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def scaled(policy: Policy, scale: float) -> Policy:
    """Return a policy whose staff and additional budgets suit a district `scale` times as large."""
    budget = tuple(money * scale for money in policy.grants.additional_budget)
    return replace(
        policy,
        grants=replace(policy.grants, additional_budget=budget),
        specialists=replace(policy.specialists, count=policy.specialists.count * scale),
    )


def inputs(firms: int) -> tuple[Parameters, list[Policy]]:
    """Parameters and the baseline's policies for a district of `firms`, with money (to its bound) and staff in step."""
    scale = firms / 500.0
    parameters = Parameters().changed(
        {
            "population.firms": firms,
            "funding.annual_fund": min(200.0 * scale, 1e6),
            "population.output": 270_000.0 * scale,
        }
    )
    policies: dict[int, Policy] = {}
    monthly = load_scenario("baseline").policies(MONTHS)
    for policy in monthly:
        policies.setdefault(id(policy), scaled(policy, scale))
    return parameters, [policies[id(policy)] for policy in monthly]


def fresh_world(firms: int) -> World:
    """Return a district of `firms` ready for its first month, all mechanisms on."""
    parameters, policies = inputs(firms)
    district = build_district(parameters, SEED, months=MONTHS)
    return new_world(district, parameters.record(), monthly_offers(policies, parameters), SEED)


def bytes_per_slot(world: World) -> float:
    """Bytes of state and traits per slot, without the network, the series and the policy."""
    apart = {"partner_start", "partners", "series", "money", "offers", "par", "log"}
    total = sum(array.nbytes for name, array in world._asdict().items() if name not in apart)
    return total / world.firms.size


@whole_run
def hash_and_compare(seed, words, bound, months):  # type: ignore[no-untyped-def]
    """The least that any month can do: draw once per firm and compare. Returns the number of hits."""
    hits = 0
    for month in range(months):
        for first in range(0, bound.size, words.size):
            draws.words(seed, 1, month, first, words)
            for place in range(min(words.size, bound.size - first)):
                if words[place] < bound[first + place]:
                    hits += 1
    return hits


def engine_rate(firms: int, repeats: int) -> tuple[float, float]:
    """Million firm-months per second of the engine, and bytes per slot."""
    held: list[World] = []

    def prepare() -> None:
        held[:] = [fresh_world(firms)]

    seconds = cpu_seconds(lambda: simulate(held[0], 0, MONTHS), prepare, repeats)
    return firms * MONTHS / seconds / 1e6, bytes_per_slot(held[0])


def ceiling_rate(firms: int, repeats: int) -> float:
    """Million firm-months per second of nothing but a draw and a comparison."""
    words = np.zeros(1024, np.uint32)
    bound = np.full(-(-firms // 1024) * 1024, 2**32 // 25, np.uint32)
    seed = np.uint64(SEED)
    hash_and_compare(seed, words, bound, 1)
    seconds = cpu_seconds(lambda: hash_and_compare(seed, words, bound, MONTHS), lambda: None, repeats)
    return bound.size * MONTHS / seconds / 1e6


def mesa_rate(firms: int, months: int) -> float:
    """Million firm-months per second of the Mesa model on the same inputs (its first months)."""
    parameters, policies = inputs(firms)
    model = DistrictModel(parameters=parameters, policies=policies, rng=SEED, months=months)
    begun = time.process_time()
    for _ in range(months):
        model.step()
    return firms * months / (time.process_time() - begun) / 1e6


def start_times() -> None:
    """Print the time to show help, and to run once with and without compiled code on disk."""
    program = [sys.executable, "-m", "zhizao"]
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([*program, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    print(f"zhizao --help                       {statistics.median(times):8.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ZHIZAO_CACHE_DIR": folder}
        for label in ("first run, compiling everything", "second run, compiled code on disk"):
            begun = time.perf_counter()
            subprocess.run([*program, "run", "--quiet"], check=True, capture_output=True, env=environment)
            print(f"{label:35s} {time.perf_counter() - begun:8.2f} s")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small districts and few repeats only")
    quick = parser.parse_args().quick
    sizes = (500, 1_200, 10_000) if quick else (500, 1_200, 10_000, 100_000, 500_000)
    simulate(fresh_world(60), 0, MONTHS)
    print(f"{MONTHS} months, the baseline scenario, one core, medians of CPU time\n")
    print("firms      million firm-months/s   ceiling   fraction   bytes/slot")
    rates = {}
    for firms in sizes:
        repeats = 15 if firms <= 10_000 else 3
        rate, size = engine_rate(firms, repeats)
        ceiling = ceiling_rate(firms, repeats)
        rates[firms] = rate
        print(f"{firms:8,d} {rate:20.1f} {ceiling:12.0f} {rate / ceiling:9.1%} {size:11.0f}", flush=True)
    print("\nfirms      Mesa, million firm-months/s   engine over Mesa")
    for firms in (500,) if quick else (500, 1_200):
        rate = mesa_rate(firms, 24 if quick else MONTHS)
        print(f"{firms:8,d} {rate:26.3f} {rates[firms] / rate:18.0f}", flush=True)
    print()
    start_times()


if __name__ == "__main__":
    main()
