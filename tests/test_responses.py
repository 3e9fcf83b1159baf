"""What each lever and number moves: dead ones are marked, and the numbers are those of a comparison."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.studies.compare import compare
from zhizao.studies.responses import LOOKED_AT, Ends, Moved, responses

FEW = {"draws": 4, "n_firms": 60, "calibration": "prior", "workers": 1}


def test_a_lever_moves_what_a_comparison_says():
    [rate] = responses(["grants.rate"], **FEW)
    ends = [compare(["baseline"], settings=end, **FEW) for end in (rate.ends.low, rate.ends.high)]
    for outcome in LOOKED_AT:
        low, high = (done.first.outcomes[outcome] for done in ends)
        assert rate.differences[outcome] == pytest.approx(high - low)


def test_a_number_moves_between_the_ends_of_its_interval():
    [benefit] = responses(["valuation.benefit_level"], **FEW)
    assert (benefit.ends.kind, benefit.ends.why) == ("number", "its interval")
    assert benefit.alive
    assert benefit.mean("projects_started_total") > 0.0


def test_a_lever_that_no_scenario_moves_is_not_tried():
    [delay] = responses(["grants.payment_delay"], **FEW)
    assert not delay.tried
    assert not delay.alive
    assert delay.to_dict()["ends"] == "not tried"


def test_each_other_word_of_a_choice_is_tried():
    found = responses(["grants.allocation"], **FEW)
    assert [one.ends.key for one in found] == [
        f"grants.allocation={word}" for word in ("merit", "lottery", "small-first")
    ]


def made(values: dict[str, list[float]]) -> Moved:
    ends = Ends(key="k", kind="lever", low={"k": 0.0}, high={"k": 1.0}, why="a test")
    still = {outcome: [0.0, 0.0, 0.0, 0.0] for outcome in LOOKED_AT}
    return Moved(ends=ends, differences={name: np.array(row) for name, row in (still | values).items()})


def test_what_only_costs_is_not_alive():
    assert not made({"public_spend_total": [5.0, 5.1, 5.2, 5.1]}).alive
    assert made({"projects_started_total": [5.0, 5.1, 5.2, 5.1]}).alive
    assert not made({"projects_started_total": [5.0, -5.1, 5.2, -4.9]}).alive


def test_one_draw_says_nothing_of_chance():
    with pytest.raises(InputError, match="draws = 1 must be at least 2"):
        responses(["grants.rate"], draws=1, n_firms=60)


def test_the_command():
    asked = ["responses", "grants.rate", "relief.energy_share", "--draws", "3", "--n-firms", "60"]
    done = CliRunner().invoke(program, [*asked, "--calibration", "prior", "--quiet", "--format", "json"])
    rows = {row["key"]: row for row in json.loads(done.stdout)["responses"]}
    assert rows["relief.energy_share"]["alive"] is False
    table = CliRunner().invoke(program, [*asked, "--calibration", "prior", "--quiet"])
    assert "NOT ALIVE" in table.stdout
