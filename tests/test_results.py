"""Monthly series, outcomes and the files that hold them."""

from __future__ import annotations

import json
import math
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from zhizao.calendar import month_names
from zhizao.errors import InputError
from zhizao.results.outcomes import OUTCOMES, outcomes, pooled
from zhizao.results.same_study import study_differences
from zhizao.results.stored import prepare_folder, read, refuse_inputs, result_files, write_results
from zhizao.results.variables import VARIABLES, History, series, tidy_columns
from zhizao.storage import together
from zhizao.storage.checksum import sealed_record
from zhizao.storage.together import writer
from zhizao.studies.describe import better_share, differences, quantile

CONTRACT = [
    "level2_share",
    "level2_share_true",
    "level3_share",
    "projects_started",
    "projects_completed",
    "projects_recorded",
    "applications",
    "awards",
    "public_spend",
    "public_committed",
    "service_cost",
    "private_investment",
    "workshops",
    "factories",
    "robot_share",
    "provider_price",
    "provider_backlog",
    "waiting_months",
    "burden_hours",
    "firms",
    "entries",
    "exits",
    "output",
    "output_lost",
    "labour_cost",
    "energy_use",
    "defect_rate",
]
PROMISED_OUTCOMES = [
    "level2_share_end",
    "target_met",
    "public_spend_total",
    "leverage",
    "additional_projects",
    "cost_per_additional_level2_firm",
    "gap_small_large",
]
COLUMNS = [
    "firms",
    "level2",
    "level2_true",
    "level3",
    "robots",
    "workshops",
    "factories",
    "revenue",
    "labour_cost",
    "energy_use",
    "defect_cost",
    "projects_started",
    "projects_completed",
    "projects_recorded",
    "applications",
    "awards",
    "private_investment",
    "waiting_months",
    "burden_hours",
    "entries",
    "exits",
    "output_lost",
]
LINES = ["public_spend", "public_committed", "service_cost", "provider_price", "provider_backlog"]
GROUPS = ("all", "sme", "small", "medium", "large")


def made_history(months: int = 96, **columns: float) -> History:
    """A history in which every column of every group has the same value in every month."""
    table = np.zeros((months, len(GROUPS), len(COLUMNS)))
    table[:, :, COLUMNS.index("firms")] = 100.0
    for name, value in columns.items():
        table[:, :, COLUMNS.index(name)] = value
    money = np.zeros((months, len(LINES)))
    return History(
        table=table, money=money, demand=np.ones(months), groups=GROUPS, columns=tuple(COLUMNS), lines=tuple(LINES)
    )


def test_names_are_those_promised() -> None:
    assert [variable.name for variable in VARIABLES] == CONTRACT
    names = [outcome.name for outcome in OUTCOMES]
    assert set(PROMISED_OUTCOMES) <= set(names)
    assert len(set(names)) == len(names)
    for item in (*VARIABLES, *OUTCOMES):
        assert item.unit
        assert item.english
        assert any("一" <= letter <= "鿿" for letter in item.chinese)


def test_shares_are_of_smes_and_zero_without_firms() -> None:
    history = made_history(level2=30.0)
    history.table[:, GROUPS.index("sme"), COLUMNS.index("level2")] = 45.0
    assert series(history)["level2_share"][0] == 0.45
    assert series(history, "all")["level2_share"][0] == 0.30
    history.table[5, :, COLUMNS.index("firms")] = 0.0
    assert series(history)["level2_share"][5] == 0.0


def test_yearly_amounts_become_monthly_and_follow_demand() -> None:
    history = made_history(revenue=1200.0, defect_cost=24.0)
    history.demand[3] = 0.5
    found = series(history)
    assert found["output"][0] == pytest.approx(100.0)
    assert found["output"][3] == pytest.approx(50.0)
    assert found["defect_rate"][3] == pytest.approx(0.02)


def test_money_is_the_difference_of_running_totals() -> None:
    history = made_history()
    history.money[:, LINES.index("public_spend")] = np.arange(1.0, 97.0) ** 2
    spend = series(history)["public_spend"]
    assert spend[0] == 1.0
    assert spend[1] == 3.0
    assert spend.sum() == 96.0**2


