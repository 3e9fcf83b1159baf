"""One history and one future: a scenario run once, with the most central parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from zhizao.arrays import FloatArray
from zhizao.calendar import month_names
from zhizao.engine.state import GROUPS, LEDGER_LINES
from zhizao.policy.levers import INSTRUMENTS
from zhizao.policy.signposts import Seen
from zhizao.results.outcomes import outcomes as outcomes_of
from zhizao.results.shown import html_table
from zhizao.results.stored import write_results
from zhizao.results.table_files import TableForm
from zhizao.results.variables import History, ledger_table, series, tidy_columns
from zhizao.scenario.scenario import Scenario
from zhizao.sectors import TIERS
from zhizao.studies.codebook import own_labels, with_codebook
from zhizao.studies.describe import names_table
from zhizao.studies.lanes import FinishedLane, finish, prepare
from zhizao.studies.options import Options, ScenarioLike, check_options, notes_in_both, scenarios_of, with_remarks
from zhizao.studies.parameter_draws import CALIBRATIONS, parameter_draws
from zhizao.studies.record import study_record
from zhizao.studies.renamed import renamed
from zhizao.studies.seen import seen_in_run
from zhizao.studies.study_options import RunOptions, takes
from zhizao.version import version

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Run", "run"]

_SPENT_AT_ONCE = ("appropriated", "promised", "paid")


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """A finished run.

    Attributes
    ----------
    scenario, options
        What was run.
    months
        The months of the run, as ``"YYYY-MM"``, from the first on.
    series
        Every monthly series by name, of the group of firms that it is meant for (see `VARIABLES`).
    outcomes
        Every outcome by name; "additional" ones are against the same run without a programme from the branch on.
    ledger
        The government's ledger at the end: instrument, line, tier, in million RMB.
    notes
        What the user should know, such as what a register left out (`Options.notes`).
    seen
        Of a policy that adapts, what was seen at its signposts.
    """

    scenario: Scenario
    options: Options
    months: tuple[str, ...]
    series: dict[str, FloatArray]
    outcomes: dict[str, float]
    ledger: dict[str, dict[str, dict[str, float]]]
    notes: tuple[str, ...]
    history: History
    seen: tuple[Seen, ...] = ()

    def __repr__(self) -> str:
        return f"<Run of {self.scenario.name}: {self.options.in_words()}; see .outcomes, .series, .to_frame()>"

    def _repr_html_(self) -> str:
        import pandas as pd  # here, because it is heavy

        units = {outcome.name: outcome.unit for outcome in self.options.ideas.all_outcomes}
        rows = [{"outcome": name, "value": value, "unit": units.get(name, "")} for name, value in self.outcomes.items()]
        return html_table(repr(self), pd.DataFrame(rows))

    def to_frame(self) -> pd.DataFrame:
        """Return the run as a long table: scenario, draw, seed, month, group, variable, value."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(tidy_columns(self.history, self.scenario.name, seed=self.options.seed, groups=GROUPS))

    def to_dict(self) -> dict[str, Any]:
        """Return the run in the form that the command line prints as JSON."""
        return {
            "scenario": self.scenario.name,
            "seed": self.options.seed,
            "calibration": CALIBRATIONS[self.options.calibration],
            "funding": self.options.funding,
            "version": version(),
            "months": list(self.months),
            "series": {name: values.tolist() for name, values in self.series.items()},
            "outcomes": {name: value if math.isfinite(value) else None for name, value in self.outcomes.items()},
            "ledger": self.ledger,
            **({"signposts": seen_in_run(self.seen)} if self.seen else {}),
            **notes_in_both(self.notes),
        }

    def write(self, folder: str | Path, form: TableForm = "parquet", *, replace: bool = False) -> Path:
        """Write the tables ``series``, ``outcomes``, ``variables`` and ``codebook``, and `run.json`, into a folder.

        One that holds another study is replaced only if `replace` says so.
        """
        import pandas as pd  # here, because it is heavy

        tables = {
            "series": self.to_frame(),
            "outcomes": pd.DataFrame({"outcome": list(self.outcomes), "value": list(self.outcomes.values())}),
            "variables": pd.DataFrame(names_table(self.options.ideas.all_outcomes)),
        }
        record = study_record("run", [self.scenario], self.options)
        labelled = with_codebook(tables, labels=own_labels([self.scenario]))
        return write_results(folder, record, labelled, form, replace=replace)


@renamed(register="firms")
@takes(RunOptions)
def run(scenario: ScenarioLike = "baseline", **options: Unpack[RunOptions]) -> Run:
    """Run one scenario once, with the most central member of a fitted ensemble.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a file, or a `Scenario`.
    **options
        As declared in `RunOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    checked = check_options(draws=1, **options)
    [wanted] = scenarios_of([scenario], checked.settings)
    checked = with_remarks(checked, [wanted])
    futures = prepare([wanted], checked.months, checked.register, model=checked.ideas.model)
    [draw] = parameter_draws(1, funding=checked.funding, calibration=checked.calibration)
    lanes = finish(futures, draw.values, checked.seed)
    [future] = futures.futures
    return _finished(wanted, checked, lanes[future.lane], lanes[future.reference])


def _finished(scenario: Scenario, options: Options, lane: FinishedLane, reference: FinishedLane) -> Run:
    history = lane.run.history
    own = options.ideas.values(replace(lane.run, reference=reference.run))
    return Run(
        scenario=scenario,
        options=options,
        months=month_names(options.months),
        series=series(history),
        outcomes=outcomes_of(history, reference.run.history) | own,
        ledger=_ledger(lane),
        notes=options.notes,
        history=history,
        seen=lane.seen,
    )


def _ledger(lane: FinishedLane) -> dict[str, dict[str, dict[str, float]]]:
    """Return the government's ledger; the user's own model keeps none that is known here."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    if lane.world is not None:
        table = ledger_table(lane.world.ledger, LEDGER_LINES, TIERS, INSTRUMENTS)
    for name, amounts in lane.spent.items():
        spent = float(amounts.sum())
        table[name] = {
            line: {tier: spent if line in _SPENT_AT_ONCE and tier == TIERS[-1] else 0.0 for tier in TIERS}
            for line in LEDGER_LINES
        }
    return table
