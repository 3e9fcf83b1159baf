"""The report: a page that holds the comparison's own numbers, fetches nothing and takes text for text."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.evidence.figures import FigureCheck
from zhizao.report.chart_rows import account_rows, cost_rows, difference_rows, group_rows, road_rows
from zhizao.report.folder import prepare_report_folder, write_report
from zhizao.report.headline import _in_a_hundred, _percent
from zhizao.report.interactive import CHARTS
from zhizao.report.interactive.labels import Label, placed
from zhizao.report.page import page
from zhizao.report.page_words import say
from zhizao.results.stored import read
from zhizao.results.wording import number
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.evidence_check import check_evidence
from zhizao.words.place import money_in_words
from zhizao.words.tables import LANGUAGES, Language

SECTIONS = ("answer", "changes", "policies", "account", "gains", "evidence", "caveats", "reproduce")
COMMAND = "zhizao report out baseline services-surge no-programme --draws 4"
HARM = """<script>alert("scenario")</script> "onload=alert(1) x=' </script><img src=x onerror=alert(2)> {{ 7*7 }} &lt"""
MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(["baseline", "services-surge", "no-programme"], draws=4, n_firms=60)


@pytest.fixture(scope="module")
def checks() -> list[FigureCheck]:
    return check_evidence(draws=2, n_firms=60)


@pytest.fixture(scope="module")
def pages(comparison: Comparison, checks: list[FigureCheck]) -> dict[Language, str]:
    return {language: page(comparison, checks, language, COMMAND) for language in LANGUAGES}


