"""Every output of every command, killed or interrupted at steps of its writing: old or new, never between."""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from matplotlib.figure import Figure

import zhizao
from killing import calls_of, interrupted_at, killed_at
from known_store import design_text, known_store
from zhizao.district.making import make_district
from zhizao.errors import InputError
from zhizao.evidence.ensembles import Ensemble
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.report import calibration_folder, fit_report, workbook
from zhizao.report import folder as report_folder
from zhizao.report.calibration_folder import prepare_calibration_folder, write_calibration_report
from zhizao.report.calibration_report import TITLE
from zhizao.report.charts.style import save_figure
from zhizao.report.fit_report import FIT_TITLE, write_ensembles, write_fit
from zhizao.report.folder import prepare_report_folder, write_report
from zhizao.report.workbook import save_workbook
from zhizao.results.sweep_store import SweepStore, open_store
from zhizao.storage.together import Snapshot
from zhizao.studies.calibration.some import FittedEnsemble
from zhizao.studies.compare import compare
from zhizao.studies.run import run
from zhizao.studies.sweeps.design import design_of
from zhizao.studies.sweeps.run_table import run_table_of
from zhizao.studies.sweeps.sweep import _Runs

TIMES = 6
"""How often the writing of an output is ended every day: at the first, a middle and the last step, of two versions."""
"""How often each output is killed, and how often it is interrupted, half of the times over an earlier one."""
FEW: dict[str, Any] = {"n_firms": 20, "until": "2024-02"}


End = Callable[[int, Callable[[], object]], bool]


class Output(NamedTuple):
    """One output of a command: how either version of it is written; `before`, if it is not the first file there."""

    write: Callable[[Path, int], object]
    before: Callable[[Path], object] = lambda folder: None


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes the power away here, so nobody waits for the disk."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="module")
def runs() -> tuple[Any, Any]:
    return tuple(run("baseline", seed=seed, **FEW) for seed in (0, 1))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def comparisons() -> tuple[Any, Any]:
    return tuple(compare(["baseline"], draws=2, seed=seed, workers=1, **FEW) for seed in (0, 1))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SweepStore:
    text = design_text("latin-hypercube", 60, "AB", head="chunk = 50")
    return known_store(tmp_path_factory.mktemp("sweep") / "store", text, {"level2_share_end": lambda x: x[:, 0]})


def results(done: tuple[Any, Any], form: Any) -> Output:
    return Output(lambda folder, version: done[version].write(folder / "out", form, replace=True))


def chart(ending: str) -> Output:
    def write(folder: Path, version: int) -> None:
        figure = Figure(figsize=(1.0 + version, 1.0))
        figure.add_subplot().plot([0.0, 1.0 + version])
        save_figure(figure, folder / f"chart{ending}", dots=50.0)

    return Output(write)


def report_of(comparisons: tuple[Any, Any], patch: pytest.MonkeyPatch) -> Output:
    """A report whose page, workbook and charts are made already; the numbers are those of a comparison."""
    numbers = [done.files() for done in comparisons]

    def write(folder: Path, version: int) -> None:
        kept = (f"charts/a-{version}.png", "charts/b.png", "charts/b.svg")
        patch.setattr(report_folder, "page", lambda *given, **more: f"page {version}")
        patch.setattr(report_folder, "workbook_bytes", lambda done, *_: f"book {version}".encode())
        patch.setattr(report_folder, "_charts", lambda *given: {name: f"{version}".encode() for name in kept})
        patch.setattr(type(comparisons[0]), "files", lambda done: numbers[version])
        write_report(comparisons[version], [], folder / "report", "en", "command")

    return Output(write)


def small_ensembles(version: int) -> list[Ensemble]:
    """Two ensembles of three members."""
    return [
        Ensemble(
            treatment=treatment,
            funding="report",
            names=("a", "b"),
            values=np.arange(6.0).reshape(3, 2) + version,
            seeds=np.arange(3, dtype=np.uint64),
            summaries={},
            record={},
        )
        for treatment in ("plan", "facts")
    ]


def calibration_of(patch: pytest.MonkeyPatch) -> Output:
    """The folder of a calibration whose numbers are made already."""

    def write(folder: Path, version: int) -> None:
        findings: Any = SimpleNamespace(ensembles={one.treatment: one for one in small_ensembles(version)})
        patch.setattr(calibration_folder, "gathered", lambda findings: {"version": version})
        patch.setattr(calibration_folder, "report_lines", lambda numbers: [TITLE, f"version {version}"])
        charts = {f"{name}.png": f"{name} {version}".encode() for name in ("learned", "ridge")}
        patch.setattr(calibration_folder, "calibration_charts", lambda findings: charts)
        prepare_calibration_folder(folder / "calibration")
        write_calibration_report(findings, folder / "calibration")

    return Output(write)


