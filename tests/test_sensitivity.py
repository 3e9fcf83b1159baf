"""Sensitivity from stores whose answers are known functions: the whole path, with and without missing runs."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from click.testing import CliRunner

from fewer_members import fewer_members
from known_store import KEYS, design_text, known_store
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.parameter_words.names import input_name, key_with_name
from zhizao.studies.sensitivity.sensitivity import sensitivity
from zhizao.studies.sweeps.samples import PlacedPoints
from zhizao.words.tables import LANGUAGES

pytest.importorskip("SALib")

OUTCOME = "level2_share_end"
COLUMNS = ["outcome", "factor", "group", "first", "first_low", "first_high", "total", "total_low", "total_high"]
ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def ishigami(x):
    a, b, c = (2.0 * np.pi * (x[:, place] - 0.5) for place in range(3))
    return np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def g_function(x, weights=(0.0, 1.0, 4.5, 9.0)):
    a = np.array(weights)
    return np.prod((np.abs(4.0 * x[:, : a.size] - 2.0) + a) / (1.0 + a), axis=1)


def linear(x):
    return 4.0 * x[:, 0] - 2.0 * x[:, 1] + 0.5 * x[:, 2] + 0.0 * x[:, 3]


def linear_two(x):
    return 4.0 * x[:, 0] - 2.0 * x[:, 1]


def column(found, name):
    return found.table[name].to_numpy(dtype=float)


def run(*arguments):
    return CliRunner().invoke(program, ["sensitivity", *map(str, arguments)])


@pytest.fixture(scope="module")
def ishigami_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ishigami")
    known_store(
        folder, design_text("saltelli", 1024, "AAB"), {OUTCOME: ishigami, "target_met": lambda x: 0.0 * x[:, 0]}
    )
    return folder


# ------------------------------------------------------------------------------------------------- Sobol'


def test_sobol_finds_the_indices_of_ishigami(ishigami_store):
    found = sensitivity(ishigami_store, OUTCOME)
    assert list(found.table.columns[:9]) == COLUMNS
    assert list(found.table["factor"]) == list(KEYS[:3])
    assert list(found.table["group"]) == ["A", "A", "B"]
    assert column(found, "first") == pytest.approx(ISHIGAMI_FIRST, abs=0.03)
    assert column(found, "total") == pytest.approx(ISHIGAMI_TOTAL, abs=0.03)
    [entry] = found.outcomes
    assert (entry.kept, entry.dropped, entry.rows) == (1024, 0, 5120)
    assert entry.mean == pytest.approx(3.5, abs=0.02)
    assert entry.sd == pytest.approx(3.72, abs=0.05)
    assert entry.explained.share == pytest.approx(0.756, abs=0.04)


def test_intervals_hold_the_true_indices(ishigami_store):
    found = sensitivity(ishigami_store, OUTCOME).table
    for name, true in (("first", ISHIGAMI_FIRST), ("total", ISHIGAMI_TOTAL)):
        width = found[f"{name}_high"] - found[f"{name}_low"]
        assert (width > 0).all()
        assert (np.abs(found[name] - np.array(true)) <= width).all()


def test_sobol_with_runs_missing_drops_whole_blocks_and_says_so(tmp_path):
    failed = {5 * block + block % 5 for block in range(0, 1024, 7)}
    known_store(tmp_path, design_text("saltelli", 1024, "AAB"), {OUTCOME: ishigami}, failed=failed, lost=(3, 50))
    found = sensitivity(tmp_path, OUTCOME)
    gone = len({run // 5 for run in [*failed, *range(300, 400), *range(5000, 5100)]})
    assert (found.outcomes[0].kept, found.outcomes[0].dropped) == (1024 - gone, gone)
    assert column(found, "first") == pytest.approx(ISHIGAMI_FIRST, abs=0.06)
    assert column(found, "total") == pytest.approx(ISHIGAMI_TOTAL, abs=0.06)


def test_sobol_finds_the_indices_of_the_g_function(tmp_path):
    known_store(tmp_path, design_text("saltelli", 1024, "ABCD"), {OUTCOME: g_function})
    found = sensitivity(tmp_path, OUTCOME)
    parts = 1.0 / (3.0 * (1.0 + np.array([0.0, 1.0, 4.5, 9.0])) ** 2)
    variance = np.prod(1.0 + parts) - 1.0
    assert column(found, "first") == pytest.approx(parts / variance, abs=0.03)
    assert column(found, "total") == pytest.approx(parts * np.prod(1.0 + parts) / (1.0 + parts) / variance, abs=0.03)


def test_groups_moved_together_are_the_factors(tmp_path):
    # groups are not contiguous: the answer must not depend on where their factors stand
    known_store(tmp_path, design_text("saltelli", 1024, "ABA", sample="by_group = true"), {OUTCOME: ishigami})
    found = sensitivity(tmp_path, OUTCOME)
    assert list(found.table["factor"]) == ["A", "B"]
    assert column(found, "first") == pytest.approx([0.5576, 0.4424], abs=0.03)  # A: first, third, and both together
    assert column(found, "total") == pytest.approx([0.5576, 0.4424], abs=0.03)
    assert found.grouped


def test_sums_by_group_and_what_is_left_to_interactions(ishigami_store):
    found = sensitivity(ishigami_store, OUTCOME, by_group=True)
    assert list(found.table["factor"]) == ["A", "B", "interactions"]
    assert column(found, "first") == pytest.approx([0.756, 0.0, 0.244], abs=0.04)
    assert column(found, "first").sum() == pytest.approx(1.0)
    assert np.isnan(column(found, "total")).all()
    assert (found.table["first_low"] < found.table["first_high"]).all()


def test_infinite_outcomes_are_analysed_as_ranks(tmp_path):
    name = "cost_per_additional_level2_firm"
    answers = {
        name: lambda x: np.where(x[:, 0] > 0.8, np.inf, np.exp(x[:, 0])),
        OUTCOME: lambda x: np.exp(9.0 * x[:, 0]),
    }
    known_store(tmp_path, design_text("saltelli", 256, "AB"), answers)
    cost, share = sensitivity(tmp_path, [name, OUTCOME]).outcomes
    assert (cost.ranks, share.ranks) == (True, False)
    assert cost.infinite == pytest.approx(0.2, abs=0.01)
    assert np.isfinite(cost.mean)
    ranked = sensitivity(tmp_path, [name, OUTCOME], ranks=True)
    assert all(entry.ranks for entry in ranked.outcomes)
    assert column(ranked, "first") == pytest.approx([1.0, 0.0, 1.0, 0.0], abs=0.06)


def test_a_constant_outcome_gives_a_line_instead_of_noise(ishigami_store):
    found = sensitivity(ishigami_store)
    states = {entry.outcome.name: entry.state for entry in found.outcomes}
    assert states["target_met"] == "constant"
    assert states["level2_share_true_end"] == "unknown"
    assert set(found.table["outcome"]) == {OUTCOME}
    result = run(ishigami_store)
    assert result.exit_code == 0, result.output
    assert "Plan met: the same in all" in result.output


def test_an_outcome_that_differs_only_between_the_ends_of_blocks_is_scarce(tmp_path):
    # the second of four points of a block: neither of the two samples has it, so that they have no variance to share
    known_store(tmp_path, design_text("saltelli", 64, "AB"), {"target_met": lambda x: np.arange(len(x)) == 1})
    found = sensitivity(tmp_path)
    assert [entry.state for entry in found.outcomes if entry.outcome.name == "target_met"] == ["scarce"]
    assert found.table.empty
    assert "this design cannot say what matters" in run(tmp_path, "--outcome", "target_met").output


def test_outcomes_are_averaged_over_draws_first(tmp_path):
    text = design_text("saltelli", 256, "AB", head="draws = 3")
    answers = {
        OUTCOME: lambda x: x[:, 0],
        "additional_level2_firms": lambda x: 1.0 + 0.0 * x[:, 0],
        "additional_public_spend": lambda x: x[:, 1] + 1.0,
        "cost_per_additional_level2_firm": lambda x: np.inf + x[:, 0],
    }
    known_store(tmp_path, text, answers, failed={0})
    found = sensitivity(tmp_path, [OUTCOME, "cost_per_additional_level2_firm"])
    assert found.draws == 3
    assert found.outcomes[0].dropped == 1  # one draw of one point is missing
    assert not found.outcomes[1].ranks  # the ratio of the means, not the mean of ratios, which are infinite here
    assert column(found, "first") == pytest.approx([1.0, 0.0, 0.0, 1.0], abs=0.05)
    assert "averaged over 3 draws" in run(tmp_path, "--outcome", OUTCOME).output


@pytest.mark.parametrize(
    ("method", "size", "head", "english", "chinese"),
    [
        (
            "saltelli",
            64,
            "draws = 3",
            "3 draws (parameters that are not swept and luck)",
            "共用3次抽样（未扫描的参数与运气）",
        ),
        ("morris", 40, "", "one draw (parameters that are not swept and luck)", "共用1次抽样（未扫描的参数与运气）"),
        ("latin-hypercube", 200, 'luck = "fresh"', "one draw (parameters that are not swept)", "（未扫描的参数）"),
    ],
)
def test_it_is_said_which_draws_the_intervals_hold_for(tmp_path, method, size, head, english, chinese):
    known_store(tmp_path, design_text(method, size, "AB", head=head), {OUTCOME: linear_two})
    said = json.loads(run(tmp_path, "--outcome", OUTCOME, "--format", "json").stdout)
    assert any(english in note and "the intervals hold for" in note for note in said["notes"])
    assert any(chinese in note for note in said["notes_zh"])
    flat = "".join(run(tmp_path, "--outcome", OUTCOME, "--lang", "zh").output.split())
    assert chinese in flat


@pytest.mark.slow
def test_nothing_is_said_of_shared_draws_where_every_row_is_a_draw_of_its_own(tmp_path, monkeypatch):
    text = 'format = 1\ntitle = "Draws"\ncalibration = "{}"\nseries = false\ndraws = 120'
    known_store(tmp_path / "prior", text.format("prior"), {OUTCOME: lambda x: x[:, 2]})
    assert sensitivity(tmp_path / "prior", OUTCOME).notes == ()
    known_store(tmp_path / "plan", text.format("plan"), {OUTCOME: lambda x: x[:, 2]})
    assert sensitivity(tmp_path / "plan", OUTCOME).notes == ()
    fewer_members(monkeypatch, 100)
    [note] = sensitivity(tmp_path / "plan", OUTCOME).notes
    assert "100 members" in note
    assert "120 draws are not as many independent ones" in note


def test_the_global_generator_is_left_alone_and_the_seed_moves_intervals_only(ishigami_store):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    zero, again, other = (sensitivity(ishigami_store, OUTCOME, seed=seed) for seed in (0, 0, 1))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    assert zero.table.equals(again.table)
    assert zero.table["first"].equals(other.table["first"])
    assert not zero.table["first_low"].equals(other.table["first_low"])


# ------------------------------------------------------------------------------------------ Morris and PAWN


@pytest.mark.parametrize("failed", [(), (0, 7, 61)])
def test_morris_on_a_linear_function_gives_its_slopes(tmp_path, failed):
    known_store(tmp_path, design_text("morris", 40, "ABCD", sample="levels = 8"), {OUTCOME: linear}, failed=failed)
    found = sensitivity(tmp_path, OUTCOME)
    assert column(found, "mu_star") == pytest.approx([4.0, 2.0, 0.5, 0.0], abs=1e-9)
    assert column(found, "mu") == pytest.approx([4.0, -2.0, 0.5, 0.0], abs=1e-9)
    assert column(found, "sigma") == pytest.approx([0.0] * 4, abs=1e-9)
    assert found.outcomes[0].dropped == len({run // 5 for run in failed})


def test_morris_by_group(tmp_path):
    known_store(tmp_path, design_text("morris", 40, "ABAB", sample="levels = 8\nby_group = true"), {OUTCOME: linear})
    found = sensitivity(tmp_path, OUTCOME)
    assert list(found.table["factor"]) == ["A", "B"]
    assert column(found, "mu_star")[1] == pytest.approx(2.0)  # its other factor is dead
    assert 3.5 <= column(found, "mu_star")[0] <= 4.5


@pytest.mark.parametrize("failed", [(), range(0, 600, 9)])
def test_pawn_tells_a_dead_input_from_live_ones(tmp_path, failed):
    text = design_text("latin-hypercube", 600, "ABC")
    known_store(tmp_path, text, {OUTCOME: lambda x: 3.0 * x[:, 0] + np.sin(6.0 * x[:, 1])}, failed=failed)
    found = sensitivity(tmp_path, OUTCOME)
    assert list(found.table["matters"]) == [True, True, False]
    assert found.table["dummy"].nunique() == 1
    assert found.outcomes[0].kept == 600 - len(failed)


def test_draws_of_a_design_that_sweeps_nothing_are_looked_at_by_what_was_drawn(tmp_path):
    text = 'format = 1\ntitle = "Draws"\ncalibration = "prior"\nseries = false\ndraws = 300'
    known_store(tmp_path, text, {OUTCOME: lambda x: x[:, 2]})
    found = sensitivity(tmp_path, OUTCOME).table
    assert found.loc[found["median"].idxmax(), "factor"] == KEYS[2]
    assert len(found) > 15


def test_pawn_says_when_it_does_not_look_at_all_rows(tmp_path, monkeypatch):
    known_store(tmp_path, design_text("latin-hypercube", 400, "AB"), {OUTCOME: ishigami_two})
    assert "The indices rest on" not in run(tmp_path, "--outcome", OUTCOME).output
    monkeypatch.setattr("zhizao.studies.sensitivity.sensitivity._MOST_ROWS", 150)
    found = sensitivity(tmp_path, OUTCOME)
    assert (found.outcomes[0].kept, found.outcomes[0].rows) == (400, 150)
    assert set(found.table["rows"]) == {150}
    assert "The indices rest on 150 of these rows" in run(tmp_path, "--outcome", OUTCOME).output


# ------------------------------------------------------------------------------------------ the command, faults


@pytest.mark.parametrize("method", ["saltelli", "morris", "latin-hypercube"])
def test_the_command_draws_what_it_says_in_both_languages(tmp_path, method):
    known_store(
        tmp_path, design_text(method, 128, "AB"), {OUTCOME: ishigami_two, "target_met": lambda x: x[:, 0] > 0.5}
    )
    for language in LANGUAGES:
        file = tmp_path / f"{language}.svg"
        told = run(tmp_path, "--chart", file, "--lang", language)
        assert told.exit_code == 0, told.output
        assert str(file) in told.stderr
        drawn = "".join(re.findall("<!-- (.*?) -->", file.read_text("utf-8")))  # a long name takes several lines
        assert input_name(KEYS[0], language).replace(" ", "") in drawn.replace(" ", "")
        assert all(line in told.output for line in key_with_name(KEYS[0], language).split("\n"))


def test_more_outcomes_than_a_chart_holds_are_told(tmp_path):
    names = [OUTCOME, "level2_share_true_end", "target_met", "gap_small_large", "level2_firms_per_million"]
    known_store(tmp_path, design_text("morris", 20, "AB"), dict.fromkeys(names, ishigami_two))
    told = run(tmp_path, "--chart", tmp_path / "all.png", *(part for name in names for part in ("--outcome", name)))
    assert "the chart shows the first 4 outcomes" in told.stderr
    one = run(tmp_path, "--chart", tmp_path / "one.png", "--outcome", OUTCOME)
    assert "the first 4" not in one.stderr


def test_a_chart_of_nothing_is_refused(ishigami_store, tmp_path):
    told = run(ishigami_store, "--outcome", "target_met", "--chart", tmp_path / "none.png")
    assert told.exit_code == 2
    assert "nothing to draw" in told.output
    wrong = run(ishigami_store, "--chart", tmp_path / "chart.gif")
    assert wrong.exit_code == 2
    assert "ending" in wrong.output


def test_the_command_prints_a_table_json_and_csv_in_both_languages(ishigami_store):
    english = run(ishigami_store, "--outcome", OUTCOME)
    assert english.exit_code == 0, english.output
    assert "explain" in english.output
    assert KEYS[0] in english.output
    chinese = run(ishigami_store, "--outcome", OUTCOME, "--lang", "zh")
    assert "方差" in chinese.output
    told = json.loads(run(ishigami_store, "--format", "json").stdout)
    assert told["method"] == "sobol"
    assert [row["factor"] for row in told["indices"]] == list(KEYS[:3])
    lines = run(ishigami_store, "--outcome", OUTCOME, "--format", "csv").stdout.splitlines()
    assert lines[0].startswith(",".join(COLUMNS))
    assert len(lines) == 4
    grouped = run(ishigami_store, "--outcome", OUTCOME, "--by-group")
    assert "interactions" in grouped.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--outcome", "level2_share_nd"], "did you mean 'level2_share_end'"),
        (["--outcome", "gap_small_large"], "no run has a value of gap_small_large"),
        (["--scenario", "moonshot"], "it has baseline"),
        (["--seed", "-1"], "seed = -1"),
    ],
)
def test_what_is_asked_wrongly_is_said(ishigami_store, arguments, told):
    result = run(ishigami_store, *arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_too_few_runs_are_refused_with_the_count(tmp_path):
    known_store(tmp_path, design_text("saltelli", 64, "AB"), {OUTCOME: ishigami_two}, lost=(0, 1))
    with pytest.raises(InputError, match=r"14 of 64 Saltelli blocks are complete for level2_share_end; at least 16"):
        sensitivity(tmp_path, OUTCOME)


def ishigami_two(x):
    return x[:, 0] + x[:, 1]


def test_sums_by_group_need_single_factors(tmp_path):
    known_store(tmp_path, design_text("latin-hypercube", 100, "AB"), {OUTCOME: ishigami_two})
    with pytest.raises(InputError, match="design by Saltelli"):
        sensitivity(tmp_path, OUTCOME, by_group=True)


def test_points_placed_elsewhere_are_refused(tmp_path, monkeypatch):
    known_store(tmp_path, design_text("saltelli", 64, "AB"), {OUTCOME: ishigami_two})
    monkeypatch.setattr(PlacedPoints, "digest", lambda points: "elsewhere")
    with pytest.raises(InputError, match="SALib places these points elsewhere"):
        sensitivity(tmp_path, OUTCOME)
