"""Fitted ensembles: sets of parameters that agree with the evidence, as they ship with the package.

There is one for each treatment of the plan and each reading of the public money. A file holds one row for each
member: its parameters, the readings drawn with them, the luck it was accepted with, and what that run gave. The
first member is the most central one, so a single run uses it; the order of the others means nothing.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from zhizao.district.in_force import DISTRICT, made_from
from zhizao.district.reader import DistrictData
from zhizao.errors import InputError
from zhizao.evidence.experiments import experiments_digest
from zhizao.evidence.facts import fitted_digest, former_names
from zhizao.evidence.structures import structure_settings, structures
from zhizao.kept_columns import kept_columns
from zhizao.parameters.public_money import Funding
from zhizao.storage.checksum import json_text, sealed_record, sha256
from zhizao.storage.together import Snapshot
from zhizao.storage.whole import cannot_be_written, changed_since, not_ours

__all__ = [
    "FIRST_CALIBRATION",
    "FIRST_READING",
    "FUNDING",
    "READING",
    "TREATMENTS",
    "Ensemble",
    "central_parameters",
    "ensemble_file",
    "ensemble_files",
    "fitted_folder",
    "fitted_structures",
    "fitted_treatments",
    "made_from_now",
    "prepare_ensembles",
    "read_ensemble",
    "read_other_fit",
    "refuse_others",
]

Calibration = Literal["plan", "facts", "prior"]
TREATMENTS: tuple[str, ...] = ("plan", "facts")
"""The plan is met under current policy (``plan``), or nothing is said of it (``facts``)."""
FUNDING: dict[str, float] = {reading.key: reading.annual_fund for reading in DISTRICT.own.money} or {
    "declared": float(Funding.annual_fund)
}
"""Readings of the yearly public money of the district, in millions; the declared number where there is only that."""
FIRST_READING = next(iter(FUNDING))
"""The reading that a study uses if none is named."""
READING = "reading."
"""Names of drawn readings of the report, which are not parameters of the model, begin so."""
SEED = "seed"
SUMMARY = "model."
"""Names of what the accepted run gave begin so."""
_MAX_BYTES = 1_000_000_000
_FIX = "make it again with `zhizao calibrate`"


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """A fitted set of parameters.

    Attributes
    ----------
    treatment, funding
        Which one it is: of `TREATMENTS`, or the key of a structure, and of `FUNDING`.
    names
        Keys of the drawn parameters and readings, in the order of the columns of `values`.
    values
        Members by names; stored with 32 bits.
    seeds
        The luck that each member was accepted with; it is kept for checking and never used again in a study.
    summaries
        By key of the fact that was fitted: what each accepted run gave.
    record
        What made it: settings, effective sample size, fingerprints.
    """

    treatment: str
    funding: str
    names: tuple[str, ...]
    values: NDArray[np.float64]
    seeds: NDArray[np.uint64]
    summaries: dict[str, NDArray[np.float64]]
    record: dict[str, Any]

    @property
    def members(self) -> int:
        """How many members there are."""
        return int(self.values.shape[0])

    def parameters(self, member: int) -> dict[str, float]:
        """Return the parameters of a member by key; members beyond the last begin again with the first."""
        row = self.values[member % self.members]
        pairs = zip(self.names, row, strict=True)
        return {name: float(value) for name, value in pairs if not name.startswith(READING)}

    def readings(self, member: int) -> dict[str, float]:
        """Return the readings of the report drawn for a member, without the prefix."""
        row = self.values[member % self.members]
        pairs = zip(self.names, row, strict=True)
        return {name.removeprefix(READING): float(value) for name, value in pairs if name.startswith(READING)}


def central_parameters(calibration: str, funding: str) -> dict[str, float]:
    """Return the parameters of a single run by key: of an ensemble's most central member.

    Parameters
    ----------
    calibration
        ``plan`` or ``facts``; with ``prior`` only the yearly public money is other than declared.
    funding
        One of `FUNDING`.

    Raises
    ------
    InputError
        If it is another: a structure also sets levers, which are not parameters.
    """
    if calibration not in (*TREATMENTS, "prior"):
        raise InputError(f"calibration = {calibration!r} must be one of {', '.join((*TREATMENTS, 'prior'))}")
    member = read_ensemble(calibration, funding).parameters(0) if calibration in TREATMENTS else {}
    return {"funding.annual_fund": FUNDING[funding], **member}


def fitted_folder() -> Path:
    """Return the folder of the fitted ensembles of the district in force; it need not exist."""
    return DISTRICT.path(DISTRICT.own.library.calibration) / "fitted"


def fitted_treatments(funding: str = FIRST_READING) -> tuple[str, ...]:
    """Return the treatments of the plan for which the district has a fitted ensemble, under a reading of the money."""
    return tuple(one for one in TREATMENTS if (fitted_folder() / ensemble_file(one, funding)).is_file())


def fitted_structures(funding: str = FIRST_READING) -> tuple[str, ...]:
    """Return the keys of the structures for which the district has a fitted ensemble, under a reading of the money."""
    return tuple(key for key in structures() if (fitted_folder() / ensemble_file(key, funding)).is_file())


def made_from_now() -> dict[str, str]:
    """Return a digest of everything of the district in force that a fit rests on, by file.

    Of the facts only those that are fitted count: a fact that is added for comparison leaves a fit as it is.
    """
    experiments = experiments_digest()
    return made_from() | {"evidence.toml": fitted_digest()} | ({"experiments": experiments} if experiments else {})


def ensemble_file(treatment: str, funding: str) -> str:
    """Return the name of an ensemble's file."""
    return f"{treatment}-{funding}.parquet"


