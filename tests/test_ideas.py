"""The user's own ideas, from one file outside the package: what they give, and what is said where they are wrong."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import zhizao as zz
from zhizao.errors import InputError
from zhizao.ideas.declare import OwnInstrument, outcome
from zhizao.ideas.file import VARIABLE, ideas_in_force, use_ideas
from zhizao.rules import attention, business, market, progress, support, value

EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "ideas.py"
SMALL = {"n_firms": 60, "seed": 3, "workers": 1}


@pytest.fixture(autouse=True)
def no_file_of_ideas(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def in_a_process(code: str, ideas: Path | None = None, **environment_too: str) -> str:
    """Run some Python in a fresh process, with a file of ideas in force."""
    environment = dict(os.environ) | ({VARIABLE: str(ideas)} if ideas else {}) | environment_too
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# ------------------------------------------------------------------------------------------------ instruments


class LevyOnNothing(OwnInstrument):
    """An instrument that only spends."""

    def act(self, district):
        district.spend(0.5)


class OwnCampaign(OwnInstrument):
    """The built-in campaign, as an own idea."""

    start = "2024-03"

    def act(self, district):
        district.set("campaign.rate", 0.7)


def test_an_instrument_that_sets_a_lever_is_the_lever_to_the_bit():
    baseline = zz.load_scenario("baseline")
    own = zz.compare([baseline, baseline.with_instruments(OwnCampaign)], draws=3, **SMALL)
    built_in = zz.compare([baseline, baseline.with_changes({"campaign.rate": 0.7}, start="2024-03")], draws=3, **SMALL)
    for here, there in zip(own.compared, built_in.compared, strict=True):
        assert {name: values.tobytes() for name, values in here.outcomes.items()} == {
            name: values.tobytes() for name, values in there.outcomes.items()
        }
    assert (
        own.compared[1].outcomes["public_spend_total"].tobytes() != own.first.outcomes["public_spend_total"].tobytes()
    )


def test_money_that_an_instrument_spends_is_public_money_with_a_line_of_its_own():
    baseline = zz.load_scenario("baseline")
    done = zz.compare([baseline, baseline.with_instruments(LevyOnNothing)], draws=2, **SMALL)
    plain, levied = done.compared
    more = levied.outcomes["public_spend_total"] - plain.outcomes["public_spend_total"]
    assert more == pytest.approx([0.5 * 24] * 2)
    services = levied.outcomes["service_cost_total"] - plain.outcomes["service_cost_total"]
    assert services == pytest.approx([0.5 * 24] * 2)
    assert levied.outcomes["level2_share_true_end"].tobytes() == plain.outcomes["level2_share_true_end"].tobytes()
    lines = {(line["instrument"], line["line"]): line["mean"] for line in levied.instrument_lines()}
    assert lines["levy_on_nothing", "spending"] == lines["levy_on_nothing", "administration"] == pytest.approx(12.0)
    assert all(account.closes() for account in levied.accounts)


def test_what_is_handed_to_firms_with_nothing_asked_is_deadweight():
    class Bonus(OwnInstrument):
        service = False

        def act(self, district):
            district.spend(1.0)

    done = zz.compare([zz.load_scenario("baseline").with_instruments(Bonus)], draws=1, **SMALL)
    lines = {(line["instrument"], line["line"]): line["mean"] for line in done.first.instrument_lines()}
    assert lines["bonus", "deadweight"] == pytest.approx(24.0)


def test_an_instrument_sees_the_month_before():
    seen = []

    class Watcher(OwnInstrument):
        start = "2024-02"

        def act(self, district):
            seen.append((district.month, district.last("level2_share"), district.last("public_spend")))

    run = zz.run(zz.load_scenario("baseline").with_instruments(Watcher), n_firms=60, until="2024-06")
    assert [month for month, *_ in seen] == ["2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]
    first = run.months.index("2024-01")
    for place, (_, share, spent) in enumerate(seen):
        assert share == run.series["level2_share"][first + place]
        assert spent == pytest.approx(run.series["public_spend"][first + place])


@pytest.mark.parametrize("build", ["engine", "mesa"])
def test_an_instrument_sees_what_it_and_others_have_spent(build):
    from zhizao import mesa_model

    seen = []

    class Spender(OwnInstrument):
        def act(self, district):
            district.spend(3.0)

    class Watcher(OwnInstrument):
        start = "2024-02"

        def act(self, district):
            seen.append((district.last("public_spend"), district.last("service_cost")))

    scenario = zz.load_scenario("baseline").with_instruments(Spender, Watcher)
    model = {} if build == "engine" else {"model": mesa_model.DistrictModel}
    run = zz.run(scenario, n_firms=20, until="2024-04", **model)
    first = run.months.index("2024-01")
    for name, found in zip(("public_spend", "service_cost"), zip(*seen, strict=True), strict=True):
        assert found == pytest.approx(run.series[name][first : first + 3])
    assert min(service for _, service in seen) >= 3.0


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda self, district: district.set("campaign.rat", 1), "campaign.rate"),
        (lambda self, district: district.set("grants.rate", 5), "grants.rate"),
        (lambda self, district: district.spend(-1), "a number from 0 up"),
        (lambda self, district: district.spend(math.nan), "a number from 0 up"),
        (lambda self, district: district.last("level5"), "level5"),
        (lambda self, district: 1 / 0, "ZeroDivisionError"),
    ],
    ids=["unknown lever", "out of bounds", "negative", "not a number", "unknown series", "fails"],
)
def test_a_faulty_instrument_is_named_with_its_month(act, words):
    kind = type("Faulty", (OwnInstrument,), {"act": act})
    with pytest.raises(InputError, match=words) as caught:
        zz.run(zz.load_scenario("baseline").with_instruments(kind), n_firms=20, until="2024-02")
    assert "instrument faulty, 2024-01" in str(caught.value)


def test_what_cannot_be_an_instrument_is_refused():
    baseline = zz.load_scenario("baseline")
    with pytest.raises(InputError, match="not an instrument"):
        baseline.with_instruments(int)
    with pytest.raises(InputError, match="twice"):
        baseline.with_instruments(OwnCampaign, OwnCampaign)
    with pytest.raises(InputError, match="2024-01"):
        baseline.with_instruments(type("Early", (OwnInstrument,), {"start": "2020-01", "act": lambda *_: None}))
    with pytest.raises(InputError, match="small letters"):
        type("Bad", (OwnInstrument,), {"name": "Bad name"})


# --------------------------------------------------------------------------------------------------- outcomes


@outcome(unit="share of firms", english="the reported share, as an own idea", better=1)
def own_share(run):
    return run.series("level2_share")[-1]


@outcome(unit="firms")
def firms_above_70(run):
    return (run.firms["score"] > 70).sum()


@outcome(unit="million RMB")
def more_money(run):
    return run.series("public_spend")[72:].sum() - run.reference.series("public_spend")[72:].sum()


def test_an_outcome_equals_the_same_thing_built_in():
    done = zz.compare(["baseline", "no-grants"], draws=2, outcomes=[own_share, more_money, firms_above_70], **SMALL)
    for entry in done.compared:
        assert entry.outcomes["own_share"].tobytes() == entry.outcomes["level2_share_end"].tobytes()
        assert entry.outcomes["more_money"] == pytest.approx(entry.outcomes["additional_public_spend"])
        assert (entry.outcomes["firms_above_70"] >= 0).all()
    table = done.table()
    assert ("no-grants", "own_share") in table.index
    assert "own_share" in json.dumps(done.to_dict())
    assert {"own_share", "firms_above_70"} <= set(done.to_frame()["variable"])
    run = zz.run("baseline", n_firms=60, outcomes=[own_share])
    assert run.outcomes["own_share"] == run.outcomes["level2_share_end"]


@pytest.mark.parametrize(
    ("function", "words"),
    [(lambda run: run.series("nothing"), "nothing"), (lambda run: "many", "a number"), (lambda run: 1 / 0, "Zero")],
)
def test_a_faulty_outcome_is_named(function, words):
    function.__name__ = "faulty"
    with pytest.raises(InputError, match=words) as caught:
        zz.run("baseline", n_firms=20, outcomes=[outcome(unit="firms")(function)])
    assert "outcome faulty" in str(caught.value)


def test_an_outcome_cannot_take_the_name_of_another():
    def target_met(run):
        return 0.0

    with pytest.raises(InputError, match="target_met"):
        zz.compare(["baseline"], draws=1, outcomes=[outcome(unit="firms")(target_met)], **SMALL)


# --------------------------------------------------------------------------------------- a model of one's own


def test_a_model_of_the_users_own_runs_in_place_of_the_engine():
    from zhizao import mesa_model

    plain = zz.compare(["baseline", "no-grants"], draws=2, **SMALL)
    mesa = zz.compare(["baseline", "no-grants"], draws=2, model=mesa_model.DistrictModel, **SMALL)
    for here, there in zip(plain.compared, mesa.compared, strict=True):
        for name in ("level2_share_end", "level2_share_true_end", "projects_started_total"):
            assert here.outcomes[name].tolist() == there.outcomes[name].tolist()
        assert here.outcomes["public_spend_total"] == pytest.approx(there.outcomes["public_spend_total"])
        assert here.groups["sector"] == pytest.approx(there.groups["sector"], nan_ok=True)
    account = mesa.to_dict()["scenarios"][0]["subsidy_account"]
    assert account["spending"] == pytest.approx(plain.to_dict()["scenarios"][0]["subsidy_account"]["spending"])
    assert account["additional"] is None  # its parts rest on the engine's log


def test_an_instrument_acts_alike_in_both_builds():
    from zhizao import mesa_model

    class Adaptive(OwnInstrument):
        def act(self, district):
            if district.last("projects_started") < 3:
                district.set("campaign.rate", 2.0)
                district.set("grants.rate.light", 0.6)
                district.spend(0.25)

    scenario = zz.load_scenario("baseline").with_instruments(Adaptive)
    here = zz.run(scenario, n_firms=60)
    there = zz.run(scenario, n_firms=60, model=mesa_model.DistrictModel)
    for name, values in here.series.items():
        assert values == pytest.approx(there.series[name], rel=1e-9, abs=1e-9), name
    assert here.outcomes["service_cost_total"] > 0


# ------------------------------------------------------------------------------------------ the file, and rules


def test_the_page_lists_every_rule_where_it_is():
    page = (EXAMPLE.parent.parent / "OWN-RULE.md").read_text(encoding="utf-8")
    listed = page.partition("<!-- rules:")[2].partition("<!-- end of rules -->")[0]
    found = {
        (file, rule)
        for file, names in re.findall(r"`(\w+)\.py`: ((?:`\w+`(?:, )?)+)", listed)
        for rule in re.findall(r"`(\w+)`", names)
    }
    modules = (attention, business, market, progress, support, value)
    assert found == {(module.__name__.rpartition(".")[2], rule) for module in modules for rule in module.__all__}


def test_two_stored_studies_are_compared_draw_by_draw(tmp_path):
    """The example of the page on a rule of one's own, with another number in place of another rule."""
    script, name = EXAMPLE.with_name("two_rules.py"), "projects_started_total"
    asked = {"draws": 4, **SMALL}
    plain = zz.compare(["baseline", "no-grants"], **asked)
    mine = zz.compare(["baseline", "no-grants"], **asked, settings={"attention.spontaneous_rate": 0.9})
    plain.write(tmp_path / "plain")
    mine.write(tmp_path / "mine")
    command = [sys.executable, str(script), str(tmp_path / "plain"), str(tmp_path / "mine"), name]
    done = subprocess.run([*command, str(tmp_path / "rule.png")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    changed = [
        there.outcomes[name] - here.outcomes[name] for here, there in zip(plain.compared, mine.compared, strict=True)
    ]
    printed = re.findall(r"  ([\w-]+): (\S+) ", done.stdout)
    assert [label for label, _ in printed] == ["baseline", "no-grants", "no-grants"]
    means = [changed[0].mean(), changed[1].mean(), (changed[1] - changed[0]).mean()]
    assert [float(mean) for _, mean in printed] == pytest.approx(means, abs=1e-4)
    assert (tmp_path / "rule.png").read_bytes().startswith(b"\x89PNG")


def test_a_file_of_ideas_is_read(monkeypatch):
    monkeypatch.setenv(VARIABLE, str(EXAMPLE))
    found = ideas_in_force()
    assert set(found.outcomes) == {"months_to_half"}
    assert set(found.instruments) == {"campaign_when_slow"}
    assert set(found.rules) == {"looking_rate"}
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = (", "line 1: is not Python"),
        ("import zhizao\n\n1 / 0\n", "line 3: ZeroDivisionError"),
        ("x = 1\n", "declares no idea"),
        ("import zhizao as zz\n@zz.outcome(unit='firms', better=3)\ndef a(run): return 1.0\n", "better = 3"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path, text, words):
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        use_ideas(file)
    assert "mine.py" in str(caught.value)
    assert VARIABLE not in os.environ


def test_what_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.py"):
        with pytest.raises(InputError, match="is not a file"):
            use_ideas(path)


def test_rules_come_too_late_once_the_engine_is_loaded():
    with pytest.raises(InputError, match="before the first study"):
        use_ideas(EXAMPLE)


RULE = """
import zhizao as zz

@zz.rule
def looking_rate(spontaneous, contagion, exposed, visit, deadline, leader, stakes):
    return spontaneous + contagion * exposed + visit + 0.0 * deadline + leader + stakes
"""
SHARES = """
import json, zhizao as zz
run = zz.run("baseline", n_firms=60, seed=3, settings={settings})
print(json.dumps(run.series["level2_share_true"].tolist()))
"""


@pytest.mark.slow
def test_a_rule_equals_the_same_thing_built_in(tmp_path):
    """Without deadlines in the rule, and with the deadline's rate set to nothing: the same to the bit."""
    file = tmp_path / "rule.py"
    file.write_text(RULE, encoding="utf-8")
    own = json.loads(in_a_process(SHARES.replace("{settings}", "{}"), file))
    built_in = json.loads(in_a_process(SHARES.replace("{settings}", "{'attention.deadline_rate': 0.0}")))
    plain = json.loads(in_a_process(SHARES.replace("{settings}", "{}")))
    assert own == built_in
    assert own != plain


STEEPER = """
@zz.rule
def looking_rate(spontaneous, contagion, exposed, visit, deadline, leader, stakes):
    crowd = 20.0 if exposed > 0.3 else 1.0
    return max(spontaneous + crowd * contagion * exposed + visit + deadline + leader - 0.5 * stakes, 0.0)
"""
LIKELIER = """
@zz.rule
def looking_probability(rate):
    return min(rate / 4.0, 0.9)
"""
RUMOURS_TIRE = """
@zz.rule
def hearing_probability(media_rate, campaign_rate, word_rate, supported_share):
    return 0.3 * (1.0 - supported_share)
"""
BOTH_BUILDS = """
import json, zhizao as zz
from zhizao import mesa_model
asked = {"n_firms": 20, "seed": 3, "until": "2024-01"}
for model in ({}, {"model": mesa_model.DistrictModel}):
    run = zz.run("baseline", **asked, **model)
    print(json.dumps([run.series["projects_started"].tolist(), run.series["level2_share"].tolist()]))
"""


@pytest.mark.parametrize("rule", ["", STEEPER, LIKELIER, RUMOURS_TIRE], ids=["none", "steeper", "likelier", "rumours"])
def test_the_engine_asks_all_whom_a_rule_of_ones_own_may_move(tmp_path, rule):
    """The engine leaves out firms that would not look under the rules that ship; the Mesa model asks every firm."""
    file = tmp_path / "rule.py"
    file.write_text(f"import zhizao as zz\n{rule}", encoding="utf-8")
    found = in_a_process(BOTH_BUILDS, file if rule else None, NUMBA_DISABLE_JIT="1")
    engine, mesa = map(json.loads, found.splitlines())
    assert sum(engine[0]) > 0
    assert engine == mesa


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("def looking_rates(a): return a", "replaces nothing"),
        ("def looking_rate(a): return a", "must take (spontaneous, contagion"),
    ],
)
def test_a_rule_that_fits_nothing_is_refused(tmp_path, rule, words):
    file = tmp_path / "rule.py"
    file.write_text(f"import zhizao as zz\n@zz.rule\n{rule}\n", encoding="utf-8")
    code = "import zhizao\ntry:\n    import zhizao.rules\nexcept ValueError as error:\n    print(error)"
    assert words in in_a_process(code, file)


@pytest.mark.slow
def test_the_example_runs_on_the_command_line(tmp_path):
    command = [
        sys.executable,
        "-m",
        "zhizao",
        "--ideas",
        str(EXAMPLE),
        "compare",
        "baseline",
        "baseline+campaign_when_slow",
        "--draws",
        "2",
        "--n-firms",
        "60",
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [entry["name"] for entry in found["scenarios"]] == ["baseline", "baseline+campaign_when_slow"]
    assert "months_to_half" in found["scenarios"][1]["outcomes"]
