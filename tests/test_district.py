"""A district is a folder of data: found by name or path, read strictly, and refused with every mistake at once."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from zhizao.commands.cli import _district_first
from zhizao.district.building import shape_problems
from zhizao.district.declared import DistrictFile
from zhizao.district.folder import district_arguments, find_district, shipped_districts, use_district
from zhizao.district.in_force import DISTRICT, made_from
from zhizao.district.making import make_district
from zhizao.district.reader import Number, read_district
from zhizao.district.schemas import FILES, file_schema
from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.parameters.registry import Parameters
from zhizao.studies.district_check import DistrictCheck, output_remarks


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A district of its own, as the template makes it."""
    make_district(tmp_path / "city", "A city")
    return tmp_path / "city"


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def problems(folder: Path) -> str:
    with pytest.raises(InputError) as error:
        read_district(folder)
    return "\n".join(error.value.problems)


@pytest.mark.parametrize("name", shipped_districts())
def test_shipped_districts_are_in_shape(name):
    folder = shipped("districts") / name
    own = tomllib.loads((folder / "district.toml").read_text("utf-8"))
    assert not shape_problems(DistrictFile, own, "district.toml")
    numbers = tomllib.loads((folder / "priors.toml").read_text("utf-8"))
    assert numbers.pop("format") == 1
    for group, table in numbers.items():
        for key, number in table.items():
            assert not shape_problems(Number, number, f"{group}.{key}")
    read_district(folder)


def test_what_is_in_force_is_read_from_the_folder():
    assert DISTRICT.folder == shipped("districts") / "yubei"
    assert DISTRICT.own.months.start == "2018-01"
    assert DISTRICT.numbers["population.firms"].value == 500


def test_a_new_district_is_read_as_it_is(city):
    made = read_district(city)
    assert made.own.name == made.own.short_zh == "A city"
    assert [tier.key for tier in made.own.tier] == ["national", "municipal", "district"]


def test_a_district_is_not_made_over_files_of_others(city):
    with pytest.raises(InputError, match="is there already"):
        make_district(city, "B")