def test_waiting_is_a_mean_and_zero_in_months_without_projects() -> None:
    history = made_history(waiting_months=6.0)
    history.table[10, :, COLUMNS.index("projects_started")] = 4.0
    waiting = series(history)["waiting_months"]
    assert waiting[10] == 1.5
    assert waiting[9] == 0.0
    assert all(np.isfinite(values).all() for values in series(history).values())


def test_what_is_known_of_the_district_only_is_not_given_by_group() -> None:
    assert "public_spend" not in series(made_history(), "large")
    assert "public_spend" in series(made_history(), "all")
    assert list(series(made_history(), names=["output", "firms"])) == ["firms", "output"]


def test_outcomes_by_hand() -> None:
    history, reference = made_history(projects_started=3.0, private_investment=2.0), made_history(projects_started=1.0)
    history.table[-1, 1, COLUMNS.index("level2")] = 95.0
    history.table[-1, 1, COLUMNS.index("level2_true")] = 90.0
    reference.table[-1, 1, COLUMNS.index("level2_true")] = 80.0
    reference.table[-1, 1, COLUMNS.index("level2")] = 50.0  # what is reported does not count as additional
    history.table[-1, GROUPS.index("large"), COLUMNS.index("level2")] = 80.0
    history.table[-1, GROUPS.index("small"), COLUMNS.index("level2")] = 60.0
    history.money[:, LINES.index("public_spend")] = np.arange(96.0)
    found = outcomes(history, reference)
    assert found["level2_share_end"] == 0.95
    assert found["target_met"] == 1.0
    assert found["public_spend_total"] == 24.0
    assert found["projects_started_total"] == 72.0
    assert found["additional_projects"] == 48.0
    assert found["additional_level2_firms"] == 10.0
    assert found["cost_per_additional_level2_firm"] == pytest.approx(2.4)
    assert found["leverage"] == pytest.approx(48.0 / 24.0)
    assert found["gap_small_large"] == pytest.approx(0.2)


def test_what_cannot_be_known_is_not_a_number() -> None:
    alone = made_history()
    found = outcomes(alone, alone)
    assert math.isnan(found["cost_per_additional_level2_firm"])
    assert math.isnan(found["leverage"])
    spent = made_history()
    spent.money[-1, LINES.index("public_spend")] = 5.0
    assert outcomes(spent, alone)["cost_per_additional_level2_firm"] == math.inf
    assert math.isnan(outcomes(made_history(80), made_history(80))["target_met"])
    no_large = made_history()
    no_large.table[:, GROUPS.index("large")] = 0.0
    assert math.isnan(outcomes(no_large, no_large)["gap_small_large"])


def test_the_mean_of_a_ratio_is_the_ratio_of_means() -> None:
    cost = next(outcome for outcome in OUTCOMES if outcome.name == "cost_per_additional_level2_firm")
    values = {
        "additional_public_spend": np.array([10.0, 10.0]),
        "additional_level2_firms": np.array([0.0, 5.0]),
        cost.name: np.array([math.inf, 2.0]),
    }
    assert pooled(cost, values) == 4.0


def test_quantiles_with_values_without_end() -> None:
    assert quantile(np.array([3.0, 1.0, 2.0]), 0.5) == 2.0
    assert quantile(np.array([0.0, 10.0]), 0.25) == 2.5
    assert quantile(np.array([1.0, math.inf]), 0.95) == math.inf
    assert quantile(np.array([1.0, math.nan]), 0.95) == 1.0
    assert quantile(np.array([math.inf, math.inf]), 0.5) == math.inf
    assert math.isnan(quantile(np.array([math.nan]), 0.5))


def test_paired_differences_and_who_is_better() -> None:
    one, other = np.array([1.0, math.inf, math.nan, 4.0]), np.array([1.0, math.inf, 2.0, 3.0])
    assert differences(one, other)[[0, 1, 3]].tolist() == [0.0, 0.0, 1.0]
    assert better_share(one, other, 1) == pytest.approx(2.0 / 3.0)
    assert better_share(one, other, -1) == pytest.approx(1.0 / 3.0)
    assert math.isnan(better_share(one, other, 0))


