"""How a report looks: on paper, on a telephone, and in words that stand by themselves."""

from __future__ import annotations

import dataclasses
import io
import re
from html import unescape
from itertools import pairwise
from typing import Any

import pytest

from zhizao.evidence.figures import FigureCheck, Modelled, as_said
from zhizao.report.beyond import Finding, part_of_page
from zhizao.report.brief import brief_bytes, brief_of
from zhizao.report.brief.words import plain
from zhizao.report.headline import headline
from zhizao.report.interactive import CHARTS
from zhizao.report.page import page
from zhizao.report.page_tables import evidence_tables, policies_table
from zhizao.report.page_words import say
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.evidence_check import check_evidence
from zhizao.words.tables import LANGUAGES, Language


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(["baseline", "services-surge", "no-grants", "demand-slump"], draws=4, n_firms=60)


@pytest.fixture(scope="module")
def checks() -> list[FigureCheck]:
    return check_evidence(draws=2, n_firms=60)


def with_notes(done: Comparison, *notes: str) -> Comparison:
    return dataclasses.replace(done, options=dataclasses.replace(done.options, notes=notes))


# On paper


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_foot_of_paper_is_read_as_it_was_written(comparison: Comparison, language: Language) -> None:
    """A style sheet takes the blank behind an escaped sign away: policy, colon and date keep theirs."""
    text = page(comparison, [], language, "zhizao report out", policy="services-surge", made="2026-11-30")
    [written] = re.findall(r'@bottom-left \{ content: "([^"]*)"', text)
    shown = re.sub(r"\\([0-9a-f]{6}) ", lambda sign: chr(int(sign[1], 16)), written)
    about = re.findall(r'<p class="about">(.*?)</p>', text)[0]
    assert shown == f"{unescape(about)} 2026-11-30"


def test_what_can_only_be_done_on_a_screen_is_not_said_on_paper(comparison: Comparison) -> None:
    text = page(comparison, [], "en", "zhizao report out")
    for chart in ("cost_effect", "who_gains"):
        assert f'<span class="screen">{say(f"{chart} hint", "en")}</span>' in text
    [on_paper] = re.findall(r"@media print \{(.*)", text, re.DOTALL)
    assert re.search(r"\.screen[^}]*display: none", on_paper)


def test_tables_that_paper_has_no_room_for_are_left_to_the_workbook() -> None:
    names = ["baseline", "no-grants", "no-services", "light-vouchers", "services-surge", "double-grants"]
    many = compare(
        [*names, "mix-half-to-services", "halved-grants", "chain-leaders", "front-loaded"], draws=1, n_firms=40
    )
    text = page(many, [], "en", "zhizao report out")
    parts = {name: text[text.index(f'id="figure-{name}"') :].split("</details>")[0] for name in CHARTS}
    assert "<details data-print>" in parts["differences"]
    assert "<details data-print>" not in parts["who_gains"]  # a column for each policy


# In words


def test_commands_within_sentences_are_set_as_what_is_typed(comparison: Comparison) -> None:
    text = page(with_notes(comparison, "see `zhizao <b>`", "one ` alone"), [], "en", "zhizao report out")
    assert "see <code>zhizao &lt;b&gt;</code>" in text
    assert "one ` alone" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_befalls_the_district_has_a_table_of_its_own(comparison: Comparison, language: Language) -> None:
    titles = [entry.scenario.title_zh if language == "zh" else entry.scenario.title for entry in comparison.compared]
    chosen, befalls = (policies_table(comparison, language, shocks=which) for which in (False, True))
    assert [row[0] for row in chosen.rows] == titles[:-1]
    assert [row[0] for row in befalls.rows] == titles[-1:]
    text = page(comparison, [], language, "zhizao report out")
    assert f"<h3>{say('what could happen', language)}</h3>" in text
    without = page(comparison.only(["baseline", "no-grants"]), [], language, "zhizao report out")
    assert say("what could happen", language) not in without


def test_a_policy_that_moves_nothing_has_no_interval_of_noughts() -> None:
    same = compare(["baseline", "baseline"], draws=2, n_firms=40)
    cards = headline(same, "en", same.compared[1].label).cards
    assert {card.change for card in cards} == {say("none apart", "en")}
    assert all(card.settled and card.better == 0 for card in cards)


def test_a_page_about_the_first_policy_does_not_say_that_it_changes_something(comparison: Comparison) -> None:
    assert say("others change", "en") in page(comparison, [], "en", "zhizao report out")
    about = page(comparison, [], "en", "zhizao report out", policy="no-grants")
    assert f"<h2>{say('changes', 'en')}</h2>" in about


