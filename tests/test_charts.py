"""The charts: in both languages every sign is there, nothing runs over, and the numbers are the study's own."""

from __future__ import annotations

import ast
import io
import re
import warnings
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import zhizao as zz
from small_district import python
from zhizao.errors import InputError
from zhizao.evidence.ensembles import TREATMENTS, read_ensemble
from zhizao.fitting.diagnostics import Recovery
from zhizao.parameters.registry import parameter_specifications
from zhizao.report import charts
from zhizao.report.charts import naming, style
from zhizao.report.charts import words as chart_words
from zhizao.report.palette import BLUE, SKY
from zhizao.results.outcomes import OUTCOMES
from zhizao.studies.calibration.findings import predict
from zhizao.studies.calibration.inputs import drawn_numbers
from zhizao.studies.calibration.simulator import EFFECTS
from zhizao.studies.comparison import Comparison
from zhizao.studies.deciding.frontier import Frontier, Point
from zhizao.studies.deciding.objectives import OBJECTIVES
from zhizao.studies.options import check_options
from zhizao.studies.run import Run
from zhizao.studies.spread import spread
from zhizao.words.tables import LANGUAGES

SMALL: dict[str, Any] = {"n_firms": 60, "workers": 1}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return zz.compare(["baseline", "no-services", "double-grants"], draws=3, **SMALL)


@pytest.fixture(scope="module")
def studies(comparison: Comparison) -> dict[str, Any]:
    """What the charts are drawn from, by the name of their argument."""
    ensembles = {treatment: read_ensemble(treatment, "report") for treatment in TREATMENTS}
    return {
        "comparison": comparison,
        "all": zz.compare(draws=2, **SMALL),
        "alone": zz.compare(["baseline"], draws=2, until="2024-06", calibration="prior", **SMALL),
        "run": zz.run("baseline", n_firms=60),
        "ensembles": ensembles,
        "predicted": {name: predict(ensemble, members=4) for name, ensemble in ensembles.items()},
        "recovered": recovered(),
        "checks": zz.check_evidence(draws=2, **SMALL),
        "spread": spread(seed=7, n_firms=130),
        "choice": zz.choose(draws=2, structures=["prior"], require="level2_share_true_end >= 0.5", **SMALL),
        "learning": zz.learn(["baseline", "no-programme"], draws=8, structures=["prior"], worth=3.0, **SMALL),
        "reach": zz.reach(tries=10, draws=2, **SMALL),
        "frontier": mixes_of_a_frontier(),
        **tables_of_indices(),
        "scale": pd.DataFrame({"firms": [500, 50_000], "months": 96, "seconds": [0.03, 3.0], "gigabytes": [0.2, 0.4]}),
    }


def mixes_of_a_frontier() -> Frontier:
    """A frontier of made-up points, so that no search is needed."""
    names = ("money", "true_share", "small_share", "plan")
    points = []
    for place in range(12):
        seen = {
            "money": 200.0 + 30.0 * place,
            "true_share": 0.8 + 0.01 * place,
            "small_share": 0.79,
            "plan": place / 12,
        }
        points.append(Point(mix={}, seen=seen, unseen={**seen, "true_share": seen["true_share"] - 0.004}))
    return Frontier(
        options=check_options(draws=100),
        scenario=zz.load_scenario("baseline"),
        dials=(),
        objectives=tuple(OBJECTIVES[name] for name in names),
        points=tuple(points),
        base=points[0],
        named={"best money": 0, "best true_share": 11, "best plan": 11, "balanced": 6, "plan 80": 10},
        held=11,
        tried=1_800,
        seconds=60.0,
    )


def recovered() -> Recovery:
    """Ranks of truths under every name that a recovery has: as even as can be."""
    names = (*(number.key for number in drawn_numbers()), *EFFECTS)
    ranks = np.tile((np.arange(50) + 0.5)[:, None] / 50, (1, len(names)))
    return Recovery(names=names, ranks=ranks, sizes=np.full(50, 100.0))


