"""A report on disk: the page, the workbook, the charts, and the results they were made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhizao.errors import InputError
from zhizao.evidence.figures import FigureCheck
from zhizao.report.beyond import Finding
from zhizao.report.charts import (
    account_chart,
    comparison_chart,
    cost_chart,
    differences_chart,
    evidence_chart,
    figure_bytes,
    groups_chart,
    target_chart,
)
from zhizao.report.charts.style import dated
from zhizao.report.page import dated_line, need_report_extra, page
from zhizao.report.workbook import workbook_bytes
from zhizao.results.stored import RECORD, earlier_results, prepare_folder, refuse_foreign, refuse_inputs
from zhizao.storage.checksum import json_text, sealed_record, sha256
from zhizao.storage.together import JOURNAL, Snapshot, writer
from zhizao.storage.whole import cannot_be_written, changed_since
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PAGE", "RESULTS", "prepare_report_folder", "write_report"]

_DRAWN: dict[str, Callable[[Comparison, Language], Figure]] = {
    "overview": comparison_chart,
    "target": target_chart,
    "differences": differences_chart,
    "cost": cost_chart,
    "account": account_chart,
    "groups": groups_chart,
}
"""The charts of a comparison, by the names of their files; the evidence comes from elsewhere."""
_EVIDENCE = "evidence"
_ENDINGS = (".png", ".svg")
PAGE, WORKBOOK, CHARTS, RESULTS = "report.html", "workbook.xlsx", "charts", "results"
REPORT = "report.json"
"""The record of a report: it names every file of it with its SHA-256."""
_MOST_FILES = 1000
_FIX = "move it away, or name another folder"


def prepare_report_folder(folder: str | Path, inputs: Sequence[Any] = ()) -> Path:
    """Make a folder for a report, or find out early that it cannot be one, or that something is not installed.

    Parameters
    ----------
    inputs
        Files that the comparison reads, which must not be among those that are written.

    Raises
    ------
    InputError
        If it holds anything but an earlier report, if a part of that was changed since, if an input would be written
        over, if the folder cannot be written, or without the extra ``report``.
    """
    need_report_extra()
    folder = Path(folder)
    try:
        found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); name another folder") from error
    visible = {name for name in found if not name.startswith(".") and not _is_left_empty(folder, name)}
    strange = visible - {PAGE, WORKBOOK, CHARTS, RESULTS, REPORT}
    if not (folder / RESULTS / RECORD).is_file():
        strange |= visible - {RESULTS}
    if strange and JOURNAL not in found:
        raise InputError(
            f"{folder}: holds '{min(strange)}', which is not part of an earlier report; name a new or empty folder"
        )
    try:
        charts = [f"{CHARTS}/{name}{ending}" for name in (*_DRAWN, _EVIDENCE) for ending in _ENDINGS]
        refuse_inputs([folder / name for name in (PAGE, WORKBOOK, REPORT, *charts)], inputs)
        _earlier_report(folder)
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error
    prepare_folder(folder / RESULTS, inputs)
    return folder


def _is_left_empty(folder: Path, name: str) -> bool:
    """Whether something is the folder of the charts, made for a first report that was stopped before it had any."""
    return name == CHARTS and (folder / name).is_dir() and not any((folder / name).iterdir())


def write_report(
    done: Comparison,
    checks: Sequence[FigureCheck],
    folder: str | Path,
    language: Language,
    command: str,
    *,
    policy: str | None = None,
    made: str = "",
    beyond: Sequence[Finding] = (),
) -> Path:
    """Write the page, the workbook, the charts and the results of a comparison into a folder; return the page's file.

    Everything is made first. Then all files take their places at once, so that a page is never beside numbers
    that are not its own. Of what was there, only files of the earlier report go.

    Parameters
    ----------
    done, checks, language, command, policy, made, beyond
        As for `page`.
    folder
        A new or empty folder, or one that holds an earlier report, which is replaced.

    Raises
    ------
    InputError
        As for `prepare_report_folder`.
    """
    folder = prepare_report_folder(folder)
    try:
        files = {
            PAGE: page(done, checks, language, command, policy=policy, made=made, beyond=beyond).encode(
                "utf-8", "backslashreplace"
            ),  # names of files
            WORKBOOK: workbook_bytes(done, language),
            **_charts(done, checks, language, dated_line(done, policy, made, language)),
            **{f"{RESULTS}/{name}": content for name, content in done.files().items()},
        }
        record = {
            "format": 1,
            "program": "zhizao",
            "kind": "report",
            "files": {name: sha256(content) for name, content in files.items()},
        }
        files[REPORT] = json_text(sealed_record(record)).encode()
        with writer(folder) as place:
            earlier = _earlier_report(folder)
            refuse_foreign(folder, [name for name in files if name not in earlier])
            place.put(files, {name: digest for name, digest in earlier.items() if name not in files})
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error
    return folder / PAGE


def _charts(done: Comparison, checks: Sequence[FigureCheck], language: Language, line: str) -> dict[str, bytes]:
    """Draw every chart that a report is about, for slides (PNG) and for print (SVG); return the files by name."""
    files: dict[str, bytes] = {}
    for name in (*_DRAWN, *((_EVIDENCE,) if checks else ())):
        with dated(line):
            if name == _EVIDENCE:
                figure = evidence_chart(checks, language, notes=done.options.notes)
            else:
                figure = _DRAWN[name](done, language)
        files |= {f"{CHARTS}/{name}{ending}": figure_bytes(figure, ending) for ending in _ENDINGS}
    return files


def _earlier_report(folder: Path) -> dict[str, str]:
    """Return the files of an earlier report in a folder, with the SHA-256 that each of them has.

    Raises
    ------
    InputError
        If a record there is none of zhizao, or a file was changed since: neither is to be lost.
    """
    if not folder.is_dir():
        return {}
    snapshot = Snapshot(folder)
    if not snapshot.holds(REPORT):
        return _unrecorded(folder, snapshot)
    record = snapshot.record(REPORT, _FIX)
    files = record.get("files") if isinstance(record, dict) and record.get("program") == "zhizao" else None
    if (
        not isinstance(files, dict)
        or len(files) > _MOST_FILES
        or not all(isinstance(digest, str) for digest in files.values())
    ):
        raise InputError(f"{folder / REPORT}: is not a record of a report of zhizao; {_FIX}")
    if changed := snapshot.changed(files):
        raise InputError([changed_since(folder / name) for name in changed])
    return {
        **{name: digest for name, digest in files.items() if snapshot.holds(name)},
        REPORT: sha256(snapshot.read(REPORT)),
    }


def _unrecorded(folder: Path, snapshot: Snapshot) -> dict[str, str]:
    """Return the files of a report of version 1.0, which kept no record of them, if this is one."""
    results = earlier_results(folder / RESULTS) if (folder / RESULTS).is_dir() else {}
    if not results:
        return {}
    charts = [f"{CHARTS}/{name}{ending}" for name in (*_DRAWN, _EVIDENCE) for ending in _ENDINGS]
    there = {name: sha256(snapshot.read(name)) for name in (PAGE, WORKBOOK, *charts) if snapshot.holds(name)}
    return {**there, **{f"{RESULTS}/{name}": digest for name, digest in results.items()}}
