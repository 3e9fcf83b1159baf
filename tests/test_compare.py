"""Runs, comparisons and the draws behind them, on a small district."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from fewer_members import fewer_members
from small_district import bits
from zhizao.accounts.many import amounts_of, outstanding_of
from zhizao.accounts.subsidy_account import PARTS, pooled_account
from zhizao.calendar import BRANCH_MONTH
from zhizao.engine.branching import Arena
from zhizao.errors import InputError
from zhizao.for_each import for_each
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.policy.schedule import read_value
from zhizao.population.district import District
from zhizao.register import read_register
from zhizao.report.workbook import save_workbook
from zhizao.results.groups import GROUP_KINDS
from zhizao.results.outcomes import OUTCOMES
from zhizao.results.stored import read
from zhizao.results.variables import VARIABLES
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import draws_to_settle, ranked
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.lanes import finish, prepare
from zhizao.studies.options import check_options
from zhizao.studies.parameter_draws import luck, parameter_draws, uncertain_numbers
from zhizao.studies.pasts import Pasts
from zhizao.studies.run import run

FEW: dict[str, Any] = {"draws": 3, "n_firms": 60, "workers": 1, "calibration": "prior"}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """The baseline, better services and no programme, three draws of sixty firms."""
    return compare(["baseline", "services-surge", "no-programme"], **FEW)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register of forty firms with no more than what is needed."""
    rows = [f"f{n},vehicles,{40 + 10 * n},{30 + 15 * n}" for n in range(40)]
    file = tmp_path / "firms.csv"
    file.write_text("\n".join(["id,sector,employees,revenue", *rows]), encoding="utf-8")
    return file


def test_accounts_kept_as_numbers_are_those_that_they_stand_for(comparison: Comparison) -> None:
    for entry in comparison.compared:
        made = tuple(entry.accounts)
        assert entry.account == pooled_account(made)
        assert list(entry.account.by_instrument) == list(pooled_account(made).by_instrument)
        names = ("spending", "captured", "committed_before")
        assert all(amounts_of(entry.accounts, name).tolist() == amounts_of(made, name).tolist() for name in names)
        for name, split in entry.account.by_instrument.items():
            amounts = amounts_of(made, "additional", name)
            assert amounts_of(entry.accounts, "additional", name).tolist() == amounts.tolist()
            assert amounts.sum() == pytest.approx(split.additional)
        assert outstanding_of(entry.accounts).tolist() == outstanding_of(made).tolist()


def test_the_account_says_where_the_money_went_and_how_sure_that_is(comparison: Comparison) -> None:
    whole = comparison.accounts()
    table = whole[whole["instrument"] == "all"].set_index(["scenario", "line"])
    for label, instruments in whole[whole["instrument"] != "all"].groupby("scenario"):
        parts = instruments[instruments["line"].isin(PARTS)]["mean"].sum()
        assert parts == pytest.approx(table.loc[(label, "spending"), "mean"], rel=1e-9)
    for entry in comparison.compared:
        assert len(entry.accounts) == 3
        assert entry.account.closes()
        rows = table.loc[entry.label]
        assert rows.loc[list(PARTS), "share"].sum() == pytest.approx(1.0, abs=1e-9)
        assert (rows["low"] <= rows["high"]).all()
    bare = table.loc["no-programme"]
    assert bare.loc["additional", "mean"] == bare.loc["administration", "mean"] == 0.0
    assert bare.loc["committed_before", "mean"] == pytest.approx(bare.loc["spending", "mean"], rel=1e-9)
    assert table.loc["baseline"].loc["administration", "mean"] > 0.0


def test_who_moved_adds_up_to_all_that_stand(comparison: Comparison) -> None:
    table = comparison.by_group().set_index(["scenario", "kind", "group", "variable"]).sort_index()
    for kind, names in GROUP_KINDS.items():
        assert set(table.loc[("baseline", kind)].index.get_level_values("group")) == set(names)
    shares = table.loc[("baseline", "size", slice(None), "level2_share_true"), "mean"]
    assert shares.between(0.0, 1.0).all()
    assert (table.loc["baseline", "difference_mean"].dropna() == 0.0).all()
    parks = [table.loc[("services-surge", "park", name, "level2_share"), "mean"] for name in GROUP_KINDS["park"]]
    assert parks == sorted(parks)
    by_sector = np.array([entry.groups["sector"][:, :, 1] for entry in comparison.compared[:1]])
    share = comparison.first.outcomes["level2_share_true_end"]
    assert (np.nanmin(by_sector, axis=(0, 2)) <= share).all()
    assert (share <= np.nanmax(by_sector, axis=(0, 2))).all()


