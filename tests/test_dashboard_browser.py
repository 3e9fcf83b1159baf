"""The dashboard in a real browser, from the first look to the file taken away; nothing leaves this computer."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from click.testing import CliRunner

from accessible import faults
from browsing import Page, app, chromium, requests_of
from office_lists import LISTS
from zhizao.commands import cli
from zhizao.dashboard.server import LOOPBACK
from zhizao.dashboard.words import page_word
from zhizao.words.tables import Language

docx = pytest.importorskip("docx", reason="needs the extra brief")
pptx = pytest.importorskip("pptx", reason="needs the extra brief")
pytestmark = pytest.mark.slow

INSIDE = ("data", "blob", "about", "chrome", "chrome-untrusted", "devtools")
"""Schemes of what a browser finds within itself."""
HOSTILE = "<img src=x onerror=alert(1)>.csv"
DAMAGED = "id,sector,employees,revenue\na,vehicles,many,40\nb,equipment,60,-3\n"
GOOD = "id,sector,employees,revenue\n" + "".join(f"f{n},equipment,{60 + n},{30 + 5 * n}\n" for n in range(40))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with app(tmp_path) as found:
        yield found


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    with chromium(tmp_path, (1400, 1400)) as driver:
        yield driver


def commanded(line: str, folder: Path) -> dict[str, Any]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        done = CliRunner().invoke(cli.program, [*line.split()[1:], "--format", "json"], prog_name="zhizao")
    finally:
        os.chdir(before)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_from_the_first_look_to_the_file_taken_away(address: str, browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    page = Page(browser)
    browser.get(address)
    first = page.metrics()
    assert not page.find("[data-testid=stAppDeployButton]")

    chooser = page.one(".st-key-policy-en input")
    chooser.send_keys("All chain leaders", Keys.ENTER)
    chooser.send_keys(Keys.ESCAPE)
    stacked = page.changed(first)
    page.slide(-20)
    page.changed(stacked)
    page.says("1 moved")
    moved = page.settled()

    page.press(".st-key-language button", "中文")
    page.says("财政资金")
    chinese = page.metrics()
    money = [list(found).index(name) for found, name in ((moved, MONEY), (chinese, MONEY_ZH))]
    assert money == [2, 2]
    same = [[text for name, text in found.items() if name not in (MONEY, MONEY_ZH)] for found in (moved, chinese)]
    assert same[0] == same[1]
    assert not set(chinese) & set(moved)

    for name, content in ((HOSTILE, DAMAGED), ("firms.csv", GOOD)):
        (tmp_path / name).write_text(content)
    page.one("input[type=file]").send_keys(str(tmp_path / HOSTILE))
    page.says(f"{HOSTILE}无法使用：有2处需要更正")
    table = page.one("[data-testid=stTable]").text
    assert "employees" in table
    assert "revenue" in table
    assert not page.find("img[src='x']")
    assert page.metrics() == chinese
    page.one("input[type=file]").send_keys(str(tmp_path / "firms.csv"))
    page.says("已采用40家企业")
    own = page.changed(chinese)

    page.press("[role=tab]", "下载与复现")
    lines = page.one(".st-key-commands [data-testid=stCode]").text.strip().splitlines()
    page.press("[data-testid=stDownloadButton] button", "情景文件")
    file = tmp_path / "downloads" / "my-policy.toml"
    page.wait(lambda _: file.exists(), "the scenario file")
    shutil.copy(tmp_path / "firms.csv", file.parent)
    page.press("[data-testid=stDownloadButton] button", "工作簿")
    page.wait(lambda _: (file.parent / "my-policy.xlsx").exists(), "the workbook")

    mine = commanded(lines[0], file.parent)["scenarios"][1]
    assert own["二级占比（真实）"] == f"{100 * mine['outcomes']['level2_share_true_end']['mean']:.1f} %"
    assert own["目标达成概率（仅按事实）"] == f"{100 * mine['target_probability']['facts']:.1f} %"
    page.press("[role=tab]", "单次运行")
    page.press("[data-testid=stDownloadButton] button", "逐月数据")
    months = file.parent / "months.csv"
    page.wait(lambda _: months.exists(), "the months of the single run")
    single = commanded(lines[1], file.parent)["series"]
    shown = list(csv.DictReader(months.open()))
    for name in ("level2_share_true", "public_spend", "projects_started"):
        assert [float(row[name]) for row in shown] == pytest.approx(single[name], rel=1e-12, abs=1e-12)

    sent = requests_of(browser)
    assert len(sent) > 10
    away = {urlsplit(url).hostname for url in sent if urlsplit(url).scheme not in INSIDE}
    assert away == {LOOPBACK}
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    calls = tmp_path / "calls"
    called = calls.read_text().splitlines() if calls.exists() else []
    assert [line for line in called if LOOPBACK not in line] == []


MONEY, MONEY_ZH = "Public money from 2024, million RMB", "2024年起财政支出（亿元）"
MINE = "?policy=no-services&levers=specialists.count%3A120.0&draws=4"
TITLE = "Money without services: Service specialists 120 specialists"


def office_list(file: Path) -> None:
    """Write a list as an office keeps it: with a title, a unit, a total and a signature."""
    [found] = [one for one in LISTS if one.name == "title, unit, total and signature.xlsx"]
    found.write(file)


def test_a_saved_file_is_opened_and_a_list_of_an_office_is_used(address: str, browser: Any, tmp_path: Path) -> None:
    page = Page(browser)
    browser.get(address + MINE)
    mine = page.metrics()
    page.press("[role=tab]", "Take away")
    page.press("[data-testid=stDownloadButton] button", "Scenario file")
    file = page.downloaded("my-policy.toml", tmp_path)
    browser.get(f"{address}?draws=4")
    other = page.metrics()
    assert other != mine
    page.press("[data-testid=stSidebar] summary", "Open a scenario file")
    page.one("[class*=st-key-open-] input[type=file]").send_keys(str(file))
    page.says(TITLE)
    assert page.changed(other) == mine
    assert "levers=specialists.count" in browser.current_url

    office_list(tmp_path / "规上工业企业名单.xlsx")
    page.one(".st-key-firms input[type=file]").send_keys(str(tmp_path / "规上工业企业名单.xlsx"))
    page.says("规上工业企业名单.xlsx: 60 firms are used.")
    page.says("Firms: 60 of 规上工业企业名单.xlsx")
    assert page.changed(mine) != mine
    assert faults(browser) == []


def test_a_long_run_is_stopped_and_the_page_goes_on(address: str, browser: Any) -> None:
    page = Page(browser)
    browser.get(f"{address}?draws=2000")
    page.press(".st-key-stop button", "Stop")
    page.says("Stopped. Change something, or run it again.")
    assert not page.find("[data-testid=stMetric]")
    browser.get(f"{address}?draws=4")
    first = page.metrics()
    page.press("[role=tab]", "Reach the plan")
    page.press(".st-key-reach-search button", "Search")
    page.press(".st-key-reach-stop button", "Stop")
    page.wait(lambda _: not page.find(".st-key-reach-stop"), "an end of the search")
    assert page.metrics() == first
    page.press(".st-key-reach-search button", "Search")
    page.says("promises")
    page.press(".st-key-reach-put-0 button", "Put on the page")
    page.says("levers moved")
    assert page.changed(first) != first


def test_what_is_taken_away_answers_for_the_policy_of_the_page(address: str, browser: Any, tmp_path: Path) -> None:
    page = Page(browser)
    browser.get(address + MINE)
    shown = page.metrics()
    page.press("[role=tab]", "Take away")
    files = {}
    for words, ending in (("Report", "html"), ("(Word)", "docx"), ("(PowerPoint)", "pptx"), ("Workbook", "xlsx")):
        page.press("[data-testid=stDownloadButton] button", words)
        files[ending] = page.downloaded(f"my-policy.{ending}", tmp_path)
    texts = {
        "html": files["html"].read_text("utf-8"),
        "docx": "\n".join(part.text for part in docx.Document(str(files["docx"])).element.iter() if part.text),
        "pptx": "\n".join(
            shape.text_frame.text
            for slide in pptx.Presentation(str(files["pptx"])).slides
            for shape in slide.shapes
            if shape.has_text_frame
        ),
    }
    for ending, text in texts.items():
        assert TITLE in text[:200_000], ending
    assert shown["Level 2, true"].removesuffix(" %") in texts["html"]
    headline = texts["html"][texts["html"].index("<h1") :][:3000]
    assert TITLE in headline
    book = openpyxl.load_workbook(files["xlsx"], read_only=True)
    cells = {name: list(book[name].iter_rows(values_only=True)) for name in ("Outcomes", "Scenarios")}
    assert any(TITLE in map(str, row) for row in cells["Scenarios"])
    place = {name: number for number, name in enumerate(cells["Outcomes"][0])}
    [true] = [
        row[place["mean"]]
        for row in cells["Outcomes"][1:]
        if (row[place["scenario, in files"]], row[place["outcome, in files"]]) == ("my-policy", "level2_share_true_end")
    ]
    assert f"{100 * true:.1f} %" == shown["Level 2, true"]
    assert files["html"].stat().st_size < 5e6
    assert max(files["docx"].stat().st_size, files["pptx"].stat().st_size) < 2e6


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_file_is_made_when_its_button_is_pressed_for_firms_of_ones_own(
    address: str, browser: Any, tmp_path: Path, language: Language
) -> None:
    page = Page(browser)
    browser.get(f"{address}?draws=4&lang={language}")
    first = page.metrics()
    (tmp_path / "own.csv").write_text(GOOD)
    page.one(".st-key-firms input[type=file]").send_keys(str(tmp_path / "own.csv"))
    page.changed(first)
    page.press("[class*=st-key-empty-register] button")
    assert page.downloaded("firms.csv", tmp_path).stat().st_size > 100
    for tab, files in (
        ("away", {"scenario-file": "toml", "report": "html", "brief-docx": "docx", "brief-pptx": "pptx"}),
        ("away", {"workbook": "xlsx", "numbers": "json"}),
        ("run", {"months": "csv"}),
    ):
        page.press("[role=tab]", page_word(f"tab {tab}", language))
        for key, ending in files.items():
            page.press(f".st-key-{key} button")
            name = "months.csv" if key == "months" else f"my-policy.{ending}"
            assert page.downloaded(name, tmp_path).stat().st_size > 100
            page.metrics()
    assert not page.find("[data-testid=stException]")
