"""What the report on a calibration says of the public money: its readings, how likely each is, and year by year."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from zhizao.calendar import BRANCH_MONTH, month_name
from zhizao.evidence.ensembles import FUNDING
from zhizao.report.markdown import prose, short, table
from zhizao.results.variables import MONEY_UNIT
from zhizao.studies.calibration.simulator import TARGET_REPORTED
from zhizao.words.place import of_place
from zhizao.words.tables import words_of

__all__ = ["last_year", "money_lines"]

_WORDS = words_of("calibration")
_MOST_DIGITS = 5


def money_lines(numbers: dict[str, Any]) -> Iterable[str]:
    """Yield the section on the readings of the yearly public money, from the numbers of a calibration."""
    yield "## The readings of the yearly public money"
    yield ""
    rows = (
        (f"put up for digital projects in {last_year()}", "put_up", 1.0, 0),
        (f"paid out in {last_year()}", "paid_out", 1.0, 0),
        ("paid out, % of what is put up", "paid_out_share", 100.0, 0),
        ("% of draws in which as much is paid out as the reading says", "paid_out_reaches_reading", 100.0, 0),
        (f"paid out per supported project of {last_year()}", "paid_out_per_supported_project", 1.0, 2),
        (of_place("{level} in {target}, reported, %", "en"), TARGET_REPORTED, 1.0, 1),
        ("plan met, % of draws", "target_probability", 100.0, 1),
        (of_place("effect of the programme from {branch_short}, true points", "en"), "programme_effect", 1.0, 1),
        ("effect of its grants, true points", "subsidy_effect", 1.0, 1),
        ("effect of its services, true points", "service_effect", 1.0, 1),
    )
    names = list(numbers["money"])
    yield from table(
        ["", *names],
        (
            [label, *(f"{scale * numbers['money'][n][key]:,.{digits}f}" for n in names)]
            for label, key, scale, digits in rows
        ),
    )
    yield ""
    first, *others = FUNDING
    for other in others:
        odds = _odds(numbers, f"facts · {first}", f"facts · {other}")
        yield from prose(_WORDS("money note", "en", first=first, other=other, odds=odds))
        yield ""
    yield "### Year by year"
    yield ""
    for name, years in numbers["money_years"].items():
        yield from _money_table(name, years)
        yield ""


def _odds(numbers: dict[str, Any], one: str, other: str) -> str:
    """Return how many times likelier the facts are under one ensemble than under another; beyond 100,000 as 7·10^8."""
    record = numbers["sampler"]
    apart = (record[one]["log_evidence"] - record[other]["log_evidence"]) / np.log(10.0)
    whole = math.floor(apart)
    return f"{10.0**apart:,.0f}" if abs(apart) < _MOST_DIGITS else f"{10.0 ** (apart - whole):.0f}·10^{whole}"


def _money_table(name: str, years: dict[str, dict[str, dict[str, float]]]) -> Iterable[str]:
    columns = {
        "put_up": "put up",
        "promised": "promised",
        "paid": "paid",
        "promised_per_recorded": "promised per registered project",
        "promised_per_supported": "promised per supported project",
    }
    yield from table(
        [f"{name}, {MONEY_UNIT}", *columns.values()],
        (
            [
                year,
                *(f"{short(e['median'])} ({short(e['low'])} – {short(e['high'])})" for e in map(row.get, columns) if e),
            ]
            for year, row in years.items()
        ),
    )


def last_year() -> str:
    """Return what the last twelve months of history are called: a year, if they are one."""
    first, last = month_name(BRANCH_MONTH - 12), month_name(BRANCH_MONTH - 1)
    return first[:4] if first[:4] == last[:4] else f"{first} to {last}"
