"""What a district's own file holds: its names, months, plan, size rule, levels, tiers of government and sectors."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

__all__ = [
    "MONTH",
    "MONTH_OF_YEAR",
    "Calendar",
    "DistrictFile",
    "Levels",
    "Library",
    "Months",
    "Plan",
    "PriorFrom",
    "Sector",
    "SizeClass",
    "SizeRule",
    "Tier",
]


MONTH_OF_YEAR = "(0[1-9]|1[0-2])"
MONTH = re.compile(f"([0-9]{{4}})-{MONTH_OF_YEAR}")
"""How a month is written, ``YYYY-MM``: the year and the month of the year."""


class _Strict:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class Months(_Strict):
    """The months that matter, as ``YYYY-MM``.

    Attributes
    ----------
    start
        The first month of every run.
    branch
        The first month that is not history: scenarios differ from here, and totals count from here.
    horizon
        The last month that a run can reach.
    """

    start: str
    branch: str
    horizon: str


@dataclass(frozen=True, kw_only=True)
class Plan(_Strict):
    """What the government has set out to reach.

    Attributes
    ----------
    share
        Share of the small and medium firms, between 0 and 1.
    level
        The level that they are to reach, counted from the lowest, which is 0.
    by
        The month, as ``YYYY-MM``.
    source
        Where the plan is written down.
    """

    share: float
    level: int
    by: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Calendar(_Strict):
    """Months of the year, 1 to 12, in which things happen once a year.

    Attributes
    ----------
    year
        Revenue grows, and public budgets open or lapse.
    lists
        The government publishes its list of recognised workshops and factories.
    self_assessment
        Firms report their digital level.
    """

    year: int = 1
    lists: int = 5
    self_assessment: int = 12


@dataclass(frozen=True, kw_only=True)
class Levels(_Strict):
    """The scale of digital levels.

    Attributes
    ----------
    cut_points
        Score points, between 0 and 100, from which a firm is at level 1, 2 and so on.
    english, chinese
        Names of the levels, from level 0 on; empty for plain numbers.
    source
        The standard.
    """

    cut_points: tuple[float, ...]
    source: str
    english: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SizeClass(_Strict):
    """A class of firms by size.

    Attributes
    ----------
    key, english, chinese
        Its key in files and its names.
    least_staff, least_revenue
        Employees, and millions a year, from which a firm of a register is of this class or a higher one; the lowest
        class needs none.
    """

    key: str
    english: str
    chinese: str
    least_staff: float = 0.0
    least_revenue: float = 0.0


@dataclass(frozen=True, kw_only=True)
class SizeRule(_Strict):
    """The rule of size classes.

    Attributes
    ----------
    in_scope, in_scope_zh, in_scope_zh_short
        What goes before "firms" where those in scope are meant, such as ``above-scale``; empty if all are.
    needs
        Whether a firm must reach both floors of a class, or one of them, to be in it.
    in_scope_revenue
        Revenue, millions a year, from which a firm counts at all.
    usual_productivity
        Revenue per employee, millions a year, that is usual here: a register far from it is asked about its units.
    source
        The rule.
    """

    source: str
    in_scope: str = ""
    in_scope_zh: str = ""
    in_scope_zh_short: str = ""
    needs: Literal["both", "either"] = "both"
    in_scope_revenue: float = 0.0
    usual_productivity: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Tier(_Strict):
    """A tier of government, or another public source of money.

    Attributes
    ----------
    key, english, chinese
        Its key in files and its names.
    pays_for
        The tiers that instruments are declared with (``national``, ``municipal``, ``district``) and that this one
        stands for; its own key if empty.
    """

    key: str
    english: str
    chinese: str
    pays_for: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sector(_Strict):
    """One sector: its key in files, its names, its tier of cluster, and the mapped industry within it.

    Attributes
    ----------
    cluster, industry
        Its group in the district's own plan, and the industry within it, if any.
    """

    key: str
    english: str
    chinese: str
    cluster: str = ""
    industry: str = ""


@dataclass(frozen=True, kw_only=True)
class Phase(_Strict):
    """A phase of policy: for how long officials push as hard, or as little.

    Attributes
    ----------
    key, english, chinese
        Its key in files and its names.
    begins
        Its first month, as ``YYYY-MM``; for the first phase none, it begins with the runs.
    """

    key: str
    english: str
    chinese: str
    begins: str = ""


@dataclass(frozen=True, kw_only=True)
class Library(_Strict):
    """Where the district's policies are, relative to its folder.

    Attributes
    ----------
    policy
        The policy in force: the scenario ``baseline``, which others extend.
    policies
        The folder of further scenarios.
    calibration
        The folder in which `zhizao calibrate` puts ``fitted/`` and its report.
    """

    policy: str = "policy.toml"
    policies: str = "policies"
    calibration: str = "."


@dataclass(frozen=True, kw_only=True)
class MoneyReading(_Strict):
    """One reading of how much public money there is a year, where what is published leaves it open.

    Attributes
    ----------
    key, english, chinese
        Its key in options and files, and its names.
    annual_fund
        Millions a year, in place of the number ``funding.annual_fund``.
    source
        Who says so.
    """

    key: str
    english: str
    chinese: str
    annual_fund: float
    source: str


def _written(name: str) -> str:
    """Return how a key is written in files: ``from`` and ``except`` are words of Python, so fields end in _."""
    return name.rstrip("_")


@dataclass(frozen=True, kw_only=True)
class PriorFrom:
    """Another place whose fit narrows the intervals of the numbers that are drawn here.

    A number that is drawn in both gets the interval with the other fit's mean, and its standard deviation times
    `widening`, as far as it lies within the interval that it would have here.

    Attributes
    ----------
    from_
        The other place, in files the key ``from``: the name of a shipped district, or a path from this folder.
    source
        Why the two places are alike.
    widening
        How much more places differ than the other fit is uncertain: 1 for none; it is above 0.
    treatment, funding
        Which of its fits; its first reading of the money if that is not named.
    except_
        Numbers that are not taken over, in files the key ``except``: what is true of one place only.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "alias_generator": _written}

    from_: str
    source: str
    widening: float = 2.0
    treatment: Literal["plan", "facts"] = "facts"
    funding: str = ""
    except_: tuple[str, ...] = ("population.firms", "funding.digital_share")