def ensemble_files(ensemble: Ensemble) -> dict[str, bytes]:
    """Return what the files of an ensemble hold: its table, and its record beside it."""
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    columns: dict[str, Any] = dict(zip(ensemble.names, ensemble.values.T.astype(np.float32), strict=True))
    columns[SEED] = ensemble.seeds
    columns |= {f"{SUMMARY}{name}": values for name, values in ensemble.summaries.items()}
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns), sink, compression="zstd", use_dictionary=False, use_byte_stream_split=True)
    table = bytes(sink.getvalue())
    record = {"format": 1, "treatment": ensemble.treatment, "funding": ensemble.funding, "sha256": sha256(table)}
    name = ensemble_file(ensemble.treatment, ensemble.funding)
    return {name: table, _record_file(name): json_text(sealed_record(ensemble.record | record)).encode()}


def prepare_ensembles(folder: Path, which: Iterable[tuple[str, str]]) -> None:
    """Find out early that ensembles cannot be written into a folder; it need not exist, and is not made.

    Parameters
    ----------
    folder
        The folder.
    which
        Treatment and reading of each ensemble.

    Raises
    ------
    InputError
        If the folder cannot be made or written, or holds files of somebody else where the ensembles go.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    if error := errno.ENOTDIR if not there.is_dir() else errno.EACCES if not os.access(there, os.W_OK) else 0:
        raise cannot_be_written(folder, OSError(error, os.strerror(error)), "folder")
    refuse_others(folder, which)


def refuse_others(folder: Path, which: Iterable[tuple[str, str]]) -> None:
    """Refuse to write over what is not an ensemble with a record that fits; treatments and readings as above.

    Raises
    ------
    InputError
        If there is any such file.
    """
    problems = []
    for treatment, funding in which:
        name = ensemble_file(treatment, funding)
        there = [file for file in (name, _record_file(name)) if os.path.lexists(folder / file)]
        if not there:
            continue
        digest = _digest_in_record(Snapshot(folder), treatment, funding)
        if digest is None:
            problems += [not_ours(folder / file) for file in there]
        else:
            problems += [changed_since(folder / file) for file in Snapshot(folder).changed({name: digest})]
    if problems:
        raise InputError(problems)


def _digest_in_record(snapshot: Snapshot, treatment: str, funding: str) -> str | None:
    """Return the digest of an ensemble's table as its record has it, or None if there is no record of ours."""
    try:
        record = snapshot.record(_record_file(ensemble_file(treatment, funding)), _FIX)
    except (OSError, InputError):
        return None
    expected = {"format": 1, "treatment": treatment, "funding": funding}
    if not isinstance(record, dict) or any(record.get(key) != value for key, value in expected.items()):
        return None
    return record["sha256"] if isinstance(record.get("sha256"), str) else None


def _record_file(name: str) -> str:
    return str(Path(name).with_suffix(".json"))


FIRST_CALIBRATION = cast(Calibration, next(iter(fitted_treatments()), "prior"))
"""What a study runs over if nothing is named: the first fitted ensemble; the declared intervals before any fit."""