class Reader(HTMLParser):
    """What a browser would see: tags with their attributes, tables by caption, and the data within scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._caption: str | None = None
        self._inside: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "caption":
            self._caption = ""
        elif tag == "tr" and self._caption is not None:
            self.tables.setdefault(self._caption, []).append([])
        elif tag in ("td", "th") and self._caption is not None:
            self.tables[self._caption][-1].append("")
        elif tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = None
        if tag == "table":
            self._caption = None

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
            return
        self.text += data
        if self._inside == "caption":
            self._caption = (self._caption or "") + data
        elif self._inside in ("td", "th") and self._caption is not None:
            self.tables[self._caption][-1][-1] += data


def specifications(reader: Reader) -> Iterator[dict[str, Any]]:
    for attributes, text in reader.scripts:
        if attributes.get("type") == "application/json":
            yield json.loads(text)


# What stands in it


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_chart_and_table_is_there(pages: dict[Language, str], language: Language) -> None:
    reader = Reader(pages[language])
    identities = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(identities) == len(set(identities))
    assert {*SECTIONS, *(f"chart-{name}" for name in CHARTS)} <= set(identities)
    assert dict(reader.tags[0][1])["lang"] == {"en": "en", "zh": "zh-CN"}[language]
    found = list(specifications(reader))
    assert len(found) == len(CHARTS)
    assert all(len(specification["description"]) > 30 for specification in found)
    assert sum(tag == "details" for tag, _ in reader.tags) == len(CHARTS) + 2
    assert all(len(row) == len(rows[0]) for rows in reader.tables.values() for row in rows)
    assert COMMAND in reader.text
    assert ("报道" in reader.text) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_those_of_the_comparison(
    comparison: Comparison, pages: dict[Language, str], language: Language
) -> None:
    [table] = [rows for caption, rows in Reader(pages[language]).tables.items() if caption == say("policies", language)]
    for told, row in zip(comparison.to_dict()["scenarios"], table[1:], strict=True):
        assert row[0] == (told["title_zh"] if language == "zh" else told["title"])
        for cell, name in ((1, "level2_share_end"), (2, "level2_share_true_end")):
            texts = [number(told["outcomes"][name][end], "points", language) for end in ("mean", "low", "high")]
            assert re.findall(r"[\d.]+", row[cell]) == texts
        met = [number(told["target_probability"][name], "points", language) for name in ("plan", "facts")]
        assert row[4:6] == met
        paid = told["outcomes"]["public_spend_total"]["mean"] / (100.0 if language == "zh" else 1.0)  # 亿
        assert row[6].split("\n")[0] == number(paid, "million RMB", language)
    wanted = number(
        comparison.to_dict()["scenarios"][1]["difference"]["level2_share_true_end"]["mean"],
        "points",
        language,
        sign=True,
    )
    assert table[2][3].split("\n")[0] == wanted


def test_rows_of_the_charts_are_the_comparison_s_own(comparison: Comparison) -> None:
    told = {entry["name"]: entry for entry in comparison.to_dict()["scenarios"]}
    for row in difference_rows(comparison):
        name = {"reported": "level2_share_end", "true": "level2_share_true_end"}[row["known"]]
        assert row["mean"] == pytest.approx(100.0 * told[row["scenario"]]["difference"][name]["mean"], abs=1e-4)
    for name, entry in told.items():
        parts = {row["part"]: row["mean"] for row in account_rows(comparison) if row["scenario"] == name}
        account = entry["subsidy_account"]
        assert sum(parts.values()) == pytest.approx(account["spending"], abs=1e-9)
        assert parts["deadweight"] + parts["committed_before"] == pytest.approx(account["deadweight"])
        last = [row for row in road_rows(comparison) if row["scenario"] == name and row["treatment"] == "plan"][-1]
        assert last["month"] == "2025-12"
        assert last["median"] == pytest.approx(100.0 * entry["series"]["level2_share_true"]["median"][-1], abs=1e-4)
    sizes = {row["group"]: row["mean"] for row in group_rows(comparison) if row["scenario"] == "no-programme"}
    lines = [line for line in told["no-programme"]["groups"] if line["variable"] == "level2_share_true"]
    small = next(line for line in lines if line["group"] == "small")
    assert sizes["small"] == pytest.approx(100.0 * small["difference_mean"], abs=1e-4)
    assert [row["cost"] for row in cost_rows(comparison)][-1] == 0.0


def test_the_headline_says_both_probabilities_as_frequencies(
    comparison: Comparison, pages: dict[Language, str]
) -> None:
    never, always = _with_target(comparison, 0.0), _with_target(comparison, 1.0)
    assert "in none of 4 simulated futures" in page(never, [], "en", COMMAND)
    assert "in all of 4 simulated futures" in page(always, [], "en", COMMAND)
    text = Reader(pages["en"]).text
    assert say("card plan", "en") in text
    assert say("card facts", "en") in text


def test_a_probability_is_rounded_alike_in_the_first_line_and_on_its_card() -> None:
    for share in (0.595, 0.605, 0.615, 0.625, 0.875):
        assert _percent(share, "en").split("\N{NO-BREAK SPACE}")[0] in _in_a_hundred(share, 200, "en")


def _with_target(comparison: Comparison, share: float) -> Comparison:
    changed = {
        treatment: tuple(
            dataclasses.replace(e, outcomes=e.outcomes | {"target_met": 0.0 * e.outcomes["target_met"] + share})
            for e in compared
        )
        for treatment, compared in comparison.by_treatment.items()
    }
    return dataclasses.replace(comparison, by_treatment=changed)


def test_caveats_speak_of_this_comparison(pages: dict[Language, str]) -> None:
    text = Reader(pages["en"]).text
    assert say("caveat draws", "en", draws=4) in text
    assert say("caveat firms", "en") in text
    assert "200 million RMB" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_questions_have_a_page_too(checks: list[FigureCheck], language: Language) -> None:
    """One scenario, nothing fitted, and an end before the plan's date: what cannot be said is not."""
    alone = compare(["baseline"], draws=2, n_firms=40, until="2024-06", calibration="prior")
    reader = Reader(page(alone, [], language, COMMAND))
    assert len(list(specifications(reader))) == 2
    assert "#gains" not in [attributes.get("href") for _, attributes in reader.tags]
    assert say("why two", language) not in reader.text
    assert ("2024-06" if language == "en" else "2024年6月") in reader.text
    assert say("answer line unknown", language, until="2024-06" if language == "en" else "2024年6月") in reader.text
    assert "nan" not in reader.text.lower()


# Nothing is fetched, and text is text


