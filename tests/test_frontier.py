"""Many objectives at once: the search on problems with known fronts, and on the model."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import zhizao as zz
from zhizao.arrays import FloatArray
from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.report.interactive.mixes import mixes
from zhizao.studies.deciding.frontier import Frontier
from zhizao.studies.deciding.pareto import least_distance, not_dominated, search, spread_out
from zhizao.studies.parameter_draws import parameter_draws
from zhizao.words.tables import Language

pytest.importorskip("pymoo")


HV = pytest.importorskip("pymoo.indicators.hv").HV


def zdt1(points: FloatArray) -> FloatArray:
    """Zitzler, Deb and Thiele 2000: the front is 1 − √f₁."""
    first, rest = points[:, 0], 1.0 + 9.0 * points[:, 1:].mean(axis=1)
    return np.column_stack([first, rest * (1.0 - np.sqrt(first / rest))])


def dtlz2(points: FloatArray) -> FloatArray:
    """Deb, Thiele, Laumanns and Zitzler 2002 with three objectives: the front is an eighth of the unit sphere."""
    away = 1.0 + ((points[:, 2:] - 0.5) ** 2).sum(axis=1)
    one, other = points[:, 0] * np.pi / 2.0, points[:, 1] * np.pi / 2.0
    return np.column_stack([away * np.cos(one) * np.cos(other), away * np.cos(one) * np.sin(other), away * np.sin(one)])


def found_front(problem: object, variables: int, objectives: int, population: int, generations: int) -> FloatArray:
    start = np.random.default_rng(4).random((population, variables))
    _, values = search(
        problem,  # type: ignore[arg-type]
        start,
        objectives=objectives,
        population=population,
        generations=generations,
        seed=4,
    )
    return values[not_dominated(values)]


def test_a_front_that_is_known() -> None:
    """Of the volume between ZDT1's front and (1.1, 1.1), at least 98 % is found."""
    front = found_front(zdt1, 8, 2, 100, 60)
    whole = 1.1**2 - 1.0 / 3.0  # what lies above 1 − √f₁ in the unit square, and the strips beside it
    assert HV(ref_point=np.array([1.1, 1.1]))(front) >= 0.98 * whole


@pytest.mark.slow
def test_another_front_that_is_known() -> None:
    """What lies beyond an eighth of a sphere of radius 1, within a cube of side 1.1."""
    front = found_front(dtlz2, 7, 3, 150, 160)
    whole = 1.1**3 - np.pi / 6.0
    assert HV(ref_point=np.full(3, 1.1))(front) >= 0.98 * whole


def test_points_that_no_other_beats() -> None:
    values = np.array([[1.0, 4.0], [2.0, 2.0], [2.0, 2.0], [3.0, 2.0], [4.0, 1.0], [5.0, 5.0]])
    assert not_dominated(values).tolist() == [True, True, True, False, True, False]
    front = values[[0, 1, 4]]
    assert least_distance(front) == 1
    assert spread_out(front, 2).tolist() == [0, 2]
    assert spread_out(front, 9).tolist() == [0, 1, 2]
    assert spread_out(np.ones((3, 2)), 3).tolist() == [0]


# ----------------------------------------------------------------------------------- the model

FEW: dict[str, Any] = {"draws": 12, "tries": 120, "n_firms": 120, "workers": 1}
DIALS = ["specialists.count", "grants.rate.light", "provider_discount.state_share"]


@pytest.fixture(scope="module")
def found() -> Frontier:
    return zz.frontier(dials=DIALS, **FEW)


def test_no_point_beats_another_and_the_base_is_not_better(found: Frontier) -> None:
    values = np.array([[-one.better * point.seen[one.name] for one in found.objectives] for point in found.points])
    assert len(values) > 5
    assert not_dominated(values).all()
    base = np.array([-one.better * found.base.seen[one.name] for one in found.objectives])
    assert not (base < values).all(axis=1).any()
    assert (values[1:, 0] >= values[:-1, 0]).all()  # by money
    assert found.points[found.named["best money"]].seen["money"] == values[:, 0].min()


def test_a_point_is_what_a_comparison_gives(found: Frontier) -> None:
    """The true share and the probability of the plan on the same draws; dials are within their ends."""
    for place in {found.named["balanced"], found.named["best true_share"]}:
        point = found.points[place]
        for dial in found.dials:
            assert dial.low <= point.mix[dial.key] <= dial.high
        mix = zz.load_scenario("baseline").with_changes(point.mix)
        compared = zz.compare(["baseline", mix], draws=12, n_firms=120, workers=1).compared
        for entry, one in zip(compared, (found.base, point), strict=True):
            assert entry.outcomes["level2_share_true_end"].mean() == pytest.approx(one.seen["true_share"])
            assert entry.outcomes["target_met"].mean() == pytest.approx(one.seen["plan"])


