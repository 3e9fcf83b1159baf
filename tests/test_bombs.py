"""Small files that swallow the machine, handed to the commands themselves: refused soon, and with little memory."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhizao.storage.checksum import sealed_record

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs figures of single processes")

MOST_SECONDS, MOST_MEGABYTES = 5.0, 500
"""Of work, and above what the same command takes to refuse an empty file."""
SCENARIO = 'format = 1\ntitle = "t"\nquestion = "q"\nsource = "s"\n'
DESIGN = 'format = 1\ntitle = "t"\ndraws = 1\nseries = false\n'
TABLE = DESIGN + '[sample]\nmethod = "table"\nfile = "{}"\n'
KEY = "attention.spontaneous_rate"


class Outcome(NamedTuple):
    """What a command did, and what it took."""

    code: int
    seconds: float
    megabytes: float
    errors: str


MEASURED = """
import resource
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (8 << 30,) * 2)
try:
    from zhizao.commands.cli import main
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    Path("took.txt").write_text(f"{used.ru_utime + used.ru_stime} {peak}")
"""


def outcome(folder: Path, *arguments: str) -> Outcome:
    """Run a command in a folder, at most a minute and with 8 GB; what it takes is its own, in whatever crowd."""
    command = [sys.executable, "-P", "-c", MEASURED, *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=60, check=False
    )
    seconds, kilobytes = map(float, (folder / "took.txt").read_text().split())
    return Outcome(done.returncode, seconds, kilobytes / 1024, done.stderr)


# ------------------------------------------------------------------------------------------------ what is made

Make = Callable[[Path], object]


def text(content: str, name: str = "bomb.toml") -> Make:
    return lambda folder: (folder / name).write_text(content)


def table(content: str | bytes, name: str = "points.csv") -> Make:
    def make(folder: Path) -> None:
        (folder / "bomb.toml").write_text(TABLE.format(name))
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return make


def parquet(make_table: Callable[[], pa.Table], **options: object) -> Make:
    def make(folder: Path) -> None:
        (folder / "bomb.toml").write_text(TABLE.format("points.parquet"))
        pq.write_table(make_table(), folder / "points.parquet", **options)
        assert (folder / "points.parquet").stat().st_size < 3_000_000

    return make


def words(rows: int, length: int, columns: int = 1) -> Callable[[], pa.Table]:
    """A table in which one word stands in every row."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), ["x" * length])
    return lambda: pa.table({f"k{n}": column for n in range(columns)})


def nested(depth: int) -> Callable[[], pa.Table]:
    kind: pa.DataType = pa.int64()
    for _ in range(depth):
        kind = pa.list_(kind)
    return lambda: pa.table({KEY: pa.array([None], kind)})


def zeros(rows: int, columns: int) -> Callable[[], pa.Table]:
    return lambda: pa.table(dict.fromkeys((f"k{n}" for n in range(columns)), pa.nulls(rows, pa.float32())))


def chain(folder: Path) -> None:
    """Scenario files each of which extends the next, without end."""
    for number in range(2_000):
        (folder / f"s{number}.toml").write_text(SCENARIO + f'extends = "s{number + 1}.toml"\n')
    (folder / "bomb.toml").write_text(SCENARIO + 'extends = "s0.toml"\n')


def special(kind: str) -> Make:
    def make(folder: Path) -> None:
        if kind == "pipe":
            os.mkfifo(folder / "bomb.toml")
        else:
            (folder / "bomb.toml").symlink_to(kind)

    return make


def points_from(kind: str) -> Make:
    """A design whose table of points is not an ordinary file."""

    def make(folder: Path) -> None:
        (folder / "bomb.toml").write_text(TABLE.format("points.csv"))
        special(kind)(folder)

    def make_pipe(folder: Path) -> None:
        (folder / "bomb.toml").write_text(TABLE.format("points.csv"))
        os.mkfifo(folder / "points.csv")

    return make_pipe if kind == "pipe" else make