def test_ranks_are_told_with_their_uncertainty(comparison: Comparison) -> None:
    table = comparison.ranks().set_index(["outcome", "scenario"])
    ranks = table.loc["level2_share_true_end"]
    assert ranks["mean"].sum() == pytest.approx(1 + 2 + 3)
    assert ((ranks["low"] >= 1) & (ranks["high"] <= 3)).all()
    assert ranks["best"].sum() <= 1.0
    assert "private_investment_total" not in table.index.get_level_values("outcome")


def test_ranks_share_among_equals_and_leave_out_the_unknown() -> None:
    found = ranked(np.array([[1.0, 5.0, math.nan], [1.0, 4.0, 2.0], [0.0, 6.0, 1.0]]))
    assert found[:, 0].tolist() == [2.5, 2.5, 1.0]
    assert found[:, 1].tolist() == [2.0, 1.0, 3.0]
    assert math.isnan(found[0, 2])
    assert found[1:, 2].tolist() == [2.0, 1.0]


def test_how_many_draws_would_settle_a_difference() -> None:
    draws = np.random.default_rng(2)
    values = draws.normal(0.1, 1.0, 2000)
    needed = draws_to_settle(values)
    assert needed == pytest.approx((1.96 * values.std() / values.mean()) ** 2, rel=0.01)
    assert draws_to_settle(np.tile(values, 4)) == pytest.approx(needed, rel=0.01)
    assert draws_to_settle(np.full(5, 0.2)) == 1.0
    assert draws_to_settle(np.zeros(5)) == 1.0
    assert draws_to_settle(np.array([1.0, -1.0])) == math.inf
    assert math.isnan(draws_to_settle(np.array([math.nan, math.inf])))
    assert math.isnan(draws_to_settle(np.array([0.3])))


def test_only_the_treatment_asked_for_is_accounted_for() -> None:
    both = compare(["baseline"], draws=2, workers=1)
    asked, other = (entry for (entry,) in both.by_treatment.values())
    assert len(asked.accounts) == 2
    assert other.accounts == ()
    assert set(both.target_probability("baseline")) == {"plan", "facts"}


# Draws of the parameters


def test_the_first_draw_is_what_was_set_by_hand() -> None:
    first = parameter_draws(3, calibration="prior")[0]
    assert Parameters().changed(first.values) == Parameters()


def test_draws_lie_in_their_intervals_and_fill_them() -> None:
    draws = parameter_draws(65, calibration="prior")
    for key, spec in uncertain_numbers():
        assert spec.prior is not None
        low, high = spec.prior
        values = np.array([draw.values[key] for draw in draws[1:]])
        assert values.min() >= low
        assert values.max() <= high
        # what is drawn evenly in the logarithm fills its interval there
        even = np.log if spec.prior_shape == "log-even" else np.asarray
        assert abs(even(values).mean() - even([low, high]).mean()) < 0.02 * np.ptp(even([low, high]))
        assert not spec.whole or (values == np.floor(values)).all()
    for draw in draws:
        Parameters().changed(draw.values)


def test_every_number_with_an_interval_is_drawn() -> None:
    wanted = {key for key, spec in parameter_specifications().items() if spec.prior is not None}
    assert {spec.key for _, spec in uncertain_numbers()} == wanted


def test_more_draws_leave_the_others_as_they_are() -> None:
    assert parameter_draws(40)[:7] == parameter_draws(7)
    assert [draw.values for draw in parameter_draws(4, seed=5)] == [draw.values for draw in parameter_draws(4)]


