"""Figures for the points of the list that are not textbook limits: ``python benchmarks/verification/figures.py``."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import known_numbers
import numpy as np
from checks import Check, plain, within
from scipy import stats

from zhizao import draws
from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import MONEY
from zhizao.files import shipped
from zhizao.parameters.registry import Parameters
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.results.outcomes import OUTCOMES
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.compare import compare

__all__ = ["FIGURES", "accounts", "evenness", "held_out", "known", "ledgers", "luck", "recovery"]

DOUBT = 0.01
"""Chance of a false alarm over all streams together."""
SEED = 2018


def _unit(stream: int, month: int, count: int) -> np.ndarray:
    words = np.empty(count, np.uint32)
    draws.words(np.uint64(SEED), stream, month, 0, words)
    return (words + 0.5) / 2**32


def _lattice(one: np.ndarray, other: np.ndarray, side: int = 16) -> float:
    """Chance that even pairs fill a square lattice as unevenly, or as suspiciously evenly."""
    cells = np.bincount((one * side).astype(int) * side + (other * side).astype(int), minlength=side * side)
    p = stats.chisquare(cells).pvalue
    return float(2 * min(p, 1 - p))


def evenness() -> list[Check]:
    """Every stream: Kolmogorov-Smirnov, and pairs of neighbouring slots and months on a lattice."""
    streams = [stream.number for stream in draws.STREAMS.values()]
    even = [float(stats.kstest(_unit(stream, 3, 20_000), "uniform").pvalue) for stream in streams]
    pairs = []
    for stream in streams:
        here, later = _unit(stream, 24, 65_536), _unit(stream, 25, 65_536)
        pairs += [_lattice(here[0::2], here[1::2]), _lattice(here, later)]
    found = {"Kolmogorov-Smirnov over 20,000 slots": even, "pairs of slots and of months on a 16 by 16 lattice": pairs}
    return [
        Check(
            point=1,
            what=f"Draws of {len(streams)} streams, {name}: least p of {len(p)}",
            expected="even in (0, 1)",
            tolerance=f"p > {DOUBT / len(p):.2g}",
            seen=f"p = {min(p):.2g}",
            passed=min(p) > DOUBT / len(p),
            where="figures.py evenness",
        )
        for name, p in found.items()
    ]


def ledgers() -> list[Check]:
    """Both ledgers, every month of every shipped scenario; and the budget, which is never below nothing."""
    worst, least, months = 0.0, math.inf, 0
    scenarios = list_scenarios()
    for scenario in scenarios:
        parameters = Parameters().changed(scenario.parameter_changes)
        offers = monthly_offers(scenario.policies(), parameters)
        district = build_district(parameters, SEED, months=offers.size, network=scenario.network)
        world = run_one(Setting(district=district, parameters=parameters, seed=SEED), offers)
        worst = max(worst, float(world.money[:, MONEY.index("residual")].max()))
        least = min(least, float(world.money[:, MONEY.index("budget_left")].min()))
        months += offers.size
    what = f"{len(scenarios)} shipped scenarios, {months:,} months"
    return [
        within(4, f"Ledgers, {what}: largest gap, relative", 0.0, worst, 1e-9, "figures.py ledgers"),
        Check(
            point=4,
            what=f"Budget, {what}: least that is left, million RMB",
            expected="0 or more",
            tolerance="- 1e-9",
            seen=f"{least:.3g}",
            passed=least >= -1e-9,
            where="figures.py ledgers",
        ),
    ]


def accounts() -> list[Check]:
    """The five parts of the subsidy account sum to what was spent, in every shipped scenario."""
    done = compare([scenario.name for scenario in list_scenarios()], draws=10)
    gaps = []
    for entry in done.compared:
        for account, spent in zip(entry.accounts, entry.outcomes["public_spend_total"], strict=True):
            gaps.append(abs(sum(account.parts().values()) - float(spent)) / max(float(spent), 1.0))
    what = f"Subsidy account, {len(gaps)} twin runs: five parts less the spending, relative"
    return [within(4, what, 0.0, max(gaps), 1e-9, "figures.py accounts")]


def luck(drawn: int = 200) -> list[Check]:
    """Variance of a difference between policies under the same luck, over that under luck of its own."""
    one, other = (compare(("baseline", "services-surge"), draws=drawn, seed=seed).compared for seed in (0, 1))
    labels = {outcome.name: outcome.english for outcome in OUTCOMES}
    checks = []
    for name, demanded in (("level2_share_end", True), ("level2_share_true_end", True), ("public_spend_total", False)):
        common = np.var(one[1].outcomes[name] - one[0].outcomes[name])
        ratio = float(common / np.var(other[1].outcomes[name] - one[0].outcomes[name]))
        checks.append(
            Check(
                point=8,
                what=f"Luck removed, {drawn} draws, services-surge less baseline: {labels[name]}",
                expected="small",
                tolerance="at most 0.2" if demanded else "none: most is between parameters",
                seen=f"{ratio:.3f}",
                passed=ratio <= 0.2 if demanded else None,
                where="figures.py luck",
            )
        )
    return checks


def known() -> list[Check]:
    """Known numbers that have moved."""
    numbers = known_numbers.known()
    moved = known_numbers.moved(numbers, known_numbers.now())
    what = f"Known regression: numbers of {len(numbers)} that moved by more than {known_numbers.TOLERANCE:g}, relative"
    return [within(9, what, 0.0, len(moved), 0.0, "known_numbers.py")]


def _findings() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shipped("calibration/fitted") / "findings.json").read_text(encoding="utf-8"))
    return found


def recovery() -> list[Check]:
    """What the shipped calibration found when it was tried on districts whose truth is known."""
    found = _findings()["recovery"]
    coverage, used = found["coverage"], found["used"]
    low, high = min(coverage, key=coverage.get), max(coverage, key=coverage.get)
    where = "zhizao calibrate (findings.json)"
    span = f"{coverage[low]:.1%} ({low}) to {coverage[high]:.1%} ({high})"
    effects = ", ".join(f"{name} {coverage[name]:.1%}" for name in coverage if name.endswith("effect"))
    what = f"Coverage of 90 % intervals, {used} districts drawn from the prior, {len(coverage)} numbers"
    inside = {name: 0.88 <= share <= 0.92 for name, share in coverage.items()}
    by_chance = int(stats.binom.ppf(0.99, len(coverage), 0.01))
    return [
        Check(
            point=11,
            what=what,
            expected="90 %",
            tolerance="88 to 92 %",
            seen=span,
            passed=all(inside.values()),
            where=where,
        ),
        Check(
            point=11,
            what="… of which effects of policy",
            expected="90 %",
            tolerance="88 to 92 %",
            seen=effects,
            passed=all(held for name, held in inside.items() if name.endswith("effect")),
            where=where,
        ),
        Check(
            point=11,
            what=f"Ranks of the truths outside simultaneous 99 % bands, of {len(coverage)} numbers",
            expected=f"{0.01 * len(coverage):.1f} numbers, by chance",
            tolerance=f"{by_chance} at most, which chance exceeds once in a hundred",
            seen=", ".join(found["uneven"]) or "none",
            passed=len(found["uneven"]) <= by_chance,
            where=where,
        ),
    ]


def held_out() -> list[Check]:
    """Figures that were not fitted: where they fall among what the model gives. Reported, whether inside or not."""
    checks = []
    for row in _findings()["evidence"]:
        if row["use"] != "holdout":
            continue
        fact = f"{row['low']:g} to {row['high']:g}"
        told = [
            f"{name.split(' ')[0]}: {row[name]['low']:.3g} to {row[name]['high']:.3g}"
            f" ({'inside' if row[name]['inside'] else 'outside'})"
            for name in ("plan · report", "facts · report")
        ]
        checks.append(
            Check(
                point=12,
                what=f"Held out: {row['meaning']}",
                expected=fact,
                tolerance="90 % interval",
                seen="; ".join(told),
                passed=None,
                where="zhizao evidence (findings.json)",
            )
        )
    return checks


FIGURES: tuple[Callable[[], list[Check]], ...] = (evenness, ledgers, accounts, luck, known, recovery, held_out)


if __name__ == "__main__":
    for figure in FIGURES:
        for check in figure():
            print(plain(check))