RUN, SWEEP = ("run", "bomb.toml", "--quiet"), ("sweep", "bomb.toml", "--out", "out", "--quiet")
BOMBS: dict[str, tuple[tuple[str, ...], Make]] = {
    "scenario: one long key": (RUN, text(SCENARIO + "a." * 400_000 + "a = 1\n")),
    "scenario: many long keys": (RUN, text(SCENARIO + "".join(f"{'a.' * 190}k{n} = 1\n" for n in range(2_400)))),
    "scenario: a long heading": (RUN, text(SCENARIO + "[" + "a." * 400_000 + "a]\n")),
    "scenario: brackets": (RUN, text(SCENARIO + "x = " + "[" * 900_000)),
    "scenario: braces": (RUN, text(SCENARIO + "x = " + "{a=" * 300_000)),
    "scenario: quotes": (RUN, text(SCENARIO + '\\"""' * 240_000)),
    "scenario: a large number": (RUN, text(SCENARIO + "x = " + "9" * 900_000)),
    "scenario: too large": (RUN, text(SCENARIO + "#" * 30_000_000)),
    "scenario: many keys": (RUN, text(SCENARIO + "[parameters]\n" + "".join(f"k{n} = 1\n" for n in range(80_000)))),
    "scenario: many changes": (RUN, text(SCENARIO + '[[changes]]\nfrom = "2024-01"\n' * 28_000)),
    "scenario: a chain without end": (RUN, chain),
    "scenario: a pipe": (RUN, special("pipe")),
    "scenario: a device": (RUN, special("/dev/zero")),
    "scenario: the memory of the machine": (RUN, special("/proc/self/mem")),
    "scenario: a file of the kernel without end": (RUN, special("/proc/kmsg")),
    "scenario: members without end": (("run", "+".join(["baseline"] * 5_000), "--quiet"), text("")),
    "design: one long key": (SWEEP, text(DESIGN + "a." * 200_000 + "a = 1\n")),
    "design: many long keys": (SWEEP, text(DESIGN + "".join(f"x.{'a.' * 13}{n} = 1\n" for n in range(90_000)))),
    "design: quoted long keys": (SWEEP, text(DESIGN + '"a".' * 400_000 + "a = 1\n")),
    "design: deep lists": (SWEEP, text(DESIGN + "x = " + "[" * 2_000_000)),
    "design: deep tables": (SWEEP, text(DESIGN + "x = " + "{a=" * 900_000)),
    "design: two million keys": (SWEEP, text(DESIGN + "[set]\n" + "".join(f"k{n}=1\n" for n in range(480_000)))),
    "design: a million points": (SWEEP, text(DESIGN + "[[point]]\n" * 490_000)),
    "design: many factors": (SWEEP, text(DESIGN + f'[[factor]]\nkey="{KEY}"\n' * 60_000)),
    "design: many unknown factors": (SWEEP, text(DESIGN + "".join(f'[[factor]]\nkey="k{n}"\n' for n in range(60_000)))),
    "design: many unknown settings": (SWEEP, text(DESIGN + "[set]\n" + "".join(f"k{n}=1\n" for n in range(250_000)))),
    "design: many points of many kinds": (
        SWEEP,
        text(DESIGN + '[sample]\nmethod="points"\n' + "".join(f"[[point]]\nk{n}=1\n" for n in range(140_000))),
    ),
    "design: many scenarios": (SWEEP, text(DESIGN + "scenarios = [" + '"none",' * 250_000 + "]\n")),
    "design: a sample that fills memory": (
        SWEEP,
        text(DESIGN + '[sample]\nmethod = "sobol"\nsize = 9999999\nfactors = "uncertain"\n'),
    ),
    "design: a factorial of everything": (
        SWEEP,
        text(DESIGN + '[sample]\nmethod = "factorial"\nlevels = 10000\nfactors = "uncertain"\n'),
    ),
    "design: a pipe": (SWEEP, special("pipe")),
    "design: a device": (SWEEP, special("/dev/zero")),
    "points: rows": (SWEEP, table("k\n" + "1\n" * 20_000_000)),
    "points: columns": (SWEEP, table("," * 50_000_000)),
    "points: one cell": (SWEEP, table("k\n" + "1" * 90_000_000)),
    "points: open quotes": (SWEEP, table('k\n"' + "1\n" * 2_000_000)),
    "points: too large": (SWEEP, table(b"\n" * 110_000_000)),
    "points: gzip": (SWEEP, table(gzip.compress(b"k\n" + b"1\n" * 50_000_000), "points.csv.gz")),
    "points: gzip under another name": (SWEEP, table(gzip.compress(b"k\n" + b"1\n" * 50_000_000), "points.csv")),
    "points: a pipe": (SWEEP, points_from("pipe")),
    "parquet: a word in every row": (SWEEP, parquet(words(3_000_000, 7_000))),
    "parquet: a long word in fewer rows": (SWEEP, parquet(words(900_000, 100_000))),
    "parquet: words in many columns": (SWEEP, parquet(words(100_000, 900, 200))),
    "parquet: rows": (SWEEP, parquet(zeros(50_000_000, 1))),
    "parquet: columns": (SWEEP, parquet(zeros(1, 5_000))),
    "parquet: cells": (SWEEP, parquet(zeros(900_000, 100))),
    "parquet: long texts, packed": (
        SWEEP,
        parquet(lambda: pa.table({"k": ["x" * 1_000_000] * 400}), use_dictionary=False, compression="zstd"),
    ),
    "parquet: structures": (SWEEP, parquet(lambda: pa.table({KEY: [{"a": 1}] * 1000}))),
    "parquet: bytes": (SWEEP, parquet(lambda: pa.table({KEY: [b"\xff" * 1000] * 1000}))),
    "parquet: dates": (SWEEP, parquet(lambda: pa.table({KEY: pa.array([0], pa.timestamp("s"))}))),
    "parquet: deep lists": (SWEEP, parquet(nested(60))),
    "parquet: many groups of rows": (SWEEP, parquet(zeros(2_000_000, 1), row_group_size=2_000)),
    "parquet: no table": (SWEEP, table(b"PAR1" + b"\xff" * 100_000 + b"\xff\xff\xff\x7fPAR1", "points.parquet")),
}

