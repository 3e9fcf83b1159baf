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

import pytest
from click.testing import CliRunner

from browsing import Page, app, chromium, requests_of
from zhizao.commands import cli
from zhizao.dashboard.server import LOOPBACK

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
    assert list(chinese.values()) == list(moved.values())
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