def test_the_policy_of_the_page_is_named_in_the_chart_of_costs(comparison: Comparison) -> None:
    rows = CHARTS["cost_effect"](comparison, "en", shown="no-grants").to_dict()["datasets"]["rows"]
    assert {row["scenario"] for row in rows if row["wide"]} >= {"baseline", "no-grants"}


# Evidence


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_stands_by_itself_and_in_one_size(checks: list[FigureCheck], language: Language) -> None:
    judged, others = evidence_tables(checks, language)
    for row in (*judged.rows, *others.rows):
        assert not re.search(r"\([A-Z]\d+[a-z]?\)", row[0])  # no key of another fact
        assert "百万" not in row[1]
    [output] = [row for row in judged.rows if "310 billion" in row[1] or "3100亿" in row[1]]
    assert output[2].split(" ")[0].split("至")[0] == ("310" if language == "en" else "3,100")


def test_millions_are_said_in_the_size_of_the_language(checks: list[FigureCheck]) -> None:
    [money] = [one for one in checks if one.figure.unit.startswith("million") and one.figure.value == 200][:1]
    given = dataclasses.replace(money, modelled=Modelled(80.0, 70.0, 90.0))
    english, chinese = as_said(given, "en"), as_said(given, "zh")
    assert (english.value, english.room[0]) == (200, 200)
    assert (chinese.value, chinese.room[0]) == (2.0, 2.0)
    assert chinese.unit.startswith("亿元")
    assert chinese.modelled is not None
    assert chinese.modelled.low == pytest.approx(0.7)


def test_there_is_no_nought_below_nought() -> None:
    one = {
        "title": "T", "title_zh": "T", "unit": "%", "found": 17, "low": 0, "high": 17, "use": "holdout", "inside": True,
        "model_median": -0.01, "model_low": -0.04, "model_high": 0.1,
    }  # fmt: skip
    found = Finding(name="experiments", numbers={"experiments": [one], "draws": 2, "seed": 0})
    for language in LANGUAGES:
        [table] = part_of_page(found, language, {}).tables
        assert "−0.0" not in table.rows[0][3]
        assert table.rows[0][1] == ("17%" if language == "zh" else "17 %")


# In Word and PowerPoint


def brief(done: Comparison, language: Language, policy: str) -> Any:
    pytest.importorskip("docx")
    pytest.importorskip("pptx")
    return brief_of(done, [], language, "zhizao brief x.pptx", policy=policy, made="2026-11-30")


@pytest.mark.parametrize("policy", ["baseline", "services-surge"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_a_slide_runs_over_anything_else(comparison: Comparison, language: Language, policy: str) -> None:
    made = brief(comparison, language, policy)
    from pptx import Presentation

    shown = Presentation(io.BytesIO(brief_bytes(made, ".pptx")))
    for slide in shown.slides:
        title, foot = slide.shapes.title, [shape for shape in slide.shapes if shape.has_text_frame][1]
        places = sorted(
            (shape.top, shape.top + shape.height) for shape in slide.shapes if shape.shape_id != title.shape_id
        )
        assert title.top + title.height <= places[0][0]
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
        assert foot.top + foot.height <= shown.slide_height
    titles = [slide.shapes.title.text_frame.text for slide in shown.slides]
    for picture in (made.road, made.apart, made.money):
        assert plain(picture.found) in titles  # what was found, not what it is about
    assert (plain(made.changes_title) in titles) is (policy != "baseline")


def test_every_page_of_word_has_its_policy_and_day(comparison: Comparison) -> None:
    made = brief(comparison, "en", "no-grants")
    from docx import Document

    foot = Document(io.BytesIO(brief_bytes(made, ".docx"))).sections[0].footer.paragraphs[0].text
    assert plain(made.about) in foot
    assert "2026-11-30" in foot


def test_what_befalls_the_district_is_not_among_the_policies_that_do_most(comparison: Comparison) -> None:
    made = brief(comparison, "en", "no-grants")
    assert made.others is not None
    assert comparison.compared[-1].scenario.title not in [row[0] for row in made.others.rows]


@pytest.mark.parametrize("chart", ["subsidy_account", "differences"])
def test_a_long_name_beside_an_axis_has_room_for_all_its_lines(comparison: Comparison, chart: str) -> None:
    name = "More specialists, matchmaking in every park, and no grants at all for workshops and smart factories"
    last = comparison.compared[-1]
    longer = dataclasses.replace(last, scenario=dataclasses.replace(last.scenario, title=name))
    by_treatment = {key: (*found[:-1], longer) for key, found in comparison.by_treatment.items()}

    def height(done: Comparison) -> float:
        return float(CHARTS[chart](done, "en").to_dict(validate=False)["height"]["step"])

    assert height(dataclasses.replace(comparison, by_treatment=by_treatment)) > 1.3 * height(comparison)