# ------------------------------------------------------------------------------------------------ records (JSON)

HEAD = '{"program": "zhizao", "format": 1, "kind": "%s", "outputs": {}, "x": '
MILLIONS: dict[str, Callable[[], str]] = {
    "lists in lists": lambda: "[" * 8_000_000,
    "few lists in lists": lambda: "[" * 900 + "]" * 900 + "}",
    "objects in objects": lambda: '{"a":' * 3_000_000,
    "empty lists": lambda: "[" + "[]," * 5_000_000 + "[]]}",
    "empty objects": lambda: "[" + "{}," * 5_000_000 + "{}]}",
    "keys": lambda: "{" + ",".join(f'"{n:x}":0' for n in range(1_200_000)) + "}}",
    "digits": lambda: "9" * 15_000_000 + "}",
    "digits after the point": lambda: "0." + "9" * 15_000_000 + "}",
    "digits of an exponent": lambda: "1e" + "9" * 15_000_000 + "}",
    "letters": lambda: '"' + "x" * 15_000_000 + '"}',
    "commas in a text": lambda: '"' + "[,{" * 5_000_000 + '"}',
    "letters as escapes": lambda: '"' + "\\u4e2d" * 2_500_000 + '"}',
    "letters without an end": lambda: '"' + '\\"' * 7_500_000,
    "quotes": lambda: '"' * 15_000_000,
    "not a number": lambda: "NaN}",
    "bytes": lambda: " " * 400_000_000,
}
"""What stands millions of times in a record, or need stand there once only."""
OUT, CHECKED = ("--out", "bomb", "--quiet"), ("bomb", "--draws", "2", "--quiet")
RECORDS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "run.json for rerun": (("rerun", "bomb", "--quiet"), "run", "run.json"),
    "run.json for run": (("run", "baseline", *OUT), "run", "run.json"),
    "run.json for compare": (("compare", "baseline", "--draws", "2", *OUT), "run", "run.json"),
    "run.json for report": (("report", *CHECKED), "run", "results/run.json"),
    "report.json for report": (("report", *CHECKED), "report", "report.json"),
    "sweep.json for --status": (("sweep", "--status", "bomb"), "sweep", "sweep.json"),
    "sweep.json for sweep": (("sweep", "grants-and-specialists", *OUT), "sweep", "sweep.json"),
    "sweep.json for discover": (("discover", "bomb"), "sweep", "sweep.json"),
    "sweep.json for sensitivity": (("sensitivity", "bomb"), "sweep", "sweep.json"),
    "a journal for rerun": (("rerun", "bomb", "--quiet"), "", ".zhizao-journal.json"),
    "problem.json for calibrate": (("calibrate", "--work", "bomb", "--quiet"), "", "report-bank/problem.json"),
}
"""Commands, the kind of record, and its file."""


