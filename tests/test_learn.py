"""What it is worth to know more: closed forms, useless facts, facts read from runs, and bad input by name."""

from __future__ import annotations

import json
import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from zhizao.arrays import FloatArray
from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.evidence.ensembles import read_ensemble
from zhizao.evidence.facts import load_facts, measured
from zhizao.studies.deciding.candidates import Candidate, Datum, load_candidates, measures_of, seen
from zhizao.studies.deciding.information import Samples, Value, value_of_all, value_of_groups, value_of_numbers
from zhizao.studies.deciding.learn import KINDS, Learning, learn
from zhizao.studies.deciding.trials import checked_under, try_policies
from zhizao.studies.deciding.worlds import chosen_worlds
from zhizao.studies.study_options import CompareOptions, declared

NORMAL = NormalDist()
DRAWS = 2000
FEW: dict[str, Any] = {"draws": 6, "n_firms": 60, "workers": 1}


def draws(count: int, *, number: int = 0) -> FloatArray:
    """Independent standard normal columns, each as even as normal quantiles in random order."""
    luck = np.random.Generator(np.random.Philox(number))
    even = np.array([NORMAL.inv_cdf((place + 0.5) / DRAWS) for place in range(DRAWS)])
    return np.column_stack([luck.permutation(even) for _ in range(count)])


def samples(*payoffs: FloatArray, difference: FloatArray | None = None, seed: int = 0) -> Samples:
    table = np.array(payoffs)
    return Samples(
        payoffs=table,
        weights=np.full(table.shape[1], 1.0 / table.shape[1]),
        strata=np.zeros(table.shape[1], dtype=np.int64),
        difference=difference,
        seed=seed,
    )


def unit_loss(mean: float, deviation: float) -> float:
    """Expected gain of knowing a normal payoff before it is taken or left (Raiffa and Schlaifer 1961)."""
    away = abs(mean) / deviation
    return deviation * (NORMAL.pdf(away) - away * (1.0 - NORMAL.cdf(away)))


def near(found: Value, expected: float) -> bool:
    return abs(found.value - expected) <= 3.0 * found.error + 0.002 and found.unseen <= expected + 4.0 * max(
        found.unseen_error, 0.002
    )


NOTHING = np.zeros(DRAWS)

# --------------------------------------------------------------------------------------------- known answers


@pytest.mark.parametrize("mean", [0.0, 0.5, -1.0])
def test_perfect_information_on_a_normal_payoff(mean: float) -> None:
    [payoff] = draws(1).T
    found = value_of_all(samples(NOTHING, mean + payoff))
    assert found.value == pytest.approx(unit_loss(mean, 1.0), rel=0.01)
    assert near(value_of_numbers(samples(NOTHING, mean + payoff), payoff[:, np.newaxis]), unit_loss(mean, 1.0))


@pytest.mark.parametrize(("mean", "size"), [(0.0, 1), (0.0, 10), (0.4, 4)])
def test_sample_information_on_a_normal_payoff(mean: float, size: int) -> None:
    """A sample of n with deviation 2 moves the mean of a standard normal by a deviation of sqrt(1 / (1 + 4/n))."""
    payoff, noise = draws(2).T
    datum = payoff + 2.0 * noise / math.sqrt(size)
    found = value_of_numbers(samples(NOTHING, mean + payoff), datum[:, np.newaxis])
    assert near(found, unit_loss(mean, math.sqrt(1.0 / (1.0 + 4.0 / size))))
    assert found.value > found.error


def test_parts_of_a_linear_payoff_of_two_acts() -> None:
    """Of 0.2 + 2 a + b, knowing a is worth the unit loss at deviation 2, b at 1, both at sqrt(5)."""
    a, b = draws(2).T
    both = samples(NOTHING, 0.2 + 2.0 * a + b)
    assert near(value_of_numbers(both, a[:, np.newaxis]), unit_loss(0.2, 2.0))
    assert near(value_of_numbers(both, b[:, np.newaxis]), unit_loss(0.2, 1.0))
    assert near(value_of_numbers(both, np.column_stack([a, b])), unit_loss(0.2, math.sqrt(5.0)))


def test_a_payoff_that_is_not_monotone() -> None:
    """Of a² - 1 the expected gain is 2 φ(1), though a straight line sees nothing."""
    [a] = draws(1).T
    assert near(value_of_numbers(samples(NOTHING, a**2 - 1.0), a[:, np.newaxis]), 2.0 * NORMAL.pdf(1.0))


