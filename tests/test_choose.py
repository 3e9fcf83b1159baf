"""Choosing among policies: criteria equal closed forms and textbook tables, futures are paired, bad input is named."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import zhizao as zz
from zhizao.arrays import FloatArray
from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.report.decision_words import structure_name
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.compare import compare
from zhizao.studies.deciding.choose import Choice, choose, judged
from zhizao.studies.deciding.criteria import CRITERIA, best_shares, means, quantiles, regrets, resampled_futures
from zhizao.studies.deciding.goal import YEARLY, Goal, goal_of
from zhizao.studies.deciding.prices import steps
from zhizao.studies.deciding.trials import Trials
from zhizao.studies.deciding.worlds import chosen_worlds, weights_of
from zhizao.studies.options import check_options
from zhizao.studies.structures import WeighedStructure
from zhizao.words.tables import LANGUAGES

FEW: dict[str, Any] = {"draws": 3, "n_firms": 60, "workers": 1}
TRUE = "level2_share_true_end"
MONEY = "public_spend_total"


def world(key: str, weight: float) -> WeighedStructure:
    return WeighedStructure(
        calibration=key, funding="report", title="", title_zh="", log_evidence=0.0, second=math.nan, weight=weight
    )


def judged_by(
    payoffs: FloatArray, *, weights: tuple[float, ...] = (1.0,), money: FloatArray | None = None, **more: Any
) -> Choice:
    """Judge a table of payoffs, acts by states, the states shared out evenly to the structures."""
    table = np.asarray(payoffs, dtype=np.float64)
    states = table.shape[1] // len(weights)
    goal = goal_of("projects_started_total", **more)
    spent = np.zeros_like(table) if money is None else money
    trials = Trials(
        policies=tuple(f"act {place}" for place in range(len(table))),
        scenarios=(),
        options=check_options(draws=states, calibration="prior"),
        outcomes={"projects_started_total": table, MONEY: spent, YEARLY: spent / 2.0},
        structure=np.repeat(np.arange(len(weights)), states),
        draw=np.tile(np.arange(states), len(weights)),
    )
    return judged(trials, tuple(world(f"s{n}", weight) for n, weight in enumerate(weights)), goal)


def uniform(count: int) -> FloatArray:
    return (np.arange(count) + 0.5) / count


# ---------------------------------------------------------------------------------------------- known answers

RETURNS = np.array([[-4.0, 4.0, 12.0], [-2.0, 3.0, 8.0], [3.0, 2.0, 1.0]])
"""Stocks, bonds and money market as rates rise, stay or fall: the example of textbooks on minimax regret."""


def test_a_textbook_table() -> None:
    """Regrets 7, 5 and 11: bonds by regret, the money market by its worst case, stocks by the mean and by Hurwicz."""
    assert np.array_equal(regrets(RETURNS), [[7.0, 0.0, 0.0], [5.0, 1.0, 4.0], [0.0, 2.0, 11.0]])
    found = judged_by(RETURNS)
    assert found.measures["regret_worst"][:, 0].tolist() == [7.0, 5.0, 11.0]
    assert found.measures["regret_mean"][:, 0] == pytest.approx([7 / 3, 10 / 3, 13 / 3])
    assert found.measures["best"][:, 0] == pytest.approx([2 / 3, 0.0, 1 / 3])
    choices = {one.criterion.name: one.policy for one in found.criteria}
    assert choices == {
        "expected": "act 0",
        "maximin": "act 2",
        "hurwicz": "act 0",
        "minimax_regret": "act 1",
        "regret_90": "act 1",
    }


def test_two_acts_in_two_states() -> None:
    """Act 1 gains 3 in a state of probability p and loses 1 otherwise; it is better than nothing where p > 1/4."""
    for percent, act in ((20, "act 0"), (30, "act 1")):
        good = np.arange(100) < percent
        found = judged_by(np.array([np.zeros(100), np.where(good, 3.0, -1.0)]))
        assert found.choice("expected") == act
        gain = 3.0 * percent / 100 - (1 - percent / 100)
        assert found.measures["payoff"][1, 0] == pytest.approx(gain)
        assert found.measures["regret_mean"][:, 0] == pytest.approx([0.03 * percent, 1 - percent / 100])


def test_a_newsvendor_orders_the_critical_fractile() -> None:
    """Price 5, cost 2, demand even from 0 to 100: the best order is 100 · 3/5, and its expected profit 3 · 60 / 2."""
    demand, orders = 100.0 * uniform(2000), np.arange(0.0, 101.0, 10.0)
    profit = 5.0 * np.minimum(orders[:, np.newaxis], demand) - 2.0 * orders[:, np.newaxis]
    found = judged_by(profit)
    assert found.choice("expected") == "act 6"
    assert found.measures["payoff"][6, 0] == pytest.approx(90.0, abs=1e-3)
    assert found.choice("maximin") == "act 0"  # nothing is sold in the worst case
    worst = np.maximum(2.0 * orders, 3.0 * (100.0 - orders))  # too much, or too little
    assert int(worst.argmin()) == 6
    assert found.choice("minimax_regret") == "act 6"


def test_satisficing_shares_of_even_payoffs() -> None:
    """Even from 0 to 1 is at least 0.8 in a fifth of the futures; two requirements hold together in their overlap."""
    even = uniform(1000)
    money = np.array([even, np.full(1000, 0.4)])
    found = judged_by(
        np.array([even, even[::-1]]), money=money, require=["projects_started_total >= 0.8", f"{MONEY} <= 0.9"]
    )
    assert found.measures["met"][:, 0] == pytest.approx([0.1, 0.2])
    assert found.choice("satisficing") == "act 1"


def test_regret_of_two_normal_payoffs() -> None:
    """Of two independent standard normal payoffs each has a mean regret of 1/√π, and a 90 % regret of √2 z(0.9)."""
    luck = np.random.Generator(np.random.Philox(7))
    payoffs = luck.standard_normal((2, 40_000))
    payoffs = np.concatenate([payoffs, payoffs[::-1]], axis=1)  # so that both acts are alike
    found = judged_by(payoffs)
    assert found.measures["regret_mean"][:, 0] == pytest.approx([1 / math.sqrt(math.pi)] * 2, rel=0.02)
    assert found.measures["regret_90"][:, 0] == pytest.approx([math.sqrt(2) * NormalDist().inv_cdf(0.9)] * 2, rel=0.02)
    assert found.measures["best"][:, 0] == pytest.approx([0.5, 0.5])


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    luck = np.random.Generator(np.random.Philox(8))
    payoffs = np.array([luck.standard_normal(400), np.zeros(400)])
    value, low, high = judged_by(payoffs).measures["payoff"][0]
    width = 2 * NormalDist().inv_cdf(0.95) * payoffs[0].std() / 20.0
    assert value == pytest.approx(payoffs[0].mean())
    assert high - low == pytest.approx(width, rel=0.1)


def test_structures_weigh_what_they_are_given() -> None:
    """Act 0 is better under the first structure, by less than act 1 under the second: weights decide."""
    table = np.array([[2.0, 2.0, 0.0, 0.0], [0.0, 0.0, 3.0, 3.0]])
    for weight, act in ((0.7, "act 0"), (0.5, "act 1")):
        found = judged_by(table, weights=(weight, 1 - weight))
        assert found.choice("expected") == act
        [row] = [one for one in found.criteria if one.criterion.name == "expected"]
        assert row.by_structure == ("act 0", "act 1")
        assert row.holds is False
        assert found.choice("alike") == "act 1"
    table[0, 2:] = 1.0  # act 0 is at least 1 everywhere
    assert judged_by(table, weights=(0.1, 0.9)).choice("worst_structure") == "act 0"


def test_weighted_quantiles() -> None:
    values, weights = np.array([[3.0, 1.0, 2.0]]), np.array([[0.2, 0.5, 0.3], [1 / 3] * 3])
    assert quantiles(values, weights, 0.5).ravel().tolist() == [1.0, 2.0]
    assert quantiles(values, weights, 0.9).ravel().tolist() == [3.0, 3.0]


def test_equals_share_what_is_best() -> None:
    assert best_shares(np.array([[1.0, 2.0], [1.0, 1.0]]), np.array([[0.5, 0.5]])).tolist() == [[0.75, 0.25]]


def test_prices_at_which_the_choice_changes() -> None:
    """A costs 0 and gives 0, B 10 for 10, C 40 for 20, D 30 for 12 is never best: from 1 on B, from 3 on C."""
    effects, money = np.array([[0.0, 10.0, 20.0, 12.0]]), np.array([[0.0, 10.0, 40.0, 30.0]])
    assert [(one.policy, one.worth) for one in steps(effects, money)] == [(0, 0.0), (1, 1.0), (2, 3.0)]
    found = judged_by(np.repeat(effects.T, 5, axis=1), money=np.repeat(money.T, 5, axis=1), worth=2.0)
    assert found.choice("expected") == "act 1"
    assert found.measures["payoff"][:, 0] == pytest.approx([0.0, 10.0, 0.0, -6.0])


def test_a_budget_leaves_out_what_exceeds_it_too_often() -> None:
    even = uniform(100)
    payoffs, money = np.array([np.ones(100), np.full(100, 2.0)]), np.array([even, 1.2 * even])
    assert judged_by(payoffs, money=money, budget=1.1).choice("expected") == "act 1"  # kept in 91 of 100
    found = judged_by(payoffs, money=money, budget=1.0)
    assert found.allowed.tolist() == [True, False]
    assert found.choice("expected") == "act 0"
    assert found.measures["regret_worst"][0, 0] == 0.0
    assert np.isnan(found.measures["regret_worst"][1, 0])
    with pytest.raises(InputError, match=r"budget = 0\.1: no policy keeps it in 90% of the futures; act 0 needs"):
        judged_by(payoffs, money=money, budget=0.1)


def test_resamples_draw_whole_draws_in_all_structures() -> None:
    futures = resampled_futures(
        np.zeros((1, 8)),
        np.ones((1, 8), dtype=bool),
        structure=np.repeat([0, 1], 4),
        draw=np.tile(np.arange(4), 2),
        weights=np.array([0.25, 0.75]),
        resamples=20,
    )
    assert np.array_equal(futures.drawn[:, :4], futures.drawn[:, 4:])
    assert futures.weights.sum(axis=1) == pytest.approx(1.0)
    assert futures.weights[:, :4].sum(axis=1) == pytest.approx(0.25)
    assert futures.alike[:, :4].sum(axis=1) == pytest.approx(0.5)
    assert means(np.ones((1, 8)), futures.weights) == pytest.approx(1.0)


# ------------------------------------------------------------------------------------------------- the plain answer


def test_the_answer_is_the_best_by_expectation_against_the_next_best() -> None:
    found = judged_by(RETURNS, money=np.full_like(RETURNS, 10.0)).answer
    assert (found.policy, found.outcome, found.among, found.of) == ("act 0", pytest.approx(4.0), 3, 3)
    assert (found.money, found.money_a_year, found.firms) == (pytest.approx(10.0), pytest.approx(5.0), None)
    [next_best] = found.against
    assert next_best.policy == "act 1"
    assert next_best.more == pytest.approx(1.0)
    assert (next_best.low, next_best.high) == (-2.0, 4.0)
    assert next_best.better == pytest.approx(2 / 3)
    assert found.too_dear == ()


def test_a_budget_a_year_is_held_against_the_year_that_costs_most() -> None:
    """Of the money half is spent in a year here: 30 in all is 15 a year, and more than 12."""
    money = np.array([np.full(10, 20.0), np.full(10, 30.0), np.full(10, 24.0)])
    payoffs = np.array([np.full(10, 1.0), np.full(10, 3.0), np.full(10, 2.0)])
    found = judged_by(payoffs, money=money, budget_a_year=12.0)
    assert found.allowed.tolist() == [True, False, True]
    assert found.answer.policy == "act 2"
    assert (found.answer.among, found.answer.of) == (2, 3)
    [dear] = found.answer.too_dear
    assert (dear.policy, dear.outcome, dear.needs) == ("act 1", pytest.approx(3.0), pytest.approx(15.0))
    assert judged_by(payoffs, money=money, budget=25.0).answer.too_dear[0].needs == pytest.approx(30.0)
    with pytest.raises(InputError, match=r"budget_a_year = 9: no policy keeps it in 90% of the futures; act 0 needs"):
        judged_by(payoffs, money=money, budget_a_year=9.0)


# ------------------------------------------------------------------------------------------------- on the model


@pytest.fixture(scope="module")
def found() -> Choice:
    return choose(
        ["baseline", "no-grants", "services-surge"], structures=["facts", "no-stakes"], require=f"{TRUE} >= 0.5", **FEW
    )


def test_futures_are_those_of_compare(found: Choice) -> None:
    """What is expected under one structure is what `compare` gives there, and all is weighed by the evidence."""
    weights = {one.calibration: one.weight for one in found.structures}
    assert sum(weights.values()) == pytest.approx(1.0)
    expected = np.zeros(3)
    for key, weight in weights.items():
        done = compare(["baseline", "no-grants", "services-surge"], calibration=key, **FEW)
        expected += weight * np.array([100.0 * one.outcomes[TRUE].mean() for one in done.compared])
    assert found.measures["outcome"][:, 0] == pytest.approx(expected)


def test_a_decision_for_small_firms_is_about_small_firms() -> None:
    """The same share as `compare --by size` gives, and the years of the money add up to all of it."""
    asked = {"structures": ["prior"], **FEW}
    found = choose(["baseline", "no-programme"], group="small", budget_a_year=1e6, **asked)
    done = compare(["baseline", "no-programme"], calibration="prior", **FEW)
    table = done.by_group()
    rows = table[(table["kind"] == "size") & (table["group"] == "small") & (table["variable"] == "level2_share_true")]
    given = dict(zip(rows["scenario"], rows["mean"], strict=True))
    assert found.goal.outcome.name == "level2_share_true_small"
    for place, name in enumerate(found.policies):
        assert found.measures["outcome"][place, 0] == pytest.approx(100.0 * given[name])
    answer = found.answer
    assert answer.money / 2.0 <= answer.money_a_year <= answer.money
    assert answer.firms is not None
    assert 0.0 < answer.firms <= FEW["n_firms"] * 2
    everybody = choose(["baseline", "no-programme"], group="sme", **asked)
    assert everybody.measures["outcome"] == pytest.approx(
        choose(["baseline", "no-programme"], **asked).measures["outcome"]
    )


def test_the_number_of_workers_changes_nothing(found: Choice) -> None:
    again = choose(
        ["baseline", "no-grants", "services-surge"],
        structures=["facts", "no-stakes"],
        require=f"{TRUE} >= 0.5",
        **FEW | {"workers": 2},
    )
    both = [{**one.to_dict(), "seconds": 0} for one in (found, again)]
    assert both[0] == both[1]


@pytest.mark.slow
def test_twelve_policies_in_four_structures_are_judged_in_half_a_minute_on_two_cores() -> None:
    """Half a minute on two cores is a minute of one, here for a fifth of 200 draws; what others use does not count."""
    policies = "baseline no-grants no-services no-programme double-grants halved-grants services-surge light-vouchers"
    policies += " mix-half-to-services pilot-for-all small-firms-first loans-instead-of-grants"
    choose(["baseline", "no-grants"], structures=["facts"], draws=1, workers=1)  # compiled code is loaded
    began = time.process_time()
    structures = ["facts", "approval-first", "supported-only", "no-stakes"]
    done = choose(policies.split(), structures=structures, draws=40, workers=1)
    assert len(done.policies) == 12
    assert time.process_time() - began <= 60.0 * 40 / 200


def test_less_is_better_where_it_is() -> None:
    found = choose(["baseline", "no-programme"], outcome=MONEY, structures=["prior"], **FEW)
    assert found.choice("expected") == "no-programme"
    assert (found.measures["outcome"][:, 0] > 0).all()
    assert found.steps == ()


def test_every_policy_but_shocks_is_there_if_none_is_named() -> None:
    found = choose(structures=["prior"], draws=1, n_firms=20, until="2024-02", workers=1)
    shocks = {one.name for one in zz.list_scenarios() if one.theme == "shock"}
    assert shocks
    assert set(found.policies) == {one.name for one in zz.list_scenarios()} - shocks


def test_structures_that_are_fitted_are_found_with_their_readings() -> None:
    everything = chosen_worlds()
    assert {("facts", "report"), ("facts", "brief"), ("plan", "report")} <= {
        (one.calibration, one.funding) for one in everything
    }
    for language in LANGUAGES:
        names = [structure_name(one, language) for one in (*everything, *chosen_worlds(["prior"]))]
        assert all(name and not name.startswith((",", "（")) for name in names)
        assert len(set(names)) == len(names)
    [brief] = chosen_worlds(["facts:brief"])
    assert brief.funding == "brief"
    weights = weights_of(everything, "evidence")
    assert weights.sum() == pytest.approx(1.0)
    assert dict(zip((one.calibration for one in everything), weights, strict=True))["plan"] == 0.0
    assert weights_of(everything, "equal") == pytest.approx(1 / len(everything))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"policies": ["baseline"]}, "policies: there is only baseline; name at least two to choose from"),
        ({"outcome": "joy"}, "outcome = 'joy' is not an outcome; there are level2_share_end"),
        ({"outcome": "level2_share_tru_end"}, "is not an outcome; did you mean 'level2_share_true_end'"),
        ({"outcome": "service_cost_total"}, "neither more nor less of it is better; decide by one of level2_share_end"),
        ({"require": "joy >= 1"}, "require: 'joy' is not an outcome; there are level2_share_end"),
        ({"require": ["level2 is good"]}, "require = 'level2 is good': write an outcome, one of < <= > >="),
        (
            {"group": "smal"},
            "group (--for) = 'smal' is not a size class or a sector; did you mean 'small'? There are sme",
        ),
        ({"group": "small", "outcome": MONEY}, "leave out outcome = public_spend_total, or name it alone"),
        ({"budget_a_year": 0.0}, "budget_a_year = 0.0 must be a number of million RMB above 0"),
        ({"outcome": "level2_share_true_smal"}, "did you mean 'level2_share_true_small'? There are level2_share_end"),
        ({"worth": -1.0}, "worth = -1.0 must be a number of million RMB above 0"),
        ({"budget": math.nan}, "budget = nan must be a number of million RMB above 0"),
        ({"worth": 1.0, "outcome": MONEY}, "worth: public_spend_total is the money itself"),
        ({"structures": ["no-stake"]}, "structure = 'no-stake' is not one of the fitted structures; did you mean"),
        ({"structures": ["no-stakes:brief"]}, "structure = 'no-stakes:brief' is not"),
        ({"structures": ["facts", "facts:report"]}, "structure = 'facts:report' is named twice"),
        ({"weights": "gut"}, "weights = 'gut' must be one of evidence, equal"),
        ({"outcome": "level2_firms_per_million"}, "level2_firms_per_million of no-programme is not a number in 3 of 3"),
        ({"outcome": "target_met", "until": "2024-02"}, "target_met is not known, as runs end in 2024-02"),
        ({"require": "target_met >= 1", "until": "2024-02"}, "require: target_met is not known in any future"),
        ({"draws": 0}, "draws = 0 must be a whole number from 1"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(given: dict[str, Any], said: str) -> None:
    asked = {"policies": ["no-programme", "baseline"], "structures": ["prior"], **FEW, **given}
    with pytest.raises(InputError) as caught:
        choose(asked.pop("policies"), **asked)
    assert any(said in line for line in caught.value.problems), caught.value.problems


def test_a_goal_counts_shares_in_points() -> None:
    goal = goal_of(TRUE, worth=2.0)
    assert (goal.unit, goal.counted_in) == ("million RMB", "percentage points")
    assert goal.payoff({TRUE: np.array([0.5]), MONEY: np.array([30.0])}) == pytest.approx([70.0])
    assert Goal(outcome=OUTCOMES_BY_NAME[MONEY]).payoff({MONEY: np.array([3.0])}) == pytest.approx([-3.0])


def test_every_criterion_has_a_name_and_a_source() -> None:
    assert len({one.name for one in CRITERIA}) == len(CRITERIA)
    assert all(any(letter.isdigit() for letter in one.source) for one in CRITERIA)


def test_the_chart_is_written(tmp_path: Path) -> None:
    file = tmp_path / "choice.svg"
    asked = ["choose", "baseline", "no-grants", "--draws", "2", "--n-firms", "40", "--structure", "prior", "--quiet"]
    assert CliRunner().invoke(cli.program, [*asked, "--chart", str(file)]).exit_code == 0
    assert "regret" in file.read_text("utf-8") or file.stat().st_size > 1000
    refused = CliRunner().invoke(cli.program, [*asked, "--chart", str(tmp_path / "choice.txt")])
    assert refused.exit_code == 2
    assert "choice.txt" in refused.stderr


def test_the_answer_comes_first_in_both_languages() -> None:
    asked = ["choose", "baseline", "no-programme", "--draws", "2", "--n-firms", "40", "--structure", "prior", "--quiet"]
    asked += ["--for", "small", "--budget-a-year", "5000"]
    for language, begins, small in (
        ("en", "Answer: “", "Small firms at level 2, true, 2025-12: "),
        ("zh", "结论：2项政策中有2项不超预算（每年50亿元），其中“", "小型企业二级以上占比（真实）为"),
    ):
        done = CliRunner().invoke(cli.program, [*asked, "--lang", language])
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith(begins)
        assert small in done.stdout
        assert "  zhizao scenarios show baseline: " in done.stdout
    refused = CliRunner().invoke(cli.program, [*asked, "--outcome", MONEY])
    assert refused.exit_code == 2
    assert "group (--for) = small" in refused.stderr


def test_the_answer_names_the_commands_that_say_more_of_it(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('format = 1\ntitle = "x"\nquestion = "x"\nsource = "x"\nextends = "light-vouchers"\n')
    asked = ["choose", "no-programme", str(mine), "--draws", "2", "--n-firms", "60", "--structure", "prior", "--quiet"]
    done = CliRunner().invoke(cli.program, asked)
    assert f"  zhizao compare no-programme {mine} --by size --full --calibration prior: " in done.stdout
    assert f"  zhizao brief brief.docx no-programme {mine} --calibration prior: " in done.stdout


def test_the_command_in_both_languages() -> None:
    asked = ["choose", "baseline", "no-grants", "--draws", "2", "--n-firms", "40", "--structure", "prior", "--quiet"]
    done = CliRunner().invoke(cli.program, [*asked, "--format", "json", "--require", f"{TRUE} >= 2"])
    found = json.loads(done.stdout)
    assert [row["policy"] for row in found["policies"]] == ["baseline", "no-grants"]
    by_name = {one["criterion"]: one["policy"] for one in found["criteria"]}
    assert by_name["satisficing"] is None
    assert by_name["expected"] in ("baseline", "no-grants")
    for language, words in (("en", "least worst regret (minimax regret)"), ("zh", "最大遗憾最小")):
        done = CliRunner().invoke(cli.program, [*asked, "--lang", language, "--funding", "brief", "--worth", "3"])
        assert done.exit_code == 0, done.output
        assert words in done.stdout
        assert "prior · report 100" in done.stdout
        assert "--funding" in done.stdout  # it is said to have no effect