def indices() -> pd.DataFrame:
    """A table of indices of the form that sensitivity studies give, with names of the usual length."""
    factors = [key for key, spec in parameter_specifications().items() if spec.prior is not None][:12]
    rows = [
        {
            "factor": factor,
            "group": factor.split(".")[0],
            "outcome": outcome.name,
            "first": 0.02 * place,
            "first_low": 0.02 * place - 0.03,
            "first_high": 0.02 * place + 0.03,
            "total": 0.03 * place,
            "total_low": 0.03 * place - 0.04,
            "total_high": 0.03 * place + 0.04,
        }
        for outcome in OUTCOMES[:4]
        for place, factor in enumerate(factors)
    ]
    return pd.DataFrame(rows)


def tables_of_indices() -> dict[str, pd.DataFrame]:
    """A table of each method, and one of sums by group."""
    sobol = indices()
    named = {name: {f"total{end}": f"{name}{end}" for end in ("", "_low", "_high")} for name in ("mu_star", "median")}
    summed = sobol[sobol["factor"] == sobol["factor"].iloc[0]].assign(factor="luck", group="luck")
    return {
        "indices": sobol,
        "effects": sobol.rename(columns=named["mu_star"]).assign(ranks=sobol["outcome"] == OUTCOMES[0].name),
        "distances": sobol.rename(columns=named["median"]).assign(dummy=0.1),
        "sums": summed.assign(total=np.nan, total_low=np.nan, total_high=np.nan),
    }


CHARTS: dict[str, tuple[Callable[..., Figure], str]] = {
    "target": (charts.target_chart, "comparison"),
    "target alone": (charts.target_chart, "alone"),
    "differences": (charts.differences_chart, "comparison"),
    "differences of all": (charts.differences_chart, "all"),
    "differences alone": (charts.differences_chart, "alone"),
    "account": (charts.account_chart, "all"),
    "account alone": (charts.account_chart, "alone"),
    "cost": (charts.cost_chart, "comparison"),
    "cost of all": (charts.cost_chart, "all"),
    "reach": (charts.reach_chart, "reach"),
    "frontier": (charts.frontier_chart, "frontier"),
    "groups": (charts.groups_chart, "comparison"),
    "groups alone": (charts.groups_chart, "alone"),
    "overview": (charts.comparison_chart, "comparison"),
    "overview of all": (charts.comparison_chart, "all"),
    "run": (charts.run_chart, "run"),
    "learned": (charts.learned_chart, "ensembles"),
    "ridge": (charts.ridge_chart, "predicted"),
    "ranks": (charts.ranks_chart, "recovered"),
    "evidence": (charts.evidence_chart, "checks"),
    "context": (charts.context_chart, "checks"),
    "network": (charts.network_chart, "spread"),
    "choice": (charts.choice_chart, "choice"),
    "learning": (charts.learning_chart, "learning"),
    "sobol": (charts.sobol_chart, "indices"),
    "tornado": (charts.tornado_chart, "indices"),
    "tornado of effects": (charts.tornado_chart, "effects"),
    "tornado of distances": (charts.tornado_chart, "distances"),
    "tornado of sums": (charts.tornado_chart, "sums"),
    "scale": (charts.scale_chart, "scale"),
}


def test_every_chart_is_drawn_here() -> None:
    trees = [ast.parse(file.read_text("utf-8")) for file in Path(charts.__file__).parent.glob("*.py")]
    functions = [at for tree in trees for at in tree.body if isinstance(at, ast.FunctionDef)]
    made = {at.name for at in functions if re.match(r"(?!save_)[a-z]\w*_chart$", at.name)}
    drawn = {draw.__name__ for draw, _ in CHARTS.values()} | {"sensitivity_chart"}  # one of two others, as indices are
    missing = made - drawn
    assert not missing, f"charts that no test draws: {', '.join(sorted(missing))}; put them into CHARTS"


