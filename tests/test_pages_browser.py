"""The report and the documentation site in a browser: nobody is shut out, and the site can be searched."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accessible import faults
from browsing import chromium
from zhizao.commands import beyond as made_here
from zhizao.commands.beyond import found_beyond
from zhizao.report.interactive import CHARTS
from zhizao.report.page import page
from zhizao.studies.compare import compare
from zhizao.studies.evidence_check import check_evidence
from zhizao.words.tables import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow
WIDTHS = "return [...document.querySelectorAll('article img')].map(one => one.naturalWidth).filter(Boolean)"
DRAWN = "return document.querySelectorAll('.chart svg').length"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


def wait_until(done: Any) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end, "the page did not come to what was waited for"
        time.sleep(0.1)


def test_nobody_is_shut_out_of_the_report_and_it_fits_every_screen(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_here, "_TRIES", 10)
    study: Any = {"draws": 2, "n_firms": 40, "workers": 1, "seed": 0}
    done = compare(["baseline", "services-surge", "no-programme"], **study)
    checks = check_evidence(draws=2, n_firms=40)
    beyond = found_beyond(done, study, [], "en", quiet=True)
    for language in LANGUAGES:
        file = tmp_path / f"{language}.html"
        text = page(
            done, checks, language, "zhizao report x", policy="services-surge", made="2026-11-30", beyond=beyond
        )
        file.write_text(text, "utf-8")
        browser.get(file.as_uri())
        wait_until(lambda: browser.execute_script(DRAWN) >= len(CHARTS))
        assert not faults(browser)
        for width in (390, 768, 1366):
            size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        assert len(printed["data"]) > 10_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("sphinx") is None or importlib.util.find_spec("furo") is None:
        pytest.skip("the site is built with pip install zhizao[docs]")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-c", "docs", ".", str(folder), "-d", str(folder / "work")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", ["docs/index", "README", "README.zh", "docs/API", "docs/GLOSSARY", "docs/DECIDING"])
def test_nobody_is_shut_out_of_the_site(browser: Any, site: Path, name: str) -> None:
    browser.get((site / f"{name}.html").as_uri())
    assert not faults(browser)


def test_the_site_has_pictures_and_a_search_that_finds(browser: Any, site: Path) -> None:
    for name in ("README", "README.zh"):
        browser.get((site / f"{name}.html").as_uri())
        wait_until(lambda: browser.execute_script(WIDTHS))
        widths = browser.execute_script(WIDTHS)
        assert min(widths) > 600
    browser.get(f"{(site / 'search.html').as_uri()}?q=voucher")
    wait_until(lambda: browser.execute_script("return document.querySelectorAll('.search li').length") > 2)