def test_months_have_names() -> None:
    assert month_names(14)[-3:] == ("2018-12", "2019-01", "2019-02")


def made_tables() -> dict[str, pd.DataFrame]:
    columns = tidy_columns(made_history(3, revenue=1.0 / 3.0), "here", draw=2, seed=2**63 + 1)
    return {"series": pd.DataFrame(columns), "variables": pd.DataFrame({"name": ["output"], "unit": ["RMB"]})}


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_tables_come_back_as_they_were(tmp_path: Path, form: Any) -> None:
    tables = made_tables()
    write_results(tmp_path / "new" / "run", {"kind": "run"}, tables, form)
    stored = read(tmp_path / "new" / "run")
    assert stored.kind == "run"
    assert stored.record["program"] == "zhizao"
    pd.testing.assert_frame_equal(stored.to_frame(), tables["series"], check_dtype=False)
    assert (stored.to_frame()["value"].to_numpy() == tables["series"]["value"].to_numpy()).all()
    assert int(stored.to_frame()["seed"][0]) == 2**63 + 1
    assert not list((tmp_path / "new" / "run").glob(".*"))
    assert read(tmp_path / "new" / "run" / "run.json").record == stored.record


def test_later_results_replace_earlier_ones(tmp_path: Path) -> None:
    write_results(tmp_path, {"kind": "run"}, made_tables(), "csv")
    write_results(tmp_path, {"kind": "run"}, made_tables(), "parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.json", "series.parquet", "variables.parquet"]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("precious")
    with pytest.raises(InputError, match="holds other files"):
        write_results(tmp_path, {"kind": "run"}, made_tables())
    with pytest.raises(InputError, match="is a file"):
        write_results(tmp_path / "thesis.docx", {"kind": "run"}, made_tables())
    with pytest.raises(InputError, match="cannot be written"):
        write_results("with\0null", {"kind": "run"}, made_tables())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_full_disk_leaves_the_earlier_results_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_results(tmp_path, {"kind": "run"}, made_tables())

    def full(descriptor: int, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InputError, match="No space left"):
        write_results(tmp_path, {"kind": "run"}, made_tables())
    assert read(tmp_path).kind == "run"
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("record", ['{"settings": 1}', "[1]", "my notes", '{"program": "other", "outputs": {}}', ""])
def test_a_record_of_somebody_else_is_neither_replaced_nor_are_tables_beside_it(tmp_path: Path, record: str) -> None:
    (tmp_path / "run.json").write_text(record)
    (tmp_path / "measurements.csv").write_text("precious")
    (tmp_path / "series.parquet").write_text("precious too")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for act in (lambda: prepare_folder(tmp_path), lambda: write_results(tmp_path, {"kind": "run"}, made_tables())):
        with pytest.raises(InputError, match=r"run\.json: is (not a record of zhizao|not JSON)"):
            act()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_files_beside_earlier_results_stay_and_none_of_them_is_written_over(tmp_path: Path) -> None:
    write_results(tmp_path, {"kind": "run"}, made_tables(), "csv")
    (tmp_path / "firms.csv").write_text("my register")
    (tmp_path / "notes.parquet").write_text("my notes")
    write_results(tmp_path, {"kind": "run"}, made_tables(), "csv")
    assert (tmp_path / "firms.csv").read_text() == "my register"
    assert (tmp_path / "notes.parquet").read_text() == "my notes"
    (tmp_path / "series.parquet").write_text("mine as well")
    with pytest.raises(InputError, match=r"series\.parquet: is there already, and zhizao has not written it"):
        write_results(tmp_path, {"kind": "run"}, made_tables(), "parquet")
    assert (tmp_path / "series.parquet").read_text() == "mine as well"
    assert read(tmp_path).kind == "run"