def texts(figure: Figure) -> Iterator[Text]:
    """Everything written in a figure that can be seen."""
    yield from figure.texts
    yield from (label for labels in ticks(figure) for label in labels)
    for axes in figure.axes:
        yield from axes.texts
        yield from (axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label)  # type: ignore[attr-defined]
    for legend in figure.findobj(Legend):
        yield from legend.get_texts()


def box_of(text: Text) -> Bbox:
    """Where words stand, without the line that leads from them to a point."""
    return Text.get_window_extent(text)


def ticks(figure: Figure) -> Iterator[list[Text]]:
    """The labels of every axis that can be seen within its limits."""
    for axes in figure.axes:
        for axis in () if not axes.axison else (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            labels = [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            yield [label for label in labels if label.get_visible() and label.get_text()]


@pytest.fixture(scope="module", params=[(name, language) for name in CHARTS for language in LANGUAGES], ids="-".join)
def drawn(request: pytest.FixtureRequest, studies: dict[str, Any]) -> tuple[str, Figure]:
    """Every chart in both languages: its name, and the figure."""
    name, language = request.param
    draw, study = CHARTS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph, or a layout that does not fit
        figure = draw(studies[study], language)
        figure.savefig(io.BytesIO(), format="png", dpi=50)
    figure.draw_without_rendering()
    return name, figure


@pytest.mark.parametrize("dots", [112.5, 200.0])
def test_a_chart_is_whole(drawn: tuple[str, Figure], dots: float) -> None:
    _, figure = drawn
    with style.styled("en"):
        figure.set_dpi(dots)
        figure.draw_without_rendering()
    for text in filter(Text.get_text, texts(figure)):
        box = box_of(text)
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < figure.bbox.x1 + 1 and box.y1 < figure.bbox.y1 + 1
        assert inside, f"{text.get_text()!r} runs out of the figure"
    for together in [*ticks(figure), *(axes.texts for axes in figure.axes), figure.texts]:
        boxes = [(text, box_of(text).padded(-1)) for text in together]
        for (one, its), (other, others) in combinations(boxes, 2):
            assert not its.overlaps(others), f"{one.get_text()!r} lies over {other.get_text()!r}"
    for axes in figure.axes:
        box = axes.get_tightbbox()
        over = [line.get_text() for line in figure.texts if box is not None and box.overlaps(box_of(line))]
        assert not over, f"lies over the chart: {over}"


UNITS = (
    "%",
    "percentage points",
    "million RMB",
    "billion RMB",
    "firms",
    "projects",
    "months",
    "workshops",
    "百分点",
    "百万元",
    "亿元",
    "万元",
    "家",
    "个",
    "月",
    "秩",
    "year",
    "multiple",
    "score",
    "share",
    "probability",
    "seconds",
    "秒",
    "GB",
    "方差占比",
    "rank",
    "distance",
    "分布距离",
    "比例",
    "每年",
    "倍",
    "概率",
    "分",
)


WITHOUT_AXES = ("evidence", "context", "network")
"""What says its units in words beside each number, or has none."""


def test_a_chart_says_units_and_source(drawn: tuple[str, Figure]) -> None:
    name, figure = drawn
    written = [text.get_text().replace("\n", " ") for text in figure.texts]
    assert written[-1].startswith(("Source: zhizao", "来源：智造模型"))
    labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel()) if label]
    assert labels or name in WITHOUT_AXES
    assert all(any(unit in label for unit in UNITS) for label in labels), labels


CODE = re.compile(r"\b[a-z]+(_[a-z0-9]+)+\b|\b[a-z]+\.[a-z]+\b")
"""A key of a parameter or a lever, or the name of a column."""


