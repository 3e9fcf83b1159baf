"""Each fact is declared once: what is missing from a declaration is named, and nothing is known by its position."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from edited_package import edited, output_of
from zhizao.accounts.payments import FALLEN_DUE
from zhizao.engine.state import place_of
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.policy.declaring import AccountGroup
from zhizao.policy.levers import DECLARED, LEVER_GROUPS, lever_specifications
from zhizao.policy.offer_rows import OFFER_FIELDS
from zhizao.policy.offers import monthly_offers
from zhizao.policy.schedule import entries
from zhizao.results.outcomes import OUTCOMES, OUTCOMES_BY_NAME, Outcome
from zhizao.rules import attention, business, constants, market, progress, support, value
from zhizao.scenario.scenario import load_scenario
from zhizao.sectors import PROJECT_KINDS, PROJECT_TYPES, TIERS

PACKAGE = Path(constants.__file__).parents[1]
DECLARED_NUMBERS = parameter_specifications() | lever_specifications()

CHINESE = re.compile(r"[\u4e00-\u9fff]")

# ------------------------------------------------------------------------------------------------ instruments


def test_every_group_of_levers_has_words() -> None:
    problems = [
        f"instrument '{name}' has no words: its DECLARED needs english and chinese"
        for name, group in LEVER_GROUPS.items()
        if not group.english or not CHINESE.search(group.chinese)
    ]
    assert not problems


@pytest.mark.parametrize("kind", ["lever", "parameter"])
def test_every_number_has_words(kind: str) -> None:
    known = lever_specifications() if kind == "lever" else parameter_specifications()
    problems = [
        f"{kind} '{key}' has no words in {', '.join(missing)}"
        for key, spec in known.items()
        if (
            missing := [
                language
                for language, text in (
                    ("English", spec.english if kind == "lever" else spec.meaning),
                    ("Chinese", spec.chinese),
                    ("Chinese (meaning)", spec.chinese_meaning),
                )
                if not text or (language != "English" and not CHINESE.search(text))
            ]
        )
    ]
    assert not problems


READ_ELSEWHERE: dict[str, str] = {}
"""Levers that neither build needs to read, and why: none so far."""

WITH_GRANTS = {"grants.rate": 0.2, "grants.cap": 1.0, "grants.fund_multiple": 1.0, "grants.deadline_months": 2.0}
WITH_WINDOW = {"grants.window_open": 3.0, "grants.window_close": 8.0}
WITH_PILOT = {"pilot.sectors": 1.0, "pilot.share": 0.1, "pilot.rate": 0.3, "pilot.cap": 0.5, "pilot.copy_cut": 0.1}
LIVELY = WITH_GRANTS | WITH_WINDOW | WITH_PILOT | {"specialists.count": 40.0, "response.days": 20.0}
"""A policy under which every lever bears on what is offered."""


@cache
def read_of_offers(build: str) -> set[str]:
    """Every field of an offer that the code of one of the two builds reads."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (PACKAGE / build).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.attr for node in nodes if re.search("offer|foreseen", ast.unparse(node.value))}


@cache
def offered(changes: tuple[tuple[str, Any], ...] = ()) -> np.ndarray[Any, Any]:
    policies = load_scenario("baseline").with_changes(LIVELY).with_changes(dict(changes)).policies(84)
    return np.asarray(monthly_offers(policies[72:], Parameters()))


@pytest.mark.parametrize("build", ["engine", "mesa_model"])
def test_every_lever_is_read_by_both_builds(build: str) -> None:
    """Moving a lever changes a number in the month's offers that the engine reads, and the Mesa model too.

    One that nothing reads would be declared, shown, set by scenarios, and do nothing.
    """
    unread = []
    for key, spec in lever_specifications().items():
        [moved, *_] = entries(spec)
        here = offered()
        now = float(np.ravel(here[key.replace(".", "_")])[0])
        other: Any = spec.low if now == spec.high else spec.high
        if spec.choices:
            other = spec.choices[(int(now) + 1) % len(spec.choices)]
        there = offered(((moved, other),))
        changed = {name for name in here.dtype.names or () if not np.array_equal(here[name], there[name])}
        if not changed & read_of_offers(build) and key not in READ_ELSEWHERE:
            unread.append(f"lever '{key}': nothing in zhizao/{build} reads {' or '.join(sorted(changed)) or 'it'}")
    assert not unread, "; ".join(unread)


def test_a_name_that_nobody_declared_is_said() -> None:
    with pytest.raises(KeyError, match=r"'rehearsal' is not declared; these are: grants, "):
        place_of("rehearsal", tuple(DECLARED))


def test_every_field_that_offers_have_beside_levers_is_read() -> None:
    there = read_of_offers("engine") | read_of_offers("mesa_model")
    assert [name for name, *_ in OFFER_FIELDS if name not in there] == []


