"""Damaged folders through the commands themselves: refused with the file's name, or answered as the whole folder is."""

from __future__ import annotations

import dataclasses
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from click.testing import CliRunner

from tampering import OUTCOME, SMALL_DESIGN, sealed_stores, tampered, unsealed
from zhizao.arrays import FloatArray
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.evidence import ensembles
from zhizao.evidence.ensembles import TREATMENTS, ensemble_files, read_ensemble
from zhizao.report import calibration_folder
from zhizao.report import folder as report_folder
from zhizao.results.stored import Stored, read
from zhizao.studies.calibration.calibrate import Findings
from zhizao.studies.calibration.fit import prior_of_study, targets_of
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.run import run
from zhizao.studies.sweeps.design import design_of
from zhizao.studies.sweeps.sweep import sweep

SMALL = ["--n-firms", "20", "--until", "2024-03", "--quiet"]
COMPARED = ["baseline", "no-grants", "--draws", "2", *SMALL]
CALIBRATED = ["--particles", "100", "--bank", "512", "--workers", "1", "--quiet"]
DESIGN = SMALL_DESIGN.format(size=8)
QUICK = ("saltelli", "futures", "futures 1.0", "series", "run", "run as CSV", "comparison", "ensemble")
DEAR = ("report", "calibration")
"""Folders that take seconds to make, and to use where the damage did no harm; minutes without `cheaply`."""


@dataclass
class Folders:
    """One whole folder of each kind, and what the commands answer of those that lack some parts."""

    place: Path
    whole: dict[str, Path] = field(default_factory=dict)
    answers: dict[tuple[str, str, frozenset[str]], Any] = field(default_factory=dict)

    @property
    def design(self) -> Path:
        return self.place / "small.toml"

    def make(self, kinds: tuple[str, ...]) -> Folders:
        """Make the folders of some kinds."""
        self.design.write_text(DESIGN, "utf-8")
        (self.place / "stores").mkdir()
        known = {path.name: path for path in sealed_stores(self.place / "stores")}
        for kind in kinds:
            folder = self.place / kind
            if kind.endswith("1.0"):
                unsealed(known[kind.removesuffix(" 1.0")], folder)
            elif kind in known:
                shutil.copytree(known[kind], folder)
            else:
                _MAKERS[kind](self, folder)
            self.whole[kind] = folder
        return self


def _made_by(*command: str) -> Callable[[Folders, Path], None]:
    def make(folders: Folders, folder: Path) -> None:
        given = [text.format(folder=folder) for text in command]
        with cheaply():
            done = CliRunner().invoke(program, given)
        assert done.exit_code == 0, done.output

    return make


def _few_members(folders: Folders, folder: Path) -> None:
    folder.mkdir()
    for treatment in TREATMENTS:
        all_ = read_ensemble(treatment, "report")
        summaries = {name: values[:40] for name, values in all_.summaries.items()}
        few = dataclasses.replace(all_, values=all_.values[:40], seeds=all_.seeds[:40], summaries=summaries)
        for name, content in ensemble_files(few).items():
            (folder / name).write_bytes(content)


_MAKERS: dict[str, Callable[[Folders, Path], object]] = {
    "series": lambda folders, folder: sweep(design_of(DESIGN, folders.design, {}), folder, workers=1, kind="threads"),
    "run": lambda folders, folder: run("services-surge", seed=1, until="2024-03", n_firms=20).write(folder),
    "run as CSV": lambda folders, folder: run("services-surge", seed=1, until="2024-03", n_firms=20).write(
        folder, "csv"
    ),
    "comparison": lambda folders, folder: compare(
        ["baseline", "no-grants"], draws=2, n_firms=20, until="2024-03", workers=1
    ).write(folder),
    "ensemble": _few_members,
    "report": _made_by("report", "{folder}", *COMPARED, "--short"),
    "calibration": _made_by("calibrate", "--work", "{folder}", "--out", "{folder} made", *CALIBRATED),
}


# ------------------------------------------------------------------------------------ what is asked of a folder


def numbers(text: str) -> dict[str, Any]:
    """Return what a command answers, without time and place, and the size of files that may count for nothing."""
    return {key: value for key, value in json.loads(text).items() if key not in ("folder", "bytes", "seconds")}