def test_a_chart_has_names_and_no_keys(drawn: tuple[str, Figure]) -> None:
    """People read charts who never open a file: commands may be named, but no key of anything."""
    _, figure = drawn
    written = {text.get_text().replace("\n", " ") for text in texts(figure) if text is not figure.texts[-1]}
    assert not [line for line in written if CODE.search(line)]


TOPICS = ("alone", "context", "overview", "target")
"""What has nothing to find, or whose findings other tests read."""


def test_a_title_says_what_was_found(drawn: tuple[str, Figure]) -> None:
    """The topic stands below the title, in the lines that say how the chart is to be read."""
    name, figure = drawn
    if not any(word in name for word in TOPICS):
        nothing = chart_words._WORDS.texts["learning nothing"]
        title = figure.texts[0].get_text().replace("\n", " ")
        assert re.search(r"\d|[“\"]|:|：", title) or title in nothing, title
        assert len(figure.texts) == 3  # title, topic and reading, source


@pytest.mark.parametrize("name", ["account", "cost", "groups", "run"])
def test_names_stand_beside_what_they_name(studies: dict[str, Any], name: str) -> None:
    draw, study = CHARTS[name]
    figure = draw(studies[study])
    assert not figure.findobj(Legend)


def test_names_in_light_colours_are_written_darker() -> None:
    dark, light = naming._legible(BLUE), naming._legible(SKY)
    assert dark == BLUE
    assert [int(light[at : at + 2], 16) < int(SKY[at : at + 2], 16) for at in (1, 3, 5)] == [True] * 3


def test_names_of_parts_keep_their_order_and_stay_within_the_chart() -> None:
    places = naming.spread_out([10.0, 11.0, 12.0, 95.0], [20.0, 20.0, 20.0, 20.0], 0.0, 110.0)
    assert places == pytest.approx([10.0, 36.0, 62.0, 95.0])
    crowded = naming.spread_out([90.0, 95.0, 99.0], [20.0, 20.0, 20.0], 0.0, 100.0)
    assert crowded == pytest.approx([38.0, 64.0, 90.0])


def test_a_run_in_chinese_has_its_money_in_sizes_that_people_say(studies: dict[str, Any]) -> None:
    units = [axes.get_ylabel() for axes in charts.run_chart(studies["run"], "zh").axes]
    assert not any("百万" in unit for unit in units)
    assert sum(unit in ("万元", "亿元") for unit in units) == 2


def test_long_remarks_are_cut_between_words() -> None:
    said = chart_words.Say("en").with_notes("Source: a.", ["one, two, " * 60])
    assert said.endswith(("one …", "two …"))


def test_chinese_is_chinese(comparison: Comparison) -> None:
    title = charts.target_chart(comparison, "zh").texts[0].get_text()
    assert "报道所述的现行政策" in title


def test_the_road_is_the_comparison_s_own_numbers(comparison: Comparison) -> None:
    plan, facts = charts.target_chart(comparison).axes
    table = comparison.monthly()
    rows = table[(table["scenario"] == "baseline") & (table["variable"] == "level2_share")]
    assert plan.get_lines()[0].get_ydata() == pytest.approx(100.0 * rows["median"].to_numpy())
    other = np.median(comparison.by_treatment["facts"][0].monthly["level2_share"], axis=0)
    assert facts.get_lines()[0].get_ydata() == pytest.approx(100.0 * other)


def test_the_road_of_another_scenario(comparison: Comparison) -> None:
    assert "Twice the grants" in charts.target_chart(comparison, scenario="double-grants").texts[0].get_text()
    with pytest.raises(InputError, match="choose one of baseline, no-services, double-grants"):
        charts.target_chart(comparison, scenario="surge")


def test_the_bars_of_an_account_end_where_its_money_does(comparison: Comparison) -> None:
    [axes] = charts.account_chart(comparison).axes
    ends = [max(bar.get_x() + bar.get_width() for bar in row) for row in zip(*axes.containers, strict=True)]
    table = comparison.accounts()
    table = table[table["instrument"] == "all"].pivot(index="scenario", columns="line", values="mean")
    expected = (table["spending"] + table["outstanding"]).loc[[entry.label for entry in comparison.compared]]
    assert ends == pytest.approx(expected.to_numpy())