def test_unseen_draws_are_others(found: Frontier) -> None:
    point = found.points[found.named["best true_share"]]
    assert point.seen["true_share"] != point.unseen["true_share"]
    draws = parameter_draws(24)
    assert len({draw.seed for draw in draws}) == 24
    money = found.objectives[0]
    expected = (point.unseen["money"] - found.base.unseen["money"]) - (point.seen["money"] - found.base.seen["money"])
    assert found.fell(point, money) == pytest.approx(expected)
    assert [row["objective"] for row in found.falls()] == ["money", "true_share", "small_share", "plan"]
    assert 0 < found.held <= len(found.points)


def test_deadweight_is_that_of_the_account() -> None:
    """Of the base scenario, the share of money that changed nothing is that of `compare`."""
    done = zz.frontier(["money", "deadweight"], dials=DIALS[:2], draws=6, tries=60, n_firms=120, workers=2)
    compared = zz.compare(["baseline"], draws=6, n_firms=120, workers=1)
    assert done.base.seen["deadweight"] == pytest.approx(compared.first.account.shares()["deadweight"])
    assert min(point.seen["deadweight"] for point in done.points) <= done.base.seen["deadweight"]


def test_workers_make_no_difference(found: Frontier) -> None:
    again = zz.frontier(dials=DIALS, **{**FEW, "workers": 2})
    one, other = (done.to_dict() | {"seconds": 0} for done in (found, again))
    assert one == other


def test_named_mixes_are_scenarios(found: Frontier, tmp_path: Path) -> None:
    files = found.write(tmp_path / "mixes")
    assert len(files) == len(set(found.named.values()))
    read = [zz.load_scenario(file) for file in files]
    assert all(not scenario.remarks for scenario in read)
    assert read[0].extends == "baseline"
    policy = read[0].policies()[-1]
    assert policy.specialists.count == found.points[found.named["best money"]].mix["specialists.count"]
    with pytest.raises(InputError, match="is there already"):
        found.write(tmp_path / "mixes")
    base = files[0].rename(files[0].with_name("mine.toml"))
    for file in files[1:]:
        file.unlink()
    own = zz.frontier(base=base, dials=DIALS[:2], draws=2, tries=60, n_firms=60)
    with pytest.raises(InputError, match="a file of its own folder only"):
        own.write(tmp_path / "elsewhere")
    assert zz.load_scenario(own.write(base.parent)[0]).extends == "mine.toml"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"objectives": ["money", "true_shar"]}, "'true_shar' is not one of"),
        ({"objectives": ["money"]}, "name at least two"),
        ({"objectives": ["money", "money", "plan"]}, "each can be named once"),
        ({"tries": 10}, "tries = 10 must be whole and at least 60"),
        ({"until": "2025-06"}, "objective = plan: runs end in 2025-06"),
        ({"dials": ["grants.rate=0:1"]}, "is a row; name one of it"),
    ],
)
def test_what_cannot_be_asked_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        zz.frontier(**given)
    assert said in str(caught.value)


@pytest.mark.parametrize(("language", "title", "lever"), [("en", ", million", ", "), ("zh", "（亿元）", "（")])
def test_the_chart_to_point_at_is_drawn_in_every_language(
    found: Frontier, language: Language, title: str, lever: str
) -> None:
    drawing = pytest.importorskip("vl_convert", reason="needs the extra report")
    chart = mixes(found, language).to_dict(validate=False)
    assert "<svg" in drawing.vegalite_to_svg(json.dumps(chart | {"width": 800}))  # a fault of a tooltip stops it all
    across, points = chart["layer"][0]["encoding"]["x"], chart["layer"][1]["encoding"]
    assert title in across["title"]
    shown = {tip["field"]: tip["title"] for tip in points["tooltip"]}
    assert lever in shown["dial0"]
    base = next(row for row in chart["datasets"]["rows"] if row["base"])
    assert base["money"] == pytest.approx(found.base.seen["money"] / (100.0 if language == "zh" else 1.0))


def test_the_command(tmp_path: Path) -> None:
    few = ["frontier", "--draws", "4", "--tries", "60", "--n-firms", "60", "--quiet"]
    few += ["--dial", DIALS[0], "--dial", DIALS[1]]
    for language in ("en", "zh"):
        shown = CliRunner().invoke(cli.program, [*few, "--lang", language])
        assert shown.exit_code == 0, shown.output
        assert ("balanced" if language == "en" else "均衡") in shown.output
    files = ["--write", str(tmp_path / "mixes"), "--chart", str(tmp_path / "frontier.svg")]
    files += ["--page", str(tmp_path / "frontier.html")]
    told = CliRunner().invoke(cli.program, [*few, "--format", "json", *files])
    assert told.exit_code == 0, told.output
    given = json.loads(told.stdout)
    assert {"money", "true_share", "small_share", "plan"} == set(given["baseline"]["seen"])
    assert (tmp_path / "frontier.svg").stat().st_size > 1000
    assert len(list((tmp_path / "mixes").glob("*.toml"))) >= 2
    page = (tmp_path / "frontier.html").read_text("utf-8")
    assert "public money promised" in page
    assert not re.search(r"<(script|link)[^>]+(src|href)=", page), "a page of its own fetches nothing"
    wrong = CliRunner().invoke(cli.program, [*few, "--page", str(tmp_path / "frontier.png")])
    assert wrong.exit_code == 2
