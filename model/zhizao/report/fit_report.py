"""`REPORT.md` of a district's fit: each fact beside what the fit gives, what was learned, and what the fit is worth."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError
from zhizao.evidence.ensembles import FUNDING, TREATMENTS, Ensemble, ensemble_files, prepare_ensembles, refuse_others
from zhizao.evidence.facts import Fact, load_facts
from zhizao.storage.together import Snapshot, writer
from zhizao.storage.whole import cannot_be_written, refuse_link
from zhizao.studies.calibration.calibrate import Pair
from zhizao.studies.calibration.findings import learned
from zhizao.studies.calibration.some import FittedEnsemble
from zhizao.studies.describe import interval

__all__ = [
    "FIT_TITLE",
    "fit_lines",
    "has_fit_report",
    "missed",
    "prepare_fit_folder",
    "worth",
    "write_ensembles",
    "write_fit",
]

FIT_TITLE = "# How this place was fitted, and what that settles"
"""The first line of a report."""
_REPORT = "REPORT.md"
_PAIRS = [(treatment, money) for money in FUNDING for treatment in TREATMENTS]
_FIRST_LOOK, _USUAL = 100, 1000
"""Effective sizes below which a fit is for nothing, and from which it is for every use."""


def prepare_fit_folder(folder: Path, pairs: Sequence[Pair], *, report: bool = True) -> None:
    """Find out early that a fit cannot be written into a folder, which need not exist yet.

    Parameters
    ----------
    folder
        The folder above ``fitted``.
    pairs
        Treatments, or structures, and readings of the money that are fitted.
    report
        Whether a report is written, too.

    Raises
    ------
    InputError
        If it cannot be made or written, or holds other files where those of the fit go.
    """
    refuse_link(folder / "fitted")
    prepare_ensembles(folder / "fitted", pairs)
    if report:
        _refuse_another_report(folder)


def _refuse_another_report(folder: Path) -> None:
    if os.path.lexists(folder / _REPORT) and not has_fit_report(folder):
        raise InputError(f"{folder / _REPORT}: is not a report of such a fit; name another folder")


def has_fit_report(folder: Path) -> bool:
    """Whether the ``REPORT.md`` of a folder is one of `write_fit`, so that it may be replaced."""
    snapshot = Snapshot(folder)
    return snapshot.holds(_REPORT) and snapshot.read(_REPORT).startswith(FIT_TITLE.encode())


def write_fit(
    fits: Mapping[Pair, FittedEnsemble], folder: Path, others: Mapping[Pair, FittedEnsemble] | None = None
) -> Path:
    """Write ensembles and ``REPORT.md`` into a folder, all at once; return the report's path.

    Parameters
    ----------
    fits
        What has been fitted.
    folder
        Of the district.
    others
        Fits that the folder holds already, which the report is on as well.

    Raises
    ------
    InputError
        If the folder holds other files of these names, or cannot be written.
    """
    files: dict[str, bytes] = {}
    for one in fits.values():
        files |= {f"fitted/{name}": content for name, content in ensemble_files(one.ensemble).items()}
    every = {**(others or {}), **fits}
    ordered = {pair: every[pair] for pair in sorted(every, key=_PAIRS.index)}
    files[_REPORT] = ("\n".join(fit_lines(ordered)) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_another_report(folder)
        refuse_others(folder / "fitted", fits)
        with writer(folder) as place:
            place.put(files, {})
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error
    return folder / _REPORT


def write_ensembles(ensembles: Iterable[Ensemble], folder: Path) -> None:
    """Write ensembles beside those of a calibration that there is, or into a new folder, all at once.

    Raises
    ------
    InputError
        If the folder holds other files of these names, or cannot be written.
    """
    made = tuple(ensembles)
    files = {f"fitted/{name}": content for one in made for name, content in ensemble_files(one).items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        refuse_others(folder / "fitted", ((one.treatment, one.funding) for one in made))
        with writer(folder) as place:
            place.put(files, {})
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error


def worth(ensemble: Ensemble) -> str:
    """Return what an ensemble is worth, in a sentence."""
    quality = ensemble.record["sampler"]
    size = float(quality["effective_sample_size"])
    said = f"effective size {size:,.0f} of {ensemble.members:,} members"
    if size < _FIRST_LOOK:
        return f"{said}: too few for any use but to see that it runs; {_more(ensemble)}"
    error = 100.0 / math.sqrt(size)
    said += f": a mean is known to {error:.0f} % of its standard deviation"
    if size < _USUAL:
        return f"{said}; good for a first look and for medians, not for the ends of intervals or rare events"
    return said


def _more(ensemble: Ensemble) -> str:
    """Return what to do if a fit is worth too little: four times the bank, up to the one of a long fit."""
    bank = int(ensemble.record.get("settings", {}).get("bank", 0))
    larger = f"raise --bank (--bank {4 * bank} goes on from these runs), or " if 0 < bank <= 16_384 else ""
    return f"{larger}fit without --quick"


def missed(fits: Mapping[Pair, FittedEnsemble]) -> list[str]:
    """Return a sentence for each fitted or held-out fact that falls outside a fit's 90 % interval."""
    lines = []
    for pair, one in fits.items():
        for fact, row in _rows(one.found):
            what = _use(fact, pair)
            if not row["inside"] and what in ("fitted", "held out"):
                lines.append(
                    f"{fact.key}, {what}, is missed by {' · '.join(pair)}: the fact allows {_room(fact)} {fact.unit}, "
                    f"the fit gives {row['low']:,.4g} to {row['high']:,.4g}"
                )
    return lines


