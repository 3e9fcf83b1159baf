"""The types of the records: made from the declarations, up to date, and what a misspelt name meets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

RULE = """
from zhizao.compiled import internal
from zhizao.engine.state import World


@internal
def idea(world: World, slot: int, month: int) -> float:
    par, offer, firm = world.par[0], world.offers[month], world.firms[slot]
    if firm.visited_until > month:
        return par.building_success_help
    return offer.grants_rate[firm.kind] * firm.cost + world.start[slot].capability * world.district[0].rounds
"""

FIRM = """
from zhizao.mesa_model.firm_agent import FirmAgent


class CuriousFirm(FirmAgent):
    def looking_rate(self) -> float:
        return self.parameters.attention.visit_rate + self.offer.campaign_rate
"""

MISSPELT = {
    "a parameter in the engine": (RULE, "building_success_help", "building_sucess_help"),
    "an offer in the engine": (RULE, "grants_rate", "grant_rate"),
    "a firm's field in the engine": (RULE, "visited_until", "visited_untill"),
    "a firm's field at the start": (RULE, "capability", "capabilities"),
    "the state of the district": (RULE, ".rounds", ".round"),
    "an array of the world": (RULE, "world.firms", "world.firm"),
    "a parameter in a rule of a firm": (FIRM, "visit_rate", "visits_rate"),
    "an offer in a rule of a firm": (FIRM, "campaign_rate", "campaigns_rate"),
}


def test_the_records_are_up_to_date() -> None:
    if not (ROOT / "docs" / "make_records.py").exists():
        pytest.skip("the script is in the repository")
    done = subprocess.run(
        [sys.executable, "docs/make_records.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_misspelt_name_is_found_before_anything_runs(tmp_path) -> None:
    """mypy --strict passes the rules as they stand, and names every misspelt field with what has it not."""
    pytest.importorskip("mypy")
    texts = {"right_rule": RULE, "right_firm": FIRM}
    wrong = {}
    for number, (text, right, misspelt) in enumerate(MISSPELT.values()):
        assert right in text
        texts[f"wrong_{number}"], wrong[f"wrong_{number}"] = text.replace(right, misspelt), misspelt.split(".")[-1]
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    files = [f"{tmp_path}/{name}.py" for name in texts]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in done.stdout.splitlines() if "[attr-defined]" in line]
    found = {Path(line.partition(":")[0]).stem: line for line in errors}
    assert set(found) == set(wrong), done.stdout + done.stderr
    assert len(errors) == len(wrong)
    assert not [line for name, line in found.items() if f'has no attribute "{wrong[name]}"' not in line]
