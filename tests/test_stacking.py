"""Scenarios stacked with plus signs: the changes of all, whatever their order, or a refusal that says what to do."""

from __future__ import annotations

import json
from itertools import combinations, permutations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zhizao.calendar import month_index
from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import entries, read_value
from zhizao.results.stored import read
from zhizao.scenario.scenario import Scenario, list_scenarios, load_scenario
from zhizao.studies.compare import compare

HEAD = 'format = 1\ntitle = "T"\nquestion = "Q?"\nsource = "assumption: a test"\n'
ON_BASELINE = HEAD + 'extends = "baseline"\n'
CHANGE = '[[changes]]\nfrom = "2024-01"\n'
NAMES = [scenario.name for scenario in list_scenarios()]
KEYS = [key for spec in lever_specifications().values() for key in entries(spec)]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test stands in an empty folder, so that files can be named without their folders."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> str:
    Path(name).write_text(text, "utf-8")
    return name


def refusal(stack: str) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(stack)
    assert all(problem.isprintable() for problem in caught.value.problems)
    return str(caught.value)


def settings(scenario: Scenario, month: str = "2024-06") -> dict[str, float | str]:
    policy = scenario.policies()[month_index(month)]
    return {key: read_value(policy, key) for key in KEYS}


# ------------------------------------------------------------------------------------------- what it means


def test_a_stack_has_the_changes_of_all():
    stack = load_scenario("baseline+chain-leaders+light-vouchers")
    baseline, leaders, vouchers = map(load_scenario, ("baseline", "chain-leaders", "light-vouchers"))
    wanted = settings(baseline)
    for one in (leaders, vouchers):
        changed = {key: value for key, value in settings(one).items() if value != settings(baseline)[key]}
        assert changed
        wanted |= changed
    assert settings(stack) == wanted
    assert [name for name, _ in stack.inputs] == ["baseline.toml", "chain-leaders.toml", "light-vouchers.toml"]
    assert {key: file for key, _, _, file in stack.resolved("2024-06")}["leaders.share"] == "chain-leaders.toml"


def test_the_baseline_adds_nothing_to_what_extends_it():
    plain = load_scenario("chain-leaders")
    for stack in ("baseline+chain-leaders", "chain-leaders+baseline"):
        assert load_scenario(stack).policies() == plain.policies()
        assert load_scenario(stack).title == plain.title


def test_a_stack_is_described_by_what_it_is_made_of():
    stack = load_scenario("baseline + chain-leaders+light-vouchers")
    one, other = load_scenario("chain-leaders"), load_scenario("light-vouchers")
    assert stack.name == "baseline+chain-leaders+light-vouchers"
    assert stack.title == f"{one.title} + {other.title}"
    assert stack.title_zh == f"{one.title_zh} + {other.title_zh}"
    assert stack.question == f"{one.question} {other.question}"
    assert one.question_zh in stack.question_zh
    assert other.source in stack.source
    assert load_scenario(str(stack.path)) == stack


def test_pairs_of_the_library_are_the_same_in_either_order_or_refused_in_both():
    """And in a stack that is not refused, what each member changes holds. Every third pair of the library."""
    alone = {name: settings(load_scenario(name)) for name in NAMES}
    stacked = 0
    for pair in list(combinations(NAMES[1:], 2))[::3]:
        found = []
        for order in (pair, pair[::-1]):
            try:
                found.append(load_scenario("+".join(order)).policies())
            except InputError as error:
                found.append(all(name in str(error) for name in pair) and "both decide" in str(error))
        assert found[0] == found[1], pair
        if found[0] is True:
            continue
        stacked += 1
        policy = found[0][month_index("2024-06")]
        for name in pair:
            for key, value in alone[name].items():
                assert value == alone["baseline"][key] or read_value(policy, key) == value, (pair, key)
    assert stacked > 50


def test_three_in_any_order():
    parts = ("services-surge", "pay-for-results", "demand-slump")
    found = [load_scenario("+".join(order)).policies() for order in permutations(parts)]
    assert all(policies == found[0] for policies in found)