@dataclass(frozen=True, kw_only=True)
class DistrictFile(_Strict):
    """The whole of ``district.toml``.

    Attributes
    ----------
    name, name_zh
        What the place is called in full.
    short, short_zh
        What it is called in a sentence.
    currency, currency_zh
        Its money; amounts are in millions of it.
    currency_unit
        What one unit of it is called in a sentence, such as ``yuan``; as the currency if empty.
    money
        Readings of the yearly public money, the preferred one first; the declared number alone if there is none.
    phase
        The phases of policy in their order; one that lasts throughout if none is named.
    industries
        A CSV file in the folder with the sector that each code of GB/T 4754-2017 belongs to: code (or how it begins),
        sector (with a star for industry that has none of its own and is counted with it), reason. Empty if registers of
        firms name the sectors themselves.
    industry_names
        A CSV file in the folder with usual names of industries: name, sector.
    """

    format: int
    name: str
    name_zh: str
    short: str
    short_zh: str
    source: str
    currency: str = "RMB"
    currency_zh: str = "元"
    currency_unit: str = ""
    industries: str = ""
    industry_names: str = ""
    months: Months
    plan: Plan
    levels: Levels
    size_rule: SizeRule
    size_class: tuple[SizeClass, ...]
    tier: tuple[Tier, ...]
    sector: tuple[Sector, ...]
    money: tuple[MoneyReading, ...] = ()
    phase: tuple[Phase, ...] = (Phase(key="throughout", english="throughout", chinese="始终"),)
    calendar: Calendar = field(default_factory=Calendar)
    library: Library = field(default_factory=Library)
    prior: PriorFrom | None = None
