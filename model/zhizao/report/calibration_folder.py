"""The folder of a calibration: ensembles, findings, charts and report, put in place all at once."""

from __future__ import annotations

from pathlib import Path

from zhizao.errors import InputError
from zhizao.evidence.ensembles import FUNDING, TREATMENTS, ensemble_files, refuse_others
from zhizao.files import writable_file
from zhizao.report.calibration_report import TITLE, gathered, report_lines
from zhizao.report.charts.calibration import CALIBRATION_CHARTS, calibration_charts
from zhizao.report.charts.style import checked_file
from zhizao.results.stored import refuse_foreign
from zhizao.storage.checksum import json_text, sealed_record
from zhizao.storage.together import Snapshot, writer
from zhizao.storage.whole import cannot_be_written, refuse_link
from zhizao.studies.calibration.calibrate import Findings, plain

__all__ = ["prepare_calibration_folder", "write_calibration_report"]

_REPORT = "REPORT.md"


def prepare_calibration_folder(folder: Path) -> None:
    """Make the folder of a calibration, or find out early that it cannot be one or that charts cannot be drawn.

    Raises
    ------
    InputError
        If a folder cannot be made or written to, holds other files of the same names, or matplotlib is not installed.
    """
    for name in ("fitted", "figures"):
        refuse_link(folder / name)
        try:
            (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder / name}: cannot be made ({error.strerror}); name another folder") from error
    checked_file(folder / "figures" / CALIBRATION_CHARTS[0])
    for file in (folder / "fitted" / "findings.json", folder / _REPORT):
        writable_file(file, (file.suffix,), "a calibration")
    _refuse_others(folder)


def write_calibration_report(findings: Findings, folder: Path) -> Path:
    """Write the ensembles, ``REPORT.md``, its charts and ``fitted/findings.json`` into a folder, all at once.

    Parameters
    ----------
    folder
        A new folder, or one that holds an earlier calibration, which is replaced.

    Returns
    -------
    Path
        The report's file.

    Raises
    ------
    InputError
        If the folder holds other files of these names, or cannot be written.
    """
    numbers = plain(gathered(findings))
    files = {f"figures/{name}": content for name, content in calibration_charts(findings).items()}
    for ensemble in findings.ensembles.values():
        files |= {f"fitted/{name}": content for name, content in ensemble_files(ensemble).items()}
    files["fitted/findings.json"] = json_text(sealed_record(numbers)).encode()
    files[_REPORT] = ("\n".join(report_lines(numbers)) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_others(folder)
        with writer(folder) as place:
            place.put(files, {})
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error
    return folder / _REPORT


def _refuse_others(folder: Path) -> None:
    """Refuse a folder with files of somebody else where those of a calibration go."""
    refuse_others(folder / "fitted", [(treatment, money) for treatment in TREATMENTS for money in FUNDING])
    snapshot = Snapshot(folder)  # also where an earlier calibration was stopped before all of it was in place
    if snapshot.holds(_REPORT):
        if not snapshot.read(_REPORT).startswith(TITLE.encode()):
            raise InputError(f"{folder / _REPORT}: is not a report of a calibration; name another folder")
        return
    refuse_foreign(folder, [*(f"figures/{name}" for name in CALIBRATION_CHARTS), "fitted/findings.json"])
