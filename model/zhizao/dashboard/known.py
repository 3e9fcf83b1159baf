"""What was run for the page: each policy once under the same settings, so that a moved lever runs its own alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from zhizao.parallel import Progress
from zhizao.scenario.scenario import Scenario
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.options import check_options, with_remarks
from zhizao.studies.pasts import Pasts

__all__ = ["Known", "compared_together"]

_MOST = 24
_FEW_DRAWS = 120
"""More take so long that processes pay, which share no histories."""


class Known:
    """The last things that were run, for all who look at the page."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._pasts: tuple[Hashable, Pasts] = (None, Pasts())
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        """Return what was run, if it is kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def pasts(self, under: Hashable) -> Pasts:
        """Return the histories of the settings that the page was last looked at with; those of others are gone."""
        with self._lock:
            if self._pasts[0] != under:
                self._pasts = (under, Pasts())
            return self._pasts[1]

    def put(self, key: Hashable, found: Any) -> None:
        """Keep what was run in place of the oldest."""
        with self._lock:
            self._found[key] = found
            while len(self._found) > _MOST:
                self._found.popitem(last=False)


def compared_together(
    wanted: Sequence[tuple[Hashable, Scenario]],
    options: Mapping[str, Any],
    known: Known,
    under: Hashable,
    progress: Progress | None = None,
) -> Comparison:
    """Compare policies with the first of them, as `compare` does; what was run before is not run again.

    A draw has the same luck under every policy, so that they may as well be run apart.

    Parameters
    ----------
    wanted
        What makes each policy, and its scenario under the name that it is to have.
    options
        Of `compare`.
    known
        What was run before, and is run now.
    under
        What else the numbers depend on: the same for the same options.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    checked = check_options(**options)
    parts = {key: known.get((under, key)) for key, _ in wanted}
    missing = [(key, scenario) for key, scenario in wanted if parts[key] is None]
    seconds = 0.0
    if missing:
        pasts = known.pasts(under) if checked.draws <= _FEW_DRAWS else None
        done = compare([scenario for _, scenario in missing], progress=progress, pasts=pasts, **options)
        seconds = done.seconds
        for (key, _), entry in zip(missing, done.compared, strict=True):
            parts[key] = done.only([entry.label])
            known.put((under, key), parts[key])
    first: Comparison = parts[wanted[0][0]]
    return replace(
        first,
        options=with_remarks(checked, [scenario for _, scenario in wanted]),
        by_treatment={
            treatment: tuple(
                replace(parts[key].by_treatment[treatment][0], label=scenario.name, scenario=scenario)
                for key, scenario in wanted
            )
            for treatment in first.by_treatment
        },
        seconds=seconds,
    )
