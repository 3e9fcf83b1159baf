"""Files are written whole or not at all: killed at every step, on full disks, beside links, pipes and others' files."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from killing import killed_at
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.results import stored as stored_results
from zhizao.results.stored import read_study, write_results
from zhizao.storage import together
from zhizao.storage.checksum import json_text, read_record, sealed_record, sha256
from zhizao.storage.locks import LOCK, only_writer
from zhizao.storage.together import JOURNAL, Snapshot, writer
from zhizao.storage.whole import read_whole, remove_leftovers, write_whole

OLD = {"run.json": b"old record", "a.csv": b"old a", "gone.csv": b"old gone"}
NEW = {"a.csv": b"new a", "b.csv": b"new b", "sub/c.png": b"new c", "run.json": b"new record"}


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes the power away here, so nobody waits for the disk."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def put(folder: Path, files: dict[str, bytes], remove: tuple[str, ...] = ()) -> None:
    with writer(folder) as place:
        place.put(files, {name: sha256((folder / name).read_bytes()) for name in remove})


def seen(folder: Path) -> dict[str, bytes]:
    snapshot = Snapshot(folder)
    return {name: snapshot.read(name) for name in (*OLD, *NEW) if snapshot.holds(name)}


@pytest.mark.slow
def test_killed_at_every_step_a_reader_sees_the_old_or_the_new_whole(tmp_path: Path) -> None:
    old_seen = new_seen = 0
    for step in range(1000):
        folder = tmp_path / str(step)
        folder.mkdir()
        put(folder, OLD)
        (folder / "mine.txt").write_bytes(b"mine")
        killed = killed_at(step, lambda folder=folder: put(folder, NEW, ("gone.csv",)))
        found = seen(folder)
        assert found in (OLD, NEW), step
        old_seen += found == OLD
        new_seen += found == NEW
        with writer(folder):  # the next one finishes what was begun, or removes it
            pass
        assert seen(folder) == found
        on_disk = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert on_disk == found | {"mine.txt": b"mine"}, step
        if not killed:
            break
    assert not killed
    assert old_seen > 10
    assert new_seen > 10


def test_a_reader_without_the_right_to_write_sees_the_new_whole(tmp_path: Path) -> None:
    """The state between the journal and the renames, put together by hand: nothing is written by reading it."""
    put(tmp_path, OLD)
    stage = tmp_path / ".zhizao-new-0123456789abcdef"
    stage.mkdir()
    (stage / "0").write_bytes(b"new record")
    journal = {
        "program": "zhizao",
        "staged": stage.name,
        "remove": {"gone.csv": sha256(b"old gone")},
        "files": {"run.json": {"staged": "0", "sha256": sha256(b"new record")}},
    }
    (tmp_path / JOURNAL).write_text(json_text(sealed_record(journal)))
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert seen(tmp_path) == {"run.json": b"new record", "a.csv": b"old a"}
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    with writer(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "run.json"]


@pytest.mark.parametrize(
    "change",
    [
        {"files": {"../x": {"staged": "0", "sha256": ""}}},
        {"files": {"/etc/x": {"staged": "0", "sha256": ""}}},
        {"remove": {"../../x": ""}},
        {"staged": "../elsewhere"},
        {"files": {"a.csv": {"staged": "../0", "sha256": ""}}},
        {"files": []},
        {"program": "other"},
    ],
)
def test_a_journal_that_leads_out_of_its_folder_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    journal = {"program": "zhizao", "staged": ".zhizao-new-0123456789abcdef", "remove": {}, "files": {}}
    (tmp_path / JOURNAL).write_text(json_text(sealed_record(journal | change)))
    with pytest.raises(InputError, match=r"zhizao-journal\.json: is damaged"):
        Snapshot(tmp_path)
    with pytest.raises(InputError, match=r"zhizao-journal\.json: is damaged"), writer(tmp_path):
        pass


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open", "mkdir"])
def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, OLD)
    good = getattr(os, call)
    for step in range(30):
        left = step

        def full(*given: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(28, "No space left on device")
            return good(*given, **named)

        with monkeypatch.context() as patched:
            patched.setattr(os, call, full)
            try:
                put(tmp_path, NEW, ("gone.csv",))
            except (OSError, InputError):
                assert seen(tmp_path) in (OLD, NEW)
        with writer(tmp_path):
            pass
        assert seen(tmp_path) in (OLD, NEW)
        assert not list(tmp_path.glob(".*"))
        if seen(tmp_path) == NEW:
            with writer(tmp_path) as place:
                place.put(OLD, {name: sha256(NEW[name]) for name in NEW})


def test_an_interrupt_between_the_renames_ends_with_the_new_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, OLD)
    good, calls = os.replace, 0

    def interrupted(one: Any, other: Any) -> None:
        nonlocal calls
        good(one, other)
        calls += 1
        if calls == len(NEW) + 3:  # the staged files, the journal, and two of the renames
            raise KeyboardInterrupt

    monkeypatch.setattr(together.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, NEW, ("gone.csv",))
    assert {name: (tmp_path / name).read_bytes() for name in NEW} == NEW
    assert not list(tmp_path.glob(".*"))


def test_a_file_that_was_changed_meanwhile_is_not_removed(tmp_path: Path) -> None:
    put(tmp_path, OLD)
    with writer(tmp_path) as place:
        place.put(NEW, {"gone.csv": sha256(b"what it held once")})
    assert (tmp_path / "gone.csv").read_bytes() == b"old gone"


@pytest.mark.skipif(os.name != "posix", reason="asks for the memory of the machine")
def test_a_file_that_has_become_larger_than_all_memory_is_a_changed_file(tmp_path: Path) -> None:
    """It is named, and not the machine blamed for too little memory."""
    put(tmp_path, OLD)
    os.truncate(tmp_path / "a.csv", 10**12)  # takes no room on a disk
    assert Snapshot(tmp_path).changed({name: sha256(content) for name, content in OLD.items()}) == ["a.csv"]
    with pytest.raises(OSError, match="larger than all memory"):
        read_whole(tmp_path / "a.csv")
    with writer(tmp_path) as place:
        place.put({"b.csv": b"new b"}, {"a.csv": sha256(OLD["a.csv"])})
    assert (tmp_path / "b.csv").read_bytes() == b"new b"
    assert (tmp_path / "a.csv").exists()


# ------------------------------------------------------------------------------------------------ one file


def test_links_pipes_and_folders_are_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    (tmp_path / "link").symlink_to(other)
    write_whole(tmp_path / "link", b"new")
    assert other.read_bytes() == b"precious"
    assert (tmp_path / "link").read_bytes() == b"new"
    assert not (tmp_path / "link").is_symlink()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OSError, match="other than a regular file"):
            write_whole(tmp_path / name, b"new")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path / "folder"):
        with pytest.raises(OSError, match=r"not a regular file|directory"):
            read_whole(path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link", "other", "pipe"]


def test_a_linked_folder_within_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "sub").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="sub is a link"):
        put(tmp_path / "results", NEW)
    assert not list((tmp_path / "elsewhere").iterdir())
    assert not list((tmp_path / "results").glob("*.*"))


def test_what_a_crash_has_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    assert killed_at(2, lambda: write_whole(tmp_path / "file", b"x"))
    [left] = tmp_path.iterdir()
    assert left.name.endswith(".partial")
    theirs = [".zhizao-notes.partial", ".download.partial", "x.partial", ".zhizao-0123456789abcdef.partial.bak"]
    for name in theirs:
        (tmp_path / name).write_bytes(b"theirs")
    (tmp_path / ".zhizao-0123456789abcdef.partial").symlink_to(tmp_path / theirs[0])
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*theirs, ".zhizao-0123456789abcdef.partial"])


def test_what_is_still_being_written_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    good = os.fsync

    def look(descriptor: int) -> None:
        remove_leftovers(tmp_path)
        good(descriptor)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", look)
        write_whole(tmp_path / "file", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_permissions_of_the_earlier_file_are_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "file").chmod(0o640)
    write_whole(tmp_path / "file", b"new")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


# ---------------------------------------------------------------------------------------------------- locks


def test_the_second_is_told_who_writes(tmp_path: Path) -> None:
    second = only_writer(tmp_path, "sweep")
    with only_writer(tmp_path, "sweep"):
        with pytest.raises(InputError, match=f"another sweep is writing here .process {os.getpid()} on "):
            second.__enter__()
        assert (tmp_path / LOCK).is_file()
    assert not (tmp_path / LOCK).exists()


def test_a_lock_that_a_kill_has_left_holds_nobody_up(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        try:
            with only_writer(tmp_path, "sweep"):
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    assert (tmp_path / LOCK).is_file()
    with only_writer(tmp_path, "sweep"):
        pass
    assert not (tmp_path / LOCK).exists()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "theirs"])
def test_a_lock_that_is_none_is_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    lock = tmp_path / LOCK
    {
        "link": lambda: lock.symlink_to(target),
        "pipe": lambda: os.mkfifo(lock),
        "folder": lock.mkdir,
        "theirs": lambda: shutil.copy(target, lock),
    }[kind]()
    with pytest.raises(InputError, match="is not a lock of zhizao"), only_writer(tmp_path, "sweep"):
        pass
    assert target.read_bytes() == b"precious"
    assert os.path.lexists(lock)


def _write_many(folder: Path, own: str) -> None:
    for number in range(15):
        put(folder, {f"{name}.csv": f"{own} {number}".encode() for name in "abc"})


def test_several_writers_and_readers_never_mix(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    put(tmp_path, {f"{name}.csv": b"first" for name in "abc"})
    writers = [context.Process(target=_write_many, args=(tmp_path, own)) for own in ("one", "two", "three")]
    for process in writers:
        process.start()
    until = time.monotonic() + 60
    while any(process.is_alive() for process in writers) and time.monotonic() < until:
        with only_writer(tmp_path, "test", patience=30):
            assert len({(tmp_path / f"{name}.csv").read_bytes() for name in "abc"}) == 1
    for process in writers:
        process.join()
    assert [process.exitcode for process in writers] == [0, 0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv", "c.csv"]


# ------------------------------------------------------------------------------------------------ checksums


def test_every_changed_bit_of_a_record_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    record = sealed_record({"a": [1, 2.5, None, True, "ä"], "b": {"c": 1e-300, "d": 0.1}, "seed": 2**63 + 1})
    content = json_text(record).encode()
    assert read_record(content, tmp_path, "fix") == record
    noticed = 0
    for place in range(8 * len(content)):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        try:
            found = read_record(bytes(changed), tmp_path / "run.json", "run it again")
        except InputError as error:
            noticed += "run.json: is" in str(error)
        else:
            found.pop("checksum", None)
            rest = {key: value for key, value in found.items() if key in record}
            assert rest == {key: value for key, value in record.items() if key != "checksum"}
    assert noticed > 5 * len(content)


def test_a_record_without_a_checksum_is_read_as_it_is(tmp_path: Path) -> None:
    assert read_record(json.dumps({"format": 1}).encode(), tmp_path, "fix") == {"format": 1}


# --------------------------------------------------------------------------- killed while something is written


def test_one_file_killed_at_every_step_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    file, found = tmp_path / "chart.png", set()
    for step in range(100):
        write_whole(file, b"old")
        killed = killed_at(step, lambda: write_whole(file, b"new, and longer"))
        found.add(file.read_bytes())
        if not killed:
            break
        remove_leftovers(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["chart.png"]
    assert found == {b"old", b"new, and longer"}
    assert not killed


def table(value: float) -> dict[str, pd.DataFrame]:
    tidy = {"scenario": "a", "draw": 0, "seed": 1, "month": "2024-01", "group": "all", "variable": "x", "value": value}
    return {"series": pd.DataFrame([tidy] * 3), f"{'groups' if value else 'ranks'}": pd.DataFrame({"value": [value]})}


def value_in(folder: Path) -> float:
    """The one value of all tables of a stored run; they must agree, and belong together."""
    stored = read_study(folder)
    names, values = set(stored.tables), {float(v) for frame in stored.tables.values() for v in frame["value"]}
    assert names == {"series", "groups" if 1.0 in values else "ranks"}
    [value] = values
    return value


def test_a_run_killed_at_every_step_of_its_writing_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    seen_values = []
    step, killed = 0, True
    while killed:
        shutil.rmtree(tmp_path / "run", ignore_errors=True)
        write_results(tmp_path / "run", {"kind": "run"}, table(0.0), "csv")
        killed = killed_at(step, lambda: write_results(tmp_path / "run", {"kind": "run"}, table(1.0), "csv"))
        seen_values.append(value_in(tmp_path / "run"))
        write_results(tmp_path / "run", {"kind": "run"}, table(1.0), "csv")  # goes on from whatever was left
        assert value_in(tmp_path / "run") == 1.0
        assert not list((tmp_path / "run").glob(".*"))
        step += 3
    assert set(seen_values) == {0.0, 1.0}
    assert seen_values == sorted(seen_values)


def writing_for_ever(folder: Path) -> int:
    """Start a process that writes one result, then the other, again and again; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        while True:
            for value in (0.0, 1.0):
                write_results(folder, {"kind": "run"}, table(value), "csv")
    finally:
        os._exit(1)


