"""Thousands of damaged stores through every command: refused with the file's name, or right; never other numbers."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from every_command import DEAR, QUICK, Folders, try_commands
from tampering import KINDS, OUTCOME, sealed_stores, stored_runs, tampered, unsealed
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.results.stored import read
from zhizao.results.sweep_store import SweepStore, open_store
from zhizao.studies.discovery.discover import discover
from zhizao.studies.sensitivity.sensitivity import sensitivity

pytest.importorskip("SALib")
pytest.importorskip("ema_workbench")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Stores with checksums, and the same as version 1.0 wrote them."""
    folder = tmp_path_factory.mktemp("whole")
    whole = {path.name: path for path in sealed_stores(folder)}
    return whole | {f"{name} 1.0": unsealed(path, folder / f"{name}-old") for name, path in whole.items()}


def analyses(name: str) -> dict[str, Callable[[Path], Any]]:
    """What can be asked of a store of this name."""
    asked: dict[str, Callable[[Path], Any]] = {
        "status": lambda folder: open_store(folder).status(),
        "read": lambda folder: read(folder).to_frame(),
        "sensitivity": lambda folder: sensitivity(folder, OUTCOME).to_dict(),
    }
    if name.startswith("futures"):
        asked["discover"] = lambda folder: discover(folder, fails=f"{OUTCOME} < 0.8").to_dict()
    return asked


def refused(ask: Callable[[Path], Any], folder: Path) -> tuple[str, ...]:
    """Ask something of a store; return the lines of the refusal, none if there is an answer."""
    try:
        ask(folder)
    except InputError as error:
        return error.problems
    return ()


def try_all(name: str, whole: Path, folder: Path, dice: random.Random, counts: Counter[str], *, often: float) -> None:
    """Damage a store once and ask everything of it; with checksums no number may be another than before."""
    kind = tampered(whole, folder, dice)
    for command, ask in analyses(name).items():
        if command in ("sensitivity", "discover") and dice.random() > often:
            continue
        problems = refused(ask, folder)
        strange = [line for line in problems if str(folder) not in line and "is not an outcome" not in line]
        assert not strange, kind
        assert all(line.isprintable() and len(line) < 1500 for line in problems)
        counts[f"{command} {'refused' if problems else 'answered'}"] += 1
    if name.endswith("1.0"):
        return
    try:
        found = stored_runs(open_store(folder))
    except InputError:
        return
    before = stored_runs(SweepStore(folder=whole, manifest=open_store(whole).manifest))
    assert found.items() <= before.items(), kind


@pytest.mark.parametrize("name", ["saltelli", "futures", "saltelli 1.0", "futures 1.0"])
def test_damaged_stores_are_refused_or_right(name: str, stores: dict[str, Path], tmp_path: Path) -> None:
    dice, counts = random.Random(f"quick {name}"), Counter[str]()
    for _ in range(40):
        try_all(name, stores[name], tmp_path / "damaged", dice, counts, often=0.2)
    assert counts["status refused"] > 5
    assert counts["read refused"] > 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["saltelli", "futures", "saltelli 1.0", "futures 1.0"])
def test_hundreds_of_damaged_stores_are_refused_or_right(name: str, stores: dict[str, Path], tmp_path: Path) -> None:
    dice, counts = random.Random(f"slow {name}"), Counter[str]()
    for _ in range(500):
        try_all(name, stores[name], tmp_path / "damaged", dice, counts, often=1.0)
    print(name, dict(counts))


# ------------------------------------------------------------------- every kind of folder through every command


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(tmp_path_factory.mktemp("commands")).make(QUICK)


@pytest.mark.parametrize("kind", QUICK)
def test_the_commands_end_with_2_and_the_name_or_answer_as_before(kind: str, folders: Folders) -> None:
    dice, counts = random.Random(f"quick {kind}"), Counter[str]()
    for damage in sorted(KINDS):
        try_commands(folders, kind, dice, counts, damage=damage, most=3)
    assert sum(count for told, count in counts.items() if told.endswith("2")) > len(KINDS) / 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", QUICK)
def test_hundreds_of_folders_through_the_commands(kind: str, folders: Folders) -> None:
    dice, counts = random.Random(f"slow {kind}"), Counter[str]()
    for _ in range(60):
        try_commands(folders, kind, dice, counts)
    print(kind, dict(counts))


@pytest.mark.slow
@pytest.mark.parametrize("kind", DEAR)
def test_damaged_reports_and_calibrations_through_the_commands(kind: str, tmp_path: Path) -> None:
    folders, dice, counts = Folders(tmp_path).make((kind,)), random.Random(f"slow {kind}"), Counter[str]()
    for damage in sorted(KINDS):
        try_commands(folders, kind, dice, counts, damage=damage)
    print(kind, dict(counts))
    assert counts[f"{'report' if kind == 'report' else 'calibrate --work'}: 2"] > 2


def test_a_part_that_is_not_of_the_sweep_ends_the_sweep_with_its_name(folders: Folders, tmp_path: Path) -> None:
    """Such a part cannot be made again, and no analysis takes a store that has one."""
    store = Path(shutil.copytree(folders.whole["series"], tmp_path / "store"))
    part = store / "scalars" / "part-00000090.parquet"
    shutil.copy(store / "scalars" / "part-00000000.parquet", part)
    done = CliRunner().invoke(program, ["sweep", str(folders.design), "--out", str(store), "--threads", "--quiet"])
    assert done.exit_code == 2
    assert f"{part}: is not part of this sweep" in done.stderr
    assert "made again" not in done.stderr


# -------------------------------------------------------------------------------- one bit, anywhere in a store


def changed_bit(file: Path, place: int) -> bytes:
    content = bytearray(file.read_bytes())
    content[place // 8] ^= 1 << place % 8
    return bytes(content)


def test_one_changed_bit_in_a_part_is_always_noticed_by_name(stores: dict[str, Path], tmp_path: Path) -> None:
    whole = open_store(stores["saltelli"])
    before = stored_runs(whole)
    dice = random.Random(20240101)
    for file in (part for part in sorted(stores["saltelli"].rglob("part-*.parquet"))):
        content, size = file.read_bytes(), 8 * file.stat().st_size
        try:
            for place in (dice.randrange(size) for _ in range(15)):
                file.write_bytes(changed_bit(file, place))
                with pytest.raises(InputError, match=file.name):
                    whole.scalars()
                assert whole.status().damaged
                file.write_bytes(content)
        finally:
            file.write_bytes(content)
    assert stored_runs(whole) == before
