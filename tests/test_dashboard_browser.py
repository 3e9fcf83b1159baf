"""The dashboard in a real browser, from the first look to the file taken away; nothing leaves this computer."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from zhizao.commands import cli
from zhizao.dashboard.server import LOOPBACK, free_port

pytestmark = pytest.mark.slow

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1400,1400",
)
INSIDE = ("data", "blob", "about", "chrome", "chrome-untrusted", "devtools")
"""Schemes of what a browser finds within itself."""
HOSTILE = "<img src=x onerror=alert(1)>.csv"
DAMAGED = "id,sector,employees,revenue\na,vehicles,many,40\nb,equipment,60,-3\n"
GOOD = "id,sector,employees,revenue\n" + "".join(f"f{n},equipment,{60 + n},{30 + 5 * n}\n" for n in range(40))
WATCHED = """
import os, sys
def watch(event, about):
    if event == "socket.connect":
        with open(os.environ["CALLS"], "a") as file:
            print(about[1], file=file)
sys.addaudithook(watch)
from zhizao.commands.cli import main
main()
"""
"""The program, with every address that it connects to written down."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    pytest.importorskip("streamlit", reason="the dashboard needs the extra app")
    port = free_port(LOOPBACK, None)
    command = [sys.executable, "-c", WATCHED, "app", "--port", str(port)]
    log = (tmp_path / "server.log").open("w")
    environment = os.environ | {"CALLS": str(tmp_path / "calls")}
    with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as process:
        assert process.stdout is not None
        assert f"http://{LOOPBACK}:{port}/" in process.stdout.readline()
        yield f"http://{LOOPBACK}:{port}/"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in (tmp_path / "server.log").read_text()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
    if BROWSER is None or DRIVER is None:
        pytest.skip("there is no Chromium; on Debian: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(tmp_path / "downloads")})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


class Page:
    """What a person does on the page, and what they wait to see."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def wait(self, seen: Callable[[Any], Any], what: str) -> Any:
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        ignored = [StaleElementReferenceException]
        return WebDriverWait(self.driver, 60, ignored_exceptions=ignored).until(seen, f"never saw: {what}")

    def find(self, css: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements("css selector", css)
        return found

    def one(self, css: str) -> Any:
        return self.wait(lambda _: next(iter(self.find(css)), None), css)

    def metrics(self) -> dict[str, str]:
        """Numbers at the top by their names, once all are there and nothing is running."""

        def settled(_: Any) -> dict[str, str] | None:
            busy = self.find("[data-testid=stStatusWidget], [data-testid=stSpinner], [data-stale=true]")
            shown = [item.text.split("\n") for item in self.find("[data-testid=stMetric]")]
            numbers = {lines[0]: lines[1] for lines in shown if len(lines) > 1}
            return numbers if len(numbers) == 6 and not busy else None

        found: dict[str, str] = self.wait(settled, "six numbers at the top")
        return found

    def settled(self) -> dict[str, str]:
        """Return the numbers once they stay: every press of a key runs the page again."""
        found = self.metrics()
        while True:
            time.sleep(5)
            again = self.metrics()
            if again == found:
                return found
            found = again

    def changed(self, before: dict[str, str]) -> dict[str, str]:
        """Numbers at the top after they have become others."""

        def others(_: Any) -> dict[str, str] | None:
            now = self.metrics()
            return now if now != before else None

        found: dict[str, str] = self.wait(others, "other numbers")
        return found

    def says(self, text: str) -> None:
        self.wait(lambda driver: text in driver.find_element("css selector", "body").text, text)

    def slide(self, steps: int) -> None:
        """Move the first slider with the arrow keys."""
        from selenium.webdriver import ActionChains, Keys

        handle = self.one("[data-testid=stSlider] input[type=range], [data-testid=stSlider] [role=slider]")
        self.driver.execute_script("arguments[0].focus()", handle)
        key = Keys.ARROW_RIGHT if steps > 0 else Keys.ARROW_LEFT
        ActionChains(self.driver).send_keys(key * abs(steps)).perform()

    def press(self, css: str, text: str) -> None:
        [element] = [item for item in self.find(css) if text in item.text]
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()


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


def requests_of(driver: Any) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return sent + [m["params"]["url"] for m in messages if m["method"] == "Network.webSocketCreated"]


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
    lines = page.one("[data-testid=stCode]").text.strip().splitlines()
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
