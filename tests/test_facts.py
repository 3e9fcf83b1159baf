"""Any series, month or span, group and statistic is a fact; what a run gives for it; the shipped fit stays valid."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from small_district import CHEAP, GRANTS, SERVICES, parameters, policy, setting
from zhizao.commands import cli
from zhizao.engine.simulation import run_one
from zhizao.engine.state import GROUPS
from zhizao.errors import InputError
from zhizao.evidence import facts as facts_module
from zhizao.evidence.catalogue import GROUPS_OF_FACTS, RunRecord, catalogue
from zhizao.evidence.ensembles import FUNDING, TREATMENTS, made_from_now, read_ensemble
from zhizao.evidence.fact_schema import evidence_schema
from zhizao.evidence.facts import Fact, fitted_digest, former_names, load_facts, measured
from zhizao.evidence.measure import STATISTICS, evaluate, measure, months_needed
from zhizao.evidence.units import unit_in_chinese
from zhizao.evidence.wordings import WORDINGS, Room, room_of
from zhizao.files import shipped
from zhizao.fitting.targets import log_likelihood
from zhizao.policy.offers import monthly_offers
from zhizao.sectors import PROJECT_KINDS, SECTOR_KEYS, SIZE_CLASSES
from zhizao.studies.calibration import inputs
from zhizao.studies.calibration.fit import targets_of
from zhizao.studies.calibration.inputs import check_inputs
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.studies.evidence_check import needs_log, run_record
from zhizao.toml_text import read_toml

MONTHS = 72
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A busy small district with grants and services, and its log of projects."""
    par = parameters(CHEAP)
    offers = monthly_offers([policy(GRANTS, SERVICES)] * MONTHS, par)
    return run_record(run_one(replace(setting(par, months=MONTHS), keep_log=True), offers))


def given_by(run: RunRecord, series: str, readings: dict[str, float] | None = None, **row: object) -> float:
    """Return what a run gives for one measure."""
    unit = row.pop("unit", catalogue()[series].unit)
    return evaluate({"it": measure(series, unit=str(unit), **row)}, run, readings)["it"]  # type: ignore[arg-type]


# The shipped fit

KNOWN = Path(__file__).parent / "known_likelihoods.json"
"""After a new fit: ``python tests/test_facts.py`` writes it."""


def likelihoods(treatment: str, funding: str) -> list[float]:
    ensemble = read_ensemble(treatment, funding)
    table = np.column_stack([*ensemble.summaries.values()])[:50]
    return [float(value) for value in log_likelihood(targets_of(treatment), tuple(ensemble.summaries), table)]


@pytest.mark.parametrize("funding", FUNDING)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_the_shipped_members_have_known_likelihoods(treatment, funding):
    """Of the first 50 members, as they were when they were fitted; another SciPy may differ in the last digits."""
    known = json.loads(KNOWN.read_text("utf-8"))[f"{treatment}-{funding}"]
    np.testing.assert_allclose(likelihoods(treatment, funding), known, rtol=1e-14, atol=0.0)


def test_names_of_version_1_are_those_of_facts():
    former = former_names()
    assert len(former) == 17
    assert former["workshops_2023"] == "workshops_stock"
    kept = read_ensemble("plan", "report").summaries
    assert set(kept) == {target.name for target in targets_of("plan")}


def test_the_months_that_are_simulated_follow_from_the_facts():
    assert months_needed(measured(load_facts()).values()) == 96
    assert months_needed([measure("workshops", at="2027-03", unit="workshops")]) == 111


# Every series, and what a run gives


def test_groups_of_facts_are_those_of_the_engine():
    assert GROUPS_OF_FACTS == GROUPS