@pytest.mark.slow
def test_numbers_that_matter_together_only() -> None:
    """Of a · b knowing either is worth nothing, and knowing both half the mean of its size: 1/π."""
    a, b = draws(2).T
    both = samples(NOTHING, a * b)
    for one in (a, b):
        assert near(value_of_numbers(both, one[:, np.newaxis]), 0.0)
    assert value_of_numbers(both, np.column_stack([a, b])).value == pytest.approx(1.0 / math.pi, rel=0.15)


def test_a_newsvendor_who_knows_the_demand() -> None:
    """Price 5, cost 2, demand even from 0 to 100: knowing it is worth 3 · 50 less 90; curves round corners off."""
    luck = np.random.Generator(np.random.Philox(3))
    demand = luck.permutation(100.0 * (np.arange(DRAWS) + 0.5) / DRAWS)
    orders = np.linspace(0.0, 100.0, 201)
    vendor = samples(*(5.0 * np.minimum(order, demand) - 2.0 * order for order in orders))
    assert orders[vendor.now] == 60.0
    assert value_of_all(vendor).value == pytest.approx(60.0, rel=0.01)
    few = samples(*(5.0 * np.minimum(order, demand) - 2.0 * order for order in orders[::20]))
    assert value_of_numbers(few, demand[:, np.newaxis]).value == pytest.approx(value_of_all(few).value, rel=0.06)


def test_two_acts_in_two_states_and_a_signal() -> None:
    """State good in 0.4: act gains 3 or loses 2, or nothing is done. A signal right in 0.8 is worth 0.72 by Bayes."""
    luck = np.random.Generator(np.random.Philox(4))
    good = luck.permutation(np.arange(DRAWS) < 0.4 * DRAWS)
    right = np.zeros(DRAWS, dtype=bool)
    for state in (good, ~good):
        right[luck.permutation(np.flatnonzero(state))[: round(0.8 * state.sum())]] = True
    signal = np.where(right, good, ~good).astype(np.float64)
    decision = samples(NOTHING, np.where(good, 3.0, -2.0))
    assert value_of_all(decision).value == pytest.approx(0.4 * 3.0)  # now nothing is done, as 1.2 - 1.2 = 0
    told = 0.4 * 0.8 * 3.0 - 0.6 * 0.2 * 2.0  # what acting upon the signal gains
    assert near(value_of_numbers(decision, signal[:, np.newaxis]), told)
    assert value_of_groups(decision, good.astype(np.int64)).value == pytest.approx(1.2, rel=0.02)
    assert near(value_of_groups(decision, signal.astype(np.int64)), told)


def test_what_is_left_of_a_difference() -> None:
    """Of a sum of two equal normals, knowing one leaves sqrt(1/2) of the deviation, and a useless number all of it."""
    a, b, other = draws(3).T
    both = samples(NOTHING, NOTHING - 1.0, difference=a + b)
    found = value_of_numbers(both, a[:, np.newaxis])
    assert found.left == pytest.approx(math.sqrt(0.5), abs=3.0 * found.left_error)
    assert 0.0 < found.left_error < 0.05
    assert value_of_numbers(both, other[:, np.newaxis]).left == pytest.approx(1.0, abs=0.01)
    assert value_of_numbers(both, np.column_stack([a, b])).left < 0.1


def test_useless_facts_are_worth_nothing_within_error() -> None:
    """Twenty numbers that have nothing to do with payoffs as close as can be, where chance gains the most."""
    for number in range(20):
        payoff, noise, other = draws(3, number=100 + number).T
        decision = samples(noise, payoff, 0.5 * (payoff - noise), seed=number)
        found = value_of_numbers(decision, other[:, np.newaxis])
        assert found.value <= 3.0 * found.error + 1e-9
        assert found.unseen <= 3.0 * found.unseen_error + 1e-9
        assert found.value < 0.05