def workbook_of(patch: pytest.MonkeyPatch) -> Output:
    def write(folder: Path, version: int) -> None:
        patch.setattr(workbook, "workbook_bytes", lambda done, *_: f"workbook {version}".encode() * 1000)
        save_workbook(None, folder / "book.xlsx")  # type: ignore[arg-type]

    return Output(write)


def part_of(store: SweepStore) -> Output:
    """A part of a sweep, which is made again."""
    content = (store.folder / "scalars" / "part-00000000.parquet").read_bytes()

    def write(folder: Path, version: int) -> None:
        into = open_store(folder / "store", store.manifest)
        with into.writing():
            into.write("scalars/part-00000000.parquet", content + b"again" * version)

    return Output(write, lambda folder: open_store(folder / "store", store.manifest))


def manifest_of(store: SweepStore) -> Output:
    """The manifest of a new sweep; the second version is that of the same sweep again, which changes nothing."""

    def write(folder: Path, version: int) -> None:
        with open_store(folder / "store", store.manifest).writing():
            pass

    return Output(write)


def codebook_of() -> Output:
    plan = run_table_of(design_of(design_text("latin-hypercube", 20, "AB"), Path("known.toml"), {}))

    def write(folder: Path, version: int) -> None:
        into = open_store(folder / "store", plan.record())
        with into.writing():
            _Runs(plan, into, lambda done, total: None, retry_failed=False).write_codebook()

    return Output(write, lambda folder: open_store(folder / "store", plan.record()))


def piece() -> Output:
    def write(folder: Path, version: int) -> None:
        Checkpoint(folder / "work", "problem").save("bank", {"a": np.arange(10) + version})

    return Output(write, lambda folder: Checkpoint(folder / "work", "problem"))


def ensembles_of(patch: pytest.MonkeyPatch, *, report: bool) -> Output:
    """Fits whose numbers are made already, with the report on them or without."""

    def write(folder: Path, version: int) -> None:
        made = small_ensembles(version)
        if report:
            patch.setattr(fit_report, "fit_lines", lambda fits: iter([FIT_TITLE, f"version {version}"]))
            write_fit({(one.treatment, "report"): FittedEnsemble(ensemble=one, found={}) for one in made}, folder)
        else:
            write_ensembles(made, folder)

    return Output(write)


def district() -> Output:
    """A district and, as the second version, another one like it: a district is never written over."""

    def write(folder: Path, version: int) -> None:
        new, like = folder / f"district-{version}", folder / "district-0" if version else None
        if not new.exists():
            make_district(new, "City", like)

    return Output(write)


