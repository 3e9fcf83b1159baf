"""Ways to damage what zhizao has stored, by chance or on purpose, and the stores that they are tried on."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from known_store import design_text, known_store
from zhizao.results.sweep_manifest import MANIFEST
from zhizao.results.sweep_store import SweepStore
from zhizao.results.variables import FloatArray
from zhizao.storage.checksum import CHECKSUM, sealed_record

SMALL_DESIGN = """
format = 1
title = "A small sweep"
draws = 1
chunk = 2
series = ["level2_share", "public_spend"]
[set]
population.firms = 20
[sample]
method = "sobol"
size = {size}
[[factor]]
key = "attention.spontaneous_rate"
"""
"""A sweep of a moment whose store holds series; the size of its sample is to be filled in."""
OUTCOME = "level2_share_end"
JUNK: list[Any] = [
    *(None, True, -1, 0, 2, 1.5, 10**30, "", "x", "../x", "a" * 1500, "2024-13"),
    *([], [[]], [1, "a", {}], {}, {"a": 1}, {"name": 1}, [None], ["a", "a"], [{"key": "a"}]),
]


RECORDS = (MANIFEST, "run.json", "report.json", "problem.json", "plan-report.json", "facts-report.json")
"""Names of the files that say what a folder holds."""


def answer(places: FloatArray) -> FloatArray:
    """A share that depends on two inputs, below 0.9 in a corner of them."""
    return 0.7 + 0.2 * places[:, 0] + 0.2 * places[:, 1] * places[:, 0]


def sealed_stores(folder: Path) -> list[Path]:
    """Two small stores: for Sobol' indices, and for futures in which a policy fails."""
    texts = {
        "saltelli": design_text("saltelli", 32, "AB", head="chunk = 20"),
        "futures": design_text("latin-hypercube", 120, "AB", head="chunk = 50"),
    }
    return [known_store(folder / name, text, {OUTCOME: answer}).folder for name, text in texts.items()]


def unsealed(store: Path, folder: Path) -> Path:
    """The same store as version 1.0 would have written it, without checksums."""
    shutil.copytree(store, folder)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    for key in (CHECKSUM, "chunk"):
        manifest.pop(key, None)
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    for file in folder.rglob("part-*.parquet"):
        parquet.write_table(parquet.read_table(file).replace_schema_metadata(None), file)
    return folder


