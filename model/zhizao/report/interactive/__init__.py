"""Interactive charts of a comparison, for pages and dashboards; they need the extra ``report`` (Altair).

Each takes a comparison and a language and returns an Altair chart as wide as what holds it. Nothing in them is
fetched: the numbers are inside.
"""

from zhizao.report.interactive.account import subsidy_account
from zhizao.report.interactive.cost import cost_effect
from zhizao.report.interactive.differences import differences, who_gains
from zhizao.report.interactive.road import road
from zhizao.report.interactive.style import FONTS, need_altair

__all__ = ["CHARTS", "FONTS", "cost_effect", "differences", "need_altair", "road", "subsidy_account", "who_gains"]

CHARTS = {
    "road": road,
    "differences": differences,
    "cost_effect": cost_effect,
    "subsidy_account": subsidy_account,
    "who_gains": who_gains,
}
"""Every interactive chart by name."""
