"""Lists of firms as offices keep them: read with the numbers that they mean, or refused in a few lines; never wrong."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from office_lists import FIRMS, LISTS
from zhizao.errors import InputError
from zhizao.sectors import SECTOR_KEYS
from zhizao.studies.options import Options, check_options

MOST_LINES = 3


@pytest.mark.parametrize("office", LISTS, ids=lambda office: office.name)
def test_a_list_of_an_office_is_read_right_or_refused(office, tmp_path):
    file = tmp_path / office.name
    office.write(file)
    options, problems = opened(file)
    if options is None:
        assert office.verdict != "read", problems
        assert len(problems) <= MOST_LINES
        assert all(file.name in problem for problem in problems)
        return
    assert office.verdict != "refused"
    wrong = differences(options.register)
    if office.verdict == "read":
        assert not wrong
    assert not wrong or options.notes  # what was made of it is said


def opened(file: Path) -> tuple[Options | None, tuple[str, ...]]:
    """Options with the register of a file, or what is said against it."""
    try:
        return check_options(firms=file), ()
    except InputError as error:
        return None, error.problems


def differences(register) -> list[str]:
    """Say where a register differs from the firms as they are; what it leaves open is no difference."""
    truth = {firm["id"]: firm for firm in FIRMS}
    if set(register.ids) != set(truth):
        return ["other ids"]
    found = []
    for row, firm in enumerate(truth[name] for name in register.ids):
        score, park = float(register.digital_score[row]), int(register.park[row])
        same = {
            "sector": SECTOR_KEYS[register.sector[row]] == firm["sector"],
            "staff": register.employees[row] == firm["staff"],
            "revenue": register.revenue[row] == pytest.approx(firm["wanyuan"] / 100, rel=1e-3),
            "score": math.isnan(score) or score == pytest.approx(firm["score"], abs=0.06),
            "park": park < 0 or register.park_names[park] == firm["park"],
        }
        found += [f"{firm['id']}: {name}" for name, is_same in same.items() if not is_same]
    return found


def test_there_are_sixty_lists_under_names_of_their_own():
    assert len({office.name for office in LISTS}) == len(LISTS) >= 55