@pytest.mark.parametrize("name", ["policy.toml", "policies/no-grants.toml", "experiments/mine.toml", "firms.csv"])
@pytest.mark.parametrize("kind", ["pipe", "circle", "nowhere"])
def test_what_is_no_file_in_a_district_is_said_by_name(city, name, kind):
    file = city / name
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(file.name if kind == "circle" else "nowhere")
    command = [sys.executable, "-m", "zhizao", "district", "check", str(city), "--draws", "64", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 2, done.stderr
    assert "fault of zhizao" not in done.stderr
    assert any(file.name in line for line in done.stderr.splitlines())
    assert all(words not in done.stderr for words in ("did you mean", "Traceback"))


def test_only_what_belongs_to_a_district_is_copied(city, tmp_path):
    for name in ("experiments", "policies", "runs", "fitted"):
        (city / name).mkdir(exist_ok=True)
        (city / name / "a.toml").touch()
    for name in ("notes.txt", "firms.csv", "REPORT.md", ".hidden.toml"):
        (city / name).touch()
    (city / "loop").symlink_to(city)
    os.mkfifo(city / "pipe")
    make_district(tmp_path / "other", "Other", city)
    made = {str(path.relative_to(tmp_path / "other")) for path in (tmp_path / "other").rglob("*") if path.is_file()}
    known = {str(path.relative_to(city)) for path in city.glob("*.toml")} - {".hidden.toml"}
    policies = {f"policies/{path.name}" for path in (city / "policies").iterdir()}
    assert made == {*known, *policies, "firms.csv", "experiments/a.toml"}


@pytest.mark.parametrize("name", ["words.toml", "policies/mine.toml"])
def test_a_file_of_a_district_that_cannot_be_copied_is_named(city, tmp_path, name):
    for make, said in ((os.mkfifo, "pipe|regular file"), (lambda file: file.symlink_to("nowhere"), "(?i)no such file")):
        make(city / name)
        with pytest.raises(InputError, match=said) as error:
            make_district(tmp_path / "other", "Other", city)
        assert name in str(error.value)
        (city / name).unlink()
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_a_folder_that_cannot_be_made_says_why(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    for name in ("link", "file/city"):
        with pytest.raises(InputError, match=r"cannot be made \(\w[\w ]+\); name another folder"):
            make_district(tmp_path / name, "City")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_what_another_was_stopped_in_is_removed_and_what_another_makes_is_not(tmp_path):
    stopped, making = (tmp_path / f".zhizao-folder-{digit * 16}" for digit in "ab")
    for folder in (stopped, making):
        (folder / "policies").mkdir(parents=True)
        (folder / "policies" / "a.toml").touch()
    descriptor = os.open(making, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    make_district(tmp_path / "city", "City")
    os.close(descriptor)
    assert sorted(path.name for path in tmp_path.iterdir()) == [making.name, "city"]
    assert (making / "policies" / "a.toml").exists()


def test_a_name_with_quotes_stays_a_name(tmp_path):
    make_district(tmp_path / "d", 'The "new" city \\ 新城')
    assert read_district(tmp_path / "d").own.name == 'The "new" city \\ 新城'


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101])
def test_a_name_that_is_no_line_of_text_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="name"):
        make_district(tmp_path / "d", name)
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("district.toml", 'branch = "2025-01"', 'branch = "2019-01"', "must follow one another"),
        ("district.toml", 'by = "2027-12"', 'by = "2027-13"', "plan.by is '2027-13'; write YYYY-MM"),
        (
            "district.toml",
            'branch = "2025-01"',
            'branch = "２０２５-01"',
            "months.branch is '２０２５-01'; write YYYY-MM",
        ),
        ("district.toml", "share = 0.80", "share = 80", "plan.share is 80; give a share above 0 and at most 1"),
        ("district.toml", "level = 2", "level = 5", "plan.level is 5"),
        ("district.toml", "level = 2", "levels = 2", "plan.levels is not a known key"),
        ("district.toml", "[20, 40, 60, 80]", "[40, 20]", "levels.cut_points must be"),
        ("district.toml", "lists = 6", "lists = 13", "calendar.lists is 13; give a month of the year"),
        ("district.toml", 'key = "electronics"', 'key = "machinery"', "sector machinery appears 2 times"),
        ("district.toml", 'key = "electronics"', 'key = "small"', "sector small has the key of a size class"),
        ("district.toml", 'key = "municipal"', 'key = "city"', "no tier pays for what instruments book to 'municipal'"),
        ("district.toml", "least_staff = 300", "least_staff = 3000", "least_staff must be 0 for the lowest class"),
        ("district.toml", 'currency = "RMB"', "currency = 7", "currency is 7; it should be a valid string"),
        ("district.toml", "format = 1", "format = 2", "format is 2; this version reads 1"),
        ("district.toml", "format = 1", "format = ", "is not TOML"),
        ("priors.toml", "[population.firms]", "[population]", "priors.toml"),
        ("priors.toml", "interval = [250, 350]", "interval = [350, 250]", "interval must be two rising numbers"),
        ("priors.toml", "interval = [250, 350]", "intervall = [250, 350]", "intervall is not a known key"),
        ("priors.toml", 'source = "assumption', 'sauce = "assumption', "sauce is not a known key"),
    ],
)
def test_every_mistake_names_file_key_and_fix(city, file, old, new, said):
    change(city, file, old, new)
    found = problems(city)
    assert said in found
    assert f"city/{file}" in found


def test_all_mistakes_come_at_once(city):
    change(city, "district.toml", "share = 0.80", "share = 80")
    change(city, "district.toml", "lists = 6", "lists = 0")
    change(city, "priors.toml", "interval = [250, 350]", "interval = [3]")
    found = problems(city)
    assert {"plan.share", "calendar.lists", "population.firms.interval"} <= {
        word.rstrip(":") for word in found.replace("\n", " ").split()
    }


def test_a_policy_that_is_not_there_is_named(city):
    (city / "policy.toml").unlink()
    assert "library.policy names policy.toml, which does not exist" in problems(city)


