"""A made-up city with another currency, size rule, scale of levels, calendar, tiers and sectors: no word of the shipped
district is left in anything that is printed for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("streamlit.testing.v1", reason="the dashboard needs the extra app")

HERE = Path(__file__).parent
OTHER = HERE / "other_district"
FORBIDDEN = re.compile(
    r"Yubei|Chongqing|渝北|重庆|RMB|\byuan\b|(?<![欧单])元(?!素|格)|2018|above-scale|规上|规模以上|[Ll]evel 2\b|二级|"
    r"报道|任务书|[Nn]ewspaper"
)
ITS_MONTHS = re.compile(r"(?<![>\n\d\x22])(2024-01|2025-12|2024年1月|2025年12月)")
"""Months of the shipped district within a sentence: in a table, alone in their cell, they are months like others."""


def in_the_other(code: str, *arguments: str, folder: Path = OTHER) -> subprocess.CompletedProcess[str]:
    """Run Python code or a file in a process of its own, not compiled, with the district in force."""
    asked = [code] if code.endswith(".py") else ["-c", code]
    found = os.pathsep.join((str(HERE), *sys.path))
    return subprocess.run(
        [sys.executable, *asked, *arguments],
        env=os.environ | {"ZHIZAO_DISTRICT": str(folder), "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": found},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What every kind of output says, by its name and language."""
    done = in_the_other(str(HERE / "other_district_outputs.py"), str(tmp_path_factory.mktemp("other")))
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_no_word_of_another_district_is_left(said: dict[str, str]) -> None:
    left = {
        name: [text[max(0, at.start() - 40) : at.end() + 40] for at in pattern.finditer(text)][:3]
        for pattern in (FORBIDDEN, ITS_MONTHS)
        for name, text in said.items()
        if pattern.search(text)
    }
    assert not left


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("compare en", ["The plan: 65.0 % of SMEs at level 'Joined up' by 2026-06.", "6 million EUR a year"]),
        ("compare zh", ["到2026-06，65.0 %的中小企业达到数字化“贯通”", "财政资金：每年600万欧元", "微型"]),
        ("run en", ["Public money from 2023-03", "Additional SMEs truly at level 'Joined up' per million EUR"]),
        ("run zh", ["2023年3月起财政支出", "每欧元额外财政资金带动的企业投资", "欧元/欧元"]),
        (
            "params en",
            ["award on first reporting level 'Self-steering'", "money left in March", "million EUR per hour"],
        ),
        ("dashboard en", ["Which policy brings 65 % of Marrow Bay's SMEs to digital level 'Joined up' by 2026-06"]),
        ("dashboard zh", ["怎样的政策组合能让马罗湾65%中小企业在2026年6月前达到数字化“贯通”"]),
        ("page en", ["Marrow Bay, made-up port city", "Each euro paid from 2023-03 on", "Reports jump in March"]),
        ("page zh", ["马罗湾市（虚构）", "2023年3月起支付的每一欧元", "每年3月自评"]),
        ("workbook en", ["65% of SMEs at level 'Joined up' by 2026-06", "2019-07 to 2026-06"]),
        (
            "calibration en",
            ["money is in million EUR", "paid out in 2022-03 to 2023-02", "level 'Joined up' in 2026-06, reported"],
        ),
        ("overview chart en", ["plan: 65 % by 2026-06"]),
        ("run chart zh", ["万欧元"]),
    ],
)
def test_it_is_called_what_its_folder_says(said: dict[str, str], name: str, words: list[str]) -> None:
    text = said[name]
    assert not [word for word in words if word not in text.replace("&#39;", "'").replace("\\'", "'")]


TWINS = """
import test_twins as twins
from zhizao.parameters.registry import Parameters
from zhizao.population.district import build_district
from zhizao.scenario.scenario import load_scenario

busy = {"population.firms": 25, "attention.spontaneous_rate": 3.0, "awareness.start_share": 0.8}
parameters = Parameters().changed(busy)
policies = load_scenario("baseline").policies(60)
district = build_district(parameters, 5, months=60)
case = twins.Case(parameters=parameters, policies=policies, district=district, seed=5)
firms, series = twins.compare_case(case)
print(firms, series)
"""


def test_engine_and_mesa_model_are_twins_there_too() -> None:
    pytest.importorskip("mesa")
    done = in_the_other(TWINS)
    assert done.returncode == 0, done.stderr[-3000:]


REGISTER = """
from zhizao.register import read_register
from zhizao.register.register import IN_SCOPE_REVENUE
import sys
register = read_register(sys.argv[1])
print([int(size) for size in register.size_class], *register.notes, *register.assumed, sep="|")
"""


def test_a_register_is_read_in_the_money_of_the_district(tmp_path: Path) -> None:
    file = tmp_path / "firms.csv"
    rows = "a,ceramics,8,900\nb,boats,60,12000\nc,boats,300,60000\nd,textiles,40,9000\ne,textiles,12,2500\n"
    file.write_text(f"id,sector,employees,revenue (thousand EUR)\n{rows}")
    done = in_the_other(REGISTER, str(file))
    assert done.stdout.startswith("[0, 2, 3, 1, 1]"), done.stderr[-2000:]
    file.write_text(f"id,sector,employees,revenue (10k RMB)\n{rows}")
    done = in_the_other(REGISTER, str(file))
    assert "the unit '10k RMB' is not EUR; give million EUR a year" in done.stderr
    file.write_text(f"id,sector,employees,revenue\n{rows}")
    done = in_the_other(REGISTER, str(file))
    assert "million EUR an employee, outside 0.00333 to 1.11, while 0.2 is usual here" in done.stderr


def test_a_number_that_only_the_district_can_know_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(OTHER, folder)
    priors = (folder / "priors.toml").read_text("utf-8")
    gone = ("levels.start_mean", "projects.cost", "turnover.exit_rate")
    kept = [part for part in priors.split("\n\n") if not part.startswith(tuple(f"[{key}]" for key in gone))]
    (folder / "priors.toml").write_text("\n\n".join(kept), "utf-8")
    read = "from zhizao.parameters.registry import parameter_specifications; parameter_specifications()"
    done = in_the_other(read, folder=folder)
    for key in gone:
        assert f"priors.toml: {key} is" in done.stderr, done.stderr[-3000:]
    assert "projects.cost is an amount that the program gives in RMB only" in done.stderr
