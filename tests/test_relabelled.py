"""Nobody is disturbed: parks of a register by other names, and one firm less."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from small_district import CHEAP, GRANTS, SERVICES, bits, differences, parameters, policy, total
from zhizao.draws import number_of_id
from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import World
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.register import read_register

FIRMS, PARKS, MONTHS = 120, 6, 96


def ring_of(firm: int) -> Sequence[int]:
    """Two partners in the firm's own park, so that parks are worlds of their own."""
    own = [other for other in range(FIRMS) if other % PARKS == firm % PARKS]
    place = own.index(firm)
    return own[place - 1], own[(place + 1) % len(own)]


def history(folder: Path, *, names: str = "firm", parks: str = "park", left_out: int | None = None) -> World:
    """Run a register of firms in parks, each linked within its own; one firm may be left out."""
    lines = ["id,sector,employees,revenue,park,partners"]
    for firm in range(FIRMS):
        partners = ";".join(f"{names}{other}" for other in ring_of(firm) if left_out not in (other, firm))
        if firm != left_out:
            lines.append(f"{names}{firm},vehicles,{30 + 7 * firm},{25 + 9 * firm},{parks}{firm % PARKS},{partners}")
    file = folder / "firms.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    # no shared queue, price or money: firms meet only in their park and along their links
    apart = {
        "turnover.entry_rate": 0.0,
        "providers.capacity": 1e6,
        "providers.inverse_supply_elasticity": 0.0,
        "attention.contagion_rate": 3.0,
        "awareness.word_rate": 6.0,
    }
    par = parameters(CHEAP | apart, firms=FIRMS)
    district = build_district(par, 5, months=MONTHS, register=read_register(file))
    given = policy(GRANTS, SERVICES, {"grants.additional_budget": 1e5})
    return run_one(Setting(district=district, parameters=par, seed=5), monthly_offers([given] * MONTHS, par))


def test_names_of_parks_change_nothing(tmp_path):
    one = history(tmp_path)
    other = history(tmp_path, parks="园区")
    assert total(one, "supported_started") > 50
    assert differences(one, other) == []


@pytest.mark.parametrize("removed", [0, 61, FIRMS - 1])
def test_a_firm_that_is_removed_disturbs_nobody_out_of_its_reach(tmp_path, removed):
    """Wherever it stands in the register."""
    whole, less = history(tmp_path), history(tmp_path, left_out=removed)
    assert total(whole, "rejections") == total(less, "rejections") == 0
    order = sorted(range(FIRMS), key=lambda firm: number_of_id(f"firm{firm}"))
    others = [firm for firm in order if firm != removed]
    changed = set()
    for place, firm in enumerate(others):
        slot = order.index(firm)
        mine, theirs = whole.firms[slot : slot + 1].copy(), less.firms[place : place + 1].copy()
        for renumbered in ("park", "next_in_queue"):
            mine[renumbered] = theirs[renumbered] = 0
        if bits(mine) != bits(theirs) or (whole.due[:, slot] != less.due[:, place]).any():
            changed.add(firm)
    assert {firm % PARKS for firm in changed} == {removed % PARKS}