def test_names_and_paths(city, tmp_path, monkeypatch):
    assert find_district("yubei") == shipped("districts") / "yubei"
    assert find_district(city) == city
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yubei").mkdir()
    assert find_district("yubei") == shipped("districts") / "yubei"  # a shipped name is that one
    with pytest.raises(InputError, match=r"holds no district\.toml"):
        find_district("./yubei")
    with pytest.raises(InputError, match="it does not exist; there ship"):
        find_district("nowhere")
    with pytest.raises(InputError, match="does not exist"):
        find_district("a\0b")


def test_a_command_that_is_printed_names_the_district(city, tmp_path, monkeypatch):
    assert district_arguments() == []
    monkeypatch.setenv("ZHIZAO_DISTRICT", "chongqing")
    assert district_arguments() == ["--district", "chongqing"]
    monkeypatch.setenv("ZHIZAO_DISTRICT", str(city))
    assert district_arguments() == ["--district", str(city)]
    monkeypatch.chdir(tmp_path)
    assert district_arguments() == ["--district", "city"]


def test_another_district_cannot_be_put_in_force_later(city):
    assert use_district("yubei").name == "yubei"
    with pytest.raises(InputError, match="yubei is already in use in this process"):
        use_district(city)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["compare", "--district", "d", "--draws", "3"], ["--district", "d", "compare", "--draws", "3"]),
        (["compare", "--district=d"], ["--district=d", "compare"]),
        (["run", "--", "--district", "d"], ["run", "--", "--district", "d"]),
        (["compare", "--district"], ["--district", "compare"]),
        (["district", "check", "d", "--draws", "64"], ["--district", "d", "district", "check", "d", "--draws", "64"]),
        (["district", "show"], ["district", "show"]),
        (["district", "new", "d"], ["district", "new", "d"]),
    ],
)
def test_the_district_may_be_named_after_the_command(args, expected):
    assert _district_first(args) == expected


@pytest.mark.parametrize("file", FILES)
def test_files_have_schemas(file):
    schema = file_schema(file)
    assert schema["title"] == f"zhizao {file}"
    json.dumps(schema)


def test_comments_do_not_make_a_fit_stale(monkeypatch):
    assert set(made_from()) >= {"district.toml", "priors.toml", "policy.toml"}


