"""Mesa's `DataCollector`, with the firms of a month under the number of the model's row of that month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mesa

__all__ = ["MonthlyCollector"]


class MonthlyCollector(mesa.DataCollector):  # type: ignore[misc]
    """A `DataCollector` whose ``Step`` is the number of the model's row: 0 is the first month.

    Mesa counts its steps from 1 and the model's rows from 0, and `mesa.batch_run` puts together what has the same
    number: the model of one month with the agents of the month before, unless a model also collects before its first
    step. This model has nothing to collect then, for all its variables are those of a whole month. Newer releases also
    keep a list of the steps in which something was collected, and take rows by it.
    """

    def collect(self, model: mesa.Model) -> None:
        """Collect from the model and its firms, under the number of the row that the model gets."""
        super().collect(model)
        row = max((len(values) for values in self.model_vars.values()), default=1) - 1
        if self.agent_reporters:
            self._agent_records[row] = _renumbered(self._agent_records.pop(model.steps), row)
        if self.agenttype_reporters:
            by_type = self._agenttype_records.pop(model.steps)
            self._agenttype_records[row] = {kind: _renumbered(records, row) for kind, records in by_type.items()}
        if hasattr(self, "_collection_steps"):
            self._collection_steps[-1] = row


def _renumbered(records: Iterable[tuple[Any, ...]], row: int) -> list[tuple[Any, ...]]:
    return [(row, *record[1:]) for record in records]