def test_the_frontier_is_what_nothing_else_dominates() -> None:
    points = np.array([[3.0, 2.0], [1.0, 1.0], [2.0, 1.0], [4.0, 3.0], [3.0, 1.5]])
    assert charts.frontier(points) == [1, 0, 3]


def test_groups_are_set_against_at_most_three(comparison: Comparison, studies: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="'surge' is not one of no-services, double-grants"):
        charts.groups_chart(comparison, scenarios=["surge"])
    with pytest.raises(InputError, match="at most 3"):
        charts.groups_chart(studies["all"], scenarios=[entry.label for entry in studies["all"].compared[1:5]])


def test_a_comparison_draws_itself(comparison: Comparison) -> None:
    for name in ("target", "differences", "account", "cost", "groups", "overview"):
        assert isinstance(getattr(comparison.plot, name)(), Figure)
    assert "自评" in str([text.get_text() for text in texts(comparison.plot.target("zh"))])


def test_charts_stay_upstairs_until_the_door_brings_them() -> None:
    script = """
        import sys, zhizao.studies.comparison as c
        assert c.Comparison.plots is None
        import zhizao as zz; zz.compare
        assert c.Comparison.plots is not None and "matplotlib" not in sys.modules
    """
    python("\n".join(line.strip() for line in script.splitlines()))


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_a_chart_is_saved_the_same_each_time(comparison: Comparison, tmp_path: Path, ending: str) -> None:
    files = [charts.save_chart(comparison, tmp_path / f"{name}{ending}", "zh") for name in ("one", "two")]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(("name", "words"), [("chart.gif", "ending"), ("nowhere/chart.png", "does not exist")])
def test_a_wrong_place_is_refused(comparison: Comparison, tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        charts.save_chart(comparison, tmp_path / name)


def test_a_wrong_language_is_refused(comparison: Comparison) -> None:
    with pytest.raises(InputError, match="use 'en' or 'zh'"):
        charts.target_chart(comparison, "fr")  # type: ignore[arg-type]


def test_without_the_font_charts_are_in_english(comparison: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_FONT", Path("nowhere.otf"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = charts.target_chart(comparison, "zh")
    assert figure.texts[0].get_text().startswith('Under "')


def test_a_title_from_a_file_is_text_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'format = 1\nextends = "baseline"\ntitle = "Costs $5 or $x^2, and a title so long that it must be broken '
        'several times before it fits beside its row"\nquestion = "?"\nsource = "assumption: a test"\n'
    )
    done = zz.compare(["baseline", file], draws=2, **SMALL)
    labels = charts.differences_chart(done).axes[0].get_yticklabels()
    assert labels[0].get_text().replace("\n", " ").startswith("Costs $5 or $x^2,")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three four", ["one two", "three", "four"]),
        ("规模以上中小企业，达到二级", ["规模以上", "中小企", "业，达到", "二级"]),
    ],
)
def test_lines_break_between_words_and_before_no_closing_sign(text: str, lines: list[str]) -> None:
    assert style.wrapped(text, room=4.1 * 12 / 72, size=12).split("\n") == lines


def test_quotation_marks_are_as_wide_as_the_text_around_them() -> None:
    """The font has the curled ones a hanzi wide, which tears English titles apart."""
    assert style.wrapped("Under “No grants”, less", 8.0, 10.0) == 'Under "No grants", less'
    assert style.wrapped("“不补贴”之下", 8.0, 10.0) == "“不补贴”之下"