def run(city: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ZHIZAO_DISTRICT": str(city)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def test_numbers_that_are_missing_or_wrong_are_all_named(city):
    change(city, "priors.toml", "[population.firms]\nvalue = 300", "[population.firms]\nvalue = -3")
    change(city, "priors.toml", "[levels.start_mean]", "[levels.start_meen]")
    change(city, "priors.toml", "machinery = 0.4, ", "")
    done = run(
        city,
        "from zhizao.errors import InputError\n"
        "from zhizao.parameters.registry import parameter_specifications\n"
        "try: parameter_specifications()\n"
        "except InputError as error: print('\\n'.join(error.problems))",
    )
    assert not done.stderr
    assert "population.firms = -3: it must be a number in firms, between 1 and" in done.stdout
    assert "levels.start_meen is not a number of the model; did you mean 'levels.start_mean'?" in done.stdout
    assert "levels.start_mean is missing: add [levels.start_mean] with value (score points" in done.stdout
    assert "sectors.share.value has nothing for machinery" in done.stdout


def test_what_a_district_is_shows_in_the_model(city):
    change(city, "district.toml", 'start = "2020-01"', 'start = "2020-04"')
    done = run(
        city,
        "from zhizao.calendar import MONTHS, month_name, month_index, month_of_year\n"
        "from zhizao.sectors import SECTOR_KEYS\n"
        "from zhizao.scenario.scenario import list_scenarios, load_scenario\n"
        "from zhizao.parameters.registry import Parameters\n"
        "print(month_name(0), month_index('2032-12') + 1 == MONTHS, month_of_year(0))\n"
        "print(*SECTOR_KEYS, Parameters().population.firms)\n"
        "print(*[scenario.name for scenario in list_scenarios()])\n"
        "print([block.start for block in load_scenario('no-grants').blocks])\n",
    )
    assert done.stdout.splitlines() == [
        "2020-04 True 3",
        "machinery electronics consumer 300",
        "baseline double-grants light-vouchers more-services no-grants no-programme no-services",
        "[0, 57, 57]",
    ]


@pytest.mark.slow
def test_a_place_is_an_object_with_its_studies(city):
    done = run(
        city,
        "import zhizao as zz\n"
        f"place = zz.District({str(city)!r})\n"
        "print(place.own.short, [fact.key for fact in place.facts])\n"
        "print(place.check(draws=64).sentences)\n"
        "made = place.run('no-grants', n_firms=40, calibration='prior')\n"
        "print(made.notes)\n"
        "try: zz.District('yubei')\n"
        "except zz.InputError as error: print(error)\n",
    )
    first, second, third, fourth = done.stdout.splitlines()
    assert first == "A city ['plan']"
    assert "nothing can be fitted" in second
    assert "A city: not fitted to any evidence" in third
    assert "city is already in use in this process" in fourth


@pytest.mark.slow
def test_a_district_like_another_can_start_in_the_month_of_its_register(tmp_path):
    folder = tmp_path / "later"
    make_district(folder, "Later", find_district("yubei"))
    assert not list(folder.rglob("*.parquet"))
    change(folder, "district.toml", 'start = "2018-01"', 'start = "2023-01"')
    made = read_district(folder)
    assert (made.own.short, made.own.library.policy) == ("Later", "policy.toml")
    firms = tmp_path / "firms.csv"
    rows = [f"F{n},vehicles,{100 + n},{50 + n},{20 + n % 60}" for n in range(60)]
    firms.write_text("\n".join(["id,sector,employees,revenue_million,digital_score", *rows]), "utf-8")
    done = run(
        folder,
        "import zhizao as zz\n"
        "policy = zz.load_scenario('baseline')\n"
        "print(policy.policies(1)[0].specialists.count, policy.policies(1)[0].grants.rate[0])\n"
        f"made = zz.run(firms={str(firms)!r}, firms_as_of='2023-01', calibration='prior')\n"
        "print(made.months[0])\n"
        f"try: zz.run(firms={str(firms)!r}, firms_as_of='2018-01', calibration='prior')\n"
        "except zz.InputError as error: print('zhizao district new DIR --like later' in str(error))\n",
    )
    assert done.stdout.splitlines() == ["89.0 0.3", "2023-01", "True"], done.stderr


def test_the_command_line_can_still_be_told_which_district():
    """Nothing that the program loads before it reads its options may read a district."""
    code = "import sys, zhizao.commands.cli; print('zhizao.district.in_force' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_few_draws_that_agree_are_said_to_be_few():
    one = SimpleNamespace(verdict="within reach", fact=SimpleNamespace(use="fit"))

    def said(size):
        return DistrictCheck(remarks=(), prior=SimpleNamespace(facts=[one], effective_size=size, draws=1024)).sentences

    assert "--bank 16384" in said(3.0)[1]
    assert len(said(30.0)) == 1


def test_an_output_that_the_firms_exceed_is_said():
    """A place of 150 firms whose sizes were left as in the template: its output would not be met, in silence."""
    here = Parameters().population
    assert output_remarks(here, "RMB") == []
    [line] = output_remarks(replace(here, firms=150, output=9000.0), "RMB")
    assert "9,000 million RMB" in line
    assert "150 firms" in line
    assert "population.mean_excess_revenue" in line


def test_the_fit_of_the_city_is_of_its_files():
    """A fit that is older than what it was made from is refused; the shipped one is not."""
    code = """
from zhizao.evidence.ensembles import read_ensemble
from zhizao.studies.parameter_draws import parameter_draws
ensemble = read_ensemble("facts", "declared")
print(ensemble.record["sampler"]["effective_sample_size"] >= 100, len(parameter_draws(3, seed=1)))
"""
    done = run(Path("chongqing"), code)
    assert done.stdout.split() == ["True", "3"], done.stderr
