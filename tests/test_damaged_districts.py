"""Damaged folders of districts: read right or refused in one readable list that names files, never a traceback."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from zhizao.district.making import make_district
from zhizao.district.reader import read_district
from zhizao.errors import InputError
from zhizao.evidence.facts import load_evidence
from zhizao.files import shipped
from zhizao.scenario.file import read_scenario_file
from zhizao.studies.calibration.inputs import FittedParameter, Reading, readings_of

FILES = ("district.toml", "priors.toml", "evidence.toml", "readings.toml", "policy.toml")
PRIOR = '\n[prior]\nfrom = "chongqing"\nwidening = 2.0\nsource = "assumption: alike"\n'
FACTS = (
    '\n[[fact]]\nkey = "workshops"\nvalue = 40\nunit = "workshops"\nwording = "exactly"\nuse = "fit"\n'
    'softness = "5 %"\n'
    'series = "workshops"\nat = "2023-12"\nsource = "yearbook"\nmeaning = "recognised"\nmeaning_zh = "认定"\n'
    '\n[[fact]]\nkey = "started"\nvalue = 150\nunit = "projects"\nwording = "over"\nuse = "fit"\n'
    'series = "supported_started"\nover = "2021..2023"\nsource = "news"\nmeaning = "begun"\nmeaning_zh = "开工"\n'
)
VALUES = (
    *("nan", "inf", "-inf", "1e999", "-1", "0", "9" * 400, "0x1F", "1e-320", "true", "1979-05-27T07:32:00Z"),
    *('""', '"\\u0000"', '"2025-13"', '"0000-00"', '"' + "x" * 5000 + '"', '"🏭\\u202e"'),
    *("[]", "{}", "[[1]]", "{ a = 1 }", '[1, "a"]', '"../../../../etc/passwd"', '"..\\\\..\\\\etc"'),
)
NAMES = ("unknown", "format ", "a.b", '"" ', "value2")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a folder that is in order, with all kinds of content."""
    folder = tmp_path_factory.mktemp("whole") / "city"
    make_district(folder, "A city")
    (folder / "readings.toml").write_bytes((shipped("districts/yubei") / "readings.toml").read_bytes())
    for name, more in (("evidence.toml", FACTS), ("district.toml", "")):
        (folder / name).write_text((folder / name).read_text("utf-8") + more, "utf-8")
    return {name: (folder / name).read_bytes() for name in FILES}


def read(folder: Path) -> None:
    """Read every file of a folder; all that is wrong comes as one list."""
    problems: list[str] = []
    for one in (
        lambda: read_district(folder),
        lambda: load_evidence(folder / "evidence.toml"),
        lambda: readings_of(folder / "readings.toml"),
    ):
        try:
            one()
        except InputError as error:
            problems += error.problems
    problems += read_scenario_file(folder / "policy.toml", "policy.toml").problems
    if problems:
        raise InputError(problems)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the text of a file with one or a few mistakes of the kinds that people and machines make."""
    lines = content.decode().split("\n")
    kind = chance.randrange(11)
    keys = [n for n, line in enumerate(lines) if "=" in line and not line.lstrip().startswith("#")]
    at = chance.choice(keys)
    name, _, value = lines[at].partition("=")
    if kind == 0:
        del lines[at]
    elif kind in (1, 2, 3):
        lines[at] = f"{name}= {chance.choice(VALUES)}"
    elif kind == 4:
        lines[at] = f"{chance.choice(NAMES)}= {value}"
    elif kind == 5:
        lines.insert(at, lines[at])
    elif kind == 6:
        tables = [n for n, line in enumerate(lines) if line.startswith("[")]
        n = chance.choice(tables)
        lines[n] = chance.choice(["", "[", "[x]", "[[x]]", lines[n][:-1], "[[prior]]", "[population.firms.more]"])
    elif kind == 7:
        cut = chance.randrange(len(content))
        return content[:cut]
    elif kind == 8:
        cut = chance.randrange(len(content))
        return content[:cut] + bytes(chance.randrange(256) for _ in range(chance.randrange(1, 40))) + content[cut:]
    elif kind == 9:
        other = chance.choice(keys)
        lines[at], lines[other] = name + "=" + lines[other].partition("=")[2], lines[at]
    else:
        lines.append(chance.choice([PRIOR, PRIOR.replace("2.0", "nan"), PRIOR.replace("chongqing", "nowhere"), "[x]"]))
    return "\n".join(lines).encode()


@pytest.mark.parametrize(("count", "seed"), [(100, 20261129), pytest.param(500, 20261130, marks=pytest.mark.slow)])
def test_damaged_folders_are_refused_in_one_list_or_read(tmp_path, whole, count, seed):
    chance = random.Random(seed)
    folder = tmp_path / "city"
    folder.mkdir()
    seen: Counter[str] = Counter()
    for number in range(count):
        for name, content in whole.items():
            (folder / name).write_bytes(content)
        broken = chance.sample(FILES, chance.choice((1, 1, 2)))
        for name in broken:
            (folder / name).write_bytes(damaged(whole[name], chance))
        try:
            read(folder)
        except InputError as error:
            seen["refused"] += 1
            for line in error.problems:
                assert any(name in str(line) for name in FILES), (number, line)
                assert len(str(line)) < 2000, (number, line)
                assert str(line).isprintable(), (number, line)
        else:
            seen["read"] += 1
    assert seen["refused"] > 0.6 * count
    assert seen["read"] > 0.04 * count  # a comment that is cut, a key in another order


@pytest.mark.parametrize("what", ["gone", "folder", "link that goes round", "link to nowhere", "empty", "pipe"])
@pytest.mark.parametrize("name", ["district.toml", "priors.toml", "evidence.toml", "readings.toml"])
def test_what_is_no_file_is_refused(tmp_path, whole, name, what):
    folder = tmp_path / "city"
    folder.mkdir()
    for file, content in whole.items():
        (folder / file).write_bytes(content)
    path = folder / name
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "link that goes round":
        path.symlink_to(path)
    elif what == "link to nowhere":
        path.symlink_to(folder / "nothing")
    elif what == "empty":
        path.touch()
    elif what == "pipe":
        os.mkfifo(path)
    if name in ("priors.toml", "readings.toml") and what == "gone":  # numbers are missed when they are asked for
        read(folder)
        return
    with pytest.raises(InputError, match=name):
        read(folder)


def test_what_is_read_right_is_what_was_written(tmp_path, whole):
    """A damage that the reader lets pass must not come from a reader that lets everything pass."""
    folder = tmp_path / "city"
    folder.mkdir()
    for name, content in whole.items():
        (folder / name).write_bytes(content)
    read(folder)
    readings, fitted = readings_of(folder / "readings.toml")
    assert all(isinstance(row, Reading) for row in readings)
    assert all(isinstance(row, FittedParameter) for row in fitted)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_commands_refuse_a_damaged_folder_without_a_traceback(tmp_path, whole, seed):
    chance = random.Random(seed)
    folder = tmp_path / "city"
    make_district(folder, "A city")
    for name in FILES[:3]:
        (folder / name).write_bytes(damaged(whole[name], chance))
    command = [sys.executable, "-m", "zhizao", "district", "check", str(folder), "--draws", "64", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert "Traceback" not in done.stderr
    assert "fault of zhizao" not in done.stderr + done.stdout
    assert done.returncode in (0, 1, 2)