def test_parameters_and_networks_stack_too():
    write("many.toml", ON_BASELINE + "[parameters]\npopulation.firms = 800\nprojects.cost_level = 1.1\n")
    write("ring.toml", ON_BASELINE + 'network = "ring"\n[parameters]\nprojects.cost_level = 1.1\n')
    for stack in ("many.toml+ring.toml", "ring.toml+many.toml", "baseline+ring.toml+many.toml"):
        scenario = load_scenario(stack)
        assert scenario.parameter_changes == {"population.firms": 800, "projects.cost_level": 1.1}
        assert scenario.network == "ring"


def test_a_file_may_say_which_value_holds():
    """The fix that a refusal names: a file that extends one of the two and sets what is to hold."""
    assert "both decide campaign.rate" in refusal("information-campaign+double-pilot-city")
    write("both.toml", HEAD + f'extends = "double-pilot-city"\n{CHANGE}set.campaign.rate = 1.0\n')
    stack = load_scenario("baseline+double-pilot-city+both.toml+chain-leaders")
    assert settings(stack)["campaign.rate"] == 1.0
    assert settings(stack)["leaders.share"] == 1.0
    assert settings(stack)["pilot.share"] == 1.0


def test_changes_in_different_months_do_not_meet():
    write("early.toml", ON_BASELINE + '[[changes]]\nfrom = "2024-01"\nuntil = "2024-12"\nset.tax.credit_rate = 0.1\n')
    write("late.toml", ON_BASELINE + '[[changes]]\nfrom = "2025-01"\nset.tax.credit_rate = 0.2\n')
    stack = load_scenario("late.toml+early.toml")
    assert [settings(stack, month)["tax.credit_rate"] for month in ("2024-12", "2025-01")] == [0.1, 0.2]


def test_the_same_value_twice_is_no_conflict_but_two_factors_are():
    text = ON_BASELINE + CHANGE + "{}.specialists.count = {}\n"
    for name, how, value in (("a", "set", 178), ("b", "set", 178), ("c", "multiply", 2), ("d", "multiply", 2)):
        write(f"{name}.toml", text.format(how, value))
    assert settings(load_scenario("a.toml+b.toml"))["specialists.count"] == 178
    for stack in ("c.toml+d.toml", "a.toml+c.toml", "c.toml+a.toml"):
        assert "both decide specialists.count (178 and 178 in 2024-01)" in refusal(stack)


# ------------------------------------------------------------------------------------------- what is refused


def test_a_conflict_names_lever_scenarios_values_and_mend():
    said = refusal("baseline+double-grants+halved-grants")
    for words in (
        "baseline+double-grants+halved-grants: double-grants and halved-grants both decide grants.",
        "grants.cap.equipment (6 and 1.5 in 2024-01",
        "write a file that extends one of them and sets the values that are to hold",
    ):
        assert words in said
    assert "no-programme and chain-leaders both decide leaders.share (0 and 1" in refusal("no-programme+chain-leaders")


def test_every_conflict_is_told_at_once():
    said = refusal("double-grants+halved-grants+services-surge+mix-half-to-services")
    assert "double-grants and halved-grants both" in said
    assert "services-surge and mix-half-to-services both decide specialists.count (178 and 214" in said


def test_parameters_and_networks_in_conflict():
    write("few.toml", ON_BASELINE + 'network = "empty"\n[parameters]\npopulation.firms = 400\n')
    write("many.toml", ON_BASELINE + 'network = "ring"\n[parameters]\npopulation.firms = 800\n')
    said = refusal("few.toml+many.toml")
    assert "few.toml and many.toml both decide population.firms (400 and 800), and network" in said