def test_every_draw_has_its_own_luck() -> None:
    seeds = {draw.seed for seed in range(20) for draw in parameter_draws(20, seed=seed)}
    assert len(seeds) == 400
    assert luck(2, 3) == 2_000_009
    assert 0 <= luck(2**64 - 1, 999) < 2**64


def test_the_two_readings_of_the_money() -> None:
    assert parameter_draws(2, funding="report")[1].values["funding.annual_fund"] == 200.0
    assert parameter_draws(2, funding="brief")[1].values["funding.annual_fund"] == 2000.0
    with pytest.raises(InputError, match="must be one of report, brief"):
        parameter_draws(2, funding="rumour")


# One run


def test_a_run_gives_every_name() -> None:
    done = run("baseline", seed=7, n_firms=60)
    assert done.months[0] == "2018-01"
    assert done.months[-1] == "2025-12"
    assert list(done.series) == [variable.name for variable in VARIABLES]
    assert list(done.outcomes) == [outcome.name for outcome in OUTCOMES]
    assert all(np.isfinite(values).all() for values in done.series.values())
    assert done.series["firms"][0] == pytest.approx(60, abs=5)
    assert done.outcomes["public_spend_total"] == pytest.approx(done.series["public_spend"][BRANCH_MONTH:].sum())
    assert done.ledger["grants"]["appropriated"]["district"] > 0


def test_the_same_seed_gives_the_same_run_and_another_another() -> None:
    one, same, other = (run("baseline", seed=seed, n_firms=60) for seed in (7, 7, 8))
    assert (one.history.table == same.history.table).all()
    assert (one.history.table != other.history.table).any()


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    short, long = run(n_firms=60), run(n_firms=60, until="2030-12")
    assert (long.history.table[: len(short.months)] == short.history.table).all()


def test_a_run_as_a_frame_on_disk_and_as_json(tmp_path: Path) -> None:
    done = run("services-surge", seed=7, n_firms=60)
    frame = done.to_frame()
    assert list(frame.columns) == ["scenario", "draw", "seed", "month", "group", "variable", "value"]
    mine = frame[(frame["group"] == "sme") & (frame["variable"] == "level2_share")]
    assert (mine["value"].to_numpy() == done.series["level2_share"]).all()
    stored = read(done.write(tmp_path / "run"))
    assert (stored.to_frame()["value"].to_numpy() == frame["value"].to_numpy()).all()
    assert stored.record["settings"]["scenarios"] == ["services-surge"]
    assert stored.record["calibration"].startswith("plan")
    text = json.loads(json.dumps(done.to_dict(), allow_nan=False))
    assert {"scenario", "seed", "calibration", "funding", "version", "months", "series", "outcomes", "ledger"} <= set(
        text
    )


def test_the_record_resolves_the_policy_by_date(tmp_path: Path) -> None:
    done = run("services-surge", n_firms=60, settings=["specialists.count=120", "valuation.waiting_multiple=1.2"])
    record = read(done.write(tmp_path)).record
    [resolved] = record["resolved"]
    later = {change["from"]: change["set"] for change in resolved["changes"]}
    assert later["2024-01"]["specialists.count"] == 120
    assert later["2018-01"]["grants.rate.light"] == 0.3
    assert resolved["parameters"]["valuation.waiting_multiple"] == 1.2
    read_files = {"baseline.toml", "services-surge.toml", "plan-report.parquet"}
    assert {entry["name"] for entry in record["inputs"]} == read_files
    assert record["parameters"]["funding.annual_fund"] == read_value(Parameters(), "funding.annual_fund")


def test_a_run_of_a_register(register: Path) -> None:
    done = run("baseline", firms=register)
    assert done.history.column("firms")[0] == pytest.approx(40, abs=4)
    assert any("imputed" in note for note in done.notes)
    district = District.from_register(register)
    assert district.count == 40
    again = run("baseline", firms=district)
    assert (again.history.table == done.history.table).all()
    with pytest.raises(InputError, match="exclude each other"):
        run(firms=register, n_firms=50)


# Comparisons


