"""Policies that adapt: a change that depends on a published figure, looked at once in a month that a file names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zhizao as zz
from odd_model.month import District
from odd_model.signposts import figure
from small_district import differences
from test_odd_model import differences as differences_from_page
from test_twins import FIRM_TOLERANCE, SERIES_TOLERANCE, Case, Largest, compare_district, compare_firms, random_case
from test_twins import random_policy as random_policy_of
from zhizao.calendar import BRANCH_MONTH, month_index
from zhizao.engine.adapting import Adapting
from zhizao.engine.history import history_of
from zhizao.engine.simulation import Setting, continue_run, run_branches, run_history, run_one
from zhizao.engine.state import World, new_world
from zhizao.errors import InputError
from zhizao.evidence.published import published, published_value
from zhizao.parameters.registry import Parameters
from zhizao.policy.adapting import AdaptivePlan, Course
from zhizao.policy.conditional import signposts_of
from zhizao.policy.offers import monthly_offers
from zhizao.policy.schedule import Block
from zhizao.policy.signposts import Signpost
from zhizao.population.district import build_district
from zhizao.results.variables import series
from zhizao.scenario.adapting import adaptive_plan, settled
from zhizao.scenario.scenario import Scenario

mesa_model = pytest.importorskip("zhizao.mesa_model")

HEAD = 'format = 1\ntitle = "t"\nquestion = "q"\nsource = "s"\n'
MORE = "\n[changes.multiply.specialists]\ncount = 3.0\n"
AT = "2024-06"


def read(folder: Path, text: str, head: str = HEAD + 'extends = "baseline"\n') -> Scenario:
    path = folder / "adaptive.toml"
    path.write_text(head + text, encoding="utf-8")
    return zz.load_scenario(path)


def hanging(when: str, more: str = MORE, at: str = AT, beside: str = "") -> str:
    return f'\n[[changes]]\nwhen = "{when}"\nat = "{at}"\n{beside}{more}'


def problems(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    return "\n".join(caught.value.problems)


# ----------------------------------------------------------------------------------- what a file says


def test_a_change_hangs_on_a_figure(tmp_path: Path) -> None:
    scenario = read(tmp_path, hanging("diagnoses < 100", beside='until = "2025-03"\nover = 6\n'))
    block = scenario.blocks[-1]
    assert (block.start, block.end) == (month_index(AT), month_index("2025-03"))
    assert block.when == Signpost(at=month_index(AT), series="diagnoses", relation="<", bound=100.0, over=6)
    assert str(block.when) == "2024-06: diagnoses < 100, 6 months"
    assert scenario.policies() == zz.load_scenario("baseline").policies()
    held = settled(scenario, signposts_of(scenario.blocks)).policies()
    before = scenario.policies()[80].specialists.count
    counts = [held[month_index(month)].specialists.count for month in ("2024-05", AT, "2025-03", "2025-04")]
    assert counts == [before, 3 * before, 3 * before, before]


def test_a_change_may_begin_some_months_after_it_is_decided(tmp_path: Path) -> None:
    scenario = read(tmp_path, hanging("level2_share < 0.8", beside='from = "2024-09"\n'))
    assert scenario.blocks[-1].start == month_index("2024-09")
    assert scenario.blocks[-1].when == Signpost(at=month_index(AT), series="level2_share", relation="<", bound=0.8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (hanging("diagnosis < 100"), "there is no series 'diagnosis'; did you mean 'diagnoses'?"),
        (hanging("cost_of_tea < 1"), "there is no series 'cost_of_tea'; these can be seen: level1_share"),
        (hanging("level2_share_true < 0.8"), "nobody knows but by its own report; level2_share is what is reported"),
        (hanging("provider_price > 1.2"), "no government sees provider_price: nobody publishes an index"),
        (hanging("light_started < 10"), "no government sees light_started: it is counted from the log"),
        (hanging("score_start < 10"), "no government sees score_start: it is known at the start only"),
        (hanging("level2_share < 80"), "level2_share is a share of firms, from 0 to 1; write 0.8 for 80 %"),
        (hanging("level2_share < most"), "'most' must be a number, in share of firms"),
        (hanging("awards < nan"), "'nan' must be a number, in applications"),
        (hanging("level2_share is low"), "write a published series, <, <=, > or >=, and a number"),
        (hanging("level2_share < 0.8", at="2023-06"), "at = '2023-06' is in the past; name a month from 2024-01 on"),
        (hanging("level2_share < 0.8", at="soon"), "at = 'soon' is not a month"),
        (hanging("level2_share < 0.8", beside='from = "2024-03"\n'), "before at = '2024-06', in which it is decided"),
        (hanging("level2_share < 0.8", beside='until = "2024-03"\n'), "until = '2024-03' is before from = '2024-06'"),
        (hanging("level2_share < 0.8", beside="over = 12\n"), "level2_share is what there is at the end of a month"),
        (hanging("awards < 8", beside="over = 0\n"), "over = 0: it must be whole months, from 1 to 60"),
        (hanging("awards < 8", beside='announced = "2024-02"\n'), "whether the change comes is not known before"),
        (hanging("awards < 8", more="\n[changes.set.context]\ndemand = 0.8\n"), "no policy; a change with when cannot"),
        (f'\n[[changes]]\nwhen = "awards < 8"\n{MORE}', "at is missing beside when; name the month"),
        (f'\n[[changes]]\nfrom = "{AT}"\nat = "{AT}"\n{MORE}', "at is for a change with when"),
        (f"\n[[changes]]\n{MORE}", 'key from is missing; write from = "2024-01" (change 1)'),
        ("".join(hanging(f"awards < {n}") for n in range(7)), "depend on 7 conditions; at most 6"),
        (
            hanging("awards < 8", more="\n[changes.multiply.grants]\nadvance_share = 3.0\n")
            + '\n[[changes]]\nfrom = "2024-01"\n[changes.set.grants]\nadvance_share = 0.5\n',
            "grants.advance_share = 1.5",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path, text)
    assert said in found
    assert "adaptive.toml" in found


def test_a_lever_cannot_be_decided_twice_in_a_stack(tmp_path: Path) -> None:
    read(tmp_path, hanging("level2_share < 0.8"))
    with pytest.raises(InputError, match="both decide specialists"):
        zz.load_scenario(f"services-surge+{tmp_path / 'adaptive.toml'}")
    stack = zz.load_scenario(f"double-grants+{tmp_path / 'adaptive.toml'}")
    assert len(signposts_of(stack.blocks)) == 1


def test_two_ways_that_exclude_each_other_are_no_remark(tmp_path: Path) -> None:
    both = hanging("level2_share < 0.8") + hanging("level2_share >= 0.8", MORE.replace("3.0", "0.5"))
    assert read(tmp_path, both).remarks == ()


def test_every_series_is_published_or_says_why_not() -> None:
    names = set(published())
    assert {"level2_share", "diagnoses", "awards", "public_spend", "budget_used", "paid_grants", "output"} <= names
    assert not {name for name in names if name.endswith("_true")}


# ----------------------------------------------------------------------------------- to the bit


def settings_of(scenario: Scenario, seed: int = 5, firms: int = 120) -> Setting:
    par = Parameters().changed({**scenario.parameter_changes, "population.firms": firms})
    district = build_district(par, seed, months=96, network=scenario.network)
    return Setting(district=district, parameters=par, seed=seed)


def run_fixed(scenario: Scenario, setting: Setting) -> World:
    return run_one(setting, monthly_offers(scenario.policies(96), setting.parameters))


def run_adapting(scenario: Scenario, setting: Setting) -> tuple[World, Adapting]:
    plan = adaptive_plan(scenario, 96)
    assert plan is not None
    turns = Adapting(plan, setting.parameters)
    offers = monthly_offers(scenario.policies(96), setting.parameters)
    return run_branches(setting, {"only": offers}, adapting={"only": turns})["only"], turns


@pytest.mark.parametrize("at", ["2024-01", "2024-06", "2025-12"])
@pytest.mark.parametrize("change", ["specialists]\ncount", "grants]\nrate", "assessment]\ninflation_cut"])
def test_what_never_holds_changes_nothing_and_what_always_holds_is_the_change(
    tmp_path: Path, at: str, change: str
) -> None:
    more = f"\n[changes.set.{change} = 0.9\n"
    setting = settings_of(zz.load_scenario("baseline"))
    for when, held in (("level2_share < 0", False), ("level2_share >= 0", True)):
        adaptive = read(tmp_path, hanging(when, more, at=at))
        fixed = zz.load_scenario("baseline")
        if held:
            fixed = read(tmp_path, f'\n[[changes]]\nfrom = "{at}"{more}')
        world, turns = run_adapting(adaptive, setting)
        assert [one.held for one in turns.seen] == [held]
        other = run_fixed(fixed, setting)
        assert not differences(world, other, leave_out=("foreseen",))


def test_what_is_seen_is_what_has_been_published_by_then(tmp_path: Path) -> None:
    """A stock of the month before; a flow over a year, or over the months that are named."""
    scenario = read(
        tmp_path, hanging("level2_share < 0.5") + hanging("awards < 5") + hanging("awards < 5", beside="over = 3\n")
    )
    setting = settings_of(scenario)
    world, turns = run_adapting(scenario, setting)
    found, at = series(history_of(world)), month_index(AT)
    seen = [one.value for one in turns.seen]
    assert seen == [
        found["level2_share"][at - 1],
        found["awards"][at - 12 : at].sum(),
        found["awards"][at - 3 : at].sum(),
    ]


def test_later_decisions_are_made_on_what_the_earlier_ones_brought(tmp_path: Path) -> None:
    """The second looks at what the first pays: it holds only where the first did."""
    first = hanging("level2_share < {}", "\n[changes.set.diagnosis]\nvalue = 0.1\n", at="2024-02")
    second = hanging("paid_diagnosis > 0.0", at="2025-01", beside="over = 10\n")
    off = '\n[[changes]]\nfrom = "2024-01"\noff = ["diagnosis"]\n'
    for bound, held in ((1, True), (0, False)):
        scenario = read(tmp_path, off + first.format(bound) + second)
        _, turns = run_adapting(scenario, settings_of(scenario))
        assert [one.held for one in turns.seen] == [held, held]


def test_branches_share_their_history_and_their_luck(tmp_path: Path) -> None:
    """Run together with others, in any order, an adaptive policy is what it is alone."""
    adaptive = read(tmp_path, hanging("level2_share >= 0"))
    setting = settings_of(adaptive)
    alone, _ = run_adapting(adaptive, setting)
    plan = adaptive_plan(adaptive, 96)
    assert plan is not None
    offers = {
        name: monthly_offers(zz.load_scenario(name).policies(96), setting.parameters)
        for name in ("baseline", "double-grants", "no-programme")
    }
    own = {"own": offers["baseline"]}
    for courses in ({**own, **offers}, {**offers, **own}):
        turns = {"own": Adapting(plan, setting.parameters)}
        worlds = run_branches(setting, courses, adapting=turns)
        assert not differences(worlds["own"], alone)
        assert not differences(worlds["baseline"], run_one(setting, offers["baseline"]))
        assert not differences(worlds["double-grants"], run_one(setting, offers["double-grants"]))


def test_a_future_adapts_too(tmp_path: Path) -> None:
    """What goes on from a stored history is what runs through, also where numbers change at the branch."""
    adaptive = read(tmp_path, hanging("level2_share >= 0", at="2024-01") + hanging("awards < 1e6", MORE, "2025-01"))
    setting = settings_of(adaptive)
    whole, _ = run_adapting(adaptive, setting)
    plan = adaptive_plan(adaptive, 96)
    assert plan is not None
    offers = monthly_offers(adaptive.policies(96), setting.parameters)
    past = run_history(setting, offers, BRANCH_MONTH)
    later = continue_run(past, offers, BRANCH_MONTH, adapting=Adapting(plan, setting.parameters))
    assert not differences(later, whole)
    par = setting.parameters.record()
    again = continue_run(past, offers, BRANCH_MONTH, par, adapting=Adapting(plan, setting.parameters))
    assert not differences(again, whole, leave_out=("offers", "par", "terms"))


# ----------------------------------------------------------------------------------- twins


def random_plan(number: int, case: Case) -> AdaptivePlan:
    """Two signposts on random published series; each decides a random policy, from some months later on."""
    chance = np.random.default_rng([2027, number])
    history = history_of(run_one(setting_of(case), case.offers, case.foreseen))
    found: list[tuple[Signpost, int]] = []
    for at in sorted(int(month) for month in chance.choice(np.arange(20, len(case.policies) - 12), 2, replace=False)):
        one = list(published().values())[int(chance.integers(len(published())))]
        over = int(chance.integers(1, 15)) if one.kind == "flow" else 0
        plain = Signpost(at=at, series=one.name, relation="<", bound=0.0, over=over)
        bound = published_value(plain, history) * float(chance.choice([0.7, 1.3])) + 0.01
        relation = str(chance.choice(["<", "<=", ">", ">="]))
        found.append((replace(plain, bound=bound, relation=relation), at + int(chance.integers(0, 6))))  # type: ignore[arg-type]
    stages = [random_policy_of(chance, number), random_policy_of(chance, number + 1)]

    def course(held: Collection[Signpost]) -> Course:
        policies = list(case.policies)
        for (signpost, first), stage in zip(found, stages, strict=True):
            if signpost in held:
                policies[first:] = [stage] * (len(policies) - first)
        return Course(policies, case.announced)

    return AdaptivePlan([signpost for signpost, _ in found], course)


def setting_of(case: Case) -> Setting:
    return Setting(district=case.district, parameters=case.parameters, seed=case.seed)


def engine_of(case: Case, plan: AdaptivePlan) -> tuple[World, Adapting]:
    world = new_world(case.district, case.parameters.record(), case.offers, case.seed, foreseen=case.foreseen)
    return world, Adapting(plan, case.parameters)


def mesa_of(case: Case, plan: AdaptivePlan) -> Any:
    return mesa_model.DistrictModel(
        rng=case.seed,
        parameters=case.parameters,
        district=case.district,
        policies=case.policies,
        announced=case.announced,
        adaptive=plan,
    )


def compare_twins(number: int) -> list[bool]:
    """Compare both builds month by month; return what held."""
    case = random_case(number)
    plan = random_plan(number, case)
    world, turns = engine_of(case, plan)
    model = mesa_of(case, plan)
    firms, district = Largest(FIRM_TOLERANCE), Largest(SERIES_TOLERANCE)
    for month in range(len(case.policies)):
        world = turns.go_on(world, month, month + 1)
        model.step()
        compare_firms(world, model, month + 1, firms)
        compare_district(world, model, month, district)
    assert [one.held for one in turns.seen] == [one.held for one in model.outlook.seen]
    assert [one.value for one in turns.seen] == pytest.approx([one.value for one in model.outlook.seen], rel=1e-9)
    whole = run_branches(
        setting_of(case),
        {"only": case.offers},
        foreseen={"only": case.foreseen},
        adapting={"only": Adapting(plan, case.parameters)},
    )["only"]
    assert not differences(whole, world)
    page = District(
        case.parameters,
        case.policies,
        case.seed,
        network=case.district.network,
        announced=case.announced,
        adaptive=plan,
    )
    page.run()
    assert [one.signpost for one in turns.seen if one.held] == page.outlook.held
    assert not differences_from_page(whole, page)
    return [one.held for one in turns.seen]


def test_twins_agree_where_policy_adapts() -> None:
    """The engine, the Mesa model and the model built from the page decide alike, and their firms are the same."""
    held = [one for number in range(5) for one in compare_twins(number)]
    assert 2 <= sum(held) <= 8


@pytest.mark.slow
@pytest.mark.parametrize("number", range(5, 20))
def test_more_twins(number: int) -> None:
    compare_twins(number)


def test_every_published_series_is_the_same_in_all_three() -> None:
    """Each is looked at in one run; a figure that one build lacks is named by it."""
    case = random_case(1)
    at = len(case.policies) - 6
    posts = [
        Signpost(at=at, series=name, relation=">=", bound=0.0, over=7 if one.kind == "flow" else 0)
        for name, one in published().items()
    ]
    plan = AdaptivePlan(posts, lambda held: Course(case.policies, case.announced))
    world, turns = engine_of(case, plan)
    turns.go_on(world, 0, len(case.policies))
    model = mesa_of(case, plan)
    model.run_model()
    by_page = District(
        case.parameters, case.policies, case.seed, network=case.district.network, announced=case.announced
    )
    by_page.run()
    for one, other in zip(turns.seen, model.outlook.seen, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-9, abs=1e-9), one.signpost
        assert one.value == pytest.approx(figure(one.signpost, by_page), rel=1e-9, abs=1e-9), one.signpost


# ----------------------------------------------------------------------------------- studies


def test_a_comparison_is_paired_draw_by_draw(tmp_path: Path) -> None:
    """In each draw the adaptive policy is to the bit one of its two fixed ones, and both happen."""
    adaptive = read(tmp_path, hanging("level2_share < 0.72"))
    never = replace(settled(adaptive), name="never")
    always = replace(settled(adaptive, signposts_of(adaptive.blocks)), name="always")
    found = zz.compare([never, adaptive, always], draws=12, workers=1)
    one, mine, other = (entry.outcomes["level2_share_true_end"] for entry in found.compared)
    held = mine == other
    assert ((mine == one) | held).all()
    apart = one != other
    assert 0 < (held & apart).sum() < apart.sum()
    [line] = found.compared[1].signpost_lines()
    assert line["held"] == held.mean()
    assert found.to_dict()["scenarios"][1]["signposts"] == [line]
    assert "signposts" not in found.to_dict()["scenarios"][0]
    spent = [entry.account.spending for entry in found.compared]
    assert spent[0] < spent[1] < spent[2]
    residual = [entry.account.spending - sum(entry.account.parts().values()) for entry in found.compared]
    assert residual == pytest.approx([0.0] * 3, abs=1e-6)


def test_a_run_says_what_was_seen(tmp_path: Path) -> None:
    found = zz.run(read(tmp_path, hanging("awards >= 0")))
    [line] = found.to_dict()["signposts"]
    assert (line["at"], line["when"], line["over"], line["held"]) == (AT, "awards >= 0", 12, True)
    assert line["value"] == found.series["awards"][month_index(AT) - 12 : month_index(AT)].sum()
    assert "signposts" not in zz.run("baseline").to_dict()


def test_a_stored_study_that_adapts_is_run_again(tmp_path: Path) -> None:
    """From its files; where they have changed, the record alone does not say what it does."""
    adaptive = read(tmp_path, hanging("level2_share < 0.72"))
    zz.run(adaptive).write(tmp_path / "stored")
    record = tmp_path / "stored" / "run.json"
    assert zz.rerun(record).same
    read(tmp_path, hanging("level2_share < 0.5"))
    with pytest.raises(InputError, match="depends on what a run shows"):
        zz.rerun(record)


def test_the_users_own_model_and_instrument_go_with_it(tmp_path: Path) -> None:
    """An instrument sees the policy that has been decided, in the engine and in a Mesa model alike."""

    class Watcher(zz.OwnInstrument):
        english, chinese, start = "watcher", "观察", "2024-03"

        def act(self, district: Any) -> None:
            district.spend(float(district.policy.specialists.count))

    adaptive = read(tmp_path, hanging("level2_share >= 0")).with_instruments(Watcher)
    engine = zz.run(adaptive, n_firms=60)
    mesa = zz.run(adaptive, n_firms=60, model=mesa_model.DistrictModel)
    spent = engine.outcomes["public_spend_total"]
    assert spent == pytest.approx(mesa.outcomes["public_spend_total"], rel=1e-9)
    plain = zz.run(zz.load_scenario("baseline").with_instruments(Watcher), n_firms=60)
    assert engine.ledger["watcher"]["paid"]["district"] > 2 * plain.ledger["watcher"]["paid"]["district"]


def test_blocks_of_a_scenario_without_signposts_are_as_they_were() -> None:
    scenario = zz.load_scenario("double-grants")
    assert settled(scenario) is scenario
    assert adaptive_plan(scenario, 96) is None
    assert all(isinstance(block, Block) and block.when is None for block in scenario.blocks)


def test_a_sweep_and_a_choice_take_it_as_any_scenario(tmp_path: Path) -> None:
    """The same numbers as in a comparison, draw by draw."""
    read(tmp_path, hanging("level2_share >= 0.6"))
    mine = str(tmp_path / "adaptive.toml")
    design = tmp_path / "design.toml"
    design.write_text(
        f'format = 1\ntitle = "t"\nscenarios = ["baseline", "{mine}"]\ndraws = 4\n'
        'calibration = "plan"\n[set]\npopulation.firms = 80\n',
        encoding="utf-8",
    )
    swept = zz.sweep(design, tmp_path / "sweep", workers=1, kind="threads").scalars()
    compared = zz.compare(["baseline", mine], draws=4, n_firms=80, workers=1)
    names = ("level2_share_true_end", "public_spend_total")
    for entry in compared.compared:
        rows = swept[swept["scenario"] == entry.label].sort_values("draw")
        for name in names:
            assert rows[name].to_numpy() == pytest.approx(entry.outcomes[name], rel=1e-6), (entry.label, name)
    apart = [entry.outcomes["public_spend_total"] for entry in compared.compared]
    assert (apart[0] != apart[1]).any()
    chosen = zz.choose(["baseline", mine], draws=4, n_firms=80, structures=["plan"], workers=1)
    assert set(chosen.policies) == {"baseline", "adaptive"}


def test_a_page_writes_it_down_as_it_is(tmp_path: Path) -> None:
    """A change in the words that the dashboard writes files in is read as the same change."""
    view = pytest.importorskip("zhizao.dashboard.view")
    shipped = zz.load_scenario("what-if/vouchers-if-short")
    block = shipped.blocks[-1]
    lines = "\n".join(view._block(block))
    again = read(tmp_path, lines)
    assert again.blocks[-1].when == block.when
    assert again.blocks[-1].settings == block.settings
    assert again.blocks[-1].start == block.start
