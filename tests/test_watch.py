"""What it is worth to look before deciding: rules with known answers, and an adaptive scenario against fixed ones."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.stats import norm

import zhizao as zz
from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.studies.deciding.rules import Rule, best_rule, best_rules, held_out, mean_of
from zhizao.studies.deciding.watch import FIXED, Watch

SCENARIO = "what-if/services-if-short"


def test_the_best_bound_by_hand() -> None:
    values, gains = np.array([4.0, 1.0, 3.0, 2.0]), np.array([-1.0, 2.0, -3.0, 1.5])
    rule = best_rule(values, gains)
    assert rule == Rule(relation="<", bound=2.5)
    assert rule.acts(values).tolist() == [False, True, False, True]
    assert best_rule(-values, gains) == Rule(relation=">=", bound=-2.5)
    assert best_rule(values, np.ones(4)).acts(values).all()
    assert not best_rule(values, -np.ones(4)).acts(values).any()
    assert best_rule(np.ones(4), gains).acts(np.ones(4)).sum() == 0  # one value: all or none, and all lose 0.5
    assert best_rules({"noise": np.ones(4), "good": values}, gains) == ("good", rule)


@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.3])
@pytest.mark.parametrize("noise", [0.5, 2.0])
def test_a_normal_figure_of_a_normal_gain_is_worth_what_the_formula_says(mean: float, noise: float) -> None:
    """Gain N(m, 1), figure gain + N(0, σ²): worth s·φ(m/s) + m·Φ(m/s) − max(m, 0) with s² = 1/(1 + σ²)."""
    chance, size = np.random.default_rng(5), 40_000
    gains = mean + chance.standard_normal(size)
    figure = gains + noise * chance.standard_normal(size)
    best_fixed = max(float(gains.mean()), 0.0)
    found = mean_of(np.where(held_out({"figure": figure}, gains), gains, 0.0) - best_fixed)
    spread = 1.0 / math.sqrt(1.0 + noise**2)
    exact = spread * norm.pdf(mean / spread) + mean * norm.cdf(mean / spread) - max(mean, 0.0)
    assert found.mean == pytest.approx(exact, abs=3.0 * (found.high - found.low) / 3.29)
    assert found.high - found.low < 0.05


def test_figures_of_chance_are_worth_nothing() -> None:
    """The best of fifty figures without any bearing looks good where it was found, and not elsewhere."""
    chance = np.random.default_rng(3)
    worth, looks = [], []
    for _ in range(40):
        gains = chance.standard_normal(100)
        figures = {str(number): chance.standard_normal(100) for number in range(50)}
        name, rule = best_rules(figures, gains)
        best_fixed = max(float(gains.mean()), 0.0)
        looks.append(float(np.where(rule.acts(figures[name]), gains, 0.0).mean()) - best_fixed)
        worth.append(float(np.where(held_out(figures, gains), gains, 0.0).mean()) - best_fixed)
    assert np.mean(looks) > 0.1
    assert np.mean(worth) < 0.0


@pytest.fixture(scope="module")
def watched() -> Watch:
    return zz.watch(SCENARIO, worth=[20.0, 40.0], draws=12, workers=1)


def test_an_adaptive_policy_is_one_of_its_fixed_ones_in_each_draw(watched: Watch) -> None:
    held = watched.held
    assert 0.0 < held.mean() < 1.0
    for values in (watched.outcomes, watched.money):
        assert np.array_equal(values["as_written"], np.where(held, values["later"], values["never"]))
    compared = zz.compare(["baseline", SCENARIO], draws=12, workers=1)
    for place, name in enumerate(("never", "as_written")):
        entry = compared.compared[place]
        assert np.array_equal(100.0 * entry.outcomes["level2_share_true_end"], watched.outcomes[name])
        assert np.array_equal(entry.outcomes["public_spend_total"], watched.money[name])
    assert compared.compared[1].signpost_lines()[0]["held"] == held.mean()


def test_what_looking_is_worth(watched: Watch) -> None:
    for one in map(watched.looking, watched.worths):
        payoffs = watched.payoffs(one.worth)
        means = {name: payoffs[name].mean() for name in payoffs}
        assert one.best == max(FIXED, key=lambda name: means[name])
        assert one.as_written.mean == pytest.approx(means["as_written"] - means[one.best])
        assert one.foresight.mean >= max(one.as_written.mean, one.best_bound.mean, one.best_figure.mean, 0.0)
    best = watched.figures(20.0)
    assert [one.worth.mean for one in best] == sorted((one.worth.mean for one in best), reverse=True)
    assert "level2_share_true" not in watched.seen
    assert list(watched.to_dict()["looking"][0]) == list(watched.rows()[0])


def test_prices_are_those_at_which_the_change_may_pay() -> None:
    found = zz.watch(SCENARIO, draws=8, workers=2)
    one, other = found.worths[0], found.worths[-1]
    assert other == pytest.approx(4.0 * one, rel=0.1)
    gains = [found.payoffs(price)["later"].mean() - found.payoffs(price)["never"].mean() for price in (one, other)]
    assert gains[0] < 0.0 < gains[1]


@pytest.mark.parametrize(
    ("scenario", "options", "said"),
    [
        ("baseline", {}, "baseline does not adapt; give a scenario whose changes depend on one"),
        (SCENARIO, {"until": "2024-03"}, "2024-06 is after the runs end"),
        (SCENARIO, {"worth": -1.0}, "worth = -1.0 must be a number"),
        (SCENARIO, {"outcome": "level2"}, "'level2' is not an outcome"),
    ],
)
def test_what_cannot_be_watched_is_refused(scenario: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        zz.watch(scenario, draws=2, **options)
    assert said in str(caught.value)


def test_the_command(tmp_path: Path) -> None:
    """JSON on the command line is what Python has; workers make no difference."""
    runner, asked = CliRunner(), ["watch", SCENARIO, "--worth", "20", "--draws", "4", "--quiet"]
    one, other = (runner.invoke(cli.program, [*asked, "--workers", count, "--format", "json"]) for count in ("1", "2"))
    assert one.exit_code == other.exit_code == 0, one.output
    found = [json.loads(run.stdout) for run in (one, other)]
    assert all(run.pop("seconds") > 0 for run in found)
    assert found[0] == found[1]
    assert found[0]["when"] == "level2_share < 0.72"
