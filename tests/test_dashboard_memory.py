"""What the page remembers: the view in its address, files opened again, undo, and policies kept side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("streamlit", reason="the dashboard needs the extra app")

import zhizao.dashboard.view
from browsing import tables_of
from zhizao.dashboard.address import address_of, as_query, kept_as_text, kept_of_text, view_of, view_of_query
from zhizao.dashboard.demand import question_of
from zhizao.dashboard.known import Known
from zhizao.dashboard.levers import all_inputs
from zhizao.dashboard.memory import ENDS, fits
from zhizao.dashboard.opened import MARK, opened_view
from zhizao.dashboard.register_upload import Upload
from zhizao.dashboard.view import View, compared_view, own_scenario, scenario_toml
from zhizao.errors import InputError
from zhizao.scenario.scenario import list_scenarios

PAGE = Path(zhizao.dashboard.view.__file__).parent / "page.py"
MINE = View(
    scenarios=("services-surge", "chain-leaders"),
    levers=(("specialists.count", 120.0), ("grants.allocation", "merit")),
    first="no-services",
    calibration="facts",
    draws=80,
    seed=7,
)
NAMES = [scenario.name for scenario in list_scenarios()]


def read(text: str) -> View | None:
    return view_of_query(text, ENDS, fits())


# The address


def test_an_address_gives_the_same_view_and_says_only_what_is_not_usual() -> None:
    assert read(as_query(MINE)) == MINE
    assert address_of(View(scenarios=("no-grants",))) == {"policy": "no-grants"}
    assert read(as_query(View(scenarios=("no-grants",)))) == View(scenarios=("no-grants",))
    kept = [View(scenarios=MINE.scenarios, levers=MINE.levers), View(scenarios=("no-grants",))]
    assert kept_of_text(kept_as_text(kept), ENDS, fits()) == kept


@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    moved=st.dictionaries(
        st.sampled_from([made.key for made in all_inputs() if made.kind == "slider" and not made.whole]),
        st.floats(0.0, 0.2),
        max_size=4,
    ),
    draws=st.integers(2, 2000),
    seed=st.integers(0, 2**53 - 1),
)
@settings(max_examples=60, deadline=None)
def test_every_view_of_the_page_has_an_address(
    names: list[str], moved: dict[str, float], draws: int, seed: int
) -> None:
    inputs = {made.key: made for made in all_inputs()}
    levers = tuple((key, value) for key, value in moved.items() if inputs[key].low <= value <= inputs[key].high)
    view = View(scenarios=tuple(names), levers=levers, draws=draws, seed=seed)
    assert read(as_query(view)) == view


@given(
    st.dictionaries(st.sampled_from(["policy", "levers", "first", "fit", "money", "draws", "seed", "until"]), st.text())
)
@settings(max_examples=200, deadline=None)
def test_an_address_from_anywhere_does_no_harm(parts: dict[str, str]) -> None:
    view = view_of(parts, ENDS, fits())
    if view is not None:
        assert set(view.scenarios) <= set(NAMES)
        assert 2 <= view.draws <= 2000
        assert view.until in ENDS


def test_what_an_address_cannot_set_is_left_at_its_usual_value() -> None:
    harm = {
        "policy": "no-grants+../../etc/passwd+<script>",
        "levers": "grants.rate.light:9e9;specialists.count:nan;nope:1;grants.allocation:rm",
        "draws": "99999999",
        "seed": "-1",
        "until": "2099-01",
        "first": "/etc/passwd",
    }
    assert read(urlencode(harm)) == View(scenarios=("no-grants",), draws=2000)


# Files


def test_a_file_that_the_page_saved_is_opened_again() -> None:
    text = scenario_toml(MINE, None, f"{MARK}{as_query(MINE)}")
    assert opened_view("mine.toml", text.encode(), ENDS, fits()) == MINE


def test_a_file_of_somebody_s_own_is_a_scenario_and_levers() -> None:
    text = """format = 1