def test_every_instrument_has_a_tier_and_a_group_in_the_account() -> None:
    problems = []
    for name, instrument in DECLARED.items():
        if instrument.account not in get_args(AccountGroup):
            problems.append(f"instrument '{name}': '{instrument.account}' is not a group of the subsidy account")
        if instrument.tier is None and name != "grants":
            problems.append(f"instrument '{name}' names no tier that pays for it")
        elif instrument.tier is not None and instrument.tier not in TIERS:
            problems.append(f"instrument '{name}': '{instrument.tier}' is not one of {', '.join(TIERS)}")
    assert not problems


def test_the_account_knows_which_projects_each_money_hangs_on() -> None:
    """Else all that a new instrument pays would be called deadweight, in silence."""
    hangs = {
        name
        for name, instrument in DECLARED.items()
        if instrument.account in ("grants", "other_project_money", "relief")
    }
    problems = [
        f"instrument '{name}' hands money to projects, and FALLEN_DUE of accounts/payments.py does not say to which"
        for name in sorted(hangs - set(FALLEN_DUE))
    ]
    problems += [
        f"instrument '{name}' is in the group 'awards', for which only lists and levels are looked at: give it "
        "'other_project_money', and say in FALLEN_DUE of accounts/payments.py which projects its money hangs on"
        for name, instrument in DECLARED.items()
        if instrument.account == "awards" and name != "awards"
    ]
    problems += [
        f"FALLEN_DUE of accounts/payments.py names '{name}', which no instrument of that kind is called"
        for name in sorted(set(FALLEN_DUE) - hangs)
    ]
    assert not problems


GRANTS = "@dataclass(frozen=True, kw_only=True)\nclass Grants:"
REHEARSAL = '''
@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """Vouchers for a rehearsal: a name that no instrument of the package has."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Rehearsal", chinese="演练券", tier="district", direct=True, account="services"
    )
    value: float = lever(
        0.0, unit="million RMB per firm", high=10.0, name=("Rehearsal voucher", "演练券面额"), meaning=("value", "面额")
    )
'''

RUN = """
from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import MONEY
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import INSTRUMENTS
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.scenario.scenario import load_scenario

par = Parameters().changed({"population.firms": 20, "attention.spontaneous_rate": 3.0})
policies = load_scenario("baseline").policies(78)[60:]
setting = Setting(district=build_district(par, 3, months=18), parameters=par, seed=3)
world = run_one(setting, monthly_offers(policies, par))
lines = dict(zip((*MONEY, *INSTRUMENTS), world.money[-1].tolist(), strict=True))
lines.pop("rehearsal", None)
print(*sorted(lines.items()), world.series.tobytes().hex()[-4000:], sep="\\n")
"""


@pytest.mark.parametrize("before", ["grants", "specialists", "infrastructure"])
def test_an_instrument_may_stand_anywhere(before, tmp_path) -> None:
    """Declared before any other, an instrument that is off changes no line of the money: not what services cost."""
    line = next(
        text
        for text in ("grants: Grants", "specialists: Specialists", "infrastructure: Infrastructure")
        if text.startswith(before)
    )
    folder = edited(
        tmp_path,
        {
            "policy/money.py": [(GRANTS, f"{REHEARSAL}\n\n{GRANTS}")],
            "policy/levers.py": [
                (
                    "from zhizao.policy.services import (",
                    "from zhizao.policy.money import Rehearsal\nfrom zhizao.policy.services import (",
                ),
                (f"    {line} = ", f"    rehearsal: Rehearsal = field(default_factory=Rehearsal)\n    {line} = "),
            ],
        },
    )
    assert output_of(RUN, folder) == output_of(RUN)


# ------------------------------------------------------------------------------------------- kinds of project

ROBOTIC = """    ProjectKind(key="cell", english="robot cells", chinese="机器人单元", draw=7, robots=True),
"""
CATALOGUE = {
    "cost": "5.0",
    "cost_elasticity": "0.6",
    "duration": "6",
    "life": "8",
    "lowest_score": "{lowest}",
    "score_gain": "10.0",
    "labour_effect": "0.05",
    "energy_effect": "0.0",
    "quality_effect": "0.05",
    "capacity_effect": "0.01",
    "connected": "1.0",
}
"""What a fifth kind of project costs and brings: a number in each row; its capacity is in the district."""

COUNT_KINDS = """
import numpy as np
from zhizao.accounts.subsidy_account import subsidy_account
from zhizao.engine.simulation import Setting, run_branches
from zhizao.engine.state import FLOWS, STOCKS
from zhizao.parameters.registry import Parameters
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.scenario.scenario import load_scenario
from zhizao.sectors import PROJECT_TYPES

par = Parameters().changed({"population.firms": 20, "attention.spontaneous_rate": 3.0, "levels.start_mean": 50.0})
policies = load_scenario("baseline").policies(90)[60:]
setting = Setting(district=build_district(par, 3, months=30), parameters=par, seed=3, keep_log=True)
off = load_scenario("no-programme").policies(90)[60:]
worlds = run_branches(setting, {"with": monthly_offers(policies, par), "without": monthly_offers(off, par)})
world = worlds["with"]
account = subsidy_account(world, worlds["without"], since=0)
assert account.closes()
begun = [PROJECT_TYPES[kind] for kind in world.log["kind"][: world.district[0].logged]]
"""
SAME = "print(begun, world.series.tobytes().hex()[-20000:], account, sep=chr(10))"