def test_one_run_is_drawn_from_its_series(studies: dict[str, Any]) -> None:
    done: Run = studies["run"]
    figure = charts.run_chart(done)
    drawn = figure.axes[0].get_lines()[0].get_ydata()
    assert drawn == pytest.approx(100.0 * done.series["level2_share"])
    paid = figure.axes[2].get_lines()[1].get_ydata()
    assert np.sum(paid) == pytest.approx(done.series["public_spend"].sum())


def test_the_font_holds_every_sign_of_the_words() -> None:
    from fontTools.ttLib import TTFont

    known = set(map(chr, TTFont(style._FONT).getBestCmap()))
    words = {sign for pair in chart_words._WORDS.texts.values() for text in pair for sign in text}
    assert not words - known


def test_the_board_marks_what_disagrees(studies: dict[str, Any]) -> None:
    figure = charts.evidence_chart(studies["checks"])
    [axes] = figure.axes
    used = [entry for entry in studies["checks"] if entry.figure.use != "context" or entry.figure.series]
    crosses = sum(line.get_marker() == "X" for line in axes.get_lines())
    assert crosses == sum(entry.inside is False for entry in used)
    assert len(axes.texts) == 3 * len(used) + 3 + len({entry.figure.use for entry in used})


def test_boards_need_figures(studies: dict[str, Any]) -> None:
    used = [entry for entry in studies["checks"] if entry.figure.use != "context" or entry.figure.series]
    with pytest.raises(InputError, match="all of these figures are used"):
        charts.context_chart(used)
    with pytest.raises(InputError, match="none of these figures is used"):
        charts.evidence_chart([entry for entry in studies["checks"] if entry not in used])


def test_a_spread_is_the_run_that_it_is_of() -> None:
    done = spread(seed=7, n_firms=130, months=["2020-06", "2024-06"])
    single = zz.run(seed=7, n_firms=130, until="2024-06")
    for place, month in enumerate(done.months):
        assert done.share(place) == single.series["level2_share_true"][single.months.index(month)]
    assert done.standing[-1].sum() == single.series["firms"][-1]
    assert done.links.max() < done.sector.size
    assert (done.links[:, 0] < done.links[:, 1]).all()


@pytest.mark.parametrize("months", [[], ["2024-06", "2020-06"], ["2024-06", "2024-06"]])
def test_moments_are_named_once_and_in_order(months: list[str]) -> None:
    with pytest.raises(InputError, match="each once and in order"):
        spread(months=months)


def test_the_exponent_is_that_of_the_numbers() -> None:
    firms = np.array([1e2, 1e3, 1e4])
    assert charts.fitted_power(firms, 3.0 * firms**1.1) == pytest.approx((1.1, 3.0))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda table: table.drop(columns="months"), "lacks the columns months"),
        (lambda table: table.assign(seconds=0.0), "positive numbers"),
        (lambda table: table.head(1), "two numbers of firms"),
    ],
)
def test_a_wrong_table_of_runs_is_refused(change: Any, words: str, studies: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=words):
        charts.scale_chart(change(studies["scale"]))


def test_sobol_bars_are_the_table_s_numbers_largest_first() -> None:
    table = indices()
    chosen = OUTCOMES[1].name
    [axes] = charts.sobol_chart(table, outcome=chosen).axes
    total, first = ([bar.get_width() for bar in row] for row in axes.containers)
    mine = table[table["outcome"] == chosen].sort_values("total", ascending=False)
    assert total == pytest.approx(mine["total"].to_numpy())
    assert first == pytest.approx(mine["first"].to_numpy())


def test_wrong_indices_are_refused() -> None:
    with pytest.raises(InputError, match="lacks the columns group"):
        charts.sobol_chart(indices().drop(columns="group"))
    with pytest.raises(InputError, match="choose one of level2_share_end"):
        charts.sobol_chart(indices(), outcome="happiness")
    many = pd.concat([indices().assign(outcome=f"outcome {number}") for number in range(5)])
    with pytest.raises(InputError, match="too many"):
        charts.tornado_chart(many)