@pytest.mark.parametrize("name", catalogue())
def test_every_series_gives_numbers_for_every_group_and_adds_up(record, name):
    """What is counted over groups is what is counted over all; each is asked for as a fact would ask."""
    series = catalogue()[name]
    when = {"stock": {"at": "2023-06"}, "start": {"at": "start"}}.get(series.kind, {"over": "2019..2023"})
    assert series.english
    assert series.chinese
    found = {group: given_by(record, name, group=group, **when) for group in series.groups}
    assert all(math.isfinite(value) for value in found.values())
    if series.parts or series.kind in ("rate", "start") or len(series.groups) == 1:
        return
    assert found["all"] == pytest.approx(sum(found[size] for size in SIZE_CLASSES), abs=1e-6)
    assert found["sme"] == pytest.approx(found["small"] + found["medium"], abs=1e-6)
    assert found["all"] == pytest.approx(sum(found[sector] for sector in SECTOR_KEYS), abs=1e-6)


def test_the_log_of_projects_tells_what_the_engine_counts(record):
    for prefix, counted in (("", "projects_started"), ("supported_", "supported_started")):
        for group in ("all", "sme", "large", "vehicles"):
            when = {"over": "2020..2022", "group": group}
            kinds = [given_by(record, f"{prefix}{kind.key}_started", **when) for kind in PROJECT_KINDS]
            assert sum(kinds) == given_by(record, counted, **when)
    assert given_by(record, "projects_started", over="2020..2022") > 20
    assert needs_log([measure("light_started", over="2023", unit="projects")])
    assert not needs_log(measured(load_facts()).values())


def test_the_part_of_the_money_that_was_used_is_that_of_twelve_months(record):
    for year in ("2019", "2021", "2023"):
        promised, put_up = (given_by(record, f"public_{name}", over=year) for name in ("committed", "appropriated"))
        used = given_by(record, "budget_used", at=f"{year}-12")
        assert used == pytest.approx(promised / put_up)
        assert given_by(record, "budget_used", at=f"{year}-12", unit="% of money") == pytest.approx(100.0 * used)
    first = [given_by(record, f"public_{name}", over="2018-01..2018-05") for name in ("committed", "appropriated")]
    assert given_by(record, "budget_used", at="2018-05") == pytest.approx(first[0] / first[1])
    assert first[0] > 0.0


def test_where_no_money_is_put_up_none_is_used():
    par = parameters({}, firms=20)
    run = run_record(run_one(setting(par, months=24), monthly_offers([policy()] * 24, par)))
    assert given_by(run, "budget_used", at="2019-12") == 0.0


def test_statistics_are_what_they_say(record):
    history = record.history
    shops, new = history.column("workshops"), history.column("workshops_new")
    assert given_by(record, "workshops", at="2022-12") == shops[59]
    assert given_by(record, "workshops_new", over="2022") == new[48:60].sum()
    assert given_by(record, "workshops_new", over="2021..2022", stat="flow per year") == new[36:60].sum() / 2
    assert given_by(record, "workshops_new", over="2021-10..2022-03") == new[45:51].sum()
    assert given_by(record, "workshops", over="2022") == pytest.approx(shops[48:60].mean())
    assert given_by(record, "workshops", over="2021..2022", stat="change") == shops[59] - shops[35]
    assert given_by(record, "workshops", over="2021..2022", stat="change per year") == (shops[59] - shops[35]) / 2
    grown = given_by(record, "firms", over="2021..2022", stat="growth per year", unit="% a year")
    firms = history.column("firms")
    assert grown == pytest.approx(100 * ((firms[59] / firms[35]) ** 0.5 - 1))
    output = history.column("revenue") / 12 * history.demand
    grown = given_by(record, "output", over="2022-01..2022-06", stat="growth per year", unit="%")
    assert grown == pytest.approx(100 * (output[48:54].sum() / output[36:42].sum() - 1))
    waits, begun = history.column("waiting_months"), history.column("projects_started")
    assert given_by(record, "waiting_months", over="2022") == pytest.approx(waits[48:60].sum() / begun[48:60].sum())
    part = given_by(record, "projects_started", over="2022", group="small", of="sme", unit="% of projects")
    of = given_by(record, "projects_started", over="2022", group="sme")
    assert part == 100 * given_by(record, "projects_started", over="2022", group="small") / of
    assert set(STATISTICS) >= {"stock", "flow", "share", "mean", "change"}