def with_a_kind(before: str, lowest_score: float, folder: Path) -> Path:
    """Copy the package with a fifth kind of project before another, or last: data in three files, and no more."""
    place = PROJECT_TYPES.index(before) if before else len(PROJECT_TYPES)
    line = f'    ProjectKind(key="{before}"' if before and before != "workshop" else ')\n"""The catalogue of'
    if before == "workshop":
        line = '    ProjectKind(\n        key="workshop"'
    edits: dict[str, list[tuple[str, str]]] = {"sectors.py": [(line, f"{ROBOTIC}{line}")]}
    edits["data/districts/yubei/priors.toml"] = [("value = { light = 0.25,", "value = { cell = 0.1, light = 0.25,")]
    for name, number in CATALOGUE.items():
        values = [f"{value:g}" for value in parameter_specifications()[f"projects.{name}"].default]
        values.insert(place, number.format(lowest=lowest_score))
        file, row = "parameters/projects.py", rf"    {name}: tuple.*\n        \((.*?)\)"
        old = re.search(row, (PACKAGE / file).read_text("utf-8"))
        assert old, f"{file} has no row {name}"
        edits.setdefault(file, []).append((old[0], old[0].replace(old[1], ", ".join(values))))
    return edited(folder, edits)


@pytest.mark.parametrize("before", ["light", "workshop", ""])
def test_a_kind_of_project_may_stand_anywhere(before, tmp_path) -> None:
    """A kind that nobody can begin changes nothing, wherever it stands: no other is known by its position."""
    folder = with_a_kind(before, 100.0, tmp_path)
    plain = output_of(COUNT_KINDS + SAME)
    assert "workshop" in plain.partition("]")[0], "the district is too quiet to tell"
    assert output_of(COUNT_KINDS + SAME, folder) == plain


def test_a_new_kind_of_project_is_begun_and_accounted_for(tmp_path) -> None:
    folder = with_a_kind("workshop", 0.0, tmp_path)
    assert "cell" in output_of(f"{COUNT_KINDS}print(set(begun))", folder)


def test_the_draws_of_kinds_are_their_own() -> None:
    draws = {kind.key: kind.draw for kind in PROJECT_KINDS}
    shared = [key for key, draw in draws.items() if list(draws.values()).count(draw) > 1]
    assert not shared, f"kinds of project with the same number of draws: {', '.join(shared)}"
    for key, draw in {"light": 0, "equipment": 1, "workshop": 2, "factory": 3}.items():
        assert draws[key] == draw, f"the number of draws of '{key}' is {draw} and stays so"


@pytest.mark.parametrize("key", [key for key, spec in DECLARED_NUMBERS.items() if spec.axis])
def test_every_row_has_a_number_for_each_entry(key: str) -> None:
    spec = DECLARED_NUMBERS[key]
    assert isinstance(spec.default, tuple)
    given, wanted = len(spec.default), len(spec.axis)
    assert given == wanted, f"{key} has {given} numbers for {wanted} entries: {', '.join(spec.axis)}"


# ------------------------------------------------------------------------------------------------- constants


def test_the_order_of_choices_is_the_one_of_the_rules() -> None:
    levers = lever_specifications()
    known = ("first-come", "merit", "lottery", "small-first")
    order = (constants.FIRST_COME, constants.MERIT, constants.LOTTERY, constants.SMALL_FIRST)
    assert levers["grants.allocation"].choices == known
    assert order == tuple(range(4))
    assert levers["specialists.order"].choices == ("all", "small-first", "large-first")
    assert tuple(range(3)) == (constants.NO_ORDER, constants.SMALL_FIRMS_FIRST, constants.LARGE_FIRST)


PLAIN = {0, 1, 2, -1, 0.5}
"""Numbers that need no name: nothing, one, twice, half; the rest of arithmetic has names."""


@pytest.mark.parametrize("module", [attention, business, market, progress, support, value], ids=lambda m: m.__name__)
def test_rules_hold_no_bare_numbers(module) -> None:
    tree = ast.parse(inspect.getsource(module))
    found = [
        f"{function.name}, line {node.lineno}: {node.value}"
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value not in PLAIN
    ]
    assert not found


# -------------------------------------------------------------------------------------------------- outcomes


@pytest.mark.parametrize(
    "given", [{}, {"over": "firms"}, {"formula": lambda one, other: 0.0, "over": "a", "under": "b"}]
)
def test_an_outcome_without_a_formula_is_refused(given) -> None:
    with pytest.raises(ValueError, match="outcome 'exits_total' needs a formula, or both over and under"):
        Outcome(name="exits_total", unit="firms", english="Firms that left", chinese="退出企业", **given)


def test_ratios_are_of_outcomes() -> None:
    missing = [
        f"outcome '{item.name}' is a ratio of '{name}', which is not an outcome with a formula"
        for item in OUTCOMES
        for name in (item.over, item.under)
        if name and OUTCOMES_BY_NAME.get(name, item).formula is None
    ]
    assert not missing