@dataclass(frozen=True)
class Asked:
    """A command, and what of it must be the same as for the whole folder."""

    arguments: tuple[str, ...]
    answer: Callable[[str], Any] = numbers


def asked_of(kind: str, folder: Path, folders: Folders) -> dict[str, Asked]:
    """Return every command that can be given a folder; of another kind than it is for, it must refuse it too."""
    shown, out = str(folder), str(folder.with_name("out"))
    found = {
        "sweep --status": Asked(("sweep", "--status", shown, "--format", "json")),
        "sensitivity": Asked(("sensitivity", shown, "--outcome", OUTCOME, "--format", "json")),
        "discover": Asked(("discover", shown, "--fails", f"{OUTCOME} < 0.8", "--format", "json")),
        "rerun": Asked(("rerun", shown, "--workers", "1", "--quiet", "--format", "json")),
        "sweep --out": Asked(
            ("sweep", str(folders.design), "--out", shown, "--threads", "--quiet", "--format", "json"),
            lambda text: (numbers(text), stored(folder)),
        ),
        "run --out": Asked(
            ("run", "services-surge", "--seed", "1", *SMALL, "--out", shown, "--format", "json"),
            lambda text: (numbers(text), stored(folder)),
        ),
        "compare --out": Asked(
            ("compare", *COMPARED, "--workers", "1", "--out", shown, "--format", "json"),
            lambda text: (numbers(text), stored(folder)),
        ),
    }
    if kind == "ensemble":
        return {"compare": Asked(("compare", *COMPARED, "--workers", "1", "--format", "json"))}
    if kind in DEAR:
        found["report"] = Asked(
            ("report", shown, *COMPARED, "--short", "--workers", "1"), lambda _: stored(folder / "results")
        )
    if kind == "calibration":
        found["calibrate --work"] = Asked(
            ("calibrate", "--work", shown, "--out", out, *CALIBRATED),
            lambda _: {file.name: file.read_bytes() for file in Path(out).glob("fitted/*.parquet")},
        )
    return found


def stored(folder: Path) -> Any:
    """Return all numbers of a stored study or sweep, as text."""
    found = read(folder)
    if isinstance(found, Stored):
        return {name: table.to_csv() for name, table in found.tables.items()}
    status = found.status()
    if status.damaged:
        raise InputError(status.damaged)
    tables = [found.scalars(), *([found.series()] if found.shape.series else [])]
    return [status.done, *(table.to_csv() for table in tables)]


@contextmanager
def ensembles_in(kind: str, folder: Path) -> Iterator[None]:
    """Let an ensemble be the one that ships, as long as the commands are asked."""
    read_ensemble.cache_clear()
    shipped = ensembles.fitted_folder
    if kind == "ensemble":
        ensembles.fitted_folder = lambda: folder
    try:
        yield
    finally:
        ensembles.fitted_folder = shipped
        read_ensemble.cache_clear()


# ------------------------------------------------------------- what takes long and has nothing to do with files


@contextmanager
def cheaply() -> Iterator[None]:
    """Calibrate a formula instead of the model; make pages, workbooks and charts once for the same numbers."""
    with ExitStack() as patches:
        patches.enter_context(patch.object(DistrictSimulator, "__call__", _formula))
        for module, name, key in (
            (report_folder, "page", _compared),
            (report_folder, "workbook_bytes", _compared),
            (report_folder, "_charts", _compared),
            (calibration_folder, "calibration_charts", _calibrated),
        ):
            patches.enter_context(patch.object(module, name, _made_once(getattr(module, name), key)))
        yield


def _formula(simulator: DistrictSimulator, point: FloatArray, seed: int) -> FloatArray:
    """Figures near those that are fitted, each depending on four of the drawn numbers, and on luck."""
    means, deviations, middles, steps, weights = _fitted_to(simulator.names)
    luck = np.random.Generator(np.random.Philox(seed)).standard_normal(len(middles))
    found: FloatArray = middles + steps * (weights @ ((point - means) / deviations) + 0.3 * luck)
    return found