@pytest.mark.slow
def test_twenty_kills_of_a_process_that_writes_and_writes(tmp_path: Path) -> None:
    write_results(tmp_path / "run", {"kind": "run"}, table(0.0), "csv")
    dice, found = random.Random(20), set()
    for _ in range(20):
        child = writing_for_ever(tmp_path / "run")
        time.sleep(dice.uniform(0.02, 0.3))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found.add(value_in(tmp_path / "run"))
    assert found <= {0.0, 1.0}
    write_results(tmp_path / "run", {"kind": "run"}, table(1.0), "csv")
    assert not list((tmp_path / "run").glob(".*"))


def test_readers_see_one_result_whole_while_it_is_replaced_again_and_again(tmp_path: Path) -> None:
    write_results(tmp_path / "run", {"kind": "run"}, table(0.0), "csv")
    child = writing_for_ever(tmp_path / "run")
    try:
        assert {value_in(tmp_path / "run") for _ in range(40)} <= {0.0, 1.0}
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_reader_looks_again_when_a_result_was_replaced_by_one_like_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record reads as it did before, since two results take turns; and yet tables went while they were read."""
    write_results(tmp_path / "run", {"kind": "run"}, table(0.0), "csv")
    whole, tries = stored_results._read_study, []

    def overtaken(folder: Path) -> object:
        tries.append(folder)
        if len(tries) > 1:
            return whole(folder)
        for value in (1.0, 0.0):
            write_results(folder, {"kind": "run"}, table(value), "csv")
        raise InputError("ranks.csv: is missing")

    monkeypatch.setattr(stored_results, "_read_study", overtaken)
    assert value_in(tmp_path / "run") == 0.0
    assert len(tries) == 2


# ------------------------------------------------------------------------------------------- by the commands


def test_commands_leave_the_files_of_others_and_their_inputs_alone(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"experiment": 7}')
    for name in ("measured.csv", "survey.parquet", "series.csv"):
        (tmp_path / name).write_text("precious")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    few = ["--n-firms", "20", "--until", "2024-02", "--quiet"]
    for command in (["run", "baseline", *few], ["compare", "baseline", "--draws", "2", *few]):
        found = CliRunner().invoke(program, [*command, "--out", str(tmp_path)])
        assert found.exit_code == 2
        assert "run.json: is not a record of zhizao" in found.stderr
    register = tmp_path / "firms.xlsx"
    register.write_bytes(b"my firms")
    found = CliRunner().invoke(program, ["compare", "--firms", str(register), "--workbook", str(register)])
    assert found.exit_code == 2
    assert "firms.xlsx: is an input and would be overwritten" in found.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before | {"firms.xlsx": b"my firms"}