@pytest.mark.parametrize(
    ("stack", "words"),
    [
        ("baseline+limits/nothing-moves", "baseline and limits/nothing-moves have no scenario in common"),
        ("chain-leaders+light-vouchers+chain-leaders", "chain-leaders is named twice; remove one"),
        ("baseline+chain-leadrs", "'chain-leadrs' is not a shipped scenario (did you mean 'chain-leaders'?)"),
        ("baseline+", "'' is not a shipped scenario"),
        ("+", "'' is not a shipped scenario"),
        ("baseline+absent.toml", "absent.toml: there is no such file"),
        ("+".join(["baseline"] * 5000), "is not a shipped scenario"),
        ("baseline+\x1b[31m\n", "is not a shipped scenario"),
    ],
)
def test_a_stack_that_cannot_be(stack, words):
    assert words in refusal(stack)


def test_the_mistakes_of_all_members_are_told_together():
    write("one.toml", ON_BASELINE + "wrong = 1\n")
    write("two.toml", ON_BASELINE + "worse = 1\n")
    said = refusal("one.toml+two.toml+basline")
    for words in ("one.toml: key wrong", "two.toml: key worse", "'basline' is not"):
        assert words in said


# ------------------------------------------------------------------------------------ plus signs in paths


def test_a_plus_sign_in_a_path_is_part_of_it(here):
    Path("a+b").mkdir()
    plain = ON_BASELINE + CHANGE + "set.tax.credit_rate = 0.1\n"
    for name in ("my+policy.toml", "a+b/inner.toml", "baseline+chain-leaders.toml"):
        write(name, plain)
        assert settings(load_scenario(name))["tax.credit_rate"] == 0.1
        assert load_scenario(Path(name)).name == Path(name).stem
        stack = load_scenario(f"baseline+{name}+chain-leaders")
        assert settings(stack)["tax.credit_rate"] == 0.1
        assert settings(stack)["leaders.share"] == 1.0
        assert stack.name == f"baseline+{Path(name).stem}+chain-leaders"
    assert load_scenario(f"{here}/my+policy.toml+chain-leaders").inputs[1][0] == "my+policy.toml"
    assert "no+where.toml: there is no such file" in refusal("no+where.toml")
    with pytest.raises(InputError, match="is not a shipped scenario"):
        load_scenario(Path("baseline+chain-leaders"))  # a path is one file


# ------------------------------------------------------------------------------------------ where it is used


def test_the_commands_take_stacks(here):
    def zhizao(*arguments: str) -> Result:
        return CliRunner().invoke(cli.program, list(arguments), prog_name="zhizao")

    shown = zhizao("scenarios", "show", "chain-leaders+light-vouchers", "--resolved", "--format", "json")
    values = {row["key"]: row for row in json.loads(shown.stdout)["resolved"]}
    assert values["leaders.share"]["file"] == "chain-leaders.toml"
    assert values["provider_discount.state_share"]["file"] == "light-vouchers.toml"
    changed = zhizao(
        "scenarios", "show", "chain-leaders+demand-slump", "--set", "leaders.share=0.7", "--format", "json"
    )
    assert json.loads(changed.stdout)["changes"][-1]["set"] == {"leaders.share": 0.7}
    arguments = ["baseline", "baseline+chain-leaders+light-vouchers", "--draws", "2", "--n-firms", "40", "--quiet"]
    compared = zhizao("compare", *arguments, "--calibration", "prior", "--format", "json")
    entry = json.loads(compared.stdout)["scenarios"][1]
    assert entry["name"] == "baseline+chain-leaders+light-vouchers"
    assert entry["title"] == "All chain leaders take part + Vouchers for light products"
    wrong = zhizao("scenarios", "show", "double-grants+halved-grants")
    assert wrong.exit_code == 2
    assert "both decide grants" in wrong.stderr


def test_a_stored_comparison_says_how_to_ask_for_its_stacks(here):
    write("mine.toml", ON_BASELINE + CHANGE + "set.tax.credit_rate = 0.1\n")
    names = ["baseline+chain-leaders", "chain-leaders+mine.toml"]
    compare(names, draws=1, n_firms=30, calibration="prior", workers=1).write(here / "out")
    stored = read(here / "out").record["settings"]["scenarios"]
    assert [load_scenario(name).name for name in stored] == ["baseline+chain-leaders", "chain-leaders+mine"]