def test_a_table_that_its_owner_changed_is_not_lost(tmp_path: Path) -> None:
    write_results(tmp_path, {"kind": "run"}, made_tables(), "csv")
    (tmp_path / "series.csv").write_text("with my remarks")
    for form in ("csv", "parquet"):
        with pytest.raises(InputError, match=r"series\.csv: was changed since zhizao wrote it"):
            write_results(tmp_path, {"kind": "run"}, made_tables(), form)
    assert (tmp_path / "series.csv").read_text() == "with my remarks"


def test_an_input_is_never_an_output(tmp_path: Path) -> None:
    write_results(tmp_path, {"kind": "run"}, made_tables(), "csv")
    with pytest.raises(InputError, match=r"series\.csv: is an input and would be overwritten"):
        prepare_folder(tmp_path, ["baseline", None, tmp_path / "series.csv"])
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "series.csv")
    with pytest.raises(InputError, match=r"link\.xlsx: is an input and would be overwritten"):
        refuse_inputs([tmp_path / "link.xlsx"], [tmp_path / "series.csv"])


def test_a_run_is_found_through_the_journal_of_a_report_that_was_killed(tmp_path: Path) -> None:
    """The folder above holds the journal; the files it names are read from where they still are."""
    files = result_files({"kind": "run"}, made_tables())
    with pytest.MonkeyPatch.context() as patched, writer(tmp_path) as place:
        patched.setattr(together, "finish", lambda folder: None)
        place.put({f"results/{name}": content for name, content in files.items()}, {})
    assert not list((tmp_path / "results").iterdir())
    pd.testing.assert_frame_equal(read(tmp_path / "results").to_frame(), made_tables()["series"], check_dtype=False)
    with writer(tmp_path):
        pass
    assert {path.name for path in (tmp_path / "results").iterdir()} == set(files)


@pytest.mark.parametrize("name", ["run.json", "series.parquet"])
def test_a_pipe_in_place_of_a_file_makes_nobody_wait(tmp_path: Path, name: str) -> None:
    write_results(tmp_path, {"kind": "run"}, made_tables())
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match=name):
        read(tmp_path)
    with pytest.raises(InputError):
        write_results(tmp_path, {"kind": "run"}, made_tables())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "format is 2"),
        ({"format": True}, "format is True"),
        ({"program": "other"}, "not a record of zhizao"),
        ({"kind": "sonnet"}, "damaged"),
        ({"outputs": ["series.parquet"]}, "damaged"),
        ({"outputs": {"../series.parquet": ""}}, "not a name of a table"),
        ({"outputs": {"series.pickle": ""}}, "not a name of a table"),
        ({"outputs": {"absent.parquet": ""}}, "is missing"),
        ({"outputs": {"series.parquet": "0"}}, "is not the table"),
    ],
)
def test_records_that_are_not_understood_are_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    write_results(tmp_path, {"kind": "run"}, made_tables())
    record = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(sealed_record(record | change)))
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_damaged_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no run\.json"):
        read(tmp_path)
    whole = write_results(tmp_path / "whole", {"kind": "run"}, made_tables())
    for text in ("", "not json", "[1]", "[" * 100_000):
        copy = tmp_path / "copy"
        shutil.copytree(whole, copy, dirs_exist_ok=True)
        (copy / "run.json").write_text(text)
        with pytest.raises(InputError):
            read(copy)
    (whole / "series.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="is not the table"):
        read(whole)
    only_names = {"variables": made_tables()["variables"]}
    write_results(tmp_path / "names", {"kind": "run"}, only_names)
    with pytest.raises(InputError, match="names no table 'series'"):
        read(tmp_path / "names")
    write_results(tmp_path / "columns", {"kind": "run"}, {"series": made_tables()["variables"]})
    with pytest.raises(InputError, match="must have the columns"):
        read(tmp_path / "columns")


@pytest.mark.parametrize("damage", [{"settings": [1]}, {"settings": "x"}, {"resolved": [[1], 2]}, {"resolved": "x"}])
def test_a_damaged_record_is_of_another_study(damage: dict[str, Any]) -> None:
    sound = {"kind": "run", "settings": {"seed": 1}, "resolved": [{"name": "baseline", "changes": []}]}
    assert study_differences(sound, sound) == []
    assert study_differences({**sound, **damage}, sound)
