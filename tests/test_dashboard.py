"""The dashboard: the page driven without a browser, and the functions behind it."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from browsing import tables_of
from zhizao.commands import cli
from zhizao.dashboard import charts, server
from zhizao.dashboard.downloads import report_page, workbook
from zhizao.dashboard.figures import honest_policy
from zhizao.dashboard.levers import all_inputs, first_inputs, moved
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import empty_register, read_upload
from zhizao.dashboard.server import PAGE
from zhizao.dashboard.view import View, command_lines, own_scenario, scenario_toml, stacked
from zhizao.errors import InputError
from zhizao.parameter_words.amounts import in_its_size
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import entries
from zhizao.register import REGISTER_COLUMNS
from zhizao.report.mix_rows import mix_rows
from zhizao.results.outcomes import OUTCOMES
from zhizao.scenario.scenario import list_scenarios, load_scenario
from zhizao.studies.compare import compare
from zhizao.studies.mixes import read_dials

GOOD = "id,sector,employees,revenue\n" + "".join(f"f{n},equipment,{60 + n},{30 + 5 * n}\n" for n in range(40))
DAMAGED = "id,sector,employees,revenue\na,vehicles,many,40\nb,no_such_sector,60,-3\na,equipment,70,50\n"
BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# ------------------------------------------------------------------------------------------------ levers and words


def test_every_lever_has_an_input_within_its_bounds() -> None:
    made = {entry.key: entry for entry in all_inputs()}
    assert list(made) == [key for spec in lever_specifications().values() for key in entries(spec)]
    for spec in lever_specifications().values():
        for key in entries(spec):
            if spec.choices:
                assert made[key].choices == spec.choices
            else:
                assert (made[key].low, made[key].high) == (spec.low, spec.high)


def test_the_levers_shown_first_are_those_that_reach_turns_over_the_same_ranges() -> None:
    shown = [(made.key, made.low, made.high) for made in first_inputs()]
    assert shown == [(dial.key, dial.low, dial.high) for dial in read_dials()]
    assert all(made.kind == "slider" and made.reason for made in first_inputs())


def test_what_a_slider_adds_by_rounding_is_no_move() -> None:
    start = {"a": 0.4, "b": 3.0, "c": "merit"}
    assert moved({"a": 0.1 + 0.3, "b": 3.0, "c": "merit"}, start) == {}
    assert moved({"a": 0.41000000000000003, "b": 3.0, "c": "lottery"}, start) == {"a": 0.41, "c": "lottery"}


@pytest.mark.parametrize(
    "text", ["[x](http://a)", "![x](y)", "<img src=x>", "**b**", "$x$", ":smile:", "# h", "- a", "1. a"]
)
def test_text_from_files_is_no_markdown(text: str) -> None:
    shown = plain(text)
    assert re.sub(r"\\(.)", r"\1", shown) == text
    assert not re.search(r"(?<!\\)[\[\]<>*$:#`!_]", shown)


# ---------------------------------------------------------------------------------------- a view as a scenario file

VIEWS = [
    View(scenarios=("baseline",)),
    View(scenarios=("services-surge",), levers=(("specialists.count", 200.0), ("grants.allocation", "merit"))),
    View(scenarios=("baseline", "chain-leaders", "light-vouchers"), levers=(("grants.rate.light", 0.55),)),
    View(scenarios=("demand-slump", "provider-shortage")),
    # moved from 2024-01 on, against a change of 2025-01 in a stacked scenario
    View(scenarios=("services-surge", "demand-slump"), levers=(("context.demand", 0.7), ("grants.fund_multiple", 1.5))),
    View(scenarios=("baseline", "front-loaded"), levers=(("grants.rate.light", 0.55), ("grants.fund_multiple", 1.0))),
]


def policies_of_file(view: View, folder: Path) -> Any:
    file = folder / "my-policy.toml"
    file.write_text(scenario_toml(view), "utf-8")
    return load_scenario(file)


@pytest.mark.parametrize("view", VIEWS)
def test_the_scenario_file_means_what_the_page_means(view: View, tmp_path: Path) -> None:
    read, meant = policies_of_file(view, tmp_path), own_scenario(view)
    assert read.policies() == meant.policies()
    assert dict(read.parameter_changes) == dict(meant.parameter_changes)
    assert (read.network, read.title, read.title_zh) == (meant.network, meant.title, meant.title_zh)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), name=st.sampled_from([scenario.name for scenario in list_scenarios()]))
def test_any_lever_of_any_scenario_survives_the_file(
    data: st.DataObject, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = data.draw(st.lists(st.sampled_from(all_inputs()), max_size=5, unique_by=lambda one: one.key))
    levers = []
    for one in made:
        number = (
            st.integers(int(one.low), int(min(one.high, 1e6))).map(float) if one.whole else st.floats(one.low, one.high)
        )
        levers.append((one.key, data.draw(st.sampled_from(one.choices) if one.choices else number)))
    view = View(scenarios=(name,), levers=tuple(levers))
    assert policies_of_file(view, tmp_path_factory.mktemp("view")).policies() == own_scenario(view).policies()


def test_scenarios_that_contradict_each_other_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="both decide"):
        stacked(View(scenarios=("double-grants", "halved-grants")))


def test_a_file_name_with_blanks_or_quotes_is_quoted_in_the_command() -> None:
    compared, _ = command_lines(View(), "my firms'; rm -rf x.csv")
    assert compared.endswith("""--firms 'my firms'"'"'; rm -rf x.csv'""")


# ------------------------------------------------------------------------------------------------------ charts


def rows_of(chart: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chart.to_dict()["datasets"]["rows"]
    return found


def test_the_charts_of_the_page_hold_the_numbers_of_the_comparison() -> None:
    done = compare(["baseline", "services-surge"], draws=3, n_firms=60)
    first, mine = done.to_dict()["scenarios"]
    title = mine["title"]
    road = [row for row in rows_of(charts.road_chart(done, "plan", "true", "en")) if row["month"] == "2025-12"]
    ends = {entry["title"]: 100.0 * entry["series"]["level2_share_true"]["median"][-1] for entry in (first, mine)}
    assert {row["scenario"]: row["median"] for row in road} == pytest.approx(ends, abs=1e-4)
    assert [row["dashed"] for row in road] == [False, True]
    apart = rows_of(charts.difference_chart(done, "en"))
    assert {row["month"] for row in apart} == {"2023-12", *(f"{y}-{m:02}" for y in (2024, 2025) for m in range(1, 13))}
    last = {row["known"]: row["median"] for row in apart if row["month"] == "2025-12"}
    assert last["true"] == pytest.approx(100.0 * mine["difference"]["level2_share_true_end"]["median"])
    drawn = charts.difference_chart(done, "en").to_dict()
    names = [layer for layer in drawn["layer"] if layer["mark"]["type"] == "text"]
    assert names
    for layer in names:  # lines carry their names, and there is no legend
        assert {row["known"] for row in layer["data"]["values"]} == {"as reported", "true"}
    coloured = [layer["encoding"]["color"] for layer in drawn["layer"] if "color" in layer["encoding"]]
    assert [one["legend"] for one in coloured] == [None] * len(coloured)
    small = next(line for line in mine["groups"] if (line["group"], line["variable"]) == ("small", "level2_share_true"))
    shown = [row for row in rows_of(charts.group_chart(done, "size", "en")) if row["group"] == "small"]
    [row] = [row for row in shown if row["scenario"] == title]
    for name in ("mean", "low", "high"):
        assert row[f"share_{name}"] == pytest.approx(100.0 * small[name], abs=1e-4)


def test_money_is_in_the_size_in_which_people_say_it_and_counts_per_million_are_not_money() -> None:
    assert in_its_size([202.0], "million RMB", "zh") == (0.01, "亿元")
    assert in_its_size([202.0], "million RMB", "en") == (1.0, "million RMB")
    assert in_its_size([0.2], "firms per million RMB", "zh")[0] == 1.0


def test_the_policy_of_honest_reports_is_found_by_what_it_changes() -> None:
    found = honest_policy(load_scenario("baseline"))
    assert found is not None
    assert found.name == "assessment-crackdown"
    assert honest_policy(found) is None


def test_the_levers_of_mixes_have_their_names_and_units() -> None:
    several = [
        {"grants.rate.light": 0.3, "specialists.count": 89.0},
        {"grants.rate.light": 0.1, "specialists.count": 200.0},
    ]
    assert mix_rows(several[0], several, "en") == [
        ("Grant rate · light projects", "% of eligible cost", "30", "10"),
        ("Service specialists", "specialists", "89", "200"),
    ]


# -------------------------------------------------------------------------------------------- a register handed in


def test_a_good_register_is_read_and_a_damaged_one_is_told_by_row_and_column() -> None:
    good = read_upload("firms.csv", GOOD.encode())
    assert good.register is not None
    assert len(good.register.ids) == 40
    damaged = read_upload("firms.csv", DAMAGED.encode())
    assert damaged.register is None
    assert [(place.row, place.column) for place in damaged.problems] == [
        ("2", "employees"),
        ("3", "sector"),
        ("3", "revenue"),
        ("4", "id"),
    ]
    assert all("give" in place.problem for place in damaged.problems)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("firms.pkl", b"cos\nsystem\n(S'echo'\ntR."),
        ("../../etc/passwd", GOOD.encode()),
        ("firms.xlsx", b"PK\x03\x04 not a workbook"),
        ("firms.parquet", b"PAR1" + bytes(50)),
        ("firms.csv", b""),
        ("firms.csv", b"a\0b"),
        ("", b"x"),
    ],
)
def test_what_is_no_register_gives_a_problem_of_the_whole_file(name: str, content: bytes) -> None:
    upload = read_upload(name, content)
    assert upload.register is None
    assert [place.row for place in upload.problems] == [""]
    assert "tmp" not in upload.problems[0].problem


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhizao.dashboard.register_upload.LARGEST", 0)
    assert "larger than" in read_upload("firms.csv", GOOD.encode()).problems[0].problem


def test_the_empty_register_has_every_column() -> None:
    assert empty_register().strip().split(",") == [column.name for column in REGISTER_COLUMNS]


# ------------------------------------------------------------------------------------------------------ the page


@pytest.fixture
def page() -> Any:
    testing = pytest.importorskip("streamlit.testing.v1", reason="the dashboard needs the extra app")
    app = testing.AppTest.from_file(str(PAGE), default_timeout=300)
    app.session_state["draws"] = 4
    app.run()
    assert not app.exception
    return app


def metrics(page: Any) -> dict[str, tuple[str, str]]:
    return {item.label: (item.value, item.delta) for item in page.metric}


def slider(page: Any, key: str) -> Any:
    [found] = [item for item in page.slider if item.key.endswith(f" {key}")]
    return found


def downloaded(page: Any) -> str:
    [shown] = [item.value for item in page.code if item.value.startswith("# Made by")]
    return str(shown)


def commands(page: Any) -> list[str]:
    """The two commands that give the view again."""
    [shown] = [item.value for item in page.code if item.value.startswith("zhizao") and "\n" in item.value]
    return str(shown).splitlines()


def test_choosing_a_scenario_and_moving_a_lever_change_the_numbers(page: Any) -> None:
    before = metrics(page)
    page.multiselect(key="policy en").set_value(["no-services"]).run()
    chosen = metrics(page)
    assert chosen != before
    slider(page, "specialists.count").set_value(267.0).run()
    assert metrics(page) != chosen
    assert "1 moved" in [item.value for item in page.caption]
    page.button(key="reset").click().run()
    assert metrics(page) == chosen
    assert not page.exception


def test_the_language_changes_every_word_and_no_number(page: Any) -> None:
    page.multiselect(key="policy en").set_value(["services-surge", "chain-leaders"]).run()
    page.selectbox(key="first en").set_value("no-services").run()
    slider(page, "specialists.count").set_value(100.0).run()
    english = list(page.metric)
    page.segmented_control(key="language").set_value("zh").run()
    chinese = list(page.metric)
    assert "RMB" in english[2].label
    assert "亿元" in chinese[2].label  # the same money, in the size in which people say it
    assert float(english[2].value) == pytest.approx(100.0 * float(chinese[2].value), abs=0.5)
    assert [item.value for item in chinese if "亿" not in item.label] == [
        item.value for item in english if "RMB" not in item.label
    ]
    assert slider(page, "specialists.count").value == 100.0
    assert page.multiselect(key="policy zh").value == ["services-surge", "chain-leaders"]
    assert page.selectbox(key="first zh").value == "no-services"
    widgets = [*page.metric, *page.slider, *page.selectbox, *page.radio, *page.number_input, *page.tabs, *page.expander]
    assert [item.label for item in widgets if not CHINESE.search(item.label)] == []
    assert [item.help for item in widgets if getattr(item, "help", "") and not CHINESE.search(item.help)] == []
    assert all(CHINESE.search(item.value) for item in page.caption)


def test_titles_are_offered_by_what_they_are_about_and_shocks_last(page: Any) -> None:
    offered = page.multiselect(key="policy en").options
    assert {text.partition(" · ")[0] for text in offered} == {scenario.title for scenario in list_scenarios()}
    themes = [text.partition(" · ")[2] for text in offered]
    assert [theme for place, theme in enumerate(themes) if theme not in themes[:place]] == list(dict.fromkeys(themes))
    assert themes[-1] == "what else could happen"


def test_files_are_made_when_they_are_asked_for(page: Any) -> None:
    """A file made beforehand is gone with the next run of the page, while the browser still looks for it."""
    buttons = page.get("download_button")
    assert len(buttons) == 8
    assert [button.proto.label for button in buttons if not button.proto.deferred_file_id] == []


def test_a_policy_against_itself_shows_no_difference(page: Any) -> None:
    page.multiselect(key="policy en").set_value(["baseline"]).run()
    assert {delta for _, delta in metrics(page).values()} == {""}
    assert any("move a lever" in item.value for item in page.caption)


def test_scenarios_that_cannot_be_stacked_are_told_and_none_is_no_fault(page: Any) -> None:
    page.multiselect(key="policy en").set_value(["double-grants", "halved-grants"]).run()
    assert "both decide" in page.error[0].value.replace("\\", "")
    page.multiselect(key="policy en").set_value([]).run()
    assert [item.value for item in page.info] == ["Pick at least one scenario."]
    assert not page.exception


def test_a_damaged_register_is_told_and_a_good_one_is_used(page: Any) -> None:
    synthetic = metrics(page)
    page.file_uploader(key="firms").set_value(("firms.csv", DAMAGED.encode(), "text/csv")).run()
    assert "firms\\.csv cannot be used: 4 to fix" in page.error[0].value
    assert "employees" in page.table[0].value.to_string()
    assert metrics(page) == synthetic
    page.file_uploader(key="firms").set_value(("firms.csv", GOOD.encode(), "text/csv")).run()
    assert not page.error
    assert "40 firms are used" in page.success[0].value
    assert metrics(page) != synthetic
    assert all("--firms firms.csv" in line for line in commands(page))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_of_a_view_has_its_numbers_and_the_command_that_makes_it(language: Any) -> None:
    view = View(scenarios=("baseline", "services-surge"), first="baseline", draws=3)
    done = compare([view.first, own_scenario(view)], draws=view.draws)
    text = report_page(view, done, None, language)
    share = 100.0 * done.compared[0].summary(BY_NAME["level2_share_end"])["mean"]
    assert f"{share:.1f}" in text
    assert "zhizao report report baseline my-policy.toml --draws 3 --seed 0" in text
    assert f"--lang {language}" in text
    assert workbook(done, "en")[:2] == b"PK"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def commanded(line: str) -> dict[str, Any]:
    done = CliRunner().invoke(cli.program, [*line.split()[1:], "--format", "json"], prog_name="zhizao")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_scenario_file_gives_the_same_numbers_by_the_commands_on_the_page(page: Any, elsewhere: Path) -> None:
    page.multiselect(key="policy en").set_value(["services-surge", "light-vouchers"]).run()
    slider(page, "grants.rate.light").set_value(0.52).run()
    page.number_input(key="seed").set_value(7).run()
    (elsewhere / "my-policy.toml").write_text(downloaded(page), "utf-8")
    compare_line, run_line = commands(page)
    found = commanded(compare_line)
    mine, first = found["scenarios"][1], found["scenarios"][0]
    shown = metrics(page)
    assert shown["Level 2, true"][0] == f"{100 * mine['outcomes']['level2_share_true_end']['mean']:.1f} %"
    assert shown["Public money from 2024, million RMB"][0] == f"{mine['outcomes']['public_spend_total']['mean']:,.0f}"
    for treatment, label in (("plan", "Plan met, if fitted to it"), ("facts", "Plan met, on facts alone")):
        assert shown[label][0] == f"{100 * mine['target_probability'][treatment]:.1f} %"
    tables = tables_of(page)
    [differences] = [table for table in tables if "Difference" in table]
    spent = differences.set_index("Outcome at the end").loc["Public money from 2024"]
    assert spent.iloc[1] == f"{first['outcomes']['public_spend_total']['mean']:,.0f}"
    single = commanded(run_line)["outcomes"]
    [outcomes] = [table for table in tables if "Value" in table]
    values = outcomes.set_index("Outcome at the end")["Value"]
    assert values["SMEs at level 2, true"] == f"{100 * single['level2_share_true_end']:.1f} %"
    assert values["Projects from 2024"] == f"{single['projects_started_total']:,.0f}"


@pytest.mark.slow
def test_all_policies_stand_beside_the_one_compared_with_and_stay_when_one_is_put_on_the_page(page: Any) -> None:
    page.number_input(key="all most").set_value(200.0).run()
    assert any("200 million RMB in 24 months: 100 million RMB a year" in item.value for item in page.caption)
    page.button(key="all search").click().run()

    def shown() -> Any:
        [table] = [item.value for item in page.dataframe if "Small firms, true, %" in item.value]
        return table

    before = shown()
    assert sum(name.startswith("Compared with:") for name in before["Policy"]) == 1
    wide = sum(one.get("width", 0) for one in json.loads(page.dataframe[0].proto.columns).values())
    assert wide <= 1000  # all that a window of 1366 pixels has room for
    others = before[~before["Policy"].str.startswith("Compared with:")]
    assert (others["Money, million RMB"] <= 200.0).all()
    page.button(key="all put").click().run()
    assert not page.exception
    assert shown().equals(before)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_choice_for_small_firms_within_a_yearly_budget_is_that_of_the_command(page: Any, language: str) -> None:
    if language == "zh":
        page.segmented_control(key="language").set_value("zh").run()
    page.selectbox(key=f"choice for {language}").set_value("small").run()
    assert page.selectbox(key=f"choice by {language}").disabled
    page.number_input(key="choice budget_a_year").set_value(200.0).run()
    page.button(key="choice search").click().run()
    assert not page.exception
    [line] = [item.value for item in page.code if item.value.startswith("zhizao choose")]
    assert "--for small --budget-a-year 200" in line
    command = [*line.split()[1:], "--draws", "4", "--quiet", "--lang", language]
    done = CliRunner().invoke(cli.program, command, prog_name="zhizao", env={"COLUMNS": "500"})
    assert done.exit_code == 0, done.output
    answer = done.stdout.split("\n\n", 1)[0].splitlines()
    said = [re.sub(r"\\(.)", r"\1", item.value) for item in page.markdown]
    [shown] = [text for text in said if text.startswith(f"**{answer[0]}**")]
    sentences = [*takewhile(lambda line: not line.endswith((":", "：")), answer[1:])]  # commands for more come last
    assert shown.splitlines()[2:] == [f"- {sentence}" for sentence in sentences]


@pytest.mark.slow
def test_the_page_shows_no_fault_for_any_shipped_scenario(page: Any) -> None:
    page.number_input(key="draws").set_value(2)
    for scenario in list_scenarios():
        page.multiselect(key="policy en").set_value([scenario.name]).run()
        assert not page.exception, scenario.name
        assert not page.error, scenario.name


# ------------------------------------------------------------------------------------------------- the command


def test_without_streamlit_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "streamlit", None)
    done = CliRunner().invoke(cli.program, ["app"], prog_name="zhizao")
    assert done.exit_code == 2
    assert "pip install 'zhizao[app]'" in done.output


def test_a_port_that_is_taken_is_told_and_else_the_next_one_is_used() -> None:
    with socket.socket() as taken:
        taken.bind((server.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"--port {port}: cannot be opened"):
            server.free_port(server.LOOPBACK, port)
        assert server.free_port(server.LOOPBACK, None) != port


def test_it_listens_on_this_computer_alone_and_calls_nobody() -> None:
    options = server.server_options(server.LOOPBACK, 8501, ["localhost"])
    assert options["server.address"] == "127.0.0.1"
    assert options["browser.gatherUsageStats"] is False
    assert options["client.toolbarMode"] == "minimal"
    config = pytest.importorskip("streamlit.config")
    assert set(options) <= set(config.get_config_options())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_it_says_where_it_is_and_ends_cleanly_when_told_to() -> None:
    pytest.importorskip("streamlit", reason="the dashboard needs the extra app")
    port = server.free_port(server.LOOPBACK, None)
    command = [sys.executable, "-m", "zhizao", "app", "--port", str(port), "--lang", "zh"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert f"http://127.0.0.1:{port}/?lang=zh" in line
        give_up = time.monotonic() + 60.0
        while True:
            try:
                socket.create_connection((server.LOOPBACK, port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < give_up
                time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in out + errors


def test_the_file_is_toml_that_names_its_own_commands() -> None:
    text = scenario_toml(VIEWS[2])
    assert tomllib.loads(text)["extends"] == "baseline"
    assert all(f"#   {line}" in text for line in command_lines(VIEWS[2]))
    assert io.StringIO(text).readline().startswith("# Made by the dashboard of zhizao")