def test_draws_count_by_their_weights() -> None:
    """Weights of a structure and numbers of its draws go together: half of the draws with twice the weight."""
    a, b = draws(2).T
    payoffs = np.array([NOTHING, 0.3 + a + 0.5 * b])
    strata = (np.arange(DRAWS) < DRAWS // 2).astype(np.int64)
    weights = np.where(strata == 1, 2.0, 1.0) / (1.5 * DRAWS)
    found = value_of_numbers(Samples(payoffs=payoffs, weights=weights, strata=strata), a[:, np.newaxis])
    assert near(found, unit_loss(0.3, 1.0))
    assert np.abs(Samples(payoffs=payoffs, weights=weights, strata=strata).times.sum(axis=1) - 1.0).max() < 1e-12


def test_policies_that_another_beats_everywhere_change_nothing() -> None:
    a, b = draws(2).T
    plain = samples(NOTHING, 0.2 + a)
    more = samples(NOTHING, 0.2 + a, a - 1.0, NOTHING, 0.1 + 0.5 * a)
    kept = more.without_dominated()
    assert [row.tolist() for row in kept.payoffs] == [row.tolist() for row in more.payoffs[[0, 1, 4]]]
    assert value_of_all(more).value == pytest.approx(value_of_all(plain).value)
    column = np.column_stack([a + b])
    assert value_of_numbers(kept, column).value == pytest.approx(value_of_numbers(more, column).value, abs=0.01)


def test_what_never_differs_is_worth_nothing() -> None:
    [a] = draws(1).T
    assert value_of_numbers(samples(NOTHING, a), np.ones((DRAWS, 1))) == Value(
        value=0.0, error=0.0, unseen=0.0, unseen_error=0.0
    )


# ------------------------------------------------------------------------------------------------------- facts


def test_shipped_facts_are_of_history_and_each_says_how_it_is_had() -> None:
    found = load_candidates()
    assert len(found) >= 6
    assert all(one.title_zh and one.reason for one in found)
    assert len(measures_of(found)) == sum(len(one.datum) for one in found)


def test_errors_of_facts_are_those_declared() -> None:
    share = np.full(20_000, 0.6)
    asked = Candidate(
        key="k", title="t", reason="r", datum=(Datum(series="level2_share_true", at="{last}", firms=300),)
    )
    [first, second] = seen(asked, {"k/0": share}, seed=1, times=2)
    assert first.std() == pytest.approx(math.sqrt(0.6 * 0.4 / 300), rel=0.03)
    assert first.mean() == pytest.approx(0.6, abs=0.001)
    assert not np.array_equal(first, second)
    priced = Candidate(key="p", title="t", reason="r", datum=(Datum(series="provider_price", at="{last}", error=0.05),))
    assert seen(priced, {"p/0": share}, seed=1, times=1)[0].std() == pytest.approx(0.03, rel=0.03)
    exact = Candidate(key="e", title="t", reason="r", datum=(Datum(series="provider_price", at="{last}"),))
    assert [one.tolist() for one in seen(exact, {"e/0": share}, seed=1, times=4)] == [share[:, np.newaxis].tolist()]


@pytest.mark.parametrize(
    ("datum", "said"),
    [
        ('series = "level2_shar"', "series 'level2_shar' is nothing that the model gives; did you mean 'level2_share'"),
        ('series = "level2_share"\nat = "2025-06"', "is about a month after 2023-12, which nobody can know yet"),
        ('series = "provider_price"\nat = "{last}"\nfirms = 30', "firms = 30: is for shares of firms, and at least 1"),
        ('series = "provider_price"\nat = "{last}"\nerror = 5.0', "error = 5.0: write a share of the number from 0"),
        ('series = "provider_price"\nat = "{last}"\nerrors = 0.1', "datum is not a known key"),
        ('series = "light_started"\nover = "{last_year}"', "light_started: needs the log of projects"),
    ],
)
def test_a_wrong_fact_is_named(tmp_path: Path, datum: str, said: str) -> None:
    file = tmp_path / "facts.toml"
    at = "" if "at =" in datum or "over =" in datum else '\nat = "{last}"'
    head = 'format = 1\n[[candidate]]\nkey = "mine"\ntitle = "mine"\nreason = "why not"\n[[candidate.datum]]\n'
    file.write_text(f"{head}{datum}{at}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        learn(["baseline", "no-grants"], facts=file, structures=["prior"], **FEW)
    assert any("candidate mine" in line and said in line for line in caught.value.problems), caught.value.problems


# ---------------------------------------------------------------------------------------------------- on the model


def test_members_are_run_with_the_luck_that_they_were_accepted_with() -> None:
    """So every fact that the fit used is met as it was when the member was accepted, and is worth no more."""
    [world] = chosen_worlds(["facts"])
    options = {name: one.default for name, (_, one) in declared(CompareOptions).items()} | {"draws": 3, "workers": 1}
    from zhizao.studies.deciding import learn as module

    ensemble = read_ensemble("facts", "report")
    fitted = {name: one for name, one in measured(load_facts()).items() if name in ensemble.summaries}
    assert len(fitted) >= 5
    plain = {name: one for name, one in fitted.items() if not one.series.needs_log}
    found = try_policies(
        ["baseline", "no-grants"],
        [world],
        checked_under([world], options),
        names=("level2_share_end",),
        draws_of=module._members,
        measures=plain,
    )
    for name in plain:
        assert found.measured[name] == pytest.approx(ensemble.summaries[name][:3], rel=1e-6), name


@pytest.fixture(scope="module")
def found() -> Learning:
    return learn(["baseline", "services-surge", "light-vouchers"], structures=["facts", "no-stakes"], worth=20.0, **FEW)


def test_everything_that_could_be_known_is_there(found: Learning) -> None:
    kinds = {one.kind for one in found.things}
    assert kinds == set(KINDS) - {"reading", "whether"}
    order = [KINDS.index(one.kind) for one in found.things]
    assert order == sorted(order)
    keys = [one.key for one in found.things]
    assert len(keys) == len(set(keys))
    assert {"attention", "attention.stake_rate", "register-300", "check"} <= set(keys)
    assert "funding.annual_fund" not in keys
    assert found.now in found.policies == ("baseline", "services-surge", "light-vouchers")
    assert found.ridge == ("no-grants", "no-services")
    assert found.ridge_spread > 0.0
    assert found.draws == 12
    assert all(row["value"] >= 0.0 for row in found.rows())
    assert found.of("all").value >= 0.0


def test_the_number_of_workers_changes_nothing(found: Learning) -> None:
    again = learn(
        ["baseline", "services-surge", "light-vouchers"],
        structures=["facts", "no-stakes"],
        worth=20.0,
        **FEW | {"workers": 2},
    )
    both = [{**one.to_dict(), "seconds": 0} for one in (found, again)]
    assert both[0] == both[1]


def test_a_light_structure_is_left_out_and_said() -> None:
    done = learn(["baseline", "no-programme"], structures=["facts", "facts:brief", "plan"], ridge=None, **FEW)
    assert [one.name for one in done.structures] == ["facts · report"]
    assert [note for note in done.options.notes if "weighs less than 0.0001" in note]
    assert done.ridge == ()
    assert done.to_dict()["ridge"] is None
    assert "ridge_left" not in done.rows()[0]


def test_of_three_structures_each_is_valued_by_itself() -> None:
    done = learn(["baseline", "no-programme"], structures=["facts", "no-stakes", "approval-first"], ridge=None, **FEW)
    by_key = {one.key: one for one in done.things if one.kind == "whether"}
    assert set(by_key) == {"no-stakes", "approval-first"}
    assert by_key["no-stakes"].title == "support draws nobody's attention"
    assert all(one.value.value <= done.of("structure").value + 3.0 * one.value.error for one in by_key.values())


def test_readings_are_valued_if_they_weigh_alike() -> None:
    done = learn(["baseline", "no-programme"], structures=["facts", "facts:brief"], weights="equal", **FEW)
    assert {"reading"} <= {one.kind for one in done.things}
    assert "structure" not in {one.kind for one in done.things}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"policies": ["baseline"]}, "policies: name at least two to choose from"),
        ({"outcome": "joy"}, "outcome = 'joy' is not an outcome"),
        ({"facts": "nowhere.toml"}, "nowhere.toml: there is no such file"),
        ({"structures": ["no-stake"]}, "structure = 'no-stake' is not one of the fitted structures"),
        ({"worth": 0.0}, "worth = 0.0 must be a number of million RMB above 0"),
        ({"budget": 0.001}, "budget = 0.001: no policy keeps it in 90% of the futures"),
        ({"model": dict}, "model"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(given: dict[str, Any], said: str) -> None:
    asked = {"policies": ["no-grants", "baseline"], "structures": ["prior"], **FEW, **given}
    with pytest.raises(InputError) as caught:
        learn(asked.pop("policies"), **asked)
    assert any(said in line for line in caught.value.problems), caught.value.problems


def test_the_command_in_both_languages() -> None:
    asked = ["learn", "baseline", "no-grants", "--draws", "4", "--n-firms", "40", "--structure", "prior", "--quiet"]
    done = CliRunner().invoke(cli.program, [*asked, "--format", "json"])
    found = json.loads(done.stdout)
    assert found["now"] in ("baseline", "no-grants")
    assert {row["kind"] for row in found["things"]} == set(KINDS) - {"reading", "structure", "whether"}
    for language, words in (("en", "applications and refusals of the last year"), ("zh", "上一年的申请数与未获批数")):
        done = CliRunner().invoke(cli.program, [*asked, "--lang", language, "--funding", "brief"])
        assert done.exit_code == 0, done.output
        assert words in done.stdout
        assert "--funding" in done.stdout  # it is said to have no effect
