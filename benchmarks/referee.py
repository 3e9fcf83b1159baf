"""The attacks of a hostile referee, made on the shipped fits: what each changes, with its error.

Run: ``python benchmarks/referee.py [--draws N] [--calibration facts|plan]``. The numbers of docs/REFEREE.md are its.
Differences are paired: the same firms and luck with and without, from the branch on unless a row says otherwise.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np

import zhizao as zz
from zhizao.calendar import BRANCH_MONTH
from zhizao.studies.evidence_check import run_record
from zhizao.studies.lanes import prepare, run_futures
from zhizao.studies.options import scenarios_of
from zhizao.studies.parameter_draws import parameter_draws

Changes = Mapping[str, Any]

POLICIES: dict[str, Changes] = {
    "credit of 17 % on every project": {"tax.credit_rate": 0.17},
    "connected equipment 90 % cheaper": {"infrastructure.cost_cut": 0.9},
    "light projects at a tenth": {"provider_discount.waived_share": 0.45, "provider_discount.state_share": 0.45},
    "award of 50 million for a workshop": {"awards.workshop": 50.0},
    "grants x 3": {"grants.rate": (0.9, 0.24, 0.3, 0.3), "grants.cap": (0.9, 9.0, 9.0, 15.0)},
    "grants x 5": {"grants.rate": (1.0, 0.4, 0.5, 0.5), "grants.cap": (1.5, 15.0, 15.0, 25.0)},
    "grants x 5, budget x 5": {
        "grants.rate": (1.0, 0.4, 0.5, 0.5),
        "grants.cap": (1.5, 15.0, 15.0, 25.0),
        "grants.fund_multiple": 5.0,
    },
    "no deadline felt": {"grants.deadline_months": 0},
    "deadline felt for eight months": {"grants.deadline_months": 8},
    "approval first, decided at once": {"grants.regime": "approval-first", "handling.processing_days": 0},
    "approval first, after 60 days": {"grants.regime": "approval-first", "handling.processing_days": 60},
    "approval first, after 120 days": {"grants.regime": "approval-first", "handling.processing_days": 120},
    "demand 30 % lower": {"context.demand": 0.7},
    "energy bills relieved by 30 %": {"relief.energy_share": 0.3},
    "open every day": {"handling.weekend_share": 1.0},
    "no diagnosis": {"diagnosis.value": 0.0},
    "no campaign": {"campaign.rate": 0.0},
    "money carried over": {"grants.carry_over": "yes"},
    "no floor for grants": {"grants.floor": 0.0},
}
"""Levers from the branch on, added to the baseline."""

WORLDS: dict[str, Changes] = {
    "as fitted": {},
    "capacity x 0.7": {"providers.capacity_level": 0.7},
    "capacity x 1.5": {"providers.capacity_level": 1.5},
    "capacity x 3": {"providers.capacity_level": 3.0},
    "firms look twice a year of themselves": {"attention.spontaneous_rate": 2.0},
    "support draws nobody": {"attention.stake_rate": 0.0},
    "support draws firms strongly": {"attention.stake_rate": 3.0},
    "firms are choosy": {"choosing.taste_spread": 0.1},
    "firms are not choosy": {"choosing.taste_spread": 0.7},
    "queues are not foreseen": {"providers.queue_foresight": 0.0},
    "providers stay as they are": {"providers.adjustment_months": 0.0},
}
"""Parameters fixed throughout, whatever the fit says of them."""

TESTED = ("no-grants", "no-services", "double-grants", "services-surge", "light-vouchers")
TRUE, INVESTED = "level2_share_true_end", "private_investment_total"


def main() -> None:
    """Print all tables."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--draws", type=int, default=100)
    options.add_argument("--calibration", default="facts")
    asked = options.parse_args()
    given = {"draws": asked.draws, "calibration": asked.calibration}
    print(f"{asked.calibration}, {asked.draws} draws. True level 2, points (standard error); own investment, %\n")
    baseline = zz.load_scenario("baseline")
    tried = [baseline, *(baseline.with_changes(changes, name=name) for name, changes in POLICIES.items())]
    for line in rows(zz.compare(tried, **given)):
        print(line)
    print("\nThe same policies in other worlds: true level 2, points (standard error)\n")
    for name, changes in WORLDS.items():
        done = zz.compare(["baseline", *TESTED], settings=changes, **given)
        print(f"{name:40s} " + "  ".join(effect(one, done.first) for one in done.compared[1:]))
    print(" " * 41 + "  ".join(f"{name:>13s}" for name in TESTED) + "\n")
    for line in accounts(**given):
        print(line)


def rows(done: Any) -> list[str]:
    """Return a line for each policy."""
    first = done.first
    lines = []
    for one in done.compared[1:]:
        own, other = one.outcomes[INVESTED].sum(), first.outcomes[INVESTED].sum()
        lines.append(f"{one.label:40s} {effect(one, first)}   investment {100.0 * (own / other - 1.0):+6.1f} %")
    return lines


def effect(one: Any, first: Any) -> str:
    """Return the mean paired difference of the true share, and its standard error."""
    differences = 100.0 * (one.outcomes[TRUE] - first.outcomes[TRUE])
    return f"{differences.mean():+.2f} ({differences.std() / np.sqrt(differences.size):.2f})"


def accounts(draws: int, calibration: str) -> list[str]:
    """Return what projects come to by size of firm, up to the branch."""
    futures = prepare(scenarios_of("baseline", {}), BRANCH_MONTH, references=False)
    found = []
    for draw in parameter_draws(draws, calibration=calibration):
        run = run_record(run_futures(futures, draw.values, draw.seed, keep_log=True)[0])
        assert run.log is not None
        assert run.firms is not None
        cost = np.bincount(run.log["slot"], weights=run.log["cost"], minlength=run.firms.size)
        largest = np.argsort(run.firms["revenue"])[-14:]
        revenue = run.firms["revenue"].sum() * BRANCH_MONTH / 12.0
        own = run.history.column("private_investment", "all").sum()
        found.append((cost[largest].sum() / cost.sum(), own / revenue, run.log.size / run.firms.size))
    table = np.array(found)
    names = (
        "share of project cost of the 14 largest firms",
        "own investment as a share of revenue",
        "projects per firm",
    )
    return [
        f"{name}: {median:.3g} ({low:.3g} to {high:.3g})"
        for name, (low, median, high) in zip(names, np.quantile(table, (0.05, 0.5, 0.95), axis=0).T, strict=True)
    ]


if __name__ == "__main__":
    main()
