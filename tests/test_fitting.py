"""The sampler on problems whose answer is known, interrupted, shared out, and with faults planted in it."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from toy_simulators import SLOW, SLOW_TARGETS, Toy, fitted, toy_prior
from zhizao.errors import InputError
from zhizao.fitting import bank, sampler
from zhizao.fitting.aimed import Aim, aimed_runs
from zhizao.fitting.bank import effective_size, make_bank, normalised
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.diagnostics import even_bands, recovery
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.prior import Marginal, Prior
from zhizao.fitting.sampler import SamplerSettings
from zhizao.fitting.targets import Between, log_likelihood
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import number
from zhizao.studies import parameter_draws
from zhizao.studies.calibration import inputs
from zhizao.studies.sweeps.factors import factor_of

GRID = np.linspace(-5.0, 5.0, 200_001)


def exact(likelihood, grid=GRID):
    """Mean, standard deviation and the share below each point of a posterior under an even prior."""
    weights = likelihood / likelihood.sum()
    mean = float((weights * grid).sum())
    return mean, math.sqrt(float((weights * (grid - mean) ** 2).sum())), np.cumsum(weights)


def agrees(sample, prior, likelihood, grid=GRID):
    """Whether mean and distribution of the first number are the exact ones within Monte Carlo error."""
    values = prior.values(sample.places)[:, 0]
    size = float(sample.effective_sample_sizes()[0])
    mean, deviation, below = exact(likelihood, grid)
    distance = np.abs(np.searchsorted(np.sort(values), grid[::100]) / len(values) - below[::100]).max()
    return abs(values.mean() - mean) < 4.0 * deviation / math.sqrt(size) and distance < 2.0 / math.sqrt(size)


# Known posteriors


def test_an_interval_seen_through_luck_gives_the_normal_s_posterior():
    target = Between(name="figure", low=1.0, high=3.0, softness=0.5)
    _, found = fitted(Toy(noise=1.0), toy_prior(), [target])
    spread = math.hypot(1.0, 0.5)  # luck and softness add up
    assert agrees(found, toy_prior(), norm.cdf((3.0 - GRID) / spread) - norm.cdf((1.0 - GRID) / spread))
    assert found.effective_sample_sizes().min() > 500


def test_a_posterior_cut_off_by_the_prior_s_wall():
    target = Between(name="figure", low=4.9, softness=0.1)
    _, found = fitted(Toy(), toy_prior(), [target])
    assert agrees(found, toy_prior(), norm.cdf((GRID - 4.9) / 0.1))


def test_two_modes_keep_their_masses():
    target = Between(name="figure", low=4.0, high=5.0, softness=0.1)
    _, found = fitted(Toy(form="square"), toy_prior(), [target])
    figure = GRID**2 + 0.4 * GRID
    likelihood = norm.cdf((5.0 - figure) / 0.1) - norm.cdf((4.0 - figure) / 0.1)
    assert agrees(found, toy_prior(), likelihood)
    _, _, below = exact(likelihood)
    left = (toy_prior().values(found.places)[:, 0] < 0).mean()
    assert left == pytest.approx(below[len(GRID) // 2], abs=4 * 0.5 / math.sqrt(found.effective_sample_sizes()[0]))


def test_a_likelihood_far_below_the_bank_s_is_reached_through_temperatures():
    target = Between(name="figure", low=2.0, high=2.0001, softness=0.002)
    _, found = fitted(Toy(), toy_prior(), [target], bank_size=256)
    assert found.wave > 1
    assert agrees(found, toy_prior(), norm.pdf((GRID - 2.00005) / 0.002))


def test_without_targets_the_prior_comes_back():
    _, found = fitted(Toy(), toy_prior(), [])
    places = found.places
    assert np.abs(places.mean(axis=0) - 0.5).max() < 0.03
    assert np.abs(places.std(axis=0) - math.sqrt(1 / 12)).max() < 0.02
    assert found.log_evidence == pytest.approx(0.0)


def test_the_evidence_is_the_prior_s_mean_likelihood():
    target = Between(name="figure", low=1.0, high=1.5, softness=0.05)
    _, found = fitted(Toy(), toy_prior(), [target])
    assert found.log_evidence == pytest.approx(math.log(0.05), abs=0.1)


# The aimed bank


def test_an_aim_draws_what_its_density_says():
    draws = np.random.default_rng(4)
    places = draws.beta((2.0, 5.0, 1.0), (5.0, 2.0, 1.0), (4000, 3))
    places[:, 1] = np.where(draws.random(4000) < 0.8, 1.0 - places[:, 0], places[:, 1])
    aim = Aim.at(places)
    drawn = aim.draw(200_000, draws)
    assert ((drawn >= 0.0) & (drawn < 1.0)).all()
    assert np.exp(-aim.log_density(drawn)).mean() == pytest.approx(1.0, abs=0.02)  # the cube's volume
    even = draws.random((200_000, 3))
    density = np.exp(aim.log_density(even))
    assert density.mean() == pytest.approx(1.0, abs=0.02)
    assert (density[:, None] * even).mean(axis=0) == pytest.approx(drawn.mean(axis=0), abs=0.01)
    assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] < -0.4
    again = Aim.from_arrays(aim.to_arrays())
    assert (again.log_density(even[:50]) == aim.log_density(even[:50])).all()


@pytest.mark.parametrize("shift", [0.0, 0.15])
def test_an_aimed_bank_finds_the_posterior_even_from_a_sample_that_is_off(shift):
    target = Between(name="figure", low=1.0, high=3.0, softness=0.5)
    toy, prior = Toy(noise=1.0), toy_prior()
    _, found = fitted(toy, prior, [target])
    spread = math.hypot(1.0, 0.5)
    mean, deviation, _ = exact(norm.cdf((3.0 - GRID) / spread) - norm.cdf((1.0 - GRID) / spread))
    sampled = np.clip(found.places + shift * np.array([1.0, 0.0, 0.0]), 0.0, 1.0 - 1e-9)
    with Evaluator(toy, 1) as evaluate:
        given = {"size": 6000, "seed": 2, "checkpoint": Checkpoint(None, "")}
        runs = aimed_runs(sampled, prior, [target], evaluate, **given)
    assert abs(10.0 * runs.means[0] - 5.0 - mean) < 4.0 * deviation / math.sqrt(runs.effective_size)
    assert runs.means[1:] == pytest.approx(0.5, abs=4.0 * 0.29 / math.sqrt(runs.effective_size))
    assert runs.effective_size > 1000
    if shift:
        assert abs(10.0 * sampled.mean(axis=0)[0] - 5.0 - mean) > 1.0
    else:
        assert runs.log_evidence == pytest.approx(found.log_evidence, abs=0.1)


@pytest.mark.parametrize("fault", ["weights", "prior", "bound"])
def test_a_planted_fault_is_seen_against_the_known_posterior(fault, monkeypatch):
    target = Between(name="figure", low=1.0, high=3.0, softness=0.5)
    prior = toy_prior()
    if fault == "bound":
        target = Between(name="figure", low=1.5, high=3.5, softness=0.5)
    elif fault == "prior":
        prior = toy_prior(high=2.5)
    else:
        flat = log_likelihood
        for module in (sampler, bank):
            monkeypatch.setattr(module, "log_likelihood", lambda *given: 0.2 * flat(*given))
    _, found = fitted(Toy(noise=1.0), prior, [target])
    spread = math.hypot(1.0, 0.5)
    assert not agrees(found, prior, norm.cdf((3.0 - GRID) / spread) - norm.cdf((1.0 - GRID) / spread))


# The check of the check: recovery of known truths


def toy_bank():
    with Evaluator(Toy(noise=0.5), 1) as evaluate:
        return make_bank(toy_prior(), evaluate, size=8192, seed=3, checkpoint=Checkpoint(None, ""))


def band(found, draws, shift=0.0):
    low = math.floor(found["figure"] + 0.01 * draws.standard_normal()) + shift
    return [Between(name="figure", low=low, high=low + 1.0, softness=0.01)]


def test_a_sound_fit_recovers_known_truths():
    found = recovery(toy_bank(), band, truths=300, seed=5, derived=["figure"])
    assert found.truths > 250
    assert found.uneven() == ()
    assert all(0.85 < share < 0.95 for share in found.coverage().values())


@pytest.mark.parametrize("fault", ["weights", "prior", "bound"])
def test_a_planted_fault_is_seen_by_recovery(fault):
    runs = toy_bank()

    def too_narrow(logarithms):
        weights = normalised(logarithms)
        centre = (weights * runs.values[:, 0]).sum()
        return normalised(logarithms - 4.0 * (runs.values[:, 0] - centre) ** 2)

    def cut(logarithms):
        return normalised(np.where(runs.values[:, 0] < 2.0, logarithms, -50.0))

    report = (lambda found, draws: band(found, draws, shift=0.4)) if fault == "bound" else band
    weigh = {"weights": too_narrow, "prior": cut, "bound": None}[fault]
    assert "x" in recovery(runs, report, truths=300, seed=5, weigh=weigh).uneven()


def test_bands_hold_even_ranks_as_often_as_they_say():
    grid, low, high = even_bands(100, 0.95)
    draws = np.random.default_rng(11).random((400, 100))
    shares = np.array([(row[:, None] <= grid).mean(axis=0) for row in draws])
    held = ((shares >= low - 1e-12) & (shares <= high + 1e-12)).all(axis=1).mean()
    assert 0.91 < held < 0.98


def test_recovery_says_what_it_cannot_do():
    with pytest.raises(InputError, match="ask for 1 to"):
        recovery(toy_bank(), band, truths=0, seed=1)
    with pytest.raises(InputError, match="no figure of this name"):
        recovery(toy_bank(), band, truths=5, seed=1, derived=["effect"])


# Interrupted, shared out, and asked wrongly


def same(one, other):
    names = ("places", "seeds", "summaries", "likelihood", "founders", "waves")
    return all((getattr(one, name) == getattr(other, name)).all() for name in names)


@pytest.mark.slow
def test_killed_in_mid_wave_and_resumed_it_gives_the_same_to_the_bit(tmp_path):
    _, whole = fitted(SLOW, toy_prior(), SLOW_TARGETS, particles=200, bank_size=256)
    program = [sys.executable, str(Path(__file__).with_name("toy_simulators.py")), str(tmp_path)]
    for wanted in (1, 4):  # killed twice, at later and later moves
        running = subprocess.Popen(program)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and running.poll() is None:
            if moves_done(tmp_path) >= wanted:
                running.send_signal(signal.SIGKILL)
                break
            time.sleep(0.01)
        running.wait()
        assert running.returncode == -signal.SIGKILL
    _, resumed = fitted(SLOW, toy_prior(), SLOW_TARGETS, particles=200, bank_size=256, folder=tmp_path)
    assert resumed.simulations > 800
    assert same(whole, resumed)


def moves_done(folder):
    stored = Checkpoint(folder, "toy").load("sample") if (folder / "sample.npz").exists() else None
    return int(stored["simulations"]) // 200 if stored else 0


def test_workers_do_not_change_the_result():
    toy, targets = Toy(noise=0.3), [Between(name="figure", low=1.0, high=2.0, softness=0.2)]
    _, one = fitted(toy, toy_prior(), targets, particles=300, bank_size=256)
    _, two = fitted(toy, toy_prior(), targets, particles=300, bank_size=256, workers=2)
    assert same(one, two)
    _, other = fitted(toy, toy_prior(), targets, particles=300, bank_size=256, seed=2)
    assert not same(one, other)


class Dying:
    """Ends its process the first time that it is asked in a folder."""

    names = ("figure",)

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, point, seed):
        import os

        mark = self.folder / "died"
        if not mark.exists():
            mark.touch()
            os._exit(1)
        return point[:1]


def test_a_worker_that_dies_costs_nothing_but_its_chunk(tmp_path):
    points = np.arange(200.0).reshape(100, 2)
    with Evaluator(Dying(tmp_path), 2) as evaluate:
        found = evaluate(points, np.zeros(100, dtype=np.uint64))
    assert (found[:, 0] == points[:, 0]).all()
    assert (tmp_path / "died").exists()


def test_work_on_another_problem_is_kept_beside_it(tmp_path):
    """A larger bank, or a fact that is changed and changed back, neither is refused nor costs what was done."""
    kept = [Checkpoint.beside_others(tmp_path / "bank", problem) for problem in ("one", "two" * 20, "one", "two" * 20)]
    assert [one.folder.name for one in kept] == ["bank", "bank-twotwotwotwo"] * 2
    kept[0].save("piece", {"found": np.array([1.0])})
    assert kept[2].load("piece")["found"] == [1.0]
    assert kept[1].load("piece") is None


def test_a_folder_of_another_problem_is_refused(tmp_path):
    Checkpoint(tmp_path, "one")
    Checkpoint(tmp_path, "one")
    with pytest.raises(InputError, match="another problem"):
        Checkpoint(tmp_path, "two")
    (tmp_path / "problem.json").write_text("{")
    with pytest.raises(InputError, match="name another folder"):
        Checkpoint(tmp_path, "one")


def test_targets_out_of_reach_or_unknown_are_told():
    with pytest.raises(InputError, match="no figure of this name"):
        fitted(Toy(), toy_prior(), [Between(name="other", low=0.0, softness=1.0)])
    with pytest.raises(InputError, match="no run"):
        normalised(np.full(3, -np.inf))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Between(name="a", low=2.0, high=1.0, softness=0.0), "must be below"),
        (lambda: Between(name="a", low=0.0, softness=0.0), "above 0"),
        (lambda: Prior([]), "no parameter"),
        (lambda: Prior([Marginal(name="a", low=1.0, high=1.0)]), "must be below"),
        (lambda: Prior([Marginal(name="a", low=0.0, high=1.0, log=True)]), "must be above 0"),
        (lambda: Prior([Marginal(name="a", low=1, high=6, whole=True, log=True)]), "not whole"),
        (lambda: Prior([Marginal(name="a", low=0.0, high=1.0)] * 2), "appears twice"),
        (lambda: SamplerSettings(particles=3), "at least 10"),
        (lambda: SamplerSettings(even_share=1.0), "between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, words):
    with pytest.raises(InputError, match=words):
        wrong()


# Likelihoods and priors


def test_the_likelihood_is_exact_far_into_both_tails():
    target = Between(name="a", low=1.0, high=2.0, softness=0.1)
    values = np.array([1.5, 1.0, 0.0, 3.0, -50.0, 53.0, math.nan])
    found = log_likelihood([target], ["a"], values[:, None])
    assert found[0] == pytest.approx(0.0, abs=1e-6)
    assert found[1] == pytest.approx(math.log(0.5))
    assert found[2] == pytest.approx(norm.logcdf(-10.0))
    assert found[3] == pytest.approx(norm.logsf(10.0))
    assert found[4] == pytest.approx(found[5])
    assert found[6] == -math.inf


def test_over_is_an_interval_without_a_top():
    over = Between(name="a", low=90.0, softness=1.0)
    found = over.log_likelihood(np.array([80.0, 90.0, 99.0]))
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(0.0, abs=1e-12)


def test_whole_numbers_each_have_an_equal_part():
    marginal = Marginal(name="n", low=3, high=6, whole=True)
    values = marginal.values(np.linspace(0.0, 1.0, 4000, endpoint=False))
    assert np.unique(values, return_counts=True)[1].tolist() == [1000] * 4
    assert values.mean() == pytest.approx(marginal.mean)
    assert values.std() == pytest.approx(marginal.deviation)
    assert marginal.values(np.array([1.0]))[0] == 6.0


def test_the_effective_size_of_even_and_of_lonely_weights():
    assert effective_size(np.full(50, 0.02)) == pytest.approx(50.0)
    assert effective_size(np.array([1.0, 0.0])) == 1.0


def test_a_draw_even_in_the_logarithm_gives_each_doubling_the_same_part():
    """Values and moments against many even places; both ends stay inside."""
    marginal = Marginal(name="rate", low=0.1, high=4.0, log=True)
    places = (np.arange(200_000) + 0.5) / 200_000
    drawn = marginal.values(places)
    assert drawn.min() >= 0.1
    assert drawn.max() <= 4.0
    assert np.mean(drawn < 0.2) == pytest.approx(np.mean((drawn > 1.0) & (drawn < 2.0)), abs=1e-4)
    assert marginal.mean == pytest.approx(drawn.mean(), rel=1e-5)
    assert marginal.deviation == pytest.approx(drawn.std(), rel=1e-5)
    assert marginal.values(np.array([0.0]))[0] == 0.1


@pytest.mark.parametrize("more", [{"prior": None}, {"prior": (0.0, 1.0)}, {"prior": (1, 6), "whole": True}])
def test_only_an_interval_above_nothing_can_be_even_in_the_logarithm(more):
    told = {"unit": "per year", "low": 0.0, "high": 9.0, "source": "assumption: a test", "meaning": "a test"}
    with pytest.raises(ValueError, match="above 0"):
        number(1.0, prior_shape="log-even", **told, **more)


def test_the_shape_of_a_number_reaches_the_draws_the_fit_and_the_sweeps(monkeypatch):
    """One declaration decides: half of the draws of 0.1 to 4 lie below the middle in the logarithm."""
    specs = parameter_specifications()
    key = "attention.spontaneous_rate"
    wide = replace(specs[key], prior=(0.1, 4.0), prior_shape="log-even")
    numbers = tuple((one, wide if one == key else spec) for one, spec in parameter_draws.uncertain_numbers())
    for module in (parameter_draws, inputs):
        monkeypatch.setattr(module, "uncertain_numbers", lambda: numbers)
    drawn = np.array([draw.values[key] for draw in parameter_draws.parameter_draws(65, calibration="prior")[1:]])
    assert np.mean(drawn < math.sqrt(0.1 * 4.0)) == pytest.approx(0.5, abs=0.02)
    marginal = next(drawn.marginal for drawn in inputs.drawn_numbers() if drawn.key == key)
    assert (marginal.low, marginal.high, marginal.log) == (0.1, 4.0, True)
    swept = replace(factor_of(key), low=0.1, high=4.0, log=True)
    assert swept.at(0.5) == pytest.approx(math.sqrt(0.1 * 4.0))
    assert swept.levels(3) == pytest.approx((0.1, math.sqrt(0.1 * 4.0), 4.0))