def test_nothing_is_fetched(pages: dict[Language, str]) -> None:
    for text in pages.values():
        reader = Reader(text)
        assert len(text.encode()) < MOST_BYTES
        for tag, attributes in reader.tags:
            assert not {"src", "srcset", "poster", "data", "action", "background"} & set(attributes), tag
            address = attributes.get("href") or "#"
            assert address.startswith("#") or (tag == "link" and address == "data:,")
        policies = [a["content"] for _, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1
        assert str(policies[0]).startswith("default-src 'none'; script-src 'sha256-")
        assert "unsafe-eval" not in str(policies[0])
        assert '"url"' not in json.dumps(list(specifications(reader)))
        styles = text[text.index("<style>") : text.index("</style>")]
        assert "url(" not in styles
        assert "@import" not in styles


def test_text_from_files_is_escaped(
    comparison: Comparison, checks: list[FigureCheck], pages: dict[Language, str]
) -> None:
    """A scenario's words, a register's name and the command, full of what a browser would run."""

    def harmed(compared: tuple[Any, ...]) -> tuple[Any, ...]:
        first = compared[1]
        scenario = dataclasses.replace(first.scenario, title=HARM, title_zh="", question=HARM, source=HARM)
        return (compared[0], dataclasses.replace(first, label=HARM, scenario=scenario), *compared[2:])

    harmful = dataclasses.replace(
        comparison,
        options=dataclasses.replace(comparison.options, firms_file=(f"{HARM}.csv", "0" * 64)),
        by_treatment={name: harmed(compared) for name, compared in comparison.by_treatment.items()},
    )
    clean, reader = Reader(pages["en"]), Reader(page(harmful, checks, "en", f"zhizao report {HARM}"))
    assert reader.text.count(HARM) >= 2  # the command and the file of the register; long titles are shortened in tables
    assert reader.text.count(HARM[:75]) >= 6
    assert [tag for tag, _ in reader.tags if tag in ("script", "img")] == ["script"] * len(clean.scripts)
    assert not [name for _, attributes in reader.tags for name in attributes if name.startswith("on")]
    drawn = [row for specification in specifications(reader) for row in specification["datasets"]["rows"]]
    assert [row for row in drawn if row["scenario"] == HARM]


# The folder


@pytest.mark.slow
def test_the_folder_holds_everything_and_can_be_written_again(
    comparison: Comparison, checks: list[FigureCheck], tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "report"
    file = write_report(comparison, checks, folder, "en", COMMAND)
    assert file == folder / "report.html"
    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "workbook.xlsx",
        "charts",
        "results",
        "report.json",
    }
    drawn = {path.name for path in (folder / "charts").iterdir()}
    names = ("overview", "target", "differences", "cost", "account", "groups", "evidence")
    assert drawn == {f"{name}{ending}" for name in names for ending in (".png", ".svg")}
    assert "Plan" in load_workbook(folder / "workbook.xlsx").sheetnames
    assert read(folder / "results").record["settings"]["draws"] == 4
    (folder / "charts" / "mine.png").write_bytes(b"my own picture")
    write_report(comparison, checks, folder, "zh", COMMAND)
    assert 'lang="zh-CN"' in file.read_text("utf-8")
    assert (folder / "charts" / "mine.png").read_bytes() == b"my own picture"


def test_a_folder_of_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear minister", encoding="utf-8")
    with pytest.raises(InputError, match=r"letter\.txt"):
        prepare_report_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    (tmp_path / "letter.txt").rename(tmp_path / "report.html")
    with pytest.raises(InputError, match=r"report\.html"):
        prepare_report_folder(tmp_path)
    with pytest.raises(InputError):
        prepare_report_folder(tmp_path / "report.html")


def test_what_fails_half_way_leaves_the_earlier_report(
    comparison: Comparison, checks: list[FigureCheck], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_report(comparison, checks, tmp_path / "report", "en", COMMAND)
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zhizao.report.folder.workbook_bytes", full)
    with pytest.raises(InputError, match="No space left"):
        write_report(comparison, checks, tmp_path / "report", "zh", COMMAND)
    assert file.read_bytes() == before
    assert not [path for path in (tmp_path / "report").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("name", ["altair", "jinja2", "vl_convert", "matplotlib"])
def test_what_is_missing_is_named_before_anything_is_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=re.escape(f"needs {name}; install it with: pip install 'zhizao[report]'")):
        prepare_report_folder(tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_the_command_writes_a_report_and_says_how_to_make_it_again(tmp_path: Path) -> None:
    folder, policy = tmp_path / "my report", tmp_path / "my policy.toml"
    policy.write_text(
        'format = 1\ntitle = "<b>Mine</b>"\nquestion = "?"\nsource = "test"\nextends = "baseline"\n\n[[changes]]\n'
        'from = "2024-01"\n\n[changes.set.grants]\nfund_multiple = 2.0\n',
        encoding="utf-8",
    )
    asked = [
        str(folder),
        "baseline",
        str(policy),
        "--draws",
        "2",
        "--n-firms",
        "40",
        "--quiet",
        "--set",
        "grants.payment_delay=3",
    ]
    found = CliRunner().invoke(cli.program, ["report", *asked], prog_name="zhizao")
    assert found.exit_code == 0, found.output
    assert found.output == ""
    reader = Reader((folder / "report.html").read_text("utf-8"))
    assert "<b>Mine</b>" in reader.text
    options = "--seed 0 --calibration plan --funding report --n-firms 40 --set grants.payment_delay=3 --until 2025-12"
    again = f"zhizao report '{folder}' baseline '{policy}' {options} --draws 2 --policy 'my policy' --lang en"
    assert again in reader.text


def test_a_wrong_scenario_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    found = CliRunner().invoke(cli.program, ["report", str(tmp_path / "out"), "no-such-policy", "--draws", "1"])
    assert found.exit_code == 2
    assert "no-such-policy" in found.output
    assert not (tmp_path / "out" / "report.html").exists()


# Small parts


def test_names_are_clear_of_each_other_of_points_and_of_the_edges() -> None:
    labels = [
        Label(text="first", x=100, y=100),
        Label(text="second", x=110, y=105),
        Label(text="链主", x=100, y=130),
        Label(text="at the very edge", x=295, y=30),
        Label(text="crowded", x=20, y=250),
    ]
    crowd = [(20 + x, 250 + y) for x in (-30, -10, 15, 40) for y in (-15, 10)]
    found = placed(labels, [(label.x, label.y) for label in labels] + crowd, (300, 300))
    sides = [None if label is None else (label.leftwards, label.below) for label in found]
    assert sides == [(False, True), (False, False), (False, False), (True, False), None]


def test_money_is_written_as_people_say_it() -> None:
    assert [money_in_words(value, "zh") for value in (182.4, 2000.0, 47.2)] == ["1.82亿元", "20亿元", "4720万元"]
    assert money_in_words(1234.4, "en") == "1.23 billion RMB"
    assert [money_in_words(value, "en") for value in (199.4, 0.9, -20.0, 0.0)] == [
        "199 million RMB",
        "900 thousand RMB",
        "−20 million RMB",
        "0 RMB",
    ]
    assert [money_in_words(value, "zh") for value in (99.999, 123456.0, 0.3, -0.004)] == [
        "1亿元",
        "1235亿元",
        "30万元",
        "−4000元",
    ]


# In a browser


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_in_a_browser_without_network(pages: dict[Language, str], language: Language, tmp_path: Path) -> None:
    """Headless Chromium with no way out: every chart is drawn, nothing is asked for, nothing is complained about."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    if chromium is None or driver is None:
        pytest.skip("chromium and chromedriver are not installed")
    file = tmp_path / "report.html"
    file.write_text(pages[language], encoding="utf-8")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        browser.get("about:blank")
        browser.get_log("performance")
        browser.get(file.as_uri())
        drawn = "return document.querySelectorAll('.chart [aria-label] svg, .chart[aria-label] svg').length"
        _wait_until(lambda: browser.execute_script(drawn) == len(CHARTS))
        _choose_another_policy(browser, language)
        complaints = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
        events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
        assert not complaints
        assert not [event for event in events if event["method"] == "Network.loadingFailed"]
        asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        assert [address for address in asked if not address.startswith("chrome")] == [file.as_uri()]
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        browser.quit()


def _wait_until(done: Any) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end, "the page did not come to what was waited for"
        time.sleep(0.1)


def _choose_another_policy(browser: Any, language: Language) -> None:
    """Choose the last policy from the list of the road: the drawing changes."""
    drawing = "return document.querySelector('#chart-road svg').outerHTML"
    before = browser.execute_script(drawing)
    browser.execute_script(
        "const list = document.querySelector('#chart-road select');"
        "list.value = list.options[list.options.length - 1].value;"
        "list.dispatchEvent(new Event('input', {bubbles: true})); list.dispatchEvent(new Event('change'));"
    )
    _wait_until(lambda: browser.execute_script(drawing) != before)
