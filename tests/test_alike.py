"""Two places that are alike: what one says of the other is what a fit of both together would say."""

from __future__ import annotations

import numpy as np
import pytest

from zhizao.fitting.alike import PlaceLikelihood, place_likelihood, prior_moments, scores
from zhizao.fitting.prior import Marginal

OURS = tuple(Marginal(name=name, low=0.0, high=1.0) for name in "abcdef")


def chance(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def theirs(count: int, seed: int = 1) -> np.ndarray:
    """Members of a place whose facts say 1.2 ± 0.5 of the first number, −0.5 ± 0.7 of the second, nothing of others."""
    draws = chance(seed).standard_normal((count, len(OURS)))
    draws[:, 0] = _posterior(draws[:, 0], 1.2, 0.5)
    draws[:, 1] = _posterior(draws[:, 1], -0.5, 0.7)
    return draws


def _posterior(draws: np.ndarray, top: float, width: float) -> np.ndarray:
    precision = 1.0 + width**-2
    return top * width**-2 / precision + draws / np.sqrt(precision)


def likelihood(count: int = 100_000, seed: int = 1) -> PlaceLikelihood:
    return place_likelihood(theirs(count, seed), np.zeros(len(OURS)), np.ones(len(OURS)), count)


def test_the_likelihood_of_a_place_is_read_off_its_fit():
    found = likelihood()
    assert found.directions == 2
    assert np.diag(found.precision)[:2] == pytest.approx([0.5**-2, 0.7**-2], rel=0.03)
    assert found.pull[:2] == pytest.approx([1.2 * 0.5**-2, -0.5 * 0.7**-2], rel=0.03)
    assert np.abs(np.diag(found.precision)[2:]).max() < 0.03


@pytest.mark.parametrize("likeness", [0.0, 0.3, 0.8, 0.99, 1.0])
def test_weights_are_those_of_a_fit_of_both_together(likeness):
    """For bells the answer is known: ours given both is normal with the precision of both."""
    found = likelihood()
    ours = chance(2).standard_normal((100_000, len(OURS)))
    logarithms = found.logarithm(ours, likeness)
    weights = np.exp(logarithms - logarithms.max())
    weights /= weights.sum()
    for place, (top, width) in enumerate([(1.2, 0.5), (-0.5, 0.7)]):
        precision = 1.0 + likeness**2 / (width**2 + 1.0 - likeness**2)
        mean = likeness * top / (width**2 + 1.0 - likeness**2) / precision
        assert weights @ ours[:, place] == pytest.approx(mean, abs=0.03)
        second = weights @ ours[:, place] ** 2 - (weights @ ours[:, place]) ** 2
        assert second == pytest.approx(1.0 / precision, rel=0.03)
    assert np.abs(weights @ ours[:, 2:]).max() < 0.03


def test_the_evidence_for_a_likeness_is_that_of_bells():
    """Averaged over our prior the likelihood is the same for every likeness: only our own facts can tell them apart."""
    found = likelihood()
    ours = chance(3).standard_normal((100_000, len(OURS)))
    means = [float(np.mean(np.exp(found.logarithm(ours, likeness)))) for likeness in (0.0, 0.5, 0.9)]
    assert means[1:] == pytest.approx([means[0]] * 2, rel=0.03)


def test_of_a_fit_that_learned_nothing_nothing_is_taken():
    """With few members the sample's own scatter makes directions look narrow; none of it is believed."""
    wide = [Marginal(name=str(place), low=0.0, high=1.0) for place in range(30)]
    kept = 0
    for seed in range(50):
        draws = chance(seed).standard_normal((200, len(wide)))
        kept += place_likelihood(draws, np.zeros(30), np.ones(30), 200).directions
    assert kept <= 25  # of 1,500


def test_what_few_members_say_is_not_overstated():
    """The width of the bell is right on average where there are five members for a number."""
    found = [
        np.diag(place_likelihood(theirs(30, seed), np.zeros(6), np.ones(6), 30).precision)[0] for seed in range(400)
    ]
    assert np.median(found) == pytest.approx(0.5**-2, rel=0.25)


def test_another_prior_is_taken_out():
    """A place that drew from a narrower interval says the same of the numbers as one that drew from ours."""
    narrow = (Marginal(name="a", low=0.2, high=0.9),)
    mean, spread = prior_moments(narrow, OURS[:1])
    values = narrow[0].values(chance(5).random(100_000))
    found = scores(values[:, None], OURS[:1])
    assert mean == pytest.approx([found.mean()], abs=0.01)
    assert spread == pytest.approx([found.std()], rel=0.02)
    kept = chance(6).random(100_000) < np.exp(-0.5 * ((found[:, 0] - 0.4) / 0.2) ** 2)
    bell = place_likelihood(found[kept], mean, spread, float(kept.sum()))
    assert bell.pull[0] / bell.precision[0, 0] == pytest.approx(0.4, abs=0.05)
    assert bell.precision[0, 0] == pytest.approx(0.2**-2, rel=0.1)


@pytest.mark.parametrize(
    "marginal", [Marginal(name="even", low=2.0, high=5.0), Marginal(name="log", low=0.03, high=4.0, log=True)]
)
def test_places_are_values_the_other_way_round(marginal):
    places = np.linspace(0.001, 0.999, 50)
    assert marginal.places(marginal.values(places)) == pytest.approx(places)
    assert marginal.places(np.array([-10.0, 100.0])) == pytest.approx([0.0, 1.0])


def test_whole_numbers_keep_their_places():
    whole = Marginal(name="whole", low=3, high=7, whole=True)
    values = np.array([3.0, 5.0, 7.0])
    assert whole.values(whole.places(values)) == pytest.approx(values)