@cache
def _fitted_to(names: tuple[str, ...]) -> tuple[FloatArray, ...]:
    """Mean and deviation of what is drawn; middle, step and weights (figures by what is drawn) of the figures."""
    marginals = prior_of_study().marginals
    rooms = {target.name: (target.low, target.softness) for target in targets_of("plan")}
    middles, steps = np.array([rooms.get(name, (50.0, 5.0)) for name in names]).T
    weights = np.zeros((len(names), len(marginals)))
    for figure in range(len(names)):
        weights[figure, 4 * figure % 20 : 4 * figure % 20 + 4] = 1.0
    means, deviations = np.array([(one.mean, one.deviation) for one in marginals]).T
    return means, deviations, middles, steps, weights


_MADE: dict[Any, Any] = {}


def _made_once(make: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    def made(*given: Any, **named: Any) -> Any:
        of = (make.__name__, *key(*given, *named.values()))
        if of not in _MADE:
            _MADE[of] = make(*given, **named)
        return _MADE[of]

    return made


def _compared(done: Comparison, *more: Any) -> list[Any]:
    return [*(content for name, content in done.files().items() if name != "run.json"), repr(more)]


def _calibrated(findings: Findings) -> list[bytes]:
    return [ensemble.values.tobytes() for ensemble in findings.ensembles.values()]


# ---------------------------------------------------------------------------------------------- what must hold


def whole_parts(whole: Path, folder: Path) -> frozenset[str]:
    """Names of the files that are as they were."""
    names = (str(file.relative_to(whole)) for file in whole.rglob("*") if file.is_file())
    return frozenset(name for name in names if _content(folder / name) == (whole / name).read_bytes())


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes() if file.is_file() and file.stat().st_size < 50_000_000 else None
    except OSError:
        return None


def honest(folders: Folders, kind: str, kept: frozenset[str], folder: Path) -> Path:
    """Make a folder that lacks what is not as it was, with nothing else wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(folders.whole[kind], folder)
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        if str(file.relative_to(folder)) not in kept:
            file.unlink()
    return folder


def expected(folders: Folders, kind: str, command: str, kept: frozenset[str]) -> Any:
    """What a command answers of a folder that holds only what is as it was; None if it refuses."""
    key = (kind, command, kept)
    if key not in folders.answers:
        folder = honest(folders, kind, kept, folders.place / "honest")
        with ensembles_in(kind, folder), cheaply():
            asked = asked_of(kind, folder, folders)[command]
            done = CliRunner().invoke(program, list(asked.arguments))
            folders.answers[key] = asked.answer(done.stdout) if done.exit_code == 0 else None
    return folders.answers[key]


def try_commands(
    folders: Folders,
    kind: str,
    dice: random.Random,
    counts: Counter[str],
    *,
    damage: str | None = None,
    most: int | None = None,
) -> None:
    """Damage a folder, in a given way or in any, and give it to every command, or to `most` of them.

    With checksums, what a command answers is what it answers of the parts that are as they were.
    """
    folder, luck = folders.place / "damaged", dice.random()
    commands = list(asked_of(kind, folder, folders))
    for command in commands if most is None else dice.sample(commands, min(most, len(commands))):
        shutil.rmtree(folder.with_name("out"), ignore_errors=True)
        damage = tampered(folders.whole[kind], folder, random.Random(luck), damage)
        forged = damage == "seal_changed_manifest" or kind.endswith("1.0")
        told = f"{kind}, {damage}, {command}"
        kept = whole_parts(folders.whole[kind], folder)
        with ensembles_in(kind, folder), cheaply():
            asked = asked_of(kind, folder, folders)[command]
            done = CliRunner().invoke(program, list(asked.arguments))
            counts[f"{command}: {done.exit_code}"] += 1
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                raise AssertionError(told) from done.exception
            if done.exit_code == 2:
                assert names_it(done.stderr, folder, kind), (told, done.stderr)
                continue
            assert done.exit_code == 0 or (done.exit_code == 1 and command == "rerun" and forged), (told, done.output)
            if not forged:
                found = asked.answer(done.stdout)
        if not forged and found != expected(
            folders, kind, command, whole_parts(folders.whole[kind], folders.whole[kind])
        ):
            assert found == expected(folders, kind, command, kept), told


def names_it(said: str, folder: Path, kind: str) -> bool:
    """Whether every line of a refusal is printable, not long, and one of them names a file or folder."""
    lines = [line for line in said.splitlines() if line]
    named = any(str(folder) in line or (kind == "ensemble" and "-report." in line) for line in lines)
    return named and all(line.isprintable() and len(line) < 1500 for line in lines)