title = "Mine"
question = "?"
source = "test"
extends = "no-services"
[[changes]]
from = "2024-01"
[changes.set]
grants.payment_delay = 3
"""
    view = opened_view("mine.toml", text.encode(), ENDS, fits())
    assert view == View(scenarios=("no-services",), levers=(("grants.payment_delay", 3.0),))
    edited = scenario_toml(MINE, None, f"{MARK}{as_query(MINE)}").replace("120.0", "150.0", 1)
    if "150.0" in edited.split(MARK)[0] + edited.partition("\n\n")[2]:
        assert dict(opened_view("mine.toml", edited.encode(), ENDS, fits()).levers)["specialists.count"] == 150.0


HEAD = 'format = 1\ntitle = "Mine"\nquestion = "?"\nsource = "test"\nextends = "baseline"\n'
THEN = "[changes.set]\ngrants.payment_delay = 3\n"
HANGS = '[[changes]]\nwhen = "level2_share < 0.72"\nat = "2024-06"\n' + THEN
ANNOUNCED = '[[changes]]\nfrom = "2024-01"\nannounced = "2023-06"\n' + THEN


@pytest.mark.parametrize("changes", [HANGS, ANNOUNCED], ids=["depends on what is seen", "announced"])
def test_a_file_is_never_opened_as_less_than_it_says(changes: str) -> None:
    with pytest.raises(InputError, match="compare baseline mine"):
        opened_view("mine.toml", (HEAD + changes).encode(), ENDS, fits())
    saved = scenario_toml(View(scenarios=("baseline",)), None, f"{MARK}{as_query(View())}")
    with pytest.raises(InputError, match="has no inputs for"):
        opened_view("mine.toml", (saved + changes).encode(), ENDS, fits())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('format = 1\ntitle = "x"\nquestion = "?"\nsource = "t"\nextends = "baseline"\n[[changes]]\nfrom = "2025-01"\n'
         "[changes.set]\ngrants.payment_delay = 3\n", "zhizao compare baseline mine.toml"),
        ("not toml at all [", "is not TOML"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_what_the_page_cannot_hold_is_refused_with_what_to_do(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as found:
        opened_view("mine.toml", text.encode(), ENDS, fits())
    assert "tmp" not in str(found.value)


def test_policies_that_are_kept_stand_between_the_first_and_the_one_of_the_page() -> None:
    kept = [View(scenarios=("no-grants",)), View(scenarios=("baseline",), levers=(("specialists.count", 120.0),))]
    view = View(scenarios=("services-surge",), draws=2)
    told: list[int] = []
    done = compared_view(view, kept=[*kept, view], progress=lambda count, of: told.append(count))
    assert [entry.label for entry in done.compared] == ["baseline", "no-grants", "my-policy-2", "services-surge"]
    assert told


def test_a_policy_that_was_run_is_not_run_again_and_gives_the_same_numbers() -> None:
    known, runs = Known(), []

    def told(count: int, of: int) -> None:
        runs.append(of)

    def asked(levers: tuple[tuple[str, float], ...], memory: Known | None) -> dict[str, Any]:
        view = View(scenarios=("services-surge",), levers=levers, draws=2)
        found = compared_view(view, kept=[View(scenarios=("no-grants",))], progress=told, known=memory).to_dict()
        return {key: value for key, value in found.items() if key != "seconds"}

    moved = (("specialists.count", 120.0),)
    first = asked((), known)
    assert asked(moved, known) == asked(moved, None)
    runs.clear()
    assert asked((), known) == first
    assert asked(moved, known)["scenarios"][-1]["name"] == "my-policy"
    assert runs == []


def test_a_title_names_the_levers_that_were_moved() -> None:
    view = View(scenarios=("baseline",), levers=(("specialists.count", 120.0),))
    assert own_scenario(view).title.endswith(": Service specialists 120 specialists")
    assert own_scenario(view).title_zh.endswith("：服务专员人数 120 人")


# On the page


@pytest.fixture
def app() -> Any:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(PAGE), default_timeout=300)
    app.session_state["draws"] = 4
    return app


def slider(app: Any, key: str) -> Any:
    [found] = [item for item in app.slider if item.key.endswith(f" {key}")]
    return found


def button(app: Any, key: str) -> Any:
    return app.button(key=key)


def test_the_page_begins_with_the_view_of_its_address_and_keeps_it_there(app: Any) -> None:
    app.query_params["policy"] = "no-services"
    app.query_params["levers"] = "specialists.count:120.0"
    app.query_params["draws"] = "4"
    app.query_params["kept"] = "policy=no-grants"
    app.run()
    assert not app.exception
    assert app.multiselect(key="policy en").value == ["no-services"]
    assert slider(app, "specialists.count").value == 120.0
    assert len(app.session_state["tray"]) == 1
    slider(app, "specialists.count").set_value(150.0).run()
    assert "".join(app.query_params["levers"]) == "specialists.count:150.0"
    assert "".join(app.query_params["kept"]) == "policy=no-grants"


def test_levers_survive_another_stack_and_undo_takes_changes_back(app: Any) -> None:
    app.run()
    assert button(app, "undo").disabled
    slider(app, "specialists.count").set_value(120.0).run()
    app.multiselect(key="policy en").set_value(["no-grants"]).run()
    assert slider(app, "specialists.count").value == 120.0
    button(app, "undo").click().run()
    assert app.multiselect(key="policy en").value == ["services-surge"]
    assert slider(app, "specialists.count").value == 120.0
    button(app, "undo").click().run()
    assert slider(app, "specialists.count").value == 178.0
    assert button(app, "undo").disabled
    assert not app.exception


def test_going_back_in_the_browser_gives_the_view_before(app: Any) -> None:
    app.query_params["draws"] = "4"
    app.run()
    before = dict(app.query_params)
    slider(app, "specialists.count").set_value(120.0).run()
    app.segmented_control(key="language").set_value("zh").run()
    assert "".join(app.query_params["lang"]) == "zh"
    app.query_params.clear()  # as the browser does: another address, and nothing else moved
    app.query_params.update(before)
    app.run()
    assert not app.exception
    assert slider(app, "specialists.count").value == 178.0
    assert app.segmented_control(key="language").value == "en"
    assert dict(app.query_params) == before
    slider(app, "specialists.count").set_value(150.0).run()
    assert slider(app, "specialists.count").value == 150.0


def test_three_policies_side_by_side(app: Any) -> None:
    app.run()
    button(app, "keep").click().run()
    app.multiselect(key="policy en").set_value(["no-grants"]).run()
    button(app, "keep").click().run()
    app.multiselect(key="policy en").set_value(["light-vouchers"]).run()
    tables = [table for table in tables_of(app) if "policy" in table]
    assert [len(table) for table in tables] == [4]
    button(app, "show 0").click().run()
    assert app.multiselect(key="policy en").value == ["services-surge"]
    button(app, "take 0").click().run()
    assert len(app.session_state["tray"]) == 1
    assert not app.exception


def test_a_scenario_file_is_opened_and_a_damaged_one_is_explained(app: Any) -> None:
    app.run()
    text = scenario_toml(MINE, None, f"{MARK}{as_query(MINE)}")
    app.file_uploader(key="open 0").set_value(("mine.toml", text.encode(), "application/toml")).run()
    assert not app.exception
    assert app.multiselect(key="policy en").value == list(MINE.scenarios)
    assert slider(app, "specialists.count").value == 120.0
    app.file_uploader(key="open 1").set_value(("bad.toml", b"[[[", "application/toml")).run()
    assert "bad" in app.error[0].value
    assert app.multiselect(key="policy en").value == list(MINE.scenarios)


def test_a_run_that_was_stopped_waits_to_be_run_again(app: Any) -> None:
    app.run()
    key = (View(scenarios=("no-grants",), draws=4), (), "")
    app.session_state["stopped"] = key
    app.multiselect(key="policy en").set_value(["no-grants"]).run()
    assert [item.value for item in app.info] == ["Stopped. Change something, or run it again."]
    button(app, "run again").click().run()
    assert len(app.metric) == 6
    assert not app.exception


def test_an_answer_is_of_the_firms_that_it_was_asked_about() -> None:
    """What a search found for one register is not shown for another, nor for the firms of the model."""
    view, register = View(scenarios=("baseline",)), cast("Any", object())
    uploads = [None, *(Upload(name="firms.csv", register=register, digest=digest) for digest in ("a", "b"))]
    assert len({question_of(view, upload) for upload in uploads}) == 3
    assert question_of(view, None, 1) != question_of(view, None, 2)
    assert question_of(replace(view, draws=view.draws + 1), None) != question_of(view, None)


def test_numbers_that_are_not_settled_are_grey(app: Any) -> None:
    app.run()
    for item in app.metric:
        low, _, high = item.delta.replace("−", "-").partition("(")[2].rstrip(")").partition(" to ")
        if "RMB" in item.delta or not low:
            continue
        holds = float(low) <= 0.0 <= float(high)
        assert (item.proto.color == item.proto.MetricColor.GRAY) or not holds
