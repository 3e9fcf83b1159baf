"""Compiled code that is kept: read only if it is whole and this user's own, and never in the way."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import pytest
from numba.core import serialize

from zhizao import code_cache
from zhizao.code_cache import CodeCache, CodeCacheWarning, folder_for
from zhizao.commands import progress
from zhizao.errors import InputError


def added(one: float, other: float) -> float:
    return one + other


def compiled(folder: Path, function: Callable[..., Any] = added) -> Any:
    """Compile a function as if at a new start; its result is always right."""
    dispatcher: Any = numba.njit(nogil=True)(function)
    dispatcher._cache = CodeCache(function, folder)
    assert dispatcher(2.0, 3.0) == 5.0
    return dispatcher


def hits(folder: Path) -> int:
    return sum(compiled(folder).stats.cache_hits.values())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHIZAO_CACHE_DIR", str(tmp_path / "cache"))
    return folder_for("0123")


@pytest.fixture
def kept(folder: Path) -> Path:
    """The only file of code that is kept."""
    assert hits(folder) == 0
    [file] = folder.glob("*.nbc")
    return file


def test_what_is_kept_is_used_at_the_next_start(kept):
    assert hits(kept.parent) == 1
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_another_function_of_the_same_name_is_no_match(kept):
    def added(one: float, other: float) -> float:
        return 5.0 + 0.0 * (one + other)

    assert not compiled(kept.parent, added).stats.cache_hits


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.5, 0.999])
def test_a_file_that_was_cut_short_is_made_again(kept, share):
    whole = kept.read_bytes()
    kept.write_bytes(whole[: int(len(whole) * share)])
    assert hits(kept.parent) == 0
    assert hits(kept.parent) == 1


def test_a_changed_byte_anywhere_is_noticed(kept):
    whole = kept.read_bytes()
    for place in range(0, len(whole), max(len(whole) // 40, 1)):
        changed = bytearray(whole)
        changed[place] ^= 1
        kept.write_bytes(changed)
        assert hits(kept.parent) == 0, place


class Planted:
    """What runs when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def plant(file: Path, mark: Path) -> None:
    body = serialize.dumps(Planted(mark))
    file.write_bytes(code_cache._FORMAT + hashlib.sha256(body).digest() + body)


def written_by_others(file: Path) -> None:
    file.chmod(0o666)


def written_by_the_group(file: Path) -> None:
    file.chmod(0o620)


def of_someone_else(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(file, 12345, 12345)


def a_link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


@pytest.mark.parametrize("how", [written_by_others, written_by_the_group, of_someone_else, a_link])
def test_what_others_may_have_written_is_not_run(kept, how, tmp_path):
    mark = tmp_path / "mark"
    plant(kept, mark)
    how(kept)
    assert hits(kept.parent) == 0
    assert not mark.exists()


def test_a_pipe_in_place_of_a_file_does_not_hang(kept):
    kept.unlink()
    os.mkfifo(kept)
    assert hits(kept.parent) == 0


def test_a_folder_that_others_may_write_to_is_not_used(folder):
    folder.chmod(0o777)
    with pytest.raises(InputError, match="is not a folder of this user alone"):
        folder_for("0123")


def test_a_link_in_place_of_the_folder_is_not_used(folder, tmp_path):
    (tmp_path / "cache" / "compiled-4567").symlink_to(folder)
    with pytest.raises(InputError, match="is not a folder of this user alone"):
        folder_for("4567")


@pytest.fixture
def no_room() -> Iterator[None]:
    """A limit on the size of files stands in for a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_stops_nothing(folder, no_room):
    with pytest.warns(CodeCacheWarning, match=r"cannot be kept in .*File too large.*compiles it again"):
        compiled(folder)
    assert not list(folder.glob("*nbc*"))


def test_a_disk_without_room_is_not_used(folder, monkeypatch):
    monkeypatch.setattr(code_cache, "_ROOM", 10**18)
    with pytest.raises(InputError, match="too little room on the disk"):
        folder_for("0123")


def test_a_user_without_a_home_is_no_fault(monkeypatch):
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("ZHIZAO_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", staticmethod(nobody))
    with pytest.raises(InputError, match="has no home folder"):
        folder_for("0123")


@pytest.mark.parametrize("home", ["/dev/null/cache", "/proc/cache", "a-file/cache"])
def test_a_home_that_cannot_be_made_is_said(home, tmp_path, monkeypatch):
    (tmp_path / "a-file").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHIZAO_CACHE_DIR", home)
    with pytest.raises(InputError, match=r"Not a directory|No such file"):
        folder_for("0123")


def test_only_old_folders_of_our_own_are_removed(folder, tmp_path):
    home, elsewhere = folder.parent, tmp_path / "elsewhere"
    foreign = home / "compiled-thesis"
    for strange in (foreign, elsewhere):
        strange.mkdir()
        (strange / "thesis.txt").write_text("years of work", "utf-8")
    (elsewhere / code_cache._MARKER).touch()
    (home / "compiled-link").symlink_to(elsewhere)
    for number in range(12):
        made = folder_for(f"{number:04d}")
        os.utime(made, (number, number))
    left = {path.name for path in home.iterdir()}
    kept = {f"compiled-{number:04d}" for number in (*range(5, 12), 123)}
    assert left == {"compiled-thesis", "compiled-link"} | kept
    assert (foreign / "thesis.txt").exists()
    assert (elsewhere / "thesis.txt").exists()


def test_no_folder_that_may_be_in_use_is_removed(folder):
    for number in range(12):
        folder_for(f"{number:04d}")
    assert len(list(folder.parent.iterdir())) == 13


def test_it_is_said_that_each_start_compiles(monkeypatch, capsys):
    monkeypatch.setattr(progress, "why_no_cache", lambda: "this user has no home folder; set HOME")
    progress.say_if_compiling(quiet=False)
    assert (
        "at each start, as compiled code cannot be kept (this user has no home folder; set HOME)"
        in capsys.readouterr().err
    )


TOGETHER = """
import sys, pathlib
sys.path.insert(0, {tests!r})
from test_code_cache import compiled
for _ in range(5):
    compiled(pathlib.Path({folder!r}))
"""


def test_processes_that_compile_at_once_do_not_disturb_each_other(folder):
    code = TOGETHER.format(tests=str(Path(__file__).parent), folder=str(folder))
    begun = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [program.wait(120) for program in begun] == [0, 0, 0]
    assert hits(folder) == 1
    assert not list(folder.glob(".*partial"))


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_cache_costs_time_and_nothing_else(damage, tmp_path):
    environment = os.environ | {"ZHIZAO_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "zhizao", "run", "--format", "csv", "--n-firms", "20", "--until", "2024-03"]

    def said() -> tuple[str, str]:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout, done.stderr

    first, _ = said()
    for file in tmp_path.rglob("*.nbc"):
        content = file.read_bytes()
        middle = len(content) // 2
        file.write_bytes(content[:middle] if damage == "cut" else content[:middle] + b"\0" + content[middle + 1 :])
    again, errors = said()
    assert again == first
    assert "Traceback" not in errors
