"""Structures: rows are read strictly, hold from the first month, are weighed by the evidence, and refused if stale."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from zhizao.calendar import month_index
from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.evidence import ensembles
from zhizao.evidence import structures as declared
from zhizao.evidence.ensembles import Ensemble, ensemble_files, fitted_structures, made_from_now, read_ensemble
from zhizao.evidence.structures import structure_settings, structures
from zhizao.files import shipped
from zhizao.report.charts.target import target_chart
from zhizao.report.headline import headline
from zhizao.report.page_tables import policies_table
from zhizao.results.stored import RECORD
from zhizao.scenario.settings import GivenSettings
from zhizao.studies.calibration.fit import CalibrationSettings, simulator_of, targets_of
from zhizao.studies.calibration.fit_structures import fit_structures
from zhizao.studies.calibration.inputs import drawn_numbers
from zhizao.studies.compare import compare
from zhizao.studies.options import scenarios_of
from zhizao.studies.run import run
from zhizao.studies.structures import Weighed, WeighedStructure, weigh_structures

ROW = """
[[structure]]
key = "own"
title = "A structure of a test"
set = { "grants.regime" = "approval-first", "tax.credit_rate" = 0.1, "attention.stake_rate" = 0.0 }
reason = "a test"
"""
FEW: dict[str, Any] = {"draws": 2, "n_firms": 40, "workers": 1}
Write = Callable[..., None]


@pytest.fixture
def in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put other structures in force for a moment, beside the readings of the district."""
    own = (shipped("districts/yubei") / "readings.toml").read_text("utf-8")

    def put(text: str) -> None:
        (tmp_path / "readings.toml").write_text(own.split("[[structure]]")[0] + text, "utf-8")
        structures.cache_clear()

    monkeypatch.setattr(declared, "DISTRICT", replace(declared.DISTRICT, folder=tmp_path))
    yield put
    structures.cache_clear()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write made-up ensembles of three members into an empty folder that is in force."""
    numbers = drawn_numbers()
    low, high = (np.array([getattr(one, end) for one in numbers]) for end in ("low", "high"))
    whole = np.array([one.whole for one in numbers])
    values = low + np.array([[0.5], [0.4], [0.6]]) * (high - low)

    def make(calibration: str, *logs: float, funding: str = "report", **record: Any) -> None:
        sampler = dict(zip(("log_evidence", "log_evidence_second"), logs, strict=False))
        made = Ensemble(
            treatment=calibration,
            funding=funding,
            names=tuple(one.key for one in numbers),
            values=np.where(whole, np.round(values), values),
            seeds=np.arange(3, dtype=np.uint64),
            summaries={},
            record={
                "sampler": sampler,
                "structure": structure_settings(calibration),
                "made_from": made_from_now(),
                **record,
            },
        )
        for name, content in ensemble_files(made).items():
            (tmp_path / name).write_bytes(content)

    monkeypatch.setattr(ensembles, "fitted_folder", lambda: tmp_path)
    read_ensemble.cache_clear()
    yield make
    read_ensemble.cache_clear()


# ------------------------------------------------------------------------------------------- what is declared


def test_shipped_structures_are_read_and_each_sets_something() -> None:
    found = structures()
    assert len(found) >= 4
    assert all(one.set and one.reason and one.title_zh for one in found.values())
    assert structure_settings("no-stakes") == {"attention.stake_rate": 0.0}
    assert structure_settings("facts") == structure_settings("") == {}


def test_a_district_may_have_none(in_force: Callable[[str], None], tmp_path: Path) -> None:
    in_force("")
    assert structures() == {}
    (tmp_path / "readings.toml").unlink()
    structures.cache_clear()
    assert structures() == {}
    settings = CalibrationSettings(particles=100, bank=512, folder=tmp_path / "work")
    with pytest.raises(InputError, match=r"readings.toml has no \[\[structure\]\], so there is none to fit; add one"):
        fit_structures([], settings)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"own"', '"plan"', "none of plan, facts, prior; rename it"),
        ('"own"', '"../own"', "key must be small letters, digits and dashes"),
        ('reason = "a test"', "", "reason is missing; add it"),
        ("reason", "raison", "raison is not a known key; did you mean 'reason'?"),
        (
            "grants.regime",
            "grants.regim",
            "set.grants.regim is not a lever or parameter; did you mean 'grants.regime'?",
        ),
        ('"approval-first"', '"never"', "grants.regime = 'never'"),
        ("= 0.1", "= 7.0", "tax.credit_rate = 7.0: it must be a number in share of cost, between 0 and 1"),
        ('stake_rate" = 0.0', 'stake_rate" = -1.0', "attention.stake_rate = -1.0: it must be a number in per year"),
        (
            '{ "grants.regime" = "approval-first", "tax.credit_rate" = 0.1, "attention.stake_rate" = 0.0 }',
            "{}",
            "set is",
        ),
        ("[[structure]]", f"{ROW}[[structure]]", "structure own appears 2 times"),
        ("[[structure]]", "[[structures]]", "remove 'structures'"),
    ],
)
def test_mistakes_are_named_with_file_and_row(in_force: Callable[[str], None], old: str, new: str, said: str) -> None:
    in_force(ROW.replace(old, new))
    with pytest.raises(InputError) as error:
        structures()
    assert said in str(error.value)
    assert all(line.startswith("readings.toml: ") and line.isprintable() for line in error.value.problems)


# ------------------------------------------------------------------------------------------- what it holds


def under_own(*scenarios: str | Path, **settings: Any) -> list[Any]:
    given = GivenSettings(settings, "settings")
    given.throughout = structure_settings("own")
    return [*scenarios_of(scenarios, given)]


def regimes(scenario: Any) -> list[str]:
    return [scenario.policies(96)[month_index(month)].grants.regime for month in ("2018-01", "2023-12", "2024-01")]


def test_settings_hold_from_the_first_month_in_every_scenario(in_force: Callable[[str], None]) -> None:
    in_force(ROW)
    for scenario in under_own("baseline", "services-surge", "no-services", "baseline+chain-leaders"):
        assert regimes(scenario) == ["approval-first"] * 3
        assert {policy.tax.credit_rate for policy in scenario.policies(96)} == {0.1}
        assert scenario.parameter_changes == {"attention.stake_rate": 0.0}


def test_what_a_scenario_or_a_user_changes_later_holds_from_then(
    in_force: Callable[[str], None], tmp_path: Path
) -> None:
    in_force(ROW)
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'format = 1\ntitle = "T"\nquestion = "Q?"\nsource = "assumption: a test"\nextends = "baseline"\n'
        '[[changes]]\nfrom = "2024-01"\nset.grants.regime = "after-the-fact"\n',
        "utf-8",
    )
    later = ["approval-first", "approval-first", "after-the-fact"]
    assert regimes(*under_own(mine)) == later
    [asked] = under_own("baseline", **{"grants.regime": "after-the-fact", "attention.stake_rate": 2.0})
    assert regimes(asked) == later
    assert asked.parameter_changes == {"attention.stake_rate": 2.0}
    [off] = under_own("no-programme")
    assert [off.policies(96)[month].tax.credit_rate for month in (71, 72)] == [0.1, 0.0]


def test_a_fit_of_a_structure_runs_it_and_is_fitted_to_the_facts() -> None:
    point = np.array([(round if one.whole else float)((one.low + one.high) / 2.0) for one in drawn_numbers()])
    plain, without = simulator_of("facts", "report"), simulator_of("no-stakes", "report")
    assert (plain.structure, without.structure) == ("", "no-stakes")
    assert plain.names == without.names
    assert (plain(point, 1) != without(point, 1)).any()
    assert targets_of("no-stakes") == targets_of("facts") != targets_of("plan")


# ------------------------------------------------------------------------------------------- made-up ensembles


def test_weights_are_those_of_the_mean_log_evidence(write: Write) -> None:
    """Two seeds of one structure count by their mean; the plan is compared and not weighed."""
    write("facts", -10.0, -10.4)
    write("plan", -3.0)
    write("no-stakes", -12.0, -12.8)
    write("approval-first", -9.0)
    found = weigh_structures(["baseline", "no-grants"], **FEW)
    odds = {"facts · report": 1.0, "approval-first · report": math.exp(1.2), "no-stakes · report": math.exp(-2.2)}
    weights = {one.name: one.weight for one in found.structures}
    assert math.isnan(weights.pop("plan · report"))
    assert weights == pytest.approx({name: odd / sum(odds.values()) for name, odd in odds.items()})
    assert set(found.differences) == {("no-grants", one.name) for one in found.structures}
    assert (found.first, found.policies) == ("baseline", ("no-grants",))
    rows = found.to_dict()["differences"]
    assert [row["structure"] for row in rows] == [*(one.name for one in found.structures), "all"]


def test_each_structure_is_compared_under_its_own_settings(write: Write) -> None:
    write("facts", -1.0)
    write("no-stakes", -1.0)
    found = weigh_structures(["baseline", "no-grants"], outcome="projects_started_total", **FEW)
    for calibration in ("facts", "no-stakes"):
        done = compare(["baseline", "no-grants"], calibration=calibration, **FEW)
        alone = done.compared[1].outcomes["projects_started_total"] - done.first.outcomes["projects_started_total"]
        assert np.array_equal(found.differences["no-grants", f"{calibration} · report"], alone)
    assert len({values.tobytes() for values in found.differences.values()}) == 2


def weighed(*differences: float, weights: tuple[float, ...]) -> Weighed:
    """Structures whose differences are a hundred draws, so many per cent of them below 0 as is given."""
    made = tuple(
        WeighedStructure(
            calibration=f"s{place}",
            funding="report",
            title="",
            title_zh="",
            log_evidence=0.0,
            second=0.0,
            weight=weight,
        )
        for place, weight in enumerate(weights)
    )
    values = {
        ("p", one.name): np.where(np.arange(100) < below, -1.0, 1.0)
        for one, below in zip(made, differences, strict=True)
    }
    return Weighed(structures=made, first="baseline", policies=("p",), outcome="o", differences=values)


@pytest.mark.parametrize(
    ("below", "sign"), [((10, 0), 1), ((11, 0), 0), ((90, 100), -1), ((0, 100), 0), ((50, 50), 0)], ids=str
)
def test_a_sign_holds_if_nine_draws_of_ten_have_it_everywhere(below: tuple[int, int], sign: int) -> None:
    assert weighed(*below, weights=(0.5, 0.5)).holds("p") == sign


def test_all_structures_are_mixed_by_weight_and_the_plan_is_left_out() -> None:
    mixed = weighed(0, 100, 100, weights=(0.75, 0.25, math.nan)).over_all("p")
    assert (mixed > 0.0).mean() == pytest.approx(0.75)


def test_a_fit_whose_structure_has_changed_is_refused(write: Write) -> None:
    write("no-stakes", -1.0, structure={"attention.stake_rate": 1.0})
    assert fitted_structures() == ("no-stakes",)
    with pytest.raises(InputError, match="the structure no-stakes sets other values now; fit it again with"):
        read_ensemble("no-stakes", "report")
    write("facts", -1.0, structure={"attention.stake_rate": 1.0})
    with pytest.raises(InputError, match="the structure facts sets other values now"):
        read_ensemble("facts", "report")


def test_what_is_not_fitted_or_not_known_is_said(write: Write, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="nothing is fitted to the facts of this district; fit with `zhizao calibrate`"
    ):
        weigh_structures(["baseline"], **FEW)
    with pytest.raises(InputError, match="outcome 'joy' is not one of level2_share_end"):
        weigh_structures(["baseline"], outcome="joy", **FEW)
    with pytest.raises(InputError, match=r"no-stakes-report\.parquet is missing"):
        compare(["baseline"], calibration="no-stakes", **FEW)
    settings = CalibrationSettings(particles=100, bank=512, folder=tmp_path / "work")
    with pytest.raises(
        InputError, match=r"structure no-stake is not one of the district's; did you mean 'no-stakes'\?"
    ):
        fit_structures(["no-stake"], settings)
    done = CliRunner().invoke(cli.program, ["calibrate", "--structure", "no-stake", "--work", str(tmp_path), "--quiet"])
    assert done.exit_code == 2
    assert "did you mean 'no-stakes'" in done.stderr


def test_studies_and_reports_under_a_structure_say_which_it_is(write: Write, tmp_path: Path) -> None:
    write("no-stakes", -1.0)
    done = compare(["baseline", "no-grants"], calibration="no-stakes", **FEW)
    assert done.first.scenario.parameter_changes["attention.stake_rate"] == 0.0
    titles = {"en": "support draws nobody's attention", "zh": "扶持不影响企业的关注"}
    for language, title in titles.items():
        assert title in str(headline(done, language))  # type: ignore[arg-type]
        assert len(policies_table(done, language).rows) == 2  # type: ignore[arg-type]
        drawn = target_chart(done, language)  # type: ignore[arg-type]
        assert any(title in axes.get_title(loc=where) for axes in drawn.axes for where in ("left", "center"))
    done.write(tmp_path / "out")
    record = json.loads((tmp_path / "out" / RECORD).read_text("utf-8"))
    assert "no-stakes-report.parquet" in json.dumps(record["inputs"])
    asked = ["compare", "baseline", "--draws", "2", "--n-firms", "40", "--calibration", "no-stakes", "--quiet"]
    for language, title in titles.items():
        assert title in CliRunner().invoke(cli.program, [*asked, "--lang", language]).stdout
    one = run("baseline", calibration="no-stakes", n_firms=40)
    assert "support draws nobody's attention" in json.dumps(one.to_dict())


def test_the_command_in_both_languages(write: Write) -> None:
    write("facts", -10.0, -10.4)
    write("no-stakes", -12.0)
    asked = ["structures", "baseline", "no-grants", "--draws", "2", "--n-firms", "40", "--quiet"]
    done = CliRunner().invoke(cli.program, [*asked, "--format", "json"])
    found = json.loads(done.stdout)
    assert [one["structure"] for one in found["structures"]] == ["facts · report", "no-stakes · report"]
    assert found["structures"][1]["log_evidence_second"] is None
    assert list(found["holds"]) == ["no-grants"]
    for given in ([], ["--funding", "brief", "--calibration", "prior"]):
        in_vain = (
            "--calibration, --funding: without effect here" in CliRunner().invoke(cli.program, [*asked, *given]).stdout
        )
        assert in_vain == bool(given)
    for language, words in (("en", "support draws nobody's attention"), ("zh", "扶持不影响企业的关注")):
        assert words in CliRunner().invoke(cli.program, [*asked, "--lang", language]).stdout
