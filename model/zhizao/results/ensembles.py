"""Fitted ensembles: sets of parameters that agree with the evidence, as they ship with the package.

There is one for each treatment of the plan and each reading of the public money. A file holds one row for each
member: its parameters, the readings drawn with them, the luck it was accepted with, and what that run gave. The
first member is the most central one, so a single run uses it; the order of the others means nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.files import shipped

__all__ = [
    "FUNDING", "READING", "TREATMENTS", "Ensemble", "central_parameters", "ensemble_file", "read_ensemble",
    "write_ensemble",
]  # fmt: skip

TREATMENTS: tuple[str, ...] = ("plan", "facts")
"""The plan is met under current policy (``plan``), or nothing is said of it (``facts``)."""
FUNDING: dict[str, float] = {"report": 200.0, "brief": 2000.0}
"""Readings of the yearly public money, million RMB: the report's 0.2 bn, and the 2 bn of the brief."""
READING = "reading."
"""Names of drawn readings of the report, which are no parameters of the model, begin so."""
SEED = "seed"
SUMMARY = "model."
"""Names of what the accepted run gave begin so."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ensemble:
    """A fitted set of parameters.

    Attributes
    ----------
    treatment, funding
        Which one it is: of `TREATMENTS` and of `FUNDING`.
    names
        Keys of the drawn parameters and readings, in the order of the columns of `values`.
    values
        Members by names; stored with 32 bits.
    seeds
        The luck that each member was accepted with; it is kept for checking and never used again in a study.
    summaries
        By variable of the evidence: what each accepted run gave.
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
    """
    member = read_ensemble(calibration, funding).parameters(0) if calibration in TREATMENTS else {}
    return {"funding.annual_fund": FUNDING[funding], **member}


def ensemble_file(treatment: str, funding: str) -> str:
    """Return the name of an ensemble's file."""
    return f"{treatment}-{funding}.parquet"


def write_ensemble(folder: Path, ensemble: Ensemble) -> Path:
    """Write an ensemble and, beside it, its record; return the file.

    Parameters
    ----------
    folder
        An existing folder.
    """
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    columns: dict[str, Any] = dict(zip(ensemble.names, ensemble.values.T.astype(np.float32), strict=True))
    columns[SEED] = ensemble.seeds
    columns |= {f"{SUMMARY}{name}": values for name, values in ensemble.summaries.items()}
    file = folder / ensemble_file(ensemble.treatment, ensemble.funding)
    aside = file.with_suffix(".partial")
    parquet.write_table(pa.table(columns), aside, compression="zstd", use_dictionary=False, use_byte_stream_split=True)
    digest = hashlib.sha256(aside.read_bytes()).hexdigest()
    aside.replace(file)
    record = {"format": 1, "treatment": ensemble.treatment, "funding": ensemble.funding, "sha256": digest}
    text = json.dumps(record | ensemble.record, ensure_ascii=False, indent=1, allow_nan=False)
    file.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    return file


@cache
def read_ensemble(treatment: str, funding: str, folder: Path | None = None) -> Ensemble:
    """Read a fitted ensemble, the shipped one if no folder is given.

    Raises
    ------
    InputError
        If there is none, or if it is damaged.
    """
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    try:
        file = (folder or shipped("calibration/fitted")) / ensemble_file(treatment, funding)
        record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        table = parquet.read_table(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise InputError(
            f"the fitted ensemble {ensemble_file(treatment, funding)} is missing; make it with `zhizao calibrate`, "
            "or use --calibration prior"
        ) from error
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{file}: cannot be read; make it again with `zhizao calibrate`") from error
    if record.get("format") != 1 or record.get("sha256") != digest:
        raise InputError(f"{file}: is not the file its record speaks of; make it again with `zhizao calibrate`")
    return _from_columns(treatment, funding, {name: table[name].to_numpy() for name in table.column_names}, record)


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
        summaries={name.removeprefix(SUMMARY): values for name, values in columns.items() if name.startswith(SUMMARY)},
        record=record,
    )