def fit_lines(fits: Mapping[Pair, FittedEnsemble]) -> Iterator[str]:
    """Yield the lines of the report."""
    own = DISTRICT.own
    yield FIT_TITLE
    yield ""
    yield f"{own.name} · {own.name_zh}. Made by `zhizao calibrate`; intervals hold 90 % of the members, run under luck"
    yield "that they were not accepted with, so they are predictive: what a number of that kind would be."
    yield ""
    for pair, one in fits.items():
        yield f"## {' · '.join(pair)}"
        yield ""
        yield f"{worth(one.ensemble)[:1].upper()}{worth(one.ensemble)[1:]}."
        yield f"Log evidence {one.ensemble.record['sampler'].get('log_evidence', '–')}."
        for entry in one.ensemble.record.get("updates", []):
            facts = ", ".join(f"`{key}`" for key in entry["facts"])
            yield f"Weighted since by `zhizao update` with {facts} of {entry['file']}."
        yield ""
        yield "| fact | use | what it is | it allows | median | 90 % interval | unit | inside |"
        yield "|---|---|---|---|---|---|---|---|"
        for fact, row in _rows(one.found):
            yield (
                f"| `{fact.key}` | {_use(fact, pair)} | {fact.meaning} | {_room(fact)} | {row['median']:,.4g} | "
                f"{row['low']:,.4g} to {row['high']:,.4g} | {fact.unit} | {'yes' if row['inside'] else '**no**'} |"
            )
        yield ""
        yield "What was learned, most first (a spread of 1 is that of the prior, so nothing was learned):"
        yield ""
        yield "| number | unit | prior | mean | spread over the prior's |"
        yield "|---|---|---|---|---|"
        for row in sorted(learned(one.ensemble), key=lambda row: float(row["ratio"])):
            yield (
                f"| `{row['key']}` | {row['unit']} | {row['prior_low']:g} to {row['prior_high']:g} | "
                f"{row['mean']:.3g} | {row['ratio']:.2f} |"
            )
        yield ""
    yield "## What is missed"
    yield ""
    lines = missed(fits)
    yield from (f"- {line}." for line in lines)
    if not lines:
        yield "- Nothing: every fact that was fitted or held out falls inside."
    yield ""


def _use(fact: Fact, pair: Pair) -> str:
    """Return what a fit does with a fact: a plan, say, is fitted in one treatment and a question in the other."""
    if fact.use == "fit":
        return "fitted" if pair[0] in fact.fitted_in else "not fitted here"
    return "held out" if fact.use == "holdout" else fact.use


def _rows(found: Mapping[str, FloatArray]) -> Iterator[tuple[Fact, dict[str, Any]]]:
    for fact in load_facts():
        values = found.get(fact.key)
        if values is None or not np.isfinite(values).all():
            continue
        ends = interval(values)
        room = fact.room
        inside = room is None or (ends["high"] >= room.low and ends["low"] <= room.high)
        yield fact, {**ends, "inside": inside}


def _room(fact: Fact) -> str:
    room = fact.room
    if room is None:
        return "–"
    return " to ".join("…" if math.isinf(end) else f"{end:g}" for end in room[:2])
