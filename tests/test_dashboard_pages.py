"""The app in a real browser, as tried every day: shared addresses, back, undo, the tray, accessibility."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accessible import faults
from browsing import Page, app, chromium

TABLES = "[data-testid=stDataFrame], [data-testid=stTable]"
SHARED = "?policy=no-services&levers=specialists.count%3A120.0&draws=4&kept=policy%3Dno-grants"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with app(folder) as found:
        yield found


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Any]:
    with chromium(folder) as driver:
        yield driver


@pytest.fixture
def page(address: str, browser: Any) -> Page:
    browser.get(address + SHARED)
    found = Page(browser)
    found.metrics()
    return found


@pytest.mark.slow
def test_an_address_gives_its_view_to_others_and_back_gives_the_one_before(page: Page) -> None:
    driver = page.driver
    before, here = page.metrics(), driver.current_url
    page.says("Service specialists 120 specialists")
    page.slide(-20, "specialists.count")
    moved = page.changed(before)
    page.wait(lambda _: driver.current_url != here, "another address")
    moved, there = page.settled(2.0), driver.current_url
    driver.get(there)
    assert page.metrics() == moved
    driver.get(here)
    assert page.metrics() == before
    page.slide(-20, "specialists.count")
    page.changed(before)
    page.settled(2.0)
    for _ in range(30):
        if driver.current_url == here:
            break
        driver.back()
        page.metrics()
    assert page.wait(lambda _: page.metrics() == before, "the numbers before")


@pytest.mark.slow
def test_undo_and_a_tray_of_three(page: Page) -> None:
    first = page.metrics()
    page.press("[role=tab]", "Side by side")
    page.press(".st-key-keep button", "Keep")
    page.wait(lambda _: len(page.find("[class*=st-key-take] button")) == 2, "two policies in the tray")
    page.slide(-20, "specialists.count")
    page.changed(first)
    page.settled(2.0)
    page.press(".st-key-keep button", "Keep")
    page.wait(lambda _: len(page.find("[class*=st-key-take] button")) == 3, "three policies in the tray")
    page.press(".st-key-undo button", "Undo")
    for _ in range(30):
        if page.settled(1.0) == first:
            break
        page.press(".st-key-undo button", "Undo")
    assert len(page.find("[class*=st-key-take] button")) == 3
    page.press(".st-key-show-0 button", "Open")
    page.says("Services without money for firms")
    page.changed(first)


@pytest.mark.slow
def test_nothing_on_the_page_keeps_people_with_disabilities_out(page: Page) -> None:
    assert faults(page.driver) == []
    page.press(".st-key-language button", "中文")
    page.says("财政")
    page.metrics()
    assert faults(page.driver) == []


@pytest.mark.slow
def test_answers_keep_nobody_out_either_and_the_day_is_printed(address: str, browser: Any) -> None:
    browser.get(f"{address}?draws=8")
    page = Page(browser)
    page.metrics()
    for tab, work in (
        ("All policies", "all"),
        ("Choose", "choice"),
        ("Mixes", "frontier"),
        ("Learn", "learning"),
        ("One run", ""),
    ):
        page.press("[role=tab]", tab)
        if work:
            before = len(page.find(TABLES))
            page.press(f".st-key-{work}-search button")
            page.wait(lambda _, before=before: len(page.find(TABLES)) > before, f"{tab}: a table")
            page.wait(lambda _, work=work: not page.find(f".st-key-{work}-stop"), f"{tab}: an end")
            page.metrics()
        assert faults(browser) == [], tab
    day = page.one(".printed")
    assert not day.is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert datetime.date.today().isoformat() in day.text
        assert "draws=8" in day.text
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
