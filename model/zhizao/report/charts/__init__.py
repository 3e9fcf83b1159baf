"""Charts of studies, in English and Chinese, drawn with matplotlib.

Every ``…_chart`` takes what a study gives and a language, ``en`` or ``zh``, and returns a matplotlib `Figure` 8 inches
wide; where matplotlib is not installed it raises an `InputError`. The docstring of each describes only what is its own.
They share one style sheet and one font, so they look the same on every machine.
"""

from zhizao.report.charts.account import account_chart
from zhizao.report.charts.calibration import learned_chart, ranks_chart, ridge_chart
from zhizao.report.charts.cost import cost_chart
from zhizao.report.charts.deciding import choice_chart, learning_chart
from zhizao.report.charts.differences import differences_chart
from zhizao.report.charts.evidence import context_chart, evidence_chart
from zhizao.report.charts.groups import groups_chart
from zhizao.report.charts.mixes import frontier_chart
from zhizao.report.charts.network import network_chart
from zhizao.report.charts.overview import comparison_chart, save_chart
from zhizao.report.charts.plots import ComparisonPlots
from zhizao.report.charts.reach import reach_chart
from zhizao.report.charts.scale import SCALE_COLUMNS, fitted_power, scale_chart
from zhizao.report.charts.sensitivity import INDEX_COLUMNS, sensitivity_chart, sobol_chart, tornado_chart
from zhizao.report.charts.single import run_chart, save_run_chart
from zhizao.report.charts.style import figure_bytes, save_figure
from zhizao.report.charts.target import target_chart
from zhizao.report.frontier import frontier

__all__ = [
    "INDEX_COLUMNS",
    "SCALE_COLUMNS",
    "ComparisonPlots",
    "account_chart",
    "choice_chart",
    "comparison_chart",
    "context_chart",
    "cost_chart",
    "differences_chart",
    "evidence_chart",
    "figure_bytes",
    "fitted_power",
    "frontier",
    "frontier_chart",
    "groups_chart",
    "learned_chart",
    "learning_chart",
    "network_chart",
    "ranks_chart",
    "reach_chart",
    "ridge_chart",
    "run_chart",
    "save_chart",
    "save_figure",
    "save_run_chart",
    "scale_chart",
    "sensitivity_chart",
    "sobol_chart",
    "target_chart",
    "tornado_chart",
]