def test_a_scenario_does_not_differ_from_itself() -> None:
    both = compare(["baseline", "baseline"], **FEW)
    assert [entry.label for entry in both.compared] == ["baseline", "baseline (2)"]
    for outcome in OUTCOMES:
        found = both.compared[1].difference(outcome, both.first)
        known = {name: value for name, value in found.items() if not math.isnan(value)}
        assert all(value == 0.0 for name, value in known.items() if name not in ("p_better", "draws_to_settle"))
        assert known.get("p_better", 0.5) == 0.5


def test_results_do_not_depend_on_workers(comparison: Comparison) -> None:
    again = compare(["baseline", "services-surge", "no-programme"], **FEW | {"workers": 3})
    for one, other in zip(comparison.compared, again.compared, strict=True):
        for outcome in OUTCOMES:
            np.testing.assert_array_equal(one.outcomes[outcome.name], other.outcomes[outcome.name])
        for name, values in one.monthly.items():
            np.testing.assert_array_equal(values, other.monthly[name])


def test_more_draws_begin_like_fewer(comparison: Comparison) -> None:
    more = compare(["baseline"], **FEW | {"draws": 5})
    spend = more.first.outcomes["public_spend_total"]
    assert (spend[:3] == comparison.first.outcomes["public_spend_total"]).all()


def test_the_history_is_shared_and_the_futures_differ(comparison: Comparison) -> None:
    first, surge, _ = (entry.monthly["level2_share"] for entry in comparison.compared)
    assert (first[:, :BRANCH_MONTH] == surge[:, :BRANCH_MONTH]).all()
    assert (first[:, BRANCH_MONTH:] != surge[:, BRANCH_MONTH:]).any()


def test_additional_is_against_no_programme(comparison: Comparison) -> None:
    first, surge, none = (entry.outcomes for entry in comparison.compared)
    assert (none["additional_projects"] == 0).all()
    for entry in (first, surge):
        more = entry["projects_started_total"] - none["projects_started_total"]
        assert (entry["additional_projects"] == more).all()
        spent = entry["public_spend_total"] - none["public_spend_total"]
        assert entry["additional_public_spend"] == pytest.approx(spent)


def test_the_reference_is_run_even_when_it_is_not_shown(comparison: Comparison) -> None:
    alone = compare("baseline", **FEW)
    assert len(alone.compared) == 1
    assert (alone.first.outcomes["additional_projects"] == comparison.first.outcomes["additional_projects"]).all()


def test_a_scenario_with_numbers_of_its_own_has_its_own_history(tmp_path: Path) -> None:
    text = 'format = 1\ntitle = "t"\nquestion = "q"\nsource = "assumption: a test"\nextends = "baseline"\n'
    file = tmp_path / "other.toml"
    file.write_text(text + "[parameters.attention]\nspontaneous_rate = 1.0\n")
    both = compare(["baseline", file], **FEW)
    mine, other = both.compared
    assert (mine.monthly["level2_share"][:, :BRANCH_MONTH] != other.monthly["level2_share"][:, :BRANCH_MONTH]).any()
    alone = compare([file], **FEW)
    assert (alone.first.outcomes["additional_projects"] == other.outcomes["additional_projects"]).all()


def test_settings_hold_in_every_scenario_and_draw(comparison: Comparison) -> None:
    levers = compare(["baseline"], **FEW, settings={"grants.rate": 0.0})
    first = comparison.first.monthly["level2_share"]
    assert (levers.first.monthly["level2_share"][:, :BRANCH_MONTH] == first[:, :BRANCH_MONTH]).all()
    spend = comparison.first.outcomes["public_spend_total"]
    assert (levers.first.outcomes["public_spend_total"] < spend).all()
    key = "attention.spontaneous_rate"  # at its default: the first draw stays as it is, the others do not
    fixed = compare(["baseline"], **FEW, settings=[f"{key}={read_value(Parameters(), key)}"])
    assert (fixed.first.monthly["level2_share"][0] == first[0]).all()
    assert (fixed.first.monthly["level2_share"][1:] != first[1:]).any()


def test_the_brief_s_money_is_more(comparison: Comparison) -> None:
    brief = compare(["baseline"], **FEW, funding="brief")
    spend, more = (found.first.outcomes["public_spend_total"] for found in (comparison, brief))
    assert (more >= spend * (1.0 - 1e-12)).all()
    assert brief.to_dict()["funding"] == "brief"


