"""Numbers that rules hold fixed: definitions, units, and assumptions that no study varies, each with its source."""

from __future__ import annotations

import math

from zhizao.sectors import CUT_POINTS, PLAN_LEVEL

__all__ = [
    "AFTER_THE_FACT",
    "APPROVAL_FIRST",
    "DAYS_PER_MONTH",
    "FIRST_COME",
    "HIGHEST_STARTING_SCORE",
    "LARGE_FIRST",
    "LEVEL2_SCORE",
    "LEVEL3_SCORE",
    "LEVEL4_SCORE",
    "LOTTERY",
    "MEAN_BALANCE",
    "MERIT",
    "MIDDLE",
    "MONTHS_AHEAD",
    "MONTHS_PER_YEAR",
    "MOST_SAVED",
    "NEWS_WEIGHT",
    "NO_ORDER",
    "NO_RATE",
    "SCORE_WITH_WORKSHOP",
    "SMALL_FIRMS_FIRST",
    "SMALL_FIRST",
    "TENTH",
    "TOP_SCORE",
]

MONTHS_PER_YEAR = 12.0
DAYS_PER_MONTH = 30.4
"""Mean length of a month: 365 days over twelve, rounded."""

TOP_SCORE = 100.0
_AT_LEAST = (*CUT_POINTS[PLAN_LEVEL - 1 :], math.inf, math.inf)
LEVEL2_SCORE, LEVEL3_SCORE, LEVEL4_SCORE = _AT_LEAST[:3]
"""Score from which a firm is at the plan's level (level 2 in the names of levers and series), and at the two above it,
if there are such."""
HIGHEST_STARTING_SCORE = 95.0
"""No firm begins above this score (assumption: nobody is finished at the start, and nobody enters so)."""
SCORE_WITH_WORKSHOP = LEVEL2_SCORE + 5.0
"""Least score of a firm with a recognised workshop at the start (assumption: recognition asks for the plan's level)."""

MIDDLE = 0.5
"""Middle of the scale of capability and of competence: what effects are measured from."""
MOST_SAVED = 0.9
"""Most that one project can save of a cost, or add to output (assumption: a bound on lucky draws, hardly met)."""
MONTHS_AHEAD = 12
"""Months for which a project that went well puts a firm ahead (assumption: it is talked about for a year)."""

MEAN_BALANCE = 0.5
"""Mean balance of a loan that is repaid evenly, as a share of the loan."""
NEWS_WEIGHT = 0.5
"""Weight of last year's success rate in what firms expect (assumption: as much as all years before together)."""
NO_RATE = 1e-9
"""A yearly rate below this counts as none: the annuity would divide by it."""
TENTH = 0.1
"""What the yearly cost of competence and of infrastructure is declared for: a tenth more, or a tenth less cost."""

APPROVAL_FIRST, AFTER_THE_FACT = range(2)
"""How support is asked for, in the order of the lever ``grants.regime``."""
FIRST_COME, MERIT, LOTTERY, SMALL_FIRST = range(4)
"""Who comes first when money is short, in the order of the lever ``grants.allocation``."""
NO_ORDER, SMALL_FIRMS_FIRST, LARGE_FIRST = range(3)
"""Who has a specialist when there are too few, in the order of the lever ``specialists.order``."""