def record(kind: str, name: str, content: Callable[[], str]) -> Make:
    def make(folder: Path) -> None:
        file = folder / "bomb" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if name == "report.json":
            (folder / "bomb" / "results").mkdir()
            (folder / "bomb" / "results" / "run.json").write_text("{}")
        file.write_text(HEAD % kind + content())

    return make


def changed_record(change: Callable[[dict[str, Any]], object]) -> Make:
    """A folder of results as one has them, but for one change in its record, which is sealed again."""

    def make(folder: Path) -> None:
        shutil.copytree(Path(__file__).parent / "formats" / "1.0.0" / "comparison", folder / "bomb")
        file = folder / "bomb" / "run.json"
        found = json.loads(file.read_text())
        change(found)
        file.write_text(json.dumps(sealed_record(found)))

    return make


SEALED: dict[str, Callable[[dict[str, Any]], object]] = {
    "scenarios": lambda found: found["settings"].update(scenarios=[f"s{n}" for n in range(400_000)]),
    "settings": lambda found: found["settings"].update(settings={f"k{n}": 1 for n in range(200_000)}),
    "tables": lambda found: found.update(outputs={f"t{n}.csv": "0" for n in range(400_000)}),
    "draws": lambda found: found["settings"].update(draws=10**300),
    "a month": lambda found: found["settings"].update(until="x" * 10_000_000),
}
JSON_BOMBS = {
    f"run.json for rerun: sealed, {what}": (RECORDS["run.json for rerun"][0], changed_record(change))
    for what, change in SEALED.items()
}
JSON_BOMBS |= {
    f"{where}: {what}": (arguments, record(kind, name, content))
    for where, (arguments, kind, name) in RECORDS.items()
    for what, content in MILLIONS.items()
}
BOMBS |= JSON_BOMBS

QUICK = (
    "run.json for rerun: empty lists",
    "sweep.json for --status: keys",
    "scenario: many long keys",
    "scenario: a pipe",
    "scenario: members without end",
    "design: one long key",
    "points: columns",
    "parquet: a word in every row",
)


def check(folder: Path, name: str) -> Outcome:
    arguments, make = BOMBS[name]
    usual_folder = folder / "usual"
    usual_folder.mkdir()
    (usual_folder / "bomb.toml").write_text("")
    usual = outcome(usual_folder, *arguments[:1], "bomb.toml", "--quiet")
    make(folder)
    found = outcome(folder, *arguments)
    assert found.code == 2, (found.code, found.errors[-500:])
    assert "fault of zhizao" not in found.errors
    assert found.errors.strip()
    assert len(found.errors) < 40_000
    assert found.seconds < MOST_SECONDS, found
    assert found.megabytes < usual.megabytes + MOST_MEGABYTES, found
    if name in JSON_BOMBS:
        [line] = found.errors.strip().splitlines()
        assert "bomb" in line or "draws" in line, line
    return found


@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_is_refused_soon_and_with_little_memory(tmp_path, name):
    check(tmp_path, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BOMBS if name not in QUICK])
def test_further_bombs(tmp_path, name, record_property):
    found = check(tmp_path, name)
    record_property("took", json.dumps(found[1:3]))