def test_a_comparison_before_the_plan_s_date_does_not_say_whether_it_is_met() -> None:
    early = compare(["baseline"], **FEW, until="2025-06").to_dict()
    assert early["scenarios"][0]["target_probability"]["prior"] is None
    assert early["target"]["reached_by_run"] is False


def test_the_shape_of_the_json(comparison: Comparison) -> None:
    found = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert found["draws"] == 3
    assert found["target"] == {"share": 0.9, "by": "2025-12", "reached_by_run": True}
    assert found["calibration"].startswith("prior")
    assert [entry["name"] for entry in found["scenarios"]] == ["baseline", "services-surge", "no-programme"]
    for entry in found["scenarios"]:
        assert set(entry["outcomes"]) == set(entry["difference"]) == {outcome.name for outcome in OUTCOMES}
        assert set(entry["outcomes"]["leverage"]) == {"mean", "median", "low", "high"}
        told = {"mean", "median", "low", "high", "p_better", "draws_to_settle"}
        assert set(entry["difference"]["leverage"]) == told
        assert entry["target_probability"]["plan"] is None
        assert 0.0 <= entry["target_probability"]["prior"] <= 1.0
        account = entry["subsidy_account"]
        parts = sum(account[name] for name in PARTS)
        spent = entry["outcomes"]["public_spend_total"]["mean"]
        assert parts == pytest.approx(account["spending"], rel=1e-9)
        assert account["spending"] == pytest.approx(spent, rel=1e-9)
        by_instrument = sum(split["spending"] for split in account["by_instrument"].values())
        assert by_instrument == pytest.approx(spent, rel=1e-9)
        path = entry["series"]["level2_share"]
        assert path["months"][0] == "2023-12"
        assert len({len(values) for values in path.values()}) == 1


def test_the_comparison_as_tables_and_on_disk(comparison: Comparison, tmp_path: Path) -> None:
    table = comparison.table()
    assert table.shape[0] == 3 * len(OUTCOMES)
    surge = table.loc[("services-surge", "projects_started_total")]
    assert surge["difference_mean"] == pytest.approx(
        surge["mean"] - table.loc[("baseline", "projects_started_total")]["mean"]
    )
    stored = read(comparison.write(tmp_path))
    assert stored.kind == "comparison"
    assert set(stored.tables) == {
        "codebook",
        "outcomes",
        "summary",
        "subsidy_account",
        "groups",
        "ranks",
        "monthly",
        "parameters",
        "variables",
    }
    frame = stored.to_frame()
    assert len(frame) == 3 * 3 * len(OUTCOMES)
    met = frame[(frame["scenario"] == "baseline") & (frame["variable"] == "public_spend_total")]
    assert (met["value"].to_numpy() == comparison.first.outcomes["public_spend_total"]).all()
    assert stored.tables["parameters"]["seed"].tolist() == [draw.seed for draw in comparison.draws]


def test_a_comparison_of_a_register(register: Path) -> None:
    done = compare(["baseline", "no-programme"], draws=2, workers=1, firms=register)
    assert done.options.firms_file is not None
    assert len(done.options.firms_file[1]) == 64


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"draws": 0}, "draws = 0"),
        ({"draws": True}, "draws = True"),
        ({"seed": -1}, "seed = -1"),
        ({"seed": 2**64}, "seed"),
        ({"workers": 0}, "workers = 0"),
        ({"n_firms": 0}, "n_firms = 0"),
        ({"until": "2023-12"}, "branch in 2024-01"),
        ({"until": "soon"}, "is not a month"),
        ({"funding": "rumour"}, "funding = 'rumour'"),
        ({"settings": ["grants.rat=0.1"]}, "did you mean"),
        ({"settings": ["grants.rate"]}, "key=value"),
        ({"settings": {"grants.rate": 7}}, "between 0 and 1"),
        ({"firms": "/no/such/firms.csv"}, "firms.csv"),
        ({"scenarios": ["basline"]}, "did you mean 'baseline'"),
        ({"scenarios": []}, "no scenario"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"scenarios": ["baseline"], "draws": 1, "n_firms": 20} | wrong
    if "firms" in given:
        del given["n_firms"]
    with pytest.raises(InputError, match=message):
        compare(**given)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        compare(["baseline"], draws=0, seed=-1, until="never", funding="rumour", workers=0, settings=["x"])
    assert len(caught.value.problems) == 6


