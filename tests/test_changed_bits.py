"""One bit changed anywhere in a run, a comparison, a sweep, an ensemble or a checkpoint is noticed or has no effect."""

from __future__ import annotations

import dataclasses
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tampering import SMALL_DESIGN, sealed_stores
from zhizao.errors import InputError
from zhizao.evidence.ensembles import Ensemble, ensemble_files, read_ensemble
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.results.stored import Stored, read_study
from zhizao.results.sweep_store import open_store
from zhizao.studies.compare import compare
from zhizao.studies.run import run
from zhizao.studies.sweeps.design import design_of
from zhizao.studies.sweeps.sweep import sweep

KINDS = ("run", "run as CSV", "comparison", "sweep", "sweep with series", "ensemble", "checkpoint")
QUICK, SLOW = 60, 1500
RECORDED = (
    "format",
    "program",
    "kind",
    "version",
    "calibration",
    "settings",
    "inputs",
    "resolved",
    "parameters",
    "outputs",
)
DESIGN = SMALL_DESIGN.format(size=4)
ARRAYS = {"places": np.linspace(0.0, 1.0, 300).reshape(30, 10), "seeds": np.arange(30, dtype=np.uint64)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One folder of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    single = run("services-surge", seed=1, until="2024-02", n_firms=20)
    single.write(folder / "run")
    single.write(folder / "run as CSV", "csv")
    compare(["baseline", "no-grants"], draws=2, n_firms=20, until="2024-02", workers=1).write(folder / "comparison")
    shutil.copytree(sealed_stores(folder / "stores")[1], folder / "sweep")
    sweep(design_of(DESIGN, Path("small.toml"), {}), folder / "sweep with series", workers=1, kind="threads")
    (folder / "ensemble").mkdir()
    few = read_ensemble("plan", "report")
    few = dataclasses.replace(
        few, values=few.values[:40], seeds=few.seeds[:40], summaries={name: v[:40] for name, v in few.summaries.items()}
    )
    for name, content in ensemble_files(few).items():
        (folder / "ensemble" / name).write_bytes(content)
    kept = Checkpoint(folder / "checkpoint", "problem")
    kept.save("bank-00000", {"summaries": ARRAYS["places"]})
    kept.save("sample", ARRAYS)
    return {kind: folder / kind for kind in KINDS}


def study(folder: Path) -> list[Any]:
    stored = read_study(folder)
    assert isinstance(stored, Stored)
    return [
        {key: stored.record.get(key) for key in RECORDED},
        *(table.to_csv() for _, table in sorted(stored.tables.items())),
    ]


def store(folder: Path) -> list[Any]:
    found = open_store(folder)
    status = found.status()
    if status.damaged:
        raise InputError(status.damaged)
    tables = [found.scalars(), *([found.series()] if found.shape.series else [])]
    return [status.done, found.shape.series, *(table.to_csv() for table in tables)]


def ensemble(folder: Path) -> list[Any]:
    read_ensemble.cache_clear()
    found: Ensemble = read_ensemble("plan", "report", folder)
    return [found.values.tobytes(), found.seeds.tobytes(), {n: v.tobytes() for n, v in found.summaries.items()}]


def checkpoint(folder: Path) -> list[Any]:
    kept = Checkpoint(folder, "problem")
    pieces = [kept.load(name) or {} for name in ("bank-00000", "sample")]
    return [{name: array.tobytes() for name, array in piece.items()} for piece in pieces]


READERS: dict[str, Callable[[Path], list[Any]]] = {
    "run": study,
    "run as CSV": study,
    "comparison": study,
    "sweep": store,
    "sweep with series": store,
    "ensemble": ensemble,
    "checkpoint": checkpoint,
}


def try_bits(kind: str, whole: Path, folder: Path, count: int) -> tuple[int, int]:
    """Change single bits, one after the other; return how many were noticed, and how many had no effect."""
    shutil.copytree(whole, folder)
    look, dice, noticed = READERS[kind], random.Random(kind), 0
    before = look(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for _ in range(count):
        file = dice.choice(files)
        content = file.read_bytes()
        place = dice.randrange(8 * len(content))
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        file.write_bytes(changed)
        try:
            assert look(folder) == before, (file.name, place)
        except InputError as error:
            named = (file.name, file.with_suffix(".parquet").name, folder.name)
            noticed += any(name in line for line in error.problems for name in named)
        file.write_bytes(content)
    return noticed, count - noticed


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_bit_is_noticed_or_has_no_effect(kind: str, whole: dict[str, Path], tmp_path: Path) -> None:
    noticed, _ = try_bits(kind, whole[kind], tmp_path / "changed", QUICK)
    assert noticed > 0.75 * QUICK


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_changed_bits(kind: str, whole: dict[str, Path], tmp_path: Path) -> None:
    noticed, without = try_bits(kind, whole[kind], tmp_path / "changed", SLOW)
    print(f"{kind}: {noticed} of {SLOW} noticed by name, {without} without effect, 0 read as other numbers")
    assert noticed > 0.75 * SLOW