def output_of(name: str, request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Output:
    def fixture(which: str) -> Any:
        return request.getfixturevalue(which)

    makers: dict[str, Callable[[], Output]] = {
        "run --out, CSV": lambda: results(fixture("runs"), "csv"),
        "run --out, Parquet": lambda: results(fixture("runs"), "parquet"),
        "compare --out, CSV": lambda: results(fixture("comparisons"), "csv"),
        "compare --out, Parquet": lambda: results(fixture("comparisons"), "parquet"),
        "report": lambda: report_of(fixture("comparisons"), patch),
        "calibrate --out": lambda: calibration_of(patch),
        "calibrate --quick, update": lambda: ensembles_of(patch, report=True),
        "calibrate --structure": lambda: ensembles_of(patch, report=False),
        "calibrate --work": piece,
        "district new": district,
        "compare --workbook": lambda: workbook_of(patch),
        "--chart PNG": lambda: chart(".png"),
        "--chart SVG": lambda: chart(".svg"),
        "--chart PDF": lambda: chart(".pdf"),
        "sweep: a part": lambda: part_of(fixture("store")),
        "sweep: the manifest": lambda: manifest_of(fixture("store")),
        "sweep: the codebook": codebook_of,
    }
    return makers[name]()


OUTPUTS = (
    *("run --out, CSV", "run --out, Parquet", "compare --out, CSV", "compare --out, Parquet", "report"),
    *("calibrate --quick, update", "calibrate --structure", "district new"),
    *("calibrate --out", "calibrate --work", "compare --workbook", "--chart PNG", "--chart SVG", "--chart PDF"),
    *("sweep: a part", "sweep: the manifest", "sweep: the codebook"),
)


def seen(folder: Path) -> dict[str, bytes]:
    """Every file below a folder as a reader sees it: through journals, and without what is hidden."""
    found = {}
    inner = [path for path in folder.rglob("*") if path.is_dir()]
    shown = [path for path in inner if not any(part[0] == "." for part in path.relative_to(folder).parts)]
    for at in sorted([folder, *shown]):
        snapshot = Snapshot(at)
        names = {path.name for path in at.iterdir() if path.is_file()} | {n for n in snapshot._staged if "/" not in n}
        found |= {
            str((at / name).relative_to(folder)): snapshot.read(name)
            for name in names
            if not name.startswith(".") and snapshot.holds(name)
        }
        staged = [name for name in snapshot._staged if "/" in name]
        found |= {str((at / name).relative_to(folder)): snapshot.read(name) for name in staged}
    return found


def stages(output: Output, folder: Path) -> list[dict[str, bytes]]:
    """What a folder holds before an output is written into it, with its first version, and with its second."""
    folder.mkdir()
    output.before(folder)
    found = [seen(folder)]
    for version in (0, 1):
        output.write(folder, version)
        found.append(seen(folder))
    return found


def begin(output: Output, folder: Path, version: int) -> None:
    """Make a folder in which a version is about to be written: over nothing, or over the one before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    output.before(folder)
    if version:
        output.write(folder, 0)


def ended_times(output: Output, tmp_path: Path, end: End, times: int | None) -> int:
    """End the writing of both versions at as many steps, or at every one; return how often it was ended."""
    whole, folder, count = stages(output, tmp_path / "whole"), tmp_path / "folder", 0
    for version in (0, 1):
        begin(output, folder, version)
        work = partial(output.write, folder, version)
        steps = calls_of(work)
        chosen = range(steps) if times is None else np.linspace(0, steps - 1, times // 2).astype(int).tolist()
        for step in chosen:
            begin(output, folder, version)
            count += end(step, work)
            assert seen(folder) in whole[version : version + 2], (step, steps)
            work()  # the next one is not held up by what was left, and removes it
            assert seen(folder) == whole[version + 1], (step, steps)
            assert not list(folder.rglob(".*")), (step, steps)
    return count


@pytest.mark.parametrize("end", [killed_at, interrupted_at])
@pytest.mark.parametrize("name", OUTPUTS)
def test_ended_a_few_times_an_output_is_the_old_or_the_new_one(
    name: str, end: End, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    count = ended_times(output_of(name, request, monkeypatch), tmp_path, end, TIMES)
    assert count >= (TIMES if end is killed_at else TIMES // 2)  # Ctrl-C while something is cleared away is kept quiet


def test_a_first_report_that_was_stopped_with_a_folder_for_charts_does_not_block_its_folder(tmp_path: Path) -> None:
    for name in ("charts", "results"):
        (tmp_path / name).mkdir()
    prepare_report_folder(tmp_path)
    (tmp_path / "charts" / "mine.png").touch()
    with pytest.raises(InputError, match="holds 'charts'"):
        prepare_report_folder(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("end", [killed_at, interrupted_at])
@pytest.mark.parametrize("name", OUTPUTS)
def test_ended_at_every_step_an_output_is_the_old_or_the_new_one(
    name: str, end: End, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    count = ended_times(output_of(name, request, monkeypatch), tmp_path, end, None)
    print(name, end.__name__, count)


WRITING = {"write_text", "write_bytes", "savefig", "to_csv", "to_parquet", "to_excel", "save", "write_table", "tofile"}
WRITING |= {"replace", "rename", "renames", "mkstemp", "NamedTemporaryFile", "copy", "copyfile", "move"}
ELSEWHERE = {
    ("results/csv_form.py", "to_csv"),  # into a text
    ("results/table_files.py", "to_parquet"),  # into bytes
    ("report/workbook.py", "save"),  # into bytes
    ("report/brief/word.py", "save"),
    ("report/brief/slides.py", "save"),
    ("report/charts/style.py", "savefig"),  # into bytes
    ("evidence/ensembles.py", "write_table"),  # into bytes
    ("kept_columns.py", "save"),  # into bytes
    ("results/sweep_parts.py", "write_table"),  # into bytes
    ("dashboard/register_upload.py", "write_bytes"),  # an uploaded file, in a folder that goes with it
    ("dashboard/opened.py", "write_bytes"),
    ("studies/calibration/fit.py", "save"),  # a piece of work, which is written whole
    ("fitting/bank.py", "save"),
    ("fitting/sampler.py", "save"),
}
"""Calls outside `storage` that write bytes for it, or what is thrown away."""


def writes(file: Path) -> set[str]:
    """Names of the calls in a module that write a file, or that could."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [entry.value for entry in node.args if isinstance(entry, ast.Constant)]
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if name in ("replace", "rename", "copy") and owner not in ("os", "shutil"):
            continue  # of texts, tables and data classes
        if name in WRITING or (
            name in ("open", "fdopen") and any(set(str(mode)) & set("wax+") for mode in texts if mode)
        ):
            found.add(name)
    return found


def test_every_file_is_written_by_the_one_way_that_writes_it_whole() -> None:
    package = Path(zhizao.__file__).parent
    found = {
        (file.relative_to(package).as_posix(), name)
        for file in package.rglob("*.py")
        if file.parent.name != "storage" and package / "data" not in file.parents  # scripts of installed districts
        for name in writes(file)
    }
    assert found == ELSEWHERE