def test_money_is_what_the_ledger_grew_by_in_the_facts_own_unit(record):
    line = record.history.line("public_spend")
    assert given_by(record, "public_spend", over="2022") == line[59] - line[47]
    assert given_by(record, "public_spend", over="2022", unit="100 million RMB/year") == (line[59] - line[47]) / 100
    assert given_by(record, "public_spend", over="2018-01..2018-03", unit="10 000 RMB") == line[2] * 100
    paid = sum(given_by(record, name, over="2022") for name in catalogue() if name.startswith("paid_"))
    assert paid == pytest.approx(line[59] - line[47])


def test_a_span_begins_by_a_reading_or_its_preferred_years(record):
    counted = record.history.column("supported_started")
    row = {"over": "years_counted..2023-12", "preferred": 5}
    assert given_by(record, "supported_started", {"years_counted": 3.0}, **row) == counted[36:72].sum()
    assert given_by(record, "supported_started", **row) == counted[12:72].sum()
    assert given_by(record, "supported_started", {"years_counted": 9.0}, **row) == counted[:72].sum()


def test_words_for_months_of_the_district_are_months():
    assert measure("workshops", at="target", unit="workshops").months == 96
    span = measure("workshops_new", over="branch..target", unit="workshops").span
    assert (span.first, span.last, span.reading) == (72, 95, "")


def test_a_fit_is_only_older_than_facts_that_it_uses(in_force):
    """What is added for comparison, or said in other words, leaves a fit as it is."""
    in_force(f"format = 1\n{ROW}")
    first = fitted_digest()
    in_force(
        f"format = 1\n{ROW.replace('Projects begun', 'Begun')}{ROW.replace('small', 'large').replace('fit', 'holdout')}"
    )
    assert fitted_digest() == first
    assert made_from_now()["evidence.toml"] == first
    in_force(f"format = 1\n{ROW.replace('value = 3', 'value = 4')}")
    assert fitted_digest() != first


def test_views_and_the_start(record):
    true = record.history.column("level2_true", "sme")[59] / record.history.column("firms", "sme")[59]
    assert given_by(record, "level2_share", at="2022-12", view="true", unit="% of firms") == 100.0 * true
    assert given_by(record, "rd_share", at="start") == record.start["rd_active"].mean()


def test_what_a_run_is_too_short_for_is_not_a_number(record):
    assert math.isnan(given_by(record, "workshops", at="2025-12"))


# Wordings


@pytest.mark.parametrize(
    ("wording", "value", "room"),
    [
        ("exactly", 57, Room(56.5, 57.5, 1.14)),
        ("exactly", 259.47, Room(259.465, 259.475, 5.1894)),
        ("over", 50, Room(50.0, 60.0, 2.0)),
        ("about", -20, Room(-22.0, -18.0, 1.0)),
        ("nearly", 40, Room(36.0, 40.0, 1.2)),
        ("at_least", 200, Room(200.0, math.inf, 4.0)),
        ("at_most", 5, Room(-math.inf, 5.0, 0.5)),
        ("plan", 90, Room(90.0, math.inf, 0.9)),
        ("between", 90, None),
        ("best_case", 0.5, None),
    ],
)
def test_room_and_softness_follow_from_the_wording(wording, value, room):
    found = room_of(wording, value)
    assert found == (None if room is None else pytest.approx(room))


def test_a_row_overrules_its_wording():
    assert room_of("over", 300, low=300, high=399, softness=10) == Room(300, 399, 10)
    assert room_of("between", None, low=10, high=30) == Room(10, 30, 2.0)
    assert room_of("exactly", 50, high=60) == Room(-math.inf, 60, 1.0)
    row = {"key": "k", "meaning": "m", "wording": "about", "use": "fit", "source": "report", "value": 50}
    assert Fact(**row, softness="10 %").room == Room(45.0, pytest.approx(55.0), 5.0)
    assert Fact(**row).fitted_in == ("facts", "plan")
    assert Fact(**(row | {"wording": "plan"})).fitted_in == ("plan",)


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(sorted(WORDINGS)), st.floats(-1e9, 1e9))
def test_every_room_is_in_order_and_soft(wording, value):
    found = room_of(wording, value)
    if found is not None:
        assert found.low < found.high
        assert found.softness > 0