@cache
def read_ensemble(treatment: str, funding: str, folder: Path | None = None) -> Ensemble:
    """Read a fitted ensemble, the shipped one if no folder is given.

    Raises
    ------
    InputError
        If there is none, or if it is damaged.
    """
    name = ensemble_file(treatment, funding)
    try:
        folder = folder or fitted_folder()
        file = folder / name
        table, record = _table_and_record(folder, treatment, funding, _FIX)
    except FileNotFoundError as error:
        raise InputError(
            f"{DISTRICT.own.short}: not fitted, the ensemble {name} is missing; make it with `zhizao calibrate`, "
            "or use --calibration prior"
        ) from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}); {_FIX}") from error
    if "targets.toml" in record.get("inputs", {}):
        raise InputError(
            f"{file}: is a fit of version 1, whose model had other numbers to draw; fit again with `zhizao calibrate`, "
            "or use --calibration prior"
        )
    now = made_from_now() if "made_from" in record else {}
    if differ := [name for name, digest in record.get("made_from", {}).items() if digest != now.get(name)]:
        raise InputError(
            f"{file}: the fit is older than {' and '.join(differ)} of {DISTRICT.folder.name}; fit again with `zhizao "
            "calibrate`, or use --calibration prior"
        )
    if record.get("structure", {}) != structure_settings(treatment):
        raise InputError(
            f"{file}: the structure {treatment} sets other values now; fit it again with `zhizao calibrate`"
        )
    return _from_columns(treatment, funding, _columns_of(table, file), record)


def read_other_fit(place: DistrictData, treatment: str, funding: str) -> Ensemble:
    """Read the fit of a place that is not in force, as it was made; whether its facts have changed since is not asked.

    Raises
    ------
    InputError
        If there is none, or if it is damaged.
    """
    folder, name = place.path(place.own.library.calibration) / "fitted", ensemble_file(treatment, funding)
    fix = f"make it with `zhizao calibrate --district {place.folder.name}`"
    try:
        table, record = _table_and_record(folder, treatment, funding, fix)
    except OSError as error:
        raise InputError(f"{place.own.short}: has no fit {name}; {fix}") from error
    return _from_columns(treatment, funding, _columns_of(table, folder / name), record)


def _table_and_record(folder: Path, treatment: str, funding: str, fix: str) -> tuple[bytes, dict[str, Any]]:
    """Return what the files of an ensemble hold; one that its record does not describe is refused."""
    name, snapshot = ensemble_file(treatment, funding), Snapshot(folder)
    table, record = snapshot.read(name, _MAX_BYTES), snapshot.record(_record_file(name), fix)
    expected = {"format": 1, "treatment": treatment, "funding": funding, "sha256": sha256(table)}
    if not isinstance(record, dict) or any(record.get(key) != value for key, value in expected.items()):
        raise InputError(f"{folder / name}: is not the file its record describes; {fix}")
    return table, record


def _columns_of(table: bytes, file: Path) -> dict[str, NDArray[Any]]:
    return kept_columns(sha256(table), lambda: _read_columns(table, file))


def _read_columns(table: bytes, file: Path) -> dict[str, NDArray[Any]]:
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    try:
        found = parquet.ParquetFile(pa.BufferReader(table)).read(use_threads=False)
        columns = {name: _plain_column(found[name]) for name in found.column_names}
        if SEED not in columns or any(values.dtype.kind not in "fiu" for values in columns.values()):
            raise ValueError("its columns are others")
    except (OSError, ValueError, LookupError, pa.ArrowException) as error:
        raise InputError(f"{file}: cannot be read; {_FIX}") from error
    return columns


def _plain_column(column: Any) -> NDArray[Any]:
    """Return a column of numbers as an array; pyarrow's own way loads pandas, which takes longer than all the rest."""
    return np.concatenate([np.from_dlpack(chunk) for chunk in column.chunks])


def _from_columns(
    treatment: str, funding: str, columns: Mapping[str, NDArray[Any]], record: dict[str, Any]
) -> Ensemble:
    names = tuple(name for name in columns if name != SEED and not name.startswith(SUMMARY))
    return Ensemble(
        treatment=treatment,
        funding=funding,
        names=names,
        values=np.column_stack([columns[name] for name in names]).astype(np.float64),
        seeds=columns[SEED],
        summaries={_fact_of(name): values for name, values in columns.items() if name.startswith(SUMMARY)},
        record=record,
    )


def _fact_of(column: str) -> str:
    """Return the key of the fact that a column is of; version 1 stored it under another name."""
    name = column.removeprefix(SUMMARY)
    return former_names().get(name, name)
