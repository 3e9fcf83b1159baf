"""What a comparison of scenarios gives: outcomes with intervals, and paired differences from the first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH, TARGET_MONTH, month_names
from zhizao.errors import InputError
from zhizao.evidence.ensembles import TREATMENTS
from zhizao.parameters.registry import Parameters
from zhizao.policy.schedule import read_value
from zhizao.results.outcomes import TARGET_SHARE, Outcome
from zhizao.results.shown import html_table, listed
from zhizao.results.stored import result_files, write_results
from zhizao.results.table_files import TableForm
from zhizao.studies.codebook import own_labels, with_codebook
from zhizao.studies.compared import Compared
from zhizao.studies.describe import finite, interval, known_mean, names_table, prefixed, ranked
from zhizao.studies.lanes import stated_by, values_used
from zhizao.studies.options import Options, notes_in_both
from zhizao.studies.parameter_draws import CALIBRATIONS, ParameterDraw
from zhizao.studies.record import study_record
from zhizao.version import version

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["CHART_SERIES", "Comparison", "Plots"]

CHART_SERIES: tuple[str, ...] = ("level2_share", "level2_share_true", "public_spend")
"""The monthly series that are kept of every draw."""

_FIRST_SHOWN = BRANCH_MONTH - 1  # from here on the scenarios differ


class Plots(Protocol):
    """What draws a comparison; it is in a higher layer, and puts itself into `Comparison.plots`."""

    def __init__(self, comparison: Comparison) -> None: ...

    def target(self) -> Figure:
        """Return the road to the plan."""

    def differences(self) -> Figure:
        """Return the paired differences from the first scenario."""

    def account(self) -> Figure:
        """Return the subsidy account."""

    def cost(self) -> Figure:
        """Return cost against effect."""

    def groups(self) -> Figure:
        """Return who moved."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Scenarios compared with the first of them.

    Attributes
    ----------
    options
        What was asked for.
    draws
        The draws of the parameters.
    by_treatment
        By treatment of the plan (the one asked for first), the scenarios: the one that all are compared with first.
    seconds
        How long it took.
    """

    options: Options
    draws: tuple[ParameterDraw, ...]
    by_treatment: dict[str, tuple[Compared, ...]]
    seconds: float

    plots: ClassVar[type[Plots] | None] = None
    """What draws comparisons; none until the charts are loaded, which the top module of the package does."""

    def __repr__(self) -> str:
        others = listed(entry.label for entry in self.compared[1:])
        what = f"{self.first.label} with {others}" if others else self.first.label
        return f"<Comparison of {what}: {self.options.in_words()}; see .table(), .accounts(), .plot>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table())

    @property
    def plot(self) -> Plots:
        """The charts of the comparison: ``plot.target()``, ``differences()``, ``account()``, ``cost()``, ``groups()``.

        Each returns a matplotlib figure and takes a language.

        Raises
        ------
        InputError
            If the charts are not loaded, as when `compare` was not reached through ``import zhizao``.
        """
        if self.plots is None:
            raise InputError("the charts are not loaded; use zhizao.compare, or import zhizao.report.charts")
        return self.plots(self)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of the model and, after them, the user's own."""
        return self.options.ideas.all_outcomes

    @property
    def compared(self) -> tuple[Compared, ...]:
        """The scenarios under the treatment of the plan that was asked for."""
        return self.by_treatment[self.options.calibration]

    def target_probability(self, label: str) -> dict[str, float | None]:
        """Return the share of draws in which the plan is met, by treatment; None for one that was not run."""
        found: dict[str, float | None] = dict.fromkeys(TREATMENTS)
        for treatment, compared in self.by_treatment.items():
            [entry] = [entry for entry in compared if entry.label == label]
            found[treatment] = finite(entry.target_probability)
        return found

    @property
    def first(self) -> Compared:
        """The scenario that the others are compared with."""
        return self.compared[0]

    def only(self, labels: Sequence[str]) -> Comparison:
        """Return the same comparison with some of its scenarios, in the order in which they were compared."""
        kept = {
            name: tuple(entry for entry in compared if entry.label in labels)
            for name, compared in self.by_treatment.items()
        }
        return replace(self, by_treatment=kept)

    def table(self) -> pd.DataFrame:
        """Return outcomes by scenario with their 90 % intervals, and paired differences from the first."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(self.rows()).set_index(["scenario", "outcome"])

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `table`."""
        return [
            {
                "scenario": entry.label,
                "outcome": outcome.name,
                "unit": outcome.unit,
                **entry.summary(outcome),
                **prefixed(entry.difference(outcome, self.first)),
            }
            for entry in self.compared
            for outcome in self.outcomes
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return every outcome of every draw as a long table, in the month of the horizon."""
        import pandas as pd  # here, because it is heavy

        parts = [
            pd.DataFrame(
                {
                    "scenario": entry.label,
                    "draw": [draw.number for draw in self.draws],
                    "seed": [draw.seed for draw in self.draws],
                    "month": self.options.until,
                    "group": "all",
                    "variable": outcome.name,
                    "value": entry.outcomes[outcome.name],
                }
            )
            for entry in self.compared
            for outcome in self.outcomes
        ]
        return pd.concat(parts, ignore_index=True)

    def monthly(self) -> pd.DataFrame:
        """Return the kept series: scenario, month, variable, and median, low and high over the draws."""
        import pandas as pd  # here, because it is heavy

        rows = [
            {"scenario": entry.label, "month": month, "variable": name, **interval(values[:, place])}
            for entry in self.compared
            for name, values in entry.monthly.items()
            for place, month in enumerate(month_names(self.options.months))
        ]
        return pd.DataFrame(rows)

    def parameters(self) -> pd.DataFrame:
        """Return the parameters that every draw was run with; what is neither drawn nor set has its declared value.

        What a scenario, the settings, the number of firms or a register fix stands there instead of what was drawn.
        There is a row for each draw; where scenarios have other values than each other, one for each scenario and draw.
        """
        import pandas as pd  # here, because it is heavy

        changes = [dict(entry.scenario.parameter_changes) for entry in self.compared]
        tables: list[Mapping[str, Any]] = [*(draw.values for draw in self.draws), *changes]
        keys = dict.fromkeys(key for values in (*tables, stated_by(self.options.register)) for key in values)
        declared = {key: read_value(Parameters(), key) for key in keys}
        alike = all(values == changes[0] for values in changes)
        rows = [
            {
                **({} if alike else {"scenario": entry.label}),
                "draw": draw.number,
                "seed": draw.seed,
                **declared,
                **values_used(draw.values, entry.scenario.parameter_changes, self.options.register),
            }
            for entry in (self.compared[:1] if alike else self.compared)
            for draw in self.draws
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison in the form that the command line prints as JSON."""
        met = self.options.months > TARGET_MONTH
        return {
            "draws": len(self.draws),
            "seed": self.options.seed,
            "calibration": CALIBRATIONS[self.options.calibration],
            "funding": self.options.funding,
            "version": version(),
            "until": self.options.until,
            "target": {"share": TARGET_SHARE, "by": month_names(TARGET_MONTH + 1)[-1], "reached_by_run": met},
            "first": self.first.label,
            **notes_in_both(self.options.notes),
            "scenarios": [self._entry(entry) for entry in self.compared],
            "seconds": round(self.seconds, 3),
        }

    def _entry(self, entry: Compared) -> dict[str, Any]:
        return {
            "name": entry.label,
            "title": entry.scenario.title,
            "title_zh": entry.scenario.title_zh,
            "outcomes": {item.name: _plain(entry.summary(item)) for item in self.outcomes},
            "difference": {item.name: _plain(entry.difference(item, self.first)) for item in self.outcomes},
            "target_probability": self.target_probability(entry.label),
            "subsidy_account": self._account(entry),
            "groups": [_plain_line(line) for line in entry.group_lines(self.first)],
            **({"signposts": lines} if (lines := entry.signpost_lines()) else {}),
            "series": {name: self._path(values) for name, values in entry.monthly.items()},
        }

    @staticmethod
    def _account(entry: Compared) -> dict[str, Any]:
        """Return the mean of every line of the account, and the five parts of each instrument."""
        draws = len(entry.accounts)
        return {
            **{line["line"]: finite(line["mean"]) for line in entry.account_lines()},
            "by_instrument": {
                name: {"spending": split.spending / draws, **{k: v / draws for k, v in split.parts().items()}}
                for name, split in entry.account.by_instrument.items()
            },
        }

    def accounts(self) -> pd.DataFrame:
        """Return the subsidy account of every scenario, of all instruments and of each: mean, interval and share."""
        import pandas as pd  # here, because it is heavy

        rows = [
            {"scenario": entry.label, **line}
            for entry in self.compared
            for line in (*entry.account_lines(), *entry.instrument_lines())
        ]
        return pd.DataFrame(rows)

    def by_group(self) -> pd.DataFrame:
        """Return who moved: shares by size class, sector, starting level and park, and differences from the first."""
        import pandas as pd  # here, because it is heavy

        rows = [{"scenario": e.label, **line} for e in self.compared for line in e.group_lines(self.first)]
        return pd.DataFrame(rows)

    def ranks(self) -> pd.DataFrame:
        """Return `rank_lines` as a table."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(self.rank_lines())

    def rank_lines(self) -> list[dict[str, Any]]:
        """Return how the scenarios rank on every outcome that has a better end: 1 is best, in each draw for itself.

        The mean rank, its 90 % interval, and the share of draws in which the scenario is the best of all. Equals
        share the mean of their ranks; a scenario for which an outcome is unknown in a draw is not ranked there.
        """
        rows: list[dict[str, Any]] = []
        for outcome in self.outcomes:
            if outcome.better == 0:
                continue
            values = np.array([-outcome.better * entry.outcomes[outcome.name] for entry in self.compared])
            ranks = ranked(values)
            for entry, mine in zip(self.compared, ranks, strict=True):
                best = float(np.nanmean(mine == 1.0)) if np.isfinite(mine).any() else math.nan
                rows.append(
                    {
                        "scenario": entry.label,
                        "outcome": outcome.name,
                        "mean": known_mean(mine),
                        **interval(mine),
                        "best": best,
                        "of": len(self.compared),
                    }
                )
        return rows

    def _path(self, values: FloatArray) -> dict[str, list[Any]]:
        months = range(_FIRST_SHOWN, self.options.months)
        points = [_plain(interval(values[:, month])) for month in months]
        names = {"months": [month_names(self.options.months)[month] for month in months]}
        return names | {key: [point[key] for point in points] for key in ("median", "low", "high")}

    def write(self, folder: str | Path, form: TableForm = "parquet", *, replace: bool = False) -> Path:
        """Write the tables and `run.json` into a folder; one that holds another study only if `replace` says so.

        The tables are ``outcomes`` (every draw), ``summary``, ``subsidy_account``, ``groups``, ``ranks``, ``monthly``,
        ``parameters``, ``variables``, and ``codebook``, which explains every column and every name in the others.
        """
        return write_results(folder, self._record(), self._tables(), form, replace=replace)

    def files(self, form: TableForm = "parquet") -> dict[str, bytes]:
        """Return what `write` would put into every file, by name."""
        return result_files(self._record(), self._tables(), form)

    def _tables(self) -> dict[str, pd.DataFrame]:
        import pandas as pd  # here, because it is heavy

        tables = {
            "outcomes": self.to_frame(),
            "summary": self.table().reset_index(),
            "subsidy_account": self.accounts(),
            "groups": self.by_group(),
            "ranks": self.ranks(),
            "monthly": self.monthly(),
            "parameters": self.parameters(),
            "variables": pd.DataFrame(names_table(self.outcomes)),
        }
        return with_codebook(tables, labels=own_labels(entry.scenario for entry in self.compared))

    def _record(self) -> dict[str, Any]:
        return study_record("comparison", [entry.scenario for entry in self.compared], self.options)


def _plain_line(line: dict[str, Any]) -> dict[str, Any]:
    return {name: finite(value) if isinstance(value, float) else value for name, value in line.items()}


def _plain(numbers: dict[str, float]) -> dict[str, float | None]:
    return {name: finite(value) for name, value in numbers.items()}