def test_units_in_chinese():
    words = {"% of firms": "%", "workshops": "个", "percentage points a year": "个百分点/年", "100 million RMB": "亿元"}
    assert {unit: unit_in_chinese(unit) for unit in words} == words


# What a calibration is given


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "evidence.toml"
    file.write_text(text, encoding="utf-8")
    return file


ROW = """
[[fact]]
key = "small"
series = "projects_started"
over = "2022"
group = "small"
value = 3
unit = "projects"
wording = "about"
use = "fit"
source = "assumption: a test"
meaning = "Projects begun by small firms"
meaning_zh = "小型企业开工项目"
"""


@pytest.fixture
def in_force(tmp_path, monkeypatch):
    """Put other facts in force for a moment."""

    def put(text: str) -> None:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))  # a file of its own, as files are read once
        folder.mkdir()
        file = write(folder, text)
        monkeypatch.setattr(facts_module, "evidence_file", lambda: file)
        monkeypatch.setattr(inputs, "evidence_file", lambda: file)

    return put


def test_a_new_fact_is_fitted_without_a_line_of_code(in_force):
    in_force(f"format = 1\n{ROW}")
    check_inputs()
    [target, *experiments] = targets_of("facts")
    assert all(one.name.startswith("experiment.") for one in experiments)
    assert (target.name, target.low, target.high) == ("small", pytest.approx(2.7), pytest.approx(3.3))
    simulator = DistrictSimulator(funding="report", facts=load_facts())
    middle = np.array([(round if one.whole else float)((one.low + one.high) / 2.0) for one in inputs.drawn_numbers()])
    assert simulator.names == ("small",)
    assert simulator(middle, 1)[0] >= 0


def test_readings_that_nobody_draws_are_named_before_any_run(in_force):
    wrong = ROW.replace('over = "2022"', 'over = "years_count..2023-12"\npreferred = 4')
    in_force(f"format = 1\n{wrong}")
    with pytest.raises(InputError, match=r"fact small: .*reading years_count.*'years_counted'\?"):
        check_inputs()


def test_nothing_to_fit_is_said(in_force):
    in_force(f"format = 1\n{ROW.replace('fit', 'holdout')}")
    with pytest.raises(InputError, match="nothing to fit to"):
        check_inputs()


# Schema and codebook


def test_the_schema_fits_the_shipped_facts_and_refuses_what_the_reader_refuses():
    schema = evidence_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    facts = read_toml(shipped("districts/yubei") / "evidence.toml", "evidence.toml")
    jsonschema.validate(facts, schema)
    for change in ({"series": "joy"}, {"group": "smes"}, {"use": "target"}, {"low": "half"}, {"qualifier": "over"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(facts | {"fact": [facts["fact"][3] | change]}, schema)


def test_the_codebook_is_what_the_command_prints():
    done = CliRunner().invoke(cli.program, ["evidence", "--codebook"])
    assert done.exit_code == 0
    written = (ROOT / "docs" / "FACTS.md").read_text(encoding="utf-8")
    assert done.stdout == written, "make it again: zhizao evidence --codebook > docs/FACTS.md"
    assert all(f"| `{name}`" in done.stdout for name in (*catalogue(), *STATISTICS, *WORDINGS))


def test_series_are_listed_in_both_languages():
    for language, words in (("en", "Firms with robots"), ("zh", "使用机器人的企业占比")):
        done = CliRunner().invoke(cli.program, ["evidence", "--series", "--lang", language])
        assert words in done.stdout
    rows = json.loads(CliRunner().invoke(cli.program, ["evidence", "--series", "--format", "json"]).stdout)
    assert {row["series"] for row in rows} == set(catalogue())
    assert "sectors" not in CliRunner().invoke(cli.program, ["evidence", "--schema"]).stdout[:20]


if __name__ == "__main__":
    found = {
        f"{treatment}-{funding}": likelihoods(treatment, funding) for treatment in TREATMENTS for funding in FUNDING
    }
    KNOWN.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