def test_a_fault_in_one_draw_stops_the_rest() -> None:
    def task(number: int) -> int:
        if number == 3:
            raise KeyboardInterrupt
        return number

    with pytest.raises(KeyboardInterrupt):
        for_each(task, list(range(50)), 4)
    told: list[tuple[int, int]] = []
    assert for_each(lambda n: n * n, [3, 1, 2], 2, lambda done, total: told.append((done, total))) == [9, 1, 4]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


# The evidence


def test_every_fact_about_a_series_is_modelled() -> None:
    for entry in check_evidence(draws=2, n_firms=60, workers=1):
        if entry.figure.series:
            assert entry.modelled is not None
            assert entry.modelled.low <= entry.modelled.median <= entry.modelled.high
            assert set(entry.others) == {"plan · report", "facts · report", "plan · brief", "facts · brief"}


def test_checks_say_whether_the_model_agrees() -> None:
    checks = {entry.figure.key: entry for entry in check_evidence(draws=1, n_firms=499, workers=1)}
    assert checks["rd_share"].inside is True
    visits = checks["visits"].modelled
    assert visits is not None
    assert visits.low == visits.high


def test_a_comparison_takes_a_scenario_changed_in_python() -> None:
    more = load_scenario("baseline").with_changes({"grants.rate.light": 0.8})
    done = compare(["baseline", more], **FEW)
    assert [entry.label for entry in done.compared] == ["baseline", "baseline (2)"]


# ------------------------------------------------------------------------------------- which values a draw was run with


def test_the_values_of_every_draw_are_those_that_were_used() -> None:
    """What is fixed stands there as it was fixed, and what is neither drawn nor set as it is declared."""
    settings = {"levels.erosion": 0.5, "projects.lowest_score.light": 3.0}
    done = compare(["baseline"], draws=3, n_firms=60, workers=1, settings=settings)
    table = done.parameters()
    assert "scenario" not in table
    assert set(table["population.firms"]) == {60.0}
    assert set(table["levels.erosion"]) == {0.5}
    assert set(table["projects.lowest_score.light"]) == {3.0}
    assert table["levels.start_mean"].nunique() == 3  # drawn as before
    first = compare(["baseline"], draws=2, n_firms=60, workers=1, calibration="prior").parameters()
    assert not first.isna().any(axis=None)
    assert first.loc[0, "levels.start_mean"] == Parameters().levels.start_mean


def test_values_stand_by_scenario_where_one_sets_its_own(tmp_path: Path) -> None:
    text = (
        'format = 1\ntitle = "t"\nquestion = "?"\nsource = "assumption: a test"\nextends = "baseline"\n'
        "[parameters]\nlevels.erosion = 0.25\n"
    )
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    done = compare(["baseline", tmp_path / "own.toml"], draws=2, n_firms=60, workers=1)
    table = done.parameters().set_index(["scenario", "draw"])
    assert len(table) == 4
    assert set(table.loc["own", "levels.erosion"]) == {0.25}
    assert (table.loc["baseline", "levels.erosion"] != 0.25).all()
    stored = read(done.write(tmp_path / "out")).tables["parameters"]
    assert set(stored.loc[stored["scenario"] == "own", "levels_erosion"]) == {0.25}  # a column's name, as in EXPORTS.md
    book = load_workbook(save_workbook(done, tmp_path / "book.xlsx"))
    rows = list(book["Draws"].iter_rows(values_only=True))
    [header] = [row for row in rows if row[0] == "scenario"]
    [column] = [place for place, name in enumerate(header) if str(name).startswith("score lost a year")]
    assert {row[column] for row in rows if row[0] == "t"} == {0.25}