def tampered(whole: Path, folder: Path, dice: random.Random, kind: str | None = None) -> str:
    """Copy a store and damage it, in a given way or in any; return what was done."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    kind = kind or dice.choice(list(KINDS))
    KINDS[kind](folder, dice)
    return kind


def parts_of(folder: Path) -> list[Path]:
    """Every file of a stored folder that is not a record of what it holds."""
    files = sorted(file for file in folder.rglob("[!.]*") if file.is_file() and not file.is_symlink())
    return [file for file in files if file.name not in RECORDS]


def part_of(folder: Path, dice: random.Random) -> Path:
    return dice.choice(parts_of(folder))


def record_of(folder: Path, dice: random.Random) -> Path:
    """A file that says what a folder holds."""
    return dice.choice([file for file in sorted(folder.rglob("*.json")) if file.is_file()])


def change_bytes(folder: Path, dice: random.Random) -> None:
    file = dice.choice([part_of(folder, dice), record_of(folder, dice)])
    content = bytearray(file.read_bytes())
    for _ in range(dice.randint(1, 3)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    file.write_bytes(content)


def cut(folder: Path, dice: random.Random) -> None:
    file = dice.choice([part_of(folder, dice), record_of(folder, dice)])
    file.write_bytes(file.read_bytes()[: dice.randrange(file.stat().st_size)])


def add_bytes(folder: Path, dice: random.Random) -> None:
    file, extra = part_of(folder, dice), dice.randbytes(dice.randint(1, 100))
    file.write_bytes(file.read_bytes() + extra if dice.random() < 0.5 else extra + file.read_bytes())


def swap_parts(folder: Path, dice: random.Random) -> None:
    one = part_of(folder, dice)
    other = dice.choice([file for file in parts_of(folder) if file.suffix == one.suffix and file != one] or [one])
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    if dice.random() < 0.5:
        other.write_bytes(first)


def lose_part(folder: Path, dice: random.Random) -> None:
    part_of(folder, dice).unlink()


def replace_part(folder: Path, dice: random.Random) -> None:
    file = part_of(folder, dice)
    file.unlink()
    dice.choice(
        [
            file.mkdir,
            lambda: os.mkfifo(file),
            lambda: file.symlink_to("/dev/zero"),
            file.touch,
            lambda: file.symlink_to(file),
        ]
    )()


def add_part(folder: Path, dice: random.Random) -> None:
    file = part_of(folder, dice)
    shutil.copy(file, file.with_name(f"part-{dice.choice([90, 99_999_999]):08d}{file.suffix}"))


def change_table(folder: Path, dice: random.Random) -> None:
    """Write a part again with another table in it; the seal stays where it was."""
    file = part_of(folder, dice)
    if file.suffix != ".parquet":
        change_text(file, dice)
        return
    table = parquet.read_table(file)
    name = dice.choice(table.column_names)
    place = table.column_names.index(name)
    rows = table.num_rows
    others: list[Callable[[], pa.Table]] = [
        lambda: table.drop_columns([name]),
        lambda: table.append_column("more", pa.array(np.zeros(rows))),
        lambda: table.append_column(name, table[name]),
        lambda: table.set_column(place, name, pa.array([None] * rows, pa.float64())),
        lambda: table.set_column(place, name, pa.array(np.full(rows, np.nan))),
        lambda: table.set_column(place, name, pa.array(["word"] * rows)),
        lambda: table.set_column(place, name, pa.array([b"\xff"] * rows)),
        lambda: table.set_column(place, name, pa.array([[1.0]] * rows)),
        lambda: table.set_column(place, name, pa.array([{"a": 1}] * rows)),
        lambda: table.set_column(place, name, pa.array([True] * rows)),
        lambda: table.rename_columns([*table.column_names[:place], "other", *table.column_names[place + 1 :]]),
        lambda: table.select(list(reversed(table.column_names))),
        lambda: table.take(list(reversed(range(rows)))),
        lambda: table.slice(1),
        lambda: pa.concat_tables([table, table]),
        lambda: table.slice(0, 0),
    ]
    parquet.write_table(dice.choice(others)(), file)


def change_text(file: Path, dice: random.Random) -> None:
    """Leave out, repeat or shuffle lines, or put other words into one."""
    lines = file.read_bytes().split(b"\n")
    place = dice.randrange(len(lines))
    kinds = ([], [lines[place]] * 2, [b"a,b"], [b"\xff\x00"], [lines[place].replace(b"0", b"1")], [b'"' + lines[place]])
    lines[place : place + 1] = dice.choice(kinds)
    file.write_bytes(b"\n".join(lines))


def change_manifest(folder: Path, dice: random.Random, *, seal: bool = False) -> None:
    file = record_of(folder, dice)
    record = json.loads(file.read_text("utf-8"))
    for _ in range(dice.randint(1, 2)):
        inside: Any = record
        while True:
            keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
            key = dice.choice(keys)
            if not isinstance(inside[key], dict | list) or not inside[key] or dice.random() < 0.5:
                break
            inside = inside[key]
        if dice.random() < 0.3:
            del inside[key]
        else:
            inside[key] = dice.choice(JUNK)
        if not record:
            break
    text = json.dumps(sealed_record(record) if seal and CHECKSUM in record else record)
    file.write_text(text, "utf-8")


def seal_changed_manifest(folder: Path, dice: random.Random) -> None:
    change_manifest(folder, dice, seal=True)


def nest_manifest(folder: Path, dice: random.Random) -> None:
    deep = dice.choice(["[" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "[" * 900 + "]" * 900, "1" * 5000])
    file = record_of(folder, dice)
    text = file.read_text("utf-8").rstrip()
    file.write_text(dice.choice([deep, text[:-1] + f', "more": {deep}}}']), "utf-8")


def grow_manifest(folder: Path, dice: random.Random) -> None:
    file = record_of(folder, dice)
    with file.open("r+b") as stream:
        stream.truncate(dice.choice([101_000_000, 10**12]))


KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    function.__name__: function
    for function in (
        change_bytes,
        cut,
        add_bytes,
        swap_parts,
        lose_part,
        replace_part,
        add_part,
        change_table,
        change_manifest,
        seal_changed_manifest,
        nest_manifest,
        grow_manifest,
    )
}


def stored_runs(store: SweepStore) -> dict[int, dict[str, Any]]:
    """Every stored run by number, as text, so that numbers that are none are equal too."""
    rows = store.scalars().to_dict("records")
    return {int(row["run"]): {key: repr(value) for key, value in row.items()} for row in rows}
