"""A real browser without a window, and the app in it: what a person does on the page, and what they wait to see.

Tests that need it are skipped where there is no Chromium.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from zhizao.dashboard.server import LOOPBACK

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
    "--force-device-scale-factor=1",
)
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


@contextmanager
def chromium(folder: Path, size: tuple[int, int] = (1366, 768)) -> Iterator[Any]:
    """Open a browser whose page has a size in pixels; what it downloads goes to ``downloads`` in the folder."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
    if BROWSER is None or DRIVER is None:
        pytest.skip("there is no Chromium; on Debian: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(folder / "downloads")})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_script_timeout(180)
    resize(driver, *size)
    yield driver
    driver.quit()


def resize(driver: Any, width: int, height: int) -> None:
    """Give the page, not the window, a size in pixels."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@contextmanager
def app(folder: Path) -> Iterator[str]:
    """Serve the app and give its address; who it connects to is written to ``calls`` in the folder."""
    pytest.importorskip("streamlit", reason="the dashboard needs the extra app")
    with socket.socket() as trial:  # any, so that tests beside each other do not ask for the same one
        trial.bind((LOOPBACK, 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-c", WATCHED, "app", "--port", str(port)]
    log = (folder / "server.log").open("w")
    environment = os.environ | {"CALLS": str(folder / "calls")}
    with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as process:
        assert process.stdout is not None
        assert f"http://{LOOPBACK}:{port}/" in process.stdout.readline()
        yield f"http://{LOOPBACK}:{port}/"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in (folder / "server.log").read_text()


class Page:
    """What a person does on the page of the app, and what they wait to see."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def wait(self, seen: Callable[[Any], Any], what: str) -> Any:
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        ignored = [StaleElementReferenceException]
        return WebDriverWait(self.driver, 180, 0.1, ignored_exceptions=ignored).until(seen, f"never saw: {what}")

    def find(self, css: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements("css selector", css)
        return found

    def one(self, css: str) -> Any:
        return self.wait(lambda _: next(iter(self.find(css)), None), css)

    def metrics(self) -> dict[str, str]:
        """Numbers at the top by their names, once all are there and nothing is running."""

        def settled(_: Any) -> dict[str, str] | None:
            busy = self.find("[data-testid=stApp]:not([data-test-script-state=notRunning]), [data-stale=true]")
            shown = [item.text.split("\n") for item in self.find("[data-testid=stMetric]")]
            numbers = {lines[0]: lines[1] for lines in shown if len(lines) > 1}
            return numbers if len(numbers) == 6 and not busy else None

        found: dict[str, str] = self.wait(settled, "six numbers at the top")
        return found

    def settled(self, seconds: float = 5.0) -> dict[str, str]:
        """Return the numbers once they stay: every press of a key runs the page again."""
        found = self.metrics()
        for _ in range(30):
            time.sleep(seconds)
            again = self.metrics()
            if again == found:
                return found
            found = again
        raise AssertionError("the numbers never stay")

    def changed(self, before: dict[str, str]) -> dict[str, str]:
        """Numbers at the top after they have become others."""

        def others(_: Any) -> dict[str, str] | None:
            now = self.metrics()
            return now if now != before else None

        found: dict[str, str] = self.wait(others, "other numbers")
        return found

    def says(self, text: str) -> None:
        self.wait(lambda driver: text in driver.find_element("css selector", "body").text, text)

    def slide(self, steps: int, lever: str = "") -> None:
        """Move a slider with the arrow keys: the first one, or that of a lever."""
        from selenium.webdriver import ActionChains, Keys

        within = f"[class*='{lever.replace('.', '-')}'] " if lever else ""
        kinds = ("input[type=range]", "[role=slider]")
        handle = self.one(", ".join(f"{within}[data-testid=stSlider] {kind}" for kind in kinds))
        self.driver.execute_script("arguments[0].focus()", handle)
        key = Keys.ARROW_RIGHT if steps > 0 else Keys.ARROW_LEFT
        ActionChains(self.driver).send_keys(key * abs(steps)).perform()

    def press(self, css: str, text: str = "") -> None:
        """Press what a selector finds and whose text holds this: one thing, once it is there."""

        def there(_: Any) -> Any:
            found = [item for item in self.find(css) if text in item.text]
            return found[0] if len(found) == 1 and found[0].is_enabled() else None

        element = self.wait(there, f"{css} {text}")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def downloaded(self, name: str, folder: Path) -> Path:
        """Return a file that the browser saves, once it is whole."""
        file = folder / "downloads" / name
        self.wait(lambda _: file.exists() and not list(file.parent.glob("*.crdownload")), name)
        return file


def tables_of(page: Any) -> list[Any]:
    """Return the tables of words on the page as it is run without a browser, as they are read."""

    def read(text: object) -> str:
        return re.sub(r"\\(.)", r"\1", str(text))

    return [item.value.rename(columns=read).map(read) for item in page.table]


def requests_of(driver: Any) -> list[str]:
    """Return the addresses that the browser asked for."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return sent + [m["params"]["url"] for m in messages if m["method"] == "Network.webSocketCreated"]
