"""The charts of a comparison as methods: ``comparison.plot.target()``.

A comparison is in a layer below the charts and must not know them. So it has a place for what draws
(`Comparison.plots`), and this module puts itself there when it is loaded. The package's top module loads it together
with `compare`, so anyone who writes ``import zhizao as zz`` finds ``zz.compare(...).plot`` in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhizao.report.charts.account import account_chart
from zhizao.report.charts.cost import cost_chart
from zhizao.report.charts.differences import differences_chart
from zhizao.report.charts.groups import groups_chart
from zhizao.report.charts.overview import comparison_chart
from zhizao.report.charts.target import target_chart
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ComparisonPlots"]


class ComparisonPlots:
    """The charts of one comparison; each returns a matplotlib `Figure`.

    Parameters
    ----------
    comparison
        The comparison.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def target(self, language: Language = "en", *, scenario: str | None = None) -> Figure:
        """Return the road of one scenario (the first) to the plan, under both treatments of it: `target_chart`."""
        return target_chart(self._comparison, language, scenario=scenario)

    def differences(self, language: Language = "en") -> Figure:
        """Return the paired differences of all scenarios from the first: `differences_chart`."""
        return differences_chart(self._comparison, language)

    def account(self, language: Language = "en") -> Figure:
        """Return the subsidy account of all scenarios: `account_chart`."""
        return account_chart(self._comparison, language)

    def cost(self, language: Language = "en") -> Figure:
        """Return cost against effect with the efficient frontier: `cost_chart`."""
        return cost_chart(self._comparison, language)

    def groups(self, language: Language = "en", *, scenarios: Sequence[str] | None = None) -> Figure:
        """Return who moved, by size class, sector, starting level and park: `groups_chart`."""
        return groups_chart(self._comparison, language, scenarios=scenarios)

    def overview(self, language: Language = "en") -> Figure:
        """Return the road and the differences in one picture: `comparison_chart`."""
        return comparison_chart(self._comparison, language)


Comparison.plots = ComparisonPlots