def test_a_register_says_how_many_firms_each_draw_has(tmp_path: Path) -> None:
    lines = "".join(f"f{n},equipment,{60 + n},{30 + 5 * n}\n" for n in range(40))
    (tmp_path / "firms.csv").write_text(f"id,sector,employees,revenue\n{lines}", encoding="utf-8")
    register = read_register(tmp_path / "firms.csv")
    done = compare(["baseline"], draws=2, workers=1, firms=register)
    assert set(done.parameters()["population.firms"]) == {40.0}


def test_draws_that_repeat_the_members_of_an_ensemble_are_not_taken_for_new_ones_in_silence(monkeypatch):
    fewer_members(monkeypatch, 3)
    assert not any("members" in note for note in check_options(draws=3).notes)
    assert not any("members" in note for note in check_options(draws=4, calibration="prior").notes)
    done = compare(["baseline"], draws=4, n_firms=60, workers=1)
    [note] = [note for note in done.options.notes if "members" in note]
    assert "3 members: draws from number 3 on repeat their parameters" in note
    assert "4 draws are not as many independent ones" in note
    assert "共有3个成员" in note.chinese
    assert done.to_dict()["notes"] == list(done.options.notes)


def test_memory_that_is_used_again_changes_nothing():
    """Branches are copied into what earlier runs, larger or smaller, have left behind."""
    scenarios = [load_scenario(name) for name in ("baseline", "no-grants", "services-surge")]
    futures = prepare(scenarios, 84)
    arena = Arena()
    for firms in (120, 60, 90):
        values = {"population.firms": float(firms)}
        apart = [lane.world for lane in finish(futures, values, 3, keep_log=True)]
        again = [lane.world for lane in finish(futures, values, 3, keep_log=True, arena=arena)]
        for one, other in zip(apart, again, strict=True):
            assert one is not None
            assert other is not None
            logged = int(one.district[0].logged)
            assert logged == int(other.district[0].logged) > 0
            assert one.series.tobytes() == other.series.tobytes()
            assert one.money.tobytes() == other.money.tobytes()
            assert bits(one.firms) == bits(other.firms)
            assert bits(one.log[:logged]) == bits(other.log[:logged])
        arena.take_back()


def test_a_policy_that_goes_on_from_a_kept_past_gives_the_same_numbers():
    """Also where some of those compared have numbers, a network or changes of their own, which share no past."""
    policies = [
        *("baseline", "no-grants", "early-announcement", "assessment-crackdown"),
        *("what-if/vouchers-if-short", "what-if/rival-firms", "limits/ring"),
    ]
    options: dict[str, Any] = {"draws": 3, "n_firms": 60, "workers": 2}
    pasts = Pasts()
    compare(["baseline", "services-surge"], pasts=pasts, **options)
    assert len(pasts) == 6  # three draws of each treatment
    fresh, gone_on = compare(policies, **options), compare(policies, pasts=pasts, **options)
    assert fresh.to_dict()["scenarios"] == gone_on.to_dict()["scenarios"]
    kept = len(pasts)
    again = compare(["baseline", "no-grants"], pasts=pasts, **options).to_dict()["scenarios"]
    assert again == compare(["baseline", "no-grants"], **options).to_dict()["scenarios"]
    assert len(pasts) == kept


def test_pasts_of_other_draws_firms_and_months_are_not_taken_for_these():
    pasts = Pasts()
    several: list[dict[str, Any]] = [
        {"n_firms": 60},
        {"n_firms": 70},
        {"n_firms": 60, "seed": 5},
        {"n_firms": 60, "until": "2024-12"},
    ]
    for options in several:
        own = compare(["baseline", "no-grants"], draws=2, workers=1, **options)
        assert (
            compare(["baseline", "no-grants"], draws=2, workers=1, pasts=pasts, **options).to_dict()["scenarios"]
            == (own.to_dict()["scenarios"])
        )
    assert len(pasts) == 16


def test_pasts_for_which_there_is_no_room_are_run_each_time():
    pasts = Pasts(most_bytes=0)
    done = compare(["baseline"], draws=2, n_firms=60, workers=1, pasts=pasts)
    assert len(pasts) == 0
    assert done.to_dict()["scenarios"] == compare(["baseline"], draws=2, n_firms=60, workers=1).to_dict()["scenarios"]
