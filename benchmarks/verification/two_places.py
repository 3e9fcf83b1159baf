"""How often intervals hold the truth where a place is fitted in the light of another: many made-up pairs.

``python benchmarks/verification/two_places.py`` draws districts from the bank of the default district, and for each a
city whose numbers go with the district's by a given likeness. Both publish their facts, worded and rounded as the real
ones are, the city's four times as soft. Each is fitted by weighting its own bank, and the district again in the light
of the city (`zhizao pool`).
The city is the shipped one without what it takes over from the district's real fit. Two banks take some forty minutes
on two processors; what is done is kept in the folder of ``--work``.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

LIKENESS, SEED, LEAST = 0.9, 11, 100.0
"""The likeness of each pair; of everything drawn; effective runs that each fit of a pair must rest on."""
SOFTER = 4.0
"""How many times as soft the city's facts are as the real ones: its bank carries no sharper ones by weights."""
COPIES = 4000


def main() -> None:
    """Make the banks and the pairs, and print how often intervals hold the truth with the city and without."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--pairs", type=int, default=2000)
    options.add_argument("--bank", type=int, default=32_768)
    options.add_argument("--city-bank", type=int, default=16_384)
    options.add_argument("--work", type=Path, default=Path("runs/two-places"))
    options.add_argument("--cities", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    if asked.cities:
        _cities(asked)
    else:
        _pairs(asked)


def _bank(asked: argparse.Namespace, size: int, *, effects: bool) -> Any:
    from zhizao.studies.calibration.fit import CalibrationSettings, calibration_bank
    from zhizao.studies.options import cores

    settings = CalibrationSettings(bank=size, workers=cores(), folder=asked.work)
    return calibration_bank(settings, partial(_tell, "bank"), effects=effects)


def _tell(what: str, done: int, total: int) -> None:
    if done % 1000 == 0 or done == total:
        print(f"{what}: {done:,} of {total:,} runs", file=sys.stderr, flush=True)


def _pairs(asked: argparse.Namespace) -> None:
    from zhizao.fitting.alike import PlaceLikelihood, mixed, scores_of_places
    from zhizao.fitting.bank import effective_size, normalised
    from zhizao.studies.calibration.simulator import EFFECTS
    from zhizao.studies.pool import LIKENESSES

    draws = np.random.Generator(np.random.Philox(SEED))
    bank = _bank(asked, asked.bank, effects=True)
    truths, alone = _districts(bank, asked.pairs, draws)
    cities = _cities_of(asked, bank, truths)
    shared = [bank.prior.names.index(str(name)) for name in cities["shared"]]
    ours = scores_of_places(bank.places[:, shared])
    names = [*EFFECTS, *cities["shared"]]
    table = np.hstack([bank.summaries[:, [bank.names.index(name) for name in EFFECTS]], bank.values[:, shared]])
    found: dict[str, list[Any]] = {"alone": [], "with the city": [], "likeness not known": []}
    for place, truth in enumerate(truths):
        near, logarithm = alone[place]
        if cities["sizes"][place] < LEAST:
            continue
        bell = PlaceLikelihood(
            precision=cities["precisions"][place], pull=cities["pulls"][place], directions=int(cities["kept"][place])
        )
        known, unknown = bell.logarithm(ours[near], LIKENESS), mixed(bell.logarithms(ours[near], LIKENESSES))
        weights = [normalised(logarithm + one) for one in (0.0, known, unknown)]
        if min(map(effective_size, weights)) < LEAST / 2.0:
            continue
        ties = draws.random(table.shape[1])
        for rows, by in zip(found.values(), weights, strict=True):
            rows.append(_rank_and_width(table[near], table[truth], by, ties))
    _print(found, names, len(truths))


def _districts(bank: Any, most: int, draws: np.random.Generator) -> tuple[list[int], list[tuple[Any, Any]]]:
    """Return runs of the bank whose own facts leave enough effective runs, and for each the runs near it."""
    from zhizao.fitting.bank import effective_size, normalised
    from zhizao.for_each import for_each
    from zhizao.studies.calibration.calibrate import report_of
    from zhizao.studies.options import cores

    def weighed(truth: int) -> tuple[Any, Any] | None:
        scatter = np.random.Generator(np.random.Philox(np.random.SeedSequence([SEED, truth])))
        targets = report_of(dict(zip(bank.names, map(float, bank.summaries[truth]), strict=True)), scatter)
        logarithm = bank.log_likelihood(targets)
        logarithm[truth] = -np.inf
        if not np.isfinite(logarithm).any() or effective_size(normalised(logarithm)) < LEAST:
            return None
        near = np.flatnonzero(logarithm > logarithm.max() - 30.0)
        return near, logarithm[near]

    order = [int(one) for one in draws.permutation(len(bank.places))]
    done = for_each(weighed, order, cores(), partial(_tell, "districts"))
    kept = [(truth, one) for truth, one in zip(order, done, strict=True) if one is not None][:most]
    return [truth for truth, _ in kept], [one for _, one in kept]


def _rank_and_width(table: Any, truth: Any, weights: Any, ties: Any) -> tuple[Any, Any]:
    below, equal = weights @ (table < truth), weights @ (table == truth)
    mean = weights @ table
    return below + ties * equal, np.sqrt(weights @ (table - mean) ** 2)


def _print(found: dict[str, list[Any]], names: list[str], pairs: int) -> None:
    print(
        f"{len(found['alone'])} of {pairs} pairs fitted: {LEAST:.0f} effective runs for each place, half of it for both"
    )
    if not found["alone"]:
        return
    alone = np.array([width for _, width in found["alone"]])
    for how, rows in found.items():
        held = np.abs(np.array([ranks for ranks, _ in rows]) - 0.5) <= 0.45
        width = np.array([width for _, width in rows]).mean(axis=0) / alone.mean(axis=0)
        said = ", ".join(
            f"{name} {share:.1%} (spread × {wide:.2f})"
            for name, share, wide in zip(names[:3], held.mean(axis=0)[:3], width[:3], strict=True)
        )
        shares = held.mean(axis=0)
        print(
            f"{how}: {said}; all {len(names)} numbers {shares.min():.1%} to {shares.max():.1%}, "
            f"mean {shares.mean():.1%}"
        )


def _cities_of(asked: argparse.Namespace, bank: Any, truths: Any) -> dict[str, Any]:
    """Return what the cities of the pairs publish, as bells; made in a process in which the city is in force."""
    from zhizao.district.folder import find_district
    from zhizao.district.reader import read_district
    from zhizao.files import shipped

    began = read_district(find_district("chongqing")).own.prior
    city = asked.work / "city"
    if not city.exists():
        shutil.copytree(shipped("districts/chongqing"), city, ignore=shutil.ignore_patterns("fitted", "REPORT.md"))
        file = city / "district.toml"
        text = file.read_text("utf-8")
        file.write_text(re.sub(r"\n\[prior\]\n.*?\n(?=\n)", "\n", text, count=1, flags=re.DOTALL), "utf-8")
    given = asked.work / "districts.npz"
    np.savez(
        given,
        own=np.array(began.except_ if began is not None else ()),
        names=np.array(bank.prior.names),
        places=bank.places[truths],
        ends=np.array([(one.low, one.high, one.log, one.whole) for one in bank.prior.marginals], dtype=float),
    )
    command = [sys.executable, str(Path(__file__).resolve()), "--work", str(asked.work), "--cities", str(given)]
    command += ["--city-bank", str(asked.city_bank)]
    subprocess.run(command, check=True, env=os.environ | {"ZHIZAO_DISTRICT": str(city.absolute())})
    return dict(np.load(asked.work / "cities.npz"))


def _cities(asked: argparse.Namespace) -> None:
    """Run the cities of the pairs, let each publish its facts, and store the bell that these leave."""
    from zhizao.fitting.alike import place_likelihood, scores_of_places
    from zhizao.fitting.bank import effective_size, normalised
    from zhizao.fitting.evaluate import Evaluator
    from zhizao.fitting.quick import resampled
    from zhizao.studies.calibration.calibrate import report_of
    from zhizao.studies.calibration.simulator import DistrictSimulator
    from zhizao.studies.options import cores

    given = dict(np.load(asked.cities))
    bank = _bank(asked, asked.city_bank, effects=False)
    own = {str(name) for name in given["own"]}
    ends = {str(name): tuple(row) for name, row in zip(given["names"], given["ends"], strict=True)}
    shared = [
        (place, one.name)
        for place, one in enumerate(bank.prior.marginals)
        if one.name not in own and ends.get(one.name) == (one.low, one.high, one.log, one.whole) and not one.whole
    ]
    columns = [place for place, _ in shared]
    theirs = [list(given["names"]).index(name) for _, name in shared]
    draws = np.random.Generator(np.random.Philox(SEED + 1))
    places = draws.random((len(given["places"]), bank.prior.dimensions))
    luck = np.sqrt(1.0 - LIKENESS**2) * draws.standard_normal((len(places), len(shared)))
    places[:, columns] = _even(LIKENESS * scores_of_places(given["places"][:, theirs]) + luck)
    seeds = draws.integers(0, 2**64, size=len(places), dtype=np.uint64)
    with Evaluator(DistrictSimulator(funding="declared", effects=False), cores()) as evaluate:
        figures = evaluate(bank.prior.values(places), seeds, partial(_tell, "cities"))
    scores, wide = scores_of_places(bank.places[:, columns]), np.ones(len(shared))
    bells, sizes = [], []
    for row in figures:
        targets = report_of(dict(zip(bank.names, map(float, row), strict=True)), draws, SOFTER)
        weights = normalised(bank.log_likelihood(targets))
        sizes.append(effective_size(weights))
        chosen = resampled(weights, COPIES, draws)
        bells.append(place_likelihood(scores[chosen], 0.0 * wide, wide, sizes[-1]))
    np.savez(
        asked.work / "cities.npz",
        shared=np.array([name for _, name in shared]),
        sizes=np.array(sizes),
        precisions=np.array([one.precision for one in bells]),
        pulls=np.array([one.pull for one in bells]),
        kept=np.array([one.directions for one in bells]),
    )


def _even(scores: Any) -> Any:
    from scipy.special import ndtr

    return np.clip(ndtr(scores), 0.0, np.nextafter(1.0, 0.0))


if __name__ == "__main__":
    main()
